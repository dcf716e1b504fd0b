#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};

#[test]
fn a_process_that_hides_its_memory_leaves_no_core() {
    super::hide_memory().unwrap();
    assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
    let limit = getrlimit(Resource::Core);
    assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)));
    // Asked twice it holds as well.
    super::hide_memory().unwrap();
}
