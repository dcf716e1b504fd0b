//! The Patient compartment: through which elements a resource belongs to a
//! person (compartmentdefinition-patient.json with the search parameters that
//! it names).

use std::collections::BTreeMap;
use std::path::Path;

use super::structure::{Kind, Types, text};
use super::{Error, read, resources};

/// Dotted element paths by resource type, the nearest to the person first.
pub type Paths = BTreeMap<String, Vec<String>>;

/// Elements that say whom the resource is about, before those that say who
/// took part in it.
const NEAREST: [&str; 6] = [
    "subject",
    "patient",
    "beneficiary",
    "for",
    "candidate",
    "individual",
];

pub fn patient(folder: &Path, types: &Types) -> Result<Paths, Error> {
    let expressions = expressions(folder)?;
    let compartment = read(&folder.join("compartmentdefinition-patient.json"))?;
    let mut paths = Paths::new();
    for row in compartment["resource"].as_array().into_iter().flatten() {
        let name = text(row, "code")?;
        let mut found = Vec::new();
        for code in row["param"].as_array().into_iter().flatten() {
            let code = code.as_str().unwrap_or_default();
            let Some(expression) = expressions.get(&(name.clone(), code.to_owned())) else {
                return Err(Error::Definition(
                    name,
                    "a parameter of it has no expression",
                ));
            };
            found.extend(own_paths(expression, &name));
        }
        if !found.is_empty() {
            paths.insert(name, found);
        }
    }
    add_unlisted(types, &mut paths);
    for found in paths.values_mut() {
        found.sort_by_key(|path| {
            NEAREST
                .iter()
                .position(|near| near == path)
                .unwrap_or(NEAREST.len())
        });
        let mut seen = Vec::new();
        found.retain(|path| {
            !seen.contains(path) && {
                seen.push(path.clone());
                true
            }
        });
    }
    Ok(paths)
}

/// Resource types that the compartment forgets though they name a patient, as
/// Device does.
fn add_unlisted(types: &Types, paths: &mut Paths) {
    for name in &types.resources {
        for near in NEAREST {
            let Some(element) = types.rows.get(name).and_then(|row| row.get(near)) else {
                continue;
            };
            let patient = element.kinds.iter().any(|kind| match kind {
                Kind::Reference(targets) => targets.iter().any(|target| target == "Patient"),
                _ => false,
            });
            if patient && !element.choice && !paths.contains_key(name) {
                paths.insert(name.clone(), vec![near.to_owned()]);
            }
        }
    }
}

fn expressions(folder: &Path) -> Result<BTreeMap<(String, String), String>, Error> {
    let mut expressions = BTreeMap::new();
    for parameter in resources(&folder.join("search-parameters.json"))? {
        let Some(expression) = parameter["expression"].as_str() else {
            continue;
        };
        let code = text(&parameter, "code")?;
        for base in parameter["base"].as_array().into_iter().flatten() {
            let base = base.as_str().unwrap_or_default().to_owned();
            expressions.insert((base, code.clone()), expression.to_owned());
        }
    }
    Ok(expressions)
}

/// The branches of a union that begin at this type, without the type and
/// without the filter that keeps patients only.
fn own_paths(expression: &str, name: &str) -> Vec<String> {
    expression
        .split('|')
        .filter_map(|branch| branch.trim().strip_prefix(name)?.strip_prefix('.'))
        .map(|path| {
            path.trim_end_matches(".where(resolve() is Patient)")
                .to_owned()
        })
        .collect()
}
