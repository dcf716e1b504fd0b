//! A SUBSTITUTE for the insurer's first step, for demonstrations and tests alone.
//!
//! In service, who has which `BEN_IDT_ANO` is a table that the insurer supplies: it alone makes the first step, with
//! secrets that are its own. Here a keyed function under a key that is no secret stands in its place. What comes out is
//! marked by its first letter, so that it is taken for the insurer's nowhere.

use aws_lc_rs::hmac;

/// A substitute's `BEN_IDT_ANO`: `S` and 16 characters of `0`–`9`, `a`–`v`, 17 as the insurer's have.
///
/// `ins` is a national number of a demonstration, `rank` the twin rank.
pub fn first_step(ins: &str, rank: u8) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"hygie demonstration, no secret");
    let mut context = hmac::Context::with_key(&key);
    context.update(&[rank]);
    context.update(ins.as_bytes());
    let tag = context.sign();
    let symbols = tag.as_ref().iter().take(16);
    let mut id = String::with_capacity(17);
    id.push('S');
    id.extend(symbols.map(|byte| char::from(ALPHABET[usize::from(byte & 31)])));
    id
}
