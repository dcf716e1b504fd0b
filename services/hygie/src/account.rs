//! `hygie account`: who may sign in on the pages, and as whom. How somebody signs in he chooses himself, by a link
//! that is good once.

use hygie_keeper::notice::{ActorKind, ActorRef, Entropy, SystemEntropy, symbols};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::arguments::{AccountCommand, AddAccount};
use crate::output::{Exit, Output};
use crate::{Error, Home, reach};

/// A doctor (value set J01), and a public health establishment (value set J02).
const DOCTOR: &str = "G15_10";
const HOSPITAL: &str = "SA01";

/// Does what was asked.
///
/// # Errors
/// [`Error::NotDemo`] for `--demo` elsewhere; what care says.
pub async fn run(home: &Home, command: AccountCommand, output: &Output) -> Result<Exit, Error> {
    home.check()?;
    match command {
        AccountCommand::Add(wish) => add(home, &wish, output).await,
        AccountCommand::Invite { login } => {
            let body = json!({ "login": login });
            let mut answer = ask(home, "/accounts/invite", body).await?;
            let link = text(&answer, "link")?;
            answer["login"] = json!(login);
            output.show(&link, &answer);
            Ok(Exit::Done)
        }
        AccountCommand::Close { login } => {
            let mut answer = ask(home, "/accounts/close", json!({ "login": login })).await?;
            answer["login"] = json!(login);
            output.show(&format!("account `{login}` closed"), &answer);
            Ok(Exit::Done)
        }
        AccountCommand::Link {
            login,
            issuer,
            subject,
        } => {
            let body = json!({ "login": login, "issuer": issuer, "subject": subject });
            let mut answer = ask(home, "/accounts/link", body).await?;
            answer["login"] = json!(login);
            let shown =
                format!("whoever signs in at {issuer} as this subject is let in as `{login}`");
            output.show(&shown, &answer);
            Ok(Exit::Done)
        }
    }
}

/// Shows the code of this moment.
///
/// # Errors
/// [`Error::DemoSecret`].
pub fn code(secret: &str, now: u64, output: &Output) -> Result<Exit, Error> {
    let bare: String = secret.chars().filter(|one| !one.is_whitespace()).collect();
    let secret = Secret::try_from_base32(bare).map_err(|_| Error::DemoSecret)?;
    let totp = Builder::new().with_secret(secret).build_noncompliant();
    let code = totp.generate(now / 1000).to_string();
    output.show(&code, &json!({ "code": code }));
    Ok(Exit::Done)
}

async fn add(home: &Home, wish: &AddAccount, output: &Output) -> Result<Exit, Error> {
    if wish.demo && !home.demo_key().exists() {
        return Err(Error::NotDemo {
            dir: home.dir().to_owned(),
        });
    }
    let mut body = json!({
        "login": wish.login,
        "language": wish.language,
        "role": role(wish),
    });
    let mut way = None;
    if wish.demo {
        let (password, totp) = drawn();
        body["demo"] = json!({ "password": password, "totp": totp });
        way = Some((password, Secret::from(totp.to_vec()).to_base32()));
    }
    let mut answer = ask(home, "/accounts", body).await?;
    let outcome = text(&answer, "outcome")?;
    answer["login"] = json!(wish.login);
    let shown = match (outcome.as_str(), way) {
        ("role-added", _) => format!("`{}` may act in one more role", wish.login),
        (_, Some((password, secret))) => {
            let shown = format!(
                "account `{}` made\npassword: {password}\nauthenticator's secret: {secret} (its code now: hygie demo-code {secret})",
                wish.login
            );
            answer["password"] = json!(password);
            answer["secret"] = json!(secret);
            shown
        }
        _ => format!(
            "account `{}` made; its owner chooses how to sign in by this link, which is good once, for seven days:\n{}",
            wish.login,
            text(&answer, "link")?
        ),
    };
    output.show(&shown, &answer);
    Ok(Exit::Done)
}

async fn ask(home: &Home, path: &str, body: Value) -> Result<Value, Error> {
    let body = serde_json::to_vec(&body).expect("texts are JSON");
    let answer = reach::with(home, async |client| client.post(path, body.into()).await).await?;
    serde_json::from_slice(&answer).map_err(|_| broken())
}

fn text(answer: &Value, name: &str) -> Result<String, Error> {
    let text = answer[name].as_str();
    text.map(str::to_owned).ok_or_else(broken)
}

fn broken() -> Error {
    Error::Protocol {
        why: "the answer about an account is not in the form of this version".to_owned(),
    }
}

/// A password that can be typed, of 80 bits, and an authenticator's secret.
fn drawn() -> (String, [u8; 20]) {
    let word = || symbols(&SystemEntropy, 4);
    let password = [word(), word(), word(), word()].join("-");
    let mut totp = [0; 20];
    SystemEntropy.fill(&mut totp);
    (password, totp)
}

fn role(wish: &AddAccount) -> ActorRef {
    let role = &wish.role;
    let (kind, id, person) = match (role.holder, role.representative, &role.professional) {
        (Some(person), ..) => (ActorKind::Holder, person.to_string(), Some(person)),
        // Known by the id of his account, which care fills in.
        (_, Some(person), _) => (ActorKind::Representative, String::new(), Some(person)),
        (.., Some(rpps)) => (ActorKind::Professional, rpps.clone(), None),
        _ if role.support => (ActorKind::Support, wish.login.clone(), None),
        _ if role.officer => (ActorKind::Officer, wish.login.clone(), None),
        _ => (ActorKind::Operator, wish.login.clone(), None),
    };
    let professional = kind == ActorKind::Professional;
    let or = |given: &Option<String>, otherwise: &str| {
        professional.then(|| given.clone().unwrap_or_else(|| otherwise.to_owned()))
    };
    ActorRef {
        name: wish.name.clone(),
        person,
        profession: or(&wish.profession, DOCTOR),
        sector: or(&wish.sector, HOSPITAL),
        structure: wish.structure.clone(),
        team: wish.team.clone(),
        ..ActorRef::new(kind, id)
    }
}
