//! Bytes (Binary) that no item names, that one names, and that several name.

use hygie_notice::{ActorKind, ActorRef};
use serde_json::json;

use super::*;
use crate::world::{DAY, DOCTOR, HOSPITAL, NOW, is_refused};

/// Whose hand puts bytes into a record.
async fn bytes_by(world: &World, caller: &Caller, person: PersonId) -> String {
    let binary = json!({ "resourceType": "Binary", "contentType": "text/plain", "data": "aGVsbG8=",
        "securityContext": { "reference": format!("Patient/{person}") } });
    let put = world.deposit(caller, "Binary", binary).await;
    put.unwrap().reference()
}

fn attaching(person: PersonId, code: &str, marks: &[&str], bytes: &str) -> Value {
    let mut document = document(person, code, marks);
    document["content"] = json!([{ "attachment": { "url": bytes } }]);
    document
}

async fn by(world: &World, caller: &Caller, content: Value) -> String {
    let kind = content["resourceType"].as_str().unwrap().to_owned();
    let item = world.deposit(caller, &kind, content).await;
    item.unwrap().reference()
}

#[tokio::test]
async fn bytes_that_nobody_names_and_that_show_to_whoever_is_let_in() {
    let world = World::new().await;
    let person = world.person().await;
    let by_author = bytes_by(&world, &author(&world), person).await;
    let by_software = bytes_by(&world, &world.hospital(), person).await;
    let by_holder = bytes_by(&world, &world.holder(person), person).await;
    says(&world, person, (RPPS, DOCTOR), json!({})).await;
    says(&world, person, (RPPS, AUTHOR), json!({})).await;
    says(&world, person, (FINESS, HOSPITAL), json!({})).await;
    only(&world, &world.doctor(), person, &[]).await;
    // An emergency shows what it names, and nothing names these.
    let reason = hygie_record::Reason::Unconscious;
    let declared = world
        .record
        .break_glass(&world.doctor(), person, reason)
        .await;
    declared.unwrap();
    only(&world, &world.doctor(), person, &[]).await;
    // Who made them, and whose they are.
    only(&world, &author(&world), person, &[&by_author]).await;
    only(&world, &world.hospital(), person, &[&by_software]).await;
    let all = [&by_author, &by_software, &by_holder];
    only(&world, &world.holder(person), person, &all).await;
    let (_, id) = by_author.split_once('/').unwrap();
    let read = world.record.read(&world.doctor(), "Binary", id).await;
    assert!(matches!(read, Err(Error::NotFound)));
    let history = world.record.history(&world.doctor(), "Binary", id).await;
    assert!(matches!(history, Err(Error::NotFound)));
}

#[tokio::test]
async fn bytes_that_are_of_another_class_than_what_names_them() {
    let world = World::new().await;
    let person = world.person().await;
    let bytes = bytes_by(&world, &author(&world), person).await;
    let synthesis = json!({ "code": [{ "coding": [{ "code": "11" }] }] });
    says(&world, person, (RPPS, DOCTOR), synthesis).await;
    only(&world, &world.doctor(), person, &[]).await;
    let report = put(&world, attaching(person, REPORT, &[], &bytes)).await;
    only(&world, &world.doctor(), person, &[]).await;
    // A list, which is management, says no more of what they are than that they are listed.
    let management = json!({ "code": [{ "coding": [{ "code": "95" }] }] });
    says(&world, person, (RPPS, DOCTOR), management).await;
    let list = json!({ "resourceType": "List", "status": "current", "mode": "working",
        "subject": { "reference": format!("Patient/{person}") }, "entry": [{ "item": { "reference": bytes } }] });
    let list = put(&world, list).await;
    only(&world, &world.doctor(), person, &[]).await;
    let told = put(&world, attaching(person, SYNTHESIS, &[], &bytes)).await;
    only(&world, &world.doctor(), person, &[&bytes, &list, &told]).await;
    // What a type that nobody knows names is of no class either.
    let unknown = bytes_by(&world, &author(&world), person).await;
    let nobodys = put(&world, attaching(person, UNKNOWN, &[], &unknown)).await;
    only(&world, &world.doctor(), person, &[&bytes, &list, &told]).await;
    let all = [&bytes, &list, &told, &report, &unknown, &nobodys];
    only(&world, &world.holder(person), person, &all).await;
}

