//! Dangers: a request about one's rights that is lost, answered late without anybody seeing it, or read by another; rights
//! that end with the space; words that outlive the erasure of who wrote them, or a proof that does not; an officer who
//! opens a record, or a case without a trace; a page of the desk that is taken for a page of insured persons.
//! Not a failure: what was written in a case stays in backups as all else does, until the keys rotate.

use hygie_enrolment::{
    CaseForbidden, Enrolment, Filed, Filing, Kind, Move, Outcome, Registration, Said, Topic,
};
use hygie_record::notice::{Act, ActorKind, PersonId, Purpose};
use hygie_record::{Caller, Error};
use serde_json::json;

use crate::oppositions::{BORN, INS, OTHER, code, enrolment, line, patient, tried};
use crate::world::World;

const DAY: u64 = 86_400_000;
const SECRET: &str = "mon-secret-de-dossier";

/// Two persons with records: of the first number, and of the other.
async fn two(world: &World) -> [PersonId; 2] {
    let urls = [1, 2].map(|one| format!("urn:uuid:00000000-0000-4000-8000-00000000000{one}"));
    let entries = urls.iter().zip([INS, OTHER]);
    let entries = entries.map(|(url, ins)| (Some(url.as_str()), patient(ins)));
    world.outcomes(entries.collect()).await;
    let mut two: [PersonId; 2] = world.record.persons().await.unwrap().try_into().unwrap();
    let (holder, id) = (world.holder(two[0]), two[0].to_string());
    let patient = world.record.read(&holder, "Patient", &id).await.unwrap();
    if patient
        .resource()
        .identifiers()
        .iter()
        .any(|(_, ins)| *ins == OTHER)
    {
        two.reverse();
    }
    two
}

fn asks(kind: Kind, whose: Option<PersonId>) -> Filing {
    Filing {
        kind,
        whose,
        received: None,
        said: Said {
            topic: Topic::Asked,
            text: SECRET.to_owned(),
            ..Said::default()
        },
    }
}

async fn files(roll: &Enrolment, world: &World, kind: Kind, person: PersonId) -> String {
    let (holder, filing) = (world.holder(person), asks(kind, Some(person)));
    let filed = roll.file_case(Some(&holder), &filing).await;
    filed.unwrap().unwrap()
}

async fn does(roll: &Enrolment, number: &str, moved: Move) -> Result<Filed, CaseForbidden> {
    let decided = roll.decide_case(number, (moved, "dpo"), "parce que");
    decided.await.unwrap()
}

async fn reads(roll: &Enrolment, number: &str) -> Vec<String> {
    let filed = roll.case(number).await.unwrap().unwrap();
    let said = roll.said_in(&filed, Err("dpo")).await.unwrap();
    said.into_iter().map(|one| one.said.text).collect()
}

#[tokio::test]
async fn a_case_is_its_persons_and_the_officers_and_nobody_elses() {
    let world = World::new().await;
    let roll = enrolment(&world);
    let [one, other] = two(&world).await;
    let number = files(&roll, &world, Kind::Access, one).await;
    let theirs = files(&roll, &world, Kind::Accesses, other).await;
    // Each follows his own.
    let (holder, stranger) = (world.holder(one), world.holder(other));
    let own = roll.follow_cases(&holder, one).await.unwrap();
    assert_eq!(own.len(), 1);
    assert_eq!(own[0].number, number);
    let refused = |result: Result<Vec<Filed>, Error>| matches!(result, Err(Error::Refused));
    for caller in [&stranger, &world.doctor()] {
        assert!(refused(roll.follow_cases(caller, one).await));
        let said = roll.said_in(&own[0], Ok(caller)).await;
        assert!(matches!(said, Err(Error::Refused)));
        let filing = asks(Kind::Erasure, Some(one));
        let files = roll.file_case(Some(caller), &filing).await;
        assert!(matches!(files, Err(Error::Refused)));
    }
    // The officer has both, and each look at one is in the person's trail, under his name.
    let queue = roll.desk(false).await.unwrap();
    assert_eq!(queue.len(), 2);
    assert_eq!(reads(&roll, &number).await, [SECRET]);
    does(&roll, &number, Move::Take).await.unwrap();
    does(&roll, &number, Move::Answer).await.unwrap();
    let trail = world.trail(one).await;
    let read = format!("case {number}, read by the officer dpo");
    let of_case = trail
        .iter()
        .filter(|line| line.event.notice.act == Act::Case);
    let by = of_case.map(|line| (line.event.actor.kind, line.event.notice.what.clone()));
    let by: Vec<_> = by.collect();
    assert!(by.contains(&(ActorKind::Enrolment, read)), "{by:?}");
    assert!(by.contains(&(ActorKind::Holder, format!("case {number}"))));
    // No content was opened for any of it.
    let opened = trail.iter().filter(|line| {
        line.event.actor.kind == ActorKind::Enrolment
            && line.event.notice.stream == hygie_record::notice::Stream::Content
    });
    assert_eq!(opened.count(), 0);
    let filed = &roll.follow_cases(&holder, one).await.unwrap()[0];
    assert!(matches!(filed.case.outcome, Some((Outcome::Answered, _))));
    let said = roll.said_in(filed, Ok(&holder)).await.unwrap();
    assert_eq!(said[1].said.text, "parce que");
    assert_eq!(
        does(&roll, &number, Move::Refuse).await.unwrap_err(),
        CaseForbidden::Over
    );
    let left = roll.desk(false).await.unwrap();
    assert_eq!(left[0].number, theirs);
    assert_eq!(roll.desk(true).await.unwrap().len(), 2);
    // A number that is nobody's.
    for none in [
        "",
        "x",
        "00000000000000000000000000-0",
        &format!("{number}9"),
    ] {
        assert!(roll.case(none).await.unwrap().is_none(), "{none}");
    }
}

