use hygie_notice::{PersonId, Stream, SubjectKind};

use crate::{Error, Record};

/// How many positions of the feed are read at once.
const PAGE: usize = 10_000;

impl Record {
    /// Every person with a record, in order of arrival. Ids say nothing, so no record is opened.
    ///
    /// # Errors
    /// [`Error::Vault`] when the store does not answer.
    pub async fn persons(&self) -> Result<Vec<PersonId>, Error> {
        let mut persons = Vec::new();
        let mut after = 0;
        loop {
            let page = self.vault.feed(after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(persons);
            };
            after = last.position;
            persons.extend(
                page.iter()
                    .filter(|line| {
                        line.subject.kind == SubjectKind::Person
                            && line.stream == Stream::Content
                            && line.sequence == 0
                    })
                    .map(|line| line.subject.id),
            );
        }
    }
}
