//! Reads Rust just well enough to count: strings, characters and comments become blanks,
//! so that braces and words that remain are code.

/// A function and its length.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Lines from `fn` to the closing brace, both included.
    pub lines: usize,
}

/// The text with everything that is not code blanked; lines keep their places.
pub fn code(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < characters.len() {
        let length = skipped(&characters, at);
        if length == 0 {
            out.push(characters[at]);
            at += 1;
            continue;
        }
        for character in &characters[at..at + length] {
            out.push(if *character == '\n' { '\n' } else { ' ' });
        }
        at += length;
    }
    out
}

/// How many characters from `at` are a comment, a string or a character literal; 0 when none.
fn skipped(text: &[char], at: usize) -> usize {
    let next = text.get(at + 1).copied();
    let behind = at.checked_sub(1).map(|before| text[before]);
    let in_word = behind.is_some_and(|before| before.is_alphanumeric() || before == '_');
    match text[at] {
        '/' if next == Some('/') => text[at..]
            .iter()
            .position(|end| *end == '\n')
            .unwrap_or(text.len() - at),
        '/' if next == Some('*') => block_comment(&text[at..]),
        '"' => string(&text[at..]),
        'r' | 'b' | 'c' if !in_word => prefixed(&text[at..]),
        '\'' => character(&text[at..]),
        _ => 0,
    }
}

/// Block comments nest.
fn block_comment(text: &[char]) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at + 1 < text.len() {
        match (text[at], text[at + 1]) {
            ('/', '*') => (depth, at) = (depth + 1, at + 2),
            ('*', '/') => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// An ordinary string, `"` first.
fn string(text: &[char]) -> usize {
    let mut at = 1;
    while at < text.len() {
        match text[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

/// `r"…"`, `r#"…"#`, `b"…"`, `br#"…"#`, `c"…"`, `b'…'`; 0 for a plain word and for `r#name`.
fn prefixed(text: &[char]) -> usize {
    let letters = text
        .iter()
        .take(2)
        .take_while(|one| matches!(one, 'r' | 'b' | 'c'))
        .count();
    let raw = text[..letters].contains(&'r');
    let rest = &text[letters..];
    let hashes = rest.iter().take_while(|one| **one == '#').count();
    match rest.get(hashes) {
        Some('"') if raw => {
            let close: Vec<char> = std::iter::once('"')
                .chain("#".repeat(hashes).chars())
                .collect();
            let body = &rest[hashes + 1..];
            let end = body
                .windows(close.len())
                .position(|window| *window == close[..]);
            end.map_or(text.len(), |end| letters + hashes + 1 + end + close.len())
        }
        Some('"') if hashes == 0 => letters + string(rest),
        Some('\'') if hashes == 0 && text[0] == 'b' && letters == 1 => 1 + character(rest),
        _ => 0,
    }
}

/// A character literal, `'` first; 0 for a lifetime.
fn character(text: &[char]) -> usize {
    match (text.get(1), text.get(2)) {
        (Some('\\'), _) => {
            let close = text.iter().skip(3).position(|one| *one == '\'');
            close.map_or(0, |close| close + 4)
        }
        (Some(_), Some('\'')) => 3,
        _ => 0,
    }
}

/// Every function with a body, in order; one inside another is counted by itself too.
pub fn functions(code: &str) -> Vec<Function> {
    let mut found = Vec::new();
    for (place, _) in code.match_indices("fn ") {
        let in_word =
            code[..place].ends_with(|before: char| before.is_alphanumeric() || before == '_');
        let rest = &code[place + 3..];
        let name: String = rest
            .trim_start()
            .chars()
            .take_while(|one| one.is_alphanumeric() || *one == '_')
            .collect();
        if in_word || name.is_empty() {
            continue;
        }
        if let Some(end) = body_end(rest) {
            let lines = rest[..end].matches('\n').count() + 1;
            found.push(Function { name, lines });
        }
    }
    found
}

/// Where the body that follows a signature closes; `None` for a signature without one.
fn body_end(rest: &str) -> Option<usize> {
    let mut inside = 0_usize;
    let mut braces = 0_usize;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'(' | b'[' => inside += 1,
            b')' | b']' => inside = inside.saturating_sub(1),
            b';' if inside == 0 && braces == 0 => return None,
            b'{' => braces += 1,
            b'}' => {
                braces = braces.checked_sub(1)?;
                // A brace within the signature's brackets is a constant's, not the body's.
                if braces == 0 && inside == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}
