//! Dangers: a deadline that moves twice, or after it passed; a case that is answered and refused; one that nobody sees to
//! be late; a restriction that ends before its person was told; an erasure that is told to be done and was not granted; a reminder each hour.
//! Oracle: the rules below, said of whole histories and not of single steps.
#![allow(clippy::unwrap_used, reason = "tests")]

use hygie_record::notice::Millis;
use proptest::prelude::*;

use super::{Case, Forbidden, Kind, Outcome, Step};

const DAY: Millis = 86_400_000;
const BEGIN: Millis = 1_790_000_000_000;
const MONTH: Millis = BEGIN + 31 * DAY;
const EXTENDED: Millis = BEGIN + 92 * DAY;

fn step(kind: u8) -> Step {
    match kind {
        0 => Step::Taken,
        1 | 2 => Step::Extended { due: EXTENDED },
        3 => Step::Granted,
        4 => Step::Answered { proof: None },
        5 => Step::Refused,
        6 => Step::Withdrawn,
        10 => Step::Replied { corrected: true },
        11 => Step::Replied { corrected: false },
        12 => Step::Told,
        13 => Step::Lifted,
        14 => Step::Lifting,
        days => Step::Reminded {
            days: [10, 3, 0][usize::from(days - 7)],
        },
    }
}

fn ends(step: &Step) -> bool {
    matches!(
        step,
        Step::Answered { .. } | Step::Refused | Step::Withdrawn
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]
    #[test]
    fn no_history_breaks_what_the_law_says(
        right in 0..Kind::ALL.len(),
        steps in proptest::collection::vec((0..20 * DAY, 0_u8..15), 0..24),
    ) {
        let kind = Kind::ALL[right];
        let mut case = Case::new(kind, BEGIN, MONTH);
        let (mut now, mut taken) = (BEGIN, Vec::<(Millis, Step)>::new());
        for (wait, which) in steps {
            now += wait;
            let step = step(which);
            let Ok(next) = case.after(&step, now) else { continue };
            case = next;
            taken.push((now, step));
        }
        // One end at most, and nothing behind it.
        let ended = taken.iter().position(|(_, step)| ends(step));
        let behind = ended.map_or(&[][..], |place| &taken[place + 1..]);
        prop_assert!(behind.iter().all(|(_, step)| matches!(step, Step::Told | Step::Lifting | Step::Lifted)));
        // Nobody is told of a correction that its author did not make; a restriction ends behind its case, once.
        let place = |wanted: &Step| taken.iter().position(|(_, step)| step == wanted);
        let (told, replied) = (place(&Step::Told), place(&Step::Replied { corrected: true }));
        prop_assert!(told >= replied.filter(|_| told.is_some()));
        prop_assert!(told.is_none() || replied.is_some());
        let lifted = place(&Step::Lifted);
        prop_assert!(lifted.is_none() || lifted > ended);
        // The officer ends what he answered, once, while it holds; and its person knows it a week before.
        let lifting = place(&Step::Lifting);
        if let Some(lifting) = lifting {
            prop_assert!(kind == Kind::Restriction && lifted.is_none_or(|lifted| lifted > lifting));
            prop_assert_eq!(&taken[ended.unwrap()].1, &Step::Answered { proof: None });
            prop_assert_eq!(taken.iter().filter(|(_, step)| *step == Step::Lifting).count(), 1);
            prop_assert!(case.lifts().is_none_or(|at| at == taken[lifting].0 + 7 * DAY));
        }
        prop_assert_eq!(case.restricts(), kind == Kind::Restriction && lifted.is_none());
        prop_assert!(case.lifts().is_none_or(|at| case.restricts() && at >= taken[ended.unwrap()].0));
        prop_assert_eq!(case.is_open(), ended.is_none());
        // One extension at most, within the first month; the deadline is that of the month, or that of the three.
        let extended: Vec<_> = taken.iter().filter(|(_, step)| matches!(step, Step::Extended { .. })).collect();
        prop_assert!(extended.len() <= 1);
        prop_assert!(extended.iter().all(|(at, _)| *at < MONTH));
        prop_assert_eq!(case.due, if extended.is_empty() { MONTH } else { EXTENDED });
        // Late is who has no answer when the deadline comes.
        let last = ended.map_or(now, |place| taken[place].0);
        prop_assert_eq!(case.is_late(now), last >= case.due);
        // What the operator carries out was granted before, and what was granted is not refused.
        let granted = taken.iter().position(|(_, step)| *step == Step::Granted);
        if let Some((Outcome::Answered, _)) = case.outcome {
            prop_assert_eq!(granted.is_some(), kind.is_carried_out());
        }
        if granted.is_some() {
            prop_assert!(!matches!(case.outcome, Some((Outcome::Refused, _))));
        }
        // A reminder of the same day, or an earlier one, never comes again before the deadline moves.
        let reminded: Vec<u16> = taken.iter().rev()
            .take_while(|(_, step)| !matches!(step, Step::Extended { .. }))
            .filter_map(|(_, step)| match step { Step::Reminded { days } => Some(*days), _ => None })
            .collect();
        prop_assert!(reminded.windows(2).all(|pair| pair[0] < pair[1]), "{reminded:?}");
    }
}

