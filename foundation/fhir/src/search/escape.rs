//! Separators inside a search value: `,` between alternatives, `|` between
//! parts, either of them literal after a backslash (R4, 3.1.1.4.0.1).

/// The pieces between unescaped separators, their escapes untouched. At least
/// one, perhaps empty.
pub fn split(value: &str, separator: char) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut escaped = false;
    for (at, letter) in value.char_indices() {
        if escaped {
            escaped = false;
        } else if letter == '\\' {
            escaped = true;
        } else if letter == separator {
            pieces.push(&value[start..at]);
            start = at + letter.len_utf8();
        }
    }
    pieces.push(&value[start..]);
    pieces
}

/// The text meant by a piece; none when a backslash stands before anything but
/// `,`, `|`, `$` and itself.
pub fn unescape(piece: &str) -> Option<String> {
    let mut text = String::with_capacity(piece.len());
    let mut letters = piece.chars();
    while let Some(letter) = letters.next() {
        text.push(match letter {
            '\\' => letters
                .next()
                .filter(|next| matches!(next, ',' | '|' | '$' | '\\'))?,
            plain => plain,
        });
    }
    Some(text)
}
