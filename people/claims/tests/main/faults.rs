//! What cannot be written is said, with its path.
//! Failures covered: threads that wait for ever for one that failed; a plan that cannot be, begun.
//! Not a failure: that what was written until then stays.

use std::fs;
use std::thread;

use hygie_people_claims::{Failure, Form, Plan, write};

#[test]
fn a_folder_goes_away_and_the_others_wait_for_ever() {
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("nation");
    // More persons than a test could ever wait for: it ends by the error or not at all.
    let plan = Plan {
        persons: 100_000_000,
        years: 1,
        first_year: 2023,
        seed: 1,
    };
    let failed = thread::scope(|scope| {
        let writing = scope.spawn(|| write(&plan, &Form::default(), &out, 3));
        while !out.join("truth/README.md").exists() {
            thread::yield_now();
        }
        fs::remove_dir_all(&out).unwrap();
        writing.join().unwrap().unwrap_err()
    });
    let said = failed.to_string();
    assert!(matches!(failed, Failure::Write { .. }), "{said}");
    assert!(
        said.starts_with("can't write `") && said.contains(".csv`"),
        "{said}"
    );
}

#[test]
fn a_plan_that_cannot_be_is_begun() {
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("nation");
    let plan = Plan {
        persons: 5,
        years: 1,
        first_year: 2023,
        seed: 1,
    };
    let comma = Form {
        separator: b',',
        decimal_comma: true,
        ..Form::default()
    };
    for (plan, form) in [
        (Plan { persons: 0, ..plan }, Form::default()),
        (
            Plan {
                persons: 100_000_001,
                ..plan
            },
            Form::default(),
        ),
        (Plan { years: 31, ..plan }, Form::default()),
        (
            Plan {
                first_year: 1989,
                ..plan
            },
            Form::default(),
        ),
        (plan, comma),
    ] {
        let failed = write(&plan, &form, &out, 1).unwrap_err();
        assert!(matches!(failed, Failure::Asked(_)), "{failed}");
    }
    assert!(!out.exists());
}
