//! A minor's space through his parents. Dangers: somebody who is no parent, or no longer is, reads a child's record; a parent
//! who reads on after the eighteenth birthday; an opposition that is passed over; one parent who shuts the other out; an
//! answer that tells whose child somebody is, or that there is one; a second mandate or letter for the same thing.
//! A parent who is not told that somebody came, or is told twice, or after the day on which that ends.
//! Not a failure: a parent without a space of his own activates that first.

use std::sync::{Arc, Mutex};

use hygie_enrolment::{
    Activation, Child, Enrolment, ForChild, Held, Insured, OwnNumber, Parent, Registered,
    Registration, Stage, Traits, Wish,
};
use hygie_record::accounts::{Account, Accounts, Link};
use hygie_record::notice::wire::TrailLine;
use hygie_record::notice::{ActorKind, PersonId};
use hygie_record::{Appointment, Caller, Error, Letters, News, Who};

use crate::activations::{accounts, camille, link};
use crate::campaigns::{files, living, printing};
use crate::emails::THIRD;
use crate::oppositions::{INS, OTHER, code, tried};
use crate::world::World;

const YOUNG: &str = "2012-02-29";
/// 1 March 2030 at midnight in Paris: somebody born on 29 February 2012 is eighteen.
const OF_AGE: u64 = 1_898_550_000_000;

fn dominique() -> Traits {
    Traits {
        given: "Dominique".to_owned(),
        ..camille()
    }
}

fn child(representatives: &[&str]) -> Insured {
    Insured {
        given: "Lou".to_owned(),
        birth_date: YOUNG.to_owned(),
        representatives: representatives
            .iter()
            .map(|one| (*one).to_owned())
            .collect(),
        ..living(THIRD, "69001")
    }
}

/// A family as the register knows it; gives the code of the child's letter.
async fn family(roll: &Enrolment, representatives: &[&str]) -> String {
    let other = Insured {
        given: "Dominique".to_owned(),
        ..living(OTHER, "35000")
    };
    let insured = [living(INS, "69001"), other, child(representatives)];
    let answers = roll.register(&insured, Registration::Codes).await.unwrap();
    code(&answers[2]).to_owned()
}

/// Somebody who activated his own space.
async fn grown_up(
    roll: &Enrolment,
    accounts: &Accounts,
    (traits, ins): (&Traits, &str),
    link: &Link,
) -> Account {
    let own = OwnNumber::read(ins).unwrap();
    match roll.activate(accounts, (traits, link), &own, false).await {
        Ok(Activation::Done(done)) => done.account,
        _ => panic!("not activated"),
    }
}

struct Family {
    world: World,
    roll: Enrolment,
    accounts: Accounts,
    code: String,
    parents: [Account; 2],
    /// Where each is told of his own space, where he said so.
    letters: [Option<Letters>; 2],
}

/// Keeps whom it was to tell, and where.
#[derive(Default)]
struct Heard(Mutex<Vec<(PersonId, String)>>);

impl News for Heard {
    fn new_for(&self, person: PersonId, to: &Letters) {
        self.0.lock().unwrap().push((person, to.address.clone()));
    }
}

fn at(address: &str) -> Letters {
    Letters {
        address: address.to_owned(),
        language: "fr".to_owned(),
    }
}

impl Family {
    async fn of(representatives: &[&str]) -> Self {
        let world = World::new().await;
        let (roll, accounts) = (printing(&world), accounts(&world));
        let code = family(&roll, representatives).await;
        let first = grown_up(&roll, &accounts, (&camille(), INS), &link("camille")).await;
        let second = (&dominique(), OTHER);
        let second = grown_up(&roll, &accounts, second, &link("dominique")).await;
        Self {
            world,
            roll,
            accounts,
            code,
            parents: [first, second],
            letters: [None, None],
        }
    }

    async fn tries(&self, parent: usize, (ins, born): (&str, &str), back: bool) -> ForChild {
        let (account, letters) = (&self.parents[parent], self.letters[parent].as_ref());
        let parent = Parent {
            account: account.subject.id,
            person: account.roles[0].person.unwrap(),
            name: "Camille Durand",
            letters,
        };
        let child = Wish::read(ins, born).unwrap();
        let tried = self
            .roll
            .activate_child(&self.accounts, parent, &child, back);
        tried.await.unwrap()
    }

