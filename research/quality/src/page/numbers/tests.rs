//! Covered: a number that reads as another in the other language's marks.

use crate::page::labels::{ENGLISH, FRENCH};

#[test]
fn no_number_reads_as_another() {
    assert_eq!(FRENCH.number(1_234_567), "1\u{202f}234\u{202f}567");
    assert_eq!(ENGLISH.number(1_234_567), "1,234,567");
    assert_eq!(
        (FRENCH.number(0), FRENCH.number(999)),
        ("0".to_owned(), "999".to_owned())
    );
    assert_eq!(
        (FRENCH.percent(0.25), ENGLISH.percent(0.25)),
        ("0,25\u{a0}%".to_owned(), "0.25%".to_owned())
    );
    assert_eq!(
        (FRENCH.day("2024-03-01"), ENGLISH.day("2024-03-10")),
        ("1er mars 2024".to_owned(), "10 March 2024".to_owned())
    );
    assert_eq!(ENGLISH.euros(-1234.6), "−1,235");
    assert_eq!(
        (FRENCH.decimal(2343.37), ENGLISH.decimal(2343.0)),
        ("2\u{202f}343,37".to_owned(), "2,343".to_owned())
    );
}
