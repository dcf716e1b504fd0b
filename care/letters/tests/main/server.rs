//! Letters at a mail server: taken, refused for a while or for good, not answered, not reached, not trusted.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hygie_letters::{Address, Error, Language, Letter, Mailbox, Notifier};
use hygie_notice::SystemEntropy;

use crate::world::{Hands, NOW, Server, address, person, quick, site, until};

const AUTHORITY: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../web/tests/main/tls/ca.pem"
);
const OTHER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../web/tests/main/tls/other.pem"
);
const CHAIN: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../web/tests/main/tls/localhost.pem"
);
const KEY: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../web/tests/main/tls/localhost.key"
);
/// Says to the child of a test to which server it sends.
const PORT: &str = "LETTERS_TEST_PORT";

fn mailbox(url: &str) -> Mailbox {
    let from = address("no-reply@records.example");
    Mailbox::server(&url.parse().unwrap(), from, Arc::new(SystemEntropy)).unwrap()
}

fn at(port: u16) -> Mailbox {
    mailbox(&format!("smtp://127.0.0.1:{port}"))
}

fn letter(to: &str) -> Letter {
    Letter {
        to: address(to),
        language: Language::French,
    }
}

#[tokio::test]
async fn a_letter_that_no_server_can_read() {
    let Some(mut server) = Server::start("letters: a real server", None) else {
        return;
    };
    let mailbox = at(server.port);
    let to = letter("camille@home.example");
    mailbox.send(&to, &site(), NOW).await.unwrap();
    let arrived = server.letter();
    assert_eq!(arrived.to, "camille@home.example");
    assert!(!arrived.tls);
    // RFC 2047 and 2045: the words are there, whatever their accents.
    assert!(
        arrived.raw.contains("de =?utf-8?b?c2FudMOp?="),
        "{}",
        arrived.raw
    );
    assert!(
        arrived.raw.contains("espace de sant=C3=A9"),
        "{}",
        arrived.raw
    );
    assert!(arrived.raw.contains("https://records.example"));
}

#[tokio::test]
async fn a_server_that_refuses_and_news_that_are_lost() {
    let Some(mut server) = Server::start("letters: a server that refuses", None) else {
        return;
    };
    let mailbox = at(server.port);
    let refused = mailbox
        .send(&letter("nobody@home.example"), &site(), NOW)
        .await;
    let error = refused.unwrap_err();
    assert_eq!(error, Error::Refused);
    assert!(!format!("{error} {error:?} {mailbox:?}").contains("nobody"));
    let later = mailbox
        .send(&letter("later@home.example"), &site(), NOW)
        .await;
    assert_eq!(later.unwrap_err(), Error::Later);

    let clock = Hands::new();
    let notifier = Notifier::new(mailbox, clock.clone(), site(), quick());
    let french = Language::French;
    notifier.new_for(person(), address("nobody@home.example"), french);
    notifier.new_for(person(), address("later@home.example"), french);
    notifier.new_for(person(), address("camille@home.example"), french);
    until(&notifier, |figures| {
        (figures.sent, figures.lost, figures.retried) == (1, 1, 1)
    })
    .await;
    assert_eq!(server.letter().to, "camille@home.example");
    // Not before the pause is over.
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(notifier.figures().sent, 1);
    clock.on(Duration::from_millis(1_100));
    let figures = until(&notifier, |figures| figures.sent == 2).await;
    assert_eq!((figures.waiting, figures.lost), (0, 1));
    assert_eq!(server.letter().to, "later@home.example");
}

#[tokio::test]
async fn a_server_that_hangs_and_everybody_with_it() {
    // It takes connections and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let notifier = Notifier::new(at(port), Hands::new(), site(), quick());
    let begun = Instant::now();
    for _ in 0..1_500 {
        notifier.new_for(person(), address("a@home.example"), Language::French);
    }
    assert!(begun.elapsed() < Duration::from_secs(1), "nobody waits");
    let figures = notifier.figures();
    assert_eq!((figures.waiting, figures.dropped), (1_000, 500));
    // The end does not wait for it either.
    notifier.close(Duration::from_millis(300)).await;
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_server_that_is_away() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = gone.local_addr().unwrap().port();
    drop(gone);
    let failed = at(port).send(&letter("a@home.example"), &site(), NOW).await;
    assert_eq!(failed.unwrap_err(), Error::Unreachable);
}

