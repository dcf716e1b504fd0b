//! Covered: events of a unit that are lost between chunks or land in another bucket; a unit that is taken although it is of
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
