//! The words of the command line.

mod account;
mod alarms;
mod campaign;
mod crossing;
mod desk;
mod keys;
mod mandate;
mod register;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use hygie_keeper::notice::PersonId;

use crate::settings::{
    BaseUrl, Budgets, Health, Letters, Level, Limits, NationalNumbers, Origin, Pause, SessionIdle,
    Zone,
};

pub use account::{AccountCommand, AddAccount};
pub use alarms::{ActorCommand, Alarms, AlarmsCommand};
pub use campaign::CampaignCommand;
pub use crossing::CrossingCommand;
pub use desk::DeskCommand;
pub use keys::{KeysCommand, Recover};
pub use mandate::{MandateCommand, MandateRole};
pub use register::{RegisterCommand, RegisterImport};

/// hygie: makes, serves and looks after a home, the folder that holds one installation
#[derive(Debug, Parser)]
#[command(name = "hygie", version, after_help = AFTER)]
pub struct Arguments {
    /// The home's folder
    #[arg(
        long,
        global = true,
        env = "HYGIE_HOME",
        value_name = "DIR",
        default_value = "hygie-home"
    )]
    pub home: PathBuf,
    /// Print exactly one JSON object on standard output
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const AFTER: &str =
    "exit codes: 0 done, 1 refused or incomplete, 2 usage, 3 unavailable, 4 verification failed";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a new home: its folders, its keys and an empty ledger
    Init(Init),
    /// Serve the home: keeper and care, each a process of its own, until SIGTERM or SIGINT
    Serve(Box<Serve>),
    /// Import FHIR R4 Bundles, NDJSON files and single resources
    Import(Import),
    /// Letters to the insured, and the spaces that follow
    #[command(subcommand)]
    Campaign(CampaignCommand),
    /// Act for the crossing to research, by crossing.key
    #[command(subcommand)]
    Crossing(CrossingCommand),
    /// Cases about people's rights over their data: those that wait, and what the officer granted
    #[command(subcommand)]
    Desk(DeskCommand),
    /// The register of the insured
    #[command(subcommand)]
    Register(RegisterCommand),
    /// List the ids of the persons, one a line
    Persons,
    /// Give everything of a person back as a Bundle
    Export {
        /// The person's id
        #[arg(value_name = "PERSON", value_parser = person)]
        person: PersonId,
        /// A file that does not exist yet, made readable by you alone; `-` is standard output [default: PERSON.json]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Show what the services say about themselves
    Status,
    /// Add a backup to a folder, while the home is served or not
    Backup {
        /// The folder of backups
        #[arg(value_name = "DIR")]
        dir: PathBuf,
        /// Who can open it, as age recipients; may be given more than once [default: what hygie.toml says]
        #[arg(
            long = "recipient",
            env = "HYGIE_BACKUP_RECIPIENTS",
            value_name = "AGE1",
            value_delimiter = ','
        )]
        backup_recipients: Vec<String>,
    },
    /// Make the identity that opens backups, in a new file
    BackupIdentity {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Make a home out of its backups; it does not serve before `proceed`
    Restore(Restore),
    /// Say what a restored home is, so that it serves
    Proceed(Proceed),
    /// Restore the backups into a folder that is thrown away, verify, and print the time it took
    Drill(Drill),
    /// Look after the keys: custodians, epochs, archives
    Keys {
        /// What to do with them.
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Erase a person's record: its keys are destroyed, its trail goes to the custodians
    Erase {
        /// The person's id
        #[arg(value_name = "PERSON", value_parser = person)]
        person: PersonId,
        /// A file that does not exist yet, for the proof [default: PERSON.erased]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// How many years custodians keep what they get [default: what hygie.toml says, else 10]
        #[arg(long, env = "HYGIE_ARCHIVE_YEARS", value_name = "N", value_parser = clap::value_parser!(u8).range(1..=50))]
        archive_years: Option<u8>,
    },
    /// Close a person's record: its keys go to the custodians, who open it together
    Close {
        /// The person's id
        #[arg(value_name = "PERSON", value_parser = person)]
        person: PersonId,
        /// How many years custodians keep what they get [default: what hygie.toml says, else 10]
        #[arg(long, env = "HYGIE_ARCHIVE_YEARS", value_name = "N", value_parser = clap::value_parser!(u8).range(1..=50))]
        archive_years: Option<u8>,
    },
    /// Open a closed record again, by opened shares of its custodians
    Reopen {
        /// The person's id
        #[arg(value_name = "PERSON", value_parser = person)]
        person: PersonId,
        /// An opened share of its archive; given once for each
        #[arg(long = "share", value_name = "FILE", required = true)]
        shares: Vec<PathBuf>,
    },
    /// Look after the ledger of openings
    Ledger {
        /// What to do with it.
        #[command(subcommand)]
        command: LedgerCommand,
    },
    /// Cut an actor off, from the very next request on, or let him in again
    Actor {
        /// What to do.
        #[command(subcommand)]
        command: ActorCommand,
    },
    /// List the alarms, or say what came of a break-glass
    Alarms(Alarms),
    /// Look after who acts for a person
    Mandate {
        /// What to do.
        #[command(subcommand)]
        command: MandateCommand,
    },
    /// Look after the accounts by which people sign in on the pages
    Account {
        /// What to do with them.
        #[command(subcommand)]
        command: AccountCommand,
    },
    /// Make a short-lived token that says who acts; in demo homes only
    DemoToken(DemoToken),
    /// Show the code of this moment of an authenticator's secret, for whoever has no authenticator at hand
    DemoCode {
        /// The secret: base 32, as the demo prints it
        #[arg(value_name = "SECRET")]
        secret: String,
    },
}

/// The commands on the ledger.
#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// Verify the whole ledger offline, with nothing but its files and its public key
    Verify {
        /// The ledger's folder [default: keeper/ledger of the home]
        #[arg(long, value_name = "DIR")]
        ledger: Option<PathBuf>,
        /// A checkpoint of this ledger that was kept elsewhere: the ledger must go on from it
        #[arg(long, value_name = "FILE", conflicts_with = "proof")]
        checkpoint: Option<PathBuf>,
        /// Verify this receipt, or tlog-proof, alone: it needs no ledger
        #[arg(long, value_name = "FILE", conflicts_with = "ledger")]
        proof: Option<PathBuf>,
        /// The public key, or the file that holds it [default: keeper/ledger.vkey of the home]
        #[arg(long, value_name = "FILE_OR_VKEY")]
        key: Option<String>,
    },
    /// Give a person his trail with all that proves it, as a file that `check` needs alone
    Prove {
        /// The person's id
        #[arg(value_name = "PERSON", value_parser = person)]
        person: PersonId,
        /// A file that does not exist yet, made readable by you alone; `-` is standard output [default: PERSON.trail]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Check such a file offline: whether anything was altered, or is missing between its first and its last event
    Check {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The ledger's public key, or the file that holds it [default: keeper/ledger.vkey of the home, else the file's own word]
        #[arg(long, value_name = "FILE_OR_VKEY")]
        key: Option<String>,
        /// Print the events too, one a line
        #[arg(long)]
        events: bool,
    },
}

