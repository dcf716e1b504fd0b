//! The layout of a snapshot: lives as an importer that keeps to the rules finds them in the files, without the files.
//!
//! Persons are counted into buckets first (six bytes each); then buckets are made side by side, each life where its person's
//! pseudonym stands: memory is bounded by buckets and threads, and the bytes are the same on any number of threads.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use hygie_snapshot::{Opposed, Signer};
use hygie_snds::direct::{Direct, Made, Tell, Told, bucket, buckets};
use hygie_snds::vocabulary::{Sources, Vocabulary};

use crate::life::life;
use crate::person::person;
use crate::plan::Plan;
use crate::snapshot::codes::Codes;
use crate::snds::form::Form;
use crate::snds::nomenclatures;
use crate::snds::pages::Files;
use crate::snds::write::{Failure, check};

mod codes;
mod tell;

/// The name of the key of the invented persons' pseudonyms, of which there is none.
pub const NO_KEY: &str = "invented-persons-no-key";

/// Claim lines of a person-year, some.
const PERSON_YEAR: u64 = 23;

/// A SUBSTITUTE for the crossing's second step, for invented persons alone: anybody can make these pseudonyms.
pub fn substitute(ano: &[u8]) -> [u8; 16] {
    xxhash_rust::xxh3::xxh3_128_with_seed(ano, 0x696e_7665_6e74_6564).to_be_bytes()
}

/// How a snapshot is made.
pub struct Making<'a> {
    /// Threads, at least 1.
    pub threads: usize,
    /// In how many buckets persons lie, 1 to 4096; none: as many as an import of so many lines takes.
    pub buckets: Option<u32>,
    /// Who signs.
    pub signer: &'a Signer,
    /// Now, seconds since 1970-01-01.
    pub now_s: i64,
    /// Is told how many buckets of how many are written.
    pub progress: &'a (dyn Fn(u32, u32) + Sync),
}

/// Makes a folder of snapshots with one snapshot of the nation: beside it the verifier's key (`snapshots.vkey`) and a signed
/// list of nobody who opposes (`opposed`), as every reader of snapshots asks for. All of it gets its name at once.
///
/// # Errors
/// [`Failure`]: a plan out of range, a folder that holds something, or a file that cannot be written. What a try that failed
/// left lies beside, under a name that begins with a point, and is thrown away by the next.
pub fn snapshot(plan: &Plan, making: &Making<'_>, out: &Path) -> Result<Made, Failure> {
    check(plan, &Form::default())?;
    let beside = begin(out)?;
    let opposed = Opposed::new(1, []).under(NO_KEY);
    let (vocabulary, codes) = vocabulary(&beside.join("nomenclatures"))?;
    let lines = plan.persons * u64::from(plan.years) * PERSON_YEAR;
    let buckets = making.buckets.unwrap_or_else(|| buckets(lines));
    let nation = Nation::count(plan, codes, buckets, making.threads);
    let Plan {
        persons,
        years,
        first_year,
        seed,
    } = *plan;
    let made_of = format!(
        "invented by hygie-people claims: {persons} persons, {years} years from {first_year}, seed {seed}"
    );
    let made = Direct {
        into: &beside,
        buckets,
        threads: making.threads,
        departments: &nation.departments,
        last_flow: Files::new(plan).last_flow(),
        opposed: &opposed,
        vocabulary,
        made_of: &made_of,
        signer: making.signer,
        now_s: making.now_s,
        progress: making.progress,
    }
    .run(&nation)?;
    opposed
        .publish(&beside, making.signer)
        .map_err(hygie_snds::Error::from)?;
    let key = beside.join("snapshots.vkey");
    fs::write(&key, format!("{}\n", making.signer.verifier()))
        .map_err(|error| Failure::at(&key, &error))?;
    fs::rename(&beside, out).map_err(|error| Failure::at(out, &error))?;
    Ok(made)
}

