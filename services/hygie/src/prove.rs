//! `hygie ledger prove` and `hygie ledger check`: a person's trail as a file, and the offline check of one.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use hygie_keeper::notice::PersonId;
use hygie_proof::{Checked, Event, Refused, Trail, Verifier};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::output::{Exit, Output};
use crate::{Error, Home, export, ledger};

/// What no file of this version can prove, said each time.
const OPEN: &str = "it does not prove that nothing came after the last event: a later file shows that, and goes on from this one";
/// Said where nobody but the file itself vouches for the key.
const OWN_WORD: &str = "the key is the file's own word: compare it with the one that the ledger's operator publishes, or give that with --key";

/// Writes the trail of `person` to `out`, by default `PERSON.trail` here; `-` is standard output.
///
/// # Errors
/// Those of [`export::run`].
pub async fn prove(
    home: &Home,
    person: PersonId,
    out: Option<PathBuf>,
    output: &Output,
) -> Result<Exit, Error> {
    let out = out.unwrap_or_else(|| PathBuf::from(format!("{person}.trail")));
    export::fetch(home, person, &format!("/prove/{person}"), out, output).await
}

/// Checks a file with its ledger's public key alone: no home and no service is needed.
///
/// # Errors
/// [`Error::TrailRefused`] says what does not hold; [`Error::Key`] when the public key can't be read.
pub fn check(
    home: &Home,
    file: &Path,
    key: Option<String>,
    events: bool,
    output: &Output,
) -> Result<Exit, Error> {
    let given = match key {
        Some(key) => Some((ledger::verifier(&key)?, "given")),
        None if home.ledger_key().is_file() => {
            Some((ledger::verifier_in(&home.ledger_key())?, "home"))
        }
        None => None,
    };
    let bytes = std::fs::read(file).map_err(|source| Error::file("read", file, source))?;
    let refused = |source| Error::TrailRefused {
        path: file.to_owned(),
        source,
    };
    // What is no text is no such file, whatever else it is.
    let text = std::str::from_utf8(&bytes).map_err(|_| refused(Refused::NotOne))?;
    let trail = Trail::parse(text).map_err(refused)?;
    let (verifier, key) = given.unwrap_or_else(|| (trail.verifier.clone(), "file"));
    let checked = trail.check(&verifier).map_err(refused)?;
    output.show(
        &told(&checked, &verifier, key, events),
        &said(&checked, &verifier, key, events),
    );
    Ok(Exit::Done)
}

/// For people.
fn told(checked: &Checked, verifier: &Verifier, key: &str, events: bool) -> String {
    let (first, last) = (checked.first(), checked.last());
    let mut text = format!(
        "the proof holds: {} events of {}, numbers {} to {}, none altered, none missing between them\n",
        checked.events.len(),
        checked.person,
        first.number,
        last.number
    );
    let before = if first.number == 0 {
        "nothing before the first is missing: it is number 0".to_owned()
    } else {
        format!("{} events came before the first", first.number)
    };
    let lines = [
        before,
        format!("from {} to {}", instant(first.at), instant(last.at)),
        format!(
            "the ledger `{}` signed for it when it held {}",
            checked.origin, checked.size
        ),
        format!("key {verifier}"),
        if key == "file" { OWN_WORD } else { "" }.to_owned(),
        OPEN.to_owned(),
    ];
    for line in lines.iter().filter(|line| !line.is_empty()) {
        writeln!(text, "{line}").expect("writing to memory succeeds");
    }
    for event in checked.events.iter().filter(|_| events) {
        let verdict = match event.permitted {
            Some(true) => "permitted",
            Some(false) => "refused",
            None => "weighed",
        };
        let (at, who) = (instant(event.at), shown(&event.who));
        let what = event.what.as_deref();
        let what = what.map_or("(kept back until it is announced)".into(), shown);
        let Event {
            number, role, act, ..
        } = event;
        let (role, act) = (shown(role), shown(act));
        writeln!(
            text,
            "{number} {at} {verdict} {act} by {role} {who}: {what}"
        )
        .expect("writing to memory succeeds");
    }
    text
}

/// For programs.
fn said(checked: &Checked, verifier: &Verifier, key: &str, events: bool) -> Value {
    let (first, last) = (checked.first(), checked.last());
    let mut said = json!({
        "verified": true,
        "person": checked.person,
        "events": checked.events.len(),
        "first": first.number,
        "last": last.number,
        "complete_from_start": first.number == 0,
        "since": instant(first.at),
        "until": instant(last.at),
        "origin": checked.origin,
        "size": checked.size,
        "key": key,
        "verifier": verifier.to_string(),
        "not_proved": OPEN,
    });
    if events {
        said["trail"] = checked.events.iter().map(line).collect();
    }
    said
}

fn line(event: &Event) -> Value {
    json!({
        "number": event.number,
        "index": event.index,
        "at": instant(event.at),
        "role": event.role,
        "who": event.who,
        "act": event.act,
        "what": event.what,
        "permitted": event.permitted,
    })
}

/// A moment as RFC 3339 text in UTC; one that no calendar holds as its number of milliseconds.
fn instant(at: u64) -> String {
    let moment = i64::try_from(at)
        .ok()
        .and_then(|millis| Timestamp::from_millisecond(millis).ok());
    moment.map_or_else(|| format!("{at} ms"), |moment| moment.to_string())
}

/// A text out of an event, on one line, without what a terminal would obey.
fn shown(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}
