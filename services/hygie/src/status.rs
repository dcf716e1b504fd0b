//! `hygie status`: what the services say about themselves.

use std::fmt::Write;

use serde_json::{Map, Value};

use crate::client::Client;
use crate::lock::{Attempt, Lock, Use};
use crate::output::{Exit, Output};
use crate::{Error, Home, reach};

/// Shows whether the home is served, and care's own words.
///
/// # Errors
/// Those of reaching care.
pub async fn run(home: &Home, output: &Output) -> Result<Exit, Error> {
    home.check()?;
    let served = matches!(Lock::attempt(home, Use::Command)?, Attempt::Served { .. })
        || Client::new(home)?.reach().await.is_ok();
    let body = reach::with(home, async |client| client.get("/status").await).await?;
    let said: Map<String, Value> = serde_json::from_slice(&body).map_err(|_| Error::Protocol {
        why: "the status is no JSON object".to_owned(),
    })?;
    let mut all = Map::new();
    all.insert("served".to_owned(), served.into());
    all.extend(said);
    let value = Value::Object(all);
    output.show(&lines(&value, ""), &value);
    Ok(Exit::Done)
}

/// An object as lines of `name: value`; names within objects are joined by dots.
fn lines(value: &Value, path: &str) -> String {
    let Value::Object(members) = value else {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        return format!("{path}: {text}\n");
    };
    let mut text = String::new();
    for (name, value) in members {
        let path = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}.{name}")
        };
        write!(text, "{}", lines(value, &path)).expect("writing to memory succeeds");
    }
    text
}
