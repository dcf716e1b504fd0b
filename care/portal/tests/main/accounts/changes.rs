//! What is changed about an account: by its owner, by an invitation, and by the operator.

use http::{Method, StatusCode};
use hygie_notice::{ActorKind, ActorRef, PersonId};
use hygie_record::accounts::{Change, Invitation, Kept, Link, Totp};
use serde_json::{Value, json};

use super::{Browser, MINUTE, OTHER, PASSWORD, account, code, doctor, holder, location, text};
use crate::world::{Answer, World, actor};

/// The secrets that a page shows, once.
fn secrets(answer: &Answer) -> Vec<String> {
    let html = text(answer);
    let shown = html.split(" class=\"secret\">").skip(1);
    shown
        .map(|rest| rest.split('<').next().unwrap().to_owned())
        .collect()
}

/// What the operator hands over: an account's address to choose at, and the invitation in it.
async fn invited(world: &World, path: &str, wish: Value) -> String {
    let answer = world.ask(Method::POST, &world.operator(), path, wish).await;
    assert_eq!(answer.status, StatusCode::OK);
    let link = answer.json()["link"].as_str().unwrap().to_owned();
    link.replace("https://care.example", "")
}

/// The fields of a choice.
fn chosen<'a>(
    path: &'a str,
    password: &'a str,
    again: &'a str,
    code: &'a str,
) -> [(&'a str, &'a str); 4] {
    let invitation = path.strip_prefix("/signin/enrol?code=").unwrap();
    [
        ("invitation", invitation),
        ("password", password),
        ("again", again),
        ("code", code),
    ]
}

const CHOOSE: &str = "/signin/enrol/password?lang=en";

#[tokio::test]
async fn an_invitation_that_is_good_twice() {
    let world = World::new().await;
    let role = holder(world.person().await);
    let wish = json!({ "login": "camille", "language": "en", "role": role });
    let path = invited(&world, "/accounts", wish).await;
    let mut browser = Browser::default();
    let page = browser.get(&world, &path).await;
    assert!(text(&page).contains("“camille”") && text(&page).contains("<svg"));
    // The secret is shown to be typed; the same as often as it is looked at.
    let secret = secrets(&page).remove(0);
    assert_eq!(secrets(&browser.get(&world, &path).await).remove(0), secret);
    let good = Totp::of(base32(&secret)).code(world.record.now());
    for (password, again, code, fault) in [
        ("short", "short", good.as_str(), "password-fault"),
        (PASSWORD, OTHER, good.as_str(), "again-fault"),
        (PASSWORD, PASSWORD, "12", "code-fault"),
    ] {
        let fields = chosen(&path, password, again, code);
        let answer = browser.fill(&world, (&path, CHOOSE), &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let html = text(&answer);
        assert!(html.contains(&format!("id=\"{fault}\"")), "{fault}");
        assert!(!html.contains(PASSWORD));
    }
    let fields = chosen(&path, PASSWORD, PASSWORD, &good);
    let answer = browser.fill(&world, (&path, CHOOSE), &fields).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", text(&answer));
    assert_eq!(secrets(&answer).len(), 8, "recovery codes, once");
    assert_eq!(browser.get(&world, "/account").await.status, StatusCode::OK);
    // Used up, in any browser and for either way.
    for mut browser in [browser, Browser::default()] {
        let answer = browser.get(&world, &path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        for action in [CHOOSE, "/signin/enrol/passkey"] {
            let answer = browser.fill(&world, ("/signin", action), &fields).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
        }
    }
}

#[tokio::test]
async fn an_invitation_after_its_time() {
    let world = World::new().await;
    account(&world, "camille", vec![doctor()]).await;
    // A second role for the same login makes no second account.
    let role = holder(world.person().await);
    let wish = json!({ "login": "Camille", "role": role });
    let answer = world
        .ask(Method::POST, &world.operator(), "/accounts", wish)
        .await;
    assert_eq!(answer.json()["outcome"], "role-added");
    // Invited again, the invitation before is worth nothing, and neither is the new one a week later.
    let camille = || json!({ "login": "camille" });
    let first = invited(&world, "/accounts/invite", camille()).await;
    let second = invited(&world, "/accounts/invite", camille()).await;
    let mut browser = Browser::default();
    let over = StatusCode::NOT_FOUND;
    assert_eq!(browser.get(&world, &first).await.status, over);
    assert_eq!(browser.get(&world, &second).await.status, StatusCode::OK);
    world.wait(7 * 24 * 60 * MINUTE);
    assert_eq!(browser.get(&world, &second).await.status, over);
    let nobody = json!({ "login": "nobody" });
    let answer = world
        .ask(Method::POST, &world.operator(), "/accounts/invite", nobody)
        .await;
    assert_eq!(answer.status, over);
}

#[tokio::test]
async fn somebody_who_left_is_in_or_gets_in() {
    let world = World::new().await;
    account(&world, "camille", vec![doctor()]).await;
    account(&world, "other", vec![doctor()]).await;
    let (mut browser, mut other) = (Browser::default(), Browser::default());
    let good = code(&world);
    browser.sign_in(&world, "camille", PASSWORD, &good).await;
    other.sign_in(&world, "other", PASSWORD, &good).await;
    let close = async |login: &str| {
        let named = json!({ "login": login });
        let operator = world.operator();
        let asked = world.ask(Method::POST, &operator, "/accounts/close", named);
        asked.await.status
    };
    assert_eq!(close("nobody").await, StatusCode::NOT_FOUND);
    assert_eq!(close("camille").await, StatusCode::OK);
    // Out at once, and in by nothing that was good before; others are not touched.
    let answer = browser.get(&world, "/account").await;
    assert_eq!(location(&answer), "/signin?why=closed&lang=en");
    let page = browser.get(&world, "/signin?why=closed&lang=en").await;
    assert!(text(&page).contains("no longer open"));
    assert_eq!(other.get(&world, "/account").await.status, StatusCode::OK);
    world.wait(MINUTE);
    let good = code(&world);
    let answer = browser.sign_in(&world, "camille", PASSWORD, &good).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Invited again, the owner chooses anew, and is in.
    let path = invited(&world, "/accounts/invite", json!({ "login": "camille" })).await;
    let secret = secrets(&browser.get(&world, &path).await).remove(0);
    let good = Totp::of(base32(&secret)).code(world.record.now());
    let fields = chosen(&path, OTHER, OTHER, &good);
    let answer = browser.fill(&world, (&path, CHOOSE), &fields).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(browser.get(&world, "/account").await.status, StatusCode::OK);
}

fn base32(text: &str) -> [u8; 20] {
    let (mut bits, mut count, mut bytes) = (0_u64, 0, Vec::new());
    for symbol in text.bytes().filter(u8::is_ascii_alphanumeric) {
        let value = if symbol.is_ascii_digit() {
            symbol - b'2' + 26
        } else {
            symbol - b'A'
        };
        bits = bits << 5 | u64::from(value);
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 255).unwrap());
        }
    }
    bytes.try_into().unwrap()
}

