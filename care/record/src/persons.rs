use std::collections::HashSet;

use hygie_notice::{PersonId, Stream, SubjectKind};

use crate::{Error, Record};

/// How many positions of the feed are read at once.
const PAGE: usize = 10_000;

impl Record {
    /// Every person with a record, in order of arrival; one, where records were joined. Ids say nothing, so no record is opened.
    ///
    /// # Errors
    /// [`Error::Vault`] when the store does not answer.
    pub async fn persons(&self) -> Result<Vec<PersonId>, Error> {
        let (mut persons, mut seen) = (Vec::new(), HashSet::new());
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
                        line.subject.kind == SubjectKind::Person && line.stream == Stream::Content
                    })
                    .map(|line| self.leading(line.subject.id))
                    // A snapshot may have taken the place of a record's first entries.
                    .filter(|person| seen.insert(*person)),
            );
        }
    }
}
