//! Operations on a person's rights over HTTP, and the header that says what for: what they do, and what they answer.
//!
//! Dangers: a wish that is told and does not hold; an emergency without a reason, against the person's word, without
//! end, or that nobody reviews; a mandate that opens more than it says or outlives its end; an answer about what
//! somebody sees that is not so; a purpose that opens what the role may not have; a fault whose sender is not told where.
//!
//! Not a failure: whoever may not is refused before he learns whether his parameters were right, or after.

#[path = "operations/emergencies.rs"]
mod emergencies;

use http::StatusCode;
use hygie_notice::{ActorKind, ActorRef, PersonId};
use hygie_record::policy::Terms;
use serde_json::{Value, json};

use crate::world::{Answer, DOCTOR, World, actor};

/// A Parameters resource.
pub fn parameters(said: &[(&str, &str, Value)]) -> Value {
    let said = said
        .iter()
        .map(|(name, kind, value)| json!({ "name": name, *kind: value }));
    json!({ "resourceType": "Parameters", "parameter": said.collect::<Vec<Value>>() })
}

/// What was answered, by the names of the parameters.
pub fn told(answer: &Answer, name: &str) -> Vec<Value> {
    let json = answer.json();
    let all = json["parameter"].as_array().cloned().unwrap_or_default();
    all.into_iter().filter(|one| one["name"] == name).collect()
}

fn one(answer: &Answer, name: &str) -> Value {
    told(answer, name).pop().unwrap_or_default()
}

/// A part of a parameter.
fn part(parameter: &Value, name: &str) -> Value {
    let parts = parameter["part"].as_array().cloned().unwrap_or_default();
    let mut named = parts.into_iter().filter(|one| one["name"] == name);
    named.next().unwrap_or_default()
}

#[tokio::test]
async fn a_wish_that_does_not_hold() {
    let world = World::new().await;
    let person = world.person().await;
    let (holder, path) = (world.holder(person), format!("/Patient/{person}/$wishes"));
    let nothing = parameters(&[]);
    let first = world.post(&holder, &path, &nothing).await;
    for name in ["presumption", "breakGlass", "regulation"] {
        assert_eq!(one(&first, name)["valueBoolean"], true, "{name}");
    }
    assert!(told(&first, "letters").is_empty());
    let wish = parameters(&[
        ("presumption", "valueBoolean", json!(false)),
        ("letters", "valueString", json!("camille@example.org")),
        ("language", "valueCode", json!("en")),
    ]);
    let said = world.post(&holder, &path, &wish).await;
    assert_eq!(said.status, StatusCode::OK);
    // What was not said stays; what was said is told again, later too.
    for answer in [said, world.post(&holder, &path, &nothing).await] {
        assert_eq!(one(&answer, "presumption")["valueBoolean"], false);
        assert_eq!(one(&answer, "breakGlass")["valueBoolean"], true);
        assert_eq!(
            one(&answer, "letters")["valueString"],
            "camille@example.org"
        );
    }
    // None go from now on.
    let none = parameters(&[("letters", "valueString", json!(""))]);
    let said = world.post(&holder, &path, &none).await;
    assert!(said.status.is_success() && told(&said, "letters").is_empty());
    for token in [world.doctor(), world.holder(world.person().await)] {
        let answer = world.post(&token, &path, &wish).await;
        assert_eq!(answer.refusal(), (403, "forbidden".to_owned()));
    }
}

/// What is sent to an operation, and the code and the place of the fault that is answered.
type Slip = (
    &'static str,
    Vec<(&'static str, &'static str, Value)>,
    &'static str,
    &'static str,
);

fn text(name: &'static str, value: &str) -> (&'static str, &'static str, Value) {
    (name, "valueString", json!(value))
}

fn slips_of_wishes() -> Vec<Slip> {
    vec![
        (
            "wishes",
            vec![text("colour", "blue")],
            "not-supported",
            "[0].name",
        ),
        (
            "wishes",
            vec![text("presumption", "no")],
            "value",
            "[0].value",
        ),
        (
            "wishes",
            vec![
                ("regulation", "valueBoolean", json!(true)),
                text("letters", "nowhere"),
            ],
            "business-rule",
            "[1].value",
        ),
        (
            "wishes",
            vec![
                text("letters", "a@b.example"),
                text("letters", "c@d.example"),
            ],
            "invalid",
            "",
        ),
        (
            "wishes",
            vec![("letters", "valueBoolean", json!(true))],
            "value",
            "[0].value",
        ),
        (
            "break-glass",
            vec![text("reason", "hurry")],
            "code-invalid",
            "[0].value",
        ),
        ("break-glass", vec![], "required", ""),
    ]
}

