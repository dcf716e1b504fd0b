//! Dangers: a name or an address that is corrected on the roll alone; a correction for which a record is read; one that is
//! lost because the person opposed, or because a run was stopped; a new number that makes a second line, or a second
//! record; an old one that no longer leads anywhere, or is taken for a new one again; an erased person made again under it.
//! Not a failure: a row that comes late under an old number corrects names.

use hygie_enrolment::{Enrolment, Insured, Made, Registered, Registration};
use hygie_record::Outcome;
use hygie_record::notice::{Act, ActorKind, PersonId, Purpose, Stream};
use serde_json::Value;

use crate::oppositions::{BORN, INS, OTHER, code, enrolment, line, patient, tried};
use crate::world::World;

const DAY: u64 = 86_400_000;
const THIRD: &str = "189127512501282";

async fn told(roll: &Enrolment, insured: &[Insured]) -> Vec<Registered> {
    roll.register(insured, Registration::Lines).await.unwrap()
}

fn is_added(registered: &Registered) -> bool {
    matches!(registered, Registered::Added { .. })
}

fn is_rejected(registered: &Registered, word: &str) -> bool {
    matches!(registered, Registered::Rejected { reason } if reason.contains(word))
}

/// The same person under another number.
fn renumbered(ins: &str, before: &str) -> Insured {
    Insured {
        previous_ins: vec![before.to_owned()],
        ..line(ins)
    }
}

/// The versions of a person's Patient, newest first, as he sees them.
async fn patients(world: &World, person: PersonId) -> Vec<Value> {
    let id = person.to_string();
    let holder = world.holder(person);
    let versions = world.record.history(&holder, "Patient", &id).await.unwrap();
    let newest = world.record.read(&holder, "Patient", &id).await.unwrap();
    let all: Vec<Value> = versions
        .iter()
        .map(|item| serde_json::from_slice(item.text().unwrap()).unwrap())
        .collect();
    assert_eq!(
        all[0],
        serde_json::from_slice::<Value>(newest.text().unwrap()).unwrap()
    );
    all
}

async fn space(world: &World, roll: &Enrolment, ins: &str) -> PersonId {
    let registered = roll
        .register(&[line(ins)], Registration::Codes)
        .await
        .unwrap();
    assert!(is_added(&registered[0]));
    world.wait(44 * DAY);
    let made = roll.make_due().await.unwrap();
    assert_eq!(
        made,
        Made {
            created: 1,
            ..Made::default()
        }
    );
    *world.record.persons().await.unwrap().last().unwrap()
}

#[tokio::test]
async fn what_the_register_corrects_is_in_the_space_and_nothing_was_read_for_it() {
    let world = World::new().await;
    let roll = enrolment(&world);
    let person = space(&world, &roll, INS).await;
    let moved = Insured {
        family: "Martin".to_owned(),
        sex: "female".to_owned(),
        birth_date: "1963-12-06".to_owned(),
        address: vec!["3 QUAI DES ARTS".to_owned(), "69001 LYON".to_owned()],
        postcode: "69001".to_owned(),
        ..line(INS)
    };
    world.wait(DAY);
    assert_eq!(
        told(&roll, std::slice::from_ref(&moved)).await,
        [Registered::Corrected]
    );
    // The same again, and what says nothing of who he is, follows nowhere.
    assert_eq!(
        told(&roll, std::slice::from_ref(&moved)).await,
        [Registered::Already]
    );
    let reachable = Insured {
        email: "new@example.org".to_owned(),
        ..moved.clone()
    };
    assert_eq!(told(&roll, &[reachable]).await, [Registered::Corrected]);
    let trail = world.trail(person).await;
    let by_enrolment = trail
        .iter()
        .filter(|line| line.event.actor.kind == ActorKind::Enrolment);
    let opened: Vec<(Act, Stream)> = by_enrolment
        .map(|line| (line.event.notice.act, line.event.notice.stream))
        .collect();
    assert_eq!(
        opened,
        [
            (Act::Create, Stream::Rights),
            (Act::Deposit, Stream::Content),
            (Act::Weigh, Stream::Rights),
            (Act::Amend, Stream::Rights),
            // From when on he is of age follows too: the register told another day of birth.
            (Act::Weigh, Stream::Rights),
            (Act::Amend, Stream::Rights),
        ]
    );
    let versions = patients(&world, person).await;
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[1]["name"][0]["family"], "Durand");
    let now = &versions[0];
    assert_eq!(now["name"][0]["family"], "Martin");
    assert_eq!(now["gender"], "female");
    assert_eq!(now["birthDate"], "1963-12-06");
    assert_eq!(now["address"][0]["city"], "LYON");
    assert_eq!(now["address"][0]["line"][0], "3 QUAI DES ARTS");
    assert_ne!(now["meta"]["versionId"], versions[1]["meta"]["versionId"]);
    // It is found by what it says now, and leaves with everything else.
    let operator = world.operator(Purpose::Portability);
    let export = world.record.export(&operator, person, "x").await.unwrap();
    let text = String::from_utf8(export.print()).unwrap();
    assert!(text.contains("Martin") && !text.contains("Durand"));
}

