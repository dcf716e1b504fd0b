//! Two persons who turned out to be one: their records as one folder.
//!
//! Failures covered: an item that is in one half of the folder alone, or under another id; a half that opens without a line;
//! what either half refused and the whole allows, said of whichever half, before or after, warm or not; what was given over
//! one half and opens the other; a word that cannot be taken back any more; an entry that goes to the half that went; a half
//! that outlives the other's erasure.
//! Not a failure: that what the half that went had allowed ends. It was given over another record, and may be given again.

use std::collections::BTreeSet;
use std::sync::Arc;

use hygie_fhir::{Json, Limits, Patch};
use hygie_keeper::load_issuer_key;
use hygie_notice::{Act, ActorKind, PersonId, Purpose, Subject};
use hygie_record::{Caller, Error, Record, Restriction, Roll, Said, Scope, Step, Verb, Wishes};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use crate::rights::{
    MASKED, REPORT, RPPS, SECRET, UNANNOUNCED, author, brought, document, remark, representative,
    says, sees,
};
use crate::world::{DAY, DOCTOR, World, actor, observation, search};

/// The roll of a world.
pub fn roll(world: &World) -> Roll {
    roll_of(world, Arc::clone(&world.record))
}

fn roll_of(world: &World, record: Arc<Record>) -> Roll {
    let key = load_issuer_key(world.home().enrolment_key(), "enrolment").unwrap();
    Roll::new(record, key)
}

/// Two persons, each with a document.
async fn two(world: &World) -> ([PersonId; 2], [String; 2]) {
    let persons = [world.person().await, world.person().await];
    let documents = [
        brought(world, persons[0], REPORT, &[]).await,
        brought(world, persons[1], REPORT, &[]).await,
    ];
    (persons, documents)
}

fn patch(text: &serde_json::Value) -> Patch {
    Patch::parse(text.to_string().as_bytes(), &Limits::default()).unwrap()
}

async fn patient(record: &Record, caller: &Caller, person: PersonId) -> serde_json::Value {
    let read = record.read(caller, "Patient", &person.to_string()).await;
    serde_json::from_slice(read.unwrap().text().unwrap()).unwrap()
}

#[tokio::test]
async fn an_item_is_in_one_half_alone_or_opens_unwritten() {
    let world = World::new().await;
    let ([keep, went], documents) = two(&world).await;
    let before = world.observe(went, "before").await;
    let joined = roll(&world).join(keep, went).await.unwrap();
    assert_eq!(joined, keep);
    assert_eq!(roll(&world).join(went, keep).await.unwrap(), keep, "again");
    let all: BTreeSet<String> = documents
        .iter()
        .cloned()
        .chain([before.reference()])
        .collect();
    let restarted = world.restarted().await;
    for asked in [keep, went] {
        // Whoever signed in by either name, and asks for either.
        for holder in [keep, went].map(|one| world.holder(one)) {
            assert_eq!(sees(&world, &holder, asked).await.unwrap(), all);
            let found = search(&restarted, &holder, asked, "DocumentReference").await;
            assert_eq!(found.unwrap().len(), 2);
            let kept = patient(&world.record, &holder, keep).await;
            assert_eq!(kept["link"][0]["type"], "replaces");
            assert_eq!(
                kept["link"][0]["other"]["reference"],
                format!("Patient/{went}")
            );
            assert_eq!(kept.get("active"), None);
            let gone = patient(&world.record, &holder, went).await;
            assert_eq!(gone["link"][0]["type"], "replaced-by");
            assert_eq!(
                gone["link"][0]["other"]["reference"],
                format!("Patient/{keep}")
            );
            assert_eq!(gone["active"], false);
        }
        let export = world.record.export(&world.exporter(), asked, "urn:x").await;
        let text = String::from_utf8(export.unwrap().print()).unwrap();
        assert!(
            all.iter()
                .all(|reference| text.contains(reference.as_str()))
        );
    }
    let patients = world.all(keep, "Patient").await;
    assert_eq!(patients.len(), 2);
    let past = world
        .record
        .history(&world.holder(keep), "Patient", &went.to_string())
        .await
        .unwrap();
    assert_eq!(past.len(), 2, "the joining is a version");
    assert_ne!(past[0].version, past[1].version);
    assert_eq!(world.record.persons().await.unwrap(), [keep]);
    stands_in_both_trails(&world, [keep, went], before.id()).await;
}

