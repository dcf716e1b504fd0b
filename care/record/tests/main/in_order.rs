//! Units that are imported side by side, held against the same units imported one by one.
//!
//! Failures covered: another outcome of any entry, another record of anybody, another directory; a unit that
//! is written although one before it, on which it rests, was not.
//! Not a failure: other ids, which are random.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};

use hygie_record::{Error, ImportUnit, Outcome, imports};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};
use serde_json::Value;

use crate::any_unit::{Wish, unit, wish};
use crate::world::{World, insured, observation, unit as unit_of};

type Told = Vec<BTreeMap<usize, Outcome>>;

fn told(taken: Vec<hygie_record::Taken>) -> BTreeMap<usize, Outcome> {
    taken
        .into_iter()
        .map(|taken| (taken.entry, taken.outcome))
        .collect()
}

async fn one_by_one(world: &World, units: Vec<ImportUnit>) -> Told {
    let mut all = Vec::new();
    for unit in units {
        all.push(told(
            world.record.import(&world.importer(), unit).await.unwrap(),
        ));
    }
    all
}

async fn side_by_side(world: &World, units: Vec<ImportUnit>) -> Told {
    let (intake, mut answers) = imports(world.record.clone(), world.importer());
    let feed = async move {
        for unit in units {
            assert!(intake.take(1, move || Ok(unit)).await);
        }
    };
    let read = async {
        let mut all = Vec::new();
        while let Some(answer) = answers.next().await {
            all.push(told(answer.unwrap()));
        }
        all
    };
    tokio::join!(feed, read).1
}

/// Every record, with the names that ids have in it: what a resource says, but for references.
async fn records(world: &World) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    for person in world.record.persons().await.unwrap() {
        let bundle = world
            .record
            .export(&world.exporter(), person, "http://x/fhir")
            .await
            .unwrap();
        let bundle: Value = serde_json::from_slice(&bundle.print()).unwrap();
        let resources: Vec<Value> = bundle["entry"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["resource"].clone())
            .collect();
        let mut names = HashMap::new();
        for resource in &resources {
            let text = |name: &str| resource[name].as_str().unwrap().to_owned();
            let reference = format!("{}/{}", text("resourceType"), text("id"));
            names.insert(reference, said(resource, &HashMap::new()));
        }
        let mut record: Vec<String> = resources
            .iter()
            .map(|resource| said(resource, &names))
            .collect();
        record.sort();
        records.push(record);
    }
    records.sort();
    records
}

fn said(resource: &Value, names: &HashMap<String, String>) -> String {
    let mut resource = resource.clone();
    for random in ["id", "meta"] {
        resource.as_object_mut().unwrap().remove(random);
    }
    rename(&mut resource, names);
    resource.to_string()
}

fn rename(value: &mut Value, names: &HashMap<String, String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name == "reference" => {
                        // What leads to an id of ours is as long as no name of these tests.
                        let random = text.len() > 30 && !text.starts_with("urn:");
                        *text = match names.get(text.as_str()) {
                            Some(name) => format!("-> {name}"),
                            None if random => "-> elsewhere".to_owned(),
                            None => continue,
                        };
                    }
                    other => rename(other, names),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| rename(value, names)),
        _ => {}
    }
}

async fn alike(
    worlds: &[World; 2],
    all: &[Vec<Wish>],
    case: usize,
    is_named: bool,
) -> TestCaseResult {
    let units = || {
        all.iter()
            .map(|wishes| unit(wishes, case, is_named))
            .collect()
    };
    let first = one_by_one(&worlds[0], units()).await;
    let second = side_by_side(&worlds[1], units()).await;
    prop_assert_eq!(first, second, "{:?}", all);
    prop_assert_eq!(
        records(&worlds[0]).await,
        records(&worlds[1]).await,
        "{:?}",
        all
    );
    Ok(())
}

fn compare(cases: u32) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let case = AtomicUsize::new(1);
    let units = prop::collection::vec(prop::collection::vec(wish(), 0..5), 2..9);
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    runner
        .run(&(units, any::<bool>()), |(units, is_named)| {
            let case = case.fetch_add(1, Ordering::Relaxed);
            runtime.block_on(async {
                // A home of its own for each case: all that it holds is compared.
                let mut worlds = [World::new().await, World::new().await];
                let outcome = alike(&worlds, &units, case, is_named).await;
                for world in &mut worlds {
                    world.stop_keeper().await;
                }
                outcome
            })
        })
        .unwrap();
    println!("{cases} sets of units");
}

#[test]
fn units_side_by_side_come_to_something_else_than_one_by_one() {
    compare(24);
}

#[test]
#[ignore = "a thousand sets of units"]
fn many_units_side_by_side_come_to_something_else_than_one_by_one() {
    compare(1_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_is_written_although_the_one_it_rests_on_was_not() {
    let world = World::new().await;
    let (intake, mut answers) = imports(world.record.clone(), world.importer());
    let patient = || unit_of(Some("s"), vec![(None, insured("1230567890123", "Durand"))]);
    let pulse = || {
        let mut named = insured("1230567890123", "Durand");
        named["id"] = "p".into();
        unit_of(
            Some("s"),
            vec![(None, named), (None, observation("Patient/p", "pulse"))],
        )
    };
    let broken = || Err(Error::BadRequest("not a unit"));
    assert!(intake.take(1, move || Ok(patient())).await);
    assert!(matches!(answers.next().await, Some(Ok(_))));
    // What is no unit is refused by itself.
    assert!(intake.take(1, broken).await);
    assert!(matches!(
        answers.next().await,
        Some(Err(Error::BadRequest(_)))
    ));
    assert!(intake.take(1, move || Ok(pulse())).await);
    assert!(matches!(answers.next().await, Some(Ok(_))));
    // One that could not be written takes those behind it with it.
    let gone = || Err(hygie_record::StoreError::Full.into());
    assert!(intake.take(1, gone).await);
    assert!(intake.take(1, move || Ok(pulse())).await);
    drop(intake);
    assert!(matches!(answers.next().await, Some(Err(Error::Vault(_)))));
    assert!(matches!(answers.next().await, Some(Err(Error::Unfollowed))));
    assert!(answers.next().await.is_none());
}
