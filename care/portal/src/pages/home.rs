//! `GET /`: where everybody begins. Whoever is signed in finds what he may do in his role; a professional is told
//! that he is seen (EHDS art. 9: the holder sees who opened what).

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use hygie_record::notice::ActorKind;
use hygie_web::{Language, Standing};

use super::TEXTS;
use super::part::{Block, Page};
use super::role::words;
use super::site::Site;
use super::visitor::{Asked, Elsewhere, Visitor};

/// What is linked from here.
struct Way {
    address: &'static str,
    /// The key of its name.
    name: &'static str,
    /// Whether somebody in this role finds it.
    finds: fn(ActorKind) -> bool,
}

const WAYS: &[Way] = &[
    Way {
        address: "/authorisations",
        name: "nav-authorisations",
        finds: |kind| matches!(kind, ActorKind::Holder | ActorKind::Representative),
    },
    Way {
        address: "/trail",
        name: "nav-trail",
        finds: |kind| matches!(kind, ActorKind::Holder | ActorKind::Representative),
    },
    Way {
        address: "/see-as",
        name: "nav-see-as",
        finds: |kind| {
            matches!(
                kind,
                ActorKind::Holder | ActorKind::Representative | ActorKind::Support
            )
        },
    },
    Way {
        address: "/alarms",
        name: "nav-alarms",
        finds: |kind| kind == ActorKind::Operator,
    },
    Way {
        address: "/account",
        name: "nav-account",
        finds: |_| true,
    },
];

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    visitor: Result<Visitor, Elsewhere>,
) -> Response {
    match visitor {
        Ok(visitor) => {
            let mut page = Page::of(visitor.language, "home-title", "/");
            page.session = Some(&visitor.session);
            page.show(signed(&visitor))
        }
        // Somebody who has not chosen a role is asked for it; a stranger is told what this is.
        Err(elsewhere) => match site.sessions.look(&headers, site.now()) {
            Standing::In(_) => elsewhere.into_response(),
            Standing::Over(_) | Standing::Out => {
                let language = Language::choose(asked.lang.as_deref(), &headers);
                Page::of(language, "home-title", "/").show(stranger(language))
            }
        },
    }
}

fn signed(visitor: &Visitor) -> Vec<Block> {
    let say = |key: &str| visitor.say(key);
    let kind = visitor.role.kind;
    let mut blocks = vec![Block::Text(words(visitor.language, &visitor.role))];
    if kind == ActorKind::Professional {
        blocks.push(Block::Note(say("home-seen")));
    }
    let found = WAYS.iter().filter(|way| (way.finds)(kind));
    let mut shown: Vec<(String, String)> = found
        .map(|way| (way.address.to_owned(), say(way.name)))
        .collect();
    if visitor.session.payload.several {
        shown.push(("/signin/role".to_owned(), say("home-role")));
    }
    blocks.push(Block::Links(shown));
    blocks
}

fn stranger(language: Language) -> Vec<Block> {
    let say = |key: &str| TEXTS.say(language, key);
    let with = |to: &str| format!("{to}?lang={}", language.code());
    vec![
        Block::Text(say("home-lead")),
        Block::Button(with("/signin"), say("home-signin")),
        Block::Links(vec![(with("/opposition"), say("home-oppose"))]),
    ]
}
