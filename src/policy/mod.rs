//! Tokens to meaning: what a request and a response state, read the way a profile's cache reads it.

mod control;
mod haproxy;
mod httpd;
mod plain;
mod proxies;
mod request;
mod response;
pub(crate) mod squid;

pub(crate) use control::named_element;
pub use control::{ResponseControl, Sighting, Stated};
pub(crate) use haproxy::HaproxyDirective;
pub(crate) use httpd::{cut_argument, httpd_pieces};
pub use request::{Method, RequestPolicy};
pub use response::{InView, ResponsePolicy};

pub(crate) use control::qualified;
pub(crate) use request::RequestControl;
pub(crate) use response::{DateField, only_gives_lifetime};
