//! Claims of an invented nation, as its users meet them.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod main {
    mod direct;
    mod faults;
    mod forms;
    mod hazards;
    mod keys;
    mod lives;
    mod naive;
    mod oracle;
    mod reading;
    mod round_trip;
}
