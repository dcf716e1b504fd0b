//! Codes for whoever lost the authenticator: ten symbols of Crockford's base 32 each, 50 bits, good once.

use aws_lc_rs::hmac;
use hygie_notice::{Entropy, symbols};
use zeroize::Zeroizing;

use super::account::Account;
use super::change::News;
use super::secret::Secret;

/// How many are given out.
const CODES: usize = 8;
/// Symbols of one.
const LENGTH: usize = 10;

/// New codes as they are shown, once, and what is written of them.
pub(super) fn make(entropy: &dyn Entropy) -> (Vec<Zeroizing<String>>, News) {
    let mut salt = vec![0; 32];
    entropy.fill(&mut salt);
    let salt = Secret::new(salt);
    let mut codes = Vec::new();
    let mut hashes = Vec::new();
    for _ in 0..CODES {
        let code = Zeroizing::new(symbols(entropy, LENGTH).to_uppercase());
        hashes.push(hash(&salt, &code));
        codes.push(Zeroizing::new(format!("{}-{}", &code[..5], &code[5..])));
    }
    (codes, News::Recovery { salt, hashes })
}

/// The place of the code that this is, if it was not used.
pub(super) fn place(account: &Account, typed: &str) -> Option<u32> {
    let code = Zeroizing::new(normal_code(typed));
    let (salt, codes) = account.recovery.as_ref()?;
    if code.len() != LENGTH {
        return None;
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, salt.expose());
    let found = codes.iter().position(|hash| {
        let hash = hash.as_ref().map_or(&[][..], Secret::expose);
        // In constant time.
        hmac::verify(&key, code.as_bytes(), hash).is_ok()
    });
    found.and_then(|place| u32::try_from(place).ok())
}

fn hash(salt: &Secret, code: &str) -> Secret {
    let key = hmac::Key::new(hmac::HMAC_SHA256, salt.expose());
    Secret::new(hmac::sign(&key, code.as_bytes()).as_ref().to_vec())
}

/// A written code without spaces and dashes, its look-alikes replaced.
pub fn normal_code(text: &str) -> String {
    let written: Vec<char> = text
        .chars()
        .filter(|letter| {
            !letter.is_whitespace() && !matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '.' | '_')
        })
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    let replaced = written.iter().map(|letter| match letter {
        'O' => '0',
        'I' | 'L' => '1',
        other => *other,
    });
    replaced.collect()
}
