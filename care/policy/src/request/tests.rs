//! Danger: a mark that is taken for another, or is lost when another is set.

use super::{Mark, Marks};

#[test]
fn each_mark_is_set_and_taken_away_by_itself() {
    assert!(!Marks::default().any());
    for one in Mark::ALL {
        let set = Marks::default().with(one, true);
        assert!(set.any());
        for other in Mark::ALL {
            assert_eq!(set.has(other), one == other);
            assert!(set.with(other, true).has(one));
        }
        assert_eq!(set.with(one, false), Marks::default());
    }
}
