//! Failures covered: many leaves proved at once against a root that is not RFC 6962's, as another implementation knows it; a
//! proof that is accepted for another leaf, index or root, or with a hash changed, missing, added or moved; parts of a
//! proof that do not make the whole.
//! Not failures: that fewer leaves of the same log, with a cover of their own, verify too; that a root does not tell its
//! size by itself, which is why a checkpoint signs both.

use std::collections::BTreeSet;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use hygie_ledger::{Error, Log, Memory, verify};
use proptest::prelude::*;
use sha2::Sha256;

use crate::merkle::oracle;
use crate::{entries, entry, log_of, signer};

/// Sizes at and around the borders of tiles, and one whose tree has three levels of tiles.
const SIZES: [u64; 12] = [1, 2, 3, 7, 255, 256, 257, 511, 512, 1000, 4096, 66_000];

fn log(size: u64) -> Log<Memory> {
    Log::open(log_of(size), signer()).unwrap()
}

/// Some indices below `size`, by a generator that is the same each time.
fn some(size: u64, seed: u64) -> Vec<u64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let count = next() % 40;
    let picked: BTreeSet<u64> = (0..count).map(|_| next() % size).collect();
    picked.into_iter().collect()
}

fn leaves(indices: &[u64]) -> Vec<(u64, [u8; 32])> {
    let leaf = |index: &u64| (*index, verify::leaf_hash(&entry(*index)));
    indices.iter().map(leaf).collect()
}

fn root(oracle: &MemoryBackedTree<Sha256, Vec<u8>>) -> [u8; 32] {
    oracle.root().as_bytes()[..].try_into().unwrap()
}

#[test]
fn many_leaves_at_once_lead_to_a_root_that_another_implementation_does_not_know() {
    let mut covers = 0;
    for size in SIZES {
        let log = log(size);
        let root = root(&oracle(&entries(0..size)));
        let every: Vec<u64> = (0..size.min(300)).collect();
        let picked = (0..20).map(|seed| some(size, seed));
        for indices in picked.chain([vec![], vec![0], vec![size - 1], every]) {
            let cover = log.cover(0..size, &indices).unwrap();
            verify::inclusions(&leaves(&indices), size, &cover, &root).unwrap();
            // Asked for in parts, it is the same.
            let half = indices.len() / 2;
            let middle = indices.get(half).map_or(0, |index| index + 1);
            let first = &indices[..indices.len().min(half + 1)];
            let mut parts = log.cover(0..middle, first).unwrap();
            parts.extend(log.cover(middle..size, &indices[first.len()..]).unwrap());
            assert_eq!(parts, cover);
            covers += 1;
        }
    }
    println!("ledger: {covers} covers, each against another implementation's root");
}

#[test]
fn a_cover_around_one_leaf_is_not_its_path() {
    // In a tree without a ragged edge the two hold the same hashes, in another order.
    for size in [256, 4096] {
        let (log, oracle) = (log(size), oracle(&entries(0..size)));
        for index in [0, 1, 17, 128, size - 1] {
            let cover: BTreeSet<_> = log.cover(0..size, &[index]).unwrap().into_iter().collect();
            let place = usize::try_from(index).unwrap();
            let proof = oracle.prove_inclusion(place);
            let path: BTreeSet<[u8; 32]> = proof
                .as_bytes()
                .chunks(32)
                .map(|hash| hash.try_into().unwrap())
                .collect();
            assert_eq!(cover, path, "{index} of {size}");
        }
    }
}

#[test]
fn a_question_that_makes_no_sense_is_answered() {
    let log = log(300);
    assert!(matches!(
        log.cover(0..301, &[]),
        Err(Error::OutOfRange {
            asked: 301,
            size: 300
        })
    ));
    for (span, indices) in [
        (0..300, vec![5, 5]),
        (0..300, vec![6, 5]),
        (0..300, vec![300]),
        (10..20, vec![9]),
        (10..20, vec![20]),
    ] {
        let refused = log.cover(span, &indices);
        assert!(
            matches!(refused, Err(Error::ProofRefused { .. })),
            "{refused:?}"
        );
    }
    let nothing = verify::inclusions(&[], 0, &[], &[0; 32]);
    assert!(matches!(nothing, Err(Error::ProofRefused { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_changed_cover_is_accepted(size in 2u64..600, seed: u64, at: prop::sample::Index, what in 0usize..8) {
        let log = log(size);
        let mut indices = some(size, seed);
        if indices.is_empty() {
            indices.push(size / 2);
        }
        let mut proved = leaves(&indices);
        let (mut cover, mut of, mut root) = (log.cover(0..size, &indices).unwrap(), size, log.root());
        prop_assert!(verify::inclusions(&proved, of, &cover, &root).is_ok());
        let leaf = at.index(proved.len());
        let hash = at.index(cover.len().max(1));
        match what {
            0 => proved[leaf].1[7] ^= 1,
            1 => proved[leaf].0 ^= 1,
            2 => { proved.remove(leaf); }
            3 => of = *indices.last().unwrap(),
            4 => root[31] ^= 128,
            5 => cover.push([0; 32]),
            6 if cover.len() > 1 => cover.rotate_left(1),
            _ if cover.is_empty() => cover.push(root),
            _ => { cover.remove(hash); }
        }
        prop_assert!(verify::inclusions(&proved, of, &cover, &root).is_err());
    }
}
