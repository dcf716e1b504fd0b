//! Writes each target's seeds into `DIR/<target>/`, for cargo-fuzz to begin with.
//! It runs no target.
#![forbid(unsafe_code)]

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(dir) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("hygie-fuzz-seeds: say the folder to write to");
        return ExitCode::from(2);
    };
    for target in hygie_fuzz::TARGETS {
        let folder = dir.join(target.name);
        let written = std::fs::create_dir_all(&folder).and_then(|()| {
            (target.seeds)()
                .iter()
                .enumerate()
                .try_for_each(|(number, seed)| {
                    std::fs::write(folder.join(format!("seed-{number}")), seed)
                })
        });
        if let Err(error) = written {
            eprintln!("hygie-fuzz-seeds: {}: {error}", folder.display());
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
