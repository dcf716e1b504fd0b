//! Batches for a print shop, opened by an implementation of age that nobody here wrote (pyrage: rage), and read by
//! poppler.

use std::path::{Path, PathBuf};
use std::process::Command;

use hygie_letters::{Batch, Error, Matter, Paper, Post, Postal, Printed, Shop, Wording};

use crate::paper::{folder, said};
use crate::samples::{UNTIL, post, sender};

const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A code that only this number has.
fn code(number: usize) -> String {
    let symbol = |place: usize| char::from(SYMBOLS[(number >> (5 * place)) % 32]);
    format!(
        "7K2M-Q9XR-{}{}{}{}-U",
        symbol(3),
        symbol(2),
        symbol(1),
        symbol(0)
    )
}

fn announced(number: usize) -> Post {
    let postcode = format!("{:05}", (number * 37_003) % 95_000);
    let lines = [
        format!("MADAME NUMÉRO {number} DURAND-ŁUKASZEWICZ"),
        format!("{number} RUE DES LILAS"),
        format!("{postcode} VILLE {number}"),
    ];
    let to = Postal::new(lines.iter().map(String::as_str), &postcode).unwrap();
    let wording = Wording::ALL[number % 3];
    let code = code(number).parse().unwrap();
    post(to, wording, Matter::Announcement { code, until: UNTIL })
}

fn batch(paper: &Paper, numbers: std::ops::Range<usize>) -> Batch {
    let mut batch = Batch::new();
    for number in numbers {
        batch.push(paper, announced(number)).unwrap();
    }
    batch
}

fn clear(paper: &Paper, batch: Batch) -> (Vec<u8>, String, Printed) {
    let (mut pdf, mut index) = (Vec::new(), Vec::new());
    let printed = batch.print(paper, &Shop::demo_in_the_clear(), &mut pdf, &mut index);
    (pdf, String::from_utf8(index).unwrap(), printed.unwrap())
}

#[test]
fn a_letter_that_is_another_persons() {
    const COUNT: usize = 120;
    let paper = Paper::new(sender());
    let (pdf, index, printed) = clear(&paper, batch(&paper, 0..COUNT));
    let bytes = pdf.len();
    let whole = Printed {
        letters: COUNT,
        pages: 2 * COUNT,
        bytes,
    };
    assert_eq!(printed, whole);
    assert_eq!(clear(&paper, batch(&paper, 0..COUNT)).0, pdf, "other bytes");
    let path = folder().join("batch.pdf");
    std::fs::write(&path, pdf).unwrap();
    let rows: Vec<Vec<&str>> = index
        .lines()
        .skip(1)
        .map(|row| row.split(',').collect())
        .collect();
    assert_eq!(rows.len(), COUNT);
    assert!(rows.is_sorted_by_key(|row| row[3]));
    assert!(!index.contains("DURAND") && !index.contains("7K2M"));
    let path = path.to_str().unwrap();
    let program = Path::new("pdftotext");
    for row in &rows {
        let Some((_, text)) = said(
            "letters: a batch in poppler",
            program,
            &["-f", row[1], "-l", row[2], "-layout", path, "-"],
        ) else {
            return;
        };
        let people: Vec<usize> = (0..COUNT)
            .filter(|number| text.contains(&format!("NUMÉRO {number} ")))
            .collect();
        let [number] = people[..] else {
            panic!("{row:?} holds the letters of {people:?}");
        };
        // His code on both pages, and nobody else's; his language.
        assert_eq!(text.matches("7K2M-Q9XR-").count(), 2);
        assert_eq!(text.matches(&code(number)).count(), 2);
        assert!(
            text.contains(&format!("{} VILLE {number}\n", row[3])),
            "{text}"
        );
        let title = [
            "vous avez le choix",
            "the choice is yours",
            "vous choisissez",
        ][number % 3];
        assert!(text.contains(title) && row[4] == ["fr", "en", "fr-easy"][number % 3]);
        assert!(text.contains("espace-sante.example/opposition"));
    }
    let (sound, said) = said(
        "letters: a batch in qpdf",
        Path::new("qpdf"),
        &["--check", path],
    )
    .unwrap();
    assert!(sound, "{said}");
}

