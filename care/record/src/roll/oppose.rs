use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use hygie_identity::{Ins, InsSystem};
use hygie_notice::{Act, Millis, PersonId, Subject};

use super::code::Code;
use super::{Enrolment, Pace, Page, Proof, ROLL, State, number_of};
use crate::change::{Line, Right, RollChange, RollNews, encode};
use crate::door::Ask;
use crate::{Caller, Error, Record};

/// What somebody typed, once it has the form of what is asked for.
pub struct Attempt {
    number: String,
    birth: String,
    code: Code,
}

/// A field that can't be what is asked for: a slip of the pen, told before anything is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The INS has another form, or its key does not fit.
    Ins,
    /// Not a date.
    BirthDate,
    /// Not the symbols of a code with their check.
    Code,
}

/// What came of an attempt.
pub enum Answer {
    /// The opposition holds.
    Opposed(Proof),
    /// Unknown person, other birth date, wrong or spent code: one answer for all of them.
    NotMatched,
}

impl Attempt {
    /// Reads what was typed; nothing is looked up.
    ///
    /// # Errors
    /// The fields that hold a slip of the pen, in the order of the form.
    pub fn read(ins: &str, birth_date: &str, code: &str) -> Result<Self, Vec<Field>> {
        let number = number(ins).ok_or(Field::Ins);
        let birth = date(birth_date).ok_or(Field::BirthDate);
        let code = Code::parse(code).ok_or(Field::Code);
        match (number, birth, code) {
            (Ok(number), Ok(birth), Ok(code)) => Ok(Self {
                number,
                birth,
                code,
            }),
            (number, birth, code) => Err([number.err(), birth.err(), code.err()]
                .into_iter()
                .flatten()
                .collect()),
        }
    }
}

/// The 13 characters of a number; a key that does not fit tells a slip.
fn number(written: &str) -> Option<String> {
    let bare: String = written
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '-' && *letter != '.')
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    let ins = Ins::parse(InsSystem::Nir, &bare).ok()?;
    let number = ins.number().to_owned();
    let whole = Ins::complete(InsSystem::Nir, &number).ok()?.to_string();
    (bare == number || bare == whole).then_some(number)
}

/// A date as people write it, as `YYYY-MM-DD`: day, month and year, or the year first.
fn date(written: &str) -> Option<String> {
    let parts: Vec<&str> = written
        .trim()
        .split(['/', '-', '.', ' '])
        .filter(|part| !part.is_empty())
        .collect();
    let (year, month, day) = match parts[..] {
        [year, month, day] if year.len() == 4 => (year, month, day),
        [day, month, year] if year.len() == 4 => (year, month, day),
        [all] if all.len() == 8 && all.is_ascii() => (&all[4..], &all[2..4], &all[..2]),
        _ => return None,
    };
    let short = |part: &str| part.parse::<i8>().ok();
    let date = jiff::civil::Date::new(year.parse().ok()?, short(month)?, short(day)?).ok()?;
    Some(date.to_string())
}

impl Page {
    /// The line that this attempt opens: same number and birth date, the right code, not spent. Each
    /// attempt costs one hash at least, whoever it is about.
    fn unlocked(&self, attempt: &Attempt) -> Option<&Line> {
        let mut found = None;
        let mut lines: Vec<&State> = InsSystem::ALL
            .into_iter()
            .filter_map(|system| {
                self.lines
                    .get(&(system.uri().to_owned(), attempt.number.clone()))
            })
            .collect();
        if lines.is_empty() {
            let _same_work = attempt.code.hash(&[0; 32]);
        }
        for state in lines.drain(..) {
            let hash = attempt.code.hash(&state.line.salt);
            let right = verify_slices_are_equal(&hash, &state.line.code).is_ok();
            let born =
                verify_slices_are_equal(state.line.birth.as_bytes(), attempt.birth.as_bytes())
                    .is_ok();
            if right & born & !state.opposed {
                found = Some(&state.line);
            }
        }
        found
    }
}

impl Enrolment {
    /// How fast this attempt may be made, from `source` (an address).
    pub fn pace(&self, source: &str, attempt: &Attempt) -> Pace {
        let person = self.keyed(&attempt.number);
        self.throttle.pace(source, person, self.record.clock.now())
    }

