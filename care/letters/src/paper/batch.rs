use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write;

use jiff::civil::Date;

use super::draw::About;
use super::faces::Style;
use super::layout::{Layout, Look};
use super::press::{Form, Press};
use super::setter::Setter;
use super::shop::Shop;
use super::{Paper, Post, Wording};
use crate::Error;

/// Letters for a print shop: a document with all of them in the order of their postcodes, and an index.
///
/// Memory is bounded by the batch: at most [`Batch::MOST`] letters as values, then their pages; sealed bytes leave in
/// pieces of 64 KiB. A campaign is a row of batches.
#[derive(Debug, Default)]
pub struct Batch {
    posts: Vec<Post>,
}

/// What was printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Printed {
    /// Letters.
    pub letters: usize,
    /// Pages of A4.
    pub pages: usize,
    /// Of the document, before it was sealed.
    pub bytes: usize,
}

impl Batch {
    /// Most letters of a batch.
    pub const MOST: usize = 1_000;

    /// An empty batch.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a letter. One that can't be printed is refused here, so that it holds up no other.
    ///
    /// # Errors
    /// [`Error::BatchFull`]; [`Error::NoGlyph`] when no font has a character of the address.
    pub fn push(&mut self, paper: &Paper, post: Post) -> Result<(), Error> {
        if self.posts.len() >= Self::MOST {
            return Err(Error::BatchFull);
        }
        for line in post.to.lines() {
            paper.faces.runs(Style::Plain, line)?;
        }
        self.posts.push(post);
        Ok(())
    }

    /// How many letters it has.
    pub fn len(&self) -> usize {
        self.posts.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.posts.is_empty()
    }

    /// Prints all letters, sorted by postcode, into `pdf`, and into `index` a table (RFC 4180) of the columns `place`
    /// (from 1), `first_page`, `last_page` (from 1), `postcode`, `language` and `reference`: neither names, numbers nor
    /// codes. Both are sealed to the shop. Without sealing the bytes are the same for the same letters in the same order.
    ///
    /// # Errors
    /// [`Error::Batch`] when writing fails; [`Error::SiteMalformed`], [`Error::Unprintable`], [`Error::NoGlyph`] as for
    /// one letter.
    pub fn print(
        mut self,
        paper: &Paper,
        shop: &Shop,
        pdf: impl Write,
        index: impl Write,
    ) -> Result<Printed, Error> {
        self.posts
            .sort_by(|one, other| one.to.postcode().cmp(other.to.postcode()));
        let mut setter = Setter::new(&paper.faces);
        let about = About {
            title: &paper.sender.name,
            language: self.posts.first().map_or("fr", |post| post.wording.tag()),
            author: &paper.sender.name,
            on: self.posts.first().map(|post| post.on).unwrap_or_default(),
        };
        let mut press = Press::new(&paper.faces, &about);
        let mut forms = HashMap::new();
        let mut table = String::from("place,first_page,last_page,postcode,language,reference\r\n");
        let mut printed = Printed::default();
        for post in &self.posts {
            let (first, last) = add(paper, &mut setter, &mut press, &mut forms, post)?;
            printed.letters += 1;
            printed.pages = last;
            let (place, postcode, wording) =
                (printed.letters, post.to.postcode(), post.wording.name());
            let reference = &post.reference;
            writeln!(
                table,
                "{place},{first},{last},{postcode},{wording},{reference}\r"
            )
            .expect("a text takes what is written into it");
        }
        let document = press.finish()?;
        printed.bytes = document.len();
        shop.put(&document, pdf)?;
        shop.put(table.as_bytes(), index)?;
        Ok(printed)
    }
}

/// Letters that differ in nothing but address and code.
type Alike = (Wording, Date, (u8, Date));

/// Adds a letter: by its form where there is one, else laid out anew. Gives its first and last page.
fn add<'p>(
    paper: &'p Paper,
    setter: &mut Setter<'p>,
    press: &mut Press<'p>,
    forms: &mut HashMap<Alike, Form>,
    post: &Post,
) -> Result<(usize, usize), Error> {
    let Some((alike, code)) = post.matter.form() else {
        return Ok(press.add(&paper.sheets(setter, post)?));
    };
    let alike = (post.wording, post.on, alike);
    if let Some(form) = forms.get(&alike) {
        let code = setter.once(Style::Code, code.text())?;
        let mut layout = Layout::new(setter, Look::of(post.wording));
        layout.address(&post.to)?;
        return Ok(press.fill(form, &layout.sheets.pages[0], &code));
    }
    let sheets = paper.sheets(setter, post)?;
    let pages = press.add(&sheets);
    if let Some(form) = press.form(&sheets) {
        forms.insert(alike, form);
    }
    Ok(pages)
}
