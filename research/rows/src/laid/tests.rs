//! Covered: a row that is another one when it is given again: its fields, its raw bytes, its line, whether it is refused and
//! what of it can be believed; a piece that is none and stops more than the import.
//! Not a failure: columns of Parquet that nobody reads, where rows are not asked for raw.

use proptest::prelude::*;

use super::*;
use crate::{Columns, read};

const READ: [&str; 3] = ["B", "MISSING", "A"];
const COLUMNS: Columns<'_> = Columns {
    table: "T",
    read: &READ,
    optional: &["MISSING"],
    published: &[],
    raw: true,
};

/// A row as its taker sees it: line, columns, what can be believed, raw row, reason.
type Seen = (u64, Vec<Vec<u8>>, Vec<bool>, Vec<u8>, Option<&'static str>);

/// Sees rows, and lays each down.
#[derive(Default)]
struct Laying {
    seen: Vec<Seen>,
    piece: Vec<u8>,
}

impl Laying {
    fn row(&mut self, row: &Row<'_>, reason: Option<&'static str>) {
        let mut raw = Vec::new();
        row.raw(&mut raw);
        let columns = (0..READ.len()).map(|place| row.get(place).to_vec());
        let believed = (0..READ.len()).map(|place| row.has(place));
        let seen = (row.line, columns.collect(), believed.collect(), raw, reason);
        self.seen.push(seen);
        row.lay(&mut self.piece);
    }
}

impl Take for Laying {
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

fn laid(text: &str) -> Laying {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("t.csv");
    std::fs::write(&path, text).expect("written");
    let mut laying = Laying::default();
    read(&path, &COLUMNS, &mut laying).expect("read");
    laying
}

fn again(piece: &[u8]) -> Laying {
    let mut laying = Laying::default();
    replay(Path::new("t.spill"), piece, &mut laying).expect("given");
    laying
}

#[test]
fn the_last_field_of_a_short_row_may_be_cut_and_is_not_believed() {
    let laying = laid("A;B;C;D\n1;2;3;4\n1;2;3\n1;2\n1;2;3;4;5\n");
    let believed: Vec<[bool; 2]> = laying
        .seen
        .iter()
        .map(|seen| [seen.2[2], seen.2[0]])
        .collect();
    assert_eq!(
        believed,
        // Of a longer row nobody knows where what is too much stands.
        [[true, true], [true, true], [true, false], [false, false]]
    );
    // A column that the file lacks is as empty as in the others.
    assert!(laying.seen.iter().all(|seen| seen.2[1]));
}

#[test]
fn fields_that_are_empty_at_the_begin_are_in_the_raw_row() {
    let laying = laid("A;B;C\n;;x\n");
    assert_eq!(laying.seen[0].3, b";;x");
}

#[test]
fn a_piece_of_which_no_column_is_read_has_rows_without_cells() {
    let given = again(&[b';', 0, 2, 8, 0]);
    let empty = vec![Vec::new(); READ.len()];
    assert_eq!(given.seen, [(2, empty, vec![true; 3], Vec::new(), None)]);
}

#[test]
fn a_piece_that_is_cut_is_an_error() {
    let laying = laid("A;B;C\n1;22;333\n4;5\n");
    for end in 0..laying.piece.len() {
        let mut seen = Laying::default();
        let given = replay(Path::new("t.spill"), &laying.piece[..end], &mut seen);
        assert!(given.is_err() || seen.seen.len() < 2, "{end}");
    }
}

proptest! {
    #[test]
    fn a_row_is_given_again_as_it_was_read(rows in proptest::collection::vec(proptest::collection::vec("[ -:<-~é]{0,200}", 1..6), 0..20)) {
        let mut text = "A;B;C\n".to_owned();
        for row in &rows {
            let fields: Vec<String> = row.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect();
            text.push_str(&fields.join(";"));
            text.push('\n');
        }
        let laying = laid(&text);
        prop_assert_eq!(laying.seen.len(), rows.len());
        if !rows.is_empty() {
            let given = again(&laying.piece);
            prop_assert_eq!(&given.seen, &laying.seen);
            prop_assert_eq!(&given.piece, &laying.piece);
        }
    }

    #[test]
    fn no_bytes_are_taken_for_a_piece_that_never_ends(piece in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut seen = Laying::default();
        let _given = replay(Path::new("t.spill"), &piece, &mut seen);
        prop_assert!(seen.seen.len() <= piece.len());
    }
}