#[tokio::test]
async fn a_mark_on_bytes_that_another_document_of_their_author_takes_away() {
    let world = World::new().await;
    let person = world.person().await;
    says(&world, person, (RPPS, DOCTOR), json!({})).await;
    let doctor = || world.doctor();
    let bytes = bytes_by(&world, &author(&world), person).await;
    let plain = put(&world, attaching(person, REPORT, &[], &bytes)).await;
    only(&world, &doctor(), person, &[&bytes, &plain]).await;
    // The strictest mark counts, and what tells of the bytes goes with them.
    let masked = put(&world, attaching(person, REPORT, &[MASKED], &bytes)).await;
    only(&world, &doctor(), person, &[]).await;
    remark(&world, &world.holder(person), person, &masked, &[])
        .await
        .unwrap();
    only(&world, &doctor(), person, &[&bytes, &plain, &masked]).await;
    remark(&world, &author(&world), person, &plain, &[UNANNOUNCED])
        .await
        .unwrap();
    only(&world, &world.holder(person), person, &[]).await;
    only(&world, &doctor(), person, &[&bytes, &plain, &masked]).await;
}

#[tokio::test]
async fn bytes_that_somebody_else_hides_by_naming_them() {
    let world = World::new().await;
    let person = world.person().await;
    says(&world, person, (RPPS, DOCTOR), json!({})).await;
    says(&world, person, (FINESS, HOSPITAL), json!({})).await;
    let bytes = bytes_by(&world, &author(&world), person).await;
    let plain = put(&world, attaching(person, REPORT, &[], &bytes)).await;
    let marks = [MASKED, UNANNOUNCED, SECRET];
    let theirs = attaching(person, REPORT, &marks, &bytes);
    let theirs = by(&world, &world.hospital(), theirs).await;
    only(&world, &world.doctor(), person, &[&bytes, &plain]).await;
    only(&world, &world.holder(person), person, &[&bytes, &plain]).await;
    let all = [&bytes, &plain, &theirs];
    only(&world, &world.hospital(), person, &all).await;
}

#[tokio::test]
async fn bytes_of_a_document_that_is_shown_by_name_and_do_not_come_with_it() {
    let world = World::new().await;
    let person = world.person().await;
    let bytes = bytes_by(&world, &author(&world), person).await;
    let shown = put(&world, attaching(person, REPORT, &[MASKED], &bytes)).await;
    let other = bytes_by(&world, &author(&world), person).await;
    put(&world, attaching(person, REPORT, &[], &other)).await;
    is_refused(sees(&world, &world.doctor(), person).await);
    let until = json!({ "data": [{ "meaning": "instance", "reference": { "reference": shown } }],
        "period": { "end": "2027" } });
    says(&world, person, (RPPS, DOCTOR), until).await;
    only(&world, &world.doctor(), person, &[&shown, &bytes]).await;
}

#[tokio::test]
async fn an_explanation_that_is_wrong_about_bytes() {
    let world = World::new().await;
    let person = world.person().await;
    let lost = bytes_by(&world, &author(&world), person).await;
    let named = bytes_by(&world, &author(&world), person).await;
    put(&world, attaching(person, REPORT, &[], &named)).await;
    says(&world, person, (RPPS, DOCTOR), json!({})).await;
    let doctor: ActorRef = actor(ActorKind::Professional, DOCTOR);
    let purpose = hygie_notice::Purpose::Treatment;
    let holder = world.holder(person);
    let explained = world.record.explain(&holder, person, &doctor, purpose);
    let explained = explained.await.unwrap();
    let of = |reference: &String| {
        let mut items = explained.items.iter();
        items.find(|item| item.reference == *reference).unwrap()
    };
    assert!(of(&named).shown && of(&named).decision.permits());
    assert!(!of(&lost).shown && !of(&lost).decision.permits());
    assert_eq!(of(&lost).decision.rules, ["outside-the-matrix"]);
}

#[tokio::test]
async fn bytes_of_his_own_that_a_helper_does_not_get_back() {
    let world = World::new().await;
    let person = world.person().await;
    let holder = world.holder(person);
    let mandate = hygie_record::Appointment::Appoint(hygie_record::Who {
        account: "account-1".to_owned(),
        name: "Claude Martin".to_owned(),
        role: "helper".to_owned(),
        classes: Some(vec!["11".to_owned()]),
        from: None,
        until: Some(NOW + DAY),
    });
    world
        .record
        .appoint(&holder, person, mandate)
        .await
        .unwrap();
    let helper = representative(&world, person, "account-1");
    let bytes = bytes_by(&world, &helper, person).await;
    only(&world, &helper, person, &[]).await;
    let report = by(&world, &helper, attaching(person, REPORT, &[], &bytes)).await;
    only(&world, &helper, person, &[]).await;
    let told = by(&world, &helper, attaching(person, SYNTHESIS, &[], &bytes)).await;
    only(&world, &helper, person, &[&bytes, &told]).await;
    // What is hidden from him changes nothing of it, and what names it goes on showing.
    let theirs = attaching(person, SYNTHESIS, &[UNANNOUNCED], &bytes);
    put(&world, theirs).await;
    let open = put(&world, attaching(person, SYNTHESIS, &[], &bytes)).await;
    only(&world, &helper, person, &[&bytes, &told, &open]).await;
    let all = [&bytes, &report, &told, &open];
    only(&world, &holder, person, &all).await;
}
