//! The pages by which a person sees and decides who reads: over HTTP, signed in.
//!
//! Dangers: an opening, a refusal or an emergency that the person's page does not tell, or tells twice; the page of
//! somebody else's record; a proof that whoever finds a screen left open takes away; an item that waits to be
//! announced and is told of by the trail.

#[path = "rights/forms.rs"]
mod forms;

use http::StatusCode;
use hygie_notice::PersonId;
use serde_json::json;

use crate::accounts::{Browser, PASSWORD, account, code, doctor, holder, location, text};
use crate::world::{DOCTOR, World, actor};

/// The person's browser, signed in, in English.
async fn signed(world: &World, person: PersonId) -> Browser {
    account(world, "camille", vec![holder(person)]).await;
    let (mut browser, good) = (Browser::default(), code(world));
    let answer = browser.sign_in(world, "camille", PASSWORD, &good).await;
    assert_eq!(location(&answer), "/");
    browser
}

async fn page(browser: &mut Browser, world: &World, path: &str) -> String {
    let answer = browser.get(world, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", text(&answer));
    text(&answer)
}

#[tokio::test]
async fn an_opening_that_the_page_does_not_tell() {
    let world = World::new().await;
    let person = world.person().await;
    let pulse = world.observe(person, "pulse").await;
    let search = format!("/Observation?patient={person}&code:text=secret-word");
    assert_eq!(
        world.get(&world.doctor(), &search).await.status,
        StatusCode::FORBIDDEN
    );
    let reason = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "reason", "valueCode": "unconscious" },
    ] });
    let broken = world
        .post(
            &world.doctor(),
            &format!("/Patient/{person}/$break-glass"),
            &reason,
        )
        .await;
    assert_eq!(broken.status, StatusCode::OK, "{}", text(&broken));
    world.authorise(person).await;
    world
        .get(&world.doctor(), &format!("/Observation/{pulse}"))
        .await;
    let mut browser = signed(&world, person).await;
    assert!(
        page(&mut browser, &world, "/")
            .await
            .contains("href=\"/trail\"")
    );
    let told = page(&mut browser, &world, "/trail").await;
    for words in [
        "Doctor, RPPS",
        "Search: results and measures, with the criteria code:text=secret-word",
        "Why it was refused: no rule allows it",
        "Emergency access: the person was unconscious",
        "Reading: results and measures “pulse”",
        "you authorised him",
        "the demonstration mode",
        "21 September 2026",
        "<time>16:13</time>",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
    let zone = "Times are those of the zone Europe/Paris.";
    assert_eq!(told.matches(zone).count(), 1, "said once");
    assert!(!told.contains("Looking at the rights"), "weighings fold");
    let lines = told.matches("secret-word").count();
    assert_eq!(lines, 1, "one line for one request");
    let refusals = page(&mut browser, &world, "/trail?only=refusals").await;
    assert!(refusals.contains("secret-word") && !refusals.contains("unconscious"));
    let emergencies = page(&mut browser, &world, "/trail?only=emergencies").await;
    assert!(!emergencies.contains("secret-word") && emergencies.contains("unconscious"));
    let all = page(&mut browser, &world, "/trail?only=all&lang=fr").await;
    assert!(all.contains("Vous") && all.contains("historique des accès"));
    let mut stranger = Browser::default();
    world.wait(30_000);
    account(&world, "martin", vec![doctor()]).await;
    stranger
        .sign_in(&world, "martin", PASSWORD, &code(&world))
        .await;
    let answer = stranger.get(&world, "/trail").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(!page(&mut stranger, &world, "/").await.contains("/trail"));
}

#[tokio::test]
async fn a_page_that_leaves_something_out_between_two() {
    let world = World::new().await;
    let person = world.person().await;
    for number in 0..70 {
        world.observe(person, &number.to_string()).await;
    }
    let mut browser = signed(&world, person).await;
    let (mut path, mut pages, mut moments) = ("/trail".to_owned(), 0, 0);
    loop {
        let html = page(&mut browser, &world, &path).await;
        pages += 1;
        moments += html.matches("<time>").count();
        let Some((_, rest)) = html.rsplit_once("href=\"/trail?before=") else {
            break;
        };
        let before: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let next = format!("/trail?before={before}");
        if next == path {
            break;
        }
        path = next;
    }
    // Seventy deposits, and the import that made the person.
    assert_eq!((pages, moments), (3, 71));
}

#[tokio::test]
async fn a_proof_that_a_screen_left_open_gives_away() {
    let world = World::new().await;
    let person = world.person().await;
    let mut browser = signed(&world, person).await;
    world.wait(6 * 60_000);
    let answer = browser.get(&world, "/trail/proof").await;
    assert_eq!(location(&answer), "/signin/again?next=/trail/proof");
    page(&mut browser, &world, "/trail").await;
    let good = code(&world);
    let fields = [("password", PASSWORD), ("code", good.as_str())];
    let again = "/signin/again?next=/trail/proof";
    let answer = browser.fill(&world, (again, again), &fields).await;
    assert_eq!(location(&answer), "/trail/proof");
    let file = browser.get(&world, "/trail/proof").await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.header("content-disposition").starts_with("attachment"));
    assert!(text(&file).contains(&person.to_string()));
}

