//! Failures covered: an invented CIP13 with a wrong check digit, or twice the same; a nature or a level of ATC that the
//! tables do not name.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::drugs::DRUGS;
use super::{cip13, natures::NATURES};
use std::collections::BTreeSet;

#[test]
fn a_cip13_is_wrong_or_given_twice() {
    let count = u8::try_from(DRUGS.len()).unwrap();
    let mut codes = BTreeSet::new();
    for drug in 0..count {
        let code = cip13(drug);
        let sum: u32 = code
            .iter()
            .enumerate()
            .map(|(at, digit)| u32::from(digit - b'0') * if at % 2 == 0 { 1 } else { 3 })
            .sum();
        assert_eq!(sum % 10, 0);
        assert!(code.starts_with(b"3400999"));
        assert!(codes.insert(code));
    }
}

#[test]
fn a_nature_has_no_name() {
    let named = |nature: u16| NATURES.iter().any(|&(code, _, _)| code == nature);
    for drug in DRUGS {
        assert!(named(drug.nature), "{}", drug.nature);
    }
    for procedure in super::PROCEDURES {
        assert!(named(procedure.nature), "{}", procedure.nature);
    }
    for device in super::DEVICES {
        assert!(named(device.nature), "{}", device.nature);
    }
}

#[test]
fn a_drug_of_town_has_no_levels() {
    for drug in DRUGS {
        for end in [1, 3, 4, 5, 7] {
            let code = &drug.atc[..end];
            let found = super::atc::LEVELS.iter().any(|&(level, _)| level == code);
            assert!(found, "{code}");
        }
    }
}
