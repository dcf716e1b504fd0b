//! What the register corrects follows into people's spaces: a new number leads to the person that the old one leads to,
//! and who he is by now stands in his rights. It follows before the roll says so: a run that was stopped between finds
//! the line as it was, and goes on.

use hygie_record::Error;
use hygie_record::policy::PersonId;
use tokio::task::JoinSet;

use crate::Enrolment;
use crate::deadline::{AT_ONCE, stopping};
use crate::line::Insured;

/// In the words of the trail.
pub(crate) const WHAT: &str = "the register tells otherwise who the person is";

impl Enrolment {
    /// Follows what the register told of these: as it was, where there was a line, and as it is.
    pub(crate) async fn follow(
        &self,
        told: impl IntoIterator<Item = (Option<Insured>, Insured)>,
    ) -> Result<(), Error> {
        let mut told = told.into_iter();
        let mut under_way = JoinSet::new();
        loop {
            while under_way.len() < AT_ONCE
                && let Some((before, after)) = told.next()
            {
                let roll = self.roll.clone();
                let born = before.as_ref().map(|before| before.birth_date.as_str());
                let of_age = match born {
                    Some(born) if born != after.birth_date => after.birth(),
                    _ => None,
                };
                let of_age = of_age.map(|birth| self.calendar.of_age(birth));
                under_way.spawn(async move {
                    let numbers = after.numbers();
                    let is_named =
                        before.is_none_or(|before| before.numbers().len() < numbers.len());
                    let persons: Vec<PersonId> = if is_named {
                        roll.persons(&numbers).await?
                    } else {
                        roll.known(&numbers).await?
                    };
                    let identity = after.identity();
                    for person in persons {
                        roll.identify(person, &identity, WHAT).await?;
                        if let Some(at) = of_age {
                            roll.of_age(person, at).await?;
                        }
                    }
                    Ok::<_, Error>(())
                });
            }
            match under_way.join_next().await {
                None => return Ok(()),
                Some(Ok(done)) => done?,
                Some(Err(error)) if error.is_panic() => {
                    std::panic::resume_unwind(error.into_panic())
                }
                Some(Err(_)) => return Err(stopping()),
            }
        }
    }

    /// The same of one person whose space was shut while the register told it.
    pub(crate) async fn follow_one(&self, insured: &Insured) -> Result<(), Error> {
        let identity = insured.identity();
        for person in self.roll.known(&insured.numbers()).await? {
            self.roll.identify(person, &identity, WHAT).await?;
        }
        Ok(())
    }
}
