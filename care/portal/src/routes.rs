//! What there is, one line a method and an address. Each router is built out of such a table, and the
//! tests ask every line of it for every kind of actor: no route can be without an answer to who may.

use std::sync::Arc;

use axum::Router;
use axum::routing::{MethodFilter, MethodRouter};

/// One line: a method, an address, and what answers there.
pub struct Route<S> {
    /// The HTTP method: `GET`, which answers `HEAD` too, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// The address, with its variables in braces.
    pub path: &'static str,
    serve: fn(MethodFilter) -> MethodRouter<Arc<S>>,
}

pub(crate) const fn route<S>(
    method: &'static str,
    path: &'static str,
    serve: fn(MethodFilter) -> MethodRouter<Arc<S>>,
) -> Route<S> {
    Route {
        method,
        path,
        serve,
    }
}

/// The router of a table.
pub(crate) fn routed<S: Send + Sync + 'static>(table: &[Route<S>]) -> Router<Arc<S>> {
    table.iter().fold(Router::new(), |router, route| {
        router.route(route.path, (route.serve)(filter(route.method)))
    })
}

/// The filter of a method's word.
fn filter(method: &str) -> MethodFilter {
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
