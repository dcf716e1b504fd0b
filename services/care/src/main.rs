//! The care process: opens the store, joins the keeper, and serves the FHIR API and the operator's socket.
//! It holds no keys of its own and decides nothing.
#![forbid(unsafe_code)]

mod drain;
mod health;

use std::fs::{File, TryLockError};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use clap::Parser;
use hygie_keeper::{Client, Home, load_issuer_key};
use hygie_notice::{SystemClock, SystemEntropy};
use hygie_portal::{Metrics, Settings, admin_router, pages_router, router};
use hygie_record::{Enrolment, Record};
use hygie_vault::{Sqlite, Vault};
use tokio::net::{TcpListener, UnixListener};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

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
    /// Where health, readiness and metrics are told; nowhere when not given. Keep it off the public
    /// network: it is not authenticated.
    #[arg(long, env = "HYGIE_HEALTH_LISTEN")]
    health: Option<SocketAddr>,
    /// Web origins whose pages may call the FHIR API (CORS), separated by commas.
    #[arg(long, env = "HYGIE_CORS_ORIGINS", value_delimiter = ',')]
    cors_origins: Vec<HeaderValue>,
    /// The least that our own code logs: off, error, warn, info, debug or trace. What it builds on never
    /// logs below warnings: at finer levels those show addresses and headers, which tell of people.
    #[arg(long, env = "HYGIE_LOG", default_value_t = LevelFilter::INFO)]
    log: LevelFilter,
    /// Serve the operator's socket only.
    #[arg(long, conflicts_with = "listen")]
    private: bool,
}

/// Why the process can't serve.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("another care process serves this home; stop it first")]
    Served,
    #[error("the socket's path `{0}` is longer than 100 bytes; choose a shorter home")]
    LongPath(PathBuf),
    #[error("{0}: {1}")]
    Io(&'static str, #[source] std::io::Error),
    #[error(transparent)]
    Vault(#[from] hygie_vault::Error),
    #[error(transparent)]
    Record(#[from] hygie_record::Error),
    #[error(transparent)]
    Keeper(#[from] hygie_keeper::Error),
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let (others, ours) = (options.log.min(LevelFilter::WARN), options.log);
    tracing_subscriber::fmt()
        .json()
        .with_writer(std::io::stderr)
        .with_env_filter(EnvFilter::new(format!("{others},hygie={ours}")))
        .init();
    match serve(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hygie-care: {error}");
            ExitCode::from(3)
        }
    }
}

async fn serve(options: Options) -> Result<(), Error> {
    // Folders stay in memory for minutes: none of it may end in a file.
    hygie_keeper::hide_memory()?;
    let store = options.home.join("store");
    std::fs::create_dir_all(&store)
        .map_err(|error| Error::Io("making the store's folder", error))?;
    let _lock = lock(&store.join("lock"))?;
    let base = options
        .base_url
        .unwrap_or_else(|| format!("http://{}/fhir", options.listen));
    let entropy = Arc::new(SystemEntropy);
    let vault = Vault::new(Sqlite::open(&store)?, entropy.clone());
    let keeper = Client::connect(&options.home.join("run").join("keeper.sock")).await?;
    let record = Record::join(keeper, vault, Arc::new(SystemClock), entropy).await?;
    let record = Arc::new(record);
    let key = load_issuer_key(Home::new(&options.home).enrolment_key(), "enrolment")?;
    let enrolment = Arc::new(Enrolment::new(Arc::clone(&record), key));

    let swept = Arc::clone(&record);
    tokio::spawn(async move {
        let mut minute = tokio::time::interval(Duration::from_secs(60));
        loop {
            minute.tick().await;
            swept.sweep();
        }
    });
    let admin = admin_socket(&options.home.join("run").join("admin.sock"))?;
    let requests = admin_router(Arc::clone(&record), Arc::clone(&enrolment), base.clone());
    let operator = axum::serve(admin, requests).with_graceful_shutdown(drain::asked());
    if options.private {
        println!("ready");
        return operator
            .await
            .map_err(|error| Error::Io("serving the operator", error));
    }
    let listener = TcpListener::bind(options.listen)
        .await
        .map_err(|error| Error::Io("listening for the FHIR API", error))?;
    let metrics = Arc::new(Metrics::default());
    if let Some(health) = options.health {
        health::listen(health, Arc::clone(&record), Arc::clone(&metrics))
            .await
            .map_err(|error| Error::Io("listening for health checks", error))?;
    }
    let settings = Settings {
        base,
        origins: options.cors_origins,
        metrics,
    };
    let pages = router(record, settings).merge(pages_router(enrolment));
    let pages = pages.into_make_service_with_connect_info::<SocketAddr>();
    let public = axum::serve(listener, pages).with_graceful_shutdown(drain::asked());
    println!("ready");
    let served = async { tokio::try_join!(operator.into_future(), public.into_future()) };
    drain::within_patience(served)
        .await
        .map_err(|error| Error::Io("serving", error))
}

/// One process a store: two would not see each other's writes in memory.
fn lock(path: &Path) -> Result<File, Error> {
    let file = File::create(path).map_err(|error| Error::Io("making the store's lock", error))?;
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
