//! What people and programs get to read: text, or with `--json` exactly one object.

use std::io::Write;
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::Error;

/// The exit codes of HOUSE.md, "Fixed names".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: all was done.
    Done,
    /// 1: refused, or done in part.
    Refused,
    /// 2: the command line is wrong.
    Usage,
    /// 3: a service does not answer.
    Unavailable,
    /// 4: a ledger does not verify.
    VerificationFailed,
}

impl Exit {
    /// The number that the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::Unavailable => 3,
            Self::VerificationFailed => 4,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// Where results go.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    json: bool,
}

impl Output {
    /// Text, or one JSON object.
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether `--json` was given.
    pub fn is_json(self) -> bool {
        self.json
    }

    /// The one result of a command: `text` for people, `value` for programs.
    pub fn show(self, text: &str, value: &Value) {
        if self.json {
            print(&value.to_string());
        } else if !text.is_empty() {
            print(text.trim_end_matches('\n'));
        }
    }

    /// Something people should know while a command works.
    pub fn note(self, text: &str) {
        eprintln!("hygie: {text}");
    }

    /// The one result of a command that failed.
    pub fn fail(self, error: &Error) -> Exit {
        let exit = error.exit();
        eprintln!("hygie: {error}");
        if self.json {
            print(&json!({ "error": error.to_string(), "code": exit.code() }).to_string());
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
        print(&json!({ "error": reason, "code": Exit::Usage.code() }).to_string());
    }
    Exit::Usage.into()
}
