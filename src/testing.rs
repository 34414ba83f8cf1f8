//! Assertions for the tests of handlers: what a page says to caches, and which of them would hand
//! it to somebody else.
//!
//! ```
//! use storable::Profile;
//! use storable::testing::{assert_never_shared, group};
//!
//! # fn account_page(_: &http::Request<()>) -> http::Response<()> {
//! #     http::Response::builder().header("Cache-Control", "private, no-store").body(()).unwrap()
//! # }
//! let request = http::Request::get("https://shop.example/account").header("Cookie", "sid=alice");
//! let request = request.body(())?;
//! let response = account_page(&request);
//! assert_never_shared(&request, &response, group("fastly").chain([&Profile::CLOUDFRONT]));
//! # Ok::<(), http::Error>(())
//! ```
//!
//! Where it fails, the message says for every cache what happens, by which rule, on whose word, and
//! what header would keep the response from others.
//!
//! A response of a handler has no Date, which a server writes later. An Expires in it says nothing
//! without one, and what is not known counts as shared: give such a response its Date.

use core::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

use crate::answer::{Exposure, FreshFor};
use crate::message::{AsRequest, AsResponse, Exchange};
use crate::profile::Profile;

/// The profiles of one vendor: that with this id, and those whose ids begin with it and a hyphen.
/// Among them are other configurations than yours, and older versions: a page that is safe in all
/// of a group stays so after a change of settings.
///
/// ```
/// use storable::testing::group;
///
/// assert!(group("fastly").any(|profile| profile.id() == "fastly-compute"));
/// assert_eq!(group("google").filter(|profile| profile.id().contains("media")).count(), 1);
/// assert_eq!(group("no-such-vendor").count(), 0);
/// ```
pub fn group(vendor: &str) -> impl Iterator<Item = &'static Profile> + Clone + use<'_> {
    Profile::ALL.iter().filter(move |profile| {
        let rest = profile.id().strip_prefix(vendor);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    })
}

/// A cache that hands a response to other users, or may do so for all that is known.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Exposed<'p> {
    /// The cache.
    pub profile: &'p Profile,
    /// Whether it is known that it does.
    pub exposure: Exposure,
    /// The verdict in words: the reasons with their sources, and what would close it.
    pub verdict: String,
}

impl fmt::Display for Exposed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.verdict)
    }
}

/// The caches under which another user may get this response, while it is fetched or later.
///
/// ```
/// use storable::testing::{exposed, group};
///
/// let request = http::Request::get("https://shop.example/account").body(())?;
/// let response = http::Response::builder().header("Cache-Control", "max-age=60").body(())?;
/// let exposed = exposed(&request, &response, group("fastly"));
/// assert_eq!(exposed[0].profile.id(), "fastly");
/// assert!(exposed[0].verdict.contains("add `Cache-Control: private`"));
/// # Ok::<(), http::Error>(())
/// ```
#[must_use]
pub fn exposed<'p>(
    request: &(impl AsRequest + ?Sized),
    response: &(impl AsResponse + ?Sized),
    by: impl IntoIterator<Item = &'p Profile>,
) -> Vec<Exposed<'p>> {
    let exposed = |profile| {
        let verdict = Exchange::new(request, response).judge(profile);
        let exposure = verdict.exposure();
        (exposure != Exposure::None).then(|| Exposed {
            profile,
            exposure,
            verdict: verdict.to_string(),
        })
    };
    by.into_iter().filter_map(exposed).collect()
}

/// Fails unless it is known that none of these caches hands the response to another user: what is
/// unknown counts as shared. For pages that must not leak.
///
/// # Panics
///
/// Where a cache may share it, and where no cache is given.
#[track_caller]
pub fn assert_never_shared<'p>(
    request: &(impl AsRequest + ?Sized),
    response: &(impl AsResponse + ?Sized),
    by: impl IntoIterator<Item = &'p Profile>,
) {
    fail_if_exposed(request, response, by, |_| true);
}

/// Fails where it is known that one of these caches hands the response to another user. What nobody
/// knows passes, so that a test does not fail for ever for want of a vendor's documentation.
///
/// # Panics
///
/// Where a cache is known to share it, and where no cache is given.
#[track_caller]
pub fn assert_not_known_shared<'p>(
    request: &(impl AsRequest + ?Sized),
    response: &(impl AsResponse + ?Sized),
    by: impl IntoIterator<Item = &'p Profile>,
) {
    fail_if_exposed(request, response, by, |exposure| exposure == Exposure::Known);
}

#[track_caller]
#[expect(clippy::panic, reason = "an assertion")]
fn fail_if_exposed<'p>(
    request: &(impl AsRequest + ?Sized),
    response: &(impl AsResponse + ?Sized),
    by: impl IntoIterator<Item = &'p Profile>,
    counts: impl Fn(Exposure) -> bool,
) {
    let by: Vec<_> = by.into_iter().collect();
    if by.is_empty() {
        panic!("no cache is given, so nothing was asserted: is the name of the vendor right?");
    }
    let total = by.len();
    let mut exposed = exposed(request, response, by);
    exposed.retain(|exposed| counts(exposed.exposure));
    if exposed.is_empty() {
        return;
    }
    let verdicts: Vec<_> = exposed.iter().map(ToString::to_string).collect();
    panic!(
        "other users may get this response from {} of {total} caches\n\n{}",
        exposed.len(),
        verdicts.join("\n")
    );
}

/// Fails unless this cache answers an identical request without asking the origin for a time within
/// these bounds, from receipt on.
///
/// ```
/// use std::time::Duration;
/// use storable::Profile;
/// use storable::testing::assert_fresh_for;
///
/// let request = http::Request::get("https://shop.example/logo.svg").body(())?;
/// let response = http::Response::builder().header("Cache-Control", "max-age=3600").body(())?;
/// let hour = Duration::from_secs(3600);
/// assert_fresh_for(&request, &response, &Profile::FASTLY, hour..=hour);
/// # Ok::<(), http::Error>(())
/// ```
///
/// # Panics
///
/// Where it is less or more, and where it is not known.
#[track_caller]
#[expect(clippy::panic, reason = "an assertion")]
pub fn assert_fresh_for(
    request: &(impl AsRequest + ?Sized),
    response: &(impl AsResponse + ?Sized),
    profile: &Profile,
    bounds: RangeInclusive<Duration>,
) {
    let verdict = Exchange::new(request, response).judge(profile);
    let within = verdict.fresh_for().range().is_some_and(|(least, most)| {
        bounds.contains(&Duration::from_secs(least)) && bounds.contains(&Duration::from_secs(most))
    });
    if within {
        return;
    }
    let fresh_for = match verdict.fresh_for() {
        FreshFor::NotStored => "not stored".to_owned(),
        FreshFor::Unknown => "fresh for nobody knows how long".to_owned(),
        known => format!("fresh for {known}"),
    };
    let (least, most) = (bounds.start(), bounds.end());
    panic!("it is {fresh_for}, and was to be fresh for {least:?} to {most:?}\n\n{verdict}");
}
