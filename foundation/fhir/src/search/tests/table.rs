use crate::definitions::{Kind, TypeId};
use crate::generated::search_parameters::PARAMETERS;

use super::super::{ParameterKind, parameters};
use super::parameter;

#[test]
fn no_parameter_is_hidden_by_the_order_of_the_table() {
    let key = |index: usize| (PARAMETERS[index].resource, PARAMETERS[index].code);
    for index in 1..PARAMETERS.len() {
        assert!(
            key(index - 1) < key(index),
            "{:?} is out of order",
            key(index)
        );
    }
    for row in PARAMETERS.iter().filter(|row| row.refusal.is_none()) {
        assert!(std::ptr::eq(
            parameter(row.resource, row.code).unwrap(),
            row
        ));
        assert!(!row.paths.is_empty(), "{}.{}", row.resource, row.code);
    }
}

#[test]
fn every_path_is_one_that_the_definitions_have() {
    for row in PARAMETERS {
        let of_all = matches!(row.resource, "Resource" | "DomainResource");
        let resource = if of_all { "Patient" } else { row.resource };
        for path in row.paths {
            let mut at = TypeId::of(resource).unwrap();
            for (index, step) in path.steps.iter().enumerate() {
                let (_, _, kind) = at.row().member(step).unwrap();
                match kind {
                    Kind::Complex(id) => at = id,
                    _ => assert!(
                        index + 1 == path.steps.len() || *step == "reference",
                        "{}.{}",
                        row.resource,
                        row.code
                    ),
                }
            }
        }
    }
}

#[test]
fn every_type_has_its_own_parameters_and_those_of_all() {
    for id in TypeId::resources() {
        let codes: Vec<_> = parameters(id.path())
            .map(|parameter| parameter.code)
            .collect();
        for common in [
            "_id",
            "_lastUpdated",
            "_profile",
            "_security",
            "_source",
            "_tag",
        ] {
            assert!(codes.contains(&common), "{} {common}", id.path());
        }
        assert!(!codes.contains(&"_text") && !codes.contains(&"_content"));
    }
    assert!(parameters("Patient").any(|parameter| parameter.code == "birthdate"));
    assert_eq!(
        parameter("Patient", "birthdate").unwrap().kind,
        ParameterKind::Date
    );
    assert!(
        parameter("Patient", "phonetic").is_none() && parameter("Patient", "Birthdate").is_none()
    );
}

/// What `cargo run -p xtask` printed: 1,708 parameters of types; composites, special
/// ones, full text, phonetics and two of Bundle are refused.
#[test]
fn no_parameter_is_lost_in_generation() {
    let refused = PARAMETERS
        .iter()
        .filter(|row| row.refusal.is_some())
        .count();
    assert_eq!((PARAMETERS.len() - refused, refused), (1624, 84));
    let composite = PARAMETERS
        .iter()
        .filter(|row| row.kind == ParameterKind::Composite)
        .count();
    assert_eq!(refused - composite, 12);
}
