//! Failures covered: a request that panics and is answered by a broken connection, or counted nowhere.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::routing::get;
use tower::ServiceExt;

use super::dressed;
use crate::Metrics;

#[tokio::test]
async fn a_request_that_panics_is_answered_and_counted() {
    let metrics = Arc::new(Metrics::default());
    let panics = || async {
        let nothing = Vec::<&'static str>::new();
        nothing[0]
    };
    let routes = Router::new().route("/fhir/panics", get(panics));
    let app = dressed(routes, Vec::new(), Arc::clone(&metrics));
    let request = Request::get("/fhir/panics").body(Body::empty()).unwrap();
    let answer = app.oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(
        answer.headers()[header::CONTENT_TYPE],
        "application/fhir+json; charset=utf-8"
    );
    let figures = metrics.print(None, None, &[]);
    assert!(figures.contains("hygie_care_panics_total 1"), "{figures}");
    let counted = "hygie_care_http_requests_total{method=\"GET\",status=\"500\"} 1";
    assert!(figures.contains(counted), "{figures}");
}
