//! Long-term illnesses and deaths: once a person, however many numbers he had.

use std::collections::BTreeSet;
use std::path::Path;

use crate::main::naive::{Persons, date};
use crate::main::reading::rows;

/// Their rows, as the truth has them without amounts.
pub fn others(folder: &Path, persons: &Persons, found: &mut Vec<Vec<String>>) {
    let mut once = BTreeSet::new();
    let mut put = |cells: [&str; 9]| {
        let cells = cells.map(str::to_owned).to_vec();
        if once.insert(cells.clone()) {
            found.push(cells);
        }
    };
    for row in rows(folder, "IR_IMB_R", b';') {
        // Other exemptions are no long-term illness.
        if !["41", "43", "45"].contains(&row["IMB_ETM_NAT"].as_str()) {
            continue;
        }
        let person = &persons[&(row["BEN_NIR_PSA"].clone(), row["BEN_RNG_GEM"].clone())];
        let from = date(&row["IMB_ALD_DTD"]).unwrap();
        let to = date(&row["IMB_ALD_DTF"]).unwrap_or_default();
        let (code, number) = (&row["MED_MTF_COD"], &row["IMB_ALD_NUM"]);
        put([person, "condition", code, &from, &to, "", "ALD", number, ""]);
    }
    for row in rows(folder, "IR_BEN_R", b';') {
        if let Some(on) = date(&row["BEN_DCD_DTE"]) {
            put([
                &row["BEN_IDT_ANO"],
                "death",
                "",
                &on,
                &on,
                "",
                "BEN",
                "",
                "",
            ]);
        }
    }
    for (file, column, source) in [
        ("KI_CCI_R", "DCD_CIM_COD", "CCI"),
        ("KI_ECD_R", "ECD_CIM_COD", "ECD"),
    ] {
        for row in rows(folder, file, b';') {
            let on = date(&row["BEN_DCD_DTE"]).unwrap();
            put([
                &row["BEN_IDT_ANO"],
                "death",
                &row[column],
                &on,
                &on,
                "",
                source,
                "",
                "",
            ]);
        }
    }
}
