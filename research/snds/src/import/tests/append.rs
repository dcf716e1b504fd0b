//! Covered: months appended one by one that tell something else than all at once; a number of a person or a concept that
//! becomes another's; a year that is written although nothing new tells of it, or is not although something does; a
//! regularisation that does not find what it undoes; somebody who opposes and stays in a byte; half a month that takes the
//! place of a whole one; a try that was cut off and changes the next.
//! Not a failure: numbers of rows, professionals and places that are others in another order of imports.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use hygie_snapshot::{Snapshot, Snapshots};

use super::natural::{natural, numbers};
use super::*;

/// The files of an extraction, by name.
type Files = BTreeMap<String, String>;

const KEY: &str = "DCT_ORD_NUM;FLX_DIS_DTD;FLX_EMT_NUM;FLX_EMT_ORD;FLX_EMT_TYP;FLX_TRT_DTD;ORG_CLE_NUM;PRS_ORD_NUM;REM_TYP_AFF";
const LINE: &str = "BEN_NIR_PSA;BEN_RNG_GEM;BEN_SEX_COD;BEN_NAI_ANN;BEN_RES_DPT;EXE_SOI_DTD;EXE_SOI_DTF;PRS_NAT_REF;DPN_QLF;PRS_DPN_QLP;CPL_MAJ_TOP;PRS_ACT_QTE;PRS_PAI_MNT;BSE_REM_MNT;PFS_EXE_NUM;PSE_SPE_COD";
const MONTHS: [&str; 7] = [
    "202211", "202212", "202301", "202302", "202303", "202401", "202402",
];

/// A month that tells of persons of the reference alone, and of whom nothing later tells.
const OLD: &str = "202106";

/// Chance that tests can repeat (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let value = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (value ^ (value >> 31)) % count
    }
}

/// Persons 1 to 9 stand in the reference; of those from 10 on the newer reference knows 10 and 11.
fn reference(newer: bool) -> String {
    let mut text = "BEN_NIR_PSA;BEN_RNG_GEM;BEN_IDT_ANO;BEN_CDI_NIR;BEN_NAI_ANN;BEN_NAI_MOI;BEN_SEX_COD;BEN_RES_DPT;BEN_DCD_DTE\n".to_owned();
    for person in 1..=if newer { 11 } else { 9 } {
        let death = if person == 3 && newer {
            "05/02/2024"
        } else {
            ""
        };
        let place = ["075", "02A", "974"][person % 3];
        text.push_str(&format!(
            "PSA-{person};1;ANO-{person};00;{};03;{};{place};{death}\n",
            1940 + person,
            1 + person % 2
        ));
    }
    text
}

/// A month of flow: care of the month and of those before, and what takes back what an earlier flow told.
fn month(chance: &mut Chance, flow: &str, told: &mut Vec<String>, files: &mut Files) {
    let (year, month): (u64, u64) = (
        flow[..4].parse().expect("a year"),
        flow[4..].parse().expect("a month"),
    );
    let mut tables: BTreeMap<&str, String> = BTreeMap::new();
    tables.insert("ER_PRS_F", format!("{KEY};{LINE}\n"));
    tables.insert("ER_PHA_F", format!("{KEY};PHA_PRS_C13;PHA_ACT_QSN\n"));
    tables.insert("ER_BIO_F", format!("{KEY};BIO_PRS_IDE;BIO_ACT_QSN\n"));
    for line in 0..40 {
        let key = format!("{line};28/{month:02}/{year};1;1;1;28/{month:02}/{year};01C;{line};0");
        // As it is told but for sign: person, kind, code, day, professional.
        let back = !told.is_empty() && chance.below(4) == 0;
        let what = if back {
            let at = chance.below(told.len() as u64) as usize;
            told.swap_remove(at)
        } else {
            let months = year * 12 + month - 1 - chance.below(4);
            let day = format!(
                "{:02}/{:02}/{}",
                1 + chance.below(28),
                months % 12 + 1,
                months / 12
            );
            let code = match chance.below(3) {
                0 => format!("PHA 34009300000{:02}", chance.below(5) + 11),
                1 => format!("BIO 01{:02}", chance.below(5) + 10),
                _ => format!("PRS 11{:02}", chance.below(3) + 10),
            };
            let (person, professional) = (
                1 + chance.below(if flow == OLD { 9 } else { 13 }),
                chance.below(6) + 70,
            );
            let what = format!("{person} {code} {day} {professional}");
            told.push(what.clone());
            what
        };
        let sign = if back { "-" } else { "" };
        let [person, kind, code, day, professional] = what.split(' ').collect::<Vec<_>>()[..]
        else {
            panic!("five words")
        };
        let nature = match kind {
            "PHA" => "3313",
            "BIO" => "9411",
            _ => code,
        };
        let prs = tables.get_mut("ER_PRS_F").expect("it is there");
        prs.push_str(&format!(
            "{key};PSA-{person};1;1;1950;013;{day};;{nature};0;0;0;{sign}1;{sign}10.50;{sign}7.00;{professional};0{}\n",
            professional.len()
        ));
        if kind != "PRS" {
            let table = tables
                .get_mut(format!("ER_{kind}_F").as_str())
                .expect("it is there");
            table.push_str(&format!("{key};{code};{sign}2\n"));
        }
    }
    for (table, text) in tables {
        files.insert(format!("{table}_{flow}.csv"), text);
    }
}

