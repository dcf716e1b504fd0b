use std::fmt;
use std::str::FromStr;

use crate::Error;

/// Crockford's alphabet, and the five further symbols that only a check may be.
const SYMBOLS: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";

/// A code as it stands in a letter: `XXXX-XXXX-XXXX-C`. Whoever makes codes knows whether its check fits; here it only
/// has the shape. Never printed by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl FromStr for Code {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let groups: Vec<&str> = text.split('-').collect();
        let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
        let ours = |group: &&str, among: &[u8]| group.bytes().all(|byte| among.contains(&byte));
        let shaped = lengths == [4, 4, 4, 1]
            && groups[..3].iter().all(|group| ours(group, &SYMBOLS[..32]))
            && ours(&groups[3], SYMBOLS);
        if !shaped {
            return Err(Error::CodeMalformed);
        }
        Ok(Self(text.to_owned()))
    }
}

impl Code {
    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}
