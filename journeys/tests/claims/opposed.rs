//! Whoever opposes: seen by no program from the moment the list is published, and in no byte of the next snapshot.
//!
//! Dangers: a program of the hub that still counts him between the list and the next import; a table of the next snapshot that
//! has a row of his, or lacks one of somebody else's; a pseudonym that stays in a column, or in the open in a file; a raw row that
//! stays; somebody whom no reference names, passed over; somebody who comes back, or can't be found, under the next key.
//! Not a failure: professionals, establishments and codes that only his rows had.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// One in so many opposes.
const ONE_IN: usize = 100;

impl Crossing {
    /// Everybody's `BEN_IDT_ANO`, in the order of the truth.
    fn everybody(&self) -> Vec<String> {
        let truth = fs::read_to_string(self.path("claims/truth/persons.csv")).unwrap();
        let lines = truth.lines().skip(1);
        lines
            .map(|line| line.split(';').next().unwrap().to_owned())
            .collect()
    }

    /// Takes somebody out of the reference, so that claims name him by his number and rank alone: his `BEN_IDT_ANO`,
    /// `BEN_NIR_PSA` and `BEN_RNG_GEM`.
    fn unreferenced(&self) -> [String; 3] {
        let reference = self.path("claims/IR_BEN_R.csv");
        let text = fs::read_to_string(&reference).unwrap();
        let header: Vec<&str> = text.lines().next().unwrap().split(';').collect();
        let cell = |line: &str, name: &str| {
            let at = header.iter().position(|column| *column == name).unwrap();
            line.split(';').nth(at).unwrap().to_owned()
        };
        let gone = text.lines().nth(40).unwrap();
        let names = ["BEN_IDT_ANO", "BEN_NIR_PSA", "BEN_RNG_GEM"].map(|name| cell(gone, name));
        let left = text
            .lines()
            .filter(|line| cell(line, "BEN_IDT_ANO") != names[0]);
        let left: String = left.map(|line| format!("{line}\n")).collect();
        fs::write(&reference, left).unwrap();
        names
    }

    /// What a snapshot has of those whom a list names; none without DuckDB.
    pub(super) fn of_list(&self, test: &str, snapshot: &str, list: &str) -> Option<Value> {
        let files = [self.path(snapshot), self.path(list)];
        let arguments = [Path::new("snapshot"), &files[0], &files[1]];
        let output = self.duckdb(test, "claims_opposed.py", &arguments)?;
        assert!(output.status.success(), "{output:?}");
        Some(serde_json::from_slice(&output.stdout).unwrap())
    }

