//! Opposing less than the whole space without an account: with the code of a letter, and by post.
//!
//! Dangers: research is refused and the space with it; a code that was used for research and no longer says no to the
//! space; a code of confirmation that takes back more than it confirmed, or nothing; somebody without a space whose
//! word is lost when it is made; a letter that says another thing than was said.
//! Not a failure: research said twice gives two receipts, and the second code of confirmation replaces the first.

use hygie_enrolment::{Answer, Attempt, Enrolment, Proof, Registration, Slip};
use hygie_oppositions::{Opposed, Reader};
use hygie_record::notice::PersonId;
use hygie_record::{Error, Outcome, Scope};

use crate::campaigns::{codes, files, folder, living, printed, printing};
use crate::oppositions::{BORN, INS, code, enrolment, line, patient, tried};
use crate::refusals::somebody;
use crate::world::World;

const DAY: u64 = 86_400_000;
const DEMO: &str = "urn:oid:1.2.250.1.213.1.4.11";

fn scope(text: &str) -> Scope {
    text.parse().unwrap()
}

async fn refuses(roll: &Enrolment, code: &str, about: &str) -> Option<Proof> {
    let attempt = Attempt::read(INS, BORN, code).ok().unwrap();
    match roll.oppose(&attempt.about(scope(about))).await.unwrap() {
        Answer::Done(proof) => Some(proof),
        Answer::NotMatched => None,
    }
}

async fn back(roll: &Enrolment, code: &str) -> Option<Proof> {
    let attempt = Attempt::read(INS, BORN, code).ok().unwrap();
    match roll.relent(&attempt).await.unwrap() {
        Answer::Done(proof) => Some(proof),
        Answer::NotMatched => None,
    }
}

async fn held(world: &World, person: PersonId) -> Vec<String> {
    let holder = world.holder(person);
    let refusals = world.record.refusals(&holder, person).await.unwrap();
    refusals.iter().map(|one| one.scope.to_string()).collect()
}

/// Who opposes what, as the crossing is told.
async fn told(roll: &Enrolment, world: &World) -> Opposed {
    let verifier = roll.oppositions_verifier().await.unwrap().parse().unwrap();
    let part = roll.oppositions(&world.crossing(None), 0).await.unwrap();
    Reader::default().take(&part, &verifier).unwrap();
    let mut opposed = Opposed::default();
    part.lines.iter().for_each(|line| opposed.take(line));
    opposed
}

#[tokio::test]
async fn a_code_that_refused_research_says_no_to_the_space_no_more() {
    let world = World::new().await;
    let person = somebody(&world).await;
    let roll = enrolment(&world);
    let registered = roll
        .register(&[line(INS)], Registration::Codes)
        .await
        .unwrap();
    let code = code(&registered[0]);
    let proof = refuses(&roll, code, "research").await.unwrap();
    assert_eq!(proof.scope, Scope::Research);
    refuses(&roll, code, "professional:10101010101")
        .await
        .unwrap();
    assert_eq!(
        held(&world, person).await,
        ["research", "professional:10101010101"]
    );
    assert!(told(&roll, &world).await.refuses(DEMO, &INS[..13], None));
    let adds = world
        .record
        .deposit(&world.doctor(), "Observation", &measure(person), None)
        .await;
    assert!(matches!(adds, Err(Error::FeedingRefused)));
    // The space is there, until he says no to it too; then the code is spent.
    tried(&roll, INS, BORN, code).await.unwrap();
    assert!(refuses(&roll, code, "research").await.is_none());
    let gone = world.record.refusals(&world.holder(person), person).await;
    assert!(matches!(gone, Err(Error::Refused)));
}

fn measure(person: PersonId) -> Vec<u8> {
    let content = serde_json::json!({
        "resourceType": "Observation",
        "status": "final",
        "code": { "text": "weight" },
        "subject": { "reference": format!("Patient/{person}") },
    });
    content.to_string().into_bytes()
}

#[tokio::test]
async fn somebody_without_a_space_refuses_research_and_has_a_space_without_it() {
    let world = World::new().await;
    let roll = enrolment(&world);
    let registered = roll
        .register(&[line(INS)], Registration::Codes)
        .await
        .unwrap();
    let proof = refuses(&roll, code(&registered[0]), "research").await;
    assert!(proof.is_some());
    // An import finds the number, and brings the record under what was said.
    let url = "urn:uuid:00000000-0000-4000-8000-000000000001";
    let taken = world.outcomes(vec![(Some(url), patient(INS))]).await;
    assert_eq!(taken, [Outcome::Taken]);
    let person = world.record.persons().await.unwrap()[0];
    assert_eq!(held(&world, person).await, ["research"]);
}

#[tokio::test]
async fn a_slip_by_post_says_what_it_is_about() {
    let world = World::new().await;
    let person = somebody(&world).await;
    let roll = enrolment(&world);
    roll.register(&[line(INS)], Registration::Lines)
        .await
        .unwrap();
    let slip = Slip::read(INS, BORN, "scan-1").ok().unwrap();
    let slip = slip.about(scope("project:diabetes-2027"));
    assert!(matches!(
        roll.oppose_by_post(&slip).await.unwrap(),
        Answer::Done(_)
    ));
    assert_eq!(held(&world, person).await, ["project:diabetes-2027"]);
    let told = told(&roll, &world).await;
    assert!(told.refuses(DEMO, &INS[..13], Some("diabetes-2027")));
    assert!(!told.refuses(DEMO, &INS[..13], Some("other")));
}

/// The letters of confirmation, in the order of their names.
fn confirmations(world: &World) -> Option<Vec<String>> {
    let names = files(world).into_iter();
    let names = names.filter(|name| name.starts_with("confirmation-") && name.ends_with(".pdf"));
    names
        .map(|name| printed(&folder(world).join(name)))
        .collect()
}

#[tokio::test]
async fn a_code_of_confirmation_takes_back_what_it_confirmed_and_nothing_else() {
    let world = World::new().await;
    let person = somebody(&world).await;
    let roll = printing(&world);
    let registered = roll
        .register(&[living(INS, "69001")], Registration::Codes)
        .await
        .unwrap();
    let code = code(&registered[0]);
    refuses(&roll, code, "research").await.unwrap();
    refuses(&roll, code, "structure:750100042").await.unwrap();
    let Some(letters) = confirmations(&world) else {
        return;
    };
    assert_eq!(letters.len(), 2);
    let of = |word: &str| {
        let letter = letters.iter().find(|letter| letter.contains(word));
        codes(letter.unwrap()).remove(0)
    };
    let (research, structure) = (of("recherche"), of("750100042"));
    assert!(back(&roll, code).await.is_none());
    let proof = back(&roll, &research).await.unwrap();
    assert_eq!(proof.scope, Scope::Research);
    assert_eq!(held(&world, person).await, ["structure:750100042"]);
    assert!(!told(&roll, &world).await.refuses(DEMO, &INS[..13], None));
    assert!(back(&roll, &research).await.is_none());
    // The other one holds its thirty days, and no longer.
    world.wait(29 * DAY);
    let late = printing(&world);
    world.wait(2 * DAY);
    assert!(back(&late, &structure).await.is_none());
    assert_eq!(held(&world, person).await, ["structure:750100042"]);
}
