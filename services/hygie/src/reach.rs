//! A command that needs the services: those that run, else ones started for it alone.

use std::time::{Duration, Instant};

use tokio::signal::unix::{SignalKind, signal};

use crate::client::Client;
use crate::lock::{Attempt, Lock, Use};
use crate::services::{Door, Launcher};
use crate::{Error, Home};

/// How long services that are starting, or another command, are waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a served home may be without its admin socket before that is an error.
const GRACE: Duration = Duration::from_secs(15);

/// Does `job` with a client of care; starts keeper and care without a public port when nobody serves the home,
/// and stops them after.
///
/// # Errors
/// What `job` says, [`Error::InUse`], [`Error::Unreachable`], [`Error::Interrupted`], and those of starting.
pub async fn with<T>(
    home: &Home,
    job: impl AsyncFnOnce(&Client) -> Result<T, Error>,
) -> Result<T, Error> {
    home.check()?;
    let client = Client::new(home)?;
    let Some(lock) = lock_unless_served(home, &client).await? else {
        return job(&client).await;
    };
    let mut launcher = Launcher::new(home, lock, Door::Private)?;
    // Before anything is started, so that a signal never leaves services behind.
    let mut stop = Stop::new(home)?;
    let services = tokio::select! {
        services = launcher.start() => services?,
        () = stop.asked() => return Err(Error::Interrupted),
    };
    let result = tokio::select! {
        result = job(&client) => result,
        () = stop.asked() => Err(Error::Interrupted),
    };
    services.stop().await;
    result
}

/// The same for what the keeper alone answers: one that runs is asked, whatever care does meanwhile.
///
/// # Errors
/// As [`with`].
pub async fn keeper<T>(
    home: &Home,
    job: impl AsyncFnOnce(&Client) -> Result<T, Error>,
) -> Result<T, Error> {
    home.check()?;
    let client = Client::new(home)?;
    if client.reach_keeper(home).await {
        return job(&client).await;
    }
    with(home, job).await
}

/// The lock, or nothing when the services of somebody else answer.
async fn lock_unless_served(home: &Home, client: &Client) -> Result<Option<Lock>, Error> {
    let end = Instant::now() + GRACE;
    loop {
        match Lock::patiently(home, Use::Command, PATIENCE).await? {
            // Programs that something else than `hygie serve` started hold no lock of ours, yet answer.
            Attempt::Taken(_) if client.reach().await.is_ok() => return Ok(None),
            Attempt::Taken(lock) => return Ok(Some(lock)),
            Attempt::Busy { by } => return Err(Error::InUse { by }),
            Attempt::Served { by } => match client.reach().await {
                Ok(()) => return Ok(None),
                Err(source) if Instant::now() >= end => {
                    let socket = home.admin_socket();
                    return Err(Error::Unreachable { by, socket, source });
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            },
        }
    }
}

/// The wish to stop: SIGTERM, SIGINT or SIGHUP.
#[derive(Debug)]
pub struct Stop {
    signals: [tokio::signal::unix::Signal; 3],
}

impl Stop {
    /// Takes the three signals over from the operating system's defaults.
    ///
    /// # Errors
    /// [`Error::File`] when that is not allowed.
    pub fn new(home: &Home) -> Result<Self, Error> {
        let take = |kind| {
            signal(kind)
                .map_err(|source| Error::file("take over the signals for", home.dir(), source))
        };
        Ok(Self {
            signals: [
                take(SignalKind::terminate())?,
                take(SignalKind::interrupt())?,
                take(SignalKind::hangup())?,
            ],
        })
    }

    /// Returns when one of them came.
    pub async fn asked(&mut self) {
        let [terminate, interrupt, hangup] = &mut self.signals;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}