/// A reading is a line in both trails, and the holder sees both.
async fn stands_in_both_trails(world: &World, [keep, went]: [PersonId; 2], item: &str) {
    world
        .record
        .read(&world.holder(went), "Observation", item)
        .await
        .unwrap();
    let lines = world.trail(keep).await;
    let last: BTreeSet<Subject> = lines[lines.len() - 2..]
        .iter()
        .map(|line| line.event.notice.subject)
        .collect();
    assert_eq!(last, BTreeSet::from([keep, went].map(Subject::person)));
    assert_eq!(world.trail(went).await.len(), world.trail(keep).await.len());
    for (asked, half) in [(keep, keep), (went, went)] {
        let proof = world
            .record
            .prove(&world.holder(keep), asked)
            .await
            .unwrap();
        assert!(proof.contains(&half.to_string()));
    }
}

#[tokio::test]
async fn an_entry_goes_to_the_half_that_went() {
    let world = World::new().await;
    let ([keep, went], _) = two(&world).await;
    let before = world.observe(went, "before").await;
    roll(&world).join(keep, went).await.unwrap();
    let after = world.observe(went, "after").await;
    assert!(after.id().starts_with(&keep.to_string()), "{}", after.id());
    // An item of the half that went gets its next version, under its id, from its author.
    let text = json!([{ "op": "replace", "path": "/code/text", "value": "amended" }]);
    let patch = patch(&text);
    let step = Step::amend("Observation", before.id(), Verb::Patch { patch }, None);
    let done = world
        .record
        .apply(&world.doctor(), went, "Observation", vec![step])
        .await
        .unwrap();
    assert_eq!(done[0].item.id(), before.id());
    // One resource may name others of both halves.
    let mut naming = observation(&format!("Patient/{keep}"), "naming");
    naming["hasMember"] = json!(
        [before.reference(), after.reference()].map(|reference| json!({ "reference": reference }))
    );
    world
        .deposit(&world.doctor(), "Observation", naming)
        .await
        .unwrap();
    for record in [&*world.record, &world.restarted().await] {
        let history = record
            .history(&world.holder(keep), "Observation", before.id())
            .await
            .unwrap();
        let texts: Vec<String> = history
            .iter()
            .map(|item| crate::world::text_of(item))
            .collect();
        assert_eq!(texts, ["amended", "before"]);
        let found = search(record, &world.holder(keep), went, "Observation").await;
        assert_eq!(found.unwrap().len(), 3);
    }
    let vault = world.vault();
    let feed = vault.feed(0, 1_000).await.unwrap();
    let of_went = feed
        .iter()
        .filter(|line| line.subject == Subject::person(went))
        .count();
    let joined_at = of_went;
    world.observe(went, "once more").await;
    let feed = vault.feed(0, 1_000).await.unwrap();
    let now = feed
        .iter()
        .filter(|line| line.subject == Subject::person(went))
        .count();
    assert_eq!(now, joined_at, "nothing is sealed under its keys again");
}

/// What somebody refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refuses {
    Block,
    Feeding,
    Space,
    Restriction,
    Emergencies,
    Regulation,
}

const REFUSALS: [Refuses; 6] = [
    Refuses::Block,
    Refuses::Feeding,
    Refuses::Space,
    Refuses::Restriction,
    Refuses::Emergencies,
    Refuses::Regulation,
];

async fn refuse(world: &World, person: PersonId, what: Refuses, refused: bool) {
    let holder = world.holder(person);
    let said = |scope, receipt| Said {
        scope,
        opposed: refused,
        receipt,
    };
    match what {
        Refuses::Block if refused => {
            let deny = json!({ "type": "deny" });
            says(world, person, (RPPS, DOCTOR), deny).await;
        }
        Refuses::Block => {
            let consents = world.all(person, "Consent").await;
            let denies = |json: &Json| {
                let provision = json.get("provision").and_then(|one| one.get("type"));
                provision.and_then(Json::as_str) == Some("deny")
            };
            for consent in consents.iter().filter(|one| denies(one.resource().json())) {
                let taken = world.record.take_back(&holder, person, consent.id(), None);
                taken.await.unwrap();
            }
        }
        Refuses::Feeding => {
            let scope = Scope::Professional(DOCTOR.to_owned());
            let said = said(&scope, "r1");
            roll(world).say_as(&holder, person, &said).await.unwrap();
        }
        Refuses::Space => {
            let said = said(&Scope::Space, "r2");
            let written = roll(world).say(person, &said, &[], "no").await;
            written.unwrap();
        }
        Refuses::Restriction => {
            let case = ("case-1", "a restriction");
            let says = match refused {
                true => Restriction::Holds,
                false => Restriction::Ends,
            };
            let written = world.record.restrict(&holder, person, case, says).await;
            written.unwrap();
        }
        Refuses::Emergencies | Refuses::Regulation => {
            let allowed = Some(!refused);
            let mut wishes = Wishes::default();
            if what == Refuses::Emergencies {
                wishes.break_glass = allowed;
            } else {
                wishes.regulation = allowed;
            }
            world.record.wish(&holder, person, wishes).await.unwrap();
        }
    }
}

