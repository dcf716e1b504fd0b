use clap::{Args, Subcommand, ValueEnum};
use hygie_keeper::notice::PersonId;

use super::person;

/// The commands on who acts for a person.
#[derive(Debug, Subcommand)]
pub enum MandateCommand {
    /// Let the owner of an account act for a person, as registers or a court say; prints the mandate's id
    Add(AddMandate),
    /// End a mandate
    End {
        /// The person
        #[arg(value_name = "PERSON", value_parser = person)]
        person: PersonId,
        /// The mandate's id
        #[arg(value_name = "MANDATE")]
        mandate: String,
    },
    /// Enter from which moment on a person is of age and acts alone: his eighteenth birthday, as it begins where he lives
    OfAge {
        /// The person
        #[arg(value_name = "PERSON", value_parser = person)]
        person: PersonId,
        /// The moment, as 2031-05-04T00:00:00+02:00
        #[arg(value_name = "INSTANT")]
        at: jiff::Timestamp,
    },
}

/// Who acts for whom.
#[derive(Debug, Args)]
pub struct AddMandate {
    /// The person
    #[arg(value_name = "PERSON", value_parser = person)]
    pub person: PersonId,
    /// The login name of who acts
    #[arg(value_name = "LOGIN")]
    pub login: String,
    /// As what
    #[arg(long, value_enum)]
    pub role: MandateRole,
    /// The name shown to the person
    #[arg(long)]
    pub name: String,
    /// The moment at which it ends, as 2031-05-04T00:00:00+02:00; a parent's ends by itself when the person is of age
    #[arg(long, value_name = "INSTANT")]
    pub until: Option<jiff::Timestamp>,
}

/// As what somebody acts whom registers or a court name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MandateRole {
    /// A parent of a minor
    Parent,
    /// A guardian
    Guardian,
}
