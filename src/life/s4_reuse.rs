//! RFC 9111 §4: whether a stored response answers a request, now.

use std::time::SystemTime;

use super::s5_2_1_wishes::Wishes;
use super::stored::Flags;
use super::{Coverage, StoredPolicy, VaryKey, s4_1_vary, s4_3_2_client};
use crate::calendar::Timestamp;
use crate::message::{AsResponse, ResponseHead};
use crate::policy::RequestPolicy;
use crate::profile::{Fact, Methods, Profile, Reload, RequestRule, StaleWindow, Validation};
use crate::rule::Tri;
use crate::rule::s4_reuse::{answers_method, looked_up};

/// A stored response, as the store hands it out: what it is stored with, borrowed.
#[derive(Clone, Copy, Debug)]
pub struct Stored<'a> {
    pub(super) policy: &'a StoredPolicy,
    pub(super) vary: &'a VaryKey,
    pub(super) head: ResponseHead<'a>,
    pub(super) length: Option<u64>,
}

impl<'a> Stored<'a> {
    /// The three things that lie in the store beside the content.
    #[must_use]
    pub fn new(
        policy: &'a StoredPolicy,
        vary: &'a VaryKey,
        head: &'a (impl AsResponse + ?Sized),
    ) -> Self {
        Self { policy, vary, head: head.as_response(), length: None }
    }

    /// The same, with how many octets of content are in the store. Without it no ranges are
    /// answered out of a whole response; of a part, no more than this is taken to be there,
    /// whatever its Content-Range says.
    #[must_use]
    pub const fn with_length(self, octets: u64) -> Self {
        Self { length: Some(octets), ..self }
    }

    /// The numbers and flags.
    #[must_use]
    pub const fn policy(&self) -> &'a StoredPolicy {
        self.policy
    }

    /// The stored head.
    #[must_use]
    pub const fn head(&self) -> ResponseHead<'a> {
        self.head
    }
}

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

/// A stored response on its way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Served {
    /// The value of the Age field (RFC 9111 §5.1).
    pub age: u64,
    /// Seconds of freshness left; 0 or less: it is stale.
    pub remaining: i64,
}

/// Why a request goes to the origin: the values of `fwd` in RFC 9211 §2.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Forwarded {
    /// The cache was told not to handle such requests.
    Bypass,
    /// The method requires it.
    Method,
    /// Nothing is stored for the URI.
    UriMiss,
    /// What is stored is for other values of the fields that Vary names.
    VaryMiss,
    /// Nothing fits, for another reason.
    Miss,
    /// A response that fits is stored and fresh, and the request does not want it so.
    Request,
    /// What is stored is stale, or must be validated.
    Stale,
    /// What is stored does not hold all that is asked for.
    Partial,
}

impl Forwarded {
    /// The value of `fwd`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bypass => "bypass",
            Self::Method => "method",
            Self::UriMiss => "uri-miss",
            Self::VaryMiss => "vary-miss",
            Self::Miss => "miss",
            Self::Request => "request",
            Self::Stale => "stale",
            Self::Partial => "partial",
        }
    }
}

