//! Whether a stored response answers a request (src/client_side_reply.cc, cacheHit;
//! src/refresh.cc, refreshCheck; src/client_side.cc, varyEvaluateMatch).

use super::date::word_date;
use super::directives::squid_directives;
use super::letter_case;
use super::list::JoinedItems;
use super::own;
use super::reply::{Reply, Restrictions};
use super::request_directives::{MaxStale, RequestDirectives};
use crate::calendar::Timestamp;
use crate::field::{Field, FieldLines, Known};
use crate::kept::{Flags, Forwarded, Hit, Lookup, Stored, StoredPolicy};
use crate::policy::{DeltaSeconds, RequestPolicy};
use crate::profile::{OnReload, Profile};
use crate::rule::s4_1_vary::same_joined;
use crate::rule::s4_reuse::{answers_method, looked_up};
use crate::rule::{Draft, Tri};
use crate::server::Case;

/// What becomes of a response that a request has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    AsItIs,
    /// The origin is asked, always with an If-Modified-Since (processExpired).
    Validated,
    NotAtAll,
    /// Either of the former two: nothing tells what time it is.
    NeedsClock,
}

impl From<Use> for Lookup {
    fn from(answer: Use) -> Self {
        if answer == Use::NotAtAll {
            return Self::elsewhere(Forwarded::Request);
        }
        let (reusable, conditional) = match answer {
            Use::AsItIs => (Tri::Yes, Tri::No),
            Use::Validated | Use::NotAtAll => (Tri::No, Tri::Yes),
            Use::NeedsClock => (Tri::Maybe, Tri::Yes),
        };
        let why = Forwarded::Stale;
        Self { found: Tri::Yes, reusable, conditional, hit: Hit::AsItIs, why }
    }
}

/// identifyStoreObject: a request with no-cache looks nothing up, unless an option has it do so.
pub(super) fn find(
    profile: &Profile,
    stored: &Stored<'_>,
    later: &RequestPolicy<'_>,
    directives: &RequestDirectives<'_>,
) -> Result<(), Forwarded> {
    if looked_up(later, profile.facts()) == Tri::No {
        return Err(Forwarded::Bypass);
    }
    if answers_method(stored.policy.method, later.method) == Tri::No {
        return Err(Forwarded::Method);
    }
    if directives.reload == Some(OnReload::Fetch) {
        return Err(Forwarded::Request);
    }
    // A part answers nobody but who asks for it in the same words.
    if stored.policy.status() == 206 && !stored.variant.has_range_of(later) {
        return Err(Forwarded::Partial);
    }
    if varies_alike(stored, later) { Ok(()) } else { Err(Forwarded::VaryMiss) }
}

/// src/http.cc, assembleVaryKey: the values of the named fields are compared byte for byte, all
/// lines of a field joined. A `*` ends the list and matches.
fn varies_alike(stored: &Stored<'_>, later: &RequestPolicy<'_>) -> bool {
    if stored.policy.own.has(own::VARIES_BY_EVERYTHING) {
        return true;
    }
    stored.variant.all_compared(vary_names, later, same_joined, |_, is_same| is_same)
}

/// The members of Vary, blanks and all.
pub(in crate::server) fn vary_names(vary: FieldLines<'_>) -> impl Iterator<Item = &[u8]> {
    JoinedItems::of(vary).map(|name| name.text)
}

/// processConditional: a client's own condition is answered from a stored 200 only.
pub(super) fn answer_condition(
    policy: &StoredPolicy,
    later: &RequestPolicy<'_>,
    checked: Use,
) -> Use {
    match checked {
        Use::AsItIs if is_conditional(later) && policy.status() != 200 => Use::NotAtAll,
        other => other,
    }
}

fn is_conditional(later: &RequestPolicy<'_>) -> bool {
    let scan = later.scan();
    scan.has(Field::IfMatch)
        || scan.has(Field::IfNoneMatch)
        || scan.first(Field::IfModifiedSince).and_then(word_date).is_some()
}

/// Whether it is fresh for a request that asks for nothing.
pub(super) fn is_fresh(draft: &Draft<'_>) -> bool {
    draft.remaining().is_positive() == Tri::Yes && draft.validated == Tri::No
}

/// checkNegativeHit: an error is answered with as long as it is kept.
pub(super) fn is_negative_hit(policy: &StoredPolicy, at: Option<Timestamp>) -> bool {
    policy.own.has(own::NEGATIVE) && policy.ages(at).most < policy.lifetimes().least
}

/// refreshCheck.
pub(super) fn refresh_check(
    policy: &StoredPolicy,
    directives: &RequestDirectives<'_>,
    at: Option<Timestamp>,
) -> Use {
    let (ages, lifetimes) = (policy.ages(at), policy.lifetimes());
    let earlier = directives.min_fresh.unwrap_or(0);
    let age = signed(ages.most).saturating_add(earlier);
    let too_old = |max_age| max_age == 0 || age > max_age;
    if policy.decided(Flags::VALIDATED) == Tri::Yes
        || directives.validation
        || directives
            .max_age
            .is_some_and(|max_age| too_old(max_age) && !policy.own.has(own::IMMUTABLE))
    {
        return Use::Validated;
    }
    let Some(lifetime) = lifetimes.known().map(signed) else { return Use::NeedsClock };
    let past = age.saturating_sub(lifetime);
    let staleness = past.saturating_add(policy.overdue.into());
    let allowed = match directives.max_stale {
        _ if past < 0 => true,
        None => false,
        // ENTRY_REVALIDATE_STALE
        Some(_) if policy.own.has(own::BARS_STALE) => false,
        Some(MaxStale::Any) => true,
        Some(MaxStale::Seconds(most)) => staleness < most,
    };
    if allowed { Use::AsItIs } else { Use::Validated }
}

fn signed(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX)
}

/// must-revalidate, proxy-revalidate and s-maxage: not a second beyond the lifetime.
pub(super) fn bars_stale(case: &Case<'_>, reply: &Reply<'_>) -> bool {
    let control = &case.response.control;
    reply.restrictions == Restrictions::Apply
        && (control.must_revalidate.is_present()
            || control.proxy_revalidate.is_present()
            || matches!(control.s_maxage, DeltaSeconds::Seconds(..)))
}

/// RFC 8246: an immutable response makes a request's max-age moot.
pub(super) fn says_immutable(case: &Case<'_>) -> bool {
    squid_directives(case.response.scan().all(Field::CacheControl), letter_case(case.profile))
        .any(|directive| directive.known == Known::Immutable)
}
