//! Dangers: a space that its holder closed and that the roll believes open, or the other way round, after a stop at any
//! step; an archive that one custodian opens alone, or the job before its ten years are over; one that outlives them; what
//! was closed or erased made again by the register; an end of which nobody is told, or a destruction without its proof.
//! Not a failure: a second letter about one end, after a stop between the letter and the roll; a proof that is lost where the
//! operator purged archives before the job came.

use std::future::{Future, poll_fn};
use std::task::Poll;

use hygie_enrolment::{Enrolment, Insured, Made, Registered, Registration};
use hygie_identity::{Ins, InsSystem};
use hygie_record::notice::{EndingProof, How, PersonId, Purpose};
use hygie_record::{Error, Outcome};

use crate::campaigns::{files, folder, living, printed, printing, registered};
use crate::oppositions::{INS, OTHER, enrolment, line, patient};
use crate::world::World;

const DAY: u64 = 86_400_000;
/// Ten years as the keeper counts them, and a day.
const TEN_YEARS: u64 = 10 * 31_556_952_000 + DAY;

async fn spaces(world: &World, roll: &Enrolment, insured: &[Insured]) -> Vec<PersonId> {
    let lines = roll.register(insured, Registration::Codes).await.unwrap();
    assert_eq!(lines.len(), insured.len());
    world.wait(44 * DAY);
    let made = roll.make_due().await.unwrap();
    assert_eq!(made.created, insured.len() as u64);
    world.record.persons().await.unwrap()
}

async fn ended(roll: &Enrolment) -> u64 {
    let counts = roll.dashboard().await.unwrap();
    counts.iter().map(|one| one.ended).sum()
}

async fn is_closed(world: &World, person: PersonId) -> bool {
    world.record.ended(person).await.unwrap() == Some(How::Closed)
}

/// The letters whose files begin so.
fn letters(world: &World, begin: &str) -> Vec<String> {
    let mut names = files(world);
    names.retain(|name| name.starts_with(begin) && name.ends_with(".pdf"));
    names
}

#[tokio::test]
async fn the_holder_closes_his_space_and_it_is_told_and_never_made_again() {
    let world = World::new().await;
    let roll = printing(&world);
    let insured = living(INS, "69001");
    registered(&roll, std::slice::from_ref(&insured)).await;
    let wave = hygie_enrolment::Wave {
        number: 1,
        departments: Vec::new(),
    };
    roll.announce(&wave).await.unwrap();
    world.wait(44 * DAY);
    assert_eq!(roll.make_due().await.unwrap().created, 1);
    let person = world.record.persons().await.unwrap()[0];
    // Nobody to whom its keys could go: it stays, and the roll does not say otherwise.
    let holder = world.holder(person);
    let refused = roll.close(&holder, person, 10).await;
    assert!(matches!(refused, Err(Error::Impossible(_))), "{refused:?}");
    assert_eq!(ended(&roll).await, 0);
    world.custody().await;
    for stranger in [world.doctor(), world.operator(Purpose::Import)] {
        let refused = roll.close(&stranger, person, 10).await;
        assert!(matches!(refused, Err(Error::Refused)), "{refused:?}");
    }
    let refused = roll.erase(&holder, person, 10).await;
    assert!(
        matches!(refused, Err(Error::Refused)),
        "the operator erases, who looks who asks"
    );
    roll.close(&holder, person, 10).await.unwrap();
    assert!(is_closed(&world, person).await);
    assert_eq!(ended(&roll).await, 1);
    assert!(
        world
            .record
            .search(&world.doctor(), person, &everything())
            .await
            .is_err()
    );
    let told = letters(&world, "close-");
    assert_eq!(told.len(), 1);
    if let Some(text) = printed(&folder(&world).join(&told[0])) {
        assert!(
            text.contains("fermé") && text.contains("RUE DES LILAS"),
            "{text}"
        );
    }
    // The register again, a correction, the job, an import: it stays closed.
    let moved = Insured {
        family: "Martin".to_owned(),
        ..insured
    };
    assert_eq!(
        roll.register(&[moved], Registration::Lines).await.unwrap(),
        [Registered::Corrected]
    );
    assert_eq!(roll.announce(&wave).await.unwrap().letters, 0);
    assert_eq!(roll.make_due().await.unwrap(), Made::default());
    let taken = world.outcomes(vec![(None, patient(INS))]).await;
    assert_eq!(taken, [Outcome::Rejected]);
}

