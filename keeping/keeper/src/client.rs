mod alarms;
mod breaker;
mod keys;
mod trail;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hygie_notice::measures::Measures;
use hygie_notice::wire::{self, Failure, Request, Response, Tag, TrailLine};
use hygie_notice::{Assertion, Head, Issuer, Notice, Opened, Receipt, Stream, Subject};
use tokio::net::UnixStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use zeroize::Zeroizing;

use breaker::{Breaker, Fault};

use crate::{Error, frame, home};

pub use alarms::AlarmPage;
pub use breaker::Faults;
pub use trail::Cover;

/// Most connections of one client: requests beyond wait for one.
const CONNECTIONS: usize = 64;
/// How long the keeper may take to answer, unless the client is made more or less patient.
const PATIENCE: Duration = Duration::from_secs(30);

/// A caller of the keeper: cheap to clone, all clones share its connections.
#[derive(Debug, Clone)]
pub struct Client {
    shared: Arc<Shared>,
    patience: Duration,
}

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    idle: Mutex<Vec<UnixStream>>,
    slots: Semaphore,
    breaker: Breaker,
}

/// What should be known before anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hello {
    /// Whose assertions are believed.
    pub issuers: Vec<Issuer>,
    /// The ledger's public key, as a C2SP signed-note verifier key.
    pub verifier: String,
    /// How many leaves the ledger holds.
    pub size: u64,
}

/// That a leaf stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The signed checkpoint, a C2SP signed note.
    pub checkpoint: String,
    /// RFC 6962 inclusion proof, leaf to root.
    pub path: Vec<[u8; 32]>,
    /// The leaf's entry, which says nothing by itself.
    pub entry: Vec<u8>,
}

impl Client {
    /// Connects to the keeper's socket.
    ///
    /// # Errors
    /// [`Error::SocketPathTooLong`], or [`Error::Unavailable`] when nobody listens there.
    pub async fn connect(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref().to_owned();
        home::check_socket_path(&path)?;
        let stream = UnixStream::connect(&path)
            .await
            .map_err(|error| Error::Unavailable(nobody(&error)))?;
        Ok(Self {
            shared: Arc::new(Shared {
                path,
                idle: Mutex::new(vec![stream]),
                slots: Semaphore::new(CONNECTIONS),
                breaker: Breaker::default(),
            }),
            patience: PATIENCE,
        })
    }

    /// The same client, which waits this long for an answer, a free connection included.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// How often the keeper could not be asked.
    pub fn faults(&self) -> Faults {
        self.shared.breaker.faults()
    }