#[tokio::test]
async fn a_late_answer_is_seen_coming_and_two_months_more_are_said_in_the_first() {
    let world = World::new().await;
    let roll = enrolment(&world);
    let [one, other] = two(&world).await;
    // 21 September 2026: the month ends on 21 October, a Wednesday.
    let number = files(&roll, &world, Kind::Access, one).await;
    let longer = files(&roll, &world, Kind::Objection, other).await;
    let due = roll.case(&number).await.unwrap().unwrap().case.due;
    let reminded = async || {
        let reminded = roll.remind().await.unwrap();
        (reminded.soon, reminded.late)
    };
    assert_eq!(reminded().await, (0, 0));
    world.wait(due - world.now() - 10 * DAY - 1);
    assert_eq!(reminded().await, (0, 0));
    world.wait(1);
    assert_eq!((reminded().await, reminded().await), ((2, 0), (0, 0)));
    does(&roll, &longer, Move::Extend).await.unwrap();
    world.wait(7 * DAY);
    // The extended one waits; a program that was started anew knows who was reminded.
    let again = enrolment(&world);
    assert_eq!(again.remind().await.unwrap().soon, 1);
    assert_eq!(reminded().await, (0, 0));
    world.wait(3 * DAY - 1);
    assert_eq!(reminded().await, (0, 0));
    world.wait(1);
    assert_eq!((reminded().await, reminded().await), ((0, 1), (0, 0)));
    let queue = roll.desk(false).await.unwrap();
    let late: Vec<bool> = queue
        .iter()
        .map(|filed| filed.case.is_late(world.now()))
        .collect();
    assert_eq!(
        (queue[0].number.as_str(), &late[..]),
        (&*number, &[true, false][..])
    );
    assert_eq!(
        does(&roll, &number, Move::Extend).await.unwrap_err(),
        CaseForbidden::TooLate
    );
    // Late or not, it is answered.
    let filed = does(&roll, &number, Move::Answer).await.unwrap();
    assert!(filed.case.is_late(world.now()));
    let filed = does(&roll, &longer, Move::Refuse).await.unwrap();
    assert!(!filed.case.is_late(world.now()));
}

#[tokio::test]
async fn rights_outlive_an_opposition_and_a_closed_space() {
    let world = World::new().await;
    let roll = enrolment(&world);
    let lines = [line(INS)];
    let registered = roll.register(&lines, Registration::Codes).await.unwrap();
    let [one, other] = two(&world).await;
    tried(&roll, INS, BORN, code(&registered[0])).await.unwrap();
    // He opposes: no record opens for him, and his rights do.
    let (holder, id) = (world.holder(one), one.to_string());
    let opposed = world.record.read(&holder, "Patient", &id).await;
    assert!(matches!(opposed, Err(Error::Refused)));
    let number = files(&roll, &world, Kind::Access, one).await;
    assert_eq!(reads(&roll, &number).await, [SECRET]);
    // It is closed, with a case from before.
    world.custody().await;
    let before = files(&roll, &world, Kind::Access, other).await;
    let operator = world.operator(Purpose::Closure);
    world.record.close(&operator, other, 10).await.unwrap();
    assert_eq!(reads(&roll, &before).await, [""; 0]);
    does(&roll, &before, Move::Answer).await.unwrap();
    assert_eq!(reads(&roll, &before).await, ["parce que"]);
    let after = files(&roll, &world, Kind::Erasure, other).await;
    assert_eq!(reads(&roll, &after).await, [SECRET]);
    let holder = world.holder(other);
    let own = roll.follow_cases(&holder, other).await.unwrap();
    assert_eq!(own.len(), 2);
    assert_eq!(own[0].number, after);
    let said = roll.said_in(&own[0], Ok(&holder)).await.unwrap();
    assert_eq!(said[0].said.text, SECRET);
    // Another person's word is not his.
    let stranger: Caller = world.holder(one);
    assert!(roll.follow_cases(&stranger, other).await.is_err());
    assert_eq!(roll.words_apart(other).await.unwrap().len(), 2);
    // No record was made for it.
    assert_eq!(world.record.persons().await.unwrap().len(), 2);
}

