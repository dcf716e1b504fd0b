//! The desk of rights over HTTP: its person's pages, the officer's, and the operator's socket.
//!
//! Dangers: somebody who sees another's case; an officer who sees a record, or somebody else who sees the desk; an answer
//! that names no way to complain; words that a page shows as markup; an operator who reads what was written, or ends a
//! record that nobody granted to end; a restriction that others read through, or that ends by itself or untold; a correction that
//! somebody else is asked for, or that those who had read never hear of.

use http::{Method, StatusCode};
use hygie_notice::{ActorKind, PersonId};
use serde_json::{Value, json};

use crate::accounts::{Browser, PASSWORD, account, code, doctor, holder, location, text};
use crate::world::{World, actor, observation};

const WORDS: &str = "<b>mon-secret</b> & more";

/// Somebody's browser, signed in, in English.
async fn signed(world: &World, login: &str, role: hygie_notice::ActorRef) -> Browser {
    account(world, login, vec![role]).await;
    let mut browser = Browser::default();
    world.wait(30_000);
    let good = code(world);
    let answer = browser.sign_in(world, login, PASSWORD, &good).await;
    assert_eq!(location(&answer), "/");
    browser
}

async fn page(browser: &mut Browser, world: &World, path: &str) -> String {
    let answer = browser.get(world, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", text(&answer));
    text(&answer)
}

async fn asks(browser: &mut Browser, world: &World, kind: &str) -> String {
    let form = format!("/rights/new?kind={kind}");
    let fields = [("kind", kind), ("text", WORDS)];
    let answer = browser.fill(world, (&form, "/rights/new"), &fields).await;
    let to = location(&answer).to_owned();
    let number = to.strip_prefix("/rights/case?number=").unwrap();
    number.strip_suffix("&done=filed").unwrap().to_owned()
}

async fn does(browser: &mut Browser, world: &World, number: &str, moved: &str) -> String {
    let case = format!("/desk/case?number={number}");
    let fields = [("number", number), ("move", moved), ("text", "les raisons")];
    let answer = browser.fill(world, (&case, "/desk/case"), &fields).await;
    match answer.status {
        StatusCode::SEE_OTHER => location(&answer).to_owned(),
        _ => text(&answer),
    }
}

async fn at_the_desk(world: &World, path: &str, content: Value) -> (StatusCode, Value) {
    let operator = world.operator();
    let answer = world.ask(Method::POST, &operator, path, content).await;
    (answer.status, answer.json())
}

async fn observed(world: &World) -> PersonId {
    let person = world.person().await;
    let content = observation(person, "the-pulse");
    let answer = world.post(&world.doctor(), "/Observation", &content).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    person
}

#[tokio::test]
async fn a_case_that_somebody_else_sees() {
    let world = World::new().await;
    let (one, other) = (observed(&world).await, observed(&world).await);
    let mut camille = signed(&world, "camille", holder(one)).await;
    let mut zoe = signed(&world, "zoe", holder(other)).await;
    let mut dpo = signed(&world, "dpo", actor(ActorKind::Officer, "dpo")).await;
    let mut martin = signed(&world, "martin", doctor()).await;
    for (browser, there) in [(&mut camille, "/rights"), (&mut dpo, "/desk")] {
        let home = page(browser, &world, "/").await;
        assert!(home.contains(&format!("href=\"{there}\"")), "{home}");
    }
    let lead = page(
        &mut camille,
        &world,
        "/rights/new?kind=rectification&lang=fr",
    )
    .await;
    assert!(lead.contains("article 16") && lead.contains("<textarea"));
    let number = asks(&mut camille, &world, "access").await;
    let case = format!("/rights/case?number={number}");
    let shown = page(&mut camille, &world, &case).await;
    assert!(shown.contains("mon-secret") && !shown.contains("<b>mon-secret"));
    assert!(
        page(&mut camille, &world, "/rights")
            .await
            .contains(&number)
    );
    // Nobody else's pages show it, nor take it back.
    assert!(!page(&mut zoe, &world, "/rights").await.contains(&number));
    let own = [
        "/rights",
        &case,
        "/trail",
        "/authorisations",
        "/rights/information",
        "/rights/copy",
    ];
    for (browser, paths) in [
        (&mut zoe, &[case.as_str(), "/desk"][..]),
        (&mut martin, &["/rights", "/desk", &case]),
        (&mut dpo, &own),
    ] {
        for path in paths {
            let answer = browser.get(&world, path).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
            assert!(!text(&answer).contains("mon-secret"));
        }
    }
    let fields = [("number", number.as_str())];
    let answer = zoe
        .fill(
            &world,
            ("/rights/new?kind=access", "/rights/withdraw"),
            &fields,
        )
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let fields = [
        ("number", number.as_str()),
        ("move", "refuse"),
        ("text", "x"),
    ];
    for browser in [&mut zoe, &mut camille] {
        let there = ("/rights/new?kind=access", "/desk/case");
        let answer = browser.fill(&world, there, &fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    nothing_of_the_record(&mut dpo, &world, &number).await;
}

/// The officer sees the case, and nothing of the record.
async fn nothing_of_the_record(dpo: &mut Browser, world: &World, number: &str) {
    assert!(page(dpo, world, "/desk").await.contains(number));
    let seen = page(dpo, world, &format!("/desk/case?number={number}")).await;
    assert!(seen.contains("mon-secret") && !seen.contains("the-pulse"));
    assert!(!seen.contains("<b>mon-secret"));
}

#[tokio::test]
async fn an_answer_that_names_no_way_to_complain() {
    let world = World::new().await;
    let person = observed(&world).await;
    let mut camille = signed(&world, "camille", holder(person)).await;
    let number = asks(&mut camille, &world, "objection").await;
    let mut dpo = signed(&world, "dpo", actor(ActorKind::Officer, "dpo")).await;
    let to = does(&mut dpo, &world, &number, "take").await;
    assert_eq!(to, format!("/desk/case?number={number}"));
    assert!(
        page(&mut dpo, &world, "/desk")
            .await
            .contains("looked after by dpo")
    );
    assert!(
        does(&mut dpo, &world, &number, "grant")
            .await
            .contains("does not carry out")
    );
    assert_eq!(
        does(&mut dpo, &world, &number, "extend").await,
        "/desk?done=moved"
    );
    let case = format!("/rights/case?number={number}");
    let shown = page(&mut camille, &world, &case).await;
    // 21 September 2026: three months later it is a Monday.
    for words in ["21 December 2026", "Two months more", "les raisons"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(!shown.contains("CNIL"));
    assert_eq!(
        does(&mut dpo, &world, &number, "refuse").await,
        "/desk?done=moved"
    );
    assert_eq!(
        does_again(&mut dpo, &world, &number).await,
        "/desk?done=over"
    );
    let shown = page(&mut camille, &world, &case).await;
    assert!(
        shown.contains("CNIL")
            && shown.contains("court")
            && !shown.contains("Take my request back")
    );
    // What is there at once: all that is kept, and who read it.
    let told = page(&mut camille, &world, "/rights/information").await;
    assert!(told.contains("Nobody but you has read"), "{told}");
    world.authorise(person).await;
    let search = format!("/Observation?patient={person}");
    world.get(&world.doctor(), &search).await;
    let told = page(&mut camille, &world, "/rights/information").await;
    assert!(
        told.contains("10101010101") && told.contains("Once, on "),
        "{told}"
    );
    let copy = camille.get(&world, "/rights/copy").await;
    assert_eq!(copy.json()["type"], "collection");
    assert!(text(&copy).contains("the-pulse"));
    world.wait(6 * 60_000);
    let late = camille.get(&world, "/rights/copy").await;
    assert_eq!(location(&late), "/signin/again?next=/rights/copy");
}

/// A second press on the same button, of a page that was shown before.
async fn does_again(browser: &mut Browser, world: &World, number: &str) -> String {
    let fields = [("number", number), ("move", "answer"), ("text", "x")];
    let answer = browser.fill(world, ("/desk", "/desk/case"), &fields).await;
    location(&answer).to_owned()
}

#[tokio::test]
async fn a_record_that_ends_without_the_officer() {
    let world = World::new().await;
    let person = observed(&world).await;
    let mut camille = signed(&world, "camille", holder(person)).await;
    let number = asks(&mut camille, &world, "erasure").await;
    let mut dpo = signed(&world, "dpo", actor(ActorKind::Officer, "dpo")).await;
    let wish = json!({ "number": number, "years": 1 });
    let (status, _) = at_the_desk(&world, "/desk/carry-out", wish.clone()).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(
        does(&mut dpo, &world, &number, "answer")
            .await
            .contains("Grant it first")
    );
    assert_eq!(
        does(&mut dpo, &world, &number, "grant").await,
        "/desk?done=moved"
    );
    let (status, listed) = at_the_desk(&world, "/desk", json!({})).await;
    assert_eq!(status, StatusCode::OK);
    let case = &listed["cases"][0];
    assert_eq!(
        (&case["number"], &case["state"], &case["officer"]),
        (&json!(number), &json!("granted"), &json!("dpo"))
    );
    assert!(!listed.to_string().contains("mon-secret"));
    // Nobody has custody in this home: it is said, and the case waits.
    let (status, _) = at_the_desk(&world, "/desk/carry-out", wish).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let shown = page(&mut camille, &world, "/rights").await;
    assert!(shown.contains("granted, to be carried out"));
    // A case of somebody who came in person, and one that names nobody.
    let came = json!({ "kind": "access", "text": "x", "contact": "Zoé", "checked": "passport" });
    let (status, filed) = at_the_desk(&world, "/desk/file", came).await;
    assert_eq!((status, &filed["by"]), (StatusCode::OK, &json!("operator")));
    let number = filed["number"].as_str().unwrap();
    let seen = page(&mut dpo, &world, &format!("/desk/case?number={number}")).await;
    assert!(seen.contains("Identity checked: passport") && seen.contains("Zoé"));
    for wrong in [
        json!({ "kind": "access", "text": "x", "contact": "", "checked": "passport" }),
        json!({ "kind": "access", "text": "x", "contact": "Zoé", "checked": " " }),
        json!({ "kind": "everything", "text": "x", "contact": "Zoé", "checked": "passport" }),
    ] {
        let (status, _) = at_the_desk(&world, "/desk/file", wrong).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn a_restriction_that_somebody_reads_through() {
    let world = World::new().await;
    let person = observed(&world).await;
    world.authorise(person).await;
    let search = format!("/Observation?patient={person}");
    let reads = async || world.get(&world.doctor(), &search).await.status;
    assert_eq!(reads().await, StatusCode::OK);
    let mut camille = signed(&world, "camille", holder(person)).await;
    let number = asks(&mut camille, &world, "restriction").await;
    // At once: kept, and read by nobody but himself.
    assert_eq!(reads().await, StatusCode::FORBIDDEN);
    let content = observation(person, "more");
    let kept = world.post(&world.doctor(), "/Observation", &content).await;
    assert_eq!(kept.status, StatusCode::CREATED);
    let own = world.get(&world.holder(person), &search).await;
    assert_eq!(own.status, StatusCode::OK);
    let told = page(&mut camille, &world, "/trail?only=refusals").await;
    assert!(told.contains("the record is restricted"), "{told}");
    // In an emergency all the same.
    let reason = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "reason", "valueCode": "unconscious" },
    ] });
    let path = format!("/Patient/{person}/$break-glass");
    let broken = world.post(&world.doctor(), &path, &reason).await;
    assert_eq!(broken.status, StatusCode::OK);
    assert_eq!(reads().await, StatusCode::OK);
    world.wait(61 * 60_000);
    assert_eq!(reads().await, StatusCode::FORBIDDEN);
    // Answered, it holds as long as he wants it.
    let mut dpo = signed(&world, "dpo", actor(ActorKind::Officer, "dpo")).await;
    assert_eq!(
        does(&mut dpo, &world, &number, "answer").await,
        "/desk?done=moved"
    );
    assert_eq!(reads().await, StatusCode::FORBIDDEN);
    assert!(page(&mut dpo, &world, "/desk").await.contains(&number));
    let mut camille = again(&world, "camille").await;
    let case = format!("/rights/case?number={number}");
    let fields = [("number", number.as_str())];
    let there = (case.as_str(), "/rights/lift");
    assert_eq!(location(&camille.fill(&world, there, &fields).await), case);
    assert_eq!(reads().await, StatusCode::OK);
    assert!(!page(&mut dpo, &world, "/desk").await.contains(&number));
    // Taken back before it was answered, it ends at once.
    let number = asks(&mut camille, &world, "restriction").await;
    assert_eq!(reads().await, StatusCode::FORBIDDEN);
    let fields = [("number", number.as_str())];
    let there = ("/rights/new?kind=access", "/rights/withdraw");
    assert_eq!(
        location(&camille.fill(&world, there, &fields).await),
        "/rights?done=withdrawn"
    );
    assert_eq!(reads().await, StatusCode::OK);
}

#[tokio::test]
async fn a_restriction_that_ends_before_its_person_was_told() {
    let world = World::new().await;
    let person = observed(&world).await;
    world.authorise(person).await;
    let search = format!("/Observation?patient={person}");
    let reads = async || world.get(&world.doctor(), &search).await.status;
    let mut camille = signed(&world, "camille", holder(person)).await;
    let number = asks(&mut camille, &world, "restriction").await;
    let mut dpo = signed(&world, "dpo", actor(ActorKind::Officer, "dpo")).await;
    let early = does(&mut dpo, &world, &number, "lift").await;
    assert!(early.contains("Answer or refuse the case first"), "{early}");
    does(&mut dpo, &world, &number, "answer").await;
    let case = format!("/desk/case?number={number}");
    let shown = page(&mut dpo, &world, &case).await;
    assert!(shown.contains("value=\"lift\"") && shown.contains("<textarea"));
    assert!(shown.contains("nobody but the person reads"), "{shown}");
    // Without a reason it does not end, and nobody but the officer ends it so.
    let fields = [("number", number.as_str()), ("move", "lift"), ("text", "")];
    let silent = dpo.fill(&world, (&case, "/desk/case"), &fields).await;
    assert!(text(&silent).contains("Write what the person will read"));
    let fields = [("number", number.as_str()), ("move", "lift"), ("text", "x")];
    let own = format!("/rights/case?number={number}");
    let not_his = camille.fill(&world, (&own, "/desk/case"), &fields).await;
    assert_ne!(not_his.status, StatusCode::SEE_OTHER);
    let moved = does(&mut dpo, &world, &number, "lift").await;
    assert_eq!(moved, "/desk?done=moved");
    // Both see until when it holds, and he why; it is not ended twice.
    for (browser, path) in [(&mut camille, own.as_str()), (&mut dpo, case.as_str())] {
        let shown = page(browser, &world, path).await;
        assert!(shown.contains("this ends on"), "{shown}");
        assert!(shown.contains("The restriction will end") && shown.contains("les raisons"));
        assert!(!shown.contains("value=\"lift\""));
    }
    let shown = page(&mut camille, &world, &own).await;
    assert!(shown.contains("Until that day it holds") && shown.contains("CNIL"));
    assert!(shown.contains("action=\"/rights/lift\""));
    assert_eq!(reads().await, StatusCode::FORBIDDEN);
    world.wait(7 * 24 * 3_600_000 - 1);
    assert_eq!(reads().await, StatusCode::FORBIDDEN);
    world.wait(1);
    assert_eq!(reads().await, StatusCode::OK);
}

/// The browser of somebody who has an account, signed in anew.
async fn again(world: &World, login: &str) -> Browser {
    let mut browser = Browser::default();
    world.wait(30_000);
    let good = code(world);
    let answer = browser.sign_in(world, login, PASSWORD, &good).await;
    assert_eq!(location(&answer), "/");
    browser
}

/// Somebody reads a record in an emergency.
async fn reads_in_an_emergency(world: &World, person: PersonId, number: &str) {
    let reader = world.token(actor(ActorKind::Professional, number));
    let reason = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "reason", "valueCode": "unconscious" },
    ] });
    let path = format!("/Patient/{person}/$break-glass");
    let broken = world.post(&reader, &path, &reason).await;
    assert_eq!(broken.status, StatusCode::OK);
    let search = format!("/Observation?patient={person}");
    assert_eq!(world.get(&reader, &search).await.status, StatusCode::OK);
}

