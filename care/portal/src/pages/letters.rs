//! `GET` and `POST /authorisations/letters`: whether the person is told by e-mail that something is new in his record, and
//! where (decision 0022). Whoever sent the form proved lately who he is: letters that go elsewhere hide an opening.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use hygie_record::notice::ActorKind;
use hygie_record::{Error, Letters, Wishes};
use hygie_web::Language;

use super::TEXTS;
use super::again::wanted;
use super::filled::{Fields, Filled, value};
use super::part::{Block, Choices, Form};
use super::site::Site;
use super::visitor::{PostedBy, Visitor, go};

/// The form.
pub(super) const ADDRESS: &str = "/authorisations/letters";

/// What the page of authorisations says of letters, with the way to change it.
pub(super) fn told(visitor: &Visitor, wishes: &Wishes) -> Vec<Block> {
    let say = |key: &str| visitor.say(key);
    let address = wishes.letters.as_ref().map(|letters| &letters.address);
    let text = match address.filter(|address| !address.is_empty()) {
        Some(address) => {
            let said = [("address", address.as_str())];
            TEXTS.say_with(visitor.language, "letters-go", &said)
        }
        None => say("letters-none-held"),
    };
    let link = (ADDRESS.to_owned(), say("letters-change"));
    vec![Block::Text(text), Block::Links(vec![link])]
}

pub(super) async fn show(State(site): State<Arc<Site>>, visitor: Visitor) -> Response {
    if let Err(error) = visitor.person() {
        return visitor.sorry(&error);
    }
    if let Some(response) = wanted(&site, &visitor.session, ADDRESS) {
        return response;
    }
    match wished(&site, &visitor, None).await {
        Ok(wishes) => {
            let letters = wishes.letters.unwrap_or_default();
            let chosen = if letters.address.is_empty() {
                "none"
            } else {
                letters.language.as_str()
            };
            let fields = Fields::from([
                ("letters".to_owned(), chosen.to_owned()),
                ("address".to_owned(), letters.address.clone()),
            ]);
            form(&visitor, &fields, &[])
        }
        Err(error) => visitor.sorry(&error),
    }
}

pub(super) async fn send(State(site): State<Arc<Site>>, sent: PostedBy<Fields>) -> Response {
    let (visitor, fields) = (sent.visitor, sent.form);
    if let Some(response) = wanted(&site, &visitor.session, ADDRESS) {
        return response;
    }
    let wrong = [("address", "fault-address")];
    let letters = match (value(&fields, "letters"), value(&fields, "address")) {
        ("none", _) => Letters::default(),
        (_, "") => return form(&visitor, &fields, &wrong),
        (language, address) => Letters {
            address: address.to_owned(),
            language: Language::from_code(language)
                .unwrap_or(visitor.language)
                .code()
                .to_owned(),
        },
    };
    let told = async {
        wished(&site, &visitor, Some(letters.clone())).await?;
        children(&site, &visitor, &letters).await
    };
    match told.await {
        Ok(()) => go("/authorisations?done=granted"),
        Err(Error::Part(..)) => form(&visitor, &fields, &wrong),
        Err(error) => visitor.sorry(&error),
    }
}

/// Writes down where letters go, if that is said, and gives what holds.
async fn wished(site: &Site, visitor: &Visitor, letters: Option<Letters>) -> Result<Wishes, Error> {
    let (caller, person) = (visitor.caller(site)?, visitor.person()?);
    let wishes = Wishes {
        letters,
        ..Wishes::default()
    };
    site.record().wish(&caller, person, wishes).await
}

/// A parent who says where he is told of his own space is told there of his children's.
async fn children(site: &Site, visitor: &Visitor, letters: &Letters) -> Result<(), Error> {
    if visitor.role.kind != ActorKind::Holder {
        return Ok(());
    }
    let account = visitor.session.account.0;
    let what = "for whom somebody acts who is told elsewhere";
    match site.accounts.by_id(account, what).await? {
        Some(account) => site.enrolment.parent_is_told(&account, letters).await,
        None => Ok(()),
    }
}

fn form(visitor: &Visitor, fields: &Fields, wrong: &[(&'static str, &'static str)]) -> Response {
    let say = |key: &str| visitor.say(key);
    let filled = Filled {
        language: visitor.language,
        fields,
        wrong,
    };
    let chosen = value(fields, "letters");
    let option = |code: &str| {
        let label = say(&format!("letters-{code}"));
        (code.to_owned(), label, chosen == code)
    };
    let mut address = filled.field("address", "letters-address", "letters-address-hint");
    (address.kind, address.purpose) = ("email", "email");
    let mut blocks: Vec<Block> = filled.alert().into_iter().collect();
    blocks.push(Block::Text(say("letters-lead")));
    blocks.push(Block::Form(Form {
        action: ADDRESS.to_owned(),
        token: visitor.session.token.clone(),
        fields: vec![address],
        choices: Some(Choices {
            name: "letters",
            legend: say("letters-wanted"),
            options: ["none", "fr", "en"].map(option).into(),
        }),
        button: say("letters-send"),
        ..Form::default()
    }));
    visitor.page(("letters-title", ADDRESS), Ok(blocks))
}
