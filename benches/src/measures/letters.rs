//! The campaign's letters: batches for a print shop, on one thread and on two, sealed; and one letter as a document that
//! ears can read. Calls of care/letters alone: no record, no disk.

use std::ops::Range;
use std::time::Instant;

use hygie_letters::{Batch, Error, Matter, Paper, Post, Postal, Sender, Shop, Wording};
use jiff::civil::date;

use crate::crowd::float;
use crate::failure::Failure;
use crate::figure::Figure;
use crate::world::World;

/// Letters of one run and thread.
const LETTERS: usize = Batch::MOST;
/// Letters of one run that are documents of their own.
const SINGLE: usize = 200;
/// An age recipient whose identity nobody has: these batches are thrown away.
const SHOP: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

pub fn run(world: &mut World) -> Result<Vec<Figure>, Failure> {
    measured(world).map_err(|error| Failure::Form(error.to_string()))
}

fn measured(world: &World) -> Result<Vec<Figure>, Error> {
    let (mut one, mut two, mut bytes, mut single) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let paper = Paper::new(sender()?);
    for _ in 0..world.scale.runs {
        let begun = Instant::now();
        let size = batch(&paper, 0..LETTERS)?;
        one.push(float(LETTERS) / begun.elapsed().as_secs_f64());
        bytes.push(float(size) / float(LETTERS));
        let begun = Instant::now();
        std::thread::scope(|scope| {
            let halves = [0..LETTERS, LETTERS..2 * LETTERS];
            let paper = &paper;
            let started = halves.map(|half| scope.spawn(move || batch(paper, half)));
            started
                .into_iter()
                .try_for_each(|half| half.join().map_err(|_| Error::Unprintable)?.map(drop))
        })?;
        two.push(2.0 * float(LETTERS) / begun.elapsed().as_secs_f64());
        let begun = Instant::now();
        for number in 0..SINGLE {
            paper.print(&post(number)?)?;
        }
        single.push(float(SINGLE) / begun.elapsed().as_secs_f64());
    }
    let work = format!(
        "announcements of two pages in three wordings, {LETTERS} a batch, sorted, sealed with age, into memory"
    );
    Ok(vec![
        Figure::new(
            "letters/batch",
            "a second",
            &format!("{work}; one thread"),
            one,
        ),
        Figure::new(
            "letters/batch-two",
            "a second",
            &format!("{work}; two threads, a batch each"),
            two,
        ),
        Figure::new(
            "letters/bytes",
            "bytes a letter",
            &format!("{work}; the document, sealed"),
            bytes,
        ),
        Figure::new(
            "letters/single",
            "a second",
            &format!("{SINGLE} announcements, each a PDF/UA-1 document; one thread"),
            single,
        ),
    ])
}

/// Prints a batch; gives its size.
fn batch(paper: &Paper, numbers: Range<usize>) -> Result<usize, Error> {
    let mut batch = Batch::new();
    for number in numbers {
        batch.push(paper, post(number)?)?;
    }
    let (mut pdf, mut index) = (Vec::new(), Vec::new());
    batch.print(paper, &Shop::sealed([SHOP])?, &mut pdf, &mut index)?;
    Ok(pdf.len())
}

fn post(number: usize) -> Result<Post, Error> {
    let postcode = format!("{:05}", (number * 37_003) % 95_000);
    let lines = [
        format!("MADAME CAMILLE {number} DURAND-ŁUKASZEWICZ"),
        format!("{number} RUE DES LILAS"),
        format!("{postcode} VILLE {number}"),
    ];
    let symbol = |place: usize| char::from(SYMBOLS[(number >> (5 * place)) % 32]);
    let code = format!("7K2M-Q9XR-4{}{}{}-U", symbol(2), symbol(1), symbol(0));
    Ok(Post {
        to: Postal::new(lines.iter().map(String::as_str), &postcode)?,
        wording: Wording::ALL[number % 3],
        reference: "2b7n-204".to_owned(),
        on: date(2026, 12, 1),
        matter: Matter::Announcement {
            code: code.parse()?,
            until: date(2027, 1, 12),
        },
    })
}

fn sender() -> Result<Sender, Error> {
    let lines = ["Espace santé", "CS 10042", "59777 LILLE CEDEX"];
    Ok(Sender {
        name: "Espace santé".to_owned(),
        address: Postal::new(lines, "59777")?,
        telephone: "01 99 00 12 34".to_owned(),
        hours: ["de 8 h à 18 h".to_owned(), "8 am to 6 pm".to_owned()],
        site: "https://espace-sante.example".parse()?,
    })
}