fn everything() -> hygie_record::Query {
    hygie_record::Query {
        kind: None,
        criteria: Vec::new(),
        what: "everything".to_owned(),
    }
}

#[tokio::test]
async fn no_custodian_opens_an_archive_alone_and_what_was_told_meanwhile_follows() {
    let world = World::new().await;
    let custodians = world.custodians(3).await;
    let roll = enrolment(&world);
    let person = spaces(&world, &roll, &[line(INS)]).await[0];
    let operator = world.operator(Purpose::Closure);
    roll.close(&operator, person, 10).await.unwrap();
    let moved = Insured {
        family: "Martin".to_owned(),
        ..line(INS)
    };
    roll.register(&[moved], Registration::Lines).await.unwrap();
    let shares = world.shares(person, &custodians).await;
    for alone in &shares {
        let refused = roll.reopen(&operator, person, alone.clone()).await;
        assert!(matches!(refused, Err(Error::Impossible(_))), "{refused:?}");
    }
    assert_eq!(ended(&roll).await, 1);
    let refused = roll
        .reopen(&world.holder(person), person, shares.concat())
        .await;
    assert!(matches!(refused, Err(Error::Refused)), "{refused:?}");
    roll.reopen(&operator, person, shares[..2].concat())
        .await
        .unwrap();
    assert_eq!(ended(&roll).await, 0);
    let id = person.to_string();
    let seen = world
        .record
        .read(&world.holder(person), "Patient", &id)
        .await
        .unwrap();
    let text = String::from_utf8(seen.text().unwrap().to_vec()).unwrap();
    assert!(text.contains("Martin"), "{text}");
    // It is closed and opened again as often as he likes.
    roll.close(&world.holder(person), person, 10).await.unwrap();
    assert_eq!(ended(&roll).await, 1);
}

#[tokio::test]
async fn ten_years_later_the_job_destroys_the_keys_once_and_the_proof_is_sent() {
    let world = World::new().await;
    world.custody().await;
    let roll = printing(&world);
    let all = [living(INS, "69001"), living(OTHER, "69002")];
    let persons = spaces(&world, &roll, &all).await;
    for person in &persons {
        roll.close(&world.holder(*person), *person, 10)
            .await
            .unwrap();
    }
    world.wait(TEN_YEARS - 2 * DAY);
    assert_eq!(roll.make_due().await.unwrap(), Made::default());
    assert!(is_closed(&world, persons[0]).await);
    // Enrolment's own key does not destroy it before.
    let early = world.record.erase(&world.enrolment(), persons[0], 10).await;
    assert!(matches!(early, Err(Error::Impossible(_))), "{early:?}");
    world.wait(2 * DAY);
    let made = roll.make_due().await.unwrap();
    assert_eq!(
        made,
        Made {
            erased: 2,
            ..Made::default()
        }
    );
    assert_eq!(roll.make_due().await.unwrap(), Made::default());
    assert_eq!(enrolment(&world).make_due().await.unwrap(), Made::default());
    for person in &persons {
        assert_eq!(
            world.record.ended(*person).await.unwrap(),
            Some(How::Erased)
        );
    }
    let told = letters(&world, "erase-");
    assert_eq!(told.len(), 2);
    if let Some(text) = printed(&folder(&world).join(&told[0])) {
        assert!(text.contains("c2sp.org/tlog-proof"), "{text}");
    }
    let again = roll.register(&all, Registration::Lines).await.unwrap();
    assert_eq!(again, [Registered::Already, Registered::Already]);
    assert_eq!(roll.make_due().await.unwrap(), Made::default());
    assert_eq!(ended(&roll).await, 2);
}

