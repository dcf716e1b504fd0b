use hygie_notice::Millis;
use totp_rs::Builder;
use zeroize::Zeroizing;

use super::secret::Secret;

/// The secret of an authenticator: codes of six digits by HMAC-SHA-1, each good for 30 seconds, since all
/// authenticators know these and some know nothing else (RFC 6238; RFC 4226 section 4).
#[derive(Debug, Clone)]
pub struct Totp(pub(super) Secret);

impl Totp {
    /// These 20 bytes.
    pub fn of(bytes: [u8; 20]) -> Self {
        Self(Secret::new(bytes.to_vec()))
    }

    fn inner(&self) -> totp_rs::Totp {
        let secret = totp_rs::Secret::from(self.0.expose().to_vec());
        // Without a step to either side for clocks that differ there would be no sign-in in a mountain hut.
        Builder::new()
            .with_secret(secret)
            .with_skew(1)
            .build_noncompliant()
    }

    /// The time step of which this is the code, now or one step ago or ahead, if it lies behind `used`: a code
    /// is good once (RFC 6238 section 5.2).
    pub(super) fn step(&self, code: &str, used: u64, now: Millis) -> Option<u64> {
        let digits: String = code
            .chars()
            .filter(|symbol| !symbol.is_whitespace())
            .collect();
        let step = self.inner().check(&digits, now / 1000)?;
        (step > used).then_some(step)
    }

    /// The code of this moment; of demonstrations and tests, which have no authenticator.
    pub fn code(&self, now: Millis) -> String {
        self.inner().generate(now / 1000).to_string()
    }

    /// For whoever types it into an authenticator: base 32 (RFC 4648) in fours.
    pub fn spelled(&self) -> Zeroizing<String> {
        let whole = Zeroizing::new(self.inner().secret().to_base32());
        let mut spelled = Zeroizing::new(String::with_capacity(64));
        for (place, symbol) in whole.chars().enumerate() {
            if place > 0 && place % 4 == 0 {
                spelled.push(' ');
            }
            spelled.push(symbol);
        }
        spelled
    }

    /// For authenticators that read it off a screen, in the key URI format that they agree on.
    pub fn uri(&self, site: &str, login: &str) -> Zeroizing<String> {
        let (site, login) = (escaped(site), escaped(login));
        let secret = Zeroizing::new(self.inner().secret().to_base32());
        Zeroizing::new(format!(
            "otpauth://totp/{site}:{login}?secret={}&issuer={site}&algorithm=SHA1&digits=6&period=30",
            secret.as_str()
        ))
    }
}

/// A text in an address (RFC 3986 2.1).
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}
