//! Whom a provider of identities identified, and who is not signed in here: what he is asked, and the ways to become one.

use std::sync::Arc;

use hygie_enrolment::Traits;
use hygie_record::accounts::Link;
use hygie_web::Language;
use hygie_web::oidc::{Citizen, Who};

use super::TEXTS;
use super::part::{Block, Field};
use super::site::{Given, Site};
use super::visitor::leading;

/// A citizen, and by whose word.
pub struct Shown {
    pub citizen: Citizen,
    pub given: Arc<Given>,
}

impl Shown {
    /// What is held against the roll.
    pub fn traits(&self) -> Traits {
        let said = |claim: &Option<String>| claim.clone().unwrap_or_default();
        let citizen = &self.citizen;
        let abroad = citizen.birthplace.is_none();
        Traits {
            family: said(&citizen.family_name),
            given: said(&citizen.given_name),
            birth: said(&citizen.birthdate),
            place: said(if abroad {
                &citizen.birthcountry
            } else {
                &citizen.birthplace
            }),
            sex: said(&citizen.gender),
        }
    }

    /// By what he is known again.
    pub fn link(&self) -> Link {
        Link {
            issuer: self.citizen.issuer.clone(),
            subject: self.citizen.subject.clone(),
        }
    }

    /// That he was recognised, with the name that his provider told.
    pub fn said(&self, site: &Site, language: Language) -> Block {
        let names = [&self.citizen.given_name, &self.citizen.family_name];
        let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
        let label = site.provider(&self.given.provider);
        let label = label.map_or(self.given.provider.as_str(), |one| one.label());
        let said = [("provider", label), ("name", &*names.join(" "))];
        Block::Text(TEXTS.say_with(language, "shown-who", &said))
    }
}

/// The ways to show who one is, on the way to a page; what is said instead where there is none.
pub(super) fn ways(site: &Site, language: Language, why: &str, next: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let citizens = site.providers().iter();
    for provider in citizens.filter(|one| one.who() == Who::Citizen && one.identifies()) {
        let named = [("provider", provider.label())];
        let way = TEXTS.say_with(language, "signin-provider-way", &named);
        let why = if why.is_empty() {
            String::new()
        } else {
            format!("&why={why}")
        };
        let address = format!(
            "/signin/oidc/{}?lang={}{why}",
            provider.name(),
            language.code()
        );
        blocks.push(Block::Button(leading(&address, next), way));
    }
    if blocks.is_empty() {
        blocks.push(Block::Note(TEXTS.say(language, "shown-no-provider")));
    }
    blocks
}

/// The field of the national number, as on the page of opposition.
pub(super) fn number(language: Language, typed: &str, slipped: bool) -> Field {
    let say = |key: &str| TEXTS.say(language, key);
    Field {
        value: typed.to_owned(),
        fault: if slipped {
            say("fault-ins")
        } else {
            String::new()
        },
        ..Field::text("ins", say("opposition-ins"), say("opposition-ins-hint"))
    }
}
