//! Covered: rows that are spilled and become others, under another name or with another reason than if there had been
//! memory; a file that is read twice; what was spilled that stays, in clear, is believed though it is another, or is taken for
//! a unit; a full disk that is taken for success; rows that no parting makes fewer.
//! Not a failure: the order in which rows are kept: they come part by part, and persons are purged by their tags.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use hygie_rows::Forgotten;
use proptest::prelude::*;

use super::months::{Files, deliveries};
use super::*;
use crate::seal::tests::Plain;
use crate::seal::{Head, Seal};

/// A budget that leaves a unit less than the rows of any table take.
pub(super) const LITTLE: u64 = 800;

/// A seal that notes which files are begun.
struct Noting(Mutex<Vec<String>>);

impl Noting {
    fn new() -> Noting {
        Noting(Mutex::new(Vec::new()))
    }

    fn spills(&self) -> Vec<String> {
        let names = self.0.lock().expect("listed");
        let spills = names.iter().filter(|name| name.ends_with(".spill"));
        spills.cloned().collect()
    }
}

impl Seals for Noting {
    fn begin(&self, name: &str) -> (Box<dyn Seal>, Head) {
        self.0.lock().expect("listed").push(name.to_owned());
        Plain(5).begin(name)
    }

    fn open(&self, name: &str, head: &Head) -> Option<Box<dyn Seal>> {
        Plain(5).open(name, head)
    }
}

/// A bronze that does something when the first row of a unit comes: by then the unit was spilled.
struct First<'a, F> {
    kept: &'a world::Kept,
    /// Of a file's name.
    then: F,
}

struct FirstRows<'a, F> {
    rows: Box<dyn KeepRows + 'a>,
    part: String,
    then: &'a F,
}

impl<F: Fn(&str) + Sync> Keep for First<'_, F> {
    fn file(&self, table: &str, part: &str) -> Result<Box<dyn KeepRows + '_>, String> {
        Ok(Box::new(FirstRows {
            rows: self.kept.file(table, part)?,
            part: part.to_owned(),
            then: &self.then,
        }))
    }

    fn forget(&self, tags: &HashSet<[u8; 16]>) -> Result<Forgotten, String> {
        self.kept.forget(tags)
    }
}

impl<F: Fn(&str)> KeepRows for FirstRows<'_, F> {
    fn row(&mut self, tag: Option<[u8; 16]>, raw: &[u8], why: Option<&str>) -> Result<(), String> {
        // The line that names the columns comes before the file is read.
        if tag.is_some() || why.is_some() {
            (self.then)(&self.part);
        }
        self.rows.row(tag, raw, why)
    }

    fn finish(self: Box<Self>) -> Result<(), String> {
        self.rows.finish()
    }
}

fn put(world: &World, files: &Files) {
    for (name, text) in files {
        std::fs::write(world.from.path().join(name), text).expect("written");
    }
}

/// An extraction as insurers send them: strangers of whom lines say different things, rows that are cut, keys that none can
/// read, lines that come twice.
fn spoiled(seed: u64) -> Files {
    let (mut files, _) = deliveries(seed);
    for (name, text) in files.iter_mut().filter(|(name, _)| name.starts_with("ER_")) {
        let mut spoiled = String::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.replace(";1950;013;", &format!(";19{:02};0{:02};", at % 70, at % 90));
            let fields: Vec<&str> = line.split(';').collect();
            match at {
                5 | 6 => spoiled.push_str(&fields[..fields.len() - 1].join(";")),
                7 => spoiled.push_str(&fields[..4].join(";")),
                8 => spoiled.push_str(&line.replacen("28/", "38/", 1)),
                9 if name.starts_with("ER_PRS_F") => {
                    spoiled.push_str(&line);
                    spoiled.push('\n');
                    spoiled.push_str(&line);
                }
                _ => spoiled.push_str(&line),
            }
            spoiled.push('\n');
        }
        *text = spoiled;
    }
    files
}

/// The files under a folder that end so; none when there is no folder yet.
fn ending(folder: &Path, end: &str) -> Vec<PathBuf> {
    let list = std::fs::read_dir(folder).into_iter().flatten();
    let paths = list.map(|entry| entry.expect("listed").path());
    let found = paths.flat_map(|path| match path.is_dir() {
        true => ending(&path, end),
        false => vec![path],
    });
    let end = |path: &PathBuf| path.to_string_lossy().ends_with(end);
    found.filter(end).collect()
}

