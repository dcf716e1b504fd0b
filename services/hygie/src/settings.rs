//! What an operator chooses: the command line wins over the environment, that over `hygie.toml`, that over defaults.
//!
//! A setting has one name: `health_listen` in the file, `--health-listen`, `HYGIE_HEALTH_LISTEN`.

mod budgets;
mod letters;
mod limits;
mod read;
#[cfg(test)]
mod tests;
mod values;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

pub use budgets::Budgets;
pub use letters::Letters;
pub use limits::Limits;
pub use read::{File, write_template};
pub use values::{BaseUrl, Days, Health, Level, NationalNumbers, Origin, Pause, SessionIdle, Zone};

use hygie_web::oidc;

use crate::arguments::Serve;
use crate::{Error, Home};

/// Where the FHIR API listens when nobody says.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8480);
/// Where health is told when nobody says and the FHIR API listens at [`LISTEN`].
const HEALTH: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8481);

/// Days after which what was not announced opens to the person, when nobody says.
const ANNOUNCEMENT: u16 = 30;

/// The settings of a served home, settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where the FHIR API listens.
    pub listen: SocketAddr,
    /// What links begin with; by default made of `listen`.
    pub base_url: Option<BaseUrl>,
    /// Where health, readiness and metrics are told, if anywhere.
    pub health: Option<SocketAddr>,
    /// Web origins whose pages may call the FHIR API.
    pub cors_origins: Vec<Origin>,
    /// A checkpoint of the ledger, kept elsewhere, from which it must go on.
    pub checkpoint: Option<PathBuf>,
    /// What the services log.
    pub log: Level,
    /// How long a service that ended by itself is left alone before it is started again.
    pub restart_pause: Pause,
    /// Where letters go.
    pub letters: Letters,
    /// How many persons each actor may meet in a day.
    pub budgets: Budgets,
    /// The file with the table of the campaign, if there is one.
    pub campaign: Option<PathBuf>,
    /// The file with the providers of identities by which people sign in, if there are any.
    pub providers: Option<PathBuf>,
    /// The matrix of authorisations; the example where there is none.
    pub matrix: Option<PathBuf>,
    /// FINESS numbers of the centres that regulate emergency calls.
    pub regulation_centres: Vec<String>,
    /// Days after which what was not announced opens to the person.
    pub announcement_days: u16,
    /// Which national numbers are taken in; by the kind of home where nobody says.
    pub national_numbers: Option<NationalNumbers>,
    /// After how long without use a session on the pages ends; by role where nobody says.
    pub session_idle: Option<SessionIdle>,
    /// In whose local time pages tell moments.
    pub time_zone: Zone,
    /// How much care takes on.
    pub limits: Limits,
}

impl Settings {
    /// The settings of `home` under what was `given` by command line and environment.
    ///
    /// # Errors
    /// [`Error::Settings`] when the home's file holds something that is no setting; [`Error::File`].
    pub fn of(home: &Home, given: Serve) -> Result<Self, Error> {
        let file = File::of(home)?;
        let path = home.settings();
        for (number, provider) in file.sign_in.provider.iter().enumerate() {
            // Care tries them too; here somebody is looking. The address is care's to say.
            if let Err(error) = oidc::Provider::new(provider, "https://localhost/") {
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                let lines = text.lines().enumerate();
                let mut tables = lines.filter(|(_, line)| line.trim() == "[[sign_in.provider]]");
                return Err(Error::Settings {
                    line: tables.nth(number).map_or(1, |(line, _)| line + 1),
                    path,
                    why: error.to_string(),
                });
            }
        }
        let campaign = file.campaign.is_some().then(|| path.clone());
        let providers = (!file.sign_in.provider.is_empty()).then_some(path);
        Ok(Self {
            campaign,
            providers,
            ..Self::settle(given, file)
        })
    }

    fn settle(given: Serve, file: File) -> Self {
        let listen = given.listen.or(file.listen).unwrap_or(LISTEN);
        let health = match given.health_listen.or(file.health_listen) {
            Some(Health::At(address)) => Some(address),
            Some(Health::Off) => None,
            // A second home on one machine is given another address, and must not want the same health port.
            None => (listen == LISTEN).then_some(HEALTH),
        };
        Self {
            listen,
            base_url: given.base_url.or(file.base_url),
            health,
            cors_origins: given.cors_origins.or(file.cors_origins).unwrap_or_default(),
            checkpoint: given.checkpoint.or(file.checkpoint),
            log: given.log.or(file.log).unwrap_or_default(),
            restart_pause: given
                .restart_pause
                .or(file.restart_pause)
                .unwrap_or_default(),
            letters: given.letters.or(file.letters.unwrap_or_default()),
            budgets: given.budgets.or(file.budgets.unwrap_or_default()),
            campaign: None,
            providers: None,
            matrix: given.matrix.or(file.matrix),
            regulation_centres: given
                .regulation_centres
                .or(file.regulation_centres)
                .unwrap_or_default(),
            announcement_days: given
                .announcement_days
                .or(file.announcement_days.map(Days::number))
                .unwrap_or(ANNOUNCEMENT),
            national_numbers: given.national_numbers.or(file.national_numbers),
            session_idle: given.session_idle.or(file.session_idle),
            time_zone: given.time_zone.or(file.time_zone).unwrap_or_default(),
            limits: given.limits.or(file.limits.unwrap_or_default()),
        }
    }
}
