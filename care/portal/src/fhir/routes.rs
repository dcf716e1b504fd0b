//! What there is, one line a method and an address. The router is built out of this table, and the
//! tests ask every line of it for every kind of actor: no route can be without an answer to who may.

use std::sync::Arc;

use axum::Router;
use axum::routing::{MethodFilter, MethodRouter, on};

use super::{
    Api, amend, audit, capability, create, everything, history, read, search, transaction, validate,
};

/// One line: a method, an address, and what answers.
pub struct Route {
    /// The HTTP method: `GET`, which answers `HEAD` too, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// The address, with its variables in braces.
    pub path: &'static str,
    serve: fn(MethodFilter) -> MethodRouter<Arc<Api>>,
}

/// Every address of the FHIR API.
pub const ROUTES: &[Route] = &[
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

const fn route(
    method: &'static str,
    path: &'static str,
    serve: fn(MethodFilter) -> MethodRouter<Arc<Api>>,
) -> Route {
    Route {
        method,
        path,
        serve,
    }
}

/// The router of the table.
pub(super) fn routed() -> Router<Arc<Api>> {
    ROUTES.iter().fold(Router::new(), |router, route| {
        router.route(route.path, (route.serve)(filter(route.method)))
    })
}

/// The filter of a method's word.
pub(crate) fn filter(method: &str) -> MethodFilter {
    match method {
        "GET" => MethodFilter::GET,
        "POST" => MethodFilter::POST,
        "PUT" => MethodFilter::PUT,
        "PATCH" => MethodFilter::PATCH,
        "DELETE" => MethodFilter::DELETE,
        // Another word would serve nothing, and the test of every route would find it.
        _ => MethodFilter::TRACE,
    }
}
