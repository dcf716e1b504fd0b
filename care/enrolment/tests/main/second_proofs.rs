//! Dangers: access with the letter alone, with the mailbox alone, or with two codes of one mailbox; a one-time code that is
//! good twice, too long, for another, or guessed; one that a restart forgets; somebody who floods a mailbox or locks its
//! owner out; a letter's code that no longer opposes once its reader activated. Not a failure: an e-mail that a crash takes
//! with it; its reader asks for another.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hygie_enrolment::{Activation, Attempt, ByCode, Enrolment, Insured, Registration, Way, Wish};
use hygie_letters::Mailbox;
use hygie_record::accounts::{Accounts, Invitation, Invited};
use hygie_record::notice::{ActorKind, SystemEntropy};
use proptest::prelude::*;

use crate::activations::accounts;
use crate::oppositions::{BORN, INS, OTHER, code, enrolment, line, tried};
use crate::world::World;

const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;

fn mailing(world: &World) -> Enrolment {
    let from = "no-reply@records.example".parse().unwrap();
    let mailbox = Mailbox::folder(mails(world), from, Arc::new(SystemEntropy));
    enrolment(world).mailing_codes(mailbox, "https://records.example".parse().unwrap())
}

fn mails(world: &World) -> PathBuf {
    world.dir.path().join("mailbox")
}

fn reached(ins: &str) -> Insured {
    Insured {
        email: "camille@mail.example".to_owned(),
        ..line(ins)
    }
}

/// One person with an e-mail address and one without, each with a code by post.
async fn two(world: &World) -> (Enrolment, Accounts, [String; 2]) {
    let roll = mailing(world);
    let insured = [reached(INS), line(OTHER)];
    let registered = roll.register(&insured, Registration::Codes).await.unwrap();
    let codes = [
        code(&registered[0]).to_owned(),
        code(&registered[1]).to_owned(),
    ];
    (roll, accounts(world), codes)
}

fn attempt(ins: &str, born: &str, code: &str) -> Attempt {
    Attempt::read(ins, born, code).unwrap_or_else(|slips| panic!("{slips:?}"))
}

fn sent(world: &World) -> Vec<String> {
    let Ok(folder) = std::fs::read_dir(mails(world)) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = folder.map(|one| one.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|kind| kind == "eml"));
    paths.sort_by_key(|path| std::fs::metadata(path).unwrap().modified().unwrap());
    let texts = paths.into_iter();
    texts
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect()
}

