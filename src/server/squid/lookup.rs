//! Whether a stored response answers a request (src/client_side_reply.cc, cacheHit;
//! src/refresh.cc, refreshCheck; src/client_side.cc, varyEvaluateMatch).

use super::date::word_date;
use super::directives::squid_directives;
use super::letter_case;
use super::list::JoinedItems;
use super::reply::{Reply, Restrictions, Variance};
use super::wishes::{MaxStale, Wishes};
use crate::field::{Field, Known};
use crate::message::RequestHead;
use crate::policy::{RequestPolicy, Stated};
use crate::rule::s4_reuse::{looked_up, same_key};
use crate::rule::{Draft, Tri};
use crate::server::Case;

/// Whether a request finds a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Yes,
    No,
}

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

/// identifyStoreObject: a request with no-cache looks nothing up.
pub(super) fn find(case: &Case<'_>, draft: &Draft<'_>, later: &RequestPolicy<'_>) -> Found {
    let facts = case.profile.facts();
    let stored = case.stored(draft);
    let there = looked_up(later, facts).and(same_key(stored, later)) != Tri::No
        && Wishes::of(later, letter_case(case)).no_cache.is_absent()
        && varies_alike(case, case.request.head(), later.head());
    if there { Found::Yes } else { Found::No }
}

/// src/http.cc, assembleVaryKey: the values of the named fields are compared byte for byte, all
/// lines of a field joined; an empty field counts as none. A `*` ends the list and matches.
fn varies_alike(case: &Case<'_>, one: RequestHead<'_>, other: RequestHead<'_>) -> bool {
    if Variance::of(case) == Some(Variance::Everything) {
        return true;
    }
    let mut names = JoinedItems::of(case.response.scan().all(Field::Vary));
    names.all(|name| {
        one.has_lines_of(&other, name.text) || joined(name.text, one).eq(joined(name.text, other))
    })
}

fn joined<'a>(name: &[u8], request: RequestHead<'a>) -> impl Iterator<Item = &'a u8> {
    request
        .lines()
        .filter(move |(own, _)| own.as_bytes().eq_ignore_ascii_case(name))
        .enumerate()
        .flat_map(|(place, (_, value))| {
            let comma: &[u8] = if place == 0 { b"" } else { b", " };
            comma.iter().chain(value)
        })
}

/// processConditional: a client's own condition is answered from a stored 200 only.
pub(super) fn answer_condition(case: &Case<'_>, later: &RequestPolicy<'_>, checked: Use) -> Use {
    match checked {
        Use::AsItIs if is_conditional(later) && case.response.status() != 200 => Use::NotAtAll,
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

/// refreshCheck.
pub(super) fn refresh_check(
    case: &Case<'_>,
    reply: &Reply<'_>,
    draft: &Draft<'_>,
    later: &RequestPolicy<'_>,
) -> Use {
    let wishes = Wishes::of(later, letter_case(case));
    let at = reply.entry.now.saturating_add(wishes.min_fresh.unwrap_or(0));
    let too_old = |max_age| max_age == 0 || reply.entry.age(at) > max_age;
    if draft.validated == Tri::Yes
        || wishes.max_age.is_some_and(|max_age| too_old(max_age) && !says_immutable(case))
    {
        return Use::Validated;
    }
    if draft.lifetime.known().is_none() {
        return Use::NeedsClock;
    }
    let allowed = match (reply.entry.staleness(at), wishes.max_stale) {
        (None, _) => true,
        (Some(_), None) => false,
        // ENTRY_REVALIDATE_STALE
        (Some(_), Some(_)) if bars_stale(case, reply) => false,
        (Some(_), Some(MaxStale::Any)) => true,
        (Some(staleness), Some(MaxStale::Seconds(most))) => staleness < most,
    };
    if allowed { Use::AsItIs } else { Use::Validated }
}

/// must-revalidate, proxy-revalidate and s-maxage: not a second beyond the lifetime.
fn bars_stale(case: &Case<'_>, reply: &Reply<'_>) -> bool {
    let control = &case.response.control;
    reply.restrictions == Restrictions::Apply
        && (control.must_revalidate.is_present()
            || control.proxy_revalidate.is_present()
            || matches!(control.s_maxage, Stated::Seconds(..)))
}

/// RFC 8246: an immutable response makes a request's max-age moot.
fn says_immutable(case: &Case<'_>) -> bool {
    squid_directives(case.response.scan().all(Field::CacheControl), letter_case(case))
        .any(|directive| directive.known == Known::Immutable)
}
