//! Dangers: an opposition that is acknowledged and does not hold; an import that makes the record all the
//! same; a code that works twice; an answer that tells who is insured; a receipt that proves nothing.
//! Not a failure: a person who is on the roll twice, under two systems, has two codes.

use hygie_enrolment::{
    Answer, Attempt, Calendar, Enrolment, Field, Insured, Pace, Press, Proof, Registered,
    Registration,
};
use hygie_keeper::{Home, load_issuer_key};
use hygie_ledger::{Inclusion, Verifier};
use hygie_record::notice::{Act, ActorKind, PersonId, Purpose, Stream};
use hygie_record::{Error, Outcome, Roll};
use serde_json::{Value, json};

use crate::world::{self, World};

const DEMO: &str = "urn:oid:1.2.250.1.213.1.4.11";
pub const INS: &str = "163127847704294";
pub const OTHER: &str = "262087503203977";
pub const BORN: &str = "1963-12-05";

pub fn enrolment(world: &World) -> Enrolment {
    enrolment_by(world, None)
}

pub fn enrolment_by(world: &World, press: Option<Press>) -> Enrolment {
    let key = load_issuer_key(Home::new(world.dir.path()).enrolment_key(), "enrolment").unwrap();
    let roll = Roll::new(world.record.clone(), key);
    Enrolment::new(roll, Calendar::of("Europe/Paris").unwrap(), press)
}

pub fn line(ins: &str) -> Insured {
    Insured {
        ins_system: DEMO.to_owned(),
        ins: ins.to_owned(),
        family: "Durand".to_owned(),
        given: "Camille".to_owned(),
        birth_date: BORN.to_owned(),
        language: "fr".to_owned(),
        ..Insured::default()
    }
}

pub fn code(registered: &Registered) -> &str {
    match registered {
        Registered::Added { code: Some(code) } => code,
        other => panic!("no code: {other:?}"),
    }
}

pub async fn tried(enrolment: &Enrolment, ins: &str, born: &str, code: &str) -> Option<Proof> {
    let attempt = Attempt::read(ins, born, code).unwrap_or_else(|fields| panic!("{fields:?}"));
    match enrolment.oppose(&attempt).await.unwrap() {
        Answer::Done(proof) => Some(proof),
        Answer::NotMatched => None,
    }
}

pub fn patient(ins: &str) -> Value {
    json!({ "resourceType": "Patient", "identifier": [{ "system": DEMO, "value": ins }], "name": [{ "family": "Durand" }] })
}

fn observation(subject: &str) -> Value {
    json!({
        "resourceType": "Observation",
        "status": "final",
        "code": { "text": "weight" },
        "subject": { "reference": subject },
    })
}

fn is_refused<T>(outcome: Result<T, Error>) {
    match outcome {
        Err(Error::Refused) => {}
        Err(other) => panic!("another error: {other}"),
        Ok(_) => panic!("not refused"),
    }
}

async fn deposit(
    world: &World,
    caller: &hygie_record::Caller,
    person: PersonId,
) -> Result<(), Error> {
    let content = observation(&format!("Patient/{person}")).to_string();
    world
        .record
        .deposit(caller, "Observation", content.as_bytes(), None)
        .await
        .map(drop)
}

