use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

use crate::Error;

/// Keeps this process' memory out of files and from other processes of the same user: no core dump, and
/// `/proc/PID/mem` and `ptrace` for root alone (prctl(2), `PR_SET_DUMPABLE`). To be called before any secret is read.
///
/// Not covered: swap, hibernation, and root.
///
/// # Errors
/// [`Error::Unavailable`] when the system does not allow it: the process must not go on.
pub fn hide_memory() -> Result<(), Error> {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    // Both: a core pattern that is a pipe passes over the limit, but never over the mark.
    setrlimit(Resource::Core, none)
        .and_then(|()| set_dumpable_behavior(DumpableBehavior::NotDumpable))
        .map_err(|error| Error::Unavailable(format!("core dumps can't be forbidden: {error}")))
}

#[cfg(test)]
mod tests;
