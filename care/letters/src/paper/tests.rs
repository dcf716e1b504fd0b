//! Failures covered: a text that one language lacks, or that is not Fluent; an address that the window does not show; a
//! character without a glyph, and one that is drawn as a box; an error that says whose name it was; a slip that is not
//! at the foot of the second page; a QR code that leads elsewhere. Not a failure: a name in a script without letters
//! here, which is refused.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use fluent_bundle::FluentResource;
use fluent_syntax::ast::Entry;
use jiff::civil::date;
use proptest::prelude::*;

use super::faces::{Faces, Style};
use super::head::WINDOW;
use super::layout::{BOTTOM, LEFT, RIGHT};
use super::setter::Setter;
use super::sheet::{Mark, Sheets, mm};
use super::words::{FILES, Words};
use super::{Matter, Moment, Paper, Post, Postal, Sender, Wording};
use crate::Error;

fn paper() -> Paper {
    Paper::new(Sender {
        name: "Espace santé".to_owned(),
        address: Postal::new(["Espace santé", "59777 LILLE CEDEX"], "59777").unwrap(),
        telephone: "01 99 00 12 34".to_owned(),
        hours: ["de 8 h à 18 h".to_owned(), "8 am to 6 pm".to_owned()],
        site: "https://espace-sante.example".parse().unwrap(),
    })
}

fn announced(to: Postal, wording: Wording) -> Post {
    Post {
        to,
        wording,
        reference: "2b7n-204".to_owned(),
        on: date(2026, 12, 1),
        matter: Matter::Announcement {
            code: "7K2M-Q9XR-4TWB-U".parse().unwrap(),
            until: date(2027, 1, 12),
        },
    }
}

fn laid_out(paper: &Paper, post: &Post) -> Result<Sheets, Error> {
    paper.sheets(&mut Setter::new(&paper.faces), post)
}

/// Text on a page: left end, right end, size, baseline, words.
fn texts(sheets: &Sheets, page: usize) -> Vec<(f32, f32, f32, f32, String)> {
    let lines = sheets.pages[page]
        .iter()
        .filter_map(|placed| match &placed.mark {
            Mark::Line {
                x, y, size, runs, ..
            } => {
                let words: String = runs.iter().map(|run| run.text.as_str()).collect();
                let ems: f32 = runs.iter().map(|run| run.width).sum();
                Some((*x, x + ems * size, *size, *y, words))
            }
            _ => None,
        });
    lines.collect()
}

fn keys(text: &str) -> BTreeSet<String> {
    let resource = FluentResource::try_new(text.to_owned()).unwrap();
    let keys = resource.entries().map(|entry| match entry {
        Entry::Message(message) => message.id.name.to_owned(),
        Entry::Comment(_) => String::new(),
        other => panic!("neither a message nor a comment: {other:?}"),
    });
    keys.collect()
}

#[test]
fn a_text_that_one_language_lacks() {
    let [french, english, easy] = FILES.map(keys);
    assert_eq!(french, english);
    assert_eq!(french, easy);
    let words = Words::read();
    for key in french.iter().filter(|key| !key.is_empty()) {
        for wording in Wording::ALL {
            assert_ne!(&words.say(wording, key, &[]), key);
        }
    }
}

#[test]
fn an_address_that_the_window_does_not_show() {
    let paper = paper();
    for line in ["M", "W", "i", "Ω"] {
        let lines = vec![line.repeat(38); 7];
        let to = Postal::new(lines.iter().map(String::as_str), "75001").unwrap();
        for wording in Wording::ALL {
            let sheets = laid_out(&paper, &announced(to.clone(), wording)).unwrap();
            let mut seen = 0;
            for (left, right, size, base, words) in texts(&sheets, 0) {
                let address = words.starts_with(&line.repeat(38));
                if address {
                    seen += 1;
                    // The space behind the last symbol shows nothing.
                    assert!(left >= WINDOW.x && right < WINDOW.x + WINDOW.width + 5.0);
                    assert!(base - 0.95 * size >= WINDOW.y - 0.1, "{base}");
                    assert!(base + 0.29 * size <= WINDOW.y + WINDOW.height, "{base}");
                } else if right > mm(90.0) && left < mm(200.0) {
                    assert!(base < mm(34.0) || base - 0.95 * size > mm(90.0), "{words}");
                }
            }
            assert_eq!(seen, 7);
        }
    }
}

#[test]
fn a_slip_elsewhere_than_at_the_foot_of_the_second_page() {
    let paper = paper();
    let to = Postal::new(["A"; 7], "75001").unwrap();
    for wording in Wording::ALL {
        let sheets = laid_out(&paper, &announced(to.clone(), wording)).unwrap();
        assert_eq!(sheets.pages.len(), 2, "{wording:?}");
        let cut = sheets.pages[1].iter().find_map(|placed| match placed.mark {
            Mark::Rule {
                y, dashed: true, ..
            } => Some(y),
            _ => None,
        });
        let cut = cut.unwrap();
        let below: Vec<_> = texts(&sheets, 1)
            .into_iter()
            .filter(|(.., base, _)| *base > cut)
            .collect();
        assert!(below.iter().any(|(.., words)| words == "7K2M-Q9XR-4TWB-U"));
        assert!(
            below
                .iter()
                .any(|(.., words)| words.starts_with("59777 LILLE"))
        );
        for page in 0..2 {
            for (left, right, _, base, words) in texts(&sheets, page) {
                let inside = left >= LEFT - 0.1 && right <= RIGHT + 5.0;
                assert!(inside, "{wording:?}: {words}");
                let foot = base > BOTTOM && base < BOTTOM + mm(10.0);
                assert!(base <= BOTTOM || foot, "{wording:?}: {words}");
            }
        }
    }
}

