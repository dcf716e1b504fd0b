use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hygie_fhir::Resource;

use super::parse;
use crate::bundle;
use crate::pdf::{self, Page};

/// The PDFs of a bundle, with the URLs of their Binaries.
fn papers(text: &str) -> Vec<(String, Vec<u8>)> {
    let data = |resource: &Resource| {
        let data = resource.json().get("data").unwrap().as_str().unwrap();
        STANDARD.decode(data).unwrap()
    };
    parse(text)
        .iter()
        .filter(|(_, resource)| resource.kind() == "Binary")
        .map(|(url, resource)| (url.clone(), data(resource)))
        .collect()
}

/// The number after the last `word`, as a reader of the file looks for it.
fn after(text: &str, word: &str) -> usize {
    let (_, rest) = text.rsplit_once(word).unwrap();
    rest.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
fn the_table_of_a_pdf_leads_nowhere() {
    for index in 0..30 {
        for (_, pdf) in papers(&bundle(1, index)) {
            // Every byte a letter, so that places in the text are places in the file.
            let text: String = pdf.iter().map(|byte| char::from(byte & 0x7f)).collect();
            assert!(text.starts_with("%PDF-1.4\n") && text.ends_with("%%EOF\n"));
            let table = &text[after(&text, "startxref\n")..];
            let count: usize = after(table.split("trailer").next().unwrap(), "xref\n0 ");
            assert!(table.starts_with("xref\n") && count > 6);
            let entries = &table["xref\n0 8\n".len()..];
            for number in 1..count {
                let entry = &entries[number * 20..(number + 1) * 20];
                assert!(entry.ends_with(" 00000 n \n"), "{entry:?}");
                let place: usize = entry[..10].parse().unwrap();
                assert!(text[place..].starts_with(&format!("{number} 0 obj\n")));
            }
            let (_, stream) = text.split_once("/Length ").unwrap();
            let length: usize = stream.split(' ').next().unwrap().parse().unwrap();
            let (_, content) = stream.split_once("stream\n").unwrap();
            assert!(content[length..].starts_with("\nendstream"));
        }
    }
}

#[test]
fn two_documents_are_one_or_none_belongs_to_a_reference() {
    let mut all = BTreeSet::new();
    let mut count = 0;
    for index in 0..60 {
        let text = bundle(1, index);
        for (url, pdf) in papers(&text) {
            assert!(text.contains(&format!("\"url\":\"{url}\",\"size\":{},", pdf.len())));
            all.insert(pdf);
            count += 1;
        }
    }
    assert!(
        count > 200 && all.len() == count,
        "{} of {count}",
        all.len()
    );
}

#[test]
fn a_long_line_or_a_foreign_letter_breaks_a_page() {
    let page = Page {
        title: "Œuvre (essai) \\ fin",
        head: "Centre",
        about: [String::new(), String::new(), String::new()],
        lines: &["mot ".repeat(60), "日本".to_owned()],
        signed: "l’un – l’autre",
    };
    let pdf = pdf::print(&page);
    let has = |part: &[u8]| pdf.windows(part.len()).any(|window| window == part);
    assert!(has(b"\x8cuvre \\(essai\\) \\\\ fin"));
    assert!(has(b"l\x92un \x96 l\x92autre"));
    assert!(has(b"(??) Tj"));
    let longest = pdf.split(|byte| *byte == b'\n').map(<[u8]>::len).max();
    assert!(longest < Some(170), "{longest:?}");
}