    /// Tries the code. When it fits, the opposition holds before this returns, and the next `decide`
    /// refuses (INVARIANT opposition wins).
    ///
    /// Crash after `rights` and before the roll: the opposition holds, the code is not spent, and trying
    /// it again gives the receipt.
    ///
    /// # Errors
    /// Those of keeper and store: nothing may be said about the attempt, which can be made again.
    pub async fn oppose(&self, attempt: &Attempt) -> Result<Answer, Error> {
        let caller = self.caller();
        let keeper = &self.record.keeper;
        let bound = keeper
            .tag(&caller.assertion, ROLL, &attempt.number, None)
            .await?;
        // Whoever is not on the roll costs the same work: another's page is opened, and nothing found in it.
        let Some(page) = bound.or(self.decoy(&attempt.number).await?) else {
            return Ok(Answer::NotMatched);
        };
        let (known, desk, receipt) = self
            .open(&caller, page, Act::Oppose, "opposition by code")
            .await?;
        let Some(line) = known.unlocked(attempt) else {
            return Ok(Answer::NotMatched);
        };
        let number = Proof::number(&self.record);
        let mut written = None;
        for person in self.persons(&caller, line).await? {
            let opposed = self.record.write_opposition(&caller, person, &number).await;
            match opposed {
                Ok(line) => written = Some(line),
                // Of what ended nothing opens any more: the line of the roll says the rest.
                Err(Error::Erased | Error::Closed) => {}
                Err(error) => return Err(error),
            }
        }
        let (index, at) = written.unwrap_or((receipt.index, receipt.at));
        let change = RollChange {
            at: self.record.clock.now(),
            author: caller.actor.clone(),
            news: vec![RollNews::Opposed {
                system: line.system.clone(),
                number: number_of(&line.ins).to_owned(),
                at,
                receipt: number.clone(),
            }],
        };
        self.record.write(&desk, &encode(&change)).await?;
        Ok(Answer::Opposed(
            Proof::of(&self.record, number, at, index).await?,
        ))
    }

    /// The person of a line, by INS with its key and without, as imports may write it; one is made when
    /// there is none, so that no import finds the number free. Two imports that wrote it differently
    /// made two persons: both are opposed.
    async fn persons(&self, caller: &Caller, line: &Line) -> Result<Vec<PersonId>, Error> {
        let keeper = &self.record.keeper;
        let spellings = spellings(&line.system, &line.ins)?;
        let mut persons = Vec::new();
        let mut free = Vec::new();
        for spelling in spellings {
            match keeper
                .tag(&caller.assertion, &line.system, &spelling, None)
                .await?
            {
                Some(found) => persons.push(found.id),
                None => free.push(spelling),
            }
        }
        let fresh = PersonId::random(self.record.entropy.as_ref());
        let bind = Subject::person(persons.first().copied().unwrap_or(fresh));
        for spelling in free {
            // An import may have bound it this very moment: its person is opposed too.
            let bound = keeper
                .tag(&caller.assertion, &line.system, &spelling, Some(bind))
                .await?;
            persons.push(bound.unwrap_or(bind).id);
        }
        persons.sort();
        persons.dedup();
        Ok(persons)
    }

    async fn decoy(&self, number: &str) -> Result<Option<Subject>, Error> {
        let pages = self.pages().await?;
        let hash = self.keyed(number);
        let draw = u64::from_be_bytes(hash[..8].try_into().expect("eight bytes"));
        let count = u64::try_from(pages.len()).expect("pages fit").max(1);
        let place = usize::try_from(draw % count).expect("a place among the pages");
        Ok(pages.get(place).copied())
    }

    fn keyed(&self, number: &str) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.decoy);
        let tag = hmac::sign(&key, number.as_bytes());
        tag.as_ref().try_into().expect("HMAC-SHA256 gives 32 bytes")
    }
}

/// How imports may write a number: with its key, without, or as it stands here.
pub(super) fn spellings(system: &str, ins: &str) -> Result<Vec<String>, Error> {
    let number = number_of(ins);
    let known = InsSystem::from_uri(system).ok_or(Error::UnknownForm)?;
    let whole = Ins::complete(known, number).map_err(|_| Error::UnknownForm)?;
    let mut spellings = vec![number.to_owned(), whole.to_string()];
    if !spellings.iter().any(|spelling| spelling == ins) {
        spellings.push(ins.to_owned());
    }
    Ok(spellings)
}

impl Record {
    /// Writes the opposition into the person's rights; gives its opening's index in the ledger, and when.
    async fn write_opposition(
        &self,
        caller: &Caller,
        person: PersonId,
        receipt: &str,
    ) -> Result<(u64, Millis), Error> {
        let ask = Ask {
            caller,
            person,
            act: Act::Oppose,
            what: "opposition by code".to_owned(),
        };
        let entered = self.enter(&ask).await?;
        let (index, at) = (entered.receipt.index, entered.receipt.at);
        if !entered.rights.opposed {
            let right = Right::Oppose {
                receipt: receipt.to_owned(),
            };
            self.write_right(&entered, caller, at, right).await?;
        }
        Ok((index, at))
    }
}
