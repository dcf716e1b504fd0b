use std::collections::HashMap;
use std::sync::Arc;

use hygie_fhir::{Limits, Resource};
use hygie_notice::{ActorRef, Head, Millis};

use crate::change::{Change, Origin, Put};
use crate::{Error, ids};

/// What is stored was checked when it came in: the limits protect the door, not the shelf.
const SHELF: Limits = Limits {
    bytes: usize::MAX,
    depth: 512,
    nodes: usize::MAX,
};

/// The current version of one resource.
#[derive(Debug)]
pub struct Item {
    /// The resource, its `meta` filled in.
    pub resource: Resource,
    /// Opaque version id.
    pub version: String,
    /// When this version was acknowledged.
    pub updated: Millis,
    /// Who made this version.
    pub author: Arc<ActorRef>,
}

impl Item {
    /// Builds the item that a put describes.
    pub(crate) fn of(put: &Put, at: Millis, author: Arc<ActorRef>) -> Result<Self, Error> {
        let mut resource =
            Resource::parse(&put.json, &SHELF).map_err(|_| Error::UnknownForm)?;
        resource.set_version(&put.version, &ids::instant(at));
        Ok(Self {
            resource,
            version: put.version.clone(),
            updated: at,
            author,
        })
    }

    /// Type and id, as in a reference.
    pub fn reference(&self) -> String {
        format!("{}/{}", self.resource.kind(), self.resource.id().unwrap_or_default())
    }
}

/// A subject's opened log as a value: every current resource, in order of first arrival.
#[derive(Default, Clone)]
pub(crate) struct Folder {
    items: Vec<Arc<Item>>,
    places: HashMap<String, usize>,
    origins: HashMap<(String, String), (usize, [u8; 32])>,
    /// Where the log ended when this was read.
    pub head: Head,
    /// Plain bytes it was built from: what it costs to keep in memory, roughly.
    pub weight: usize,
}

impl Folder {
    /// Applies one entry of the log.
    pub fn apply(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let change: Change = crate::change::decode(bytes)?;
        let author = Arc::new(change.author);
        for put in change.puts {
            let item = Item::of(&put, change.at, Arc::clone(&author))?;
            self.put(item, put.origin);
        }
        self.weight += bytes.len();
        Ok(())
    }

    fn put(&mut self, item: Item, origin: Option<Origin>) {
        let reference = item.reference();
        let place = match self.places.get(&reference) {
            Some(place) => {
                self.items[*place] = Arc::new(item);
                *place
            }
            None => {
                self.items.push(Arc::new(item));
                self.places.insert(reference, self.items.len() - 1);
                self.items.len() - 1
            }
        };
        if let Some(origin) = origin {
            self.origins
                .insert((origin.source, origin.url), (place, origin.hash));
        }
    }

    /// Every item.
    pub fn items(&self) -> &[Arc<Item>] {
        &self.items
    }

    /// The item of this reference (`Type/id`).
    pub fn item(&self, reference: &str) -> Option<&Arc<Item>> {
        self.places.get(reference).map(|place| &self.items[*place])
    }

    /// What was imported under this key, and the hash it had.
    pub fn imported(&self, source: &str, url: &str) -> Option<(&Arc<Item>, [u8; 32])> {
        let key = (source.to_owned(), url.to_owned());
        self.origins
            .get(&key)
            .map(|(place, hash)| (&self.items[*place], *hash))
    }
}

/// A folder as one actor may see it; search and reading get nothing else, and can't reach the record
/// (INVARIANT masked is absent).
pub(crate) struct View {
    /// What is visible, in order of first arrival.
    pub items: Vec<Arc<Item>>,
}

impl View {
    /// The visible item of this type and id.
    pub fn item(&self, kind: &str, id: &str) -> Result<Arc<Item>, Error> {
        self.items
            .iter()
            .find(|item| item.resource.kind() == kind && item.resource.id() == Some(id))
            .cloned()
            .ok_or(Error::NotFound)
    }
}
