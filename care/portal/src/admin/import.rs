//! `POST /import`: units of import, one a line of JSON; for each a line of answer, in their order, while
//! the next ones come. A line says what became of each entry (`outcomes`), or the `status` and the
//! OperationOutcome (`refused`) of a unit that was not taken as a whole.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use http_body_util::channel::{Channel, Sender};
use hygie_record::notice::Purpose;
use hygie_record::{Answers, Error, Intake, Taken, imports};
use serde::Serialize;

use super::Shared;
use crate::fhir::Problem;

/// The largest unit of import, in bytes: the single resources of one run come as one unit.
const UNIT: usize = 1 << 30;

type Out = Sender<Bytes, Error>;

pub(super) async fn import(
    State(socket): Shared,
    headers: HeaderMap,
    content: Body,
) -> Result<Response, Problem> {
    let caller = socket.operator(&headers, Purpose::Import)?;
    let (intake, answers) = imports(socket.record.clone(), caller);
    let (sender, body) = Channel::new(2);
    tokio::spawn(async move {
        let (mut sender, refused) = answer(answers, sender, read(content, intake)).await;
        if let Some(problem) = refused {
            // Nobody may be there to hear it.
            let _sent = sender.send_data(line(Err(problem))).await;
        }
    });
    Ok(Body::new(body).into_response())
}

/// Reads units and answers them side by side; gives what ended the reading before the units ended.
async fn answer(
    mut answers: Answers,
    mut sender: Out,
    reading: impl Future<Output = Option<Problem>>,
) -> (Out, Option<Problem>) {
    let answering = async {
        while let Some(outcome) = answers.next().await {
            let line = line(outcome.map_err(Problem::from));
            // A receiver that went away wants no more; what was begun goes to its end.
            if sender.send_data(line).await.is_err() {
                break;
            }
        }
        // The reader sees that nobody waits any more.
        drop(answers);
    };
    let ((), refused) = tokio::join!(answering, reading);
    (sender, refused)
}

/// Hands each line in; says what is wrong with one that can't be read to its end.
async fn read(mut content: Body, intake: Intake) -> Option<Problem> {
    let mut unit = Vec::new();
    loop {
        let bytes = match content.frame().await {
            Some(Ok(frame)) => frame.into_data().unwrap_or_default(),
            Some(Err(_)) => return None,
            None if unit.is_empty() => return None,
            None => {
                take(&intake, unit).await;
                return None;
            }
        };
        let mut rest = &bytes[..];
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            unit.extend_from_slice(&rest[..end]);
            rest = &rest[end + 1..];
            if !take(&intake, std::mem::take(&mut unit)).await {
                return None;
            }
        }
        unit.extend_from_slice(rest);
        if unit.len() > UNIT {
            return Some(Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too-long",
                "a unit is larger than this server takes; import the files in parts",
            ));
        }
    }
}

async fn take(intake: &Intake, unit: Vec<u8>) -> bool {
    intake
        .take(unit.len(), move || {
            serde_json::from_slice(&unit)
                .map_err(|_| Error::BadRequest("the unit is not in the form of this version"))
        })
        .await
}

#[derive(Serialize)]
struct Outcomes {
    outcomes: Vec<Taken>,
}

fn line(outcome: Result<Vec<Taken>, Problem>) -> Bytes {
    let mut line = match outcome {
        Ok(outcomes) => {
            serde_json::to_vec(&Outcomes { outcomes }).expect("strings and numbers serialise")
        }
        Err(problem) => {
            problem.log();
            let (status, refused) = (problem.status().as_u16(), problem.json().print());
            let refused = String::from_utf8_lossy(&refused);
            format!(r#"{{"status":{status},"refused":{refused}}}"#).into_bytes()
        }
    };
    line.push(b'\n');
    line.into()
}
