//! Dangers: whoever has no code can't say no; an answer, or its trace, that tells who is insured; somebody else who asks
//! in a person's name and takes the code of the letter away, or floods him with letters; a wish that a crash loses; an
//! opposition that somebody else wrote and that the person can't take back.
//! Not a failure: no letter where no address is known; the telephone and the post remain.

use hygie_enrolment::{Answer, Attempt, CampaignError, Enrolment, Wish};

use crate::campaigns::{codes, files, folder, living, printed, printing, registered};
use crate::oppositions::{BORN, INS, OTHER, enrolment, patient, tried};
use crate::world::World;

const DAY: u64 = 86_400_000;

async fn asks(roll: &Enrolment, ins: &str, born: &str) {
    roll.ask_for_code(&Wish::read(ins, born).ok().unwrap())
        .await
        .unwrap();
}

/// The codes on the letters whose files begin so; none where nothing reads them.
fn on_paper(world: &World, begin: &str) -> Option<Vec<String>> {
    let letters = files(world).into_iter();
    let mut letters = letters.filter(|name| name.starts_with(begin) && name.ends_with(".pdf"));
    letters.try_fold(Vec::new(), |mut all, name| {
        all.extend(codes(&printed(&folder(world).join(name))?));
        Some(all)
    })
}

#[tokio::test]
async fn a_new_code_comes_by_letter_to_who_is_insured_and_the_answer_is_one() {
    let world = World::new().await;
    let roll = printing(&world);
    registered(&roll, &[living(INS, "69001")]).await;
    // Unknown, another birth date, right: one trace each, of one kind.
    let mut traces = Vec::new();
    for (ins, born) in [(OTHER, BORN), (INS, "1963-12-06"), (INS, BORN)] {
        let before = world.leaves().await;
        asks(&roll, ins, born).await;
        traces.push(world.leaves().await - before);
    }
    assert_eq!(traces, [1, 1, 1]);
    assert_eq!(roll.answer_wishes().await.unwrap(), 1);
    assert_eq!(roll.answer_wishes().await.unwrap(), 0);
    // Once a week at most, whoever asks.
    asks(&roll, INS, BORN).await;
    assert_eq!(roll.answer_wishes().await.unwrap(), 0);
    let Some(codes) = on_paper(&world, "code-") else {
        return;
    };
    let [code] = &codes[..] else {
        panic!("{codes:?}")
    };
    tried(&roll, INS, BORN, code).await.unwrap();
}

#[tokio::test]
async fn whoever_asks_in_anothers_name_takes_no_code_away_and_new_ones_end() {
    let world = World::new().await;
    let roll = printing(&world);
    registered(&roll, &[living(INS, "69001")]).await;
    let wave = hygie_enrolment::Wave {
        number: 1,
        departments: Vec::new(),
    };
    roll.announce(&wave).await.unwrap();
    let begin = files(&world)[0][..26].to_owned();
    asks(&roll, INS, BORN).await;
    roll.answer_wishes().await.unwrap();
    world.wait(8 * DAY);
    asks(&roll, INS, BORN).await;
    roll.answer_wishes().await.unwrap();
    let (Some(first), Some(new)) = (on_paper(&world, &begin), on_paper(&world, "code-")) else {
        return;
    };
    assert_eq!((first.len(), new.len()), (1, 2));
    world.wait(40 * DAY);
    for old in &new {
        assert!(tried(&roll, INS, BORN, old).await.is_none());
    }
    tried(&roll, INS, BORN, &first[0]).await.unwrap();
}

#[tokio::test]
async fn a_wish_outlives_a_crash_and_waits_for_a_printer() {
    let world = World::new().await;
    registered(&enrolment(&world), &[living(INS, "69001")]).await;
    let without = enrolment(&world);
    asks(&without, INS, BORN).await;
    assert!(matches!(
        without.answer_wishes().await,
        Err(CampaignError::NoPress)
    ));
    world.wait(DAY);
    assert_eq!(printing(&world).answer_wishes().await.unwrap(), 1);
}

#[tokio::test]
async fn an_opposition_that_was_not_his_is_taken_back_within_thirty_days() {
    let world = World::new().await;
    let roll = printing(&world);
    registered(&roll, &[living(INS, "69001"), living(OTHER, "69001")]).await;
    let wave = hygie_enrolment::Wave {
        number: 1,
        departments: Vec::new(),
    };
    roll.announce(&wave).await.unwrap();
    let begin = files(&world)[0][..26].to_owned();
    let Some(codes) = on_paper(&world, &begin) else {
        return;
    };
    for code in &codes {
        for ins in [INS, OTHER] {
            tried(&roll, ins, BORN, code).await;
        }
    }
    let reversals = on_paper(&world, "confirmation-").unwrap();
    assert_eq!(reversals.len(), 2, "{reversals:?}");
    let mut back = Vec::new();
    for (ins, code) in [INS, OTHER]
        .into_iter()
        .flat_map(|ins| reversals.iter().map(move |code| (ins, code)))
    {
        let attempt = Attempt::read(ins, BORN, code).ok().unwrap();
        // It says no nobody, and what says no takes nothing back.
        assert!(matches!(
            roll.oppose(&attempt).await.unwrap(),
            Answer::NotMatched
        ));
        if back.is_empty()
            && let Answer::Done(_) = roll.relent(&attempt).await.unwrap()
        {
            back.push(ins);
            assert!(matches!(
                roll.relent(&attempt).await.unwrap(),
                Answer::NotMatched
            ));
        }
    }
    assert_eq!(back.len(), 1);
    // Who took it back has his space when the six weeks are over, and others may feed it again.
    world.wait(44 * DAY);
    assert_eq!(roll.make_due().await.unwrap().created, 1);
    let url = "urn:uuid:00000000-0000-4000-8000-000000000001";
    let taken = world.outcomes(vec![(Some(url), patient(back[0]))]).await;
    assert_eq!(taken, [hygie_record::Outcome::Taken]);
    // Too late for the other.
    for code in &reversals {
        let other = if back[0] == INS { OTHER } else { INS };
        let attempt = Attempt::read(other, BORN, code).ok().unwrap();
        assert!(matches!(
            roll.relent(&attempt).await.unwrap(),
            Answer::NotMatched
        ));
    }
}
