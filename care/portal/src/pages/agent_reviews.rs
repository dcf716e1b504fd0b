//! `GET /agent/reviews`, and the forms below it: a second agent calls somebody back about what another recorded for him
//! by telephone, and says what he found. What is not confirmed rings at the operator's; it is not undone here.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use hygie_enrolment::{Found, Review};
use hygie_record::Error;
use serde::Deserialize;

use super::TEXTS;
use super::agent::{born, is_agent, sorry, spaced};
use super::moments::day;
use super::part::{Block, Choices, Form, Page};
use super::site::Site;
use super::visitor::{Came, PostedBy, Visitor, go};

/// Where it is.
const ADDRESS: &str = "/agent/reviews";
/// How many are shown: the oldest.
const SHOWN: usize = 20;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Chosen {
    number: String,
    found: String,
}

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Query(came): Query<Came>,
    visitor: Visitor,
) -> Response {
    let reviews = async {
        is_agent(&visitor)?;
        site.enrolment.reviews(&visitor.caller(&site)?).await
    };
    let reviews = match reviews.await {
        Ok(reviews) => reviews,
        Err(error) => return sorry(&visitor, &error),
    };
    let say = |key: &str| visitor.say(key);
    let mut blocks = Vec::new();
    if matches!(came.done.as_str(), "found" | "over") {
        blocks.push(Block::Note(say(&format!("agent-review-{}", came.done))));
    }
    blocks.push(Block::Text(say("agent-reviews-lead")));
    if reviews.is_empty() {
        blocks.push(Block::Text(say("agent-reviews-none")));
    }
    blocks.extend(
        reviews
            .iter()
            .take(SHOWN)
            .map(|review| row(&visitor, review)),
    );
    blocks.push(Block::Links(vec![("/agent".to_owned(), say("nav-agent"))]));
    visitor.page(("agent-reviews-title", ADDRESS), Ok(blocks))
}

/// What was said, when.
fn about(visitor: &Visitor, review: &Review) -> String {
    let day = day(visitor.language, &visitor.zone, review.at);
    let key = match review.opposes {
        true => "agent-review-no",
        false => "agent-review-yes",
    };
    TEXTS.say_with(visitor.language, key, &[("day", &day)])
}

fn row(visitor: &Visitor, review: &Review) -> Block {
    let receipt = [("number", review.receipt.as_str())];
    let name = TEXTS.say_with(visitor.language, "agent-review-receipt", &receipt);
    let tries = review.tries.to_string();
    let mut details = vec![about(visitor, review)];
    if review.tries > 0 {
        let said = [("tries", tries.as_str())];
        details.push(TEXTS.say_with(visitor.language, "agent-review-tries", &said));
    }
    Block::Row {
        name,
        details,
        form: Some(Form {
            action: "/agent/reviews/take".to_owned(),
            token: visitor.session.token.clone(),
            hidden: vec![("number", review.number.to_string())],
            button: visitor.say("agent-review-take"),
            spoken: TEXTS.say_with(visitor.language, "agent-review-take-named", &receipt),
            quiet: true,
            ..Form::default()
        }),
    }
}

/// Shows whom to call.
pub(super) async fn take(State(site): State<Arc<Site>>, sent: PostedBy<Chosen>) -> Response {
    let (visitor, chosen) = (sent.visitor, sent.form);
    let taken = async {
        is_agent(&visitor)?;
        let Ok(number) = chosen.number.parse() else {
            return Ok(None);
        };
        let caller = visitor.caller(&site)?;
        site.enrolment.take_review(&caller, number).await
    };
    let whom = match taken.await {
        Ok(Some(whom)) => whom,
        Ok(None) => return go("/agent/reviews?done=over"),
        Err(error) => return sorry(&visitor, &error),
    };
    let say = |key: &str| visitor.say(key);
    let words = ["confirmed", "not-confirmed", "not-reached"];
    let options = words.into_iter().map(|word| {
        let label = say(&format!("agent-found-{word}"));
        (word.to_owned(), label, false)
    });
    let asked = [("name", whom.name.as_str())];
    let blocks = vec![
        Block::Secret {
            label: say("agent-number"),
            text: spaced(&whom.phone),
        },
        Block::Text(TEXTS.say_with(visitor.language, "agent-review-ask", &asked)),
        Block::Text(born(&visitor, &whom.birth)),
        Block::Text(about(&visitor, &whom.review)),
        Block::Form(Form {
            action: "/agent/reviews/found".to_owned(),
            token: visitor.session.token.clone(),
            hidden: vec![("number", whom.review.number.to_string())],
            choices: Some(Choices {
                name: "found",
                legend: say("agent-found"),
                options: options.collect(),
            }),
            button: say("agent-found-send"),
            ..Form::default()
        }),
        Block::Text(say("agent-found-not-undone")),
        Block::Links(vec![(ADDRESS.to_owned(), say("nav-agent-reviews"))]),
    ];
    let mut page = Page::of(visitor.language, "agent-review-title", "");
    page.session = Some(&visitor.session);
    page.show(blocks)
}

/// Says what was found.
pub(super) async fn found(State(site): State<Arc<Site>>, sent: PostedBy<Chosen>) -> Response {
    let (visitor, chosen) = (sent.visitor, sent.form);
    let found = match chosen.found.as_str() {
        "confirmed" => Some(Found::Confirmed),
        "not-confirmed" => Some(Found::NotConfirmed),
        "not-reached" => Some(Found::NotReached),
        _ => None,
    };
    let said = async {
        is_agent(&visitor)?;
        let (Ok(number), Some(found)) = (chosen.number.parse(), found) else {
            return Ok::<_, Error>(false);
        };
        let caller = visitor.caller(&site)?;
        site.enrolment.found(&caller, number, found).await
    };
    match said.await {
        Ok(true) => go("/agent/reviews?done=found"),
        Ok(false) => go("/agent/reviews?done=over"),
        Err(error) => sorry(&visitor, &error),
    }
}
