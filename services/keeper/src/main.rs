//! The keeper's program: makes a keeper, or runs one on its Unix socket.
//! It holds no rule of its own: all of it is in the crate hygie-keeper.
#![forbid(unsafe_code)]

mod budgets;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use budgets::Numbers;
use clap::{Args, Parser, Subcommand};
use hygie_keeper::{
    Budgets, Error, Home, Keeper, Passphrase, Proceed, Protection, Share, Terms, Unlock,
};
use hygie_notice::{SystemClock, SystemEntropy};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use zeroize::Zeroizing;

/// The system's allocator took a sixth of the processor time of a mix of reads and writes (decision 0005).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Where the passphrase is, for homes that have one.
const PASSPHRASE: &str = "HYGIE_PASSPHRASE";

/// Keeps the keys of Hygie: writes each opening down, then hands over the key.
#[derive(Parser)]
#[command(name = "hygie-keeper", version)]
struct Cli {
    /// The installation's home.
    #[arg(long, env = "HYGIE_HOME")]
    home: PathBuf,
    /// The least that our own code logs: off, error, warn, info, debug or trace; what it builds on
    /// logs warnings at most.
    #[arg(long, env = "HYGIE_LOG", default_value_t = LevelFilter::INFO)]
    log: LevelFilter,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make the keeper: keys, database, ledger.
    Init(Init),
    /// Run until SIGTERM or SIGINT; prints `ready` when it listens.
    Serve {
        /// Where the key file is now, when not where init left it.
        #[arg(long)]
        key_file: Option<PathBuf>,
        /// A checkpoint of the ledger that was kept elsewhere: a home whose ledger does not go on from it is
        /// not served.
        #[arg(long, env = "HYGIE_CHECKPOINT")]
        checkpoint: Option<PathBuf>,
        #[command(flatten)]
        budgets: Numbers,
    },
    /// Copy the keeper's database as it stands into a new file; prints how many events there are, and how
    /// often records ended.
    Backup {
        /// The first event wanted; those before it are in earlier parts.
        #[arg(long)]
        from: u64,
        /// The new file.
        #[arg(long)]
        part: PathBuf,
    },
    /// Make the keeper out of the parts of a backup; prints how many events there are.
    Restore {
        /// A home, or a folder laid out like one, with the keys that no backup holds.
        #[arg(long)]
        keys: PathBuf,
        /// Where the key file is now, when not where init left it.
        #[arg(long)]
        key_file: Option<PathBuf>,
        /// An opened share of an epoch's key; none where the database in --keys has it.
        #[arg(long)]
        share: Vec<PathBuf>,
        /// The parts, oldest first.
        #[arg(required = true)]
        parts: Vec<PathBuf>,
    },
    /// Print how often records ended, for a backup to see whether one did meanwhile.
    Endings,
    /// Put the root key under a new protection, by its custodians' shares.
    Recover {
        /// An opened share of the root key.
        #[arg(long, required = true)]
        share: Vec<PathBuf>,
        /// Protect it with this file, made when there is none.
        #[arg(long, conflicts_with = "passphrase_from_env")]
        key_file: Option<PathBuf>,
        /// Protect it with the passphrase in HYGIE_PASSPHRASE.
        #[arg(long)]
        passphrase_from_env: bool,
    },
    /// Print where each record ends, for care to hold a restored store against.
    Heads,
    /// Let a restored keeper serve.
    Proceed(Going),
}

/// Exactly one of them.
#[derive(Args)]
struct Going {
    /// The last checkpoint that anybody has: the restored ledger must hold all it counts.
    #[arg(long, required_unless_present = "new_epoch")]
    checkpoint: Option<PathBuf>,
    /// Go on as a past one, under the ledger's next name.
    #[arg(long, conflicts_with = "checkpoint")]
    new_epoch: bool,
    /// Where the key file is now, when not where init left it.
    #[arg(long)]
    key_file: Option<PathBuf>,
}

#[derive(Args)]
struct Init {
    /// Trust an issuer whose key lies in the home, so that tokens can be made for trying out.
    #[arg(long)]
    demo: bool,
    /// Name of the installation; the ledger is called `<name>/access`.
    #[arg(long, default_value = "hygie.localhost")]
    name: String,
    /// Protect the root key with this file, made when there is none [default: keeper/root.key].
    #[arg(long, conflicts_with = "passphrase_from_env")]
    key_file: Option<PathBuf>,
    /// Protect the root key with the passphrase in HYGIE_PASSPHRASE.
    #[arg(long)]
    passphrase_from_env: bool,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let (others, ours) = (cli.log.min(LevelFilter::WARN), cli.log);
    tracing_subscriber::fmt()
        .json()
        // A full disk takes no logs: the attempt to complain about that would panic.
        .log_internal_errors(false)
        .with_env_filter(EnvFilter::new(format!("{others},hygie={ours}")))
        .with_writer(std::io::stderr)
        .init();
    let home = Home::new(&cli.home);
    let outcome = hygie_keeper::hide_memory().and_then(|()| match cli.command {
        Command::Init(init) => make(&cli.home, init),
        Command::Serve {
            key_file,
            checkpoint,
            budgets,
        } => run(&home, key_file, checkpoint, budgets.settled()),
        Command::Backup { from, part } => hygie_keeper::backup(&home, from, &part)
            .and_then(|(events, endings)| say(&format!("{events} {endings}"))),
        Command::Endings => {
            hygie_keeper::endings(&home).and_then(|endings| say(&endings.to_string()))
        }
        Command::Recover {
            share,
            key_file,
            passphrase_from_env,
        } => shares(&share).and_then(|shares| {
            let protection = protection(passphrase_from_env, key_file)?;
            hygie_keeper::recover_root(&home, &shares, &protection, &SystemEntropy)
        }),
        Command::Restore {
            keys,
            key_file,
            share,
            parts,
        } => shares(&share)
            .and_then(|shares| {
                let keys = Home::new(keys);
                hygie_keeper::restore(&home, &keys, &unlock(key_file), &shares, &parts)
            })
            .and_then(|events| say(&events.to_string())),
        Command::Heads => hygie_keeper::heads(&home, &mut std::io::stdout().lock()),
        Command::Proceed(going) => proceed(&home, going),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hygie-keeper: {error}");
            ExitCode::from(code(&error))
        }
    }
}

