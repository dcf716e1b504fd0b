//! The comparisons that may stand before a date, number or quantity
//! (R4, 3.1.1.4.4).

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefix {
    Eq,
    Ne,
    Gt,
    Lt,
    Ge,
    Le,
    /// Starts after.
    Sa,
    /// Ends before.
    Eb,
    /// Approximately.
    Ap,
}

/// The prefix, `eq` when none is written, and the rest; none for letters that
/// are no prefix.
pub fn split(value: &str) -> Option<(Prefix, &str)> {
    if !value.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return Some((Prefix::Eq, value));
    }
    let (letters, rest) = value.split_at_checked(2)?;
    let prefix = match letters {
        "eq" => Prefix::Eq,
        "ne" => Prefix::Ne,
        "gt" => Prefix::Gt,
        "lt" => Prefix::Lt,
        "ge" => Prefix::Ge,
        "le" => Prefix::Le,
        "sa" => Prefix::Sa,
        "eb" => Prefix::Eb,
        "ap" => Prefix::Ap,
        _ => return None,
    };
    Some((prefix, rest))
}