/// What the doctor, and an emergency, come to.
async fn reach(world: &World, person: PersonId) -> Vec<bool> {
    let doctor = world.doctor();
    let reads = sees(world, &doctor, person).await.is_ok();
    let content = observation(&format!("Patient/{person}"), "fed");
    let feeds = world.deposit(&doctor, "Observation", content).await.is_ok();
    let holder = sees(world, &world.holder(person), person).await.is_ok();
    let other = world.by(actor(ActorKind::Professional, "10909090909"));
    let breaks = world
        .record
        .break_glass(&other, person, hygie_record::Reason::Unconscious)
        .await
        .is_ok();
    let known = world
        .record
        .wish(&world.holder(person), person, Wishes::default())
        .await;
    let regulation = known.map_or(Some(false), |wishes| wishes.regulation) != Some(false);
    vec![reads, feeds, holder, breaks, regulation]
}

#[tokio::test]
async fn what_either_half_refused_is_allowed_in_the_whole() {
    for what in REFUSALS {
        let twin = World::new().await;
        let person = twin.person().await;
        twin.authorise(person).await;
        let free = reach(&twin, person).await;
        let twin = World::new().await;
        let person = twin.person().await;
        twin.authorise(person).await;
        refuse(&twin, person, what, true).await;
        let expected = reach(&twin, person).await;
        assert_ne!(free, expected, "{what:?} refuses something");
        for half in 0..2 {
            let world = World::new().await;
            let ([keep, went], _) = two(&world).await;
            world.authorise(keep).await;
            // Warm, decided by the rights of one half alone.
            assert!(sees(&world, &world.doctor(), keep).await.is_ok());
            refuse(&world, [keep, went][half], what, true).await;
            let joined = roll_of(&world, Arc::new(world.restarted().await));
            joined.join(keep, went).await.unwrap();
            for asked in [keep, went] {
                let reached = reach(&world, asked).await;
                assert_eq!(reached, expected, "{what:?} in half {half}");
            }
            // He takes it back in the whole, and it is as if it had never been said.
            refuse(&world, keep, what, false).await;
            let reached = reach(&world, keep).await;
            assert_eq!(reached, free, "{what:?} taken back");
        }
    }
}

#[tokio::test]
async fn what_was_given_over_one_half_opens_the_other() {
    let world = World::new().await;
    let ([keep, went], documents) = two(&world).await;
    world.authorise(went).await;
    let doctor = world.doctor();
    roll(&world).join(keep, went).await.unwrap();
    assert!(matches!(
        sees(&world, &doctor, keep).await,
        Err(Error::Refused)
    ));
    assert!(matches!(
        sees(&world, &doctor, went).await,
        Err(Error::Refused)
    ));
    let consents = world.all(keep, "Consent").await;
    let status = |item: &hygie_record::Item| {
        let status = item.resource().json().get("status").and_then(Json::as_str);
        status.map(str::to_owned)
    };
    assert_eq!(status(&consents[0]).as_deref(), Some("inactive"));
    // Given again, it is over all.
    world.authorise(went).await;
    assert_eq!(
        sees(&world, &doctor, keep).await.unwrap(),
        documents.iter().cloned().collect()
    );
    // One item of the half that went is shown by name.
    let mut one =
        json!({ "data": [{ "meaning": "instance", "reference": { "reference": documents[1] } }] });
    one["period"] = json!({ "end": "2026-12-01" });
    says(&world, keep, (RPPS, "10808080808"), one).await;
    let other = world.by(actor(ActorKind::Professional, "10808080808"));
    assert_eq!(
        sees(&world, &other, went).await.unwrap(),
        BTreeSet::from([documents[1].clone()])
    );
}

