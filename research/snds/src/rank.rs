//! The rank of a twin, as it tells persons apart: whoever lists persons and whoever reads their claims must read it alike.

use crate::field::whole;

/// A twin rank (`BEN_RNG_GEM` of DCIR, `RNG_BEN` of PMSI), as [`rank`] reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rank<'a> {
    /// 1 to 255. Who has no twin is 1.
    Number(u8),
    /// What is no such number still tells persons apart.
    Text(&'a [u8]),
}

/// Reads a twin rank: blanks around it and zeros in front of it do not count, `1.0` is 1, and nothing and 0 are 1, who has
/// no twin.
pub fn rank(text: &[u8]) -> Rank<'_> {
    let text = text.trim_ascii();
    match whole(text) {
        Ok(None | Some(0)) => Rank::ONLY,
        Ok(Some(number)) => u8::try_from(number).map_or(Rank::text(text), Rank::Number),
        Err(_) => Rank::text(text),
    }
}

impl<'a> Rank<'a> {
    /// Of who has no twin, and of everybody where ranks do not count.
    pub const ONLY: Rank<'static> = Rank::Number(1);

    fn text(text: &'a [u8]) -> Rank<'a> {
        let zeros = text.iter().take_while(|byte| **byte == b'0').count();
        Rank::Text(&text[zeros..])
    }

    /// Gives the number (`BEN_NIR_PSA`) and the rank by which [`crate::Pseudonyms::insured`] knows who has this rank. 0 is
    /// no rank: then the first tells both.
    pub fn insured<T>(self, number: &str, named: impl FnOnce(&str, u8) -> T) -> T {
        match self {
            Rank::Number(rank) => named(number, rank),
            Rank::Text(text) => {
                let text = format!("{number}#{}", String::from_utf8_lossy(text));
                named(&text, 0)
            }
        }
    }
}

#[cfg(test)]
mod tests;
