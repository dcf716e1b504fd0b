//! Codes by text message (decision 0031). Dangers: a code by text that does not oppose, or that opens a space beside
//! another on the same telephone; one that is read out on a landline, or sent to a child; a number that takes none and a
//! code that never comes; a crash that loses one; what takes an opposition back, by text; a page that tells who has a
//! telephone.
//! Not a failure: a text that was on its way at a kill goes once more, with the same code and Message-ID.

use std::fs;
use std::time::Duration;

use hygie_enrolment::{Attempt, ByCode, Enrolment, Insured, Registration, Sent, Way, Wish};
use hygie_letters::{Site, Texts};

use crate::activations::accounts;
use crate::campaigns::{codes, files, living, registered};
use crate::emails::{NOBODY, Server, THIRD, bag, delivered, mailed, mailing, registered_again};
use crate::oppositions::{BORN, INS, OTHER, code, line, tried};
use crate::world::World;

const MINUTE: u64 = 60_000;
const WEEK: u64 = 7 * 24 * 60 * MINUTE;
const MOBILE: &str = "+33639980001";

fn at(phone: &str) -> String {
    format!("{phone}@sms.example")
}

fn texting(world: &World, server: &Server) -> Enrolment {
    let site: Site = "https://records.example".parse().unwrap();
    let texts = Texts::new("{phone}@sms.example", &site).unwrap();
    let roll = mailing(world, server).mailing_codes(server.mailbox(), site);
    roll.texting(texts)
}

fn called(ins: &str, phone: &str) -> Insured {
    Insured {
        phone: phone.to_owned(),
        ..living(ins, "69001")
    }
}

async fn asks(roll: &Enrolment, ins: &str, born: &str) {
    let wish = Wish::read(ins, born).ok().unwrap().by(Way::Sms);
    roll.ask_for_code(&wish).await.unwrap();
}

#[tokio::test]
async fn a_new_code_by_text_where_there_is_a_mobile_and_nobody_is_told() {
    let world = World::new().await;
    let server = Server::start().await;
    let roll = texting(&world, &server);
    let landline = called(OTHER, "+33199001234");
    registered(
        &roll,
        &[called(INS, MOBILE), landline, called(THIRD, NOBODY)],
    )
    .await;
    // The same trace, whoever asks by whatever way.
    for by in [Way::Sms, Way::Post] {
        for ins in [INS, OTHER, THIRD, "1631277099999"] {
            let before = world.leaves().await;
            let wish = Wish::read(ins, BORN).ok().unwrap().by(by);
            roll.ask_for_code(&wish).await.unwrap();
            assert_eq!(world.leaves().await - before, 1);
        }
    }
    // One a week each: what was asked for first.
    assert_eq!(roll.answer_wishes().await.unwrap(), 3);
    // On a landline nobody is rung; where the gateway refuses, a letter leaves at once.
    assert_eq!(files(&world).len(), 2);
    assert_eq!(roll.deliver().await.unwrap(), delivered(1, 1, 0));
    assert_eq!(files(&world).len(), 4);
    assert_eq!(server.to(), [at(MOBILE)]);
    let text = server.text(&at(MOBILE));
    assert!(
        !text.contains("Subject:") && !text.contains("Durand"),
        "{text}"
    );
    let before = files(&world).len();
    tried(&roll, INS, BORN, &codes(&text)[0]).await.unwrap();
    // What confirms it, and takes it back, goes by post.
    assert_eq!(files(&world).len(), before + 2);
    assert_eq!(roll.deliver().await.unwrap(), delivered(0, 0, 0));
}

