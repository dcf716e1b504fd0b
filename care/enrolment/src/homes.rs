//! Where letters for a minor go: to those who act for him, each at his own address, where the roll knows them; else to
//! where the minor lives (art. 371-1 and 388-1-1 C. civ.).

use std::collections::{HashMap, HashSet};

use hygie_letters::{Matter, Post};
use hygie_record::Error;
use hygie_record::notice::Subject;

use crate::Enrolment;
use crate::campaign::Wave;
use crate::line::Insured;
use crate::page::{Line, Page};

/// Where somebody gets his letters, and in which language.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Home {
    address: Vec<String>,
    postcode: String,
    language: String,
}

impl Home {
    /// Lets somebody live here, of whom it is not known where.
    pub fn settle(&self, insured: &mut Insured) {
        if insured.address.is_empty() {
            insured.address.clone_from(&self.address);
            insured.postcode.clone_from(&self.postcode);
            insured.language.clone_from(&self.language);
        }
    }
}

/// Homes by the 13 characters of a number.
pub(crate) type Homes = HashMap<String, Home>;

impl Enrolment {
    /// The homes of those who act for the minors that a wave is for. Each page is looked at twice, once for who acts and
    /// once for where they live, since they are anywhere on the roll.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub(crate) async fn homes_for(&self, wave: &Wave) -> Result<Homes, Error> {
        let pages = self.pages().await?;
        let mut acting = HashSet::new();
        for page in &pages {
            let lines = self.look(*page, "who acts for minors").await?.lines;
            let wanted = lines.iter().filter(|line| wave.wants(line));
            acting.extend(wanted.flat_map(|line| self.acting(&line.insured)));
        }
        let mut homes = Homes::new();
        if acting.is_empty() {
            return Ok(homes);
        }
        for page in &pages {
            let found = self.look(*page, "where those live who act for minors");
            known(found.await?, &acting, &mut homes);
        }
        Ok(homes)
    }

    /// The same for one person.
    pub(crate) async fn homes_of(&self, insured: &Insured) -> Result<Homes, Error> {
        let acting: HashSet<String> = self.acting(insured).collect();
        let mut homes = Homes::new();
        let numbers: Vec<&str> = acting.iter().map(String::as_str).collect();
        let pages: HashSet<Subject> = self
            .roll
            .find(&numbers)
            .await?
            .into_iter()
            .flatten()
            .collect();
        for page in pages {
            let found = self.look(page, "where those live who act for a minor");
            known(found.await?, &acting, &mut homes);
        }
        Ok(homes)
    }

    /// Letters to a person about one matter: one, but where those who act for a minor live apart.
    pub(crate) fn posts(
        &self,
        page: Subject,
        line: &Line,
        matter: &Matter,
        homes: &Homes,
    ) -> Vec<Post> {
        let mut to: Vec<&Home> = Vec::new();
        for number in self.acting(&line.insured) {
            let home = homes.get(&number);
            to.extend(home.filter(|home| !to.contains(home)));
        }
        if to.is_empty() {
            return Vec::from_iter(self.post(page, line, matter.clone()));
        }
        let posts = to.into_iter().filter_map(|home| {
            let insured = Insured {
                address: home.address.clone(),
                postcode: home.postcode.clone(),
                language: home.language.clone(),
                ..line.insured.clone()
            };
            self.post_to(page, line.place, &insured, matter.clone())
        });
        posts.collect()
    }

    /// The numbers of those who act for somebody, while he is a minor.
    fn acting<'a>(&self, insured: &'a Insured) -> impl Iterator<Item = String> + use<'a> {
        let acts = self.minor_until(insured).is_some();
        let all = insured.representatives.iter().filter(move |_| acts);
        all.filter_map(|number| Some(number.get(..13)?.to_owned()))
    }

    /// A page as it is, for who writes nothing on it.
    async fn look(&self, page: Subject, what: &str) -> Result<Page, Error> {
        Ok(Page::read(self.roll.look(page, what).await?))
    }
}

fn known(page: Page, acting: &HashSet<String>, homes: &mut Homes) {
    for line in page.lines {
        let insured = line.insured;
        if insured.address.is_empty() || line.standing.died.is_some() {
            continue;
        }
        let mut numbers = insured.numbers().into_iter().map(|one| one.bare());
        if let Some(number) = numbers.find(|number| acting.contains(*number)) {
            let home = Home {
                address: insured.address.clone(),
                postcode: insured.postcode.clone(),
                language: insured.language.clone(),
            };
            homes.insert(number.to_owned(), home);
        }
    }
}