    fn hub(&self, arguments: &[&str]) -> Value {
        let output = Command::new(program("hygie-hub"))
            .arg("--json")
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// What the hub's programs see of the newest snapshot: its export, and the figures of its report of quality.
    fn seen(&self, name: &str) -> [Value; 2] {
        let snapshots = self.text("snapshots");
        let exported = self.hub(&["omop", "export", &snapshots, "--out", &self.text(name)]);
        let folder = self.text(&format!("quality-{name}"));
        let report = self.hub(&["quality", &snapshots, "--out", &folder]);
        let report = fs::read(report["json"].as_str().unwrap()).unwrap();
        [exported, serde_json::from_slice(&report).unwrap()]
    }

    /// Rows of the sealed raw rows, all of them opened.
    fn raw(&self) -> u64 {
        let verified = self.done(&["bronze", "verify", &self.text("bronze")]);
        verified["rows"].as_u64().unwrap()
    }

    /// Raw rows of the insurer's files that are about these persons, by their numbers, keys and stays.
    fn rows_of(&self, persons: &BTreeSet<&str>) -> u64 {
        let mut theirs = Theirs::default();
        let mut rows = theirs.by(self, "IR_BEN_R", |cell| {
            persons.contains(cell("BEN_IDT_ANO").as_str())
        });
        let reference = theirs.taken.split_off(0);
        theirs.numbers = reference
            .iter()
            .map(|cells| format!("{}#{}", cells["BEN_NIR_PSA"], cells["BEN_RNG_GEM"]))
            .collect();
        let numbers = theirs.numbers.clone();
        let of = |number: &str, rank: &str| numbers.contains(&format!("{number}#{rank}"));
        for table in ["KI_CCI_R", "KI_ECD_R"] {
            rows += theirs.by(self, table, |cell| {
                persons.contains(cell("BEN_IDT_ANO").as_str())
            });
        }
        rows += theirs.by(self, "IR_IMB_R", |cell| {
            of(&cell("BEN_NIR_PSA"), &cell("BEN_RNG_GEM"))
        });
        theirs.taken.clear();
        rows += theirs.by(self, "ER_PRS_F", |cell| {
            of(&cell("BEN_NIR_PSA"), &cell("BEN_RNG_GEM"))
        });
        let key = |cell: &Cell<'_>| KEY.map(cell).join(";");
        let keys = theirs.keys(&key);
        for table in ["PHA", "CAM", "BIO", "ETE", "UCD", "TIP"] {
            rows += theirs.by(self, &format!("ER_{table}_F"), |cell| {
                keys.contains(&key(cell))
            });
        }
        theirs.taken.clear();
        rows += theirs.by(self, "T_MCOC", |cell| {
            of(&cell("NIR_ANO_17"), &cell("RNG_BEN"))
        });
        let stay = |cell: &Cell<'_>| ["year", "ETA_NUM", "RSA_NUM"].map(cell).join(";");
        let stays = theirs.keys(&stay);
        for table in ["B", "D", "A", "UM"] {
            rows += theirs.by(self, &format!("T_MCO{table}"), |cell| {
                stays.contains(&stay(cell))
            });
        }
        rows
    }
}

/// Says what stands in a column of a row.
type Cell<'a> = dyn Fn(&str) -> String + 'a;

/// The nine columns of a line's key.
const KEY: [&str; 9] = [
    "DCT_ORD_NUM",
    "FLX_DIS_DTD",
    "FLX_EMT_NUM",
    "FLX_EMT_ORD",
    "FLX_EMT_TYP",
    "FLX_TRT_DTD",
    "ORG_CLE_NUM",
    "PRS_ORD_NUM",
    "REM_TYP_AFF",
];

/// Rows of the insurer's files that are about some persons.
#[derive(Default)]
struct Theirs {
    numbers: BTreeSet<String>,
    taken: Vec<BTreeMap<String, String>>,
}

impl Theirs {
    /// Counts the rows of a table that are theirs, and remembers them.
    fn by(&mut self, crossing: &Crossing, table: &str, theirs: impl Fn(&Cell<'_>) -> bool) -> u64 {
        let mut rows = 0;
        for entry in fs::read_dir(crossing.path("claims")).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let digits = stem
                .chars()
                .filter(char::is_ascii_digit)
                .collect::<String>();
            let name = stem.replace(&digits, "");
            if path.is_dir() || name.trim_end_matches('_') != table {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let header: Vec<&str> = text.lines().next().unwrap().split(';').collect();
            for line in text.lines().skip(1) {
                // Labels of causes are quoted, and stand behind nothing that is asked here but the code and the day.
                let cells: Vec<&str> = line.split(';').collect();
                let cell = |name: &str| match header.iter().position(|column| *column == name) {
                    Some(place) => cells[place].to_owned(),
                    None => digits.clone(),
                };
                if theirs(&cell) {
                    rows += 1;
                    let all = header.iter().chain([&"year"]);
                    let all = all.map(|name| ((*name).to_owned(), cell(name)));
                    self.taken.push(all.collect());
                }
            }
        }
        rows
    }

    fn keys(&self, key: &dyn Fn(&Cell<'_>) -> String) -> BTreeSet<String> {
        let of = |row: &BTreeMap<String, String>| key(&|name: &str| row[name].clone());
        self.taken.iter().map(of).collect()
    }
}

#[test]
fn who_opposes_is_seen_until_the_next_import_or_stays_in_a_byte_of_it() {
    const TEST: &str = "who_opposes_is_seen_until_the_next_import_or_stays_in_a_byte_of_it";
    let crossing = Crossing::with(1500);
    crossing.import();
    let raw = crossing.raw();
    let [_, report] = crossing.seen("before");
    assert_eq!(report["hidden"], 0);
    let persons = crossing.everybody();
    let opposed: Vec<String> = persons.iter().step_by(ONE_IN).cloned().collect();
    crossing.oppose(&opposed);
    // From here on, before anything is imported.
    let [exported, report] = crossing.seen("after");
    let many = opposed.len() as u64;
    assert_eq!(exported["opposed"], many);
    assert_eq!(report["hidden"], many);
    let list = "snapshots/opposed-2";
    let files = ["snapshots/1", list, "before", "after"].map(|name| crossing.path(name));
    let mut arguments = vec![Path::new("export")];
    arguments.extend(files.iter().map(PathBuf::as_path));
    if let Some(output) = crossing.duckdb(TEST, "claims_opposed.py", &arguments) {
        assert!(output.status.success(), "{output:?}");
        let gone: Value = serde_json::from_slice(&output.stdout).unwrap();
        for table in [
            "person",
            "drug_exposure",
            "cost",
            "drug_era",
            "observation_period",
        ] {
            assert!(gone[table].as_u64().unwrap() > 0, "{gone}");
        }
    }
    let told = crossing.import();
    assert_eq!(told["report"]["opposed"], many);
    let before = crossing.of_list(TEST, "snapshots/1", list);
    let after = crossing.of_list(TEST, "snapshots/2", list);
    if let Some((before, after)) = before.zip(after) {
        // The same way of looking finds all of them where they still are.
        assert_eq!(before["pseudonyms"], many);
        assert_eq!(after["pseudonyms"], 0);
        let alone = ["care_site", "concept", "provider", "location", "vocabulary"];
        for (table, counts) in before["tables"].as_object().unwrap() {
            let [rows, theirs] = [0, 1].map(|at| counts[at].as_u64().unwrap());
            let left = after["tables"][table][0].as_u64().unwrap();
            if alone.iter().any(|name| table.starts_with(name)) {
                assert!(left <= rows, "{table}");
            } else {
                assert_eq!(rows - theirs, left, "{table}");
            }
        }
    }
    crossing.nowhere(list, opposed.len(), &["snapshots/2", "bronze"]);
    let theirs: BTreeSet<&str> = opposed.iter().map(String::as_str).collect();
    let theirs = crossing.rows_of(&theirs);
    assert!(theirs > many);
    assert_eq!(raw - crossing.raw(), theirs);
}

#[test]
fn somebody_whom_no_reference_names_opposes_all_the_same() {
    let crossing = Crossing::with(100);
    let names = crossing.unreferenced();
    let before = crossing.import();
    assert_eq!(before["report"]["unreferenced"], 1);
    // His first step alone finds nothing of his.
    crossing.oppose(&names[..1]);
    assert_eq!(crossing.import()["report"]["unreferenced"], 1);
    crossing.oppose(&[names.join(";")]);
    let after = crossing.import();
    assert_eq!(after["report"]["unreferenced"], 0);
    assert_eq!(after["report"]["persons"], 99);
    assert_eq!(rows(&crossing.manifest("snapshots"), "person"), 99);
}

#[test]
fn who_opposed_before_a_rotation_or_during_it_comes_back_after_it() {
    let crossing = Crossing::with(400);
    let names = crossing.unreferenced();
    assert_eq!(crossing.import()["report"]["unreferenced"], 1);
    let persons = crossing.everybody();
    let others = persons.iter().filter(|person| **person != names[0]);
    let others: Vec<String> = others.step_by(ONE_IN).cloned().collect();
    let [bronze, snapshots] = ["bronze", "snapshots"].map(|name| crossing.text(name));
    let renew = || crossing.done(&["snapshots", "renew", &snapshots, "--bronze", &bronze]);
    // Some of whom references tell, and who opposes while nothing is renewed.
    crossing.oppose(&others);
    let rotated = crossing.rotate();
    assert!(rotated["carried"].as_u64().unwrap() > 0, "{rotated}");
    crossing.done(&["bronze", "retag", &bronze]);
    crossing.oppose(&others);
    assert_eq!(renew()["persons"], others.len() as u64);
    // He is carried: his pseudonym is made of the one that he had.
    let all = [&others[..], &[names.join(";")]].concat();
    crossing.oppose(&all);
    let told = renew();
    assert_eq!(told["persons"], 1, "{told}");
    assert!(told["bronze"]["rows"].as_u64().unwrap() > 0, "{told}");
    let folders = ["--into", &snapshots, "--bronze", &bronze];
    crossing.done(&[&["pseudonyms", "rotate", "--finish"][..], &folders].concat());
    let left = 400 - all.len() as u64;
    assert_eq!(rows(&crossing.manifest("snapshots"), "person"), left);
    let report = crossing.import();
    assert_eq!(report["report"]["persons"], left);
    assert_eq!(rows(&crossing.manifest("snapshots"), "person"), left);
}
