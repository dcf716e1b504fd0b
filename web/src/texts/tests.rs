//! Dangers: a line of a narrow page that begins with a colon or ends with an opening guillemet; a value (a name, a
//! number, an address) changed on its way into a sentence; English set as French is; a file that no longer reads.
//! Not a failure: a value that brings such a space along, for it is shown as it was written.

use super::*;

const FRENCH: &str = "
# À qui ? Une remarque : elle n'est pas lue.
named = Lu par : « { $name } » ; et vous ?
title = Bravo !
long = Trois choses
    en deux lignes : voilà.
some = { $count ->
    [one] Une case : { $count }
   *[other] Des cases : { $count }
 }
literal = { \" :\" } :
lone = ?
address = https://example.org/?a=1;b=2
";

fn texts() -> Texts {
    Texts::read(FRENCH, "named = Read by : « { $name } » ?", "title = Oui !")
}

#[test]
fn no_line_is_broken_before_a_mark_or_inside_guillemets() {
    let texts = texts();
    let named = texts.say_with(Language::French, "named", &[("name", "Anne Roux")]);
    assert_eq!(
        named,
        "Lu par\u{a0}: «\u{a0}Anne Roux\u{a0}»\u{a0}; et vous\u{a0}?"
    );
    assert_eq!(texts.say(Language::French, "title"), "Bravo\u{a0}!");
    assert_eq!(texts.say(Language::EasyFrench, "title"), "Oui\u{a0}!");
    // A page without easy words speaks French, and is set as French is.
    let easy = texts.say_with(Language::EasyFrench, "named", &[("name", "A")]);
    assert!(easy.starts_with("Lu par\u{a0}: «\u{a0}A"));
    assert_eq!(
        texts.say(Language::French, "long"),
        "Trois choses\nen deux lignes\u{a0}: voilà."
    );
    let some = texts.say_with(Language::French, "some", &[("count", "2")]);
    assert_eq!(some, "Des cases\u{a0}: 2");
}

#[test]
fn what_is_put_in_stays_as_it_was_written() {
    let written = "Rue « du Four » : 3 ; ici ?";
    let said = texts().say_with(Language::French, "named", &[("name", written)]);
    assert!(said.contains(written), "{said}");
}

#[test]
fn what_needs_no_space_gets_none() {
    let texts = texts();
    assert_eq!(texts.say(Language::French, "lone"), "?");
    assert_eq!(
        texts.say(Language::French, "address"),
        "https://example.org/?a=1;b=2"
    );
}

#[test]
fn english_is_left_as_it_is() {
    let said = texts().say_with(Language::English, "named", &[("name", "A")]);
    assert_eq!(said, "Read by : « A » ?");
}
