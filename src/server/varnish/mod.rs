//! Varnish: a C engine that finds the TTL, then VCL, an ordered list of rules over its result.
//!
//! Sites run VCL of their own before the builtin one, and what that returns keeps the builtin rules
//! from being reached. The answers here are those of the VCL that the profile names.
//!
//! Read in varnishcache/varnish-cache at 7.1.1 (7cee1c58) and 8.0.0 (71d4d756).

mod date;
mod directives;
mod token;
mod ttl;
mod vary;
mod vcl;

use super::Case;
use crate::field::Field;
use crate::message::RequestHead;
use crate::policy::RequestPolicy;
use crate::profile::Varnish;
use crate::profile::{Collapsing, Fact, ForWaiting};
use crate::profile::{ContentRange, UnlistedMethod};
use crate::rule::s4_reuse::{Answers, looked_up};
use crate::rule::s4_waiting::Waiting;
use crate::rule::{
    Draft, Evidence, Reason, Rule, RuleEffect, Tri, s3_5_authorization, s3_storing, s4_1_vary,
    s5_2_1_request, s5_2_2_response,
};

/// What the cache does with the response.
#[inline(never)]
pub(super) fn judge<'a>(case: &Case<'a>, settings: &Varnish, draft: &mut Draft<'a>) {
    let vcl = if settings.user_vcl.is_empty() { Rule::BuiltinVcl } else { Rule::UserVcl };
    draft.note(vcl, RuleEffect::Notes, Evidence::NONE);
    receive(draft, case, settings);
    if draft.bypassed == Tri::Yes {
        return;
    }
    let facts = case.profile.facts();
    s5_2_1_request::request_no_store(draft, &case.request, facts);
    s5_2_2_response::pragma(draft, &case.response, facts);
    if let Some(evidence) = refused(case, settings) {
        draft.forbid(Rule::ResponseRefused, evidence);
        return;
    }
    ttl::lifetime_and_age(draft, case);
    vcl::backend_response(draft, case, settings.user_vcl);
    vary::storable(draft, case);
    if draft.not_stored != Tri::Yes {
        ttl::grace(draft, case);
    }
}

/// `vcl_builtin_recv`: which requests are looked up.
fn receive<'a>(draft: &mut Draft<'a>, case: &Case<'a>, settings: &Varnish) {
    let facts = case.profile.facts();
    let method = case.request.head().method();
    if settings.unlisted_method == UnlistedMethod::Refuse && !LISTED_METHODS.contains(&method) {
        return draft.bypass(Rule::MethodRefused, Evidence::of("method", method.as_bytes()));
    }
    s3_storing::method(draft, &case.request, facts);
    s3_5_authorization::authorization(draft, &case.request, &case.response, facts);
    s5_2_1_request::request_cookie(draft, &case.request, facts);
}

/// `vcl_req_method`
const LISTED_METHODS: [&str; 8] =
    ["GET", "HEAD", "PUT", "POST", "TRACE", "OPTIONS", "DELETE", "PATCH"];

/// Responses that end the fetch with the cache's own 503. A fetch that may be stored is sent as a
/// GET without conditions and ranges, so these answer a question that was not asked.
fn refused<'a>(case: &Case<'a>, settings: &Varnish) -> Option<Evidence<'a>> {
    let status = case.response.status();
    // `vbf_304_logic` in cache_fetch.c
    if status == 304 {
        return Some(Evidence::NONE);
    }
    // `VRG_CheckBo` in cache_range.c
    let range = case.response.scan().first(Field::ContentRange)?;
    let removed = match settings.content_range {
        ContentRange::Refuse => false,
        ContentRange::RemoveUnlessPartial => !matches!(status, 206 | 416),
    };
    (!removed).then_some(Evidence::in_field(Field::ContentRange, range))
}

/// How a later request is answered.
pub(super) fn answers<'a>(
    case: &Case<'a>,
    draft: &Draft<'a>,
    later: &RequestPolicy<'_>,
) -> Answers {
    let found = draft.stored().and(reaches(case, later)).and(vary::matches(case, later));
    let hit = found.and(usable(draft));
    Answers { hit: hit != Tri::No, validated: false, miss: hit != Tri::Yes }
}