#[tokio::test]
async fn archives_that_the_operator_purged_before_the_job_are_known_to_be_gone() {
    let world = World::new().await;
    world.custody().await;
    let roll = printing(&world);
    let person = spaces(&world, &roll, &[living(INS, "69001")]).await[0];
    roll.close(&world.holder(person), person, 10).await.unwrap();
    world.wait(TEN_YEARS);
    world.purge().await;
    assert_eq!(roll.make_due().await.unwrap().erased, 1);
    assert_eq!(roll.make_due().await.unwrap(), Made::default());
    assert!(letters(&world, "erase-").is_empty());
}

#[tokio::test]
async fn who_is_erased_gets_the_proof_and_no_second_space() {
    let world = World::new().await;
    world.custody().await;
    let roll = printing(&world);
    let person = spaces(&world, &roll, &[living(INS, "69001")]).await[0];
    let operator = world.operator(Purpose::Closure);
    let ending = roll.erase(&operator, person, 1).await.unwrap();
    let (verifier, _) = world.record.ledger().await.unwrap();
    let verifier = verifier.parse().unwrap();
    let proof = EndingProof::parse(&ending.proof).unwrap();
    proof.verify(&verifier).unwrap();
    let again = roll.erase(&operator, person, 1).await.unwrap();
    assert_eq!((again.at, again.until), (ending.at, ending.until));
    let again = EndingProof::parse(&again.proof).unwrap();
    again.verify(&verifier).unwrap();
    assert_eq!(letters(&world, "erase-").len(), 1);
    assert_eq!(ended(&roll).await, 1);
    let renumbered = Insured {
        previous_ins: vec![INS.to_owned()],
        ..line(OTHER)
    };
    roll.register(&[renumbered], Registration::Lines)
        .await
        .unwrap();
    for ins in [INS, OTHER] {
        let taken = world.outcomes(vec![(None, patient(ins))]).await;
        assert_eq!(taken, [Outcome::Rejected]);
    }
    world.wait(60 * DAY);
    assert_eq!(roll.make_due().await.unwrap(), Made::default());
    assert!(world.record.persons().await.unwrap().is_empty());
}

/// Polls so often, and drops what is not done by then, as a stop does; whether it was done.
async fn stopped<F: Future>(future: F, polls: usize) -> bool {
    let mut future = Box::pin(future);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        future.as_mut().poll(context).map(|_| true)
    })
    .await
}

#[tokio::test]
async fn wherever_a_closing_stops_the_job_makes_keeper_and_roll_agree() {
    let world = World::new().await;
    world.custody().await;
    let roll = printing(&world);
    let number = |place: u64| {
        let number = format!("1631278477{place:03}");
        Ins::complete(InsSystem::Demo, &number).unwrap().to_string()
    };
    let insured: Vec<Insured> = (0..48)
        .map(|place| living(&number(place), "69001"))
        .collect();
    let persons = spaces(&world, &roll, &insured).await;
    let mut done = 0;
    for (polls, person) in persons.iter().enumerate() {
        let holder = world.holder(*person);
        done += usize::from(stopped(roll.close(&holder, *person, 10), polls).await);
    }
    assert!((1..40).contains(&done), "{done} went to their end");
    // Writes that had begun go to theirs.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let next = printing(&world);
    next.make_due().await.unwrap();
    let mut closed = 0;
    for person in &persons {
        closed += u64::from(is_closed(&world, *person).await);
    }
    println!(
        "closings stopped at {} places, {closed} closed, {done} answered",
        persons.len() - done
    );
    assert!(closed >= done as u64);
    assert_eq!(ended(&next).await, closed);
    // Asked again, all of them go on.
    for person in &persons {
        let operator = world.operator(Purpose::Closure);
        next.close(&operator, *person, 10).await.unwrap();
    }
    assert_eq!(ended(&next).await, persons.len() as u64);
}
