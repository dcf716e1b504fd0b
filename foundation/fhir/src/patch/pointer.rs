//! JSON Pointer (RFC 6901): where in a JSON value something is.

use super::Refusal;
use crate::json::Json;

/// Member names and indices from the root on; none for the root itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Pointer(Vec<String>);

const NOTHING: Refusal = Refusal {
    code: "not-found",
    rule: "nothing is at the path",
};

impl Pointer {
    /// `/a/0/b`, with `~1` for `/` and `~0` for `~`; none when it is no
    /// pointer.
    pub fn parse(text: &str) -> Option<Pointer> {
        if text.is_empty() {
            return Some(Pointer(Vec::new()));
        }
        let tokens = text.strip_prefix('/')?.split('/').map(unescape);
        tokens.collect::<Option<Vec<String>>>().map(Pointer)
    }

    /// Levels from the root down to what it points at.
    pub fn depth(&self) -> usize {
        self.0.len()
    }

    /// The member of the root that it points at or into.
    pub fn top(&self) -> Option<&str> {
        self.0.first().map(String::as_str)
    }

    /// Whether `inner` points into what this points at.
    pub fn holds(&self, inner: &Pointer) -> bool {
        inner.0.len() > self.0.len() && inner.0.starts_with(&self.0)
    }

    pub fn get<'a>(&self, root: &'a Json) -> Result<&'a Json, Refusal> {
        self.0
            .iter()
            .try_fold(root, |at, token| match at {
                Json::Array(items) => items.get(index(token)?),
                other => other.get(token),
            })
            .ok_or(NOTHING)
    }

    pub fn get_mut<'a>(&self, root: &'a mut Json) -> Result<&'a mut Json, Refusal> {
        descend(root, &self.0)
    }

    /// Adds as RFC 6902, section 4.1, says: a member is set, an item is
    /// inserted before the index or, for `-`, at the end.
    pub fn add(&self, root: &mut Json, value: Json) -> Result<(), Refusal> {
        let Some((last, around)) = self.0.split_last() else {
            *root = value;
            return Ok(());
        };
        match descend(root, around)? {
            Json::Array(items) => {
                let place = match last.as_str() {
                    "-" => items.len(),
                    token => index(token).ok_or(Refusal::new(
                        "invalid",
                        "an index into an array must be a whole number or `-`",
                    ))?,
                };
                if place > items.len() {
                    let rule = "the index lies beyond the end of the array";
                    return Err(Refusal::new("not-found", rule));
                }
                items.insert(place, value);
            }
            object @ Json::Object(_) => object.set(last, value),
            _ => return Err(NOTHING),
        }
        Ok(())
    }

    /// Takes out what is there. Of the root nothing can be taken.
    pub fn remove(&self, root: &mut Json) -> Result<Json, Refusal> {
        let (last, around) = self.0.split_last().ok_or(NOTHING)?;
        match descend(root, around)? {
            Json::Array(items) => match index(last) {
                Some(place) if place < items.len() => Ok(items.remove(place)),
                _ => Err(NOTHING),
            },
            other => other.remove(last).ok_or(NOTHING),
        }
    }
}

fn descend<'a>(root: &'a mut Json, tokens: &[String]) -> Result<&'a mut Json, Refusal> {
    tokens
        .iter()
        .try_fold(root, |at, token| match at {
            Json::Array(items) => items.get_mut(index(token)?),
            other => other.get_mut(token),
        })
        .ok_or(NOTHING)
}

/// Digits without a leading zero (RFC 6901, section 4).
fn index(token: &str) -> Option<usize> {
    let digits = token.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = token.len() > 1 && token.starts_with('0');
    (digits && !leading_zero)
        .then(|| token.parse().ok())
        .flatten()
}

fn unescape(token: &str) -> Option<String> {
    let mut text = String::with_capacity(token.len());
    let mut letters = token.chars();
    while let Some(letter) = letters.next() {
        text.push(match letter {
            '~' => match letters.next()? {
                '0' => '~',
                '1' => '/',
                _ => return None,
            },
            plain => plain,
        });
    }
    Some(text)
}