/// The folder in which it is made, empty; `out` must not be there yet, or be empty.
fn begin(out: &Path) -> Result<PathBuf, Failure> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error: io::Error| Failure::at(&path, &error)
    };
    if out.exists() && fs::read_dir(out).map_err(failed(out))?.next().is_some() {
        let held = io::Error::new(
            io::ErrorKind::AlreadyExists,
            "it holds something; give a folder that is empty or not there yet",
        );
        return Err(Failure::at(out, &held));
    }
    let name = out.file_name().ok_or(Failure::Asked(
        "the snapshot needs a folder of its own, which has a name",
    ))?;
    let beside = out.with_file_name(format!(".{}-making", name.to_string_lossy()));
    match fs::remove_dir_all(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Failure::at(&beside, &error));
        }
        _ => {}
    }
    fs::create_dir_all(&beside).map_err(failed(&beside))?;
    Ok(beside)
}

/// The nomenclatures as concepts. They come out of files, which go when they are read.
fn vocabulary(folder: &Path) -> Result<(Vocabulary, Codes), Failure> {
    let failed = |error: &io::Error| Failure::at(folder, error);
    fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    for (name, content) in nomenclatures::nomenclatures(&Form::default()) {
        fs::write(folder.join(name), content).map_err(|error| failed(&error))?;
    }
    let sources = Sources {
        nomenclatures: Some(folder.to_owned()),
        ..Sources::default()
    };
    let loaded = Vocabulary::load(sources, &[]);
    let mut vocabulary =
        loaded.map_err(|error| hygie_snds::Error::Vocabulary(error.to_string()))?;
    let codes = Codes::of(&mut vocabulary)?;
    fs::remove_dir_all(folder).map_err(|error| failed(&error))?;
    Ok((vocabulary, codes))
}

/// Whom each bucket holds.
struct Nation<'p> {
    plan: &'p Plan,
    codes: Codes,
    departments: BTreeSet<[u8; 3]>,
    /// Numbers of persons, bucket by bucket.
    numbers: Vec<u32>,
    /// Where each bucket begins in them; one more at the end.
    begins: Vec<usize>,
}

impl<'p> Nation<'p> {
    /// Looks at every person once.
    fn count(plan: &'p Plan, codes: Codes, buckets: u32, threads: usize) -> Nation<'p> {
        let persons = usize::try_from(plan.persons).expect("at most 100 million");
        let mut of = vec![0u16; persons];
        let stretch = persons.div_ceil(threads.max(1));
        let departments = thread::scope(|scope| {
            let parts = (0u64..).step_by(stretch).zip(of.chunks_mut(stretch));
            let workers: Vec<_> = parts
                .map(|(first, of)| scope.spawn(move || look(plan, buckets, first, of)))
                .collect();
            let found = workers
                .into_iter()
                .map(|worker| worker.join().expect("nothing in it panics"));
            found.flatten().collect::<BTreeSet<[u8; 3]>>()
        });
        let mut begins = vec![0usize; buckets as usize + 1];
        for bucket in &of {
            begins[usize::from(*bucket) + 1] += 1;
        }
        for at in 1..begins.len() {
            begins[at] += begins[at - 1];
        }
        let mut next = begins.clone();
        let mut numbers = vec![0u32; persons];
        for (number, bucket) in (0u32..).zip(&of) {
            let at = &mut next[usize::from(*bucket)];
            numbers[*at] = number;
            *at += 1;
        }
        Nation {
            plan,
            codes,
            departments,
            numbers,
            begins,
        }
    }
}

/// Puts down the bucket of each person from `first` on; answers where they live.
fn look(plan: &Plan, buckets: u32, first: u64, of: &mut [u16]) -> BTreeSet<[u8; 3]> {
    let mut departments = BTreeSet::new();
    for (number, of) in (first..).zip(of) {
        let person = person(plan, number);
        let bucket = bucket(&substitute(&person.ano), buckets);
        *of = u16::try_from(bucket).expect("below 4096");
        departments.insert(tell::department(person.department));
    }
    departments
}

impl Tell for Nation<'_> {
    fn tell(&self, bucket: u32, to: &mut Told<'_>) {
        let bucket = bucket as usize;
        let mut persons: Vec<([u8; 16], u64)> = self.numbers
            [self.begins[bucket]..self.begins[bucket + 1]]
            .iter()
            .map(|number| {
                let number = u64::from(*number);
                (substitute(&person(self.plan, number).ano), number)
            })
            .collect();
        persons.sort_unstable();
        for (name, number) in persons {
            tell::tell(&self.codes, &name, &life(self.plan, number), to);
        }
    }
}