/// A year of stays; more are told by the end of it.
fn stays(year: u64, more: bool, files: &mut Files) {
    let short = year % 100;
    let mut c = "ETA_NUM;RSA_NUM;NIR_ANO_17;RNG_BEN;EXE_SOI_DTD;EXE_SOI_DTF;NIR_RET;NAI_RET;SEX_RET;SEJ_RET;FHO_RET;PMS_RET;DAT_RET;COH_NAI_RET;COH_SEX_RET\n".to_owned();
    let mut b = "ETA_NUM;RSA_NUM;DGN_PAL;DGN_REL;GRG_GHM\n".to_owned();
    let mut a = "ETA_NUM;RSA_NUM;CDC_ACT;ENT_DAT_DEL;NBR_EXE_ACT\n".to_owned();
    for stay in 1..=if more { 6 } else { 4 } {
        // From the last days of a year an act may lie in the next.
        c.push_str(&format!(
            "E{};{stay};PSA-{};1;3{}/12/{year};05/01/{};0;0;0;0;0;0;0;0;0\n",
            stay % 2,
            stay * 2,
            stay % 2,
            year + 1
        ));
        b.push_str(&format!("E{};{stay};I2{stay}0;I10;05M041\n", stay % 2));
        a.push_str(&format!("E{};{stay};DDAF001;{};1\n", stay % 2, stay));
    }
    files.insert(format!("T_MCO{short}C.csv"), c);
    files.insert(format!("T_MCO{short}B.csv"), b);
    files.insert(format!("T_MCO{short}A.csv"), a);
}

/// What is there at first, and what each later delivery brings.
fn deliveries(seed: u64) -> (Files, Vec<Files>) {
    let mut chance = Chance(seed);
    let (mut told, mut first) = (Vec::new(), Files::new());
    first.insert("IR_BEN_R.csv".to_owned(), reference(false));
    let illnesses = "BEN_NIR_PSA;BEN_RNG_GEM;IMB_ALD_DTD;IMB_ALD_DTF;IMB_ALD_NUM;IMB_ETM_NAT;MED_MTF_COD;MED_NCL_IDT\n";
    first.insert(
        "IR_IMB_R.csv".to_owned(),
        format!(
            "{illnesses}PSA-1;1;2019-05-01;;8;2;E119;CIM10\nPSA-10;1;2023-01-01;;8;2;I10;CIM10\n"
        ),
    );
    let causes =
        "BEN_IDT_ANO;BEN_DCD_DTE;DCD_CIM_COD\nANO-5;2023-02-20;I219\nANO-11;2023-02-21;I50\n";
    first.insert("KI_CCI_R.csv".to_owned(), causes.to_owned());
    stays(2022, true, &mut first);
    stays(2023, false, &mut first);
    month(&mut chance, OLD, &mut Vec::new(), &mut first);
    for flow in &MONTHS[..4] {
        month(&mut chance, flow, &mut told, &mut first);
    }
    let mut later = Vec::new();
    for (at, flow) in MONTHS[4..].iter().enumerate() {
        let mut files = Files::new();
        month(&mut chance, flow, &mut told, &mut files);
        match at {
            0 => stays(2023, true, &mut files),
            1 => {
                files.insert("IR_BEN_R.csv".to_owned(), reference(true));
            }
            _ => {
                let more = format!(
                    "{}PSA-2;1;2022-05-01;;8;2;E109;CIM10\n",
                    first["IR_IMB_R.csv"]
                );
                files.insert("IR_IMB_R.csv".to_owned(), more);
            }
        }
        later.push(files);
    }
    (first, later)
}

fn write(world: &World, files: &Files) {
    for entry in std::fs::read_dir(world.from.path()).expect("listed") {
        std::fs::remove_file(entry.expect("listed").path()).expect("removed");
    }
    for (name, text) in files {
        std::fs::write(world.from.path().join(name), text).expect("written");
    }
}

