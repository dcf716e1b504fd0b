//! Accounts over a real keeper and store: across restarts and crashes, and in other hands.
//!
//! Dangers: a restart that makes a used code good again, or forgets who may sign in; a crash that leaves a login
//! name which nobody can ever have; a role that opens an account, or an account's role that opens a record; an
//! answer whose time tells who has an account.
//!
//! Not a failure: tries are counted anew after a restart.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hygie_keeper::load_issuer_key;
use hygie_notice::wire::Failure;
use hygie_notice::{
    Act, ActorKind, ActorRef, Notice, PersonId, Purpose, RequestId, Stream, Subject, SystemEntropy,
    Verdict,
};
use hygie_record::accounts::{
    Accounts, Created, Invited, Login, NewAccount, Password, Proof, Totp, Typed,
};
use hygie_record::{KeeperError, Record};
use zeroize::Zeroizing;

use crate::world::{DAY, DOCTOR, NOW, World};

const PASSWORD: &str = "un long mot pour ouvrir";
const SECRET: [u8; 20] = *b"12345678901234567890";

fn accounts(world: &World, record: Arc<Record>) -> Accounts {
    let key = load_issuer_key(world.home().sign_in_key(), "sign-in").unwrap();
    Accounts::new(record, key)
}

fn login(text: &str) -> Login {
    Login::parse(text).unwrap()
}

fn doctor() -> ActorRef {
    ActorRef::new(ActorKind::Professional, DOCTOR)
}

async fn create(accounts: &Accounts, name: &str) -> Created {
    let wish = NewAccount {
        login: login(name),
        language: "fr".to_owned(),
        roles: vec![doctor()],
        way: Some((Password::typed(PASSWORD), Totp::of(SECRET))),
    };
    accounts.create(&wish).await.unwrap()
}

async fn signs_in(accounts: &Accounts, name: &str, password: &str, code: &str) -> bool {
    let login = login(name);
    // From somewhere else each time: how fast is another test's.
    let (_, tried) = accounts.pace(code, &login);
    let typed = Typed {
        login,
        password: Password::typed(password),
        code: Zeroizing::new(code.to_owned()),
    };
    matches!(
        accounts.prove(&tried, &typed).await.unwrap(),
        Proof::Proved(_)
    )
}

#[tokio::test]
async fn a_restart_makes_a_used_code_good_again() {
    let world = World::new().await;
    let first = accounts(&world, Arc::clone(&world.record));
    assert!(matches!(create(&first, "camille").await, Created::Made(_)));
    let code = Totp::of(SECRET).code(NOW);
    assert!(signs_in(&first, "camille", PASSWORD, &code).await);
    let restarted = accounts(&world, Arc::new(world.restarted().await));
    assert!(!signs_in(&restarted, "camille", PASSWORD, &code).await);
    world.wait(30_000);
    let next = Totp::of(SECRET).code(NOW + 30_000);
    assert!(signs_in(&restarted, "camille", PASSWORD, &next).await);
    assert!(matches!(
        create(&restarted, "Camille").await,
        Created::Taken
    ));
}

#[tokio::test]
async fn a_crash_leaves_a_login_that_nobody_can_have() {
    let world = World::new().await;
    let accounts = accounts(&world, Arc::clone(&world.record));
    // As a crash leaves it: the login name leads to a subject that was never made.
    let key = load_issuer_key(world.home().sign_in_key(), "sign-in").unwrap();
    let own = ActorRef::new(ActorKind::SignIn, "sign-in");
    let assertion = key.assert(own, NOW, 60, "jti".to_owned());
    let stray = Subject::account(PersonId::random(&SystemEntropy));
    let bound = world
        .keeper
        .tag(&assertion, "account-login", "camille", Some(stray))
        .await;
    assert_eq!(bound.unwrap(), Some(stray));
    let code = Totp::of(SECRET).code(NOW);
    assert!(!signs_in(&accounts, "camille", PASSWORD, &code).await);
    assert!(accounts.invite(&login("camille")).await.unwrap().is_none());
    let Created::Made(invitation) = create(&accounts, "camille").await else {
        panic!("it is taken up where it was left");
    };
    assert_eq!(invitation.subject, stray);
    assert!(signs_in(&accounts, "camille", PASSWORD, &code).await);
}

