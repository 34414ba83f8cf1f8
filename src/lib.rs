//! What would **this** cache do with this response: store it, for how long, and who else could
//! get it?
//!
//! [`storable`] answers for RFC 9111 by the book and for CDNs and cache servers with their habits,
//! each a [`Profile`]: const data in which every statement has a source. The answer is a
//! [`Verdict`] with its reasons.
//!
//! ```
//! use storable::{Profile, Waiting, storable};
//!
//! let request = http::Request::get("https://shop.example/mypage").body(())?;
//! let response = http::Response::builder()
//!     .header("Date", "Thu, 22 Jun 2017 00:41:00 GMT")
//!     .header("Expires", "Thu, 22 Jun 2017 00:40:59 GMT")
//!     .body(())?;
//! let verdict = storable(&request, &response, &Profile::FASTLY);
//! assert_eq!(verdict.waiting_user(), Waiting::Shared);
//! assert_eq!(verdict.headline().code(), "waiting-past-expires");
//! # Ok::<(), http::Error>(())
//! ```
//!
//! # Scope
//!
//! A pure library: nothing here reads a clock, does I/O, logs, or keeps state. It judges message
//! heads; bodies, purging and the tiers behind the first cache are not modelled. A profile tells
//! what was known of a cache on its day; what no public source says is *unknown*, and counts as
//! unsafe ([`Verdict::may_share`]).
//!
//! # How it hangs together
//!
//! ```text
//! advise   the header lines for what is wanted, found by judging
//! visit    one request from its arrival to what the store is told, step by step for its host
//! life     a stored response later: reuse, validation, update, invalidation
//! verdict  the answers in words: reasons, deviations, remedies, differences
//! server   how each cache decides: RFC 9111, and one folder for each other algorithm
//! kept     what of a judgement stays beside a stored response, and answers requests
//! rule     one function for each requirement of RFC 9111, and one table of codes
//! answer   the words of an answer: stored, fresh for, hit, shared, exposed
//! header   fields as values, to read and to write
//! policy   what a request and a response state, as this cache reads them
//! profile  facts about caches, const data with sources, and settings
//! field    the grammar of the fields, every oddity kept
//! message  the input, borrowed: requests, responses, their lines, the clock
//! glob     patterns of paths and names
//! calendar dates and seconds
//! bytes    text that is not UTF-8
//! ```
//!
//! Each imports only from what stands below it; `tests/layers.rs` reads the imports. Inputs are
//! `http` requests and responses, their `Parts`, or [`RequestHead`] and [`ResponseHead`] over
//! ordered pairs; [`Exchange`] adds the clock.
//!
//! # Features
//!
//! `serde`, off by default: [`life::StoredPolicy`] and [`life::VaryKey`] can be written and read, and
//! a `site::Site` holds a customer's routes and settings, as a configuration file has them. No feature changes a verdict.
#![forbid(unsafe_code)]
// What a signature names, its users can name.
#![warn(unnameable_types)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(any(doc, doctest))]
pub mod _documentation;
pub mod advise;
mod answer;
mod bytes;
mod calendar;
pub mod field;
mod glob;
pub mod header;
mod kept;
pub mod life;
mod message;
pub mod policy;
pub mod profile;
mod rule;
mod server;
#[cfg(feature = "serde")]
pub mod site;
pub mod testing;
mod verdict;
pub mod visit;

pub use advise::advise;
#[doc(inline)]
pub use answer::{Answer, Answers, Exposure, FreshFor, Storage, Waiting};
#[doc(inline)]
pub use message::{
    ArrivalOrder, AsRequest, AsResponse, Exchange, HeaderLines, Lines, RequestHead, ResponseHead,
    Version,
};
#[doc(inline)]
pub use profile::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile};
#[doc(inline)]
pub use rule::{Evidence, Reason, Reasons, Rule, RuleEffect};
#[cfg(feature = "serde")]
pub use site::Site;
#[doc(inline)]
pub use verdict::{
    Change, Deviation, Difference, Direction, Elsewhere, Finds, Question, Remedy, Routes, Source,
    Verdict,
};

/// What this cache does with this response, with the reasons.
///
/// Total: every input has a verdict. The response's own Date stands in for the clock; use
/// [`Exchange`] to give the time of receipt, and for what other users would get.
///
/// ```
/// use storable::{FreshFor, Profile, Storage, storable};
///
/// let request = http::Request::get("https://shop.example/items/42").body(())?;
/// let response = http::Response::builder().header("Cache-Control", "max-age=300").body(())?;
/// let verdict = storable(&request, &response, &Profile::RFC9111_SHARED);
/// assert_eq!(verdict.storage(), Storage::Stored);
/// assert_eq!(verdict.fresh_for(), FreshFor::Seconds(300));
/// # Ok::<(), http::Error>(())
/// ```
#[must_use]
#[inline]
pub fn storable<'a>(
    request: &'a (impl AsRequest + ?Sized),
    response: &'a (impl AsResponse + ?Sized),
    profile: &'a Profile,
) -> Verdict<'a> {
    Exchange::new(request, response).judge(profile)
}