fn whole(files: &Files, opposed: &Opposed) -> World {
    let world = World::new();
    write(&world, files);
    world.run_without(opposed, |_| {}).expect("imported");
    world
}

fn all(first: &Files, later: &[Files]) -> Files {
    let mut files = first.clone();
    files.extend(
        later
            .iter()
            .flatten()
            .map(|(name, text)| (name.clone(), text.clone())),
    );
    files
}

fn latest(world: &World) -> Snapshot {
    let snapshot = world.snapshots().latest().expect("read");
    snapshot.verify().expect("as it was signed");
    snapshot
}

/// Both tell the same. A code or a place that is told of nobody any more keeps its number: it is compared where `all` are told.
fn same(one: &Snapshot, other: &Snapshot, all: bool) {
    let (one, other) = (natural(one), natural(other));
    let nobodys = |table: &str| table.starts_with("concept") || table == "vocabulary";
    for table in one
        .keys()
        .chain(other.keys())
        .filter(|table| all || !nobodys(table))
    {
        let [one, other] = [&one, &other].map(|side| side.get(table).cloned().unwrap_or_default());
        let more: Vec<_> = one
            .iter()
            .filter(|row| !other.contains(row))
            .take(5)
            .collect();
        let less: Vec<_> = other
            .iter()
            .filter(|row| !one.contains(row))
            .take(5)
            .collect();
        assert!(
            one == other,
            "{table}: {} and {} rows, {more:#?} and {less:#?}",
            one.len(),
            other.len()
        );
    }
}

/// Path and inode of every file of a year of care.
fn inodes(snapshot: &Snapshot, year: i32) -> BTreeSet<(String, u64)> {
    let tables = snapshot.manifest().tables.iter();
    let files = tables
        .flat_map(|table| &table.files)
        .filter(|file| file.year == Some(year));
    let inode = |path: &Path| std::fs::metadata(path).expect("there").ino();
    files
        .map(|file| (file.path.clone(), inode(&snapshot.path(file))))
        .collect()
}

#[test]
fn months_appended_one_by_one_tell_what_all_at_once_tell() {
    for seed in 1..5 {
        let (first, later) = deliveries(seed);
        let world = whole(&first, &Opposed::default());
        for (at, files) in later.iter().enumerate() {
            let before = latest(&world);
            let numbers_before = numbers(&before);
            write(&world, files);
            let report = world.append(&Opposed::default()).expect("appended");
            let after = latest(&world);
            assert_eq!(after.manifest().continues, Some(before.manifest().number));
            for file in &report.files {
                assert_eq!(file.rows, file.accounted(), "{}", file.name);
            }
            let numbers_after = numbers(&after);
            for (name, number) in &numbers_before {
                let now = numbers_after.get(name);
                // Two who were strangers turn out to be persons of the reference.
                let known = name.contains("PSA-10#1") || name.contains("PSA-11#1");
                assert!(now == Some(number) || (known && now.is_none()), "{name}");
            }
            let distinct: BTreeSet<_> = numbers_after
                .iter()
                .map(|(name, number)| (name.split(' ').next(), number))
                .collect();
            assert_eq!(distinct.len(), numbers_after.len());
            let expected = whole(&all(&first, &later[..=at]), &Opposed::default());
            let expected = latest(&expected);
            same(&after, &expected, true);
            let sources = |snapshot: &Snapshot| {
                let list = snapshot.manifest().sources.iter();
                list.map(|source| (source.name.clone(), source.sha256.clone()))
                    .collect::<BTreeSet<_>>()
            };
            assert_eq!(sources(&after), sources(&expected));
            assert_eq!(after.manifest().rules, expected.manifest().rules);
            let appended = report.appended.expect("it was continued");
            assert!(appended.linked > 0 && appended.written > 0, "{appended:?}");
            assert!(!appended.years.contains(&2021));
            assert_eq!(inodes(&after, 2021), inodes(&before, 2021));
            assert!(!inodes(&after, 2021).is_empty());
        }
    }
}

