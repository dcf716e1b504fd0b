//! Dangers: a line for nobody, under a number of tests; a line under a number with a slip of the pen, which another person
//! may have; parents whom a slip names, who act for a child of others; two lines joined by a slip; a refusal that shows the
//! number.
//! Not a failure: who is on the roll stays there under his number, whatever it is, and is refused in the register.

use std::sync::Arc;

use hygie_enrolment::{Birth, Insured, Registered, Registration};
use hygie_record::NationalNumbers::Real;

use crate::campaigns::{living, registered};
use crate::oppositions::{INS, OTHER, enrolment};
use crate::world::World;

const NIR: &str = "urn:oid:1.2.250.1.213.1.4.8";
const SLIP: &str = "163127847704295";

impl World {
    /// Another care process goes on with the home, for real persons.
    async fn of_real_persons(mut self) -> Self {
        self.record = Arc::new(self.restarted().await.taking(Real));
        self
    }
}

fn real(ins: &str) -> Insured {
    Insured {
        ins_system: NIR.to_owned(),
        ..living(ins, "35000")
    }
}

fn reason(registered: &Registered) -> &str {
    match registered {
        Registered::Rejected { reason } => reason,
        taken => panic!("{taken:?}"),
    }
}

#[tokio::test]
async fn a_number_of_nobodys_gets_a_line() {
    let world = World::new().await.of_real_persons().await;
    let roll = enrolment(&world);
    let before = |number: &str| Insured {
        previous_ins: vec![number.to_owned()],
        ..real(INS)
    };
    let rows = [
        (living(INS, "35000"), "`ins` is of the test"),
        (real(SLIP), "`ins` has a key"),
        (before(SLIP), "`previous_ins` has a key"),
        (
            before(&format!("urn:oid:1.2.250.1.213.1.4.10 {OTHER}")),
            "`previous_ins` is of the test",
        ),
    ];
    let (insured, words): (Vec<Insured>, Vec<&str>) = rows.into_iter().unzip();
    let told = roll.register(&insured, Registration::Codes).await.unwrap();
    for (registered, word) in told.iter().zip(words) {
        let reason = reason(registered);
        assert!(reason.starts_with(word), "{reason}");
        assert!(
            !reason.contains("1631") && !reason.contains("2620"),
            "{reason}"
        );
    }
    assert!(roll.dashboard().await.unwrap().is_empty());
    let good = [real(INS), real(&OTHER[..13])];
    let told = roll.register(&good, Registration::Lines).await.unwrap();
    assert!(
        told.iter()
            .all(|one| matches!(one, Registered::Added { .. }))
    );
}

#[tokio::test]
async fn who_is_on_the_roll_is_lost_with_his_number() {
    let world = World::new().await;
    let known = [living(INS, "35000")];
    registered(&enrolment(&world), &known).await;
    let world = world.of_real_persons().await;
    let roll = enrolment(&world);
    let moved = [living(INS, "69001")];
    let told = roll.register(&moved, Registration::Lines).await.unwrap();
    assert!(reason(&told[0]).contains("test or demonstration"));
    let counts = roll.dashboard().await.unwrap();
    assert_eq!(counts.iter().map(|one| one.persons).sum::<u64>(), 1);
    assert_eq!(world.roll().find(&[&INS[..13]]).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_slip_names_others_as_parents() {
    let world = World::new().await.of_real_persons().await;
    let roll = enrolment(&world);
    let child = |parent: &str| Insured {
        birth_date: "2026-09-21".to_owned(),
        representatives: vec![parent.to_owned()],
        ..real(OTHER)
    };
    let maternity = world.software("750100042");
    let Birth::Wrong(fault) = roll.born(&maternity, &child(SLIP)).await.unwrap() else {
        panic!("a slip is taken");
    };
    assert_eq!(fault.column, "representatives");
    assert!(fault.why.contains("key"));
    let told = roll.born(&maternity, &child(INS)).await.unwrap();
    assert_eq!(told, Birth::Told);
}

#[tokio::test]
async fn a_slip_joins_two_lines() {
    let world = World::new().await.of_real_persons().await;
    let roll = enrolment(&world);
    let two = [real(INS), real(OTHER)];
    roll.register(&two, Registration::Lines).await.unwrap();
    for (keep, drop) in [(SLIP, OTHER), (OTHER, SLIP)] {
        assert!(reason(&roll.merge(keep, drop).await.unwrap()).contains("key"));
    }
    let merged = roll.merge(INS, &OTHER[..13]).await.unwrap();
    assert_eq!(merged, Registered::Corrected);
}
