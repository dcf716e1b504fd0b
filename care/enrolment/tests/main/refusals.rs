//! Opposing less than the whole space, signed in: that somebody adds to the record, research.
//!
//! Dangers: a professional who adds after he was refused, by a way round (a new version, what comes in beside a deletion,
//! his structure's software); a refusal that takes away what was there, or keeps its author from deleting what is
//! wrong; a stranger who opposes for somebody; an opposition that ends when another one does.
//! Not a failure: a structure's program that sends a document of a professional who is refused by his own number; the
//! structure is refused by its own.

use hygie_fhir::{Json, Resource};
use hygie_record::notice::PersonId;
use hygie_record::{Caller, Done, Error, Scope, Step, Verb};
use serde_json::json;

use crate::oppositions::{INS, enrolment, patient};
use crate::world::World;

const REFUSED: &str = "10101010101";
const HOSPITAL: &str = "750100042";

/// Somebody with a space and a number.
pub async fn somebody(world: &World) -> PersonId {
    let url = "urn:uuid:00000000-0000-4000-8000-000000000001";
    world.outcomes(vec![(Some(url), patient(INS))]).await;
    world.record.persons().await.unwrap()[0]
}

fn measure(person: PersonId) -> Resource {
    let content = json!({
        "resourceType": "Observation",
        "status": "final",
        "code": { "text": "weight" },
        "subject": { "reference": format!("Patient/{person}") },
    });
    let json = Json::parse(content.to_string().as_bytes(), &Default::default()).unwrap();
    Resource::from_json(json).unwrap()
}

async fn adds(world: &World, caller: &Caller, person: PersonId) -> Result<Done, Error> {
    world
        .record
        .deposit_resource(caller, measure(person), None)
        .await
}

fn is_unfed<T>(outcome: Result<T, Error>) {
    match outcome {
        Err(Error::FeedingRefused) => {}
        Err(other) => panic!("another error: {other}"),
        Ok(_) => panic!("not refused"),
    }
}

fn scope(text: &str) -> Scope {
    text.parse().unwrap()
}

#[tokio::test]
async fn whoever_is_refused_adds_by_a_way_round() {
    let world = World::new().await;
    let person = somebody(&world).await;
    let (holder, roll) = (world.holder(person), enrolment(&world));
    let (refused, other) = (
        world.professional(REFUSED, Some(HOSPITAL)),
        world.professional("10202020202", Some(HOSPITAL)),
    );
    let before = adds(&world, &refused, person).await.unwrap().item;
    let another = adds(&world, &refused, person).await.unwrap().item;
    let refuses = scope(&format!("professional:{REFUSED}"));
    let proof = roll
        .say_signed_in(&holder, person, &refuses, true)
        .await
        .unwrap();
    let held = world.record.refusals(&holder, person).await.unwrap();
    assert_eq!((held.len(), &held[0].scope), (1, &refuses));
    assert_eq!(held[0].receipt, proof.number);

    is_unfed(adds(&world, &refused, person).await);
    let id = |item: &hygie_record::Item| item.reference().split_once('/').unwrap().1.to_owned();
    let amended = Step::amend(
        "Observation",
        &id(&before),
        Verb::Update {
            resource: measure(person),
        },
        None,
    );
    let record = &world.record;
    is_unfed(record.apply(&refused, person, "x", vec![amended]).await);
    let gone = |item| Step::amend("Observation", &id(item), Verb::Delete, None);
    let beside = vec![gone(&before), Step::create(None, measure(person), None)];
    is_unfed(record.apply(&refused, person, "x", beside).await);
    // What he wrote stays, and he may delete it.
    record
        .apply(&refused, person, "x", vec![gone(&before)])
        .await
        .unwrap();
    let (kind, left) = ("Observation", id(&another));
    record.read(&holder, kind, &left).await.unwrap();
    adds(&world, &other, person).await.unwrap();
    // The trail says by which rule.
    let trail = world.trail(person).await;
    let named = trail
        .iter()
        .filter_map(|line| line.event.notice.verdict.as_ref());
    assert_eq!(
        named
            .filter(|verdict| !verdict.permitted && verdict.rules == ["feeding-refused"])
            .count(),
        3
    );

    roll.say_signed_in(&holder, person, &refuses, false)
        .await
        .unwrap();
    adds(&world, &refused, person).await.unwrap();
    assert!(record.refusals(&holder, person).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_structure_that_adds_through_its_people_or_its_software() {
    let world = World::new().await;
    let person = somebody(&world).await;
    let (holder, roll) = (world.holder(person), enrolment(&world));
    let hospital = scope(&format!("structure:{HOSPITAL}"));
    let research = scope("research");
    for scope in [&hospital, &research] {
        roll.say_signed_in(&holder, person, scope, true)
            .await
            .unwrap();
    }
    is_unfed(adds(&world, &world.software(HOSPITAL), person).await);
    let within = world.professional("10303030303", Some(HOSPITAL));
    is_unfed(adds(&world, &within, person).await);
    // The same professional elsewhere is not meant.
    let elsewhere = world.professional("10303030303", None);
    adds(&world, &elsewhere, person).await.unwrap();
    // One ends, the other stays.
    roll.say_signed_in(&holder, person, &research, false)
        .await
        .unwrap();
    is_unfed(adds(&world, &within, person).await);
}

#[tokio::test]
async fn a_stranger_opposes_for_somebody() {
    let world = World::new().await;
    let person = somebody(&world).await;
    let roll = enrolment(&world);
    let url = "urn:uuid:00000000-0000-4000-8000-000000000002";
    let second = json!({ "resourceType": "Patient", "name": [{ "family": "Martin" }] });
    world.outcomes(vec![(Some(url), second)]).await;
    let persons = world.record.persons().await.unwrap();
    let other = persons.into_iter().find(|one| *one != person).unwrap();
    let research = scope("research");
    for caller in [
        world.holder(other),
        world.doctor(),
        world.software(HOSPITAL),
        world.operator(hygie_record::notice::Purpose::Import),
    ] {
        let said = roll.say_signed_in(&caller, person, &research, true).await;
        assert!(matches!(said, Err(Error::Refused)));
        assert!(world.record.refusals(&caller, person).await.is_err());
    }
    let holder = world.holder(person);
    assert!(
        world
            .record
            .refusals(&holder, person)
            .await
            .unwrap()
            .is_empty()
    );
    // Said twice it holds since the first time.
    let first = roll
        .say_signed_in(&holder, person, &research, true)
        .await
        .unwrap();
    world.wait(60_000);
    roll.say_signed_in(&holder, person, &research, true)
        .await
        .unwrap();
    let held = world.record.refusals(&holder, person).await.unwrap();
    assert_eq!((held.len(), &held[0].receipt), (1, &first.number));
    let whole = roll
        .say_signed_in(&holder, person, &Scope::Space, true)
        .await;
    assert!(matches!(whole, Err(Error::Unprocessable(_))));
}
