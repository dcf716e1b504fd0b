//! Covered: a row that is lost, comes twice, in another bucket or in another order, whatever of the rows went to disk.
#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn each_bucket_has_its_rows_in_their_order_under_any_limit(
        rows in prop::collection::vec((0usize..4, prop::collection::vec(any::<u8>(), 1..300)), 0..200),
        limit in 0u64..20_000,
        threads in 1usize..4,
    ) {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::new(&dir.path().join("spill"), &[3; 32]).unwrap();
        let mut partition = Partition::new(&place, (4, limit), threads);
        for (bucket, row) in &rows {
            partition.push(*bucket, row, 1).unwrap();
        }
        prop_assert_eq!(partition.is_empty(), rows.is_empty());
        for bucket in 0..4 {
            let mine = rows.iter().filter(|row| row.0 == bucket);
            let expected: Vec<u8> = mine.clone().flat_map(|row| row.1.clone()).collect();
            let mut read = Vec::new();
            // Twice: reading takes nothing away.
            for _ in 0..2 {
                read.clear();
                partition.read(bucket, |part| {
                    read.extend_from_slice(part);
                    Ok(())
                }).unwrap();
                prop_assert_eq!(&read, &expected);
            }
            let size = partition.size(bucket);
            prop_assert_eq!((size.rows, size.texts), (mine.clone().count() as u64, mine.count() as u64));
        }
    }
}
