//! Words and codes, in tables written for this crate; each file names the source of its codes.

#[rustfmt::skip] // one entry, one line, here and below
pub mod acts;
#[rustfmt::skip]
pub mod departments;
#[rustfmt::skip]
pub mod diseases;
#[rustfmt::skip]
pub mod kinds;
#[rustfmt::skip]
pub mod measures;
#[rustfmt::skip]
pub mod medicines;
#[rustfmt::skip]
pub mod names;
#[rustfmt::skip]
pub mod trades;
#[rustfmt::skip]
pub mod vaccines;
