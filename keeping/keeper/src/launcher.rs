use std::io;

use rustix::process::{Pid, Signal, getppid, set_parent_process_death_signal};

/// What tells a service the number of the process that started it and looks after it.
const LAUNCHER: &str = "HYGIE_LAUNCHER";

/// Has the system ask this process to end (SIGTERM) when the launcher that started it ends, however
/// that happens: a service that nobody looks after would keep the home locked. Does nothing where
/// something else looks after services, as systemd does.
///
/// # Errors
/// The system's; also when the launcher ended before this was said.
pub fn end_with_launcher() -> io::Result<()> {
    let Some(launcher) = std::env::var_os(LAUNCHER) else {
        return Ok(());
    };
    set_parent_process_death_signal(Some(Signal::TERM))?;
    let parent = getppid().map_or(0, Pid::as_raw_pid);
    if launcher.to_str() == Some(parent.to_string().as_str()) {
        Ok(())
    } else {
        Err(io::Error::other(
            "the launcher ended before its service began",
        ))
    }
}
