//! `hygie-care restore`: the store out of the parts of a backup, held against the keeper's heads. It needs
//! no key and opens no record.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use hygie_notice::{Head, Stream, Subject, SystemEntropy};
use hygie_vault::{Sqlite, Vault};

use crate::Error;

/// What a store is made of.
#[derive(Args)]
pub struct Restore {
    /// Where each record ends, as `hygie-keeper heads` prints it.
    #[arg(long)]
    heads: PathBuf,
    /// The parts, oldest first.
    #[arg(required = true)]
    parts: Vec<PathBuf>,
}

/// Makes `DIR/store` of `home`; prints how many entries were put back, and how many left out.
pub async fn run(home: &Path, wish: &Restore) -> Result<(), Error> {
    let heads = read_heads(&wish.heads)?;
    let store = home.join("store");
    if store.join("vault.db").exists() {
        return Err(Error::StoreThere);
    }
    let vault = Vault::new(Sqlite::open(&store)?, Arc::new(SystemEntropy));
    let mut parts: Vec<Box<dyn Read + Send>> = Vec::new();
    for path in &wish.parts {
        let file = File::open(path).map_err(|error| Error::Io("opening a part", error))?;
        parts.push(Box::new(BufReader::new(file)));
    }
    let done = vault.restore(&heads, parts).await?;
    println!("{} {}", done.entries, done.left);
    Ok(())
}

fn read_heads(path: &Path) -> Result<HashMap<(Subject, Stream), Head>, Error> {
    let failed = |error| Error::Io("reading where the records end", error);
    let file = File::open(path).map_err(failed)?;
    let mut heads = HashMap::new();
    for line in BufReader::new(file).lines() {
        let (place, head) = head(&line.map_err(failed)?).ok_or(Error::Heads)?;
        heads.insert(place, head);
    }
    Ok(heads)
}

fn head(line: &str) -> Option<((Subject, Stream), Head)> {
    let mut words = line.split(' ');
    let subject = Subject::from_bytes(&hex::<17>(words.next()?)?)?;
    let stream = Stream::from_number(words.next()?.parse().ok()?)?;
    let count = words.next()?.parse().ok()?;
    let hash = hex::<32>(words.next()?)?;
    Some(((subject, stream), Head { count, hash }))
}

fn hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}
