//! Search by the parameters of R4 (R4, 3.1.1): which parameters there are,
//! which values of a resource they see, and whether a resource matches.
//!
//! One resource at a time: paging, the AND of repeated parameters, and finding
//! what an include leads to are the caller's. Chains, `_has` and composites are
//! refused.

mod criterion;
mod dates;
mod decimal;
mod escape;
pub mod include;
mod prefix;
mod quantities;
mod references;
pub mod sort;
mod strings;
pub(crate) mod table;
#[cfg(test)]
mod tests;
mod tokens;
mod values;

pub use criterion::Criterion;
pub use dates::Span;
pub use decimal::Decimal;
pub use quantities::Quantity;
pub use references::Reference;
pub use table::{Parameter, ParameterKind, parameter, parameters};
pub use tokens::Token;
pub use values::{SearchValue, search_values};
