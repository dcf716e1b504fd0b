//! The homes that measures share: each is made once, when the first measure needs it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::actors::Actor;
use crate::content;
use crate::crowd::float;
use crate::failure::Failure;
use crate::http::Connection;
use crate::installation::{Home, Imported, Serving, people};
use crate::measures::Sample;
use crate::scale::Scale;
use crate::sizes::{self, Sizes};

/// Records that nobody here wrote; absent in a fresh clone.
const SYNTHEA: &str = "../shared/data/synthea";

/// Everything that measures work on.
#[derive(Debug)]
pub struct World {
    /// How much is measured.
    pub scale: Scale,
    /// The machine, before anything was measured.
    pub first: Sample,
    /// Where homes and inputs lie.
    pub folder: PathBuf,
    base: Option<Base>,
}

/// The home of `Scale::persons` people.
#[derive(Debug)]
pub struct Base {
    /// The home.
    pub home: Home,
    /// What its import said.
    pub stored: Stored,
    persons: Vec<String>,
    cast: Vec<Cast>,
    records: BTreeMap<usize, String>,
}

/// An actor and the patients who authorised it.
#[derive(Debug)]
pub struct Cast {
    /// Who.
    pub actor: Actor,
    /// Whose records it reads and feeds.
    pub patients: Vec<String>,
}

/// What an import left on disk.
#[derive(Debug, Clone, Copy)]
pub struct Stored {
    /// What it said.
    pub imported: Imported,
    /// What the home grew by.
    pub sizes: Sizes,
    /// Bytes of the imported files.
    pub json: u64,
}

impl Stored {
    /// Bytes per stored resource.
    pub fn each(&self, bytes: u64) -> f64 {
        let whole = |number: u64| float(usize::try_from(number).unwrap_or(usize::MAX));
        whole(bytes) / whole(self.imported.stored.max(1))
    }
}

impl World {
    /// An empty world in `folder`, which is made when it is absent.
    pub fn new(folder: &Path, scale: Scale) -> Result<Self, Failure> {
        fs::create_dir_all(folder).map_err(Failure::at(folder))?;
        Ok(Self {
            scale,
            first: Sample::take(folder)?,
            folder: folder.to_owned(),
            base: None,
        })
    }

    /// Where homes and files are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A new home of this name.
    pub fn fresh(&self, name: &str) -> Result<Home, Failure> {
        Home::new(self.folder.join(name))
    }

    /// The folder of that many invented people, one Bundle a file.
    pub fn people(&self, persons: usize) -> Result<PathBuf, Failure> {
        let folder = self.folder.join(format!("people-{persons}"));
        people(persons, &folder)?;
        Ok(folder)
    }

    /// The folder of Synthea's records, where there is one.
    pub fn synthea(&self, measure: &str) -> Option<PathBuf> {
        let folder = PathBuf::from(SYNTHEA);
        if folder.is_dir() {
            return Some(folder);
        }
        eprintln!("left out: {measure} of Synthea's records (no ../shared)");
        None
    }

    /// Imports a folder into a home that nobody serves; says what that left on disk.
    pub fn store(home: &Home, files: &Path) -> Result<Stored, Failure> {
        let before = Sizes::of(home.dir())?;
        let imported = home.import(files)?;
        Ok(Stored {
            imported,
            sizes: Sizes::of(home.dir())?.since(before),
            json: sizes::length(files)?,
        })
    }

    /// The home of many people.
    pub fn base(&mut self) -> Result<&mut Base, Failure> {
        if self.base.is_none() {
            let files = self.people(self.scale.persons)?;
            eprintln!("importing {} persons", self.scale.persons);
            let home = self.fresh("base")?;
            let stored = Self::store(&home, &files)?;
            complete(&stored.imported)?;
            self.base = Some(Base {
                persons: home.persons()?,
                home,
                stored,
                cast: Vec::new(),
                records: BTreeMap::new(),
            });
        }
        Ok(self.base.as_mut().expect("it has just been made"))
    }
}

/// Refuses an import that left something out. Providers whom several people share are there already, the second time.
pub fn complete(imported: &Imported) -> Result<(), Failure> {
    if imported.rejected == 0 && imported.stored > 0 {
        return Ok(());
    }
    Err(Failure::Form(format!(
        "of {} invented resources {} were rejected; see rejects.ndjson in the home",
        imported.total, imported.rejected
    )))
}

impl Base {
    /// One actor for each client, each with patients of its own who authorised it.
    pub fn cast(&mut self, scale: &Scale, serving: &Serving) -> Result<&mut [Cast], Failure> {
        if self.cast.is_empty() {
            eprintln!(
                "authorising {} actors by {} patients each",
                scale.clients, scale.patients
            );
            let mut connection = Connection::open(&serving.address)?;
            let mut persons = self.persons.iter().cycle();
            for number in 0..scale.clients {
                let actor = Actor::new(&self.home, number)?;
                let patients: Vec<String> =
                    persons.by_ref().take(scale.patients).cloned().collect();
                for patient in &patients {
                    actor.be_authorised(&self.home, &mut connection, patient)?;
                }
                self.cast.push(Cast { actor, patients });
            }
        }
        Ok(&mut self.cast)
    }

    /// The person whose record has that many Observations. The home must not be served yet.
    pub fn record(&mut self, observations: usize) -> Result<String, Failure> {
        if let Some(person) = self.records.get(&observations) {
            return Ok(person.clone());
        }
        let folder = self.home.dir().join(format!("record-{observations}"));
        fs::create_dir_all(&folder).map_err(Failure::at(&folder))?;
        let number = u64::try_from(observations).expect("a size fits 64 bits");
        let file = folder.join("record.json");
        fs::write(&file, content::record(number, observations)).map_err(Failure::at(&file))?;
        complete(&self.home.import(&folder)?)?;
        let known = |person: &&String| {
            !self.persons.contains(person) && !self.records.values().any(|other| &other == person)
        };
        let now = self.home.persons()?;
        let person = now
            .iter()
            .find(known)
            .ok_or_else(|| Failure::Form("the imported record has no person".to_owned()))?
            .clone();
        self.records.insert(observations, person.clone());
        Ok(person)
    }
}
