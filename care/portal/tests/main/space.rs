//! The holder's page of his own space, and the pages of activation, as a browser without scripts meets them.
//!
//! Dangers: somebody else says no for the holder, or takes his no back; a parent who gets into another's child's space, or does
//! not learn for whom he acts; a screen left open by which that is done; a form of
//! another site; a page that opens something to whom no provider identified. Not a failure: whoever has no line on the roll
//! is shown both buttons.

use http::{Method, StatusCode};
use hygie_notice::{ActorKind, ActorRef, PersonId};
use serde_json::{Value, json};

use crate::accounts::{Browser, PASSWORD, account, code, doctor, holder, location, text};
use crate::world::{World, actor};

const MINUTE: u64 = 60_000;

async fn signed_in(world: &World, login: &str, role: ActorRef) -> Browser {
    account(world, login, vec![role]).await;
    let mut browser = Browser::default();
    let code = code(world);
    let answer = browser.sign_in(world, login, PASSWORD, &code).await;
    assert_eq!(location(&answer), "/");
    browser
}

async fn reads(world: &World, person: PersonId) -> u16 {
    let path = format!("/Patient/{person}/$everything");
    let answer = world.get(&world.holder(person), &path).await;
    answer.status.as_u16()
}

#[tokio::test]
async fn a_holder_says_no_and_yes_again_and_nobody_does_it_for_him() {
    let world = World::new().await;
    let person = world.person().await;
    let mut browser = signed_in(&world, "camille", holder(person)).await;
    let shown = browser.get(&world, "/space?lang=en").await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(text(&shown).contains("Oppose now"));
    // A form that is not of this session does nothing.
    let forged = browser
        .post(&world, "/space/oppose", &[("csrf", "made up")])
        .await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    assert_eq!(reads(&world, person).await, 200);
    let said = browser
        .fill(&world, ("/space?lang=en", "/space/oppose?lang=en"), &[])
        .await;
    assert_eq!(said.status, StatusCode::OK);
    assert!(text(&said).contains("Your opposition is recorded"));
    assert_eq!(reads(&world, person).await, 403);
    assert_eq!(browser.get(&world, "/trail").await.status, StatusCode::OK);
    // A screen that was left open says no at once, and lets nobody in again.
    world.wait(10 * MINUTE);
    let back = browser.fill(&world, ("/space", "/space/back"), &[]).await;
    assert!(location(&back).starts_with("/signin/again?next=/space"));
    assert_eq!(reads(&world, person).await, 403);
    let code = code(&world);
    let again = ("/signin/again?next=/space", "/signin/again?next=/space");
    let proved = [("password", PASSWORD), ("code", &*code)];
    let proved = browser.fill(&world, again, &proved).await;
    assert_eq!(location(&proved), "/space");
    let back = browser
        .fill(&world, ("/space", "/space/back?lang=en"), &[])
        .await;
    assert!(text(&back).contains("The opposition is taken back"));
    assert_eq!(reads(&world, person).await, 200);
}

#[tokio::test]
async fn whoever_is_not_the_holder_finds_nothing_there() {
    let world = World::new().await;
    let person = world.person().await;
    let helper = ActorRef {
        person: Some(person),
        ..actor(ActorKind::Representative, "")
    };
    for (login, role) in [("dominique", doctor()), ("helper", helper)] {
        let mut browser = signed_in(&world, login, role).await;
        let shown = browser.get(&world, "/space").await;
        assert_eq!(shown.status, StatusCode::FORBIDDEN);
        for action in ["/space/oppose", "/space/back"] {
            let said = browser.fill(&world, ("/account", action), &[]).await;
            assert_eq!(said.status, StatusCode::FORBIDDEN, "{action}");
        }
        assert_eq!(reads(&world, person).await, 200);
    }
}

