//! What the holder gives by a Consent: classes of documents, one document, an app; and a block.

use hygie_notice::{ActorKind, ActorRef};
use hygie_record::Error;
use serde_json::{Value, json};

use super::*;
use crate::world::{DAY, DOCTOR, HOSPITAL, is_refused};

fn classes(codes: &[&str]) -> Value {
    let coding = |code: &&str| json!({ "coding": [{ "code": code }] });
    codes.iter().map(coding).collect()
}

fn one(reference: &str) -> Value {
    json!([{ "meaning": "instance", "reference": { "reference": reference } }])
}

#[tokio::test]
async fn an_authorisation_for_classes_that_shows_others() {
    let world = World::new().await;
    let person = world.person().await;
    let report = brought(&world, person, REPORT, &[]).await;
    let synthesis = brought(&world, person, SYNTHESIS, &[]).await;
    let unknown = brought(&world, person, UNKNOWN, &[]).await;
    // What mentions what is not shown, and its bytes, are not shown either.
    let subject = json!({ "reference": format!("Patient/{person}") });
    let bytes = json!({ "resourceType": "Binary", "contentType": "text/plain", "data": "aGVsbG8=", "securityContext": subject });
    let bytes = put(&world, bytes).await;
    let presented = json!({ "resourceType": "DiagnosticReport", "status": "final", "code": { "text": "blood" },
        "subject": subject, "presentedForm": [{ "url": bytes }] });
    let presented = put(&world, presented).await;
    let list = json!({ "resourceType": "Flag", "status": "active", "code": { "text": "see there" },
        "subject": subject, "extension": [{ "url": "http://example.org/see", "valueReference": { "reference": report } }] });
    let telling = put(&world, list).await;
    let doctor = || world.doctor();
    is_refused(sees(&world, &doctor(), person).await);
    says(
        &world,
        person,
        (RPPS, DOCTOR),
        json!({ "code": classes(&["11"]) }),
    )
    .await;
    only(&world, &doctor(), person, &[&synthesis]).await;
    for hidden in [&report, &unknown, &bytes, &presented, &telling] {
        let (kind, id) = hidden.split_once('/').unwrap();
        let read = world.record.read(&doctor(), kind, id).await;
        assert!(
            matches!(read, Err(Error::NotFound)),
            "{kind} looks like absent"
        );
        let history = world.record.history(&doctor(), kind, id).await;
        assert!(
            matches!(history, Err(Error::NotFound)),
            "{kind} has no history"
        );
    }
    says(
        &world,
        person,
        (RPPS, DOCTOR),
        json!({ "code": classes(&["10"]) }),
    )
    .await;
    let all = [&synthesis, &report, &bytes, &presented, &telling];
    only(&world, &doctor(), person, &all).await;
    // A type that nobody knows is kept all the same.
    assert!(
        sees(&world, &world.holder(person), person)
            .await
            .unwrap()
            .contains(&unknown)
    );
}

#[tokio::test]
async fn one_document_for_one_professional_that_opens_more() {
    let world = World::new().await;
    let person = world.person().await;
    let shown = brought(&world, person, REPORT, &[MASKED]).await;
    let other = brought(&world, person, REPORT, &[]).await;
    // It is the 21st: two days, the last one whole.
    let until = json!({ "data": one(&shown), "period": { "end": "2026-09-22" } });
    says(&world, person, (RPPS, DOCTOR), until).await;
    only(&world, &world.doctor(), person, &[&shown]).await;
    is_refused(sees(&world, &world.hospital(), person).await);
    let (kind, id) = other.split_once('/').unwrap();
    let read = world.record.read(&world.doctor(), kind, id).await;
    assert!(matches!(read, Err(Error::NotFound)));
    world.wait(2 * DAY);
    is_refused(sees(&world, &world.doctor(), person).await);
    let again = json!({ "data": one(&shown), "period": { "end": "2026-09-30" } });
    let again = says(&world, person, (RPPS, DOCTOR), again).await;
    only(&world, &world.doctor(), person, &[&shown]).await;
    let holder_now = world.holder(person);
    let back = world
        .record
        .take_back(&holder_now, person, &again, None)
        .await;
    back.unwrap();
    is_refused(sees(&world, &world.doctor(), person).await);
}

#[tokio::test]
async fn a_team_that_reads_for_another() {
    let world = World::new().await;
    let person = world.person().await;
    let report = brought(&world, person, REPORT, &[]).await;
    says(&world, person, ("urn:hygie:care-team", "team-1"), json!({})).await;
    let of = |team: Option<&str>| {
        world.by(ActorRef {
            team: team.map(str::to_owned),
            ..actor(ActorKind::Professional, DOCTOR)
        })
    };
    only(&world, &of(Some("team-1")), person, &[&report]).await;
    is_refused(sees(&world, &of(Some("team-2")), person).await);
    is_refused(sees(&world, &of(Some("")), person).await);
    is_refused(sees(&world, &of(None), person).await);
}

