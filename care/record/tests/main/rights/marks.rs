//! Marks of visibility, the matrix of another operator, and what of rights a restart keeps.

use std::sync::Arc;

use hygie_notice::{ActorKind, ActorRef};
use hygie_record::policy::{Matrix, Terms};
use hygie_record::{Appointment, Reason, Step, Verb, Who, Wishes};
use serde_json::json;

use super::*;
use crate::world::{DAY, DOCTOR, HOSPITAL, NOW, is_refused};

async fn guarded(world: &World, person: PersonId) -> Caller {
    let guardian = Appointment::Appoint(Who {
        account: "guardian".to_owned(),
        name: String::new(),
        role: "guardian".to_owned(),
        classes: None,
        from: None,
        until: None,
    });
    let entered = world
        .record
        .appoint(&world.importer(), person, guardian)
        .await;
    entered.unwrap();
    representative(world, person, "guardian")
}

async fn app(world: &World, person: PersonId) -> Caller {
    says(world, person, ("urn:hygie:app", "steps"), json!({})).await;
    world.by(ActorRef {
        person: Some(person),
        scope: Some("patient/*.rs".to_owned()),
        ..ActorRef::new(ActorKind::App, "steps")
    })
}

async fn exported(world: &World, person: PersonId, reference: &str) -> bool {
    let bundle = world
        .record
        .export(&world.exporter(), person, "https://one.example/fhir")
        .await;
    let text = String::from_utf8(bundle.unwrap().print()).unwrap();
    text.contains(reference)
}

#[tokio::test]
async fn what_is_not_announced_and_shows() {
    let world = World::new().await;
    let person = world.person().await;
    let told = brought(&world, person, REPORT, &[UNANNOUNCED]).await;
    let late = brought(&world, person, REPORT, &[UNANNOUNCED]).await;
    says(&world, person, (RPPS, DOCTOR), json!({})).await;
    let (_, _) = (guarded(&world, person).await, app(&world, person).await);
    let readers = || {
        let app = ActorRef {
            person: Some(person),
            scope: Some("patient/*.rs".to_owned()),
            ..ActorRef::new(ActorKind::App, "steps")
        };
        [
            world.holder(person),
            representative(&world, person, "guardian"),
            world.by(app),
        ]
    };
    for reader in readers() {
        only(&world, &reader, person, &[]).await;
    }
    assert!(!exported(&world, person, &told).await);
    only(&world, &world.doctor(), person, &[&told, &late]).await;
    // Neither the person nor a reader announces; the author does.
    assert!(
        remark(&world, &world.holder(person), person, &told, &[])
            .await
            .is_err()
    );
    assert!(
        remark(&world, &world.doctor(), person, &told, &[])
            .await
            .is_err()
    );
    remark(&world, &author(&world), person, &told, &[])
        .await
        .unwrap();
    for reader in readers() {
        only(&world, &reader, person, &[&told]).await;
    }
    assert!(exported(&world, person, &told).await);
    assert!(!exported(&world, person, &late).await);
    // Thirty days, and not a millisecond less.
    world.wait(30 * DAY - 1);
    only(&world, &world.holder(person), person, &[&told]).await;
    world.wait(1);
    for reader in readers() {
        only(&world, &reader, person, &[&told, &late]).await;
    }
    assert!(exported(&world, person, &late).await);
}

#[tokio::test]
async fn what_an_update_marks_long_after_it_came() {
    let world = World::new().await;
    let person = world.person().await;
    let report = brought(&world, person, REPORT, &[]).await;
    world.wait(60 * DAY);
    only(&world, &world.holder(person), person, &[&report]).await;
    let (_, id) = report.split_once('/').unwrap();
    let mut content = document(person, REPORT, &[UNANNOUNCED]);
    content["id"] = json!(id);
    let resource = hygie_record::parse("DocumentReference", content.to_string().as_bytes());
    let resource = resource.unwrap();
    let step = Step::amend("DocumentReference", id, Verb::Update { resource }, None);
    let done = world
        .record
        .apply(&author(&world), person, "update", vec![step])
        .await;
    done.unwrap();
    only(&world, &world.holder(person), person, &[]).await;
    world.wait(30 * DAY);
    only(&world, &world.holder(person), person, &[&report]).await;
}

