//! Dangers: an agent who looks at what he recorded himself; a share that is another than was set; a record that is looked
//! at for ever, or counted twice; a history that says one thing to the queue and another to the operator.
//! Not a failure: a share that differs a little from what was set, as chance does.

use std::collections::BTreeMap;

use hygie_record::notice::{PersonId, SystemEntropy};
use proptest::prelude::*;

use super::{Found, Listed, Recorded, TRIES, count, is_drawn, listed};
use crate::page::News;

fn recorded(agent: u8, sampled: bool) -> Recorded {
    Recorded {
        page: PersonId::random(&SystemEntropy),
        line: 0,
        agent: format!("agent-{agent}"),
        receipt: "ABCD-EFGH-JKMN".to_owned(),
        opposes: true,
        sampled,
    }
}

fn some_found() -> impl Strategy<Value = Found> {
    prop_oneof![
        Just(Found::Confirmed),
        Just(Found::NotConfirmed),
        Just(Found::NotReached),
        Just(Found::Lapsed),
    ]
}

/// Who recorded, and then who looked and what he found, as far as the rules let him.
fn history(
    records: &[(u8, bool)],
    looks: &[(usize, u8, Found)],
) -> (Vec<(u64, News)>, Vec<Listed>) {
    let mut news: Vec<(u64, News)> = Vec::new();
    for (agent, sampled) in records {
        news.push((0, News::Recorded(recorded(*agent, *sampled))));
    }
    for (at, (place, agent, found)) in (1..).zip(looks) {
        let place = place % records.len();
        let agent = format!("agent-{agent}");
        if listed(&news)[place].is_for(&agent) {
            let place = u32::try_from(place).unwrap_or_default();
            let look = News::LookedAt {
                place,
                agent,
                found: *found,
            };
            news.push((at, look));
        }
    }
    let all = listed(&news);
    (news, all)
}

proptest! {
    #[test]
    fn nobody_looks_at_his_own_and_nothing_is_looked_at_for_ever(
        records in prop::collection::vec((0_u8..4, any::<bool>()), 1..12),
        looks in prop::collection::vec((0_usize..12, 0_u8..4, some_found()), 0..80),
    ) {
        let (_, all) = history(&records, &looks);
        for one in &all {
            let own = |look: &(String, u64, Found)| look.0 == one.recorded.agent;
            prop_assert!(!one.looks.iter().any(own));
            prop_assert!(one.recorded.sampled || one.looks.is_empty());
            prop_assert!(one.looks.len() <= usize::from(TRIES));
            let last = one.looks.len().saturating_sub(1);
            for (place, look) in one.looks.iter().enumerate() {
                // What ends it ends it: nothing comes behind.
                prop_assert!(look.2 == Found::NotReached || place == last);
            }
        }
    }

    #[test]
    fn the_operators_counts_add_up(
        records in prop::collection::vec((0_u8..4, any::<bool>()), 1..12),
        looks in prop::collection::vec((0_usize..12, 0_u8..4, some_found()), 0..80),
    ) {
        let (_, all) = history(&records, &looks);
        let mut agents = BTreeMap::new();
        for one in &all {
            count(&mut agents, one);
        }
        let lapsed = all.iter().filter(|one| one.over() == Some(Found::Lapsed)).count();
        let counted: u64 = agents.values().map(|agent| agent.recorded).sum();
        prop_assert_eq!(counted, u64::try_from(all.len() - lapsed).unwrap_or_default());
        for agent in agents.values() {
            let ends = agent.confirmed + agent.not_confirmed + agent.not_reached;
            prop_assert_eq!(agent.sampled, ends + agent.waiting);
            prop_assert!(agent.sampled <= agent.recorded);
        }
        let looked: u64 = agents.values().map(|agent| agent.looked_at).sum();
        let looks: usize = all.iter().map(|one| one.looks.len()).sum();
        prop_assert_eq!(looked, u64::try_from(looks).unwrap_or_default());
    }

    #[test]
    fn the_share_is_the_one_that_was_set(one_in in 1_u32..40, seed in any::<u64>()) {
        // A sequence without a pattern of its own (SplitMix64).
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ (mixed >> 31)
        };
        let tries = 20_000_u32;
        let mut drawn = 0_u32;
        for _ in 0..tries {
            drawn += u32::from(is_drawn(next(), one_in));
        }
        let share = 1.0 / f64::from(one_in);
        // Six standard deviations: one seed in a billion is beyond.
        let play = 6.0 * (share * (1.0 - share) * f64::from(tries)).sqrt();
        let off = (f64::from(drawn) - share * f64::from(tries)).abs();
        prop_assert!(off <= play, "{drawn} of {tries}, one in {one_in}");
        prop_assert!(!is_drawn(next(), 0));
    }
}
