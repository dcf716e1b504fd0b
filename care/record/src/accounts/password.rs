use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use hygie_notice::Entropy;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::account::Kept;
use super::secret::Secret;

/// Fewest symbols (ANSSI-PG-078 asks for 12 where tries are limited), and most bytes.
const FEWEST: usize = 12;
const MOST: usize = 256;
/// What one hash costs: 19 MiB, two passes, one lane (OWASP, Password Storage).
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
/// How many are made at once: 38 MiB. And how many may wait for that: seconds, not minutes.
const AT_ONCE: usize = 2;
const WAITING: usize = 64;

/// A password as somebody typed it, in one form of Unicode (NFKC, NIST SP 800-63B-4 3.1.1.2).
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

/// Why a password is refused when it is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weak {
    /// Fewer than twelve symbols.
    Short,
    /// More than 256 bytes.
    Long,
    /// The login name, one symbol again and again, or a row of the keyboard.
    Guessable,
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl Password {
    /// What was typed.
    pub fn typed(text: &str) -> Self {
        Self(Zeroizing::new(text.nfkc().collect()))
    }

    /// Whether it may be chosen by the owner of this login name.
    ///
    /// # Errors
    /// Why not.
    pub fn choose(&self, login: &str) -> Result<(), Weak> {
        if self.0.chars().count() < FEWEST {
            return Err(Weak::Short);
        }
        if self.0.len() > MOST {
            return Err(Weak::Long);
        }
        let lower = Zeroizing::new(self.0.to_lowercase());
        let mut kinds: Vec<char> = lower.chars().collect();
        kinds.sort_unstable();
        kinds.dedup();
        let guessed = ["123456789", "azerty", "qwerty", "motdepasse", "password"];
        let named = lower.contains(login) || guessed.iter().any(|word| lower.contains(word));
        if kinds.len() < 5 || named {
            return Err(Weak::Guessable);
        }
        Ok(())
    }
}

/// A hash that was made, and what it was made with.
pub(super) struct Hashed {
    pub hash: Secret,
    pub salt: Secret,
    pub cost: (u32, u32, u32),
}

/// Makes hashes beside everything else, few at once: each takes memory and a processor's tenth of a second.
#[derive(Clone)]
pub(super) struct Hashing {
    places: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

impl Default for Hashing {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: Arc::default(),
        }
    }
}

/// Counts one who waits, until it is dropped.
struct Waiting(Arc<AtomicUsize>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Hashing {
    /// A new hash of a password; `None` when too many wait.
    pub async fn make(&self, password: &Password, entropy: &dyn Entropy) -> Option<Hashed> {
        let mut salt = vec![0; 16];
        entropy.fill(&mut salt);
        let salt = Secret::new(salt);
        let hash = self.hash(password.clone(), salt.clone(), COST).await?;
        Some(Hashed {
            hash,
            salt,
            cost: COST,
        })
    }

    /// Whether this is the password; where there is none, the same work gives no. `None` when too many wait.
    pub async fn is_same(&self, password: &Password, kept: Option<&Kept>) -> Option<bool> {
        let (salt, cost) = kept.map_or_else(
            || (Secret::new(vec![0; 16]), COST),
            |kept| (kept.salt.clone(), kept.cost),
        );
        let hash = self.hash(password.clone(), salt, cost).await?;
        let same = kept
            .is_some_and(|kept| verify_slices_are_equal(hash.expose(), kept.hash.expose()).is_ok());
        Some(same)
    }

    async fn hash(
        &self,
        password: Password,
        salt: Secret,
        cost: (u32, u32, u32),
    ) -> Option<Secret> {
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        let waiting = Waiting(Arc::clone(&self.waiting));
        let place = Arc::clone(&self.places).acquire_owned().await.ok()?;
        drop(waiting);
        // What is longer than may be chosen is nobody's; hashing it would only cost more.
        let long = password.0.len() > MOST;
        let made = tokio::task::spawn_blocking(move || {
            let _place = place;
            let typed: &[u8] = if long { b"" } else { password.0.as_bytes() };
            digest(typed, salt.expose(), cost)
        });
        match made.await {
            Ok(hash) => Some(hash),
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => None,
        }
    }
}

fn digest(password: &[u8], salt: &[u8], (memory, passes, lanes): (u32, u32, u32)) -> Secret {
    let cost = Params::new(memory, passes, lanes, Some(32)).expect("these costs were chosen here");
    let mut hash = vec![0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, cost)
        .hash_password_into(password, salt, &mut hash)
        .expect("a short password, a salt of 16 bytes and a hash of 32 fit");
    Secret::new(hash)
}
