//! Which file lists which codes, and what else it says of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use csv::StringRecord;

use super::build::Key;
use super::rows::{ALWAYS, Day, FOREVER};
use super::sources::{self, Finding, Sources};
use super::text::{self, Table};
use super::{Error, System, code, place};

/// What files say of a code.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it is called.
    pub name: Option<String>,
    /// From when until when.
    pub valid: (Day, Day),
    /// Its ATC class, in its one form.
    pub atc: Option<String>,
    /// The group or chapter of its own vocabulary.
    pub under: Option<String>,
}

impl Default for Entry {
    fn default() -> Self {
        Self {
            name: None,
            valid: (ALWAYS, FOREVER),
            atc: None,
            under: None,
        }
    }
}

/// All that was read.
#[derive(Default)]
pub struct Read {
    /// By code.
    pub entries: BTreeMap<Key, Entry>,
    /// By file.
    pub findings: Vec<Finding>,
    /// Which edition of which nomenclature, by the names of its files.
    pub versions: Vec<(System, String)>,
}

/// A kind of file.
struct Layout {
    /// The beginning of its name, and all of it but for the edition.
    stem: &'static str,
    system: System,
    /// None: the first column.
    code: Option<&'static str>,
    /// The columns that may name it, the best one first; none: the second column.
    names: &'static [&'static str],
    more: More,
}

/// What else a file says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum More {
    Nothing,
    NabmGroup,
    LppPath,
    Atc(&'static str),
    /// Only the class of codes that another file names.
    AtcAlone(&'static str),
}

const fn layout(
    stem: &'static str,
    system: System,
    code: &'static str,
    names: &'static [&'static str],
    more: More,
) -> Layout {
    Layout {
        stem,
        system,
        code: Some(code),
        names,
        more,
    }
}

const fn atc(stem: &'static str) -> Layout {
    Layout {
        stem,
        system: System::Atc,
        code: None,
        names: &[],
        more: More::Nothing,
    }
}

const LAYOUTS: [Layout; 13] = [
    layout(
        "IR_CIM_V",
        System::Icd10,
        "CIM_COD",
        &["CIM_LIB"],
        More::Nothing,
    ),
    layout(
        "IR_CCAM_V",
        System::Ccam,
        "CAM_PRS_IDE_COD",
        &["CAM_PRS_IDE_LIB"],
        More::Nothing,
    ),
    layout(
        "IR_BIO_R",
        System::Nabm,
        "BIO_PRS_IDE",
        &["BIO_INF_LIB"],
        More::NabmGroup,
    ),
    layout(
        "IR_PHA_R",
        System::Cip13,
        "PHA_CIP_C13",
        &["PHA_PRS_LIB", "PHA_MED_NOM", "PHA_NOM_PA"],
        More::Atc("PHA_ATC_CLA"),
    ),
    layout(
        "NU_UCD_R",
        System::Ucd,
        "UCD_UCD_COD",
        &["UCD_DSN_LIB"],
        More::Nothing,
    ),
    layout(
        "IR_UCD_R",
        System::Ucd,
        "UCD_UCD_COD",
        &["UCD_DSN_LIB"],
        More::AtcAlone("UCD_ATC_CLA"),
    ),
    layout(
        "NT_LPP",
        System::Lpp,
        "LPP_PRS_IDE",
        &["LPP_RED_LIB"],
        More::LppPath,
    ),
    layout(
        "IR_NAT_V",
        System::Nature,
        "PRS_NAT",
        &["PRS_NAT_LIB"],
        More::Nothing,
    ),
    atc("openmedic_ATC1"),
    atc("openmedic_ATC2"),
    atc("openmedic_ATC3"),
    atc("openmedic_ATC4"),
    atc("openmedic_ATC5"),
];

/// Reads every nomenclature that the folder has. Of several editions of one the newest names codes first, and older ones add
/// what it dropped.
pub fn read(sources: &Sources) -> Result<Read, Error> {
    let mut read = Read::default();
    let Some(folder) = &sources.nomenclatures else {
        return Ok(read);
    };
    let files = sources::files(folder)?;
    for layout in &LAYOUTS {
        let mut editions: Vec<(u32, &PathBuf)> = files
            .iter()
            .filter_map(|path| Some((edition(layout, path)?, path)))
            .collect();
        editions.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
        if let Some((_, newest)) = editions.first() {
            let name = newest.file_stem().unwrap_or_default().to_string_lossy();
            match read
                .versions
                .iter_mut()
                .find(|(system, _)| *system == layout.system)
            {
                Some((_, version)) => *version = format!("{version}, {name}"),
                None => read.versions.push((layout.system, name.into_owned())),
            }
        }
        for (_, path) in editions {
            add(&mut read, layout, path)?;
        }
    }
    Ok(read)
}