#[tokio::test]
async fn somebody_with_two_roles_acts_in_both_or_in_none_that_he_chose() {
    let world = World::new().await;
    let person = world.person().await;
    account(&world, "camille", vec![holder(person), doctor()]).await;
    let (mut browser, good) = (Browser::default(), code(&world));
    let answer = browser.sign_in(&world, "camille", PASSWORD, &good).await;
    assert_eq!(location(&answer), "/signin/role");
    // Until then, nothing that needs a role.
    assert_eq!(location(&browser.get(&world, "/").await), "/signin/role");
    let before = browser.cookies.clone();
    let page = browser.get(&world, "/signin/role").await;
    assert!(text(&page).contains("Camille Durand") && text(&page).contains("Dr Martin"));
    for wrong in ["", "2", "-1", "x"] {
        let answer = browser
            .fill(&world, ("/signin/role", "/signin/role"), &[("role", wrong)])
            .await;
        assert!(text(&answer).contains("Choose a role"), "{wrong}");
    }
    let answer = browser
        .fill(
            &world,
            ("/signin/role", "/signin/role?next=/account"),
            &[("role", "1")],
        )
        .await;
    assert_eq!(location(&answer), "/account");
    assert!(text(&browser.get(&world, "/").await).contains("health professional"));
    let mut old = Browser { cookies: before };
    let answer = old.get(&world, "/account").await;
    assert_eq!(
        location(&answer),
        "/signin?why=over&next=/account",
        "the cookie before is gone"
    );
    // And back: each change gives another cookie, and the idle time of the role.
    browser
        .fill(&world, ("/signin/role", "/signin/role"), &[("role", "0")])
        .await;
    world.wait(20 * MINUTE);
    assert!(text(&browser.get(&world, "/").await).contains("For myself"));
}