#[tokio::test]
async fn an_agent_vouches_on_his_page_and_nobody_else_does() {
    let world = World::new().await;
    let page = "/agent/identity?lang=en";
    let fields = [("ins", "163127847704294"), ("birth-date", "05/12/1963")];
    let mut stranger = signed_in(&world, "dominique", doctor()).await;
    let shown = stranger.get(&world, page).await;
    assert_eq!(shown.status, StatusCode::FORBIDDEN);
    let sent = stranger.fill(&world, ("/account", page), &fields).await;
    assert_eq!(sent.status, StatusCode::FORBIDDEN);
    let support = actor(ActorKind::Support, "agent-7");
    let mut agent = signed_in(&world, "agent", support).await;
    let sent = agent.fill(&world, (page, page), &fields).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(&sent).contains("Tick this box if it is true"));
    // What is said to be wrong leads to the box.
    for part in ["href=\"#seen\"", "id=\"seen\""] {
        assert!(text(&sent).contains(part), "{part}");
    }
    let seen = [fields[0], fields[1], ("seen", "on")];
    let sent = agent.fill(&world, (page, page), &seen).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", text(&sent));
    assert!(text(&sent).contains("It is written down"));
    world.wait(10 * MINUTE);
    let late = agent.fill(&world, (page, page), &seen).await;
    assert!(location(&late).starts_with("/signin/again"));
}

#[tokio::test]
async fn nobody_activates_or_opposes_whom_no_provider_identified() {
    let world = World::new().await;
    let mut browser = Browser::default();
    for (page, refused) in [
        ("/activation", "More than ten minutes have passed"),
        ("/opposition/identity", "More than ten minutes have passed"),
    ] {
        let page = format!("{page}?lang=en");
        let shown = browser.get(&world, &page).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(text(&shown).contains("does not offer proving your identity"));
        assert!(!text(&shown).contains("name=\"ins\""));
        // With the token of another form, which a program can fetch: there is nobody behind it.
        let fields = [("ins", "163127847704294"), ("back", "yes")];
        let sent = browser
            .fill(&world, ("/signin?lang=en", &page), &fields)
            .await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN);
        assert!(text(&sent).contains(refused), "{}", text(&sent));
        assert!(
            browser
                .cookies
                .iter()
                .all(|(name, _)| name == "__Host-form")
        );
    }
    assert!(world.record.persons().await.unwrap().is_empty());
}

const SYSTEM: &str = "urn:oid:1.2.250.1.213.1.4.11";
const PARENT: &str = "163127847704294";
const CHILD: &str = "189127512501282";
const STRANGER: &str = "262087503203977";
const DAY: u64 = 24 * 60 * MINUTE;
/// In the afternoon of 1 March 2033.
const OF_AGE: u64 = 1_993_300_000_000;

fn insured(ins: &str, given: &str, born: &str, parents: &[&str]) -> Value {
    json!({ "ins_system": SYSTEM, "ins": ins, "family": "Durand", "given": given, "birth_date": born,
        "language": "fr", "address": ["12 RUE DES LILAS", "69001 LYON"], "postcode": "69001",
        "representatives": parents })
}

