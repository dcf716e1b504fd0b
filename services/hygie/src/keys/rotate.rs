//! `hygie keys rotate`: a new epoch, all keys wrapped in it, a backup that has them so, and the end of the
//! epoch before; the home may be served all the while. The keeper holds how far it came: run again after
//! anything, it goes on.

use std::path::Path;
use std::time::Instant;

use hygie_keeper::notice::{KeyAnswer, KeyStep};
use serde_json::json;

use crate::client::Client;
use crate::output::{Exit, Output};
use crate::{Error, Home, backup, reach};

/// What wrapping came to.
struct Wrapped {
    epoch: u32,
    keys: u64,
    ended: bool,
}

/// Rotates, with a backup in `dir`.
///
/// # Errors
/// [`Error::KeeperRefused`] while there is no custody; those of a backup; those of reaching the services.
pub async fn run(
    home: &Home,
    dir: &Path,
    recipients: &[String],
    output: &Output,
) -> Result<Exit, Error> {
    let begun = Instant::now();
    let wish = backup::Wish::of(home, dir, recipients)?;
    let (wrapped, destroyed, number) = reach::with(home, async |client| {
        let wrapped = wrap(home, client).await?;
        // An earlier run that came to its end had made its backup.
        let (manifest, number) = if wrapped.ended {
            wish.last()?
        } else {
            let added = wish.add(home, client).await?;
            (added.signed, added.manifest.number)
        };
        let answer = client.keys(home, KeyStep::Finish { manifest }).await?;
        match answer {
            KeyAnswer::Rotated { destroyed, .. } => Ok((wrapped, destroyed, number)),
            _ => Err(foreign()),
        }
    })
    .await?;
    let gone: Vec<String> = destroyed.iter().map(u32::to_string).collect();
    let text = format!(
        "epoch {} now; {} keys wrapped in it, backup {number:06} in {} has them; epoch {} destroyed, in {:.1} s\nnext: custodians take their shares out of keeper/custody/epoch-{}, and destroy those of epoch {}",
        wrapped.epoch,
        wrapped.keys,
        dir.display(),
        gone.join(", "),
        begun.elapsed().as_secs_f64(),
        wrapped.epoch,
        gone.join(", "),
    );
    let value = json!({
        "epoch": wrapped.epoch,
        "wrapped": wrapped.keys,
        "backup": number,
        "destroyed": destroyed,
        "seconds": begun.elapsed().as_secs_f64(),
    });
    output.show(&text, &value);
    Ok(Exit::Done)
}

/// Has batch after batch wrapped until none is left.
async fn wrap(home: &Home, client: &Client) -> Result<Wrapped, Error> {
    let mut keys = 0;
    loop {
        match client.keys(home, KeyStep::Rotate).await? {
            KeyAnswer::Rotating {
                epoch,
                wrapped,
                more,
                ended,
            } => {
                keys += wrapped;
                if !more {
                    return Ok(Wrapped { epoch, keys, ended });
                }
            }
            _ => return Err(foreign()),
        }
    }
}

fn foreign() -> Error {
    Error::Protocol {
        why: "the keeper answered another step".to_owned(),
    }
}
