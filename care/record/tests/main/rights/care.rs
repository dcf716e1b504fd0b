//! A structure that says that it cares for the person: for itself, for 90 days, and while the person does not object.

use hygie_notice::{ActorKind, ActorRef};
use hygie_record::{Error, Wishes};
use serde_json::{Value, json};

use super::*;
use crate::world::{DAY, DOCTOR, HOSPITAL, is_refused};

fn cares(person: PersonId, finess: &str) -> Value {
    let mut cares = consent(person, &json!({ "actor": [reader(FINESS, finess)] }));
    cares["scope"]["coding"][0]["code"] = json!("treatment");
    cares["category"] = json!([{ "coding": [{ "code": "care-team" }] }]);
    let patient = json!({ "reference": format!("Patient/{person}") });
    cares["verification"] = json!([{ "verified": true, "verifiedWith": patient }]);
    cares
}

fn of_hospital(world: &World, rpps: &str) -> Caller {
    world.by(ActorRef {
        structure: Some(HOSPITAL.to_owned()),
        ..actor(ActorKind::Professional, rpps)
    })
}

#[tokio::test]
async fn a_structure_that_speaks_for_another_or_for_longer() {
    let world = World::new().await;
    let person = world.person().await;
    let doctor = of_hospital(&world, DOCTOR);
    let mut wrong = vec![cares(person, "750200033")];
    let mut long = cares(person, HOSPITAL);
    long["provision"]["period"] = json!({ "end": "2027-09-21" });
    let mut past = cares(person, HOSPITAL);
    past["provision"]["period"] = json!({ "end": "2026-09-01" });
    let mut untold = cares(person, HOSPITAL);
    untold["verification"][0]["verified"] = json!(false);
    let mut silent = cares(person, HOSPITAL);
    silent.as_object_mut().unwrap().remove("verification");
    let mut alone = cares(person, HOSPITAL);
    alone["provision"]["actor"] = json!([reader(RPPS, DOCTOR)]);
    let mut denied = cares(person, HOSPITAL);
    denied["provision"]["type"] = json!("deny");
    wrong.extend([long, past, untold, silent, alone, denied]);
    for consent in wrong {
        let said = world.deposit(&doctor, "Consent", consent.clone()).await;
        assert!(matches!(said, Err(Error::Unprocessable(_))), "{consent}");
    }
    is_refused(sees(&world, &doctor, person).await);
}

#[tokio::test]
async fn care_that_reads_after_ninety_days_or_against_the_persons_wish() {
    let world = World::new().await;
    let person = world.person().await;
    let report = brought(&world, person, REPORT, &[]).await;
    brought(&world, person, REPORT, &[MASKED]).await;
    let said = world
        .deposit(
            &of_hospital(&world, DOCTOR),
            "Consent",
            cares(person, HOSPITAL),
        )
        .await;
    let said = said.unwrap();
    let colleague = || of_hospital(&world, "10202020202");
    only(&world, &colleague(), person, &[&report]).await;
    only(&world, &world.hospital(), person, &[&report]).await;
    is_refused(sees(&world, &world.doctor(), person).await);
    // Switched off, it ends at once; switched on again, it holds as before.
    for presumption in [false, true] {
        let wishes = Wishes {
            presumption: Some(presumption),
            ..Wishes::default()
        };
        let wished = world
            .record
            .wish(&world.holder(person), person, wishes)
            .await;
        wished.unwrap();
        let seen = sees(&world, &colleague(), person).await;
        assert_eq!(seen.is_ok(), presumption);
    }
    world.wait(90 * DAY - 1);
    only(&world, &colleague(), person, &[&report]).await;
    world.wait(1);
    is_refused(sees(&world, &colleague(), person).await);
    // Said anew, and taken back by the holder, who was told.
    let again = world
        .deposit(&colleague(), "Consent", cares(person, HOSPITAL))
        .await;
    let again = again.unwrap();
    only(&world, &colleague(), person, &[&report]).await;
    let holder = world.holder(person);
    is_refused(
        world
            .record
            .take_back(&colleague(), person, again.id(), None)
            .await,
    );
    let back = world
        .record
        .take_back(&holder, person, again.id(), None)
        .await;
    back.unwrap();
    is_refused(sees(&world, &colleague(), person).await);
    assert_ne!(said.id(), again.id());
}
