//! How a later request is answered (CS `cache_select`, CU `cache_check_freshness`).

use super::condition;
use super::directives::{cut_argument, httpd_pieces};
use super::freshness::{self, UNSET};
use crate::calendar::Timestamp;
use crate::field::Field;
use crate::kept::{Flags, Forwarded, Hit, Lookup, Stored, StoredPolicy};
use crate::policy::{Method, Presence, RequestPolicy, ResponsePolicy};
use crate::profile::{Authorization, Fact, Facts, Profile, RequestRule};
use crate::rule::s4_1_vary::same_joined;
use crate::rule::s4_reuse::answers_method;
use crate::rule::{Interval, Tri};
use crate::server::Case;
use crate::server::kit::{Strtol, strtol};

/// What the Cache-Control and the Pragma of a request say.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RequestDirectives<'a> {
    pub(super) no_store: Presence<'a>,
    pub(super) only_if_cached: Presence<'a>,
    no_cache: Presence<'a>,
    max_age: Option<i64>,
    min_fresh: Option<i64>,
    max_stale: Option<i64>,
}

/// CU: how long a stale answer may be for a max-stale without a number.
const A_YEAR: i64 = 31_536_000;

impl<'a> RequestDirectives<'a> {
    /// CU `ap_cache_control`, for a request.
    pub(super) fn of(request: &RequestPolicy<'a>) -> Self {
        let mut directives = Self::default();
        for piece in httpd_pieces(request.scan().all(Field::Pragma)) {
            if piece.eq_ignore_ascii_case(b"no-cache") {
                directives.no_cache = Presence::Present(piece);
            }
        }
        for piece in httpd_pieces(request.scan().all(Field::CacheControl)) {
            directives.add(piece);
        }
        directives
    }

    fn add(&mut self, piece: &'a [u8]) {
        let (name, argument) = cut_argument(piece);
        let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
        let number = argument.and_then(strtol).and_then(Strtol::whole);
        if is(b"no-store") && argument.is_none() {
            self.no_store = Presence::Present(piece);
        } else if is(b"no-cache") && argument.is_none() {
            self.no_cache = Presence::Present(piece);
        } else if is(b"only-if-cached") && argument.is_none() {
            self.only_if_cached = Presence::Present(piece);
        } else if is(b"max-age") {
            self.max_age = number.or(self.max_age);
        } else if is(b"min-fresh") {
            self.min_fresh = number.or(self.min_fresh);
        } else if is(b"max-stale") {
            // A stated -1 cannot be told from no number.
            self.max_stale = match (argument, number) {
                (None, _) | (_, Some(UNSET)) => Some(A_YEAR),
                _ => number.or(self.max_stale),
            };
        }
    }
}

/// What httpd decides of a response beside what every cache does.
mod own {
    use crate::rule::OwnFlags;

    /// s-maxage or max-age states the lifetime, and not the expiry.
    pub(super) const STATED: OwnFlags = OwnFlags(1);
    /// Vary is not stored.
    pub(super) const WITHOUT_VARY: OwnFlags = OwnFlags(1 << 1);
}

/// The parts of a response on which its reuse depends.
pub(in crate::server) fn keep(case: &Case<'_>, policy: &mut StoredPolicy) {
    let response = &case.response;
    policy.own.set(own::STATED, freshness::stated(response).is_some());
    policy.own.set(own::WITHOUT_VARY, is_removed(response, b"vary"));
    policy.flags.set(Flags::NEVER_STALE, bars_stale(response));
    policy.flags.decide(Flags::CONDITIONAL, Tri::from(has_stored_validator(response)));
}

/// CS `cache_select`.
pub(in crate::server) fn look_up(
    profile: &Profile,
    stored: &Stored<'_>,
    later: &RequestPolicy<'_>,
    at: Option<Timestamp>,
) -> Lookup {
    let (facts, policy) = (profile.facts(), stored.policy);
    let directives = RequestDirectives::of(later);
    if !matches!(later.method, Method::Get | Method::Head) {
        return Lookup::elsewhere(Forwarded::Method);
    }
    if bypasses(facts, later, &directives) {
        return Lookup::elsewhere(Forwarded::Bypass);
    }
    if !directives.no_cache.is_absent() && honours(facts.request_no_cache) {
        return Lookup::elsewhere(Forwarded::Request);
    }
    if answers_method(policy.method, later.method) == Tri::No {
        return Lookup::elsewhere(Forwarded::Method);
    }
    if policy.status() == 206 && !stored.variant.has_range_of(later) {
        return Lookup::elsewhere(Forwarded::Partial);
    }
    if !varies_alike(stored, later) {
        return Lookup::elsewhere(Forwarded::VaryMiss);
    }
    // A condition of the client's own that the stored response does not meet goes on to the
    // origin as it is.
    if !condition::all_match(stored, later) {
        let (reusable, why) = (Tri::No, Forwarded::Request);
        let found = Tri::Yes;
        return Lookup { found, reusable, conditional: Tri::No, hit: Hit::AsItIs, why };
    }
    Lookup {
        found: Tri::Yes,
        reusable: is_fresh(facts, policy, &directives, at),
        conditional: policy.decided(Flags::CONDITIONAL),
        hit: Hit::AsItIs,
        why: Forwarded::Stale,
    }
}

