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

pub(super) use vary::names as vary_names;

use super::Case;
use super::kit::collapses;
use crate::answer::Waiting;
use crate::calendar::Timestamp;
use crate::field::Field;
use crate::kept::{Flags, Forwarded, Hit, Lookup, Stored, StoredPolicy, Variant};
use crate::message::RequestHead;
use crate::policy::RequestPolicy;
use crate::profile::Profile;
use crate::profile::Varnish;
use crate::profile::{ContentRange, UnlistedMethod};
use crate::profile::{Fact, ForWaiting};
use crate::rule::s4_reuse::looked_up;
use crate::rule::{
    Draft, Evidence, Reason, Rule, RuleEffect, Tri, s3_5_authorization, s3_storing, s5_2_1_request,
    s5_2_2_response,
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

/// The parts of a response on which its reuse depends. Nothing is validated before it is used; what
/// renews a response behind it asks with a condition for a 200 alone (`vbf_stp_condfetch` in cache_fetch.c).
pub(super) fn keep(policy: &mut StoredPolicy) {
    if policy.status() != 200 {
        policy.flags.set(Flags::HAS_TAG, false);
        policy.flags.set(Flags::HAS_MODIFIED, false);
    }
}

/// How a later request is answered (`HSH_Lookup` in cache_hash.c). HEAD is fetched as GET, so each
/// answers the other.
pub(super) fn look_up(
    profile: &Profile,
    stored: &Stored<'_>,
    later: &RequestPolicy<'_>,
    at: Option<Timestamp>,
) -> Lookup {
    let facts = profile.facts();
    let is_looked_up = looked_up(later, facts);
    if is_looked_up == Tri::No {
        return Lookup::elsewhere(Forwarded::Bypass);
    }
    let same_variant = vary::matches(facts, stored, later.head());
    if same_variant == Tri::No {
        return Lookup::elsewhere(Forwarded::VaryMiss);
    }
    let policy = stored.policy;
    let found = is_looked_up.and(same_variant);
    if found == Tri::Yes && policy.plain_hit(at).is_some() {
        return Lookup::HIT;
    }
    let (fresh, in_grace) = usable(policy, at);
    let lookup = Lookup {
        found: Tri::Yes,
        reusable: fresh.max(in_grace),
        conditional: Tri::No,
        hit: if fresh == Tri::Yes { Hit::AsItIs } else { Hit::RenewedBehind },
        why: Forwarded::Stale,
    };
    lookup.if_found(found, Forwarded::Bypass)
}

/// What requests get that wait (`HSH_Lookup` in cache_hash.c). Up to 7 they look again, and what
/// has no TTL left is passed over; from 8 on they take the object that they waited for, fresh or
/// not, but never a marker.
pub(super) fn waiting<'a>(
    case: &Case<'a>,
    draft: &Draft<'a>,
    kept: &StoredPolicy,
    follower: &RequestPolicy<'_>,
) -> (Waiting, Reason<'a>) {
    let facts = case.profile.facts();
    let collapses = collapses(facts.collapsing);
    let reaches = looked_up(follower, facts).and(case.in_key(follower));
    let waits = collapses.and(draft.bypassed.not()).and(reaches);
    let variant = Variant::AtHand(case.request.head(), case.response.scan());
    let same_variant = vary::matches_variant(facts, variant, follower.head());
    let (fresh, in_grace) = usable(kept, None);
    let (stored, fresh) = (draft.stored(), fresh.max(in_grace));
    let (stale_rule, when_stale) = if draft.past_expires {
        (Rule::WaitingPastExpires, facts.waiting_past_expires)
    } else {
        (Rule::WaitingZero, facts.waiting_zero)
    };
    let of_stored = stored.and(same_variant).and(fresh.max(given(when_stale)));
    let of_unstored = stored.not().and(given(facts.waiting_not_stored));
    let rule = match (collapses, waits, stored) {
        (Tri::No, ..) => Rule::NoCollapsing,
        (_, Tri::No, _) => Rule::WaitingFresh,
        (.., Tri::No | Tri::Maybe) => Rule::WaitingNotStored,
        _ if same_variant == Tri::Yes && fresh != Tri::Yes => stale_rule,
        _ => Rule::WaitingFresh,
    };
    let answer = match waits.and(of_stored.max(of_unstored)) {
        Tri::Yes => Waiting::Shared,
        Tri::No => Waiting::OwnFetch,
        Tri::Maybe => Waiting::Unknown,
    };
    answer.because(rule, Evidence::NONE)
}

/// Whether waiting requests are given what a later one would not get.
fn given(fact: Fact<ForWaiting>) -> Tri {
    match fact {
        Fact::Known(ForWaiting::Shared | ForWaiting::SharedUnlessBarred) => Tri::Yes,
        Fact::Known(ForWaiting::LookedUpAgain | ForWaiting::OwnFetch) => Tri::No,
        Fact::Known(ForWaiting::OwnFetchWhereSaid) | Fact::Unknown => Tri::Maybe,
    }
}

/// `http_GetHdr` in cache_http.c: the first line of a field, and no other.
fn first_line<'a>(request: RequestHead<'a>, name: &[u8]) -> Option<&'a [u8]> {
    request
        .lines()
        .find(|(own, _)| own.as_bytes().eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

/// Fresh, or in grace (`EXP_Ttl`, `EXP_Ttl_grace`): with a TTL of 0 nothing is ever found.
fn usable(policy: &StoredPolicy, at: Option<Timestamp>) -> (Tri, Tri) {
    let (age, lifetime) = (policy.ages(at), policy.lifetimes());
    let (late, grace) = (age.minus(lifetime), policy.stale_window.interval());
    let in_grace = if late.most <= grace.least {
        Tri::Yes
    } else if late.least > grace.most {
        Tri::No
    } else {
        Tri::Maybe
    };
    (lifetime.minus(age).is_positive(), in_grace.and(lifetime.is_positive()))
}
