//! The pages that people see: one stylesheet, no script but that of passkeys, and no cookie but those by which
//! somebody is signed in. A page that is for somebody takes a [`visitor::Visitor`].

mod account;
mod activation;
mod activation_code;
mod again;
mod agent;
mod agent_identity;
mod agent_reviews;
mod alarms;
mod authorisations;
mod child;
mod close;
mod consents;
mod corrections;
mod desk;
mod document;
mod enrol;
mod filled;
mod grant;
mod held;

mod home;
mod identity;
mod letters;
mod mandate;
mod moments;
mod named;
mod names;
mod new_code;
mod opposition;
pub(crate) use opposition::name as field_name;
mod oppositions;
mod part;
mod passkey;
mod password;
mod provider;
mod qr;
mod refuse;
mod relent;
mod rights;
mod rights_case;
mod rights_information;
mod rights_item;
mod role;
mod see_as;
mod shown;
mod signin;
mod signin_passkey;
mod signout;
mod site;
mod space;
mod trail;
mod until;
mod visitor;
mod words;

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::middleware;
use axum::routing::on;
use hygie_web::{Language, SCRIPT, STYLE, Texts, guard, script, stylesheet};

use crate::routes::{Route, route, routed};

pub(crate) use site::origin;
pub use site::{PageSettings, Site};

const FRENCH: &str = concat!(
    include_str!("../texts/fr.ftl"),
    include_str!("../texts/fr/sign_in.ftl"),
    include_str!("../texts/fr/rights.ftl"),
    include_str!("../texts/fr/oppositions.ftl"),
    include_str!("../texts/fr/activation.ftl"),
    include_str!("../texts/fr/agent.ftl"),
    include_str!("../texts/fr/close.ftl"),
    include_str!("../texts/fr/desk.ftl"),
);
const ENGLISH: &str = concat!(
    include_str!("../texts/en.ftl"),
    include_str!("../texts/en/sign_in.ftl"),
    include_str!("../texts/en/rights.ftl"),
    include_str!("../texts/en/oppositions.ftl"),
    include_str!("../texts/en/activation.ftl"),
    include_str!("../texts/en/agent.ftl"),
    include_str!("../texts/en/close.ftl"),
    include_str!("../texts/en/desk.ftl"),
);
const EASY: &str = include_str!("../texts/fr-simple.ftl");

/// The words of all pages.
static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::read(FRENCH, ENGLISH, EASY));

