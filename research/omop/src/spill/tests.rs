//! Covered: a block that does not come back as it was; what waits on disk that says something in clear, outlives its file,
//! or is not what was written and is taken for it; leftovers of a try that was cut off; two threads that make a file at once.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

fn place(folder: &Path) -> Place {
    Place::new(folder, &[7; 32]).unwrap()
}

#[test]
fn blocks_come_back_in_any_order_and_from_any_file_of_a_place() {
    let dir = tempfile::tempdir().unwrap();
    let place = place(&dir.path().join("spill"));
    let (one, two) = (Spill::new(&place).unwrap(), Spill::new(&place).unwrap());
    let texts: Vec<Vec<u8>> = (0..50u8)
        .map(|byte| vec![byte; 1000 * usize::from(byte)])
        .collect();
    let write = |spill: &Spill<'_>| -> Vec<Block> {
        texts
            .iter()
            .map(|text| spill.write(text).unwrap())
            .collect()
    };
    let (in_one, in_two) = (write(&one), write(&two));
    for (place, text) in texts.iter().enumerate().rev() {
        assert_eq!(&one.read(in_one[place]).unwrap(), text);
        assert_eq!(&two.read(in_two[place]).unwrap(), text);
    }
}

#[test]
fn a_file_has_no_name_and_says_nothing_in_clear() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("spill");
    let place = place(&folder);
    let spill = Spill::new(&place).unwrap();
    let block = spill.write(b"CANARY, who must not be read").unwrap();
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    let mut sealed = vec![0; block.sealed];
    spill.file.read_exact_at(&mut sealed, block.at).unwrap();
    assert!(!sealed.windows(6).any(|part| part == b"CANARY"));
    drop(spill);
    place.leave();
    assert!(!folder.exists());
}

#[test]
fn what_was_altered_on_disk_is_not_taken_for_what_was_written() {
    let dir = tempfile::tempdir().unwrap();
    let place = place(&dir.path().join("spill"));
    let spill = Spill::new(&place).unwrap();
    let (one, two) = (spill.write(b"one").unwrap(), spill.write(b"two").unwrap());
    let mut sealed = vec![0; two.sealed];
    spill.file.read_exact_at(&mut sealed, two.at).unwrap();
    spill.file.write_all_at(&sealed, one.at).unwrap();
    let error = spill.read(one).unwrap_err().to_string();
    assert!(error.contains("not what was written"), "{error}");
    assert!(error.contains("rows"), "{error}");
}

#[test]
fn what_an_earlier_try_left_goes() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("spill");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("rows"), "left").unwrap();
    place(&folder);
    assert!(!folder.exists());
}

#[test]
fn threads_that_make_files_at_once_do_not_meet() {
    let dir = tempfile::tempdir().unwrap();
    let place = place(&dir.path().join("spill"));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..500).for_each(|_| drop(Spill::new(&place).unwrap())));
        }
    });
}

#[test]
fn a_full_disk_is_said_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let place = place(&dir.path().join("spill"));
    let spill = Spill {
        place: &place,
        path: PathBuf::from("/dev/full"),
        file: File::options().write(true).open("/dev/full").unwrap(),
        end: AtomicU64::new(0),
    };
    let error = spill.write(b"rows").unwrap_err().to_string();
    assert!(
        error.contains("/dev/full") && error.contains("No space left"),
        "{error}"
    );
}
