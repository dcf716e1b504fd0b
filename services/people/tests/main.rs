//! `hygie-people` as it is run.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod main {
    mod claims;
    mod persons;
}
