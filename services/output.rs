//! What people and programs get to read: text, or with `--json` exactly one object. One file of three programs, `hygie`, the
//! crossing's and the hub's, which share no crate of their zones.

use std::io::Write;
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::Error;

/// The exit codes, as README says them ("One installation is one folder").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All was done.
    Done = 0,
    /// Refused, or done in part.
    Refused = 1,
    /// The command line is wrong.
    Usage = 2,
    /// A service does not answer, or another run holds what is needed.
    Unavailable = 3,
    /// A ledger does not verify; a file was cut or altered.
    VerificationFailed = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        (exit as u8).into()
    }
}

/// Where results go.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// Whether `--json` was given.
    pub json: bool,
}

impl Output {
    /// Text, or one JSON object.
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// The one result of a command: `text` for people, `value` for programs.
    pub fn show(self, text: &str, value: &Value) {
        if self.json {
            print(&value.to_string());
        } else if !text.is_empty() {
            print(text.trim_end_matches('\n'));
        }
    }

    /// The one result of a command that failed.
    pub fn fail(self, error: &Error) -> Exit {
        let exit = error.exit();
        eprintln!("{}: {error}", env!("CARGO_BIN_NAME"));
        if self.json {
            print(&json!({ "error": error.to_string(), "code": exit as u8 }).to_string());
        }
        exit
    }
}

/// A reader that went away (`hygie persons | head -1`) is no failure of ours.
fn print(line: &str) {
    let mut stdout = std::io::stdout().lock();
    let _gone = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}

/// Help, version, or what is wrong with the command line.
pub fn usage(error: &clap::Error) -> ExitCode {
    let helpful = !error.use_stderr();
    // Printing help to a closed pipe fails, and nobody is there to be told.
    let _gone = error.print();
    if helpful {
        return Exit::Done.into();
    }
    // The arguments could not be read, so `--json` is looked for by hand.
    if std::env::args_os().any(|argument| argument == "--json") {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default();
        let reason = first.strip_prefix("error: ").unwrap_or(first);
        print(&json!({ "error": reason, "code": Exit::Usage as u8 }).to_string());
    }
    Exit::Usage.into()
}
