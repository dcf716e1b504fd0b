//! The crossing's keys: made, opened, rotated.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::keyfile::{KeyFile, Second};
use crate::prf::Secret;
use crate::{Entropy, Error, List, Pseudonym, Rotation, Source, durable, list};

/// The crossing's keys, by epoch, in a folder that the hub cannot reach. Cheap to share among threads.
///
/// Who has them open shares a lock; who rotates holds it alone, so that no import runs across a rotation.
pub struct Keys {
    folder: PathBuf,
    file: KeyFile,
    lock: File,
}

impl Keys {
    /// Makes the first epoch's key in a folder, which is made too.
    ///
    /// # Errors
    /// [`Error::Exists`] when the folder has keys: they are never overwritten. [`Error::Io`], [`Error::Busy`].
    pub fn create(folder: &Path, entropy: &dyn Entropy) -> Result<Self, Error> {
        durable::make_folder(folder)?;
        let lock = lock(folder, File::try_lock)?;
        let path = path(folder);
        if path.try_exists().map_err(Error::io(&path))? {
            return Err(Error::Exists(path));
        }
        let file = KeyFile {
            first: (1, Secret::random(entropy)),
            second: None,
        };
        file.write(&path)?;
        Ok(Self {
            folder: folder.to_owned(),
            file,
            lock,
        })
    }

    /// Opens the keys of a folder.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Readable`], [`Error::KeyFile`], [`Error::Busy`], [`Error::Io`].
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let path = path(folder);
        if !path.try_exists().map_err(Error::io(&path))? {
            return Err(Error::Missing(path));
        }
        let lock = lock(folder, File::try_lock_shared)?;
        Ok(Self {
            folder: folder.to_owned(),
            file: KeyFile::read(&path)?,
            lock,
        })
    }

    /// The person's pseudonym under the epoch in use.
    pub fn pseudonym(&self, source: &Source<'_>) -> Pseudonym {
        self.current().1.pseudonym(source)
    }

    /// The person's pseudonym under the epoch before, while its rotation is not finished.
    pub fn former(&self, source: &Source<'_>) -> Option<Pseudonym> {
        let second = self.file.second.as_ref()?;
        second.current.then(|| self.file.first.1.pseudonym(source))
    }

    /// The number of the epoch in use, from 1, and the name of its key (16 hexadecimal digits, which say nothing of it): a
    /// snapshot's manifest says both, so that months of one epoch are never added to a snapshot of another.
    pub fn epoch(&self) -> (u32, String) {
        let (number, secret) = self.current();
        (*number, secret.id())
    }

    /// The epoch before, while its rotation is not finished.
    pub fn retiring(&self) -> Option<(u32, String)> {
        let second = self.file.second.as_ref()?;
        let (number, secret) = &self.file.first;
        second.current.then(|| (*number, secret.id()))
    }

    /// Begins the next epoch: `fill` names every person who may stand in a snapshot, the list old → new is written, sealed
    /// under a key of its own, and from then on pseudonyms are made under the new epoch. The old key is still there, for
    /// [`Keys::finish_rotation`] to destroy when what was made under it is mapped and gone.
    ///
    /// A crash at any point leaves the old epoch in use, or the new one with its list whole; `rotate` run again goes on
    /// with the epoch that it began. Memory: 33 bytes a name, half as much again at most while it grows.
    ///
    /// # Errors
    /// [`Error::Unfinished`] when the rotation before is not finished; what `fill` returns; [`Error::Io`].
    pub fn rotate<E: From<Error>>(
        &mut self,
        entropy: &dyn Entropy,
        fill: impl FnOnce(&mut List<'_>) -> Result<(), E>,
    ) -> Result<Rotation, E> {
        self.alone()?;
        let path = path(&self.folder);
        match &self.file.second {
            Some(second) if second.current => {
                return Err(E::from(Error::Unfinished {
                    old: self.file.first.0,
                    current: second.epoch.0,
                }));
            }
            Some(_) => {}
            None => {
                // What a crash may have left at the end of the rotation before: noise, without its key.
                durable::remove(&self.list_path(self.file.first.0))?;
                let mut list = Zeroizing::new([0; 32]);
                entropy.fill(list.as_mut());
                self.file.second = Some(Second {
                    epoch: (self.file.first.0 + 1, Secret::random(entropy)),
                    current: false,
                    list,
                });
                self.file.write(&path)?;
            }
        }
        let second = self
            .file
            .second
            .as_ref()
            .expect("it was put there just now");
        let mut list = List::new(&self.file.first.1, &second.epoch.1);
        fill(&mut list)?;
        let name = list::Name {
            path: self.list_path(second.epoch.0),
            old: self.file.first.0,
            new: second.epoch.0,
        };
        list.write(&name, &second.list, entropy)?;
        if let Some(second) = &mut self.file.second {
            second.current = true;
        }
        self.file.write(&path)?;
        Ok(self.rotation()?)
    }

    /// The list of the rotation that is under way.
    ///
    /// # Errors
    /// [`Error::NotRotating`]; [`Error::ListBroken`] with its place; [`Error::Io`].
    pub fn rotation(&self) -> Result<Rotation, Error> {
        let second = self.file.second.as_ref().filter(|second| second.current);
        let second = second.ok_or(Error::NotRotating)?;
        let name = list::Name {
            path: self.list_path(second.epoch.0),
            old: self.file.first.0,
            new: second.epoch.0,
        };
        Rotation::open(name, &second.list)
    }

    /// Destroys the old epoch's key and the list: nobody can go from the new pseudonyms to the old ones any more, nor from a
    /// person to his old one. To be run when every snapshot, list and sealed row of the old epoch is mapped or deleted.
    ///
    /// # Errors
    /// [`Error::NotRotating`]; [`Error::Io`].
    pub fn finish_rotation(&mut self) -> Result<(), Error> {
        self.alone()?;
        let Some(second) = self.file.second.take_if(|second| second.current) else {
            return Err(Error::NotRotating);
        };
        let list = self.list_path(second.epoch.0);
        // The key first: without it the list is noise, wherever copies of it lie. A crash in between leaves noise.
        self.file.first = second.epoch;
        self.file.write(&path(&self.folder))?;
        durable::remove(&list)
    }

    /// Nobody else has the keys open from here on. What another run did before is read.
    fn alone(&mut self) -> Result<(), Error> {
        // The lock belongs to the open file: ours goes before it can be had alone, and comes back where it can't.
        self.lock.unlock().map_err(Error::io(&self.folder))?;
        match lock(&self.folder, File::try_lock) {
            Ok(alone) => self.lock = alone,
            Err(error) => {
                self.lock = lock(&self.folder, File::try_lock_shared)?;
                return Err(error);
            }
        }
        self.file = KeyFile::read(&path(&self.folder))?;
        Ok(())
    }

    fn current(&self) -> &(u32, Secret) {
        match &self.file.second {
            Some(second) if second.current => &second.epoch,
            _ => &self.file.first,
        }
    }

    fn list_path(&self, new: u32) -> PathBuf {
        self.folder.join(format!("rotation-{new}.sealed"))
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys")
            .field("epoch", &self.current().0)
            .finish_non_exhaustive()
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join("pseudonym.keys")
}

/// Held until the keys are dropped; the system lets it go when the process ends.
fn lock(folder: &Path, take: fn(&File) -> Result<(), TryLockError>) -> Result<File, Error> {
    let path = folder.join("pseudonym.lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .map_err(Error::io(&path))?;
    match take(&file) {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Busy(path)),
        Err(TryLockError::Error(error)) => Err(Error::io(&path)(error)),
    }
}
