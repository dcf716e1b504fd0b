//! `hygie serve`: keeper and care, watched, until told to stop.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::arguments::Serve;
use crate::lock::{Attempt, Lock, Use};
use crate::output::{Exit, Output};
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
    let mut launcher = Launcher::new(home, lock, Door::Listen(settings.clone()))?;
    let mut stop = Stop::new(home)?;
    let services = tokio::select! {
        services = launcher.start() => services?,
        () = stop.asked() => return Ok(Exit::Done),
    };
    announce(home, &settings, output);
    supervise(&mut launcher, services, pause, &mut stop, output).await;
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

/// Restarts what ends by itself. Care can't outlive the keeper it has its keys from: when the keeper ends,
/// both begin again, in order.
async fn supervise(
    launcher: &mut Launcher<'_>,
    mut services: Services,
    first: Duration,
    stop: &mut Stop,
    output: &Output,
) {
    let mut pause = first;
    let mut since = Instant::now();
    loop {
        let (how, keeper_ended) = tokio::select! {
            how = services.keeper.ended() => (how, true),
            how = services.care.ended() => (how, false),
            () = stop.asked() => break,
        };
        output.note(&format!("{how}; starting it again"));
        let Services { keeper, care } = services;
        // A keeper that still runs is kept; care is stopped, or is gone already.
        care.stop().await;
        let mut kept = if keeper_ended { None } else { Some(keeper) };
        services = loop {
            if since.elapsed() >= first * STEADY {
                pause = first;
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.asked() => return drop_kept(kept).await,
            }
            pause = (pause * 2).min(first * LONGEST);
            since = Instant::now();
            let attempt = tokio::select! {
                attempt = again(launcher, &mut kept) => attempt,
                () = stop.asked() => return drop_kept(kept).await,
            };
            match attempt {
                Ok(services) => break services,
                Err(error) => output.note(&error.to_string()),
            }
        };
        output.note("serving again");
    }
    services.stop().await;
}

/// Starts what is not running: the keeper unless `kept`, then care. A keeper that was started is kept
/// for the next attempt when care fails.
async fn again(launcher: &mut Launcher<'_>, kept: &mut Option<Service>) -> Result<Services, Error> {
    // The keeper may have ended too, while care was being started.
    if !kept.as_mut().is_some_and(Service::runs) {
        *kept = Some(launcher.keeper().await?);
    }
    let care = launcher.care().await?;
    let keeper = kept.take().expect("it was there or has just been started");
    Ok(Services { keeper, care })
}

async fn drop_kept(kept: Option<Service>) {
    if let Some(keeper) = kept {
        keeper.stop().await;
    }
}
