//! The occurrences of one element in an object, taken out and put back: what
//! R4's JSON spreads over `name`, `_name` and the kinds of a choice.

use crate::definitions::{Element, Kind, TypeId};
use crate::json::Json;

/// All occurrences of an element, in their order.
pub struct Occurrences {
    /// The name in JSON, such as `valueQuantity`; none when there are none.
    pub name: Option<String>,
    /// What it holds, as the name says.
    pub kind: Option<Kind>,
    pub items: Vec<Occurrence>,
    /// The place of the first member among those of the object.
    place: usize,
}

/// A value, and what lies beside it in `_name`; null where there is none.
#[derive(Clone)]
pub struct Occurrence {
    pub value: Json,
    pub beside: Json,
}

type Members = Vec<(Box<str>, Json)>;

/// Takes an element out of an object of this type.
pub fn take(members: &mut Members, row: TypeId, element: &'static Element) -> Occurrences {
    let mut found = Occurrences {
        name: None,
        kind: None,
        items: Vec::new(),
        place: members.len(),
    };
    let (mut values, mut besides) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < members.len() {
        let name = &members[at].0;
        let bare = name.strip_prefix('_').unwrap_or(name);
        let kind = row
            .row()
            .member(bare)
            .filter(|(_, of, _)| std::ptr::eq(*of, element))
            .map(|(_, _, kind)| kind);
        let Some(kind) = kind else {
            at += 1;
            continue;
        };
        found.place = found.place.min(at);
        found.name.get_or_insert_with(|| bare.to_owned());
        found.kind.get_or_insert(kind);
        let (name, value) = members.remove(at);
        let items = match value {
            Json::Array(items) if element.many => items,
            other => vec![other],
        };
        if name.starts_with('_') {
            besides = items;
        } else {
            values = items;
        }
    }
    let count = values.len().max(besides.len());
    values.resize(count, Json::Null);
    besides.resize(count, Json::Null);
    let pairs = values.into_iter().zip(besides);
    found.items = pairs
        .map(|(value, beside)| Occurrence { value, beside })
        .collect();
    found
}

impl Occurrences {
    /// Puts the occurrences where they were, or at the end; none leave no
    /// member.
    pub fn put(self, members: &mut Members, many: bool) {
        let Some(name) = self.name.filter(|_| !self.items.is_empty()) else {
            return;
        };
        let (values, besides): (Vec<Json>, Vec<Json>) = self
            .items
            .into_iter()
            .map(|item| (item.value, item.beside))
            .unzip();
        let mut place = self.place.min(members.len());
        for (name, items) in [(name.clone(), values), (format!("_{name}"), besides)] {
            if items.iter().all(Json::is_null) {
                continue;
            }
            let mut items = items;
            let value = match many {
                true => Json::Array(items),
                false => items.swap_remove(0),
            };
            members.insert(place, (name.into(), value));
            place += 1;
        }
    }
}
