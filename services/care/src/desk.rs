//! Reminds the data-protection officer of cases that wait for an answer.

use std::sync::Arc;
use std::time::Duration;

use hygie_enrolment::{Enrolment, Reminded};
use hygie_letters::{Address, Mailbox, Reminder, Site};
use hygie_notice::{Clock, SystemClock};

use crate::{Error, Options};

/// Where he is written to, and by whom.
pub struct Officer {
    pub to: Address,
    pub mailbox: Mailbox,
    pub site: Site,
}

/// Begins to remind, but in a process that works for one command. Without an address it is said in the log alone.
///
/// # Errors
/// Those of [`crate::letters::Letters::officer`].
pub fn begin(enrolment: &Arc<Enrolment>, options: &Options) -> Result<(), Error> {
    let officer = options.letters.officer(&options.home, &options.base())?;
    if !options.private {
        tokio::spawn(remind(Arc::clone(enrolment), officer));
    }
    Ok(())
}

/// At the start, and then each hour.
async fn remind(enrolment: Arc<Enrolment>, officer: Option<Officer>) {
    let mut hour = tokio::time::interval(Duration::from_secs(60 * 60));
    loop {
        hour.tick().await;
        match enrolment.remind().await {
            Ok(reminded) if reminded == Reminded::default() => {}
            Ok(Reminded { soon, late }) => {
                tracing::warn!(soon, late, "cases about people's rights wait for an answer");
                if let Some(officer) = &officer {
                    let mail = Reminder { soon, late }.mail(officer.to.clone(), &officer.site);
                    let now = SystemClock.now();
                    if let Err(error) = officer.mailbox.send_mail(&mail, now).await {
                        tracing::warn!(%error, "the officer was not reminded by e-mail");
                    }
                }
            }
            Err(error) => {
                tracing::warn!(%error, "reminders were not all made; the next run goes on")
            }
        }
    }
}
