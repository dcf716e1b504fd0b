//! What an import says while it works.

/// What is done with files: each is read once or twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The numbers of its rows are taken, so that whatever leads to a row can be given anew.
    Numbering,
    /// Its rows are taken.
    Reading,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress<'a> {
    /// Files are to be read, all of them in this step.
    Files {
        /// What for.
        step: Step,
        /// How many.
        count: u64,
        /// Their size.
        bytes: u64,
    },
    /// Some rows of a file were read.
    Rows {
        /// How many.
        rows: u64,
        /// The size of what was read, about.
        bytes: u64,
    },
    /// A table's file is read; what was told of its bytes by [`Progress::Rows`] comes to this.
    Table {
        /// What for.
        step: Step,
        /// The table.
        name: &'a str,
        /// Its rows.
        rows: u64,
        /// The size of its file.
        bytes: u64,
    },
    /// A bucket of a table is written, of so many.
    Bucket {
        /// The table.
        table: &'a str,
        /// How many the table has.
        of: u32,
    },
}
