//! Covered: a page that is no well-formed HTML, whatever names the data bring; one that loads or runs something; a link or a
//! label that leads nowhere; a text that one of the languages lacks; files that say something else than the report.

use std::collections::HashSet;

use hygie_quality::{Report, Thresholds, Words};
use hygie_snapshot::Opposed;

use super::sample::{DRUG, Sample, day};

/// Elements without an end.
const VOID: [&str; 3] = ["meta", "br", "wbr"];

/// A report with something of everything: failures, what is not applicable, months that are odd and late.
fn report() -> Report {
    sample().report(2, 2, &Opposed::default())
}

fn sample() -> Sample {
    let mut sample = Sample::clean();
    sample.sheets.remove("observation_period");
    let drugs = sample.sheet("drug_exposure");
    let mut at = 0;
    drugs.rows.retain(|row| {
        at += 1;
        row[0] <= Some(10.0) || (at % 24 != 9 && at % 24 != 0)
    });
    for row in 0..60 {
        drugs.set(row, "quantity", 0.0);
    }
    drugs.push(&[
        2,
        77_000,
        DRUG + 500,
        day(1, 1) - 40_000,
        32_810,
        1,
        1,
        1,
        1,
    ]);
    sample
}

/// Opens and closes as XML would, with quoted attributes; answers all attributes.
fn parsed(html: &str) -> Vec<(String, String)> {
    let mut open: Vec<String> = Vec::new();
    let mut attributes = Vec::new();
    let mut rest = html.strip_prefix("<!doctype html>").expect("a doctype");
    while let Some(at) = rest.find('<') {
        entities(&rest[..at]);
        assert!(
            !rest[..at].contains('>') || open.last().is_some_and(|tag| tag == "style"),
            "a stray `>`"
        );
        let end = rest[at..].find('>').expect("a tag ends") + at;
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(
                open.pop().as_deref(),
                Some(name),
                "what was opened last is closed first"
            );
            continue;
        }
        let (tag, closed) = tag
            .strip_suffix('/')
            .map_or((tag, false), |tag| (tag, true));
        let (name, list) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(
            name.chars().all(|letter| letter.is_ascii_alphanumeric()),
            "<{name}>"
        );
        attributes.extend(pairs(list));
        if !closed && !VOID.contains(&name) {
            open.push(name.to_owned());
        }
    }
    assert_eq!((open.len(), rest.trim()), (0, ""), "everything is closed");
    attributes
}

fn pairs(mut list: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    while let Some((name, rest)) = list.split_once("=\"") {
        let (value, rest) = rest.split_once('"').expect("a value ends");
        entities(value);
        pairs.push((name.trim().to_owned(), value.to_owned()));
        list = rest;
    }
    assert_eq!(list.trim(), "", "attributes have values");
    pairs
}

fn entities(text: &str) {
    for after in text.split('&').skip(1) {
        let (name, _) = after.split_once(';').expect("an entity ends");
        assert!(
            ["amp", "lt", "gt", "quot", "nbsp"].contains(&name) || name.starts_with('#'),
            "&{name};"
        );
    }
}

#[test]
fn the_page_is_well_formed_and_loads_nothing() {
    let html = report().html();
    let attributes = parsed(&html);
    let of = |name: &'static str| {
        attributes
            .iter()
            .filter(move |pair| pair.0 == name)
            .map(|pair| pair.1.as_str())
    };
    let ids: Vec<&str> = of("id").collect();
    let unique: HashSet<&str> = ids.iter().copied().collect();
    assert_eq!(unique.len(), ids.len(), "no id twice");
    for href in of("href") {
        assert!(
            unique.contains(href.strip_prefix('#').expect("a link within the page")),
            "{href}"
        );
    }
    for label in of("aria-labelledby").flat_map(|list| list.split(' ')) {
        assert!(unique.contains(label), "{label}");
    }
    for banned in [
        "<script",
        "url(",
        "@import",
        "src=",
        "javascript:",
        "onload",
        "<link",
        "<iframe",
    ] {
        assert!(!html.contains(banned), "{banned}");
    }
    // The name of a place and that of a drug, as the data have them.
    assert!(html.contains("2A &lt;Corse&gt;") && html.contains("METFORMINE &amp; Cie"));
    assert_eq!(
        html.matches("<svg role=\"img\"").count(),
        html.matches("</desc>").count()
    );
}