#[tokio::test]
async fn a_valid_code_closes_the_record_from_the_next_request() {
    let world = World::new().await;
    let url = "urn:uuid:00000000-0000-4000-8000-000000000001";
    world.outcomes(vec![(Some(url), patient(INS))]).await;
    let person = world.record.persons().await.unwrap()[0];
    deposit(&world, &world.doctor(), person).await.unwrap();
    let enrolment = enrolment(&world);
    let registered = enrolment
        .register(&[line(INS)], Registration::Codes)
        .await
        .unwrap();
    let proof = tried(&enrolment, &INS[..13], "05/12/1963", code(&registered[0]))
        .await
        .unwrap();

    is_refused(deposit(&world, &world.doctor(), person).await);
    is_refused(deposit(&world, &world.holder(person), person).await);
    is_refused(
        world
            .record
            .export(&world.operator(Purpose::Portability), person, "http://x")
            .await,
    );
    // The holder's trail stays open to him, and shows the opposition; so does its proof. Nobody else is given that.
    let holder = world.holder(person);
    world.record.prove(&holder, person).await.unwrap();
    let operator = world.operator(Purpose::Portability);
    is_refused(world.record.prove(&operator, person).await);
    let trail = world.trail(person).await;
    let written = trail
        .iter()
        .filter(|line| line.event.notice.act == Act::Oppose)
        .collect::<Vec<_>>();
    assert_eq!(written.len(), 1);
    assert_eq!(written[0].event.notice.stream, Stream::Rights);

    // The receipt verifies offline, with the public key alone, and proves this very opening.
    let (verifier, _) = world.record.ledger().await.unwrap();
    let verifier: Verifier = verifier.parse().unwrap();
    let inclusion =
        Inclusion::parse(&format!("receipt {}\n\n{}", proof.number, proof.ledger)).unwrap();
    assert_eq!(inclusion.to_string(), proof.ledger);
    assert_eq!(inclusion.index, written[0].index);
    inclusion.verify(&verifier).unwrap();
    let mut forged = inclusion.clone();
    forged.entry[1] ^= 1;
    assert!(forged.verify(&verifier).is_err());
}

#[tokio::test]
async fn an_import_does_not_make_the_space_of_somebody_who_opposed_before() {
    let world = World::new().await;
    let enrolment = enrolment(&world);
    let registered = enrolment
        .register(&[line(INS)], Registration::Codes)
        .await
        .unwrap();
    tried(&enrolment, INS, BORN, code(&registered[0]))
        .await
        .unwrap();
    // With the number's key, and without it.
    for (number, ins) in [INS, &INS[..13]].into_iter().enumerate() {
        let url = format!("urn:uuid:00000000-0000-4000-8000-00000000000{number}");
        let entries = vec![
            (Some(url.as_str()), patient(ins)),
            (None, observation(&url)),
        ];
        assert_eq!(world.outcomes(entries).await, [Outcome::Rejected; 2]);
    }
    assert!(world.record.persons().await.unwrap().is_empty());
    let free = "urn:uuid:00000000-0000-4000-8000-000000000009";
    assert_eq!(
        world.outcomes(vec![(Some(free), patient(OTHER))]).await,
        [Outcome::Taken]
    );
}

#[tokio::test]
async fn unknown_person_other_birth_date_wrong_code_and_spent_code_are_one_answer() {
    let world = World::new().await;
    let enrolment = enrolment(&world);
    let registered = enrolment
        .register(&[line(INS), line(OTHER)], Registration::Codes)
        .await
        .unwrap();
    let (right, others) = (code(&registered[0]), code(&registered[1]));
    let before = world.leaves().await;
    assert!(
        tried(&enrolment, "189127512501282", BORN, right)
            .await
            .is_none()
    );
    let unknown = world.leaves().await - before;
    assert!(tried(&enrolment, INS, "1963-12-06", right).await.is_none());
    assert!(tried(&enrolment, INS, BORN, others).await.is_none());
    // Each left the same trace: one opening of a page.
    assert_eq!(world.leaves().await - before, 3 * unknown);
    assert_eq!(unknown, 1);
    tried(&enrolment, INS, BORN, right).await.unwrap();
    assert!(tried(&enrolment, INS, BORN, right).await.is_none());
    // What others tried locks nobody.
    tried(&enrolment, OTHER, BORN, others).await.unwrap();
}

#[test]
fn a_slip_of_the_pen_is_told_before_anything_is_looked_up() {
    let fields = |ins, born, code| Attempt::read(ins, born, code).map(|_| ()).unwrap_err();
    assert_eq!(
        fields("12", "2020-02-31", "abc"),
        [Field::Ins, Field::BirthDate, Field::Code]
    );
    // A key that does not fit, a day that does not exist.
    assert_eq!(
        fields("163127847704295", "31/02/1963", ""),
        [Field::Ins, Field::BirthDate, Field::Code]
    );
}