/// 1 refused, 3 unavailable, 4 verification failed; 2, usage, is clap's.
fn code(error: &Error) -> u8 {
    match error {
        Error::LedgerAhead { .. }
        | Error::LedgerDiffers { .. }
        | Error::PastCheckpoint { .. }
        | Error::EventsBroken
        | Error::Ledger(hygie_ledger::Error::Behind { .. } | hygie_ledger::Error::Forked { .. }) => {
            4
        }
        error if error.is_damage() => 4,
        Error::Locked
        | Error::Unavailable(_)
        | Error::Io { .. }
        | Error::Database(_)
        | Error::Ledger(_) => 3,
        _ => 1,
    }
}

fn passphrase() -> Option<Passphrase> {
    std::env::var(PASSPHRASE).ok().map(Passphrase::new)
}

fn make(home: &std::path::Path, init: Init) -> Result<(), Error> {
    let protection = protection(init.passphrase_from_env, init.key_file)?;
    let origin = format!("{}/access", init.name);
    hygie_keeper::init(home, &protection, init.demo, &origin, &SystemEntropy)
}

fn protection(from_env: bool, key_file: Option<PathBuf>) -> Result<Protection, Error> {
    Ok(if from_env {
        Protection::Passphrase(passphrase().ok_or(Error::PassphraseWanted)?)
    } else {
        Protection::KeyFile(key_file)
    })
}

/// Opened shares out of their files.
fn shares(paths: &[PathBuf]) -> Result<Vec<Share>, Error> {
    let mut shares = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(path).map(Zeroizing::new);
        let text = text.map_err(|source| Error::Io {
            path: path.clone(),
            source,
        })?;
        shares.push(Share::parse(&text)?);
    }
    Ok(shares)
}

fn unlock(key_file: Option<PathBuf>) -> Unlock {
    Unlock {
        key_file,
        passphrase: passphrase(),
    }
}

fn proceed(home: &Home, going: Going) -> Result<(), Error> {
    let how = match going.checkpoint {
        Some(path) => Proceed::Current {
            checkpoint: std::fs::read_to_string(&path)
                .map_err(|source| Error::Io { path, source })?,
        },
        None => Proceed::NewEpoch,
    };
    how.apply(home, &unlock(going.key_file), &SystemClock, &SystemEntropy)
}

/// One thread speaks with everybody, and hands what is asked to the keeper's writer: more threads would wake
/// each other for less work than that costs.
#[tokio::main(flavor = "current_thread")]
async fn run(
    home: &Home,
    key_file: Option<PathBuf>,
    checkpoint: Option<PathBuf>,
    budgets: Budgets,
) -> Result<(), Error> {
    let known = checkpoint
        .map(|path| {
            std::fs::read_to_string(&path).map_err(|source| Error::Io {
                path: path.clone(),
                source,
            })
        })
        .transpose()?;
    SystemEntropy::gather();
    let unlock = unlock(key_file);
    // Signals are caught before anything is open, so that none ends the process half-way.
    let (mut term, mut int) = (
        catch(SignalKind::terminate())?,
        catch(SignalKind::interrupt())?,
    );
    hygie_keeper::end_with_launcher()
        .map_err(|error| Error::Unavailable(format!("it can't follow the launcher: {error}")))?;
    let terms = Terms {
        known: known.as_deref(),
        budgets,
    };
    let keeper = Keeper::start_under(
        home,
        &unlock,
        terms,
        Arc::new(SystemClock),
        Arc::new(SystemEntropy),
    )?;
    let listener = hygie_keeper::bind(&keeper)?;
    say("ready")?;
    let shutdown = async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
    };
    hygie_keeper::serve(keeper, listener, shutdown).await
}

fn catch(kind: SignalKind) -> Result<Signal, Error> {
    signal(kind).map_err(|error| Error::Unavailable(format!("signals can't be caught: {error}")))
}

/// One line for whoever started this process.
fn say(line: &str) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .map_err(|error| Error::Unavailable(format!("standard output is closed: {error}")))
}
