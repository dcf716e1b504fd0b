//! Dangers: two letters, or two spaces, for one person; an alias' code that says no for nobody; an opposition that is lost
//! with the line that bore it; an import under the alias' number that makes a second record; two records of one person that
//! stay two, in which a word said of one holds for half of him; a joining that a crash leaves half done.
//! Not a failure: two lines of which one has a record that ended are refused, and stay two.

use hygie_enrolment::{Enrolment, Insured, Made, Registered, Registration, Wave};
use hygie_record::notice::{How, PersonId, Purpose};
use hygie_record::{Error, Outcome};

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

/// Two lines that each have a record by an import, and whose each is.
async fn two_records(world: &World, roll: &Enrolment) -> [PersonId; 2] {
    let mut persons: Vec<PersonId> = Vec::new();
    for (place, ins) in [INS, OTHER].into_iter().enumerate() {
        let url = format!("urn:uuid:00000000-0000-4000-8000-00000000000{place}");
        world.outcomes(vec![(Some(&url), patient(ins))]).await;
        let known = world.record.persons().await.unwrap();
        let new = known.into_iter().find(|one| !persons.contains(one));
        persons.extend(new);
    }
    registered(roll, &[living(INS, "69001"), living(OTHER, "69002")]).await;
    persons.try_into().unwrap()
}

async fn read(world: &World, holder: PersonId, person: PersonId) -> Result<String, Error> {
    let id = person.to_string();
    let holder = world.holder(holder);
    let read = world.record.read(&holder, "Patient", &id).await?;
    let text = read.text().unwrap().to_vec();
    Ok(String::from_utf8(text).unwrap())
}

#[tokio::test]
async fn two_records_of_one_person_stay_two() {
    let world = World::new().await;
    let roll = printing(&world);
    let [keep, went] = two_records(&world, &roll).await;
    assert_eq!(roll.merge(INS, OTHER).await.unwrap(), Registered::Corrected);
    for again in [&roll, &printing(&world)] {
        assert_eq!(again.merge(INS, OTHER).await.unwrap(), Registered::Already);
    }
    assert_eq!(persons(&roll).await, 1);
    assert_eq!(world.record.persons().await.unwrap(), [keep]);
    // Whatever comes under either number goes to one record, and its Patient bears both.
    for (place, ins) in [INS, OTHER, &OTHER[..13]].into_iter().enumerate() {
        let url = format!("urn:uuid:00000000-0000-4000-8000-00000000001{place}");
        let outcomes = world.outcomes(vec![(Some(&url), patient(ins))]).await;
        assert_eq!(outcomes, [Outcome::Taken]);
    }
    assert_eq!(world.record.persons().await.unwrap(), [keep]);
    for holder in [keep, went] {
        let text = read(&world, holder, keep).await.unwrap();
        assert!(text.contains(&INS[..13]) && text.contains(&OTHER[..13]));
        assert!(text.contains("replaces") && text.contains(&went.to_string()));
        let text = read(&world, holder, went).await.unwrap();
        assert!(text.contains("replaced-by") && text.contains("\"active\":false"));
    }
    // One opposition is over all, and so is its end.
    let letters = roll.announce(&wave()).await.unwrap().letters;
    assert_eq!(letters, 1);
}

#[tokio::test]
async fn a_crash_after_the_records_were_joined_leaves_two_lines() {
    let world = World::new().await;
    let roll = printing(&world);
    let [keep, went] = two_records(&world, &roll).await;
    assert_eq!(world.roll().join(keep, went).await.unwrap(), keep);
    // The row of the register comes again, and goes on from there.
    let row = Insured {
        merged_into: INS.to_owned(),
        ..living(OTHER, "69002")
    };
    for expected in [Registered::Corrected, Registered::Already] {
        let merged = roll
            .register(std::slice::from_ref(&row), Registration::Lines)
            .await
            .unwrap();
        assert_eq!(merged, [expected]);
    }
    assert_eq!(persons(&roll).await, 1);
    assert!(
        read(&world, keep, went)
            .await
            .unwrap()
            .contains("replaced-by")
    );
}

