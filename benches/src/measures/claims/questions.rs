//! What research asks, each bucket by itself on as many threads as there are cores: the rows of the wanted concepts are
//! read out of the postings, and nothing else.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use hygie_snapshot::{Batch, Error, FileEntry, Opposed, Order, Scan, Snapshot, Table, Values};
use serde_json::{Value, json};

use crate::failure::Failure;

mod cohort;
mod nomenclatures;

use nomenclatures::Nomenclatures;

/// A question.
pub type Ask = fn(&Scan<'_>) -> Result<Value, Error>;

/// Name, what is asked, and the answer.
pub const ALL: [(&str, &str, Ask); 4] = [
    (
        "spending",
        "paid by month, department and kind: every claim line is read",
        spending,
    ),
    (
        "new-users",
        "first delivery of A10* in the second year, no stay for I21* before",
        new_users,
    ),
    (
        "three-in-a-year",
        "three deliveries of A10* within 365 days",
        three_in_a_year,
    ),
    (
        "profile",
        "the new users by age, sex and department, and their ICD-10 groups in the year before",
        profile,
    ),
];

/// 2023-01-01 and 2024-01-01: the second year of care.
const SECOND_YEAR: std::ops::Range<i32> = 19_358..19_723;
/// The vocabulary of diagnoses.
const ILLS: &str = "SNDS CIM-10";
/// The kinds of spending.
const KINDS: [(&str, &str, &str); 4] = [
    ("drug", "drug_exposure", "drug_exposure_start_date"),
    ("procedure", "procedure_occurrence", "procedure_date"),
    ("measurement", "measurement", "measurement_date"),
    ("device", "device_exposure", "device_exposure_start_date"),
];

/// A list of one person in a hundred.
pub fn one_in_a_hundred(snapshot: &Snapshot) -> Result<Opposed, Error> {
    let key = snapshot.manifest().pseudonyms.clone();
    // Newer than the list that the snapshot obeyed: an older one is refused.
    let number = snapshot.manifest().opposed_list + 1;
    let scan = Scan::new(snapshot, &Opposed::new(number, []).under(&key))?;
    let mut names = Vec::new();
    for file in scan.files("person", Order::ByPerson)? {
        if let Some(Values::Pseudonym(list)) =
            scan.read(file, &["pseudonym"])?.table.column("pseudonym")
        {
            names.extend(list.iter().copied().filter(|name| name[15] % 100 == 7));
        }
    }
    Ok(Opposed::new(number, names).under(&key))
}

/// How many events of each kind there are, and what was paid for them, in cents; nobody opposes.
pub fn events(snapshot: &Snapshot) -> Result<Value, Error> {
    let manifest = snapshot.manifest();
    let nobody = Opposed::new(manifest.opposed_list, []).under(&manifest.pseudonyms);
    let scan = Scan::new(snapshot, &nobody)?;
    let mut all = serde_json::Map::new();
    for (kind, table, _) in KINDS {
        let (mut rows, mut cents) = (0, 0);
        for file in scan.files(table, Order::ByPerson)? {
            scan.each(file, &["paid_by_payer"], |table| {
                rows += table.rows();
                if let Some(Values::Number(paid)) = table.column("paid_by_payer") {
                    let paid = paid.iter().filter(|paid| !paid.is_nan());
                    cents += paid.map(|paid| (paid * 100.0).round() as i64).sum::<i64>();
                }
                Ok(())
            })?;
        }
        all.insert(kind.to_owned(), json!([rows, cents]));
    }
    Ok(Value::Object(all))
}

/// The list for the peers: pseudonyms of 16 bytes.
pub fn write(opposed: &Opposed, path: &Path) -> Result<(), Failure> {
    let bytes: Vec<u8> = opposed.iter().flatten().copied().collect();
    std::fs::write(path, bytes).map_err(Failure::at(path))
}

/// Does something with the files of each bucket, on every core; the answers come in any order.
fn each<R: Send>(
    scan: &Scan<'_>,
    (table, order): (&str, Order),
    work: impl Fn(&[FileEntry]) -> Result<R, Error> + Sync,
) -> Result<Vec<R>, Error> {
    let buckets = scan.buckets_of(table, order)?;
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(files) = buckets.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = work(files);
                    done.lock()
                        .expect("no thread panics with the list")
                        .push(result);
                }
            });
        }
    });
    done.into_inner()
        .expect("no thread panics with the list")
        .into_iter()
        .collect()
}