fn slips_of_mandates() -> Vec<Slip> {
    let year = ("until", "valueDate", json!("2027-06-30"));
    let who = ("account", "valueString", json!("helper"));
    vec![
        ("appoint", vec![year.clone()], "required", ""),
        ("appoint", vec![who.clone()], "required", ""),
        (
            "appoint",
            vec![who.clone(), text("until", "soon")],
            "value",
            "[1].value",
        ),
        (
            "appoint",
            vec![who.clone(), ("until", "valueDate", json!("2020-01-01"))],
            "business-rule",
            "[1].value",
        ),
        (
            "appoint",
            vec![who.clone(), ("until", "valueDate", json!("2036-01-01"))],
            "business-rule",
            "[1].value",
        ),
        (
            "appoint",
            vec![who.clone(), year.clone(), text("class", "99")],
            "business-rule",
            "[2].value",
        ),
        (
            "appoint",
            vec![who, year, text("name", &"n".repeat(129))],
            "business-rule",
            "[2].value",
        ),
    ]
}

fn slips_of_questions() -> Vec<Slip> {
    vec![
        ("see-as", vec![], "required", ""),
        (
            "see-as",
            vec![text("kind", "neighbour")],
            "code-invalid",
            "[0].value",
        ),
        (
            "see-as",
            vec![text("kind", "professional"), text("purpose", "curiosity")],
            "code-invalid",
            "[1].value",
        ),
    ]
}

#[tokio::test]
async fn a_fault_whose_sender_is_not_told_where() {
    let world = World::new().await;
    let person = world.person().await;
    let slips = [slips_of_wishes(), slips_of_mandates(), slips_of_questions()];
    for (operation, sent, code, place) in slips.concat() {
        let token = match operation {
            "break-glass" => world.doctor(),
            _ => world.holder(person),
        };
        let path = format!("/Patient/{person}/${operation}");
        let answer = world.post(&token, &path, &parameters(&sent)).await;
        let place = format!("Parameters.parameter{place}");
        let wanted = (422, code.to_owned(), place);
        assert_eq!(answer.fault(), wanted, "{operation} {sent:?}");
    }
    let path = format!("/Patient/{person}/$wishes");
    let other = json!({ "resourceType": "Patient" });
    let answer = world.post(&world.holder(person), &path, &other).await;
    assert!(answer.status.is_client_error() && answer.refusal().1 != "forbidden");
}

fn representative(person: PersonId, account: &str) -> ActorRef {
    ActorRef {
        person: Some(person),
        ..actor(ActorKind::Representative, account)
    }
}

#[tokio::test]
async fn a_mandate_that_opens_more_than_it_says() {
    let world = World::new().await;
    let person = world.person().await;
    world.observe(person, "pulse").await;
    let holder = world.holder(person);
    let helper = world.token(representative(person, "account-1"));
    let search = format!("/Observation?patient={person}");
    let appoint = format!("/Patient/{person}/$appoint");
    let reads = async || world.get(&helper, &search).await;
    assert_eq!(reads().await.refusal(), (403, "forbidden".to_owned()));
    let wish = |class: &str| {
        parameters(&[
            ("account", "valueString", json!("account-1")),
            ("name", "valueString", json!("Paul")),
            ("class", "valueCode", json!(class)),
            ("until", "valueDate", json!("2027-06-30")),
        ])
    };
    // Prescriptions: he gets in, and results are not there.
    let first = world.post(&holder, &appoint, &wish("42")).await;
    assert_eq!(first.status, StatusCode::OK);
    assert_eq!(reads().await.json()["total"], 0);
    let second = world.post(&holder, &appoint, &wish("10")).await;
    assert_eq!(reads().await.json()["total"], 1);
    let list = format!("/Patient/{person}/$appointed");
    let listed = told(&world.get(&holder, &list).await, "mandate");
    let said = |number: usize, name: &str| part(&listed[number], name)["valueString"].clone();
    assert_eq!(listed.len(), 2);
    assert_eq!(said(0, "role"), "helper");
    assert_eq!(
        (said(0, "class"), said(1, "class")),
        (json!("42"), json!("10"))
    );
    assert_eq!(said(1, "name"), "Paul");
    // He appoints nobody, and sees not who else was.
    assert_eq!(
        world.post(&helper, &appoint, &wish("10")).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        world.get(&helper, &list).await.status,
        StatusCode::FORBIDDEN
    );
    for answer in [first, second] {
        let id = one(&answer, "mandate")["valueString"].clone();
        let end = parameters(&[("end", "valueString", id)]);
        assert_eq!(
            world.post(&holder, &appoint, &end).await.status,
            StatusCode::OK
        );
        let again = world.post(&holder, &appoint, &end).await;
        assert_eq!(again.refusal(), (404, "not-found".to_owned()));
    }
    assert_eq!(reads().await.status, StatusCode::FORBIDDEN);
    assert!(told(&world.get(&holder, &list).await, "mandate").is_empty());
}

