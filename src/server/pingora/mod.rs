//! Pingora's cache library behind its proxy.
//!
//! References are to cloudflare/pingora: `resp_cacheable` in pingora-cache's filters.rs, and
//! pingora-proxy's proxy_cache.rs.

mod directives;

use super::Case;
use super::kit::{collapses, governing_expires};
use super::rfc9111::{self, selects};
use crate::answer::Waiting;
use crate::calendar::Timestamp;
use crate::field::Field;
use crate::kept::{Flags, Forwarded, Hit, Lookup, Stored, StoredPolicy};
use crate::policy::{RequestPolicy, ResponsePolicy};
use crate::profile::Profile;
use crate::rule::s4_reuse::looked_up;
use crate::rule::{Draft, Evidence, Interval, Reason, Rule, RuleEffect, Tri};

/// What the cache does with the response.
#[inline(never)]
pub(super) fn judge<'a>(case: &Case<'a>, draft: &mut Draft<'a>) {
    rfc9111::judge(case, draft);
    // `calculate_expires_header_time`: what is no date is the epoch.
    let repeats = case.response.scan().repeats(Field::Expires);
    let expires = governing_expires(&case.response).filter(|_| !repeats);
    if let Some(text) = expires.filter(|text| !is_date(text)) {
        let evidence = Evidence::in_field(Field::Expires, text);
        draft.note(Rule::InvalidExpires, RuleEffect::SetsLifetime(0), evidence);
        draft.lifetime = Interval::ZERO;
        draft.past_expires = true;
    }
}

/// Dates are read by the crate httpdate, which minds letter case and the name of the day.
fn is_date(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| httpdate::parse_http_date(text).is_ok())
}

/// The parts of a response on which its reuse depends.
pub(super) fn keep(case: &Case<'_>, policy: &mut StoredPolicy) {
    policy.flags.decide(Flags::CONDITIONAL, Tri::from(has_validator(&case.response)));
}

/// How a later request is answered. HEAD is fetched as GET, so either method answers the other
/// (`upstream::request_filter`); a part that the origin sent unasked answers as if it were the whole.
pub(super) fn look_up(
    profile: &Profile,
    stored: &Stored<'_>,
    later: &RequestPolicy<'_>,
    at: Option<Timestamp>,
) -> Lookup {
    let (facts, policy) = (profile.facts(), stored.policy);
    let is_looked_up = looked_up(later, facts);
    if is_looked_up == Tri::No {
        return Lookup::elsewhere(Forwarded::Bypass);
    }
    let found = is_looked_up.and(selects(facts.vary_fields, stored, later));
    let fresh = policy.lifetimes().minus(policy.ages(at)).is_positive();
    let lookup = Lookup {
        found: Tri::Yes,
        reusable: fresh.and(policy.decided(Flags::VALIDATED).not()),
        conditional: policy.decided(Flags::CONDITIONAL),
        hit: Hit::AsItIs,
        why: Forwarded::Stale,
    };
    lookup.if_found(found, Forwarded::VaryMiss)
}

/// `upstream::request_filter`: a condition is made of what stands there, tag or date or not.
fn has_validator(response: &ResponsePolicy<'_>) -> bool {
    response.scan().has(Field::Etag) || response.scan().has(Field::LastModified)
}

/// `CacheLock`: those who wait look up again when the first is done. What was not stored each fetches
/// on its own.
pub(super) fn waiting<'a>(
    case: &Case<'a>,
    draft: &Draft<'a>,
    kept: &StoredPolicy,
    follower: &RequestPolicy<'_>,
) -> (Waiting, Reason<'a>) {
    let collapses = collapses(case.profile.facts().collapsing);
    let again = case.look_up(kept, follower);
    let found = case.reach(kept, follower).found;
    let waits = collapses.and(draft.bypassed.not()).and(found);
    let own_fetch = waits != Tri::Yes || again.may_miss();
    let answer = match (waits, again.may_hit(), again.may_be_validated(), own_fetch) {
        (Tri::No, ..) | (_, false, false, true) => Waiting::OwnFetch,
        (_, true, false, false) => Waiting::Shared,
        (_, false, true, false) => Waiting::Validated,
        _ => Waiting::Unknown,
    };
    let rule = match (collapses, draft.stored()) {
        (Tri::No | Tri::Maybe, _) => Rule::NoCollapsing,
        (Tri::Yes, Tri::No | Tri::Maybe) => Rule::WaitingNotStored,
        (Tri::Yes, _) if draft.validated == Tri::No && draft.remaining().most > 0 => {
            Rule::WaitingFresh
        }
        (Tri::Yes, _) if draft.validated != Tri::No => Rule::WaitingNoCache,
        (Tri::Yes, _) => draft.staleness_rule(),
    };
    let (answer, reason) = answer.because(rule, Evidence::NONE);
    // An answer may be unknown where no possible one shares.
    let apart = answer == Waiting::Unknown && !again.may_hit();
    (answer, if apart { Reason { effect: RuleEffect::KeepsApart, ..reason } } else { reason })
}