async fn ask(world: &World, path: &str, body: Value) {
    let answer = world.ask(Method::POST, &world.operator(), path, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", text(&answer));
}

/// A grown-up whose space was made as the six weeks were over.
async fn grown_up(world: &World, ins: &str, given: &str) -> PersonId {
    let known = world.record.persons().await.unwrap();
    let one = json!([insured(ins, given, "1980-12-31", &[])]);
    ask(world, "/register?codes=true", one).await;
    world.wait(44 * DAY);
    ask(world, "/campaign/make", json!({})).await;
    let persons = world.record.persons().await.unwrap();
    let mut new = persons.into_iter().filter(|one| !known.contains(one));
    new.next().unwrap()
}

const PAGE: &str = "/space/child?lang=en";
const WHOM: [(&str, &str); 2] = [("ins", CHILD), ("birth-date", "01/03/2015")];
const ROLE: (&str, &str) = ("/signin/role?lang=en", "/signin/role?next=/space");

/// A parent with access to his own space, and a child on the roll whose parent he is.
async fn family(world: &World) -> PersonId {
    let parent = grown_up(world, PARENT, "Camille").await;
    let child = json!([insured(CHILD, "Lou", "2015-03-01", &[PARENT])]);
    ask(world, "/register?codes=true", child).await;
    parent
}

#[tokio::test]
async fn a_parent_gets_into_the_space_of_his_child_and_into_no_other() {
    let world = World::new().await;
    let stranger = grown_up(&world, STRANGER, "Dominique").await;
    let parent = family(&world).await;
    // Whom the register does not name is told what is told of nobody.
    let mut browser = signed_in(&world, "dominique", holder(stranger)).await;
    let nobody = [("ins", CHILD), ("birth-date", "02/03/2015")];
    for tried in [WHOM, nobody] {
        let sent = browser.fill(&world, (PAGE, PAGE), &tried).await;
        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
        let shown = text(&sent);
        assert!(shown.contains("We find no child under 18"), "{shown}");
    }
    let mut browser = signed_in(&world, "camille", holder(parent)).await;
    let space = text(&browser.get(&world, "/space?lang=en").await);
    assert!(space.contains("href=\"/space/child\""), "{space}");
    let slip = [("ins", "1"), ("birth-date", "01/03/2015")];
    let sent = browser.fill(&world, (PAGE, PAGE), &slip).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(&sent).contains("aria-invalid"), "{}", text(&sent));
    let sent = browser.fill(&world, (PAGE, PAGE), &WHOM).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", text(&sent));
    assert!(text(&sent).contains("You now act for Lou Durand"));
    // A screen that was left open gives nobody access.
    world.wait(10 * MINUTE);
    let late = browser.fill(&world, ("/account", PAGE), &WHOM).await;
    assert!(location(&late).starts_with("/signin/again"));
}

#[tokio::test]
async fn a_parent_learns_for_whom_he_speaks_and_no_longer_does_once_the_child_is_of_age() {
    let world = World::new().await;
    let parent = family(&world).await;
    let mut browser = signed_in(&world, "camille", holder(parent)).await;
    let sent = browser.fill(&world, (PAGE, PAGE), &WHOM).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", text(&sent));
    let persons = world.record.persons().await.unwrap();
    let child = persons.into_iter().find(|one| *one != parent).unwrap();
    let roles = text(&browser.get(&world, ROLE.0).await);
    assert!(roles.contains("Lou Durand"), "{roles}");
    let chosen = browser.fill(&world, ROLE, &[("role", "1")]).await;
    assert_eq!(location(&chosen), "/space");
    let space = text(&browser.get(&world, "/space?lang=en").await);
    assert!(space.contains("You act for Lou Durand"), "{space}");
    assert!(!space.contains("href=\"/space/child\""));
    let again = browser.get(&world, PAGE).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN);
    let oppose = ("/space?lang=en", "/space/oppose?lang=en");
    let said = text(&browser.fill(&world, oppose, &[]).await);
    assert!(said.contains("Your opposition is recorded"), "{said}");
    // From his receipt the ways lead on.
    assert!(said.contains("href=\"/account\""), "{said}");
    let space = text(&browser.get(&world, "/space?lang=en").await);
    assert!(space.contains("This space has been opposed since"));
    assert_eq!(reads(&world, parent).await, 200);
    let back = ("/space?lang=en", "/space/back?lang=en");
    let back = text(&browser.fill(&world, back, &[]).await);
    assert!(back.contains("The opposition is taken back"), "{back}");
    assert_eq!(reads(&world, child).await, 403, "he is not of age");
    world.at(OF_AGE);
    assert_eq!(reads(&world, child).await, 200);
    let (mut browser, code) = (Browser::default(), code(&world));
    browser.sign_in(&world, "camille", PASSWORD, &code).await;
    browser.fill(&world, ROLE, &[("role", "1")]).await;
    let space = browser.get(&world, "/space?lang=en").await;
    assert_eq!(space.status, StatusCode::FORBIDDEN, "{}", text(&space));
}