#[tokio::test]
async fn an_erasure_takes_the_words_and_leaves_that_it_was_done_in_time() {
    let world = World::new().await;
    let roll = enrolment(&world);
    let [one, _] = two(&world).await;
    world.custody().await;
    let number = files(&roll, &world, Kind::Erasure, one).await;
    does(&roll, &number, Move::Grant).await.unwrap();
    assert_eq!(reads(&roll, &number).await, [SECRET, "parce que"]);
    let operator = world.operator(Purpose::Closure);
    let ending = world.record.erase(&operator, one, 1).await.unwrap();
    let done = roll.carried_out(&number, Some(ending.proof.clone()));
    done.await.unwrap().unwrap();
    assert_eq!(reads(&roll, &number).await, [""; 0]);
    let own = roll.follow_cases(&world.holder(one), one).await.unwrap();
    assert_eq!(own[0].proof(), Some(ending.proof.as_str()));
    assert!(matches!(own[0].case.outcome, Some((Outcome::Answered, _))));
    assert!(!own[0].case.is_late(world.now()));
    // Who was erased can still ask what is kept; what he says then goes with it too.
    let number = files(&roll, &world, Kind::Access, one).await;
    assert_eq!(reads(&roll, &number).await, [SECRET]);
    for words in roll.words_apart(one).await.unwrap() {
        world.record.erase(&operator, words, 1).await.unwrap();
    }
    assert_eq!(reads(&roll, &number).await, [""; 0]);
    does(&roll, &number, Move::Answer).await.unwrap();
    assert_eq!(reads(&roll, &number).await, [""; 0]);
}

#[tokio::test]
async fn somebody_without_an_account_is_written_down_with_how_he_was_known() {
    let world = World::new().await;
    let roll = enrolment(&world);
    roll.register(&[line(INS)], Registration::Codes)
        .await
        .unwrap();
    let filing = Filing {
        received: Some(world.now() - 5 * DAY),
        said: Said {
            contact: "Zoé Martin, 1 rue du Lac, 69001 Lyon".to_owned(),
            checked: "passport seen".to_owned(),
            ..asks(Kind::Access, None).said
        },
        ..asks(Kind::Access, None)
    };
    let number = roll.file_case(None, &filing).await.unwrap().unwrap();
    let filed = roll.case(&number).await.unwrap().unwrap();
    // The month began when the letter came.
    assert!(filed.case.due < world.now() + 27 * DAY);
    let said = roll.said_in(&filed, Err("dpo")).await.unwrap();
    assert_eq!(said[0].said.checked, "passport seen");
    // A letter from the future is one of today.
    let future = Filing {
        received: Some(world.now() + 90 * DAY),
        ..filing
    };
    let number = roll.file_case(None, &future).await.unwrap().unwrap();
    let filed = roll.case(&number).await.unwrap().unwrap();
    assert_eq!(filed.case.received, world.now());
    // Pages of the desk are no pages of insured persons, in a program that was started anew too.
    for roll in [&roll, &enrolment(&world)] {
        let counts = roll.dashboard().await.unwrap();
        assert_eq!(counts.iter().map(|count| count.persons).sum::<u64>(), 1);
        roll.make_due().await.unwrap();
    }
    assert_eq!(world.record.persons().await.unwrap().len(), 0);
}

#[tokio::test]
async fn nobody_floods_the_desk_alone() {
    let world = World::new().await;
    let roll = enrolment(&world);
    let [one, _] = two(&world).await;
    for _ in 0..20 {
        files(&roll, &world, Kind::Access, one).await;
    }
    let holder = world.holder(one);
    let filing = asks(Kind::Access, Some(one));
    let more = roll.file_case(Some(&holder), &filing).await;
    assert_eq!(more.unwrap(), None);
    let own = roll.follow_cases(&holder, one).await.unwrap();
    let withdrawn = roll.withdraw_case(&own[0].number).await.unwrap();
    assert!(withdrawn.is_ok());
    files(&roll, &world, Kind::Access, one).await;
}

