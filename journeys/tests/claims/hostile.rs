//! Files as they must not be, read by the importer and by SQL that shares no line with it: the same lives, and as many rows refused
//! of each table.
//!
//! Dangers: a cell that is no date, number or code and is read as one, or takes another row with it; keys that stand twice, and
//! multiply; a row told twice; twins, and persons whom no reference names, taken for each other or lost; regularisations and late
//! flows among them.
//! Not a failure: that a line whose refined rows are all refused stands as one of its nature.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::{Crossing, every_row_is_accounted_for};
use crate::clients::installed;
use crate::harness::chance::Chance;

/// Of each table and column what is put into a cell.
const WRONG: &[(&str, &str, &[&str])] = &[
    ("ER_PRS_F", "BEN_NIR_PSA", &["", "NobodyHasThisOne0"]),
    ("ER_PRS_F", "BEN_RNG_GEM", &["", "0", "01", "3"]),
    (
        "ER_PRS_F",
        "EXE_SOI_DTD",
        &["", "2023-02-31", "hier", "01/01/1600"],
    ),
    (
        "ER_PRS_F",
        "EXE_SOI_DTF",
        &["", "31/04/2023", "demain", "1600-01-01"],
    ),
    ("ER_PRS_F", "PRS_NAT_REF", &["", "x12", "123456"]),
    ("ER_PRS_F", "DPN_QLF", &["x", "71", ""]),
    ("ER_PRS_F", "CPL_MAJ_TOP", &["x", "", "2", "1.5"]),
    ("ER_PRS_F", "PRS_ACT_QTE", &["deux", "2.5", "-1.00", "3,00"]),
    ("ER_PRS_F", "PRS_PAI_MNT", &["12-50", "", "7,5"]),
    ("ER_PRS_F", "BSE_REM_MNT", &["x", "", "-3"]),
    ("ER_PRS_F", "PFS_EXE_NUM", &["", "000000000"]),
    ("ER_PRS_F", "FLX_TRT_DTD", &["jamais"]),
    ("ER_PRS_F", "PRS_ORD_NUM", &["99999"]),
    (
        "ER_PHA_F",
        "PHA_PRS_C13",
        &["", "0", "34009X", "0000000000000"],
    ),
    ("ER_PHA_F", "PHA_ACT_QSN", &["", "x", "1.5", "-3"]),
    ("ER_PHA_F", "PRS_ORD_NUM", &["99999"]),
    ("ER_CAM_F", "CAM_PRS_IDE", &["", "XXXX", "HLQK"]),
    ("ER_BIO_F", "BIO_PRS_IDE", &["", "12345", "x"]),
    ("ER_BIO_F", "BIO_ACT_QSN", &["", "x"]),
    ("ER_TIP_F", "TIP_PRS_IDE", &["", "0"]),
    ("ER_TIP_F", "TIP_ACT_QSN", &["un"]),
    ("ER_UCD_F", "UCD_UCD_COD", &["", "9999999"]),
    ("ER_UCD_F", "UCD_DLV_NBR", &["0,5", "-1"]),
    ("ER_ETE_F", "ETE_IND_TAA", &["", "0", "1"]),
    ("IR_BEN_R", "BEN_NIR_PSA", &[""]),
    ("IR_BEN_R", "BEN_IDT_ANO", &[""]),
    ("IR_BEN_R", "BEN_SEX_COD", &["3", ""]),
    ("IR_BEN_R", "BEN_RES_DPT", &[""]),
    ("IR_BEN_R", "BEN_NAI_MOI", &["13"]),
    ("IR_BEN_R", "BEN_DCD_DTE", &["jamais", "31/02/2023"]),
    ("IR_IMB_R", "BEN_NIR_PSA", &["", "NobodyHasThisOne1"]),
    ("IR_IMB_R", "IMB_ETM_NAT", &["", "x", "11", "043"]),
    ("IR_IMB_R", "MED_NCL_IDT", &["CIM9", ""]),
    ("IR_IMB_R", "MED_MTF_COD", &["", "X"]),
    ("IR_IMB_R", "IMB_ALD_DTD", &["", "x"]),
    ("IR_IMB_R", "IMB_ALD_DTF", &["x", "01JAN1990:00:00:00"]),
    ("KI_CCI_R", "BEN_IDT_ANO", &["", "NobodyHasThisOne2"]),
    ("KI_CCI_R", "DCD_CIM_COD", &[""]),
    ("KI_ECD_R", "BEN_DCD_DTE", &["x"]),
    ("T_MCOC", "NIR_ANO_17", &["", "NobodyHasThisOne3"]),
    ("T_MCOC", "EXE_SOI_DTD", &["", "99999999"]),
    ("T_MCOC", "EXE_SOI_DTF", &["", "32012023"]),
    ("T_MCOC", "NIR_RET", &["1", ""]),
    ("T_MCOC", "RSA_NUM", &[""]),
    ("T_MCOB", "DGN_PAL", &["", "XXXX", "1A"]),
    ("T_MCOB", "RSA_NUM", &["0"]),
    ("T_MCOD", "ASS_DGN", &["", "?"]),
    ("T_MCOA", "CDC_ACT", &["", "AB"]),
    ("T_MCOA", "ENT_DAT_DEL", &["x", ""]),
    ("T_MCOA", "NBR_EXE_ACT", &["", "x"]),
    ("T_MCOUM", "UM_ORD_NUM", &["x"]),
    ("T_MCOUM", "PAR_DUR_SEJ", &["x", "", "900"]),
    ("T_MCOUM", "DGN_PAL", &["", "XX"]),
];
/// One row in so many gets a wrong cell; in small tables more.
const EVERY: u64 = 30;
/// One row in so many stands twice; of a line's the second says something else half the time.
const TWICE: u64 = 40;
/// One beneficiary in so many is gone from the reference.
const GONE: u64 = 40;

