//! Panics of the library that reads Parquet: at some damages it has them.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// Whether the last panic came from a library.
    static OTHERS: Cell<bool> = const { Cell::new(false) };
}

/// From here on a library's panic is nobody's matter until it is caught, or not: no engine may end by it before.
pub fn let_be_caught() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            let of = |file: &str| file.contains("/registry/src/") || file.starts_with("/rustc/");
            let others = panic.location().is_some_and(|at| of(at.file()));
            OTHERS.set(others);
            if !others {
                before(panic);
            }
        }));
    });
}

/// What it answers; none when a library panicked.
pub fn forgiven<R>(what: impl FnOnce() -> R) -> Option<R> {
    let_be_caught();
    match catch_unwind(AssertUnwindSafe(what)) {
        Ok(answer) => Some(answer),
        Err(_) if OTHERS.get() => None,
        Err(panic) => resume_unwind(panic),
    }
}
