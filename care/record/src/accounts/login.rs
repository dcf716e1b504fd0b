use std::fmt;

/// Fewest and most symbols.
const LENGTH: std::ops::RangeInclusive<usize> = 3..=64;

/// A login name, in its one spelling: lower case, without letters that look like others.
#[derive(Clone, PartialEq, Eq)]
pub struct Login(String);

impl Login {
    /// Reads a login name as people type it, in any case and with spaces around. `None` when it can't be one:
    /// 3 to 64 letters without accents, digits, and `. _ - @ +`.
    pub fn parse(text: &str) -> Option<Self> {
        let login = text.trim().to_ascii_lowercase();
        let plain = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-@+".contains(&byte)
        };
        let fits = LENGTH.contains(&login.len()) && login.bytes().all(plain);
        fits.then_some(Self(login))
    }

    /// Its spelling.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login(…)")
    }
}
