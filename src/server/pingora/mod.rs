//! Pingora's cache library behind its proxy.
//!
//! References are to cloudflare/pingora: `resp_cacheable` in pingora-cache's filters.rs, and
//! pingora-proxy's proxy_cache.rs.

mod directives;

use super::kit::governing_expires;
use super::{Case, rfc9111};
use crate::field::Field;
use crate::policy::{RequestPolicy, ResponsePolicy};
use crate::profile::{Collapsing, Fact};
use crate::rule::s2_key::in_key;
use crate::rule::s4_1_vary;
use crate::rule::s4_reuse::{Answers, looked_up};
use crate::rule::s4_waiting::Waiting;
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

/// How a later request is answered. HEAD is fetched as GET, so either method answers the other
/// (`upstream::request_filter`); a part that the origin sent unasked answers as if it were the whole.
pub(super) fn answers<'a>(
    case: &Case<'a>,
    draft: &Draft<'a>,
    later: &RequestPolicy<'_>,
) -> Answers {
    let found = draft.stored().and(is_found(case, later));
    let reusable = draft.remaining().is_positive().and(draft.validated.not());
    let conditional = has_validator(&case.response);
    Answers {
        hit: found != Tri::No && reusable != Tri::No,
        validated: found != Tri::No && reusable != Tri::Yes && conditional,
        miss: found != Tri::Yes || (reusable != Tri::Yes && !conditional),
    }
}

/// The request is looked up, and finds what this one has stored.
fn is_found(case: &Case<'_>, later: &RequestPolicy<'_>) -> Tri {
    let Case { request, response, profile, .. } = case;
    let facts = profile.facts();
    let (one, other) = (request.head(), later.head());
    looked_up(later, facts).and(in_key(facts, request, response, later)).and(s4_1_vary::matches(
        response,
        facts.vary_fields,
        one,
        other,
    ))
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
    follower: &RequestPolicy<'_>,
) -> (Waiting, Reason<'a>) {
    let collapses = match case.profile.facts().collapsing {
        Fact::Known(Collapsing::On) => Tri::Yes,
        Fact::Known(Collapsing::Off) => Tri::No,
        Fact::Unknown => Tri::Maybe,
    };
    let waits = collapses.and(draft.bypassed.not()).and(is_found(case, follower));
    let again = answers(case, draft, follower);
    let own_fetch = waits != Tri::Yes || again.miss;
    let answer = match (waits, again.hit, again.validated, own_fetch) {
        (Tri::No, ..) | (_, false, false, true) => Waiting::OwnFetch,
        (_, true, false, false) => Waiting::Shared,
        (_, false, true, false) => Waiting::Validated,
        _ => Waiting::Unknown,
    };
    let rule = match (collapses, draft.stored()) {
        (Tri::No | Tri::Maybe, _) => Rule::NoCollapsing,
        (Tri::Yes, Tri::No | Tri::Maybe) => Rule::WaitingNotStored,
        (Tri::Yes, _) if draft.validated != Tri::No => Rule::WaitingNoCache,
        (Tri::Yes, _) if draft.remaining().most > 0 => Rule::WaitingFresh,
        (Tri::Yes, _) if draft.past_expires => Rule::WaitingPastExpires,
        (Tri::Yes, _) => Rule::WaitingZero,
    };
    let effect = match answer {
        Waiting::Shared => RuleEffect::Shares,
        Waiting::Unknown if again.hit => RuleEffect::Unknown,
        _ => RuleEffect::KeepsApart,
    };
    (answer, Reason { rule, effect, evidence: Evidence::NONE })
}