#[tokio::test]
async fn a_refused_restriction_ends_a_week_after_it_was_told() {
    let world = World::new().await;
    let roll = enrolment(&world);
    let [one, _] = two(&world).await;
    let number = files(&roll, &world, Kind::Restriction, one).await;
    let restricts = async || roll.case(&number).await.unwrap().unwrap().case.restricts();
    does(&roll, &number, Move::Refuse).await.unwrap();
    roll.remind().await.unwrap();
    assert!(restricts().await);
    world.wait(7 * DAY - 1);
    roll.remind().await.unwrap();
    assert!(restricts().await);
    world.wait(1);
    // A program that was started anew knows of it.
    enrolment(&world).remind().await.unwrap();
    assert!(!restricts().await);
    assert!(roll.lift(&number).await.unwrap().is_err());
    // One that is open is not ended but taken back.
    let number = files(&roll, &world, Kind::Restriction, one).await;
    assert!(roll.lift(&number).await.unwrap().is_err());
}

/// The person lets the doctor read.
async fn authorised(world: &World, person: PersonId) {
    let coded =
        |system: &str, code: &str| json!({ "coding": [{ "system": system, "code": code }] });
    let consent = json!({
        "resourceType": "Consent",
        "status": "active",
        "scope": coded("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy"),
        "category": [coded("http://loinc.org", "59284-0")],
        "patient": { "reference": format!("Patient/{person}") },
        "policyRule": { "text": "reading" },
        "provision": {
            "type": "permit",
            "actor": [{
                "role": coded("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "PRCP"),
                "reference": { "identifier": { "system": "https://rpps.esante.fr", "value": "10101010101" } },
            }],
        },
    });
    let (holder, consent) = (world.holder(person), consent.to_string());
    let said = world
        .record
        .deposit(&holder, "Consent", consent.as_bytes(), None);
    said.await.unwrap();
}

#[tokio::test]
async fn the_officer_ends_a_restriction_a_week_after_he_told_its_person_why() {
    let world = World::new().await;
    let roll = enrolment(&world);
    let [one, _] = two(&world).await;
    let reads = async || {
        let (doctor, id) = (world.doctor(), one.to_string());
        world.record.read(&doctor, "Patient", &id).await.is_ok()
    };
    authorised(&world, one).await;
    assert!(reads().await);
    let number = files(&roll, &world, Kind::Restriction, one).await;
    let lift = does(&roll, &number, Move::Lift).await;
    assert_eq!(lift.unwrap_err(), CaseForbidden::Open);
    does(&roll, &number, Move::Answer).await.unwrap();
    world.wait(90 * DAY);
    roll.remind().await.unwrap();
    assert!(!reads().await, "it holds as long as he wants it");
    does(&roll, &number, Move::Lift).await.unwrap();
    // The reason is his to read from now on, and that it was written stands in his trail under the officer's name.
    let holder = world.holder(one);
    let filed = roll.follow_cases(&holder, one).await.unwrap().remove(0);
    let said = roll.said_in(&filed, Ok(&holder)).await.unwrap();
    let last = &said.last().unwrap().said;
    assert_eq!(
        (last.topic, last.text.as_str(), last.by.as_str()),
        (Topic::Lifting, "parce que", "dpo")
    );
    assert_eq!(filed.case.lifts(), Some(world.now() + 7 * DAY));
    let again = does(&roll, &number, Move::Lift).await;
    assert_eq!(again.unwrap_err(), CaseForbidden::Already);
    world.wait(7 * DAY - 1);
    roll.remind().await.unwrap();
    assert!(!reads().await, "the week is not over");
    assert!(roll.desk(false).await.unwrap()[0].case.restricts());
    // From that moment on, before any job runs.
    world.wait(1);
    assert!(reads().await);
    enrolment(&world).remind().await.unwrap();
    assert!(reads().await);
    let filed = roll.case(&number).await.unwrap().unwrap();
    assert!(!filed.case.restricts() && filed.case.ended_by_itself());
    assert!(roll.desk(false).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_restriction_that_is_asked_for_anew_while_the_old_one_ends() {
    let world = World::new().await;
    let roll = enrolment(&world);
    let [one, _] = two(&world).await;
    let reads = async || {
        let (doctor, id) = (world.doctor(), one.to_string());
        world.record.read(&doctor, "Patient", &id).await.is_ok()
    };
    authorised(&world, one).await;
    let number = files(&roll, &world, Kind::Restriction, one).await;
    does(&roll, &number, Move::Answer).await.unwrap();
    does(&roll, &number, Move::Lift).await.unwrap();
    let anew = files(&roll, &world, Kind::Restriction, one).await;
    world.wait(7 * DAY);
    roll.remind().await.unwrap();
    assert!(!reads().await, "the new one holds");
    assert!(roll.withdraw_case(&anew).await.unwrap().is_ok());
    assert!(reads().await);
    // He may end it himself in that week, too.
    let number = files(&roll, &world, Kind::Restriction, one).await;
    does(&roll, &number, Move::Answer).await.unwrap();
    does(&roll, &number, Move::Lift).await.unwrap();
    assert!(!reads().await);
    assert!(roll.lift(&number).await.unwrap().is_ok());
    assert!(reads().await);
}