/// The edition in the file's name, 0 where it has none; none at all for a file of another kind.
fn edition(layout: &Layout, path: &Path) -> Option<u32> {
    let is_csv = path
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("csv"));
    let stem = path.file_stem()?.to_str().filter(|_| is_csv)?;
    let rest = stem.get(layout.stem.len()..)?;
    if !stem[..layout.stem.len()].eq_ignore_ascii_case(layout.stem) {
        return None;
    }
    match rest {
        "" => Some(0),
        _ if layout.system == System::Ccam => rest.parse().ok(),
        _ => None,
    }
}

/// Where a file's columns stand.
struct Columns {
    code: usize,
    names: Vec<usize>,
    group: Option<(usize, Option<usize>)>,
    path: Vec<usize>,
    atc: Option<usize>,
    from: Option<usize>,
    until: Option<usize>,
}

impl Columns {
    fn of(table: &Table, layout: &Layout) -> Result<Self, Error> {
        let more = layout.more;
        let path = ["LPP_ARB_CHA"].into_iter().map(str::to_owned);
        let path = path.chain((1..10).map(|level| format!("LPP_ARB_SC{level}")));
        Ok(Self {
            code: layout.code.map_or(Ok(0), |name| table.need(name))?,
            names: match layout.names {
                [] => vec![1],
                names => names.iter().filter_map(|name| table.find(name)).collect(),
            },
            group: match more {
                More::NabmGroup => Some((table.need("BIO_PHY_GRP")?, table.find("BIO_GRP_LIB"))),
                _ => None,
            },
            path: match more {
                More::LppPath => path.map_while(|name| table.find(&name)).collect(),
                _ => Vec::new(),
            },
            atc: match more {
                More::Atc(name) | More::AtcAlone(name) => Some(table.need(name)?),
                _ => None,
            },
            from: table.find("BIO_CRE_DAT"),
            until: table
                .find("BIO_SUP_DAT")
                .or_else(|| table.find("LPP_VAL_DTF")),
        })
    }
}

fn add(read: &mut Read, layout: &Layout, path: &Path) -> Result<(), Error> {
    let table = Table::read(path)?;
    let columns = Columns::of(&table, layout)?;
    let mut finding = Finding::new(path);
    for row in &table.rows {
        finding.rows += 1;
        let Some(row) = row else {
            finding.malformed += 1;
            continue;
        };
        let cell = row.get(columns.code).unwrap_or_default();
        let Ok(code) = code::canonical(layout.system, cell) else {
            finding.malformed += 1;
            continue;
        };
        let entry = entry(read, &columns, row);
        let known = read.entries.entry((layout.system, code));
        match known {
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(entry);
            }
            std::collections::btree_map::Entry::Occupied(mut place) => {
                finding.repeated += u64::from(!matches!(layout.more, More::AtcAlone(_)));
                let known = place.get_mut();
                known.name = known.name.take().or(entry.name);
                known.atc = known.atc.take().or(entry.atc);
                known.under = known.under.take().or(entry.under);
            }
        }
    }
    read.findings.push(finding);
    Ok(())
}

fn entry(read: &mut Read, columns: &Columns, row: &StringRecord) -> Entry {
    let cell = |at: usize| row.get(at).unwrap_or_default();
    let date = |at: Option<usize>| at.and_then(|at| text::day(cell(at)));
    let atc = columns
        .atc
        .and_then(|at| code::canonical(System::Atc, cell(at)).ok());
    Entry {
        name: columns.names.iter().find_map(|&at| text::name(cell(at))),
        valid: (
            date(columns.from).unwrap_or(ALWAYS),
            date(columns.until).unwrap_or(FOREVER),
        ),
        atc,
        under: match columns.group {
            Some((group, title)) => nabm_group(read, cell(group), title.map(cell)),
            None => lpp_path(columns, row),
        },
    }
}

/// The group's code; its name is kept with it.
fn nabm_group(read: &mut Read, cell: &str, title: Option<&str>) -> Option<String> {
    // Some exports write numbers with decimals.
    let number: u32 = cell.trim().split('.').next()?.parse().ok()?;
    let code = format!("{}{number}", place::NABM_GROUP);
    let group = read
        .entries
        .entry((System::Nabm, code.clone()))
        .or_default();
    group.name = group.name.take().or_else(|| title.and_then(text::name));
    Some(code)
}

/// The chapter in which a device stands: its numbers from the top down to the first 0.
fn lpp_path(columns: &Columns, row: &StringRecord) -> Option<String> {
    let numbers = columns.path.iter().map_while(|&at| {
        let number: u32 = row.get(at)?.trim().parse().ok()?;
        (1..1_000).contains(&number).then(|| number.to_string())
    });
    let numbers: Vec<String> = numbers.collect();
    (!numbers.is_empty()).then(|| numbers.join("."))
}
