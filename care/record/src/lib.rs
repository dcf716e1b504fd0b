//! THE door to people's records: deposit, read, search, share, export, import; the only user of vault and keeper.
//! It speaks no HTTP and no SQL, and decides nothing itself: `policy` decides, the keeper writes down and hands over keys.
#![forbid(unsafe_code)]

mod account;
pub mod accounts;
mod alarms;
mod apply;
mod appoint;
mod backup;
mod break_glass;
mod bytes;
mod cases;
mod change;
mod compact;
mod consent;
mod deposit;
mod desk;
mod directory;
mod documents;
mod door;
mod ending;
mod error;
mod explain;
mod export;
mod faults;
mod folder;
mod history;
mod identity;
mod ids;
mod import;
mod item;
mod joined;
mod mask;
mod masking;
mod mentions;
mod nature;
mod news;
mod numbers;
mod persons;
mod prove;
mod read;
mod reads;
mod refuse;
mod rights;
mod roll;
mod scope;
mod search;
mod seen;
mod share;
mod subject;
mod view;
mod warm;
mod wish;

use std::num::NonZero;
use std::sync::{Arc, OnceLock};

use hygie_keeper::Client;
use hygie_notice::{ActorKind, ActorRef, Assertion, Believed, Clock, Entropy, Millis, Purpose};
use hygie_policy::Terms;
use hygie_vault::{Sqlite, Vault};

pub use account::{TrailPage, UNANNOUNCED};
pub use accounts::normal_code;
pub use apply::{Done, Step, Verb};
pub use appoint::{Appointed, Appointment, Who};
pub use backup::{Backup, Held};
pub use break_glass::{Broken, Reason};
pub use cases::{InCase, Restriction};
pub use change::{Letters, Wishes};
pub use deposit::{parse, typed};
pub use directory::holds as is_listed;
pub use documents::{INLINE, Reader, Receiving, Scanned, Scanner, Upload};
pub use ending::{Ending, Permit};
pub use error::Error;
pub use explain::{Explained, Explanation, title as title_of};
pub use faults::Faults;
pub use folder::Lineage;
pub use hygie_identity::NationalNumbers;
pub use hygie_keeper::{AlarmPage, Error as KeeperError};
pub use hygie_notice as notice;
pub use hygie_oppositions::Part;
pub use hygie_policy as policy;
pub use hygie_vault::Error as StoreError;
pub use identity::Identity;
pub use ids::{instant, person as person_in};
pub use import::{Answers, ImportEntry, ImportUnit, Intake, Outcome, Taken, imports};
pub use item::Item;
pub use news::News;
pub use reads::reads;
pub use refuse::{Refusal, Said};
pub use roll::{Number, Roll, RollPage, Space};
pub use scope::{NoScope, Scope};
pub use search::{Found, Query};
pub use seen::Seen;

/// Somebody at the door: his signed assertion, and who it says he is.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Passed on to the keeper, which checks it itself.
    pub assertion: Assertion,
    /// Who acts.
    pub actor: ActorRef,
    /// What for.
    pub purpose: Purpose,
}

/// What the store is, sealed.
type Store = Vault<Sqlite>;

/// The records of one installation.
pub struct Record {
    keeper: Client,
    vault: Arc<Store>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    warm: Arc<warm::Warm>,
    holds: Arc<compact::Holds>,
    occasion: u64,
    /// Shared by what works behind the answers; whoever gets it alone knows that nothing does.
    behind: Arc<tokio::sync::RwLock<()>>,
    believed: Believed,
    terms: Arc<Terms>,
    /// Which national numbers are taken in.
    numbers: NationalNumbers,
    /// Which records were joined to others.
    joins: joined::Joins,
    /// By whom people are told, once it is known.
    news: OnceLock<Arc<dyn News>>,
}

