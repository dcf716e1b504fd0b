//! Numbers of the source in their order, as narrow as they are: mostly they follow each other, and take no room at all.

/// Rising numbers, none twice.
#[derive(Debug)]
pub(crate) enum Sources {
    /// Each is the one before it and 1.
    Run {
        /// The first.
        first: i64,
        /// How many.
        count: usize,
    },
    /// All lie within 2^32 of the first.
    Near {
        /// The first.
        first: i64,
        /// How far each lies from it.
        after: Vec<u32>,
    },
    /// Any.
    Far(Vec<i64>),
}

impl Default for Sources {
    fn default() -> Sources {
        Sources::Far(Vec::new())
    }
}

impl Sources {
    /// Of numbers that rise.
    pub(crate) fn new(rising: Vec<i64>) -> Sources {
        let (Some(&first), Some(&last)) = (rising.first(), rising.last()) else {
            return Sources::default();
        };
        let count = rising.len();
        let span = i128::from(last) - i128::from(first);
        if span + 1 == count as i128 {
            return Sources::Run { first, count };
        }
        if span > i128::from(u32::MAX) {
            return Sources::Far(rising);
        }
        let after = |number: i64| u32::try_from(number - first).expect("they lie within 2^32");
        Sources::Near {
            first,
            after: rising.into_iter().map(after).collect(),
        }
    }

    /// Where a number stands among them.
    pub(crate) fn place(&self, number: i64) -> Option<usize> {
        match self {
            Sources::Run { first, count } => {
                let place = usize::try_from(number.checked_sub(*first)?).ok()?;
                (place < *count).then_some(place)
            }
            Sources::Near { first, after } => {
                let far = u32::try_from(number.checked_sub(*first)?).ok()?;
                after.binary_search(&far).ok()
            }
            Sources::Far(numbers) => numbers.binary_search(&number).ok(),
        }
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        match self {
            Sources::Run { count, .. } => *count,
            Sources::Near { after, .. } => after.len(),
            Sources::Far(numbers) => numbers.len(),
        }
    }

    /// Bytes of memory.
    pub(crate) fn bytes(&self) -> u64 {
        match self {
            Sources::Run { .. } => 0,
            Sources::Near { after, .. } => 4 * after.len() as u64,
            Sources::Far(numbers) => 8 * numbers.len() as u64,
        }
    }
}
