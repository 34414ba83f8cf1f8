//! RFC 9111 §4: whether a stored response answers a request, now.

use std::time::SystemTime;

use super::{Forwarded, Served, Stored};
use crate::calendar::Timestamp;
use crate::kept::{Flags, Hit, Lookup};
use crate::policy::RequestPolicy;
use crate::profile::{Fact, Profile, StaleWindow, Variants};
use crate::rule::Tri;
use crate::rule::quality::quality_of;
use crate::rule::s4_1_vary::lines_of;
use crate::server::{self, Gateway};

/// How a request is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reuse {
    /// With the stored response; the origin is not asked.
    Serve(Served),
    /// With the stored response, which is stale; the origin is asked in the background
    /// (RFC 5861 §3).
    ServeAndRevalidate(Served),
    /// After the origin has been asked with a condition made of the stored response; see
    /// [`Condition`](super::Condition).
    Validate(Forwarded),
    /// By the origin.
    Forward(Forwarded),
    /// With 504: the request wants a stored response or nothing (RFC 9111 §5.2.1.7).
    GatewayTimeout,
}

/// The stored response that is used for a request, if one is, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Choice {
    /// The number of the stored response among those that were given. There is one for
    /// [`Reuse::Serve`], [`Reuse::ServeAndRevalidate`] and [`Reuse::Validate`]; for
    /// [`Reuse::Forward`] where one was found and cannot be validated.
    pub stored: Option<usize>,
    /// How the request is answered.
    pub reuse: Reuse,
}

/// What becomes of a request, given everything that is stored under its key (RFC 9111 §4).
///
/// Of several responses that match the preferred one is taken: one with a Vary, then by the
/// weights of Accept-Language, then the newest by Date (§4.1), and of equals the last that is
/// given. A request never overrides what a response prohibits. Nothing is allocated.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use storable::life::{Reuse, Stored, look_up};
/// use storable::{AsRequest, Exchange, Profile, policy::RequestPolicy};
///
/// let profile = &Profile::RFC9111_SHARED;
/// let request = http::Request::get("https://shop.example/").body(())?;
/// let response = http::Response::builder().header("Cache-Control", "max-age=60").body(())?;
/// let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
/// let verdict = Exchange::new(&request, &response).received_at(at).judge(profile);
/// let (policy, vary) = (verdict.stored_policy().unwrap(), verdict.vary_key());
///
/// let later = RequestPolicy::read(request.as_request());
/// let stored = [Stored::new(&policy, &vary, &response)];
/// let choice = look_up(&later, stored.iter().copied(), profile, at + Duration::from_secs(20));
/// let Reuse::Serve(served) = choice.reuse else { panic!() };
/// assert_eq!(served.age, 20);
///
/// let choice = look_up(&later, stored.iter().copied(), profile, at + Duration::from_secs(60));
/// assert!(matches!(choice.reuse, Reuse::Forward(_))); // stale, and nothing to validate it by
/// # Ok::<(), http::Error>(())
/// ```
#[must_use]
pub fn look_up<'a>(
    request: &RequestPolicy<'_>,
    stored: impl IntoIterator<Item = Stored<'a>>,
    profile: &Profile,
    now: SystemTime,
) -> Choice {
    let now = Timestamp::from_system(now);
    let mut why = Forwarded::UriMiss;
    let mut best: Option<Found<'a>> = None;
    for (number, one) in stored.into_iter().enumerate() {
        match found(request, &one, profile, now) {
            Err(Forwarded::UriMiss) => {}
            Err(reason) => why = reason,
            Ok(reuse) => {
                let found = Found { number, one, reuse };
                best = Some(match best {
                    Some(best) if best.rank(request, profile) > found.rank(request, profile) => {
                        best
                    }
                    _ => found,
                });
            }
        }
    }
    let (stored, reuse) = match best {
        Some(best) => (Some(best.number), best.reuse),
        None => (None, Reuse::Forward(server::why_forwarded(profile, request, why))),
    };
    Choice { stored, reuse: unless_only_stored(request, profile, reuse) }
}

/// A stored response that fits a request.
struct Found<'a> {
    number: usize,
    one: Stored<'a>,
    reuse: Reuse,
}

impl Found<'_> {
    /// How much it is to be preferred; asked only where several fit. A response that is no longer
    /// usable is the last choice, however new.
    fn rank(&self, request: &RequestPolicy<'_>, profile: &Profile) -> (bool, (bool, u16, i64)) {
        let usable = matches!(self.reuse, Reuse::Serve(_) | Reuse::ServeAndRevalidate(_));
        match profile.facts().variants {
            // Of equals the last one is taken.
            Fact::Known(Variants::LastStored | Variants::OneVary | Variants::OneVaryByValue) => {
                (usable, (false, 0, 0))
            }
            Fact::Known(Variants::BestMatch) => {
                let quality = server::quality(&self.one, request);
                (true, (false, quality, self.one.policy.date.unix()))
            }
            _ => (usable, preference(request, &self.one)),
        }
    }
}

