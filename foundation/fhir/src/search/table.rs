//! What a row of the table of search parameters says, and how one is found.

use crate::generated::search_parameters::PARAMETERS;

/// R4's types of search parameters (R4, 3.1.1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParameterKind {
    Composite,
    Date,
    Number,
    Quantity,
    Reference,
    Special,
    String,
    Token,
    Uri,
}

impl ParameterKind {
    /// The code of R4's value set `search-param-type`.
    pub fn code(self) -> &'static str {
        match self {
            ParameterKind::Composite => "composite",
            ParameterKind::Date => "date",
            ParameterKind::Number => "number",
            ParameterKind::Quantity => "quantity",
            ParameterKind::Reference => "reference",
            ParameterKind::Special => "special",
            ParameterKind::String => "string",
            ParameterKind::Token => "token",
            ParameterKind::Uri => "uri",
        }
    }
}

/// One search parameter of one resource type.
pub struct Parameter {
    /// The resource type; `Resource` or `DomainResource` for those of all.
    pub resource: &'static str,
    /// The name in a request, such as `birthdate`.
    pub code: &'static str,
    pub kind: ParameterKind,
    /// Where the values are.
    pub(crate) paths: &'static [ElementPath],
    /// The resource types that a reference may lead to; any when empty.
    pub targets: &'static [&'static str],
    /// What this parameter would need that is not supported.
    pub(super) refusal: Option<&'static str>,
}

/// A path of member names; arrays on the way are walked over.
pub(crate) struct ElementPath {
    pub steps: &'static [&'static str],
    pub leaf: Leaf,
    /// Only the items reached after `.0` steps whose member `.1` is `.2`.
    pub only: Option<(usize, &'static str, &'static str)>,
    /// Only references to this resource type.
    pub target: Option<&'static str>,
    /// The code system that the element's binding implies for its codes.
    pub system: Option<&'static str>,
}

/// How the end of a path is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    Address,
    Boolean,
    Canonical,
    Code,
    CodeableConcept,
    Coding,
    ContactPoint,
    Date,
    HumanName,
    Identifier,
    Money,
    Number,
    Period,
    /// Asks whether the element is there and not `false`, as a token.
    PresentAndNotFalse,
    Quantity,
    Range,
    Reference,
    Text,
    Timing,
}

pub(crate) const fn row(
    resource: &'static str,
    code: &'static str,
    kind: ParameterKind,
    paths: &'static [ElementPath],
    targets: &'static [&'static str],
) -> Parameter {
    Parameter {
        resource,
        code,
        kind,
        paths,
        targets,
        refusal: None,
    }
}

pub(crate) const fn refused(
    resource: &'static str,
    code: &'static str,
    kind: ParameterKind,
    refusal: &'static str,
) -> Parameter {
    Parameter {
        resource,
        code,
        kind,
        paths: &[],
        targets: &[],
        refusal: Some(refusal),
    }
}

pub(crate) const fn path(steps: &'static [&'static str], leaf: Leaf) -> ElementPath {
    ElementPath {
        steps,
        leaf,
        only: None,
        target: None,
        system: None,
    }
}

impl ElementPath {
    pub(crate) const fn only(
        self,
        depth: usize,
        element: &'static str,
        text: &'static str,
    ) -> ElementPath {
        ElementPath {
            only: Some((depth, element, text)),
            ..self
        }
    }

    pub(crate) const fn to(self, target: &'static str) -> ElementPath {
        ElementPath {
            target: Some(target),
            ..self
        }
    }

    pub(crate) const fn in_system(self, system: &'static str) -> ElementPath {
        ElementPath {
            system: Some(system),
            ..self
        }
    }
}

/// The parameters that a resource type has from `DomainResource` and
/// `Resource`; three types are no DomainResource.
fn families(resource_type: &str) -> impl Iterator<Item = &str> {
    let domain = !matches!(resource_type, "Binary" | "Bundle" | "Parameters");
    [
        Some(resource_type),
        domain.then_some("DomainResource"),
        Some("Resource"),
    ]
    .into_iter()
    .flatten()
}

/// The parameter `code` of a resource type, when it is supported. `_id` and
/// its like are found under every type, and under `Resource`.
pub fn parameter(resource_type: &str, code: &str) -> Option<&'static Parameter> {
    known(resource_type, code).filter(|parameter| parameter.refusal.is_none())
}

/// The parameters of a resource type that are supported, those of all types
/// last: what a capability statement may promise.
pub fn parameters(resource_type: &str) -> impl Iterator<Item = &'static Parameter> {
    families(resource_type)
        .flat_map(rows)
        .filter(|parameter| parameter.refusal.is_none())
}

/// The parameter `code` of a resource type, supported or not.
pub(super) fn known(resource_type: &str, code: &str) -> Option<&'static Parameter> {
    families(resource_type).find_map(|family| {
        let rows = rows(family);
        rows.binary_search_by(|row| row.code.cmp(code))
            .ok()
            .map(|index| &rows[index])
    })
}

fn rows(family: &str) -> &'static [Parameter] {
    let start = PARAMETERS.partition_point(|row| row.resource < family);
    let end = PARAMETERS.partition_point(|row| row.resource <= family);
    &PARAMETERS[start..end]
}
