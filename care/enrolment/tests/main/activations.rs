//! Dangers: access for who is not the person, or showed half of what it takes; a second account beside somebody's; a space
//! that is opened against his opposition, or before he is of age; a person who is not told that his space was activated; an
//! answer, or the work for it, that tells who is insured. Not a failure: after a crash the letter may come twice.

use hygie_enrolment::{
    Activated, Activation, Answer, Enrolment, Held, Insured, OwnNumber, Registration, Stage, Traits,
};
use hygie_keeper::{Home, load_issuer_key};
use hygie_record::Error;
use hygie_record::accounts::{Accounts, Created, Link, Login, NewAccount, Password, Totp};
use hygie_record::notice::{ActorKind, ActorRef, PersonId};

use crate::campaigns::{files, folder, living, printed, printing};
use crate::oppositions::{BORN, INS, OTHER, code, enrolment, line, patient, tried};
use crate::world::World;

const DAY: u64 = 86_400_000;

pub fn accounts(world: &World) -> Accounts {
    let key = load_issuer_key(Home::new(world.dir.path()).sign_in_key(), "sign-in").unwrap();
    Accounts::new(world.record.clone(), key)
}

pub fn link(subject: &str) -> Link {
    Link {
        issuer: "https://provider.example".to_owned(),
        subject: subject.to_owned(),
    }
}

pub fn camille() -> Traits {
    Traits {
        family: "DURAND".to_owned(),
        given: "Camille Lou".to_owned(),
        birth: BORN.to_owned(),
        place: "69123".to_owned(),
        sex: "female".to_owned(),
    }
}

pub fn own(ins: &str) -> OwnNumber {
    OwnNumber::read(ins).unwrap()
}

async fn activate(roll: &Enrolment, accounts: &Accounts, traits: &Traits, ins: &str) -> Activation {
    let who = (traits, &link("camille"));
    roll.activate(accounts, who, &own(ins), false)
        .await
        .unwrap()
}

fn done(answer: Activation) -> Activated {
    match answer {
        Activation::Done(activated) => *activated,
        other => panic!("{}", word(&other)),
    }
}

fn word(answer: &Activation) -> &'static str {
    match answer {
        Activation::Done(_) => "done",
        Activation::NotMatched => "not-matched",
        Activation::Minor => "minor",
        Activation::Opposed(_) => "opposed",
        Activation::Ended => "ended",
        Activation::Known(..) => "known",
        Activation::OfAnother => "of-another",
    }
}

fn person(activated: &Activated) -> PersonId {
    let [role] = &activated.account.roles[..] else {
        panic!("one role");
    };
    assert_eq!(role.kind, ActorKind::Holder);
    assert_eq!(role.name.as_deref(), Some("Camille Durand"));
    role.person.unwrap()
}

async fn activated_count(roll: &Enrolment) -> u64 {
    let counts = roll.dashboard().await.unwrap();
    counts.iter().map(|count| count.activated).sum()
}

#[tokio::test]
async fn an_identity_opens_the_space_that_is_its_own_and_a_letter_says_so() {
    let world = World::new().await;
    let (roll, accounts) = (printing(&world), accounts(&world));
    let insured = [living(INS, "69001"), living(OTHER, "69001")];
    roll.register(&insured, Registration::Lines).await.unwrap();
    let first = done(activate(&roll, &accounts, &camille(), INS).await);
    let whose = person(&first);
    // His provider leads him to the account, and the account to his record, which is there at once.
    let known = accounts.by_link(&link("camille")).await.unwrap().unwrap();
    assert_eq!(known.subject, first.account.subject);
    let caller = accounts.caller(&known.roles[0]).unwrap();
    let id = whose.to_string();
    world.record.read(&caller, "Patient", &id).await.unwrap();
    assert_eq!(activated_count(&roll).await, 1);
    let Held::OnRoll(standing) = roll.held(whose).await.unwrap() else {
        panic!("not on the roll");
    };
    assert!(matches!(standing.stage, Stage::Activated { .. }));
    let letters = files(&world);
    let pdf = letters.iter().find(|name| name.ends_with(".pdf")).unwrap();
    assert!(pdf.starts_with("activated-"), "{letters:?}");
    if let Some(text) = printed(&folder(&world).join(pdf)) {
        assert!(text.contains("Votre espace santé est activé"), "{text}");
        assert!(text.contains("Ce n’était pas vous ?"), "{text}");
    }
    // The same again is the same account, and no second letter; the job makes nothing anew.
    let again = done(activate(&roll, &accounts, &camille(), INS).await);
    assert_eq!(again.account.subject, first.account.subject);
    assert_eq!(files(&world).len(), letters.len());
    world.wait(60 * DAY);
    assert_eq!(roll.make_due().await.unwrap().created, 0);
    assert_eq!(world.record.persons().await.unwrap(), [whose]);
}

