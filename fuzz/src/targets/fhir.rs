//! FHIR as it comes from anybody: resources, files of them, questions, patches.

use std::sync::OnceLock;

use hygie_fhir::bundle::{entries, ndjson};
use hygie_fhir::search::include::Include;
use hygie_fhir::search::sort::Sort;
use hygie_fhir::search::{Criterion, parameters, search_values};
use hygie_fhir::{
    Json, Limits, Patch, Resource, Subset, Target, check, patient_references, unresolved,
};

/// What the door allows, but smaller, so that a run stays short.
const LIMITS: Limits = Limits {
    bytes: 1 << 20,
    depth: 64,
    nodes: 100_000,
};

/// Resources of an invented person, one of each kind.
fn samples() -> &'static [Vec<u8>] {
    static SAMPLES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    SAMPLES.get_or_init(|| {
        let bundle = hygie_people_persons::person(1, 0);
        let found = entries(&bundle, &Limits::default()).expect("the generator prints Bundles");
        let mut kinds = Vec::new();
        let mut samples = Vec::new();
        for entry in found.entries {
            let resource = Resource::parse(entry.bytes, &Limits::default());
            let kind = resource.expect("the generator prints resources").kind();
            if !kinds.contains(&kind) && entry.bytes.len() < 4_000 {
                kinds.push(kind);
                samples.push(entry.bytes.to_vec());
            }
        }
        samples
    })
}

fn parsed() -> Vec<Resource> {
    samples()
        .iter()
        .map(|bytes| Resource::parse(bytes, &LIMITS).expect("it was parsed before"))
        .collect()
}

/// One resource: parsed, checked, searched, printed.
pub mod resource {
    use super::{
        Json, LIMITS, Resource, Subset, Target, check, hygie_subset, parameters,
        patient_references, samples, search_values, unresolved,
    };

    /// See the module.
    pub fn run(bytes: &[u8]) {
        if let Ok(json) = Json::parse(bytes, &LIMITS) {
            let printed = json.print();
            let again = Json::parse(&printed, &LIMITS).expect("what was printed can be read");
            assert!(again == json, "a value is not read as it was printed");
        }
        let Ok(resource) = Resource::parse(bytes, &LIMITS) else {
            return;
        };
        let _faults = check(&resource);
        let _faults = unresolved(&resource, |target| Target::of(target).kind().is_some());
        let _persons = patient_references(&resource);
        let _identifiers = resource.identifiers();
        for parameter in parameters(resource.kind()) {
            let _values = search_values(&resource, parameter);
        }
        if let Ok(summary) = Subset::parse(resource.kind(), "_summary", "true") {
            let _part = hygie_subset(&resource, &summary).print();
        }
        let again = Resource::parse(&resource.print(), &LIMITS).expect("it was printed");
        assert!(again.json() == resource.json());
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        samples().to_vec()
    }
}

use hygie_fhir::subset as hygie_subset;

/// A file of resources: each lies where it is said to lie.
pub mod bundle {
    use super::{LIMITS, entries, ndjson, samples};