#[tokio::test]
async fn what_an_update_keeps_back_a_second_time() {
    let world = World::new().await;
    let person = world.person().await;
    let report = brought(&world, person, REPORT, &[]).await;
    remark(&world, &author(&world), person, &report, &[UNANNOUNCED])
        .await
        .unwrap();
    world.wait(20 * DAY);
    // The author writes back what he read, the mark in it.
    let (_, id) = report.split_once('/').unwrap();
    let mut content = document(person, REPORT, &[UNANNOUNCED]);
    content["id"] = json!(id);
    let resource = hygie_record::parse("DocumentReference", content.to_string().as_bytes());
    let resource = resource.unwrap();
    let step = Step::amend("DocumentReference", id, Verb::Update { resource }, None);
    let done = world
        .record
        .apply(&author(&world), person, "update", vec![step])
        .await;
    done.unwrap();
    only(&world, &world.holder(person), person, &[]).await;
    world.wait(10 * DAY);
    only(&world, &world.holder(person), person, &[&report]).await;
}

#[tokio::test]
async fn a_consent_that_names_what_is_hidden() {
    let world = World::new().await;
    let person = world.person().await;
    let guardian = guarded(&world, person).await;
    let secret = brought(&world, person, REPORT, &[]).await;
    let one = json!([{ "meaning": "instance", "reference": { "reference": secret } }]);
    let until = json!({ "data": one, "period": { "end": "2026-12-31" } });
    let consent = says(&world, person, (RPPS, DOCTOR), until).await;
    let other = says(&world, person, (RPPS, "10404040404"), json!({})).await;
    let read = async |id: &str| world.record.read(&guardian, "Consent", id).await;
    assert!(read(&consent).await.is_ok());
    remark(&world, &world.holder(person), person, &secret, &[SECRET])
        .await
        .unwrap();
    assert!(matches!(read(&consent).await, Err(Error::NotFound)));
    assert!(read(&other).await.is_ok());
    let history = world.record.history(&guardian, "Consent", &consent).await;
    assert!(matches!(history, Err(Error::NotFound)));
    let query = hygie_record::Query {
        kind: Some("Consent".to_owned()),
        criteria: Vec::new(),
        what: "Consent".to_owned(),
    };
    let found = world.record.search(&guardian, person, &query).await;
    assert_eq!(found.unwrap().matches.len(), 1);
    // Nor does taking it back tell that it is there, and whom it lets in is let in by nothing.
    let back = world.record.take_back(&guardian, person, &consent, None);
    assert!(matches!(back.await, Err(Error::NotFound)));
    let doctor = actor(ActorKind::Professional, DOCTOR);
    let treatment = hygie_notice::Purpose::Treatment;
    let explain = async |caller: &Caller| {
        let told = world.record.explain(caller, person, &doctor, treatment);
        told.await.unwrap().record.permits()
    };
    assert!(!explain(&guardian).await);
    assert!(explain(&world.holder(person)).await);
    only(&world, &world.doctor(), person, &[&secret]).await;
    // The holder, from whom it is not hidden, takes it back, and the guardian takes back the other.
    let holder = world.holder(person);
    let back = world.record.take_back(&holder, person, &consent, None);
    back.await.unwrap();
    let back = world.record.take_back(&guardian, person, &other, None);
    back.await.unwrap();
    is_refused(sees(&world, &world.doctor(), person).await);
}

#[tokio::test]
async fn what_is_hidden_and_changes_what_is_explained() {
    let world = World::new().await;
    let person = world.person().await;
    says(&world, person, (RPPS, DOCTOR), json!({})).await;
    let report = brought(&world, person, REPORT, &[]).await;
    // The holder writes about it, before it is marked.
    let mut letter = document(person, "EXPPAT_1", &[]);
    letter["relatesTo"] = json!([{ "code": "appends", "target": { "reference": report } }]);
    let holder = world.holder(person);
    let letter = world.deposit(&holder, "DocumentReference", letter).await;
    let letter = letter.unwrap().reference();
    let doctor = actor(ActorKind::Professional, DOCTOR);
    let treatment = hygie_notice::Purpose::Treatment;
    let shown = async || {
        let told = world.record.explain(&holder, person, &doctor, treatment);
        let items = told.await.unwrap().items.into_iter();
        let shown = items.filter(|item| item.shown);
        shown.map(|item| item.reference).collect::<BTreeSet<_>>()
    };
    assert!(shown().await.contains(&letter));
    remark(
        &world,
        &author(&world),
        person,
        &report,
        &[MASKED, UNANNOUNCED],
    )
    .await
    .unwrap();
    // The letter is gone for the doctor; to say so would say that the report is there.
    only(&world, &world.doctor(), person, &[]).await;
    assert!(shown().await.contains(&letter) && !shown().await.contains(&report));
}

