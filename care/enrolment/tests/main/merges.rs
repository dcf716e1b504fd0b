//! Dangers: two letters, or two spaces, for one person; an alias' code that says no for nobody; an opposition that is lost
//! with the line that bore it; an import under the alias' number that makes a second record; two records mixed.
//! Not a failure: two lines that each have a record are refused, and stay two.

use hygie_enrolment::{Enrolment, Insured, Made, Registered, Registration, Wave};
use hygie_record::Outcome;
use hygie_record::notice::{How, Purpose};

use crate::campaigns::{codes, files, folder, living, printed, printing, registered};
use crate::oppositions::{BORN, INS, OTHER, code, patient, tried};
use crate::world::World;

const DAY: u64 = 86_400_000;

fn wave() -> Wave {
    Wave {
        number: 1,
        departments: Vec::new(),
    }
}

fn is_rejected(registered: &Registered, word: &str) -> bool {
    matches!(registered, Registered::Rejected { reason } if reason.contains(word))
}

async fn persons(roll: &Enrolment) -> u64 {
    let counts = roll.dashboard().await.unwrap();
    counts.iter().map(|one| one.persons).sum()
}

#[tokio::test]
async fn one_of_two_lines_becomes_an_alias_and_leads_where_the_other_leads() {
    let world = World::new().await;
    let roll = printing(&world);
    let lines = [living(INS, "69001"), living(OTHER, "69002")];
    registered(&roll, &lines).await;
    assert_eq!(
        roll.merge(INS, &OTHER[..13]).await.unwrap(),
        Registered::Corrected
    );
    for again in [&roll, &printing(&world)] {
        assert_eq!(again.merge(INS, OTHER).await.unwrap(), Registered::Already);
    }
    assert!(is_rejected(
        &roll.merge(OTHER, INS).await.unwrap(),
        "merged itself"
    ));
    assert!(is_rejected(
        &roll.merge(INS, "189127512501282").await.unwrap(),
        "no line"
    ));
    assert_eq!(persons(&roll).await, 1);
    assert_eq!(roll.announce(&wave()).await.unwrap().letters, 1);
    // The register goes on telling of both, and of the alias nothing is taken.
    let moved = Insured {
        family: "Other".to_owned(),
        ..lines[1].clone()
    };
    let told = roll
        .register(&[lines[0].clone(), moved], Registration::Lines)
        .await
        .unwrap();
    assert_eq!(told, [Registered::Already, Registered::Already]);
    world.wait(44 * DAY);
    assert_eq!(
        roll.make_due().await.unwrap(),
        Made {
            created: 1,
            ..Made::default()
        }
    );
    let person = world.record.persons().await.unwrap()[0];
    for (place, ins) in [INS, OTHER, &OTHER[..13]].into_iter().enumerate() {
        let url = format!("urn:uuid:00000000-0000-4000-8000-00000000000{place}");
        assert_eq!(
            world.outcomes(vec![(Some(&url), patient(ins))]).await,
            [Outcome::Taken]
        );
    }
    assert_eq!(world.record.persons().await.unwrap(), [person]);
    let seen = world
        .record
        .read(&world.holder(person), "Patient", &person.to_string())
        .await
        .unwrap();
    let text = String::from_utf8(seen.text().unwrap().to_vec()).unwrap();
    assert!(
        text.contains(&INS[..13]) && text.contains(&OTHER[..13]),
        "{text}"
    );
}