/// How a home is made.
#[derive(Debug, Args)]
pub struct Init {
    /// Make a demo home, in which anybody with the folder can act as anybody
    #[arg(long)]
    pub demo: bool,
    /// The installation's name, which begins the ledger's origin
    #[arg(long)]
    pub name: Option<String>,
    /// Protect the keeper's root key with this file, which must be kept apart from the home
    #[arg(long, value_name = "PATH", conflicts_with = "passphrase")]
    pub key_file: Option<PathBuf>,
    /// Protect the keeper's root key with a passphrase, asked for or taken from HYGIE_PASSPHRASE
    #[arg(long)]
    pub passphrase: bool,
}

/// How a home is served; what is not said here is what `hygie.toml` says.
#[derive(Debug, Default, Args)]
#[command(
    after_help = "what is not said here or in the environment is what hygie.toml in the home says, then the default"
)]
pub struct Serve {
    /// Where the FHIR API and the pages listen [default: 127.0.0.1:8480]
    #[arg(long, env = "HYGIE_LISTEN", value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// What the addresses in answers begin with [default: made of --listen]
    #[arg(long, env = "HYGIE_BASE_URL", value_name = "URL")]
    pub base_url: Option<BaseUrl>,
    /// Where health, readiness and metrics are told, or `off` [default: 127.0.0.1:8481, and `off` when --listen has not its default]
    #[arg(long, env = "HYGIE_HEALTH_LISTEN", value_name = "ADDR")]
    pub health_listen: Option<Health>,
    /// Web origins whose pages may call the FHIR API, separated by commas [default: none]
    #[arg(
        long,
        env = "HYGIE_CORS_ORIGINS",
        value_name = "ORIGINS",
        value_delimiter = ','
    )]
    pub cors_origins: Option<Vec<Origin>>,
    /// A checkpoint of the ledger that was kept elsewhere: a home that does not go on from it is refused [default: none]
    #[arg(long, env = "HYGIE_CHECKPOINT", value_name = "FILE")]
    pub checkpoint: Option<PathBuf>,
    /// The least that is logged: error, warn, info or debug [default: info]
    #[arg(long, env = "HYGIE_LOG", value_name = "LEVEL")]
    pub log: Option<Level>,
    /// How many milliseconds a service that ended by itself is left alone before it is started again [default: 200]
    #[arg(long, env = "HYGIE_RESTART_PAUSE", value_name = "MS")]
    pub restart_pause: Option<Pause>,
    /// Where letters go.
    #[command(flatten, next_help_heading = "Letters, explained in hygie.toml")]
    pub letters: Letters,
    /// How many persons each actor may meet in a day.
    #[command(
        flatten,
        next_help_heading = "Budgets of persons, explained in hygie.toml"
    )]
    pub budgets: Budgets,
    /// The matrix of authorisations: which profession reads which class of documents [default: an example]
    #[arg(long, env = "HYGIE_MATRIX", value_name = "FILE")]
    pub matrix: Option<PathBuf>,
    /// FINESS numbers of the centres that regulate emergency calls, separated by commas [default: none]
    #[arg(
        long,
        env = "HYGIE_REGULATION_CENTRES",
        value_name = "NUMBERS",
        value_delimiter = ','
    )]
    pub regulation_centres: Option<Vec<String>>,
    /// Days, 0 to 365, after which what was not announced to the person opens to him [default: 30]
    #[arg(long, env = "HYGIE_ANNOUNCEMENT_DAYS", value_name = "DAYS", value_parser = clap::value_parser!(u16).range(0..=365))]
    pub announcement_days: Option<u16>,
    /// Which national numbers of persons are taken in: `real`, or `any` where nobody is real [default: real, in a demo home any]
    #[arg(long, env = "HYGIE_NATIONAL_NUMBERS", value_name = "WORD")]
    pub national_numbers: Option<NationalNumbers>,
    /// After how many seconds without use, 1 to 3600, a session on the pages ends [default: by role]
    #[arg(long, env = "HYGIE_SESSION_IDLE", value_name = "SECONDS")]
    pub session_idle: Option<SessionIdle>,
    /// In whose local time the pages tell moments: a name of the IANA time zone database [default: Europe/Paris]
    #[arg(long, env = "HYGIE_TIME_ZONE", value_name = "ZONE")]
    pub time_zone: Option<Zone>,
    /// How much care takes on.
    #[command(flatten, next_help_heading = "Load, explained in hygie.toml")]
    pub limits: Limits,
}

