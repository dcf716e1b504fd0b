//! Reads types and their elements out of R4's StructureDefinitions.
//!
//! The package's profiles-*.json hold a few elements and targets that its
//! publisher added for its own server; HL7's list of data elements
//! (dataelements.json) is untouched, so it overrules them. Where that list itself
//! has lost elements, the profiles are believed: see [`LISTED`].

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::{Error, resources};

const HL7: &str = "http://hl7.org/fhir/StructureDefinition/";
/// The form of type codes of FHIRPath's own types, used for `id` and `url`.
const FHIRPATH: &str = "http://hl7.org/fhirpath/System.String";
const FHIR_TYPE: &str = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type";

/// Longest path that HL7's list is sure to name. Its ids are `de-` and the path,
/// cut at 64 characters; paths that are cut to one id came out as one element, and
/// the others are missing from the list although R4 has them.
const LISTED: usize = 64 - "de-".len();

pub struct Types {
    /// Elements by the path of their parent, then by their own name.
    pub rows: BTreeMap<String, BTreeMap<String, Element>>,
    /// Resource types that have instances.
    pub resources: BTreeSet<String>,
}

pub struct Element {
    pub min: u8,
    pub many: bool,
    pub choice: bool,
    /// Whether R4 counts it to the summary of what it belongs to.
    pub summary: bool,
    pub kinds: Vec<Kind>,
}

pub enum Kind {
    Primitive(String),
    /// The path of the row that describes it.
    Complex(String),
    Reference(Vec<String>),
    Resource,
}

/// HL7's definition of each data element, by path.
type DataElements = BTreeMap<String, Value>;

impl Types {
    pub fn read(folder: &Path) -> Result<Types, Error> {
        let data = data_elements(folder)?;
        let groups = groups(&data);
        let mut primitives = BTreeSet::new();
        let mut definitions = Vec::new();
        for file in ["profiles-types.json", "profiles-resources.json"] {
            for definition in resources(&folder.join(file))? {
                if definition["resourceType"] != "StructureDefinition"
                    || definition["derivation"] == "constraint"
                {
                    continue;
                }
                match definition["kind"].as_str() {
                    Some("primitive-type") => {
                        primitives.insert(text(&definition, "id")?);
                    }
                    Some("resource" | "complex-type") => definitions.push(definition),
                    _ => {}
                }
            }
        }
        let mut types = Types {
            rows: BTreeMap::new(),
            resources: BTreeSet::new(),
        };
        for definition in &definitions {
            types.add(definition, &data, &groups, &primitives)?;
        }
        types.add_missing(&data, &groups, &primitives)?;
        Ok(types)
    }

    fn add(
        &mut self,
        definition: &Value,
        data: &DataElements,
        groups: &BTreeSet<String>,
        primitives: &BTreeSet<String>,
    ) -> Result<(), Error> {
        let name = text(definition, "id")?;
        let abstracted = definition["abstract"] == true;
        if definition["kind"] == "resource" && !abstracted {
            // A resource type of which HL7 lists no data element is none of R4's.
            let prefix = format!("{name}.");
            if !data.keys().any(|path| path.starts_with(&prefix)) && name != "Parameters" {
                return Ok(());
            }
            self.resources.insert(name.clone());
        }
        self.rows.entry(name.clone()).or_default();
        for element in elements(definition)? {
            let path = text(element, "path")?;
            let Some((parent, own)) = path.rsplit_once('.') else {
                continue;
            };
            let inherited = element["base"]["path"] != path.as_str();
            let known = inherited
                || abstracted
                || data.contains_key(&path)
                || path.len() > LISTED
                || groups.contains(&path)
                || element.get("contentReference").is_some();
            if !known || !(parent == name || self.rows.contains_key(parent)) {
                continue;
            }
            let mut element = element;
            if let Some(hl7) = data.get(&path).filter(|hl7| hl7["max"] != "0") {
                element = hl7;
            }
            self.insert(parent, own, element, groups.contains(&path), primitives)?;
        }
        Ok(())
    }

    /// Elements of HL7's list that the package's publisher took away.
    fn add_missing(
        &mut self,
        data: &DataElements,
        groups: &BTreeSet<String>,
        primitives: &BTreeSet<String>,
    ) -> Result<(), Error> {
        for (path, element) in data {
            let Some((parent, own)) = path.rsplit_once('.') else {
                continue;
            };
            let own = own.trim_end_matches("[x]");
            let there = self.rows.get(parent).map(|row| row.contains_key(own));
            if there == Some(false) && element["max"] != "0" {
                self.insert(parent, own, element, groups.contains(path), primitives)?;
            }
        }
        Ok(())
    }

