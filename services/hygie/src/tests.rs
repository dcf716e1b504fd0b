//! Failures covered: a command line that means something else than it says; an exit code that differs from the
//! promised ones; two launchers of one home; a token for nobody; a home too deep for its sockets.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::path::PathBuf;
use std::time::Duration;

use clap::{CommandFactory, Parser};
use hygie_keeper::notice::ActorKind;

use crate::arguments::{Arguments, Command, DemoToken};
use crate::lock::{Attempt, Lock, Use};
use crate::{Error, Home, demo_token};

const PERSON: &str = "0123456789abcdefghjkmnpqrs";

fn parse(line: &str) -> Result<Arguments, clap::Error> {
    Arguments::try_parse_from(line.split_whitespace())
}

#[test]
fn the_command_line_is_well_formed() {
    Arguments::command().debug_assert();
}

#[test]
fn a_token_needs_exactly_one_actor_and_at_most_fifteen_minutes() {
    for good in [
        format!("hygie demo-token --holder {PERSON}"),
        "hygie demo-token --professional 10001234567 --minutes 1 --structure 750100042".to_owned(),
        "hygie --json demo-token --software 2A0000014".to_owned(),
    ] {
        assert!(parse(&good).is_ok(), "{good}");
    }
    for bad in [
        "hygie demo-token".to_owned(),
        "hygie demo-token --holder me".to_owned(),
        format!("hygie demo-token --holder {PERSON} --software 750100042"),
        "hygie demo-token --software 750100042 --minutes 16".to_owned(),
        "hygie demo-token --software 750100042 --minutes 0".to_owned(),
        "hygie demo-token --professional 1/2".to_owned(),
        format!("hygie demo-token --holder {PERSON} --profession G15_10"),
    ] {
        assert!(parse(&bad).is_err(), "{bad}");
    }
}

fn wish(line: &str) -> DemoToken {
    match parse(line).unwrap().command {
        Command::DemoToken(wish) => wish,
        _ => panic!("`{line}` asks for a token"),
    }
}

#[test]
fn an_actor_is_what_the_command_line_says() {
    let holder = demo_token::actor(&wish(&format!("hygie demo-token --holder {PERSON}")));
    assert_eq!(
        (holder.kind, holder.id.as_str()),
        (ActorKind::Holder, PERSON)
    );
    assert!(holder.person.is_some() && holder.profession.is_none() && holder.sector.is_none());
    let doctor = demo_token::actor(&wish(
        "hygie demo-token --professional 10001234567 --sector SA07",
    ));
    assert_eq!(doctor.profession.as_deref(), Some("G15_10"));
    assert_eq!(doctor.sector.as_deref(), Some("SA07"));
    assert_eq!(doctor.structure, None);
    let software = demo_token::actor(&wish("hygie demo-token --software 750100042"));
    assert_eq!(software.structure.as_deref(), Some("750100042"));
    assert_eq!(software.profession, None);
}

#[test]
fn exit_codes_are_those_promised() {
    let path = PathBuf::from("x");
    let missing = || std::io::Error::from(std::io::ErrorKind::NotFound);
    let cases = [
        (Error::NotDemo { dir: path.clone() }, 1),
        (Error::file("read", &path, missing()), 1),
        (Error::Usage { why: "no" }, 2),
        (
            Error::InUse {
                by: "hygie 1".to_owned(),
            },
            3,
        ),
        (
            Error::Broken {
                why: "gone".to_owned(),
            },
            3,
        ),
        (
            Error::Verification {
                dir: path,
                source: hygie_ledger::Error::Changed,
            },
            4,
        ),
    ];
    for (error, code) in cases {
        assert_eq!(error.exit() as u8, code, "{error}");
    }
}

#[test]
fn a_home_that_is_served_is_not_served_again() {
    let dir = tempfile::tempdir().unwrap();
    let home = Home::new(dir.path().to_owned());
    std::fs::create_dir(dir.path().join("run")).unwrap();
    let Attempt::Taken(mut first) = Lock::attempt(&home, Use::Serve).unwrap() else {
        panic!("nobody holds the lock yet");
    };
    // A process that is gone is not named; numbers above four million are never given out by Linux.
    first.write("hygie-care", 2_000_000_000).unwrap();
    let Attempt::Served { by } = Lock::attempt(&home, Use::Serve).unwrap() else {
        panic!("the first holds the lock");
    };
    assert_eq!(by, format!("hygie {}", std::process::id()));
    let held = first.share().unwrap();
    drop(first);
    // A service that outlives its launcher keeps the home locked.
    assert!(matches!(
        Lock::attempt(&home, Use::Command).unwrap(),
        Attempt::Served { .. }
    ));
    drop(held);
    assert!(matches!(
        Lock::attempt(&home, Use::Command).unwrap(),
        Attempt::Taken(_)
    ));
}

#[tokio::test]
async fn a_command_that_works_is_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let home = Home::new(dir.path().to_owned());
    std::fs::create_dir(dir.path().join("run")).unwrap();
    let Attempt::Taken(first) = Lock::attempt(&home, Use::Command).unwrap() else {
        panic!("nobody holds the lock yet");
    };
    let short = Lock::patiently(&home, Use::Serve, Duration::ZERO)
        .await
        .unwrap();
    assert!(matches!(short, Attempt::Busy { .. }));
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(150)).await;
        drop(first);
    });
    let long = Lock::patiently(&home, Use::Serve, Duration::from_secs(20))
        .await
        .unwrap();
    assert!(matches!(long, Attempt::Taken(_)));
}

#[test]
fn a_path_too_long_for_a_socket_is_said_before_anything_is_made() {
    let deep = PathBuf::from("/tmp").join("d".repeat(100));
    assert!(matches!(
        Home::new(deep).check_length(),
        Err(Error::PathTooLong { .. })
    ));
    assert!(Home::new("/tmp/short".into()).check_length().is_ok());
}
