//! Letters on their way to the print shop: files in a folder, sealed to the shop, each prepared durably before the roll
//! says that it left, and handed over by a new name after it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hygie_letters::{
    Address, Batch, Error as LetterError, Mail, Matter, Paper, Post, Printed, Shop, Wording,
};
use jiff::civil::Date;

/// Where letters are laid down, and for whom they are sealed.
#[derive(Clone)]
pub struct Press(Arc<Laid>);

struct Laid {
    paper: Paper,
    shop: Shop,
    folder: PathBuf,
}

/// Why letters could not be laid down. It names no person.
#[derive(Debug, thiserror::Error)]
pub enum PressError {
    /// The folder.
    #[error("the folder of letters: {0}")]
    Io(#[from] io::Error),
    /// A batch.
    #[error("a batch of letters: {0}")]
    Letters(#[from] LetterError),
}

impl Press {
    /// Lays letters down in this folder, which is made.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn new(paper: Paper, shop: Shop, folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self(Arc::new(Laid {
            paper,
            shop,
            folder: folder.to_owned(),
        })))
    }

    /// A receipt for whoever saves it himself, as PDF.
    pub(crate) fn sheet(
        &self,
        wording: Wording,
        on: Date,
        matter: Matter,
    ) -> Result<Vec<u8>, LetterError> {
        self.0.paper.sheet(wording, on, matter)
    }

    /// A letter as e-mail.
    pub(crate) fn mail(&self, to: Address, wording: Wording, matter: &Matter) -> Mail {
        self.0.paper.mail(to, wording, matter)
    }

    /// An empty batch, and what it takes to fill it.
    pub(crate) fn push(&self, batch: &mut Batch, post: Post) -> Result<(), LetterError> {
        batch.push(&self.0.paper, post)
    }

    /// Writes a batch durably, not yet under the name by which it is fetched. The same name again replaces it. It takes a
    /// thread of its own: a thousand letters are much work.
    pub(crate) async fn prepare(&self, name: &str, batch: Batch) -> Result<Printed, PressError> {
        let (laid, name) = (Arc::clone(&self.0), name.to_owned());
        let printed = tokio::task::spawn_blocking(move || laid.prepare(&name, batch)).await;
        printed.map_err(io::Error::other)?
    }

    /// Hands a prepared batch over; done already, it changes nothing.
    pub(crate) fn release(&self, name: &str) -> Result<(), PressError> {
        self.0.release(name)
    }
}

impl Laid {
    fn prepare(&self, name: &str, batch: Batch) -> Result<Printed, PressError> {
        let [pdf, index] = self.files(name);
        let (mut pages, mut table) = (fresh(&part(&pdf))?, fresh(&part(&index))?);
        let printed = batch.print(&self.paper, &self.shop, &mut pages, &mut table)?;
        for file in [&mut pages, &mut table] {
            file.flush()?;
            file.sync_all()?;
        }
        File::open(&self.folder)?.sync_all()?;
        Ok(printed)
    }

    fn release(&self, name: &str) -> Result<(), PressError> {
        for file in self.files(name) {
            match fs::rename(part(&file), &file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        File::open(&self.folder)?.sync_all()?;
        Ok(())
    }

    /// The document, and its index: what is fetched last is complete.
    fn files(&self, name: &str) -> [PathBuf; 2] {
        let sealed = if self.shop.is_sealed() { ".age" } else { "" };
        ["pdf", "csv"].map(|kind| self.folder.join(format!("{name}.{kind}{sealed}")))
    }
}

fn part(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

fn fresh(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
}
