//! The operator's side of care's admin protocol: HTTP/1.1 over a Unix socket, one connection a request,
//! each request under a fresh assertion that the operator's key signs.

use std::convert::Infallible;
use std::io;
use std::path::{Path, PathBuf};

use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{Method, Request, Response, StatusCode};
use http_body_util::channel::{Channel, Sender};
use http_body_util::{BodyExt, Full};
use hygie_keeper::AlarmPage;
use hygie_keeper::notice::{
    ActorKind, ActorRef, ActorStep, Alarmed, Assertion, Clock, IssuerKey, KeyAnswer, KeyStep,
    Outcome, SystemClock, SystemEntropy, symbols,
};
use hyper::body::{self, Body, Bytes};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::UnixStream;
use tokio::task::JoinHandle;

use crate::{Error, Home};

/// How long an assertion lives, in seconds: an import of many entries waits that long at most.
const LIFETIME: u64 = 10 * 60;

/// The name of the issuer, and of the actor, that the operator's key speaks for.
const OPERATOR: &str = "operator";

/// A client of one home's care service.
#[derive(Debug)]
pub struct Client {
    socket: PathBuf,
    key: IssuerKey,
    kind: ActorKind,
}

impl Client {
    /// A client that signs with the home's operator key; connects to nothing yet.
    ///
    /// # Errors
    /// [`Error::Key`] when the key can't be read.
    pub fn new(home: &Home) -> Result<Self, Error> {
        Ok(Self {
            socket: home.admin_socket(),
            key: load_key(&home.operator_key(), OPERATOR)?,
            kind: ActorKind::Operator,
        })
    }

    /// A client that acts for the crossing, with its key.
    ///
    /// # Errors
    /// [`Error::Key`] when the key can't be read.
    pub fn crossing(home: &Home) -> Result<Self, Error> {
        Ok(Self {
            socket: home.admin_socket(),
            key: load_key(&home.dir().join("crossing.key"), ActorKind::Crossing.word())?,
            kind: ActorKind::Crossing,
        })
    }

    /// Whether care takes connections.
    ///
    /// # Errors
    /// What the operating system says.
    pub async fn reach(&self) -> io::Result<()> {
        UnixStream::connect(&self.socket).await.map(drop)
    }

    /// Asks for something.
    ///
    /// # Errors
    /// [`Error::Broken`], or what the answer's status says: [`Error::Refused`], [`Error::Unavailable`].
    pub async fn get(&self, path: &str) -> Result<Bytes, Error> {
        self.ask(Method::GET, path, Bytes::new()).await
    }

    /// Hands something over, as JSON.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn post(&self, path: &str, body: Bytes) -> Result<Bytes, Error> {
        self.ask(Method::POST, path, body).await
    }

    /// Begins a conversation: parts go out while parts come in.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn converse(&self, path: &str) -> Result<(Out, Incoming), Error> {
        let (out, body) = Channel::new(2);
        let (answer, connection) = self.send(Method::POST, path, body).await?;
        let mut incoming = Incoming {
            answer,
            connection,
            read: Vec::new(),
        };
        let status = incoming.answer.status();
        if status.is_success() {
            return Ok((Out(out), incoming));
        }
        drop(out);
        let body = (&mut incoming.answer).collect().await.map_err(broken)?;
        Err(refused(status, words(&body.to_bytes())))
    }

    /// Has the keeper sign the manifest of a backup.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Unavailable`] in the keeper's words.
    pub async fn sign_backup(&self, home: &Home, manifest: String) -> Result<String, Error> {
        let keeper = self.keeper(home).await?;
        let signed = keeper.sign_backup(&self.assertion(), manifest).await;
        signed.map_err(keeper_said)
    }

    /// Has the keeper look after keys.
    ///
    /// # Errors
    /// [`Error::KeeperRefused`], [`Error::Unavailable`] in the keeper's words.
    pub async fn keys(&self, home: &Home, step: KeyStep) -> Result<KeyAnswer, Error> {
        let keeper = self.keeper(home).await?;
        keeper
            .keys(&self.assertion(), step)
            .await
            .map_err(keeper_said)
    }

    /// Whether the keeper takes connections.
    pub async fn reach_keeper(&self, home: &Home) -> bool {
        self.keeper(home).await.is_ok()
    }

    /// Cuts an actor off or lets him in again; gives the number of the alarm.
    ///
    /// # Errors
    /// [`Error::KeeperRefused`], [`Error::Unavailable`] in the keeper's words.
    pub async fn actor(&self, home: &Home, step: ActorStep) -> Result<u64, Error> {
        let keeper = self.keeper(home).await?;
        let done = keeper.actor(&self.assertion(), step).await;
        done.map_err(keeper_said)
    }

    /// Who is suspended.
    ///
    /// # Errors
    /// As [`Client::actor`].
    pub async fn suspended(&self, home: &Home) -> Result<Vec<Alarmed>, Error> {
        let keeper = self.keeper(home).await?;
        let listed = keeper.suspended(&self.assertion()).await;
        listed.map_err(keeper_said)
    }

    /// A page of the alarms.
    ///
    /// # Errors
    /// As [`Client::actor`].
    pub async fn alarms(&self, home: &Home, from: Option<u64>) -> Result<AlarmPage, Error> {
        let keeper = self.keeper(home).await?;
        let page = keeper.alarms(&self.assertion(), from).await;
        page.map_err(keeper_said)
    }

    /// Says what came of a break-glass.
    ///
    /// # Errors
    /// As [`Client::actor`].
    pub async fn review(&self, home: &Home, number: u64, outcome: Outcome) -> Result<u64, Error> {
        let keeper = self.keeper(home).await?;
        let done = keeper.review(&self.assertion(), number, outcome).await;
        done.map_err(keeper_said)
    }

    async fn keeper(&self, home: &Home) -> Result<hygie_keeper::Client, Error> {
        let socket = home.dir().join("run/keeper.sock");
        let keeper = hygie_keeper::Client::connect(socket).await;
        keeper.map_err(keeper_said)
    }

    async fn ask(&self, method: Method, path: &str, body: Bytes) -> Result<Bytes, Error> {
        let (answer, connection) = self.send(method, path, Full::new(body)).await?;
        let status = answer.status();
        let body = answer.collect().await.map_err(broken)?.to_bytes();
        connection.abort();
        judge(status, body)
    }

    async fn send<B>(
        &self,
        method: Method,
        path: &str,
        body: B,
    ) -> Result<(Response<body::Incoming>, JoinHandle<hyper::Result<()>>), Error>
    where
        B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>
            + Send
            + 'static,
    {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, "admin")
            .header(AUTHORIZATION, format!("Bearer {}", self.assertion().text()))
            .header(CONTENT_TYPE, "application/json")
            .body(body)
            .expect("paths are made of ids and fixed words");
        let stream = UnixStream::connect(&self.socket).await.map_err(broken)?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(broken)?;
        let connection = tokio::spawn(connection);
        let answer = sender.send_request(request).await.map_err(broken)?;
        Ok((answer, connection))
    }

    fn assertion(&self) -> Assertion {
        let actor = ActorRef {
            kind: self.kind,
            id: self.kind.word().to_owned(),
            name: None,
            person: None,
            profession: None,
            sector: None,
            structure: None,
            team: None,
            scope: None,
        };
        let jti = symbols(&SystemEntropy, 26);
        self.key.assert(actor, SystemClock.now(), LIFETIME, jti)
    }
}