#[tokio::test]
async fn a_number_that_takes_none_is_tried_again_once_the_register_tells_another() {
    let world = World::new().await;
    let server = Server::start().await;
    let roll = texting(&world, &server);
    let both = |phone| Insured {
        email: "camille@mail.example".to_owned(),
        ..called(INS, phone)
    };
    registered(&roll, &[both(MOBILE)]).await;
    asks(&roll, INS, BORN).await;
    assert_eq!(roll.answer_wishes().await.unwrap(), 1);
    assert_eq!(roll.deliver().await.unwrap(), delivered(1, 0, 0));
    // The operator of the network gives it back, days later.
    let text = server.text(&at(MOBILE));
    let (_, behind) = text.split_once("Message-ID:").unwrap();
    let id = behind.split_once('>').unwrap().0.to_owned() + ">";
    let back = roll.returned(&[id]).await.unwrap();
    assert_eq!((back.waiting, back.late, back.unknown.len()), (0, 0, 0));
    world.wait(WEEK);
    asks(&roll, INS, BORN).await;
    assert_eq!(roll.answer_wishes().await.unwrap(), 1);
    assert_eq!(
        (roll.deliver().await.unwrap(), files(&world).len()),
        (delivered(0, 0, 0), 2)
    );
    // The mailbox is none the worse for it.
    world.wait(WEEK);
    let wish = Wish::read(INS, BORN).ok().unwrap().by(Way::Email);
    roll.ask_for_code(&wish).await.unwrap();
    assert_eq!(roll.answer_wishes().await.unwrap(), 1);
    assert_eq!(roll.deliver().await.unwrap(), delivered(1, 0, 0));
    world.wait(WEEK);
    registered_again(&roll, &both("+33639980002")).await;
    asks(&roll, INS, BORN).await;
    assert_eq!(roll.answer_wishes().await.unwrap(), 1);
    assert_eq!(roll.deliver().await.unwrap(), delivered(1, 0, 0));
    assert!(server.to().contains(&at("+33639980002")));
}

#[tokio::test]
async fn a_code_for_a_child_goes_by_post_to_those_who_act_for_him() {
    let world = World::new().await;
    let server = Server::start().await;
    let roll = texting(&world, &server);
    let child = Insured {
        birth_date: "2012-02-29".to_owned(),
        ..called(INS, MOBILE)
    };
    registered(&roll, &[child]).await;
    asks(&roll, INS, "2012-02-29").await;
    assert_eq!(roll.answer_wishes().await.unwrap(), 1);
    assert_eq!(roll.deliver().await.unwrap(), delivered(0, 0, 0));
    assert_eq!((server.to().len(), files(&world).len()), (0, 2));
}

#[tokio::test]
async fn a_crash_between_the_roll_and_the_text_loses_none() {
    let world = World::new().await;
    let server = Server::start().await;
    let roll = texting(&world, &server);
    registered(&roll, &[called(INS, MOBILE)]).await;
    asks(&roll, INS, BORN).await;
    assert_eq!(roll.answer_wishes().await.unwrap(), 1);
    // Killed before it was handed over: the roll says that it left.
    let name = fs::read_dir(bag(&world))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    fs::rename(&name, name.with_extension("part")).unwrap();
    let restarted = texting(&world, &server);
    assert_eq!(restarted.deliver().await.unwrap(), delivered(1, 0, 0));
    let code = codes(&server.text(&at(MOBILE)));
    tried(&restarted, INS, BORN, &code[0]).await.unwrap();
}

#[tokio::test]
async fn without_a_gateway_no_text_leaves_and_the_code_comes_by_letter() {
    let world = World::new().await;
    let server = Server::start().await;
    let roll = mailing(&world, &server);
    assert!(!roll.sends_texts() && texting(&world, &server).sends_texts());
    registered(&roll, &[called(INS, MOBILE)]).await;
    asks(&roll, INS, BORN).await;
    assert_eq!(roll.answer_wishes().await.unwrap(), 1);
    assert_eq!(
        (roll.deliver().await.unwrap(), files(&world).len()),
        (delivered(0, 0, 0), 2)
    );
}