#[test]
fn a_regularisation_finds_what_a_year_before_told_and_years_between_stay() {
    let (mut first, _) = deliveries(9);
    let day = "02/11/2022";
    let line = |sign: &str| {
        format!(
            "900;28/11/2022;1;1;1;28/11/2022;01C;900;0;PSA-1;1;1;1950;013;{day};;1199;0;0;0;{sign}1;{sign}10;{sign}7;70;01\n"
        )
    };
    first
        .get_mut("ER_PRS_F_202211.csv")
        .expect("there")
        .push_str(&line(""));
    let world = whole(&first, &Opposed::default());
    let before = latest(&world);
    assert!(
        natural(&before)["procedure_occurrence"]
            .iter()
            .any(|row| row.contains("1199"))
    );
    let mut files = Files::new();
    let back = line("-").replace("28/11/2022", "28/06/2024");
    files.insert(
        "ER_PRS_F_202406.csv".to_owned(),
        format!("{KEY};{LINE}\n{back}"),
    );
    write(&world, &files);
    let report = world.append(&Opposed::default()).expect("appended");
    let after = latest(&world);
    assert!(
        !natural(&after)["procedure_occurrence"]
            .iter()
            .any(|row| row.contains("1199"))
    );
    let appended = report.appended.expect("it was continued");
    assert_eq!(
        (appended.years, appended.units),
        (vec![2022], vec!["claims-202406".to_owned()])
    );
    assert_eq!(inodes(&after, 2023), inodes(&before, 2023));
    let expected = whole(&all(&first, &[files]), &Opposed::default());
    same(&after, &latest(&expected), true);
}

#[test]
fn who_opposes_between_two_months_is_nowhere() {
    let (first, later) = deliveries(5);
    let world = whole(&first, &Opposed::default());
    // One of the reference, one whom only claims name; the name of a stranger of tests is his number.
    let opposed = Opposed::new(3, [name("ANO-2"), name("PSA-12#1")]);
    write(&world, &later[0]);
    let report = world.append(&opposed).expect("appended");
    assert!(report.appended.expect("it was continued").forgotten > 0);
    let expected = whole(&all(&first, &later[..1]), &opposed);
    same(&latest(&world), &latest(&expected), false);
    let mut stack = vec![world.into.path().join("2"), world.units.clone()];
    while let Some(path) = stack.pop() {
        if path.is_dir() {
            stack.extend(
                std::fs::read_dir(&path)
                    .expect("listed")
                    .map(|entry| entry.expect("listed").path()),
            );
            continue;
        }
        let mut bytes = std::fs::read(&path).expect("read");
        if path.starts_with(&world.units) {
            // As whoever has the key reads them.
            bytes = unsealed(&path);
        }
        for name in [name("ANO-2"), name("PSA-12#1")] {
            assert!(
                !bytes.windows(16).any(|part| part == name),
                "{}",
                path.display()
            );
            let listed = format!("{name:?}").replace(' ', "");
            assert!(
                !String::from_utf8_lossy(&bytes).contains(&listed),
                "{}",
                path.display()
            );
        }
    }
    for (_, tag, raw) in world.kept.rows() {
        assert!(
            tag != Some(name("ANO-2")) && !raw.contains("PSA-2;"),
            "{raw}"
        );
    }
    // Nor by what comes later, where no reference says who he is.
    let mut month = later[2].clone();
    month.remove("IR_BEN_R.csv");
    write(&world, &month);
    world.append(&opposed).expect("appended");
    assert!(
        !numbers(&latest(&world))
            .keys()
            .any(|name| name.contains("PSA-2#") || name.contains("ANO-2."))
    );
}

/// Whatever a sealed file of tests says, without its seal.
fn unsealed(path: &Path) -> Vec<u8> {
    let bytes = std::fs::read(path).expect("read");
    let (mask, rest) = bytes.split_at(64);
    // Pieces begin anywhere: each place of the mask is tried.
    let at = |shift: usize| {
        let mask = mask.iter().cycle().skip(shift);
        rest.iter()
            .zip(mask)
            .map(|(byte, key)| byte ^ key)
            .collect::<Vec<u8>>()
    };
    (0..64).flat_map(at).collect()
}

#[test]
fn a_month_that_is_there_is_not_read_and_another_of_its_name_takes_its_place() {
    let (first, later) = deliveries(6);
    let world = whole(&first, &Opposed::default());
    write(&world, &later[0]);
    world.append(&Opposed::default()).expect("appended");
    let report = world.append(&Opposed::default()).expect("looked at");
    assert!(report.appended.is_some_and(|appended| appended.nothing));
    assert_eq!(world.snapshots().numbers().expect("listed"), [1, 2]);
    // Other words under the names of the second month.
    let mut other = Files::new();
    month(&mut Chance(77), MONTHS[1], &mut Vec::new(), &mut other);
    write(&world, &other);
    let report = world.append(&Opposed::default()).expect("replaced");
    assert_eq!(
        report.appended.expect("it was continued").units,
        ["claims-202212"]
    );
    let files = all(&all(&first, &later[..1]), &[other.clone()]);
    same(
        &latest(&world),
        &latest(&whole(&files, &Opposed::default())),
        false,
    );
    // Half of it is refused.
    other.remove("ER_PRS_F_202212.csv");
    other.insert(
        "ER_PHA_F_202212.csv".to_owned(),
        format!("{KEY};PHA_PRS_C13;PHA_ACT_QSN\n"),
    );
    write(&world, &other);
    let error = world
        .append(&Opposed::default())
        .expect_err("half a month")
        .to_string();
    assert!(error.contains("claims-202212 without ER_PRS_F"), "{error}");
}