/// Where a conversation goes out; its end when dropped.
pub struct Out(Sender<Bytes, Infallible>);

impl Out {
    /// Sends a part; waits while care has no room for it.
    ///
    /// # Errors
    /// [`Error::Broken`].
    pub async fn send(&mut self, part: Bytes) -> Result<(), Error> {
        self.0.send_data(part).await.map_err(broken)
    }
}

/// Where it comes in.
pub struct Incoming {
    answer: Response<body::Incoming>,
    connection: JoinHandle<hyper::Result<()>>,
    read: Vec<u8>,
}

impl Incoming {
    /// The next bytes; none at the end.
    ///
    /// # Errors
    /// [`Error::Broken`].
    pub async fn part(&mut self) -> Result<Option<Bytes>, Error> {
        while let Some(frame) = self.answer.frame().await {
            if let Ok(bytes) = frame.map_err(broken)?.into_data() {
                return Ok(Some(bytes));
            }
        }
        Ok(None)
    }

    /// The next line.
    ///
    /// # Errors
    /// [`Error::Broken`], also when there are no more.
    pub async fn line(&mut self) -> Result<Vec<u8>, Error> {
        let mut seen = 0;
        loop {
            let end = self.read[seen..].iter().position(|byte| *byte == b'\n');
            if let Some(end) = end {
                let rest = self.read.split_off(seen + end + 1);
                return Ok(std::mem::replace(&mut self.read, rest));
            }
            seen = self.read.len();
            let part = self.part().await?.ok_or_else(|| Error::Broken {
                why: "the answer ended early".to_owned(),
            })?;
            self.read.extend_from_slice(&part);
        }
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

/// Reads a signing key of the home.
///
/// # Errors
/// [`Error::Key`].
pub fn load_key(path: &Path, issuer: &str) -> Result<IssuerKey, Error> {
    hygie_keeper::load_issuer_key(path, issuer).map_err(|error| Error::Key {
        path: path.to_owned(),
        why: error.to_string(),
    })
}

fn broken(error: impl std::error::Error) -> Error {
    Error::Broken {
        why: error.to_string(),
    }
}

fn keeper_said(error: hygie_keeper::Error) -> Error {
    let said = error.to_string();
    match error {
        hygie_keeper::Error::Refused(_) => Error::KeeperRefused { said },
        _ => Error::Unavailable { said },
    }
}

/// Sorts an answer by its status.
fn judge(status: StatusCode, body: Bytes) -> Result<Bytes, Error> {
    if status.is_success() {
        return Ok(body);
    }
    Err(refused(status, words(&body)))
}

/// What a status and the body under it say, where they are a line of an answer.
pub fn refusal(status: u16, body: &Value) -> Error {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    refused(status, text(body))
}

fn refused(status: StatusCode, said: Option<String>) -> Error {
    let said = said.unwrap_or_else(|| {
        status
            .canonical_reason()
            .unwrap_or("no reason given")
            .to_owned()
    });
    match status {
        StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT
        | StatusCode::TOO_MANY_REQUESTS => Error::Unavailable { said },
        _ => Error::Refused {
            status: status.as_u16(),
            said,
        },
    }
}

/// What an error's body says: `error`, or the text of an OperationOutcome's first issue.
fn words(body: &[u8]) -> Option<String> {
    text(&serde_json::from_slice(body).ok()?)
}

fn text(said: &Value) -> Option<String> {
    let text = said
        .get("error")
        .or_else(|| said.pointer("/issue/0/details/text"));
    text?.as_str().map(str::to_owned)
}