#[test]
fn names_of_europe() {
    let faces = Faces::read();
    let mut setter = Setter::new(&faces);
    for name in [
        "Œuvrard-Ÿves",
        "Şebnem Ğ. İpek ığ",
        "Łukasz Żółć",
        "Țăran Șerban",
        "Őry Űrge",
        "Þórður Æsa",
        "Αθηνά Παπαδοπούλου-Ώρα",
        "Ἀριστοτέλης",
        "Жељко Ђорђевић",
        "Iŋga Ǩieʹmm",
        "Maŀlol",
        "e\u{301}n\u{303} x\u{302}",
    ] {
        for style in [Style::Plain, Style::Bold, Style::Code] {
            let word = setter.word(style, name).unwrap();
            let drawn: String = word.runs.iter().map(|run| run.text.as_str()).collect();
            assert_eq!(drawn, name);
            for glyph in word.runs.iter().flat_map(|run| &run.glyphs) {
                assert_ne!(glyph.glyph_id.to_u32(), 0, "{name}");
            }
        }
    }
    // An accent stays in the font of its letter.
    assert_eq!(faces.runs(Style::Plain, "x\u{302}").unwrap().len(), 1);
}

#[test]
fn a_character_without_a_glyph() {
    let paper = paper();
    for (name, point) in [
        ("MADAME 王芳", 0x738B),
        ("M. عمر", 0x0639),
        ("Ana\u{1F600}", 0x1F600),
        ("Ana\u{200B}", 0x200B),
        ("Ana\u{202E}", 0x202E),
        ("Ana\u{FFFD}", 0xFFFD),
    ] {
        let to = Postal::new([name], "75001").unwrap();
        let refused = paper.print(&announced(to, Wording::French)).unwrap_err();
        assert_eq!(refused, Error::NoGlyph(point), "{name}");
        let said = format!("{refused} {refused:?}");
        assert!(said.contains(&format!("U+{point:04X}")));
        assert!(!said.contains("MADAME") && !said.contains("Ana"), "{said}");
    }
}

#[test]
fn an_address_that_is_none_or_is_printed() {
    let lines = |lines: &[&str]| Postal::new(lines.iter().copied(), "75001");
    let long = "A".repeat(39);
    assert_eq!(lines(&["A", &long]).unwrap_err(), Error::PostalMalformed(2));
    assert_eq!(lines(&["A\u{7}B"]).unwrap_err(), Error::PostalMalformed(1));
    assert_eq!(lines(&[]).unwrap_err(), Error::PostalMalformed(0));
    assert_eq!(lines(&["A"; 8]).unwrap_err(), Error::PostalMalformed(0));
    assert_eq!(lines(&["", " "]).unwrap_err(), Error::PostalMalformed(0));
    assert!(Postal::new(["A"], "7500;1").is_err());
    // Thirty-eight letters, however they are composed.
    assert!(lines(&[&"e\u{301}".repeat(38)]).is_ok());
    let shown = format!(
        "{:?}",
        announced(lines(&["Camille"]).unwrap(), Wording::French)
    );
    assert!(
        !shown.contains("Camille") && !shown.contains("7K2M"),
        "{shown}"
    );
    for text in [
        "7K2M-Q9XR-4TWB",
        "7k2m-q9xr-4twb-u",
        "7K2M-Q9XR-4TWB-UU",
        "IK2M-Q9XR-4TWB-U",
        "7K2M-Q9XR-4TW*-U",
        "",
    ] {
        assert_eq!(
            text.parse::<super::Code>().unwrap_err(),
            Error::CodeMalformed
        );
    }
}

#[test]
fn a_time_in_another_zone() {
    let words = Words::read();
    let at = |at, offset| Moment { at, offset };
    let said = |wording, moment| words.moment(wording, moment).replace('\u{a0}', " ");
    // Half an hour before a new year in Paris, and after it in Nouméa.
    let new_year = 1_798_756_200_000;
    assert_eq!(
        said(Wording::French, at(new_year, 60)),
        "31 décembre 2026 à 23:30:00 (UTC+1)"
    );
    assert_eq!(
        said(Wording::EasyFrench, at(new_year, 660)),
        "1er janvier 2027 à 09:30:00 (UTC+11)"
    );
    assert_eq!(
        said(Wording::English, at(new_year, -210)),
        "31 December 2026 at 19:00:00 (UTC\u{2212}3:30)"
    );
    assert_eq!(
        said(Wording::English, at(0, 0)),
        "1 January 1970 at 00:00:00 (UTC)"
    );
    assert!(said(Wording::English, at(u64::MAX, i16::MAX)).contains("(UTC"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever an address holds, a letter is printed or the character named: no panic, no box.
    #[test]
    fn any_address(lines in proptest::collection::vec("\\PC{1,38}", 1..8)) {
        let paper = paper();
        let Ok(to) = Postal::new(lines.iter().map(String::as_str), "") else {
            return Ok(());
        };
        match paper.print(&announced(to, Wording::French)) {
            Ok(pdf) => prop_assert!(pdf.starts_with(b"%PDF-1.7")),
            Err(error) => prop_assert!(matches!(error, Error::NoGlyph(_)), "{error:?}"),
        }
    }
}
