//! A minor's space through his parents: whom the register names as one of them, and who has an account of his own, gains
//! access to the child's space beside his own. He is known by the space that is his, and the child by number and birth date;
//! whom the register does not name gets the answer that it gives of whoever is not there. Art. 371-1, 388 and 388-1-1 C.
//! civ.; art. L. 1111-13-1 CSP.

use hygie_letters::Matter;
use hygie_record::accounts::{Account, Accounts};
use hygie_record::notice::{Act, ActorKind, Millis, PersonId};
use hygie_record::{Appointment, Error, Letters, Scope, Space, Who};

use crate::oppose::Unlocked;
use crate::page::{Line, News, Page};
use crate::stage::{Event, Stage, Way, Why};
use crate::{Enrolment, Pace, Proof, Wish};

/// A parent, as his account shows him.
#[derive(Debug, Clone, Copy)]
pub struct Parent<'a> {
    /// The account in which he is signed in.
    pub account: PersonId,
    /// Whose holder it is: himself.
    pub person: PersonId,
    /// The name to show in the child's record.
    pub name: &'a str,
    /// Where he is told of what is new in his own space, if he said so: there he is told of the child's.
    pub letters: Option<&'a Letters>,
}

/// What the register says of somebody who acts as a parent.
#[derive(Default)]
struct Known {
    /// The numbers by which it may name him, 13 characters each.
    numbers: Vec<String>,
    /// Where an e-mail finds him.
    email: Letters,
}

/// What came of it.
pub enum ForChild {
    /// The parent acts for the child.
    Done(Box<Child>),
    /// Nobody has this number and birth date, or is a minor, whose parent this is as the register says: one answer for all.
    NotMatched,
    /// The child's space is opposed, since then: that is taken back first.
    Opposed(Millis),
    /// The space was closed or erased.
    Ended,
}

/// A child for whom a parent acts.
pub struct Child {
    /// Whose space.
    pub person: PersonId,
    /// The child's name.
    pub name: String,
    /// The receipt of an opposition that was taken back with it.
    pub back: Option<Proof>,
}

/// A parent who acts for the person of a line.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Acting {
    /// For whose record.
    pub person: PersonId,
    /// The parent's number, 13 characters, as the register named it.
    pub number: String,
    /// His mandate in the child's rights.
    pub mandate: String,
}

const WHAT: &str = "a parent activates the space of a child";
const BACK: &str = "opposition taken back by a parent, signed in";

impl Enrolment {
    /// How fast a parent may type numbers of children.
    pub fn child_pace(&self, parent: PersonId, child: &Wish) -> Pace {
        self.pace_of(&format!("parent {parent}"), &child.number)
    }

    /// Lets a parent act for the child of this number and birth date, where the register names him as one who represents it
    /// and it is not of age; makes the space where there is none. With `back` an opposition is taken back first. Each
    /// parent does so with his own account, and a second time changes nothing.
    ///
    /// Crash after the mandate and before the roll, or before his account knows of it: the same again goes on. The mandate
    /// lets nobody in whose account has no such role.
    ///
    /// # Errors
    /// Those of keeper and store: it can be tried again.
    pub async fn activate_child(
        &self,
        accounts: &Accounts,
        parent: Parent<'_>,
        child: &Wish,
        back: bool,
    ) -> Result<ForChild, Error> {
        let Known { numbers, email } = self.known(parent.person).await?;
        let mut receipt = None;
        if back && let Some(unlocked) = self.child_of(&numbers, child).await? {
            let standing = unlocked.line()?.standing;
            if standing.opposed.is_some() && self.why_not(unlocked.line()?).is_none() {
                let by = self.by(Way::SignIn);
                receipt = Some(self.say_yes(unlocked, by, &Scope::Space, BACK).await?);
            }
        }
        let Some(unlocked) = self.child_of(&numbers, child).await? else {
            return Ok(ForChild::NotMatched);
        };
        let line = unlocked.line()?;
        if let Some(why) = self.why_not(line) {
            return Ok(why);
        }
        if let Some(since) = line.standing.opposed {
            return Ok(ForChild::Opposed(since));
        }
        let Some(person) = self.space_of_child(&unlocked).await? else {
            return Ok(ForChild::Opposed(self.roll.record().now()));
        };
        let named = |number: &&String| line.is_represented_by(number);
        let number = numbers.iter().find(named).cloned().unwrap_or_default();
        let mandate = self.appoint_parent(line, person, parent).await?;
        let acting = Acting {
            person,
            number,
            mandate,
        };
        let new = self.acts(&unlocked, acting).await?;
        let name = format!("{} {}", given(line), line.insured.family);
        accounts.represents(parent.account, (person, &name)).await?;
        if new {
            // Whoever it was, as a holder is told whose own space was activated.
            let to = parent.letters.unwrap_or(&email);
            self.roll.record().tell_there(parent.account, to);
        }
        Ok(ForChild::Done(Box::new(Child {
            person,
            name,
            back: receipt,
        })))
    }

