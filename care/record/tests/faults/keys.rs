//! Failures covered: the power goes at any write, sync, rename or removal while custodians are named, a record is
//! erased, another closed and opened again, and keys are rotated; with whatever the disk makes of what was not
//! synced. Then, with the normal code: what was acknowledged to have ended opens, or what had not ended is not
//! whole; the same command does not complete what was begun; a rotation does not go on, or loses a key.
//!
//! Not a failure: of an ending that nobody acknowledged, either state.

use std::path::Path;
use std::sync::Arc;

use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use hygie_notice::{Act, Custodian, KeyAnswer, KeyStep, PersonId, Purpose, Subject};

use crate::house::{House, actor_of_operator, make, text};
use crate::judge::Told;
use crate::workload::{Mark, Marks};

/// What an ending came to when the power went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Asked,
    Told,
    /// Its way back was asked for.
    Returning,
}

impl House {
    async fn step(&self, step: KeyStep) -> Result<KeyAnswer, String> {
        let caller = self.operator(Purpose::Keeping)?;
        let asked = self.keeper.keys(&caller.assertion, step).await;
        asked.map_err(text)
    }

    async fn custody(&self, identity: &Identity) -> Result<(), String> {
        let custodian = Custodian {
            name: "one".to_owned(),
            recipient: identity.to_public().to_string(),
        };
        let step = KeyStep::Custody {
            threshold: 1,
            custodians: vec![custodian],
        };
        self.step(step).await.map(drop)
    }

    pub async fn rotate(&self) -> Result<(), String> {
        while let KeyAnswer::Rotating { more: true, .. } = self.step(KeyStep::Rotate).await? {}
        let until = self.keeper.hello().await.map_err(text)?.size;
        let caller = self.operator(Purpose::Keeping)?;
        let manifest = format!("hygie backup 1\nevents 0 {until}\n");
        let signed = self.keeper.sign_backup(&caller.assertion, manifest).await;
        let manifest = signed.map_err(text)?;
        self.step(KeyStep::Finish { manifest }).await.map(drop)
    }

    pub async fn end(&self, person: PersonId, act: Act) -> Result<(), String> {
        let caller = self.operator(Purpose::Closure)?;
        let done = match act {
            Act::Close => self.record.close(&caller, person, 10).await,
            _ => self.record.erase(&caller, person, 10).await,
        };
        done.map(drop).map_err(text)
    }

    pub async fn reopen(&self, person: PersonId, identity: &Identity) -> Result<(), String> {
        let subject = Subject::person(person);
        let KeyAnswer::Archive { shares, .. } = self.step(KeyStep::Archive { subject }).await?
        else {
            return Err("no archive was given out".to_owned());
        };
        let opened = shares.iter().map(|(_, sealed)| {
            let plain = age::decrypt(identity, sealed).map_err(text)?;
            String::from_utf8(plain).map_err(text)
        });
        let opened = opened.collect::<Result<Vec<_>, String>>()?;
        let caller = self.operator(Purpose::Closure)?;
        let done = self.record.reopen(&caller, person, opened).await;
        done.map_err(text)
    }

    fn operator(&self, purpose: Purpose) -> Result<hygie_record::Caller, String> {
        self.by_operator(actor_of_operator(), purpose)
    }
}

/// Three persons; one is erased, one closed and opened again, and all keys are rotated.
pub async fn workload(dir: &Path, marks: Marks) -> Arc<House> {
    make(dir).unwrap();
    marks.put(&Mark::Made);
    let house = House::open(dir).await.unwrap();
    marks.put(&Mark::Opened);
    let mut persons = Vec::new();
    for number in 0..3 {
        let note = format!("person {number}");
        marks.put(&Mark::Sent { note: note.clone() });
        let person = house.import(&note, &note).await.unwrap();
        marks.put(&Mark::Person {
            person: person.to_string(),
            note,
        });
        persons.push(person);
    }
    let custodian = Identity::generate();
    house.custody(&custodian).await.unwrap();
    marks.put(&Mark::Custody {
        identity: custodian.to_string().expose_secret().to_owned(),
    });
    for (person, act) in [(persons[0], Act::Erase), (persons[1], Act::Close)] {
        let person_text = person.to_string();
        marks.put(&Mark::Ending {
            person: person_text.clone(),
            act,
        });
        house.end(person, act).await.unwrap();
        marks.put(&Mark::Ended {
            person: person_text,
        });
    }
    house.rotate().await.unwrap();
    let person = persons[1].to_string();
    marks.put(&Mark::Returning {
        person: person.clone(),
    });
    house.reopen(persons[1], &custodian).await.unwrap();
    marks.put(&Mark::Returned { person });
    house.rotate().await.unwrap();
    Arc::new(house)
}

impl Told<'_> {
    /// Holds a person against what was told of the end, and completes what was begun.
    pub async fn ended(
        &self,
        house: &House,
        person: &str,
        (act, stage): (Act, Stage),
    ) -> Result<(), String> {
        let id: PersonId = person.parse().map_err(text)?;
        let opens = house.search(id, "Observation", "after").await.is_ok();
        match (opens, stage) {
            (true, Stage::Told) => return Err(format!("{act:?} was acknowledged, and it opens")),
            (true, _) => self.record(house, person).await?,
            (false, Stage::Returning) => {
                let identity: Identity = self.custodian().parse().map_err(text)?;
                house.reopen(id, &identity).await?;
                return self.record(house, person).await;
            }
            (false, _) => {}
        }
        if stage == Stage::Returning {
            return Ok(());
        }
        let again = house.end(id, act).await;
        again.map_err(|why| format!("{act:?} can't be completed: {why}"))?;
        match house.search(id, "Observation", "after").await {
            Ok(_) => Err(format!("{act:?} was done again, and it opens")),
            Err(_) => Ok(()),
        }
    }
}
