//! Where our other programs are.

use std::path::PathBuf;
use std::process::ExitStatus;

use crate::Error;

/// The program that holds the keys and the ledger.
pub const KEEPER: &str = "hygie-keeper";
/// The program that knows people.
pub const CARE: &str = "hygie-care";

/// Finds `program` beside this one, else in PATH.
///
/// # Errors
/// [`Error::ProgramMissing`].
pub fn find(program: &'static str) -> Result<PathBuf, Error> {
    let beside = std::env::current_exe()
        .ok()
        .and_then(|exe| Some(exe.parent()?.join(program)));
    let in_path = std::env::var_os("PATH").unwrap_or_default();
    beside
        .into_iter()
        .chain(std::env::split_paths(&in_path).map(|folder| folder.join(program)))
        .find(|candidate| candidate.is_file())
        .ok_or(Error::ProgramMissing { program })
}

/// The last line that `program` said, without its own name before it; else how it ended.
pub fn last_words(program: &str, text: &str, status: Option<ExitStatus>) -> String {
    match (text.lines().rfind(|line| !line.trim().is_empty()), status) {
        (Some(line), _) => {
            let own = format!("{program}: ");
            line.strip_prefix(&own).unwrap_or(line).trim().to_owned()
        }
        (None, Some(status)) => status.to_string(),
        (None, None) => "it said nothing".to_owned(),
    }
}
