//! The synthetic records of the sample data: every resource is taken whole.

use hygie_fhir::{Limits, Resource, bundle, check};

use crate::shared;

#[test]
fn a_resource_of_the_sample_data_is_lost_or_refused() {
    let Some(folder) = shared::folder("sample data", "synthea") else {
        return;
    };
    let files = shared::json_files(&folder);
    assert_eq!(files.len(), 24);
    let limits = Limits::default();
    for (name, bytes) in &files {
        let whole = Resource::parse(bytes, &limits).unwrap();
        assert!(
            whole.print() == shared::compact(bytes),
            "{name}: printed otherwise"
        );
        assert_eq!(check(&whole), [], "{name}");
        let found = bundle::entries(bytes, &limits).unwrap();
        assert_eq!(found.broken, None);
        let entries = whole.json().get("entry").unwrap().as_array().unwrap();
        assert_eq!(found.entries.len(), entries.len());
        for (raw, entry) in found.entries.iter().zip(entries) {
            let resource = Resource::parse(raw.bytes, &limits).unwrap();
            assert!(resource.json() == entry.get("resource").unwrap());
            assert_eq!(
                raw.full_url.as_deref(),
                entry.get("fullUrl").and_then(|url| url.as_str())
            );
            let start = raw.offset as usize;
            assert!(bytes[start..start + raw.bytes.len()] == *raw.bytes);
            assert_eq!(check(&resource), [], "{name} at {start}");
        }
    }
}