    /// See the module.
    pub fn run(bytes: &[u8]) {
        let mut found = ndjson(bytes);
        if let Ok(read) = entries(bytes, &LIMITS) {
            found.extend(read.entries);
        }
        for entry in found {
            let at = usize::try_from(entry.offset).expect("it lies in the file");
            if !entry.bytes.is_empty() {
                assert_eq!(&bytes[at..at + entry.bytes.len()], entry.bytes);
            }
        }
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let resources: Vec<String> = samples()
            .iter()
            .take(3)
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
            .collect();
        let listed: Vec<String> = resources
            .iter()
            .map(|resource| format!(r#"{{"fullUrl":"urn:x","resource":{resource}}}"#))
            .collect();
        let bundle = format!(
            r#"{{"resourceType":"Bundle","type":"collection","entry":[{}]}}"#,
            listed.join(",")
        );
        vec![
            bundle.into_bytes(),
            resources.join("\n").into_bytes(),
            br#"{"resourceType":"Bundle","entry":[{}]}"#.to_vec(),
        ]
    }
}

/// A question: type, parameter and value on three lines.
pub mod search {
    use super::{Criterion, Include, Sort, Subset, parsed};

    /// See the module.
    pub fn run(bytes: &[u8]) {
        let Ok(text) = std::str::from_utf8(bytes) else {
            return;
        };
        let mut lines = text.splitn(3, '\n');
        let (Some(kind), Some(name), Some(value)) = (lines.next(), lines.next(), lines.next())
        else {
            return;
        };
        thread_local! {
            static RESOURCES: Vec<hygie_fhir::Resource> = parsed();
        }
        RESOURCES.with(|resources| {
            if let Ok(criterion) = Criterion::parse(kind, name, value) {
                for resource in resources {
                    let _fits = criterion.matches(resource);
                }
            }
            if let Ok(sort) = Sort::parse(kind, value) {
                for pair in resources.windows(2) {
                    let there = sort.compare(&pair[0], &pair[1]);
                    assert_eq!(there, sort.compare(&pair[1], &pair[0]).reverse());
                }
            }
            for reverse in [false, true] {
                if let Ok(include) = Include::parse(kind, value, reverse) {
                    for resource in resources {
                        let _targets = include.targets(resource);
                    }
                }
            }
            if let Ok(part) = Subset::parse(kind, name, value) {
                for resource in resources {
                    let _part = hygie_fhir::subset(resource, &part).print();
                }
            }
        });
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        [
            "Observation\ncode\nhttp://loinc.org|718-7,|x",
            "Observation\ndate\nge2020-02-29T10:00:00+02:00",
            "Observation\nvalue-quantity\nap5.40e-3|http://unitsofmeasure.org|g",
            "Observation\ncode:not\nx",
            "Observation\nsubject:Patient\nPatient/x",
            "Patient\nfamily:contains\nDu\\,pont",
            "Patient\nbirthdate:missing\ntrue",
            "Patient\n_sort\n-birthdate,family",
            "Condition\n_include\nCondition:subject:Patient",
            "Observation\n_elements\ncode,status",
            "Observation\n_summary\ntext",
            "Observation\n_lastUpdated\nlt2024",
        ]
        .map(|text| text.as_bytes().to_vec())
        .to_vec()
    }
}

/// A patch (JSON Patch, or Parameters with FHIRPath), on each sample.
pub mod patch {
    use super::{LIMITS, Patch, parsed};

    /// See the module.
    pub fn run(bytes: &[u8]) {
        let Ok(patch) = Patch::parse(bytes, &LIMITS) else {
            return;
        };
        let _members = patch.top_level();
        thread_local! {
            static RESOURCES: Vec<hygie_fhir::Resource> = parsed();
        }
        RESOURCES.with(|resources| {
            for resource in resources {
                let _patched = patch.apply(resource);
            }
        });
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let operation = |kind: &str, path: &str| {
            format!(
                r#"{{"resourceType":"Parameters","parameter":[{{"name":"operation","part":[{{"name":"type","valueCode":"{kind}"}},{{"name":"path","valueString":"{path}"}},{{"name":"name","valueString":"note"}},{{"name":"index","valueInteger":0}},{{"name":"value","valueString":"x"}}]}}]}}"#
            )
        };
        let mut seeds = vec![
            r#"[{"op":"replace","path":"/status","value":"final"},{"op":"test","path":"/id","value":"a"}]"#.to_owned(),
            r#"[{"op":"add","path":"/name/-","value":{"family":"x"}},{"op":"move","from":"/name/0","path":"/name/1"},{"op":"copy","from":"/a~1b","path":"/c~0d"},{"op":"remove","path":"/text"}]"#.to_owned(),
        ];
        for (kind, path) in [
            ("add", "Observation"),
            ("replace", "Observation.code.coding[0].code"),
            ("insert", "Patient.name.where(use = 'official').given"),
            ("delete", "Patient.name.first()"),
        ] {
            seeds.push(operation(kind, path));
        }
        seeds.into_iter().map(String::into_bytes).collect()
    }
}
