//! Dangers: a typing mistake goes unnoticed; a good code is refused for how it was written.
//! Not a failure: two mistakes that cancel each other out, one time in 37 (the code then is a wrong one).
#![allow(clippy::unwrap_used, reason = "tests")]

use hygie_record::notice::SystemEntropy;

use super::{ALPHABET, Code};

#[test]
fn every_single_wrong_symbol_and_every_swap_of_neighbours_is_noticed() {
    for _ in 0..50 {
        let code = Code::random(&SystemEntropy);
        let written: Vec<char> = code.print().replace('-', "").chars().collect();
        for place in 0..12 {
            for symbol in &ALPHABET[..32] {
                let mut other = written.clone();
                other[place] = char::from(*symbol);
                let same = other == written;
                let text: String = other.iter().collect();
                assert_eq!(Code::parse(&text).is_some(), same);
            }
        }
        for place in 0..11 {
            let mut other = written.clone();
            other.swap(place, place + 1);
            let same = other == written;
            let text: String = other.iter().collect();
            assert_eq!(Code::parse(&text).is_some(), same);
        }
    }
}

#[test]
fn a_code_written_by_hand_is_read() {
    // 0123456789AB in base 32 is 1*32^10 + 2*32^9 + …; its remainder modulo 37 was computed apart.
    let number = "0123456789AB".bytes().fold(0_u64, |sum, byte| {
        let value = ALPHABET.iter().position(|symbol| *symbol == byte).unwrap();
        sum * 32 + u64::try_from(value).unwrap()
    });
    let check = char::from(ALPHABET[usize::try_from(number % 37).unwrap()]);
    let printed = format!("0123-4567-89AB-{check}");
    let code = Code::parse(&printed).unwrap();
    assert_eq!(code.print(), printed);
    for written in [
        format!("oi23 4567 89ab {check}"),
        format!("  OL2345\u{2013}6789ab{check}"),
        printed.to_lowercase(),
    ] {
        assert!(
            Code::parse(&written).is_some_and(|read| read == code),
            "{written}"
        );
    }
    for refused in [
        "",
        "0123",
        &printed[..14],
        &format!("{printed}0"),
        "éééé-éééé-éééé-é",
    ] {
        assert!(Code::parse(refused).is_none(), "{refused}");
    }
}