#[tokio::test]
async fn an_opposition_of_one_of_two_records_is_lost_with_its_line() {
    let world = World::new().await;
    let roll = printing(&world);
    let with = roll
        .register(&[living(OTHER, "69002")], Registration::Codes)
        .await
        .unwrap();
    let url = "urn:uuid:00000000-0000-4000-8000-000000000001";
    world.outcomes(vec![(Some(url), patient(OTHER))]).await;
    let url = "urn:uuid:00000000-0000-4000-8000-000000000002";
    world.outcomes(vec![(Some(url), patient(INS))]).await;
    let known = world.record.persons().await.unwrap();
    registered(&roll, &[living(INS, "69001")]).await;
    tried(&roll, OTHER, BORN, code(&with[0])).await.unwrap();
    assert_eq!(roll.merge(INS, OTHER).await.unwrap(), Registered::Corrected);
    for person in &known {
        assert!(
            read(&world, *person, *person).await.is_err(),
            "his no holds"
        );
    }
    // The list that the crossing reads says no of both numbers.
    let part = world
        .roll()
        .oppositions(&world.crossing(None), 0)
        .await
        .unwrap();
    for ins in [INS, OTHER] {
        let mut lines = part.lines.iter().rev();
        let last = lines.find(|line| line.ins == ins[..13]).unwrap();
        assert!(last.opposed);
    }
    let mut confirmed = files(&world);
    confirmed.retain(|name| name.starts_with("confirmation-") && name.ends_with(".pdf"));
    let Some(text) = printed(&folder(&world).join(&confirmed[0])) else {
        return;
    };
    let back = hygie_enrolment::Attempt::read(OTHER, BORN, &codes(&text)[0]).unwrap();
    let answer = roll.relent(&back).await.unwrap();
    assert!(matches!(answer, hygie_enrolment::Answer::Done(_)));
    for person in &known {
        read(&world, *person, *person).await.unwrap();
    }
}

#[tokio::test]
async fn a_record_that_ended_is_joined_or_takes_another_with_it() {
    let world = World::new().await;
    world.custody().await;
    let roll = printing(&world);
    let [_, went] = two_records(&world, &roll).await;
    let closer = world.operator(Purpose::Closure);
    roll.close(&closer, went, 10).await.unwrap();
    let merged = roll.merge(INS, OTHER).await.unwrap();
    assert!(is_rejected(&merged, "closed"));
    roll.erase(&closer, went, 10).await.unwrap();
    let merged = roll.merge(INS, OTHER).await.unwrap();
    assert!(is_rejected(&merged, "erased"));
    assert_eq!(world.record.persons().await.unwrap().len(), 1);
}

#[tokio::test]
async fn one_of_two_joined_records_outlives_the_other() {
    let world = World::new().await;
    world.custody().await;
    let roll = printing(&world);
    let [keep, went] = two_records(&world, &roll).await;
    roll.merge(INS, OTHER).await.unwrap();
    let closer = world.operator(Purpose::Closure);
    // By the id of the one that went, too: they are one.
    roll.close(&closer, went, 10).await.unwrap();
    for person in [keep, went] {
        assert_eq!(world.record.ended(person).await.unwrap(), Some(How::Closed));
    }
    roll.erase(&closer, went, 10).await.unwrap();
    for person in [keep, went] {
        assert_eq!(world.record.ended(person).await.unwrap(), Some(How::Erased));
    }
    assert!(world.record.persons().await.unwrap().is_empty());
    for ins in [INS, OTHER] {
        let outcomes = world.outcomes(vec![(None, patient(ins))]).await;
        assert_eq!(outcomes, [Outcome::Rejected]);
    }
    let counts = roll.dashboard().await.unwrap();
    assert_eq!(counts.iter().map(|one| one.ended).sum::<u64>(), 1);
}

#[tokio::test]
async fn two_people_are_taken_for_one() {
    let world = World::new().await;
    let roll = printing(&world);
    two_records(&world, &roll).await;
    let born = Insured {
        birth_date: "1990-01-01".to_owned(),
        ..living(OTHER, "69002")
    };
    let told = roll.register(&[born], Registration::Lines).await.unwrap();
    assert_eq!(told, [Registered::Corrected]);
    let merged = roll.merge(INS, OTHER).await.unwrap();
    assert!(is_rejected(&merged, "birth date"));
    assert_eq!(world.record.persons().await.unwrap().len(), 2);
    assert_eq!(persons(&roll).await, 2);
}