/// What becomes of a request, given one stored response; [`look_up`] for one.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use storable::life::{Reuse, reuse};
/// use storable::{AsRequest, Exchange, Profile, policy::RequestPolicy};
///
/// let profile = &Profile::RFC9111_SHARED;
/// let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
/// let request = http::Request::get("https://shop.example/").body(())?;
/// let response = http::Response::builder()
///     .header("Cache-Control", "max-age=0, stale-while-revalidate=9")
///     .body(())?;
/// let entry =
///     Exchange::new(&request, &response).received_at(at).judge(profile).to_store().unwrap();
/// let later = RequestPolicy::read(request.as_request());
/// let found = reuse(&later, entry.stored(), profile, at + Duration::from_secs(5));
/// assert!(matches!(found, Reuse::ServeAndRevalidate(_)));
/// # Ok::<(), http::Error>(())
/// ```
#[must_use]
pub fn reuse(
    request: &RequestPolicy<'_>,
    stored: Stored<'_>,
    profile: &Profile,
    now: SystemTime,
) -> Reuse {
    let now = Timestamp::from_system(now);
    let reuse = found(request, &stored, profile, now)
        .unwrap_or_else(|why| Reuse::Forward(server::why_forwarded(profile, request, why)));
    unless_only_stored(request, profile, reuse)
}

/// What becomes of a request that a stored response is for; otherwise why it is not. What is open is
/// taken as what shares least.
#[inline]
fn found(
    request: &RequestPolicy<'_>,
    stored: &Stored<'_>,
    profile: &Profile,
    now: Timestamp,
) -> Result<Reuse, Forwarded> {
    // What another profile, or the same under other settings, has stored was judged by other rules.
    if !stored.policy.is_of(profile) {
        return Err(Forwarded::UriMiss);
    }
    let Lookup { found, reusable, conditional, hit, why } =
        server::look_up(profile, stored, request, Some(now));
    let served = || stored.policy.served_at(now);
    match (found, reusable, hit) {
        (Tri::Yes, Tri::Yes, Hit::AsItIs) => Ok(Reuse::Serve(served())),
        (Tri::Yes, Tri::Yes, Hit::RenewedBehind) => Ok(Reuse::ServeAndRevalidate(served())),
        (Tri::Yes, ..) if conditional != Tri::No => Ok(Reuse::Validate(why)),
        (Tri::Yes, ..) => Ok(Reuse::Forward(why)),
        _ => Err(why),
    }
}

/// §5.2.1.7: a request that wants a stored response or nothing.
fn unless_only_stored(request: &RequestPolicy<'_>, profile: &Profile, reuse: Reuse) -> Reuse {
    match reuse {
        Reuse::Validate(why) | Reuse::Forward(why)
            if server::gateway(profile, request, why) == Gateway::Closed =>
        {
            Reuse::GatewayTimeout
        }
        reuse => reuse,
    }
}

/// Whether a stored response is for a request, fresh or not.
pub(super) fn is_for(request: &RequestPolicy<'_>, stored: &Stored<'_>, profile: &Profile) -> bool {
    stored.policy.is_of(profile)
        && server::look_up(profile, stored, request, None).found == Tri::Yes
}

/// How much a stored response is to be preferred to others that match too, the greater the more:
/// one that has a Vary (RFC 9111 §4.1), then the weight that the request gives its language,
/// then the newest by Date (§4).
fn preference(request: &RequestPolicy<'_>, stored: &Stored<'_>) -> (bool, u16, i64) {
    let language =
        stored.head.lines().iter().find(|(name, _)| name.eq_ignore_ascii_case("content-language"));
    let weight = match language {
        Some((_, language)) => quality_of(lines_of(request.head(), b"accept-language"), language),
        None => 0,
    };
    (stored.policy.flags.has(Flags::VARIES), weight, stored.policy.date.unix())
}

/// Whether the request that renews a stale response waits for the origin, and only others get it.
fn waits_for_renewal(profile: &Profile) -> bool {
    let window = profile.facts().stale_while_revalidate;
    matches!(window, Fact::Known(StaleWindow::WhileRenewed(_)))
}

/// What a request gets that would go to the origin, while another one is there already to renew
/// the same stored response: with the caches of [`StaleWindow::WhileRenewed`], the stale response
/// within its window. `None`: it goes to the origin itself, or waits.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use storable::life::{Reuse, reuse, while_renewed};
/// use storable::{AsRequest, Exchange, Profile, policy::RequestPolicy};
///
/// let profile = &Profile::NGINX;
/// let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
/// let request = http::Request::get("https://shop.example/").body(())?;
/// let response = http::Response::builder()
///     .header("Cache-Control", "max-age=1, stale-while-revalidate=9")
///     .body(())?;
/// let entry =
///     Exchange::new(&request, &response).received_at(at).judge(profile).to_store().unwrap();
/// let later = RequestPolicy::read(request.as_request());
/// let now = at + Duration::from_secs(5);
/// assert!(matches!(reuse(&later, entry.stored(), profile, now), Reuse::Forward(_)));
/// assert!(while_renewed(&later, entry.stored(), profile, now).is_some());
/// # Ok::<(), http::Error>(())
/// ```
#[must_use]
pub fn while_renewed(
    request: &RequestPolicy<'_>,
    stored: Stored<'_>,
    profile: &Profile,
    now: SystemTime,
) -> Option<Served> {
    let (policy, now) = (stored.policy, Timestamp::from_system(now));
    let served = policy.served_at(now);
    let in_window = served.remaining <= 0
        && served.remaining.unsigned_abs() < u64::from(policy.stale_window.least);
    let allowed = waits_for_renewal(profile)
        && in_window
        && !policy.must_validate()
        && is_for(request, &stored, profile);
    allowed.then_some(served)
}
