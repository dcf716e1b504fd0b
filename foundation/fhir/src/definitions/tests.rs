//! The generated tables: in the order that the look-ups rely on, and R4's own
//! without what the publisher of the package added for its server.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::*;

fn row(path: &str) -> &'static Type {
    TypeId::of(path).unwrap().row()
}

#[test]
fn a_row_or_an_element_cannot_be_found() {
    assert!(TYPES.is_sorted_by(|one, next| one.path < next.path));
    assert_eq!(RESOURCES.len(), 146);
    for (index, row) in TYPES.iter().enumerate() {
        assert_eq!(TypeId::of(row.path), Some(TypeId(index as u16)));
        assert!(row.elements.is_sorted_by(|one, next| one.name < next.name));
        assert!(row.elements.len() <= 64);
        for (place, element) in row.elements.iter().enumerate() {
            assert_eq!(row.required >> place & 1 == 1, element.min > 0);
            for (name, kind) in element.member_names() {
                let (found, _, as_kind) = row.member(&name).unwrap();
                assert_eq!((found, as_kind), (place, kind), "{}.{name}", row.path);
            }
            for kind in element.kinds {
                if let Kind::Reference(targets) = kind {
                    assert!(
                        targets
                            .iter()
                            .all(|name| TypeId::of_resource(name).is_some())
                    );
                }
            }
        }
    }
}

#[test]
fn an_abstract_type_has_instances() {
    for name in [
        "Resource",
        "DomainResource",
        "HumanName",
        "Patient.contact",
        "MetadataResource",
    ] {
        assert_eq!(TypeId::of_resource(name), None);
    }
    assert_eq!(TypeId::of_resource("Patient").unwrap().path(), "Patient");
}

#[test]
fn what_is_not_of_r4_is_in_the_tables() {
    let meta: Vec<&str> = row("Meta")
        .elements
        .iter()
        .map(|element| element.name)
        .collect();
    assert_eq!(
        meta,
        [
            "extension",
            "id",
            "lastUpdated",
            "profile",
            "security",
            "source",
            "tag",
            "versionId"
        ]
    );
    assert!(TypeId::of("SubscriptionStatus").is_none());
    assert!(row("Binary").element("url").is_none());
    assert!(
        row("EvidenceVariable.characteristic")
            .element("groupMeasure")
            .is_some()
    );
    let Kind::Reference(targets) = row("MeasureReport").element("subject").unwrap().kinds[0] else {
        panic!("no reference");
    };
    assert!(!targets.contains(&"CareTeam") && targets.contains(&"Patient"));
}

#[test]
fn a_summary_holds_more_or_less_than_r4_says() {
    let marked = |path: &str| -> Vec<&str> {
        let row = row(path);
        let marked = row.elements.iter().enumerate();
        marked
            .filter(|(place, _)| row.summary >> place & 1 == 1)
            .map(|(_, element)| element.name)
            .collect()
    };
    assert_eq!(
        marked("Attachment"),
        [
            "contentType",
            "creation",
            "hash",
            "language",
            "size",
            "title",
            "url"
        ]
    );
    assert_eq!(
        marked("Observation.component"),
        ["code", "modifierExtension", "value"]
    );
    assert_eq!(
        marked("DocumentReference.content"),
        ["attachment", "format", "modifierExtension"]
    );
    assert!(marked("Extension").is_empty() && marked("Narrative").is_empty());
    assert!(!marked("Patient").contains(&"text") && marked("Patient").contains(&"deceased"));
    for row in TYPES {
        let most = u64::MAX.checked_shr(64 - row.elements.len() as u32);
        assert_eq!(row.summary & !most.unwrap_or(0), 0, "{}", row.path);
    }
}

#[test]
fn an_element_that_repeats_another_has_no_row() {
    let (_, part, kind) = row("Parameters.parameter").member("part").unwrap();
    assert!(part.many);
    assert_eq!(
        kind,
        Kind::Complex(TypeId::of("Parameters.parameter").unwrap())
    );
    assert_eq!(row("Age").elements.len(), row("Quantity").elements.len());
}
