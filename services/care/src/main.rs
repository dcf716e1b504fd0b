//! The care process: opens the store, joins the keeper, and serves the FHIR API, the pages and the operator's socket.
//! It holds no key of a record, only those of its own roles, and decides nothing.
#![forbid(unsafe_code)]

mod campaign;
mod clock;
mod desk;
mod drain;
mod health;
mod letters;
mod limits;
mod look;
mod restore;
mod serving;
mod terms;

use std::fs::{File, TryLockError};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use clap::{Parser, Subcommand};
use hygie_enrolment::{Calendar, Enrolment};
use hygie_keeper::{Client, Home, end_with_launcher, load_issuer_key};
use hygie_letters::Notifier;
use hygie_notice::{SystemClock, SystemEntropy};
use hygie_portal::{
    Gate, Metrics, PageSettings, Settings, Site, TimeZone, admin_router, oidc, pages_router, router,
};
use hygie_record::accounts::Accounts;
use hygie_record::policy::MatrixFault;
use hygie_record::{Record, Roll, Seen};
use hygie_vault::{Sqlite, Vault};
use tokio::net::{TcpListener, UnixListener};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use drain::Why;
use letters::Letters;
use limits::Limits;
use terms::Laid;

/// The system's allocator took a sixth of the processor time of a mix of reads and writes (decision 0005).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Serves one home's records.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// The home's folder.
    #[arg(long, env = "HYGIE_HOME")]
    home: PathBuf,
    /// Where the FHIR API listens.
    #[arg(long, env = "HYGIE_LISTEN", default_value = "127.0.0.1:8480")]
    listen: SocketAddr,
    /// The address that links and fullUrls begin with; by default that of `--listen`.
    #[arg(long, env = "HYGIE_BASE_URL")]
    base_url: Option<String>,
    /// After how many seconds without use a session on the pages ends; by role when not said.
    #[arg(long, env = "HYGIE_SESSION_IDLE", value_parser = clap::value_parser!(u64).range(1..=3600))]
    session_idle: Option<u64>,
    /// In whose local time the pages tell moments: a zone's name in the IANA time zone database.
    #[arg(long, env = "HYGIE_TIME_ZONE", default_value = "Europe/Paris", value_parser = TimeZone::get)]
    time_zone: TimeZone,
    /// A file with the providers of identities by which people sign in: its `[[sign_in.provider]]` tables.
    #[arg(long, env = "HYGIE_PROVIDERS")]
    providers: Option<PathBuf>,
    /// A file with who writes the campaign's letters and who prints them: its table `[campaign]`.
    #[arg(long, env = "HYGIE_CAMPAIGN")]
    campaign: Option<PathBuf>,
    /// Where health, readiness and metrics are told; nowhere when not given. Keep it off the public
    /// network: it is not authenticated.
    #[arg(long, env = "HYGIE_HEALTH_LISTEN")]
    health: Option<SocketAddr>,
    /// Web origins whose pages may call the FHIR API (CORS), separated by commas.
    #[arg(long, env = "HYGIE_CORS_ORIGINS", value_delimiter = ',', value_parser = origin)]
    cors_origins: Vec<HeaderValue>,
    /// The least that our own code logs: off, error, warn, info, debug or trace. What it builds on never
    /// logs below warnings: at finer levels those show addresses and headers, which tell of people.
    #[arg(long, env = "HYGIE_LOG", default_value_t = LevelFilter::INFO)]
    log: LevelFilter,
    /// Serve the operator's socket only.
    #[arg(long, conflicts_with = "listen")]
    private: bool,
    #[command(flatten)]
    letters: Letters,
    #[command(flatten)]
    terms: Laid,
    #[command(flatten)]
    limits: Limits,
    /// To serve is what it does when nothing else is said.
    #[command(subcommand)]
    command: Option<Command>,
}

/// How long letters about the last news may take at the end.
const LAST_LETTERS: Duration = Duration::from_secs(3);

#[derive(Subcommand)]
enum Command {
    /// Make the store out of the parts of a backup.
    Restore(restore::Restore),
}

/// An origin that browsers send; each is named, since records are for nobody's pages by default.
fn origin(text: &str) -> Result<HeaderValue, &'static str> {
    let why = "an origin is like `https://app.example` or `https://app.example:8443`; each is named, `*` is none";
    let named = text
        .split_once("://")
        .is_some_and(|(scheme, host)| !scheme.is_empty() && !host.is_empty());
    if !named || text.contains(['*', ' ']) || text.ends_with('/') {
        return Err(why);
    }
    HeaderValue::from_str(text).map_err(|_| why)
}