    /// What the register says of a parent; nothing where it does not know him.
    async fn known(&self, person: PersonId) -> Result<Known, Error> {
        let what = "who it is who acts as a parent";
        let found = self.on_roll(person, Act::Search, what).await?;
        let Some(unlocked) = found else {
            return Ok(Known::default());
        };
        let line = unlocked.line()?;
        if line.standing.died.is_some() {
            return Ok(Known::default());
        }
        let numbers = line.insured.numbers().into_iter();
        Ok(Known {
            numbers: numbers.map(|one| one.bare().to_owned()).collect(),
            email: Letters {
                address: line.insured.email.clone(),
                language: line.insured.language.clone(),
            },
        })
    }

    /// Somebody said where he is told of what is new in his own space: there he is told of the children's for whom he
    /// acts as a parent. Where nobody acts, for the space is opposed, closed or erased, nothing is said.
    ///
    /// Crash between: he says it again, and it is said to all.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn parent_is_told(&self, account: &Account, letters: &Letters) -> Result<(), Error> {
        let roles = account.roles.iter();
        let acting = roles.filter(|role| role.kind == ActorKind::Representative);
        for child in acting.filter_map(|role| role.person) {
            let what = "whether somebody is a minor for whom a parent acts";
            let Some(unlocked) = self.on_roll(child, Act::Search, what).await? else {
                continue;
            };
            let line = unlocked.line()?;
            let minor = self.minor_until(&line.insured).is_some();
            // Of who decides alone by now nothing is asked for: it would be refused, and stand in his trail.
            if minor && line.standing.opposed.is_none() {
                self.told_of(child, account.subject.id, letters).await?;
            }
        }
        Ok(())
    }

    /// Writes into a child's rights where a parent is told.
    async fn told_of(
        &self,
        child: PersonId,
        parent: PersonId,
        letters: &Letters,
    ) -> Result<(), Error> {
        let told = Appointment::Letters {
            account: parent.to_string(),
            letters: letters.clone(),
        };
        let record = self.roll.record();
        match record.appoint(&self.roll.caller(), child, told).await {
            Ok(_) | Err(Error::NotFound | Error::Refused | Error::Erased | Error::Closed) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The line of a child, if it is one and one of these numbers is a parent's.
    async fn child_of(&self, numbers: &[String], child: &Wish) -> Result<Option<Unlocked>, Error> {
        let fits = |line: &Line, _: &Page| {
            let mut numbers = numbers.iter();
            let names = numbers.any(|number| line.is_represented_by(number));
            names & self.minor_until(&line.insured).is_some() & line.standing.died.is_none()
        };
        let who = (child.number.as_str(), child.birth.as_str());
        self.unlock_to(Act::Deposit, who, WHAT, fits).await
    }

    /// Why nobody activates this space, whoever it is and whatever he says about an opposition.
    fn why_not(&self, line: &Line) -> Option<ForChild> {
        match line.standing.stage {
            Stage::Closed { .. } | Stage::Erased { .. } => Some(ForChild::Ended),
            _ if line.standing.alias => Some(ForChild::NotMatched),
            _ => None,
        }
    }

    /// Makes the space where there is none, with the day from which on the child decides alone; none where the record says
    /// that there shall be none.
    async fn space_of_child(&self, unlocked: &Unlocked) -> Result<Option<PersonId>, Error> {
        let insured = &unlocked.line()?.insured;
        let made = self.roll.make_space(&insured.identity(), WHAT).await?;
        let person = match made {
            Space::Made(person) | Space::There(person) => person,
            Space::Barred => {
                let (event, lines) = (Event::Barred, vec![unlocked.place]);
                let step = News::Step { event, lines };
                self.write(&unlocked.opened, vec![step]).await?;
                return Ok(None);
            }
        };
        // Before anybody is appointed: parents of a minor are, and of nobody else.
        if let Some(at) = self.minor_until(insured) {
            self.roll.of_age(person, at).await?;
        }
        let page = unlocked.opened.page;
        self.roll.know_all(&[person], page).await?;
        Ok(Some(person))
    }

    /// Writes the parent into the child's rights, until the child is of age.
    async fn appoint_parent(
        &self,
        line: &Line,
        person: PersonId,
        parent: Parent<'_>,
    ) -> Result<String, Error> {
        let who = Who {
            account: parent.account.to_string(),
            name: parent.name.to_owned(),
            role: "parent".to_owned(),
            classes: None,
            from: None,
            until: self.minor_until(&line.insured),
        };
        let caller = self.roll.caller();
        let record = self.roll.record();
        let mandate = record
            .appoint(&caller, person, Appointment::Appoint(who))
            .await?;
        if let Some(letters) = parent.letters {
            self.told_of(person, parent.account, letters).await?;
        }
        Ok(mandate)
    }

    /// Writes on the roll that the space is activated, and by whom, with a letter to all who represent the child; `false`
    /// where it was so already.
    async fn acts(&self, unlocked: &Unlocked, acting: Acting) -> Result<bool, Error> {
        let (page, place) = (unlocked.opened.page, unlocked.place);
        let line = unlocked.line()?;
        if line.acting.contains(&acting) {
            return Ok(false);
        }
        let now = self.roll.record().now();
        let mut news = Vec::new();
        let mut standing = line.standing;
        for event in [Event::Created { why: Why::Wish }, Event::Activated] {
            if let Ok(after) = standing.after(&event, now) {
                standing = after;
                let lines = vec![place];
                news.push(News::Step { event, lines });
            }
        }
        news.push(News::Represented {
            line: place,
            person: acting.person,
            number: acting.number,
            mandate: acting.mandate,
        });
        let matter = Matter::ActivatedForChild(self.calendar.moment(now));
        let name = format!("activated-{}", Proof::number(&self.roll));
        let letter = self.enclose(page, line, &name, matter).await;
        self.write(&unlocked.opened, news).await?;
        self.send_enclosed(letter.map(|()| name.as_str()));
        Ok(true)
    }

    /// Ends the mandates of those whom the register named as parents of somebody and no longer does. Gives what is to be
    /// written of it; nothing of those that can't be ended while the space is opposed or closed, by which nobody acts: they
    /// are ended when it is opened again.
    ///
    /// Crash between: the next who is told of the line finds it so again.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub(crate) async fn withdrawn(&self, line: &Line) -> Result<Option<News>, Error> {
        let gone = line.acting.iter();
        let gone = gone.filter(|acting| !line.is_represented_by(&acting.number));
        let (caller, record) = (self.roll.caller(), self.roll.record());
        let mut mandates = Vec::new();
        for acting in gone {
            let ends = Appointment::End(acting.mandate.clone());
            match record.appoint(&caller, acting.person, ends).await {
                Ok(_) | Err(Error::NotFound) => mandates.push(acting.mandate.clone()),
                Err(Error::Refused | Error::Erased | Error::Closed) => {}
                Err(error) => return Err(error),
            }
        }
        let line = line.place;
        Ok((!mandates.is_empty()).then_some(News::Withdrawn { line, mandates }))
    }
}

impl Line {
    /// Whether the register names this number, 13 characters, as one who represents the person.
    pub(crate) fn is_represented_by(&self, number: &str) -> bool {
        let mut named = self.insured.representatives.iter();
        named.any(|one| one.get(..13) == Some(number))
    }
}

/// The given name that is used.
fn given(line: &Line) -> &str {
    let mut names = line.insured.given.split([' ', ',']);
    names.next().unwrap_or_default()
}
