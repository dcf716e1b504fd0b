//! The keeper's figures, which it tells on its socket since it has no port of its own; and services that ended. By
//! hand, in the OpenMetrics text form: they are counted elsewhere, and only shown here.

use std::fmt::{Result, Write};

use hygie_record::notice::measures::{BOUNDS, Measures, Times};

/// How often a program of this home ended by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// `hygie-keeper` or `hygie-care`.
    pub program: String,
    /// `exit-3`, `signal-9`, or `start` when it did not get as far as serving.
    pub how: String,
    /// How often, since the launcher began.
    pub count: u64,
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) -> Result {
    writeln!(text, "# HELP {name} {help}.\n# TYPE {name} {kind}")
}

/// Prints the keeper's figures; of one that did not answer, only that.
pub(super) fn print(text: &mut String, measures: Option<&Measures>) -> Result {
    head(
        text,
        "hygie_keeper_up",
        "gauge",
        "1 when the keeper answered this very question",
    )?;
    writeln!(text, "hygie_keeper_up {}", u8::from(measures.is_some()))?;
    let Some(measures) = measures else {
        return Ok(());
    };
    let started = measures.started / 1_000;
    let gauges = [
        (
            "start_time_seconds",
            "When the keeper started, Unix time",
            started,
        ),
        (
            "recovered_events",
            "Events that the ledger's files lacked at the start",
            measures.recovered,
        ),
        (
            "waiting_requests",
            "Requests that wait for the keeper's writer",
            measures.waiting,
        ),
        (
            "ledger_lag_events",
            "Events that the ledger's files do not hold yet",
            measures.lag,
        ),
    ];
    for (name, help, value) in gauges {
        let name = format!("hygie_keeper_{name}");
        head(text, &name, "gauge", help)?;
        writeln!(text, "{name} {value}")?;
    }
    let counters = [
        (
            "events",
            "Openings and refusals written down",
            measures.events,
        ),
        (
            "checkpoints",
            "Checkpoints of the ledger signed",
            measures.checkpoints,
        ),
        ("unwraps", "Wrapped keys opened", measures.unwraps),
    ];
    for (name, help, value) in counters {
        let name = format!("hygie_keeper_{name}");
        head(text, &name, "counter", help)?;
        writeln!(text, "{name}_total {value}")?;
    }
    kinds(text, measures)?;
    histogram(
        text,
        "hygie_keeper_commit_seconds",
        "How long commits took: a group of requests and one fsync",
        &measures.commits,
    )
}

/// Prints what is counted by kind.
fn kinds(text: &mut String, measures: &Measures) -> Result {
    let (refusals, faults) = (measures.refusals.all(), measures.faults.all());
    let alarms = measures.alarms.all();
    let kinds: [(_, _, &[(_, _)]); 3] = [
        ("refusals", "Requests turned down, by kind", &refusals),
        (
            "faults",
            "Faults of disk, files and callers, by kind",
            &faults,
        ),
        (
            "alarms",
            "Alarms written down for the operator, by kind",
            &alarms,
        ),
    ];
    for (name, help, counts) in kinds {
        let name = format!("hygie_keeper_{name}");
        head(text, &name, "counter", help)?;
        for (kind, count) in counts {
            writeln!(text, "{name}_total{{kind=\"{kind}\"}} {count}")?;
        }
    }
    Ok(())
}

fn histogram(text: &mut String, name: &str, help: &str, times: &Times) -> Result {
    head(text, name, "histogram", help)?;
    writeln!(text, "{name}_sum {}", seconds(times.micros))?;
    writeln!(text, "{name}_count {}", times.count())?;
    let mut below = 0;
    for (count, bound) in times.buckets.iter().zip(BOUNDS) {
        below += count;
        let bound = seconds(bound);
        writeln!(text, "{name}_bucket{{le=\"{bound}\"}} {below}")?;
    }
    writeln!(text, "{name}_bucket{{le=\"+Inf\"}} {}", times.count())
}

fn seconds(micros: u64) -> f64 {
    std::time::Duration::from_micros(micros).as_secs_f64()
}

/// Prints how often services ended by themselves.
pub(super) fn print_ended(text: &mut String, ended: &[Ended]) -> Result {
    let name = "hygie_ended";
    head(
        text,
        name,
        "counter",
        "Services that ended by themselves and were started again, by program and how",
    )?;
    for Ended {
        program,
        how,
        count,
    } in ended
    {
        writeln!(
            text,
            "{name}_total{{program=\"{program}\",how=\"{how}\"}} {count}"
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    //! Failures covered: a figure that a scraper can't read; buckets that are not cumulative; a keeper that is away
    //! and shown as one without faults.
    #![allow(clippy::unwrap_used, reason = "tests")]

    use hygie_record::notice::measures::Measures;

    use super::{Ended, print, print_ended};

    #[test]
    fn a_figure_that_no_scraper_reads() {
        let mut measures = Measures {
            events: 7,
            ..Measures::default()
        };
        measures.commits.buckets[1] = 2;
        measures.commits.buckets[14] = 1;
        measures.commits.micros = 5_000_700;
        measures.faults.full = 3;
        measures.alarms.budget = 4;
        measures.refusals.suspended = 5;
        let mut text = String::new();
        print(&mut text, Some(&measures)).unwrap();
        let ended = Ended {
            program: "hygie-keeper".to_owned(),
            how: "exit-3".to_owned(),
            count: 2,
        };
        print_ended(&mut text, &[ended]).unwrap();
        for line in [
            "hygie_keeper_up 1",
            "hygie_keeper_events_total 7",
            "hygie_keeper_faults_total{kind=\"disk-full\"} 3",
            "hygie_keeper_alarms_total{kind=\"budget\"} 4",
            "hygie_keeper_alarms_total{kind=\"break-glass\"} 0",
            "hygie_keeper_refusals_total{kind=\"suspended\"} 5",
            "hygie_keeper_commit_seconds_sum 5.0007",
            "hygie_keeper_commit_seconds_count 3",
            "hygie_keeper_commit_seconds_bucket{le=\"0.00025\"} 0",
            "hygie_keeper_commit_seconds_bucket{le=\"0.0005\"} 2",
            "hygie_keeper_commit_seconds_bucket{le=\"2.048\"} 2",
            "hygie_keeper_commit_seconds_bucket{le=\"+Inf\"} 3",
            "hygie_ended_total{program=\"hygie-keeper\",how=\"exit-3\"} 2",
        ] {
            assert!(text.lines().any(|there| there == line), "{line}\n{text}");
        }
        let mut away = String::new();
        print(&mut away, None).unwrap();
        assert!(away.ends_with("hygie_keeper_up 0\n"), "{away}");
    }
}