#[tokio::test]
async fn a_role_that_opens_what_is_not_its_own() {
    let world = World::new().await;
    let accounts = accounts(&world, Arc::clone(&world.record));
    let Created::Made(invitation) = create(&accounts, "camille").await else {
        panic!("not made");
    };
    let key = load_issuer_key(world.home().sign_in_key(), "sign-in").unwrap();
    let person = world.person().await;
    let opens = async |actor: ActorRef, purpose, subject, stream| {
        let assertion = key.assert(actor, NOW, 60, "jti".to_owned());
        let notice = Notice {
            subject,
            stream,
            act: Act::Read,
            purpose,
            what: String::new(),
            verdict: Some(Verdict {
                permitted: true,
                rules: vec!["sign-in-keeps-accounts".to_owned()],
            }),
            request: RequestId::random(&SystemEntropy),
        };
        world.keeper.open(&assertion, notice).await
    };
    let own = || ActorRef::new(ActorKind::SignIn, "sign-in");
    let account = invitation.subject;
    assert!(
        opens(own(), Purpose::SignIn, account, Stream::Content)
            .await
            .is_ok()
    );
    let holder = ActorRef {
        person: Some(person),
        ..ActorRef::new(ActorKind::Holder, person.to_string())
    };
    let operator = ActorRef::new(ActorKind::Operator, "operator");
    for (actor, purpose, subject, stream) in [
        // The sign-in opens no record, and nothing of an account but what is in it.
        (
            own(),
            Purpose::SignIn,
            Subject::person(person),
            Stream::Content,
        ),
        (
            own(),
            Purpose::SignIn,
            Subject::person(person),
            Stream::Rights,
        ),
        (
            own(),
            Purpose::SignIn,
            Subject::directory(),
            Stream::Content,
        ),
        (own(), Purpose::SignIn, account, Stream::Trail),
        (own(), Purpose::PatientRequest, account, Stream::Content),
        // And nobody whom it speaks for opens an account.
        (holder, Purpose::PatientRequest, account, Stream::Content),
        (doctor(), Purpose::Treatment, account, Stream::Content),
        (operator, Purpose::Portability, account, Stream::Content),
    ] {
        let kind = actor.kind;
        let refused = opens(actor, purpose, subject, stream).await;
        let told = matches!(refused, Err(KeeperError::Refused(Failure::Notice(_))));
        assert!(told, "{kind:?} {purpose:?} {stream:?}");
    }
}

#[tokio::test]
async fn an_invitation_outlives_a_restart_and_not_its_time() {
    let world = World::new().await;
    let first = accounts(&world, Arc::clone(&world.record));
    let Created::Made(invitation) = create(&first, "camille").await else {
        panic!("not made");
    };
    let restarted = accounts(&world, Arc::new(world.restarted().await));
    let leads = async || match restarted.invited(&invitation).await.unwrap() {
        Invited::To(account) => Some(account.login),
        Invited::Over => None,
    };
    assert_eq!(leads().await.as_deref(), Some("camille"));
    world.wait(7 * DAY - 1);
    assert!(leads().await.is_some());
    world.wait(1);
    assert!(leads().await.is_none());
}

/// Interleaved, so that a busy machine slows both alike; a single answer tells nothing by its time anyhow.
#[tokio::test]
async fn an_answer_whose_time_tells_who_has_an_account() {
    let world = World::new().await;
    let accounts = accounts(&world, Arc::clone(&world.record));
    create(&accounts, "camille").await;
    signs_in(&accounts, "nobody", "warming up", "000000").await;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for _ in 0..15 {
        for (name, times) in [("camille", &mut known), ("nobody", &mut unknown)] {
            let begun = Instant::now();
            assert!(!signs_in(&accounts, name, "another four words", "000000").await);
            times.push(begun.elapsed());
        }
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort();
        times[times.len() / 2].as_secs_f64() * 1000.0
    };
    let (known, unknown) = (median(&mut known), median(&mut unknown));
    println!("a wrong password: {known:.1} ms; no such account: {unknown:.1} ms (medians of 15)");
    assert!(
        (0.67..1.5).contains(&(known / unknown)),
        "{known} {unknown}"
    );
}