#[tokio::test]
async fn a_server_that_is_somebody_elses_gets_letters() {
    let tls = Some([Path::new(CHAIN), Path::new(KEY)]);
    let Some(mut server) = Server::start("letters: TLS", tls) else {
        return;
    };
    // Nobody vouches for it here.
    let mailbox = mailbox(&format!("smtps://localhost:{}", server.port));
    let failed = mailbox.send(&letter("a@home.example"), &site(), NOW).await;
    assert_eq!(failed.unwrap_err(), Error::Unreachable);
    // Where the machine trusts its authority, letters arrive, and only there.
    for (authority, works) in [(OTHER, false), (AUTHORITY, true)] {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "server::child_of_the_test_above", "--ignored"])
            .env("SSL_CERT_FILE", authority)
            .env_remove("SSL_CERT_DIR")
            .env(PORT, server.port.to_string())
            .output()
            .unwrap();
        assert_eq!(child.status.success(), works, "{child:?}");
    }
    let arrived = server.letter();
    assert!(arrived.tls);
    assert_eq!(arrived.to, "child@home.example");
}

#[tokio::test]
#[ignore = "a part of another test, which starts it with an authority of its own"]
async fn child_of_the_test_above() {
    let Ok(port) = std::env::var(PORT) else {
        return;
    };
    let mailbox = mailbox(&format!("smtps://localhost:{port}"));
    mailbox
        .send(&letter("child@home.example"), &site(), NOW)
        .await
        .unwrap();
}

#[test]
fn a_setting_that_sends_letters_in_the_clear_or_nowhere() {
    let relay = |text: &str| text.parse::<hygie_letters::Relay>();
    for text in [
        "smtps://mail.example",
        "smtps://user:secret@mail.example:465",
        "smtp://mail.example:587?tls=required",
        "smtp://127.0.0.1:2525",
        "smtp://[::1]:2525",
        "smtp://localhost",
    ] {
        let relay = relay(text).unwrap();
        assert!(!format!("{relay:?}").contains("secret"));
        let from = address("no-reply@records.example");
        Mailbox::server(&relay, from, Arc::new(SystemEntropy)).unwrap();
    }
    for text in [
        "smtp://mail.example",
        "smtp://mail.example?tls=opportunistic",
        "smtp://mail.example?x=tls=required",
        "smtp://localhost@mail.example",
        "smtp://localhost.example",
        "smtp://127.0.0.1.example",
    ] {
        assert_eq!(relay(text), Err(Error::RelayUnprotected), "{text}");
    }
    for text in [
        "",
        "mail.example",
        "https://mail.example",
        "smtps://",
        "smtps://:25",
        "smtps://a b",
    ] {
        assert_eq!(relay(text), Err(Error::RelayMalformed), "{text}");
    }
    for text in [
        "",
        "camille",
        "camille@",
        "@home.example",
        "a@home.example\r\nBcc: b@home.example",
        "a@home.example, b@home.example",
        "Camille <a@home.example>",
    ] {
        assert_eq!(
            text.parse::<Address>(),
            Err(Error::AddressMalformed),
            "{text}"
        );
    }
    assert!(
        format!("{}@home.example", "a".repeat(250))
            .parse::<Address>()
            .is_err()
    );
    for text in [
        "",
        "records.example",
        "ftp://a",
        "https://",
        "https:///x",
        "https://a b",
        "https://a?x=1",
        "https://u@a",
    ] {
        let site = text.parse::<hygie_letters::Site>();
        assert_eq!(site, Err(Error::SiteMalformed), "{text}");
    }
}
