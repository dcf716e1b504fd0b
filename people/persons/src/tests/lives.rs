use std::collections::BTreeMap;

use super::parse;
use crate::bundle;
use crate::day::TODAY;
use crate::lives::{self, LIVES};
use crate::person::Person;

/// What each life must show, and how many years before today it may begin at the latest.
const SHOWS: [(&str, &[&str], i32); 7] = [
    (
        "well child",
        &["Immunization", "Z38", "8302-2", "78489-2"],
        0,
    ),
    ("pregnancy", &["JQQM010", "Z34", "11884-4", "89233-1"], 0),
    ("asthma", &["J45", "GLQP012", "19935-6", "R03AC02"], 2),
    (
        "diabetes",
        &[
            "E11",
            "4548-4",
            "A10BA02",
            "PROT_ALD",
            "DiagnosticReport",
            "MedicationDispense",
        ],
        2,
    ),
    (
        "infarction",
        &["I21", "DDAF008", "67151-1", "C10AA05", "11490-0"],
        0,
    ),
    ("knee", &["NFQK001", "34874-8", "PRESC-KINE"], 0),
    (
        "elder",
        &[
            "CareTeam",
            "CarePlan",
            "EXPPAT_3",
            "18776-5",
            "RelatedPerson",
        ],
        1,
    ),
];

#[test]
fn a_life_lacks_what_it_is_made_of() {
    let mut led = BTreeMap::new();
    for index in 0..500 {
        for place in lives::led(&Person::new(1, index)) {
            let life = LIVES[place].name;
            let (_, shows, years) = SHOWS.iter().find(|(name, ..)| *name == life).unwrap();
            let text = bundle(1, index);
            for wanted in *shows {
                assert!(text.contains(wanted), "{life} of {index}: {wanted}");
            }
            let starts = text.split("\"period\":{\"start\":\"").skip(1);
            let first: i32 = starts.map(|rest| rest[..4].parse().unwrap()).min().unwrap();
            assert!(TODAY.year() - first >= *years, "{life} of {index}: {first}");
            *led.entry(life).or_insert(0) += 1;
        }
    }
    assert!(
        led.len() == LIVES.len() && led.values().all(|count| *count >= 5),
        "{led:?}"
    );
}

#[test]
fn a_diabetes_is_followed_by_nobody() {
    let person = (0..500)
        .find(|index| {
            let mut led = lives::led(&Person::new(1, *index)).into_iter();
            led.any(|place| LIVES[place].name == "diabetes")
        })
        .unwrap();
    let all = parse(&bundle(1, person));
    // Who did what: the role's profession, by its URL.
    let mut trades = BTreeMap::new();
    for (url, resource) in &all {
        if resource.kind() == "PractitionerRole" {
            trades.insert(url.clone(), String::from_utf8(resource.print()).unwrap());
        }
    }
    let done_by = |kind: &str, profession: &str| {
        all.iter()
            .filter(|(_, resource)| resource.kind() == kind)
            .filter(|(_, resource)| {
                let text = String::from_utf8(resource.print()).unwrap();
                let mut roles = trades.iter();
                roles.any(|(url, role)| text.contains(url) && role.contains(profession))
            })
            .count()
    };
    // General practitioner, pharmacist, biologist (value set JDV_J01).
    assert!(done_by("Encounter", "G15_10/SM54") >= 6);
    assert!(done_by("MedicationDispense", "G15_21/A") >= 6);
    assert!(done_by("DiagnosticReport", "G15_21/G") >= 10);
}
