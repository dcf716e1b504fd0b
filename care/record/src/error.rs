use hygie_fhir::Fault;

/// Why a request at the door was not fulfilled.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The token is not believed (HTTP 401).
    #[error("{0}")]
    Unbelieved(hygie_notice::Error),
    /// Not allowed, or nothing is there: the two look the same (HTTP 403).
    #[error("this access is not authorised by the holder")]
    Refused,
    /// The person refuses that the caller adds to the record; the caller is told, so that what he has goes another way
    /// (HTTP 403).
    #[error(
        "the person refuses that you add to this record (rule `feeding-refused`); what you wrote before stays, and you may delete it"
    )]
    FeedingRefused,
    /// What the caller may see holds no such resource (HTTP 404).
    #[error("no such resource in what you may see")]
    NotFound,
    /// What the caller may see held it once; it was deleted (HTTP 410).
    #[error("the resource was deleted; its history may still be read")]
    Gone,
    /// It has another version by now (HTTP 412).
    #[error("the resource is not at the version that the request names; read it again")]
    Stale,
    /// A condition matches several resources (HTTP 412).
    #[error("the condition matches several resources; make it more exact")]
    Several,
    /// No person has this national identifier (HTTP 404 for a search, 422 for a deposit).
    #[error("there is no space for this national identifier")]
    NoSpace,
    /// The request says no person, or contradicts itself (HTTP 400).
    #[error("{0}")]
    BadRequest(&'static str),
    /// The content breaks FHIR R4 (HTTP 422; 400 when it is not even JSON).
    #[error("the resource is not valid FHIR R4")]
    Invalid(Vec<Fault>),
    /// The question breaks FHIR search (HTTP 400).
    #[error("the search is not valid")]
    BadSearch(Vec<Fault>),
    /// A rule of the business refuses it (HTTP 422).
    #[error("{0}")]
    Unprocessable(&'static str),
    /// A part of what was asked for does not fit: its name, and what it should be (HTTP 422).
    #[error("{1}")]
    Part(&'static str, &'static str),
    /// The record was erased (HTTP 410); said to the operator alone.
    #[error("the record was erased; it does not come back")]
    Erased,
    /// The record is closed (HTTP 409); said to the operator alone.
    #[error("the record is closed; its custodians open it together, with `hygie reopen`")]
    Closed,
    /// The keeper says why it can't do what the operator asked (HTTP 409).
    #[error("{0}")]
    Impossible(String),
    /// More came than is held in memory (HTTP 413).
    #[error("the body is larger than this server takes; send it in parts")]
    TooLarge,
    /// The keeper did not do what was asked (HTTP 503, or 429).
    #[error(transparent)]
    Keeper(#[from] hygie_keeper::Error),
    /// The store did not do what was asked (HTTP 503).
    #[error(transparent)]
    Vault(#[from] hygie_vault::Error),
    /// The keeper knows less than care saw: it is of an earlier day.
    #[error(
        "the keeper knows {held} openings and care saw {seen}: its files are of an earlier day; restore `keeper/` and `store/` from one backup"
    )]
    KeeperOlder {
        /// Leaves that care saw.
        seen: u64,
        /// Leaves that the keeper has.
        held: u64,
    },
    /// The keeper's past is not the one that care saw.
    #[error(
        "leaf {index} of the ledger is not the one that care saw: the keeper's files are another's or of an earlier day; restore `keeper/` and `store/` from one backup"
    )]
    KeeperOther {
        /// Where they differ.
        index: u64,
    },
    /// How far care saw the ledger go can't be read or written.
    #[error("`store/seen`: {0}")]
    Seen(#[source] std::io::Error),
    /// A unit of an import that came before this one failed (HTTP 503).
    #[error("a unit before this one was not imported; send both again")]
    Unfollowed,
    /// What was opened is not in the form that this program writes (HTTP 500).
    #[error("an entry of the record is not in a known form; upgrade this program")]
    UnknownForm,
}