fn ints<'a>(batch: &'a Batch, name: &str) -> &'a [i32] {
    whole(&batch.table, name)
}

fn whole<'a>(table: &'a Table, name: &str) -> &'a [i32] {
    table.column(name).and_then(Values::ints).unwrap_or(&[])
}

/// Months since 1970 of a day.
fn month(day: i32) -> i32 {
    // The Gregorian calendar repeats each 400 years: as in "chrono-compatible low-level date algorithms" (Hinnant).
    let shifted = i64::from(day) + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let months = (year + era * 400) * 12 + month + 2 - 1970 * 12;
    i32::try_from(months).unwrap_or(0)
}

/// Months from 2020 on, and numbers of departments: more than there are.
const MONTHS: usize = 96;
const PLACES: usize = 256;

/// Sums in cents.
fn spending(scan: &Scan<'_>) -> Result<Value, Error> {
    let mut all: BTreeMap<String, i64> = BTreeMap::new();
    let first = month(18_262);
    // 2020-01-01 and the eight years that follow.
    let months: Vec<usize> = (18_262..18_262 + 2922)
        .map(|day| (month(day) - first).unsigned_abs() as usize)
        .collect();
    for (kind, (_, table, date)) in KINDS.iter().enumerate() {
        let parts = each(scan, (table, Order::ByPerson), |files| {
            let places = places(scan, files[0].bucket)?;
            // A sum, and whether anything was paid at all: sums of nothing are none.
            let mut sums = vec![(0i64, false); MONTHS * PLACES];
            let step = scan.buckets();
            for file in files {
                scan.each(file, &["person_id", date, "paid_by_payer"], |table| {
                    let (who, when) = (whole(table, "person_id"), whole(table, date));
                    let Some(Values::Number(paid)) = table.column("paid_by_payer") else {
                        return Ok(());
                    };
                    for ((who, when), paid) in who.iter().zip(when).zip(paid) {
                        if paid.is_nan() {
                            continue;
                        }
                        let place = usize::from(places[(*who / step).unsigned_abs() as usize]);
                        let month = months[(*when - 18_262).unsigned_abs() as usize];
                        let sum = &mut sums[month * PLACES + place];
                        *sum = (sum.0 + (paid * 100.0).round() as i64, true);
                    }
                    Ok(())
                })?;
            }
            Ok(sums)
        })?;
        for sums in parts {
            for (at, (sum, _)) in sums.iter().enumerate().filter(|(_, (_, some))| *some) {
                let month = first + i32::try_from(at / PLACES).unwrap_or(0);
                let place = match at % PLACES {
                    0 => i64::from(Values::NO_INT),
                    place => place as i64,
                };
                *all.entry(format!("{kind} {month} {place}")).or_default() += sum;
            }
        }
    }
    let total: i64 = all.values().sum();
    let hash = all.iter().fold(0i64, |hash, (key, sum)| {
        (hash * 31 + sum + key.len() as i64) % 1_000_000_007
    });
    Ok(json!([all.len(), total, hash]))
}

/// The department of each person of a bucket, by his place in it; 0 for none.
fn places(scan: &Scan<'_>, bucket: Option<u32>) -> Result<Vec<u8>, Error> {
    let mut places = Vec::new();
    for file in scan
        .files("person", Order::ByPerson)?
        .iter()
        .filter(|file| file.bucket == bucket)
    {
        let batch = scan.read(file, &["person_id", "location_id"])?;
        for (person, place) in ints(&batch, "person_id")
            .iter()
            .zip(ints(&batch, "location_id"))
        {
            let at = (person / scan.buckets()).unsigned_abs() as usize;
            if places.len() <= at {
                places.resize(at + 1, 0);
            }
            places[at] = u8::try_from(*place).unwrap_or(0);
        }
    }
    Ok(places)
}

/// The concepts of drugs against diabetes and of heart attacks.
fn sets(nomenclatures: &Nomenclatures) -> (BTreeSet<i32>, BTreeSet<i32>) {
    let drugs = nomenclatures.beginning("SNDS ATC", "A10");
    (drugs, nomenclatures.beginning(ILLS, "I21"))
}

