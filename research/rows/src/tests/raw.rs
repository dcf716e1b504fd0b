//! Covered: a raw row that is not what stood in the file, or can't be read again: quotes that are lost, columns that nobody
//! uses and that are gone, a line of columns that says something else; another file whose rows take its place.
//! Not a failure: the line's end and the byte order mark, which are no part of a row; how Parquet writes a number.

use std::sync::Arc;

use ::parquet::data_type::{
    ByteArray, ByteArrayType, FixedLenByteArray, FixedLenByteArrayType, Int32Type, Int96, Int96Type,
};
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;

use super::*;
use crate::laid::replay;

/// The raw rows of a file, as they are read and as they are given again.
#[derive(Default)]
struct Raw(Vec<Vec<u8>>, Vec<u8>);

impl Raw {
    fn row(&mut self, row: &Row<'_>) {
        let mut raw = Vec::new();
        row.raw(&mut raw);
        self.0.push(raw);
        row.lay(&mut self.1);
    }
}

impl Take for Raw {
    type Error = Error;

    fn take(&mut self, row: &Row<'_>) -> Result<(), Error> {
        self.row(row);
        Ok(())
    }

    fn refuse(&mut self, row: &Row<'_>, _: &'static str) -> Result<(), Error> {
        self.row(row);
        Ok(())
    }
}

fn raw(path: &Path, columns: &Columns<'_>) -> Vec<Vec<u8>> {
    let (mut raw, mut again) = (Raw::default(), Raw::default());
    read(path, columns, &mut raw).expect("read");
    replay(path, &raw.1, &mut again).expect("given");
    assert_eq!(again.0, raw.0, "given again");
    raw.0
}

fn columns<'a>(names: &'a [&'a str]) -> Columns<'a> {
    Columns {
        table: "T",
        read: names,
        optional: &[],
        published: &[],
        raw: true,
    }
}

/// The fields of a line, as whoever reads bronze again parts them.
fn fields(line: &[u8]) -> Vec<Vec<u8>> {
    let mut reader = ::csv::ReaderBuilder::new();
    let mut reader = reader.delimiter(b';').has_headers(false).from_reader(line);
    let records: Vec<_> = reader.byte_records().collect();
    assert_eq!(records.len(), 1);
    let record = records[0].as_ref().expect("a record");
    record.iter().map(<[u8]>::to_vec).collect()
}

#[test]
fn a_line_of_a_csv_is_kept_as_it_stood() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("t.csv");
    let lines: [&[u8]; 7] = [
        b"1;\"a;b\";2",
        b"\"say \"\"so\"\"\";;",
        b"\"two\nlines\r\n\";x;y",
        b"plain;\xe9t\xe9; 3 ",
        b";;",
        b"too;few",
        b"mid\"quote;a;b",
    ];
    for end in [&b"\n"[..], b"\r\n"] {
        for separator in [b';', b',', b'|'] {
            let part = |line: &[u8]| -> Vec<u8> {
                let other = |byte: &u8| if *byte == b';' { separator } else { *byte };
                line.iter().map(other).collect()
            };
            let mut text = b"\xef\xbb\xbf".to_vec();
            for line in [&b"\"A\";B;C"[..]].iter().chain(&lines) {
                text.extend(part(line));
                text.extend_from_slice(end);
            }
            std::fs::write(&path, &text).expect("written");
            let wanted: Vec<Vec<u8>> = lines.iter().map(|line| part(line)).collect();
            assert_eq!(raw(&path, &columns(&["C", "A"])), wanted);
            assert_eq!(heading(&path).expect("read"), part(b"\"A\";B;C"));
        }
    }
}

#[test]
fn far_into_a_file_a_raw_row_is_its_line() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("t.csv");
    let lines: Vec<String> = (0..60_000)
        .map(|at| match at % 3 {
            0 => format!("{at};\"{}\";x", "q".repeat(at % 90)),
            _ => format!("{at};{};y", "p".repeat(at % 70)),
        })
        .collect();
    std::fs::write(&path, format!("A;B;C\n{}\n", lines.join("\n"))).expect("written");
    let raw = raw(&path, &columns(&["A"]));
    assert!(raw.iter().eq(lines.iter().map(|line| line.as_bytes())));
}