#[tokio::test]
async fn neither_another_number_nor_another_person_is_told_from_nobody() {
    let world = World::new().await;
    let (roll, accounts) = (enrolment(&world), accounts(&world));
    let namesake = Insured {
        birth_date: "1963-12-06".to_owned(),
        ..line(OTHER)
    };
    roll.register(&[line(INS), namesake], Registration::Lines)
        .await
        .unwrap();
    // The pages and trays are known from now on.
    activate(&roll, &accounts, &camille(), "189127512501282").await;
    let other = Traits {
        given: "Dominique".to_owned(),
        ..camille()
    };
    let nobody = Traits::default();
    let mut openings = Vec::new();
    for (traits, ins) in [
        (&camille(), OTHER),
        (&camille(), "189127512501282"),
        (&other, INS),
        (&nobody, INS),
    ] {
        let before = world.leaves().await;
        let answer = activate(&roll, &accounts, traits, ins).await;
        assert_eq!(word(&answer), "not-matched");
        openings.push(world.leaves().await - before);
    }
    assert_eq!(openings, [1; 4]);
    assert!(world.record.persons().await.unwrap().is_empty());
    assert!(accounts.by_link(&link("camille")).await.unwrap().is_none());
    assert_eq!(activated_count(&roll).await, 0);
}

#[tokio::test]
async fn an_opposition_is_told_and_taken_back_before_anything_is_opened() {
    let world = World::new().await;
    let (roll, accounts) = (enrolment(&world), accounts(&world));
    let registered = roll.register(&[line(INS)], Registration::Codes).await;
    let registered = registered.unwrap();
    tried(&roll, INS, BORN, code(&registered[0])).await.unwrap();
    let answer = activate(&roll, &accounts, &camille(), INS).await;
    assert!(matches!(answer, Activation::Opposed(since) if since == world.now()));
    assert!(accounts.by_link(&link("camille")).await.unwrap().is_none());
    assert!(world.record.persons().await.unwrap().is_empty());
    let who = (&camille(), &link("camille"));
    let taken = roll
        .activate(&accounts, who, &own(INS), true)
        .await
        .unwrap();
    let activated = done(taken);
    let receipt = activated.back.as_ref().unwrap();
    assert_eq!(receipt.number.len(), 14);
    let caller = accounts.caller(&activated.account.roles[0]).unwrap();
    let id = person(&activated).to_string();
    world.record.read(&caller, "Patient", &id).await.unwrap();
    assert_eq!(activated_count(&roll).await, 1);
}

#[tokio::test]
async fn whoever_is_not_of_age_waits_for_the_day() {
    let world = World::new().await;
    let (roll, accounts) = (enrolment(&world), accounts(&world));
    // Clocks here begin on 21 September 2026, at noon in Paris; she was born on a leap day.
    let child = Insured {
        birth_date: "2012-02-29".to_owned(),
        ..line(INS)
    };
    roll.register(&[child], Registration::Lines).await.unwrap();
    let traits = Traits {
        birth: "2012-02-29".to_owned(),
        ..camille()
    };
    let at = |text: &str| {
        u64::try_from(text.parse::<jiff::Timestamp>().unwrap().as_millisecond()).unwrap()
    };
    let last = at("2030-02-28T22:59:59Z");
    world.wait(last - world.now());
    assert_eq!(
        word(&activate(&roll, &accounts, &traits, INS).await),
        "minor"
    );
    assert!(matches!(
        roll.oppose_signed_in(&traits, &own(INS)).await.unwrap(),
        Answer::NotMatched
    ));
    // The first of March begins in Paris.
    world.wait(1_000);
    done(activate(&roll, &accounts, &traits, INS).await);
}

