//! Failures covered: fewer shares than the threshold, or foreign ones, that give a secret; enough of them that
//! give none; a share of two spellings.
//! Not a failure: which of several splittings of one key is used.
#![allow(clippy::unwrap_used, reason = "tests")]

use hygie_notice::{PersonId, SystemEntropy};
use proptest::prelude::*;

use super::*;
use crate::shamir::split;

fn shares(part: &Part, secret: &[u8], threshold: u8, of: usize, set: u8) -> Vec<Share> {
    let check = part.check(secret);
    let bytes = split(secret, threshold, of, &SystemEntropy);
    let numbered = bytes.into_iter().zip(1..);
    numbered
        .map(|(bytes, index)| Share {
            part: part.clone(),
            custodian: format!("keeper-{index}"),
            threshold,
            check,
            set: [set; 16],
            index,
            bytes,
        })
        .collect()
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![
        Just(Part::Root),
        any::<u32>().prop_map(Part::Epoch),
        Just(Part::Record(PersonId::random(&SystemEntropy))),
        Just(Part::Trail(PersonId::random(&SystemEntropy))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn too_few_or_foreign_shares_give_a_secret(
        part in part(),
        secret in proptest::collection::vec(any::<u8>(), 1..=64),
        (of, threshold) in (1_usize..=12).prop_flat_map(|of| (Just(of), 1..=of)),
        order in any::<u64>(),
    ) {
        let k = u8::try_from(threshold).unwrap();
        let mut all = shares(&part, &secret, k, of, 1);
        // Any k of them, in any order.
        let turn = usize::try_from(order % 64).unwrap() % of;
        all.rotate_left(turn);
        if order % 2 == 0 {
            all.reverse();
        }
        let check = part.check(&secret);
        let enough = reassemble(&part, &check, &all[..threshold]).unwrap();
        prop_assert_eq!(enough.as_slice(), secret.as_slice());
        let few = &all[..threshold - 1];
        prop_assert!(reassemble(&part, &check, few).is_err());
        // One of another splitting of the same secret, and one of another secret, do not help out.
        let mut mixed = few.to_vec();
        mixed.push(shares(&part, &secret, k, of, 2).remove(of - 1));
        prop_assert!(threshold == 1 || reassemble(&part, &check, &mixed).is_err());
        let other: Vec<u8> = secret.iter().map(|byte| byte ^ 0xff).collect();
        let mut mixed = few.to_vec();
        mixed.push(shares(&part, &other, k, of, 1).remove(of - 1));
        prop_assert!(reassemble(&part, &check, &mixed).is_err());
        prop_assert!(refuse_foreign(&mixed, &[(part.clone(), check)]).is_err());
        // Nor does one that was altered.
        let mut altered = all[..threshold].to_vec();
        altered[0].bytes[0] ^= 1;
        prop_assert!(matches!(reassemble(&part, &check, &altered), Err(Error::SharesBroken(_))));
        // Fewer than k, taken for k, give something else.
        if threshold > 1 {
            let lying: Vec<(u8, &[u8])> =
                few.iter().map(|share| (share.index, share.bytes.as_slice())).collect();
            let guess = crate::shamir::combine(&lying);
            prop_assert!(guess.is_none_or(|guess| part.check(&guess) != check));
        }
    }

    #[test]
    fn a_share_has_two_spellings(
        part in part(),
        secret in proptest::collection::vec(any::<u8>(), 1..=64),
        at in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        for share in shares(&part, &secret, 2, 3, 7) {
            let text = share.text();
            let read = Share::parse(&text).unwrap();
            prop_assert!(read == share);
            let mut bytes = text.as_bytes().to_vec();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            if let Ok(Ok(other)) = String::from_utf8(bytes).map(|text| Share::parse(&text)) {
                prop_assert!(other != share);
            }
            prop_assert!(Share::parse(text.trim_end()).is_err());
        }
    }
}
