//! Meaning to effect: one file per section of RFC 9111, one function per requirement.
//!
//! A rule reads the policies and the one fact of the profile that is about it, and changes the
//! [`Draft`]. It never refuses on the spot: later rules still leave their reasons.
//!
//! Checks that run on every response and rarely apply are `inline(always)`: the call would cost more
//! than the answer.

mod draft;
#[cfg(test)]
mod fixture;
mod table;
mod trace;

pub(crate) mod bypass;
pub(crate) mod quality;
pub(crate) mod s2_key;
pub(crate) mod s3_5_authorization;
pub(crate) mod s3_storing;
pub(crate) mod s4_1_vary;
pub(crate) mod s4_2_2_heuristic;
mod s4_2_3_age;
pub(crate) mod s4_2_4_stale;
pub(crate) mod s4_2_freshness;
pub(crate) mod s4_reuse;
pub(crate) mod s5_2_1_request;
pub(crate) mod s5_2_2_response;
pub(crate) mod target;
pub(crate) mod vendor;

pub(crate) use draft::{Draft, Interval, OwnFlags, Tri};
pub use table::Rule;
pub(crate) use trace::Trace;
pub use trace::{Evidence, Reason, Reasons, RuleEffect};
