//! The same rows in every form.
//! Failures covered: a label that breaks its row where cells are separated by commas; a letter lost in Windows-1252; a comma
//! of decimals that becomes a cell; a Parquet file that holds other rows, or a CSV file left beside it; a page of the truth that is
//! written although nobody asked.

use std::fs::{self, File};

use hygie_people_claims::{Form, Plan};
use parquet::file::reader::{FileReader, SerializedFileReader};

use crate::main::reading::{Row, hundredths, nation, rows};

const PLAN: Plan = Plan {
    persons: 400,
    years: 1,
    first_year: 2023,
    seed: 2,
};

#[test]
fn a_row_breaks_in_another_form() {
    let plain = nation(&PLAN, &Form::default());
    let lines = rows(plain.path(), "ER_PRS_F_", b';');
    let causes = rows(plain.path(), "KI_ECD_R", b';');
    for separator in *b",|\t" {
        let form = Form {
            separator,
            ..Form::default()
        };
        let other = nation(&PLAN, &form);
        assert_eq!(rows(other.path(), "ER_PRS_F_", separator), lines);
        assert_eq!(rows(other.path(), "KI_ECD_R", separator), causes);
        let (one, two) = (
            plain.path().join("nomenclatures"),
            other.path().join("nomenclatures"),
        );
        for name in [
            "IR_CIM_V",
            "IR_BIO_R",
            "NT_LPP",
            "IR_PHA_R",
            "openmedic_ATC",
        ] {
            let found = rows(&one, name, b';');
            assert!(!found.is_empty());
            assert_eq!(found, rows(&two, name, separator));
        }
    }
    let form = Form {
        decimal_comma: true,
        ..Form::default()
    };
    let other = rows(nation(&PLAN, &form).path(), "ER_PRS_F_", b';');
    assert_eq!(other.len(), lines.len());
    for (one, other) in lines.iter().zip(&other) {
        assert!(other["BSE_REM_MNT"].contains(','));
        assert_eq!(
            hundredths(&one["BSE_REM_MNT"]),
            hundredths(&other["BSE_REM_MNT"])
        );
    }
}

#[test]
fn a_letter_is_lost_in_windows_1252() {
    let form = Form {
        windows_1252: true,
        ..Form::default()
    };
    let (plain, other) = (nation(&PLAN, &Form::default()), nation(&PLAN, &form));
    for name in [
        "KI_ECD_R.csv",
        "nomenclatures/IR_CCAM_V63.csv",
        "nomenclatures/IR_CIM_V.csv",
    ] {
        let text = fs::read_to_string(plain.path().join(name)).unwrap();
        let bytes = fs::read(other.path().join(name)).unwrap();
        let back: String = bytes
            .iter()
            .map(|&byte| match byte {
                0x92 => '’',
                0x9c => 'œ',
                byte => char::from(byte),
            })
            .collect();
        assert_eq!(back, text);
        assert!(!text.is_ascii() && !text.contains('?'), "{name}");
    }
}

#[test]
fn parquet_holds_other_rows() {
    let form = Form {
        parquet: true,
        ..Form::default()
    };
    let (plain, other) = (nation(&PLAN, &Form::default()), nation(&PLAN, &form));
    let mut tables = 0;
    for entry in fs::read_dir(other.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        assert_eq!(path.extension().unwrap(), "parquet");
        tables += 1;
        let reader = SerializedFileReader::new(File::open(&path).unwrap()).unwrap();
        let found: Vec<Row> = reader
            .get_row_iter(None)
            .unwrap()
            .map(|row| {
                let columns = row.unwrap().into_columns();
                columns
                    .into_iter()
                    .map(|(column, cell)| {
                        let text = cell.to_string();
                        let empty = text == "null";
                        (
                            column,
                            if empty {
                                String::new()
                            } else {
                                text.trim_matches('"').to_owned()
                            },
                        )
                    })
                    .collect()
            })
            .collect();
        let csv = plain
            .path()
            .join(path.file_name().unwrap())
            .with_extension("csv");
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(b';')
            .from_path(csv)
            .unwrap();
        let rows: Vec<Row> = reader.deserialize().map(Result::unwrap).collect();
        assert!(found == rows, "{}", path.display());
    }
    assert_eq!(tables, 7 * 35 + 5 + 4);
    assert!(other.path().join("truth/events.csv").is_file());
}

#[test]
fn the_truth_is_written_though_nobody_asked() {
    let form = Form {
        truth: false,
        ..Form::default()
    };
    let folder = nation(&PLAN, &form);
    assert!(rows(&folder.path().join("truth"), "events", b';').is_empty());
    assert!(!rows(folder.path(), "ER_PRS_F_", b';').is_empty());
}
