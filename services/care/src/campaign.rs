//! Who writes the campaign's letters and who prints them: the table `[campaign]` of the settings.

use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hygie_enrolment::{Calendar, CampaignError, Delivered, Enrolment, Made, Mails, Press};
use hygie_keeper::Home;
use hygie_letters::{Paper, Postal, Sender, Shop, Site};
use hygie_record::Roll;
use serde::Deserialize;
use tokio::time::MissedTickBehavior;

use crate::Error;

/// Where batches of letters are laid down, below the home.
const FOLDER: &str = "letters/print";

/// Of what is recorded by telephone a second agent looks at one in so many.
const ONE_IN: NonZero<u32> = NonZero::new(10).expect("ten is not zero");

/// The table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Campaign {
    /// The print shop's age recipients.
    print_shop: Vec<String>,
    /// The service's name, as people know it.
    name: String,
    /// Where the post brings slips and what can't be delivered.
    address: Vec<String>,
    postcode: String,
    telephone: String,
    /// When somebody answers it, in French and in English.
    hours: [String; 2],
    /// A second agent looks at one in so many of what is recorded by telephone.
    #[serde(default = "one_in")]
    second_look_one_in: NonZero<u32>,
}

fn one_in() -> NonZero<u32> {
    ONE_IN
}

/// Only this table of the file.
#[derive(Deserialize)]
struct File {
    campaign: Option<Campaign>,
}

/// The press of a home, if it has one: a demo home lays letters down in the clear, by an invented sender.
///
/// # Errors
/// [`Error::Campaign`] when the table holds something else than it should; [`Error::Letters`] for a part of it that no
/// letter can bear; [`Error::Io`].
fn press(home: &Path, file: Option<&Path>, base: &str) -> Result<Option<Press>, Error> {
    let site: Site = base.strip_suffix("/fhir").unwrap_or(base).parse()?;
    let (sender, shop) = match read(file)? {
        Some(campaign) => (campaign.sender(site)?, campaign.shop()?),
        None if Home::new(home).demo_key().exists() => (invented(site)?, Shop::demo_in_the_clear()),
        None => return Ok(None),
    };
    let press = Press::new(Paper::new(sender), shop, &home.join(FOLDER))
        .map_err(|error| Error::Io("making the folder of letters", error))?;
    Ok(Some(press))
}

fn read(file: Option<&Path>) -> Result<Option<Campaign>, Error> {
    let Some(path) = file else { return Ok(None) };
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::Io("reading the campaign's settings", error))?;
    let file: File = toml::from_str(&text).map_err(|error| Error::Campaign {
        path: path.display().to_string(),
        why: error.message().to_owned(),
    })?;
    Ok(file.campaign)
}

impl Campaign {
    fn sender(&self, site: Site) -> Result<Sender, Error> {
        let lines = self.address.iter().map(String::as_str);
        Ok(Sender {
            name: self.name.clone(),
            address: Postal::new(lines, &self.postcode)?,
            telephone: self.telephone.clone(),
            hours: self.hours.clone(),
            site,
        })
    }

    fn shop(&self) -> Result<Shop, Error> {
        Ok(Shop::sealed(self.print_shop.iter().map(String::as_str))?)
    }
}

/// The enrolment of a home, as the table says.
///
/// # Errors
/// As [`press`].
pub fn enrolment(
    (home, file, base): (&Path, Option<&Path>, &str),
    roll: Roll,
    calendar: Calendar,
    mails: Option<Mails>,
) -> Result<Enrolment, Error> {
    let one_in = read(file)?.map_or(ONE_IN, |campaign| campaign.second_look_one_in);
    let enrolment = Enrolment::new(roll, calendar, press(home, file, base)?).sampling(one_in);
    Ok(match mails {
        Some(mails) => enrolment.mailing(mails),
        None => enrolment,
    })
}

/// Begins what enrolment does by itself, but in a process that works for one command.
pub fn begin(enrolment: &Arc<Enrolment>, private: bool) {
    if !private {
        tokio::spawn(make_spaces(Arc::clone(enrolment)));
        tokio::spawn(answer_wishes(Arc::clone(enrolment)));
        tokio::spawn(deliver(Arc::clone(enrolment)));
    }
}

/// At the start, and then each hour: what was cut short is done again, spaces whose six weeks are over are made.
async fn make_spaces(enrolment: Arc<Enrolment>) {
    let mut hour = tokio::time::interval(Duration::from_secs(60 * 60));
    loop {
        hour.tick().await;
        match enrolment.settle_refusals().await {
            Ok(0) => {}
            Ok(settled) => tracing::info!(settled, "oppositions that were cut short hold"),
            Err(error) => {
                tracing::warn!(%error, "oppositions that were cut short wait for the next run");
            }
        }
        match enrolment.make_due().await {
            Ok(made) if made == Made::default() => {}
            Ok(made) => tracing::info!(
                made.created,
                made.there,
                made.barred,
                made.erased,
                made.of_age,
                "spaces were made or erased, or people told that they are of age"
            ),
            Err(error) => tracing::warn!(%error, "spaces were not all made; the next run goes on"),
        }
    }
}

/// Each few seconds: who asked for a new code is sent one.
async fn answer_wishes(enrolment: Arc<Enrolment>) {
    let mut tick = tokio::time::interval(Duration::from_secs(5));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        match enrolment.answer_wishes().await {
            Ok(0) | Err(CampaignError::NoPress) => {}
            Ok(letters) => tracing::info!(letters, "new codes left by letter"),
            Err(error) => {
                tracing::warn!(%error, "new codes did not all leave; the next run goes on")
            }
        }
    }
}

/// Each few seconds: the campaign's e-mails leave.
async fn deliver(enrolment: Arc<Enrolment>) {
    let mut tick = tokio::time::interval(Duration::from_secs(2));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        match enrolment.deliver().await {
            Err(CampaignError::NoMailbox) => return,
            Ok(done) if done == Delivered::default() => {}
            Ok(done) => {
                tracing::info!(
                    done.left,
                    done.refused,
                    done.waiting,
                    "e-mails of the campaign"
                );
            }
            Err(error) => {
                tracing::warn!(%error, "e-mails did not all leave; the next run goes on");
            }
        }
    }
}

/// Nobody: the address does not exist, the number is one of those kept for fiction (ARCEP 2018-0881).
fn invented(site: Site) -> Result<Sender, Error> {
    Ok(Sender {
        name: "Hygie (démonstration)".to_owned(),
        address: Postal::new(
            ["Hygie", "1 rue de l’Exemple", "99999 DÉMONSTRATION"],
            "99999",
        )?,
        telephone: "01 99 00 12 34".to_owned(),
        hours: [
            "du lundi au vendredi, de 8 h à 19 h".to_owned(),
            "Monday to Friday, 8 am to 7 pm".to_owned(),
        ],
        site,
    })
}