#[tokio::test]
async fn a_new_number_leads_to_the_same_line_and_the_same_record() {
    let world = World::new().await;
    let roll = enrolment(&world);
    let person = space(&world, &roll, INS).await;
    assert_eq!(
        told(&roll, &[renumbered(OTHER, INS)]).await,
        [Registered::Corrected]
    );
    // Another process reads it so too.
    let roll = enrolment(&world);
    assert_eq!(
        told(&roll, &[renumbered(OTHER, INS)]).await,
        [Registered::Already]
    );
    assert_eq!(told(&roll, &[line(OTHER)]).await, [Registered::Already]);
    for (place, ins) in [INS, &INS[..13], OTHER, &OTHER[..13]]
        .into_iter()
        .enumerate()
    {
        let url = format!("urn:uuid:00000000-0000-4000-8000-00000000000{place}");
        let taken = world.outcomes(vec![(Some(&url), patient(ins))]).await;
        assert_eq!(taken, [Outcome::Taken]);
        let identifiers = patients(&world, person).await[0]["identifier"].clone();
        let told: Vec<(&str, &str)> = identifiers
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                (
                    one["use"].as_str().unwrap(),
                    &one["value"].as_str().unwrap()[..13],
                )
            })
            .collect();
        assert_eq!(told, [("official", &OTHER[..13]), ("old", &INS[..13])]);
    }
    assert_eq!(world.record.persons().await.unwrap(), [person]);
    // A row that comes late under the old number does not give it back.
    let late = Insured {
        given: "Zoé".to_owned(),
        ..line(INS)
    };
    assert_eq!(told(&roll, &[late]).await, [Registered::Corrected]);
    let now = patients(&world, person).await[0].clone();
    assert_eq!(now["name"][0]["given"][0], "Zoé");
    assert!(
        now["identifier"][0]["value"]
            .as_str()
            .unwrap()
            .starts_with(&OTHER[..13])
    );
    // Unless it says that it was the right one.
    assert_eq!(
        told(&roll, &[renumbered(INS, OTHER)]).await,
        [Registered::Corrected]
    );
    let now = patients(&world, person).await[0].clone();
    assert!(
        now["identifier"][0]["value"]
            .as_str()
            .unwrap()
            .starts_with(&INS[..13])
    );
}

#[tokio::test]
async fn the_letters_code_says_no_under_either_number_and_the_line_is_one() {
    let world = World::new().await;
    let roll = enrolment(&world);
    let registered = roll
        .register(&[line(INS)], Registration::Codes)
        .await
        .unwrap();
    told(&roll, &[renumbered(OTHER, INS)]).await;
    tried(&roll, INS, BORN, code(&registered[0])).await.unwrap();
    // Before any space: nothing is made under either.
    world.wait(44 * DAY);
    assert_eq!(roll.make_due().await.unwrap(), Made::default());
    for (place, ins) in [INS, OTHER, &OTHER[..13]].into_iter().enumerate() {
        let url = format!("urn:uuid:00000000-0000-4000-8000-00000000000{place}");
        let taken = world.outcomes(vec![(Some(&url), patient(ins))]).await;
        assert_eq!(taken, [Outcome::Rejected], "{ins}");
    }
    assert!(world.record.persons().await.unwrap().is_empty());
    let persons: u64 = roll
        .dashboard()
        .await
        .unwrap()
        .iter()
        .map(|one| one.persons)
        .sum();
    assert_eq!(persons, 1);
}

