use std::collections::BTreeSet;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use fluent_syntax::ast::Entry;
use unic_langid::LanguageIdentifier;

use crate::Language;

/// The words of pages in every language.
pub struct Texts {
    french: FluentBundle<FluentResource>,
    english: FluentBundle<FluentResource>,
    easy: FluentBundle<FluentResource>,
}

impl Texts {
    /// Reads the words, which are compiled in and tested. What French sets apart by a space from the word beside it
    /// (`: ; ? !` and guillemets) is bound to that word here, so that no line begins with it; values that are put in
    /// later stay as they are.
    ///
    /// # Panics
    /// When a file is not Fluent; a test reads them all.
    pub fn read(french: &str, english: &str, easy: &str) -> Self {
        Self {
            french: bundle(Language::French, bound(french)),
            english: bundle(Language::English, english.to_owned()),
            easy: bundle(Language::EasyFrench, bound(easy)),
        }
    }

    /// Whether `key` is said in French that is easy to read.
    pub fn is_easy(&self, key: &str) -> bool {
        self.easy.has_message(key)
    }

    /// The text of `key`; the key itself where there is none, which a test excludes.
    pub fn say(&self, language: Language, key: &str) -> String {
        self.say_with(language, key, &[])
    }

    /// The text of `key` with values put in.
    pub fn say_with(&self, language: Language, key: &str, values: &[(&str, &str)]) -> String {
        let bundle = match language {
            Language::French => &self.french,
            Language::English => &self.english,
            Language::EasyFrench if self.is_easy(key) => &self.easy,
            Language::EasyFrench => &self.french,
        };
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            arguments.set(*name, *value);
        }
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        bundle
            .format_pattern(pattern, Some(&arguments), &mut Vec::new())
            .into_owned()
    }

    /// The keys of a file of words.
    pub fn keys(text: &str) -> BTreeSet<String> {
        let resource = resource(text.to_owned());
        let keys = resource.entries().filter_map(|entry| match entry {
            Entry::Message(message) => Some(message.id.name.to_owned()),
            _ => None,
        });
        keys.collect()
    }
}

/// The space at which no line is broken.
const BINDING: &str = "\u{a0}";

/// A French file with its spaces before `: ; ? ! »` and after `«` made such that no line is broken there. Fluent has no
/// such space before one of these in its own syntax: a value starts after `=`, and a line that goes on is indented.
fn bound(text: &str) -> String {
    let mut bound = String::with_capacity(text.len() + text.len() / 64);
    let mut before = '\n';
    let mut rest = text.chars().peekable();
    while let Some(one) = rest.next() {
        let opened = before == '«';
        let closes = matches!(rest.peek(), Some(':' | ';' | '?' | '!' | '»'))
            && !matches!(before, ' ' | '=' | '\n');
        if one == ' ' && (opened || closes) {
            bound.push_str(BINDING);
        } else {
            bound.push(one);
        }
        before = one;
    }
    bound
}

fn resource(text: String) -> FluentResource {
    FluentResource::try_new(text)
        .unwrap_or_else(|(_, errors)| panic!("the words of the pages: {errors:?}"))
}

fn bundle(language: Language, text: String) -> FluentBundle<FluentResource> {
    let name: LanguageIdentifier = language
        .code()
        .parse()
        .expect("the code of a language names one");
    let mut bundle = FluentBundle::new_concurrent(vec![name]);
    // Marks around values are for mixed directions of writing, and would be copied with them.
    bundle.set_use_isolating(false);
    bundle
        .add_resource(resource(text))
        .expect("no key stands twice in a file");
    bundle
}

#[cfg(test)]
mod tests;