const SCHEMA: &str = "message t {
    required binary A (UTF8);
    optional binary B (UTF8);
    required int32 C;
    required int96 D;
    required fixed_len_byte_array(4) E (DECIMAL(9,2));
    optional fixed_len_byte_array(2) F;
}";

fn parquet_file(path: &Path) {
    let schema = Arc::new(parse_message_type(SCHEMA).expect("a schema"));
    let file = File::create(path).expect("made");
    let mut writer = SerializedFileWriter::new(file, schema, Arc::default()).expect("begun");
    let mut group = writer.next_row_group().expect("begun");
    let text = |text: &str| ByteArray::from(text);
    macro_rules! column {
        ($kind:ty, $values:expr, $levels:expr) => {{
            let mut column = group.next_column().expect("begun").expect("a column");
            let values = $values;
            let levels: Option<&[i16]> = $levels;
            let typed = column.typed::<$kind>();
            typed.write_batch(&values, levels, None).expect("written");
            column.close().expect("written");
        }};
    }
    column!(
        ByteArrayType,
        [text("a;1"), text("say \"so\""), text("")],
        None
    );
    column!(
        ByteArrayType,
        [text("two\nlines"), text("plain")],
        Some(&[1, 0, 1])
    );
    column!(Int32Type, [1, -2, 3], None);
    let mut instant = Int96::new();
    // 2023-01-01, a Julian day, and midnight.
    instant.set_data(0, 0, 2_459_946);
    column!(Int96Type, [instant, instant, instant], None);
    let fixed = |bytes: &[u8]| FixedLenByteArray::from(bytes.to_vec());
    let amounts = [1234i32, -5, 0].map(|amount| fixed(&amount.to_be_bytes()));
    column!(FixedLenByteArrayType, amounts, None);
    column!(FixedLenByteArrayType, [fixed(&[0xab, 1])], Some(&[1, 0, 0]));
    group.close().expect("written");
    writer.close().expect("written");
}

#[test]
fn of_parquet_all_columns_are_kept_and_read_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("t.parquet");
    parquet_file(&path);
    let rows = raw(&path, &columns(&["C"]));
    let wanted: [[&str; 6]; 3] = [
        ["a;1", "two\nlines", "1", "2023-01-01", "12.34", "ab01"],
        ["say \"so\"", "", "-2", "2023-01-01", "-0.05", ""],
        ["", "plain", "3", "2023-01-01", "0.00", ""],
    ];
    assert_eq!(rows.len(), wanted.len());
    for (row, wanted) in rows.iter().zip(wanted) {
        assert_eq!(fields(row), wanted.map(|field| field.as_bytes().to_vec()));
    }
    assert_eq!(heading(&path).expect("read"), b"A;B;C;D;E;F");
    // Where nobody asks for them, nothing but what is read is decoded.
    let few = Columns {
        raw: false,
        ..columns(&["C"])
    };
    assert_eq!(raw(&path, &few), [&b"1"[..], b"-2", b"3"]);
}

#[test]
fn another_file_of_a_name_is_another_part() {
    let part = |hash: &str| part(Path::new("/in/ER_PRS_F_202301.csv"), hash);
    let one = part("0011223344556677ff");
    assert_eq!(one, "ER_PRS_F_202301.0011223344556677");
    assert_ne!(one, part("0011223344556678ff"));
}

proptest! {
    #[test]
    fn whatever_a_field_holds_it_is_read_again(all in proptest::collection::vec("[a-z;\"\r\n é]{0,8}", 2..5)) {
        let mut line = Vec::new();
        for (at, field) in all.iter().enumerate() {
            if at > 0 {
                line.push(b';');
            }
            crate::heading::quote(field.as_bytes(), &mut line);
        }
        let wanted: Vec<Vec<u8>> = all.iter().map(|field| field.as_bytes().to_vec()).collect();
        prop_assert_eq!(fields(&line), wanted);
    }
}
