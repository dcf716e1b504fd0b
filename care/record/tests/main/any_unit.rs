//! Small units of any kind: the answers add up to the input, and nothing is new the second time.

use std::collections::BTreeMap;

use hygie_record::{ImportEntry, ImportUnit, Outcome};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};

use crate::world::World;

/// One entry, in words that a strategy can choose from.
#[derive(Debug, Clone)]
pub struct Wish {
    kind: &'static str,
    url: Option<u8>,
    id: Option<u8>,
    refers: Vec<(bool, u8)>,
    text: u8,
}

pub fn wish() -> impl Strategy<Value = Wish> {
    let kinds = [
        "Patient",
        "Observation",
        "Medication",
        "MedicationRequest",
        "Organization",
        "Practitioner",
        "Insured",
        "Broken",
    ];
    let name = || prop::option::of(0..5_u8);
    (
        prop::sample::select(kinds.to_vec()),
        name(),
        name(),
        prop::collection::vec((any::<bool>(), 0..6_u8), 0..3),
        0..2_u8,
    )
        .prop_map(|(kind, url, id, refers, text)| Wish {
            kind,
            url,
            id,
            refers,
            text,
        })
}

/// A name within one case; every other one means one resource in the whole world.
fn uuid(case: usize, number: u8) -> String {
    if number.is_multiple_of(2) {
        format!("urn:uuid:00000000-0000-4000-8000-{case:010}{number:02}")
    } else {
        format!("urn:uuid:{case}-{number}")
    }
}

impl Wish {
    fn reference(&self, place: usize, kind: &str, case: usize) -> Option<serde_json::Value> {
        let (by_url, number) = self.refers.get(place)?;
        let text = if *by_url {
            uuid(case, *number)
        } else {
            format!("{kind}/{number}")
        };
        Some(serde_json::json!({ "reference": text }))
    }

    fn text(&self, case: usize) -> String {
        let mut json = serde_json::json!({ "resourceType": self.kind });
        if let Some(id) = self.id {
            json["id"] = id.to_string().into();
        }
        let word = format!("{case} {}", self.text);
        match self.kind {
            "Broken" => return "{".to_owned(),
            "Patient" => json["name"] = serde_json::json!([{ "text": word }]),
            "Insured" => {
                json["resourceType"] = "Patient".into();
                let number = format!("{:013}", case * 10 + usize::from(self.text));
                json["identifier"] = serde_json::json!([{ "system": "urn:oid:1.2.250.1.213.1.4.11", "value": number }]);
            }
            "Organization" => {
                json["name"] = word.into();
                if let Some(reference) = self.reference(0, "Organization", case) {
                    json["partOf"] = reference;
                }
            }
            "Practitioner" => {
                let number = format!("{:011}", case * 10 + usize::from(self.text));
                json["identifier"] =
                    serde_json::json!([{ "system": "https://rpps.esante.fr", "value": number }]);
            }
            "Medication" => json["code"] = serde_json::json!({ "text": word }),
            kind => {
                json["status"] = if kind == "Observation" {
                    "final"
                } else {
                    "active"
                }
                .into();
                if let Some(reference) = self.reference(0, "Patient", case) {
                    json["subject"] = reference;
                }
                if kind == "Observation" {
                    json["code"] = serde_json::json!({ "text": word });
                    if let Some(reference) = self.reference(1, "Organization", case) {
                        json["performer"] = serde_json::json!([reference]);
                    }
                } else {
                    json["intent"] = "order".into();
                    let reference = self.reference(1, "Medication", case);
                    json["medicationReference"] =
                        reference.unwrap_or_else(|| serde_json::json!({ "display": "?" }));
                }
            }
        }
        json.to_string()
    }
}

pub fn unit(wishes: &[Wish], case: usize, is_named: bool) -> ImportUnit {
    ImportUnit {
        source: format!("source {case}"),
        named_source: is_named,
        entries: wishes
            .iter()
            .enumerate()
            .map(|(entry, wish)| ImportEntry {
                entry,
                url: wish.url.map(|url| uuid(case, url)),
                resource: wish.text(case),
            })
            .collect(),
    }
}

async fn import(world: &World, unit: ImportUnit) -> BTreeMap<usize, Outcome> {
    let count = unit.entries.len();
    let taken = world.record.import(&world.importer(), unit).await.unwrap();
    assert_eq!(taken.len(), count, "one answer an entry");
    let answers: BTreeMap<usize, Outcome> = taken
        .iter()
        .map(|taken| (taken.entry, taken.outcome))
        .collect();
    assert_eq!(answers.len(), count, "and each its own");
    answers
}

async fn holds(world: &World, wishes: &[Wish], case: usize, is_named: bool) -> TestCaseResult {
    let first = import(world, unit(wishes, case, is_named)).await;
    let second = import(world, unit(wishes, case, is_named)).await;
    for (entry, outcome) in &first {
        let expected = if *outcome == Outcome::Rejected {
            Outcome::Rejected
        } else {
            Outcome::Already
        };
        prop_assert_eq!(second[entry], expected, "entry {} of {:?}", entry, wishes);
    }
    Ok(())
}

#[test]
fn a_unit_whose_answers_do_not_add_up() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let world = runtime.block_on(World::new());
    let mut runner = TestRunner::new(Config {
        cases: 96,
        failure_persistence: None,
        ..Config::default()
    });
    let case = std::sync::atomic::AtomicUsize::new(1);
    runner
        .run(
            &(prop::collection::vec(wish(), 0..9), any::<bool>()),
            |(wishes, is_named)| {
                let case = case.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                runtime.block_on(holds(&world, &wishes, case, is_named))
            },
        )
        .unwrap();
}