    async fn acts(&self, parent: usize) -> Child {
        match self.tries(parent, (THIRD, YOUNG), false).await {
            ForChild::Done(child) => *child,
            other => panic!("{}", word(&other)),
        }
    }

    /// A parent as he acts for the child, by the role that his account has.
    async fn caller(&self, parent: usize, child: PersonId) -> Option<Caller> {
        let id = self.parents[parent].id();
        let account = self.accounts.by_id(id, "a test").await.unwrap().unwrap();
        let mut roles = account.roles.iter();
        let role = roles.find(|role| role.person == Some(child))?;
        assert_eq!(role.kind, ActorKind::Representative);
        Some(self.accounts.caller(role).unwrap())
    }

    async fn reads(&self, parent: usize, child: PersonId) -> bool {
        let Some(caller) = self.caller(parent, child).await else {
            return false;
        };
        let id = child.to_string();
        match self.world.record.read(&caller, "Patient", &id).await {
            Ok(_) => true,
            Err(Error::Refused) => false,
            Err(other) => panic!("{other}"),
        }
    }

    /// A parent says anew where he is told of his own space.
    async fn is_told(&self, parent: usize, letters: &Letters) {
        let id = self.parents[parent].id();
        let account = self.accounts.by_id(id, "a test").await.unwrap().unwrap();
        self.roll.parent_is_told(&account, letters).await.unwrap();
    }

    /// Where who is told when a doctor comes whom nobody authorised.
    async fn heard(&self, heard: &Heard, child: PersonId) -> Vec<(usize, String)> {
        heard.0.lock().unwrap().clear();
        let (doctor, id) = (self.world.doctor(), child.to_string());
        let read = self.world.record.read(&doctor, "Patient", &id).await;
        assert!(matches!(read, Err(Error::Refused)));
        self.told(heard)
    }

    /// Which parents were told since, and where.
    fn told(&self, heard: &Heard) -> Vec<(usize, String)> {
        let mut told = heard.0.lock().unwrap();
        let which = |id: PersonId| {
            let mut parents = self.parents.iter();
            parents.position(|one| one.subject.id == id).unwrap()
        };
        told.drain(..).map(|(id, at)| (which(id), at)).collect()
    }

    async fn told_by_register(&self, representatives: &[&str]) {
        let one = [child(representatives)];
        let answers = self.roll.register(&one, Registration::Lines).await.unwrap();
        assert_eq!(answers, [Registered::Corrected]);
    }
}

fn word(answer: &ForChild) -> &'static str {
    match answer {
        ForChild::Done(_) => "done",
        ForChild::NotMatched => "not-matched",
        ForChild::Opposed(_) => "opposed",
        ForChild::Ended => "ended",
    }
}

#[tokio::test]
async fn two_parents_act_each_with_his_own_account_and_until_the_birthday() {
    let family = Family::of(&[INS, OTHER]).await;
    let letters = files(&family.world).len();
    let shown = family.acts(0).await;
    assert_eq!(shown.name, "Lou Durand");
    assert!(shown.back.is_none());
    let child = shown.person;
    assert!(family.reads(0, child).await && !family.reads(1, child).await);
    // An account that is named in no right of the child opens nothing, whatever it says of itself.
    let account = family.parents[1].subject.id.to_string();
    let stranger = family.world.representative(&account, child);
    let id = child.to_string();
    let read = family.world.record.read(&stranger, "Patient", &id);
    assert!(matches!(read.await, Err(Error::Refused)));
    assert_eq!(family.acts(1).await.person, child);
    assert!(family.reads(0, child).await && family.reads(1, child).await);
    // A letter and its index to the parents at each, and none when the same is done again.
    assert_eq!(files(&family.world).len(), letters + 4);
    family.acts(0).await;
    assert_eq!(files(&family.world).len(), letters + 4);
    let caller = family.caller(0, child).await.unwrap();
    let appointed = family.world.record.appointed(&caller, child).await.unwrap();
    assert_eq!(appointed.len(), 2);
    assert!(appointed.iter().all(|one| one.who.until == Some(OF_AGE)));
    let Held::OnRoll(standing) = family.roll.held_for(&caller, child).await.unwrap() else {
        panic!("not on the roll");
    };
    assert!(matches!(standing.stage, Stage::Activated { .. }));
    // The child does not act for itself yet; from the birthday on it does, and they do not.
    let own = family.world.holder(child);
    assert!(matches!(
        family.world.record.read(&own, "Patient", &id).await,
        Err(Error::Refused)
    ));
    family.world.wait(OF_AGE - family.world.now());
    assert!(!family.reads(0, child).await && !family.reads(1, child).await);
    let own = family.world.holder(child);
    family
        .world
        .record
        .read(&own, "Patient", &id)
        .await
        .unwrap();
    let caller = family.caller(0, child).await.unwrap();
    let held = family.roll.held_for(&caller, child).await;
    assert!(matches!(held, Err(Error::Refused)));
    let late = family.tries(0, (THIRD, YOUNG), false).await;
    assert_eq!(word(&late), "not-matched");
}