fn new_users(scan: &Scan<'_>) -> Result<Value, Error> {
    let (drugs, stays) = sets(&Nomenclatures::read(scan)?);
    let parts = each(scan, ("drug_exposure", Order::ByConcept), |files| {
        Ok(cohort::users(scan, files, &drugs, &stays)?.len())
    })?;
    Ok(json!([parts.into_iter().sum::<usize>()]))
}

fn three_in_a_year(scan: &Scan<'_>) -> Result<Value, Error> {
    let (drugs, _) = sets(&Nomenclatures::read(scan)?);
    let parts = each(scan, ("drug_exposure", Order::ByConcept), |files| {
        cohort::three(scan, files, &drugs)
    })?;
    Ok(json!([parts.into_iter().sum::<usize>()]))
}

fn profile(scan: &Scan<'_>) -> Result<Value, Error> {
    let nomenclatures = Nomenclatures::read(scan)?;
    let (drugs, stays) = sets(&nomenclatures);
    let groups = nomenclatures.groups(ILLS);
    let parts = each(scan, ("drug_exposure", Order::ByConcept), |files| {
        let users = cohort::users(scan, files, &drugs, &stays)?;
        let mut counts = told(scan, files[0].bucket, &users)?;
        for (group, count) in ills(scan, files[0].bucket, &users, &groups)? {
            *counts.entry(group.to_owned()).or_default() += count;
        }
        Ok(counts)
    })?;
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for (key, count) in parts.into_iter().flatten() {
        *counts.entry(key).or_default() += count;
    }
    let sum: u64 = counts.values().sum();
    let squares: u64 = counts.values().map(|count| count * count).sum();
    Ok(json!([counts.len(), sum, squares]))
}

/// How many users there are of each age, sex and department.
fn told(
    scan: &Scan<'_>,
    bucket: Option<u32>,
    users: &[(i32, i32)],
) -> Result<BTreeMap<String, u64>, Error> {
    let columns = [
        "person_id",
        "year_of_birth",
        "gender_concept_id",
        "location_id",
    ];
    let mut counts: BTreeMap<(i32, i32, i32), u64> = BTreeMap::new();
    let files = scan.files("person", Order::ByPerson)?;
    for file in files.iter().filter(|file| file.bucket == bucket) {
        let batch = scan.of(file, &columns, &numbers(users))?;
        let [who, born, sex, place] = columns.map(|name| ints(&batch, name));
        for (row, day) in days(who, users) {
            let age = (1970 + month(day).div_euclid(12) - born[row]) / 10;
            *counts.entry((age, sex[row], place[row])).or_default() += 1;
        }
    }
    let text = |(age, sex, place)| format!("{age} {sex} {place}");
    Ok(counts
        .into_iter()
        .map(|(key, count)| (text(key), count))
        .collect())
}

fn numbers(users: &[(i32, i32)]) -> Vec<i32> {
    users.iter().map(|(person, _)| *person).collect()
}

/// Each row with the day of its person, who is a user: both rise by person.
fn days<'a>(who: &'a [i32], users: &'a [(i32, i32)]) -> impl Iterator<Item = (usize, i32)> + 'a {
    let mut at = 0;
    who.iter().enumerate().map(move |(row, person)| {
        while users[at].0 < *person {
            at += 1;
        }
        (row, users[at].1)
    })
}

/// How many users have a diagnosis of each group in the year before.
fn ills<'a>(
    scan: &Scan<'_>,
    bucket: Option<u32>,
    users: &[(i32, i32)],
    of: &HashMap<i32, &'a str>,
) -> Result<BTreeMap<&'a str, u64>, Error> {
    let mut groups: BTreeSet<(&'a str, i32)> = BTreeSet::new();
    let columns = ["person_id", "condition_start_date", "condition_concept_id"];
    let files = scan.files("condition_occurrence", Order::ByPerson)?;
    for file in files.iter().filter(|file| file.bucket == bucket) {
        let batch = scan.of(file, &columns, &numbers(users))?;
        let [who, when, what] = columns.map(|name| ints(&batch, name));
        for (row, day) in days(who, users) {
            if (when[row]..=when[row] + 365).contains(&day)
                && let Some(group) = of.get(&what[row])
            {
                groups.insert((group, who[row]));
            }
        }
    }
    let mut counts = BTreeMap::new();
    for (group, _) in groups {
        *counts.entry(group).or_default() += 1;
    }
    Ok(counts)
}
