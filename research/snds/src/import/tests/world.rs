//! A folder of claims, a place for snapshots, and a bronze in memory.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex};

use hygie_rows::Forgotten;
use hygie_snapshot::{Opposed, Pseudonym, Scan, Signer, Snapshots};

use crate::import::{Import, Keep, KeepRows, Pseudonyms, Renewal, Renewed};
use crate::rules::Rules;
use crate::seal::tests::Plain;
use crate::vocabulary::{ConceptRow, Sources, Vocabulary};
use crate::{Error, Report};

/// Where the published sample rows lie, for each table.
pub(super) const SAMPLES: [(&str, &str); 16] = [
    ("DCIR", "ER_PRS_F.csv"),
    ("DCIR", "ER_PHA_F.csv"),
    ("DCIR", "ER_CAM_F.csv"),
    ("DCIR", "ER_BIO_F.csv"),
    ("DCIR", "ER_ETE_F.csv"),
    ("DCIR", "ER_UCD_F.csv"),
    ("DCIR", "ER_TIP_F.csv"),
    ("BENEFICIAIRE", "IR_BEN_R.csv"),
    ("DCIR_DCIRS", "IR_IMB_R.csv"),
    ("PMSI/PMSI MCO", "T_MCOaaB.csv"),
    ("PMSI/PMSI MCO", "T_MCOaaC.csv"),
    ("PMSI/PMSI MCO", "T_MCOaaD.csv"),
    ("PMSI/PMSI MCO", "T_MCOaaA.csv"),
    ("PMSI/PMSI MCO", "T_MCOaaUM.csv"),
    ("Causes de décès", "KI_CCI_R.csv"),
    ("Causes de décès", "KI_ECD_R.csv"),
];

/// The schemas of `../shared`, where it is.
pub(super) fn published() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/snds/schemas");
    root.is_dir().then_some(root)
}

/// A pseudonym that tests can read: the first 16 characters.
pub(super) fn name(first_step: &str) -> Pseudonym {
    let mut name = [b'.'; 16];
    for (to, from) in name.iter_mut().zip(first_step.bytes()) {
        *to = from;
    }
    name
}

pub(super) struct Names;

impl Pseudonyms for Names {
    fn person(&self, first_step: &str) -> Pseudonym {
        name(first_step)
    }

    fn insured(&self, number: &str, rank: u8) -> Pseudonym {
        name(&format!("{number}#{rank}"))
    }
}

/// Table, tag, row.
type Raw = (String, Option<[u8; 16]>, String);
/// The same, and why it was refused.
type WithReason = (Raw, Option<String>);

/// A bronze in memory, without the lines that name columns, of which each file must have one.
#[derive(Default)]
pub(super) struct Kept(Mutex<Vec<WithReason>>);

impl Kept {
    pub(super) fn rows(&self) -> Vec<Raw> {
        let all = self.0.lock().expect("listed");
        all.iter().map(|(raw, _)| raw.clone()).collect()
    }

    /// Every row with the reason for which it was refused, in an order of their own.
    pub(super) fn reasons(&self) -> Vec<WithReason> {
        let mut rows = self.0.lock().expect("listed").clone();
        rows.sort();
        rows
    }

    pub(super) fn clear(&self) {
        self.0.lock().expect("listed").clear();
    }
}

impl Keep for Kept {
    fn file(&self, table: &str, _: &str) -> Result<Box<dyn KeepRows + '_>, String> {
        Ok(Box::new(File {
            kept: self,
            table: table.to_owned(),
            headed: false,
        }))
    }

    fn forget(&self, tags: &HashSet<[u8; 16]>) -> Result<Forgotten, String> {
        let mut rows = self.0.lock().expect("listed");
        let before = rows.len();
        rows.retain(|((_, tag, _), _)| tag.is_none_or(|tag| !tags.contains(&tag)));
        Ok(Forgotten {
            rows: (before - rows.len()) as u64,
            ..Forgotten::default()
        })
    }
}

struct File<'a> {
    kept: &'a Kept,
    table: String,
    headed: bool,
}

impl KeepRows for File<'_> {
    fn row(&mut self, tag: Option<[u8; 16]>, raw: &[u8], why: Option<&str>) -> Result<(), String> {
        let raw = String::from_utf8_lossy(raw).into_owned();
        if !std::mem::replace(&mut self.headed, true) {
            assert!(tag.is_none() && why.is_none(), "it names columns");
            let capital = |byte: u8| byte.is_ascii_uppercase() || b"_;,0123456789".contains(&byte);
            assert!(raw.bytes().all(capital), "{raw}");
            return Ok(());
        }
        let row = (self.table.clone(), tag, raw);
        let row = (row, why.map(str::to_owned));
        self.kept.0.lock().expect("listed").push(row);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), String> {
        Ok(())
    }
}