/// What nobody here wrote makes of a sealed file; `None` where it is not installed.
fn opened(secret: &str, file: &Path) -> Option<Result<Vec<u8>, String>> {
    let python =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/clients/python/bin/python");
    let script = "import sys, pyrage\nkey = pyrage.x25519.Identity.from_str(sys.argv[1])\nsys.stdout.buffer.write(pyrage.decrypt(open(sys.argv[2], 'rb').read(), [key]))";
    let output = Command::new(python)
        .args(["-c", script, secret])
        .arg(file)
        .output();
    let output = output.ok().filter(|output| {
        output.status.success()
            || !String::from_utf8_lossy(&output.stderr).contains("ModuleNotFound")
    });
    let Some(output) = output else {
        println!(
            "skipped: letters: a sealed batch (pyrage is not installed; ./test installs it where there is python3)"
        );
        return None;
    };
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    Some(if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(error)
    })
}

#[test]
fn a_batch_that_somebody_else_opens() {
    let paper = Paper::new(sender());
    let identities = [(); 2].map(|()| age::x25519::Identity::generate());
    let keys = identities.each_ref().map(|key| {
        let secret = age::secrecy::ExposeSecret::expose_secret(&key.to_string()).to_owned();
        (key.to_public().to_string(), secret)
    });
    let shop = Shop::sealed([keys[0].0.as_str()]).unwrap();
    let paths: [PathBuf; 2] = ["sealed.pdf.age", "sealed.csv.age"].map(|name| folder().join(name));
    let [pdf, index] = paths
        .each_ref()
        .map(|path| std::fs::File::create(path).unwrap());
    let printed = batch(&paper, 0..30)
        .print(&paper, &shop, pdf, index)
        .unwrap();
    let (clear_pdf, clear_index, in_the_clear) = clear(&paper, batch(&paper, 0..30));
    assert_eq!(printed, in_the_clear);
    for (path, plain) in paths
        .iter()
        .zip([clear_pdf.as_slice(), clear_index.as_bytes()])
    {
        let sealed = std::fs::read(path).unwrap();
        assert!(sealed.starts_with(b"age-encryption.org/v1\n"));
        assert!(
            !sealed
                .windows(6)
                .any(|part| part == b"DURAND" || part == b"%PDF-1")
        );
        let Some(open) = opened(&keys[0].1, path) else {
            return;
        };
        assert!(open.unwrap() == plain);
        assert!(opened(&keys[1].1, path).unwrap().is_err());
    }
}

#[test]
fn a_shop_without_a_key_and_a_batch_without_an_end() {
    assert_eq!(Shop::sealed([]).unwrap_err(), Error::ShopMalformed);
    assert_eq!(
        Shop::sealed(["age1nonsense"]).unwrap_err(),
        Error::ShopMalformed
    );
    assert!(!Shop::demo_in_the_clear().is_sealed());
    let paper = Paper::new(sender());
    let mut full = batch(&paper, 0..Batch::MOST);
    assert_eq!(full.push(&paper, announced(0)), Err(Error::BatchFull));
    // A letter that can't be printed holds up no other.
    let mut batch = batch(&paper, 0..2);
    let to = Postal::new(["M. 王"], "75001").unwrap();
    let unprintable = Post { to, ..announced(2) };
    assert_eq!(batch.push(&paper, unprintable), Err(Error::NoGlyph(0x738B)));
    assert_eq!(clear(&paper, batch).2.letters, 2);
}

#[test]
fn a_thousand_letters_that_fill_the_disk() {
    let paper = Paper::new(sender());
    let halves: Vec<(Vec<u8>, String, Printed)> = std::thread::scope(|scope| {
        let halves = [0..500, 500..1_000];
        let started = halves.map(|half| scope.spawn(|| clear(&paper, batch(&paper, half))));
        started.into_iter().map(|one| one.join().unwrap()).collect()
    });
    for (pdf, _, printed) in &halves {
        assert_eq!(printed.letters, 500);
        assert!(
            pdf.len() / 500 < 3_000,
            "{} bytes a letter",
            pdf.len() / 500
        );
    }
}
