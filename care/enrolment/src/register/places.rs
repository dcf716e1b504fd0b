//! Which page an insured person belongs to: the one to which any of his numbers leads.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use hygie_record::notice::{Act, PersonId, Subject};
use hygie_record::{Error, Number};

use super::{LINES, Registered};
use crate::Enrolment;
use crate::line::Insured;
use crate::page::Page;

/// Persons of one page, in the order in which they came, with their places in the input.
pub(super) type Pages = BTreeMap<Subject, Vec<usize>>;

/// Where the numbers of a part lead: each with the place of its person.
type Led<'a> = Vec<(usize, Number<'a>, Option<Subject>)>;

impl Enrolment {
    /// The page of each person, by the keyed hash of his numbers; new ones go to the last page with room. What another
    /// number of his led to before, the one in use leads to from now on.
    pub(super) async fn place(
        &self,
        insured: &[Insured],
        answers: &mut [Registered],
    ) -> Result<Pages, Error> {
        let good = (0..insured.len()).filter(|place| answers[*place] == Registered::Already);
        let numbers: Vec<(usize, Number<'_>)> = good
            .flat_map(|place| {
                let numbers = insured[place].numbers().into_iter();
                numbers.map(move |number| (place, number))
            })
            .collect();
        let bare: Vec<&str> = numbers.iter().map(|(_, number)| number.bare()).collect();
        let found = self.roll.find(&bare).await?;
        let led: Led<'_> = numbers
            .into_iter()
            .zip(found)
            .map(|((place, number), page)| (place, number, page))
            .collect();
        let mut pages = Pages::new();
        let (mut fresh, mut bind) = (Vec::new(), Vec::new());
        for led in led.chunk_by(|one, other| one.0 == other.0) {
            let place = led[0].0;
            let mut leads = led.iter().filter_map(|(_, _, page)| *page);
            let Some(page) = leads.next() else {
                fresh.push(place);
                continue;
            };
            if leads.any(|other| other != page) {
                answers[place] = Registered::two_lines();
                continue;
            }
            let new = led.iter().filter(|(_, _, page)| page.is_none());
            bind.extend(new.map(|(_, number, _)| (number.bare(), page)));
            pages.entry(page).or_default().push(place);
        }
        self.roll.bind(&bind).await?;
        let (fresh, persons) = self.unerased(insured, fresh, answers).await?;
        let mut known: BTreeMap<Subject, Vec<PersonId>> = BTreeMap::new();
        for (place, page) in self.new_places(insured, &fresh).await? {
            pages.entry(page).or_default().push(place);
            // Whose record an import made before finds his line from now on.
            if let Some(person) = persons.get(&place) {
                known.entry(page).or_default().push(*person);
            }
        }
        for (page, persons) in known {
            self.roll.know_all(&persons, page).await?;
        }
        for places in pages.values_mut() {
            places.sort_unstable();
        }
        Ok(pages)
    }

    /// Those whose record was not erased: it is not made again, under no number of his. And who of them has one.
    async fn unerased(
        &self,
        insured: &[Insured],
        fresh: Vec<usize>,
        answers: &mut [Registered],
    ) -> Result<(Vec<usize>, BTreeMap<usize, PersonId>), Error> {
        let numbers: Vec<(usize, Number<'_>)> = fresh
            .iter()
            .flat_map(|place| {
                let numbers = insured[*place].numbers().into_iter();
                numbers.map(move |number| (*place, number))
            })
            .collect();
        let spelt: Vec<Number<'_>> = numbers.iter().map(|(_, number)| *number).collect();
        let met = self.roll.met(&spelt).await?;
        let (mut erased, mut persons) = (BTreeSet::new(), BTreeMap::new());
        for ((place, _), met) in numbers.iter().zip(met) {
            match met {
                Some((_, true)) => {
                    erased.insert(*place);
                }
                Some((person, false)) => {
                    persons.insert(*place, person);
                }
                None => {}
            }
        }
        for place in &erased {
            let one = &insured[*place];
            if !one.previous_ins.is_empty() {
                // The register may tell the number alone next time.
                self.roll.persons(&one.numbers()).await?;
            }
            answers[*place] = Registered::Rejected {
                reason: "the person's record was erased: it is not made again".to_owned(),
            };
        }
        let left = fresh.into_iter().filter(|place| !erased.contains(place));
        Ok((left.collect(), persons))
    }

    /// Gives new persons places on the last page, and on new ones behind it.
    async fn new_places(
        &self,
        insured: &[Insured],
        fresh: &[usize],
    ) -> Result<Vec<(usize, Subject)>, Error> {
        if fresh.is_empty() {
            return Ok(Vec::new());
        }
        let (mut page, mut room) = self.last_page().await?;
        let mut bind = Vec::with_capacity(fresh.len());
        let mut given: HashMap<&str, Subject> = HashMap::with_capacity(fresh.len());
        let mut own = Vec::with_capacity(fresh.len());
        for place in fresh {
            let numbers = insured[*place].numbers();
            // A part may tell of somebody twice, under one number or another.
            let mut before = numbers.iter().filter_map(|one| given.get(one.bare()));
            let page = match before.next() {
                Some(page) => *page,
                None => {
                    if room == 0 {
                        (page, room) = (self.roll.begin_page().await?, LINES);
                    }
                    room -= 1;
                    page
                }
            };
            own.push(bind.len());
            for number in numbers {
                given.insert(number.bare(), page);
                bind.push((number.bare(), page));
            }
        }
        let bound = self.roll.bind(&bind).await?;
        let own = own.into_iter().map(|first| bound[first]);
        Ok(fresh.iter().copied().zip(own).collect())
    }

    /// The page that was begun last, and its room; or a new one.
    async fn last_page(&self) -> Result<(Subject, u32), Error> {
        if let Some(subject) = self.pages().await?.last() {
            let what = "looking for room";
            let mut opened = self.roll.open(*subject, Act::Search, what).await?;
            let page = Page::of(&mut opened);
            if page.len() < LINES {
                return Ok((*subject, LINES - page.len()));
            }
        }
        Ok((self.roll.begin_page().await?, LINES))
    }
}
