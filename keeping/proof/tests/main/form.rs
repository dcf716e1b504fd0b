//! One spelling, and no line that is passed over.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hygie_proof::{Line, Refused, Trail};
use proptest::prelude::*;

use crate::world::{World, checked, key};

#[test]
fn an_unknown_section_or_version_is_passed_over() {
    let text = World::new(5, 120, 3).whole(0).to_string();
    checked(&text).unwrap();
    for section in [
        "map AAAA\n",
        "cosignature x\n",
        "# remark\n",
        "\n",
        " \n",
        "event\n",
        "hash \n",
    ] {
        let places: Vec<usize> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        for at in [0].into_iter().chain(places) {
            let more = [&text[..at], section, &text[at..]].concat();
            assert!(checked(&more).is_err(), "{section:?} at {at}");
        }
    }
    for version in ["0", "3", "17", "4294967295"] {
        let later = text.replacen("trail 2\n", &format!("trail {version}\n"), 1);
        assert_eq!(
            checked(&later),
            Err(Refused::Version {
                version: version.parse().unwrap()
            })
        );
    }
    for other in [
        "",
        "hygie trail\n",
        "hygie trail x\n",
        "hygie ending 1\n",
        "hygie trail 1",
    ] {
        assert_eq!(checked(other), Err(Refused::NotOne), "{other:?}");
    }
}

#[test]
fn something_has_two_spellings() {
    let text = World::new(6, 120, 3).whole(0).to_string();
    let line = text.lines().nth(4).unwrap();
    let (index, rest) = line["event ".len()..].split_once(' ').unwrap();
    let (event, words) = rest.split_once(' ').unwrap();
    let unpadded = event.trim_end_matches('=');
    let person = text.lines().nth(1).unwrap();
    for (one, other) in [
        ("trail 2\n".to_owned(), "trail 02\n".to_owned()),
        ("trail 2\n".to_owned(), "trail +2\n".to_owned()),
        ("trail 2\n".to_owned(), "trail 2\r\n".to_owned()),
        (person.to_owned(), person.to_uppercase()),
        (person.to_owned(), format!("{person} ")),
        (format!("event {index}"), format!("event 0{index}")),
        (format!("event {index}"), format!("event +{index}")),
        (format!("event {index}"), format!("event  {index}")),
        (format!(" {event} "), format!(" {event}= ")),
        (format!(" {event} "), format!(" {unpadded} \n")),
        (format!(" {event} "), format!(" {event}  ")),
        (format!(" {words}\n"), format!(" {words}=\n")),
        (format!(" {words}\n"), format!(" {words}\r\n")),
        (format!(" {words}\n"), format!(" {words} {words}\n")),
        (format!(" {words}\n"), " \n".to_owned()),
        ("\nhash ".to_owned(), "\nHASH ".to_owned()),
    ] {
        let respelt = text.replacen(&one, &other, 1);
        assert_ne!(respelt, text, "{one:?}");
        assert!(checked(&respelt).is_err(), "{other:?}");
    }
    for behind in [
        "\n",
        " ",
        "x",
        "\n\u{2014} witness AAAA\n",
        "\u{2014} witness AAAA\n",
    ] {
        assert!(checked(&format!("{text}{behind}")).is_err(), "{behind:?}");
    }
    assert!(checked(&format!("\u{feff}{text}")).is_err());
    assert!(checked(text.trim_end()).is_err());
}

#[test]
fn a_finding_does_not_say_where() {
    let world = World::new(7, 400, 3);
    let whole = world.whole(0);
    let person = &world.persons[0];
    let mut lines = person.lines.clone();
    lines.remove(3);
    let gap = world.file(person, &lines);
    assert_eq!(
        gap.check(&key()),
        Err(Refused::Missing {
            before: 2,
            after: 4
        })
    );
    let mut altered = whole.clone();
    let last = altered.lines[5].event.len() - 1;
    altered.lines[5].event[last] ^= 1;
    let found = altered.check(&key()).unwrap_err();
    assert!(matches!(found, Refused::Event { number: 6, .. }), "{found}");
    let mut mixed = whole.clone();
    mixed.lines[2] = world.persons[1].lines[2].clone();
    let found = mixed.check(&key()).unwrap_err();
    assert!(matches!(found, Refused::Event { number: 2, why } if why.contains("another person")));
    let mut broken = whole;
    broken.lines[1].event = vec![0xa0];
    let found = broken.check(&key()).unwrap_err();
    assert!(matches!(found, Refused::Form { line: 6, .. }), "{found}");
}

fn trails() -> impl Strategy<Value = Trail> {
    let words = prop::option::of(prop::collection::vec(any::<u8>(), 0..90));
    let line = (
        any::<u64>(),
        prop::collection::vec(any::<u8>(), 0..200),
        words,
    );
    let lines = prop::collection::vec(line, 1..20);
    let cover = prop::collection::vec(any::<[u8; 32]>(), 0..20);
    let person = "[0-7][0-9a-hjkmnp-tv-z]{25}";
    (person, any::<[u8; 32]>(), lines, cover, "\\PC{0,80}").prop_map(
        |(person, leaf_key, lines, cover, checkpoint)| Trail {
            version: Trail::VERSION,
            person,
            verifier: key(),
            leaf_key,
            lines: lines
                .into_iter()
                .map(|(index, event, words)| Line {
                    index,
                    event,
                    words,
                })
                .collect(),
            cover,
            checkpoint,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_file_is_not_read_as_it_was_printed(trail in trails()) {
        let text = trail.to_string();
        prop_assert_eq!(Trail::parse(&text).unwrap(), trail);
    }

    #[test]
    fn what_is_read_is_not_printed_again(
        version in 1..=2,
        lines in "(event [0-9]{1,3} [A-Za-d0-9+/]{3}[A-Q=]( [A-Za-d0-9+/]{3}[A-Q=])?\n){1,3}(hash [A-Za-z0-9+/]{42}[A-Q]=\n){0,2}\n[\n -~]{0,9}",
    ) {
        let zero = STANDARD.encode([0; 32]);
        let text = format!(
            "hygie trail {version}\nperson {:026}\nledger {}\nleaf-key {zero}\n{lines}", 0, key(),
        );
        if let Ok(trail) = Trail::parse(&text) {
            prop_assert_eq!(trail.to_string(), text);
        }
    }
}
