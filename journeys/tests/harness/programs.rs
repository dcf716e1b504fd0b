//! The programs under test: those that lie beside the test itself.

use std::path::PathBuf;

/// A program by its name; panics with what to do when it is missing.
pub fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.parent().unwrap().parent().unwrap().join(name);
    assert!(
        program.is_file(),
        "`{}` is missing: run cargo build --workspace first",
        program.display()
    );
    program
}

/// The launcher; panics with what to do when a program is missing.
pub fn hygie() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().unwrap().parent().unwrap();
    for name in ["hygie", "hygie-keeper", "hygie-care"] {
        let program = folder.join(name);
        assert!(
            program.is_file(),
            "`{}` is missing: run cargo build --workspace first",
            program.display()
        );
    }
    folder.join("hygie")
}
