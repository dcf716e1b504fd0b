//! Failures covered: content that changes, a size that tells more than Padmé's, a frame that
//! decompresses past the limit or lies about its size, padding or bytes that nobody wrote.
//! Not a failure: that two sizes far apart can be told from each other.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use proptest::prelude::*;

use super::*;
use crate::dictionary::NEWEST;

fn unpack(packed: &[u8], id: u16, limit: usize) -> Result<Vec<u8>, &'static str> {
    Unpacker::default().unpack(packed, id, limit)
}

/// As [`pack`], with a frame of the test's own.
fn packed(frame: &[u8]) -> Vec<u8> {
    let mut bytes = u32::try_from(frame.len()).unwrap().to_be_bytes().to_vec();
    bytes.extend_from_slice(frame);
    bytes.resize(padded(bytes.len()), 0);
    bytes
}

fn frame(plain: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(plain, 1).unwrap()
}

#[test]
fn a_size_tells_more_than_padme_says() {
    // Computed by hand from the paper's algorithm: exponent, kept bits, mask.
    let sizes = [
        (0, 256),
        (255, 256),
        (256, 256),
        (257, 272),
        (272, 272),
        (1_000, 1_024),
        (65_537, 67_584),
        (1_000_000, 1_015_808),
    ];
    for (size, expected) in sizes {
        assert_eq!(padded(size), expected, "{size}");
    }
}

#[test]
fn a_consent_given_and_one_taken_back_differ_in_size() {
    let given = pack(br#"{"right":"authorise","professional":"10001234567"}"#).unwrap();
    let taken = pack(br#"{"right":"revoke"}"#).unwrap();
    assert_eq!((given.len(), taken.len()), (FLOOR, FLOOR));
}

#[test]
fn a_bomb_goes_off() {
    // 64 MiB of zeros in some kilobytes.
    let bomb = packed(&frame(&vec![0; 64 << 20]));
    assert!(bomb.len() < 10_000);
    assert_eq!(unpack(&bomb, 0, 1 << 20), Err("it is past the limit"));
    assert_eq!(
        unpack(&bomb, 0, (64 << 20) - 1),
        Err("it is past the limit")
    );
    assert!(unpack(&bomb, 0, 64 << 20).is_ok());
}

#[test]
fn a_frame_lies_about_its_size() {
    // The header of a frame of 1,000 bytes: magic, descriptor, then the size less 256 in two bytes.
    let honest = frame(&[7; 1_000]);
    assert_eq!(honest[5..7], 744u16.to_le_bytes());
    for said in [0u16, 700, 743, 745, 60_000] {
        let mut lying = honest.clone();
        lying[5..7].copy_from_slice(&said.to_le_bytes());
        assert!(unpack(&packed(&lying), 0, LIMIT).is_err(), "{said}");
    }
}

#[test]
fn a_frame_without_a_size_is_decompressed() {
    let silent = zstd::stream::encode_all([7; 1_000].as_slice(), 1).unwrap();
    assert_eq!(
        unpack(&packed(&silent), 0, LIMIT),
        Err("it does not tell its size")
    );
}

#[test]
fn a_second_frame_rides_along() {
    let two = [frame(b"one"), frame(b"two")].concat();
    assert_eq!(
        unpack(&packed(&two), 0, LIMIT),
        Err("it does not decompress")
    );
}

#[test]
fn bytes_that_nobody_wrote_are_content() {
    assert_eq!(unpack(&[0; 3], 0, LIMIT), Err("it is too short"));
    assert_eq!(unpack(&[0, 0, 0, 9, 1], 0, LIMIT), Err("it is cut"));
    assert_eq!(
        unpack(&[0; 256], 0, LIMIT),
        Err("it does not tell its size")
    );
    let mut dirty = pack(b"x").unwrap();
    *dirty.last_mut().unwrap() = 1;
    assert_eq!(
        unpack(&dirty, NEWEST, LIMIT),
        Err("its padding is not zeros")
    );
    let unknown = pack(b"x").unwrap();
    assert!(
        unpack(&unknown, u16::MAX, LIMIT)
            .unwrap_err()
            .contains("unknown")
    );
}

#[test]
fn an_entry_is_unpacked_with_the_last_ones_dictionary() {
    let mut unpacker = Unpacker::default();
    let (old, new) = (packed(&frame(b"old")), pack(b"new").unwrap());
    for _ in 0..2 {
        assert_eq!(unpacker.unpack(&old, 0, LIMIT).unwrap(), b"old");
        assert_eq!(unpacker.unpack(&new, NEWEST, LIMIT).unwrap(), b"new");
    }
}

#[test]
fn content_past_the_limit_is_taken() {
    assert_eq!(pack(&vec![0; LIMIT + 1]), Err(Error::TooLarge));
}

proptest! {
    #[test]
    fn content_changes(plain in proptest::collection::vec(any::<u8>(), 0..5_000)) {
        let packed = pack(&plain).unwrap();
        prop_assert_eq!(padded(packed.len()), packed.len());
        prop_assert_eq!(unpack(&packed, NEWEST, LIMIT).unwrap(), plain);
    }

    #[test]
    fn padding_grows_past_twelve_percent_or_shrinks(size in FLOOR..(1usize << 40), more in 0usize..10_000) {
        prop_assert!(padded(size) >= size);
        prop_assert!(padded(size) - size <= size / 8);
        prop_assert!(padded(size + more) >= padded(size));
        prop_assert_eq!(padded(padded(size)), padded(size));
    }

    #[test]
    fn noise_decompresses_or_panics(noise in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(unpack(&noise, 0, 1 << 20).is_err());
        prop_assert!(unpack(&packed(&noise), 0, 1 << 20).is_err());
    }
}