/// MC `cache_quick_handler`: Authorization and no-store have the cache stand aside.
fn bypasses(facts: &Facts, later: &RequestPolicy<'_>, directives: &RequestDirectives<'_>) -> bool {
    let credentials =
        later.has_authorization() && facts.authorization == Fact::Known(Authorization::Bypassed);
    credentials || (!directives.no_store.is_absent() && honours(facts.request_no_store))
}

/// CacheIgnoreCacheControl off.
fn honours(rule: Fact<RequestRule>) -> bool {
    rule != Fact::Known(RequestRule::Ignored)
}

/// CS 277-304: the joined values of every named field are equal to the letter.
fn varies_alike(stored: &Stored<'_>, later: &RequestPolicy<'_>) -> bool {
    let variant = stored.variant;
    stored.policy.own.has(own::WITHOUT_VARY)
        || variant.all_compared(httpd_pieces, later, same_joined, |_, is_same| is_same)
}

/// The names in the Vary that is stored.
pub(in crate::server) fn vary_names<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a [u8]> {
    let stored = !is_removed(&case.response, b"vary");
    stored.then(|| httpd_pieces(case.response.scan().all(Field::Vary))).into_iter().flatten()
}

/// CU `cache_check_freshness`
fn is_fresh(
    facts: &Facts,
    policy: &StoredPolicy,
    directives: &RequestDirectives<'_>,
    at: Option<Timestamp>,
) -> Tri {
    let honoured = honours(facts.request_no_cache);
    let barred = policy.flags.has(Flags::NEVER_STALE);
    let more = if barred { 0 } else { directives.max_stale.unwrap_or(0) };
    let less = directives.min_fresh.filter(|_| honoured).unwrap_or(0);
    let wished = directives.max_age.filter(|&seconds| honoured && seconds != UNSET);
    let (least, most) = limit(policy, wished);
    let (_, age) = signed(policy.ages(at));
    let outlived_by = |limit: i64| age < limit.saturating_add(more.saturating_sub(less));
    let fresh = match (outlived_by(least), outlived_by(most)) {
        (true, _) => Tri::Yes,
        (false, true) => Tri::Maybe,
        (false, false) => Tri::No,
    };
    fresh.and(policy.decided(Flags::VALIDATED).not())
}

/// The least and the most age at which it is stale. A max-age of the request stands in where the
/// response states none, whatever its expiry.
fn limit(policy: &StoredPolicy, wished: Option<i64>) -> (i64, i64) {
    let own = signed(policy.lifetimes());
    match wished {
        None => own,
        Some(wished) if policy.own.has(own::STATED) => (own.0.min(wished), own.1.min(wished)),
        Some(wished) => (wished, wished),
    }
}

/// A max-stale is not granted.
fn bars_stale(response: &ResponsePolicy<'_>) -> bool {
    let control = &response.control;
    control.must_revalidate.is_present()
        || control.proxy_revalidate.is_present()
        || freshness::seconds(control.s_maxage).is_some_and(|seconds| seconds != UNSET)
}

fn signed(interval: Interval) -> (i64, i64) {
    let clamp = |seconds: u64| i64::try_from(seconds).unwrap_or(i64::MAX);
    (clamp(interval.least), clamp(interval.most))
}

/// CS: a stored ETag or Last-Modified of any content makes a condition.
fn has_stored_validator(response: &ResponsePolicy<'_>) -> bool {
    let kept =
        |field: Field| response.scan().has(field) && !is_removed(response, field.name().as_bytes());
    kept(Field::Etag) || kept(Field::LastModified)
}

/// CU `cache_control_remove`: the fields that `private=` and `no-cache=` name are not stored.
pub(super) fn is_removed(response: &ResponsePolicy<'_>, field: &[u8]) -> bool {
    let control = &response.control;
    if control.private_fields.is_absent() && control.no_cache_fields.is_absent() {
        return false;
    }
    httpd_pieces(response.scan().all(Field::CacheControl)).any(|piece| {
        let (name, argument) = cut_argument(piece);
        let listing =
            name.eq_ignore_ascii_case(b"private") || name.eq_ignore_ascii_case(b"no-cache");
        listing
            && argument.is_some_and(|names| {
                names
                    .split(|byte| matches!(byte, b',' | b' ' | b'\t' | b'"'))
                    .any(|name| name.eq_ignore_ascii_case(field))
            })
    })
}
