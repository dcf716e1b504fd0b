//! The HTTP face of care: the FHIR API, one file per interaction, and the operator's own socket.
//! It opens nothing and decides nothing; every request goes through `record`'s door.
#![forbid(unsafe_code)]

mod admin;
mod fhir;
mod metrics;
mod pages;
mod register;

pub use admin::{ADMIN_ROUTES, AdminRoute, router as admin_router};
pub use fhir::{ROUTES, Route, Settings, router};
pub use metrics::Metrics;
pub use pages::router as pages_router;
pub use register::router as register_router;
