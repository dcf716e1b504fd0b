//! What somebody filled in, shown to him again with what is wrong about it, field by field.

use std::collections::BTreeMap;

use hygie_record::policy::Category;
use hygie_web::Language;

use super::TEXTS;
use super::part::{Block, Checks, Field};

/// What a form holds, by the names of its fields.
pub(super) type Fields = BTreeMap<String, String>;

/// What stands in a field, without spaces around it; nothing where there is no such field.
pub(super) fn value<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", |text| text.trim())
}

/// The classes of documents that are ticked.
pub(super) fn ticked(fields: &Fields) -> impl Iterator<Item = Category> {
    let is_ticked = |class: &Category| fields.contains_key(&format!("class-{}", class.code()));
    Category::ALL.into_iter().filter(is_ticked)
}

/// The address of a form, with what was filled in and can stand in an address: it comes back with somebody who first
/// has to prove again who he is.
pub(super) fn kept(address: &str, fields: &Fields, ours: &[&str]) -> String {
    let mut kept = address.to_owned();
    for (name, text) in fields {
        let plain = |text: &str| {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/@".contains(&byte);
            !text.is_empty() && text.len() <= 100 && text.bytes().all(fits)
        };
        let is_ours = ours.contains(&name.as_str()) || name.starts_with("class-");
        if is_ours && plain(name) && plain(text) {
            let joint = if kept.contains('?') { '&' } else { '?' };
            kept.push_str(&format!("{joint}{name}={text}"));
        }
    }
    kept
}

/// A form as somebody filled it in.
pub(super) struct Filled<'a> {
    pub language: Language,
    pub fields: &'a Fields,
    /// Fields that are wrong, each with the key of what is wrong about it.
    pub wrong: &'a [(&'static str, &'static str)],
}

impl Filled<'_> {
    /// A field of it; `label` and `hint` are keys.
    pub fn field(&self, name: &'static str, label: &str, hint: &str) -> Field {
        let say = |key: &str| TEXTS.say(self.language, key);
        let mut wrong = self.wrong.iter().filter(|(field, _)| *field == name);
        let mut field = Field::text(name, say(label), say(hint));
        field.value = self.fields.get(name).cloned().unwrap_or_default();
        field.with_fault(wrong.next().map(|(_, fault)| say(fault)))
    }

    /// What is wrong, first of all; none when nothing is.
    pub fn alert(&self) -> Option<Block> {
        let say = |key: &str| TEXTS.say(self.language, key);
        let faults = self.wrong.iter();
        let faults = faults.map(|(field, fault)| ((*field).to_owned(), say(fault)));
        (!self.wrong.is_empty()).then(|| Block::Alert {
            title: say("alert-nothing-done"),
            text: say("alert-correct"),
            faults: faults.collect(),
        })
    }

    /// The classes of documents, to be ticked.
    pub fn classes(&self, hint: &str) -> Checks {
        let say = |key: &str| TEXTS.say(self.language, key);
        let classes = Category::ALL.into_iter();
        let options = classes
            .filter(|class| *class != Category::Identity)
            .map(|class| {
                let name = format!("class-{}", class.code());
                let label = say(&name);
                let is_ticked = self.fields.contains_key(&name);
                (name, label, is_ticked)
            });
        Checks {
            legend: say("grant-classes"),
            hint: say(hint),
            options: options.collect(),
        }
    }
}
