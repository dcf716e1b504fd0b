//! The forms by which a person lets somebody in for less than all: a helper, an app, one document; and letters.
//!
//! Dangers: a slip that appoints somebody else, or nobody; a form that opens more than it says; an end that ends nothing;
//! a document that its holder does not see, shown to somebody; letters that go where nobody said; a guardian told that
//! the record is his own.

use http::StatusCode;
use hygie_notice::{ActorKind, ActorRef, PersonId};
use hygie_record::accounts::Login;
use serde_json::json;

use super::{held, page, signed};
use crate::accounts::{Browser, PASSWORD, account, code, location, text};
use crate::world::{DOCTOR, World, actor, observation};

const GRANTED: &str = "/authorisations?done=granted";

/// An account, and its id.
async fn known(world: &World, login: &str, roles: Vec<ActorRef>) -> String {
    account(world, login, roles).await;
    let login = Login::parse(login).unwrap();
    world.accounts.id_of(&login).await.unwrap().unwrap()
}

fn acting(person: PersonId, id: &str) -> ActorRef {
    ActorRef {
        person: Some(person),
        ..actor(ActorKind::Representative, id)
    }
}

async fn into(world: &World, login: &str) -> (Browser, String) {
    let (mut browser, good) = (Browser::default(), code(world));
    let answer = browser.sign_in(world, login, PASSWORD, &good).await;
    let to = location(&answer).to_owned();
    (browser, to)
}

