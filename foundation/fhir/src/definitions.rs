//! What R4 defines: types, their elements and what each may hold, as static tables that
//! `cargo run -p xtask -- fhir-definitions --package DIR` writes out of HL7's StructureDefinitions
//! (generated/types.rs).

use crate::generated::types::{RESOURCES, TYPES};

#[cfg(test)]
mod tests;

/// A row of the table of types. Descending by `TypeId` is an index, no search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub u16);

/// A resource, a data type, or an element that has elements of its own.
#[derive(Debug)]
pub struct Type {
    /// `Patient`, `HumanName`, `Patient.contact`.
    pub path: &'static str,
    /// The indices of the elements with `min` ≥ 1, as a set of bits.
    pub required: u64,
    /// The indices of the elements that R4 marks `isSummary`, as a set of bits.
    pub summary: u64,
    /// Sorted by name, at most 64.
    pub elements: &'static [Element],
}

/// An element of a type.
#[derive(Debug)]
pub struct Element {
    /// As in paths: `birthDate`; `value` for `value[x]`.
    pub name: &'static str,
    /// Least number of occurrences: 0, 1, rarely more.
    pub min: u8,
    /// Whether it repeats: then it is an array in JSON.
    pub many: bool,
    /// Whether it is `name[x]`: then the JSON name is the name followed by
    /// the name of the kind, and one kind only may be there.
    pub choice: bool,
    /// What it may hold: one kind, or several for a choice.
    pub kinds: &'static [Kind],
}

/// What an element holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Primitive(Primitive),
    /// A data type or a group of elements with a row of its own.
    Complex(TypeId),
    /// A Reference to one of these resource types; to any when empty.
    Reference(&'static [&'static str]),
    /// A whole resource of any type.
    Resource,
}

/// R4's primitive types (R4, 2.24.0.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Primitive {
    Base64Binary,
    Boolean,
    Canonical,
    Code,
    Date,
    DateTime,
    Decimal,
    Id,
    Instant,
    Integer,
    Markdown,
    Oid,
    PositiveInt,
    String,
    Time,
    UnsignedInt,
    Uri,
    Url,
    Uuid,
    Xhtml,
}

impl TypeId {
    /// The row of a type or element path, such as `Patient` or
    /// `Patient.contact`.
    pub fn of(path: &str) -> Option<TypeId> {
        TYPES
            .binary_search_by(|row| row.path.cmp(path))
            .ok()
            .map(|index| TypeId(index as u16))
    }

    /// The row of a resource type that has instances: `Patient`, but neither
    /// `DomainResource` nor `HumanName`.
    pub fn of_resource(name: &str) -> Option<TypeId> {
        RESOURCES
            .binary_search_by(|row| TYPES[row.0 as usize].path.cmp(name))
            .ok()
            .map(|index| RESOURCES[index])
    }

    /// All resource types that have instances, in order of their names.
    pub fn resources() -> &'static [TypeId] {
        RESOURCES
    }

    #[inline]
    pub fn row(self) -> &'static Type {
        &TYPES[self.0 as usize]
    }

    pub fn path(self) -> &'static str {
        self.row().path
    }
}

impl Type {
    /// The element `name` as in paths: `value`, not `valueQuantity`.
    pub fn element(&self, name: &str) -> Option<&'static Element> {
        self.elements
            .binary_search_by(|element| element.name.cmp(name))
            .ok()
            .map(|index| &self.elements[index])
    }

    /// The element and the kind that a JSON member name means, with the
    /// element's index: `valueQuantity` is `value` as Quantity.
    pub fn member(&self, name: &str) -> Option<(usize, &'static Element, Kind)> {
        let after = self
            .elements
            .partition_point(|element| element.name <= name);
        // The element itself, or the choice whose name begins this one, sorts
        // at or shortly before.
        for index in (0..after).rev() {
            let element = &self.elements[index];
            if let Some(kind) = element.as_member(name) {
                return Some((index, element, kind));
            }
            if element.name.as_bytes().first() != name.as_bytes().first() {
                break;
            }
        }
        None
    }
}

impl Element {
    fn as_member(&self, name: &str) -> Option<Kind> {
        if !self.choice {
            return (self.name == name).then(|| self.kinds[0]);
        }
        let suffix = name.strip_prefix(self.name)?;
        let mut letters = suffix.chars();
        let first = letters.next()?;
        if !first.is_ascii_uppercase() {
            return None;
        }
        self.kinds.iter().copied().find(|kind| {
            let mut wanted = kind.name().chars();
            wanted.next().map(|letter| letter.to_ascii_uppercase()) == Some(first)
                && wanted.as_str() == letters.as_str()
        })
    }

    /// The JSON member names of this element with the kind that each means:
    /// `birthDate`, or `valueQuantity`, `valueString`… for a choice.
    pub fn member_names(&self) -> impl Iterator<Item = (String, Kind)> {
        self.kinds.iter().map(|kind| {
            let mut name = self.name.to_owned();
            if self.choice {
                let mut letters = kind.name().chars();
                name.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
                name.push_str(letters.as_str());
            }
            (name, *kind)
        })
    }
}

impl Kind {
    /// R4's name of the type: `Quantity`, `dateTime`, `Reference`; the path
    /// for a group of elements.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Primitive(primitive) => primitive.name(),
            Kind::Complex(id) => id.path(),
            Kind::Reference(_) => "Reference",
            Kind::Resource => "Resource",
        }
    }
}

impl Primitive {
    /// R4's name of the type.
    pub fn name(self) -> &'static str {
        match self {
            Primitive::Base64Binary => "base64Binary",
            Primitive::Boolean => "boolean",
            Primitive::Canonical => "canonical",
            Primitive::Code => "code",
            Primitive::Date => "date",
            Primitive::DateTime => "dateTime",
            Primitive::Decimal => "decimal",
            Primitive::Id => "id",
            Primitive::Instant => "instant",
            Primitive::Integer => "integer",
            Primitive::Markdown => "markdown",
            Primitive::Oid => "oid",
            Primitive::PositiveInt => "positiveInt",
            Primitive::String => "string",
            Primitive::Time => "time",
            Primitive::UnsignedInt => "unsignedInt",
            Primitive::Uri => "uri",
            Primitive::Url => "url",
            Primitive::Uuid => "uuid",
            Primitive::Xhtml => "xhtml",
        }
    }
}
