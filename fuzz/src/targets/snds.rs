//! An import of claims, small enough to be done thousands of times: its files, and what it keeps for the next month.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use hygie_snapshot::{Opposed, Pseudonym, Signer};
use hygie_snds::vocabulary::{Sources, Vocabulary};
use hygie_snds::{
    Error, Forgotten, Head, Import, Keep, KeepRows, Pseudonyms, Report, Rules, Seal, Seals,
};
use tempfile::TempDir;

use super::scratch;

const KEY: &str = "DCT_ORD_NUM;FLX_DIS_DTD;FLX_EMT_NUM;FLX_EMT_ORD;FLX_EMT_TYP;FLX_TRT_DTD;ORG_CLE_NUM;PRS_ORD_NUM;REM_TYP_AFF";
const LINE: &str = "BEN_NIR_PSA;BEN_RNG_GEM;BEN_SEX_COD;BEN_NAI_ANN;BEN_RES_DPT;EXE_SOI_DTD;EXE_SOI_DTF;PRS_NAT_REF;DPN_QLF;\
    PRS_DPN_QLP;CPL_MAJ_TOP;PRS_ACT_QTE;PRS_PAI_MNT;BSE_REM_MNT;PFS_EXE_NUM;PSE_SPE_COD";

/// The files of an extraction: one of each table. `@` is the key's columns, `#1` those of line 1.
const FILES: [(&str, &str); 16] = [
    (
        "ER_PRS_F_202301.csv",
        "@;LINE\n\
         #1;PSA-1;1;1;1950;075;02/01/2023;;3313;0;0;0;1;10.00;6.50;77;01\n\
         #2;PSA-1;01;1;1950;075;2023-01-03;2023-01-04;1111;0;0;0;1;25;16,5;88;01\n\
         #3;PSA-1;1;1;1950;075;03JAN2023:00:00:00;;1111;71;0;0;1;25;16.5;88;1\n\
         #4;PSA-4;1;2;1930;974;06/01/2023;;1111;0;0;0;1;90;90;99;01\n\
         #4;PSA-4;1;2;1930;974;06/01/2023;;1111;0;0;0;-1;-90;-90;99;01\n\
         #5;NOBODY;2;1;1950;02A;08012023;;1321;0;0;2;2;25;16.005;;\n",
    ),
    (
        "ER_PHA_F_202301.csv",
        "@;PHA_PRS_C13;PHA_ACT_QSN\n#1;3400930000011;2\n#9;3400930000028;1\n",
    ),
    (
        "ER_CAM_F_202301.csv",
        "@;CAM_PRS_IDE;CAM_ACT_COD\n#5;DDAF001;1\n",
    ),
    (
        "ER_BIO_F_202301.csv",
        "@;BIO_PRS_IDE;BIO_ACT_QSN\n#2;1104;1\n#2;0126;1\n",
    ),
    (
        "ER_UCD_F_202301.csv",
        "@;UCD_UCD_COD;UCD_DLV_NBR\n#4;9000001;1,5\n",
    ),
    (
        "ER_TIP_F_202301.csv",
        "@;TIP_PRS_IDE;TIP_ACT_QSN\n#3;2200335;2\n",
    ),
    ("ER_ETE_F_202301.csv", "@;ETE_IND_TAA\n#4;1\n"),
    (
        "IR_BEN_R.csv",
        "BEN_NIR_PSA;BEN_RNG_GEM;BEN_IDT_ANO;BEN_CDI_NIR;BEN_NAI_ANN;BEN_NAI_MOI;BEN_SEX_COD;BEN_RES_DPT;BEN_DCD_DTE\n\
         PSA-1;1;ANO-1;00;1950;03;1;075;01/01/1600\n\
         PSA-1bis;1;ANO-1;04;1950;03;1;075;\n\
         PSA-4;1;ANO-4;00;1930;01;2;974;20/02/2023\n",
    ),
    (
        "IR_IMB_R.csv",
        "BEN_NIR_PSA;BEN_RNG_GEM;IMB_ALD_DTD;IMB_ALD_DTF;IMB_ALD_NUM;IMB_ETM_NAT;MED_MTF_COD;MED_NCL_IDT\n\
         PSA-1;1;2019-05-01;2024-05-01;8;2;E119;CIM10\n",
    ),
    (
        "T_MCO23B.csv",
        "ETA_NUM;RSA_NUM;DGN_PAL;DGN_REL;GRG_GHM\nE1;1;I210;I10;05M041\nE9;9;J189;;04M051\n",
    ),
    (
        "T_MCO23C.csv",
        "ETA_NUM;RSA_NUM;NIR_ANO_17;RNG_BEN;EXE_SOI_DTD;EXE_SOI_DTF;NIR_RET;NAI_RET;SEX_RET;SEJ_RET;FHO_RET;PMS_RET;DAT_RET;COH_NAI_RET;COH_SEX_RET\n\
         E1;1;PSA-4;1;01FEB2023:00:00:00;10FEB2023:00:00:00;0;0;0;0;0;0;0;0;0\n",
    ),
    ("T_MCO23D.csv", "ETA_NUM;RSA_NUM;ASS_DGN\nE1;1;E119\n"),
    (
        "T_MCO23A.csv",
        "ETA_NUM;RSA_NUM;CDC_ACT;ENT_DAT_DEL;NBR_EXE_ACT\nE1;1;DDAF001;1;1\n",
    ),
    (
        "T_MCO23UM.csv",
        "ETA_NUM;RSA_NUM;UM_ORD_NUM;DGN_PAL;DGN_REL;PAR_DUR_SEJ\nE1;1;2;I210;;6\nE1;1;1;R074;;3\n",
    ),
    (
        "KI_CCI_R.csv",
        "BEN_IDT_ANO;BEN_DCD_DTE;DCD_CIM_COD\nANO-4;2023-02-20;I219\nANO-9;2023-02-20;I219\n",
    ),
    (
        "KI_ECD_R.csv",
        "BEN_IDT_ANO;BEN_DCD_DTE;ECD_CIM_COD\nANO-4;2023-02-20;I50\n",
    ),
];
/// What the next month brings: one line undone, and one that is new.
const NEXT: (&str, &str) = (
    "ER_PRS_F_202302.csv",
    "@;LINE\n\
     #1;PSA-1;1;1;1950;075;02/01/2023;;3313;0;0;0;-1;-10.00;-6.50;77;01\n\
     #2;NOBODY;2;1;1950;02A;08/02/2023;;1111;0;0;0;1;25;16;88;01\n",
);

