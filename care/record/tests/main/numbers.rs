//! Dangers: somebody real who is found by a number of nobody's, or by one with a slip of the pen; a refusal that shows the
//! number, or says neither where nor what to do; somebody known who is refused, or not found, for how his number was
//! written once; a home of invented people that takes none.
//! Not failures: a number without its key; a word in a number's place, by which nobody is found.

use hygie_record::NationalNumbers::{Any, Real};
use hygie_record::Outcome::{Already, Rejected, Taken};
use hygie_record::{Error, Step, Verb};
use serde_json::{Value, json};

use crate::imports::find;
use crate::world::{World, observation};

const NIR: &str = "urn:oid:1.2.250.1.213.1.4.8";
const NIA: &str = "urn:oid:1.2.250.1.213.1.4.9";
const TEST: &str = "urn:oid:1.2.250.1.213.1.4.10";
const DEMO: &str = "urn:oid:1.2.250.1.213.1.4.11";
const FITS: &str = "163127847704294";
const SLIP: &str = "163127847704295";
const OTHER: &str = "262087503203977";

fn patient(family: &str, numbers: &[(&str, &str)]) -> Value {
    let identifiers = numbers
        .iter()
        .map(|(system, value)| json!({ "system": system, "value": value }));
    json!({
        "resourceType": "Patient",
        "identifier": identifiers.collect::<Vec<_>>(),
        "name": [{ "family": family }],
    })
}

#[tokio::test]
async fn a_number_of_nobodys_is_imported_as_a_real_persons() {
    let world = World::new().await.taking(Real).await;
    let local = ("https://hospital.example/ids", "7");
    for (number, word) in [
        ((TEST, FITS), "test or demonstration"),
        ((DEMO, FITS), "national_numbers"),
        ((NIR, SLIP), "key"),
        ((NIA, SLIP), "person's papers"),
    ] {
        let taken = world
            .import(
                None,
                vec![
                    (Some("urn:uuid:p"), patient("Durand", &[local, number])),
                    (Some("urn:uuid:o"), observation("urn:uuid:p", "of nobody")),
                    (Some("urn:uuid:q"), patient("Martin", &[local])),
                ],
            )
            .await;
        let outcomes = [&taken[0], &taken[1]].map(|one| one.outcome);
        assert_eq!(outcomes, [Rejected, Rejected], "{number:?}");
        assert_eq!(taken[0].place.as_deref(), Some("Patient.identifier[1]"));
        let reason = taken[0].reason.as_deref().unwrap();
        assert!(reason.contains(word), "{reason}");
        assert!(!format!("{taken:?}").contains("16312784"), "{taken:?}");
        assert_ne!(taken[2].outcome, Rejected);
    }
    // Who was refused is nobody here, and nothing is looked up under his number.
    for system in [NIR, NIA, TEST, DEMO] {
        let number = format!("{system}|{FITS}");
        let doctor = world.doctor();
        let asked = world.record.person_identified(&doctor, &number).await;
        assert!(matches!(asked, Err(Error::NoSpace)));
    }
}

#[tokio::test]
async fn a_real_persons_number_is_refused() {
    let world = World::new().await.taking(Real).await;
    let bare = &OTHER[..13];
    let numbers = [(NIR, FITS), (NIA, OTHER), (NIR, bare), (NIR, "unknown")];
    for (place, number) in numbers.into_iter().enumerate() {
        let family = format!("Family{place}");
        let entry = vec![(None, patient(&family, &[number]))];
        assert_eq!(world.import(None, entry).await[0].outcome, Taken);
        find(&world, &family).await;
    }
}

#[tokio::test]
async fn who_is_known_is_refused_or_not_found_for_how_his_number_was_written() {
    let world = World::new().await;
    let known = |family: &str, more: &[(&str, &str)]| {
        let numbers = [&[(NIR, SLIP), (TEST, OTHER)], more].concat();
        vec![(Some("urn:uuid:p"), patient(family, &numbers))]
    };
    // A home of invented people takes him.
    assert_eq!(
        world.import(None, known("Durand", &[])).await[0].outcome,
        Taken
    );
    let person = find(&world, "Durand").await;
    let world = world.taking(Real).await;
    let asked = format!("{NIR}|{SLIP}");
    let doctor = world.doctor();
    let found = world.record.person_identified(&doctor, &asked).await;
    assert_eq!(found.unwrap(), person);
    assert_eq!(
        world.import(None, known("Durand", &[])).await[0].outcome,
        Already
    );
    assert_eq!(
        world.import(None, known("Dupont", &[])).await[0].outcome,
        Taken
    );
    assert_eq!(find(&world, "Dupont").await, person);
    // Another number of nobody's is new, although he is not.
    let more = known("Dupond", &[(DEMO, FITS)]);
    let taken = world.import(None, more.clone()).await;
    assert_eq!(taken[0].outcome, Rejected);
    assert_eq!(taken[0].place.as_deref(), Some("Patient.identifier[2]"));
    let world = world.taking(Any).await;
    assert_eq!(world.import(None, more).await[0].outcome, Taken);
}

#[tokio::test]
async fn a_number_of_nobodys_comes_in_by_a_deposit() {
    let world = World::new().await.taking(Real).await;
    let entry = vec![(Some("urn:uuid:p"), patient("Durand", &[(NIR, FITS)]))];
    world.import(None, entry).await;
    let person = find(&world, "Durand").await;
    let another = patient("Durand", &[(NIR, FITS), (TEST, OTHER)]).to_string();
    let callers = [
        world.doctor(),
        world.hospital(),
        world.holder(person),
        world.importer(),
    ];
    for caller in callers {
        let made = world
            .record
            .deposit(&caller, "Patient", another.as_bytes(), None);
        assert!(made.await.is_err());
        let resource = hygie_record::parse("Patient", another.as_bytes()).unwrap();
        let verb = Verb::Update { resource };
        let steps = vec![Step::amend("Patient", &person.to_string(), verb, None)];
        let amended = world.record.apply(&caller, person, "Patient", steps).await;
        assert!(
            matches!(amended, Err(Error::Refused | Error::NotFound)),
            "{:?}",
            caller.actor.kind
        );
    }
}
