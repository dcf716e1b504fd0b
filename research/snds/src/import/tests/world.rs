//! A folder of claims, a place for snapshots, and a bronze in memory.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex};

use hygie_snapshot::{Opposed, Pseudonym, Signer, Snapshots};

use crate::import::{Import, Keep, KeepRows, Pseudonyms};
use crate::rules::Rules;
use crate::seal::tests::Plain;
use crate::vocabulary::{Sources, Vocabulary};
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

/// A bronze in memory.
#[derive(Default)]
pub(super) struct Kept(Mutex<Vec<Raw>>);

impl Kept {
    pub(super) fn rows(&self) -> Vec<Raw> {
        self.0.lock().expect("listed").clone()
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
        }))
    }

    fn forget(&self, tags: &HashSet<[u8; 16]>) -> Result<u64, String> {
        let mut rows = self.0.lock().expect("listed");
        let before = rows.len();
        rows.retain(|(_, tag, _)| tag.is_none_or(|tag| !tags.contains(&tag)));
        Ok((before - rows.len()) as u64)
    }
}

struct File<'a> {
    kept: &'a Kept,
    table: String,
}

impl KeepRows for File<'_> {
    fn row(&mut self, tag: Option<[u8; 16]>, raw: &[u8], _: Option<&str>) -> Result<(), String> {
        let raw = String::from_utf8_lossy(raw).into_owned();
        self.kept
            .0
            .lock()
            .expect("listed")
            .push((self.table.clone(), tag, raw));
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
        let mut import = Import {
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
            vocabulary: Vocabulary::load(Sources::default(), &[]).expect("nothing is read"),
            signer: &SIGNER,
            now_s: 1_700_000_000,
            progress: &|_| {},
        };
        change(&mut import);
        import.run()
    }
}

static NOBODY: LazyLock<Opposed> = LazyLock::new(Opposed::default);
static SIGNER: LazyLock<Signer> = LazyLock::new(|| {
    Signer::from_seed("hygie/snapshots", &[7; 32]).expect("a name and a seed make a key")
});
