use std::fmt;
use std::io::{self, Write};

use age::Encryptor;
use age::stream::StreamWriter;
use age::x25519::Recipient;

use crate::Error;

/// To whom a batch is sealed: a print shop reads names and codes, and nobody on the way to it.
#[derive(Clone)]
pub struct Shop(Vec<Recipient>);

impl Shop {
    /// A print shop by its age recipients (`age1…`), each of which opens a batch alone.
    ///
    /// # Errors
    /// [`Error::ShopMalformed`] when there is none, or one is no recipient.
    pub fn sealed<'a>(recipients: impl IntoIterator<Item = &'a str>) -> Result<Self, Error> {
        let read = recipients.into_iter().map(str::parse::<Recipient>);
        let recipients: Vec<_> = read
            .collect::<Result<_, _>>()
            .map_err(|_| Error::ShopMalformed)?;
        if recipients.is_empty() {
            return Err(Error::ShopMalformed);
        }
        Ok(Self(recipients))
    }

    /// Nobody: batches are written in the clear, which only a demonstration with invented people may do.
    pub fn demo_in_the_clear() -> Self {
        Self(Vec::new())
    }

    /// Whether batches are sealed, and their files end in `.age`.
    pub fn is_sealed(&self) -> bool {
        !self.0.is_empty()
    }

    /// Writes bytes, sealed in pieces of 64 KiB on their way (age-encryption.org/v1).
    pub(super) fn put<W: Write>(&self, bytes: &[u8], mut into: W) -> Result<(), Error> {
        let written = if self.is_sealed() {
            self.seal(into).and_then(|mut stream| {
                stream.write_all(bytes)?;
                stream.finish()?.flush()
            })
        } else {
            into.write_all(bytes).and_then(|()| into.flush())
        };
        written.map_err(|error| Error::Batch(error.kind()))
    }

    fn seal<W: Write>(&self, into: W) -> io::Result<StreamWriter<W>> {
        let recipients = self.0.iter().map(|one| one as &dyn age::Recipient);
        let encryptor = Encryptor::with_recipients(recipients).map_err(io::Error::other)?;
        encryptor.wrap_output(into)
    }
}

impl fmt::Debug for Shop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_sealed() {
            "Shop(sealed)"
        } else {
            "Shop(in the clear)"
        })
    }
}
