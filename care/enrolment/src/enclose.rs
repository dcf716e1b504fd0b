//! A letter to one person about what was just done in his name. It is prepared before the roll says so and handed over
//! after; what is done holds without it, and what fails here is told to the operator alone.

use hygie_letters::{Batch, Matter};
use hygie_record::notice::Subject;

use crate::Enrolment;
use crate::page::Line;

impl Enrolment {
    /// Prepares a letter under this name; none where nobody prints, or no letter can bear the address.
    pub(crate) async fn enclose(
        &self,
        page: Subject,
        line: &Line,
        name: &str,
        matter: Matter,
    ) -> Option<()> {
        let press = self.press().ok()?;
        // A home that can't be looked up is told at the person's own address.
        let homes = self.homes_of(&line.insured).await.unwrap_or_default();
        let mut batch = Batch::new();
        for post in self.posts(page, line, &matter, &homes) {
            press.push(&mut batch, post).ok()?;
        }
        if batch.is_empty() {
            return None;
        }
        match press.prepare(name, batch).await {
            Ok(_) => Some(()),
            Err(error) => {
                tracing::error!(%error, "a letter about what was done could not be prepared");
                None
            }
        }
    }

    /// Hands a prepared letter over, if there is one.
    pub(crate) fn send_enclosed(&self, name: Option<&str>) {
        if let Some(name) = name
            && let Ok(press) = self.press()
            && let Err(error) = press.release(name)
        {
            tracing::error!(%error, "a letter about what was done waits in its folder");
        }
    }
}