#[test]
fn a_try_that_was_cut_off_changes_nothing() {
    let (first, later) = deliveries(7);
    let hashes = |world: &World| {
        let tables = latest(world).manifest().tables.clone();
        let files = tables.into_iter().flat_map(|table| table.files);
        files
            .map(|file| (file.path, file.sha256))
            .collect::<Vec<_>>()
    };
    let straight = whole(&first, &Opposed::default());
    write(&straight, &later[0]);
    straight.append(&Opposed::default()).expect("appended");
    let wanted = hashes(&straight);

    // A file is cut off.
    let world = whole(&first, &Opposed::default());
    let mut cut = later[0].clone();
    let text = cut.get_mut("T_MCO23B.csv").expect("there");
    text.truncate(text.len() - 5);
    write(&world, &cut);
    world
        .append(&Opposed::default())
        .map(|_| ())
        .expect_err("it is cut off");
    assert_eq!(world.snapshots().numbers().expect("listed"), [1]);
    // Killed between what is kept and the snapshot: the units of both are there, the snapshot is not.
    let aside = tempfile::tempdir().expect("a folder");
    copy(&world.units.join("1"), &aside.path().join("1"));
    write(&world, &later[0]);
    world.append(&Opposed::default()).expect("appended");
    assert!(!world.units.join("1").exists());
    assert_eq!(hashes(&world), wanted);
    std::fs::remove_dir_all(world.into.path().join("2")).expect("removed");
    copy(&aside.path().join("1"), &world.units.join("1"));
    world.append(&Opposed::default()).expect("appended");
    assert_eq!(hashes(&world), wanted);
    // The same, and somebody renews the snapshot meanwhile: what was kept is not of the renewed one.
    std::fs::remove_dir_all(world.into.path().join("2")).expect("removed");
    copy(&aside.path().join("1"), &world.units.join("1"));
    let opposed = Opposed::new(1, [name("ANO-4")]);
    let snapshots: Snapshots = world.snapshots();
    snapshots
        .renew(&opposed, None, world.signer(), 1_700_000_001)
        .expect("renewed");
    world.append(&opposed).expect("appended");
    let expected = whole(&all(&first, &later[..1]), &opposed);
    same(&latest(&world), &latest(&expected), false);
    assert_eq!(latest(&world).manifest().number, 3);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("made");
    for entry in std::fs::read_dir(from).expect("listed") {
        let path = entry.expect("listed").path();
        std::fs::copy(&path, to.join(path.file_name().expect("a name"))).expect("copied");
    }
}

#[test]
fn what_can_not_be_continued_is_said() {
    let (first, later) = deliveries(8);
    let world = World::new();
    write(&world, &later[0]);
    assert!(
        world.append(&Opposed::default()).is_err(),
        "there is no snapshot"
    );
    write(&world, &first);
    world
        .run(|import| {
            import.rules.set(Rule::FlowLag, true);
        })
        .expect("imported");
    write(&world, &later[0]);
    let error = world
        .append(&Opposed::default())
        .expect_err("flow-lag")
        .to_string();
    assert!(
        error.contains("flow-lag") && error.contains("snds import"),
        "{error}"
    );
    write(&world, &first);
    world.run(|_| {}).expect("imported");
    let mut moved = later[1].clone();
    let text = moved["IR_BEN_R.csv"].replace("PSA-1;1;ANO-1;", "PSA-1;1;ANO-99;");
    moved.insert("IR_BEN_R.csv".to_owned(), text);
    write(&world, &moved);
    let error = world
        .append(&Opposed::default())
        .expect_err("a number is another's")
        .to_string();
    assert!(error.contains("1 numbers are somebody else's"), "{error}");
    write(&world, &later[0]);
    let error = world
        .append(&Opposed::default().under("another"))
        .expect_err("a key")
        .to_string();
    assert!(error.contains("another key"), "{error}");
    std::fs::remove_dir_all(&world.units).expect("removed");
    let error = world
        .append(&Opposed::default())
        .expect_err("no units")
        .to_string();
    assert!(error.contains("no units were kept"), "{error}");
}
