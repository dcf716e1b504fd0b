//! Somebody hangs up at any moment of a write: what he began is done or not, and one way or the other for everybody
//! who comes after.
//!
//! Failures covered: a conditional create that makes a second resource while the first is being written; an update
//! that wins although what it names was replaced.
//! Not a failure: the write of somebody who hung up, done or not.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use hygie_fhir::Resource;
use hygie_fhir::search::Criterion;
use hygie_notice::PersonId;
use hygie_record::{Error, Step, Verb};
use serde_json::json;

use crate::world::{World, named, observation, text_of};

/// More moments than a write has, each several times: what was begun is at another place each time.
const MOMENTS: usize = 16;
const TIMES: usize = 6;

/// Lets a request come to its `moment`th pause, and drops it there; what it answered, if it was done before.
async fn hang_up<T>(request: impl Future<Output = T>, moment: usize) -> Option<T> {
    let mut request = pin!(request);
    let mut pauses = 0;
    poll_fn(|context| {
        if pauses == moment {
            return Poll::Ready(None);
        }
        pauses += 1;
        request.as_mut().poll(context).map(Some)
    })
    .await
}

async fn create_unless_there(world: &World, person: PersonId, number: usize) -> bool {
    let mut resource = observation(&format!("Patient/{person}"), "pulse");
    let value = format!("n{number}");
    resource["identifier"] = json!([{ "system": "urn:test", "value": value }]);
    let criterion = Criterion::parse("Observation", "identifier", &format!("urn:test|{value}"));
    let condition = Some(vec![criterion.unwrap()]);
    let bytes = resource.to_string();
    world
        .record
        .deposit(&world.doctor(), "Observation", bytes.as_bytes(), condition)
        .await
        .unwrap()
        .created
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_resource_made_while_the_first_is_being_written() {
    let world = World::new().await;
    let person = world.person().await;
    let mut ended = 0;
    for number in 0..MOMENTS * TIMES {
        let moment = number % MOMENTS;
        // The record is in memory, as it was before.
        world.all(person, "Observation").await;
        let first = hang_up(create_unless_there(&world, person, number), moment).await;
        ended += usize::from(first.is_some());
        let made = create_unless_there(&world, person, number).await;
        assert!(!(made && first == Some(true)), "moment {moment}");
        let there = world.all(person, "Observation").await.len();
        assert_eq!(there, number + 1, "moment {moment}: the same twice");
    }
    assert!(
        (1..MOMENTS * TIMES).contains(&ended),
        "some hung up, some did not"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_that_wins_over_one_it_did_not_see() {
    let world = World::new().await;
    let person = world.person().await;
    for moment in (0..TIMES).flat_map(|_| 0..MOMENTS) {
        let item = world.observe(person, "before").await;
        let id = item.id().to_owned();
        world.all(person, "Observation").await;
        let update = async |text: &str| {
            let resource = named(&id, observation(&format!("Patient/{person}"), text));
            let resource = Resource::parse(resource.to_string().as_bytes(), &Default::default());
            let verb = Verb::Update {
                resource: resource.unwrap(),
            };
            let step = Step::amend("Observation", &id, verb, Some(item.version.clone()));
            let what = format!("Observation/{id}");
            world
                .record
                .apply(&world.doctor(), person, &what, vec![step])
                .await
                .map(|_| ())
        };
        let _left = hang_up(update("first"), moment).await;
        let second = update("second").await;
        let versions = world
            .record
            .history(&world.holder(person), "Observation", &id)
            .await
            .unwrap();
        let newest: Vec<String> = versions.iter().map(|item| text_of(item)).collect();
        // Both name the version that is there: one of them wins.
        match second {
            Ok(()) => assert_eq!(newest, ["second", "before"], "moment {moment}"),
            Err(Error::Stale) => assert_eq!(newest, ["first", "before"], "moment {moment}"),
            Err(error) => panic!("moment {moment}: {error}"),
        }
    }
}
