//! The next list: whoever opposes by the lines, and nobody less of the list in force than they take back.
//!
//! INVARIANT (opposition wins): what the insurer's table says of somebody may change or be lost, and a key may change; his word
//! stays. Where nobody can tell any more whose a pseudonym of the list in force is, it stays on the list.

use std::collections::BTreeSet;

use hygie_pseudonym::{Keys, Pseudonym, Rotation, Source};
use hygie_snapshot::Opposed;

use crate::Error;
use crate::persons::FirstStep;

type Names = BTreeSet<[u8; 16]>;

/// Pseudonyms of some persons.
#[derive(Default)]
struct Named {
    /// Under the key in use.
    now: Names,
    /// Under the key before, while a rotation is under way.
    before: Names,
}

/// The list while it is made.
pub struct Next<'a> {
    keys: &'a Keys,
    /// Those of whoever opposes.
    opposed: Named,
    /// Those of whoever said something, by all ways in which his claims can tell of him: of these the lines decide.
    decided: Named,
}

/// The list that is made.
pub struct Made {
    /// Whoever opposes, under the key in use.
    pub names: Names,
    /// How many of them are taken over from the list in force, since nobody can tell whose they are.
    pub kept: u64,
    /// How many of the list in force, made under the key before, have no name under the one in use.
    pub lost: u64,
}

impl<'a> Next<'a> {
    pub fn new(keys: &'a Keys) -> Self {
        Self {
            keys,
            opposed: Named::default(),
            decided: Named::default(),
        }
    }

    /// Somebody who said something: how the insurer calls him, and whether he opposes. `ranks` says whether the newest snapshot
    /// tells twins apart. Answers whether he can be found among claims.
    pub fn person(&mut self, steps: &[FirstStep], opposes: bool, ranks: bool) -> bool {
        let all = steps.iter().flat_map(|step| step.sources(false));
        self.decided.add(self.keys, all);
        if opposes {
            let his = steps.iter().flat_map(|step| step.sources(ranks));
            self.opposed.add(self.keys, his);
        }
        steps
            .iter()
            .any(|step| step.sources(ranks).next().is_some())
    }

    /// The list, after the one that is in force.
    pub fn made(mut self, in_force: Option<&Opposed>) -> Result<Made, Error> {
        let mut made = Made {
            names: Names::new(),
            kept: 0,
            lost: 0,
        };
        let retiring = self.keys.retiring();
        let mut rotation = match &retiring {
            Some(_) => Some(self.keys.rotation()?),
            None => None,
        };
        if let Some(rotation) = &mut rotation {
            self.opposed.mapped(rotation)?;
            self.decided.mapped(rotation)?;
        }
        made.names = self.opposed.now;
        let Some(in_force) = in_force else {
            return Ok(made);
        };
        if in_force.key() == self.keys.epoch().1 {
            let kept = in_force
                .iter()
                .filter(|name| !self.decided.now.contains(*name));
            for name in kept {
                made.kept += u64::from(made.names.insert(*name));
            }
        } else if let Some(rotation) = rotation
            .as_mut()
            .filter(|_| retiring.is_some_and(|(_, key)| in_force.key() == key))
        {
            let kept = in_force
                .iter()
                .filter(|name| !self.decided.before.contains(*name));
            for name in kept {
                match rotation.map(&Pseudonym::from_bytes(*name))? {
                    Some(new) => made.kept += u64::from(made.names.insert(new.bytes())),
                    None => made.lost += 1,
                }
            }
        } else {
            // Of a key that is in no file: none of them stands in anything that is made under the one in use.
            made.lost = in_force.len() as u64;
        }
        Ok(made)
    }
}

impl Named {
    fn add<'s>(&mut self, keys: &Keys, sources: impl Iterator<Item = Source<'s>>) {
        for source in sources {
            self.now.insert(keys.pseudonym(&source).bytes());
            self.before
                .extend(keys.former(&source).map(|name| name.bytes()));
        }
    }

    /// And what a rotation made of their names under the key before: where it could not name somebody, his claims lie under a
    /// pseudonym that was made of the one before.
    fn mapped(&mut self, rotation: &mut Rotation) -> Result<(), Error> {
        // In order, so that each chunk of the list is read once.
        for name in &self.before {
            let new = rotation.map(&Pseudonym::from_bytes(*name))?;
            self.now.extend(new.map(|new| new.bytes()));
        }
        Ok(())
    }
}
