//! A snapshot's files: whatever stands there is read or refused, and whoever opposes is not seen.

use std::path::Path;
use std::sync::OnceLock;

use hygie_ledger::note;
use hygie_snapshot::{
    Building, FileEntry, Manifest, Opposed, Order, Scan, Signer, Snapshot, Snapshots, Table, Values,
};
use tempfile::TempDir;

use super::scratch;

const KEY: &str = "fuzz-key";
/// The one who opposes: the second of four persons in one bucket.
const OPPOSED: i32 = 2;

fn signer() -> &'static Signer {
    static SIGNER: OnceLock<Signer> = OnceLock::new();
    SIGNER.get_or_init(|| {
        Signer::from_seed("fuzz.example/snapshots", &[6; 32]).expect("the name is a ledger's")
    })
}

fn opposed() -> Opposed {
    Opposed::new(3, [[2; 16]]).under(KEY)
}

/// What stands beside a manifest's tables.
fn head() -> Manifest {
    Manifest {
        format: 0,
        number: 1,
        continues: None,
        made_at: 1_700_000_000,
        schema: "OMOP CDM 5.4".to_owned(),
        buckets: 1,
        pseudonyms: KEY.to_owned(),
        opposed_list: 3,
        opposed_hash: "5a".repeat(32),
        sources: Vec::new(),
        rules: Vec::new(),
        tables: Vec::new(),
    }
}

/// A snapshot of four persons with some deliveries, in a folder of its own.
fn made() -> (TempDir, Snapshot) {
    let dir = scratch();
    let building = Building::begin(dir.path(), 1, 1).expect("the folder is empty");
    let persons = Table::new()
        .with("person_id", Values::Int(vec![1, 2, 3, 4]))
        .with(
            "pseudonym",
            Values::Pseudonym(vec![[1; 16], [2; 16], [3; 16], [4; 16]]),
        );
    let rows = 60;
    let drugs = Table::new()
        .with("drug_exposure_id", Values::Long((1..=rows).collect()))
        .with(
            "person_id",
            Values::Int((0..rows).map(|row| row as i32 / 15 + 1).collect()),
        )
        .with(
            "drug_concept_id",
            Values::Int(
                (0..rows)
                    .map(|row| 2_000_000_000 + row as i32 % 7)
                    .collect(),
            ),
        )
        .with(
            "drug_exposure_start_date",
            Values::Date((0..rows).map(|row| 19_000 + row as i32).collect()),
        )
        .with(
            "paid_by_payer",
            Values::Number(
                (0..rows)
                    .map(|row| if row % 4 == 0 { f64::NAN } else { 6.5 })
                    .collect(),
            ),
        );
    let wrote = building
        .persons("person", 0, &persons)
        .and_then(|()| building.events("drug_exposure", 0, &drugs))
        .and_then(|()| {
            let names = Table::new().with("name", Values::text([Some("075"), None]));
            building.plain("location", &names)
        })
        .and_then(|()| building.publish(head(), signer()));
    wrote.expect("the folder can be written");
    let snapshot = snapshots(dir.path()).open(1).expect("it was made");
    (dir, snapshot)
}

fn snapshots(dir: &Path) -> Snapshots {
    Snapshots::new(dir, signer().verifier().clone())
}

/// Reads all that a snapshot's files give, as those do who ask it; `honest`, where the manifest says what is so.
fn look(snapshot: &Snapshot, opposed: &Opposed, honest: bool) {
    let Ok(scan) = Scan::new(snapshot, opposed) else {
        return;
    };
    for table in &snapshot.manifest().tables {
        let Ok(files) = scan.files(&table.table, table.order) else {
            continue;
        };
        for file in files {
            let hides = honest && scan.hidden() > 0 && file.bucket.is_some();
            columns(&scan, file, hides);
        }
    }
}

fn columns(scan: &Scan<'_>, file: &FileEntry, hides: bool) {
    let Ok(names) = scan.columns(file) else {
        return;
    };
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut batches = Vec::new();
    batches.extend(scan.read(file, &names));
    batches.extend(scan.postings(file, &names, &|_| true));
    batches.extend(scan.of(file, &names, &[1, 2, 3]));
    batches.extend(scan.postings(file, &names, &|concept| concept % 2 == 0));
    for name in &names {
        batches.extend(scan.read(file, std::slice::from_ref(name)));
    }
    for batch in batches.iter().filter(|_| hides) {
        if let Some(persons) = batch.table.column("person_id").and_then(Values::ints) {
            assert!(!persons.contains(&OPPOSED), "somebody who opposes is seen");
        }
    }
}

/// A manifest that is truly signed, and one that is not.
pub mod manifest {
    use super::{OnceLock, Path, Snapshot, TempDir, look, made, note, opposed, signer, snapshots};

