//! The passphrase that opens the keeper's root key: from the environment, else asked for at a terminal.

use std::fmt;
use std::io::{BufRead, IsTerminal, Write, stdin};

use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

use crate::{Error, Home};

/// The variable in which the keeper takes it.
pub const VARIABLE: &str = "HYGIE_PASSPHRASE";

/// A passphrase; it can't be printed.
#[derive(Clone)]
pub struct Passphrase(String);

impl Passphrase {
    /// The words, for the keeper's environment.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// A passphrase for a new home, typed twice unless it is in the environment.
///
/// # Errors
/// [`Error::Passphrase`] when there is neither environment nor terminal, or the two differ.
pub fn new() -> Result<Passphrase, Error> {
    if let Some(given) = from_environment() {
        return Ok(given);
    }
    let first = ask("passphrase of at least 12 characters: ")?;
    let again = ask("the same again: ")?;
    if first.0 != again.0 {
        return Err(Error::Passphrase {
            why: "the two passphrases differ; nothing was made, start again",
        });
    }
    Ok(first)
}

/// The passphrase of `home`, if it has one.
///
/// # Errors
/// [`Error::Passphrase`] when one is needed and there is neither environment nor terminal.
pub fn of(home: &Home) -> Result<Option<Passphrase>, Error> {
    // The keeper's file says how its root key is guarded; nothing in it is secret.
    let guard = std::fs::read_to_string(home.dir().join("keeper/root")).unwrap_or_default();
    if !guard.contains("argon2id") {
        return Ok(None);
    }
    match from_environment() {
        Some(given) => Ok(Some(given)),
        None => ask("the home's passphrase: ").map(Some),
    }
}

fn from_environment() -> Option<Passphrase> {
    std::env::var(VARIABLE).ok().map(Passphrase)
}

/// Asks at the terminal, showing nothing of what is typed.
fn ask(question: &str) -> Result<Passphrase, Error> {
    let unusable = Error::Passphrase {
        why: "a passphrase is needed; give it in HYGIE_PASSPHRASE, or run this at a terminal",
    };
    let terminal = stdin();
    let Ok(before) = tcgetattr(&terminal) else {
        return Err(unusable);
    };
    if !terminal.is_terminal() {
        return Err(unusable);
    }
    let mut silent = before.clone();
    silent.local_modes.remove(LocalModes::ECHO);
    eprint!("{question}");
    let _unseen = std::io::stderr().flush();
    if tcsetattr(&terminal, OptionalActions::Now, &silent).is_err() {
        return Err(unusable);
    }
    let mut line = String::new();
    let read = terminal.lock().read_line(&mut line);
    let restored = tcsetattr(&terminal, OptionalActions::Now, &before);
    eprintln!();
    match (read, restored) {
        (Ok(1..), Ok(())) => Ok(Passphrase(line.trim_end_matches(['\r', '\n']).to_owned())),
        _ => Err(unusable),
    }
}