/// The hidden `id` of the first thing that can be taken back.
fn held(html: &str) -> String {
    let (_, rest) = html
        .split_once("name=\"id\" value=\"")
        .expect("something holds");
    rest.split('"').next().unwrap().to_owned()
}

/// What is wrong is said beside its field, and what was typed stays.
async fn slips_are_told(world: &World, browser: &mut Browser, form: (&str, &str)) {
    for (whom, until, said) in [
        ("1010101010", "31/12/2027", "Check the RPPS number"),
        ("", "", "Check the RPPS number"),
        (DOCTOR, "31/02/2027", "Check the date"),
        (DOCTOR, "01/01/2020", "Check the date"),
    ] {
        let fields = [
            ("way", "professional"),
            ("whom", whom),
            ("until", until),
            ("class-10", "on"),
        ];
        let answer = browser.fill(world, form, &fields).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{whom} {until}"
        );
        let html = text(&answer);
        assert!(html.contains(said), "{html}");
        assert!(html.contains(&format!("value=\"{until}\"")) && html.contains(" checked"));
    }
}

#[tokio::test]
async fn what_a_form_grants_is_not_what_it_says() {
    let world = World::new().await;
    let person = world.person().await;
    world.observe(person, "pulse").await;
    let search = format!("/Observation?patient={person}");
    let reads = async || world.get(&world.doctor(), &search).await.status;
    let mut browser = signed(&world, person).await;
    for (done, said) in [
        ("granted", "It is written down"),
        ("taken", "It is taken back"),
        ("ended", "The mandate has ended"),
    ] {
        let path = format!("/authorisations?done={done}");
        assert!(page(&mut browser, &world, &path).await.contains(said));
    }
    let empty = page(&mut browser, &world, "/authorisations").await;
    assert!(empty.contains("You have authorised and blocked nobody"));
    let new = "/authorisations/new?way=professional";
    let action = "/authorisations/new";
    slips_are_told(&world, &mut browser, (new, action)).await;
    assert_eq!(reads().await, StatusCode::FORBIDDEN);
    let fields = [
        ("way", "professional"),
        ("whom", DOCTOR),
        ("until", "31/12/2027"),
        ("class-10", "on"),
    ];
    let answer = browser.fill(&world, (new, action), &fields).await;
    assert_eq!(location(&answer), "/authorisations?done=granted");
    assert_eq!(reads().await, StatusCode::OK);
    let holds = page(&mut browser, &world, "/authorisations").await;
    for words in [
        "Professional 10101010101",
        "May read: reports and results",
        "Until 31 December 2027",
    ] {
        assert!(holds.contains(words), "{words}\n{holds}");
    }
    // Taken back, once or twice: he is out.
    let id = held(&holds);
    for _ in 0..2 {
        let back = ("/authorisations", "/authorisations/take-back");
        let answer = browser.fill(&world, back, &[("id", &id)]).await;
        assert_eq!(location(&answer), "/authorisations?done=taken");
        assert_eq!(reads().await, StatusCode::FORBIDDEN);
    }
    // A block beats what was granted, and the treating doctor is named.
    for (way, said, status) in [
        ("doctor", "Treating doctor: reads all", StatusCode::OK),
        ("block", "Blocked: reads nothing", StatusCode::FORBIDDEN),
    ] {
        let fields = [("way", way), ("whom", DOCTOR)];
        let page_of = format!("/authorisations/new?way={way}");
        let answer = browser.fill(&world, (&page_of, action), &fields).await;
        assert_eq!(location(&answer), "/authorisations?done=granted");
        assert_eq!(reads().await, status);
        assert!(
            page(&mut browser, &world, "/authorisations")
                .await
                .contains(said)
        );
    }
}