    fn insert(
        &mut self,
        parent: &str,
        own: &str,
        element: &Value,
        group: bool,
        primitives: &BTreeSet<String>,
    ) -> Result<(), Error> {
        let path = text(element, "path")?;
        let name = own.trim_end_matches("[x]");
        let many = element["max"] != "1";
        let min = element["min"]
            .as_u64()
            .and_then(|min| u8::try_from(min).ok());
        let kinds = if group {
            self.rows.entry(path.clone()).or_default();
            vec![Kind::Complex(path.clone())]
        } else if let Some(target) = element["contentReference"].as_str() {
            vec![Kind::Complex(target.trim_start_matches('#').to_owned())]
        } else {
            let root = !parent.contains('.') && self.resources.contains(parent);
            kinds(element, root && name == "id", primitives)?
        };
        if kinds.is_empty() {
            return Err(Error::Definition(path, "the element has no type"));
        }
        let choice = own.ends_with("[x]") || path.ends_with("[x]");
        if choice && many {
            return Err(Error::Definition(
                path,
                "a choice that repeats is not foreseen",
            ));
        }
        let element = Element {
            min: min.ok_or(Error::Definition(path, "min is no small number"))?,
            many,
            choice,
            summary: element["isSummary"] == true,
            kinds,
        };
        self.rows
            .entry(parent.to_owned())
            .or_default()
            .insert(name.to_owned(), element);
        Ok(())
    }
}

fn data_elements(folder: &Path) -> Result<DataElements, Error> {
    let mut data = DataElements::new();
    for mut definition in resources(&folder.join("dataelements.json"))? {
        let element = definition["snapshot"]["element"][0].take();
        let path = text(&element, "path")?;
        // The same path may come again from a constraint, as Quantity's
        // elements do from SimpleQuantity with max 0.
        if element["max"] != "0" || !data.contains_key(&path) {
            data.insert(path, element);
        }
    }
    Ok(data)
}

/// Paths that are the parent of a data element, below the types themselves.
fn groups(data: &DataElements) -> BTreeSet<String> {
    let mut groups = BTreeSet::new();
    for path in data.keys() {
        let mut path = path.as_str();
        while let Some((parent, _)) = path.rsplit_once('.') {
            if parent.contains('.') {
                groups.insert(parent.to_owned());
            }
            path = parent;
        }
    }
    groups
}

fn kinds(
    element: &Value,
    resource_id: bool,
    primitives: &BTreeSet<String>,
) -> Result<Vec<Kind>, Error> {
    let mut kinds = Vec::new();
    for entry in element["type"].as_array().into_iter().flatten() {
        let code = text(entry, "code")?;
        let kind = if resource_id {
            // The snapshot says string here; R4's text and regex say id.
            Kind::Primitive("id".to_owned())
        } else if code == FHIRPATH {
            let extensions = entry["extension"].as_array();
            let named = extensions
                .into_iter()
                .flatten()
                .find(|extension| extension["url"] == FHIR_TYPE)
                .and_then(|extension| extension["valueUrl"].as_str());
            Kind::Primitive(named.unwrap_or("string").to_owned())
        } else if primitives.contains(&code) {
            Kind::Primitive(code)
        } else if code == "Reference" {
            Kind::Reference(targets(entry))
        } else if code == "Resource" {
            Kind::Resource
        } else {
            Kind::Complex(code)
        };
        kinds.push(kind);
    }
    Ok(kinds)
}

/// The resource types that a Reference may mean; none when it may mean any.
fn targets(entry: &Value) -> Vec<String> {
    let profiles = entry["targetProfile"].as_array();
    let mut targets: Vec<String> = profiles
        .into_iter()
        .flatten()
        .filter_map(|profile| profile.as_str()?.strip_prefix(HL7))
        .map(str::to_owned)
        .collect();
    targets.sort();
    targets.dedup();
    if targets.iter().any(|target| target == "Resource") {
        targets.clear();
    }
    targets
}

fn elements(definition: &Value) -> Result<&Vec<Value>, Error> {
    definition["snapshot"]["element"]
        .as_array()
        .ok_or_else(|| Error::Definition(definition["id"].to_string(), "it has no snapshot"))
}

pub fn text(value: &Value, name: &'static str) -> Result<String, Error> {
    value[name]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| Error::Definition(value["path"].to_string(), name))
}
