//! `hygie init`: a new home, its keys made by the keeper.

use std::fs::DirBuilder;
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::process::Stdio;

use serde_json::json;
use tokio::process::Command;

use crate::arguments::Init;
use crate::output::{Exit, Output};
use crate::passphrase;
use crate::programs::{self, KEEPER};
use crate::{Error, Home, settings};

/// The keeper's folder while its keys are being made.
const UNFINISHED: &str = "keeper.new";
/// The keys that it makes beside it.
const KEYS: [&str; 4] = [
    "operator.key",
    "enrolment.key",
    "crossing.key",
    "sign-in.key",
];

/// Makes a home.
///
/// # Errors
/// [`Error::NotEmpty`], [`Error::PathTooLong`], [`Error::Passphrase`], [`Error::ProgramRefused`], [`Error::File`].
/// Folders made by a run that fails are removed, unless the keeper has put something into them.
pub async fn run(home: &Home, wish: &Init, output: &Output) -> Result<Exit, Error> {
    home.check_length()?;
    let program = programs::find(KEEPER)?;
    let passphrase = if wish.passphrase {
        Some(passphrase::new()?)
    } else {
        None
    };
    check_free(home)?;
    make_folders(home)?;
    let mut command = Command::new(program);
    command.arg("--home").arg(home.dir()).arg("init");
    if wish.demo {
        command.arg("--demo");
    }
    if let Some(name) = &wish.name {
        command.arg("--name").arg(name);
    }
    if let Some(path) = &wish.key_file {
        command.arg("--key-file").arg(path);
    }
    command.env_remove(passphrase::VARIABLE);
    if let Some(passphrase) = &passphrase {
        command.arg("--passphrase-from-env");
        command.env(passphrase::VARIABLE, passphrase.expose());
    }
    if let Err(error) = make_keys(command).await {
        for folder in home.folders() {
            // Only folders that are still empty go: keys that were made are never thrown away.
            let _kept = std::fs::remove_dir(folder);
        }
        let _kept = std::fs::remove_dir(home.dir());
        return Err(error);
    }
    settings::write_template(home)?;
    show(home, wish, output);
    Ok(Exit::Done)
}

/// Refuses a folder that holds anything but what an attempt that failed left behind.
fn check_free(home: &Home) -> Result<(), Error> {
    let failed = |source| Error::file("read", home.dir(), source);
    let names = match std::fs::read_dir(home.dir()) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        names => names.map_err(failed)?,
    };
    let begun = home.dir().join(UNFINISHED).exists();
    for name in names {
        let path = name.map_err(failed)?.path();
        let empty = || std::fs::read_dir(&path).is_ok_and(|mut inside| inside.next().is_none());
        // The keeper names its folder `keeper` when all keys in it are made.
        let left_behind = path.file_name() == Some(UNFINISHED.as_ref())
            // Beside it lie keys that it made; it takes them away when it begins again.
            || begun && KEYS.iter().any(|key| path.file_name() == Some(key.as_ref()))
            // Settings may be laid ready by whoever prepares the machine.
            || path == home.settings()
            || home.folders().contains(&path) && empty();
        if !left_behind {
            return Err(Error::NotEmpty {
                dir: home.dir().to_owned(),
            });
        }
    }
    Ok(())
}

/// Makes the home's folders, open to nobody but their owner.
fn make_folders(home: &Home) -> Result<(), Error> {
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700);
    for folder in home.folders() {
        builder
            .create(&folder)
            .map_err(|source| Error::file("make", &folder, source))?;
    }
    // A folder that was there, empty, keeps its mode: the home must be as closed as one made here.
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(home.dir(), mode)
        .map_err(|source| Error::file("close", home.dir(), source))
}

async fn make_keys(mut command: Command) -> Result<(), Error> {
    let done = command
        .stdin(Stdio::null())
        .output()
        .await
        .map_err(|source| Error::file("start", Path::new(KEEPER), source))?;
    if done.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&done.stderr);
    Err(Error::ProgramRefused {
        program: KEEPER,
        said: programs::last_words(KEEPER, &text, Some(done.status)),
    })
}

fn show(home: &Home, wish: &Init, output: &Output) {
    let dir = home.dir().display();
    let kind = if wish.demo { "demo home" } else { "home" };
    let mut text = format!("made the {kind} `{dir}`\n");
    if wish.demo {
        text.push_str(
            "whoever can read its folder can act as anybody: keep no real record in it\n",
        );
    }
    if wish.key_file.is_none() && !wish.passphrase {
        text.push_str(
            "the root key's file lies in keeper/: --key-file or --passphrase keeps it elsewhere\n",
        );
    }
    text.push_str(&format!("settings: {dir}/hygie.toml\n"));
    text.push_str(&format!("next: hygie --home {dir} serve"));
    let value = json!({
        "home": home.dir(),
        "demo": wish.demo,
        "ledger_key": home.ledger_key(),
        "settings": home.settings(),
    });
    output.show(&text, &value);
}
