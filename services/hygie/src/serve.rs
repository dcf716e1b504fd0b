//! `hygie serve`: keeper and care, watched, until told to stop.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::arguments::Serve;
use crate::ended::Ended;
use crate::lock::{Attempt, Lock, Use};
use crate::note;
use crate::output::{Exit, Output};
use crate::programs::{CARE, KEEPER};
use crate::reach::Stop;
use crate::services::{Door, Launcher, Service, Services};
use crate::settings::Settings;
use crate::{Error, Home};

/// How long another command on this home is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest pause before a restart, in first pauses; each pause is twice as long as the one before.
const LONGEST: u32 = 150;
/// A service that ran for this many first pauses is given the first pause again.
const STEADY: u32 = 10;

/// Serves `home` until SIGTERM, SIGINT or SIGHUP.
///
/// # Errors
/// [`Error::Settings`]; [`Error::InUse`] when the home is served already; those of starting, the first time.
pub async fn run(home: &Home, given: Serve, output: &Output) -> Result<Exit, Error> {
    home.check()?;
    let settings = Settings::of(home, given)?;
    let lock = match Lock::patiently(home, Use::Serve, PATIENCE).await? {
        Attempt::Taken(lock) => lock,
        Attempt::Served { by } | Attempt::Busy { by } => return Err(Error::InUse { by }),
    };
    let pause = settings.restart_pause.duration();
    let mut launcher = Launcher::new(home, lock, Door::Listen(Box::new(settings.clone())))?;
    let mut stop = Stop::new(home)?;
    let services = tokio::select! {
        services = launcher.start() => services?,
        () = stop.asked() => return Ok(Exit::Done),
    };
    announce(home, &settings, output);
    supervise(home, &mut launcher, services, pause, &mut stop).await;
    Ok(Exit::Done)
}

fn announce(home: &Home, settings: &Settings, output: &Output) {
    let fhir = format!("http://{}/fhir", settings.listen);
    let health = settings.health.map(|address| format!("http://{address}"));
    let told = health.as_ref().map_or_else(
        || "not told; health_listen in hygie.toml says where".to_owned(),
        |url| format!("{url}/health, /ready, /metrics"),
    );
    let admin = home.admin_socket();
    let text = format!(
        "FHIR API      {fhir}\nhealth        {told}\nadmin socket  {}\nlogs          {}\nserving; stop with Ctrl-C or SIGTERM",
        admin.display(),
        home.dir().join("log").display(),
    );
    let value = json!({
        "fhir": fhir,
        "health": health,
        "admin": admin,
        "pid": std::process::id(),
    });
    output.show(&text, &value);
}

/// Restarts what ends by itself, and leaves the other running: care answers 503 while the keeper is
/// away, and goes on when it is back.
async fn supervise(
    home: &Home,
    launcher: &mut Launcher<'_>,
    services: Services,
    first: Duration,
    stop: &mut Stop,
) {
    let Services { keeper, care } = services;
    let (mut keeper, mut care) = (Some(keeper), Some(care));
    let mut endings = Ended::none(home);
    let mut pause = first;
    let mut since = Instant::now();
    loop {
        let (program, (how, word)) = tokio::select! {
            how = ended(&mut keeper) => { keeper = None; (KEEPER, how) }
            how = ended(&mut care) => { care = None; (CARE, how) }
            () = stop.asked() => break,
        };
        note(&format!("{how}; starting it again"));
        counted(endings.count(program, &word));
        loop {
            if since.elapsed() >= first * STEADY {
                pause = first;
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.asked() => return end(keeper, care).await,
            }
            pause = (pause * 2).min(first * LONGEST);
            since = Instant::now();
            let attempt = tokio::select! {
                attempt = again(launcher, &mut keeper, &mut care) => attempt,
                () = stop.asked() => return end(keeper, care).await,
            };
            match attempt {
                Ok(()) => break,
                Err(error) => {
                    note(&error.to_string());
                    if let Error::ServiceStopped { program, .. } = error {
                        counted(endings.count(program, "start"));
                    }
                }
            }
        }
        note("serving again");
    }
    end(keeper, care).await;
}

/// Says what could not be written down; services are started again all the same.
fn counted(written: Result<(), Error>) {
    if let Err(error) = written {
        note(&error.to_string());
    }
}

/// Waits until the service ends; for ever when it does not run.
async fn ended(service: &mut Option<Service>) -> (String, String) {
    match service {
        Some(service) => service.ended().await,
        None => std::future::pending().await,
    }
}

/// Starts what is not running: the keeper first, which care needs to begin.
async fn again(
    launcher: &mut Launcher<'_>,
    keeper: &mut Option<Service>,
    care: &mut Option<Service>,
) -> Result<(), Error> {
    // Either may have ended while the other was being started.
    if !keeper.as_mut().is_some_and(Service::runs) {
        *keeper = Some(launcher.keeper().await?);
    }
    if !care.as_mut().is_some_and(Service::runs) {
        *care = Some(launcher.care().await?);
    }
    Ok(())
}

/// Stops care, which may still need the keeper, then the keeper.
async fn end(keeper: Option<Service>, care: Option<Service>) {
    if let Some(care) = care {
        care.stop().await;
    }
    if let Some(keeper) = keeper {
        keeper.stop().await;
    }
}
