//! The settings of load: the table `[limits]` of the file. What is not said is care's own default.

use std::fmt;
use std::str::FromStr;

use clap::Args;
use serde::Deserialize;

/// A whole number within its bounds, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u64")]
pub struct Within<const LEAST: u64, const MOST: u64>(u64);

impl<const LEAST: u64, const MOST: u64> TryFrom<u64> for Within<LEAST, MOST> {
    type Error = String;

    fn try_from(number: u64) -> Result<Self, String> {
        if (LEAST..=MOST).contains(&number) {
            Ok(Self(number))
        } else {
            Err(format!("{number} is not within {LEAST} and {MOST}"))
        }
    }
}

impl<const LEAST: u64, const MOST: u64> FromStr for Within<LEAST, MOST> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number: u64 = text
            .parse()
            .map_err(|_| format!("it is a whole number within {LEAST} and {MOST}"))?;
        number.try_into()
    }
}

impl<const LEAST: u64, const MOST: u64> fmt::Display for Within<LEAST, MOST> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One list of the settings: name, option, variable, bounds, and what it says.
macro_rules! limits {
    ($($name:ident $id:literal $option:literal $variable:literal $least:literal..=$most:literal $help:literal)*) => {
        /// How much care takes on at once, and how long it waits for whom.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Limits {
            $(
                #[doc = $help]
                #[arg(id = $id, long = $option, env = $variable, value_name = "N")]
                pub $name: Option<Within<$least, $most>>,
            )*
        }

        impl Limits {
            /// The variables of these settings.
            pub const VARIABLES: &[&str] = &[$($variable),*];

            /// What is said here, else what is said there.
            #[must_use]
            pub fn or(self, other: Self) -> Self {
                Self { $($name: self.$name.or(other.$name)),* }
            }

            /// As words of care's command line.
            pub fn words(&self) -> Vec<String> {
                let mut words = Vec::new();
                $(
                    if let Some(value) = self.$name {
                        words.push(format!("--{}={value}", $option));
                    }
                )*
                words
            }
        }
    };
}

limits! {
    requests "limits_requests" "limits-requests" "HYGIE_LIMITS_REQUESTS" 1..=65_536
        "Most requests at work at once"
    requests_each "limits_requests_each" "limits-requests-each" "HYGIE_LIMITS_REQUESTS_EACH" 1..=65_536
        "Most requests at work at once for one actor, or one address"
    waiting "limits_waiting" "limits-waiting" "HYGIE_LIMITS_WAITING" 0..=65_536
        "Most requests that wait for their turn"
    waiting_each "limits_waiting_each" "limits-waiting-each" "HYGIE_LIMITS_WAITING_EACH" 0..=65_536
        "Most requests of one actor or address that wait for their turn"
    wait_seconds "limits_wait_seconds" "limits-wait-seconds" "HYGIE_LIMITS_WAIT_SECONDS" 1..=30
        "How long a request waits for its turn"
    memory_mib "limits_memory_mib" "limits-memory-mib" "HYGIE_LIMITS_MEMORY_MIB" 64..=1_048_576
        "MiB of request and answer bodies in memory"
    warm_mib "limits_warm_mib" "limits-warm-mib" "HYGIE_LIMITS_WARM_MIB" 16..=1_048_576
        "MiB of opened records that stay in memory"
    connections "limits_connections" "limits-connections" "HYGIE_LIMITS_CONNECTIONS" 1..=1_000_000
        "Most connections at once"
    connections_each "limits_connections_each" "limits-connections-each" "HYGIE_LIMITS_CONNECTIONS_EACH" 1..=1_000_000
        "Most connections at once from one address"
    header_seconds "limits_header_seconds" "limits-header-seconds" "HYGIE_LIMITS_HEADER_SECONDS" 1..=600
        "How long the head of a request may take"
    idle_seconds "limits_idle_seconds" "limits-idle-seconds" "HYGIE_LIMITS_IDLE_SECONDS" 1..=3_600
        "How long a connection may stay without a request"
    stall_seconds "limits_stall_seconds" "limits-stall-seconds" "HYGIE_LIMITS_STALL_SECONDS" 1..=600
        "How long a body that is sent or fetched may lag behind the least rate"
    bytes_per_second "limits_bytes_per_second" "limits-bytes-per-second" "HYGIE_LIMITS_BYTES_PER_SECOND" 1..=1_000_000_000
        "The least rate at which bodies are sent and fetched"
    drain_seconds "limits_drain_seconds" "limits-drain-seconds" "HYGIE_LIMITS_DRAIN_SECONDS" 1..=15
        "How long requests under way may take to end when the service stops"
    keeper_seconds "limits_keeper_seconds" "limits-keeper-seconds" "HYGIE_LIMITS_KEEPER_SECONDS" 1..=30
        "How long the keeper may take to answer"
}
