//! Rectification (GDPR art. 16): what is wrong in an item its author corrects, and no one else may (art. R. 1111-39 CSP). The
//! case goes to him, and to his structure; he corrects the item where he wrote it, or says why not; whoever had read it
//! is told (GDPR art. 19).
//!
//! Who is addressed stands in the words of the case alone, so that nothing says who wrote about whom once the person is
//! erased: tags lead from him to the `rights` in which these lie.

use hygie_record::notice::{ActorKind, ActorRef, Subject};
use hygie_record::{Error, InCase};
use serde::{Deserialize, Serialize};

use super::case::{Forbidden, Step};
use super::page::Filed;
use super::said::{Said, Topic, clipped};
use crate::Enrolment;

/// An item that somebody holds to be wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrong {
    /// `Type/id`.
    pub item: String,
    /// Its version when that was said.
    pub version: String,
    /// What it is called.
    pub title: String,
    /// Who can correct it: its author, and his structure, as [`keys`] names them.
    pub authors: Vec<String>,
}

/// A case that an author finds on his page.
#[derive(Debug, Clone)]
pub struct Correction {
    /// The case.
    pub filed: Filed,
    /// What its person says.
    pub text: String,
    /// Of which item.
    pub wrong: Wrong,
    /// That he had read the item, and it was corrected since; else he is asked to correct it.
    pub told: bool,
}

/// By what somebody who gives care is addressed: himself, and the structure he acts for.
pub fn keys(actor: &ActorRef) -> Vec<String> {
    let structure = match actor.kind {
        ActorKind::Professional => actor.structure.as_deref(),
        ActorKind::Software => Some(actor.id.as_str()),
        _ => return Vec::new(),
    };
    let himself =
        (actor.kind == ActorKind::Professional).then(|| format!("professional {}", actor.id));
    let structure = structure.filter(|finess| !finess.is_empty());
    let structure = structure.map(|finess| format!("structure {finess}"));
    himself.into_iter().chain(structure).collect()
}

impl Enrolment {
    /// What waits for somebody who gives care: items that he, or his structure, is asked to correct, and items that he
    /// had read and that were corrected since.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn corrections(&self, who: &ActorRef) -> Result<Vec<Correction>, Error> {
        let mut found: Vec<Correction> = Vec::new();
        let mut seen = Vec::new();
        for key in keys(who) {
            let mut place = 0;
            while let Some(words) = self.bound(&address(&key, place)).await? {
                place += 1;
                if seen.contains(&words) {
                    continue;
                }
                seen.push(words);
                found.extend(self.corrections_in(words, who).await?);
            }
        }
        Ok(found)
    }

    /// Those whose words lie in one person's `rights`.
    async fn corrections_in(
        &self,
        words: Subject,
        who: &ActorRef,
    ) -> Result<Vec<Correction>, Error> {
        let what = format!("corrections, read by the professional {}", who.id);
        let own = self.roll.caller();
        let record = self.roll.record();
        let said = match record.said_in_cases::<Said>(&own, words.id, &what).await {
            // The space is over: what was said in it is gone, or archived.
            Err(Error::Closed | Error::Erased) => return Ok(Vec::new()),
            said => said?,
        };
        let keys = keys(who);
        let mut found = Vec::new();
        for asked in said.iter().filter(|one| one.said.topic == Topic::Asked) {
            let Some(wrong) = &asked.said.wrong else {
                continue;
            };
            let is_author = wrong.authors.iter().any(|one| keys.contains(one));
            let told = is_told(&said, &asked.case, &keys);
            let Some(filed) = self.case(&asked.case).await? else {
                continue;
            };
            let waits = is_author && filed.case.is_open() && filed.case.replied.is_none();
            if waits || (told && !is_author) {
                found.push(Correction {
                    filed,
                    text: if waits {
                        asked.said.text.clone()
                    } else {
                        String::new()
                    },
                    wrong: wrong.clone(),
                    told: !waits,
                });
            }
        }
        Ok(found)
    }

    /// The author's answer to a case that is addressed to him: corrected, or why not. The officer ends the case with it.
    ///
    /// # Errors
    /// [`Error::Refused`] for who is not addressed; as [`Enrolment::decide_case`].
    pub async fn reply(
        &self,
        number: &str,
        author: &ActorRef,
        (corrected, text): (bool, &str),
    ) -> Result<Result<Filed, Forbidden>, Error> {
        let waiting = self.corrections(author).await?;
        let addressed = |one: &Correction| one.filed.number == number && !one.told;
        if !waiting.iter().any(addressed) {
            return Err(Error::Refused);
        }
        let said = Said {
            topic: if corrected {
                Topic::Corrected
            } else {
                Topic::Declined
            },
            text: clipped(text),
            by: author.name.clone().unwrap_or_else(|| author.id.clone()),
            ..Said::default()
        };
        let now = self.roll.record().now();
        let by = author.id.as_str();
        self.take_step(number, now, by, Some(said), |_| Step::Replied { corrected })
            .await
    }

    /// Tells those who had read an item that it was corrected: they find it when they sign in (GDPR art. 19). Who had,
    /// the person's trail says.
    ///
    /// # Errors
    /// As [`Enrolment::decide_case`].
    pub async fn tell_readers(
        &self,
        filed: &Filed,
        readers: &[ActorRef],
    ) -> Result<Result<Filed, Forbidden>, Error> {
        let mut told: Vec<String> = readers
            .iter()
            .flat_map(|one| keys(one).into_iter().take(1))
            .collect();
        told.sort_unstable();
        told.dedup();
        let said = Said {
            topic: Topic::Told,
            told: told.clone(),
            ..Said::default()
        };
        let now = self.roll.record().now();
        let step = self.take_step(&filed.number, now, "", Some(said), |_| Step::Told);
        let done = step.await?;
        if let Ok(filed) = &done {
            let words = filed.words.last().copied().unwrap_or(filed.whose);
            for key in &told {
                self.address_to(key, Subject::person(words)).await?;
            }
        }
        Ok(done)
    }

    /// Lets somebody find the `rights` in which words for him lie.
    pub(super) async fn address_to(&self, key: &str, words: Subject) -> Result<(), Error> {
        let mut place = 0;
        loop {
            let bound = self.roll.bind(&[(&address(key, place), words)]).await?;
            if bound.first() == Some(&words) {
                return Ok(());
            }
            place += 1;
        }
    }
}

/// Whether one of these was told, in this case, that an item was corrected.
fn is_told(said: &[InCase<Said>], case: &str, keys: &[String]) -> bool {
    let mut said = said.iter().filter(|one| one.case == case);
    said.any(|one| one.said.told.iter().any(|key| keys.contains(key)))
}

/// By what the `rights` are found in which words for somebody lie.
fn address(key: &str, place: usize) -> String {
    format!("corrections of {key} {place}")
}
