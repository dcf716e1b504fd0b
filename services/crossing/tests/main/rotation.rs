//! A key is changed while some oppose who were claimed for by number alone.
//!
//! Dangers covered: somebody who opposed, and whose rows were not purged yet, is seen again under the next key; somebody whom no
//! opposition reaches any more under it, since his pseudonym was made of the one before; a raw row of theirs that stays.
//! Not a failure: who is in no table of the insurer's while a rotation is under way, and opposes after it (decision 0033).

use serde_json::{Value, json};

use super::opposed::{lines, publish, published, table};
use crate::{Home, strangers};

/// Makes the next snapshot: how many persons and raw rows are gone.
fn renewed(home: &Home) -> [Value; 2] {
    let [snapshots, bronze] = ["snapshots", "bronze"].map(|name| home.text(name));
    let (code, told) = home.json(&["snapshots", "renew", &snapshots, "--bronze", &bronze]);
    assert_eq!(code, 0, "{told}");
    [told["persons"].clone(), told["bronze"]["rows"].clone()]
}

#[test]
fn who_was_claimed_for_by_number_is_seen_again_after_a_rotation_or_opposes_in_vain() {
    let home = Home::new();
    home.run(&["pseudonyms", "init"]);
    let numbers = ["EARLY", "LOST", "LATE", "FIRST", "NOBODY", "OTHER"];
    let claims = strangers(&home, &numbers.map(|number| (number, 1)));
    let [snapshots, bronze] = [home.publish(), home.bronze()];
    let folders = ["--into", &snapshots, "--bronze", &bronze];
    let import = || {
        let (code, told) = home.json(&[&["snds", "import", &claims][..], &folders].concat());
        assert_eq!(code, 0, "{told}");
        told["report"]["persons"].clone()
    };
    assert_eq!(import(), 6);
    // Two oppose, and the snapshot is not renewed.
    let mut said = vec![("1", true), ("2", true)];
    lines(&home, &said);
    table(&home, &["1,,EARLY,1", "2,,LOST,1"]);
    published(&home);
    // By now a reference names two, the table of the first step a third, and one who opposed is in none.
    let reference = home.table("EARLY;1;E;1\nLATE;1;L;1\n");
    table(&home, &["1,E,EARLY,1", "4,,FIRST,1"]);
    let (code, told) = home.rotate(&reference, &folders[2..]);
    assert_eq!((code, &told["carried"]), (0, &json!(3)), "{told}");
    assert_eq!(home.json(&["bronze", "retag", &bronze]).0, 0);
    let (code, told) = publish(&home);
    let counts = ["opposed", "unknown", "kept", "lost"];
    let counts = counts.map(|name| told[name].as_u64().unwrap());
    assert_eq!((code, counts), (1, [1, 1, 1, 0]), "{told}");
    assert_eq!(renewed(&home), [2, 2]);
    // Three more, of whom the tables of the rotation knew two.
    said.extend([("3", true), ("4", true), ("5", true)]);
    lines(&home, &said);
    let all = [
        "1,E,EARLY,1",
        "2,,LOST,1",
        "3,L,LATE,1",
        "4,,FIRST,1",
        "5,,NOBODY,1",
    ];
    table(&home, &all);
    published(&home);
    assert_eq!(renewed(&home), [3, 3]);
    let (code, told) = home.finish();
    assert_eq!(code, 0, "{told}");
    // Whoever did not say anything is there, and a whole import brings nobody back.
    assert_eq!(import(), 1);
    // One takes it back, and his claims are his again.
    said.push(("3", false));
    lines(&home, &said);
    published(&home);
    assert_eq!(import(), 2);
}

#[test]
fn a_table_of_the_first_step_that_is_none_is_asked_for_by_its_name() {
    let home = Home::new();
    home.run(&["pseudonyms", "init"]);
    let reference = home.table("N;1;A;1\n");
    std::fs::write(home.path("first"), "BEN_NIR_PSA;BEN_RNG_GEM;BEN_IDT_ANO\n").unwrap();
    let (code, told) = home.rotate(&reference, &[]);
    let error = told["error"].as_str().unwrap();
    assert!(
        error.contains("`system`") && error.contains("first step"),
        "{error}"
    );
    assert!(!error.contains("IR_BEN_R"), "{error}");
    assert_eq!(code, 1);
    lines(&home, &[]);
    let told = publish(&home).1;
    let error = told["error"].as_str().unwrap();
    assert!(
        error.contains("first step") && !error.contains("IR_BEN_R"),
        "{error}"
    );
}
