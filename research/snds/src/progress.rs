//! What an import says while it works.

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress<'a> {
    /// Files are hashed: so many bytes more of so many.
    Hashed {
        /// Bytes of a file that is done.
        bytes: u64,
        /// Bytes of all files.
        of: u64,
    },
    /// So many rows more were read: of the reference before [`Progress::Units`], of units after it. Those of the opposed are
    /// not counted.
    Rows(u64),
    /// Units are to be read.
    Units {
        /// How many.
        count: u64,
        /// The size of their files.
        bytes: u64,
    },
    /// A unit is whole.
    Unit {
        /// Its name.
        name: &'a str,
        /// Its rows.
        rows: u64,
        /// The size of its files.
        bytes: u64,
        /// Whether it had been made before.
        before: bool,
    },
    /// A bucket is written: how many of how many.
    Bucket(u32, u32),
}