#[tokio::test]
async fn an_app_that_sees_beyond_its_scopes_or_in_another_record() {
    let world = World::new().await;
    let (person, other) = (world.person().await, world.person().await);
    let report = brought(&world, person, REPORT, &[]).await;
    brought(&world, person, REPORT, &[SECRET]).await;
    let pulse = put(
        &world,
        crate::world::observation(&format!("Patient/{person}"), "pulse"),
    )
    .await;
    brought(&world, other, REPORT, &[]).await;
    let app = |scope: &str| {
        world.by(ActorRef {
            person: Some(person),
            scope: Some(scope.to_owned()),
            ..ActorRef::new(ActorKind::App, "steps")
        })
    };
    is_refused(sees(&world, &app("patient/*.rs"), person).await);
    says(&world, person, ("urn:hygie:app", "steps"), json!({})).await;
    says(&world, other, ("urn:hygie:app", "steps"), json!({})).await;
    only(
        &world,
        &app("patient/DocumentReference.rs"),
        person,
        &[&report],
    )
    .await;
    only(&world, &app("patient/*.rs"), person, &[&report, &pulse]).await;
    is_refused(sees(&world, &app("openid"), person).await);
    is_refused(sees(&world, &app("patient/*.rs"), other).await);
    let stranger = ActorRef {
        person: Some(person),
        scope: Some("patient/*.rs".to_owned()),
        ..ActorRef::new(ActorKind::App, "sleep")
    };
    is_refused(sees(&world, &world.by(stranger), person).await);
}

#[tokio::test]
async fn a_treating_doctor_who_misses_what_is_masked() {
    let world = World::new().await;
    let person = world.person().await;
    let masked = brought(&world, person, REPORT, &[MASKED]).await;
    let plain = brought(&world, person, REPORT, &[]).await;
    let treating = |rpps: &str| {
        let mut actor = reader(RPPS, rpps);
        actor["role"]["coding"][0]["code"] = json!("PCP");
        consent(person, &json!({ "actor": [actor] }))
    };
    let holder = world.holder(person);
    let named = world.deposit(&holder, "Consent", treating(DOCTOR)).await;
    named.unwrap();
    only(&world, &world.doctor(), person, &[&masked, &plain]).await;
    // The next one takes his place.
    let next = world
        .deposit(&holder, "Consent", treating("10202020202"))
        .await;
    next.unwrap();
    is_refused(sees(&world, &world.doctor(), person).await);
}

#[tokio::test]
async fn a_block_that_something_outweighs() {
    let world = World::new().await;
    let person = world.person().await;
    let report = brought(&world, person, REPORT, &[]).await;
    says(&world, person, (RPPS, DOCTOR), json!({})).await;
    let shown = json!({ "data": one(&report), "period": { "end": "2027" } });
    says(&world, person, (RPPS, DOCTOR), shown).await;
    let team = ("urn:hygie:care-team", "team-1");
    says(&world, person, team, json!({})).await;
    let doctor = || {
        world.by(ActorRef {
            structure: Some(HOSPITAL.to_owned()),
            team: Some("team-1".to_owned()),
            ..actor(ActorKind::Professional, DOCTOR)
        })
    };
    let declared = world
        .record
        .break_glass(&doctor(), person, hygie_record::Reason::Unconscious)
        .await;
    declared.unwrap();
    only(&world, &doctor(), person, &[&report]).await;
    for blocked in [(RPPS, DOCTOR), (FINESS, HOSPITAL), team] {
        let block = says(&world, person, blocked, json!({ "type": "deny" })).await;
        is_refused(sees(&world, &doctor(), person).await);
        let reason = hygie_record::Reason::ImmediateDanger;
        is_refused(world.record.break_glass(&doctor(), person, reason).await);
        let holder = world.holder(person);
        let back = world.record.take_back(&holder, person, &block, None).await;
        back.unwrap();
        only(&world, &doctor(), person, &[&report]).await;
    }
}

#[tokio::test]
async fn a_consent_about_parts_that_is_half_understood() {
    let world = World::new().await;
    let (person, other) = (world.person().await, world.person().await);
    let mine = brought(&world, person, REPORT, &[]).await;
    let theirs = brought(&world, other, REPORT, &[]).await;
    let end = json!({ "end": "2027" });
    let two = json!([one(&mine)[0], one(&mine)[0]]);
    let related = json!([{ "meaning": "related", "reference": { "reference": mine } }]);
    let doctor = || json!([reader(RPPS, DOCTOR)]);
    let wrong = [
        json!({ "data": one(&mine) }),
        json!({ "data": one(&theirs), "period": end }),
        json!({ "data": two, "period": end }),
        json!({ "data": related, "period": end }),
        json!({ "data": one(&mine), "code": classes(&["10"]), "period": end }),
        json!({ "data": one(&mine), "period": end, "actor": [reader(FINESS, HOSPITAL)] }),
        json!({ "data": one(&mine), "period": end, "actor": [reader("urn:hygie:app", "steps")] }),
        json!({ "code": classes(&["10", "99"]) }),
        json!({ "code": classes(&["identity"]) }),
        json!({ "code": [{ "text": "reports" }] }),
        json!({ "code": [{ "text": "reports" }, { "coding": [{ "code": "10" }] }] }),
        json!({ "type": "deny", "code": classes(&["10"]) }),
        json!({ "type": "deny", "actor": [reader("urn:hygie:app", "steps")] }),
        json!({ "actor": [reader("urn:hygie:app", "no spaces")] }),
        json!({ "actor": [reader("urn:hygie:care-team", "")] }),
        json!({ "actor": [reader("urn:hygie:care-team", &"x".repeat(65))] }),
    ];
    for provision in wrong {
        let mut consent = consent(person, &provision);
        if provision.get("actor").is_none() {
            consent["provision"]["actor"] = doctor();
        }
        let said = world
            .deposit(&world.holder(person), "Consent", consent)
            .await;
        let wrong = matches!(said, Err(Error::Unprocessable(_) | Error::Invalid(_)));
        assert!(wrong, "{provision} {:?}", said.err());
    }
    is_refused(sees(&world, &world.doctor(), person).await);
}
