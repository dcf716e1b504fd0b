//! Finds the data that lies beside the project and belongs to no test.

use std::path::{Path, PathBuf};

/// The folder `name` of ../shared/data; none on a machine without it, which
/// is said in one line.
pub fn folder(test: &str, name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !root.is_dir() {
        println!("skipped: {test} (no ../shared)");
        return None;
    }
    Some(root.join(name))
}

/// The JSON files of a folder with their names, sorted.
pub fn json_files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect()
}

/// A JSON text without the white space between its parts and with the escapes
/// of serde_json in its strings: what a printer that changes nothing gives
/// back, numbers and order included.
pub fn compact(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                let mut end = at + 1;
                while bytes[end] != b'"' {
                    end += if bytes[end] == b'\\' { 2 } else { 1 };
                }
                let text: String = serde_json::from_slice(&bytes[at..=end]).unwrap();
                out.extend(serde_json::to_vec(&text).unwrap());
                at = end;
            }
            byte if byte.is_ascii_whitespace() => {}
            byte => out.push(byte),
        }
        at += 1;
    }
    out
}
