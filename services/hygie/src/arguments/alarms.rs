//! The words of `hygie actor` and `hygie alarms`.

use clap::{Args, Subcommand};
use hygie_keeper::notice::{ActorKind, Outcome};

/// The commands on actors.
#[derive(Debug, Subcommand)]
pub enum ActorCommand {
    /// Let nothing open for this actor any more, whatever token he shows
    Suspend {
        /// His role: holder, representative, professional, software, enrolment, support, app, crossing, sign-in or officer
        #[arg(value_name = "KIND", value_parser = kind)]
        kind: ActorKind,
        /// His number as his tokens and the alarms say it: RPPS, FINESS, person, account or name
        #[arg(value_name = "ID")]
        id: String,
        /// Why, for those who read the alarms
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
    },
    /// Let an actor in again
    Resume {
        /// His role
        #[arg(value_name = "KIND", value_parser = kind)]
        kind: ActorKind,
        /// His number
        #[arg(value_name = "ID")]
        id: String,
    },
    /// List who is suspended, since when and why
    List,
}

/// Which alarms are listed.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Alarms {
    /// Only from this number on
    #[arg(long, value_name = "N", default_value_t = 0, conflicts_with = "open")]
    pub from: u64,
    /// Only break-glass that waits for its review
    #[arg(long)]
    pub open: bool,
    /// What else to do.
    #[command(subcommand)]
    pub command: Option<AlarmsCommand>,
}

/// The commands on alarms.
#[derive(Debug, Subcommand)]
pub enum AlarmsCommand {
    /// Say what came of a break-glass
    Review {
        /// The alarm's number
        #[arg(value_name = "N")]
        number: u64,
        /// justified, to-clarify (it stays in the queue) or misuse
        #[arg(value_name = "OUTCOME", value_parser = outcome)]
        outcome: Outcome,
    },
}

fn kind(word: &str) -> Result<ActorKind, String> {
    ActorKind::from_word(word).ok_or_else(|| {
        let words: Vec<_> = ActorKind::ALL.iter().map(|kind| kind.word()).collect();
        format!("a role is one of {}", words.join(", "))
    })
}

fn outcome(word: &str) -> Result<Outcome, String> {
    Outcome::from_word(word).ok_or_else(|| {
        let words = Outcome::ALL.map(Outcome::word);
        format!("what came of it is one of {}", words.join(", "))
    })
}
