//! Letters on paper: a value in, an accessible PDF out (PDF/UA-1), the same bytes for the same value. Neither a record,
//! a clock nor a network is known here.

mod batch;
mod block;
mod code;
mod compose;
mod draw;
mod faces;
mod flow;
mod head;
mod layout;
mod mail;
mod matter;
mod moment;
mod panel;
mod postal;
mod press;
mod setter;
mod sheet;
mod shop;
mod square;
mod wording;
mod words;

use std::fmt;

pub use batch::{Batch, Printed};
pub use code::Code;
pub use matter::{Choice, Matter, Opposed, Post, Sender};
pub use moment::Moment;
pub use postal::Postal;
pub use shop::Shop;
pub use wording::Wording;

use jiff::civil::Date;

use compose::{Composer, Way};
use draw::About;
use faces::Faces;
use layout::{Layout, Look};
use setter::Setter;
use sheet::Sheets;
use words::Words;

use crate::{Address, Error, Mail};

/// The fonts and words of letters, read once, and who writes.
pub struct Paper {
    faces: Faces,
    words: Words,
    sender: Sender,
}

impl fmt::Debug for Paper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Paper")
    }
}

impl Paper {
    /// Letters of this sender.
    pub fn new(sender: Sender) -> Self {
        Self {
            faces: Faces::read(),
            words: Words::read(),
            sender,
        }
    }

    /// A letter as PDF/UA-1 on A4, its address where the window of a French DL envelope is.
    ///
    /// # Errors
    /// [`Error::NoGlyph`] when a text holds a character that no font here has; [`Error::SiteMalformed`] when the site is
    /// too long for a QR code; [`Error::Unprintable`] when the document is none.
    pub fn print(&self, post: &Post) -> Result<Vec<u8>, Error> {
        let mut setter = Setter::new(&self.faces);
        let sheets = self.sheets(&mut setter, post)?;
        let title = self.composer(post.wording, Way::Paper).title(&post.matter);
        let about = About {
            title: &title,
            language: post.wording.tag(),
            author: &self.sender.name,
            on: post.on,
        };
        draw::accessible(&self.faces, &sheets, &about)
    }

    /// A letter's words as PDF/UA-1 for whoever saves it himself: to nobody's address.
    ///
    /// # Errors
    /// As [`Paper::print`].
    pub fn sheet(&self, wording: Wording, on: Date, matter: Matter) -> Result<Vec<u8>, Error> {
        self.print(&Post {
            to: Postal::nobody(),
            wording,
            reference: String::new(),
            on,
            matter,
        })
    }

    /// A letter as e-mail: the same words as plain text, without name and postal address. The second code of a
    /// confirmation is left out: it goes by post alone (decision 0023).
    pub fn mail(&self, to: Address, wording: Wording, matter: &Matter) -> Mail {
        let composer = self.composer(wording, Way::Mail);
        let fact = |name: &str, value: &str| {
            composer.say_with("fact", &[("name", name), ("value", value)])
        };
        // Spaces that hold words together are for lines that are broken here.
        let loose = |text: String| text.replace('\u{a0}', " ");
        Mail {
            to,
            language: wording.tag(),
            subject: loose(composer.title(matter)),
            text: loose(mail::plain(&composer.blocks(matter), fact)),
            id: None,
        }
    }

    /// The pages of a letter.
    fn sheets(&self, setter: &mut Setter<'_>, post: &Post) -> Result<Sheets, Error> {
        let composer = self.composer(post.wording, Way::Paper);
        let mut layout = Layout::new(setter, Look::of(post.wording));
        let date = self.words.date(post.wording, post.on);
        let written = composer.say_with("written", &[("date", &date)]);
        layout.head(&self.sender, &post.to, &written)?;
        layout.blocks(&composer.blocks(&post.matter))?;
        layout.foot(&composer.say("reply"), |page, pages| {
            let (page, pages) = (page.to_string(), pages.to_string());
            composer.say_with("page", &[("page", &page), ("pages", &pages)])
        })?;
        Ok(layout.sheets)
    }

    fn composer(&self, wording: Wording, way: Way) -> Composer<'_> {
        Composer {
            words: &self.words,
            sender: &self.sender,
            wording,
            way,
        }
    }
}

#[cfg(test)]
mod tests;
