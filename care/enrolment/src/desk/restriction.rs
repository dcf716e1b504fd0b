//! Restriction (GDPR art. 18): from the moment on which its case is filed the record is kept, and read by nobody but its
//! person and who acts for him; a declared emergency excepted, which he may refuse beforehand. It ends when he takes the
//! case back, or ends it, and a week after a refusal, which told him (art. 18(3)).

use hygie_record::Error;
use hygie_record::notice::PersonId;

use super::case::{Forbidden, Step};
use crate::Enrolment;

impl Enrolment {
    /// Restricts a record for a case.
    pub(super) async fn restrict(&self, person: PersonId, number: &str) -> Result<(), Error> {
        let what = format!("case {number}");
        let record = self.roll.record();
        record
            .restrict(&self.roll.caller(), person, (number, &what), true)
            .await
    }

    /// Its person ends a restriction that was granted him; that he may say so, whoever calls this has made sure.
    ///
    /// # Errors
    /// Those of keeper and store. Within: why there is none to end.
    pub async fn lift(&self, number: &str) -> Result<Result<(), Forbidden>, Error> {
        let filed = self.case(number).await?.ok_or(Error::NotFound)?;
        if let Err(forbidden) = filed.case.after(&Step::Lifted, self.roll.record().now()) {
            return Ok(Err(forbidden));
        }
        self.lift_due(number).await?;
        Ok(Ok(()))
    }

    /// Ends the restriction of a case that is over.
    ///
    /// Crash between the record and the page: the record is free again, and the next run says so.
    pub(super) async fn lift_due(&self, number: &str) -> Result<(), Error> {
        let record = self.roll.record();
        let filed = self.case(number).await?.ok_or(Error::NotFound)?;
        if !filed.case.restricts() {
            return Ok(());
        }
        let about = format!("case {number}");
        let about = (number, about.as_str());
        let caller = self.roll.caller();
        for words in &filed.words {
            let freed = record.restrict(&caller, *words, about, false);
            match freed.await {
                Ok(()) | Err(Error::Closed | Error::Erased) => {}
                Err(error) => return Err(error),
            }
        }
        let now = record.now();
        // Somebody else was faster.
        let _lifted = self
            .take_step(number, now, "", None, |_| Step::Lifted)
            .await?;
        Ok(())
    }
}