/// The text of a file, written out.
fn text((name, rows): (&str, &str)) -> String {
    let flow = if name.ends_with("202302.csv") {
        "28/02/2023"
    } else {
        "31/01/2023"
    };
    let mut text = rows.replacen('@', KEY, 1).replacen("LINE", LINE, 1);
    for line in 1..10 {
        let key = format!("{line};{flow};1;1;1;{flow};01C;{line:04};0");
        text = text.replace(&format!("#{line}"), &key);
    }
    text
}

/// Pseudonyms that anybody can read.
struct Readable;

impl Pseudonyms for Readable {
    fn person(&self, first_step: &str) -> Pseudonym {
        let mut name = [b'.'; 16];
        for (to, from) in name.iter_mut().zip(first_step.bytes()) {
            *to = from;
        }
        name
    }

    fn insured(&self, number: &str, rank: u8) -> Pseudonym {
        self.person(&format!("{number}#{rank}"))
    }
}

/// Raw rows go nowhere.
struct Nowhere;

impl Keep for Nowhere {
    fn file(&self, _: &str, _: &str) -> Result<Box<dyn KeepRows + '_>, String> {
        Ok(Box::new(Nowhere))
    }

    fn forget(&self, _: &HashSet<[u8; 16]>) -> Result<Forgotten, String> {
        Ok(Forgotten::default())
    }
}

impl KeepRows for Nowhere {
    fn row(&mut self, _: Option<[u8; 16]>, _: &[u8], _: Option<&str>) -> Result<(), String> {
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), String> {
        Ok(())
    }
}

/// A seal that seals nothing: what is under it is decoded, whoever wrote it.
struct Unsealed;

impl Seals for Unsealed {
    fn begin(&self, _: &str) -> (Box<dyn Seal>, Head) {
        (Box::new(Unsealed), [0; 64])
    }

    fn open(&self, _: &str, head: &Head) -> Option<Box<dyn Seal>> {
        (*head == [0; 64]).then(|| Box::new(Unsealed) as Box<dyn Seal>)
    }
}

impl Seal for Unsealed {
    fn seal(&self, _: u64, plain: &[u8]) -> Vec<u8> {
        plain.to_vec()
    }

    fn open(&self, _: u64, sealed: &[u8]) -> Option<Vec<u8>> {
        Some(sealed.to_vec())
    }
}

fn signer() -> &'static Signer {
    static SIGNER: OnceLock<Signer> = OnceLock::new();
    SIGNER.get_or_init(|| {
        Signer::from_seed("fuzz.example/snapshots", &[6; 32]).expect("the name is a ledger's")
    })
}

/// Folders of an extraction, of snapshots, and of units.
struct World {
    _dir: TempDir,
    from: PathBuf,
    into: PathBuf,
    units: PathBuf,
}

