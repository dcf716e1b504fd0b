//! A snapshot without files between: persons and their care from whoever knows them, through an import's own last pass.
//!
//! Buckets are told side by side, each by one thread, and one bucket of each thread is in memory. What is told here is what
//! the importer's readers make of rows; rules of rows, keys and flows have nothing to do here, netting has.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Mutex;

use hygie_rows::side_by_side;
use hygie_snapshot::{
    Building, Manifest, Opposed, Place, Pseudonym, RuleEntry, Signer, SourceEntry,
};
use xxhash_rust::xxh3::Xxh3DefaultBuilder;

use crate::Error;
use crate::bucket::{Lists, net};
use crate::import::finish::{Known, Source, eras, plain};
use crate::omop::{self, Life};
use crate::rules::Rule;
use crate::vocabulary::{System, Vocabulary};

mod told;

pub use told::{About, Act, Claim, Code, Diagnosis, Item, Stay, Told};

/// Who knows persons and their care.
pub trait Tell: Sync {
    /// Tells of every person of a bucket ([`bucket`]), in the rising order of their pseudonyms: first who he is, then his
    /// care, in any order.
    fn tell(&self, bucket: u32, to: &mut Told<'_>);
}

/// The bucket of a person among so many, 1 to 4096.
pub fn bucket(person: &Pseudonym, buckets: u32) -> u32 {
    crate::persons::bucket(person, buckets)
}

/// In how many buckets an import would lay so many claim lines.
pub fn buckets(lines: u64) -> u32 {
    crate::persons::buckets(lines, crate::persons::LINES)
}

/// What a snapshot without files needs.
pub struct Direct<'a> {
    /// The folder of the snapshots; the snapshot gets the number after the last one's.
    pub into: &'a Path,
    /// In how many buckets persons lie, 1 to 4096. A bucket of each thread is held in memory: some 200 bytes an event.
    pub buckets: u32,
    /// Threads.
    pub threads: usize,
    /// Every department that a person may live in, as the SNDS writes it.
    pub departments: &'a BTreeSet<[u8; 3]>,
    /// The last day of the flows: who lives is observed until then.
    pub last_flow: i32,
    /// Who opposes: nothing of them is written.
    pub opposed: &'a Opposed,
    /// The nomenclatures, out of which every [`Code`] came.
    pub vocabulary: Vocabulary,
    /// What the snapshot is made of: the manifest says it as its one source, and the CDM's `cdm_source` too.
    pub made_of: &'a str,
    /// Who signs.
    pub signer: &'a Signer,
    /// Now, seconds since 1970-01-01.
    pub now_s: i64,
    /// Is told how many buckets of how many are written.
    pub progress: &'a (dyn Fn(u32, u32) + Sync),
}

/// What became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// The snapshot's number.
    pub snapshot: u64,
    /// Persons.
    pub persons: u64,
    /// Claim lines that were told.
    pub lines: u64,
    /// Events of the same name that were summed into one.
    pub netted: u64,
    /// Bytes of the snapshot's files.
    pub bytes: u64,
    /// Rows of each table.
    pub tables: BTreeMap<String, u64>,
}

