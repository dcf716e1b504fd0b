use serde_json::{Map, Value};

/// The numbers that stood for the stars of a path.
pub(super) type Place = Vec<usize>;

/// The most values that one path gives.
const MOST: usize = 1024;

/// Where a claim lies: a name at the top, or a JSON Pointer (RFC 6901) in which `*` is every place of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Name(String),
    Every,
}

impl Path {
    /// Reads a path.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, &'static str> {
        let Some(pointer) = text.strip_prefix('/') else {
            return if text.is_empty() || text == "*" {
                Err("is no claim's name")
            } else {
                Ok(Self(vec![Step::Name(text.to_owned())]))
            };
        };
        let steps: Result<Vec<Step>, _> = pointer.split('/').map(step).collect();
        let steps = steps?;
        if steps.first() == Some(&Step::Every) {
            return Err("begins with `*`, but claims are no list");
        }
        Ok(Self(steps))
    }

    pub(super) fn has_star(&self) -> bool {
        self.0.contains(&Step::Every)
    }

    /// What lies there, each with its place.
    pub(super) fn find<'a>(&self, claims: &'a Map<String, Value>) -> Vec<(Place, &'a Value)> {
        let Some((Step::Name(first), rest)) = self.0.split_first() else {
            return Vec::new();
        };
        let mut found: Vec<(Place, &Value)> = claims
            .get(first)
            .map(|value| (Vec::new(), value))
            .into_iter()
            .collect();
        for step in rest {
            found = match step {
                Step::Name(name) => found
                    .into_iter()
                    .filter_map(|(place, value)| Some((place, within(value, name)?)))
                    .collect(),
                Step::Every => found
                    .into_iter()
                    .flat_map(|(place, value)| every(&place, value))
                    .take(MOST)
                    .collect(),
            };
        }
        found
    }
}

fn step(text: &str) -> Result<Step, &'static str> {
    if text == "*" {
        return Ok(Step::Every);
    }
    let name = text.replace("~1", "/").replace("~0", "~");
    // `~2` is no escape; `~01` is `~1`, which the two replacements leave as it must be.
    let broken = text
        .split('~')
        .skip(1)
        .any(|after| !after.starts_with(['0', '1']));
    match (text.is_empty(), broken) {
        (true, _) => Err("has an empty step"),
        (_, true) => Err("has a `~` that is neither `~0` nor `~1`"),
        _ => Ok(Step::Name(name)),
    }
}

fn within<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::Object(fields) => fields.get(name),
        Value::Array(items) => items.get(name.parse::<usize>().ok()?),
        _ => None,
    }
}

fn every<'a>(place: &Place, value: &'a Value) -> Vec<(Place, &'a Value)> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let items = items.iter().enumerate();
    items
        .map(|(number, item)| ([place.as_slice(), &[number]].concat(), item))
        .collect()
}