/// Why the process can't serve.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("another care process serves this home; stop it first")]
    Served,
    #[error("`{path}`: [campaign] {why}")]
    Campaign { path: String, why: String },
    #[error("the socket's path `{0}` is longer than 100 bytes; choose a shorter home")]
    LongPath(PathBuf),
    #[error("there is a store in this home already; restore into a new home")]
    StoreThere,
    #[error("the heads are not those that hygie-keeper prints; it must be of the same version")]
    Heads,
    #[error(
        "the store failed while committing: what the disk holds is not known; check it, and start again"
    )]
    StoreFailed,
    #[error(
        "the keeper was exchanged for one of an earlier day; restore `keeper/` and `store/` from one backup"
    )]
    KeeperExchanged,
    #[error("the matrix of authorisations `{0}`: {1}")]
    Matrix(PathBuf, #[source] MatrixFault),
    #[error("{0}: {1}")]
    Io(&'static str, #[source] std::io::Error),
    #[error(transparent)]
    Vault(#[from] hygie_vault::Error),
    #[error(transparent)]
    Record(#[from] hygie_record::Error),
    #[error(transparent)]
    Keeper(#[from] hygie_keeper::Error),
    #[error("letters: {0}")]
    Letters(#[from] hygie_letters::Error),
    #[error("letters go to a mail server or into a folder; leave out `smtp` or `folder`")]
    TwoPlaces,
    #[error("`{path}`, {why}")]
    Providers { path: String, why: String },
    #[error(transparent)]
    Provider(#[from] oidc::Error),
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let (others, ours) = (options.log.min(LevelFilter::WARN), options.log);
    tracing_subscriber::fmt()
        .json()
        // A full disk takes no logs: the attempt to complain about that would panic.
        .log_internal_errors(false)
        .with_writer(std::io::stderr)
        .with_env_filter(EnvFilter::new(format!("{others},hygie={ours}")))
        .init();
    let done = match &options.command {
        Some(Command::Restore(wish)) => restore::run(&options.home, wish).await,
        None => serve(options).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hygie-care: {error}");
            ExitCode::from(code(&error))
        }
    }
}

impl Why {
    /// What the process ends with.
    fn outcome(self) -> Result<(), Error> {
        match self {
            Self::Asked => Ok(()),
            Self::Store => Err(Error::StoreFailed),
            Self::Keeper => Err(Error::KeeperExchanged),
        }
    }
}

/// 3 unavailable, 4 verification failed; 2, usage, is clap's.
fn code(error: &Error) -> u8 {
    match error {
        Error::Vault(
            hygie_vault::Error::Damaged(_)
            | hygie_vault::Error::RolledBack { .. }
            | hygie_vault::Error::Forked { .. }
            | hygie_vault::Error::Conflict
            | hygie_vault::Error::BackupMalformed(_),
        )
        | Error::Record(
            hygie_record::Error::KeeperOlder { .. } | hygie_record::Error::KeeperOther { .. },
        )
        | Error::KeeperExchanged => 4,
        _ => 3,
    }
}

impl Options {
    /// What the addresses in answers begin with.
    fn base(&self) -> String {
        let own = || format!("http://{}/fhir", self.listen);
        self.base_url.clone().unwrap_or_else(own)
    }
}

/// What a home is served with.
struct Opened {
    record: Arc<Record>,
    enrolment: Arc<Enrolment>,
    accounts: Arc<Accounts>,
    seen: Arc<Seen>,
}

/// Opens the home's store and joins its keeper; folders that stayed their time in memory are dropped
/// each minute from then on.
async fn open(options: &Options) -> Result<Opened, Error> {
    SystemEntropy::gather();
    let entropy = Arc::new(SystemEntropy);
    let store = Sqlite::open(&options.home.join("store"))?;
    let vault = Vault::new(store, entropy.clone());
    let keeper = Client::connect(&options.home.join("run").join("keeper.sock"))
        .await?
        .with_patience(options.limits.keeper());
    let record = Record::join(keeper, vault, Arc::new(SystemClock), entropy)
        .await?
        .under(options.terms.terms(&options.home)?)
        .keeping_warm(options.limits.warm());
    let record = match options.terms.national_numbers {
        Some(numbers) => record.taking(numbers),
        None => record,
    };
    let record = Arc::new(record);
    let home = Home::new(&options.home);
    let key = load_issuer_key(home.enrolment_key(), "enrolment")?;
    let place = (options.home.as_path(), options.campaign.as_deref());
    let enrolment = campaign::enrolment(
        (place.0, place.1, &options.base()),
        Roll::new(Arc::clone(&record), key),
        Calendar::new(options.time_zone.clone()),
        options.letters.mails(&options.home, &options.base())?,
    )?;
    let mailbox = options.letters.mailbox(&options.home, &options.base())?;
    let enrolment = match mailbox {
        Some((mailbox, site)) => enrolment.mailing_codes(mailbox, site),
        None => enrolment,
    };
    let texts = options.letters.texts(&options.home, &options.base())?;
    let enrolment = Arc::new(match texts {
        Some(texts) => enrolment.texting(texts),
        None => enrolment,
    });
    publish_key(&enrolment, &options.home).await?;
    let key = load_issuer_key(home.sign_in_key(), "sign-in")?;
    let accounts = Arc::new(Accounts::new(Arc::clone(&record), key));
    let seen = Arc::new(Seen::hold(&record, &options.home.join("store").join("seen")).await?);
    // What a crash kept of erased records goes before anybody is served.
    let forgotten = record.forget_erased().await?;
    if forgotten > 0 {
        tracing::info!(forgotten, "records that were erased are forgotten");
    }
    let swept = Arc::clone(&record);
    tokio::spawn(async move {
        let mut minute = tokio::time::interval(Duration::from_secs(60));
        loop {
            minute.tick().await;
            swept.sweep();
        }
    });
    tokio::spawn(sweep_documents(Arc::clone(&record)));
    Ok(Opened {
        record,
        enrolment,
        accounts,
        seen,
    })
}

/// Lays out the public key of the list of oppositions, for the crossing to check it by.
async fn publish_key(enrolment: &Enrolment, home: &Path) -> Result<(), Error> {
    let key = enrolment.oppositions_verifier().await?;
    std::fs::write(home.join("run/oppositions.vkey"), format!("{key}\n"))
        .map_err(|error| Error::Io("laying out the key of the list of oppositions", error))
}

/// The providers of identities in a file of settings.
fn providers(file: Option<&Path>) -> Result<Vec<oidc::Settings>, Error> {
    let Some(path) = file else {
        return Ok(Vec::new());
    };
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::Io("reading the providers of identities", error))?;
    oidc::Settings::read(&text).map_err(|why| Error::Providers {
        path: path.display().to_string(),
        why,
    })
}

/// Sessions that are over are forgotten each minute.
async fn sweep_sessions(site: Arc<Site>) {
    let mut minute = tokio::time::interval(Duration::from_secs(60));
    loop {
        minute.tick().await;
        site.sweep();
    }
}

/// At the start, and then each hour: documents that no entry claimed and nobody is sending are removed.
async fn sweep_documents(record: Arc<Record>) {
    let mut hour = tokio::time::interval(Duration::from_secs(60 * 60));
    loop {
        hour.tick().await;
        match record.sweep_documents().await {
            Ok(0) => {}
            Ok(swept) => tracing::info!(swept, "documents that nobody refers to were removed"),
            Err(error) => {
                tracing::warn!(%error, "documents were not swept; the next sweep goes on")
            }
        }
    }
}

async fn serve(options: Options) -> Result<(), Error> {
    end_with_launcher().map_err(|error| Error::Io("following the launcher", error))?;
    // Folders stay in memory for minutes: none of it may end in a file.
    hygie_keeper::hide_memory()?;
    let _lock = lock(&options.home.join("store"))?;
    let Opened {
        record,
        enrolment,
        accounts,
        seen,
    } = open(&options).await?;
    let base = options.base();
    let letters = options.letters.begin(&options.home, &base)?;
    let told = letters.iter().map(|one| letters::Told(Arc::clone(one)));
    told.for_each(|told| record.tell_by(Arc::new(told)));
    let (metrics, last) = (Arc::new(Metrics::default()), Arc::clone(&record));
    tokio::spawn(clock::watch(Arc::clone(&metrics)));
    campaign::begin(&enrolment, options.private);
    desk::begin(&enrolment, &options)?;
    let older = look::begin(Arc::clone(&record), Arc::clone(&seen));
    let (draining, why) = drain::begin(Arc::clone(&record), Arc::clone(&metrics), older);
    let load = options.limits.requests();
    let gate = Gate::new(load, Arc::clone(&record), Arc::clone(&metrics));
    let admin = admin_socket(&options.home.join("run").join("admin.sock"))?;
    let requests = admin_router(Arc::clone(&enrolment), Arc::clone(&accounts), base.clone());
    let operator = axum::serve(admin, gate.before_operator(requests))
        .with_graceful_shutdown(drain::asked(draining.clone()));
    let bounds = options.limits.connections();
    let public = if options.private {
        None
    } else {
        let listener = TcpListener::bind(options.listen).await;
        let listener = listener.map_err(|error| Error::Io("listening for the FHIR API", error))?;
        let told = health::Told {
            record: Arc::clone(&record),
            metrics: Arc::clone(&metrics),
            gate: Arc::clone(&gate),
            letters: letters.clone(),
            ended: options.home.join("run").join("ended"),
            draining: draining.clone(),
        };
        tell_health(options.health, told).await?;
        let settings = PageSettings {
            base: base.clone(),
            idle: options.session_idle.map(Duration::from_secs),
            zone: Some(options.time_zone),
        };
        let born = Arc::clone(&enrolment);
        let site = site(enrolment, accounts, &settings, options.providers.as_deref())?;
        let settings = Settings {
            base,
            origins: options.cors_origins,
            metrics: Arc::clone(&metrics),
        };
        let pages = gate.before(router(born, record, settings).merge(pages_router(site)));
        let drain = draining.clone();
        Some(serving::serve(listener, pages, bounds, metrics, drain))
    };
    println!("ready");
    let operator = drain::operator(operator.into_future(), draining, bounds.drain);
    let public = async {
        if let Some(public) = public {
            public.await;
        }
    };
    let (operator, ()) = tokio::join!(operator, public);
    operator.map_err(|error| Error::Io("serving the operator", error))?;
    finish(&last, &seen, letters).await;
    why.await.map_or(Ok(()), Why::outcome)
}

/// What is left to do once nobody is served any more.
async fn finish(record: &Record, seen: &Seen, letters: Option<Arc<Notifier>>) {
    record.settled().await;
    if let Some(letters) = letters {
        letters.close(LAST_LETTERS).await;
    }
    look::last(record, seen).await;
}

/// The pages, whose sessions that are over are forgotten each minute.
fn site(
    enrolment: Arc<Enrolment>,
    accounts: Arc<Accounts>,
    settings: &PageSettings,
    elsewhere: Option<&Path>,
) -> Result<Arc<Site>, Error> {
    let site = Site::new(enrolment, accounts, settings).with(&providers(elsewhere)?)?;
    let site = Arc::new(site);
    tokio::spawn(sweep_sessions(Arc::clone(&site)));
    Ok(site)
}

/// Tells health where the operator wants it told, if anywhere.
async fn tell_health(at: Option<SocketAddr>, told: health::Told) -> Result<(), Error> {
    let Some(at) = at else { return Ok(()) };
    let listening = health::listen(at, told).await;
    listening.map_err(|error| Error::Io("listening for health checks", error))
}

/// One process a store: two would not see each other's writes in memory.
fn lock(store: &Path) -> Result<File, Error> {
    std::fs::create_dir_all(store)
        .map_err(|error| Error::Io("making the store's folder", error))?;
    let file = File::create(store.join("lock"));
    let file = file.map_err(|error| Error::Io("making the store's lock", error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Served),
        Err(TryLockError::Error(error)) => Err(Error::Io("locking the store", error)),
    }
}

fn admin_socket(path: &Path) -> Result<UnixListener, Error> {
    if path.as_os_str().len() > 100 {
        return Err(Error::LongPath(path.to_owned()));
    }
    // The store's lock is held: a socket that is still there belongs to a process that is gone.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Error::Io("removing the old socket", error));
        }
        _ => {}
    }
    let listener =
        UnixListener::bind(path).map_err(|error| Error::Io("listening for the operator", error))?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
        .map_err(|error| Error::Io("closing the socket to others", error))?;
    Ok(listener)
}