/// Every address of the pages.
pub const PAGE_ROUTES: &[Route<Site>] = &[
    route("GET", "/", |method| on(method, home::show)),
    route("GET", "/signin", |method| on(method, signin::show)),
    route("POST", "/signin", |method| on(method, signin::send)),
    route("GET", "/signin/passkey", |method| {
        on(method, signin_passkey::show)
    }),
    route("POST", "/signin/passkey", |method| {
        on(method, signin_passkey::send)
    }),
    route("GET", "/signin/oidc/{provider}", |method| {
        on(method, provider::begin)
    }),
    route("GET", "/signin/oidc/{provider}/callback", |method| {
        on(method, provider::finish)
    }),
    route("GET", "/signin/oidc/{provider}/keys", |method| {
        on(method, provider::keys)
    }),
    route("GET", "/signin/enrol", |method| on(method, enrol::show)),
    route("POST", "/signin/enrol/password", |method| {
        on(method, enrol::password)
    }),
    route("POST", "/signin/enrol/passkey", |method| {
        on(method, enrol::passkey)
    }),
    route("GET", "/signin/role", |method| on(method, role::show)),
    route("POST", "/signin/role", |method| on(method, role::send)),
    route("GET", "/signin/again", |method| on(method, again::show)),
    route("POST", "/signin/again", |method| on(method, again::send)),
    route("POST", "/signin/again/passkey", |method| {
        on(method, again::passkey)
    }),
    route("POST", "/signout", |method| on(method, signout::send)),
    route("GET", "/account", |method| on(method, account::show)),
    route("POST", "/account/settings", |method| {
        on(method, account::settings)
    }),
    route("POST", "/account/sessions", |method| {
        on(method, account::sessions)
    }),
    route("POST", "/account/codes", |method| {
        on(method, account::codes)
    }),
    route("GET", "/account/password", |method| {
        on(method, password::show)
    }),
    route("POST", "/account/password", |method| {
        on(method, password::send)
    }),
    route("GET", "/account/passkey", |method| {
        on(method, passkey::show)
    }),
    route("POST", "/account/passkey", |method| {
        on(method, passkey::send)
    }),
    route("POST", "/account/passkey/remove", |method| {
        on(method, passkey::remove)
    }),
    route("GET", "/trail", |method| on(method, trail::show)),
    route("GET", "/trail/proof", |method| on(method, trail::proof)),
    route("GET", "/authorisations", |method| {
        on(method, authorisations::show)
    }),
    route("GET", "/authorisations/new", |method| {
        on(method, grant::show)
    }),
    route("POST", "/authorisations/new", |method| {
        on(method, grant::send)
    }),
    route("GET", "/authorisations/document", |method| {
        on(method, document::show)
    }),
    route("POST", "/authorisations/document", |method| {
        on(method, document::send)
    }),
    route("GET", "/authorisations/helper", |method| {
        on(method, mandate::show)
    }),
    route("POST", "/authorisations/helper", |method| {
        on(method, mandate::send)
    }),
    route("POST", "/authorisations/helper/end", |method| {
        on(method, mandate::end)
    }),
    route("GET", "/authorisations/letters", |method| {
        on(method, letters::show)
    }),
    route("POST", "/authorisations/letters", |method| {
        on(method, letters::send)
    }),
    route("POST", "/authorisations/take-back", |method| {
        on(method, authorisations::take_back)
    }),
    route("POST", "/authorisations/wishes", |method| {
        on(method, authorisations::wish)
    }),
    route("GET", "/oppositions", |method| {
        on(method, oppositions::show)
    }),
    route("POST", "/oppositions/take-back", |method| {
        on(method, oppositions::take_back)
    }),
    route("GET", "/oppositions/new", |method| on(method, refuse::show)),
    route("POST", "/oppositions/new", |method| {
        on(method, refuse::send)
    }),
    route("GET", "/space/close", |method| on(method, close::show)),
    route("POST", "/space/close", |method| on(method, close::send)),
    route("GET", "/rights", |method| on(method, rights::show)),
    route("GET", "/rights/new", |method| on(method, rights::new)),
    route("POST", "/rights/new", |method| on(method, rights::send)),
    route("GET", "/rights/copy", |method| on(method, rights::copy)),
    route("GET", "/rights/information", |method| {
        on(method, rights_information::show)
    }),
    route("GET", "/rights/case", |method| {
        on(method, rights_case::show)
    }),
    route("POST", "/rights/withdraw", |method| {
        on(method, rights_case::withdraw)
    }),
    route("POST", "/rights/tell", |method| {
        on(method, rights_item::tell)
    }),
    route("POST", "/rights/lift", |method| {
        on(method, rights_case::lift)
    }),
    route("GET", "/corrections", |method| {
        on(method, corrections::show)
    }),
    route("POST", "/corrections", |method| {
        on(method, corrections::send)
    }),
    route("GET", "/desk", |method| on(method, desk::show)),
    route("GET", "/desk/case", |method| on(method, desk::case)),
    route("POST", "/desk/case", |method| on(method, desk::send)),
    route("GET", "/see-as", |method| on(method, see_as::show)),
    route("POST", "/see-as", |method| on(method, see_as::send)),
    route("GET", "/agent", |method| on(method, agent::show)),
    route("POST", "/agent", |method| on(method, agent::look_up)),
    route("POST", "/agent/call", |method| on(method, agent::call)),
    route("POST", "/agent/record", |method| on(method, agent::record)),
    route("POST", "/agent/code", |method| on(method, agent::code)),
    route("GET", "/agent/reviews", |method| {
        on(method, agent_reviews::show)
    }),
    route("POST", "/agent/reviews/take", |method| {
        on(method, agent_reviews::take)
    }),
    route("POST", "/agent/reviews/found", |method| {
        on(method, agent_reviews::found)
    }),
    route("GET", "/alarms", |method| on(method, alarms::show)),
    route("POST", "/alarms/review", |method| {
        on(method, alarms::review)
    }),
    route("GET", "/opposition", |method| on(method, opposition::form)),
    route("POST", "/opposition", |method| on(method, opposition::send)),
    route("GET", "/opposition/code", |method| {
        on(method, new_code::form)
    }),
    route("POST", "/opposition/code", |method| {
        on(method, new_code::send)
    }),
    route("GET", "/opposition/identity", |method| {
        on(method, identity::show)
    }),
    route("POST", "/opposition/identity", |method| {
        on(method, identity::send)
    }),
    route("GET", "/opposition/back", |method| on(method, relent::form)),
    route("POST", "/opposition/back", |method| {
        on(method, relent::send)
    }),
    route("POST", "/api/opposition", |method| {
        on(method, opposition::api)
    }),
    route("GET", "/activation", |method| on(method, activation::show)),
    route("POST", "/activation", |method| on(method, activation::send)),
    route("GET", "/activation/code", |method| {
        on(method, activation_code::show)
    }),
    route("POST", "/activation/code", |method| {
        on(method, activation_code::ask)
    }),
    route("POST", "/activation/second", |method| {
        on(method, activation_code::send)
    }),
    route("GET", "/agent/identity", |method| {
        on(method, agent_identity::show)
    }),
    route("POST", "/agent/identity", |method| {
        on(method, agent_identity::send)
    }),
    route("GET", "/space", |method| on(method, space::show)),
    route("POST", "/space/oppose", |method| on(method, space::oppose)),
    route("POST", "/space/back", |method| on(method, space::back)),
    route("GET", "/space/child", |method| on(method, child::show)),
    route("POST", "/space/child", |method| on(method, child::send)),
    route("GET", STYLE, |method| on(method, stylesheet)),
    route("GET", SCRIPT, |method| on(method, script)),
];

