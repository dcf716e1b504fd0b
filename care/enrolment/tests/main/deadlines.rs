//! Dangers: a space made too early, for who opposed, twice, or over what stands in a record; a job that is stopped and
//! leaves somebody out; enrolment that reads what it began; a letter that came back and still starts the clock.
//! Not a failure: the job's order.

use hygie_enrolment::{Made, Registration};
use hygie_keeper::{Home, load_issuer_key};
use hygie_record::notice::{Act, Stream};
use hygie_record::{Number, Outcome, Roll, Said, Scope};

use crate::oppositions::{BORN, INS, OTHER, code, enrolment, line, patient, tried};
use crate::world::World;

const DAY: u64 = 86_400_000;
const THIRD: &str = "189127512501282";

fn made(created: u64, there: u64, barred: u64) -> Made {
    Made {
        created,
        there,
        barred,
        ..Made::default()
    }
}

#[tokio::test]
async fn spaces_are_made_when_the_six_weeks_are_over_and_once() {
    let world = World::new().await;
    let roll = enrolment(&world);
    let lines = [line(INS), line(OTHER), line(THIRD)];
    let registered = roll.register(&lines, Registration::Codes).await.unwrap();
    // One opposes; one has a record already, by an import.
    tried(&roll, INS, BORN, code(&registered[0])).await.unwrap();
    let url = "urn:uuid:00000000-0000-4000-8000-000000000001";
    let taken = world.outcomes(vec![(Some(url), patient(OTHER))]).await;
    assert_eq!(taken, [Outcome::Taken]);
    world.wait(41 * DAY);
    assert_eq!(roll.make_due().await.unwrap(), made(0, 0, 0));
    assert_eq!(world.record.persons().await.unwrap().len(), 1);
    world.wait(3 * DAY);
    assert_eq!(roll.make_due().await.unwrap(), made(2, 1, 0));
    assert_eq!(world.record.persons().await.unwrap().len(), 2);
    assert_eq!(roll.make_due().await.unwrap(), made(0, 0, 0));
    // What stood in the record stands, and nothing beside it.
    let person = world.record.persons().await.unwrap()[0];
    let holder = world.holder(person);
    let id = person.to_string();
    let found = world.record.read(&holder, "Patient", &id);
    let patient = found.await.unwrap();
    let numbers = patient.resource().identifiers();
    assert_eq!(
        numbers.iter().map(|(_, ins)| *ins).collect::<Vec<_>>(),
        [OTHER]
    );
}

#[tokio::test]
async fn whoever_refused_where_the_roll_did_not_learn_of_it_gets_no_space() {
    let world = World::new().await;
    let roll = enrolment(&world);
    roll.register(&[line(INS)], Registration::Codes)
        .await
        .unwrap();
    let home = Home::new(world.dir.path());
    let key = load_issuer_key(home.enrolment_key(), "enrolment").unwrap();
    let pages = Roll::new(world.record.clone(), key);
    let one = line(INS);
    let number = Number {
        system: &one.ins_system,
        ins: &one.ins,
    };
    for person in pages.persons(&[number]).await.unwrap() {
        let said = Said {
            scope: &Scope::Space,
            opposed: true,
            receipt: "receipt",
        };
        pages
            .say(person, &said, &[number], "elsewhere")
            .await
            .unwrap();
    }
    world.wait(44 * DAY);
    assert_eq!(roll.make_due().await.unwrap(), made(0, 0, 1));
    assert!(world.record.persons().await.unwrap().is_empty());
    // It is known from now on, by another process too.
    assert_eq!(enrolment(&world).make_due().await.unwrap(), made(0, 0, 0));
}

#[tokio::test]
async fn the_new_space_holds_who_he_is_and_its_making_stands_in_the_trail() {
    let world = World::new().await;
    let roll = enrolment(&world);
    let registered = roll
        .register(&[line(INS)], Registration::Codes)
        .await
        .unwrap();
    world.wait(44 * DAY);
    assert_eq!(roll.make_due().await.unwrap(), made(1, 0, 0));
    let person = world.record.persons().await.unwrap()[0];
    let trail = world.trail(person).await;
    let wrote = |act, stream| {
        let mut lines = trail.iter().map(|line| &line.event.notice);
        lines.any(|notice| notice.act == act && notice.stream == stream)
    };
    assert!(wrote(Act::Deposit, Stream::Content));
    // An import of the same person goes into this space.
    let url = "urn:uuid:00000000-0000-4000-8000-000000000001";
    world.outcomes(vec![(Some(url), patient(INS))]).await;
    assert_eq!(world.record.persons().await.unwrap(), [person]);
    // The code of the letter still says no, and closes what was made.
    tried(&roll, INS, BORN, code(&registered[0])).await.unwrap();
    let url = "urn:uuid:00000000-0000-4000-8000-000000000002";
    let taken = world.outcomes(vec![(Some(url), patient(INS))]).await;
    assert_eq!(taken, [Outcome::Rejected]);
}

#[tokio::test]
async fn a_page_that_a_crash_left_with_numbers_and_no_line_is_counted_once_it_is_made() {
    let world = World::new().await;
    let roll = enrolment(&world);
    // What pages there are is known before the crash's page is made.
    assert_eq!(roll.dashboard().await.unwrap().len(), 0);
    let home = Home::new(world.dir.path());
    let key = load_issuer_key(home.enrolment_key(), "enrolment").unwrap();
    let crashed = Roll::new(world.record.clone(), key);
    crashed
        .bind(&[(&INS[..13], crashed.unnamed_page())])
        .await
        .unwrap();
    roll.register(&[line(INS)], Registration::Codes)
        .await
        .unwrap();
    let counts = roll.dashboard().await.unwrap();
    assert_eq!(counts.iter().map(|count| count.persons).sum::<u64>(), 1);
    world.wait(44 * DAY);
    assert_eq!(roll.make_due().await.unwrap(), made(1, 0, 0));
}