/// Imports with much memory and with so little, and looks whether anything differs.
pub(super) fn alike(world: &World, budget: u64, opposed: &Opposed) -> Vec<String> {
    let much = Noting::new();
    let one = world.run_without(opposed, |import| import.seals = &much);
    let one = one.expect("imported");
    assert!(much.spills().is_empty(), "there was memory");
    let rows = world.kept.reasons();
    world.kept.clear();
    let little = Noting::new();
    let other = world.run_without(opposed, |import| {
        import.budget = budget;
        import.threads = 1;
        import.seals = &little;
    });
    let mut other = other.expect("imported");
    assert_eq!(world.hashes(one.snapshot), world.hashes(other.snapshot));
    other.snapshot = one.snapshot;
    assert_eq!(one, other);
    assert_eq!(rows, world.kept.reasons(), "each row is kept once");
    assert!(ending(&world.units, ".spill").is_empty());
    little.spills()
}

#[test]
fn little_memory_makes_the_same_snapshot() {
    let world = World::new();
    worked::files(&world);
    let spills = alike(&world, LITTLE, &Opposed::default());
    for name in ["claims-202301.0.spill", "stays-23.0.spill"] {
        assert!(spills.iter().any(|spill| spill == name), "{spills:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]
    #[test]
    fn no_budget_makes_another_snapshot(seed in any::<u64>(), budget in 600u64..20_000, parquet in any::<bool>()) {
        let world = World::new();
        put(&world, &spoiled(seed));
        if parquet {
            columns::pressed(world.from.path());
        }
        let opposed = Opposed::new(3, [name("ANO-1"), name("PSA-12#1")]);
        let spills = alike(&world, budget, &opposed);
        prop_assert!(!spills.is_empty() || budget > 4000, "{budget}");
    }
}

#[test]
fn a_part_that_does_not_fit_is_parted_again() {
    let world = World::new();
    put(&world, &spoiled(1));
    let spills = alike(&world, 600, &Opposed::default());
    for level in 0..3 {
        let name = format!("claims-202301.{level}.spill");
        assert!(spills.contains(&name), "{spills:?}");
    }
}

#[test]
fn rows_of_one_key_end_the_parting() {
    let world = World::new();
    let mut files = spoiled(2);
    let text = files.get_mut("ER_BIO_F_202301.csv").expect("there");
    let line = text.lines().nth(1).expect("a line").to_owned() + "\n";
    text.push_str(&line.repeat(500));
    put(&world, &files);
    let spills = alike(&world, LITTLE, &Opposed::default());
    assert!(spills.iter().any(|name| name == "claims-202301.3.spill"));
    assert!(!spills.iter().any(|name| name.ends_with(".4.spill")));
}

#[test]
fn what_is_pressed_small_is_counted_and_not_guessed() {
    let world = World::new();
    let mut files = spoiled(8);
    let text = files.get_mut("ER_BIO_F_202301.csv").expect("there");
    let line = text.lines().nth(1).expect("a line").to_owned() + "\n";
    text.push_str(&line.repeat(3000));
    put(&world, &files);
    columns::pressed(world.from.path());
    let pressed = std::fs::metadata(world.from.path().join("ER_BIO_F_202301.parquet"));
    let (pressed, budget) = (pressed.expect("there").len(), 200_000);
    assert!(pressed * 8 < budget / 4);
    let spills = alike(&world, budget, &Opposed::default());
    assert!(spills.iter().any(|name| name == "claims-202301.0.spill"));
}

#[test]
fn what_was_spilled_is_not_read_again_from_its_file() {
    let world = World::new();
    put(&world, &spoiled(3));
    let much = world.run(|_| {}).expect("imported");
    let hashes = world.hashes(1);
    let gone = |part: &str| {
        let (part, _) = part.split_once('.').expect("a hash");
        let (kind, of) = match part.rsplit_once('_') {
            Some((table, month)) if table.starts_with("ER_") => ("ER_", month),
            Some((_, year)) if part.starts_with("T_MCO") => ("T_MCO", &year[3..5]),
            _ => return,
        };
        for path in ending(world.from.path(), ".csv") {
            let name = path.file_name().expect("a name").to_string_lossy();
            if name.starts_with(kind) && name.contains(of) {
                std::fs::remove_file(&path).expect("deleted");
            }
        }
    };
    let keep = First {
        kept: &world.kept,
        then: gone,
    };
    let told = Mutex::new((0, Vec::new()));
    let tell = |progress: Progress<'_>| {
        let mut told = told.lock().expect("listed");
        match progress {
            Progress::Units { bytes, .. } => told.0 = bytes,
            Progress::Unit { bytes, .. } => told.1.push(bytes),
            Progress::Hashed { .. } | Progress::Rows(_) | Progress::Bucket(..) => {}
        }
    };
    let little = world.run(|import| {
        import.budget = LITTLE;
        import.threads = 1;
        import.keep = &keep;
        import.progress = &tell;
    });
    let little = little.expect("imported");
    assert_eq!(much.files, little.files);
    assert_eq!(hashes, world.hashes(2));
    assert!(ending(world.from.path(), "ER_PRS_F_202301.csv").is_empty());
    assert!(ending(world.from.path(), "T_MCO23C.csv").is_empty());
    let (all, units) = told.into_inner().expect("listed");
    let sum: u64 = units.iter().sum();
    assert_eq!(all, sum, "each byte is counted once");
}

/// Imports with little memory; something happens to what was spilled once it is to be read. Answers the error.
fn disturbed(world: &World, disturb: impl Fn(&Path) + Sync) -> String {
    let keep = First {
        kept: &world.kept,
        then: |_: &str| {
            for path in ending(&world.units, ".spill") {
                disturb(&path);
            }
        },
    };
    let refused = world.run(|import| {
        import.budget = LITTLE;
        import.threads = 1;
        import.keep = &keep;
    });
    let error = refused.map(|_| ()).expect_err("it was disturbed");
    assert!(world.snapshots().numbers().expect("listed").is_empty());
    assert!(ending(&world.units, ".spill").is_empty(), "it is deleted");
    error.to_string()
}

#[test]
fn what_was_spilled_is_read_as_it_was_written_or_not_at_all() {
    let world = World::new();
    put(&world, &spoiled(4));
    let flipped = disturbed(&world, |path| {
        let mut bytes = std::fs::read(path).expect("read");
        bytes[64..].iter_mut().for_each(|byte| *byte ^= 1);
        std::fs::write(path, bytes).expect("written");
    });
    let cut = disturbed(&world, |path| {
        let file = std::fs::OpenOptions::new().write(true).open(path);
        file.expect("opened").set_len(80).expect("cut");
    });
    for error in [flipped, cut] {
        assert!(error.contains(".spill`"), "{error}");
        assert!(error.contains("start the import again"), "{error}");
        assert!(!error.contains("PSA"), "{error}");
    }
    world
        .run(|import| import.budget = LITTLE)
        .expect("imported");
}

#[test]
fn nothing_that_was_spilled_is_in_clear() {
    let world = World::new();
    put(&world, &spoiled(5));
    let seen = Mutex::new(0);
    let keep = First {
        kept: &world.kept,
        then: |_: &str| {
            for path in ending(&world.units, ".spill") {
                let bytes = std::fs::read(path).expect("read");
                assert!(!bytes.windows(4).any(|part| part == b"PSA-"));
                *seen.lock().expect("counted") += bytes.len();
            }
        },
    };
    let done = world.run(|import| {
        import.budget = LITTLE;
        import.threads = 1;
        import.keep = &keep;
    });
    done.expect("imported");
    assert!(seen.into_inner().expect("counted") > 1000);
}

#[test]
fn a_full_disk_is_said_and_the_next_try_does_what_is_left() {
    let world = World::new();
    put(&world, &spoiled(6));
    let full = Path::new("/dev/full");
    if !full.exists() {
        println!("skipped: there is no device that is always full");
        return;
    }
    let spill = world.units.join("1/claims-202301.0.spill");
    let fill = |progress: Progress<'_>| {
        if let Progress::Units { .. } = progress {
            std::os::unix::fs::symlink(full, &spill).expect("linked");
        }
    };
    let error = world.run(|import| {
        import.budget = LITTLE;
        import.threads = 1;
        import.progress = &fill;
    });
    let error = error.map(|_| ()).expect_err("it is full").to_string();
    assert!(error.contains("free space"), "{error}");
    assert!(world.snapshots().numbers().expect("listed").is_empty());
    assert!(!spill.is_symlink(), "what was written is deleted");
    let again = world
        .run(|import| import.budget = LITTLE)
        .expect("there is room");
    world.kept.clear();
    let much = world.run(|_| {}).expect("imported");
    assert_eq!(again.files, much.files);
    assert_eq!(world.hashes(1), world.hashes(2));
}

