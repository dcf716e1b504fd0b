//! "See as" says what happens: over random records, item by item, what it says an actor would see is what he gets.

use hygie_notice::{ActorKind, ActorRef, Purpose};
use hygie_record::{Appointment, Reason, Who, Wishes};
use serde_json::json;

use super::*;
use crate::world::{DAY, DOCTOR, HOSPITAL, NOW, is_refused};

/// Random numbers that a seed repeats.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

fn cast(person: PersonId) -> Vec<ActorRef> {
    let professional = |rpps: &str, profession: &str| ActorRef {
        profession: Some(profession.to_owned()),
        ..ActorRef::new(ActorKind::Professional, rpps)
    };
    let of_person = |kind, id: &str, scope: Option<&str>| ActorRef {
        person: Some(person),
        scope: scope.map(str::to_owned),
        ..ActorRef::new(kind, id)
    };
    vec![
        of_person(ActorKind::Holder, &person.to_string(), None),
        of_person(ActorKind::Representative, "helper", None),
        of_person(ActorKind::Representative, "nobody", None),
        of_person(
            ActorKind::App,
            "steps",
            Some("patient/DocumentReference.rs"),
        ),
        of_person(ActorKind::App, "steps", Some("patient/*.rs")),
        professional(DOCTOR, "G15_10"),
        professional("10202020202", "G15_10"),
        professional(AUTHOR, "G15_10"),
        professional(DOCTOR, "G15_70"),
        ActorRef {
            structure: Some(HOSPITAL.to_owned()),
            ..professional("10404040404", "G15_60")
        },
        ActorRef {
            team: Some("team-1".to_owned()),
            ..professional("10505050505", "G15_21")
        },
        ActorRef {
            sector: Some("SA23".to_owned()),
            ..professional(DOCTOR, "G15_10")
        },
        ActorRef::new(ActorKind::Software, HOSPITAL),
    ]
}

async fn random(world: &World, dice: &mut Dice, person: PersonId) {
    let mut known: Vec<String> = Vec::new();
    for _ in 0..3 + dice.below(7) {
        let all = [MASKED, UNANNOUNCED, SECRET];
        let marks: Vec<&str> = all.into_iter().filter(|_| dice.chance(25)).collect();
        let code = [REPORT, SYNTHESIS, UNKNOWN, "EXPPAT_3", "18748-4"][dice.below(5)];
        let mut content = document(person, code, &marks);
        if !known.is_empty() && dice.chance(30) {
            let target = &known[dice.below(known.len())];
            content["relatesTo"] =
                json!([{ "code": "appends", "target": { "reference": target } }]);
        }
        let by = if dice.chance(30) {
            world.hospital()
        } else {
            author(world)
        };
        let item = world.deposit(&by, "DocumentReference", content).await;
        // Whoever does not see a target can't refer to it.
        known.extend(item.map(|item| item.reference()));
    }
    let grantees = [
        (RPPS, DOCTOR),
        (RPPS, "10202020202"),
        (FINESS, HOSPITAL),
        ("urn:hygie:care-team", "team-1"),
        ("urn:hygie:app", "steps"),
    ];
    for grantee in grantees {
        let provision = match dice.below(6) {
            0 => continue,
            1 => json!({ "code": [{ "coding": [{ "code": "10" }, { "code": "31" }] }] }),
            2 if grantee.0 == RPPS => {
                let one =
                    json!([{ "meaning": "instance", "reference": { "reference": known[0] } }]);
                json!({ "data": one, "period": { "end": "2027" } })
            }
            3 if grantee.0 != "urn:hygie:app" => json!({ "type": "deny" }),
            _ => json!({}),
        };
        says(world, person, grantee, provision).await;
    }
    let helper = Appointment::Appoint(Who {
        account: "helper".to_owned(),
        name: String::new(),
        role: "helper".to_owned(),
        classes: dice.chance(50).then(|| vec!["10".to_owned()]),
        from: None,
        until: Some(NOW + DAY),
    });
    let holder = world.holder(person);
    world.record.appoint(&holder, person, helper).await.unwrap();
    if dice.chance(50) {
        // Who is blocked may not; what is said of him is then said without it.
        drop(
            world
                .record
                .break_glass(&world.doctor(), person, Reason::Confused)
                .await,
        );
    }
    if dice.chance(30) {
        let wishes = Wishes {
            break_glass: Some(false),
            ..Wishes::default()
        };
        world.record.wish(&holder, person, wishes).await.unwrap();
    }
}

#[tokio::test]
async fn an_explanation_that_says_something_else_than_what_happens() {
    let world = World::new().await;
    let (mut shown, mut hidden) = (0, 0);
    for seed in 0..24 {
        let mut dice = Dice(seed);
        let person = world.person().await;
        random(&world, &mut dice, person).await;
        for actor in cast(person) {
            let purpose = actor.kind.default_purpose();
            let explained = world
                .record
                .explain(&world.holder(person), person, &actor, purpose)
                .await;
            let explained = explained.unwrap();
            let caller = world.by(actor.clone());
            let actual = sees(&world, &caller, person).await;
            assert_eq!(
                explained.record.permits(),
                actual.is_ok(),
                "seed {seed}, {actor:?}"
            );
            let actual = actual.unwrap_or_default();
            for item in explained.items {
                if item.reference.starts_with("Patient/") {
                    continue;
                }
                let gets = actual.contains(&item.reference);
                assert_eq!(
                    item.shown, gets,
                    "seed {seed}, {actor:?}, {:?}",
                    item.decision
                );
                assert!(
                    !item.decision.rules.is_empty() || !item.shown,
                    "what shows, a rule shows"
                );
                shown += usize::from(gets);
                hidden += usize::from(!gets);
            }
        }
    }
    assert!(
        shown > 300 && hidden > 300,
        "{shown} shown, {hidden} hidden"
    );
    println!(
        "{} items explained as they are: {shown} shown, {hidden} hidden",
        shown + hidden
    );
}

#[tokio::test]
async fn an_explanation_for_whom_it_is_not() {
    let world = World::new().await;
    let person = world.person().await;
    let late = brought(&world, person, REPORT, &[UNANNOUNCED]).await;
    let doctor = actor(ActorKind::Professional, DOCTOR);
    let explain = async |caller: &Caller| {
        world
            .record
            .explain(caller, person, &doctor, Purpose::Treatment)
            .await
    };
    is_refused(explain(&world.doctor()).await);
    is_refused(explain(&world.by(actor(ActorKind::Support, "support"))).await);
    let told = explain(&world.holder(person)).await.unwrap();
    assert!(
        told.items.iter().all(|item| item.reference != late),
        "nor by this way"
    );
}
