//! The pages of an agent on the telephone, over HTTP, signed in.
//!
//! Dangers: an agent who gets health data anywhere; somebody else who gets the agent's pages; a page that shows a code,
//! or the whole number before it is to be dialled; a form without its token; a person who does not find in his trail that
//! an agent looked him up, and what he recorded.
//! Not a failure: the agent sees name and birth date, which he was told.

use http::{Method, StatusCode};
use hygie_notice::{ActorKind, PersonId};
use hygie_portal::PAGE_ROUTES;
use serde_json::{Value, json};

use crate::accounts::{Browser, PASSWORD, account, code, holder, location, text};
use crate::world::{World, actor, observation};

const INS: &str = "163127847704294";
const BORN: &str = "05/12/1963";
const SYSTEM: &str = "urn:oid:1.2.250.1.213.1.4.11";
const FORM: (&str, &str) = ("/agent?lang=en", "/agent");

/// A person with a record, whom the register knows, with a telephone.
async fn person(world: &World) -> PersonId {
    let patient = json!({ "resourceType": "Patient", "name": [{ "family": "Durand" }],
        "identifier": [{ "system": SYSTEM, "value": INS }] });
    let unit = json!({ "source": "unnamed", "named_source": false, "entries": [{ "entry": 0,
        "url": "urn:uuid:00000000-0000-4000-8000-000000000001", "resource": patient.to_string() }] });
    ask(world, "/import", unit).await;
    let insured = json!([{ "ins_system": SYSTEM, "ins": INS, "family": "Durand", "given": "Camille",
        "birth_date": "1963-12-05", "language": "fr", "phone": "+33199001234",
        "email": "camille@mail.example", "address": ["12 RUE DES LILAS", "69001 LYON"], "postcode": "69001" }]);
    ask(world, "/register", insured).await;
    let person = world.record.persons().await.unwrap()[0];
    let sent = world
        .post(
            &world.doctor(),
            "/Observation",
            &observation(person, "pulse"),
        )
        .await;
    assert_eq!(sent.status, StatusCode::CREATED);
    person
}

async fn ask(world: &World, path: &str, body: Value) {
    let answer = world.ask(Method::POST, &world.operator(), path, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", text(&answer));
}

async fn signed(world: &World, login: &str, role: hygie_notice::ActorRef) -> Browser {
    account(world, login, vec![role]).await;
    world.wait(30_000);
    let (mut browser, good) = (Browser::default(), code(world));
    let answer = browser.sign_in(world, login, PASSWORD, &good).await;
    assert_eq!(location(&answer), "/");
    browser
}

async fn agent(world: &World, login: &str) -> Browser {
    signed(world, login, actor(ActorKind::Support, login)).await
}

fn fields<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("ins", INS), ("birth-date", BORN)], more].concat()
}

#[tokio::test]
async fn an_agent_who_gets_health_data_somewhere() {
    let world = World::new().await;
    let id = person(&world).await;
    let mut browser = agent(&world, "lea").await;
    let shown = text(&browser.fill(&world, FORM, &fields(&[])).await);
    assert!(
        shown.contains("Camille Durand") && shown.contains("ending in 34"),
        "{shown}"
    );
    assert!(
        !shown.contains("199001234") && !shown.contains("camille@"),
        "{shown}"
    );
    let mut met = 0;
    for route in PAGE_ROUTES.iter().filter(|route| route.method == "GET") {
        let path = route.path.replace("{provider}", "none");
        let answer = browser.get(&world, &path).await;
        let html = text(&answer);
        assert!(
            !html.contains("pulse") && !html.contains(&id.to_string()),
            "{path}"
        );
        met += usize::from(answer.status == StatusCode::OK);
    }
    assert!(met > 10);
    // Nor by the API, whatever purpose is claimed.
    let token = world.token(actor(ActorKind::Support, "lea"));
    for path in ["/Observation", "/AuditEvent", "/Patient"] {
        let answer = world.get(&token, &format!("{path}?patient={id}")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn somebody_else_who_gets_the_agents_pages() {
    let world = World::new().await;
    let id = person(&world).await;
    let mut browsers = [
        signed(&world, "camille", holder(id)).await,
        signed(
            &world,
            "denis",
            actor(ActorKind::Professional, "10101010101"),
        )
        .await,
        signed(&world, "olga", actor(ActorKind::Operator, "olga")).await,
    ];
    for browser in &mut browsers {
        for path in ["/agent", "/agent/reviews"] {
            let answer = browser.get(&world, path).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        }
        let doing = ["/agent", "/agent/call", "/agent/record", "/agent/code"];
        let looking = ["/agent/reviews/take", "/agent/reviews/found"];
        for path in doing.into_iter().chain(looking) {
            let sent = fields(&[("says", "no"), ("number", "0"), ("found", "confirmed")]);
            let answer = browser.fill(&world, ("/account", path), &sent).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
            assert!(!text(&answer).contains("Camille Durand"));
        }
        // A form that is not of this session does nothing.
        let stale = browser
            .post(&world, "/agent", &fields(&[("csrf", "x")]))
            .await;
        assert_eq!(stale.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn an_opposition_by_telephone_that_the_person_does_not_find() {
    let world = World::new().await;
    let id = person(&world).await;
    let mut browser = agent(&world, "lea").await;
    let slip = [("ins", "163127847704295"), ("birth-date", "31/02/1963")];
    let answer = browser.fill(&world, FORM, &slip).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(text(&answer).matches("aria-invalid=\"true\"").count(), 2);
    let nobody = [("ins", INS), ("birth-date", "06/12/1963")];
    let html = text(&browser.fill(&world, FORM, &nobody).await);
    assert!(
        html.contains("Nobody was found") && html.contains("send back the slip"),
        "{html}"
    );
    let record = ("/agent", "/agent/record");
    let html = text(
        &browser
            .fill(&world, record, &fields(&[("says", "no")]))
            .await,
    );
    assert!(html.contains("Call the person back first"), "{html}");
    let html = text(
        &browser
            .fill(&world, ("/agent", "/agent/call"), &fields(&[]))
            .await,
    );
    assert!(
        html.contains("01 99 00 12 34") && html.contains("Camille Durand"),
        "{html}"
    );
    let html = text(
        &browser
            .fill(&world, record, &fields(&[("says", "no")]))
            .await,
    );
    assert!(
        html.contains("It holds from now on") && html.contains("receipt"),
        "{html}"
    );
    let refused = world
        .post(&world.doctor(), "/Observation", &observation(id, "again"))
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let html = text(&browser.fill(&world, FORM, &fields(&[])).await);
    assert!(html.contains("Opposition: yes"), "{html}");
    // Without a print shop a code can't leave, and that is said.
    let html = text(
        &browser
            .fill(&world, ("/agent", "/agent/code"), &fields(&[]))
            .await,
    );
    assert!(html.contains("could not leave"), "{html}");
    let mut his = signed(&world, "camille", holder(id)).await;
    let trail = text(&his.get(&world, "/trail?only=all&lang=en").await);
    for words in [
        "An agent on the telephone (lea)",
        "by telephone, after a call back on the number on record",
        "the line of the register, on the telephone; no health data",
        "the telephone number on record, to call back; no health data",
    ] {
        assert!(trail.contains(words), "{words}\n{trail}");
    }
}