/// The pages, and the same answers as JSON.
pub fn router(site: Arc<Site>) -> Router {
    routed(PAGE_ROUTES)
        .with_state(site)
        .layer(middleware::from_fn(guard))
}

/// What is wrong, in words of these keys.
fn say_alert(language: Language, title: &str, text: &str) -> part::Block {
    part::Block::Alert {
        title: TEXTS.say(language, title),
        text: TEXTS.say(language, text),
        faults: Vec::new(),
    }
}

/// Records are not reached: nothing was done, and what was sent may be sent again.
fn say_failure(language: Language, error: &hygie_record::Error) -> axum::response::Response {
    tracing::error!(%error, "a page could not be shown");
    let mut page = part::Page::of(language, "failure-title", "");
    page.status = axum::http::StatusCode::SERVICE_UNAVAILABLE;
    page.show(vec![say_alert(
        language,
        "alert-nothing-done",
        "failure-text",
    )])
}

#[cfg(test)]
mod tests {
    //! Danger: a page that speaks French in the middle of English, or shows a key instead of words, or whose line
    //! begins with a colon.

    use hygie_web::{Language, Texts};

    use super::{EASY, ENGLISH, FRENCH, TEXTS};

    #[test]
    fn no_text_is_missing_in_one_language() {
        assert_eq!(Texts::keys(FRENCH), Texts::keys(ENGLISH));
    }

    #[test]
    fn no_line_of_a_french_page_begins_with_a_mark() {
        for (language, file) in [(Language::French, FRENCH), (Language::EasyFrench, EASY)] {
            for key in Texts::keys(file) {
                let said = TEXTS.say(language, &key);
                let words: Vec<&str> = said.split([' ', '\n']).skip(1).collect();
                let loose = |word: &&str| word.starts_with([':', ';', '?', '!', '»']);
                assert!(!words.iter().any(loose), "{key}: {said}");
                assert!(!said.contains("« "), "{key}: {said}");
            }
        }
    }

    #[test]
    fn somebody_who_reads_with_effort_meets_hard_words_on_his_way_to_say_no() {
        let easy = Texts::keys(EASY);
        assert!(easy.is_subset(&Texts::keys(FRENCH)));
        // The first file is that of the pages that need no account.
        let way = Texts::keys(include_str!("../texts/fr.ftl"));
        let hard: Vec<&String> = way.difference(&easy).collect();
        assert_eq!(hard, ["site", "skip"]);
        // A sentence a line, none longer than people hold in mind (Information pour tous, rule on short sentences).
        for line in EASY.lines().filter(|line| !line.starts_with('#')) {
            let text = line.split_once(" = ").map_or(line, |(_, text)| text);
            let words = text.split_whitespace().count();
            assert!(words <= 16, "{words} words: {line}");
        }
    }
}
