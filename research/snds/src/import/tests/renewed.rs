//! Covered: somebody who opposes and, after a renewal, stays in raw rows, in a unit or in the reference that is kept; a renewed
//! snapshot that no month can continue any more; somebody without a claim whom an append passes over because there is
//! nothing to do; a renewal that was cut off and leaves what it should have deleted.
//! Not a failure: counts of what was summed away, which stay those of the import.

use hygie_rows::Forgotten;

use super::append::{all, copy, latest, same, told_of, whole, write};
use super::months::{Files, deliveries};
use super::*;

/// Somebody of whom the reference alone tells.
const SILENT: &str = "PSA-99;1;ANO-99;00;1950;03;1;075;\n";

fn with_silent(mut files: Files) -> Files {
    let reference = files.get_mut("IR_BEN_R.csv").expect("there");
    reference.push_str(SILENT);
    files
}

/// Whoever opposes in these tests: of the reference, of claims alone, and one without a claim.
fn opposed() -> [Pseudonym; 3] {
    [name("ANO-2"), name("PSA-12#1"), name("ANO-99")]
}

fn tagged(world: &World, persons: &[Pseudonym]) -> usize {
    let rows = world.kept.rows().into_iter();
    rows.filter(|(_, tag, raw)| {
        tag.is_some_and(|tag| persons.contains(&tag)) || raw.contains("PSA-2;")
    })
    .count()
}

#[test]
fn who_opposes_is_nowhere_after_a_renewal_and_the_next_month_continues_it() {
    let (first, later) = deliveries(5);
    let first = with_silent(first);
    let list = Opposed::new(3, opposed());
    let world = whole(&all(&first, &later[..1]), &Opposed::default());
    assert!(told_of(&world, 1, &opposed()).is_some(), "a control");
    let tags = tagged(&world, &opposed());
    let renewed = world.renew(&list).expect("renewed");
    assert_eq!((renewed.snapshot.number, renewed.snapshot.persons), (2, 3));
    assert!(renewed.units.written > 0 && renewed.units.linked > 0 && renewed.units.bytes > 0);
    assert_eq!(
        (renewed.raw.rows, tagged(&world, &opposed())),
        (tags as u64, 0)
    );
    assert_eq!(told_of(&world, 2, &opposed()), None);
    assert!(!world.units.join("1").exists());
    same(
        &latest(&world),
        &latest(&whole(&all(&first, &later[..1]), &list)),
        false,
    );
    // Nothing is left to do, nor to lose.
    write(&world, &later[0]);
    let report = world.append(&list).expect("looked at");
    let appended = report.appended.expect("it was continued");
    assert!(appended.nothing && appended.forgotten == 0);
    write(&world, &later[1]);
    world.append(&list).expect("appended");
    assert_eq!(latest(&world).manifest().continues, Some(2));
    let expected = whole(&all(&first, &later[..2]), &list);
    same(&latest(&world), &latest(&expected), false);
    assert_eq!(told_of(&world, 3, &opposed()), None);
}

#[test]
fn an_append_without_anything_new_still_loses_who_opposes() {
    let (first, _) = deliveries(5);
    let world = whole(&with_silent(first), &Opposed::default());
    let list = Opposed::new(3, [name("ANO-99")]);
    // A program renewed the snapshot, and nothing of what lies in the crossing.
    let unpublished = world.snapshots().renew(&list, None, 1_700_000_001);
    let unpublished = unpublished.expect("renewed");
    unpublished.publish(world.signer()).expect("published");
    let report = world.append(&list).expect("appended");
    assert_eq!(report.appended.expect("it was continued").forgotten, 1);
    assert_eq!(told_of(&world, 3, &[name("ANO-99")]), None);
    // A row of his comes back, from a copy.
    let mut rows = world.kept.file("IR_BEN_R", "IR_BEN_R").expect("begun");
    rows.row(None, b"BEN_NIR_PSA", None).expect("kept");
    let row = rows.row(Some(name("ANO-99")), SILENT.as_bytes(), None);
    row.expect("kept");
    let report = world.append(&list).expect("looked at");
    let appended = report.appended.expect("it was looked at");
    assert!(appended.nothing && appended.forgotten == 1, "{appended:?}");
}

/// Where nothing can be lost.
struct Full;

impl Keep for Full {
    fn file(&self, _: &str, _: &str) -> Result<Box<dyn KeepRows + '_>, String> {
        Err("nothing is kept here".to_owned())
    }

    fn forget(&self, _: &std::collections::HashSet<Pseudonym>) -> Result<Forgotten, String> {
        Err("the disk is full".to_owned())
    }
}

#[test]
fn a_renewal_that_was_cut_off_is_done_by_the_next_and_leaves_nothing() {
    let (first, _) = deliveries(5);
    let first = with_silent(first);
    let world = whole(&first, &Opposed::default());
    let list = Opposed::new(3, opposed());
    let aside = tempfile::tempdir().expect("a folder");
    copy(&world.units.join("1"), &aside.path().join("1"));
    let refused = world.renew_by(&Full, &list).map(|_| ());
    let error = refused.expect_err("raw rows stay").to_string();
    assert!(error.contains("the disk is full"), "{error}");
    assert_eq!(world.snapshots().numbers().expect("listed"), [1]);
    world.renew(&list).expect("renewed");
    assert_eq!(told_of(&world, 2, &opposed()), None);
    // Killed after it published, before it deleted: whoever comes next does it.
    copy(&aside.path().join("1"), &world.units.join("1"));
    let report = world.append(&list).expect("looked at");
    assert!(report.appended.expect("it was looked at").nothing);
    assert_eq!(told_of(&world, 2, &opposed()), None);
    same(&latest(&world), &latest(&whole(&first, &list)), false);
}
