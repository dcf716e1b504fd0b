//! Files of a backup: age (C2SP age), so that wherever a backup lies, nobody reads it but who holds an
//! identity; and the SHA-256 of what lies there, for the manifest.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret;
use age::stream::StreamWriter;
use age::x25519::{Identity, Recipient};
use age::{Decryptor, Encryptor};
use aws_lc_rs::digest::{Context, SHA256};
use hygie_keeper::Told;

use crate::Error;

/// Counts and hashes what goes through.
struct Tally<T> {
    inner: T,
    bytes: u64,
    hash: Context,
}

impl<T> Tally<T> {
    fn of(inner: T) -> Self {
        Self {
            inner,
            bytes: 0,
            hash: Context::new(&SHA256),
        }
    }

    fn see(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.bytes += u64::try_from(bytes.len()).expect("lengths fit 64 bits");
    }

    fn told(self) -> (T, Told) {
        let told = Told {
            bytes: self.bytes,
            hash: hex(self.hash.finish().as_ref()),
        };
        (self.inner, told)
    }
}

impl<T: Write> Write for Tally<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.see(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<T: Read> Read for Tally<T> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.see(&into[..read]);
        Ok(read)
    }
}

/// A sealed file in the making.
pub struct Sealing {
    path: PathBuf,
    stream: StreamWriter<Tally<BufWriter<File>>>,
}

impl Sealing {
    /// A new file that each of `recipients` can open, and nobody else.
    ///
    /// # Errors
    /// [`Error::File`], and [`Error::Recipients`] when there are none.
    pub fn begin(path: PathBuf, recipients: &[Recipient]) -> Result<Self, Error> {
        let failed = |source| Error::file("write", &path, source);
        let file = create(&path)?;
        let recipients = recipients.iter().map(|one| one as &dyn age::Recipient);
        let encryptor = Encryptor::with_recipients(recipients).map_err(|_| Error::Recipients)?;
        let stream = encryptor
            .wrap_output(Tally::of(BufWriter::new(file)))
            .map_err(failed)?;
        Ok(Self { path, stream })
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.stream
            .write_all(bytes)
            .map_err(|source| Error::file("write", &self.path, source))
    }

    /// Ends the file, durably.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn end(self) -> Result<Told, Error> {
        let ended = self.stream.finish().and_then(|tally| {
            let (file, told) = tally.told();
            file.into_inner()
                .map_err(io::IntoInnerError::into_error)?
                .sync_all()?;
            Ok(told)
        });
        ended.map_err(|source| Error::file("write", &self.path, source))
    }
}

/// What lies there, as a manifest would tell of it.
///
/// # Errors
/// [`Error::File`].
pub fn told(path: &Path) -> Result<Told, Error> {
    let failed = |source| Error::file("read", path, source);
    let mut tally = Tally::of(BufReader::new(File::open(path).map_err(failed)?));
    io::copy(&mut tally, &mut io::sink()).map_err(failed)?;
    Ok(tally.told().1)
}

/// Opens a sealed file into a new one, readable by its owner alone, when it is the one that was told of.
///
/// # Errors
/// [`Error::Identity`] when the identity does not open it; [`Error::BackupAltered`] when it is not the
/// file that the manifest tells of; [`Error::File`].
pub fn unseal(path: &Path, told: &Told, identity: &Identity, into: &Path) -> Result<u64, Error> {
    // Hashed first, whole: nothing that is not the backup's is decrypted into the home.
    if self::told(path)? != *told {
        return Err(Error::BackupAltered {
            path: path.to_owned(),
        });
    }
    let file = File::open(path).map_err(|source| Error::file("read", path, source))?;
    let foreign = |_| Error::Identity {
        path: path.to_owned(),
    };
    let decryptor = Decryptor::new_buffered(BufReader::new(file)).map_err(foreign)?;
    let mut plain = decryptor
        .decrypt(std::iter::once(identity as &dyn age::Identity))
        .map_err(foreign)?;
    let mut out = BufWriter::new(create(into)?);
    io::copy(&mut plain, &mut out)
        .and_then(|bytes| out.flush().map(|()| bytes))
        .map_err(|source| Error::file("write", into, source))
}

/// Reads an identity file: a line `AGE-SECRET-KEY-1…`, and comments.
///
/// # Errors
/// [`Error::File`], [`Error::Key`].
pub fn identity(path: &Path) -> Result<Identity, Error> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::file("read", path, source))?;
    let line = text.lines().find(|line| !line.starts_with('#'));
    line.and_then(|line| line.trim().parse().ok())
        .ok_or_else(|| Error::Key {
            path: path.to_owned(),
            why: "it holds no age identity (AGE-SECRET-KEY-1…)".to_owned(),
        })
}

/// Makes an identity in a new file, and gives its public half.
///
/// # Errors
/// [`Error::File`] for a file that is there.
pub fn make_identity(path: &Path) -> Result<Recipient, Error> {
    let identity = Identity::generate();
    let recipient = identity.to_public();
    let mut file = create(path)?;
    let secret = identity.to_string();
    writeln!(
        file,
        "# public key: {recipient}\n{}",
        secret.expose_secret()
    )
    .and_then(|()| file.sync_all())
    .map_err(|source| Error::file("write", path, source))?;
    Ok(recipient)
}

fn create(path: &Path) -> Result<File, Error> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(|source| Error::file("make", path, source))
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
