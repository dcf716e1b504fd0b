//! Restriction (GDPR art. 18): from the moment on which its case is filed the record is kept, and read by nobody but its
//! person and who acts for him; a declared emergency excepted, which he may refuse beforehand. It ends when he takes the
//! case back, or ends it, and a week after a refusal, or after the officer said that it ends, either of which told him
//! (art. 18(3)). That week's end is a moment in his `rights`: it counts from then on, whatever job runs when.

use hygie_record::notice::PersonId;
use hygie_record::{Error, Restriction};

use super::case::{Forbidden, Step};
use super::page::Filed;
use crate::Enrolment;

impl Enrolment {
    /// Restricts a record for a case.
    pub(super) async fn restrict(&self, person: PersonId, number: &str) -> Result<(), Error> {
        let what = format!("case {number}");
        let record = self.roll.record();
        let about = (number, what.as_str());
        record
            .restrict(&self.roll.caller(), person, about, Restriction::Holds)
            .await
    }

    /// Writes when the restriction of a case ends of which its person was told, if it does.
    ///
    /// Crash before it: the hourly run ends it then.
    pub(super) async fn end_restriction(&self, filed: &Filed) -> Result<(), Error> {
        match filed.case.lifts() {
            Some(at) => self.say_of(filed, Restriction::EndsAt(at)).await,
            None => Ok(()),
        }
    }

    /// Says something of a case's restriction, wherever it was said that there is one.
    async fn say_of(&self, filed: &Filed, restriction: Restriction) -> Result<(), Error> {
        let (record, caller) = (self.roll.record(), self.roll.caller());
        let what = format!("case {}", filed.number);
        let about = (filed.number.as_str(), what.as_str());
        for words in &filed.words {
            match record.restrict(&caller, *words, about, restriction).await {
                Ok(()) | Err(Error::Closed | Error::Erased) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
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
        let filed = self.case(number).await?.ok_or(Error::NotFound)?;
        if !filed.case.restricts() {
            return Ok(());
        }
        self.say_of(&filed, Restriction::Ends).await?;
        let now = self.roll.record().now();
        // Somebody else was faster.
        let _lifted = self
            .take_step(number, now, "", None, |_| Step::Lifted)
            .await?;
        Ok(())
    }
}
