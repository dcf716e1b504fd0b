//! The key file, version 1: lines of text, mode 0600.
//!
//! ```text
//! hygie pseudonym keys 1
//! epoch 3 {64 hexadecimal digits}
//! epoch 4 {64 hexadecimal digits}
//! current 4
//! list {64 hexadecimal digits}
//! check {SHA-256 of all lines before, 64 hexadecimal digits}
//! ```
//!
//! One epoch and no `list`: settled. Two epochs and a `list`: a rotation is under way; while `current` is the first of
//! them, its list is not whole yet. The check finds accidents, and is no protection against whoever may write the file.

use std::fmt::Write;
use std::path::Path;

use aws_lc_rs::digest;
use zeroize::Zeroizing;

use crate::prf::Secret;
use crate::{Error, durable};

const HEAD: &str = "hygie pseudonym keys 1\n";

/// What the file says.
pub struct KeyFile {
    /// The epoch in use, or the one before while a rotation is under way.
    pub first: (u32, Secret),
    /// The epoch that follows, while a rotation is under way.
    pub second: Option<Second>,
}

/// The rest of a rotation.
pub struct Second {
    /// Its number and key.
    pub epoch: (u32, Secret),
    /// Whether pseudonyms are made under it already.
    pub current: bool,
    /// The key of the list, for this list alone.
    pub list: Zeroizing<[u8; 32]>,
}

impl KeyFile {
    /// Writes it durably in the place of the one that stands there.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let mut text = Zeroizing::new(String::with_capacity(512));
        text.push_str(HEAD);
        epoch(&mut text, &self.first);
        let mut current = self.first.0;
        if let Some(second) = &self.second {
            epoch(&mut text, &second.epoch);
            if second.current {
                current = second.epoch.0;
            }
        }
        text.push_str(&format!("current {current}\n"));
        if let Some(second) = &self.second {
            text.push_str("list ");
            hex(&mut text, second.list.as_ref());
        }
        let check = digest::digest(&digest::SHA256, text.as_bytes());
        text.push_str("check ");
        hex(&mut text, check.as_ref());
        durable::replace(path, text.as_bytes())
    }

    /// Reads it.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let bytes = durable::read(path)?;
        std::str::from_utf8(&bytes)
            .map_err(|_| "it is no text")
            .and_then(parse)
            .map_err(|why| Error::KeyFile {
                path: path.to_owned(),
                why,
            })
    }
}

fn epoch(text: &mut String, epoch: &(u32, Secret)) {
    text.push_str(&format!("epoch {} ", epoch.0));
    hex(text, epoch.1.expose());
}

fn hex(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        write!(text, "{byte:02x}").expect("a string takes what is written");
    }
    text.push('\n');
}

fn parse(text: &str) -> Result<KeyFile, &'static str> {
    let at = text.rfind("check ").ok_or("its end is missing")?;
    let (said, check) = text.split_at(at);
    let check = check
        .strip_prefix("check ")
        .and_then(|rest| rest.strip_suffix('\n'));
    let check = unhex(check.ok_or("its end is missing")?).ok_or("its check is not one")?;
    if digest::digest(&digest::SHA256, said.as_bytes()).as_ref() != check.as_slice() {
        return Err("it was altered");
    }
    let lines = said.strip_prefix(HEAD).ok_or("its first line is another")?;
    let mut epochs = Vec::new();
    let (mut current, mut list) = (None, None);
    for line in lines.lines() {
        let mut words = line.split(' ');
        match (words.next(), words.next(), words.next()) {
            (Some("epoch"), Some(number), Some(key)) => {
                let number: u32 = number.parse().map_err(|_| "an epoch has no number")?;
                // There is always a next one.
                if number == u32::MAX {
                    return Err("an epoch has no number");
                }
                let key = unhex(key).ok_or("a key is not one")?;
                epochs.push((number, Secret::from_bytes(key)));
            }
            (Some("current"), Some(number), None) => current = number.parse().ok(),
            (Some("list"), Some(key), None) => list = unhex(key),
            _ => return Err("a line is none that we know"),
        }
    }
    settle(
        epochs,
        current.ok_or("it does not say the epoch in use")?,
        list,
    )
}

fn settle(
    epochs: Vec<(u32, Secret)>,
    current: u32,
    list: Option<Zeroizing<[u8; 32]>>,
) -> Result<KeyFile, &'static str> {
    let mut epochs = epochs.into_iter();
    let first = epochs.next().ok_or("it holds no key")?;
    let second = match (epochs.next(), list) {
        (None, None) if current == first.0 => None,
        (Some(second), Some(list)) if second.0 == first.0 + 1 => Some(Second {
            current: current == second.0,
            epoch: second,
            list,
        }),
        _ => return Err("its epochs do not fit each other"),
    };
    let known = current == first.0 || second.as_ref().is_some_and(|second| second.current);
    if epochs.next().is_some() || !known {
        return Err("its epochs do not fit each other");
    }
    Ok(KeyFile { first, second })
}

fn unhex(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = Zeroizing::new([0; 32]);
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        let high = char::from(pair[0]).to_digit(16)?;
        let low = char::from(pair[1]).to_digit(16)?;
        *byte = u8::try_from(high * 16 + low).ok()?;
    }
    Some(bytes)
}
