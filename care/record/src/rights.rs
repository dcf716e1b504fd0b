use std::sync::Arc;

use hygie_notice::Head;
use hygie_policy::{Authorisation, Grantee, Rights};

use crate::Error;
use crate::change::{Put, Right, RightsChange};
use crate::folder::Lineage;
use crate::item::Item;
use crate::masking::Masks;

/// The opened `rights` stream: what policy reads, and the Consents that say it.
#[derive(Default)]
pub(crate) struct RightsFolder {
    /// What each Consent that still holds says, by its id.
    said: Vec<(String, Said)>,
    /// For the holder to read back, with their versions.
    pub consents: Vec<Arc<Lineage>>,
    /// The items (`Type/id`) that were masked, or unmasked, after they were deposited.
    pub masks: Masks,
    /// Whether the person opposes the space.
    pub opposed: bool,
    /// Where the log ended when this was read.
    pub head: Head,
    /// Plain bytes it was built from: what it costs to keep in memory, roughly.
    pub weight: usize,
}

enum Said {
    Authorise(Authorisation),
    Block(Grantee),
}

impl RightsFolder {
    /// Applies one entry of the log.
    pub fn apply(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let change: RightsChange = crate::change::decode(bytes)?;
        self.weight += bytes.len();
        let author = Arc::new(change.author);
        match change.right {
            Right::Authorise {
                put,
                professional,
                structure,
                from,
                until,
            } => {
                if let Some(grantee) = grantee(professional, structure) {
                    let authorisation = Authorisation {
                        grantee,
                        from,
                        until,
                    };
                    self.said
                        .push((put.id.clone(), Said::Authorise(authorisation)));
                }
                self.begin(Item::of(&put, change.at, author)?);
            }
            Right::Block {
                put,
                professional,
                structure,
            } => {
                if let Some(grantee) = grantee(professional, structure) {
                    self.said.push((put.id.clone(), Said::Block(grantee)));
                }
                self.begin(Item::of(&put, change.at, author)?);
            }
            Right::TakeBack { put } => {
                self.said.retain(|(id, _)| *id != put.id);
                self.follow(&put, Item::of(&put, change.at, author)?);
            }
            Right::Oppose { .. } => self.opposed = true,
            Right::Mask {
                item,
                masked,
                place,
            } => {
                self.masks.insert(item, masked.then_some(place));
            }
        }
        Ok(())
    }

    /// What policy reads.
    pub fn rights(&self) -> Rights {
        let mut rights = Rights {
            opposed: self.opposed,
            ..Rights::default()
        };
        for (_, said) in &self.said {
            match said {
                Said::Authorise(authorisation) => rights.authorisations.push(authorisation.clone()),
                Said::Block(grantee) => rights.blocked.push(grantee.clone()),
            }
        }
        rights
    }

    /// The Consent of this id.
    pub fn consent(&self, id: &str) -> Option<&Arc<Lineage>> {
        self.consents
            .iter()
            .find(|lineage| lineage.newest().resource().id() == Some(id))
    }

    fn begin(&mut self, item: Item) {
        self.consents.push(Arc::new(Lineage::begin(Arc::new(item))));
    }

    fn follow(&mut self, put: &Put, item: Item) {
        let found = self
            .consents
            .iter_mut()
            .find(|lineage| lineage.newest().resource().id() == Some(&put.id));
        if let Some(lineage) = found {
            Arc::make_mut(lineage).add(Arc::new(item));
        }
    }
}

fn grantee(professional: Option<String>, structure: Option<String>) -> Option<Grantee> {
    professional
        .map(Grantee::Professional)
        .or(structure.map(Grantee::Structure))
}