    /// Asks for issuers, the ledger's public key, and its size.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn hello(&self) -> Result<Hello, Error> {
        match self.ask(&Request::Hello).await? {
            Response::Hello {
                issuers,
                verifier,
                size,
            } => Ok(Hello {
                issuers,
                verifier,
                size,
            }),
            other => Err(unexpected(other)),
        }
    }

    /// Has the notice written down, and gets the key.
    ///
    /// # Errors
    /// [`Error::Refused`] when the keeper gives no key; [`Error::Unavailable`] when it is not known
    /// whether the notice was written: asking again writes another.
    pub async fn open(&self, assertion: &Assertion, notice: Notice) -> Result<Opened, Error> {
        self.open_weighed(assertion, notice, None).await
    }

    /// The same for a `content` that was decided about when `rights` ended at `weighed`: the keeper
    /// opens it only while they still end there.
    ///
    /// # Errors
    /// As [`Client::open`]; [`Failure::StaleHead`] in [`Error::Refused`] when `rights` went on: then
    /// nothing was written down, and the caller weighs anew.
    pub async fn open_weighed(
        &self,
        assertion: &Assertion,
        notice: Notice,
        weighed: Option<Head>,
    ) -> Result<Opened, Error> {
        let request = Request::Open {
            assertion: assertion.clone(),
            notice,
            weighed,
        };
        match self.ask(&request).await? {
            Response::Opened(opened) => Ok(opened),
            other => Err(unexpected(other)),
        }
    }

    /// Has a refusal written down.
    ///
    /// # Errors
    /// As [`Client::open`]; for an unknown subject the refusal is written all the same.
    pub async fn refuse(&self, assertion: &Assertion, notice: Notice) -> Result<Receipt, Error> {
        let assertion = assertion.clone();
        match self.ask(&Request::Refuse { assertion, notice }).await? {
            Response::Refused(receipt) => Ok(receipt),
            other => Err(unexpected(other)),
        }
    }

    /// Moves a head from where the caller believes it is.
    ///
    /// # Errors
    /// [`Failure::StaleHead`] in [`Error::Refused`] when it is elsewhere; [`Error::Unavailable`].
    pub async fn advance(
        &self,
        subject: Subject,
        stream: Stream,
        from: Head,
        to: Head,
    ) -> Result<(), Error> {
        match self
            .ask(&Request::Advance {
                subject,
                stream,
                from,
                to,
            })
            .await?
        {
            Response::Advanced => Ok(()),
            other => Err(unexpected(other)),
        }
    }

    /// The subject bound to the keyed hash of `value`; binds `bind` when there is none. The first
    /// binding wins, and the answer says which that is.
    ///
    /// # Errors
    /// [`Failure::TooMany`] in [`Error::Refused`]; [`Error::Unavailable`].
    pub async fn tag(
        &self,
        assertion: &Assertion,
        domain: &str,
        value: &str,
        bind: Option<Subject>,
    ) -> Result<Option<Subject>, Error> {
        let tag = Tag {
            domain: domain.to_owned(),
            value: value.to_owned(),
            bind,
        };
        Ok(self.tags(assertion, vec![tag]).await?.pop().flatten())
    }

    /// The same for up to 1,000 values, each looked up behind those before it.
    ///
    /// # Errors
    /// As [`Client::tag`].
    pub async fn tags(
        &self,
        assertion: &Assertion,
        tags: Vec<Tag>,
    ) -> Result<Vec<Option<Subject>>, Error> {
        let (count, assertion) = (tags.len(), assertion.clone());
        match self.ask(&Request::Tags { assertion, tags }).await? {
            Response::Tagged(subjects) if subjects.len() == count => Ok(subjects),
            other => Err(unexpected(other)),
        }
    }

    /// Has the notice written down, and gets a page of the trail: at most 1,000 events from number
    /// `from`; the last page is the one that ends with this very notice.
    ///
    /// # Errors
    /// As [`Client::open`].
    pub async fn trail(
        &self,
        assertion: &Assertion,
        notice: Notice,
        from: u64,
    ) -> Result<(Receipt, Vec<TrailLine>), Error> {
        let assertion = assertion.clone();
        match self
            .ask(&Request::Trail {
                assertion,
                notice,
                from,
            })
            .await?
        {
            Response::Trail { receipt, events } => Ok((receipt, events)),
            other => Err(unexpected(other)),
        }
    }

    /// Has the manifest of a backup signed with the ledger's key: a C2SP signed note.
    ///
    /// # Errors
    /// [`Error::Refused`] for anybody but the operator, and for what is no manifest;
    /// [`Error::Unavailable`].
    pub async fn sign_backup(
        &self,
        assertion: &Assertion,
        manifest: String,
    ) -> Result<String, Error> {
        let assertion = assertion.clone();
        let request = Request::SignBackup {
            assertion,
            manifest,
        };
        match self.ask(&request).await? {
            Response::Signed(note) => Ok(note),
            other => Err(unexpected(other)),
        }
    }

    /// What the keeper counted of itself.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn measures(&self) -> Result<Measures, Error> {
        match self.ask(&Request::Measures).await? {
            Response::Measures(measures) => Ok(*measures),
            other => Err(unexpected(other)),
        }
    }

    /// The current checkpoint, and the proof that a leaf stands below it.
    ///
    /// # Errors
    /// [`Failure::Notice`] in [`Error::Refused`] for a leaf that is not there; [`Error::Unavailable`].
    pub async fn prove(&self, index: u64) -> Result<Proof, Error> {
        match self.ask(&Request::Prove { index }).await? {
            Response::Proof {
                checkpoint,
                path,
                entry,
            } => Ok(Proof {
                checkpoint,
                path: path.into_iter().map(|hash| hash.into_array()).collect(),
                entry: entry.into_vec(),
            }),
            other => Err(unexpected(other)),
        }
    }

    async fn ask(&self, request: &Request) -> Result<Response, Error> {
        let Some(pass) = self.shared.breaker.pass() else {
            return Err(Error::Unavailable("it did not answer before".to_owned()));
        };
        let frame = Zeroizing::new(wire::encode(request));
        match timeout(self.patience, self.exchange(&frame)).await {
            Ok(Ok(response)) => {
                pass.answered();
                Ok(response)
            }
            Ok(Err((fault, why))) => {
                pass.failed(fault);
                Err(Error::Unavailable(why))
            }
            Err(_) => {
                pass.failed(Fault::Slow);
                Err(Error::Unavailable("it does not answer".to_owned()))
            }
        }
    }

    /// Sends a frame and reads its answer.
    async fn exchange(&self, frame: &[u8]) -> Result<Response, (Fault, String)> {
        let _slot = self
            .shared
            .slots
            .acquire()
            .await
            .expect("the semaphore is never closed");
        // A caller that gives up drops the stream here: it is never used again half-way.
        let mut stream = self.send(frame).await?;
        // Nothing comes but what was asked for: what is behind the answer is another's, or a mistake.
        let mut behind = Zeroizing::default();
        let body = frame::read(&mut stream, &mut behind)
            .await
            .map_err(broke)?
            .ok_or_else(|| broke(io::ErrorKind::UnexpectedEof.into()))?;
        let response = wire::decode(&body).map_err(|error| (Fault::Broken, error.to_string()))?;
        if !behind.is_empty() {
            return Err((Fault::Broken, "it said more than was asked".to_owned()));
        }
        self.shared
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(stream);
        Ok(response)
    }

    /// Sends a frame on an idle connection or a new one. An idle one that turns out closed before it
    /// took a byte is left for another; after the first byte nothing is sent twice.
    async fn send(&self, frame: &[u8]) -> Result<UnixStream, (Fault, String)> {
        while let Some(mut stream) = self.idle() {
            stream.writable().await.map_err(broke)?;
            match stream.try_write(frame) {
                Ok(sent) => {
                    frame::write(&mut stream, &frame[sent..])
                        .await
                        .map_err(broke)?;
                    return Ok(stream);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    frame::write(&mut stream, frame).await.map_err(broke)?;
                    return Ok(stream);
                }
                Err(_) => {}
            }
        }
        let mut stream = UnixStream::connect(&self.shared.path)
            .await
            .map_err(|error| (Fault::Unreachable, nobody(&error)))?;
        frame::write(&mut stream, frame).await.map_err(broke)?;
        Ok(stream)
    }

    /// An idle connection that the keeper has not closed.
    fn idle(&self) -> Option<UnixStream> {
        let mut idle = self
            .shared
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        while let Some(stream) = idle.pop() {
            // Silence is life: an idle connection has nothing to read, not even an end.
            let silent = stream.try_read(&mut [0]);
            if silent.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock) {
                return Some(stream);
            }
        }
        None
    }
}

fn nobody(error: &io::Error) -> String {
    format!("nobody answers at its socket: {error}")
}

fn broke(error: io::Error) -> (Fault, String) {
    (Fault::Broken, format!("the connection broke: {error}"))
}

/// Turns a failure into an error; any other answer is to another question.
fn unexpected(response: Response) -> Error {
    match response {
        Response::Failed(Failure::Unavailable(why)) => Error::Unavailable(why),
        Response::Failed(failure) => Error::Refused(failure),
        _ => Error::Unavailable("it answered another question".to_owned()),
    }
}