#[tokio::test]
async fn nobody_who_died_or_whose_record_ended_comes_back() {
    let world = World::new().await;
    world.custody().await;
    let (roll, accounts) = (enrolment(&world), accounts(&world));
    let url = "urn:uuid:00000000-0000-4000-8000-000000000001";
    world.outcomes(vec![(Some(url), patient(OTHER))]).await;
    let gone = world.record.persons().await.unwrap()[0];
    let dead = Insured {
        death_date: "2026-01-01".to_owned(),
        ..line(INS)
    };
    roll.register(&[dead, line(OTHER)], Registration::Lines)
        .await
        .unwrap();
    assert_eq!(
        word(&activate(&roll, &accounts, &camille(), INS).await),
        "not-matched"
    );
    let operator = world.operator(hygie_record::notice::Purpose::Closure);
    world.record.erase(&operator, gone, 1).await.unwrap();
    let answer = activate(&roll, &accounts, &camille(), OTHER).await;
    assert!(
        matches!(answer, Activation::Opposed(_) | Activation::Ended),
        "{}",
        word(&answer)
    );
    assert!(accounts.by_link(&link("camille")).await.unwrap().is_none());
}

fn account_of(person: PersonId, way: Option<(Password, Totp)>) -> NewAccount {
    let holder = ActorRef {
        person: Some(person),
        ..ActorRef::new(ActorKind::Holder, person.to_string())
    };
    NewAccount {
        login: Login::parse("camille").unwrap(),
        language: "fr".to_owned(),
        roles: vec![holder],
        way,
    }
}

#[tokio::test]
async fn who_has_an_account_keeps_the_receipt_of_what_he_took_back() {
    let world = World::new().await;
    let (roll, accounts) = (enrolment(&world), accounts(&world));
    let registered = roll.register(&[line(INS)], Registration::Codes).await;
    let first = done(activate(&roll, &accounts, &camille(), INS).await);
    tried(&roll, INS, BORN, code(&registered.unwrap()[0]))
        .await
        .unwrap();
    // Another identity of his does not lead to his account; what he said with it holds all the same.
    let other = link("camille at another provider");
    let shown = (&camille(), &other);
    let answer = roll.activate(&accounts, shown, &own(INS), true).await;
    let Activation::Known(whose, Some(receipt)) = answer.unwrap() else {
        panic!("no receipt");
    };
    assert!(whose == person(&first) && !receipt.number.is_empty());
    let Held::OnRoll(standing) = roll.held(whose).await.unwrap() else {
        panic!("not on the roll");
    };
    assert!(standing.opposed.is_none());
}

#[tokio::test]
async fn nobody_gets_a_second_account() {
    let world = World::new().await;
    let (roll, accounts) = (enrolment(&world), accounts(&world));
    roll.register(&[line(INS), line(OTHER)], Registration::Lines)
        .await
        .unwrap();
    for ins in [INS, OTHER] {
        let url = format!("urn:uuid:00000000-0000-4000-8000-0{}", &ins[..11]);
        world.outcomes(vec![(Some(&url), patient(ins))]).await;
    }
    let persons = world.record.persons().await.unwrap();
    // One has an account that he signs in to; it may be a thief who shows an identity.
    let way = Some((
        Password::typed("un long mot pour ouvrir"),
        Totp::of([7; 20]),
    ));
    let made = accounts.create(&account_of(persons[0], way)).await.unwrap();
    assert!(matches!(made, Created::Made(_)));
    let answer = activate(&roll, &accounts, &camille(), INS).await;
    assert!(matches!(answer, Activation::Known(whose, None) if whose == persons[0]));
    assert!(accounts.by_link(&link("camille")).await.unwrap().is_none());
    // Closed by the operator, it stays closed.
    accounts
        .close(&Login::parse("camille").unwrap())
        .await
        .unwrap();
    assert_eq!(
        word(&activate(&roll, &accounts, &camille(), INS).await),
        "known"
    );
    assert_eq!(activated_count(&roll).await, 0);
    // The other was invited and never chose: he does so now.
    let waits = NewAccount {
        login: Login::parse("camille.bis").unwrap(),
        ..account_of(persons[1], None)
    };
    let Created::Made(invitation) = accounts.create(&waits).await.unwrap() else {
        panic!("taken");
    };
    let activated = done(activate(&roll, &accounts, &camille(), OTHER).await);
    assert_eq!(activated.account.login, "camille.bis");
    let over = accounts.invited(&invitation).await.unwrap();
    assert!(matches!(over, hygie_record::accounts::Invited::Over));
    // An identity that leads to one account leads to no other.
    assert_eq!(
        word(&activate(&roll, &accounts, &camille(), INS).await),
        "of-another"
    );
}

