//! `hygie crossing oppositions`: the list of who opposes research, read and checked as the crossing does.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use hygie_ledger::Verifier;
use hygie_oppositions::{Part, Reader};
use serde_json::json;

use crate::arguments::CrossingCommand;
use crate::client::Client;
use crate::output::{Exit, Output};
use crate::{Error, Home, reach};

/// Does what was asked.
///
/// # Errors
/// Those of reaching care, and its refusals; [`Error::List`] for a list that is not believed; [`Error::File`].
pub async fn run(home: &Home, wish: CrossingCommand, output: &Output) -> Result<Exit, Error> {
    let CrossingCommand::Oppositions { lines, state } = wish;
    let job = async |_: &Client| read_on(home, &lines, &state).await;
    let (read, size) = reach::with(home, job).await?;
    let text = format!("{read} lines are new, {size} in all; the list is as it was signed");
    output.show(&text, &json!({ "new": read, "all": size }));
    Ok(Exit::Done)
}

/// Reads to the end. A crash between lines and state writes the same lines once more, by their numbers.
async fn read_on(home: &Home, lines: &Path, state: &Path) -> Result<(u64, u64), Error> {
    let client = Client::crossing(home)?;
    let key = home.dir().join("run/oppositions.vkey");
    let key = std::fs::read_to_string(&key).map_err(|source| Error::file("read", &key, source))?;
    let verifier: Verifier = key.trim().parse().map_err(|_| list("its key is none"))?;
    let mut reader = match std::fs::read_to_string(state) {
        Err(error) if error.kind() == ErrorKind::NotFound => Reader::new(),
        kept => {
            let kept = kept.map_err(|source| Error::file("read", state, source))?;
            Reader::resume(&kept, &verifier).map_err(|fault| list(&fault.to_string()))?
        }
    };
    let first = reader.next();
    loop {
        let address = format!("/crossing/oppositions?after={}", reader.next());
        let answer = client.get(&address).await?;
        let part: Part = serde_json::from_slice(&answer)
            .map_err(|_| list("the answer is not of this version"))?;
        let taken = reader.take(&part, &verifier);
        taken.map_err(|fault| list(&fault.to_string()))?;
        let mut text = Vec::new();
        for line in &part.lines {
            text.extend(line.bytes());
            text.push(b'\n');
        }
        keep(lines, &text, true)?;
        keep(state, reader.keep().as_bytes(), false)?;
        if !part.more {
            return Ok((reader.next() - first, reader.next()));
        }
    }
}

fn keep(path: &Path, text: &[u8], adds: bool) -> Result<(), Error> {
    let failed = |source| Error::file("write", path, source);
    let mut options = OpenOptions::new();
    options.create(true).mode(0o600);
    if adds {
        let mut file = options.append(true).open(path).map_err(failed)?;
        file.write_all(text).map_err(failed)?;
        return file.sync_all().map_err(failed);
    }
    let new = path.with_extension("new");
    let mut file = options
        .write(true)
        .truncate(true)
        .open(&new)
        .map_err(failed)?;
    file.write_all(text).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    std::fs::rename(&new, path).map_err(failed)
}

fn list(why: &str) -> Error {
    Error::List {
        why: why.to_owned(),
    }
}
