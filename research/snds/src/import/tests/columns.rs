//! Files of an extraction as Parquet.

use std::path::Path;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

/// Turns each CSV of a folder into Parquet: all columns are text, an empty field is none, and a row of too few fields has
/// the others empty.
pub(super) fn pressed(folder: &Path) {
    for entry in std::fs::read_dir(folder).expect("listed") {
        let path = entry.expect("listed").path();
        if path.extension().is_none_or(|kind| kind != "csv") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("read");
        let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(';').collect()).collect();
        write(&path.with_extension("parquet"), &rows[0], &rows[1..]);
        std::fs::remove_file(&path).expect("deleted");
    }
}

fn write(path: &Path, names: &[&str], rows: &[Vec<&str>]) {
    let columns = names
        .iter()
        .map(|name| format!("optional binary {name} (UTF8);"));
    let schema = format!("message rows {{ {} }}", columns.collect::<String>());
    let schema = parse_message_type(&schema).expect("a schema");
    let file = std::fs::File::create(path).expect("made");
    let mut writer =
        SerializedFileWriter::new(file, Arc::new(schema), Arc::default()).expect("begun");
    // Two groups, where there are rows for two.
    for rows in rows.chunks(rows.len().div_ceil(2).max(1)) {
        let mut group = writer.next_row_group().expect("begun");
        for place in 0..names.len() {
            let cells = || rows.iter().map(|row| row.get(place).copied().unwrap_or(""));
            let levels: Vec<i16> = cells().map(|cell| i16::from(!cell.is_empty())).collect();
            let values: Vec<ByteArray> = cells()
                .filter(|cell| !cell.is_empty())
                .map(ByteArray::from)
                .collect();
            let mut column = group.next_column().expect("begun").expect("there is one");
            let typed = column.typed::<ByteArrayType>();
            typed
                .write_batch(&values, Some(&levels), None)
                .expect("written");
            column.close().expect("whole");
        }
        group.close().expect("whole");
    }
    writer.close().expect("whole");
}
