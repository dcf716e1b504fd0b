//! Letters to people: so far nothing but the place for them.
//! It knows no record, and opens none.
#![forbid(unsafe_code)]
