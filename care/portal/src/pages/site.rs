use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use hygie_enrolment::Enrolment;
use hygie_record::Record;
use hygie_record::accounts::Accounts;
use hygie_record::notice::{ActorKind, ActorRef};
use hygie_web::oidc::{self, Provider, Waiting};
use hygie_web::{Draw, Forms, Guests, Idle, Language, Passkeys, Sessions};
use jiff::tz::TimeZone;

use super::provider::Way;
use super::shown::Shown;

/// What pages are shown with.
pub struct Site {
    pub(crate) enrolment: Arc<Enrolment>,
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) sessions: Sessions<Seat>,
    pub(crate) forms: Forms,
    /// None where the site has no name for them to be bound to.
    pub(crate) passkeys: Option<Passkeys>,
    pub(crate) waiting: Waiting<Way>,
    /// Citizens whom a provider identified, and who are not signed in.
    pub(crate) guests: Guests<Arc<Shown>>,
    /// In whose local time pages tell moments.
    pub(crate) zone: TimeZone,
    providers: Vec<Provider>,
    origin: String,
    idle: Option<Duration>,
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Site(…)")
    }
}

/// What the operator chooses of pages.
#[derive(Debug, Clone, Default)]
pub struct PageSettings {
    /// The address of the API, as of [`crate::Settings::base`]: pages lie beside it.
    pub base: String,
    /// How long a session may lie unused; by role when not said.
    pub idle: Option<Duration>,
    /// In whose local time pages tell moments; none for universal time.
    pub zone: Option<TimeZone>,
}

/// Where browsers find the pages: scheme, name and port of the API's address. An address of this machine alone
/// goes by the machine's name for itself, since passkeys are bound to names, and to this one for ever.
pub(crate) fn origin(base: &str) -> String {
    let parts: Vec<&str> = base.splitn(4, '/').take(3).collect();
    let origin = parts.join("/");
    match origin.rsplit_once(':') {
        Some(("http://127.0.0.1" | "http://[::1]", port)) => {
            format!("http://localhost:{port}")
        }
        _ => origin,
    }
}

/// What is kept with a session: who is signed in, and as whom he acts.
#[derive(Clone)]
pub struct Seat {
    /// The login name.
    pub login: String,
    /// As whom; none while somebody with several roles has not chosen.
    pub role: Option<ActorRef>,
    /// Whether there are others to choose from.
    pub several: bool,
    /// The language of his pages.
    pub language: Language,
    /// By whose word he is here; none where he proved here who he is.
    pub given: Option<Arc<Given>>,
}

/// What a provider of identities said of somebody who is signed in.
pub struct Given {
    /// The provider's name.
    pub provider: String,
    /// Its token, by which it knows at the end whose sign-in ends.
    pub id_token: String,
    /// The roles of somebody who has no account here; else none.
    pub roles: Vec<ActorRef>,
    /// The name of each role's structure, as the provider says it; empty where it says none.
    pub places: Vec<String>,
}

impl Site {
    /// A site with nobody signed in.
    pub fn new(
        enrolment: Arc<Enrolment>,
        accounts: Arc<Accounts>,
        settings: &PageSettings,
    ) -> Self {
        let draw = |record: &Arc<Record>| -> Draw {
            let record = Arc::clone(record);
            Box::new(move |bytes| record.entropy().fill(bytes))
        };
        let record = accounts.record();
        Self {
            sessions: Sessions::new(draw(record)),
            forms: Forms::new(draw(record)),
            passkeys: Passkeys::new(&origin(&settings.base), "Hygie"),
            waiting: Waiting::new(draw(record)),
            guests: Guests::new(draw(record)),
            zone: settings.zone.clone().unwrap_or(TimeZone::UTC),
            providers: Vec::new(),
            origin: origin(&settings.base),
            idle: settings.idle,
            enrolment,
            accounts,
        }
    }

    /// The same, with these providers of identities, by which people sign in.
    ///
    /// # Errors
    /// [`oidc::Error::Setting`]: what is wrong with the settings of one, or that two have one name.
    pub fn with(mut self, settings: &[oidc::Settings]) -> Result<Self, oidc::Error> {
        for one in settings {
            let callback = format!("{}/signin/oidc/{}/callback", self.origin, one.name);
            if self.provider(&one.name).is_some() {
                return Err(oidc::Error::Setting {
                    provider: one.name.clone(),
                    setting: "name",
                    why: "is another provider's too".to_owned(),
                });
            }
            self.providers.push(Provider::new(one, &callback)?);
        }
        Ok(self)
    }

    pub(crate) fn providers(&self) -> &[Provider] {
        &self.providers
    }

    pub(crate) fn provider(&self, name: &str) -> Option<&Provider> {
        self.providers.iter().find(|one| one.name() == name)
    }

    /// Where a browser signs out at the provider by whose word somebody was here, and how that is called.
    pub(crate) async fn way_out(&self, given: &Given) -> Option<(String, String)> {
        let provider = self.provider(&given.provider)?;
        let back = format!("{}/signin", self.origin);
        let state = hygie_record::notice::symbols(self.record().entropy(), 26);
        let url = provider.end(&given.id_token, &back, &state, self.seconds());
        match url.await {
            Ok(url) => url.map(|url| (provider.label().to_owned(), url)),
            Err(error) => {
                tracing::warn!(provider = provider.name(), %error, "a sign-in there could not be ended");
                None
            }
        }
    }

    /// Forgets sessions that are over; to be called each minute.
    pub fn sweep(&self) {
        self.sessions.sweep(self.now());
        self.guests.sweep(self.now());
    }

    pub(crate) fn record(&self) -> &Arc<Record> {
        self.accounts.record()
    }

    /// The address before `Type/id`, in what people take away.
    pub(crate) fn base(&self) -> String {
        format!("{}/fhir", self.origin)
    }

    pub(crate) fn now(&self) -> u64 {
        self.record().now()
    }

    /// Seconds since 1970.
    pub(crate) fn seconds(&self) -> u64 {
        self.now() / 1000
    }

    /// How long the session of such a role may lie unused; of none as of the strictest.
    pub(crate) fn idle(&self, role: Option<&ActorRef>) -> Idle {
        if let Some(idle) = self.idle {
            return Idle::After(u64::try_from(idle.as_millis()).unwrap_or(u64::MAX));
        }
        match role.map(|role| role.kind) {
            Some(ActorKind::Holder | ActorKind::Representative) => Idle::Citizen,
            _ => Idle::Professional,
        }
    }
}

#[cfg(test)]
mod tests {
    //! Danger: passkeys bound to a name that browsers never see.

    use super::origin;

    #[test]
    fn a_site_that_goes_by_another_name() {
        for (base, name) in [
            ("https://space.example/fhir", "https://space.example"),
            (
                "https://space.example:8443/a/fhir",
                "https://space.example:8443",
            ),
            ("http://127.0.0.1:8480/fhir", "http://localhost:8480"),
            ("http://[::1]:8480/fhir", "http://localhost:8480"),
            ("http://192.0.2.1:8480/fhir", "http://192.0.2.1:8480"),
        ] {
            assert_eq!(origin(base), name);
        }
    }
}
