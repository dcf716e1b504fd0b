use clap::{Args, Subcommand};
use hygie_keeper::notice::PersonId;

use super::{national_number, person};

/// The commands on accounts.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Make an account, or let its owner act in one more role; prints the link by which he chooses how to sign in
    Add(Box<AddAccount>),
    /// Print a new link for an account, whose owner lost what he signs in with; the one before is worth nothing
    Invite {
        /// The login name
        #[arg(value_name = "LOGIN")]
        login: String,
    },
    /// Close an account: nothing signs in to it any more, and whoever is in is out; `invite` opens it again
    Close {
        /// The login name
        #[arg(value_name = "LOGIN")]
        login: String,
    },
    /// Let whoever signs in at a provider of identities in to this account: both are of one person, for which you vouch
    Link {
        /// The login name
        #[arg(value_name = "LOGIN")]
        login: String,
        /// The provider's issuer, exactly as it writes it (`iss`)
        #[arg(long, value_name = "ISS")]
        issuer: String,
        /// Who he is there (`sub`)
        #[arg(long, value_name = "SUB")]
        subject: String,
    },
}

/// Whose account, and as whom he acts.
#[derive(Debug, Args)]
pub struct AddAccount {
    /// The login name: 3 to 64 letters without accents, digits and . _ - @ +
    #[arg(value_name = "LOGIN")]
    pub login: String,
    /// The role.
    #[command(flatten)]
    pub role: Role,
    /// The name shown to the holder of a record
    #[arg(long)]
    pub name: Option<String>,
    /// A professional's profession, value set J01 [default: G15_10, doctor]
    #[arg(long, value_name = "CODE", requires = "professional")]
    pub profession: Option<String>,
    /// A professional's sector, value set J02 [default: SA01, public hospital]
    #[arg(long, value_name = "CODE", requires = "professional")]
    pub sector: Option<String>,
    /// The structure that a professional acts for, by FINESS number
    #[arg(long, value_name = "FINESS", requires = "professional", value_parser = national_number)]
    pub structure: Option<String>,
    /// The care team that a professional acts in
    #[arg(long, value_name = "TEAM", requires = "professional")]
    pub team: Option<String>,
    /// The language of pages and letters: fr or en
    #[arg(long, default_value = "fr", value_parser = ["fr", "en"])]
    pub language: String,
    /// In demo homes only: choose a password and an authenticator's secret here, and print them
    #[arg(long)]
    pub demo: bool,
}

/// Exactly one of them.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Role {
    /// The person whose space it is
    #[arg(long, value_name = "PERSON", value_parser = person)]
    pub holder: Option<PersonId>,
    /// The person that somebody else acts for; that he may is written in that person's rights
    #[arg(long, value_name = "PERSON", value_parser = person)]
    pub representative: Option<PersonId>,
    /// A professional, by RPPS number
    #[arg(long, value_name = "RPPS", value_parser = national_number)]
    pub professional: Option<String>,
    /// A support agent, who sees no health data
    #[arg(long)]
    pub support: bool,
    /// A data-protection officer, who answers cases about people's rights, and sees no health data
    #[arg(long)]
    pub officer: bool,
    /// An operator, who sees no health data
    #[arg(long)]
    pub operator: bool,
}
