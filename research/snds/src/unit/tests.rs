//! Covered: events of a unit that are lost between chunks or land in another bucket; so many strangers that what stands at the
//! end is more than a seal takes; a unit that is taken although it is of
//! another key, or is not whole.
//! Not a failure: no unit.

use super::*;
use crate::event::Kind;
use crate::seal::tests::Plain;

fn event(person: u32, code: u32) -> Event {
    Event {
        person,
        kind: Kind::Drug,
        role: 0,
        code,
        start: 1,
        end: 2,
        provider: 0,
        stay: 0,
        quantity: 1,
        charged: 0,
        paid: 0,
    }
}

#[test]
fn what_was_put_is_read_whatever_the_memory() {
    for limit in [1, 200, 1 << 20] {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("claims-202301.unit");
        let mut writer =
            Writer::begin((&path, &Plain(1)), ("this", "those"), 0, 3, limit).expect("begun");
        for person in 0..30 {
            writer
                .event(
                    person % 3,
                    Some(2023 + i32::from(person > 9)),
                    &event(person, 0),
                )
                .expect("put");
        }
        assert!(
            Unit::open(&path, &Plain(1)).expect("asked").is_none(),
            "it is not whole yet"
        );
        writer.finish().expect("whole");
        assert!(Unit::open(&path, &Plain(2)).expect("asked").is_none());
        let unit = Unit::open(&path, &Plain(1))
            .expect("read")
            .expect("it is there");
        assert_eq!(unit.trailer.made_of, "this");
        assert_eq!(unit.name(), "claims-202301");
        for bucket in 0..3 {
            for (year, wanted) in [(2023, 0..10), (2024, 10..30)] {
                let events = unit.events(bucket, Some(year)).expect("read");
                let persons: Vec<u32> = events.iter().map(|event| event.person).collect();
                let wanted: Vec<u32> = wanted.filter(|person| person % 3 == bucket).collect();
                assert_eq!(persons, wanted);
            }
            assert!(unit.events(bucket, None).expect("read").is_empty());
        }
    }
}

#[test]
fn one_code_in_two_forms_is_one_and_what_is_no_code_is_none() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut writer =
        Writer::begin((&dir.path().join("x.unit"), &Plain(1)), ("", ""), 0, 1, 1).expect("begun");
    let first = writer.code(System::Icd10, b"E11.9");
    assert_eq!(first, writer.code(System::Icd10, b"E119"));
    assert_ne!(first, writer.code(System::Ccam, b"AHQP001"));
    assert_eq!(writer.code(System::Cip13, b"123"), None);
    assert_eq!(writer.code(System::Nature, b""), None);
}

#[test]
fn a_professional_keeps_the_least_of_his_specialities() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut writer =
        Writer::begin((&dir.path().join("x.unit"), &Plain(1)), ("", ""), 0, 1, 1).expect("begun");
    assert_eq!(writer.provider(b"", b"1"), 0);
    assert_eq!(writer.provider(b"00000000", b"1"), 0);
    let place = writer.provider(b"77", b"22");
    assert_eq!(writer.provider(b"77", b""), place);
    assert_eq!(writer.provider(b"77", b"01"), place);
    assert_eq!(writer.trailer.providers[place as usize].1, "01");
}

#[test]
fn millions_of_strangers_are_more_than_a_seal_takes_at_once() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("claims-202301.unit");
    let of = (path.as_path(), &Plain(1) as &dyn Seals);
    let mut writer = Writer::begin(of, ("", ""), 10, 1, 1 << 20).expect("begun");
    let number = |at: u32| at.to_be_bytes();
    let name = |at: u32| [[7; 12].as_slice(), &number(at)].concat();
    // More than a piece holds; of each third nothing is told, and one waits for a reference.
    for at in 0..70_000 {
        let print = Print::of(&number(at), crate::rank::Rank::ONLY);
        let traits = Traits {
            birth_year: 1950,
            sex: 2,
            department: *b"02A",
            ..Traits::none()
        };
        let seen = Seen { file: 0, line: 2 };
        let place = writer.stranger(print, (&traits, seen), || {
            name(at).try_into().expect("16 bytes")
        });
        if at % 3 > 0 {
            let person = Event::STRANGER + place - writer.references();
            writer.event(0, Some(2023), &event(person, 0)).expect("put");
        }
    }
    writer.waiting([9; 16]);
    let wanted = writer.trailer.strangers.clone();
    writer.finish().expect("whole");
    let (_, last) = Sealed::open(&path, &Plain(1))
        .expect("read")
        .expect("there");
    assert!(last.len() < 1000, "{} bytes at the end", last.len());
    let unit = Unit::open(&path, &Plain(1)).expect("read").expect("there");
    assert_eq!(unit.events(0, Some(2023)).expect("read").len(), 46_666);
    assert_eq!(unit.trailer.strangers.len(), wanted.len());
    for (at, (one, wanted)) in (0..).zip(unit.trailer.strangers.iter().zip(&wanted)) {
        assert!(
            if at % 3 > 0 || at == 70_000 {
                one == wanted
            } else {
                one.is_silent()
            },
            "{at}"
        );
    }
    // Written anew without one of them.
    let mut strangers = vec![Fate::Stays; wanted.len()];
    strangers[69_998] = Fate::Gone;
    let gone = std::collections::HashSet::new();
    let fates = Fates {
        buckets: 1,
        gone: &gone,
        strangers,
    };
    let other = dir.path().join("other").join("claims-202301.unit");
    std::fs::create_dir(dir.path().join("other")).expect("made");
    let touched = unit
        .rewritten((&other, &Plain(1)), &fates)
        .expect("written");
    assert_eq!(touched.expect("he was told of").len(), 1);
    let other = Unit::open(&other, &Plain(1)).expect("read").expect("there");
    let apart = other.trailer.strangers.iter().zip(&unit.trailer.strangers);
    let apart: Vec<usize> = apart
        .enumerate()
        .filter(|(_, (a, b))| a != b)
        .map(|(at, _)| at)
        .collect();
    assert_eq!(apart, [69_998]);
    assert_eq!(other.events(0, Some(2023)).expect("read").len(), 46_665);
}

#[test]
fn strangers_of_a_unit_of_versions_before_are_lost() {
    let text = r#"{"made_of":"","under":"","strangers":[{"name":[7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7],"print":[1,2,3],
        "told":true,"birth_year":1950,"sex":1,"department":[48,55,53]}],"codes":[],"groups":[""],"providers":[["",""]],
        "chunks":[],"files":[]}"#;
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("claims-202301.unit");
    let sealing = Sealing::begin(&path, &Plain(1)).expect("begun");
    sealing.finish(text.as_bytes()).expect("whole");
    let unit = Unit::open(&path, &Plain(1)).expect("read").expect("there");
    let [stranger] = &unit.trailer.strangers[..] else {
        panic!("one is there");
    };
    assert_eq!((stranger.name, stranger.birth_year), ([7; 16], 1950));
    assert!(stranger.told && stranger.print.is_some());
}
