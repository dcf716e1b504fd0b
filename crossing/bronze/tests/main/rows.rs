use std::fs;

use hygie_bronze::{Bronze, Error, Part};
use proptest::prelude::*;

use crate::{Kept, file, key, made, many, person, read, write};

#[test]
fn rows_come_back_as_they_were() {
    let (_folder, bronze) = made();
    let rows = many();
    write(&bronze, "ER_PRS_F", "202301", &rows);
    assert_eq!(read(&bronze, "ER_PRS_F", "202301").unwrap(), rows);
    let parts = bronze.parts().unwrap();
    let part = |table: &str, part: &str| Part {
        table: table.to_owned(),
        part: part.to_owned(),
    };
    assert_eq!(parts, [part("ER_PRS_F", "202301")]);
    assert!(bronze.has("ER_PRS_F", "202301").unwrap());
    assert!(!bronze.has("ER_PRS_F", "202302").unwrap());
}

#[test]
fn a_part_of_no_rows_is_a_part() {
    let (_folder, bronze) = made();
    write(&bronze, "T", "p", &[]);
    assert_eq!(read(&bronze, "T", "p").unwrap(), []);
}

#[test]
fn a_part_is_not_seen_before_it_is_finished() {
    let (folder, bronze) = made();
    let mut writer = bronze.writer("T", "p").unwrap();
    writer.push(None, b"row", None).unwrap();
    assert!(bronze.parts().unwrap().is_empty());
    assert!(matches!(read(&bronze, "T", "p"), Err(Error::Missing(_))));
    drop(writer);
    assert_eq!(fs::read_dir(folder.path().join("T")).unwrap().count(), 0);
}

#[test]
fn a_killed_run_leaves_nothing_that_is_read_and_the_next_cleans_up() {
    let (folder, bronze) = made();
    write(&bronze, "T", "old", &many());
    let left = folder.path().join("T/p.new");
    fs::write(&left, "half a file").unwrap();
    drop(bronze);
    let bronze = Bronze::open(folder.path(), key(), 1).unwrap();
    assert!(!left.exists());
    assert_eq!(bronze.parts().unwrap().len(), 1);
    write(&bronze, "T", "p", &[]);
}

#[test]
fn two_runs_do_not_write_at_once() {
    let (folder, bronze) = made();
    let writer = bronze.writer("T", "p").unwrap();
    let second = Bronze::open(folder.path(), key(), 1);
    assert!(matches!(second, Err(Error::Busy(_))));
    writer.finish().unwrap();
    drop(bronze);
    Bronze::open(folder.path(), key(), 1).unwrap();
}

#[test]
fn a_part_is_not_overwritten_but_replaced_when_asked() {
    let (_folder, bronze) = made();
    write(&bronze, "T", "p", &many());
    assert!(matches!(bronze.writer("T", "p"), Err(Error::Exists(_))));
    let mut again = bronze.replace("T", "p").unwrap();
    again.push(None, b"only this", None).unwrap();
    assert_eq!(
        read(&bronze, "T", "p").unwrap().len(),
        20_000,
        "until it is finished"
    );
    again.finish().unwrap();
    assert_eq!(
        read(&bronze, "T", "p").unwrap(),
        [(None, b"only this".to_vec(), None)]
    );
}

#[test]
fn names_lead_out_of_no_folder() {
    let (_folder, bronze) = made();
    for name in [
        "",
        "..",
        ".",
        "a/b",
        "../x",
        ".hidden",
        "a.",
        "é",
        "a b",
        &"a".repeat(101),
    ] {
        assert!(
            matches!(bronze.writer(name, "p"), Err(Error::Name(_))),
            "{name}"
        );
        assert!(
            matches!(bronze.writer("T", name), Err(Error::Name(_))),
            "{name}"
        );
        assert!(
            matches!(bronze.read("T", name), Err(Error::Name(_))),
            "{name}"
        );
    }
    write(&bronze, "T_MCO23B", "T_MCO23B.csv-1", &[]);
}

#[test]
fn a_row_of_sixteen_mebibytes_is_kept_and_a_longer_one_refused() {
    let (_folder, bronze) = made();
    let long = vec![b'x'; 16 << 20];
    let rows: Vec<Kept> = vec![
        (None, vec![b'y'; 1_000_000], None),
        (Some(person(1)), long, None),
    ];
    write(&bronze, "T", "p", &rows);
    assert_eq!(read(&bronze, "T", "p").unwrap(), rows);
    let mut writer = bronze.writer("T", "q").unwrap();
    let refused = writer.push(None, &vec![0; (16 << 20) + 1], None);
    assert!(matches!(refused, Err(Error::TooLong(_))));
}

#[test]
fn nothing_stands_on_disk_in_the_open() {
    let (folder, bronze) = made();
    let canary = b"CANARYCANARY1234";
    let row: Kept = (
        Some(*canary),
        b"ROWCANARY;ROWCANARY".to_vec(),
        Some("REASONCANARY".to_owned()),
    );
    write(&bronze, "T", "p", &[row]);
    let bytes = fs::read(file(folder.path(), "T", "p")).unwrap();
    for seen in [&canary[..], b"ROWCANARY", b"REASONCANARY"] {
        assert!(!bytes.windows(seen.len()).any(|window| window == seen));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_is_kept_comes_back(
        rows in prop::collection::vec(
            (prop::option::of(0_u32..4), prop::collection::vec(any::<u8>(), 0..200), prop::option::of("\\PC{0,12}")),
            0..80,
        )
    ) {
        let (_folder, bronze) = made();
        let rows: Vec<Kept> =
            rows.into_iter().map(|(of, raw, reason)| (of.map(person), raw, reason)).collect();
        write(&bronze, "T", "p", &rows);
        prop_assert_eq!(read(&bronze, "T", "p").unwrap(), rows);
    }
}