#[tokio::test]
async fn one_part_that_tells_of_somebody_twice_makes_one_line() {
    let world = World::new().await;
    for rows in [
        [line(INS), renumbered(OTHER, INS)],
        [renumbered(OTHER, INS), line(INS)],
    ] {
        let world = World::new().await;
        let roll = enrolment(&world);
        let registered = told(&roll, &rows).await;
        assert!(
            is_added(&registered[0]) && !is_added(&registered[1]),
            "{registered:?}"
        );
        let persons: u64 = roll
            .dashboard()
            .await
            .unwrap()
            .iter()
            .map(|one| one.persons)
            .sum();
        assert_eq!(persons, 1);
        assert_eq!(
            told(&roll, &[renumbered(OTHER, INS)]).await,
            [Registered::Already]
        );
    }
    // Two lines are not made one by a row that says so by the way.
    let roll = enrolment(&world);
    told(&roll, &[line(INS), line(OTHER)]).await;
    assert!(is_rejected(
        &told(&roll, &[renumbered(OTHER, INS)]).await[0],
        "two lines"
    ));
    assert!(is_rejected(
        &told(&roll, &[renumbered("not a number", INS)]).await[0],
        "`ins`"
    ));
    assert!(is_rejected(
        &told(&roll, &[renumbered(THIRD, "not a number")]).await[0],
        "`previous_ins`"
    ));
}

#[tokio::test]
async fn a_run_that_was_stopped_behind_the_record_goes_on() {
    let world = World::new().await;
    let roll = enrolment(&world);
    let person = space(&world, &roll, INS).await;
    let other = Insured {
        family: "Martin".to_owned(),
        ..renumbered(OTHER, INS)
    };
    // As a crash leaves it: the number leads to the page and the record says so, the page does not.
    let key = hygie_keeper::Home::new(world.dir.path());
    let key = hygie_keeper::load_issuer_key(key.enrolment_key(), "enrolment").unwrap();
    let pages = hygie_record::Roll::new(world.record.clone(), key);
    let page = pages.find(&[&INS[..13]]).await.unwrap()[0].unwrap();
    pages.bind(&[(&OTHER[..13], page)]).await.unwrap();
    assert_eq!(
        told(&roll, std::slice::from_ref(&other)).await,
        [Registered::Corrected]
    );
    assert_eq!(told(&roll, &[other]).await, [Registered::Already]);
    assert_eq!(
        patients(&world, person).await[0]["name"][0]["family"],
        "Martin"
    );
    let persons: u64 = roll
        .dashboard()
        .await
        .unwrap()
        .iter()
        .map(|one| one.persons)
        .sum();
    assert_eq!(persons, 1);
}

#[tokio::test]
async fn the_erased_are_not_made_again_under_a_number_that_came_later() {
    let world = World::new().await;
    world.custody().await;
    let roll = enrolment(&world);
    let url = "urn:uuid:00000000-0000-4000-8000-000000000001";
    world.outcomes(vec![(Some(url), patient(INS))]).await;
    let person = world.record.persons().await.unwrap()[0];
    let operator = world.operator(Purpose::Closure);
    world.record.erase(&operator, person, 10).await.unwrap();
    // It was never on the roll; the register tells the new number with the old, and then alone.
    for row in [renumbered(OTHER, INS), line(OTHER), line(INS)] {
        assert!(is_rejected(&told(&roll, &[row]).await[0], "erased"));
    }
    let taken = world.outcomes(vec![(None, patient(OTHER))]).await;
    assert_eq!(taken, [Outcome::Rejected]);
    assert!(world.record.persons().await.unwrap().is_empty());
}
