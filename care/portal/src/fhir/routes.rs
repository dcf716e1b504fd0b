//! Every address of the FHIR API.

use axum::routing::on;

use super::operations::{appoint, break_glass, see_as, wishes};
use super::{
    Api, amend, audit, capability, create, everything, history, read, search, transaction, validate,
};
use crate::routes::{Route, route};

/// Every address of the FHIR API.
pub const ROUTES: &[Route<Api>] = &[
    route("POST", "/fhir", |method| {
        on(method, transaction::transaction)
    }),
    // Clients write the base address with and without a slash at its end.
    route("POST", "/fhir/", |method| {
        on(method, transaction::transaction)
    }),
    route("GET", "/fhir/metadata", |method| {
        on(method, capability::metadata)
    }),
    route("GET", "/fhir/Patient/{id}/$everything", |method| {
        on(method, everything::everything)
    }),
    route("POST", "/fhir/Patient/{id}/$break-glass", |method| {
        on(method, break_glass::declare)
    }),
    route("POST", "/fhir/Patient/{id}/$wishes", |method| {
        on(method, wishes::wish)
    }),
    route("POST", "/fhir/Patient/{id}/$appoint", |method| {
        on(method, appoint::appoint)
    }),
    route("GET", "/fhir/Patient/{id}/$appointed", |method| {
        on(method, appoint::appointed)
    }),
    route("POST", "/fhir/Patient/{id}/$see-as", |method| {
        on(method, see_as::see_as)
    }),
    route("GET", "/fhir/AuditEvent", |method| {
        on(method, audit::search)
    }),
    route("GET", "/fhir/{kind}", |method| on(method, search::search)),
    route("POST", "/fhir/{kind}", |method| on(method, create::create)),
    route("PATCH", "/fhir/{kind}", |method| {
        on(method, amend::patch_found)
    }),
    route("POST", "/fhir/{kind}/_search", |method| {
        on(method, search::search_by_post)
    }),
    route("GET", "/fhir/{kind}/_history", |method| {
        on(method, history::of_type)
    }),
    route("POST", "/fhir/{kind}/$validate", |method| {
        on(method, validate::validate)
    }),
    route("GET", "/fhir/{kind}/{id}", |method| on(method, read::read)),
    route("PUT", "/fhir/{kind}/{id}", |method| {
        on(method, amend::update)
    }),
    route("PATCH", "/fhir/{kind}/{id}", |method| {
        on(method, amend::patch)
    }),
    route("DELETE", "/fhir/{kind}/{id}", |method| {
        on(method, amend::delete)
    }),
    route("GET", "/fhir/{kind}/{id}/_history", |method| {
        on(method, history::of_instance)
    }),
    route("GET", "/fhir/{kind}/{id}/_history/{version}", |method| {
        on(method, read::vread)
    }),
];