/// Says that an item is wrong, and gives the address of the case.
async fn says_wrong(browser: &mut Browser, world: &World, item: &str) -> String {
    let form = "/rights/new?kind=rectification";
    let shown = page(browser, world, form).await;
    assert!(
        shown.contains(item) && shown.contains("the-pulse"),
        "{shown}"
    );
    let fields = [
        ("kind", "rectification"),
        ("text", "not mine"),
        ("item", item),
    ];
    let sent = browser.fill(world, (form, "/rights/new"), &fields).await;
    location(&sent).replace("&done=filed", "")
}

async fn replies(browser: &mut Browser, world: &World, fields: &[(&str, &str)]) -> String {
    let there = ("/corrections", "/corrections");
    let answer = browser.fill(world, there, fields).await;
    match answer.status {
        StatusCode::SEE_OTHER => location(&answer).to_owned(),
        status => status.to_string(),
    }
}

const READER: &str = "10101010200";
const WAITS: &str = "asks that an item";

#[tokio::test]
async fn a_correction_that_those_who_had_read_never_hear_of() {
    let world = World::new().await;
    let person = world.person().await;
    let item = format!("Observation/{}", world.observe(person, "the-pulse").await);
    reads_in_an_emergency(&world, person, READER).await;
    let mut camille = signed(&world, "camille", holder(person)).await;
    let to = says_wrong(&mut camille, &world, &item).await;
    let number = to.replace("/rights/case?number=", "");
    // Its author finds it, and nobody else.
    let mut martin = signed(&world, "martin", doctor()).await;
    let mut other = signed(&world, "other", actor(ActorKind::Professional, READER)).await;
    assert!(page(&mut martin, &world, "/").await.contains(WAITS));
    let asked = page(&mut martin, &world, "/corrections").await;
    assert!(asked.contains("not mine") && asked.contains(&item));
    assert!(!page(&mut other, &world, "/").await.contains(WAITS));
    assert!(
        !page(&mut other, &world, "/corrections")
            .await
            .contains(&item)
    );
    let fields = |reply, text| {
        [
            ("number", number.as_str()),
            ("reply", reply),
            ("text", text),
        ]
    };
    let done = fields("corrected", "done");
    assert_eq!(replies(&mut other, &world, &done).await, "403 Forbidden");
    let to_reasons = replies(&mut martin, &world, &fields("declined", " ")).await;
    assert_eq!(to_reasons, "/corrections?done=reasons");
    let to_replied = replies(&mut martin, &world, &done).await;
    assert_eq!(to_replied, "/corrections?done=replied");
    assert!(
        !page(&mut martin, &world, "/corrections")
            .await
            .contains(&item)
    );
    // Who had read is shown to the person alone, and told by him.
    let seen = page(&mut camille, &world, &to).await;
    assert!(
        seen.contains(READER) && seen.contains("Corrected"),
        "{seen}"
    );
    let sent = [("number", number.as_str())];
    let answer = camille.fill(&world, (&to, "/rights/tell"), &sent).await;
    assert_eq!(location(&answer), to);
    assert!(
        page(&mut camille, &world, &to)
            .await
            .contains("They are told.")
    );
    assert!(page(&mut other, &world, "/").await.contains(WAITS));
    let told = page(&mut other, &world, "/corrections").await;
    assert!(told.contains(&item) && !told.contains("not mine"), "{told}");
    let mut dpo = signed(&world, "dpo", actor(ActorKind::Officer, "dpo")).await;
    let seen = page(&mut dpo, &world, &format!("/desk/case?number={number}")).await;
    assert!(seen.contains("done") && !seen.contains(READER), "{seen}");
    for browser in [&mut camille, &mut dpo] {
        let answer = browser.get(&world, "/corrections").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
}