#[tokio::test]
async fn whom_the_register_does_not_name_is_told_what_it_tells_of_nobody() {
    let family = Family::of(&[OTHER]).await;
    let persons = family.world.record.persons().await.unwrap().len();
    let mut openings = Vec::new();
    for whom in [
        (THIRD, YOUNG),
        (THIRD, "2012-03-01"),
        // Not of his children, and of age.
        (OTHER, "1963-12-05"),
        ("1120799123456", YOUNG),
    ] {
        let before = family.world.leaves().await;
        let answer = family.tries(0, whom, true).await;
        assert_eq!(word(&answer), "not-matched");
        openings.push(family.world.leaves().await - before);
    }
    assert!(
        openings.iter().all(|count| *count == openings[0]),
        "{openings:?}"
    );
    assert_eq!(family.world.record.persons().await.unwrap().len(), persons);
    assert_eq!(word(&family.tries(1, (THIRD, YOUNG), false).await), "done");
}

#[tokio::test]
async fn a_parent_says_no_for_the_child_and_yes_again_and_nobody_else_does() {
    let family = Family::of(&[INS, OTHER]).await;
    let (world, roll) = (&family.world, &family.roll);
    // With the letter's code somebody said no before anybody had access.
    tried(roll, THIRD, YOUNG, &family.code).await.unwrap();
    let told = family.tries(0, (THIRD, YOUNG), false).await;
    assert_eq!(word(&told), "opposed");
    let ForChild::Done(shown) = family.tries(0, (THIRD, YOUNG), true).await else {
        panic!("not taken back");
    };
    let child = shown.person;
    assert!(shown.back.is_some() && family.reads(0, child).await);
    let first = family.caller(0, child).await.unwrap();
    roll.oppose_for(&first, child).await.unwrap();
    assert!(!family.reads(0, child).await);
    let Held::OnRoll(standing) = roll.held_for(&first, child).await.unwrap() else {
        panic!("not on the roll");
    };
    assert!(standing.opposed.is_some());
    // Whom no right of the child names says nothing for it.
    let stranger = world.representative("somebody", child);
    let no = roll.oppose_for(&stranger, child).await;
    let yes = roll.relent_for(&stranger, child).await;
    assert!(matches!(
        (no, yes),
        (Err(Error::Refused), Err(Error::Refused))
    ));
    roll.relent_for(&first, child).await.unwrap();
    assert!(family.reads(0, child).await);
}

#[tokio::test]
async fn whom_the_register_no_longer_names_reads_no_more() {
    let family = Family::of(&[INS, OTHER]).await;
    let child = family.acts(0).await.person;
    family.acts(1).await;
    family.told_by_register(&[OTHER]).await;
    assert!(!family.reads(0, child).await && family.reads(1, child).await);
    assert_eq!(
        word(&family.tries(0, (THIRD, YOUNG), false).await),
        "not-matched"
    );
    // Named again, he asks again.
    family.told_by_register(&[INS, OTHER]).await;
    assert!(!family.reads(0, child).await);
    family.acts(0).await;
    assert!(family.reads(0, child).await);
    // While the space is opposed nothing is written into its rights; once it is not, it is.
    let second = family.caller(1, child).await.unwrap();
    family.roll.oppose_for(&second, child).await.unwrap();
    family.told_by_register(&[OTHER]).await;
    family.roll.relent_for(&second, child).await.unwrap();
    assert!(!family.reads(0, child).await && family.reads(1, child).await);
}

