//! Covered: a snapshot that goes while it is the newest or before its time; a manifest that goes with it; files that two
//! snapshots share and that go with the first.
//! Not a failure: nothing to delete.

use super::*;
use crate::building::Building;
use crate::building::tests::{head, persons, signer};
use crate::tables::Order;

#[test]
fn what_was_superseded_goes_after_its_time_and_its_manifest_stays() {
    const DAY: i64 = 86_400;
    let dir = tempfile::tempdir().expect("a folder");
    let snapshots = Snapshots::new(dir.path(), signer().verifier().clone());
    let first = Building::begin(dir.path(), 1, 2).expect("it begins");
    persons(&first, 9);
    first.publish(head(0), &signer()).expect("published");
    let before = snapshots.open(1).expect("read");
    // The second keeps a bucket as it is, and has the other one anew.
    let second = Building::begin(dir.path(), 2, 2).expect("it begins");
    let files = &before
        .manifest()
        .table("person", Order::ByPerson)
        .expect("there")
        .files;
    second
        .keep(&before, "person", Order::ByPerson, &files[0])
        .expect("linked");
    second
        .publish(head(10 * DAY), &signer())
        .expect("published");

    assert!(
        snapshots
            .retire(39 * DAY, 30 * DAY)
            .expect("asked")
            .is_empty()
    );
    assert_eq!(snapshots.retire(40 * DAY, 30 * DAY).expect("asked"), [1]);
    assert_eq!(snapshots.numbers().expect("listed"), [2]);
    snapshots
        .latest()
        .expect("read")
        .verify()
        .expect("what it shared with the first is still there");
    assert!(dir.path().join("manifests/1").exists());
    let none = snapshots.retire(900 * DAY, 30 * DAY).expect("asked");
    assert!(none.is_empty(), "the newest stays");
    let left = fs::read_dir(dir.path()).expect("listed").count();
    assert_eq!(left, 2, "one snapshot and the manifests");
}
