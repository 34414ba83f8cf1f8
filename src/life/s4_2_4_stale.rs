//! RFC 9111 §4.2.4 and RFC 5861 §4: stale responses where the origin fails.

use std::time::SystemTime;

use super::s4_reuse::is_for;
use super::{Served, Stored};
use crate::calendar::Timestamp;
use crate::kept::Flags;
use crate::message::AsResponse;
use crate::policy::{DeltaSeconds, RequestPolicy};
use crate::profile::{Fact, Profile, StaleIfError};

/// What is done where the origin cannot be reached, or sends nothing usable: the stored response,
/// where that is allowed (RFC 5861 §4, RFC 9111 §4.2.4). `None`: the error is passed on. Whether a
/// failure alone is enough is the profile's to say ([`StaleIfError`]) and the operator's to set
/// ([`Profile::with_stale_if_error`]).
///
/// No setting and no request lifts must-revalidate, no-cache or, in a shared cache,
/// proxy-revalidate and s-maxage.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use storable::life::{Stored, on_error};
/// use storable::{AsRequest, Exchange, Profile, policy::RequestPolicy};
///
/// let profile = &Profile::RFC9111_SHARED;
/// let request = http::Request::get("https://shop.example/").body(())?;
/// let response =
///     http::Response::builder().header("Cache-Control", "max-age=1, stale-if-error=60").body(())?;
/// let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
/// let verdict = Exchange::new(&request, &response).received_at(at).judge(profile);
/// let (policy, vary) = (verdict.stored_policy().unwrap(), verdict.vary_key());
///
/// let later = RequestPolicy::read(request.as_request());
/// let stored = Stored::new(&policy, &vary, &response);
/// let after = |seconds| on_error(&later, stored, profile, at + Duration::from_secs(seconds));
/// assert_eq!(after(31).unwrap().age, 31);
/// assert!(after(90).is_none());
/// # Ok::<(), http::Error>(())
/// ```
#[must_use]
pub fn on_error(
    request: &RequestPolicy<'_>,
    stored: Stored<'_>,
    profile: &Profile,
    now: SystemTime,
) -> Option<Served> {
    let (policy, now) = (stored.policy, Timestamp::from_system(now));
    let rule = profile.facts().stale_if_error.known().unwrap_or(StaleIfError::WhereStated);
    if rule == StaleIfError::Never || !is_for(request, &stored, profile) {
        return None;
    }
    let served = policy.served_at(now);
    let authorized = request.has_authorization();
    let validated = policy.must_validate() && rule != StaleIfError::UnlessStaleIsBarred;
    if validated || (authorized && policy.flags.has(Flags::VALIDATE_AUTHORIZED)) {
        return None;
    }
    let barred = policy.flags.has(Flags::NEVER_STALE);
    if barred && (served.remaining <= 0 || rule == StaleIfError::UnlessStaleIsBarred) {
        return None;
    }
    if served.remaining > 0 {
        return Some(served);
    }
    let staleness = served.remaining.unsigned_abs();
    if let StaleIfError::WithinSeconds(seconds) = rule {
        return (staleness <= seconds).then_some(served);
    }
    let by_response = policy.flags.has(Flags::SAYS_IF_ERROR);
    let stated = match request.stale_if_error {
        DeltaSeconds::Seconds(seconds, _) if rule != StaleIfError::WhereStatedAndUnreachable => {
            Some(seconds)
        }
        _ => None,
    };
    let window = u64::from(policy.stale_if_error).max(stated.unwrap_or(0));
    // RFC 5861 §4: beyond what is stated it should not be used, whatever an operator chose.
    let unless_barred =
        !matches!(rule, StaleIfError::WhereStated | StaleIfError::WhereStatedAndUnreachable);
    let always = unless_barred && !by_response && stated.is_none();
    (always || staleness <= window && window > 0).then_some(served)
}

/// Whether a status counts as a failure of the origin (RFC 5861 §4, RFC 9111 §4.3.3).
///
/// ```
/// assert!(storable::life::is_origin_failure(503));
/// assert!(!storable::life::is_origin_failure(501));
/// ```
#[must_use]
pub const fn is_origin_failure(status: u16) -> bool {
    matches!(status, 500 | 502 | 503 | 504)
}

/// [`on_error`] for an answer of the origin: `None` where it is no failure of [`is_origin_failure`],
/// or has to be passed on.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use storable::life::instead_of;
/// use storable::profile::StaleIfError;
/// use storable::{AsRequest, Exchange, Profile, policy::RequestPolicy};
///
/// let profile = &Profile::RFC9111_SHARED.with_stale_if_error(StaleIfError::UnlessBarred);
/// let request = http::Request::get("https://shop.example/").body(())?;
/// let response = http::Response::builder().header("Cache-Control", "max-age=1").body(())?;
/// let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
/// let entry =
///     Exchange::new(&request, &response).received_at(at).judge(profile).to_store().unwrap();
///
/// let policy = RequestPolicy::read(request.as_request());
/// let now = at + Duration::from_secs(9);
/// let answer = |status: u16| http::Response::builder().status(status).body(());
/// let instead = |answer| instead_of(&answer, &policy, entry.stored(), profile, now);
/// assert!(instead(answer(503)?).is_some());
/// assert!(instead(answer(404)?).is_none());
/// # Ok::<(), http::Error>(())
/// ```
#[must_use]
pub fn instead_of(
    answer: &(impl AsResponse + ?Sized),
    request: &RequestPolicy<'_>,
    stored: Stored<'_>,
    profile: &Profile,
    now: SystemTime,
) -> Option<Served> {
    let passed_on = Fact::Known(StaleIfError::WhereStatedAndUnreachable);
    let failed = is_origin_failure(answer.as_response().status());
    let as_good = profile.facts().stale_if_error
        == Fact::Known(StaleIfError::UnlessBarredOrFailure)
        && is_origin_failure(stored.policy.status());
    if !failed || as_good || profile.facts().stale_if_error == passed_on {
        return None;
    }
    on_error(request, stored, profile, now)
}
