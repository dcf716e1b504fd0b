//! Luhn's formula (ISO/IEC 7812-1, annex B).

/// The digit that completes these digits, each 0 to 9.
pub(crate) fn digit(body: &[u8]) -> u8 {
    let sum: u32 = body
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            // The completed number has one digit more, so here the first from the right is doubled.
            let weighed = u32::from(*digit) * if place % 2 == 0 { 2 } else { 1 };
            weighed / 10 + weighed % 10
        })
        .sum();
    u8::try_from((10 - sum % 10) % 10).expect("a remainder of 10 fits a byte")
}
