use std::collections::{BTreeMap, BTreeSet};

use crate::{About, Line};

/// Who opposes what, by the lines read so far.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Opposed(BTreeMap<(String, String), BTreeSet<About>>);

impl Opposed {
    /// Takes a line; the last word of a person about one thing counts.
    pub fn take(&mut self, line: &Line) {
        let person = (line.system.clone(), line.ins.clone());
        if line.opposed {
            self.0.entry(person).or_default().insert(line.scope.clone());
        } else if let Some(scopes) = self.0.get_mut(&person) {
            scopes.remove(&line.scope);
            if scopes.is_empty() {
                self.0.remove(&person);
            }
        }
    }

    /// Whether nothing of this person may serve research; or, with a project's id, this project.
    pub fn refuses(&self, system: &str, ins: &str, project: Option<&str>) -> bool {
        let person = (system.to_owned(), ins.to_owned());
        self.0.get(&person).is_some_and(|scopes| {
            scopes.iter().any(|scope| match scope {
                About::Space | About::Research => true,
                About::Project(id) => project == Some(id),
            })
        })
    }
}
