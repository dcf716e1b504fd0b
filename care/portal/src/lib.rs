//! The HTTP face of care: the FHIR API and the pages, one file each, and the operator's own socket.
//! It opens nothing and decides nothing; every request goes through `record`'s door.
#![forbid(unsafe_code)]

mod admin;
mod fhir;
mod gate;
mod metrics;
mod pages;
mod routes;

pub use admin::{ADMIN_ROUTES, router as admin_router};
pub use fhir::{ROUTES, Settings, router};
pub use gate::{Gate, Limits};
pub use hygie_web::oidc;
pub use jiff::tz::TimeZone;
pub use metrics::{Ended, Metrics};
pub use pages::{PAGE_ROUTES, PageSettings, Site, router as pages_router};
pub use routes::Route;
