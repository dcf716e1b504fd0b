//! Dangers: a parent who reads on after the eighteenth birthday, or a child who is kept out; a birthday on 29 February, or at
//! midnight in another zone, that comes a day early or never; a letter that comes twice, or to the parents; an opposition of
//! the parents that he does not learn of.
//! Not a failure: whoever was of age when he came on the roll gets no such letter.

use hygie_enrolment::{Calendar, Enrolment, Insured, Made, Registration};
use hygie_keeper::{Home, load_issuer_key};
use hygie_record::notice::{PersonId, Purpose};
use hygie_record::{Appointment, Error, Roll, Who};

use crate::campaigns::{codes, files, folder, living, printed, printing};
use crate::oppositions::{INS, OTHER, code, tried};
use crate::world::World;

const DAY: u64 = 86_400_000;
/// 1 March 2030 at midnight in Paris.
const FIRST: u64 = 1_898_550_000_000;

fn child(ins: &str) -> Insured {
    Insured {
        birth_date: "2012-02-29".to_owned(),
        ..living(ins, "69001")
    }
}

fn come_to(world: &World, moment: u64) {
    world.wait(moment - world.now());
}

fn letters(world: &World) -> Vec<String> {
    let mut names = files(world);
    names.retain(|name| name.starts_with("of-age-") && name.ends_with(".pdf"));
    names
}

async fn reads(world: &World, caller: &hygie_record::Caller, person: PersonId) -> bool {
    match world
        .record
        .read(caller, "Patient", &person.to_string())
        .await
    {
        Ok(_) => true,
        Err(Error::Refused) => false,
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn on_his_eighteenth_birthday_he_decides_and_his_parents_no_longer() {
    let world = World::new().await;
    let roll = printing(&world);
    roll.register(&[child(INS)], Registration::Codes)
        .await
        .unwrap();
    world.wait(44 * DAY);
    assert_eq!(roll.make_due().await.unwrap().created, 1);
    let person = world.record.persons().await.unwrap()[0];
    let mother = Who {
        account: "mother".to_owned(),
        name: "Mother".to_owned(),
        role: "parent".to_owned(),
        classes: None,
        from: None,
        until: None,
    };
    let operator = world.operator(Purpose::Import);
    let appointed = world
        .record
        .appoint(&operator, person, Appointment::Appoint(mother));
    appointed.await.unwrap();
    come_to(&world, FIRST - 1);
    assert_eq!(roll.make_due().await.unwrap(), Made::default());
    let mother = |world: &World| world.representative("mother", person);
    assert!(reads(&world, &mother(&world), person).await);
    assert!(!reads(&world, &world.holder(person), person).await);
    come_to(&world, FIRST);
    assert!(!reads(&world, &mother(&world), person).await);
    assert!(reads(&world, &world.holder(person), person).await);
    let told = Made {
        of_age: 1,
        ..Made::default()
    };
    assert_eq!(roll.make_due().await.unwrap(), told);
    // Once, whoever runs it.
    assert_eq!(roll.make_due().await.unwrap(), Made::default());
    assert_eq!(printing(&world).make_due().await.unwrap(), Made::default());
    let letters = letters(&world);
    assert_eq!(letters.len(), 1);
    let Some(text) = printed(&folder(&world).join(&letters[0])) else {
        return;
    };
    assert!(
        text.contains("18 ans") && !text.contains("représentants légaux"),
        "{text}"
    );
    let codes = codes(&text);
    tried(&roll, INS, "2012-02-29", &codes[0]).await.unwrap();
}

#[tokio::test]
async fn whoever_was_opposed_for_learns_how_to_take_it_back() {
    let world = World::new().await;
    let roll = printing(&world);
    let registered = roll
        .register(&[child(INS)], Registration::Codes)
        .await
        .unwrap();
    tried(&roll, INS, "2012-02-29", code(&registered[0]))
        .await
        .unwrap();
    come_to(&world, FIRST);
    assert_eq!(roll.make_due().await.unwrap().of_age, 1);
    let letters = letters(&world);
    let Some(text) = printed(&folder(&world).join(&letters[0])) else {
        return;
    };
    assert!(text.contains("opposition"), "{text}");
    let codes = codes(&text);
    let back = hygie_enrolment::Attempt::read(INS, "2012-02-29", &codes[0]).unwrap();
    let answer = roll.relent(&back).await.unwrap();
    assert!(matches!(answer, hygie_enrolment::Answer::Done(_)));
}

#[tokio::test]
async fn the_day_is_that_of_the_operators_zone_and_the_grown_up_and_the_dead_get_no_letter() {
    let world = World::new().await;
    let key = load_issuer_key(Home::new(world.dir.path()).enrolment_key(), "enrolment").unwrap();
    let cayenne = Enrolment::new(
        Roll::new(world.record.clone(), key),
        Calendar::of("America/Cayenne").unwrap(),
        Some(crate::campaigns::press(&world)),
    );
    let dead = Insured {
        death_date: "2027-01-01".to_owned(),
        ..child(OTHER)
    };
    let adult = living("189127512501282", "69001");
    cayenne
        .register(&[child(INS), dead, adult], Registration::Lines)
        .await
        .unwrap();
    // Midnight in Paris is four hours before that of Cayenne.
    come_to(&world, FIRST + 4 * 3_600_000 - 1);
    assert_eq!(cayenne.make_due().await.unwrap(), Made::default());
    come_to(&world, FIRST + 4 * 3_600_000);
    assert_eq!(cayenne.make_due().await.unwrap().of_age, 1);
}