/// What requests get that wait (`HSH_Lookup` in cache_hash.c). Up to 7 they look again, and what
/// has no TTL left is passed over; from 8 on they take the object that they waited for, fresh or
/// not, but never a marker.
pub(super) fn waiting<'a>(
    case: &Case<'a>,
    draft: &Draft<'a>,
    follower: &RequestPolicy<'_>,
) -> (Waiting, Reason<'a>) {
    let facts = case.profile.facts();
    let collapses = collapses(facts.collapsing);
    let waits = collapses.and(draft.bypassed.not()).and(reaches(case, follower));
    let (stored, varies, fresh) =
        (draft.stored(), vary::matches(case, follower).not(), usable(draft));
    let (stale_rule, when_stale) = if draft.past_expires {
        (Rule::WaitingPastExpires, facts.waiting_past_expires)
    } else {
        (Rule::WaitingZero, facts.waiting_zero)
    };
    let of_stored = stored.and(varies.not()).and(fresh.max(given(when_stale)));
    let of_unstored = stored.not().and(given(facts.waiting_not_stored));
    let shared = waits.and(of_stored.max(of_unstored));
    let rule = match (collapses, waits, stored) {
        (Tri::No, ..) => Rule::NoCollapsing,
        (_, Tri::No, _) => Rule::WaitingFresh,
        (.., Tri::No | Tri::Maybe) => Rule::WaitingNotStored,
        _ if varies == Tri::No && fresh != Tri::Yes => stale_rule,
        _ => Rule::WaitingFresh,
    };
    let (answer, effect) = match shared {
        Tri::Yes => (Waiting::Shared, RuleEffect::Shares),
        Tri::No => (Waiting::OwnFetch, RuleEffect::KeepsApart),
        Tri::Maybe => (Waiting::Unknown, RuleEffect::Unknown),
    };
    (answer, Reason { rule, effect, evidence: Evidence::NONE })
}

fn collapses(fact: Fact<Collapsing>) -> Tri {
    match fact {
        Fact::Known(Collapsing::On) => Tri::Yes,
        Fact::Known(Collapsing::Off) => Tri::No,
        Fact::Unknown => Tri::Maybe,
    }
}

/// Whether waiting requests are given what a later one would not get.
fn given(fact: Fact<ForWaiting>) -> Tri {
    match fact {
        Fact::Known(ForWaiting::Shared | ForWaiting::SharedUnlessBarred) => Tri::Yes,
        Fact::Known(ForWaiting::LookedUpAgain | ForWaiting::OwnFetch) => Tri::No,
        Fact::Known(ForWaiting::OwnFetchWhereSaid) | Fact::Unknown => Tri::Maybe,
    }
}

/// Whether a later request is looked up, under the same key. HEAD is fetched as GET, so each
/// answers the other.
fn reaches(case: &Case<'_>, later: &RequestPolicy<'_>) -> Tri {
    let facts = case.profile.facts();
    let (one, other) = (case.request.head(), later.head());
    let (stored, wanted) = (one.target(), other.target());
    let same_key = stored.path == wanted.path
        && stored.query == wanted.query
        && host(&case.request).eq_ignore_ascii_case(host(later))
        && facts
            .key
            .known()
            .unwrap_or_default()
            .iter()
            .all(|name| s4_1_vary::same_field(name.as_bytes(), one, other));
    looked_up(later, facts).and(Tri::from(same_key))
}

/// `vcl_builtin_hash`: the Host field, lower-cased by `vcl_req_host`, with its port as it stands.
fn host<'a>(request: &RequestPolicy<'a>) -> &'a [u8] {
    first_line(request.head(), b"host").unwrap_or(request.head().target().origin.as_bytes())
}

/// `http_GetHdr` in cache_http.c: the first line of a field, and no other.
fn first_line<'a>(request: RequestHead<'a>, name: &[u8]) -> Option<&'a [u8]> {
    request
        .lines()
        .find(|(own, _)| own.as_bytes().eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

/// Fresh, or in grace (`EXP_Ttl`, `EXP_Ttl_grace`): with a TTL of 0 nothing is ever found.
fn usable(draft: &Draft<'_>) -> Tri {
    let (late, grace) = (draft.staleness(), draft.stale_window);
    let in_grace = if late.most <= grace.least {
        Tri::Yes
    } else if late.least > grace.most {
        Tri::No
    } else {
        Tri::Maybe
    };
    draft.remaining().is_positive().max(in_grace.and(draft.lifetime.is_positive()))
}