#[tokio::test]
async fn a_secret_that_representatives_or_apps_see() {
    let world = World::new().await;
    let person = world.person().await;
    let plain = brought(&world, person, REPORT, &[]).await;
    let secret = brought(&world, person, REPORT, &[]).await;
    let guardian = guarded(&world, person).await;
    let app = app(&world, person).await;
    only(&world, &guardian, person, &[&plain, &secret]).await;
    assert!(
        remark(&world, &guardian, person, &secret, &[SECRET])
            .await
            .is_err()
    );
    remark(&world, &world.holder(person), person, &secret, &[SECRET])
        .await
        .unwrap();
    only(&world, &guardian, person, &[&plain]).await;
    only(&world, &app, person, &[&plain]).await;
    only(&world, &world.holder(person), person, &[&plain, &secret]).await;
    let gone = remark(&world, &guardian, person, &secret, &[]).await;
    assert!(
        matches!(gone, Err(hygie_record::Error::NotFound)),
        "it looks like absent"
    );
}

#[tokio::test]
async fn a_matrix_of_another_operator_that_is_not_kept() {
    let mut world = World::new().await;
    let person = world.person().await;
    let report = brought(&world, person, REPORT, &[]).await;
    let synthesis = brought(&world, person, SYNTHESIS, &[]).await;
    says(&world, person, (RPPS, DOCTOR), json!({})).await;
    says(&world, person, (FINESS, HOSPITAL), json!({})).await;
    only(&world, &world.doctor(), person, &[&report, &synthesis]).await;
    let matrix = "profession\t10\t11\t90\nG15_10\tno\tyes\t\nG15_60\tyes\tyes\tyes\n";
    let terms = Terms {
        matrix: Matrix::parse(matrix).unwrap(),
        ..Terms::default()
    };
    world.record = Arc::new(world.restarted().await.under(terms));
    only(&world, &world.doctor(), person, &[&synthesis]).await;
    // Software has no row: nothing is shown to it, and it goes on depositing.
    only(&world, &world.hospital(), person, &[]).await;
    let nurse = ActorRef {
        profession: Some("G15_60".to_owned()),
        ..ActorRef::new(ActorKind::Professional, DOCTOR)
    };
    only(&world, &world.by(nurse), person, &[&report, &synthesis]).await;
    let nobody = ActorRef::new(ActorKind::Professional, DOCTOR);
    only(&world, &world.by(nobody), person, &[]).await;
}

#[tokio::test]
async fn rights_that_a_restart_forgets() {
    let mut world = World::new().await;
    let person = world.person().await;
    let synthesis = brought(&world, person, SYNTHESIS, &[]).await;
    let report = brought(&world, person, REPORT, &[]).await;
    let late = brought(&world, person, REPORT, &[]).await;
    let (guardian, app) = (guarded(&world, person).await, app(&world, person).await);
    says(
        &world,
        person,
        (RPPS, "10202020202"),
        json!({ "code": [{ "coding": [{ "code": "11" }] }] }),
    )
    .await;
    let one = json!([{ "meaning": "instance", "reference": { "reference": report } }]);
    says(
        &world,
        person,
        (RPPS, "10404040404"),
        json!({ "data": one, "period": { "end": "2026-09-30" } }),
    )
    .await;
    world
        .record
        .break_glass(&world.doctor(), person, Reason::Confused)
        .await
        .unwrap();
    remark(
        &world,
        &world.holder(person),
        person,
        &report,
        &[MASKED, SECRET],
    )
    .await
    .unwrap();
    remark(&world, &author(&world), person, &late, &[UNANNOUNCED])
        .await
        .unwrap();
    let wishes = Wishes {
        presumption: Some(false),
        regulation: Some(false),
        ..Wishes::default()
    };
    let holder = world.holder(person);
    world
        .record
        .wish(&holder, person, wishes.clone())
        .await
        .unwrap();
    let by = |world: &World, rpps: &str| world.by(actor(ActorKind::Professional, rpps));
    for _ in 0..2 {
        only(&world, &by(&world, "10202020202"), person, &[&synthesis]).await;
        only(&world, &by(&world, "10404040404"), person, &[&report]).await;
        only(&world, &world.doctor(), person, &[&synthesis]).await;
        only(&world, &guardian, person, &[&synthesis]).await;
        only(&world, &app, person, &[&synthesis]).await;
        only(&world, &holder, person, &[&synthesis, &report]).await;
        let wished = world.record.wish(&holder, person, Wishes::default()).await;
        assert_eq!(wished.unwrap(), wishes);
        world.record = Arc::new(world.restarted().await);
    }
    assert_eq!(world.record.now(), NOW);
    is_refused(sees(&world, &world.hospital(), person).await);
}
