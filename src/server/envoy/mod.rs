//! Envoy's cache filter, cache_v2.
//!
//! References are to source/extensions/filters/http/cache_v2 of envoyproxy/envoy.

mod date;
mod directives;
mod freshness;
mod request_directives;

use super::Case;
use super::kit::LetterCase;
use super::rfc9111::selects;
use crate::answer::Waiting;
use crate::calendar::Timestamp;
use crate::field::Field;
use crate::kept::{Flags, Forwarded, Hit, Lookup, Stored, StoredPolicy};
use crate::policy::{DeltaSeconds, Method, RequestPolicy, ResponsePolicy};
use crate::profile::{Dialect, Envoy, Fact, Facts, Profile, VaryFields};
use crate::rule::s4_reuse::looked_up;
use crate::rule::{
    Draft, Evidence, OwnFlags, Reason, Rule, Tri, s3_5_authorization, s3_storing, s4_1_vary,
    s5_2_1_request, s5_2_2_response,
};
use freshness::Freshness;

/// What the cache does with the response (`canServeRequestFromCache` and `isCacheableResponse` in
/// cacheability_utils.cc).
#[inline(never)]
pub(super) fn judge<'a>(case: &Case<'a>, settings: &Envoy, draft: &mut Draft<'a>) {
    let Case { response, profile, .. } = case;
    let (facts, cache_type) = (profile.facts(), profile.cache_type());
    let request = &request_directives::as_read(&case.request, settings, letter_case(facts));
    s3_storing::method(draft, request, facts);
    s5_2_1_request::bypassing_fields(draft, request, facts);
    s3_5_authorization::authorization(draft, request, response, facts);
    if draft.bypassed == Tri::Yes {
        return;
    }
    // A HEAD that finds nothing is passed through (`getLookupResult`).
    s3_storing::head_never(draft, request);
    s5_2_1_request::request_cookie(draft, request, facts);
    s5_2_1_request::request_no_store(draft, request, facts);
    s5_2_2_response::no_store(draft, response, facts);
    s5_2_2_response::private(draft, response, facts);
    s5_2_2_response::no_cache(draft, response, facts);
    s5_2_2_response::pragma(draft, response, facts);
    s5_2_2_response::set_cookie(draft, response, facts);
    vary(draft, response, facts);
    let permitted = s3_storing::permitted_explicitly(response, cache_type);
    s3_storing::status(draft, request, response, facts, permitted);
    s3_storing::permit(draft, response, facts, cache_type, permitted);
    if draft.not_stored != Tri::Yes {
        Freshness::of(case).write(draft, case);
    }
}

/// `VaryAllowList::allowsHeaders`: an empty first line is no Vary; each text between commas, an empty
/// one too, has to be a name that is allowed.
fn vary<'a>(draft: &mut Draft<'a>, response: &ResponsePolicy<'a>, facts: &Facts) {
    let lines = response.scan().all(Field::Vary);
    let Fact::Known(VaryFields::OnlyThese(allowed)) = facts.vary_fields else { return };
    if lines.clone().next().is_none_or(<[u8]>::is_empty) {
        return;
    }
    let mut names = lines.flat_map(|line| line.split(|&byte| byte == b',')).map(<[u8]>::trim_ascii);
    if let Some(name) = names.find(|name| !s4_1_vary::is_among(allowed, name)) {
        let rule = if name == b"*" { Rule::VaryStar } else { Rule::VaryFields };
        draft.forbid(rule, Evidence::in_field(Field::Vary, name));
    }
}

/// must-revalidate or proxy-revalidate: nothing has it used while stale.
const BOUND: OwnFlags = OwnFlags(1);

/// The parts of a response on which its reuse depends.
pub(super) fn keep(case: &Case<'_>, policy: &mut StoredPolicy) {
    let control = &case.response.control;
    // Of s-maxage since 1.40 (envoyproxy/envoy#47403).
    let by_s_maxage = case.profile.facts().dialect == Fact::Known(Dialect::Envoy)
        && !control.s_maxage.is_absent();
    let bound = by_s_maxage
        || !(control.must_revalidate.is_absent() && control.proxy_revalidate.is_absent());
    policy.own.set(BOUND, bound);
    policy.flags.set(Flags::NEVER_STALE, bound);
    policy.flags.decide(Flags::CONDITIONAL, Tri::Yes);
}

