//! `hygie keys custody`: the custodians of the keys, k of whom open together.

use hygie_keeper::notice::{Custodian, KeyAnswer, KeyStep};
use serde_json::json;

use crate::output::{Exit, Output};
use crate::{Error, Home, reach};

/// Names the custodians; the keeper writes each one's shares, sealed to him.
///
/// # Errors
/// [`Error::KeeperRefused`] for custodians that can't be; those of reaching the services.
pub async fn run(
    home: &Home,
    threshold: u8,
    custodians: Vec<Custodian>,
    output: &Output,
) -> Result<Exit, Error> {
    let names: Vec<String> = custodians.iter().map(|one| one.name.clone()).collect();
    let step = KeyStep::Custody {
        threshold,
        custodians,
    };
    let answer = reach::with(home, async |client| client.keys(home, step).await).await?;
    let KeyAnswer::Custody { folders } = answer else {
        return Err(Error::Protocol {
            why: "the keeper answered another step".to_owned(),
        });
    };
    let custody = home.dir().join("keeper/custody");
    let text = format!(
        "{threshold} of {} custodians open together: {}\nin {}: {}\nnext: each takes his file NAME.age out of every folder, and it is removed from here\nhave older shares destroyed: they open the same keys until the next `hygie keys rotate`",
        names.len(),
        names.join(", "),
        custody.display(),
        folders.join(", "),
    );
    let value = json!({
        "threshold": threshold,
        "custodians": names,
        "custody": custody,
        "folders": folders,
    });
    output.show(&text, &value);
    Ok(Exit::Done)
}