/// The table of a file, without its month or year.
fn table(path: &Path) -> Option<String> {
    if path.extension()? != "csv" {
        return None;
    }
    let stem = path.file_stem()?.to_str()?;
    Some(match stem.strip_prefix("T_MCO") {
        Some(rest) => format!("T_MCO{}", &rest[2..]),
        None => match stem.rsplit_once('_') {
            Some((name, month)) if month.bytes().all(|byte| byte.is_ascii_digit()) => {
                name.to_owned()
            }
            _ => stem.to_owned(),
        },
    })
}

/// Makes the files of a folder what they must not be.
fn spoil(claims: &Path, chance: &mut Chance) {
    let mut files: Vec<_> = fs::read_dir(claims)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    for path in files {
        let Some(table) = table(&path) else { continue };
        let wrong: Vec<_> = WRONG.iter().filter(|one| one.0 == table).collect();
        if wrong.is_empty() {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let header: Vec<&str> = text.lines().next().unwrap().split(';').collect();
        let place = |name: &str| header.iter().position(|column| *column == name).unwrap();
        let mut spoilt = format!("{}\n", text.lines().next().unwrap());
        for line in text.lines().skip(1) {
            let mut cells: Vec<&str> = line.split(';').collect();
            if table == "IR_BEN_R" && chance.below(GONE) == 0 {
                continue;
            }
            if chance.below(EVERY) == 0 {
                let (_, column, values) = wrong[chance.below(wrong.len() as u64) as usize];
                cells[place(column)] = values[chance.below(values.len() as u64) as usize];
                spoilt.push_str(&format!("{}\n", cells.join(";")));
                continue;
            }
            spoilt.push_str(&format!("{line}\n"));
            if chance.below(TWICE) == 0 {
                if table == "ER_PRS_F" && chance.below(2) == 0 {
                    cells[place("PRS_ACT_QTE")] = "7.00";
                    cells[place("EXE_SOI_DTD")] = "2020-01-05";
                }
                spoilt.push_str(&format!("{}\n", cells.join(";")));
            }
        }
        fs::write(&path, spoilt).unwrap();
    }
}

impl Crossing {
    /// A snapshot tells what SQL makes of the same files, and the import refused as many rows of each table.
    pub(super) fn flattened(&self, test: &str, snapshot: &str, report: &Value) {
        let Some(python) = installed(test, "python/bin/python") else {
            return;
        };
        let oracle =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../research/snds/tests/oracle/flatten.py");
        let made = Command::new(python)
            .arg(oracle)
            .args([self.path("claims"), self.path("flat.csv")])
            .args([Path::new("--persons"), &self.path("flat-persons.csv")])
            .args([Path::new("--rejected"), &self.path("rejected.csv")])
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        let wanted = fs::read_to_string(self.path("rejected.csv")).unwrap();
        let wanted: BTreeMap<String, u64> = wanted
            .lines()
            .skip(1)
            .map(|line| line.split_once(';').unwrap())
            .map(|(table, rows)| (table.to_owned(), rows.parse().unwrap()))
            .collect();
        let mut refused = BTreeMap::<String, u64>::new();
        for file in report["report"]["files"].as_array().unwrap() {
            let reasons = file["rejected"].as_object().unwrap().values();
            let rows: u64 = reasons.map(|rows| rows.as_u64().unwrap()).sum();
            if rows > 0 {
                *refused
                    .entry(file["table"].as_str().unwrap().to_owned())
                    .or_default() += rows;
            }
        }
        assert_eq!(refused, wanted);
        self.lives(test, ["flat.csv", "flat-persons.csv"], snapshot);
    }
}

#[test]
fn what_cannot_be_taken_stands_twice_or_is_nobodys_is_read_otherwise_than_by_sql() {
    const TEST: &str =
        "what_cannot_be_taken_stands_twice_or_is_nobodys_is_read_otherwise_than_by_sql";
    let crossing = Crossing::of(1500, &["--wrong", "60"]);
    let seed = Chance::seed("HYGIE_CLAIMS_SEED");
    println!("HYGIE_CLAIMS_SEED={seed}");
    let mut chance = Chance::of(seed, 3);
    spoil(&crossing.path("claims"), &mut chance);
    let report = crossing.imported(1);
    every_row_is_accounted_for(&report);
    let told = &report["report"];
    assert!(told["unreferenced"].as_u64().unwrap() > 20);
    assert!(report["rejected"].as_u64().unwrap() > 1000);
    crossing.flattened(TEST, "snapshots/1", &report);
}
