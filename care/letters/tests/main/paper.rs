//! Letters on paper, looked at by programs that nobody here wrote: qpdf, poppler, a reader of QR codes (zbar), and a
//! checker of PDF/UA-1 (outloud).

use std::path::{Path, PathBuf};
use std::process::Command;

use hygie_letters::{Paper, Post, Wording};

use crate::samples::{CODE, REVERSAL, camille, longest, matters, post, sender};

/// Where letters stay, to be looked at.
pub fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/letters");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Every kind of letter in every wording, with its name.
fn all() -> Vec<(String, Post)> {
    let mut all = Vec::new();
    for wording in Wording::ALL {
        for (kind, matter) in matters() {
            let long = kind == "announcement";
            let to = if long { longest() } else { camille() };
            let name = format!("{kind}-{}", wording.name());
            all.push((name, post(to, wording, matter)));
        }
    }
    all
}

/// Prints all letters into files of the test's own; gives them with what they are.
fn printed(test: &str) -> Vec<(PathBuf, String, Post)> {
    let paper = Paper::new(sender());
    let folder = folder().join(test);
    std::fs::create_dir_all(&folder).unwrap();
    let files = all().into_iter().map(|(name, post)| {
        let path = folder.join(format!("{name}.pdf"));
        std::fs::write(&path, paper.print(&post).unwrap()).unwrap();
        (path, name, post)
    });
    files.collect()
}

/// What a program says; `None`, with a line that says so, where it is not installed.
pub fn said(test: &str, program: &Path, arguments: &[&str]) -> Option<(bool, String)> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            Some((output.status.success(), said))
        }
        Err(_) => {
            println!(
                "skipped: {test} ({} is not installed; ./test installs it)",
                program.display()
            );
            None
        }
    }
}

#[test]
fn the_same_letter_with_other_bytes() {
    for (path, name, post) in printed("bytes") {
        let again = Paper::new(sender()).print(&post).unwrap();
        assert!(again == std::fs::read(path).unwrap(), "{name}");
        // Fonts are subsets, and what differs from one person to the next is no file name or title.
        assert!(again.len() < 60_000, "{name}: {} bytes", again.len());
    }
}

#[test]
fn a_document_that_is_damaged() {
    for (path, name, _) in printed("qpdf") {
        let path = path.to_str().unwrap();
        let Some((sound, said)) = said("letters: qpdf", Path::new("qpdf"), &["--check", path])
        else {
            return;
        };
        assert!(sound, "{name}: {said}");
    }
}

#[test]
fn a_document_that_ears_can_not_read() {
    let checker =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/clients/python/bin/outloud");
    let files = printed("outloud");
    let paths: Vec<&str> = files
        .iter()
        .map(|(path, ..)| path.to_str().unwrap())
        .collect();
    let arguments = [&["--quiet", "--fail-on", "warning"], paths.as_slice()].concat();
    let Some((sound, said)) = said("letters: a checker of PDF/UA", &checker, &arguments) else {
        return;
    };
    assert!(sound, "{said}");
    assert_eq!(said.matches("PASS ").count(), files.len(), "{said}");
}

#[test]
fn words_that_are_read_in_another_order_or_not_at_all() {
    for (path, name, post) in printed("poppler") {
        let path = path.to_str().unwrap();
        let poppler = Path::new("pdfinfo");
        let Some((_, about)) = said("letters: poppler", poppler, &[path]) else {
            return;
        };
        let line = |word: &str| {
            about
                .lines()
                .find(|line| line.starts_with(word))
                .unwrap_or_default()
        };
        assert!(line("Tagged:").ends_with("yes"), "{about}");
        assert!(line("Page size:").contains("(A4)"), "{about}");
        assert!(line("Title:").len() > 20, "{about}");
        assert!(line("CreationDate:").contains("Dec  1"), "{about}");
        let (_, tree) = said("letters: poppler", poppler, &["-struct-text", path]).unwrap();
        let order = expected(&name, &post);
        let mut rest = tree.as_str();
        for words in order {
            let Some((_, after)) = rest.split_once(words) else {
                panic!("{name}: `{words}` is missing, or stands too early:\n{tree}");
            };
            rest = after;
        }
        let (_, fonts) = said("letters: poppler", Path::new("pdffonts"), &[path]).unwrap();
        for font in fonts.lines().skip(2) {
            // Embedded, a subset, with its characters' Unicode.
            assert!(font.contains(" yes yes yes "), "{font}");
        }
    }
}

#[test]
fn a_square_that_telephones_do_not_read_or_that_leads_elsewhere() {
    let files = printed("square");
    for wording in Wording::ALL {
        let name = format!("announcement-{}", wording.name());
        let (path, ..) = files.iter().find(|(_, other, _)| *other == name).unwrap();
        let picture = path.with_extension("");
        let (path, picture) = (path.to_str().unwrap(), picture.to_str().unwrap());
        // As coarse as a bad print.
        let drawn = ["-r", "100", "-gray", "-png", "-singlefile", path, picture];
        let test = "letters: a QR code";
        if said(test, Path::new("pdftoppm"), &drawn).is_none() {
            return;
        }
        let picture = format!("{picture}.png");
        let arguments = ["--quiet", "--raw", &picture];
        let Some((_, read)) = said(test, Path::new("zbarimg"), &arguments) else {
            return;
        };
        // The same for everybody: neither a code nor a person is in it.
        let page = format!(
            "https://espace-sante.example/opposition?lang={}",
            wording.tag()
        );
        assert_eq!(read.trim(), page);
    }
}

/// Some words of a letter in the order in which they are read.
fn expected(name: &str, post: &Post) -> Vec<&'static str> {
    let mut order = vec!["espace-sante.example"];
    if name.starts_with("announcement") {
        order.extend([
            "MAXIMILIENNE-WALBURGA W\u{152}STE\u{178}NWM",
            "97419 SAINT",
            "2026",
            "H1",
            "2027",
        ]);
        order.extend([
            CODE,
            "Figure",
            "H2",
            "L ",
            "LI",
            "Lbl",
            "LBody",
            "espace-sante.example/opposition",
            "01\u{a0}99\u{a0}00\u{a0}12\u{a0}34",
        ]);
        order.extend(["H2", "H2", "H2", CODE, "59777 LILLE CEDEX"]);
    } else {
        order.extend(["MADAME CAMILLE DURAND", "59000 LILLE", "2026", "H1"]);
    }
    match name.split_once('-').map_or(name, |(kind, _)| kind) {
        "confirmation" => order.extend(["9WKD-27QH-M4XT", "16:13:20", "UTC+2", "H2", REVERSAL]),
        "receipt" => order.extend([
            "9WKD-27QH-M4XT",
            "H2",
            "tlog-proof@v1",
            "index 20852011",
            "20852163",
            "Az3grlgtz",
        ]),
        "new" => order.extend([CODE, "Figure"]),
        _ => {}
    }
    if !name.starts_with("announcement") {
        order.push(match post.wording {
            Wording::English => "Pour lire cette lettre",
            _ => "To read this letter",
        });
    }
    order
}
