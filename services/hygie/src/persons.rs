//! `hygie persons`: the ids of the persons, one a line.

use serde_json::json;

use crate::output::{Exit, Output};
use crate::{Error, Home, reach};

/// Lists the persons.
///
/// # Errors
/// Those of reaching care.
pub async fn run(home: &Home, output: &Output) -> Result<Exit, Error> {
    let body = reach::with(home, async |client| client.get("/persons").await).await?;
    let text = std::str::from_utf8(&body).map_err(|_| Error::Protocol {
        why: "the list of persons is not text".to_owned(),
    })?;
    let persons: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    output.show(text, &json!({ "persons": persons }));
    Ok(Exit::Done)
}