/// What is wrong about a helper is said, and nobody is appointed.
async fn slips_are_told(world: &World, browser: &mut Browser, (paul, person): (&str, PersonId)) {
    let form = ("/authorisations/helper", "/authorisations/helper");
    let nobody = "0".repeat(26);
    let person_id = person.to_string();
    for (account, name, until, said) in [
        ("paul", "Paul", "30/06/2027", "no account has this one"),
        (&nobody, "Paul", "30/06/2027", "no account has this one"),
        (&person_id, "Paul", "30/06/2027", "no account has this one"),
        (paul, "", "30/06/2027", "Write his name"),
        (paul, &"n".repeat(129), "30/06/2027", "Write his name"),
        (paul, "Paul", "", "Give a date to come"),
        (paul, "Paul", "01/01/2020", "Give a date to come"),
        (paul, "Paul", "30/06/2031", "Give a date to come"),
    ] {
        let fields = [("account", account), ("name", name), ("until", until)];
        let answer = browser.fill(world, form, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
        let html = text(&answer);
        assert!(
            html.contains(said) && html.contains("role=\"alert\""),
            "{html}"
        );
    }
}

#[tokio::test]
async fn a_helper_who_gets_in_by_a_slip_or_stays_in() {
    let world = World::new().await;
    let person = world.person().await;
    world.observe(person, "pulse").await;
    let paul = known(&world, "paul", Vec::new()).await;
    let (mut his, to) = into(&world, "paul").await;
    assert_eq!(to, "/signin/role", "he acts for nobody yet");
    assert!(page(&mut his, &world, "/account").await.contains(&paul));
    let token = world.token(acting(person, &paul));
    let search = format!("/Observation?patient={person}");
    let reads = async || world.get(&token, &search).await.status;
    let mut browser = signed(&world, person).await;
    let form = ("/authorisations/helper", "/authorisations/helper");
    slips_are_told(&world, &mut browser, (&paul, person)).await;
    assert_eq!(reads().await, StatusCode::FORBIDDEN);
    let fields = [
        ("account", paul.as_str()),
        ("name", "Paul"),
        ("until", "30/06/2027"),
        ("class-10", "on"),
    ];
    let answer = browser.fill(&world, form, &fields).await;
    assert_eq!(location(&answer), GRANTED);
    assert_eq!(reads().await, StatusCode::OK);
    let listed = page(&mut browser, &world, "/authorisations").await;
    for words in [
        "Helper: Paul",
        "Reads: reports and results",
        "Until 30 June 2027",
    ] {
        assert!(listed.contains(words), "{words}\n{listed}");
    }
    // He has a role from now on, and decides nothing in it.
    world.wait(30_000);
    let (mut his, to) = into(&world, "paul").await;
    assert_eq!(to, "/");
    for path in ["/authorisations", "/authorisations/helper", "/see-as"] {
        let answer = his.get(&world, path).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    let (_, rest) = listed.split_once("name=\"mandate\" value=\"").unwrap();
    let id = rest.split('"').next().unwrap().to_owned();
    let end = ("/authorisations", "/authorisations/helper/end");
    for _ in 0..2 {
        let answer = browser.fill(&world, end, &[("mandate", &id)]).await;
        assert_eq!(location(&answer), "/authorisations?done=ended");
        assert_eq!(reads().await, StatusCode::FORBIDDEN);
    }
    world.wait(30_000);
    assert_eq!(into(&world, "paul").await.1, "/signin/role");
}

#[tokio::test]
async fn a_guardian_to_whom_the_record_is_called_his_own() {
    let world = World::new().await;
    let person = world.person().await;
    let udaf = known(&world, "udaf", Vec::new()).await;
    let enter = json!({ "appoint": { "account": udaf, "name": "UDAF", "role": "guardian" } });
    let path = format!("/appoint/{person}");
    let answer = world
        .ask(http::Method::POST, &world.operator(), &path, enter)
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    let login = Login::parse("udaf").unwrap();
    let role = acting(person, &udaf);
    world.accounts.add_role(&login, &role).await.unwrap();
    world.authorise(person).await;
    let (mut browser, _) = into(&world, "udaf").await;
    let rights = page(&mut browser, &world, "/authorisations").await;
    assert!(rights.contains("unless the person, or you for the person"));
    assert!(rights.contains("Guardian: UDAF") && rights.contains("ask the operator"));
    assert!(!rights.contains("/authorisations/helper") && !rights.contains("your record"));
    let answer = browser.get(&world, "/authorisations/helper").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let named = [("named", format!("professional:{DOCTOR}"))];
    let named = named
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let seen = text(&browser.fill(&world, ("/see-as", "/see-as"), &named).await);
    assert!(
        seen.contains("he is authorised by the person, or for the person"),
        "{seen}"
    );
    let trail = page(&mut browser, &world, "/trail?only=all").await;
    assert!(trail.contains("a parent or a guardian") && !trail.contains("you choose"));
}

#[tokio::test]
async fn an_app_that_stays_in() {
    let world = World::new().await;
    let person = world.person().await;
    world.observe(person, "pulse").await;
    let token = world.token(ActorRef {
        person: Some(person),
        scope: Some("patient/*.rs".to_owned()),
        ..actor(ActorKind::App, "pas-a-pas")
    });
    let search = format!("/Observation?patient={person}");
    let reads = async || world.get(&token, &search).await.status;
    let mut browser = signed(&world, person).await;
    let form = ("/authorisations/new?way=app", "/authorisations/new");
    let slip = [("way", "app"), ("whom", "pas/à/pas")];
    let answer = browser.fill(&world, form, &slip).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(&answer).contains("Check the app’s name"));
    assert_eq!(reads().await, StatusCode::FORBIDDEN);
    let fields = [("way", "app"), ("whom", "pas-a-pas"), ("class-10", "on")];
    let answer = browser.fill(&world, form, &fields).await;
    assert_eq!(location(&answer), GRANTED);
    assert_eq!(reads().await, StatusCode::OK);
    let listed = page(&mut browser, &world, "/authorisations").await;
    assert!(listed.contains("App pas-a-pas"));
    assert!(listed.contains("May read, and add if it asks to: reports and results"));
    let back = ("/authorisations", "/authorisations/take-back");
    let id = held(&listed);
    browser.fill(&world, back, &[("id", &id)]).await;
    assert_eq!(reads().await, StatusCode::FORBIDDEN);
    assert!(
        page(&mut browser, &world, "/authorisations")
            .await
            .contains("You have let no app in.")
    );
}

async fn document(world: &World, person: PersonId, title: &str) -> String {
    let content = json!({
        "resourceType": "DocumentReference",
        "status": "current",
        "description": title,
        "type": { "coding": [{ "system": "http://loinc.org", "code": "34112-3" }] },
        "subject": { "reference": format!("Patient/{person}") },
        "content": [{ "attachment": { "title": title } }],
    });
    let author = world.token(actor(ActorKind::Professional, "10101010200"));
    let answer = world.post(&author, "/DocumentReference", &content).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    format!(
        "DocumentReference/{}",
        answer.json()["id"].as_str().unwrap()
    )
}

#[tokio::test]
async fn one_document_that_opens_another() {
    let world = World::new().await;
    let person = world.person().await;
    let letter = document(&world, person, "Lettre de sortie").await;
    let other = document(&world, person, "Autre lettre").await;
    let elsewhere = document(&world, world.person().await, "Ailleurs").await;
    let reads = async |reference: &str| {
        let (token, path) = (world.doctor(), format!("/{reference}"));
        world.get(&token, &path).await.status.is_success()
    };
    let mut browser = signed(&world, person).await;
    let list = page(&mut browser, &world, "/authorisations/document").await;
    assert!(list.contains("Lettre de sortie (added on 21 September 2026)"));
    assert!(list.contains(&letter) && !list.contains(&elsewhere));
    let address = format!("/authorisations/document?item={letter}");
    let form = (address.as_str(), "/authorisations/document");
    for (whom, until, said) in [
        ("1010101010", "31/12/2026", "Check the RPPS number"),
        (DOCTOR, "", "Give a date to come"),
        (DOCTOR, "31/02/2027", "Give a date to come"),
    ] {
        let fields = [("item", letter.as_str()), ("whom", whom), ("until", until)];
        let answer = browser.fill(&world, form, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
        assert!(text(&answer).contains(said));
    }
    // What is not his is shown to nobody.
    let fields = [
        ("item", elsewhere.as_str()),
        ("whom", DOCTOR),
        ("until", "31/12/2026"),
    ];
    let answer = browser.fill(&world, form, &fields).await;
    assert!(text(&answer).contains("no longer in the list"));
    assert!(!reads(&letter).await && !reads(&elsewhere).await);
    let fields = [
        ("item", letter.as_str()),
        ("whom", DOCTOR),
        ("until", "31/12/2026"),
    ];
    let answer = browser.fill(&world, form, &fields).await;
    assert_eq!(location(&answer), GRANTED);
    assert!(reads(&letter).await && !reads(&other).await);
    let listed = page(&mut browser, &world, "/authorisations").await;
    for words in [
        "May read this one document: Lettre de sortie",
        "Until 31 December 2026",
    ] {
        assert!(listed.contains(words), "{words}\n{listed}");
    }
    let id = held(&listed);
    let back = ("/authorisations", "/authorisations/take-back");
    browser.fill(&world, back, &[("id", &id)]).await;
    assert!(!reads(&letter).await);
}

#[tokio::test]
async fn a_day_that_ends_in_the_middle_of_the_night() {
    let world = World::new().await;
    let person = world.person().await;
    let observed = format!("/Observation/{}", world.observe(person, "pulse").await);
    let mut browser = signed(&world, person).await;
    let form = (
        "/authorisations/new?way=professional",
        "/authorisations/new",
    );
    let number = "10101010200";
    let fields = [
        ("way", "professional"),
        ("whom", number),
        ("until", "21/09/2026"),
    ];
    let answer = browser.fill(&world, form, &fields).await;
    assert_eq!(location(&answer), GRANTED);
    let reads = async |at: u64| {
        world.at(at);
        let token = world.token(actor(ActorKind::Professional, number));
        world.get(&token, &observed).await.status.as_u16()
    };
    // Midnight in Paris is ten in the evening, universal time.
    let midnight = 1_790_028_000_000;
    assert_eq!(reads(midnight - 1).await, 200);
    assert_eq!(reads(midnight).await, 403);
}

#[tokio::test]
async fn letters_that_go_where_nobody_said() {
    let world = World::new().await;
    let person = world.person().await;
    let mut browser = signed(&world, person).await;
    let form = ("/authorisations/letters", "/authorisations/letters");
    let told = "No e-mail is sent when something is new.";
    assert!(
        page(&mut browser, &world, "/authorisations")
            .await
            .contains(told)
    );
    for address in ["", "nowhere", "a b@example.org"] {
        let fields = [("letters", "en"), ("address", address)];
        let answer = browser.fill(&world, form, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text(&answer).contains("Check the e-mail address"));
    }
    let fields = [("letters", "en"), ("address", "camille@example.org")];
    let answer = browser.fill(&world, form, &fields).await;
    assert_eq!(location(&answer), GRANTED);
    let kept = page(&mut browser, &world, "/authorisations").await;
    assert!(kept.contains("an e-mail is sent to camille@example.org"));
    let shown = page(&mut browser, &world, "/authorisations/letters").await;
    assert!(shown.contains("value=\"en\" checked") && shown.contains("camille@example.org"));
    // The other wishes leave letters as they are.
    let wishes = ("/authorisations", "/authorisations/wishes");
    browser.fill(&world, wishes, &[("team", "on")]).await;
    assert!(
        page(&mut browser, &world, "/authorisations")
            .await
            .contains("camille@example.org")
    );
    world.wait(6 * 60_000);
    let answer = browser.get(&world, "/authorisations/letters").await;
    assert_eq!(
        location(&answer),
        "/signin/again?next=/authorisations/letters"
    );
    let good = code(&world);
    let again = "/signin/again?next=/authorisations/letters";
    let prove = [("password", PASSWORD), ("code", good.as_str())];
    browser.fill(&world, (again, again), &prove).await;
    let none = [("letters", "none"), ("address", "camille@example.org")];
    let answer = browser.fill(&world, form, &none).await;
    assert_eq!(location(&answer), GRANTED);
    assert!(
        page(&mut browser, &world, "/authorisations")
            .await
            .contains(told)
    );
}

/// A professional, the treating doctor, a structure, a team, an app, and Paul as a helper.
async fn lets_all_in(world: &World, browser: &mut Browser, paul: &str) {
    let structure = "750100042";
    for (way, whom) in [
        ("professional", "10101010200"),
        ("doctor", "10101010309"),
        ("structure", structure),
        ("team", "equipe-7"),
        ("app", "pas-a-pas"),
    ] {
        let at = format!("/authorisations/new?way={way}");
        let form = (at.as_str(), "/authorisations/new");
        let answer = browser
            .fill(world, form, &[("way", way), ("whom", whom)])
            .await;
        assert_eq!(location(&answer), GRANTED, "{way}");
    }
    let form = ("/authorisations/helper", "/authorisations/helper");
    let fields = [("account", paul), ("name", "Paul"), ("until", "30/06/2027")];
    assert_eq!(location(&browser.fill(world, form, &fields).await), GRANTED);
}

#[tokio::test]
async fn somebody_whom_the_rights_name_and_see_as_does_not() {
    let world = World::new().await;
    let person = world.person().await;
    world.observe(person, "pulse").await;
    let paul = known(&world, "paul", Vec::new()).await;
    let mut browser = signed(&world, person).await;
    let empty = page(&mut browser, &world, "/see-as").await;
    assert!(!empty.contains("name=\"named\""));
    lets_all_in(&world, &mut browser, &paul).await;
    let asked = page(&mut browser, &world, "/see-as").await;
    let helper = format!("representative:{paul}");
    let there = ("/see-as", "/see-as");
    for (value, label, why) in [
        (
            "professional:10101010309",
            "My treating doctor: Professional 10101010309",
            "he is your treating doctor",
        ),
        (
            "professional:10101010200",
            "Professional 10101010200, as a doctor",
            "you authorised him",
        ),
        (
            "structure:750100042",
            "A doctor of: Structure 750100042",
            "you authorised him",
        ),
        (
            "team:equipe-7",
            "A doctor of: Care team equipe-7",
            "you authorised him",
        ),
        ("app:pas-a-pas", "App pas-a-pas", "you let this app in"),
        (
            &helper,
            "Helper: Paul",
            "a helper whom you appointed reads within his mandate",
        ),
    ] {
        assert!(
            asked.contains(value) && asked.contains(label),
            "{label}\n{asked}"
        );
        let html = text(&browser.fill(&world, there, &[("named", value)]).await);
        assert!(
            html.contains(&format!("He gets into the record: {why}")),
            "{label}\n{html}"
        );
        assert!(
            html.contains(&format!("What is seen now by: {label}")),
            "{html}"
        );
        assert!(html.contains("He sees it:"), "{label}");
    }
    // A care team in the free form; and somebody of none.
    for (team, said) in [
        ("equipe-7", "He gets into the record"),
        ("", "He does not get into"),
    ] {
        let fields = [("who", "nurse"), ("team", team)];
        let html = text(&browser.fill(&world, there, &fields).await);
        assert!(html.contains(said), "{team}: {html}");
    }
}

#[tokio::test]
async fn support_that_learns_on_real_people() {
    for synthetic in [true, false] {
        let world = World::laid(hygie_record::policy::Terms {
            synthetic,
            ..Default::default()
        })
        .await;
        let person = world.person().await;
        let sent = world
            .post(
                &world.doctor(),
                "/Observation",
                &observation(person, "pulse"),
            )
            .await;
        assert_eq!(sent.status, StatusCode::CREATED);
        account(&world, "lea", vec![actor(ActorKind::Support, "lea")]).await;
        let (mut browser, to) = into(&world, "lea").await;
        assert_eq!(to, "/");
        assert!(
            page(&mut browser, &world, "/")
                .await
                .contains("href=\"/see-as\"")
        );
        let asked = page(&mut browser, &world, "/see-as").await;
        assert!(asked.contains("Invented person") && !asked.contains("name=\"named\""));
        let there = ("/see-as", "/see-as");
        let wrong = [("person", "camille"), ("who", "doctor")];
        let answer = browser.fill(&world, there, &wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let id = person.to_string();
        let fields = [("person", id.as_str()), ("who", "doctor"), ("whom", DOCTOR)];
        let answer = browser.fill(&world, there, &fields).await;
        if synthetic {
            let html = text(&answer);
            assert!(html.contains("He does not get into the record") && html.contains("pulse"));
        } else {
            assert_eq!(answer.status, StatusCode::FORBIDDEN);
            assert!(!text(&answer).contains("pulse"));
        }
        // It learns, and reads nothing.
        let token = world.token(actor(ActorKind::Support, "lea"));
        let search = format!("/Observation?patient={person}");
        assert_eq!(
            world.get(&token, &search).await.status,
            StatusCode::FORBIDDEN
        );
        for path in ["/authorisations", "/trail", "/authorisations/document"] {
            let answer = browser.get(&world, path).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        }
    }
}
