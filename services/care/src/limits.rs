//! How much care takes on at once, and how long it waits for whom.

use std::time::Duration;

use clap::Args;

use crate::serving::Bounds;

/// The settings of load; `hygie.toml` explains them.
#[derive(Debug, Clone, Copy, Args)]
pub struct Limits {
    /// Most requests at work at once.
    #[arg(long = "limits-requests", env = "HYGIE_LIMITS_REQUESTS", value_name = "N",
          default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    requests: u32,
    /// Most requests at work at once for one actor, or for one address that nobody is believed at.
    #[arg(long = "limits-requests-each", env = "HYGIE_LIMITS_REQUESTS_EACH", value_name = "N",
          default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    requests_each: u32,
    /// Most requests that wait for their turn.
    #[arg(long = "limits-waiting", env = "HYGIE_LIMITS_WAITING", value_name = "N",
          default_value_t = 1_024, value_parser = clap::value_parser!(u32).range(0..=65_536))]
    waiting: u32,
    /// Most requests of one actor or address that wait for their turn.
    #[arg(long = "limits-waiting-each", env = "HYGIE_LIMITS_WAITING_EACH", value_name = "N",
          default_value_t = 64, value_parser = clap::value_parser!(u32).range(0..=65_536))]
    waiting_each: u32,
    /// How long a request waits for its turn.
    #[arg(long = "limits-wait-seconds", env = "HYGIE_LIMITS_WAIT_SECONDS", value_name = "N",
          default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=30))]
    wait_seconds: u32,
    /// MiB of request and answer bodies in memory.
    #[arg(long = "limits-memory-mib", env = "HYGIE_LIMITS_MEMORY_MIB", value_name = "N",
          default_value_t = 1_024, value_parser = clap::value_parser!(u32).range(64..=1_048_576))]
    memory_mib: u32,
    /// MiB of opened records that stay in memory.
    #[arg(long = "limits-warm-mib", env = "HYGIE_LIMITS_WARM_MIB", value_name = "N",
          default_value_t = 288, value_parser = clap::value_parser!(u32).range(16..=1_048_576))]
    warm_mib: u32,
    /// Most connections at once.
    #[arg(long = "limits-connections", env = "HYGIE_LIMITS_CONNECTIONS", value_name = "N",
          default_value_t = 4_096, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    connections: u32,
    /// Most connections at once from one address.
    #[arg(long = "limits-connections-each", env = "HYGIE_LIMITS_CONNECTIONS_EACH", value_name = "N",
          default_value_t = 1_024, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    connections_each: u32,
    /// How long the head of a request may take.
    #[arg(long = "limits-header-seconds", env = "HYGIE_LIMITS_HEADER_SECONDS", value_name = "N",
          default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=600))]
    header_seconds: u32,
    /// How long a connection may stay without a request.
    #[arg(long = "limits-idle-seconds", env = "HYGIE_LIMITS_IDLE_SECONDS", value_name = "N",
          default_value_t = 75, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    idle_seconds: u32,
    /// How long a body that is sent or fetched may lag behind the rate below.
    #[arg(long = "limits-stall-seconds", env = "HYGIE_LIMITS_STALL_SECONDS", value_name = "N",
          default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=600))]
    stall_seconds: u32,
    /// The least bytes a second at which bodies are sent and fetched.
    #[arg(long = "limits-bytes-per-second", env = "HYGIE_LIMITS_BYTES_PER_SECOND", value_name = "N",
          default_value_t = 1_024, value_parser = clap::value_parser!(u32).range(1..=1_000_000_000))]
    bytes_per_second: u32,
    /// How long requests under way may take to end once the service is told to stop.
    #[arg(long = "limits-drain-seconds", env = "HYGIE_LIMITS_DRAIN_SECONDS", value_name = "N",
          default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=15))]
    drain_seconds: u32,
    /// How long the keeper may take to answer.
    #[arg(long = "limits-keeper-seconds", env = "HYGIE_LIMITS_KEEPER_SECONDS", value_name = "N",
          default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=30))]
    keeper_seconds: u32,
}

impl Limits {
    /// What holds for requests.
    pub fn requests(&self) -> hygie_portal::Limits {
        hygie_portal::Limits {
            requests: count(self.requests),
            requests_each: count(self.requests_each),
            waiting: count(self.waiting),
            waiting_each: count(self.waiting_each),
            wait: seconds(self.wait_seconds),
            memory: count(self.memory_mib) * 1024 * 1024,
            body_patience: seconds(self.stall_seconds),
            body_rate: self.bytes_per_second,
        }
    }

    /// What holds for connections.
    pub fn connections(&self) -> Bounds {
        Bounds {
            connections: count(self.connections),
            connections_each: count(self.connections_each),
            header: seconds(self.header_seconds),
            idle: seconds(self.idle_seconds),
            stall: seconds(self.stall_seconds),
            rate: self.bytes_per_second,
            drain: seconds(self.drain_seconds),
        }
    }

    /// How many bytes of opened records stay in memory.
    pub fn warm(&self) -> usize {
        count(self.warm_mib) * 1024 * 1024
    }

    /// How long the keeper may take to answer.
    pub fn keeper(&self) -> Duration {
        seconds(self.keeper_seconds)
    }
}

fn count(number: u32) -> usize {
    usize::try_from(number).expect("this machine's addresses have 32 bits or more")
}

fn seconds(number: u32) -> Duration {
    Duration::from_secs(u64::from(number))
}
