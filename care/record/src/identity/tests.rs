//! Dangers: a correction that drops what others wrote, shows before it was told, or is lost behind a later import; a
//! number that is shown twice, once with its key and once without.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use hygie_fhir::{Json, Limits};
use hygie_notice::{ActorKind, ActorRef, PersonId, SystemEntropy};

use super::{Identity, Says, Told, told};
use crate::change::{Change, Put, encode};
use crate::folder::Folder;

const NIR: &str = "urn:oid:1.2.250.1.213.1.4.10";

fn identity(numbers: &[&str], family: &str) -> Identity {
    Identity {
        numbers: numbers
            .iter()
            .map(|ins| (NIR.to_owned(), (*ins).to_owned()))
            .collect(),
        family: family.to_owned(),
        given: "Zoé Anne".to_owned(),
        birth: "1963-12-05".to_owned(),
        sex: "female".to_owned(),
        address: vec!["3 quai".to_owned(), "69001 LYON".to_owned()],
        postcode: "69001".to_owned(),
    }
}

fn put(folder: &mut Folder, person: PersonId, at: u64, patient: &str) {
    let json = Json::parse(patient.as_bytes(), &Limits::default()).unwrap();
    let change = Change {
        at,
        author: ActorRef::new(ActorKind::Operator, "operator"),
        puts: vec![Put::of(person.to_string(), format!("v{at}"), &json)],
    };
    folder.apply(&encode(&change)).unwrap();
}

fn patient(person: PersonId, ins: &str, family: &str, more: &str) -> String {
    format!(
        r#"{{"resourceType":"Patient","id":"{person}","identifier":[{{"system":"{NIR}","value":"{ins}"}},
           {{"system":"urn:x","value":"1"}}],"name":[{{"family":"{family}","text":"x"}},{{"use":"nickname","given":["Z"]}}],
           "gender":"male","birthDate":"1963-12-04"{more}}}"#
    )
}

fn said(at: u64, identity: Identity) -> Told {
    Told {
        at,
        author: Arc::new(ActorRef::new(ActorKind::Enrolment, "enrolment")),
        version: format!("t{at}"),
        says: Says::Identity(Box::new(identity)),
    }
}

fn texts(folder: &Folder, person: PersonId) -> Vec<(String, String)> {
    let lineage = folder.lineage(&format!("Patient/{person}")).unwrap();
    let versions = lineage.versions().iter();
    versions
        .map(|item| {
            let text = String::from_utf8(item.text().unwrap().to_vec()).unwrap();
            (item.version.clone(), text)
        })
        .collect()
}

#[test]
fn what_is_told_is_a_version_and_stays_over_what_comes_later() {
    let person = PersonId::random(&SystemEntropy);
    let mut folder = Folder::default();
    put(
        &mut folder,
        person,
        10,
        &patient(person, "163127847704294", "DUPONT", ""),
    );
    let moved = r#","address":[{"use":"home","city":"NICE"}]"#;
    let later = patient(person, "163127847704294", "OLD", moved);
    put(&mut folder, person, 30, &later);
    let folder = Arc::new(folder);
    let news = [
        said(20, identity(&["1631278477042"], "MARTIN")),
        said(40, identity(&["2620875032039", "1631278477042"], "MARTIN")),
    ];
    let seen = told(Arc::clone(&folder), person, &news).unwrap();
    let texts = texts(&seen, person);
    let names: Vec<&str> = texts.iter().map(|(version, _)| version.as_str()).collect();
    assert_eq!(names, ["v10", "t20", "v30", "t40"]);
    assert!(texts[0].1.contains("DUPONT") && texts[0].1.contains(r#""text":"x""#));
    for (version, text) in &texts[1..] {
        assert!(text.contains(r#""family":"MARTIN""#), "{version} {text}");
        assert!(!text.contains("OLD") && !text.contains(r#""text":"x""#));
        // What others wrote stays.
        assert!(text.contains("nickname") && text.contains("urn:x"));
        assert!(text.contains("1963-12-05") && text.contains(r#""gender":"female""#));
        assert_eq!(text.matches("163127847704294").count(), 1, "{text}");
        assert!(!text.contains("1631278477042\""), "{text}");
    }
    // Where somebody lives the last word holds, whose ever it is.
    assert!(texts[1].1.contains("LYON") && texts[2].1.contains("NICE"));
    assert!(texts[3].1.contains("LYON") && !texts[3].1.contains("NICE"));
    let last = Json::parse(texts[3].1.as_bytes(), &Limits::default()).unwrap();
    let numbers = last.get("identifier").unwrap().items().iter();
    let numbers: Vec<_> = numbers
        .map(|one| ["use", "value"].map(|name| one.get(name).and_then(Json::as_str)))
        .collect();
    assert_eq!(
        numbers,
        [
            [Some("official"), Some("2620875032039")],
            [Some("old"), Some("163127847704294")],
            [None, Some("1")],
        ]
    );
    // Nothing is written, and nobody else's folder changes.
    assert_eq!(folder.lineages()[0].versions().len(), 2);
}

#[test]
fn what_says_nothing_new_makes_no_version_and_who_has_no_patient_gets_none() {
    let person = PersonId::random(&SystemEntropy);
    let mut folder = Folder::default();
    let empty = Arc::new(folder.clone());
    let one = identity(&["163127847704294"], "MARTIN");
    let seen = told(empty, person, &[said(5, one.clone())]).unwrap();
    assert!(seen.lineages().is_empty());
    let mut made = one.patient().unwrap();
    made.set_id(&person.to_string());
    let text = String::from_utf8(made.print()).unwrap();
    put(&mut folder, person, 10, &text);
    let news = [said(20, one.clone()), said(30, one)];
    let seen = told(Arc::new(folder), person, &news).unwrap();
    assert_eq!(texts(&seen, person).len(), 1);
}
