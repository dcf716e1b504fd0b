//! Where letters go: to a mail server, or into a folder, for a demonstration.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use hygie_notice::{Entropy, Millis, symbols};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::{Address, Error, Letter, Mail, Relay, Site};

/// How long a mail server may take for each step of a conversation.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long it may take for all of them.
const TOGETHER: Duration = Duration::from_secs(60);

/// Where letters go.
#[derive(Clone)]
pub struct Mailbox {
    from: Address,
    entropy: Arc<dyn Entropy>,
    way: Way,
}

#[derive(Clone)]
enum Way {
    Server(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.way {
            Way::Server(_) => "Mailbox(server)",
            Way::Folder(_) => "Mailbox(folder)",
        })
    }
}

impl Mailbox {
    /// Letters go to this mail server, one connection each.
    ///
    /// # Errors
    /// [`Error::RelayMalformed`].
    pub fn server(relay: &Relay, from: Address, entropy: Arc<dyn Entropy>) -> Result<Self, Error> {
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(relay.url())
            .map_err(|_| Error::RelayMalformed)?
            .timeout(Some(PATIENCE))
            .build();
        Ok(Self {
            from,
            entropy,
            way: Way::Server(server),
        })
    }

    /// Letters go into this folder, a file each that its owner alone reads. Made when it is not there.
    pub fn folder(path: impl Into<PathBuf>, from: Address, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            from,
            entropy,
            way: Way::Folder(path.into()),
        }
    }

    /// Sends a letter, dated `now`.
    ///
    /// # Errors
    /// [`Error::Refused`] for good, [`Error::Later`], [`Error::Unreachable`], [`Error::Folder`].
    pub async fn send(&self, letter: &Letter, site: &Site, now: Millis) -> Result<(), Error> {
        self.send_mail(&letter.mail(site), now).await
    }

    /// Sends an e-mail, dated `now`.
    ///
    /// # Errors
    /// As [`Mailbox::send`].
    pub async fn send_mail(&self, mail: &Mail, now: Millis) -> Result<(), Error> {
        let message = mail.message(&self.from, now, self.entropy.as_ref())?;
        match &self.way {
            Way::Server(server) => tokio::time::timeout(TOGETHER, hand_over(server, message))
                .await
                .unwrap_or(Err(Error::Unreachable)),
            Way::Folder(folder) => {
                let name = format!("{now}-{}", symbols(self.entropy.as_ref(), 13));
                let (folder, bytes) = (folder.clone(), message.formatted());
                tokio::task::spawn_blocking(move || put(&folder, &name, &bytes))
                    .await
                    .unwrap_or(Err(std::io::ErrorKind::Other.into()))
                    .map_err(|error| Error::Folder(error.kind()))
            }
        }
    }
}

async fn hand_over(
    server: &AsyncSmtpTransport<Tokio1Executor>,
    message: Message,
) -> Result<(), Error> {
    match server.send(message).await {
        Ok(_) => Ok(()),
        // What it says may repeat the address: it is told by its kind alone.
        Err(error) if error.is_permanent() => Err(Error::Refused),
        Err(error) if error.is_transient() => Err(Error::Later),
        Err(_) => Err(Error::Unreachable),
    }
}

/// Writes a letter, whole or not at all under its name.
fn put(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let mut maker = fs::DirBuilder::new();
    maker.recursive(true).mode(0o700).create(folder)?;
    let begun = folder.join(format!("{name}.part"));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&begun)?;
    file.write_all(bytes)?;
    fs::rename(begun, folder.join(format!("{name}.eml")))
}
