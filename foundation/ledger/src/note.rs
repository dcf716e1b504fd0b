//! Signed notes (C2SP signed-note): a text, a blank line, and one line that signs it with Ed25519.
//!
//! The format lets a verifier ignore signatures of keys it does not know. Ours carry exactly one signature, and
//! anything else is refused, so that no byte of a note can change unseen.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::{Error, hash};

/// The signature type of Ed25519 in C2SP signed-note.
const ALGORITHM: u8 = 1;
/// Bytes of a key id, in front of each signature.
const ID: usize = 4;

/// A secret Ed25519 key with its name, which for a log is its origin.
pub struct Signer {
    key: Ed25519KeyPair,
    verifier: Verifier,
}

impl Signer {
    /// The key of this 32-byte seed (RFC 8032). The name must not be empty nor hold spaces or `+`.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Signer, Error> {
        let key = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| Error::MalformedKey {
            why: "the seed makes no key",
        })?;
        let public = hash::from_slice(key.public_key().as_ref());
        Ok(Signer {
            key,
            verifier: Verifier::new(name, public)?,
        })
    }

    /// The public half.
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }
}

/// Shows the name only.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("name", &self.verifier.name)
            .finish_non_exhaustive()
    }
}

/// A public Ed25519 key with its name; its text form is `name+hex(key id)+base64(0x01 ‖ key)`.
#[derive(Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    id: [u8; ID],
    key: [u8; 32],
}

impl Verifier {
    fn new(name: &str, key: [u8; 32]) -> Result<Verifier, Error> {
        let forbidden = |c: char| c.is_whitespace() || c == '+' || c < ' ';
        if name.is_empty() || name.contains(forbidden) {
            return Err(Error::MalformedKey {
                why: "a name must not be empty nor hold spaces or `+`",
            });
        }
        Ok(Verifier {
            name: name.to_owned(),
            id: hash::key_id(name, ALGORITHM, &key),
            key,
        })
    }

    /// The key's name, which for a log is its origin.
    pub fn origin(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![ALGORITHM];
        key.extend_from_slice(&self.key);
        write!(
            f,
            "{}+{:08x}+{}",
            self.name,
            u32::from_be_bytes(self.id),
            STANDARD.encode(key)
        )
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verifier({self})")
    }
}

impl FromStr for Verifier {
    type Err = Error;

    fn from_str(text: &str) -> Result<Verifier, Error> {
        let malformed = |why| Error::MalformedKey { why };
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(malformed("a verifier key has three parts: name+id+key"));
        };
        let key = STANDARD
            .decode(key)
            .map_err(|_| malformed("the key is not canonical base64"))?;
        let Some((&ALGORITHM, key)) = key.split_first() else {
            return Err(malformed("the key is not of the type Ed25519"));
        };
        let key = key
            .try_into()
            .map_err(|_| malformed("an Ed25519 key has 32 bytes"))?;
        let verifier = Verifier::new(name, key)?;
        // Printing it again also settles the case of the hexadecimal digits.
        if verifier.to_string() != text {
            return Err(malformed("the id is not that of the name and key"));
        }
        Ok(verifier)
    }
}

/// Signs a text, which must end with a newline and hold no other control character.
pub fn sign(text: &str, signer: &Signer) -> Result<String, Error> {
    check_text(text)?;
    let mut signature = signer.verifier.id.to_vec();
    signature.extend_from_slice(signer.key.sign(text.as_bytes()).as_ref());
    Ok(format!(
        "{text}\n\u{2014} {} {}\n",
        signer.verifier.name,
        STANDARD.encode(signature)
    ))
}

/// The text of a note that this key signed, its last newline included.
pub fn open<'a>(note: &'a str, verifier: &Verifier) -> Result<&'a str, Error> {
    let malformed = |why| Error::MalformedNote { why };
    let unverified = |why| Error::UnverifiedNote {
        origin: verifier.name.clone(),
        why,
    };
    check_text(note)?;
    let end = note
        .rfind("\n\n")
        .ok_or(malformed("no blank line stands before the signature"))?
        + 1;
    let (text, signatures) = (&note[..end], &note[end + 1..]);
    let line = signatures
        .strip_prefix("\u{2014} ")
        .and_then(|line| line.strip_suffix('\n'))
        .ok_or(malformed("the text is not followed by a signature line"))?;
    if line.contains('\n') {
        return Err(malformed("it has more than one signature line"));
    }
    let (name, signature) = line
        .split_once(' ')
        .ok_or(malformed("the signature line lacks a part"))?;
    let signature = STANDARD
        .decode(signature)
        .map_err(|_| malformed("the signature is not canonical base64"))?;
    let (id, signature) = signature
        .split_at_checked(ID)
        .ok_or(malformed("the signature is too short to hold a key id"))?;
    if name != verifier.name || id != verifier.id {
        return Err(unverified("another key signed it"));
    }
    UnparsedPublicKey::new(&ED25519, verifier.key)
        .verify(text.as_bytes(), signature)
        .map_err(|_| unverified("the signature is wrong"))?;
    Ok(text)
}

fn check_text(text: &str) -> Result<(), Error> {
    let malformed = |why| Error::MalformedNote { why };
    if !text.ends_with('\n') {
        return Err(malformed("it does not end with a newline"));
    }
    if text.contains(|c: char| c < ' ' && c != '\n') {
        return Err(malformed("it holds a control character"));
    }
    Ok(())
}