/// A seal that never ends with the second piece of what is spilled.
struct Stuck;

struct StuckSeal(Box<dyn Seal>);

impl Seals for Stuck {
    fn begin(&self, name: &str) -> (Box<dyn Seal>, Head) {
        let (seal, head) = Plain(5).begin(name);
        if name.ends_with(".spill") {
            return (Box::new(StuckSeal(seal)), head);
        }
        (seal, head)
    }

    fn open(&self, name: &str, head: &Head) -> Option<Box<dyn Seal>> {
        Plain(5).open(name, head)
    }
}

impl Seal for StuckSeal {
    fn seal(&self, number: u64, plain: &[u8]) -> Vec<u8> {
        if number > 0 {
            // Longer than it is let live.
            std::thread::sleep(Duration::from_secs(600));
        }
        self.0.seal(number, plain)
    }

    fn open(&self, number: u64, sealed: &[u8]) -> Option<Vec<u8>> {
        self.0.open(number, sealed)
    }
}

/// Names, for a process that is to be killed, the root of the folders in which it imports.
const KILLED: &str = "HYGIE_TEST_KILLED_WHILE_IT_SPILLS";

#[test]
fn an_import_that_is_killed_while_it_spills_leaves_nothing_for_long() {
    if let Some(root) = std::env::var_os(KILLED) {
        let paths = ["from", "into", "units"].map(|name| Path::new(&root).join(name));
        let world = World::new();
        let _never = world.run(|import| {
            (import.from, import.into, import.units) = (&paths[0], &paths[1], &paths[2]);
            import.budget = LITTLE;
            import.seals = &Stuck;
        });
        return;
    }
    let root = tempfile::tempdir().expect("a folder");
    let paths = ["from", "into", "units"].map(|name| root.path().join(name));
    let mut world = World::new();
    put(&world, &spoiled(7));
    for path in &paths {
        std::fs::create_dir(path).expect("made");
    }
    for (name, text) in spoiled(7) {
        std::fs::write(paths[0].join(name), text).expect("written");
    }
    let me = std::env::current_exe().expect("it runs");
    let (_, here) = module_path!().split_once("::").expect("a module");
    let test = format!("{here}::an_import_that_is_killed_while_it_spills_leaves_nothing_for_long");
    let mut child = Command::new(me)
        .args(["--exact", &test])
        .env(KILLED, root.path())
        .stdout(Stdio::null())
        .spawn()
        .expect("begun");
    while ending(&paths[2], ".spill").is_empty() {
        assert!(
            child.try_wait().expect("asked").is_none(),
            "it ended by itself"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().expect("killed");
    child.wait().expect("it is gone");
    let left = ending(&paths[2], ".spill");
    assert!(!left.is_empty());
    // Another one of a snapshot that came by another way since.
    std::fs::create_dir(paths[2].join("0")).expect("made");
    let old = paths[2].join("0/claims-202212.1.spill");
    std::fs::copy(&left[0], &old).expect("copied");
    world.units = paths[2].clone();
    let seen = Mutex::new(Vec::new());
    let look = |progress: Progress<'_>| {
        if let Progress::Units { .. } = progress {
            let there = ending(&paths[2], ".spill");
            seen.lock().expect("listed").extend(there);
        }
    };
    let done = world.run(|import| {
        import.into = &paths[1];
        import.progress = &look;
    });
    done.expect("imported");
    assert!(
        seen.into_inner().expect("listed").is_empty(),
        "they are gone before anything is read"
    );
}
