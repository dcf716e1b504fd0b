//! The holder's page of his own space, and the pages of activation, as a browser without scripts meets them.
//!
//! Dangers: somebody else says no for the holder, or takes his no back; a screen left open by which that is done; a form of
//! another site; a page that opens something to whom no provider identified. Not a failure: whoever has no line on the roll
//! is shown both buttons.

use http::StatusCode;
use hygie_notice::{ActorKind, ActorRef, PersonId};

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
