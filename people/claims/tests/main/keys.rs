//! The nine-column key, and what real files have in the way.
//! Failures covered: two lines under one key; a refined row without its line; a key that is unique only with its leading
//! zeros left off, or whose neighbours differ in more than a zero; a flow without late lines, or with later ones than there are;
//! no regularisation, no line for information, no majoration, nothing billed twice, no twins, nobody renumbered.

use std::collections::{BTreeMap, BTreeSet};

use hygie_people_claims::{Form, Plan};

use crate::main::reading::{key, nation, rows};

const PLAN: Plan = Plan {
    persons: 2_000,
    years: 2,
    first_year: 2022,
    seed: 11,
};

#[test]
fn a_key_is_given_twice_or_leads_nowhere() {
    let folder = nation(&PLAN, &Form::default());
    let lines = rows(folder.path(), "ER_PRS_F_", b';');
    let keys: BTreeSet<_> = lines.iter().map(key).collect();
    assert_eq!(keys.len(), lines.len());
    for table in ["PHA", "CAM", "BIO", "ETE", "UCD", "TIP"] {
        let refined = rows(folder.path(), &format!("ER_{table}_F_"), b';');
        assert!(!refined.is_empty(), "{table}");
        for row in &refined {
            assert!(keys.contains(&key(row)), "{row:?}");
            // A refined row lies in the file of its line's flow.
            let month = row["FLX_DIS_DTD"][..7].replace('-', "");
            assert!(row["stem"].ends_with(&month));
        }
    }
    // Read as numbers, some keys of neighbours are the same.
    let without = |key: &Vec<String>| -> Vec<String> {
        key.iter()
            .map(|cell| cell.trim_start_matches('0').to_owned())
            .collect()
    };
    let numbers: BTreeSet<_> = keys.iter().map(without).collect();
    assert!(numbers.len() < keys.len());
}

#[test]
fn real_files_have_more_in_the_way() {
    let folder = nation(&PLAN, &Form::default());
    let lines = rows(folder.path(), "ER_PRS_F_", b';');
    let share = |keep: &dyn Fn(&BTreeMap<String, String>) -> bool| {
        lines.iter().filter(|row| keep(row)).count() as f64 / lines.len() as f64
    };
    let late = |row: &BTreeMap<String, String>| {
        let month = |date: &str| {
            date[..4].parse::<i32>().unwrap() * 12 + date[5..7].parse::<i32>().unwrap()
        };
        month(&row["FLX_DIS_DTD"]) - month(&row["EXE_SOI_DTF"])
    };
    let negative = |row: &BTreeMap<String, String>| row["PRS_ACT_QTE"].starts_with('-');
    let beyond = share(&|row| !negative(row) && late(row) > 6);
    assert!((0.02..0.05).contains(&beyond), "{beyond}");
    assert!(lines.iter().all(|row| (1..=23).contains(&late(row))));
    assert!(lines.iter().any(|row| late(row) >= 17));
    assert!((0.01..0.03).contains(&share(&negative)));
    let told = share(&|row| row["DPN_QLF"] == "71" || row["PRS_DPN_QLP"] == "71");
    assert!((0.005..0.03).contains(&told), "{told}");
    assert!(
        lines
            .iter()
            .any(|row| row["DPN_QLF"] == "71" && row["PRS_DPN_QLP"] == "0")
    );
    assert!(
        lines
            .iter()
            .any(|row| row["DPN_QLF"] == "0" && row["PRS_DPN_QLP"] == "71")
    );
    for top in ["1", "2"] {
        assert!(lines.iter().any(|row| row["CPL_MAJ_TOP"] == top));
    }
    let activity = rows(folder.path(), "ER_ETE_F_", b';');
    for indicator in ["1", "2"] {
        assert!(activity.iter().any(|row| row["ETE_IND_TAA"] == indicator));
    }
    let insured = rows(folder.path(), "IR_BEN_R", b';');
    let mut numbers = BTreeMap::<_, BTreeSet<_>>::new();
    let mut ranks = BTreeMap::<_, BTreeSet<_>>::new();
    for row in &insured {
        let person = (row["BEN_NIR_PSA"].clone(), row["BEN_RNG_GEM"].clone());
        numbers
            .entry(row["BEN_IDT_ANO"].clone())
            .or_default()
            .insert(person.clone());
        ranks.entry(person.0).or_default().insert(person.1);
        assert_eq!(row["BEN_NIR_PSA"].len(), 17);
    }
    assert_eq!(numbers.len(), 2_000);
    assert!(numbers.values().filter(|one| one.len() == 2).count() > 20);
    assert!(ranks.values().filter(|one| one.len() == 2).count() > 15);
    let joined = rows(folder.path(), "T_MCO22C", b';');
    let fault = |row: &&BTreeMap<String, String>| {
        let mut codes = row.iter().filter(|cell| cell.0.ends_with("_RET"));
        codes.any(|cell| cell.1 != "0")
    };
    let faults = joined.iter().filter(fault).count();
    assert!(
        faults > 0 && faults * 20 < joined.len(),
        "{faults} of {}",
        joined.len()
    );
}