impl Record {
    /// Joins a running keeper and a store.
    ///
    /// # Errors
    /// [`Error::Keeper`] when the keeper does not answer.
    pub async fn join(
        keeper: Client,
        vault: Vault<Sqlite>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, Error> {
        let hello = keeper.hello().await?;
        let joins = joined::Joins::known_to(&keeper).await?;
        let record = Self {
            keeper,
            vault: Arc::new(vault),
            clock,
            entropy,
            warm: Arc::new(warm::Warm::of(warm::BUDGET)),
            holds: Arc::default(),
            occasion: compact::OCCASION,
            behind: Arc::default(),
            believed: Believed::new(hello.issuers),
            terms: Arc::default(),
            numbers: NationalNumbers::Real,
            joins,
            news: OnceLock::new(),
        };
        // In a home for demonstrations all people are invented.
        Ok(match record.is_demo() {
            true => record.taking(NationalNumbers::Any),
            false => record,
        })
    }

    /// The same records, where every `entries` of one are an occasion to compact it; 256 unless said.
    #[must_use]
    pub fn compacting_each(mut self, entries: NonZero<u64>) -> Self {
        self.occasion = entries.get();
        self
    }

    /// The same records, under what the operator laid down; the example matrix otherwise.
    #[must_use]
    pub fn under(mut self, terms: Terms) -> Self {
        self.terms = Arc::new(terms);
        self
    }

    /// The same records, where these national numbers are taken in; those of real persons unless said, and in a home for
    /// demonstrations any.
    #[must_use]
    pub fn taking(mut self, numbers: NationalNumbers) -> Self {
        self.numbers = numbers;
        self
    }

    /// The same records, where opened content takes no more than `bytes` of memory, roughly.
    #[must_use]
    pub fn keeping_warm(mut self, bytes: usize) -> Self {
        self.warm = Arc::new(warm::Warm::of(bytes));
        self
    }

    /// Waits until nothing works behind the answers that were given.
    pub async fn settled(&self) {
        drop(self.behind.write().await);
    }

    /// Believes a token, or says why not.
    ///
    /// `purpose` is what the caller asks for; each role has its own default.
    ///
    /// # Errors
    /// [`Error::Unbelieved`] with the reason.
    pub fn caller(&self, token: &str, purpose: Option<Purpose>) -> Result<Caller, Error> {
        let assertion = Assertion::from_text(token);
        let claims = self
            .believed
            .verify(&assertion, self.clock.now())
            .map_err(Error::Unbelieved)?;
        let purpose = purpose.unwrap_or(claims.actor.kind.default_purpose());
        let mut actor = claims.actor.clone();
        // A professional may be a person, too: his own record is never what he leaves unsaid.
        let for_one = matches!(
            actor.kind,
            ActorKind::Holder | ActorKind::Representative | ActorKind::App
        );
        if !for_one {
            actor.person = None;
        }
        let actor = self.as_led(actor);
        Ok(Caller {
            assertion,
            actor,
            purpose,
        })
    }

    /// A centre that regulates emergency calls here, by its FINESS number; none where the operator named none.
    pub fn regulation_centre(&self) -> Option<&str> {
        self.terms.regulation.iter().next().map(String::as_str)
    }

    /// Where this installation's randomness comes from, for those who need some of their own.
    pub fn entropy(&self) -> &dyn Entropy {
        self.entropy.as_ref()
    }

    /// The time, by this installation's clock.
    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// Whether this is a home for demonstrations, in which anybody with its folder may act as anybody.
    pub fn is_demo(&self) -> bool {
        let mut issuers = self.believed.issuers().iter();
        issuers.any(|issuer| issuer.name == "demo")
    }

    /// Forgets folders that stayed in memory their time; to be called each minute, so that the promise
    /// holds when nobody comes by either.
    pub fn sweep(&self) {
        self.warm.sweep(self.clock.now());
    }

    /// The keeper's ledger now: its public key, and how many leaves it holds.
    ///
    /// # Errors
    /// [`Error::Keeper`] when the keeper does not answer.
    pub async fn ledger(&self) -> Result<(String, u64), Error> {
        let hello = self.keeper.hello().await?;
        Ok((hello.verifier, hello.size))
    }
}
