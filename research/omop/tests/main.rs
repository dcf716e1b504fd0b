//! Dangers: a row that is lost on its way in or out; a number that leads to another row or person than before; a name, a
//! number of the source or somebody who opposes in a snapshot or in what is written of one; a CDM that OHDSI's own
//! definition does not hold.
//!
//! Not a failure: numbers are others than the source's; what names people is not there again; notes are not there at all.
#![allow(clippy::unwrap_used, reason = "tests")]

mod main {
    mod budget;
    mod derived;
    mod export;
    mod import;
    mod opposed;
    mod world;
}