#[test]
fn no_language_lacks_a_text() {
    let report = report();
    let html = report.html();
    let (french, english) = html.split_once("<main id=\"en\"").expect("both halves");
    let mut words: Vec<&Words> = vec![&report.notice];
    words.extend(report.absent.iter().map(|absent| &absent.meaning));
    words.extend(report.checks.iter().map(|checked| &checked.meaning));
    words.extend(
        report
            .checks
            .iter()
            .filter_map(|checked| checked.why.as_ref()),
    );
    for words in words {
        assert!(
            french.contains(&words.fr) && !french.contains(&words.en),
            "{words:?}"
        );
        assert!(
            english.contains(&words.en) && !english.contains(&words.fr),
            "{words:?}"
        );
    }
    for (half, of) in [
        (
            french,
            ["Mois qui s’écartent", "Remontée des flux", "échec"],
        ),
        (
            english,
            ["Months that differ", "Claims still coming in", "failed"],
        ),
    ] {
        for text in of {
            assert!(half.contains(text), "{text}");
        }
    }
    assert_eq!(
        french.matches("<svg").count(),
        english.matches("<svg").count()
    );
}

#[test]
fn a_threshold_says_who_set_it_in_both_languages() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("thresholds.toml");
    let text = "quantity = 60\n[drug_exposure]\nconcept_mapped = 12.5\n";
    std::fs::write(&path, text).expect("written");
    let set = Thresholds::read(&path).expect("thresholds");
    let report = sample().report_by(2, 2, &Opposed::default(), &set);
    let html = report.html();
    parsed(&html);
    let (french, english) = html.split_once("<main id=\"en\"").expect("both halves");
    let quantity = report
        .checks
        .iter()
        .filter(|checked| checked.check == "quantity");
    let set = quantity.count() + 1;
    for (half, of) in [
        (
            french,
            [
                "Seuil\u{a0}: 60\u{a0}%, fixé par l’exploitant. Valeur par défaut\u{a0}: 1\u{a0}%. Source\u{a0}: DQD",
                "Seuil\u{a0}: 12,5\u{a0}%, fixé par l’exploitant.",
                "Seuil\u{a0}: 5\u{a0}%, valeur par défaut.",
                "L’exploitant a fixé d’autres seuils",
                &format!("fixé le seuil\u{a0}: {set}."),
            ],
        ),
        (
            english,
            [
                "Threshold: 60%, set by the operator. Default: 1%. Source: DQD",
                "Threshold: 12.5%, set by the operator.",
                "Threshold: 5%, the default.",
                "The operator set other thresholds",
                &format!("the operator set: {set}."),
            ],
        ),
    ] {
        for text in of {
            assert!(half.contains(text), "{text}");
        }
    }
    // As before where nobody set anything.
    let plain = self::report().html();
    assert!(!plain.contains("exploitant a fixé") && !plain.contains("the operator set"));
}

#[test]
fn the_files_say_what_the_report_says() {
    let dir = tempfile::tempdir().expect("a folder");
    let report = report();
    let folder = dir.path().join("new");
    let (json, html) = report.write(&folder).expect("written");
    let read = |path: &std::path::Path| std::fs::read_to_string(path).expect("read");
    assert_eq!(Report::parse(&read(&json)).expect("a report"), report);
    assert_eq!(read(&html), report.html());
    assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 2);
    assert!(report.write(&json).is_err(), "a file is no folder");
}
