//! `hygie keys purge`: what custodians kept its time is destroyed. To be run each day, by a timer.

use hygie_keeper::notice::{KeyAnswer, KeyStep};
use serde_json::json;

use crate::output::{Exit, Output};
use crate::{Error, Home, reach};

/// Destroys the archives that are due.
///
/// # Errors
/// Those of reaching the services.
pub async fn run(home: &Home, output: &Output) -> Result<Exit, Error> {
    let answer = reach::with(home, async |client| {
        let answer = client.keys(home, KeyStep::Purge).await?;
        // What was closed and is due is erased: the store forgets it now.
        client.post("/forget", Vec::new().into()).await?;
        Ok(answer)
    })
    .await?;
    let KeyAnswer::Purged { archives } = answer else {
        return Err(Error::Protocol {
            why: "the keeper answered another step".to_owned(),
        });
    };
    output.show(
        &format!("{archives} archives whose time is over destroyed"),
        &json!({ "archives": archives }),
    );
    Ok(Exit::Done)
}