/// What is imported, and how.
#[derive(Debug, Args)]
pub struct Import {
    /// Files, or folders walked for *.json and *.ndjson
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The system the records come from; the same record of the same source is taken once
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Where to list what was rejected, and why [default: rejects-TIME.ndjson in the home]
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
}

/// What a home is made of again.
#[derive(Debug, Args)]
pub struct Restore {
    /// The folder of backups
    #[arg(value_name = "DIR")]
    pub from: PathBuf,
    /// The identity that opens them
    #[arg(long, value_name = "FILE")]
    pub identity: PathBuf,
    /// The keys that no backup holds: the old home, or a folder laid out like one
    #[arg(long, value_name = "DIR")]
    pub keys: PathBuf,
    /// The ledger's public key, or the file that holds it [default: keeper/ledger.vkey of --keys]
    #[arg(long, value_name = "FILE_OR_VKEY")]
    pub key: Option<String>,
    /// An opened share of an epoch's key, given once for each; none while --keys is the home that was backed up
    #[arg(long = "share", value_name = "FILE")]
    pub shares: Vec<PathBuf>,
    /// The last checkpoint that anybody has: shows that nothing is missing
    #[arg(long, value_name = "FILE")]
    pub checkpoint: Option<PathBuf>,
    /// Go on as a past one, under the ledger's next name
    #[arg(long, conflicts_with = "checkpoint")]
    pub new_epoch: bool,
}

