//! Changes to a resource (R4, http.html 3.1.0.6): JSON Patch (RFC 6902), and
//! FHIRPath Patch (R4, fhirpatch.html) as far as its paths are simple.
//!
//! What comes out is a resource of the same type with the same id; whether R4
//! allows its elements is for [`crate::check`] to say.

use crate::fault::Fault;
use crate::json::{Json, Limits};
use crate::resource::Resource;

mod budget;
mod elements;
mod fhirpath;
mod json_patch;
mod parameters;
mod path;
mod pointer;
#[cfg(test)]
mod tests;

use budget::Budget;

/// A patch with more operations than this is refused.
const MOST_OPERATIONS: usize = 4_096;

/// A patch that was read and not yet applied.
pub struct Patch {
    form: Form,
    limits: Limits,
}

enum Form {
    Json(Vec<json_patch::Operation>),
    FhirPath(Vec<fhirpath::Operation>),
}

impl Patch {
    /// Reads a patch: an array is a JSON Patch, a Parameters resource is a
    /// FHIRPath Patch. The limits hold for the patch, and for what applying
    /// it adds, copies and moves.
    ///
    /// # Errors
    /// What [`Json::parse`] refuses; `required`, `value`, `invalid` or
    /// `structure` for an operation that is none; `not-supported` for an
    /// unknown operation, for a JSON Patch that changes the resource as a
    /// whole, and for a FHIRPath beyond `Type.element[n].element`;
    /// `too-costly` for more than 4,096 operations.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Patch, Fault> {
        let json = Json::parse(bytes, limits)?;
        let form = match &json {
            Json::Array(operations) => {
                few(operations)?;
                Form::Json(json_patch::parse(operations)?)
            }
            json if json.get("resourceType").and_then(Json::as_str) == Some("Parameters") => {
                few(json.get("parameter").map(Json::items).unwrap_or_default())?;
                Form::FhirPath(parameters::parse(json)?)
            }
            _ => {
                let rule = "a patch must be an array of JSON Patch operations or a Parameters \
                    resource of FHIRPath Patch";
                return Err(Fault::error("structure", "Resource", rule));
            }
        };
        let limits = *limits;
        Ok(Patch { form, limits })
    }

    /// The resource after all operations, in their order; they hold together
    /// or not at all.
    ///
    /// # Errors
    /// `not-found` for a path that leads to nothing, `conflict` for a `test`
    /// that fails, `invalid` or `value` for an operation that the resource
    /// does not allow, `too-costly` beyond the limits, `invalid` when type or
    /// id would change. The place is the type of the resource, and the rule
    /// counts the operations from 1.
    pub fn apply(&self, resource: &Resource) -> Result<Resource, Fault> {
        let mut json = resource.json().clone();
        let mut budget = Budget::new(&self.limits);
        let done = match &self.form {
            Form::Json(operations) => json_patch::apply(operations, &mut json, &mut budget),
            Form::FhirPath(operations) => {
                fhirpath::apply(operations, resource.type_id(), &mut json, &mut budget)
            }
        };
        done.map_err(|fault| Fault {
            place: resource.kind().to_owned(),
            ..fault
        })?;
        let changed = Resource::from_json(json)?;
        if changed.kind() != resource.kind() || changed.id() != resource.id() {
            let rule = "a patch may not change the type or the id of a resource";
            return Err(Fault::error("invalid", resource.kind(), rule));
        }
        Ok(changed)
    }

    /// The top-level members that the patch may change, sorted, each once. In
    /// a JSON Patch they are named as in JSON, without the `_` of a
    /// primitive's extensions; in a FHIRPath Patch as in paths: `value` for
    /// `valueQuantity`.
    pub fn top_level(&self) -> Vec<&str> {
        let mut names: Vec<&str> = match &self.form {
            Form::Json(operations) => operations
                .iter()
                .flat_map(json_patch::Operation::changes)
                .collect(),
            Form::FhirPath(operations) => operations
                .iter()
                .map(fhirpath::Operation::changes)
                .collect(),
        };
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Whether the patch changes something, and nothing outside these
    /// top-level members.
    pub fn touches_only(&self, members: &[&str]) -> bool {
        let touched = self.top_level();
        !touched.is_empty() && touched.iter().all(|name| members.contains(name))
    }
}

fn few(operations: &[Json]) -> Result<(), Fault> {
    if operations.len() <= MOST_OPERATIONS {
        return Ok(());
    }
    let rule = format!("a patch may hold {MOST_OPERATIONS} operations: send several");
    Err(Fault::error("too-costly", "Resource", rule))
}

/// A fault of the operation with this index.
fn fault(index: usize, code: &'static str, rule: &str) -> Fault {
    let rule = format!("operation {}: {rule}", index + 1);
    Fault::error(code, "Resource", rule)
}

/// Why an operation is refused, before its number is known.
struct Refusal {
    code: &'static str,
    rule: &'static str,
}

impl Refusal {
    fn new(code: &'static str, rule: &'static str) -> Refusal {
        Refusal { code, rule }
    }

    fn of_operation(self, index: usize) -> Fault {
        fault(index, self.code, self.rule)
    }
}
