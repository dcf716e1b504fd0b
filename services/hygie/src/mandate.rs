//! `hygie mandate`: who acts for a person, as registers and courts say. Helpers are appointed by the person himself.

use hygie_keeper::notice::PersonId;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::arguments::{MandateCommand, MandateRole};
use crate::output::{Exit, Output};
use crate::{Error, Home, reach};

/// Does what was asked.
///
/// # Errors
/// What care says; those of reaching it.
pub async fn run(home: &Home, command: MandateCommand, output: &Output) -> Result<Exit, Error> {
    home.check()?;
    match command {
        MandateCommand::Add(wish) => {
            let role = match wish.role {
                MandateRole::Parent => "parent",
                MandateRole::Guardian => "guardian",
            };
            let mut appoint = json!({ "login": wish.login, "name": wish.name, "role": role });
            if let Some(until) = wish.until {
                appoint["until"] = json!(until.as_millisecond());
            }
            let mandate = ask(home, wish.person, json!({ "appoint": appoint })).await?;
            let shown = format!(
                "`{}` acts for {}: mandate {mandate}",
                wish.login, wish.person
            );
            output.show(&shown, &json!({ "mandate": mandate }));
        }
        MandateCommand::End { person, mandate } => {
            ask(home, person, json!({ "end": { "mandate": mandate } })).await?;
            output.show(
                &format!("mandate {mandate} has ended"),
                &json!({ "ended": mandate }),
            );
        }
        MandateCommand::OfAge { person, at } => {
            of_age(home, person, at).await?;
            output.show(
                &format!("{person} is of age from {at} on"),
                &json!({ "ofAge": at.to_string() }),
            );
        }
    }
    Ok(Exit::Done)
}

async fn of_age(home: &Home, person: PersonId, at: Timestamp) -> Result<(), Error> {
    let wish = json!({ "of-age": { "at": at.as_millisecond() } });
    ask(home, person, wish).await.map(drop)
}

/// Sends a wish; gives the id of what came of it.
async fn ask(home: &Home, person: PersonId, wish: Value) -> Result<String, Error> {
    let path = format!("/appoint/{person}");
    let body = serde_json::to_vec(&wish).expect("texts and numbers are JSON");
    let answer = reach::with(home, async |client| client.post(&path, body.into()).await).await?;
    let answer: Option<Value> = serde_json::from_slice(&answer).ok();
    let mandate = answer.and_then(|answer| Some(answer.get("mandate")?.as_str()?.to_owned()));
    mandate.ok_or_else(|| Error::Protocol {
        why: "the answer about a mandate is not in the form of this version".to_owned(),
    })
}
