use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use hygie_fhir::{Elsewhere, Limits};
use hygie_notice::{ActorRef, Head};

use crate::Error;
use crate::bytes::{self, Bytes};
use crate::change::{Change, Origin};
use crate::directory::{self, Number};
use crate::item::{Item, Tally};
use crate::nature::Nature;

/// What is stored was checked when it came in: the limits protect the door, not the shelf.
pub(crate) const SHELF: Limits = Limits {
    bytes: usize::MAX,
    depth: 512,
    nodes: usize::MAX,
};

/// All versions of one resource, oldest first; never empty.
#[derive(Debug, Clone)]
pub struct Lineage {
    versions: Vec<Arc<Item>>,
}

impl Lineage {
    /// A resource with its first version.
    pub(crate) fn begin(item: Arc<Item>) -> Self {
        Self {
            versions: vec![item],
        }
    }

    /// Adds a version.
    pub(crate) fn add(&mut self, item: Arc<Item>) {
        self.versions.push(item);
    }

    /// These versions, oldest first; none where there is none.
    pub(crate) fn of(versions: Vec<Arc<Item>>) -> Option<Self> {
        (!versions.is_empty()).then_some(Self { versions })
    }

    /// The same versions with another newest one.
    pub(crate) fn with_newest(&self, item: Item) -> Self {
        let mut versions = self.versions.clone();
        if let Some(newest) = versions.last_mut() {
            *newest = Arc::new(item);
        }
        Self { versions }
    }

    /// The newest version, which may be a deletion.
    pub fn newest(&self) -> &Arc<Item> {
        self.versions
            .last()
            .expect("a lineage begins with a version")
    }

    /// The newest version, unless it is deleted.
    pub fn current(&self) -> Option<&Arc<Item>> {
        Some(self.newest()).filter(|item| !item.deleted)
    }

    /// Every version, oldest first.
    pub fn versions(&self) -> &[Arc<Item>] {
        &self.versions
    }

    /// What it is: as its newest content says, for a deletion says nothing of it.
    pub(crate) fn nature(&self) -> Nature {
        let content = self.versions.iter().rev().find(|item| !item.deleted);
        content.unwrap_or_else(|| self.newest()).nature()
    }

    /// Who made the first version: it is his, whoever imported a later one.
    pub fn author(&self) -> &ActorRef {
        &self.versions[0].author
    }
}

/// Bytes of an item beside its text: the item, its lineage, its places in the tables.
const AROUND: usize = 640;

/// An import: the place of the resource, and the hash of its content.
type Came = (usize, [u8; 32]);

/// A subject's opened log as a value: every resource with its versions, in order of first arrival.
#[derive(Default, Clone)]
pub(crate) struct Folder {
    lineages: Vec<Arc<Lineage>>,
    places: HashMap<String, usize>,
    /// The place of the entry of a directory that has a national identifier; the first of a number stays.
    numbers: HashMap<Number, usize>,
    /// Documents that lie outside the entries, by SHA-256.
    documents: HashMap<[u8; 32], Elsewhere>,
    /// What came under each import key, oldest first.
    origins: HashMap<(String, String), Vec<Came>>,
    /// Who made the first version of anything.
    authors: Vec<Arc<ActorRef>>,
    /// What there is, each nature once by each who made the first version of such.
    natures: HashSet<(usize, Nature)>,
    /// The bytes and what names them, once somebody needed to know.
    bytes: OnceLock<Vec<Bytes>>,
    /// Whether any version of anything bears a mark that hides it.
    pub marked: bool,
    /// Where the log ended when this was read.
    pub head: Head,
    /// Where those of the joined records did.
    pub joined: Vec<Head>,
    /// Bytes that it takes in memory, roughly, but for what was parsed since.
    pub weight: usize,
    /// Counts what is parsed.
    tally: Tally,
}

impl Folder {
    /// An empty one, of which `tally` counts what is parsed.
    pub fn counted_by(tally: Tally) -> Self {
        Self {
            tally,
            ..Self::default()
        }
    }

    /// Applies one entry of the log.
    pub fn apply(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.take(crate::change::decode(bytes)?)
    }

    /// Applies a change.
    pub fn take(&mut self, change: Change) -> Result<(), Error> {
        let author = Arc::new(change.author);
        for put in change.puts {
            let item = Item::of(&put, change.at, Arc::clone(&author))?;
            self.put(item, put.origin);
        }
        Ok(())
    }

