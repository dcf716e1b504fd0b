//! `hygie actor`: who is cut off, from the very next request on.

use hygie_keeper::notice::{ActorKind, ActorStep, Alarm, Alarmed};
use serde_json::{Value, json};

use crate::alarms::{instant, named, printable, value};
use crate::arguments::ActorCommand;
use crate::output::{Exit, Output};
use crate::{Error, Home, reach};

/// Does what was asked. A keeper that answers is enough: care may be what is in trouble.
///
/// # Errors
/// [`Error::KeeperRefused`] for who can't be suspended, or is already, or is not; those of reaching the keeper.
pub async fn run(home: &Home, command: ActorCommand, output: &Output) -> Result<Exit, Error> {
    match command {
        ActorCommand::Suspend { kind, id, reason } => {
            let step = ActorStep::Suspend {
                kind,
                id: id.clone(),
                reason,
            };
            let text = format!(
                "{} is suspended: nothing opens for this number until `hygie actor resume`",
                named(kind, &id)
            );
            step_taken(home, step, (kind, &id), ("suspended", &text), output).await
        }
        ActorCommand::Resume { kind, id } => {
            let step = ActorStep::Resume {
                kind,
                id: id.clone(),
            };
            let text = format!("{} is let in again", named(kind, &id));
            step_taken(home, step, (kind, &id), ("resumed", &text), output).await
        }
        ActorCommand::List => list(home, output).await,
    }
}

async fn step_taken(
    home: &Home,
    step: ActorStep,
    (kind, id): (ActorKind, &str),
    (word, text): (&str, &str),
    output: &Output,
) -> Result<Exit, Error> {
    let alarm = reach::keeper(home, async |client| client.actor(home, step).await).await?;
    let value = json!({ word: { "kind": kind.word(), "id": id }, "alarm": alarm });
    output.show(&printable(text), &value);
    Ok(Exit::Done)
}

async fn list(home: &Home, output: &Output) -> Result<Exit, Error> {
    let suspended = reach::keeper(home, async |client| client.suspended(home).await).await?;
    let lines: Vec<String> = suspended.iter().filter_map(line).collect();
    let text = if lines.is_empty() {
        "nobody is suspended".to_owned()
    } else {
        lines.join("\n")
    };
    let values: Vec<Value> = suspended.iter().map(value).collect();
    output.show(&text, &json!({ "suspended": values }));
    Ok(Exit::Done)
}

fn line(alarmed: &Alarmed) -> Option<String> {
    let Alarm::Suspended { kind, id, reason } = &alarmed.alarm else {
        return None;
    };
    let (who, since) = (named(*kind, id), instant(alarmed.at));
    let why = if reason.is_empty() { "" } else { ": " };
    let line = format!(
        "{who}  since {since} (alarm {}){why}{reason}",
        alarmed.number
    );
    Some(printable(&line))
}
