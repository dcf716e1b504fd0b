//! A figure with all that is needed to judge it, and how figures are shown.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::peers::Peer;
use crate::process::Cost;
use crate::statistics::{median, spread};

/// One figure.
#[derive(Debug)]
pub struct Figure {
    /// `measure/what`.
    pub name: String,
    /// Median of the runs.
    pub value: f64,
    /// Of the value.
    pub unit: &'static str,
    /// What was done.
    pub work: String,
    /// Each run's value.
    pub runs: Vec<f64>,
    /// What others reach.
    pub peers: Vec<Peer>,
    /// Where processor time went, per piece of work, in the middle run.
    pub cost: Option<Cost>,
}

impl Figure {
    /// The median of these runs.
    pub fn new(name: &str, unit: &'static str, work: &str, runs: Vec<f64>) -> Self {
        Self {
            name: name.to_owned(),
            value: median(&runs),
            unit,
            work: work.to_owned(),
            runs,
            peers: Vec::new(),
            cost: None,
        }
    }

    /// Beside somebody else's.
    pub fn beside(mut self, peers: &[Peer]) -> Self {
        self.peers.extend(peers);
        self
    }

    /// With what it cost.
    pub fn costing(mut self, costs: &[Cost]) -> Self {
        self.cost = Cost::middle(costs);
        self
    }

    fn json(&self) -> Value {
        let peer =
            |peer: &Peer| json!({ "name": peer.name, "value": peer.value, "source": peer.source });
        let mut value = json!({
            "name": self.name,
            "value": rounded(self.value),
            "unit": self.unit,
            "work": self.work,
            "runs": self.runs.iter().map(|run| rounded(*run)).collect::<Vec<_>>(),
            "spread_percent": rounded(spread(&self.runs)),
            "peer": self.peers.first().map(peer),
        });
        if self.peers.len() > 1 {
            value["more_peers"] = self.peers[1..].iter().map(peer).collect();
        }
        if let Some(cost) = &self.cost {
            value["cost"] = cost.json();
        }
        value
    }
}

/// All figures as one array.
pub fn json(figures: &[Figure]) -> Value {
    figures.iter().map(Figure::json).collect()
}

/// All figures for people.
pub fn table(figures: &[Figure]) -> String {
    let mut text = format!(
        "{:<38} {:>10} {:<12} {:>7}  {:>6} {:>6} {:>6} {:>7} {:>5} {:>6}  peer (other run, or published)\n",
        "figure",
        "value",
        "unit",
        "spread",
        "care",
        "keeper",
        "client",
        "at most",
        "idle",
        "others"
    );
    for figure in figures {
        let cost = figure.cost.as_ref().map_or_else(
            || {
                format!(
                    "{:>6} {:>6} {:>6} {:>7} {:>5} {:>6}",
                    "", "", "", "", "", ""
                )
            },
            Cost::columns,
        );
        let peers: Vec<String> = figure
            .peers
            .iter()
            .map(|peer| format!("{} {}", peer.name, shown(peer.value)))
            .collect();
        // One run has no spread, and that is not the same as a spread of nothing.
        let apart = match figure.runs.len() {
            0 | 1 => String::new(),
            _ => format!("{:.0}%", spread(&figure.runs)),
        };
        let line = format!(
            "{:<38} {:>10} {:<12} {apart:>7}  {cost}  {}",
            figure.name,
            shown(figure.value),
            figure.unit,
            peers.join("; "),
        );
        writeln!(text, "{}", line.trim_end()).expect("writing to memory succeeds");
    }
    text.push_str(
        "spread: (greatest - smallest) / median of the runs. care, keeper, client: processor time in microseconds per\n\
         piece of work; at most: pieces a second if all cores did nothing else; idle, others: share of the cores that\n\
         nobody used, or that somebody else used, in percent.\n",
    );
    text
}

/// Three digits that count, and no more than the whole number where it is large.
fn shown(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Three decimals: the rest is noise.
fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}
