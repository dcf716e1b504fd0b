//! Who a request counts for, before anything is done for it.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::{ConnectInfo, Request};
use axum::http::header;
use hygie_record::Record;
use hygie_record::notice::ActorKind;

/// How many believed tokens are remembered, twice: a full half becomes the older one.
const REMEMBERED: usize = 8_192;

/// Who has a share of the load: an actor whose token is believed, else where the request comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Who {
    /// An actor, by role and id.
    Actor(ActorKind, String),
    /// A source address; of IPv6 the network of 64 bits, which one subscriber has.
    Address(IpAddr),
    /// The operator, at his own socket.
    Operator,
    /// A caller within the process, which only tests are.
    Nobody,
}

impl Who {
    /// The share of an address.
    pub fn at(address: IpAddr) -> Self {
        Self::Address(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(long) => long.to_ipv4_mapped().map_or_else(
                || {
                    let [a, b, c, d, ..] = long.segments();
                    IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
                },
                IpAddr::V4,
            ),
        })
    }
}

/// Whose tokens were believed, by the token's hash, so that a signature is not checked a second time
/// only to know who waits. Nothing is decided by it: the request is still believed or not on its own.
#[derive(Default)]
pub struct Believed(Mutex<Halves>);

#[derive(Default)]
struct Halves {
    newer: HashMap<[u8; 32], Who>,
    older: HashMap<[u8; 32], Who>,
}

impl Believed {
    /// Who sends this request.
    pub fn who(&self, record: &Record, request: &Request) -> Who {
        let token = request
            .headers()
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        let actor = token.and_then(|token| self.actor(record, token));
        actor.unwrap_or_else(|| {
            let address = request.extensions().get::<ConnectInfo<SocketAddr>>();
            address.map_or(Who::Nobody, |ConnectInfo(address)| Who::at(address.ip()))
        })
    }

    fn actor(&self, record: &Record, token: &str) -> Option<Who> {
        let hash: [u8; 32] = digest(&SHA256, token.as_bytes())
            .as_ref()
            .try_into()
            .expect("SHA-256 gives 32 bytes");
        let known = {
            let halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let known = halves.newer.get(&hash).or_else(|| halves.older.get(&hash));
            known.cloned()
        };
        if known.is_some() {
            return known;
        }
        let actor = record.caller(token, None).ok()?.actor;
        let who = Who::Actor(actor.kind, actor.id);
        let mut halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if halves.newer.len() >= REMEMBERED {
            halves.older = std::mem::take(&mut halves.newer);
        }
        halves.newer.insert(hash, who.clone());
        Some(who)
    }
}

#[cfg(test)]
mod tests {
    //! Failures covered: one subscriber with a network of addresses who counts as many.
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::Who;

    #[test]
    fn a_network_of_one_subscriber_is_one() {
        let at = |text: &str| Who::at(text.parse().unwrap());
        assert_eq!(at("2001:db8:1:2::1"), at("2001:db8:1:2:ffff::9"));
        assert_ne!(at("2001:db8:1:2::1"), at("2001:db8:1:3::1"));
        assert_eq!(at("::ffff:192.0.2.1"), at("192.0.2.1"));
        assert_ne!(at("192.0.2.1"), at("192.0.2.2"));
    }
}
