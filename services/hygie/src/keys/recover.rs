//! `hygie keys recover`: a root key that lost its passphrase or key file, under a new protection.

use serde_json::json;

use crate::arguments::Recover;
use crate::backup::{keeper, said};
use crate::output::{Exit, Output};
use crate::{Error, Home, passphrase, programs};

/// Protects the root key anew, out of its custodians' shares. The home must not be served.
///
/// # Errors
/// [`Error::ProgramRefused`] in the keeper's words: which shares are wanted, or that it runs;
/// [`Error::Passphrase`].
pub async fn run(home: &Home, wish: &Recover, output: &Output) -> Result<Exit, Error> {
    home.check()?;
    let mut command = keeper(home)?;
    command.arg("recover").env_remove(passphrase::VARIABLE);
    for share in &wish.shares {
        command.arg("--share").arg(share);
    }
    if let Some(path) = &wish.key_file {
        command.arg("--key-file").arg(path);
    } else {
        command.arg("--passphrase-from-env");
        command.env(passphrase::VARIABLE, passphrase::new()?.expose());
    }
    said(command, programs::KEEPER).await?;
    let how = if wish.passphrase {
        "the new passphrase"
    } else {
        "the new key file"
    };
    output.show(
        &format!("the root key opens with {how}; destroy the opened shares"),
        &json!({ "recovered": true }),
    );
    Ok(Exit::Done)
}