impl World {
    fn new() -> World {
        let dir = scratch();
        let folder = |name: &str| {
            let path = dir.path().join(name);
            std::fs::create_dir(&path).expect("the folder can be written");
            path
        };
        let (from, into, units) = (folder("from"), folder("into"), folder("units"));
        let world = World {
            _dir: dir,
            from,
            into,
            units,
        };
        for file in FILES {
            world.put(file.0, text(file).as_bytes());
        }
        world
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.from.join(name), bytes).expect("the folder can be written");
    }

    /// Imports the files, or continues what was imported with them.
    fn import(&self, continues: bool) -> Result<Report, Error> {
        let opposed = Opposed::new(1, []).under("fuzz-key");
        let import = Import {
            from: &self.from,
            into: &self.into,
            units: &self.units,
            seals: &Unsealed,
            rules: Rules::default(),
            budget: 16 << 20,
            threads: 1,
            buckets: Some(2),
            pseudonyms: &Readable,
            keep: &Nowhere,
            opposed: &opposed,
            vocabulary: Vocabulary::load(Sources::default(), &[]).expect("nothing is read"),
            signer: signer(),
            now_s: 1_700_000_000,
            progress: &|_| {},
        };
        if continues {
            import.append()
        } else {
            import.run()
        }
    }
}

/// Deletes all that stands in a folder.
fn empty(folder: &Path) {
    std::fs::remove_dir_all(folder).expect("it can be written");
    std::fs::create_dir(folder).expect("it can be written");
}

/// A file of an extraction: days, amounts, codes and keys in its fields.
pub mod files {
    use super::{FILES, OnceLock, World, empty, text};

    /// The first byte chooses the file that the rest replaces.
    pub fn run(bytes: &[u8]) {
        static WORLD: OnceLock<World> = OnceLock::new();
        let Some((which, content)) = bytes.split_first() else {
            return;
        };
        let world = WORLD.get_or_init(World::new);
        let file = FILES[usize::from(*which) % FILES.len()];
        world.put(file.0, content);
        if let Ok(report) = world.import(false) {
            for file in &report.files {
                assert_eq!(
                    file.accounted(),
                    file.rows,
                    "a row of {} is lost",
                    file.name
                );
            }
        }
        world.put(file.0, text(file).as_bytes());
        empty(&world.into);
        empty(&world.units);
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let files = (0u8..).zip(FILES);
        files
            .map(|(which, file)| [&[which][..], text(file).as_bytes()].concat())
            .collect()
    }
}

/// What an import keeps for the next month, under its seal: units, and who is who.
pub mod kept {
    use std::path::PathBuf;

    use super::{NEXT, OnceLock, World, empty, text};

    /// What stands before the last piece's text, in a unit and beside them.
    const LAST: [&[u8]; 2] = [b"{\"made_of\":", b"{\"form\":"];

    /// A whole import, its units, and the bytes that they have.
    struct Kept {
        world: World,
        units: Vec<(PathBuf, Vec<u8>)>,
    }

    fn kept() -> &'static Kept {
        static KEPT: OnceLock<Kept> = OnceLock::new();
        KEPT.get_or_init(|| {
            let world = World::new();
            world.import(false).expect("the files are whole");
            let list = std::fs::read_dir(world.units.join("1")).expect("it was imported");
            let mut units: Vec<PathBuf> = list.map(|entry| entry.expect("listed").path()).collect();
            units.sort();
            let read = |path: PathBuf| {
                let bytes = std::fs::read(&path).expect("it was imported");
                (path, bytes)
            };
            let units = units.into_iter().map(read).collect();
            world.put(NEXT.0, text(NEXT).as_bytes());
            Kept { world, units }
        })
    }

    /// The first byte chooses the file whose pieces the rest is; the length of the last one follows from where it begins.
    pub fn run(bytes: &[u8]) {
        let Some((which, content)) = bytes.split_first() else {
            return;
        };
        let Kept { world, units } = kept();
        let begins = |last: &&[u8]| content.windows(last.len()).position(|part| part == *last);
        let last = content.len() - LAST.iter().find_map(begins).unwrap_or(0);
        let (path, _) = &units[usize::from(*which) % units.len()];
        let whole = [&[0; 64], content, &(last as u64).to_le_bytes()].concat();
        std::fs::write(path, whole).expect("the folder can be written");
        let appended = world.import(true);
        if let Ok(report) = &appended {
            for file in &report.files {
                assert_eq!(
                    file.accounted(),
                    file.rows,
                    "a row of {} is lost",
                    file.name
                );
            }
        }
        for path in ["into/2", "into/.building-2", "into/manifests/2", "units/2"] {
            let path = world.from.with_file_name(path);
            let _gone = std::fs::remove_dir_all(&path).or_else(|_| std::fs::remove_file(&path));
        }
        let folder = world.units.join("1");
        std::fs::create_dir_all(&folder).expect("it can be written");
        empty(&folder);
        for (path, bytes) in units {
            std::fs::write(path, bytes).expect("it can be written");
        }
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let files = (0u8..).zip(&kept().units);
        files
            .map(|(which, (_, bytes))| [&[which][..], &bytes[64..bytes.len() - 8]].concat())
            .collect()
    }
}