    fn kept() -> &'static (TempDir, Snapshot, String) {
        static KEPT: OnceLock<(TempDir, Snapshot, String)> = OnceLock::new();
        KEPT.get_or_init(|| {
            let (dir, snapshot) = made();
            let at = dir.path().join("1/manifest");
            let note = std::fs::read_to_string(at).expect("it was made");
            let text = note::open(&note, signer().verifier()).expect("it was signed");
            let text = text.to_owned();
            (dir, snapshot, text)
        })
    }

    fn put(dir: &Path, note: &str) {
        std::fs::write(dir.join("1/manifest"), note).expect("the folder can be written");
    }

    /// See [`crate::Target::run`].
    pub fn run(bytes: &[u8]) {
        let Ok(text) = std::str::from_utf8(bytes) else {
            return;
        };
        let (dir, honest, _) = kept();
        put(dir.path(), text);
        if let Ok(snapshot) = snapshots(dir.path()).open(1) {
            let same = snapshot.manifest() == honest.manifest();
            assert!(same, "a manifest is believed that nobody signed");
        }
        let Ok(note) = note::sign(text, signer()) else {
            return;
        };
        put(dir.path(), &note);
        let _numbers = snapshots(dir.path()).numbers();
        if let Ok(snapshot) = snapshots(dir.path()).open(1) {
            let _verified = snapshot.verify();
            // Who signs says where each person's rows are: nobody else can tell.
            look(&snapshot, &opposed(), false);
        }
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let text = &kept().2;
        let signed = note::sign(text, signer()).expect("it ends in a new line");
        vec![text.clone().into_bytes(), signed.into_bytes()]
    }
}

/// A Parquet file in the place of one of a snapshot's, postings in its footer.
pub mod part {
    use super::super::others::forgiven;
    use super::{FileEntry, OnceLock, Order, Snapshot, TempDir, look, made, opposed};

    struct Kept {
        _dir: TempDir,
        snapshot: Snapshot,
        /// Files that a run may replace, with their bytes.
        files: Vec<(FileEntry, Vec<u8>)>,
    }

    fn kept() -> &'static Kept {
        static KEPT: OnceLock<Kept> = OnceLock::new();
        KEPT.get_or_init(|| {
            let (dir, snapshot) = made();
            let places = [
                ("person", Order::ByPerson),
                ("drug_exposure", Order::ByPerson),
                ("drug_exposure", Order::ByConcept),
                ("location", Order::Plain),
            ];
            let files = places.map(|(table, order)| {
                let entry = snapshot
                    .manifest()
                    .table(table, order)
                    .expect("it is there");
                let file = entry.files[0].clone();
                let bytes = std::fs::read(snapshot.path(&file)).expect("it was made");
                (file, bytes)
            });
            let files = files.into();
            Kept {
                _dir: dir,
                snapshot,
                files,
            }
        })
    }

    /// The first byte chooses the file that the rest replaces.
    pub fn run(bytes: &[u8]) {
        let Some((which, content)) = bytes.split_first() else {
            return;
        };
        let kept = kept();
        let place = usize::from(*which) % kept.files.len();
        let (file, before) = &kept.files[place];
        // Where persons themselves are others, others are hidden.
        let honest = place > 0;
        let path = kept.snapshot.path(file);
        std::fs::write(&path, content).expect("the folder can be written");
        // The manifest's hash tells what is damaged; who reads without asking it may meet the library's panic.
        let _none = forgiven(|| look(&kept.snapshot, &opposed(), honest));
        std::fs::write(&path, before).expect("the folder can be written");
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let files = (0u8..).zip(&kept().files);
        files
            .map(|(which, (_, bytes))| [&[which][..], bytes].concat())
            .collect()
    }
}

/// The list of the opposed, its note and its persons.
pub mod opposed_list {
    use super::{KEY, OnceLock, Opposed, TempDir, note, opposed, scratch, signer};

    fn kept() -> &'static (TempDir, Vec<u8>, Vec<u8>) {
        static KEPT: OnceLock<(TempDir, Vec<u8>, Vec<u8>)> = OnceLock::new();
        KEPT.get_or_init(|| {
            let dir = scratch();
            let published = opposed().publish(dir.path(), signer());
            published.expect("the folder can be written");
            let read = |name: &str| std::fs::read(dir.path().join(name)).expect("published");
            let (note, list) = (read("opposed"), read("opposed-3"));
            (dir, note, list)
        })
    }

    /// The first byte says what the rest is: the note, a text that is signed, or the list.
    pub fn run(bytes: &[u8]) {
        let Some((which, content)) = bytes.split_first() else {
            return;
        };
        let (dir, note, list) = kept();
        let (mut put, mut persons) = (note.clone(), list.clone());
        match which % 3 {
            0 => put = content.to_vec(),
            1 => {
                let text = std::str::from_utf8(content).unwrap_or_default();
                let Ok(signed) = note::sign(text, signer()) else {
                    return;
                };
                put = signed.into_bytes();
            }
            _ => persons = content.to_vec(),
        }
        let write = |name: &str, bytes: &[u8]| {
            std::fs::write(dir.path().join(name), bytes).expect("the folder can be written");
        };
        write("opposed", &put);
        write("opposed-3", &persons);
        if let Ok(read) = Opposed::read(dir.path(), signer().verifier()) {
            assert_eq!(read.len(), read.iter().count());
            assert!(
                which % 3 == 1 || read == opposed(),
                "a list that nobody signed"
            );
        }
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let (_, note, list) = kept();
        let text = std::str::from_utf8(note)
            .ok()
            .and_then(|note| note::open(note, signer().verifier()).ok());
        let text = text.expect("it was signed");
        assert!(text.contains(KEY));
        [(0, note.as_slice()), (1, text.as_bytes()), (2, list)]
            .map(|(which, bytes)| [&[which][..], bytes].concat())
            .into()
    }
}
