//! A page of the desk: that cases were filed, and what came of them. What people wrote lies elsewhere, so that erasing a
//! person leaves the proof that he was answered, and nothing of what he said (art. 5(2) GDPR).

use hygie_record::RollPage;
use hygie_record::notice::{Millis, PersonId, Subject};
use serde::{Deserialize, Serialize};

use super::case::{Case, Kind, Step};

/// What can be written on a page of the desk. The form is final: kinds and fields are added, never changed. A case is
/// named by its place on the page, from 0.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum News {
    /// A case was filed.
    Filed {
        /// Which right it is about.
        kind: Kind,
        /// Whose.
        whose: PersonId,
        /// In whose `rights` lies what is said in it.
        words: PersonId,
        /// When it was received.
        received: Millis,
        /// The first moment at which an answer is late, as the person was told.
        due: Millis,
        /// How it came.
        way: Way,
    },
    /// Something happened to a case.
    Step {
        /// Its place.
        case: u32,
        /// What.
        step: Step,
        /// Who took it, as the desk knows him; nobody where it was this program.
        by: String,
    },
    /// What is said in a case lies elsewhere too from now on.
    Words {
        /// Its place.
        case: u32,
        /// Where.
        words: PersonId,
    },
}

/// The operator, among those who take steps.
pub(super) const OPERATOR: &str = "operator";

/// How a case came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// By its person, signed in, or by who represents him.
    Pages,
    /// By letter, telephone or in person: the operator wrote it down.
    Operator,
}

/// A case, with all that the desk knows of it.
#[derive(Debug, Clone)]
pub struct Filed {
    /// Its number: the page's name and its place, which tell nothing.
    pub number: String,
    /// Whose it is.
    pub whose: PersonId,
    /// In whose `rights` lies what is said in it; his own, unless he has none that open.
    pub words: Vec<PersonId>,
    /// How it came.
    pub way: Way,
    /// How it stands.
    pub case: Case,
    /// What happened, oldest first, with who did it.
    pub steps: Vec<(Millis, Step, String)>,
}

impl Filed {
    /// The officer who looks after it: who did something last that is his to do.
    pub fn officer(&self) -> Option<&str> {
        let mut done = self.steps.iter().rev();
        let by = done.find(|(_, step, by)| {
            by != OPERATOR
                && matches!(
                    step,
                    Step::Taken
                        | Step::Extended { .. }
                        | Step::Granted
                        | Step::Answered { proof: None }
                        | Step::Refused
                        | Step::Lifting
                )
        });
        by.map(|(_, _, by)| by.as_str())
    }

    /// What proves that it was done, where something does.
    pub fn proof(&self) -> Option<&str> {
        self.steps.iter().find_map(|(_, step, _)| match step {
            Step::Answered { proof } => proof.as_deref(),
            _ => None,
        })
    }
}

/// The cases of an opened page, in their places.
pub(super) fn cases(page: &RollPage<News>) -> Vec<Filed> {
    let mut cases: Vec<Filed> = Vec::new();
    for (at, news) in &page.news {
        match news {
            News::Filed {
                kind,
                whose,
                words,
                received,
                due,
                way,
            } => cases.push(Filed {
                number: number(page.page, cases.len()),
                whose: *whose,
                words: vec![*words],
                way: *way,
                case: Case::new(*kind, *received, *due),
                steps: Vec::new(),
            }),
            News::Step { case, step, by } => {
                if let Some(filed) = cases.get_mut(*case as usize)
                    && let Ok(next) = filed.case.after(step, *at)
                {
                    filed.case = next;
                    filed.steps.push((*at, step.clone(), by.clone()));
                }
            }
            News::Words { case, words } => {
                if let Some(filed) = cases.get_mut(*case as usize) {
                    filed.words.push(*words);
                }
            }
        }
    }
    cases
}

/// The number of the case in this place.
pub(super) fn number(page: Subject, place: usize) -> String {
    format!("{}-{place}", page.id)
}

/// The page and the place of a number; none for what is no number.
pub(super) fn parse_number(text: &str) -> Option<(Subject, u32)> {
    let (page, place) = text.trim().rsplit_once('-')?;
    Some((Subject::roll(page.parse().ok()?), place.parse().ok()?))
}
