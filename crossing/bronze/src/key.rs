//! The crossing's key to bronze, and its file.

use std::fmt::{self, Write};
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use aws_lc_rs::digest;
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use zeroize::Zeroizing;

use crate::{Error, durable};

const HEAD: &str = "hygie bronze key 1\n";

/// The crossing's key to bronze: 256 random bits (INVARIANT keys are random). It can't be printed, and is wiped when dropped.
/// Destroying it destroys all of bronze.
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// A new key; `fill` gives bytes that nobody can predict.
    pub fn random(fill: impl FnOnce(&mut [u8])) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        fill(bytes.as_mut());
        Self(bytes)
    }

    /// Writes it into a new file: text, version 1, mode 0600.
    ///
    /// # Errors
    /// [`Error::Exists`]; [`Error::Io`].
    pub fn keep(&self, path: &Path) -> Result<(), Error> {
        let mut text = Zeroizing::new(String::with_capacity(256));
        text.push_str(HEAD);
        hex(&mut text, self.0.as_ref());
        let check = digest::digest(&digest::SHA256, text.as_bytes());
        hex(&mut text, check.as_ref());
        durable::write(path, text.as_bytes())
    }

    /// Reads what [`Key::keep`] wrote.
    ///
    /// # Errors
    /// [`Error::Missing`]; [`Error::Readable`]; [`Error::Form`]; [`Error::Io`].
    pub fn read(path: &Path) -> Result<Self, Error> {
        let metadata = fs::metadata(path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => Error::Missing(path.to_owned()),
            _ => Error::io(path)(error),
        })?;
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err(Error::Readable(path.to_owned()));
        }
        let bytes = Zeroizing::new(fs::read(path).map_err(Error::io(path))?);
        parse(&bytes).ok_or_else(|| Error::form(path, "it is no key, or was altered"))
    }

    /// What names the key without saying anything of it: 16 hexadecimal digits.
    pub(crate) fn id(&self) -> String {
        let mut id = String::with_capacity(16);
        for byte in &self.derive(&[], &[b"hygie bronze key id v1"])[..8] {
            write!(id, "{byte:02x}").expect("a string takes what is written");
        }
        id
    }

    /// HKDF-SHA-256; `info` are fields that may not run into each other.
    pub(crate) fn derive(&self, salt: &[u8], info: &[&[u8]]) -> Zeroizing<[u8; 32]> {
        struct Length;
        impl KeyType for Length {
            fn len(&self) -> usize {
                32
            }
        }
        let mut out = Zeroizing::new([0; 32]);
        Salt::new(HKDF_SHA256, salt)
            .extract(self.0.as_ref())
            .expand(info, Length)
            .and_then(|okm| okm.fill(out.as_mut()))
            .expect("32 bytes are within HKDF's range");
        out
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

fn hex(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        write!(text, "{byte:02x}").expect("a string takes what is written");
    }
    text.push('\n');
}

fn parse(bytes: &[u8]) -> Option<Key> {
    let (said, check) = bytes.split_at_checked(HEAD.len() + 65)?;
    let expected = digest::digest(&digest::SHA256, said);
    if unhex(check)?.as_ref() != expected.as_ref() {
        return None;
    }
    unhex(said.strip_prefix(HEAD.as_bytes())?).map(Key)
}

/// 64 digits and the end of the line.
fn unhex(line: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let digits = line
        .strip_suffix(b"\n")
        .filter(|digits| digits.len() == 64)?;
    let mut bytes = Zeroizing::new([0; 32]);
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        let high = char::from(pair[0]).to_digit(16)?;
        let low = char::from(pair[1]).to_digit(16)?;
        *byte = u8::try_from(high * 16 + low).ok()?;
    }
    Some(bytes)
}
