//! Reading a part back.

use zstd::bulk::Decompressor;

use crate::chunk::{Misread, Opened};
use crate::frame::{Kind, Opener};
use crate::writer::Totals;
use crate::{Error, Person};

/// A row as it was kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
    /// Whose it is, where that could be read.
    pub person: Option<Person>,
    /// Its bytes.
    pub raw: &'a [u8],
    /// Why it was rejected, if it was.
    pub reason: Option<&'a str>,
}

impl std::fmt::Debug for Row<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Row(…)")
    }
}

/// Gives a part's rows in the order in which they were pushed.
pub struct Reader {
    opener: Opener,
    epoch: u32,
    decompressor: Decompressor<'static>,
    frame: Vec<u8>,
    opened: Opened,
    seen: Totals,
}

impl Reader {
    pub(crate) fn new(opener: Opener, epoch: u32) -> Result<Self, Error> {
        let decompressor = Decompressor::new().map_err(Error::io(opener.path()))?;
        Ok(Self {
            opener,
            epoch,
            decompressor,
            frame: Vec::new(),
            opened: Opened::default(),
            seen: Totals::default(),
        })
    }

    /// The epoch of the pseudonyms that its rows are tagged with.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The next row; none behind the last, and only if all that were written were read.
    ///
    /// # Errors
    /// [`Error::Broken`] with its place, for a file that was cut or altered; [`Error::Io`].
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, Error> {
        let tagged = loop {
            let next = self
                .opened
                .next()
                .map_err(|Misread| self.opener.last_is_broken())?;
            if let Some(tagged) = next {
                break tagged;
            }
            if !self.opened.is_spent() {
                return Err(self.opener.last_is_broken());
            }
            match self.opener.open(&mut self.frame)? {
                None => return Ok(None),
                Some(Kind::Rows) => {
                    let read = self.opened.read(&mut self.decompressor, &self.frame);
                    read.map_err(|Misread| self.opener.last_is_broken())?;
                }
                Some(Kind::End) if self.frame == self.seen.bytes() => return Ok(None),
                Some(Kind::End) => return Err(self.opener.last_is_broken()),
            }
        };
        self.seen.add(
            tagged.person.is_some(),
            tagged.length,
            tagged.reason.is_some(),
        );
        let row = self.opened.row(&tagged);
        let (raw, reason) = row.map_err(|Misread| self.opener.last_is_broken())?;
        Ok(Some(Row {
            person: tagged.person,
            raw,
            reason,
        }))
    }
}
