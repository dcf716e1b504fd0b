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
        address: "/space",
        name: "nav-space",
        finds: |kind| matches!(kind, ActorKind::Holder | ActorKind::Representative),
    },
    Way {
        address: "/authorisations",
        name: "nav-authorisations",
        finds: |kind| matches!(kind, ActorKind::Holder | ActorKind::Representative),
    },
    Way {
        address: "/oppositions",
        name: "nav-oppositions",
        finds: |kind| matches!(kind, ActorKind::Holder | ActorKind::Representative),
    },
    Way {
        address: "/trail",
        name: "nav-trail",
        finds: |kind| matches!(kind, ActorKind::Holder | ActorKind::Representative),
    },
    Way {
        address: "/rights",
        name: "nav-rights",
        finds: |kind| matches!(kind, ActorKind::Holder | ActorKind::Representative),
    },
    Way {
        address: "/corrections",
        name: "nav-corrections",
        finds: |kind| kind == ActorKind::Professional,
    },
    Way {
        address: "/desk",
        name: "nav-desk",
        finds: |kind| kind == ActorKind::Officer,
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
        address: "/agent",
        name: "nav-agent",
        finds: |kind| kind == ActorKind::Support,
    },
    Way {
        address: "/agent/reviews",
        name: "nav-agent-reviews",
        finds: |kind| kind == ActorKind::Support,
    },
    Way {
        address: "/agent/identity",
        name: "nav-vouch",
        finds: |kind| kind == ActorKind::Support,
    },
    Way {
        address: super::close::ADDRESS,
        name: "nav-close",
        finds: |kind| matches!(kind, ActorKind::Holder | ActorKind::Representative),
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
            let waiting = waiting(&site, &visitor).await;
            let mut page = Page::of(visitor.language, "home-title", "/");
            page.session = Some(&visitor.session);
            page.show(signed(&visitor, waiting))
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

/// Whether a professional has corrections to make, or to know of. The page is shown without them where they can't be read.
async fn waiting(site: &Site, visitor: &Visitor) -> bool {
    if visitor.role.kind != ActorKind::Professional {
        return false;
    }
    match site.enrolment.corrections(&visitor.role).await {
        Ok(found) => !found.is_empty(),
        Err(error) => {
            tracing::warn!(%error, "corrections could not be looked up");
            false
        }
    }
}

fn signed(visitor: &Visitor, waiting: bool) -> Vec<Block> {
    let say = |key: &str| visitor.say(key);
    let kind = visitor.role.kind;
    let mut blocks = vec![Block::Text(words(visitor.language, &visitor.role))];
    if kind == ActorKind::Professional {
        blocks.push(Block::Note(say("home-seen")));
    }
    if waiting {
        blocks.push(Block::Note(say("home-corrections")));
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
        Block::Links(vec![
            (with("/activation"), say("home-activate")),
            (with("/opposition"), say("home-oppose")),
        ]),
    ]
}
