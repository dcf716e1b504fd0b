//! Pages of the roll that hold nobody, but what is done about people: found one after the other by a name.

use hygie_record::notice::{Act, Subject};
use hygie_record::{Error, RollPage};
use tokio::sync::Mutex;

use crate::Enrolment;
use crate::page::News;

/// Such pages of one kind.
pub(crate) struct Shelf {
    /// By which they are found, with a number behind it: no number of a person looks so.
    word: &'static str,
    /// Those known so far, oldest first.
    known: Mutex<Vec<Subject>>,
}

impl Shelf {
    /// None known.
    pub fn of(word: &'static str) -> Self {
        Self {
            word,
            known: Mutex::default(),
        }
    }

    fn name(&self, number: usize) -> String {
        format!("{} {number}", self.word)
    }
}

impl Enrolment {
    /// A shelf's pages, oldest first.
    pub(crate) async fn shelved(&self, shelf: &Shelf) -> Result<Vec<Subject>, Error> {
        let mut known = shelf.known.lock().await;
        loop {
            let name = shelf.name(known.len());
            let found = self.roll.find(&[&name]).await?;
            match found.into_iter().next().flatten() {
                Some(page) => known.push(page),
                None => return Ok(known.clone()),
            }
        }
    }

    /// The pages with lines, oldest first.
    pub(crate) async fn pages(&self) -> Result<Vec<Subject>, Error> {
        let mut pages = self.roll.pages().await?;
        for shelf in [&self.trays, &self.calls] {
            let shelved = self.shelved(shelf).await?;
            pages.retain(|page| !shelved.contains(page));
        }
        let desk = self.desk_pages().await?;
        pages.retain(|page| !desk.contains(page));
        Ok(pages)
    }

    /// Opens a shelf's last page, or one that is so many behind it, which is made.
    pub(crate) async fn open_last(
        &self,
        shelf: &Shelf,
        what: &str,
        behind: usize,
    ) -> Result<RollPage<News>, Error> {
        let pages = self.shelved(shelf).await?;
        let number = (pages.len() + behind).saturating_sub(1);
        let page = match pages.get(number) {
            Some(page) => *page,
            None => {
                let name = shelf.name(number);
                let bound = self.roll.bind(&[(&name, self.roll.unnamed_page())]).await?;
                *bound.first().ok_or(Error::UnknownForm)?
            }
        };
        self.roll.open(page, Act::Create, what).await
    }
}
