//! What a snapshot tells, without numbers of its own: persons by pseudonym, concepts by code, visits by what they are;
//! professionals and establishments by the rows that are theirs.

use std::collections::BTreeMap;

use hygie_snapshot::{Opposed, Order, Scan, Snapshot, Table, Values};

/// Rows of each table, sorted.
pub(super) type Natural = BTreeMap<String, Vec<String>>;

fn cell(values: &Values, row: usize) -> String {
    match values {
        Values::Int(values) | Values::Date(values) if values[row] == Values::NO_INT => {
            "-".to_owned()
        }
        Values::Int(values) | Values::Date(values) => values[row].to_string(),
        Values::Long(values) if values[row] == Values::NO_LONG => "-".to_owned(),
        Values::Long(values) => values[row].to_string(),
        Values::Number(values) => format!("{:.2}", values[row]),
        Values::Text { at, words } => words
            .get(at[row] as usize)
            .cloned()
            .unwrap_or("-".to_owned()),
        Values::Pseudonym(values) => String::from_utf8_lossy(&values[row]).into_owned(),
    }
}

fn tables(snapshot: &Snapshot, table: &str, order: Order) -> Vec<Table> {
    let opposed = Opposed::new(u64::MAX, []).under(&snapshot.manifest().pseudonyms);
    let scan = Scan::new(snapshot, &opposed).expect("made");
    let read = |file| {
        let columns = scan.columns(file).expect("read");
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        scan.read(file, &columns).expect("read").table
    };
    scan.files(table, order)
        .expect("there")
        .iter()
        .map(read)
        .collect()
}

/// One column of a table by another.
fn map(
    snapshot: &Snapshot,
    (table, order): (&str, Order),
    key: &str,
    value: &[&str],
) -> BTreeMap<String, String> {
    let mut map = BTreeMap::new();
    for table in tables(snapshot, table, order) {
        for row in 0..table.rows() {
            let of = |name: &str| table.column(name).map(|values| cell(values, row));
            let words: Vec<String> = value.iter().filter_map(|name| of(name)).collect();
            map.insert(of(key).expect("a key"), words.join(" "));
        }
    }
    map
}

/// The number of each person and concept.
pub(super) fn numbers(snapshot: &Snapshot) -> BTreeMap<String, String> {
    let persons = map(
        snapshot,
        ("person", Order::ByPerson),
        "pseudonym",
        &["person_id"],
    );
    let mut numbers: BTreeMap<String, String> = BTreeMap::new();
    numbers.extend(
        persons
            .into_iter()
            .map(|(name, number)| (format!("person {name}"), number)),
    );
    for (number, code) in map(
        snapshot,
        ("concept", Order::Plain),
        "concept_id",
        &["vocabulary_id", "concept_code"],
    ) {
        numbers.insert(format!("concept {code}"), number);
    }
    numbers
}

/// What numbers stand for.
struct Names {
    persons: BTreeMap<String, String>,
    concepts: BTreeMap<String, String>,
    places: BTreeMap<String, String>,
    visits: BTreeMap<String, String>,
}

impl Names {
    fn of(snapshot: &Snapshot) -> Names {
        let person = ("person", Order::ByPerson);
        let persons = map(snapshot, person, "person_id", &["pseudonym"]);
        let code = ["vocabulary_id", "concept_code"];
        let concept = ("concept", Order::Plain);
        let what = [
            "person_id",
            "visit_concept_id",
            "visit_start_date",
            "visit_end_date",
        ];
        let visit = ("visit_occurrence", Order::ByPerson);
        let visits = map(snapshot, visit, "visit_occurrence_id", &what).into_iter();
        let visits = visits.map(|(id, text)| {
            let (person, rest) = text.split_once(' ').expect("two words");
            (id, format!("{} {rest}", persons[person]))
        });
        let place = ("location", Order::Plain);
        Names {
            visits: visits.collect(),
            concepts: map(snapshot, concept, "concept_id", &code),
            places: map(snapshot, place, "location_id", &["location_source_value"]),
            persons,
        }
    }

    /// A row in words, and the numbers of whose it is.
    fn row(&self, of: &str, table: &Table, row: usize) -> (String, Vec<(String, String)>) {
        let (mut words, mut whose) = (Vec::new(), Vec::new());
        for column in table.columns() {
            let value = cell(&column.values, row);
            let name = column.name.as_str();
            let list = match name {
                "person_id" => &self.persons,
                "location_id" => &self.places,
                "visit_occurrence_id" if of != "visit_occurrence" => &self.visits,
                "provider_id" | "care_site_id" => {
                    whose.push((name.to_owned(), value));
                    continue;
                }
                _ if name == format!("{of}_id") && of != "concept" => continue,
                _ if name.contains("concept_id") => &self.concepts,
                _ => {
                    words.push(value);
                    continue;
                }
            };
            words.push(list.get(&value).cloned().unwrap_or(value));
        }
        (words.join("|"), whose)
    }
}

pub(super) fn natural(snapshot: &Snapshot) -> Natural {
    let names = Names::of(snapshot);
    let mut natural = Natural::new();
    // By column and number.
    let mut all: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    let unnamed = ["cdm_source", "provider", "care_site", "location"];
    let named = snapshot.manifest().tables.iter();
    for entry in named.filter(|entry| !unnamed.contains(&entry.table.as_str())) {
        let name = match entry.order {
            Order::ByConcept => format!("{} by concept", entry.table),
            _ => entry.table.clone(),
        };
        let rows = natural.entry(name).or_default();
        for table in tables(snapshot, &entry.table, entry.order) {
            for row in 0..table.rows() {
                let (text, whose) = names.row(&entry.table, &table, row);
                for number in whose {
                    let theirs = all.entry(number).or_default();
                    theirs.push(format!("{} {text}", entry.table));
                }
                rows.push(text);
            }
        }
    }
    for ((column, number), mut rows) in all {
        rows.sort();
        let text = if number == "-" {
            "nobody".to_owned()
        } else {
            rows.join("\n")
        };
        let list = natural.entry(format!("whose {column}")).or_default();
        list.push(text);
    }
    for list in natural.values_mut() {
        list.sort();
    }
    natural
}
