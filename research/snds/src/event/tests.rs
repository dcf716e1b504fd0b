//! Covered: an event that is another after it was on disk.
//! Not a failure: bytes that are no event, which are refused.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn an_event_comes_back_as_it_was(
        (person, code, provider, stay) in any::<(u32, u32, u32, u32)>(),
        (start, end, quantity) in any::<(i32, i32, i32)>(),
        (charged, paid) in any::<(i64, i64)>(),
        (kind, role) in (1u8..9, any::<u8>()),
    ) {
        let kind = Kind::of(kind).expect("a kind");
        let event = Event { person, kind, role, code, start, end, provider, stay, quantity, charged, paid };
        let mut bytes = Vec::new();
        event.put(&mut bytes);
        let bytes: [u8; Event::SIZE] = bytes.try_into().expect("48 bytes");
        prop_assert_eq!(Event::get(&bytes), Some(event));
        let mut altered = bytes;
        altered[44] = 9;
        prop_assert_eq!(Event::get(&altered), None);
    }
}
