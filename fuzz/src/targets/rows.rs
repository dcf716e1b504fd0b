//! Rows of the files that research imports: none comes twice, none is lost without a word.

use std::path::PathBuf;

use hygie_rows::{Columns, Error, Header, Row, Take, read};
use tempfile::TempDir;

use super::scratch;

const COLUMNS: Columns<'_> = Columns {
    table: "T",
    read: &["A", "B", "C", "D", "E", "F"],
    optional: &["B", "C", "D", "E", "F"],
    published: &["A", "B", "C", "D", "E", "F", "G"],
    raw: true,
};

/// What comes out of a file.
#[derive(Default)]
struct Met {
    rows: u64,
    refused: u64,
    /// Each row as it came, and a line's end.
    raw: Vec<u8>,
}

impl Met {
    fn meet(&mut self, row: &Row<'_>, first: u64) {
        assert_eq!(row.line, first + self.rows, "a row is passed over");
        self.rows += 1;
        let mut raw = Vec::new();
        row.raw(&mut raw);
        self.raw.append(&mut raw);
        self.raw.push(b'\n');
        for place in 0..COLUMNS.read.len() {
            let field = row.get(place);
            assert_eq!(field, field.trim_ascii());
        }
    }
}

/// Lines of a CSV are counted with the header, rows of Parquet without it.
struct Counting<const FIRST: u64>(Met);

impl<const FIRST: u64> Take for Counting<FIRST> {
    type Error = Error;

    fn take(&mut self, row: &Row<'_>) -> Result<(), Error> {
        self.0.meet(row, FIRST);
        Ok(())
    }

    fn refuse(&mut self, row: &Row<'_>, _: &'static str) -> Result<(), Error> {
        self.0.refused += 1;
        self.0.meet(row, FIRST);
        Ok(())
    }
}

fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let dir = scratch();
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).expect("the folder can be written");
    (dir, path)
}

fn rows<const FIRST: u64>(name: &str, bytes: &[u8]) -> (Result<Header, Error>, Met) {
    let (_dir, path) = file(name, bytes);
    let mut counting = Counting::<FIRST>(Met::default());
    let header = read(&path, &COLUMNS, &mut counting);
    if let Ok(header) = &header {
        assert_eq!(header.rows, counting.0.rows, "rows are counted otherwise");
    }
    (header, counting.0)
}

/// A table as CSV.
pub mod csv {
    use super::rows;

    /// See [`crate::Target::run`].
    pub fn run(bytes: &[u8]) {
        let (header, met) = rows::<2>("table.csv", bytes);
        let plain = !bytes.iter().any(|byte| b"\"\r\t|,".contains(byte));
        if header.is_err() || !plain {
            return;
        }
        // Without quotes, and parted by `;`, rows are what the file's lines are.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let lines = bytes.split(|byte| *byte == b'\n').skip(1);
        let mut text = Vec::new();
        for line in lines.filter(|line| !line.is_empty()) {
            text.extend_from_slice(line);
            text.push(b'\n');
        }
        assert!(text == met.raw, "a row is not as it came");
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let texts = [
            "A;B;C\n1;2;3\n 4 ;;6\n\n7;8\n",
            "\u{feff}a,b,g\n\"x, \"\"y\"\"\",2,3\r\n\"two\nlines\",2,3\r\n",
            "A\tB\n\"\t2\n",
            "\"A\"\t\"B\"\n\"1\t1\"\t2\n",
            "A|X|A|E\n1|2|3|4\n",
        ];
        let windows = b"A;B\n\xe9t\xe9;1\n".to_vec();
        let utf16 = b"\xff\xfeA\0;\0B\0\n\0".to_vec();
        let mut seeds: Vec<Vec<u8>> = texts.map(|text| text.as_bytes().to_vec()).into();
        seeds.extend([windows, utf16, b"A;B\n1;2".to_vec()]);
        seeds
    }
}

/// A table as Parquet.
pub mod parquet {
    use hygie_snapshot::{Building, Table, Values};

    use super::super::others::let_be_caught;
    use super::{rows, scratch};

    /// See [`crate::Target::run`].
    pub fn run(bytes: &[u8]) {
        // The reader itself refuses what the library panics at.
        let_be_caught();
        let (header, met) = rows::<1>("table.parquet", bytes);
        if header.is_ok() {
            assert_eq!(met.refused, 0, "a row of other fields than the others");
        }
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        [0, 1, 40].map(table).into()
    }

    /// A table of so many rows as a snapshot has them, some cells of it empty.
    fn table(rows: i32) -> Vec<u8> {
        let none = |row: i32| row % 7 == 3;
        let text = |row: i32| (!none(row)).then(|| format!("word {}", row % 5));
        let texts: Vec<Option<String>> = (0..rows).map(text).collect();
        let table = Table::new()
            .with("A", Values::Int((0..rows).collect()))
            .with(
                "B",
                Values::Date(
                    (0..rows)
                        .map(|row| {
                            if none(row) {
                                Values::NO_INT
                            } else {
                                19_000 + row
                            }
                        })
                        .collect(),
                ),
            )
            .with(
                "C",
                Values::Long((0..rows).map(|row| i64::from(row) << 33).collect()),
            )
            .with(
                "D",
                Values::Number((0..rows).map(|row| f64::from(row) / 8.0).collect()),
            )
            .with("E", Values::text(texts.iter().map(Option::as_deref)));
        let dir = scratch();
        let building = Building::begin(dir.path(), 1, 1).expect("the folder is empty");
        building
            .plain("location", &table)
            .expect("the folder can be written");
        let made = dir
            .path()
            .join(".building-1/location/plain/all-000001.parquet");
        std::fs::read(made).expect("it was written there")
    }
}
