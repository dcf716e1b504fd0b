//! Covered: an era that goes on a day too long, or ends a day too early, against OHDSI's window; one that another person or
//! drug goes on with.
//! Not a failure: two deliveries of one day, which last no longer than one.

use super::*;

fn era(person: i32, drug: i32, (start, end): (i32, i32), (count, gaps): (i32, i32)) -> Era {
    Era {
        person,
        drug,
        start,
        end,
        count,
        gaps,
    }
}

#[test]
fn a_delivery_goes_on_with_an_era_up_to_thirty_days_after_its_last() {
    // From day 0 a delivery lasts to day 29; day 59 is thirty days later, and twenty-nine are without.
    assert_eq!(
        eras(vec![(1, 5, 59), (1, 5, 0)]),
        [era(1, 5, (0, 88), (2, 29))]
    );
    let apart = [era(1, 5, (0, 29), (1, 0)), era(1, 5, (60, 89), (1, 0))];
    assert_eq!(eras(vec![(1, 5, 60), (1, 5, 0)]), apart);
}

#[test]
fn deliveries_that_overlap_are_one_era_without_gaps() {
    assert_eq!(
        eras(vec![(1, 5, 0), (1, 5, 0), (1, 5, 30)]),
        [era(1, 5, (0, 59), (3, 0))]
    );
}

#[test]
fn eras_are_of_one_person_and_drug() {
    let of = |person, drug| era(person, drug, (0, 29), (1, 0));
    assert_eq!(
        eras(vec![(2, 5, 0), (1, 6, 0), (1, 5, 0)]),
        [of(1, 5), of(1, 6), of(2, 5)]
    );
}
