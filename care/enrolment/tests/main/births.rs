//! Dangers: a child who is put on the roll by anybody, twice, or in another's place; parents who are not written to; a letter
//! that a crash loses; a space that is made before they could refuse.
//! Not a failure: without a printer the child waits for the campaign.

use hygie_enrolment::{Birth, CampaignError, Insured, Made, Registration};
use hygie_record::{Caller, Error};

use crate::campaigns::{codes, files, folder, living, printed, printing, registered};
use crate::oppositions::{INS, OTHER, enrolment, tried};
use crate::world::World;

const DAY: u64 = 86_400_000;
/// The world's first day.
const TODAY: &str = "2026-09-21";

fn newborn() -> Insured {
    Insured {
        birth_date: TODAY.to_owned(),
        representatives: vec![OTHER.to_owned()],
        address: Vec::new(),
        postcode: String::new(),
        ..living(INS, "")
    }
}

fn letters(world: &World) -> Vec<String> {
    let mut names = files(world);
    names.retain(|name| name.starts_with("birth-") && name.ends_with(".pdf"));
    names
}

fn maternity(world: &World) -> Caller {
    world.software("750100042")
}

#[tokio::test]
async fn a_birth_is_told_once_and_the_parents_decide() {
    let world = World::new().await;
    let roll = printing(&world);
    registered(&roll, &[living(OTHER, "35000")]).await;
    for _ in 0..2 {
        let told = roll.born(&maternity(&world), &newborn()).await.unwrap();
        assert_eq!(told, Birth::Told);
        assert_eq!(letters(&world).len(), 1);
    }
    world.wait(30 * DAY);
    assert_eq!(roll.make_due().await.unwrap(), Made::default());
    world.wait(14 * DAY);
    assert_eq!(roll.make_due().await.unwrap().created, 1);
    if let Some(text) = printed(&folder(&world).join(&letters(&world)[0])) {
        assert!(
            text.contains("représentants légaux") && text.contains("35000 VILLE"),
            "{text}"
        );
        tried(&roll, INS, TODAY, &codes(&text)[0]).await.unwrap();
    }
    // The child is a minor in his space.
    let person = world.record.persons().await.unwrap()[0];
    let read = world
        .record
        .read(&world.holder(person), "Patient", &person.to_string())
        .await;
    assert!(matches!(read, Err(Error::Refused)));
}

#[tokio::test]
async fn only_software_tells_of_births_and_only_of_newborns() {
    let world = World::new().await;
    let roll = printing(&world);
    for caller in [
        world.doctor(),
        world.operator(hygie_record::notice::Purpose::Import),
    ] {
        let refused = roll.born(&caller, &newborn()).await;
        assert!(matches!(
            refused,
            Err(CampaignError::Record(Error::Refused))
        ));
    }
    let orphan = Insured {
        representatives: Vec::new(),
        ..newborn()
    };
    let old = Insured {
        birth_date: "2026-07-01".to_owned(),
        ..newborn()
    };
    let unborn = Insured {
        birth_date: "2026-09-23".to_owned(),
        ..newborn()
    };
    let nobody = Insured {
        ins: "1".to_owned(),
        ..newborn()
    };
    for (child, column) in [
        (orphan, "representatives"),
        (old, "birth_date"),
        (unborn, "birth_date"),
        (nobody, "ins"),
    ] {
        let Birth::Wrong(fault) = roll.born(&maternity(&world), &child).await.unwrap() else {
            panic!("{column}");
        };
        assert_eq!(fault.column, column);
    }
    assert!(roll.dashboard().await.unwrap().is_empty());
    // Whoever is there already is left as he is.
    registered(&roll, &[living(INS, "69001")]).await;
    assert_eq!(
        roll.born(&maternity(&world), &newborn()).await.unwrap(),
        Birth::Told
    );
    assert!(letters(&world).is_empty());
    let same = roll
        .register(&[living(INS, "69001")], Registration::Lines)
        .await
        .unwrap();
    assert_eq!(same, [hygie_enrolment::Registered::Already]);
}

#[tokio::test]
async fn a_letter_that_could_not_leave_leaves_when_it_is_told_again() {
    let world = World::new().await;
    let without = enrolment(&world);
    registered(&without, &[living(OTHER, "35000")]).await;
    without.born(&maternity(&world), &newborn()).await.unwrap();
    let roll = printing(&world);
    roll.born(&maternity(&world), &newborn()).await.unwrap();
    assert_eq!(letters(&world).len(), 1);
}