impl Direct<'_> {
    /// Makes the snapshot; until it is whole nothing of it can be read.
    ///
    /// # Errors
    /// [`Error`]; nothing is left that the next try minds.
    pub fn run(self, lives: &dyn Tell) -> Result<Made, Error> {
        let snapshots = hygie_snapshot::Snapshots::new(self.into, self.signer.verifier().clone());
        let number = snapshots.numbers()?.last().map_or(1, |last| last + 1);
        let building = Building::begin(self.into, number, self.buckets)?;
        let lists = Lists {
            concepts: Vec::new(),
            providers: Vec::new(),
            groups: Vec::new(),
            group_names: Vec::new(),
            locations: self.departments.iter().copied().zip(1..).collect(),
            eras: eras(&self.vocabulary),
            mapped: self.vocabulary.maps(),
            last_flow: self.last_flow,
        };
        let met = Mutex::new((Providers::default(), Made::default(), 0));
        let buckets: Vec<u32> = (0..self.buckets).collect();
        side_by_side(self.threads, &buckets, |bucket| {
            let told = self.bucket(lives, &building, *bucket, &lists)?;
            let mut met = met.lock().expect("no thread panics with the sums");
            met.0.add(told.0);
            met.1.persons += told.1.persons;
            met.1.lines += told.1.lines;
            met.1.netted += told.1.netted;
            met.2 += 1;
            (self.progress)(met.2, self.buckets);
            Ok::<_, Error>(())
        })?;
        let (providers, mut made, _) = met.into_inner().expect("no thread panics with the sums");
        made.snapshot = number;
        self.publish(building, &lists, providers, made)
    }

    fn bucket(
        &self,
        lives: &dyn Tell,
        building: &Building,
        bucket: u32,
        lists: &Lists,
    ) -> Result<(Providers, Made), Error> {
        let mut told = Told::new(bucket, self.buckets, self.opposed);
        lives.tell(bucket, &mut told);
        let mut made = Made {
            persons: told.persons.len() as u64,
            lines: told.claims,
            ..Made::default()
        };
        let mut life = Life::new(self.buckets);
        for (year, mut lines) in told.years {
            omop::order(&mut lines, self.buckets);
            made.netted += net(&mut lines);
            let place = Place { bucket, year };
            omop::write(building, place, &lines, (&told.groups, lists))?;
            life.add(year, &lines, lists);
        }
        life.write(building, bucket, &told.persons, lists)?;
        Ok((told.providers, made))
    }

    fn publish(
        self,
        building: Building,
        lists: &Lists,
        providers: Providers,
        mut made: Made,
    ) -> Result<Made, Error> {
        let (professionals, sites) = providers.known();
        let source = Source {
            name: "Invented claims, made by Hygie",
            abbreviation: "INVENTED",
            holder: "nobody: no person of it exists",
            description: self.made_of,
        };
        plain(
            &building,
            (lists, &professionals, &sites),
            &self.vocabulary,
            (&source, self.now_s),
        )?;
        let head = self.head(&made);
        let manifest = building.publish(head, self.signer)?;
        for table in &manifest.tables {
            made.tables.insert(table.table.clone(), table.rows());
            made.bytes += table.files.iter().map(|file| file.bytes).sum::<u64>();
        }
        Ok(made)
    }

    fn head(&self, made: &Made) -> Manifest {
        let source = SourceEntry {
            name: self.made_of.to_owned(),
            bytes: 0,
            sha256: String::new(),
            rows: made.lines,
        };
        let rule = RuleEntry {
            name: Rule::Regularisations.name().to_owned(),
            on: true,
            removed: made.netted,
        };
        Manifest {
            format: 0,
            number: made.snapshot,
            continues: None,
            made_at: self.now_s,
            schema: "OMOP CDM 5.4".to_owned(),
            buckets: 0,
            pseudonyms: self.opposed.key().to_owned(),
            opposed_list: self.opposed.number(),
            opposed_hash: self.opposed.hash(),
            sources: vec![source],
            rules: vec![rule],
            tables: Vec::new(),
        }
    }
}

/// Professionals with the least of their specialities as text, and establishments, as they are told of.
#[derive(Default)]
struct Providers {
    professionals: HashMap<u32, u8, Xxh3DefaultBuilder>,
    sites: BTreeSet<u32>,
}

impl Providers {
    fn professional(&mut self, number: u32, speciality: u8) {
        let known = self.professionals.entry(number).or_insert(speciality);
        if *known != speciality && speciality.to_string() < known.to_string() {
            *known = speciality;
        }
    }

    fn add(&mut self, other: Providers) {
        for (number, speciality) in other.professionals {
            self.professional(number, speciality);
        }
        self.sites.extend(other.sites);
    }

    /// In the order of their numbers, which are their own: whoever tells has no names to hide.
    fn known(self) -> (Known, Known) {
        let number =
            |number: u32| i32::try_from(number).expect("it was looked at when it was told");
        let mut list: Vec<(i32, Option<String>)> = self
            .professionals
            .into_iter()
            .map(|(own, speciality)| (number(own), Some(speciality.to_string())))
            .collect();
        list.sort_unstable();
        let sites = self.sites.into_iter().map(|own| (number(own), None));
        (list, sites.collect())
    }
}

/// The code of a nomenclature, to tell with.
///
/// # Errors
/// [`Error::Vocabulary`] for what is no code of it.
pub fn code(vocabulary: &mut Vocabulary, system: System, text: &str) -> Result<Code, Error> {
    Code::of(vocabulary, system, text)
}

#[cfg(test)]
mod tests;
