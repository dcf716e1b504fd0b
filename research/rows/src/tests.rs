//! Covered: a file that is cut off, of two bytes a character, or without a needed column, and that is read all the same;
//! a row of too few fields that shifts the others; a raw row that loses the empty fields at its begin.
//! Not a failure: another separator, a byte order mark, more columns than are used.

use proptest::prelude::*;

use super::*;

mod raw;

const READ: [&str; 3] = ["BEN_IDT_ANO", "BEN_DCD_DTE", "ECD_CIM_COD"];
const COLUMNS: Columns<'_> = Columns {
    table: "KI_ECD_R",
    read: &READ,
    optional: &[],
    published: &["BEN_IDT_ANO", "BEN_DCD_DTE", "ECD_CIM_COD", "DCD_IDT_ENC"],
    raw: true,
};

struct Seen(Vec<(u64, String)>, Vec<u64>);

impl Take for Seen {
    type Error = Error;

    fn take(&mut self, row: &Row<'_>) -> Result<(), Error> {
        let text = |place| String::from_utf8_lossy(row.get(place)).into_owned();
        self.0
            .push((row.line, format!("{}|{}|{}", text(0), text(1), text(2))));
        Ok(())
    }

    fn refuse(&mut self, row: &Row<'_>, _: &'static str) -> Result<(), Error> {
        self.1.push(row.line);
        Ok(())
    }
}

fn file(text: &[u8]) -> (Result<Header, Error>, Seen) {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("KI_ECD_R.csv");
    std::fs::write(&path, text).expect("written");
    let mut seen = Seen(Vec::new(), Vec::new());
    (read(&path, &COLUMNS, &mut seen), seen)
}

#[test]
fn separators_marks_and_the_order_of_columns_do_not_matter() {
    for separator in [";", ",", "\t", "|"] {
        let text = "\u{feff}ECD_CIM_COD;OTHER;BEN_IDT_ANO;ben_dcd_dte\r\nC51;x; A ;2020-01-01\n"
            .replace(';', separator);
        let (header, seen) = file(text.as_bytes());
        let header = header.expect("it is read");
        assert_eq!(seen.0, [(2, "A|2020-01-01|C51".to_owned())]);
        assert_eq!((header.rows, header.unknown), (1, vec!["OTHER".to_owned()]));
        assert!(header.missing.contains(&"DCD_IDT_ENC".to_owned()));
    }
}

#[test]
fn a_row_of_too_few_fields_is_refused_alone() {
    let (header, seen) =
        file(b"BEN_IDT_ANO;BEN_DCD_DTE;ECD_CIM_COD\nA;2020-01-01\nB;2020-01-01;C51\n");
    assert_eq!(header.expect("read").rows, 2);
    assert_eq!((seen.1, seen.0.len()), (vec![2], 1));
}

/// Raw rows alone.
struct Raw(Vec<String>);

impl Take for Raw {
    type Error = Error;

    fn take(&mut self, row: &Row<'_>) -> Result<(), Error> {
        let mut raw = Vec::new();
        row.raw(&mut raw);
        self.0.push(String::from_utf8_lossy(&raw).into_owned());
        Ok(())
    }

    fn refuse(&mut self, row: &Row<'_>, _: &'static str) -> Result<(), Error> {
        self.take(row)
    }
}

#[test]
fn a_raw_row_loses_empty_fields() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("KI_ECD_R.csv");
    let rows = ";;C51\n;2020-01-01;\nA;;\n;;;;\n";
    let text = format!("BEN_IDT_ANO;BEN_DCD_DTE;ECD_CIM_COD\n{rows}");
    std::fs::write(&path, text).expect("written");
    let mut raw = Raw(Vec::new());
    read(&path, &COLUMNS, &mut raw).expect("read");
    assert_eq!(raw.0.join("\n") + "\n", rows);
}

#[test]
fn a_file_that_is_cut_off_stops_the_import_where_it_ends() {
    let (header, seen) = file(b"BEN_IDT_ANO;BEN_DCD_DTE;ECD_CIM_COD\nB;2020-01-01;C51\nA;2020-0");
    let error = header.expect_err("it is cut off").to_string();
    assert!(
        error.contains("line 3") && error.contains("cut off"),
        "{error}"
    );
    assert!(seen.0.is_empty(), "nothing of it is taken");
}

#[test]
fn a_missing_column_is_named() {
    let (header, _) = file(b"BEN_IDT_ANO;ECD_CIM_COD\nB;C51\n");
    let error = header.expect_err("a column is missing").to_string();
    assert!(
        error.contains("`BEN_DCD_DTE`") && error.contains("KI_ECD_R"),
        "{error}"
    );
}

#[test]
fn two_bytes_a_character_are_refused() {
    let (header, _) = file(b"\xff\xfeB\0E\0N\0");
    let error = header.expect_err("UTF-16").to_string();
    assert!(error.contains("UTF-8"), "{error}");
}

#[test]
fn a_damaged_parquet_file_is_named() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("KI_ECD_R.parquet");
    std::fs::write(&path, b"PAR1 and then nothing").expect("written");
    let error = read(&path, &COLUMNS, &mut Seen(Vec::new(), Vec::new()))
        .expect_err("damaged")
        .to_string();
    assert!(error.contains("KI_ECD_R.parquet"), "{error}");
}

#[test]
fn a_column_that_may_be_missing_has_empty_cells() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("t.csv");
    std::fs::write(&path, "ecd_cim_cod,BEN_IDT_ANO\nC51,A\n").expect("written");
    let columns = Columns {
        optional: &["BEN_DCD_DTE"],
        ..COLUMNS
    };
    let mut seen = Seen(Vec::new(), Vec::new());
    let header = read(&path, &columns, &mut seen).expect("read");
    assert_eq!(seen.0, [(2, "A||C51".to_owned())]);
    assert!(header.missing.contains(&"BEN_DCD_DTE".to_owned()));
}

#[test]
fn a_quote_in_a_file_parted_by_tabs_is_a_character() {
    let (_, seen) = file(b"BEN_IDT_ANO\tBEN_DCD_DTE\tECD_CIM_COD\n\"A\tx\tC51\nB\ty\tC52\n");
    assert_eq!(seen.0.len(), 2);
    assert_eq!(seen.0[0].1, "\"A|x|C51");
}

proptest! {
    #[test]
    fn every_instant_is_written_as_its_day_and_time(day in 0i64..1_000_000, micros in 0i64..86_400_000_000) {
        let (mut text, mut alone) = (Vec::new(), Vec::new());
        write_instant(&mut text, day * 86_400_000_000 + micros);
        write_day(&mut alone, day);
        prop_assert_eq!(&text[..10], &alone[..10]);
        let number = |from: usize| std::str::from_utf8(&text[from..from + 2]).expect("digits").parse::<i64>().expect("digits");
        let seconds = number(11) * 3600 + number(14) * 60 + number(17);
        prop_assert_eq!(seconds, micros / 1_000_000);
    }
}
