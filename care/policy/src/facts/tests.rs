//! Questions for tests that ask the rules without a request. Danger of its own: a sector, which an assertion may write as
//! long as it likes, that is remembered whole.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::decide::Dice;

/// What is asked about; records and items more often than the rest, for most rules speak of them.
const ON: [On; 13] = [
    On::Record,
    On::Record,
    On::Record,
    On::Entry,
    On::Entry,
    On::Mark(Mark::Masked),
    On::Mark(Mark::Unannounced),
    On::Mark(Mark::Secret),
    On::Trail,
    On::Directory,
    On::Roll,
    On::Account,
    On::Oppositions,
];
const SECTORS: [Option<&str>; 12] = [
    None,
    None,
    None,
    None,
    Some("SA01"),
    Some("SA07"),
    Some("SA23"),
    Some("SA66"),
    Some("SA44"),
    Some("SA13"),
    Some("SA45"),
    Some("SA48"),
];

impl Facts {
    /// Somebody asks something, of which nothing is true yet; mostly something that a rule speaks of.
    pub(crate) fn asked(dice: &mut Dice) -> Self {
        let kind = ActorKind::ALL[dice.below(ActorKind::ALL.len())];
        let on = ON[dice.below(ON.len())];
        let own = Purpose::ALL
            .into_iter()
            .filter(|purpose| kind.may_claim(*purpose));
        let own: Vec<Purpose> = own.collect();
        // The officer has none.
        let purpose = if own.is_empty() || dice.below(8) == 0 {
            Purpose::ALL[dice.below(Purpose::ALL.len())]
        } else {
            own[dice.below(own.len())]
        };
        let act = match on {
            On::Entry if dice.below(3) > 0 => [Act::Read, Act::Export, Act::Amend][dice.below(3)],
            On::Mark(_) if dice.below(4) > 0 => Act::Mask,
            On::Trail if dice.below(4) > 0 => Act::Account,
            _ => Act::ALL[dice.below(Act::ALL.len())],
        };
        Self {
            kind,
            act,
            purpose,
            on,
            sector: SECTORS[dice.below(SECTORS.len())].map(str::to_owned),
            true_ones: 0,
        }
    }

    /// Mostly asks what a policy (in Cedar's JSON) speaks of.
    pub(crate) fn lean_to(&mut self, policy: &serde_json::Value, dice: &mut Dice) {
        let named = |part: &str| policy[part].to_string();
        let (who, act, target) = (named("principal"), named("action"), named("resource"));
        let conditions = named("conditions");
        let quoted = |word: &str| format!("\"{word}\"");
        let kinds: Vec<ActorKind> = ActorKind::ALL
            .into_iter()
            .filter(|kind| {
                who.contains(&quoted(actor(*kind))) || conditions.contains(&quoted(actor(*kind)))
            })
            .collect();
        let acts: Vec<Act> = Act::ALL
            .into_iter()
            .filter(|one| act.contains(&quoted(one.word())))
            .collect();
        let on: Vec<On> = ON
            .into_iter()
            .filter(|on| {
                target.contains(&quoted(on.word())) || conditions.contains(&quoted(on.word()))
            })
            .collect();
        if !kinds.is_empty() && dice.below(8) > 0 {
            self.kind = kinds[dice.below(kinds.len())];
        }
        if !acts.is_empty() && dice.below(8) > 0 {
            self.act = acts[dice.below(acts.len())];
        }
        if !on.is_empty() && dice.below(8) > 0 {
            self.on = on[dice.below(on.len())];
        }
        let own: Vec<Purpose> = Purpose::ALL
            .into_iter()
            .filter(|purpose| self.kind.may_claim(*purpose))
            .collect();
        if !own.is_empty() && dice.below(12) > 0 {
            self.purpose = own[dice.below(own.len())];
        }
    }
}

#[test]
fn a_sector_longer_than_any_code_is_none_and_takes_no_room() {
    assert_eq!(bounded("SA07".to_owned()), "SA07");
    assert_eq!(bounded("S".repeat(SECTOR)), "S".repeat(SECTOR));
    let long = bounded("SA07".repeat(10_000));
    assert!(long.len() < 2 * SECTOR && !long.starts_with("SA07"));
}
