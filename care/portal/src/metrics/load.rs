//! What is counted of load and of faults. Labels are words of this program, never of a client.

use std::sync::atomic::Ordering;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

type Label = [(&'static str, &'static str); 1];

/// Figures of load and faults.
#[derive(Debug, Default)]
pub struct Load {
    /// Requests being worked on.
    pub in_flight: Gauge,
    /// Requests waiting for their turn.
    pub waiting: Gauge,
    /// Bytes of request and answer bodies in memory.
    pub held: Gauge,
    /// Open connections of the public port.
    pub connections: Gauge,
    /// Requests that panicked; the log says where.
    pub panics: Counter,
    /// 1 while the process drains, else 0.
    pub draining: Gauge,
    shed: Family<Label, Counter>,
    turned_away: Family<Label, Counter>,
    cut: Family<Label, Counter>,
    faults: Family<Label, Counter>,
}

impl Load {
    /// With every series registered.
    pub(super) fn registered(registry: &mut Registry) -> Self {
        let load = Self::default();
        let gauges = [
            (
                "http_requests_in_flight",
                "Requests being worked on",
                &load.in_flight,
            ),
            (
                "http_requests_waiting",
                "Requests waiting for their turn",
                &load.waiting,
            ),
            (
                "http_body_bytes",
                "Bytes of request and answer bodies in memory",
                &load.held,
            ),
            (
                "http_connections",
                "Open connections of the public port",
                &load.connections,
            ),
            ("draining", "1 while the process drains", &load.draining),
        ];
        for (name, help, gauge) in gauges {
            registry.register(name, help, gauge.clone());
        }
        registry.register("panics", "Requests that panicked", load.panics.clone());
        let families = [
            (
                "http_requests_shed",
                "Requests refused unheard, by reason",
                &load.shed,
            ),
            (
                "http_connections_refused",
                "Connections turned away, by reason",
                &load.turned_away,
            ),
            (
                "http_connections_cut",
                "Connections ended by the server, by reason",
                &load.cut,
            ),
            (
                "faults",
                "Faults of keeper, store and clock, by kind",
                &load.faults,
            ),
        ];
        for (name, help, family) in families {
            registry.register(name, help, family.clone());
        }
        load
    }

    /// Counts a request that was refused unheard.
    pub fn shed(&self, reason: &'static str) {
        self.shed.get_or_create(&[("reason", reason)]).inc();
    }

    /// Counts a connection that was turned away.
    pub fn turned_away(&self, reason: &'static str) {
        self.turned_away.get_or_create(&[("reason", reason)]).inc();
    }

    /// Counts a connection that the server ended.
    pub fn cut(&self, reason: &'static str) {
        self.cut.get_or_create(&[("reason", reason)]).inc();
    }

    /// Says how many faults of a kind there were since the start.
    pub fn faults(&self, kind: &'static str, count: u64) {
        let counter = self.faults.get_or_create(&[("kind", kind)]);
        counter.inner().store(count, Ordering::Relaxed);
    }
}