#[test]
fn an_extension_comes_within_the_month_or_never() {
    let case = Case::new(Kind::Access, BEGIN, MONTH);
    let extend = Step::Extended { due: EXTENDED };
    assert_eq!(case.after(&extend, MONTH), Err(Forbidden::TooLate));
    let longer = case.after(&extend, MONTH - 1).unwrap();
    assert!(!longer.is_late(MONTH) && longer.is_late(EXTENDED));
    assert_eq!(longer.after(&extend, MONTH), Err(Forbidden::Already));
    let answered = longer
        .after(&Step::Answered { proof: None }, EXTENDED - 1)
        .unwrap();
    assert!(!answered.is_late(EXTENDED + 1_000 * DAY));
    assert_eq!(
        answered.after(&Step::Withdrawn, EXTENDED),
        Err(Forbidden::Over)
    );
}

#[test]
fn an_erasure_is_done_once_it_was_granted_and_never_refused_then() {
    let case = Case::new(Kind::Erasure, BEGIN, MONTH);
    let done = Step::Answered {
        proof: Some("proof".to_owned()),
    };
    assert_eq!(case.after(&done, BEGIN), Err(Forbidden::NotGranted));
    let granted = case.after(&Step::Granted, BEGIN).unwrap();
    assert_eq!(
        granted.after(&Step::Refused, BEGIN),
        Err(Forbidden::Already)
    );
    assert!(!granted.after(&done, BEGIN + 1).unwrap().is_open());
    // He changed his mind before it was done.
    assert!(granted.after(&Step::Withdrawn, BEGIN + 1).is_ok());
    let access = Case::new(Kind::Access, BEGIN, MONTH);
    assert_eq!(
        access.after(&Step::Granted, BEGIN),
        Err(Forbidden::NotForThis)
    );
}

#[test]
fn a_restriction_ends_a_week_after_its_person_was_told_and_not_before() {
    let case = Case::new(Kind::Restriction, BEGIN, MONTH);
    assert_eq!(case.after(&Step::Lifting, BEGIN), Err(Forbidden::Open));
    let answered = case.after(&Step::Answered { proof: None }, BEGIN).unwrap();
    assert_eq!(answered.lifts(), None, "as long as he wants it");
    let lifting = answered.after(&Step::Lifting, BEGIN + DAY).unwrap();
    assert!(lifting.restricts());
    assert_eq!(lifting.lifts(), Some(BEGIN + 8 * DAY));
    assert_eq!(
        lifting.after(&Step::Lifting, BEGIN + 2 * DAY),
        Err(Forbidden::Already)
    );
    let over = lifting.after(&Step::Lifted, BEGIN + 8 * DAY).unwrap();
    assert!(!over.restricts() && over.ended_by_itself());
    // He ended it himself before.
    let over = lifting.after(&Step::Lifted, BEGIN + 8 * DAY - 1).unwrap();
    assert!(!over.ended_by_itself());
    // What was refused ends by itself, and other rights restrict nothing.
    let refused = case.after(&Step::Refused, BEGIN).unwrap();
    assert_eq!(
        refused.after(&Step::Lifting, BEGIN),
        Err(Forbidden::Already)
    );
    let access = Case::new(Kind::Access, BEGIN, MONTH);
    assert_eq!(
        access.after(&Step::Lifting, BEGIN),
        Err(Forbidden::NotForThis)
    );
}