#[tokio::test]
async fn nobody_is_appointed_for_who_is_of_age_nor_as_anything_but_a_parent() {
    let family = Family::of(&[INS]).await;
    let child = family.acts(0).await.person;
    let enrolment = family.world.enrolment();
    let who = |role: &str| Who {
        account: "neighbour".to_owned(),
        name: "Neighbour".to_owned(),
        role: role.to_owned(),
        classes: None,
        from: None,
        until: None,
    };
    let appoint = async |person, role| {
        let appointment = Appointment::Appoint(who(role));
        let record = &family.world.record;
        record.appoint(&enrolment, person, appointment).await
    };
    for role in ["guardian", "helper"] {
        assert!(matches!(
            appoint(child, role).await,
            Err(Error::Part("role", _))
        ));
    }
    let of_age = family.parents[1].roles[0].person.unwrap();
    assert!(matches!(
        appoint(of_age, "parent").await,
        Err(Error::Refused)
    ));
    // A space that its parent closed is not opened by the other.
    family.world.custody().await;
    let caller = family.caller(0, child).await.unwrap();
    family.roll.close(&caller, child, 10).await.unwrap();
    assert_eq!(word(&family.tries(0, (THIRD, YOUNG), false).await), "ended");
}

#[tokio::test]
async fn a_parent_is_told_of_the_child_as_of_his_own_space_until_the_birthday() {
    let mut family = Family::of(&[INS, OTHER]).await;
    let heard = Arc::new(Heard::default());
    family.world.record.tell_by(heard.clone());
    let (first, second) = (
        (0, "a@example.org".to_owned()),
        (1, "b@example.org".to_owned()),
    );
    family.letters = [Some(at(&first.1)), Some(at(&second.1))];
    // That his account was let act, as a holder is told of his own.
    let child = family.acts(0).await.person;
    assert_eq!(family.told(&heard), std::slice::from_ref(&first));
    family.acts(1).await;
    let told = family.told(&heard);
    assert!(told.contains(&first) && told.contains(&second), "{told:?}");
    let both = [first.clone(), second.clone()];
    assert_eq!(family.heard(&heard, child).await, both);
    // What one of them does is news to the other.
    assert!(family.reads(0, child).await);
    assert!(family.told(&heard).iter().all(|one| *one == second));
    // Where each says; two at one address get one, and none who wants none.
    family.is_told(0, &at("B@example.org")).await;
    assert_eq!(family.heard(&heard, child).await.len(), 1);
    family.is_told(0, &Letters::default()).await;
    assert_eq!(family.heard(&heard, child).await, [second]);
    family.is_told(0, &at(&first.1)).await;
    assert_eq!(family.heard(&heard, child).await.len(), 2);
    // Until the register names him no more.
    family.told_by_register(&[INS]).await;
    assert_eq!(
        family.heard(&heard, child).await,
        std::slice::from_ref(&first)
    );
    // Until the birthday, to the millisecond.
    family.world.wait(OF_AGE - family.world.now() - 1);
    assert_eq!(family.heard(&heard, child).await, [first]);
    family.world.wait(1);
    assert_eq!(family.heard(&heard, child).await, []);
    // And nothing is asked of who decides alone by now.
    let asked = async || {
        let trail = family.world.trail(child).await;
        let by = |line: &&TrailLine| line.event.actor.kind == ActorKind::Enrolment;
        trail.iter().filter(by).count()
    };
    let before = asked().await;
    family.is_told(0, &at("late@example.org")).await;
    assert_eq!(asked().await, before);
    assert_eq!(family.heard(&heard, child).await, []);
}

#[tokio::test]
async fn a_parent_who_said_nowhere_is_told_once_where_the_register_knows_him() {
    let family = Family::of(&[INS, OTHER]).await;
    let heard = Arc::new(Heard::default());
    family.world.record.tell_by(heard.clone());
    let mailed = Insured {
        email: "camille@example.org".to_owned(),
        ..living(INS, "69001")
    };
    let told = family.roll.register(&[mailed], Registration::Lines).await;
    assert_eq!(told.unwrap(), [Registered::Corrected]);
    heard.0.lock().unwrap().clear();
    let child = family.acts(0).await.person;
    assert_eq!(family.told(&heard), [(0, "camille@example.org".to_owned())]);
    family.acts(0).await;
    assert_eq!(family.told(&heard), []);
    assert_eq!(family.heard(&heard, child).await, []);
    // Nobody but enrolment says where a parent is told.
    let caller = family.caller(0, child).await.unwrap();
    let elsewhere = Appointment::Letters {
        account: family.parents[0].subject.id.to_string(),
        letters: at("thief@example.org"),
    };
    let said = family.world.record.appoint(&caller, child, elsewhere).await;
    assert!(matches!(said, Err(Error::Refused)));
}
