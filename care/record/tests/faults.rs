//! A home whose disk fails it: power cut at every step, bytes flipped, files of another day.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "faults/disk.rs"]
mod disk;
#[path = "faults/house.rs"]
mod house;
#[path = "faults/judge.rs"]
mod judge;
#[path = "faults/keys.rs"]
mod keys;
#[path = "faults/million.rs"]
mod million;
#[path = "faults/objects.rs"]
mod objects;
#[path = "faults/places.rs"]
mod places;
#[path = "faults/power.rs"]
mod power;
#[path = "faults/tamper.rs"]
mod tamper;
#[path = "faults/trace.rs"]
mod trace;
#[path = "faults/workload.rs"]
mod workload;
