//! How the campaign goes, by department and wave: counts and times, and nobody's name.

use std::collections::BTreeMap;

use hygie_record::Error;
use hygie_record::notice::{Act, Millis};
use serde::Serialize;

use crate::Enrolment;
use crate::page::{Line, Page};
use crate::stage::{Stage, Way};

/// The persons of one department and wave. Each is counted once among `opposed`, `activated`, `created`, `announced`,
/// `waiting` and `ended`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Count {
    /// As postcodes begin; nothing for those without a postcode.
    pub department: String,
    /// Of their last letter; 0 for letters outside the campaign, none for who had no letter.
    pub wave: Option<u32>,
    /// Persons.
    pub persons: u64,
    /// Who had a letter.
    pub sent: u64,
    /// Of these, who had it by e-mail.
    pub emails: u64,
    /// Letters that came back.
    pub returned: u64,
    /// Who oppose.
    pub opposed: u64,
    /// By what way each of them said so; nothing of whom a record bars.
    pub opposed_by: BTreeMap<&'static str, u64>,
    /// Whose space is there and who signed in.
    pub activated: u64,
    /// Whose space is there, made when the six weeks were over, and who never signed in.
    pub created: u64,
    /// Whose six weeks run.
    pub announced: u64,
    /// Who wait for a letter.
    pub waiting: u64,
    /// Closed, erased, or dead before there was a space.
    pub ended: u64,
    /// Half of those who answered did so within as many hours of their letter.
    pub median_hours: Option<f64>,
    /// 99 in 100 did.
    pub p99_hours: Option<f64>,
}

impl Enrolment {
    /// Counts all lines; each page is opened, and that stands in the ledger.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn dashboard(&self) -> Result<Vec<Count>, Error> {
        let mut counts: BTreeMap<(String, Option<u32>), (Count, Vec<Millis>)> = BTreeMap::new();
        for subject in self.pages().await? {
            let mut opened = self.roll.open(subject, Act::Search, "counting").await?;
            let lines = Page::of(&mut opened).lines.into_iter();
            // An alias is nobody besides.
            for line in lines.filter(|line| !line.standing.alias) {
                let department = line.insured.department().to_owned();
                let (count, answers) = counts.entry((department, line.wave)).or_default();
                count.take(&line);
                answers.extend(line.answered_after());
            }
        }
        let counts = counts.into_iter();
        let finished = counts.map(|((department, wave), (count, mut answers))| {
            answers.sort_unstable();
            Count {
                department,
                wave,
                median_hours: quantile(&answers, 50),
                p99_hours: quantile(&answers, 99),
                ..count
            }
        });
        Ok(finished.collect())
    }
}

impl Count {
    fn take(&mut self, line: &Line) {
        self.persons += 1;
        self.sent += u64::from(line.wave.is_some());
        self.emails += u64::from(line.way == Some(Way::Email));
        self.returned += u64::from(line.returned);
        let standing = line.standing;
        let place = match standing.stage {
            Stage::Closed { .. } | Stage::Erased { .. } => &mut self.ended,
            _ if standing.opposed.is_some() => {
                if let Some(way) = line.opposed_by {
                    *self.opposed_by.entry(way.word()).or_default() += 1;
                }
                &mut self.opposed
            }
            Stage::Activated { .. } => &mut self.activated,
            Stage::Created { .. } => &mut self.created,
            _ if standing.died.is_some() => &mut self.ended,
            Stage::Announced { .. } => &mut self.announced,
            Stage::Waiting => &mut self.waiting,
        };
        *place += 1;
    }
}

/// Of sorted times, that which so many in a hundred do not exceed, in hours (nearest rank).
fn quantile(sorted: &[Millis], percent: usize) -> Option<f64> {
    let rank = (sorted.len() * percent).div_ceil(100).checked_sub(1)?;
    let millis = u32::try_from(*sorted.get(rank)? / 1_000).unwrap_or(u32::MAX);
    Some(f64::from(millis) / 3_600.0)
}

#[cfg(test)]
mod tests {
    //! Danger: a quantile that is off by a rank, or made up where nobody answered.

    use super::quantile;

    #[test]
    fn quantiles_are_ranks() {
        assert_eq!(quantile(&[], 50), None);
        let hours: Vec<u64> = (1..=200).map(|hour| hour * 3_600_000).collect();
        assert_eq!(quantile(&hours[..1], 99), Some(1.0));
        assert_eq!(quantile(&hours, 50), Some(100.0));
        assert_eq!(quantile(&hours, 99), Some(198.0));
        assert_eq!(quantile(&hours, 100), Some(200.0));
    }
}