/// Asks, and reads the one-time code that is the `number`th e-mail.
async fn asks(world: &World, roll: &Enrolment, attempt: &Attempt, number: usize) -> String {
    roll.ask_for_second(attempt, Way::Email).await.unwrap();
    for _ in 0..500 {
        if let Some(mail) = sent(world).get(number - 1) {
            assert!(mail.contains("To: camille@mail.example"), "{mail}");
            assert!(!mail.contains("Durand") && !mail.contains(INS), "{mail}");
            let mut lines = mail.lines().map(str::trim);
            let shaped =
                |line: &&str| line.len() == 9 && line.split(' ').all(|half| half.len() == 4);
            return lines.find(shaped).unwrap().to_owned();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no e-mail came");
}

async fn tries(roll: &Enrolment, accounts: &Accounts, first: &Attempt, second: &str) -> ByCode {
    roll.activate_by_code(accounts, first, second)
        .await
        .unwrap()
}

fn invited(answer: ByCode) -> Invitation {
    match answer {
        ByCode::Done(invitation) => invitation,
        ByCode::NotMatched => panic!("not matched"),
        ByCode::Not(_) => panic!("not"),
    }
}

fn other_than(code: &str) -> String {
    if code.starts_with('0') {
        "1111 1111".to_owned()
    } else {
        "0000 0000".to_owned()
    }
}

#[tokio::test]
async fn both_codes_together_invite_and_the_letters_code_still_opposes() {
    let world = World::new().await;
    let (roll, accounts, [letter, _]) = two(&world).await;
    let first = attempt(INS, BORN, &letter);
    let second = asks(&world, &roll, &first, 1).await;
    // Another process knows it too: it is durable.
    let next = mailing(&world);
    let invitation = invited(tries(&next, &accounts, &first, &second.replace(' ', "")).await);
    let Invited::To(account) = accounts.invited(&invitation).await.unwrap() else {
        panic!("over");
    };
    let person = account.roles[0].person.unwrap();
    assert_eq!(world.record.persons().await.unwrap(), [person]);
    let counts = next.dashboard().await.unwrap();
    assert_eq!(counts.iter().map(|count| count.activated).sum::<u64>(), 1);
    // Used once; whoever closed the page asks for another, and the invitation before is worth nothing.
    assert!(matches!(
        tries(&next, &accounts, &first, &second).await,
        ByCode::NotMatched
    ));
    world.wait(2 * MINUTE);
    let second = asks(&world, &next, &first, 2).await;
    invited(tries(&next, &accounts, &first, &second).await);
    assert!(matches!(
        accounts.invited(&invitation).await.unwrap(),
        Invited::Over
    ));
    // What was promised of the letter's code holds: it says no.
    tried(&next, INS, BORN, &letter).await.unwrap();
}

#[tokio::test]
async fn a_one_time_code_that_is_old_guessed_or_asked_for_too_often() {
    let world = World::new().await;
    let (roll, accounts, [letter, bare]) = two(&world).await;
    let first = attempt(INS, BORN, &letter);
    let second = asks(&world, &roll, &first, 1).await;
    world.wait(10 * MINUTE);
    assert!(matches!(
        tries(&roll, &accounts, &first, &second).await,
        ByCode::NotMatched
    ));
    let second = asks(&world, &roll, &first, 2).await;
    // Whoever has not the letter uses no try up.
    let stranger = attempt(INS, BORN, &bare);
    for _ in 0..20 {
        assert!(matches!(
            tries(&roll, &accounts, &stranger, &second).await,
            ByCode::NotMatched
        ));
    }
    for _ in 0..5 {
        let wrong = other_than(&second);
        assert!(matches!(
            tries(&roll, &accounts, &first, &wrong).await,
            ByCode::NotMatched
        ));
    }
    assert!(matches!(
        tries(&roll, &accounts, &first, &second).await,
        ByCode::NotMatched
    ));
    // Not two in a minute, nor six in a day; the next day there is one again.
    for number in 3..=5 {
        world.wait(MINUTE);
        asks(&world, &roll, &first, number).await;
        roll.ask_for_second(&first, Way::Email).await.unwrap();
    }
    world.wait(MINUTE);
    roll.ask_for_second(&first, Way::Email).await.unwrap();
    // Nobody without an address is written to, and nobody without the right code.
    roll.ask_for_second(&attempt(OTHER, BORN, &bare), Way::Email)
        .await
        .unwrap();
    roll.ask_for_second(&stranger, Way::Email).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(sent(&world).len(), 5);
    world.wait(DAY);
    let second = asks(&world, &roll, &first, 6).await;
    invited(tries(&roll, &accounts, &first, &second).await);
}

#[tokio::test]
async fn whoever_opposes_or_is_not_of_age_is_not_let_in_by_codes() {
    let world = World::new().await;
    let roll = mailing(&world);
    let accounts = accounts(&world);
    let child = Insured {
        birth_date: "2012-02-29".to_owned(),
        ..reached(OTHER)
    };
    let insured = [reached(INS), child];
    let registered = roll.register(&insured, Registration::Codes).await.unwrap();
    let first = attempt(INS, BORN, code(&registered[0]));
    let second = asks(&world, &roll, &first, 1).await;
    // He opposes meanwhile: his code said no, and no code lets in.
    tried(&roll, INS, BORN, code(&registered[0])).await.unwrap();
    assert!(matches!(
        tries(&roll, &accounts, &first, &second).await,
        ByCode::NotMatched
    ));
    let child = attempt(OTHER, "2012-02-29", code(&registered[1]));
    roll.ask_for_second(&child, Way::Email).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(sent(&world).len(), 1);
    assert!(world.record.persons().await.unwrap().is_empty());
}

#[tokio::test]
async fn an_agents_word_stands_for_the_second_code_for_thirty_days_and_once() {
    let world = World::new().await;
    let (roll, accounts, [letter, bare]) = two(&world).await;
    let agent = |kind| crate::world::actor(kind, "agent-7");
    let who = |ins| Wish::read(ins, BORN).unwrap();
    let support = agent(ActorKind::Support);
    let refused = roll
        .vouch(&agent(ActorKind::Professional), &who(OTHER))
        .await;
    assert!(matches!(refused, Err(hygie_record::Error::Refused)));
    // Of nobody it is written nowhere, and costs the same.
    let before = world.leaves().await;
    roll.vouch(&support, &who(OTHER)).await.unwrap();
    let known = world.leaves().await - before;
    roll.vouch(&support, &who("189127512501282")).await.unwrap();
    assert_eq!(world.leaves().await - before, 2 * known);
    let (first, other) = (attempt(OTHER, BORN, &bare), attempt(INS, BORN, &letter));
    let stolen = attempt(OTHER, BORN, &letter);
    assert!(matches!(
        tries(&roll, &accounts, &other, "").await,
        ByCode::NotMatched
    ));
    assert!(matches!(
        tries(&roll, &accounts, &stolen, "").await,
        ByCode::NotMatched
    ));
    // Thirty whole days after the day on which it was said, in Paris.
    world.wait(31 * DAY);
    assert!(matches!(
        tries(&roll, &accounts, &first, "").await,
        ByCode::NotMatched
    ));
    roll.vouch(&support, &who(OTHER)).await.unwrap();
    world.wait(29 * DAY);
    invited(tries(&roll, &accounts, &first, "").await);
    assert!(matches!(
        tries(&roll, &accounts, &first, "").await,
        ByCode::NotMatched
    ));
}

/// What somebody does who has one of the two proofs, or neither.
#[derive(Debug, Clone, Copy)]
enum Move {
    Ask,
    AskWithout,
    WrongSecond,
    SecondWithoutLetter,
    OldSecond,
    OfAnother,
    Wait(u64),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        3 => Just(Move::Ask),
        1 => Just(Move::AskWithout),
        2 => Just(Move::WrongSecond),
        2 => Just(Move::SecondWithoutLetter),
        2 => Just(Move::OldSecond),
        1 => Just(Move::OfAnother),
        2 => (1u64..15).prop_map(Move::Wait),
    ];
    proptest::collection::vec(one, 1..14)
}

/// Plays a game; nobody may be let in, nor be known.
async fn played(moves: &[Move]) {
    let world = World::new().await;
    let (roll, accounts, [letter, bare]) = two(&world).await;
    let (mine, none) = (attempt(INS, BORN, &letter), attempt(INS, BORN, &bare));
    let other = attempt(OTHER, BORN, &bare);
    let mut mails: Vec<(String, u64)> = Vec::new();
    for step in moves {
        let old = mails.iter().find(|(_, at)| world.now() >= at + 10 * MINUTE);
        let answer = match step {
            Move::Wait(minutes) => {
                world.wait(minutes * MINUTE);
                continue;
            }
            Move::Ask => {
                let last = mails.last().map(|(_, at)| *at);
                if mails.len() < 5 && last.is_none_or(|at| world.now() >= at + MINUTE) {
                    let code = asks(&world, &roll, &mine, mails.len() + 1).await;
                    mails.push((code, world.now()));
                }
                continue;
            }
            Move::AskWithout => {
                roll.ask_for_second(&none, Way::Email).await.unwrap();
                continue;
            }
            Move::WrongSecond => {
                let code = mails.last().map_or("0000 0000", |(code, _)| code);
                tries(&roll, &accounts, &mine, &other_than(code)).await
            }
            Move::SecondWithoutLetter => {
                let code = mails.last().map_or("0000 0000", |(code, _)| code);
                tries(&roll, &accounts, &none, code).await
            }
            Move::OldSecond => {
                let code = old.map_or("0000 0000", |(code, _)| code);
                tries(&roll, &accounts, &mine, code).await
            }
            Move::OfAnother => {
                let code = mails.last().map_or("0000 0000", |(code, _)| code);
                tries(&roll, &accounts, &other, code).await
            }
        };
        assert!(matches!(answer, ByCode::NotMatched));
    }
    assert!(world.record.persons().await.unwrap().is_empty());
    let counts = roll.dashboard().await.unwrap();
    assert_eq!(counts.iter().map(|count| count.activated).sum::<u64>(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn no_order_of_requests_without_both_proofs_lets_anybody_in(moves in moves()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(played(&moves));
    }
}

/// What an answer means when it is none of those that a test waits for.
#[tokio::test]
async fn an_account_that_is_there_already_is_told() {
    let world = World::new().await;
    let (roll, accounts, [letter, _]) = two(&world).await;
    let first = attempt(INS, BORN, &letter);
    let second = asks(&world, &roll, &first, 1).await;
    let link = crate::activations::link("camille");
    let own = hygie_enrolment::OwnNumber::read(INS).unwrap();
    let traits = crate::activations::camille();
    let done = roll
        .activate(&accounts, (&traits, &link), &own, false)
        .await
        .unwrap();
    assert!(matches!(done, Activation::Done(_)));
    let answer = tries(&roll, &accounts, &first, &second).await;
    assert!(matches!(answer, ByCode::Not(Activation::Known(..))));
}
