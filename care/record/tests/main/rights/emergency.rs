//! The glass that is broken, and the doctor who regulates the call.

use std::sync::Arc;

use hygie_notice::{Act, ActorKind, ActorRef, Purpose};
use hygie_record::policy::Terms;
use hygie_record::{Reason, Wishes};
use serde_json::json;

use super::*;
use crate::world::{DOCTOR, HOSPITAL, MINUTE, is_refused};

async fn the_trail_tells_why(world: &World, person: PersonId) {
    let trail = world.trail(person).await;
    let line = trail.iter().find(|line| {
        line.event.notice.act == Act::BreakGlass
            && line
                .event
                .notice
                .verdict
                .as_ref()
                .is_some_and(|verdict| verdict.permitted)
    });
    assert!(
        line.unwrap().event.notice.what.contains("unconscious"),
        "the trail tells why"
    );
}

#[tokio::test]
async fn an_emergency_that_opens_more_than_its_set_or_for_longer() {
    let world = World::new().await;
    let person = world.person().await;
    let subject = json!({ "reference": format!("Patient/{person}") });
    let binary = json!({ "resourceType": "Binary", "contentType": "text/plain", "data": "aGVsbG8=", "securityContext": subject });
    let (shown_bytes, other_bytes) = (put(&world, binary.clone()).await, put(&world, binary).await);
    let with = |code: &str, bytes: &str| {
        let mut document = document(person, code, &[]);
        document["content"] = json!([{ "attachment": { "url": bytes } }]);
        document
    };
    let synthesis = put(&world, with(SYNTHESIS, &shown_bytes)).await;
    let report = put(&world, with(REPORT, &other_bytes)).await;
    let directive = brought(&world, person, "EXPPAT_3", &[]).await;
    brought(&world, person, SYNTHESIS, &[MASKED]).await;
    let allergy = put(&world, json!({ "resourceType": "AllergyIntolerance", "patient": subject,
        "clinicalStatus": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active" }] },
        "code": { "text": "nuts" } })).await;
    let treatment = put(
        &world,
        json!({ "resourceType": "MedicationRequest", "status": "active", "intent": "order",
        "medicationCodeableConcept": { "text": "aspirin" }, "subject": subject }),
    )
    .await;
    let contact = put(&world, json!({ "resourceType": "RelatedPerson", "patient": subject, "name": [{ "family": "Durand" }] })).await;
    put(
        &world,
        crate::world::observation(&format!("Patient/{person}"), "pulse"),
    )
    .await;
    let doctor = || world.doctor();
    is_refused(sees(&world, &doctor(), person).await);
    let declared = world
        .record
        .break_glass(&doctor(), person, Reason::Unconscious)
        .await;
    let until = declared.unwrap().until;
    assert_eq!(until, world.record.now() + 60 * MINUTE);
    let set = [
        &synthesis,
        &shown_bytes,
        &directive,
        &allergy,
        &treatment,
        &contact,
    ];
    only(&world, &doctor(), person, &set).await;
    let (kind, id) = report.split_once('/').unwrap();
    assert!(world.record.read(&doctor(), kind, id).await.is_err());
    // For who declared it, and nobody else.
    is_refused(
        sees(
            &world,
            &world.by(actor(ActorKind::Professional, "10202020202")),
            person,
        )
        .await,
    );
    the_trail_tells_why(&world, person).await;
    world.wait(60 * MINUTE - 1);
    only(&world, &doctor(), person, &set).await;
    world.wait(1);
    is_refused(sees(&world, &doctor(), person).await);
}

#[tokio::test]
async fn an_emergency_that_was_refused_beforehand_or_is_none() {
    let world = World::new().await;
    let person = world.person().await;
    brought(&world, person, SYNTHESIS, &[]).await;
    for word in ["", "Unconscious", "curiosity", "unconscious "] {
        assert!(Reason::from_code(word).is_none(), "{word} is no reason");
    }
    let reason = Reason::ImmediateDanger;
    is_refused(
        world
            .record
            .break_glass(&world.hospital(), person, reason)
            .await,
    );
    is_refused(
        world
            .record
            .break_glass(&world.holder(person), person, reason)
            .await,
    );
    world
        .record
        .break_glass(&world.doctor(), person, reason)
        .await
        .unwrap();
    sees(&world, &world.doctor(), person).await.unwrap();
    let wishes = Wishes {
        break_glass: Some(false),
        ..Wishes::default()
    };
    let wished = world
        .record
        .wish(&world.holder(person), person, wishes)
        .await;
    wished.unwrap();
    // One that is under way ends with it.
    is_refused(sees(&world, &world.doctor(), person).await);
    is_refused(
        world
            .record
            .break_glass(&world.doctor(), person, reason)
            .await,
    );
}

#[tokio::test]
async fn an_insurers_doctor_in_an_emergency() {
    let world = World::new().await;
    let person = world.person().await;
    says(&world, person, (RPPS, DOCTOR), json!({})).await;
    sees(&world, &world.doctor(), person).await.unwrap();
    for sector in ["SA23", "SA66", "SA44", "SA13", "SA45", "SA48"] {
        let insurer = world.by(ActorRef {
            sector: Some(sector.to_owned()),
            ..actor(ActorKind::Professional, DOCTOR)
        });
        is_refused(sees(&world, &insurer, person).await);
        is_refused(
            world
                .record
                .break_glass(&insurer, person, Reason::Confused)
                .await,
        );
    }
}

#[tokio::test]
async fn a_doctor_who_regulates_and_belongs_to_no_centre() {
    let mut world = World::new().await;
    let person = world.person().await;
    let report = brought(&world, person, REPORT, &[]).await;
    brought(&world, person, REPORT, &[MASKED]).await;
    let of = |world: &World, structure: Option<&str>, purpose| {
        let doctor = ActorRef {
            structure: structure.map(str::to_owned),
            ..actor(ActorKind::Professional, DOCTOR)
        };
        let token = world.token(doctor);
        world.record.caller(token.text(), Some(purpose)).unwrap()
    };
    let regulating = |world: &World| of(world, Some(HOSPITAL), Purpose::Regulation);
    is_refused(sees(&world, &regulating(&world), person).await);
    let terms = Terms {
        regulation: [HOSPITAL.to_owned()].into(),
        ..Terms::default()
    };
    world.record = Arc::new(world.restarted().await.under(terms));
    only(&world, &regulating(&world), person, &[&report]).await;
    for other in [
        of(&world, Some(HOSPITAL), Purpose::Treatment),
        of(&world, Some("750200033"), Purpose::Regulation),
        of(&world, None, Purpose::Regulation),
    ] {
        is_refused(sees(&world, &other, person).await);
    }
    let software = world.token(actor(ActorKind::Software, HOSPITAL));
    let software = world
        .record
        .caller(software.text(), Some(Purpose::Regulation));
    is_refused(sees(&world, &software.unwrap(), person).await);
    let wishes = Wishes {
        regulation: Some(false),
        ..Wishes::default()
    };
    let wished = world
        .record
        .wish(&world.holder(person), person, wishes)
        .await;
    wished.unwrap();
    is_refused(sees(&world, &regulating(&world), person).await);
}
