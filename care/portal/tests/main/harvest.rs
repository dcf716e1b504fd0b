//! What a stolen doctor's session is worth over HTTP, and how soon the operator's cut is felt. Restarts, clocks and
//! many connections at once are the keeper's own tests.

use http::{Method, StatusCode};
use hygie_notice::{ActorKind, ActorStep, Alarm, PersonId};
use hygie_record::Caller;
use serde_json::Value;

use crate::world::{Answer, DOCTOR, NOW, World, actor, observation};

const DAY: u64 = 86_400_000;

async fn patients(world: &World, count: usize) -> Vec<PersonId> {
    let mut persons = Vec::new();
    for _ in 0..count {
        let person = world.person().await;
        world.authorise(person).await;
        persons.push(person);
    }
    persons
}

fn operator(world: &World) -> Caller {
    world.record.caller(&world.operator(), None).unwrap()
}

fn words(answer: &Answer) -> String {
    let text = &answer.json()["issue"][0]["details"]["text"];
    text.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_stolen_session_reads_more_persons_than_its_budget() {
    let world = World::reading_at_most(3).await;
    let persons = patients(&world, 6).await;
    let doctor = world.doctor();
    let questions = |person: PersonId| {
        [
            format!("/Patient/{person}"),
            format!("/Observation?patient={person}"),
            format!("/Patient/{person}/$everything"),
            format!("/Patient/{person}/_history"),
        ]
    };
    for (number, person) in persons.iter().enumerate() {
        for question in questions(*person) {
            let answer = world.get(&doctor, &question).await;
            if number < 3 {
                assert!(answer.status.is_success(), "{question}");
                continue;
            }
            assert_eq!(
                answer.refusal(),
                (429, "throttled".to_owned()),
                "{question}"
            );
            let text = words(&answer);
            assert!(text.contains("2026-09-22T00:00:00.000Z"), "{text}");
            assert_eq!(
                answer.header("retry-after"),
                "Tue, 22 Sep 2026 00:00:00 GMT"
            );
        }
    }
    // Those whom it met stay open; writing has a budget of its own.
    for person in &persons[..3] {
        let answer = world.get(&doctor, &format!("/Patient/{person}")).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    world.observe(persons[5], "deposited all the same").await;
    // The person reads that it was tried, and by what it was refused.
    let trail = format!("/AuditEvent?patient={}", persons[5]);
    let trail = world.get(&world.holder(persons[5]), &trail).await.json();
    let refused = trail["entry"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["resource"]["outcomeDesc"] == "refused by budget-spent");
    assert_eq!(refused.count(), 4);
    // One alarm, and it says of whom.
    let page = world.record.alarms(&operator(&world), 0).await.unwrap();
    assert_eq!((page.alarms.len(), page.next), (1, None));
    assert_eq!(page.alarms[0].actor.id, DOCTOR);
    assert!(matches!(
        page.alarms[0].alarm,
        Alarm::Budget { persons: 3, .. }
    ));
    // Tomorrow is another day.
    world.at((NOW / DAY + 1) * DAY);
    let answer = world
        .get(&world.doctor(), &format!("/Patient/{}", persons[5]))
        .await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn a_suspended_doctor_is_answered_from_what_is_warm() {
    let world = World::new().await;
    let person = patients(&world, 1).await[0];
    let id = world.observe(person, "Secret finding").await;
    let path = format!("/Observation/{id}");
    let doctor = world.doctor();
    // Twice, so that content and rights are warm.
    for _ in 0..2 {
        assert_eq!(world.get(&doctor, &path).await.status, StatusCode::OK);
    }
    let cut = ActorStep::Suspend {
        kind: ActorKind::Professional,
        id: DOCTOR.to_owned(),
        reason: String::new(),
    };
    world.record.actor(&operator(&world), cut).await.unwrap();
    let refused = |answer: Answer| {
        assert_eq!(answer.refusal(), (403, "forbidden".to_owned()));
        let text = words(&answer);
        assert!(
            text.contains("suspended") && text.contains("operator"),
            "{text}"
        );
        assert!(!String::from_utf8_lossy(&answer.body).contains("Secret"));
    };
    for question in [
        path.clone(),
        format!("/Observation?patient={person}"),
        format!("/Patient/{person}"),
    ] {
        refused(world.get(&doctor, &question).await);
    }
    let content = observation(person, "another");
    refused(world.post(&doctor, "/Observation", &content).await);
    // A token made later is no other actor, and about nobody the answer is the same.
    refused(world.get(&world.doctor(), &path).await);
    let nobody = PersonId::random(&hygie_notice::SystemEntropy);
    refused(world.get(&doctor, &format!("/Patient/{nobody}")).await);
    // Who is not suspended is answered.
    let holder = world.get(&world.holder(person), &path).await;
    assert_eq!(holder.status, StatusCode::OK);
    let resume = ActorStep::Resume {
        kind: ActorKind::Professional,
        id: DOCTOR.to_owned(),
    };
    world.record.actor(&operator(&world), resume).await.unwrap();
    assert_eq!(world.get(&doctor, &path).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_operator_locked_out_by_himself_or_alarms_read_by_others() {
    let world = World::new().await;
    let cut = ActorStep::Suspend {
        kind: ActorKind::Operator,
        id: "operator".to_owned(),
        reason: String::new(),
    };
    let own = world.record.actor(&operator(&world), cut).await;
    let error = own.unwrap_err().to_string();
    assert!(error.contains("replace it"), "{error}");
    let software = world.token(actor(ActorKind::Software, "010000024"));
    let read = world.record.caller(&software, None).unwrap();
    assert!(world.record.alarms(&read, 0).await.is_err());
    // The operator's socket is not the way of others either.
    let status = world
        .ask(Method::GET, &software, "/status", Value::Null)
        .await;
    assert_eq!(status.status, StatusCode::FORBIDDEN);
}