pub(super) struct World {
    pub(super) from: tempfile::TempDir,
    pub(super) into: tempfile::TempDir,
    pub(super) units: std::path::PathBuf,
    /// A SOURCE_TO_CONCEPT_MAP.
    pub(super) map: Option<PathBuf>,
    _work: tempfile::TempDir,
    pub(super) kept: Kept,
}

impl World {
    pub(super) fn new() -> World {
        let folder = || tempfile::tempdir().expect("a folder");
        let work = folder();
        World {
            from: folder(),
            into: folder(),
            units: work.path().join("units"),
            map: None,
            _work: work,
            kept: Kept::default(),
        }
    }

    /// Writes a file: its columns, then rows, parted by blanks; `-` is an empty field.
    pub(super) fn file(&self, name: &str, columns: &str, rows: &[&str]) {
        let line = |text: &str| {
            let fields: Vec<&str> = text
                .split_whitespace()
                .map(|field| if field == "-" { "" } else { field })
                .collect();
            fields.join(";")
        };
        let mut text = line(columns);
        text.push('\n');
        for row in rows {
            text.push_str(&line(row));
            text.push('\n');
        }
        std::fs::write(self.from.path().join(name), text).expect("written");
    }

    /// The hashes of a snapshot's files.
    pub(super) fn hashes(&self, number: u64) -> Vec<String> {
        let snapshot = self.snapshots().open(number).expect("read");
        let tables = snapshot.manifest().tables.iter();
        let files = tables.flat_map(|table| &table.files);
        files.map(|file| file.sha256.clone()).collect()
    }

    pub(super) fn snapshots(&self) -> Snapshots {
        Snapshots::new(self.into.path(), SIGNER.verifier().clone())
    }

    pub(super) fn run<'a>(&'a self, change: impl FnOnce(&mut Import<'a>)) -> Result<Report, Error> {
        self.run_without(&NOBODY, change)
    }

    pub(super) fn run_without<'a>(
        &'a self,
        opposed: &'a Opposed,
        change: impl FnOnce(&mut Import<'a>),
    ) -> Result<Report, Error> {
        let mut import = self.import(opposed, &[]);
        change(&mut import);
        import.run()
    }

    /// Continues the newest snapshot with what is in the folder now.
    pub(super) fn append(&self, opposed: &Opposed) -> Result<Report, Error> {
        let snapshot = self.snapshots().latest()?;
        let concepts = if opposed.key() == snapshot.manifest().pseudonyms {
            Vocabulary::earlier(&Scan::new(&snapshot, opposed)?)?
        } else {
            Vec::new()
        };
        let mut import = self.import(opposed, &concepts);
        import.buckets = None;
        import.append()
    }

    pub(super) fn signer(&self) -> &'static Signer {
        &SIGNER
    }

    /// Makes the next snapshot out of the newest, without who opposes.
    pub(super) fn renew(&self, opposed: &Opposed) -> Result<Renewed, Error> {
        self.renew_by(&self.kept, opposed)
    }

    /// The same, where raw rows are kept by somebody else.
    pub(super) fn renew_by(&self, keep: &dyn Keep, opposed: &Opposed) -> Result<Renewed, Error> {
        let renewal = Renewal {
            into: self.into.path(),
            units: &self.units,
            seals: &Plain(5),
            keep,
            opposed,
            signer: &SIGNER,
            now_s: 1_700_000_001,
        };
        renewal.run(None)
    }

    fn import<'a>(&'a self, opposed: &'a Opposed, earlier: &[ConceptRow]) -> Import<'a> {
        Import {
            from: self.from.path(),
            into: self.into.path(),
            units: &self.units,
            seals: &Plain(5),
            rules: Rules::default(),
            budget: 1 << 30,
            threads: 2,
            buckets: Some(4),
            pseudonyms: &Names,
            keep: &self.kept,
            opposed,
            vocabulary: Vocabulary::load(
                Sources {
                    map: self.map.clone(),
                    ..Sources::default()
                },
                earlier,
            )
            .expect("at most a map is read"),
            signer: &SIGNER,
            now_s: 1_700_000_000,
            progress: &|_| {},
        }
    }
}

static NOBODY: LazyLock<Opposed> = LazyLock::new(Opposed::default);
static SIGNER: LazyLock<Signer> = LazyLock::new(|| {
    Signer::from_seed("hygie/snapshots", &[7; 32]).expect("a name and a seed make a key")
});