#[tokio::test]
async fn a_mandate_for_one_half_opens_the_other() {
    let world = World::new().await;
    let ([keep, went], _) = two(&world).await;
    let until = Some(world.record.now() + 30 * DAY);
    for (person, account) in [(keep, "of-keep"), (went, "of-went")] {
        let who = hygie_record::Who {
            account: account.to_owned(),
            name: "Helper".to_owned(),
            role: "helper".to_owned(),
            classes: None,
            from: None,
            until,
        };
        let appoint = hygie_record::Appointment::Appoint(who);
        let holder = world.holder(person);
        world
            .record
            .appoint(&holder, person, appoint)
            .await
            .unwrap();
    }
    roll(&world).join(keep, went).await.unwrap();
    let helper = representative(&world, keep, "of-keep");
    assert_eq!(sees(&world, &helper, keep).await.unwrap().len(), 2);
    for person in [keep, went] {
        let helper = representative(&world, person, "of-went");
        assert!(matches!(
            sees(&world, &helper, keep).await,
            Err(Error::Refused)
        ));
    }
}

#[tokio::test]
async fn a_mark_is_lost_with_the_half_that_bore_it() {
    let world = World::new().await;
    let ([keep, went], documents) = two(&world).await;
    world.authorise(keep).await;
    let born = brought(&world, went, REPORT, &[MASKED]).await;
    let (one, other) = (world.holder(keep), world.holder(went));
    remark(&world, &other, went, &documents[1], &[MASKED])
        .await
        .unwrap();
    roll(&world).join(keep, went).await.unwrap();
    let doctor = world.doctor();
    assert_eq!(
        sees(&world, &doctor, keep).await.unwrap(),
        BTreeSet::from([documents[0].clone()])
    );
    for hidden in [&born, &documents[1]] {
        let (kind, id) = hidden.split_once('/').unwrap();
        let read = world.record.read(&doctor, kind, id).await;
        assert!(matches!(read, Err(Error::NotFound)));
    }
    // Marks of either half are set and taken away in the whole.
    remark(&world, &one, keep, &documents[1], &[])
        .await
        .unwrap();
    remark(&world, &one, keep, &documents[0], &[MASKED, SECRET])
        .await
        .unwrap();
    assert_eq!(
        sees(&world, &doctor, went).await.unwrap(),
        BTreeSet::from([documents[1].clone()])
    );
}

#[tokio::test]
async fn a_half_outlives_the_erasure_of_the_other() {
    let world = World::new().await;
    world.custody(1, 1).await;
    let ([keep, went], _) = two(&world).await;
    let bystander = world.person().await;
    roll(&world).join(keep, went).await.unwrap();
    world.observe(went, "canary").await;
    let ending = world.record.erase(&world.closer(), went, 10).await.unwrap();
    assert!(ending.proof.contains(&keep.to_string()));
    let feed = world.vault().feed(0, 1_000).await.unwrap();
    let left: BTreeSet<PersonId> = feed.iter().map(|line| line.subject.id).collect();
    assert!(!left.contains(&keep) && !left.contains(&went));
    assert!(left.contains(&bystander));
    for person in [keep, went] {
        let read = sees(&world, &world.holder(person), person).await;
        assert!(matches!(read, Err(Error::Refused)));
        assert!(world.record.ended(person).await.unwrap().is_some());
    }
    assert!(world.keeper.unforgotten().await.unwrap().is_empty());
    let erased = roll(&world).join(bystander, went).await;
    assert!(matches!(erased, Err(Error::Erased)));
}

#[tokio::test]
async fn a_case_is_lost_with_the_half_in_which_it_was_filed() {
    let world = World::new().await;
    let ([keep, went], _) = two(&world).await;
    let holder = world.holder(went);
    let case = ("case-7", "a case");
    world
        .record
        .say_in_case(&holder, went, case, &"what I ask".to_owned())
        .await
        .unwrap();
    roll(&world).join(keep, went).await.unwrap();
    let said = world
        .record
        .said_in_cases::<String>(&world.holder(went), keep, "cases")
        .await
        .unwrap();
    assert_eq!(said[0].said, "what I ask");
}

