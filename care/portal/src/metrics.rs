mod keeper;
mod letters;
mod load;

use std::fmt;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use hygie_letters::Figures;
use hygie_record::notice::measures::Measures;

pub use keeper::Ended;
pub use load::Load;

/// What is counted of the requests: nothing that tells of a person.
pub struct Metrics {
    registry: Registry,
    requests: Family<Vec<(String, String)>, Counter>,
    seconds: Histogram,
    load: Load,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics(…)")
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let requests = Family::default();
        // From half a millisecond to sixteen seconds.
        let seconds = Histogram::new(exponential_buckets(0.0005, 2.0, 16));
        let mut registry = Registry::with_prefix("hygie_care");
        registry.register(
            "http_requests",
            "Requests answered, by method and status",
            requests.clone(),
        );
        registry.register(
            "http_request_seconds",
            "Time from the request's arrival to its answer, in seconds",
            seconds.clone(),
        );
        Self {
            load: Load::registered(&mut registry),
            registry,
            requests,
            seconds,
        }
    }
}

impl Metrics {
    /// Counts one answered request.
    pub fn observe(&self, method: &Method, status: StatusCode, elapsed: Duration) {
        // A client can make methods up; the series must not grow with his fancy.
        let method = match *method {
            Method::GET
            | Method::HEAD
            | Method::POST
            | Method::PUT
            | Method::PATCH
            | Method::DELETE => method.as_str(),
            _ => "other",
        };
        let labels = vec![
            ("method".to_owned(), method.to_owned()),
            ("status".to_owned(), status.as_str().to_owned()),
        ];
        self.requests.get_or_create(&labels).inc();
        self.seconds.observe(elapsed.as_secs_f64());
    }

    /// The figures of load and faults.
    pub fn load(&self) -> &Load {
        &self.load
    }

    /// All figures, in the OpenMetrics text form: care's own, those of letters where any are sent, the keeper's where
    /// it answered, and how often services ended by themselves.
    pub fn print(
        &self,
        letters: Option<&Figures>,
        keeper: Option<&Measures>,
        ended: &[Ended],
    ) -> String {
        let mut text = String::new();
        let written = encode_registry(&mut text, &self.registry)
            .and_then(|()| letters.map_or(Ok(()), |figures| letters::print(&mut text, figures)))
            .and_then(|()| keeper::print(&mut text, keeper))
            .and_then(|()| keeper::print_ended(&mut text, ended))
            .and_then(|()| encode_eof(&mut text));
        written.expect("writing to memory succeeds");
        text
    }
}
