//! Dangers covered: one code under two forms becomes two concepts; two codes under one; a word for "none" becomes a code.
#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::{Malformed, canonical};
use crate::vocabulary::System;

#[test]
fn one_code_in_several_forms_is_one() {
    let cases = [
        (System::Icd10, "e11.9", "E119"),
        (System::Icd10, "E119  ", "E119"),
        (System::Icd10, "J961+0", "J961+0"),
        (System::Icd10, "M62890", "M62890"),
        (System::Ccam, "HHFA001", "HHFA001"),
        (System::Ccam, "HHFA001-01", "HHFA001"),
        (System::Ccam, "HHFA00110", "HHFA001"),
        (System::Ccam, "JANH798\n[A]", "JANH798"),
        (System::Nabm, "215", "0215"),
        (System::Nabm, "0215", "0215"),
        (System::Nabm, "00001104", "1104"),
        (System::Cip13, "3400930000014", "3400930000014"),
        (System::Ucd, "0000009231824", "9231824"),
        (System::Ucd, "9231824", "9231824"),
        (System::Ucd, "3400892318245", "9231824"),
        (System::Atc, "a10ba02", "A10BA02"),
        (System::Atc, "A10", "A10"),
        (System::Lpp, "01100028", "1100028"),
        (System::Lpp, "100028", "0100028"),
        (System::Nature, "01111", "1111"),
        (System::Nature, "0", "0"),
        (System::Nabm, "0", "0000"),
    ];
    for (system, raw, code) in cases {
        assert_eq!(
            canonical(system, raw).as_deref(),
            Ok(code),
            "{system:?} {raw}"
        );
    }
}

#[test]
fn words_for_none_are_no_codes() {
    let cases = [
        (System::Icd10, "ZZZ"),
        (System::Icd10, "III"),
        (System::Icd10, ""),
        (System::Ccam, "  "),
        (System::Cip13, "0"),
        (System::Cip13, "0000000000000"),
        (System::Cip13, "9999999999999"),
        (System::Ucd, "0000000000000"),
        (System::Lpp, "0"),
    ];
    for (system, raw) in cases {
        assert_eq!(
            canonical(system, raw),
            Err(Malformed::Absent),
            "{system:?} {raw}"
        );
    }
}

#[test]
fn what_has_not_the_form_is_refused() {
    let cases = [
        (System::Icd10, "119"),
        (System::Icd10, "E1190123"),
        (System::Icd10, "É11"),
        (System::Icd10, "E1"),
        (System::Ccam, "NT_09"),
        (System::Ccam, "HHFA0"),
        (System::Ccam, "HHFA001é"),
        (System::Ccam, "ééé"),
        (System::Ccam, "!\u{10e60}aA"),
        (System::Nabm, "12345"),
        (System::Nabm, "1a"),
        (System::Cip13, "3400930"),
        (System::Cip13, "3.40093E+12"),
        (System::Ucd, "1234567890123"),
        (System::Ucd, "3400892318"),
        (System::Atc, "A1"),
        (System::Atc, "A10B1"),
        (System::Atc, "ÀÀÀ"),
        (System::Lpp, "12345678"),
        (System::Nature, "1,1"),
        (System::Nature, "123456"),
    ];
    for (system, raw) in cases {
        assert_eq!(
            canonical(system, raw),
            Err(Malformed::Form(system)),
            "{system:?} {raw}"
        );
    }
}

proptest! {
    #[test]
    fn whatever_comes_is_read_or_refused_and_stays_what_it_is(raw in "\\PC{0,14}|[A-Z]{1,4}[0-9]{0,10}|[0-9]{1,14}") {
        for system in System::ALL {
            if let Ok(code) = canonical(system, &raw) {
                prop_assert_eq!(canonical(system, &code), Ok(code.clone()));
                prop_assert!(code.is_ascii() && code.len() <= 13);
            }
        }
    }
}
