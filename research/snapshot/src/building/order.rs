//! In which order the rows of a bucket stand. Equal rows stay as they came.

/// The rows by person, date and concept; none when they stand so already.
pub(super) fn by_person(persons: &[i32], dates: &[i32], concepts: &[i32]) -> Option<Vec<u32>> {
    let key = |row: usize| (persons[row], dates[row], concepts[row]);
    if (1..persons.len()).all(|row| key(row - 1) <= key(row)) {
        return None;
    }
    let mut order = rows(persons.len());
    order.sort_by_key(|row| key(*row as usize));
    Some(order)
}

/// The rows by concept.
pub(super) fn by_concept(concepts: &[i32]) -> Vec<u32> {
    // Concept and row in one number: rows of one concept stay in their order.
    let rising = |concept: i32| u64::from(concept.cast_unsigned() ^ (1 << 31));
    let mut keys: Vec<u64> = rows(concepts.len())
        .iter()
        .zip(concepts)
        .map(|(row, concept)| rising(*concept) << 32 | u64::from(*row))
        .collect();
    keys.sort_unstable();
    keys.iter().map(|key| *key as u32).collect()
}

fn rows(count: usize) -> Vec<u32> {
    (0..u32::try_from(count).expect("a bucket holds fewer than 2^32 rows")).collect()
}
