use std::sync::Arc;

use hygie_policy::{Authorisation, Grantee, Rights};

use crate::change::{Right, RightsChange};
use crate::folder::Item;
use crate::Error;

/// The opened `rights` stream: what policy reads, and the Consents that say it.
#[derive(Default)]
pub(crate) struct RightsFolder {
    /// For `decide`.
    pub rights: Rights,
    /// For the holder to read back.
    pub consents: Vec<Arc<Item>>,
}

impl RightsFolder {
    /// Applies one entry of the log.
    pub fn apply(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let change: RightsChange = crate::change::decode(bytes)?;
        let author = Arc::new(change.author);
        match change.right {
            Right::Authorise {
                put,
                professional,
                structure,
                from,
                until,
            } => {
                let item = Item::of(&put, change.at, author)?;
                self.consents.push(Arc::new(item));
                let named = professional
                    .map(Grantee::Professional)
                    .or(structure.map(Grantee::Structure));
                if let Some(grantee) = named {
                    self.rights.authorisations.push(Authorisation {
                        grantee,
                        from,
                        until,
                    });
                }
            }
        }
        Ok(())
    }
}
