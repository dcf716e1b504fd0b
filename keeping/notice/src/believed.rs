use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};

use crate::{Assertion, Claims, Error, Issuer, Millis};

/// Most assertions remembered; where more come within their fifteen minutes, all are forgotten.
const MOST: usize = 16 * 1024;

/// Issuers, and the assertions of theirs that were verified: a signature is checked once, the time of
/// an assertion whenever it is shown. What was not verified is never remembered.
pub struct Believed {
    issuers: Vec<Issuer>,
    /// By SHA-256 of the assertion's text.
    known: Mutex<HashMap<[u8; 32], Arc<Claims>>>,
}

impl fmt::Debug for Believed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Believed(…)")
    }
}

impl Believed {
    /// Believes these issuers, for as long as this value lives.
    pub fn new(issuers: Vec<Issuer>) -> Self {
        Self {
            issuers,
            known: Mutex::default(),
        }
    }

    /// Whose assertions are believed.
    pub fn issuers(&self) -> &[Issuer] {
        &self.issuers
    }

    /// As [`Assertion::verify`], with the signature checked the first time only.
    ///
    /// # Errors
    /// Those of [`Assertion::verify`].
    pub fn verify(&self, assertion: &Assertion, now: Millis) -> Result<Arc<Claims>, Error> {
        let name: [u8; 32] = digest(&SHA256, assertion.text().as_bytes())
            .as_ref()
            .try_into()
            .expect("SHA-256 gives 32 bytes");
        let known = self.known().get(&name).cloned();
        if let Some(claims) = known {
            claims.hold(now)?;
            return Ok(claims);
        }
        let claims = Arc::new(assertion.verify(&self.issuers, now)?);
        let mut known = self.known();
        if known.len() >= MOST {
            known.retain(|_, claims| claims.hold(now).is_ok());
        }
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(name, Arc::clone(&claims));
        Ok(claims)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<[u8; 32], Arc<Claims>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