#[tokio::test]
async fn the_half_with_nothing_in_it_goes_on() {
    let world = World::new().await;
    let person = world.person().await;
    let nobody = PersonId::random(&hygie_notice::SystemEntropy);
    let said = Said {
        scope: &Scope::Space,
        opposed: true,
        receipt: "r",
    };
    roll(&world).say(nobody, &said, &[], "no").await.unwrap();
    assert_eq!(roll(&world).join(nobody, person).await.unwrap(), person);
    let read = sees(&world, &world.holder(person), person).await;
    assert!(matches!(read, Err(Error::Refused)), "his no holds");
    let caller = roll(&world).caller();
    assert_eq!(caller.purpose, Purpose::Enrolment);
    let lines = world
        .trail(person)
        .await
        .into_iter()
        .filter(|line| line.event.notice.act == Act::Amend);
    assert_eq!(lines.count(), 2, "the joining stands in both trails");
}

/// A document as it lies in one half or the other.
#[derive(Debug, Clone)]
struct Lying {
    /// Which half.
    went: bool,
    /// A mark that it was born with, and one that is said of it later.
    marks: [Option<usize>; 2],
    /// Whether the hospital brought it, or the author.
    hospital: bool,
}

fn lying() -> impl Strategy<Value = Vec<Lying>> {
    let mark = || proptest::option::of(0..3_usize);
    let one = (any::<bool>(), [mark(), mark()], any::<bool>());
    let one = one.prop_map(|(went, marks, hospital)| Lying {
        went,
        marks,
        hospital,
    });
    proptest::collection::vec(one, 1..6)
}

/// Brings the documents, each to the person of its half, and marks them; what each of some actors sees at last, by title.
async fn shown(world: &World, halves: [PersonId; 2], all: &[Lying]) -> Vec<BTreeSet<String>> {
    const MARKS: [&str; 3] = [MASKED, UNANNOUNCED, SECRET];
    let hospital = world.hospital();
    world.authorise(halves[0]).await;
    for (number, one) in all.iter().enumerate() {
        let person = halves[usize::from(one.went)];
        let born: Vec<&str> = one.marks[0].iter().map(|mark| MARKS[*mark]).collect();
        let mut document = document(person, REPORT, &born);
        document["content"][0]["attachment"]["title"] = json!(format!("letter {number}"));
        let author = if one.hospital {
            hospital.clone()
        } else {
            author(world)
        };
        let made = world.deposit(&author, "DocumentReference", document).await;
        // The holder hides from others, and not from himself.
        let later = one.marks[1].filter(|mark| MARKS[*mark] != UNANNOUNCED);
        if let Some(mark) = later {
            let reference = made.unwrap().reference();
            let holder = world.holder(person);
            // What he may not see yet he does not mark either, in one record or in two.
            let _marked = remark(world, &holder, person, &reference, &[MARKS[mark]]).await;
        }
    }
    if halves[0] != halves[1] {
        roll(world).join(halves[0], halves[1]).await.unwrap();
    }
    let mut shown = Vec::new();
    for caller in [
        world.doctor(),
        author(world),
        hospital,
        world.holder(halves[1]),
    ] {
        let found = world.search(&caller, halves[1], "DocumentReference").await;
        let titles = found.unwrap_or_default().into_iter().map(|item| {
            let text = String::from_utf8(item.text().unwrap().to_vec()).unwrap();
            let begin = text.find("letter ").unwrap();
            text[begin..begin + 8].to_owned()
        });
        shown.push(titles.collect());
    }
    shown
}

/// Twins: what somebody sees of two records that were joined is what he sees of one in which it had all been from the start.
#[test]
fn a_hidden_item_of_either_half_shows_in_the_whole() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config {
        cases: 12,
        failure_persistence: None,
        ..Config::default()
    };
    let property = |all: Vec<Lying>| {
        let (one, two) = runtime.block_on(async {
            let world = World::new().await;
            let person = world.person().await;
            let one = shown(&world, [person, person], &all).await;
            let world = World::new().await;
            let halves = [world.person().await, world.person().await];
            (one, shown(&world, halves, &all).await)
        });
        prop_assert_eq!(one, two);
        Ok(())
    };
    TestRunner::new(config).run(&lying(), property).unwrap();
}