#[tokio::test]
async fn a_letter_to_the_alias_still_says_no_for_the_person_and_yes_again() {
    let world = World::new().await;
    let roll = printing(&world);
    // The alias has a letter, and then a space.
    let with = roll
        .register(&[living(OTHER, "69002")], Registration::Codes)
        .await
        .unwrap();
    world.wait(44 * DAY);
    assert_eq!(roll.make_due().await.unwrap().created, 1);
    registered(&roll, &[living(INS, "69001")]).await;
    assert_eq!(roll.merge(INS, OTHER).await.unwrap(), Registered::Corrected);
    // The space that there is is that of the line which was kept.
    assert_eq!(roll.announce(&wave()).await.unwrap().letters, 0);
    let person = world.record.persons().await.unwrap()[0];
    tried(&roll, OTHER, BORN, code(&with[0])).await.unwrap();
    let read = world
        .record
        .read(&world.holder(person), "Patient", &person.to_string())
        .await;
    assert!(read.is_err());
    let opposed: u64 = roll
        .dashboard()
        .await
        .unwrap()
        .iter()
        .map(|one| one.opposed)
        .sum();
    assert_eq!((opposed, persons(&roll).await), (1, 1));
    let mut confirmed = files(&world);
    confirmed.retain(|name| name.starts_with("confirmation-") && name.ends_with(".pdf"));
    let Some(text) = printed(&folder(&world).join(&confirmed[0])) else {
        return;
    };
    let back = hygie_enrolment::Attempt::read(OTHER, BORN, &codes(&text)[0]).unwrap();
    assert!(matches!(
        roll.relent(&back).await.unwrap(),
        hygie_enrolment::Answer::Done(_)
    ));
    let opposed: u64 = roll
        .dashboard()
        .await
        .unwrap()
        .iter()
        .map(|one| one.opposed)
        .sum();
    assert_eq!(opposed, 0);
    world
        .record
        .read(&world.holder(person), "Patient", &person.to_string())
        .await
        .unwrap();
}

#[tokio::test]
async fn the_opposed_and_the_erased_are_not_made_again_by_a_merge() {
    let world = World::new().await;
    world.custody().await;
    let roll = printing(&world);
    let with = roll
        .register(&[living(OTHER, "69002")], Registration::Codes)
        .await
        .unwrap();
    tried(&roll, OTHER, BORN, code(&with[0])).await.unwrap();
    registered(&roll, &[living(INS, "69001")]).await;
    let row = Insured {
        merged_into: INS.to_owned(),
        ..living(OTHER, "69002")
    };
    let merged = roll
        .register(std::slice::from_ref(&row), Registration::Lines)
        .await
        .unwrap();
    assert_eq!(merged, [Registered::Corrected]);
    assert_eq!(
        roll.register(&[row], Registration::Lines).await.unwrap(),
        [Registered::Already]
    );
    assert_eq!(roll.announce(&wave()).await.unwrap().letters, 0);
    world.wait(60 * DAY);
    assert_eq!(roll.make_due().await.unwrap(), Made::default());
    for ins in [INS, OTHER] {
        assert_eq!(
            world.outcomes(vec![(None, patient(ins))]).await,
            [Outcome::Rejected]
        );
    }
    assert!(world.record.persons().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_space_that_the_alias_had_ends_on_the_line_that_was_kept() {
    let world = World::new().await;
    world.custody().await;
    let roll = printing(&world);
    roll.register(&[living(OTHER, "69002")], Registration::Codes)
        .await
        .unwrap();
    world.wait(44 * DAY);
    roll.make_due().await.unwrap();
    let person = world.record.persons().await.unwrap()[0];
    registered(&roll, &[living(INS, "69001")]).await;
    roll.merge(INS, OTHER).await.unwrap();
    roll.erase(&world.operator(Purpose::Closure), person, 10)
        .await
        .unwrap();
    assert_eq!(world.record.ended(person).await.unwrap(), Some(How::Erased));
    let ended: u64 = roll
        .dashboard()
        .await
        .unwrap()
        .iter()
        .map(|one| one.ended)
        .sum();
    assert_eq!(ended, 1);
    for ins in [INS, OTHER] {
        assert_eq!(
            world.outcomes(vec![(None, patient(ins))]).await,
            [Outcome::Rejected]
        );
    }
}

#[tokio::test]
async fn two_records_are_not_mixed() {
    let world = World::new().await;
    let roll = printing(&world);
    for (place, ins) in [INS, OTHER].into_iter().enumerate() {
        let url = format!("urn:uuid:00000000-0000-4000-8000-00000000000{place}");
        world.outcomes(vec![(Some(&url), patient(ins))]).await;
    }
    registered(&roll, &[living(INS, "69001"), living(OTHER, "69002")]).await;
    assert!(is_rejected(
        &roll.merge(INS, OTHER).await.unwrap(),
        "record of its own"
    ));
    assert_eq!(persons(&roll).await, 2);
    assert_eq!(world.record.persons().await.unwrap().len(), 2);
}
