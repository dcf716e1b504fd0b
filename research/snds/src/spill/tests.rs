//! Covered: a key whose rows come into two parts, or into none that there is; parts that a level parts as the one before it
//! did. What becomes of rows is in `import/tests/spilled.rs`.

use proptest::prelude::*;
use xxhash_rust::xxh3::xxh3_128;

use super::*;

#[test]
fn each_level_parts_what_the_ones_before_left_together() {
    let keys: Vec<u128> = (0..1u32 << 16)
        .map(|key| xxh3_128(&key.to_le_bytes()))
        .collect();
    let mut together = keys;
    for level in 0..2 {
        let mut parts = vec![Vec::new(); 16];
        for key in &together {
            parts[part(*key, level, 16)].push(*key);
        }
        let even = together.len() / 16;
        for part in &parts {
            assert!(
                (even * 3 / 4..=even * 5 / 4).contains(&part.len()),
                "{}",
                part.len()
            );
        }
        together = parts.swap_remove(7);
    }
}

proptest! {
    #[test]
    fn a_part_is_one_that_there_is(key in any::<u128>(), level in 0..LEVELS, parts in 2usize..=256) {
        prop_assert!(part(key, level, parts) < parts);
        // The bits by which a part's rows are found are none of those that part them.
        let found = 0xffff_u128 << 112;
        prop_assert_eq!(part(key, level, parts), part(key ^ found, level, parts));
    }
}