#[tokio::test]
async fn a_screen_left_open_that_lets_somebody_in() {
    let world = World::new().await;
    let person = world.person().await;
    let mut browser = signed(&world, person).await;
    let new = "/authorisations/new?way=professional";
    let shown = browser.get(&world, new).await;
    world.wait(6 * 60_000);
    let csrf = crate::accounts::token(&shown);
    let fields = [
        ("csrf", csrf.as_str()),
        ("way", "professional"),
        ("whom", DOCTOR),
        ("until", "31/12/2027"),
    ];
    let answer = browser.post(&world, "/authorisations/new", &fields).await;
    // What was typed comes back with him.
    let next = location(&answer);
    assert!(next.starts_with("/signin/again?next=/authorisations/new?way=professional"));
    assert!(next.contains(DOCTOR) && next.contains("31/12/2027"));
    let listed = page(&mut browser, &world, "/authorisations").await;
    assert!(listed.contains("You have authorised and blocked nobody"));
    let fields = [("csrf", csrf.as_str()), ("team", "on")];
    let answer = browser
        .post(&world, "/authorisations/wishes", &fields)
        .await;
    assert_eq!(location(&answer), "/signin/again?next=/authorisations");
    for action in ["new", "take-back", "wishes"] {
        let action = format!("/authorisations/{action}");
        let answer = browser.post(&world, &action, &[("csrf", "forged")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{action}");
    }
}

#[tokio::test]
async fn a_wish_that_is_not_kept() {
    let world = World::new().await;
    let person = world.person().await;
    let mut browser = signed(&world, person).await;
    let all = page(&mut browser, &world, "/authorisations").await;
    assert_eq!(all.matches(" checked").count(), 3);
    let there = ("/authorisations", "/authorisations/wishes");
    let answer = browser.fill(&world, there, &[("samu", "on")]).await;
    assert_eq!(location(&answer), "/authorisations?done=granted");
    let kept = page(&mut browser, &world, "/authorisations").await;
    assert_eq!(kept.matches(" checked").count(), 1);
    assert!(kept.contains("name=\"samu\" value=\"on\" checked"));
}

#[tokio::test]
async fn somebody_is_shown_to_see_what_he_does_not() {
    let world = World::new().await;
    let person = world.person().await;
    world.observe(person, "pulse").await;
    let mut browser = signed(&world, person).await;
    let there = ("/see-as", "/see-as");
    let nobody = browser.fill(&world, there, &[("who", "")]).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    for (who, whom, said) in [
        (
            "pharmacist",
            "",
            "He does not get into the record: no rule allows it",
        ),
        ("samu", "", "He does not get into the record"),
        ("helper", "", "He does not get into the record"),
        ("app", "", "He does not get into the record"),
        // He wrote it.
        ("doctor", DOCTOR, "He does not get into the record"),
    ] {
        let answer = browser
            .fill(&world, there, &[("who", who), ("whom", whom)])
            .await;
        let html = text(&answer);
        assert!(
            html.contains(said) && html.contains("He sees 0 items"),
            "{who}: {html}"
        );
        assert!(html.contains("pulse") && html.contains("He does not see it"));
    }
    world.authorise(person).await;
    let answer = browser
        .fill(&world, there, &[("who", "doctor"), ("whom", DOCTOR)])
        .await;
    let html = text(&answer);
    for words in [
        "He gets into the record: you authorised him",
        "results and measures",
        "He sees it:",
    ] {
        assert!(html.contains(words), "{words}\n{html}");
    }
    // Whoever asks about somebody else's record by the field of support gets his own.
    let other = world.person().await.to_string();
    let fields = [("who", "doctor"), ("person", other.as_str())];
    assert!(text(&browser.fill(&world, there, &fields).await).contains("pulse"));
}

#[tokio::test]
async fn an_emergency_that_nobody_or_anybody_reviews() {
    let world = World::new().await;
    let person = world.person().await;
    let reason = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "reason", "valueCode": "confused" },
    ] });
    let path = format!("/Patient/{person}/$break-glass");
    let broken = world.post(&world.doctor(), &path, &reason).await;
    assert_eq!(broken.status, StatusCode::OK);
    let operator = actor(hygie_notice::ActorKind::Operator, "operator");
    account(&world, "agnes", vec![operator]).await;
    let (mut browser, good) = (Browser::default(), code(&world));
    browser.sign_in(&world, "agnes", PASSWORD, &good).await;
    assert!(
        page(&mut browser, &world, "/")
            .await
            .contains("href=\"/alarms\"")
    );
    let waiting = page(&mut browser, &world, "/alarms").await;
    assert!(waiting.contains("Reason declared: the person was confused"));
    assert!(waiting.contains(DOCTOR));
    let (_, rest) = waiting
        .split_once("name=\"number\" value=\"")
        .expect("it waits");
    let number = rest.split('"').next().unwrap().to_owned();
    let there = ("/alarms", "/alarms/review");
    for (outcome, done) in [
        ("", "nothing"),
        ("to-clarify", "reviewed"),
        ("justified", "reviewed"),
    ] {
        let fields = [("number", number.as_str()), ("outcome", outcome)];
        let answer = browser.fill(&world, there, &fields).await;
        assert_eq!(location(&answer), format!("/alarms?done={done}"));
    }
    let over = page(&mut browser, &world, "/alarms").await;
    assert!(over.contains("No emergency access waits"));
    // Everybody else is refused.
    world.wait(30_000);
    let mut citizen = signed(&world, person).await;
    assert_eq!(
        citizen.get(&world, "/alarms").await.status,
        StatusCode::FORBIDDEN
    );
    let fields = [("number", number.as_str()), ("outcome", "justified")];
    let answer = citizen.fill(&world, ("/account", "/alarms/review"), &fields);
    assert_eq!(answer.await.status, StatusCode::FORBIDDEN);
}
