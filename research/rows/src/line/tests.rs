//! Covered: a quote that swallows the lines after it, so that they are counted nowhere and lie under another's name; a line
//! that is read otherwise than a CSV's; a row without end that fills the memory.
//! Not a failure: an empty line, which is none.

use proptest::prelude::*;

use super::*;
use crate::replay;

/// Lines, fields, what can be believed, raw rows and reasons.
type Seen = (u64, Vec<String>, Vec<bool>, String, Option<&'static str>);

#[derive(Default)]
struct Seeing(Vec<Seen>, Vec<u8>);

impl Seeing {
    fn row(&mut self, row: &Row<'_>, reason: Option<&'static str>) {
        let mut raw = Vec::new();
        row.raw(&mut raw);
        row.lay(&mut self.1);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let fields = (0..3).map(|place| text(row.get(place))).collect();
        let believed = (0..3).map(|place| row.has(place)).collect();
        let seen = (row.line, fields, believed, text(&raw), reason);
        self.0.push(seen);
    }
}

impl Take for Seeing {
    type Error = Error;

    fn take(&mut self, row: &Row<'_>) -> Result<(), Error> {
        self.row(row, None);
        Ok(())
    }

    fn refuse(&mut self, row: &Row<'_>, reason: &'static str) -> Result<(), Error> {
        self.row(row, Some(reason));
        Ok(())
    }
}

const COLUMNS: Columns<'_> = Columns {
    table: "T",
    read: &["A", "B", "C"],
    optional: &[],
    published: &[],
    raw: true,
};

type Reads = fn(&Path, &Columns<'_>, &mut Seeing) -> Result<Header, Error>;

fn by(reads: Reads, text: &str) -> Result<Vec<Seen>, Error> {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("t.csv");
    std::fs::write(&path, text).expect("written");
    let mut seeing = Seeing::default();
    let header = reads(&path, &COLUMNS, &mut seeing)?;
    assert_eq!(header.rows, seeing.0.len() as u64);
    if !seeing.1.is_empty() {
        let mut again = Seeing::default();
        replay(&path, &seeing.1, &mut again).expect("given");
        assert_eq!(again.0, seeing.0, "given again");
    }
    Ok(seeing.0)
}

fn lines(text: &str) -> Vec<Seen> {
    by(crate::read_lines, text).expect("read")
}

#[test]
fn a_quote_that_is_not_closed_swallows_the_lines_after_it() {
    // The second quote stands in the same column: as one record it would have as many fields as the header.
    let seen = lines("A;B;C\n1;\"x;2\n3;y;4\n5;\"z;6\n7;w;8\n");
    let raw: Vec<(u64, &str, bool)> = seen
        .iter()
        .map(|seen| (seen.0, seen.3.as_str(), seen.4.is_none()))
        .collect();
    let wanted = [
        (2, "1;\"x;2", false),
        (3, "3;y;4", true),
        (4, "5;\"z;6", false),
        (5, "7;w;8", true),
    ];
    assert_eq!(raw, wanted);
    // With as many fields as columns each stands in its place.
    assert_eq!(seen[0].1, ["1", "\"x", "2"]);
    assert_eq!(seen[0].2, [true, true, false]);
}

#[test]
fn of_a_line_with_an_open_quote_what_stands_before_it_is_believed() {
    let seen = lines("A;B;C\n1;2;\"text; with the separator\n");
    assert_eq!(seen[0].2, [true, true, false]);
    let seen = lines("A;B;C\n1;\"text; with the separator; 3\n");
    assert_eq!(seen[0].2, [true, false, false]);
}

#[test]
fn a_line_that_ends_within_a_field_is_refused() {
    let seen = lines("A;B;C\n1;2\r;3\n4;5;6\r\n");
    assert_eq!(seen[0].4, Fault::Open.reason());
    assert_eq!((seen[1].1[2].as_str(), seen[1].4), ("6", None));
}

#[test]
fn a_row_without_end_fills_the_memory() {
    let begin = "A;B;C\n1;2;3\n4;\"5;6\n";
    let text = format!(
        "{begin}{}",
        format!("7;8;{}\n", "9".repeat(1000)).repeat(2000)
    );
    let error = by(crate::read, &text).expect_err("too long").to_string();
    assert!(
        error.contains("line 3") && error.contains("1 MiB"),
        "{error}"
    );
    assert_eq!(lines(&text).len(), 2002);
    for (reads, closed) in [(crate::read as Reads, "\""), (crate::read_lines, "")] {
        let long = format!(
            "A;B;C\n1;2;3\n4;{closed}{}{closed};6\n7;8;9\n",
            "x".repeat(RECORD)
        );
        let error = by(reads, &long).expect_err("too long").to_string();
        assert!(error.contains("line 3"), "{error}");
    }
}

#[test]
fn an_open_quote_in_the_header_is_named() {
    let error = by(crate::read_lines, "A;\"B;C\n1;2;3\n").expect_err("open");
    assert!(error.to_string().contains("line 1"), "{error}");
}

proptest! {
    #[test]
    fn what_has_no_line_end_in_a_field_is_read_as_a_csv_is(
        rows in proptest::collection::vec(proptest::collection::vec("[a\";é ]{0,6}", 1..5), 0..20),
        end in "\n|\r\n|\n\n",
    ) {
        let mut text = format!("A;B;C{end}");
        for row in &rows {
            for (at, field) in row.iter().enumerate() {
                if at > 0 {
                    text.push(';');
                }
                // Some are quoted that need it, others are not.
                let open = field.contains(';') || field.starts_with('"') || field.len() % 2 == 0;
                if open {
                    text.push_str(&format!("\"{}\"", field.replace('"', "\"\"")));
                } else {
                    text.push_str(field);
                }
            }
            text.push_str(&end);
        }
        prop_assert_eq!(lines(&text), by(crate::read, &text).expect("read"));
    }
}
