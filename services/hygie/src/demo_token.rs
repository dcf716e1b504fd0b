//! `hygie demo-token`: a short-lived token that says who acts, signed by the key that only demo homes have.

use hygie_keeper::notice::{ActorKind, ActorRef, Clock, SystemClock, SystemEntropy, symbols};
use serde_json::json;

use crate::arguments::DemoToken;
use crate::client::load_key;
use crate::output::{Exit, Output};
use crate::{Error, Home};

/// The name of the issuer that demo homes believe.
const DEMO: &str = "demo";
/// A doctor (value set J01).
const DOCTOR: &str = "G15_10";
/// A public health establishment (value set J02).
const HOSPITAL: &str = "SA01";

/// Makes a token.
///
/// # Errors
/// [`Error::NotDemo`], [`Error::Key`].
pub fn run(home: &Home, wish: &DemoToken, output: &Output) -> Result<Exit, Error> {
    home.check()?;
    let path = home.demo_key();
    if !path.exists() {
        return Err(Error::NotDemo {
            dir: home.dir().to_owned(),
        });
    }
    let key = load_key(&path, DEMO)?;
    let jti = symbols(&SystemEntropy, 26);
    let seconds = wish.minutes * 60;
    let assertion = key.assert(actor(wish), SystemClock.now(), seconds, jti);
    let value = json!({ "token": assertion.text(), "seconds": seconds });
    output.show(assertion.text(), &value);
    Ok(Exit::Done)
}

/// Who the token speaks for.
pub fn actor(wish: &DemoToken) -> ActorRef {
    let who = &wish.who;
    let (kind, id) = match (&who.holder, &who.professional, &who.software) {
        (Some(person), ..) => (ActorKind::Holder, person.to_string()),
        (_, Some(rpps), _) => (ActorKind::Professional, rpps.clone()),
        (_, _, Some(finess)) => (ActorKind::Software, finess.clone()),
        _ => unreachable!("the command line requires one of the three"),
    };
    let professional = kind == ActorKind::Professional;
    let or = |given: &Option<String>, otherwise: &str| {
        given.clone().unwrap_or_else(|| otherwise.to_owned())
    };
    ActorRef {
        name: wish.name.clone(),
        person: who.holder,
        profession: professional.then(|| or(&wish.profession, DOCTOR)),
        sector: (kind != ActorKind::Holder).then(|| or(&wish.sector, HOSPITAL)),
        // A structure's software acts for the structure itself.
        structure: wish.structure.clone().or_else(|| who.software.clone()),
        team: None,
        scope: None,
        kind,
        id,
    }
}
