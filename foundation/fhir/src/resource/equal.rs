//! Semantic equality: what an export must keep of what was imported.

use super::Resource;
use super::references::{Child, child, row_of};
use crate::definitions::TypeId;
use crate::json::Json;

impl Resource {
    /// Whether both say the same. Ignored are, at the top, `id`,
    /// `meta.versionId`, `meta.lastUpdated` and a `meta` left empty without
    /// them, and everywhere the order of members; `same_reference` decides on
    /// the texts of references. All else counts, the order of lists and the
    /// text of numbers included.
    pub fn semantic_eq(
        &self,
        other: &Resource,
        mut same_reference: impl FnMut(&str, &str) -> bool,
    ) -> bool {
        if self.kind != other.kind {
            return false;
        }
        let ours = top_members(&self.json);
        let theirs = top_members(&other.json);
        equal_members(&ours, &theirs, Some(self.kind), &mut same_reference)
            && equal_meta(&self.json, &other.json, &mut same_reference)
    }
}

type Member<'a> = (&'a str, &'a Json);

fn top_members(json: &Json) -> Vec<Member<'_>> {
    members_but(json, &["id", "meta"])
}

fn members_but<'a>(json: &'a Json, ignored: &[&str]) -> Vec<Member<'a>> {
    json.members()
        .iter()
        .map(|(name, value)| (&**name, value))
        .filter(|(name, _)| !ignored.contains(name))
        .collect()
}

fn equal_meta(ours: &Json, theirs: &Json, same: &mut impl FnMut(&str, &str) -> bool) -> bool {
    let members = |json| {
        Json::get(json, "meta").map_or(Vec::new(), |meta| {
            members_but(meta, &["versionId", "lastUpdated"])
        })
    };
    equal_members(&members(ours), &members(theirs), TypeId::of("Meta"), same)
}

fn equal_members(
    ours: &[Member],
    theirs: &[Member],
    row: Option<TypeId>,
    same: &mut impl FnMut(&str, &str) -> bool,
) -> bool {
    ours.len() == theirs.len()
        && ours.iter().all(|(name, value)| {
            let Some((_, other)) = theirs.iter().find(|(key, _)| key == name) else {
                return false;
            };
            let child = row.and_then(|row| child(row.row(), name));
            equal(value, other, child.as_ref().map(|(_, child)| child), same)
        })
}

fn equal(
    ours: &Json,
    theirs: &Json,
    what: Option<&Child>,
    same: &mut impl FnMut(&str, &str) -> bool,
) -> bool {
    match (ours, theirs) {
        (Json::Array(ours), Json::Array(theirs)) => {
            ours.len() == theirs.len()
                && ours
                    .iter()
                    .zip(theirs)
                    .all(|(ours, theirs)| equal(ours, theirs, what, same))
        }
        (Json::Object(_), Json::Object(_)) => {
            let mut ignored: &[&str] = &[];
            if let Some(Child::Reference) = what {
                let text = |json| Json::get(json, "reference").and_then(Json::as_str);
                if let (Some(our), Some(their)) = (text(ours), text(theirs)) {
                    if !same(our, their) {
                        return false;
                    }
                    ignored = &["reference"];
                }
            }
            let row = what.and_then(|child| row_of(child, ours));
            equal_members(
                &members_but(ours, ignored),
                &members_but(theirs, ignored),
                row,
                same,
            )
        }
        _ => ours == theirs,
    }
}