/// How a later request is answered: a part that is stored answers as if it were the whole.
pub(super) fn look_up(
    profile: &Profile,
    settings: &Envoy,
    stored: &Stored<'_>,
    later: &RequestPolicy<'_>,
    at: Option<Timestamp>,
) -> Lookup {
    let facts = profile.facts();
    let later = &request_directives::as_read(later, settings, letter_case(facts));
    let is_looked_up = looked_up(later, facts);
    if is_looked_up == Tri::No {
        return Lookup::elsewhere(Forwarded::Bypass);
    }
    let found = is_looked_up.and(selects(facts.vary_fields, stored, later));
    // A HEAD that would have to validate is passed through.
    let passes = later.method == Method::Head;
    let lookup = Lookup {
        found: Tri::Yes,
        reusable: requires_validation(stored.policy, later, at).not(),
        conditional: if passes { Tri::No } else { stored.policy.decided(Flags::CONDITIONAL) },
        hit: Hit::AsItIs,
        why: Forwarded::Stale,
    };
    lookup.if_found(found, Forwarded::VaryMiss)
}

/// `requiresValidation` in cache_sessions.cc.
fn requires_validation(
    policy: &StoredPolicy,
    later: &RequestPolicy<'_>,
    at: Option<Timestamp>,
) -> Tri {
    let (age, lifetime) = (policy.ages(at), policy.lifetimes());
    let wished =
        !later.no_cache.is_absent() || seconds(later.max_age).is_some_and(|most| age.least > most);
    let left = lifetime.minus(age);
    let of_lifetime = if left.is_positive() == Tri::Yes {
        Tri::from(seconds(later.min_fresh).is_some_and(|least| left.least <= least))
    } else {
        // A lifetime lasts until its last second is over.
        let stale = age
            .minus(lifetime)
            .known()
            .map(|stale| stale.saturating_add(1).saturating_add(policy.overdue.into()));
        let allowed = seconds(later.max_stale)
            .is_some_and(|most| most == u64::MAX || stale.is_some_and(|stale| stale < most));
        if allowed && !policy.own.has(BOUND) { Tri::No } else { left.is_positive().not() }
    };
    policy.decided(Flags::VALIDATED).max(Tri::from(wished)).max(of_lifetime)
}

fn seconds(stated: DeltaSeconds<'_>) -> Option<u64> {
    if let DeltaSeconds::Seconds(seconds, _) = stated { Some(seconds) } else { None }
}

/// `getLookupResult` in cache_sessions_impl.cc: all that wait are given what is stored, without a look
/// at its freshness or at what they ask for; of what is not stored each fetches its own.
pub(super) fn waiting<'a>(
    case: &Case<'a>,
    draft: &Draft<'a>,
    kept: &StoredPolicy,
    follower: &RequestPolicy<'_>,
) -> (Waiting, Reason<'a>) {
    let waits = case.reach(kept, follower).found;
    let (answer, rule) = match (waits, draft.stored()) {
        (Tri::No, _) => (Waiting::OwnFetch, Rule::NoCollapsing),
        (_, Tri::No) => (Waiting::OwnFetch, Rule::WaitingNotStored),
        (Tri::Yes, Tri::Yes) => (Waiting::Shared, shared_because(draft)),
        _ => (Waiting::Unknown, Rule::WaitingNotStored),
    };
    answer.because(rule, Evidence::NONE)
}

fn shared_because(draft: &Draft<'_>) -> Rule {
    match draft.remaining().most {
        _ if draft.validated != Tri::No => Rule::WaitingNoCache,
        0 if draft.past_expires => Rule::WaitingPastExpires,
        0 => Rule::WaitingZero,
        _ => Rule::WaitingFresh,
    }
}

fn letter_case(facts: &Facts) -> LetterCase {
    match facts.dialect {
        Fact::Known(Dialect::Envoy139) => LetterCase::Counts,
        _ => LetterCase::Ignored,
    }
}
