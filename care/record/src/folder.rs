use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use hygie_fhir::{Elsewhere, Limits, Resource};
use hygie_notice::{ActorRef, Head, Millis};

use crate::change::{Change, Origin, Put};
use crate::directory::{self, Number};
use crate::mentions::Mentions;
use crate::{Error, ids, masking};

/// What is stored was checked when it came in: the limits protect the door, not the shelf.
pub(crate) const SHELF: Limits = Limits {
    bytes: usize::MAX,
    depth: 512,
    nodes: usize::MAX,
};

/// One version of one resource.
#[derive(Debug)]
pub struct Item {
    /// The resource, its `meta` filled in; of a deleted one only type and id.
    pub resource: Resource,
    /// Opaque version id.
    pub version: String,
    /// When this version was acknowledged.
    pub updated: Millis,
    /// Who made this version.
    pub author: Arc<ActorRef>,
    /// Whether this version says that the resource is deleted.
    pub deleted: bool,
    /// Whether it bears the mark that hides it from professionals.
    pub(crate) marked: bool,
    /// What it mentions, once somebody needed to know.
    pub(crate) mentions: OnceLock<Mentions>,
}

impl Item {
    /// Builds the item that a put describes.
    pub(crate) fn of(put: &Put, at: Millis, author: Arc<ActorRef>) -> Result<Self, Error> {
        let resource = Resource::from_json(put.read()?).map_err(|_| Error::UnknownForm)?;
        Ok(Self::with(resource, put, at, author))
    }

    /// The item that a put describes, of the resource that its JSON was printed from.
    pub(crate) fn with(
        mut resource: Resource,
        put: &Put,
        at: Millis,
        author: Arc<ActorRef>,
    ) -> Self {
        resource.set_version(&put.version, &ids::instant(at));
        Self {
            marked: masking::is_marked(resource.json()),
            resource,
            version: put.version.clone(),
            updated: at,
            author,
            deleted: put.deleted,
            mentions: OnceLock::new(),
        }
    }

    /// What of a record it mentions.
    pub(crate) fn mentions(&self) -> &Mentions {
        self.mentions.get_or_init(|| Mentions::of(&self.resource))
    }

    /// Type and id, as in a reference.
    pub fn reference(&self) -> String {
        format!(
            "{}/{}",
            self.resource.kind(),
            self.resource.id().unwrap_or_default()
        )
    }
}

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

    /// Who made the first version: it is his, whoever imported a later one.
    pub fn author(&self) -> &ActorRef {
        &self.versions[0].author
    }
}

/// Bytes of an item beside its JSON: the item, its lineage, its places in the tables, what it mentions.
const AROUND: usize = 1_024;

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
    /// Where the log ended when this was read.
    pub head: Head,
    /// Bytes that it takes in memory, roughly.
    pub weight: usize,
}

impl Folder {
    /// Applies one entry of the log.
    pub fn apply(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.take(crate::change::decode(bytes)?)
    }

    /// Applies a change.
    pub fn take(&mut self, change: Change) -> Result<(), Error> {
        let author = Arc::new(change.author);
        for put in change.puts {
            let item = Item::of(&put, change.at, Arc::clone(&author))?;
            self.put(Arc::new(item), put.origin);
        }
        Ok(())
    }

    /// Adds a version behind all others; a change is applied by adding each of its own in order.
    pub fn put(&mut self, item: Arc<Item>, origin: Option<Origin>) {
        for (_, text) in item.resource.json().elsewhere() {
            let kept = self.documents.entry(text.hash());
            kept.or_insert_with(|| text.clone());
        }
        self.weight += AROUND + item.resource.json().footprint();
        if let Some(origin) = &origin {
            self.weight += 2 * (origin.source.len() + origin.url.len());
        }
        let reference = item.reference();
        let place = match self.places.get(&reference) {
            Some(place) => {
                let lineage = Arc::make_mut(&mut self.lineages[*place]);
                lineage.add(item);
                *place
            }
            None => {
                let place = self.lineages.len();
                if directory::holds(item.resource.kind()) {
                    for number in directory::numbers(&item.resource) {
                        self.numbers.entry(number).or_insert(place);
                    }
                }
                self.lineages.push(Arc::new(Lineage::begin(item)));
                self.places.insert(reference, place);
                place
            }
        };
        if let Some(origin) = origin {
            self.origins
                .entry((origin.source, origin.url))
                .or_default()
                .push((place, origin.hash));
        }
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
