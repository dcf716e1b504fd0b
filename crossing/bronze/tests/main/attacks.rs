use std::fs;

use hygie_bronze::{Bronze, Error, Key};

use crate::{file, key, made, many, person, read, write};

/// Where frames begin.
fn frames(bytes: &[u8]) -> Vec<usize> {
    let mut at = 8 + 4 + 32 + 32;
    let mut frames = Vec::new();
    while at < bytes.len() {
        frames.push(at);
        let length = u32::from_be_bytes(bytes[at + 1..at + 5].try_into().unwrap());
        at += 17 + usize::try_from(length).unwrap();
    }
    frames
}

fn frame_of(error: Error) -> Option<u64> {
    match error {
        Error::Broken { frame, .. } => Some(frame),
        Error::Form { .. } | Error::Key(_) => None,
        other => panic!("{other}"),
    }
}

#[test]
fn a_file_that_is_cut_anywhere_is_refused_with_its_place() {
    let (folder, bronze) = made();
    write(&bronze, "T", "p", &many());
    let path = file(folder.path(), "T", "p");
    let whole = fs::read(&path).unwrap();
    let starts = frames(&whole);
    assert_eq!(starts.len(), 4, "three chunks and the end");
    let mut cuts: Vec<usize> = (0..whole.len()).step_by(997).collect();
    cuts.extend(&starts);
    for cut in cuts {
        fs::write(&path, &whole[..cut]).unwrap();
        let place = frame_of(read(&bronze, "T", "p").unwrap_err());
        let expected = starts.iter().filter(|&&start| start < cut).count();
        let inside = starts.contains(&cut) || cut > starts[0];
        let expected = if starts.contains(&cut) {
            expected
        } else {
            expected.saturating_sub(1)
        };
        assert_eq!(place, inside.then_some(expected as u64), "cut at {cut}");
    }
}

#[test]
fn a_bit_that_flips_anywhere_is_seen() {
    let (folder, bronze) = made();
    let rows = vec![
        (
            Some(person(1)),
            b"row one".to_vec(),
            Some("a reason".to_owned())
        );
        3
    ];
    write(&bronze, "T", "p", &rows);
    let path = file(folder.path(), "T", "p");
    let whole = fs::read(&path).unwrap();
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut altered = whole.clone();
            altered[at] ^= 1 << bit;
            fs::write(&path, &altered).unwrap();
            frame_of(read(&bronze, "T", "p").unwrap_err());
        }
    }
}

#[test]
fn frames_are_not_dropped_swapped_repeated_or_added() {
    let (folder, bronze) = made();
    write(&bronze, "T", "p", &many());
    let path = file(folder.path(), "T", "p");
    let whole = fs::read(&path).unwrap();
    let starts = frames(&whole);
    let (head, first, second) = (
        &whole[..starts[0]],
        &whole[starts[0]..starts[1]],
        &whole[starts[1]..starts[2]],
    );
    let (third, end) = (&whole[starts[2]..starts[3]], &whole[starts[3]..]);
    for (altered, place) in [
        ([head, second, third, end].concat(), 0),
        ([head, second, first, third, end].concat(), 0),
        ([head, first, first, second, third, end].concat(), 1),
        ([head, first, second, end].concat(), 2),
        ([head, first, second, third].concat(), 3),
        ([head, end].concat(), 0),
        ([head, first, second, third, end, end].concat(), 4),
        ([head, first, second, third, end, b"x"].concat(), 4),
    ] {
        fs::write(&path, altered).unwrap();
        assert_eq!(frame_of(read(&bronze, "T", "p").unwrap_err()), Some(place));
    }
}

#[test]
fn a_file_opens_nowhere_else() {
    let (folder, bronze) = made();
    write(&bronze, "T", "p", &many());
    write(&bronze, "U", "p", &[]);
    let bytes = fs::read(file(folder.path(), "T", "p")).unwrap();
    fs::write(file(folder.path(), "T", "q"), &bytes).unwrap();
    fs::write(file(folder.path(), "U", "p"), &bytes).unwrap();
    for (table, part) in [("T", "q"), ("U", "p")] {
        assert!(matches!(read(&bronze, table, part), Err(Error::Key(_))));
    }
    let mut epoch = bytes.clone();
    epoch[11] = 2;
    fs::write(file(folder.path(), "T", "p"), &epoch).unwrap();
    assert!(matches!(read(&bronze, "T", "p"), Err(Error::Key(_))));
}

#[test]
fn frames_of_a_file_before_a_purge_do_not_come_back() {
    let (folder, bronze) = made();
    write(&bronze, "T", "p", &many());
    let path = file(folder.path(), "T", "p");
    let before = fs::read(&path).unwrap();
    bronze.purge(&[person(0)].into()).unwrap();
    let after = fs::read(&path).unwrap();
    let (old, new) = (frames(&before), frames(&after));
    let mixed = [&after[..new[0]], &before[old[0]..old[1]], &after[new[1]..]].concat();
    fs::write(&path, mixed).unwrap();
    assert_eq!(frame_of(read(&bronze, "T", "p").unwrap_err()), Some(0));
}

#[test]
fn another_key_opens_nothing() {
    let (folder, bronze) = made();
    write(&bronze, "T", "p", &many());
    let other = || Key::random(|bytes| bytes.fill(8));
    let refused = Bronze::open(folder.path(), other(), 1);
    assert!(matches!(refused, Err(Error::Key(_))));
    let elsewhere = tempfile::tempdir().unwrap();
    let other = Bronze::create(elsewhere.path(), other(), 1).unwrap();
    write(&other, "T", "p", &[]);
    fs::copy(
        file(folder.path(), "T", "p"),
        file(elsewhere.path(), "T", "p"),
    )
    .unwrap();
    assert!(matches!(read(&other, "T", "p"), Err(Error::Key(_))));
}

#[test]
fn what_is_no_bronze_is_said() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(
        Bronze::open(folder.path(), key(), 1),
        Err(Error::Missing(_))
    ));
    fs::write(folder.path().join("bronze"), "hygie bronze 2\nkey 0\n").unwrap();
    assert!(matches!(
        Bronze::open(folder.path(), key(), 1),
        Err(Error::Form { .. })
    ));
    assert!(matches!(
        Bronze::create(folder.path(), key(), 1),
        Err(Error::Exists(_))
    ));
}
