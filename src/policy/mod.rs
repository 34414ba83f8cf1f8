//! Tokens to meaning: what a request and a response state, read the way a profile's cache reads it.

mod control;
mod fast_path;
mod request;
mod response;

pub(crate) use control::named_element;
pub use control::{DeltaSeconds, Presence, ResponseControl};
pub use request::{Method, RequestPolicy};
pub use response::{InView, ResponsePolicy};

pub(crate) use control::qualified;
pub(crate) use request::RequestControl;
pub(crate) use response::{DateField, only_gives_lifetime};
