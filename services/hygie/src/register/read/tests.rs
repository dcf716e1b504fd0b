//! Dangers: a column that is not understood is left out; a row is lost, or read as another; an error quotes a person.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::PathBuf;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, Int32Type};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde_json::{Map, Value, json};

use super::Rows;

fn file(name: &str, content: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, content).unwrap();
    (dir, path)
}

fn persons(path: &std::path::Path) -> Vec<Map<String, Value>> {
    Rows::open(path)
        .unwrap()
        .map(|row| row.unwrap().person)
        .collect()
}

#[test]
fn csv_columns_come_in_any_order_and_cells_hold_what_they_like() {
    let (_dir, path) = file(
        "register.csv",
        "\u{feff}family,given,ins,ins_system,birth_date,language,address,email,previous_ins\r\n\
         \"Dupont, dit \"\"Le Grand\"\"\",Zoé,163127847704294,urn:x,1963-12-05,fr,\"12 rue des Lilas\n69001 LYON\",,\r\n\
         Martin,Ève,262087503203977,urn:x,1962-08-17,en,3 quai | 75001 PARIS,eve@example.org,1 | urn:y 2\n"
            .as_bytes(),
    );
    let persons = persons(&path);
    assert_eq!(persons.len(), 2);
    assert_eq!(persons[0]["family"], "Dupont, dit \"Le Grand\"");
    assert_eq!(
        persons[0]["address"],
        json!(["12 rue des Lilas", "69001 LYON"])
    );
    assert!(!persons[0].contains_key("email"));
    assert_eq!(persons[1]["address"], json!(["3 quai", "75001 PARIS"]));
    assert_eq!(persons[1]["previous_ins"], json!(["1", "urn:y 2"]));
}

#[test]
fn what_is_no_register_is_told_and_quotes_nobody() {
    for (content, why) in [
        ("ins,family\n1,2\n", "`ins_system` is missing"),
        (
            "ins_system,ins,family,given,birth_date,language,nickname\n",
            "`nickname` is not known",
        ),
        (
            "ins_system,ins,family,given,birth_date,language\nurn:x,1,Secret\n",
            "one cell a column",
        ),
    ] {
        let (_dir, path) = file("register.csv", content.as_bytes());
        let error = match Rows::open(&path) {
            Err(error) => error,
            Ok(mut rows) => rows.find_map(Result::err).unwrap(),
        };
        let told = error.to_string();
        assert!(told.contains(why) && !told.contains("Secret"), "{told}");
    }
}

#[test]
fn parquet_is_read_as_csv_is() {
    let schema = "message register { \
        required binary ins_system (UTF8); required binary ins (UTF8); required binary family (UTF8); \
        required binary given (UTF8); required int32 birth_date (DATE); required binary language (UTF8); \
        optional binary address (UTF8); }";
    let (_dir, path) = file("register.parquet", b"");
    let out = std::fs::File::create(&path).unwrap();
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut writer = SerializedFileWriter::new(out, schema, Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let texts = [
        "urn:x",
        "163127847704294",
        "Dupont",
        "Zoé",
        "",
        "fr",
        "3 quai|75001 PARIS",
    ];
    for text in texts {
        let mut column = group.next_column().unwrap().unwrap();
        if text.is_empty() {
            // 1963-12-05, counted by hand: 6 years and 27 days before 1970.
            let days = column.typed::<Int32Type>();
            days.write_batch(&[-2219], None, None).unwrap();
        } else {
            let levels = [1];
            let levels = text.contains('|').then_some(&levels[..]);
            let bytes = column.typed::<ByteArrayType>();
            bytes
                .write_batch(&[ByteArray::from(text)], levels, None)
                .unwrap();
        }
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    let persons = persons(&path);
    assert_eq!(persons.len(), 1);
    assert_eq!(persons[0]["birth_date"], "1963-12-05");
    assert_eq!(persons[0]["address"], json!(["3 quai", "75001 PARIS"]));
}
