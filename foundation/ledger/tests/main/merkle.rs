//! Failures covered: a root or a proof that differs from RFC 6962's, or from another implementation's; a proof that
//! is accepted for another leaf, place, size or root.
//! Figures: the eight reference leaves of Certificate Transparency with their roots and proofs.
//! Not a failure: a consistency proof from the empty log, which is empty.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use hygie_ledger::{Error, Log, Memory, verify};
use proptest::prelude::*;
use sha2::Sha256;

use crate::{entries, hex, log_of, signer};

const LEAVES: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];

const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

pub fn oracle(entries: &[Vec<u8>]) -> MemoryBackedTree<Sha256, Vec<u8>> {
    let mut tree = MemoryBackedTree::new();
    entries.iter().for_each(|entry| tree.push(entry.clone()));
    tree
}

fn leaf_log(count: usize) -> Log<Memory> {
    let mut log = Log::create(Memory::default(), signer()).unwrap();
    log.append(
        &LEAVES[..count]
            .iter()
            .map(|leaf| hex(leaf))
            .collect::<Vec<_>>(),
    )
    .unwrap();
    log
}

#[test]
fn roots_are_those_of_certificate_transparency() {
    for (count, root) in ROOTS.iter().enumerate() {
        assert_eq!(leaf_log(count).root()[..], hex(root), "{count} leaves");
    }
}

#[test]
fn proofs_are_those_of_certificate_transparency() {
    let log = leaf_log(8);
    let proof = [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ];
    assert_eq!(
        log.prove_inclusion(5).unwrap().concat(),
        proof.map(hex).concat()
    );
    let proof = [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ];
    assert_eq!(
        log.prove_consistency(6).unwrap().concat(),
        proof.map(hex).concat()
    );
}

/// Sizes at and around the borders of tiles, and one whose tree has three levels of tiles.
const SIZES: [u64; 12] = [1, 2, 3, 7, 255, 256, 257, 511, 512, 1000, 4096, 66_000];

#[test]
fn proofs_agree_with_another_implementation_at_the_borders_of_tiles() {
    for size in SIZES {
        let log = Log::open(log_of(size), signer()).unwrap();
        let oracle = oracle(&entries(0..size));
        assert_eq!(log.root()[..], oracle.root().as_bytes()[..]);
        let places = (0..size)
            .step_by(size as usize / 60 + 1)
            .chain([size - 1, (size - 1) / 256 * 256]);
        for index in places {
            let proof = log.prove_inclusion(index).unwrap();
            assert_eq!(
                proof.concat(),
                oracle.prove_inclusion(index as usize).as_bytes()
            );
            let leaf = verify::leaf_hash(&log.entry(index).unwrap());
            verify::inclusion(&leaf, index, size, &proof, &log.root()).unwrap();
            // The same place as an old size: its additions are what follows it.
            let old = index + 1;
            let proof = log.prove_consistency(old).unwrap();
            assert_eq!(
                proof.concat(),
                oracle.prove_consistency((size - old) as usize).as_bytes()
            );
        }
    }
}

#[test]
fn a_question_beyond_the_log_is_refused() {
    let log = Log::open(log_of(300), signer()).unwrap();
    assert!(matches!(
        log.entry(300),
        Err(Error::OutOfRange {
            asked: 300,
            size: 300
        })
    ));
    assert!(matches!(
        log.prove_inclusion(u64::MAX),
        Err(Error::OutOfRange { .. })
    ));
    assert!(matches!(
        log.prove_consistency(301),
        Err(Error::OutOfRange { .. })
    ));
    assert!(log.prove_consistency(300).unwrap().is_empty());
    assert!(log.prove_consistency(0).unwrap().is_empty());
    assert!(verify::inclusion(&[0; 32], 0, 0, &[], &[0; 32]).is_err());
}

#[test]
fn a_proof_too_short_for_the_tree_is_refused() {
    // On the left edge the hashes of a smaller tree are those of a larger one; only the length of the path differs.
    let log = Log::open(log_of(256), signer()).unwrap();
    let (leaf, proof, root) = (
        verify::leaf_hash(&crate::entry(0)),
        log.prove_inclusion(0).unwrap(),
        log.root(),
    );
    verify::inclusion(&leaf, 0, 256, &proof, &root).unwrap();
    for size in [257, 512, 65_536] {
        assert!(matches!(
            verify::inclusion(&leaf, 0, size, &proof, &root),
            Err(Error::ProofRefused { .. })
        ));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_changed_inclusion_proof_is_refused(size in 1u64..600, at: prop::sample::Index, what in 0usize..6) {
        let log = Log::open(log_of(size), signer()).unwrap();
        let index = at.index(size as usize) as u64;
        let (mut leaf, mut place, mut of, mut root) =
            (verify::leaf_hash(&log.entry(index).unwrap()), index, size, log.root());
        let mut proof = log.prove_inclusion(index).unwrap();
        prop_assert!(verify::inclusion(&leaf, place, of, &proof, &root).is_ok());
        match what {
            0 => leaf[index as usize % 32] ^= 1,
            1 => place = if index == 0 { size } else { index - 1 },
            2 => of = index,
            3 => root[31] ^= 128,
            4 => proof.push([0; 32]),
            _ if proof.is_empty() => proof.push(root),
            _ => { proof.pop(); }
        }
        prop_assert!(verify::inclusion(&leaf, place, of, &proof, &root).is_err());
    }

    #[test]
    fn a_changed_history_is_not_consistent(old in 1u64..400, more in 1u64..400, what in 0usize..5) {
        let (before, after) = (Log::open(log_of(old), signer()).unwrap(), Log::open(log_of(old + more), signer()).unwrap());
        let (mut old_root, mut root, mut proof) = (before.root(), after.root(), after.prove_consistency(old).unwrap());
        prop_assert!(verify::consistency(old, &old_root, old + more, &root, &proof).is_ok());
        match what {
            0 => old_root[5] ^= 4,
            1 => root[5] ^= 4,
            2 => proof[0][0] ^= 1,
            3 => proof.push([0; 32]),
            _ => { proof.pop(); }
        }
        prop_assert!(verify::consistency(old, &old_root, old + more, &root, &proof).is_err());
    }
}