#[tokio::test]
async fn an_answer_about_what_somebody_sees_that_is_not_so() {
    let world = World::new().await;
    let person = world.person().await;
    let pulse = world.observe(person, "pulse").await;
    let (holder, path) = (world.holder(person), format!("/Patient/{person}/$see-as"));
    let doctor = |number: &str| {
        parameters(&[
            ("kind", "valueCode", json!("professional")),
            ("id", "valueString", json!(number)),
            ("profession", "valueCode", json!("G15_10")),
        ])
    };
    let before = world.post(&holder, &path, &doctor(DOCTOR)).await;
    let record = one(&before, "record");
    assert_eq!(part(&record, "shown")["valueBoolean"], false);
    world.authorise(person).await;
    let other = "10101010200";
    for (number, shown) in [(DOCTOR, true), (other, false)] {
        let answer = world.post(&holder, &path, &doctor(number)).await;
        let record = one(&answer, "record");
        assert_eq!(part(&record, "shown")["valueBoolean"], shown);
        let items = told(&answer, "item");
        let reference = format!("Observation/{pulse}");
        let mut items = items.iter();
        let item = items
            .find(|item| part(item, "reference")["valueString"] == json!(reference))
            .unwrap();
        assert_eq!(part(item, "title")["valueString"], "pulse");
        assert_eq!(part(item, "shown")["valueBoolean"], shown, "{number}");
        // And so it is.
        let token = world.token(actor(ActorKind::Professional, number));
        let read = world.get(&token, &format!("/{reference}")).await;
        assert_eq!(read.status.is_success(), shown, "{number}");
    }
    let rule = part(
        &one(&world.post(&holder, &path, &doctor(DOCTOR)).await, "record"),
        "rule",
    );
    assert_eq!(rule["valueString"], "authorised-reads");
    let answer = world.post(&world.doctor(), &path, &doctor(DOCTOR)).await;
    assert_eq!(answer.refusal(), (403, "forbidden".to_owned()));
}

#[tokio::test]
async fn a_purpose_that_opens_what_the_role_may_not_have() {
    let centre = "750100042";
    let world = World::laid(Terms {
        regulation: [centre.to_owned()].into(),
        ..Terms::default()
    })
    .await;
    let person = world.person().await;
    world.observe(person, "pulse").await;
    let search = format!("/Observation?patient={person}");
    let of = |structure: Option<&str>| {
        world.token(ActorRef {
            structure: structure.map(str::to_owned),
            ..actor(ActorKind::Professional, "10101010200")
        })
    };
    let asks = async |token: &str, purpose: &str| {
        let answer = world.send_with(token, &search, ("x-hygie-purpose", purpose));
        answer.await
    };
    for purpose in ["curiosity", "REGULATION", "", "research"] {
        let (status, code, place) = asks(&world.doctor(), purpose).await.fault();
        assert_eq!(
            (status, code.as_str(), place.as_str()),
            (400, "invalid", "")
        );
    }
    // A holder regulates nothing, and whoever is of no centre is refused in his record's trail.
    let (status, code, _) = asks(&world.holder(person), "regulation").await.fault();
    assert_eq!((status, code.as_str()), (400, "invalid"));
    for (token, purpose, status) in [
        (of(None), "regulation", 403),
        (of(Some("750100059")), "regulation", 403),
        (of(Some(centre)), "treatment", 403),
        (of(Some(centre)), "regulation", 200),
    ] {
        assert_eq!(asks(&token, purpose).await.status.as_u16(), status);
    }
    let refuse = parameters(&[("regulation", "valueBoolean", json!(false))]);
    let wishes = format!("/Patient/{person}/$wishes");
    world.post(&world.holder(person), &wishes, &refuse).await;
    let answer = asks(&of(Some(centre)), "regulation").await;
    assert_eq!(answer.refusal(), (403, "forbidden".to_owned()));
}
