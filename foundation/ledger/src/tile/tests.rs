//! Failures covered: a path spelled in two ways, a file set that differs from the specification's own example.
//! Not a failure: a directory that is empty.

use super::{Row, Tile, bundle_entries, is_leftover, tiles};

#[test]
fn paths_are_those_of_the_specification() {
    assert_eq!(
        Tile::full(Row::Level(0), 1_234_067).to_string(),
        "tile/0/x001/x234/067"
    );
    assert_eq!(
        Tile {
            row: Row::Entries,
            index: 273,
            width: 112
        }
        .to_string(),
        "tile/entries/273.p/112"
    );
    for index in [0, 7, 999, 1000, 999_999, 1_000_000, u64::MAX / 256] {
        let tile = Tile::full(Row::Level(3), index);
        assert_eq!(Tile::parse(&tile.to_string()), Some(tile));
    }
}

#[test]
fn a_second_spelling_of_a_path_is_no_tile() {
    for path in [
        "tile/0/0",
        "tile/0/0000",
        "tile/00/000",
        "tile/8/000",
        "tile/0/x000/001",
        "tile/0/+01",
        "tile/0/001/",
        "tile/0/1/001",
        "tile/0/001.p/0",
        "tile/0/001.p/256",
        "tile/0/001.p/01",
        "tile/0/001.p/+1",
        "tile/0/x001",
        "Tile/0/001",
        "tile/entries/",
        "tile/-1/001",
        "/tile/0/001",
        "tile/0/99999999999999999999999",
        "tile//001",
    ] {
        assert_eq!(Tile::parse(path), None, "{path}");
    }
}

#[test]
fn a_tree_of_70000_has_the_files_that_the_specification_counts() {
    let files: Vec<String> = tiles(70_000).map(|tile| tile.to_string()).collect();
    let level = |prefix: &str| files.iter().filter(|path| path.starts_with(prefix)).count();
    assert_eq!(
        (
            level("tile/0/"),
            level("tile/1/"),
            level("tile/2/"),
            level("tile/entries/")
        ),
        (274, 2, 1, 274)
    );
    for path in [
        "tile/0/273.p/112",
        "tile/1/000",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
        "tile/entries/273.p/112",
    ] {
        assert!(files.iter().any(|file| file == path), "{path}");
    }
    let of_256: Vec<String> = tiles(256).map(|tile| tile.to_string()).collect();
    assert_eq!(of_256, ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
    assert_eq!(tiles(0).count(), 0);
}

#[test]
fn a_file_that_is_not_ours_is_never_taken_for_a_leftover() {
    for path in [
        "checkpoint.tmp",
        "tile/0/000.p/3",
        "tile/0/000.p/3.tmp",
        "tile/entries/004.tmp",
    ] {
        assert!(is_leftover(path), "{path}");
    }
    for path in [
        "checkpoint",
        "notes.txt",
        "notes.tmp",
        "tile/0/abc",
        ".tmp",
        "checkpoint.tmp.tmp",
    ] {
        assert!(!is_leftover(path), "{path}");
    }
}

#[test]
fn a_bundle_cut_anywhere_is_refused() {
    let tile = Tile {
        row: Row::Entries,
        index: 0,
        width: 2,
    };
    let bundle = [0, 1, 7, 0, 2, 8, 9];
    assert_eq!(
        bundle_entries(tile, &bundle).expect("whole"),
        [&[7][..], &[8, 9]]
    );
    for length in 0..bundle.len() {
        assert!(bundle_entries(tile, &bundle[..length]).is_err(), "{length}");
    }
    assert!(bundle_entries(tile, &[0, 0, 0, 0, 0, 0]).is_err());
}