#[tokio::test]
async fn registering_twice_gives_one_line_and_one_code() {
    let world = World::new().await;
    let first = enrolment(&world);
    let registered = first
        .register(&[line(INS), line(INS), line("12")], Registration::Codes)
        .await
        .unwrap();
    let right = code(&registered[0]).to_owned();
    assert_eq!(registered[1], Registered::Already);
    assert!(matches!(registered[2], Registered::Rejected { .. }));
    // Another process finds the page in the store.
    let second = enrolment(&world);
    let again = second
        .register(&[line(&INS[..13]), line(OTHER)], Registration::Codes)
        .await
        .unwrap();
    assert_eq!(again[0], Registered::Already);
    tried(&second, OTHER, BORN, code(&again[1])).await.unwrap();
    tried(&first, INS, BORN, &right).await.unwrap();
}

#[tokio::test]
async fn only_the_roll_writes_oppositions_and_it_opens_no_record() {
    let world = World::new().await;
    let url = "urn:uuid:00000000-0000-4000-8000-000000000001";
    world.outcomes(vec![(Some(url), patient(INS))]).await;
    let person = world.record.persons().await.unwrap()[0];
    let key = load_issuer_key(Home::new(world.dir.path()).enrolment_key(), "enrolment").unwrap();
    let roll = world::actor(ActorKind::Enrolment, "enrolment");
    let assertion = key.assert(roll, world.now(), 600, "jti".to_owned());
    let caller = world.record.caller(assertion.text(), None).unwrap();
    is_refused(world.record.export(&caller, person, "http://x").await);
    is_refused(deposit(&world, &caller, person).await);
}

#[tokio::test]
async fn tries_are_slowed_and_never_locked() {
    let world = World::new().await;
    let enrolment = enrolment(&world);
    let registered = enrolment
        .register(&[line(INS)], Registration::Codes)
        .await
        .unwrap();
    let attempt = Attempt::read(INS, BORN, code(&registered[0])).unwrap();
    let mut paces: Vec<Pace> = (0..61)
        .map(|_| enrolment.pace("192.0.2.1", &attempt))
        .collect();
    assert_eq!(paces.pop(), Some(Pace::TooFast));
    assert_eq!(paces[0], Pace::After(std::time::Duration::ZERO));
    // From another address it may be tried, and a minute later from this one too.
    assert!(
        matches!(enrolment.pace("192.0.2.2", &attempt), Pace::After(wait) if wait.as_secs() <= 3)
    );
    world.wait(60_000);
    assert_eq!(
        enrolment.pace("192.0.2.1", &attempt),
        Pace::After(std::time::Duration::ZERO)
    );
    assert!(matches!(
        enrolment.oppose(&attempt).await,
        Ok(Answer::Done(_)) | Err(Error::Keeper(_))
    ));
}

#[tokio::test]
async fn an_erased_person_is_registered_anew_or_cannot_say_no() {
    let world = World::new().await;
    let roll = enrolment(&world);
    let url = |number: u8| format!("urn:uuid:00000000-0000-4000-8000-00000000000{number}");
    let (first, second) = (url(1), url(2));
    let entries = vec![
        (Some(first.as_str()), patient(INS)),
        (Some(second.as_str()), patient(OTHER)),
    ];
    world.outcomes(entries).await;
    // The one was on the roll before the record was erased, the other comes after.
    let registered = roll
        .register(&[line(INS)], Registration::Codes)
        .await
        .unwrap();
    world.custody().await;
    for person in world.record.persons().await.unwrap() {
        let operator = world.operator(Purpose::Closure);
        world.record.erase(&operator, person, 10).await.unwrap();
    }
    let after = roll
        .register(&[line(INS), line(OTHER)], Registration::Codes)
        .await
        .unwrap();
    assert_eq!(after[0], Registered::Already);
    match &after[1] {
        Registered::Rejected { reason } => assert!(reason.contains("erased"), "{reason}"),
        other => panic!("{other:?}"),
    }
    // He can still say no, for good: nothing is opened by it, and nothing made.
    let proof = tried(&roll, INS, BORN, code(&registered[0])).await;
    assert!(proof.is_some());
    assert!(world.record.persons().await.unwrap().is_empty());
}
