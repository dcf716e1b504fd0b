//! HL7's StructureDefinitions, as far as a path needs them: what an element
//! is called in JSON, which types it may have, and the code system that a
//! required binding implies.

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;

use super::{Error, read_json, strings};

pub struct Definitions {
    elements: HashMap<String, Element>,
    /// The only code system of a value set, by the value set's URL.
    systems: HashMap<String, String>,
    resources: usize,
}

struct Element {
    types: Vec<String>,
    /// Where the children are defined, when not here (`contentReference`).
    same_as: Option<String>,
    system: Option<String>,
}

/// A place that a path has reached: an element as one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Path in the definitions, such as `Observation.component`.
    path: String,
    /// R4's name of the type, such as `CodeableConcept`.
    pub type_name: String,
    /// Code system implied for an element of type `code`.
    pub system: Option<String>,
}

impl Node {
    pub fn root(resource: &str) -> Node {
        Node {
            path: resource.to_owned(),
            type_name: resource.to_owned(),
            system: None,
        }
    }
}

impl Definitions {
    pub fn read(package: &Path) -> Result<Definitions, Error> {
        let systems = systems(&read_json(&package.join("valuesets.json"))?);
        let mut this = Definitions {
            elements: HashMap::new(),
            systems,
            resources: 0,
        };
        for file in ["profiles-types.json", "profiles-resources.json"] {
            let bundle = read_json(&package.join(file))?;
            for entry in bundle["entry"].as_array().into_iter().flatten() {
                this.take(&entry["resource"]);
            }
        }
        if this.resources == 0 {
            let what = "it defines no resource".to_owned();
            return Err(Error::Shape {
                file: "profiles-resources.json",
                what,
            });
        }
        Ok(this)
    }

    /// How many resource types have instances.
    pub fn resource_count(&self) -> usize {
        self.resources
    }

    fn take(&mut self, definition: &Value) {
        let named_for_itself = definition["type"] == definition["id"];
        if definition["resourceType"] != "StructureDefinition" || !named_for_itself {
            return;
        }
        if definition["kind"] == "resource" && definition["abstract"] == false {
            self.resources += 1;
        }
        for element in definition["snapshot"]["element"]
            .as_array()
            .into_iter()
            .flatten()
        {
            let Some(path) = element["path"].as_str() else {
                continue;
            };
            let types = element["type"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(type_name)
                .collect();
            let same_as = element["contentReference"]
                .as_str()
                .map(|at| at.trim_start_matches('#').to_owned());
            let set = element["binding"]["valueSet"]
                .as_str()
                .and_then(|url| url.split('|').next());
            let system = set.and_then(|url| self.systems.get(url)).cloned();
            self.elements.insert(
                path.to_owned(),
                Element {
                    types,
                    same_as,
                    system,
                },
            );
        }
    }

    /// The JSON names of `node.name` with what each holds: several for a
    /// choice of types, none when there is no such element.
    pub fn child(&self, node: &Node, name: &str) -> Vec<(String, Node)> {
        let own = format!("{}.{name}", node.path);
        let of_type = format!("{}.{name}", node.type_name);
        for path in [own, of_type] {
            if let Some(element) = self.elements.get(&path) {
                let type_name = element.types.first().cloned().unwrap_or_default();
                let (path, type_name) = match &element.same_as {
                    Some(path) => (path.clone(), "BackboneElement".to_owned()),
                    None => (path, type_name),
                };
                let node = Node {
                    path,
                    type_name,
                    system: element.system.clone(),
                };
                return vec![(name.to_owned(), node)];
            }
            if let Some(element) = self.elements.get(&format!("{path}[x]")) {
                return element
                    .types
                    .iter()
                    .map(|type_name| choice(&path, name, type_name, element))
                    .collect();
            }
        }
        Vec::new()
    }
}

fn choice(path: &str, name: &str, type_name: &str, element: &Element) -> (String, Node) {
    let mut letters = type_name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    let json = name.chars().chain(first).chain(letters).collect();
    let system = element.system.clone();
    (
        json,
        Node {
            path: format!("{path}[x]"),
            type_name: type_name.to_owned(),
            system,
        },
    )
}

/// The ids of elements and of resources have FHIRPath's string type, and the
/// real one in an extension.
fn type_name(of: &Value) -> Option<String> {
    let code = of["code"].as_str()?;
    if !code.starts_with("http://hl7.org/fhirpath/") {
        return Some(code.to_owned());
    }
    Some("id".to_owned())
}

fn systems(bundle: &Value) -> HashMap<String, String> {
    let sets = bundle["entry"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|entry| &entry["resource"]);
    let mut systems = HashMap::new();
    for set in sets.filter(|set| set["resourceType"] == "ValueSet") {
        let includes = set["compose"]["include"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let from_sets = includes
            .iter()
            .any(|include| strings(&include["valueSet"]).next().is_some());
        if let (Some(url), [only], false) = (set["url"].as_str(), includes, from_sets)
            && let Some(system) = only["system"].as_str()
        {
            systems.insert(url.to_owned(), system.to_owned());
        }
    }
    systems
}