#[tokio::test]
async fn a_screen_left_open_changes_how_to_sign_in() {
    let world = World::new().await;
    account(&world, "camille", vec![doctor()]).await;
    let (mut browser, good) = (Browser::default(), code(&world));
    browser.sign_in(&world, "camille", PASSWORD, &good).await;
    let answer = browser.get(&world, "/account/password").await;
    assert_eq!(answer.status, StatusCode::OK, "just signed in");
    world.wait(5 * MINUTE + 1);
    for page in ["/account/password", "/account/passkey"] {
        let answer = browser.get(&world, page).await;
        assert_eq!(location(&answer), format!("/signin/again?next={page}"));
    }
    for action in [
        "/account/codes",
        "/account/passkey/remove",
        "/account/password",
        "/account/passkey",
    ] {
        let fields = [("id", "AAAA"), ("answer", "{}")];
        let answer = browser.fill(&world, ("/account", action), &fields).await;
        let asked = location(&answer).starts_with("/signin/again?next=/account");
        assert!(asked, "{action}");
    }
    // A wrong password leaves it at that.
    let again = "/signin/again?next=/account/password";
    let fresh = code(&world);
    let wrong = [("password", OTHER), ("code", fresh.as_str())];
    let answer = browser.fill(&world, (again, again), &wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = [("password", PASSWORD), ("code", fresh.as_str())];
    let answer = browser.fill(&world, (again, again), &right).await;
    assert_eq!(location(&answer), "/account/password");
    let answer = browser.get(&world, "/account/password").await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn a_changed_password_leaves_the_old_one_worth_something() {
    let world = World::new().await;
    account(&world, "camille", vec![doctor()]).await;
    let (mut browser, mut elsewhere) = (Browser::default(), Browser::default());
    let good = code(&world);
    elsewhere.sign_in(&world, "camille", PASSWORD, &good).await;
    world.wait(30_000);
    let good = code(&world);
    browser.sign_in(&world, "camille", PASSWORD, &good).await;
    let page = "/account/password";
    let secret = secrets(&browser.get(&world, page).await).remove(0);
    let totp = Totp::of(base32(&secret));
    let now = totp.code(world.record.now());
    let fields = [("password", OTHER), ("again", OTHER), ("code", &now)];
    let answer = browser.fill(&world, (page, page), &fields).await;
    assert!(text(&answer).contains("Your password is changed"));
    let codes = secrets(&answer);
    // Whoever was in by it is out, and nor does the old secret let anybody in.
    let answer = elsewhere.get(&world, "/account").await;
    assert_eq!(location(&answer), "/signin?why=over&next=/account");
    assert_eq!(browser.get(&world, "/account").await.status, StatusCode::OK);
    world.wait(MINUTE);
    let (old, new) = (code(&world), totp.code(world.record.now()));
    let mut other = Browser::default();
    for (password, code) in [(PASSWORD, &old), (PASSWORD, &new), (OTHER, &old)] {
        let answer = other.sign_in(&world, "camille", password, code).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let answer = other.sign_in(&world, "camille", OTHER, &new).await;
    assert_eq!(location(&answer), "/");
    // Without the application: a recovery code, once.
    let typed = codes[3].to_lowercase();
    let answer = other.sign_in(&world, "camille", OTHER, &typed).await;
    assert_eq!(location(&answer), "/");
    let answer = other.sign_in(&world, "camille", OTHER, &codes[3]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = text(&browser.get(&world, "/account").await);
    assert!(page.contains("Recovery codes left: 7"));
}

#[tokio::test]
async fn settings_and_sessions_of_somebody_else() {
    let world = World::new().await;
    account(&world, "camille", vec![doctor()]).await;
    account(&world, "other", vec![doctor()]).await;
    let (mut browser, mut second, mut other) =
        (Browser::default(), Browser::default(), Browser::default());
    let good = code(&world);
    browser.sign_in(&world, "camille", PASSWORD, &good).await;
    other.sign_in(&world, "other", PASSWORD, &good).await;
    world.wait(30_000);
    let good = code(&world);
    second.sign_in(&world, "camille", PASSWORD, &good).await;
    let fields = [("language", "fr"), ("email", "camille@example.org")];
    let answer = browser
        .fill(&world, ("/account", "/account/settings"), &fields)
        .await;
    assert_eq!(location(&answer), "/account?done=settings");
    let page = text(&browser.get(&world, "/account").await);
    assert!(page.contains("lang=\"fr\"") && page.contains("camille@example.org"));
    assert!(text(&other.get(&world, "/account").await).contains("lang=\"en\""));
    for wrong in ["camille", "a b@example.org", "@example.org", "a@b"] {
        let fields = [("language", "fr"), ("email", wrong)];
        let answer = browser
            .fill(&world, ("/account", "/account/settings"), &fields)
            .await;
        assert_eq!(location(&answer), "/account?done=email", "{wrong}");
    }
    // Another's session has a mark too; it ends by nobody else's hand.
    let page = text(&second.get(&world, "/account").await);
    let mark = page
        .split("name=\"mark\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    other
        .fill(
            &world,
            ("/account", "/account/sessions"),
            &[("mark", &mark)],
        )
        .await;
    assert_eq!(browser.get(&world, "/account").await.status, StatusCode::OK);
    second
        .fill(
            &world,
            ("/account", "/account/sessions"),
            &[("mark", &mark)],
        )
        .await;
    assert_eq!(
        browser.get(&world, "/account").await.status,
        StatusCode::SEE_OTHER
    );
    second
        .fill(&world, ("/account", "/account/sessions"), &[])
        .await;
    assert_eq!(second.get(&world, "/account").await.status, StatusCode::OK);
    assert_eq!(other.get(&world, "/account").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_account_that_speaks_for_whom_it_may_not() {
    let world = World::new().await;
    let person = world.person().await;
    let other = world.person().await;
    // What an operator may not hand in.
    let holder_of = |id: PersonId, own: PersonId| ActorRef {
        person: Some(own),
        ..actor(ActorKind::Holder, &id.to_string())
    };
    for (role, demo) in [
        (holder_of(person, other), None),
        (actor(ActorKind::SignIn, "sign-in"), None),
        (actor(ActorKind::Enrolment, "enrolment"), None),
        (actor(ActorKind::Software, "750100042"), None),
        (actor(ActorKind::Professional, ""), None),
        (
            ActorRef {
                person: Some(person),
                ..doctor()
            },
            None,
        ),
    ] {
        let wish = json!({ "login": "someone", "role": role, "demo": demo.unwrap_or(json!(null)) });
        let answer = world
            .ask(Method::POST, &world.operator(), "/accounts", wish)
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let wish = json!({ "login": "a b", "role": doctor() });
    assert_eq!(
        world
            .ask(Method::POST, &world.operator(), "/accounts", wish)
            .await
            .status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    // The sign-in speaks for those it signed in, and is believed at the door of records.
    let caller = world.accounts.caller(&holder(person)).unwrap();
    let answer = world.get(caller.assertion.text(), "/Patient").await;
    assert_eq!(answer.status, StatusCode::OK);
    let path = format!("/Patient?_id={other}&patient={other}");
    assert_eq!(
        world.get(caller.assertion.text(), &path).await.status,
        StatusCode::FORBIDDEN
    );
    assert!(
        world
            .accounts
            .caller(&actor(ActorKind::SignIn, "sign-in"))
            .is_err()
    );
    assert!(
        world
            .accounts
            .caller(&actor(ActorKind::Enrolment, "enrolment"))
            .is_err()
    );
}

#[tokio::test]
async fn an_account_of_another_provider_that_two_people_have() {
    let world = World::new().await;
    let one = account(&world, "one", vec![doctor()]).await;
    let two = account(&world, "two", vec![doctor()]).await;
    let id = |invitation: &Invitation| -> [u8; 16] {
        invitation.subject.bytes()[1..].try_into().unwrap()
    };
    let link = |issuer: &str, subject: &str| Link {
        issuer: issuer.to_owned(),
        subject: subject.to_owned(),
    };
    let given = link("https://id.example", "42");
    assert!(world.accounts.by_link(&given).await.unwrap().is_none());
    let kept = world
        .accounts
        .keep(id(&one), None, Change::Link(given.clone()))
        .await
        .unwrap();
    assert!(matches!(kept, Kept::Done(..)));
    let kept = world
        .accounts
        .keep(id(&two), None, Change::Link(given.clone()))
        .await
        .unwrap();
    assert!(matches!(kept, Kept::Refused), "{kept:?}");
    let found = world.accounts.by_link(&given).await.unwrap().unwrap();
    assert_eq!(found.login, "one");
    // Another provider's, and one that only looks the same when the two texts are put together.
    for other in [
        link("https://id.example", "4"),
        link("https://id.example4", "2"),
        link("", "https://id.example42"),
    ] {
        assert!(world.accounts.by_link(&other).await.unwrap().is_none());
    }
    let kept = world
        .accounts
        .keep(id(&one), None, Change::LinkGone(given.clone()))
        .await
        .unwrap();
    assert!(matches!(kept, Kept::Done(..)), "a password is left");
    assert!(world.accounts.by_link(&given).await.unwrap().is_none());
}