#[tokio::test]
async fn an_agent_sends_a_code_by_text_where_a_mobile_is_on_record() {
    let world = World::new().await;
    let server = Server::start().await;
    let roll = texting(&world, &server);
    let nowhere = |ins, phone: &str| Insured {
        phone: phone.to_owned(),
        ..line(ins)
    };
    registered(
        &roll,
        &[nowhere(INS, MOBILE), nowhere(OTHER, "+33199001234")],
    )
    .await;
    let lea = world.agent("lea");
    for (ins, sms, sent) in [
        (INS, true, Sent::By(Way::Sms)),
        (OTHER, false, Sent::Nowhere),
    ] {
        let wish = || Wish::read(ins, BORN).ok().unwrap();
        let seen = roll.look_up(&lea, &wish()).await.unwrap().unwrap();
        assert_eq!(seen.sms, sms);
        let told = roll
            .send_code_for(&lea, &wish().by(Way::Sms))
            .await
            .unwrap();
        assert_eq!(told, Some(sent));
    }
    let seen = mailing(&world, &server)
        .look_up(&lea, &Wish::read(INS, BORN).ok().unwrap())
        .await
        .unwrap();
    assert!(!seen.unwrap().sms, "there is no gateway");
    assert_eq!(roll.deliver().await.unwrap(), delivered(1, 0, 0));
    tried(&roll, INS, BORN, &codes(&server.text(&at(MOBILE)))[0])
        .await
        .unwrap();
}

fn attempt(ins: &str, code: &str) -> Attempt {
    Attempt::read(ins, BORN, code).unwrap_or_else(|slips| panic!("{slips:?}"))
}

/// Waits until so many messages went, and gives the digits of the last one to this address.
async fn second(server: &Server, count: usize, to: &str) -> String {
    for _ in 0..500 {
        if server.to().len() >= count {
            let said = server.text(to);
            let (_, body) = said.split_once("\r\n\r\n").unwrap();
            let digits = body.split(|symbol: char| !symbol.is_ascii_digit() && symbol != ' ');
            let code = digits.map(str::trim).find(|digits| digits.len() == 9);
            return code.unwrap_or_else(|| panic!("no code: {said}")).to_owned();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no message came");
}

#[tokio::test]
async fn a_letters_code_and_one_by_text_activate_and_two_on_one_telephone_do_not() {
    let world = World::new().await;
    let server = Server::start().await;
    let roll = texting(&world, &server);
    let (roll, accounts) = (roll, accounts(&world));
    let insured = [
        called(INS, MOBILE),
        mailed(OTHER, "b@mail.example"),
        Insured {
            phone: "+33639980003".to_owned(),
            ..mailed(THIRD, "c@mail.example")
        },
    ];
    let answers = roll.register(&insured, Registration::Codes).await.unwrap();
    let letters: Vec<String> = answers.iter().map(|one| code(one).to_owned()).collect();
    // A code that came by text is no first proof: whoever holds the telephone would have both.
    asks(&roll, INS, BORN).await;
    assert_eq!(roll.answer_wishes().await.unwrap(), 1);
    assert_eq!(roll.deliver().await.unwrap(), delivered(1, 0, 0));
    let texted = attempt(INS, &codes(&server.text(&at(MOBILE)))[0]);
    roll.ask_for_second(&texted, Way::Sms).await.unwrap();
    let first = attempt(INS, &letters[0]);
    roll.ask_for_second(&first, Way::Email).await.unwrap();
    // Without an address it goes to the telephone; one message, for the texted code asked in vain.
    let digits = second(&server, 2, &at(MOBILE)).await;
    let outcome = roll.activate_by_code(&accounts, &texted, &digits).await;
    assert!(matches!(outcome.unwrap(), ByCode::NotMatched));
    let outcome = roll.activate_by_code(&accounts, &first, &digits).await;
    assert!(matches!(outcome.unwrap(), ByCode::Done(_)));
    // Without a mobile it goes to the mailbox; where there are both, by the way that is wanted.
    let other = attempt(OTHER, &letters[1]);
    roll.ask_for_second(&other, Way::Sms).await.unwrap();
    second(&server, 3, "b@mail.example").await;
    let third = attempt(THIRD, &letters[2]);
    roll.ask_for_second(&third, Way::Sms).await.unwrap();
    second(&server, 4, &at("+33639980003")).await;
    world.wait(MINUTE);
    roll.ask_for_second(&third, Way::Email).await.unwrap();
    let digits = second(&server, 5, "c@mail.example").await;
    let outcome = roll.activate_by_code(&accounts, &third, &digits).await;
    assert!(matches!(outcome.unwrap(), ByCode::Done(_)));
    assert_eq!(server.to().len(), 5);
}
