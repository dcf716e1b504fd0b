//! How often services ended by themselves since the launcher began: a line each in `run/ended`, which care shows
//! among its figures. What ended can't count its own end.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::ExitStatus;

use crate::{Error, Home};

/// Ends by program, and by how.
#[derive(Debug)]
pub struct Ended {
    path: PathBuf,
    counts: BTreeMap<(&'static str, String), u64>,
}

/// One word for how a process ended: `exit-3`, `signal-9`.
pub fn word(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit-{code}"),
        (None, Some(signal)) => format!("signal-{signal}"),
        (None, None) => "unknown".to_owned(),
    }
}

impl Ended {
    /// None yet.
    pub fn none(home: &Home) -> Self {
        let ended = Self {
            path: home.ended(),
            counts: BTreeMap::new(),
        };
        // What an earlier launcher counted is not this one's.
        let _none = fs::remove_file(&ended.path);
        ended
    }

    /// Counts an end.
    ///
    /// # Errors
    /// [`Error::File`] when it can't be written down; it is counted all the same.
    pub fn count(&mut self, program: &'static str, how: &str) -> Result<(), Error> {
        *self.counts.entry((program, how.to_owned())).or_default() += 1;
        let mut text = String::new();
        for ((program, how), count) in &self.counts {
            writeln!(text, "{program} {how} {count}").expect("writing to memory succeeds");
        }
        // Read at any moment: it is there whole, or as it was before.
        let new = self.path.with_extension("new");
        fs::write(&new, text)
            .and_then(|()| fs::rename(&new, &self.path))
            .map_err(|source| Error::file("write", &self.path, source))
    }
}
