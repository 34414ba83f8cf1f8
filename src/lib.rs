//! HTTP caching semantics with CDN profiles.
#![forbid(unsafe_code)]

mod cache;
mod exchange;
pub mod field;
pub mod header;
mod message;
pub mod policy;
pub mod profile;
mod rule;
mod verdict;

pub use exchange::Exchange;
pub use message::{
    ArrivalOrder, AsRequest, AsResponse, HeaderLines, RequestHead, ResponseHead, Version,
};
pub use profile::{Axis, Basis, CacheType, Claim, Fact, Profile};
pub use rule::s4_reuse::Answer;
pub use rule::s4_waiting::Waiting;
pub use rule::{Evidence, Reason, Rule, RuleEffect};
pub use verdict::{
    Answers, Deviation, Direction, FreshFor, Question, Remedy, Source, Storage, Verdict,
};

/// What this cache does with this response, with the reasons.
#[must_use]
pub fn storable<'a>(
    request: &'a (impl AsRequest + ?Sized),
    response: &'a (impl AsResponse + ?Sized),
    profile: &'a Profile,
) -> Verdict<'a> {
    Exchange::new(request, response).judge(profile)
}
