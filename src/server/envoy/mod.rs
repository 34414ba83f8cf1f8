//! Envoy's cache filter, cache_v2.
//!
//! References are to source/extensions/filters/http/cache_v2 of envoyproxy/envoy.

mod date;
mod directives;
mod freshness;
mod wishes;

use super::Case;
use super::kit::LetterCase;
use crate::field::Field;
use crate::policy::{Method, RequestPolicy, ResponsePolicy, Stated};
use crate::profile::{Dialect, Fact, Facts, VaryFields};
use crate::rule::s2_key::in_key;
use crate::rule::s4_reuse::{Answers, looked_up};
use crate::rule::s4_waiting::Waiting;
use crate::rule::{
    Draft, Evidence, Reason, Rule, RuleEffect, Tri, s3_5_authorization, s3_storing, s4_1_vary,
    s5_2_1_request, s5_2_2_response,
};
use freshness::Freshness;

/// What the cache does with the response (`canServeRequestFromCache` and `isCacheableResponse` in
/// cacheability_utils.cc).
#[inline(never)]
pub(super) fn judge<'a>(case: &Case<'a>, draft: &mut Draft<'a>) {
    let Case { response, profile, .. } = case;
    let (facts, cache_type) = (profile.facts(), profile.cache_type());
    let request = &wishes::as_read(&case.request, letter_case(facts));
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

/// How a later request is answered: a part that is stored answers as if it were the whole.
pub(super) fn answers<'a>(
    case: &Case<'a>,
    draft: &Draft<'a>,
    later: &RequestPolicy<'_>,
) -> Answers {
    let facts = case.profile.facts();
    let later = &wishes::as_read(later, letter_case(facts));
    let found = draft.stored().and(looked_up(later, facts)).and(is_the_same(case, later));
    let validates = requires_validation(case, draft, later);
    // A HEAD that would have to validate is passed through.
    let passes = later.method == Method::Head;
    Answers {
        hit: found != Tri::No && validates != Tri::Yes,
        validated: found != Tri::No && validates != Tri::No && !passes,
        miss: found != Tri::Yes || (validates != Tri::No && passes),
    }
}

fn is_the_same(case: &Case<'_>, later: &RequestPolicy<'_>) -> Tri {
    let Case { request, response, profile, .. } = case;
    let facts = profile.facts();
    let (one, other) = (request.head(), later.head());
    in_key(facts, request, response, later).and(s4_1_vary::matches(
        response,
        facts.vary_fields,
        one,
        other,
    ))
}

/// `requiresValidation` in cache_sessions.cc.
fn requires_validation(case: &Case<'_>, draft: &Draft<'_>, later: &RequestPolicy<'_>) -> Tri {
    let control = &case.response.control;
    let wished = !later.no_cache.is_absent()
        || seconds(later.max_age).is_some_and(|most| draft.age.least > most);
    let fresh = draft.remaining();
    let of_lifetime = if fresh.is_positive() == Tri::Yes {
        Tri::from(seconds(later.min_fresh).is_some_and(|least| fresh.least <= least))
    } else {
        let bound = !(control.must_revalidate.is_absent() && control.proxy_revalidate.is_absent());
        let stale = Freshness::of(case).staleness().and_then(|stale| u64::try_from(stale).ok());
        let allowed = seconds(later.max_stale)
            .is_some_and(|most| most == u64::MAX || stale.is_some_and(|stale| stale < most));
        if allowed && !bound { Tri::No } else { fresh.is_positive().not() }
    };
    draft.validated.max(Tri::from(wished)).max(of_lifetime)
}

fn seconds(stated: Stated<'_>) -> Option<u64> {
    if let Stated::Seconds(seconds, _) = stated { Some(seconds) } else { None }
}

/// `getLookupResult` in cache_sessions_impl.cc: all that wait are given what is stored, without a look
/// at its freshness or at what they ask for; of what is not stored each fetches its own.
pub(super) fn waiting<'a>(
    case: &Case<'a>,
    draft: &Draft<'a>,
    follower: &RequestPolicy<'_>,
) -> (Waiting, Reason<'a>) {
    let waits = looked_up(follower, case.profile.facts()).and(is_the_same(case, follower));
    let (answer, rule) = match (waits, draft.stored()) {
        (Tri::No, _) => (Waiting::OwnFetch, Rule::NoCollapsing),
        (_, Tri::No) => (Waiting::OwnFetch, Rule::WaitingNotStored),
        (Tri::Yes, Tri::Yes) => (Waiting::Shared, shared_because(draft)),
        _ => (Waiting::Unknown, Rule::WaitingNotStored),
    };
    let effect = match answer {
        Waiting::Shared => RuleEffect::Shares,
        Waiting::Unknown => RuleEffect::Unknown,
        _ => RuleEffect::KeepsApart,
    };
    (answer, Reason { rule, effect, evidence: Evidence::NONE })
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