impl Restore {
    /// What was said of how to go on.
    pub fn going(&self) -> Option<Proceed> {
        (self.new_epoch || self.checkpoint.is_some()).then(|| Proceed {
            checkpoint: self.checkpoint.clone(),
            new_epoch: self.new_epoch,
        })
    }
}

/// What a restored home is: exactly one of them.
#[derive(Debug, Args)]
pub struct Proceed {
    /// The last checkpoint that anybody has: the restored ledger must hold all it counts
    #[arg(long, value_name = "FILE", required_unless_present = "new_epoch")]
    pub checkpoint: Option<PathBuf>,
    /// Go on as a past one, under the ledger's next name, which all later checkpoints show
    #[arg(long, conflicts_with = "checkpoint")]
    pub new_epoch: bool,
}

/// What is tried out.
#[derive(Debug, Args)]
pub struct Drill {
    /// The folder of backups
    #[arg(value_name = "DIR")]
    pub from: PathBuf,
    /// The identity that opens them
    #[arg(long, value_name = "FILE")]
    pub identity: PathBuf,
    /// An opened share of an epoch's key, given once for each, to try these out too [default: the home's own keys]
    #[arg(long = "share", value_name = "FILE")]
    pub shares: Vec<PathBuf>,
}

/// Who a demo token speaks for.
#[derive(Debug, Args)]
pub struct DemoToken {
    /// The actor.
    #[command(flatten)]
    pub who: Who,
    /// The structure a professional acts for, by FINESS number
    #[arg(long, value_name = "FINESS", conflicts_with_all = ["holder", "software"], value_parser = national_number)]
    pub structure: Option<String>,
    /// The name shown to the holder
    #[arg(long)]
    pub name: Option<String>,
    /// Profession code, value set J01 [default: G15_10, doctor]
    #[arg(long, value_name = "CODE", conflicts_with_all = ["holder", "software"])]
    pub profession: Option<String>,
    /// Sector code, value set J02 [default: SA01, public hospital]
    #[arg(long, value_name = "CODE", conflicts_with = "holder")]
    pub sector: Option<String>,
    /// How long the token is good for, 1 to 15 minutes
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=15))]
    pub minutes: u64,
}

/// Exactly one of them.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Who {
    /// The person whose space it is
    #[arg(long, value_name = "PERSON", value_parser = person)]
    pub holder: Option<PersonId>,
    /// A professional, by RPPS number
    #[arg(long, value_name = "RPPS", value_parser = national_number)]
    pub professional: Option<String>,
    /// A structure's software, by FINESS number
    #[arg(long, value_name = "FINESS", value_parser = national_number)]
    pub software: Option<String>,
}

fn person(text: &str) -> Result<PersonId, String> {
    text.parse()
        .map_err(|error: hygie_keeper::notice::Error| error.to_string())
}

/// RPPS and FINESS numbers as far as a token needs them: care checks them for good.
fn national_number(text: &str) -> Result<String, &'static str> {
    // FINESS numbers of Corsica hold a letter (2A, 2B).
    let plain = !text.is_empty()
        && text.len() <= 20
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if plain {
        Ok(text.to_owned())
    } else {
        Err(
            "an RPPS number has 11 digits and a FINESS number 9 characters; write it without spaces",
        )
    }
}
