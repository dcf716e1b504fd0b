//! The keeper's socket, met as care meets it: many connections, one request at a time on each.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use hygie_notice::wire::{self, Request, Response};
use hygie_notice::{Act, Assertion, Notice, PersonId, Purpose, RequestId, Stream, Subject};

use crate::failure::Failure;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Connections that ask all at once, and then hear all the answers.
#[derive(Debug)]
pub struct Pack {
    connections: Vec<UnixStream>,
    token: Assertion,
    subjects: Vec<Subject>,
    asked: usize,
}

impl Pack {
    /// So many connections to the keeper's socket, for somebody who weighs the rights of these persons.
    pub fn open(
        socket: &Path,
        connections: usize,
        token: &str,
        persons: &[String],
    ) -> Result<Self, Failure> {
        let connect = |_| {
            let stream = UnixStream::connect(socket)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            Ok(stream)
        };
        let connections: Result<Vec<_>, std::io::Error> = (0..connections).map(connect).collect();
        let subjects: Option<Vec<Subject>> = persons
            .iter()
            .map(|person| Some(Subject::person(person.parse::<PersonId>().ok()?)))
            .collect();
        Ok(Self {
            connections: connections.map_err(Failure::at(socket))?,
            token: Assertion::from_text(token),
            subjects: subjects.ok_or_else(|| Failure::Form("a person has no id".to_owned()))?,
            asked: 0,
        })
    }

    /// One opening on each connection, all of them under way together. Gives kind 0.
    pub fn step(&mut self) -> Result<usize, Failure> {
        for connection in &mut self.connections {
            self.asked += 1;
            let notice = Notice {
                subject: self.subjects[self.asked % self.subjects.len()],
                stream: Stream::Rights,
                act: Act::Weigh,
                purpose: Purpose::Treatment,
                what: "Observation?code=8867-4".to_owned(),
                verdict: None,
                request: RequestId(format!("{:016}", self.asked)),
            };
            let request = Request::Open {
                assertion: self.token.clone(),
                notice,
                weighed: None,
            };
            connection
                .write_all(&wire::encode(&request))
                .map_err(Failure::doing("asking the keeper"))?;
        }
        for connection in &mut self.connections {
            match answer(connection)? {
                Response::Opened(_) => {}
                other => {
                    return Err(Failure::Form(format!(
                        "the keeper opened nothing: {other:?}"
                    )));
                }
            }
        }
        Ok(0)
    }
}

fn answer(stream: &mut UnixStream) -> Result<Response, Failure> {
    let hearing = || Failure::doing("hearing the keeper");
    let mut length = [0; 4];
    stream.read_exact(&mut length).map_err(hearing())?;
    let length = u32::from_be_bytes(length);
    if length > wire::LIMIT {
        return Err(Failure::Form(
            "the keeper's frame is longer than the limit".to_owned(),
        ));
    }
    let mut body = vec![0; usize::try_from(length).expect("32 bits fit a length")];
    stream.read_exact(&mut body).map_err(hearing())?;
    wire::decode(&body).map_err(|error| Failure::Form(error.to_string()))
}
