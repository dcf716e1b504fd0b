//! Claims: the four rules on lines, the refined rows, and the netting.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::main::naive::Persons;
use crate::main::reading::{Row, hundredths, key, rows};

/// Code, quantity, activity.
type Refined = BTreeMap<Vec<String>, Vec<(String, Option<i64>, String)>>;
/// A table's name, the kind of its events, its rows.
type Table = (&'static str, &'static str, Refined);

/// The refined rows of a table by key.
fn refined(folder: &Path, table: &str, code: &str, quantity: &str) -> Refined {
    let mut found = Refined::new();
    for row in rows(folder, &format!("ER_{table}_F_"), b';') {
        let quantity = row.get(quantity).map(|text| hundredths(text));
        let activity = row.get("CAM_ACT_COD").cloned().unwrap_or_default();
        found
            .entry(key(&row))
            .or_default()
            .push((row[code].clone(), quantity, activity));
    }
    found
}

fn tables(folder: &Path) -> [Table; 5] {
    [
        (
            "PHA",
            "drug",
            refined(folder, "PHA", "PHA_PRS_C13", "PHA_ACT_QSN"),
        ),
        (
            "UCD",
            "drug",
            refined(folder, "UCD", "UCD_UCD_COD", "UCD_DLV_NBR"),
        ),
        (
            "CAM",
            "procedure",
            refined(folder, "CAM", "CAM_PRS_IDE", ""),
        ),
        (
            "BIO",
            "measurement",
            refined(folder, "BIO", "BIO_PRS_IDE", "BIO_ACT_QSN"),
        ),
        (
            "TIP",
            "device",
            refined(folder, "TIP", "TIP_PRS_IDE", "TIP_ACT_QSN"),
        ),
    ]
}

/// Whether a line counts, and can be read.
fn counts(line: &Row, priced: &BTreeSet<Vec<String>>) -> bool {
    let rules = line["DPN_QLF"] != "71"
        && line["PRS_DPN_QLP"] != "71"
        && line["CPL_MAJ_TOP"].parse::<i32>().unwrap() < 2
        && !priced.contains(&key(line));
    let readable = line["EXE_SOI_DTD"].len() == 10
        && line["EXE_SOI_DTD"] != "2023-02-31"
        && line["PRS_ACT_QTE"] != "deux"
        && line["PRS_PAI_MNT"] != "12-50";
    rules && readable
}

/// Quantity, paid, charged, in hundredths, by what the truth names an event with.
pub type Events = BTreeMap<Vec<String>, (i64, i64, i64)>;

/// All events of claims.
pub fn claims(folder: &Path, persons: &Persons) -> Events {
    let tables = tables(folder);
    let activity = rows(folder, "ER_ETE_F_", b';');
    let priced = activity.iter().filter(|row| row["ETE_IND_TAA"] == "1");
    let priced: BTreeSet<_> = priced.map(key).collect();
    let mut events = Events::new();
    for line in rows(folder, "ER_PRS_F_", b';') {
        let person = persons.get(&(line["BEN_NIR_PSA"].clone(), line["BEN_RNG_GEM"].clone()));
        let (Some(person), true) = (person, counts(&line, &priced)) else {
            continue;
        };
        add(&mut events, &tables, person, &line);
    }
    events.retain(|_, event| event.0 > 0);
    events
}

fn add(events: &mut Events, tables: &[Table], person: &str, line: &Row) {
    let quantity = hundredths(&line["PRS_ACT_QTE"]);
    let money = (
        hundredths(&line["BSE_REM_MNT"]),
        hundredths(&line["PRS_PAI_MNT"]),
    );
    let mut found = Vec::new();
    for (source, kind, table) in tables {
        for (code, own, activity) in table.get(&key(line)).into_iter().flatten() {
            found.push((
                *source,
                *kind,
                code.as_str(),
                own.unwrap_or(quantity),
                activity.as_str(),
            ));
        }
    }
    if found.is_empty() {
        found.push(("PRS", "procedure", &line["PRS_NAT_REF"], quantity, ""));
    }
    // A code's zeros in front are left out: the longer number is the greater.
    found.sort_by_key(|one| (one.2.len(), one.2));
    for (at, (source, kind, code, quantity, activity)) in found.into_iter().enumerate() {
        let name = [
            person,
            kind,
            code,
            &line["EXE_SOI_DTD"],
            &line["EXE_SOI_DTF"],
            source,
            &line["PRS_NAT_REF"],
            activity,
            &line["PSE_SPE_COD"],
            &line["PFS_EXE_NUM"],
            &line["ETB_PRE_FIN"],
            "",
        ];
        let event = events.entry(name.map(str::to_owned).to_vec()).or_default();
        event.0 += quantity;
        if at == 0 {
            event.1 += money.0;
            event.2 += money.1;
        }
    }
}