    /// Adds a version behind all others; a change is applied by adding each of its own in order.
    pub fn put(&mut self, item: Item, origin: Option<Origin>) {
        let item = Arc::new(item.shelved(&self.tally));
        self.bytes = OnceLock::new();
        if item.text().is_none() {
            for (_, text) in item.resource().json().elsewhere() {
                let kept = self.documents.entry(text.hash());
                kept.or_insert_with(|| text.clone());
            }
        }
        self.weight += AROUND + item.weight();
        self.marked |= item.marks.any();
        if let Some(origin) = &origin {
            self.weight += 2 * (origin.source.len() + origin.url.len());
        }
        let reference = item.reference();
        let place = match self.places.get(&reference) {
            Some(place) => {
                let lineage = Arc::make_mut(&mut self.lineages[*place]);
                let (author, nature) = (lineage.versions[0].author.clone(), item.nature());
                let content = !item.deleted;
                lineage.add(item);
                let place = *place;
                if content {
                    self.sort(&author, nature);
                }
                place
            }
            None => self.begin(reference, item),
        };
        if let Some(origin) = origin {
            self.origins
                .entry((origin.source, origin.url))
                .or_default()
                .push((place, origin.hash));
        }
    }

    fn begin(&mut self, reference: String, item: Arc<Item>) -> usize {
        let place = self.lineages.len();
        if directory::holds(item.kind()) {
            for number in directory::numbers(item.resource()) {
                self.numbers.entry(number).or_insert(place);
            }
        }
        self.sort(&item.author, item.nature());
        self.lineages.push(Arc::new(Lineage::begin(item)));
        self.places.insert(reference, place);
        place
    }

    /// Notes who made something of which nature.
    fn sort(&mut self, author: &Arc<ActorRef>, nature: Nature) {
        let mut authors = self.authors.iter();
        let place = authors.position(|known| known == author);
        let place = place.unwrap_or_else(|| {
            self.authors.push(Arc::clone(author));
            self.authors.len() - 1
        });
        self.natures.insert((place, nature));
    }

    /// What there would be to see, had none of these (`Type/id`) ever come. Nothing is to be written by it: it does
    /// not know what was imported, nor which documents lie outside.
    pub fn without(&self, gone: &HashSet<String>) -> Self {
        let mut rest = Self::counted_by(self.tally.clone());
        for lineage in &self.lineages {
            let reference = lineage.newest().reference();
            if gone.contains(&reference) {
                continue;
            }
            let author = &lineage.versions[0].author;
            for item in lineage.versions() {
                rest.marked |= item.marks.any();
                rest.sort(author, item.nature());
            }
            rest.places.insert(reference, rest.lineages.len());
            rest.lineages.push(Arc::clone(lineage));
        }
        rest
    }

    /// The same, where the lineage of this name is another.
    pub fn with(&self, lineage: Lineage) -> Self {
        let mut rest = self.clone();
        rest.bytes = OnceLock::new();
        if let Some(place) = rest.places.get(&lineage.newest().reference()) {
            rest.lineages[*place] = Arc::new(lineage);
        }
        rest
    }

    /// What there is, each nature once by each who made such; whatever marks it bears.
    pub fn natures(&self) -> impl Iterator<Item = (&ActorRef, Nature)> {
        let natures = self.natures.iter();
        natures.map(|(place, nature)| (self.authors[*place].as_ref(), *nature))
    }

    /// The bytes, and what names them.
    pub fn bytes(&self) -> &[Bytes] {
        self.bytes.get_or_init(|| bytes::of(&self.lineages))
    }

    /// Every resource.
    pub fn lineages(&self) -> &[Arc<Lineage>] {
        &self.lineages
    }

    /// The current items.
    pub fn items(&self) -> impl Iterator<Item = &Arc<Item>> {
        self.lineages.iter().filter_map(|lineage| lineage.current())
    }

    /// The resource of this reference (`Type/id`).
    pub fn lineage(&self, reference: &str) -> Option<&Arc<Lineage>> {
        self.places
            .get(reference)
            .map(|place| &self.lineages[*place])
    }

    /// The current item of this reference (`Type/id`).
    pub fn item(&self, reference: &str) -> Option<&Arc<Item>> {
        self.lineage(reference)?.current()
    }

    /// The directory's entry that has one of these national identifiers.
    pub fn numbered(&self, numbers: &[Number]) -> Option<&Arc<Item>> {
        let places = numbers.iter().filter_map(|number| self.numbers.get(number));
        let mut items = places.filter_map(|place| self.lineages[*place].current());
        items.next()
    }

    /// The document of this content, whose bytes have this SHA-256.
    pub fn document(&self, hash: &[u8; 32]) -> Option<&Elsewhere> {
        self.documents.get(hash)
    }

    /// What was imported last under this key, and the hash it had.
    pub fn imported(&self, source: &str, url: &str) -> Option<(&Arc<Item>, [u8; 32])> {
        let key = (source.to_owned(), url.to_owned());
        let (place, hash) = self.origins.get(&key)?.last()?;
        Some((self.lineages[*place].newest(), *hash))
    }

    /// What was imported under this key with this very content, now or once.
    pub fn seen(&self, origin: &Origin) -> Option<&Arc<Item>> {
        let key = (origin.source.clone(), origin.url.clone());
        let mut came = self.origins.get(&key)?.iter();
        let (place, _) = came.find(|(_, hash)| *hash == origin.hash)?;
        Some(self.lineages[*place].newest())
    }
}