#[tokio::test]
async fn two_who_come_at_once_are_let_in_to_one_account() {
    let world = World::new().await;
    let (roll, accounts) = (enrolment(&world), accounts(&world));
    roll.register(&[line(INS)], Registration::Lines)
        .await
        .unwrap();
    let (traits, number) = (camille(), own(INS));
    let (one, two) = (link("camille"), link("camille-at-another-provider"));
    let (first, second) = tokio::join!(
        roll.activate(&accounts, (&traits, &one), &number, false),
        roll.activate(&accounts, (&traits, &two), &number, false),
    );
    let mut words = [word(&first.unwrap()), word(&second.unwrap())];
    words.sort_unstable();
    assert_eq!(words, ["done", "known"]);
}

#[tokio::test]
async fn an_identity_says_no_and_a_holder_who_is_signed_in_at_any_time() {
    let world = World::new().await;
    let (roll, accounts) = (printing(&world), accounts(&world));
    roll.register(&[living(INS, "69001")], Registration::Lines)
        .await
        .unwrap();
    let wrong = Traits {
        birth: "1963-12-06".to_owned(),
        ..camille()
    };
    for (traits, ins) in [(&wrong, INS), (&camille(), OTHER)] {
        let answer = roll.oppose_signed_in(traits, &own(ins)).await.unwrap();
        assert!(matches!(answer, Answer::NotMatched));
    }
    let answer = roll.oppose_signed_in(&camille(), &own(INS)).await.unwrap();
    assert!(matches!(answer, Answer::Done(_)));
    assert!(
        files(&world)
            .iter()
            .any(|name| name.starts_with("confirmation-"))
    );
    assert_eq!(
        word(&activate(&roll, &accounts, &camille(), INS).await),
        "opposed"
    );
    let who = (&camille(), &link("camille"));
    let activated = done(
        roll.activate(&accounts, who, &own(INS), true)
            .await
            .unwrap(),
    );
    let whose = person(&activated);
    let id = whose.to_string();
    for _ in 0..2 {
        let holder = accounts.caller(&activated.account.roles[0]).unwrap();
        roll.oppose_held(whose).await.unwrap();
        let read = world.record.read(&holder, "Patient", &id).await;
        assert!(matches!(read, Err(Error::Refused)));
        world.record.account(&holder, whose, "trail").await.unwrap();
        let Held::OnRoll(standing) = roll.held(whose).await.unwrap() else {
            panic!("not on the roll");
        };
        assert_eq!(standing.opposed, Some(world.now()));
        roll.relent_held(whose).await.unwrap();
        world.record.read(&holder, "Patient", &id).await.unwrap();
        world.wait(DAY);
    }
    assert_eq!(activated_count(&roll).await, 1);
}

#[tokio::test]
async fn a_holder_whom_the_roll_does_not_know_says_no_all_the_same() {
    let world = World::new().await;
    let (roll, accounts) = (enrolment(&world), accounts(&world));
    let url = "urn:uuid:00000000-0000-4000-8000-000000000001";
    world.outcomes(vec![(Some(url), patient(INS))]).await;
    let whose = world.record.persons().await.unwrap()[0];
    accounts.create(&account_of(whose, None)).await.unwrap();
    assert_eq!(roll.held(whose).await.unwrap(), Held::Elsewhere);
    let holder = world.holder(whose);
    let id = whose.to_string();
    roll.oppose_held(whose).await.unwrap();
    let read = world.record.read(&holder, "Patient", &id).await;
    assert!(matches!(read, Err(Error::Refused)));
    roll.relent_held(whose).await.unwrap();
    world.record.read(&holder, "Patient", &id).await.unwrap();
}