/// The stored response that is used for a request, if one is, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    if let Some(why) = not_looked_up(request, profile) {
        return Choice {
            stored: None,
            reuse: unless_only_stored(request, profile, Reuse::Forward(why)),
        };
    }
    let mut why = Forwarded::UriMiss;
    let mut best: Option<Found<'a>> = None;
    for (number, one) in stored.into_iter().enumerate() {
        match reuse_where_it_fits(request, &one, profile, now) {
            Err(Forwarded::UriMiss) => {}
            Err(reason) => why = reason,
            Ok(reuse) => {
                let found = Found { number, one, reuse };
                best = Some(match best {
                    Some(best) if best.rank(request) > found.rank(request) => best,
                    _ => found,
                });
            }
        }
    }
    let (stored, reuse) = match best {
        Some(best) => (Some(best.number), best.reuse),
        None => (None, Reuse::Forward(why)),
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
    fn rank(&self, request: &RequestPolicy<'_>) -> (bool, (bool, u16, i64)) {
        let usable = matches!(self.reuse, Reuse::Serve(_) | Reuse::ServeAndRevalidate(_));
        (usable, s4_1_vary::preference(request, &self.one))
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
    let reuse = match not_looked_up(request, profile) {
        Some(why) => Reuse::Forward(why),
        None => reuse_where_it_fits(request, &stored, profile, now).unwrap_or_else(Reuse::Forward),
    };
    unless_only_stored(request, profile, reuse)
}

/// What becomes of a request that a stored response fits; otherwise why it does not.
#[inline]
fn reuse_where_it_fits(
    request: &RequestPolicy<'_>,
    stored: &Stored<'_>,
    profile: &Profile,
    now: Timestamp,
) -> Result<Reuse, Forwarded> {
    fits(request, stored, profile).map(|()| reuse_at(request, stored, profile, now))
}

/// §5.2.1.7: a request that wants a stored response or nothing. Request directives are advisory
/// (§5.2.1); this one is granted unless the profile's cache is known not to read it.
fn unless_only_stored(request: &RequestPolicy<'_>, profile: &Profile, reuse: Reuse) -> Reuse {
    let wishes = profile.facts().wishes.known();
    let read = wishes.is_none_or(|wishes| wishes.only_if_cached != RequestRule::Ignored);
    let stored = matches!(reuse, Reuse::Serve(_) | Reuse::ServeAndRevalidate(_));
    let bypassed = matches!(reuse, Reuse::Forward(Forwarded::Bypass));
    if stored || bypassed || !read || request.only_if_cached.is_absent() {
        reuse
    } else {
        Reuse::GatewayTimeout
    }
}

/// Why a request is not looked up at all; where that is not known, it is not.
#[inline(always)]
pub(super) fn not_looked_up(request: &RequestPolicy<'_>, profile: &Profile) -> Option<Forwarded> {
    (looked_up(request, profile.facts()) != Tri::Yes).then(|| why_not_looked_up(request, profile))
}

#[cold]
fn why_not_looked_up(request: &RequestPolicy<'_>, profile: &Profile) -> Forwarded {
    match profile.facts().methods {
        Fact::Known(Methods::Only(methods)) if !methods.contains(&request.head().method()) => {
            Forwarded::Method
        }
        _ => Forwarded::Bypass,
    }
}

/// §4, the items that are about the two requests: the method, Vary, Authorization, the parts.
#[inline]
pub(super) fn fits(
    request: &RequestPolicy<'_>,
    stored: &Stored<'_>,
    profile: &Profile,
) -> Result<(), Forwarded> {
    // What another profile, or an older version of this one, has stored was judged by other rules.
    if !stored.policy.is_of(profile) {
        return Err(Forwarded::UriMiss);
    }
    // The content of a QUERY is in the key, so what is found has the same.
    if answers_method(stored.policy.method, request.method) == Tri::No {
        return Err(Forwarded::Method);
    }
    if !stored.vary.matches_policy(request) {
        return Err(Forwarded::VaryMiss);
    }
    if !stored.policy.flags.has(Flags::REFUSING) {
        return Ok(());
    }
    is_given(request, *stored)
}

/// Whether a response that is incomplete, or not for everybody, is for this request.
#[inline(never)]
fn is_given(request: &RequestPolicy<'_>, stored: Stored<'_>) -> Result<(), Forwarded> {
    let flags = stored.policy.flags;
    if flags.has(Flags::NEVER_MATCHES) {
        return Err(Forwarded::VaryMiss);
    }
    let refused = flags.has(Flags::REFUSE_AUTHORIZED) && request.has_authorization()
        || flags.has(Flags::REFUSE_COOKIE) && request.has_cookie();
    if refused {
        return Err(Forwarded::Bypass);
    }
    // §3.3: an incomplete response answers for what it holds.
    if stored.policy.is_whole() || Coverage::of(&stored).answers(request, &stored) {
        Ok(())
    } else {
        Err(Forwarded::Partial)
    }
}

/// §4, the last item: fresh, or allowed to be stale, or validated.
#[inline]
fn reuse_at(
    request: &RequestPolicy<'_>,
    stored: &Stored<'_>,
    profile: &Profile,
    now: Timestamp,
) -> Reuse {
    let policy = stored.policy;
    let age = policy.age_at(now);
    // Nearly every hit: the clock alone decides.
    if !policy.flags.has(Flags::VALIDATING) && !request.has_demands() && age < policy.lifetime() {
        return Reuse::Serve(policy.served_at_age(age));
    }
    reuse_as_wished(request, *stored, profile, age)
}

/// The same where more counts than the clock.
#[inline(never)]
fn reuse_as_wished(
    request: &RequestPolicy<'_>,
    stored: Stored<'_>,
    profile: &Profile,
    age: u64,
) -> Reuse {
    let policy = stored.policy;
    let served = policy.served_at_age(age);
    let wishes = Wishes::of(request, profile);
    let fresh = served.remaining > 0;
    let authorized = request.has_authorization();
    let why = if fresh { Forwarded::Request } else { Forwarded::Stale };
    if wishes.validation && profile.facts().reload == Fact::Known(Reload::FetchedAnew) {
        return Reuse::Forward(why);
    }
    if policy.must_validate() || (authorized && policy.flags.has(Flags::VALIDATE_AUTHORIZED)) {
        return ask_origin(&stored, profile, Forwarded::Stale);
    }
    if wishes.validation {
        return ask_origin(&stored, profile, why);
    }
    if s4_3_2_client::is_the_origins(request, &stored, profile) {
        return Reuse::Forward(why);
    }
    if fresh {
        return if wishes.young_enough(&served) {
            Reuse::Serve(served)
        } else {
            ask_origin(&stored, profile, Forwarded::Request)
        };
    }
    let staleness = served.remaining.unsigned_abs();
    if wishes.accepts_stale(&served, staleness) && !policy.bars_stale_use() {
        return Reuse::Serve(served);
    }
    if in_stale_window(&stored, &served, &wishes) && !waits_for_renewal(profile) {
        return Reuse::ServeAndRevalidate(served);
    }
    ask_origin(&stored, profile, Forwarded::Stale)
}

/// RFC 5861 §3; which directives bar it was decided when the response was judged.
fn in_stale_window(stored: &Stored<'_>, served: &Served, wishes: &Wishes<'_>) -> bool {
    let window = u64::from(stored.policy.stale_while_revalidate);
    served.remaining <= 0 && served.remaining.unsigned_abs() < window && wishes.stale_not_refused()
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
    let allowed = waits_for_renewal(profile)
        && not_looked_up(request, profile).is_none()
        && fits(request, &stored, profile).is_ok()
        && !policy.must_validate()
        && in_stale_window(&stored, &served, &Wishes::of(request, profile));
    allowed.then_some(served)
}

/// §4.3: with a condition where the cache makes one.
fn ask_origin(stored: &Stored<'_>, profile: &Profile, why: Forwarded) -> Reuse {
    let conditional = match profile.facts().validation {
        Fact::Known(Validation::AlwaysConditional) => true,
        Fact::Known(Validation::Conditional | Validation::ByDate) | Fact::Unknown => {
            stored.policy.has_validator()
        }
        Fact::Known(Validation::Plain) => false,
    };
    if conditional { Reuse::Validate(why) } else { Reuse::Forward(why) }
}
