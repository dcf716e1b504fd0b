//! `hygie alarms`: what the operator must look at, and what came of each break-glass.

use hygie_keeper::notice::{ActorKind, Alarm, Alarmed, Outcome, ReviewQueue};
use serde_json::{Value, json};

use crate::arguments::{Alarms, AlarmsCommand};
use crate::output::{Exit, Output};
use crate::{Error, Home, reach};

/// Does what was asked.
///
/// # Errors
/// [`Error::KeeperRefused`] for what waits for no review; those of reaching the keeper.
pub async fn run(home: &Home, wish: Alarms, output: &Output) -> Result<Exit, Error> {
    match wish.command {
        Some(AlarmsCommand::Review { number, outcome }) => {
            review(home, number, outcome, output).await
        }
        None if wish.open => open(home, output).await,
        None => list(home, wish.from, output).await,
    }
}

async fn list(home: &Home, from: u64, output: &Output) -> Result<Exit, Error> {
    let alarms = read(home, Some(from)).await?;
    let lines: Vec<String> = alarms.iter().map(line).collect();
    let text = if lines.is_empty() {
        "no alarms".to_owned()
    } else {
        lines.join("\n")
    };
    let values: Vec<Value> = alarms.iter().map(value).collect();
    output.show(&text, &json!({ "alarms": values }));
    Ok(Exit::Done)
}

/// Every break-glass that waits.
async fn open(home: &Home, output: &Output) -> Result<Exit, Error> {
    let mut queue = ReviewQueue::default();
    for alarm in read(home, None).await? {
        queue.take(alarm);
    }
    let (mut lines, mut values) = (Vec::new(), Vec::new());
    for (alarm, found) in queue.open() {
        let found = found.map(Outcome::word);
        let so_far = found.map_or(String::new(), |found| format!(" (so far: {found})"));
        lines.push(format!("{}{so_far}", line(alarm)));
        let mut waiting = value(alarm);
        waiting["found"] = json!(found);
        values.push(waiting);
    }
    let text = if lines.is_empty() {
        "no break-glass waits for its review".to_owned()
    } else {
        lines.join("\n")
    };
    output.show(&text, &json!({ "open": values }));
    Ok(Exit::Done)
}

async fn review(
    home: &Home,
    number: u64,
    outcome: Outcome,
    output: &Output,
) -> Result<Exit, Error> {
    reach::keeper(home, async |client| {
        client.review(home, number, outcome).await
    })
    .await?;
    let word = outcome.word();
    let rest = match outcome {
        Outcome::ToClarify => "; it stays in the queue",
        Outcome::Justified | Outcome::Misuse => "",
    };
    output.show(
        &format!("alarm {number} is reviewed: {word}{rest}"),
        &json!({ "reviewed": number, "outcome": word }),
    );
    Ok(Exit::Done)
}

async fn read(home: &Home, from: Option<u64>) -> Result<Vec<Alarmed>, Error> {
    reach::keeper(home, async |client| {
        let mut alarms = Vec::new();
        let mut from = from;
        loop {
            let page = client.alarms(home, from).await?;
            alarms.extend(page.alarms);
            from = page.next;
            if from.is_none() {
                return Ok(alarms);
            }
        }
    })
    .await
}

/// An alarm on a line.
fn line(alarmed: &Alarmed) -> String {
    let Alarmed {
        number, at, actor, ..
    } = alarmed;
    let who = named(actor.kind, &actor.id);
    let said = match &alarmed.alarm {
        Alarm::Budget {
            budget,
            purpose,
            persons,
            until,
        } => format!(
            "{who} wanted more than {persons} persons in a day ({budget}, {}), until {}",
            purpose.word(),
            instant(*until)
        ),
        Alarm::BreakGlass {
            person,
            index,
            what,
        } => format!("{who} declared an emergency for {person} (leaf {index}): {what}"),
        Alarm::Suspended { kind, id, reason } => {
            let why = if reason.is_empty() { "" } else { ": " };
            format!("{} was suspended by {who}{why}{reason}", named(*kind, id))
        }
        Alarm::Resumed { kind, id } => format!("{} was let in again by {who}", named(*kind, id)),
        Alarm::Unconfirmed { agent, receipt } => format!(
            "{who} called somebody back who knows nothing of receipt {receipt}, recorded by support {agent}"
        ),
        Alarm::Reviewed { number, outcome } => {
            format!("alarm {number} was reviewed by {who}: {}", outcome.word())
        }
    };
    let word = alarmed.alarm.word();
    printable(&format!("{number}  {}  {word}  {said}", instant(*at)))
}

/// An alarm as JSON.
pub fn value(alarmed: &Alarmed) -> Value {
    let actor = &alarmed.actor;
    json!({
        "number": alarmed.number,
        "index": alarmed.index,
        "at": instant(alarmed.at),
        "actor": { "kind": actor.kind.word(), "id": actor.id, "name": actor.name },
        "alarm": alarmed.alarm,
    })
}

/// A role and a number, as `hygie actor` takes them.
pub fn named(kind: ActorKind, id: &str) -> String {
    format!("{} {id}", kind.word())
}

/// Without what a terminal would take for a command: numbers and reasons come from tokens and from people.
pub fn printable(text: &str) -> String {
    text.chars()
        .map(|symbol| {
            if symbol.is_control() {
                '\u{fffd}'
            } else {
                symbol
            }
        })
        .collect()
}

/// An instant in UTC, to the second.
pub fn instant(at: u64) -> String {
    i64::try_from(at)
        .ok()
        .and_then(|at| jiff::Timestamp::from_millisecond(at).ok())
        .map_or_else(|| "never".to_owned(), |stamp| format!("{stamp:.0}"))
}
