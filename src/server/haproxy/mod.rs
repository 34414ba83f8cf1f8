//! HAProxy's cache.
//!
//! References are to haproxy/haproxy: `http_action_store_cache` and `http_calc_maxage` in
//! `src/cache.c`, at v2.6.0 and at 50872da (3.5-dev5).

mod coding;
mod date;
mod directives;
mod fold;

use super::Case;
use crate::calendar::Timestamp;
use crate::field::{Field, values};
use crate::kept::{Flags, Forwarded, Hit, Lookup, Stored, StoredPolicy};
use crate::policy::{DeltaSeconds, Method, Presence, RequestPolicy, ResponsePolicy};
use crate::profile::CodingKey;
use crate::profile::Haproxy;
use crate::profile::{DefaultTtl, Fact, Facts, MaximumTtl, Profile, Ttl, VaryFields};
use crate::rule::s4_1_vary::same_first_line;
use crate::rule::s4_reuse;
use crate::rule::{
    Draft, Evidence, Interval, Rule, RuleEffect, Tri, s3_storing, s5_2_1_request, s5_2_2_response,
};
use crate::server::kit::{Strtol, strtol};
use coding::Codings;
use fold::RequestDirectives;

const ACCEPT_ENCODING: &str = "accept-encoding";

/// What the cache does with the response.
#[inline(never)]
pub(super) fn judge<'a>(case: &Case<'a>, settings: &Haproxy, draft: &mut Draft<'a>) {
    let Case { request, response, profile, .. } = case;
    let (facts, cache_type) = (profile.facts(), profile.cache_type());
    s3_storing::method(draft, request, facts);
    if draft.bypassed == Tri::Yes {
        return;
    }
    s5_2_1_request::request_cookie(draft, request, facts);
    s3_storing::head_never(draft, request);
    let permitted = s3_storing::permitted_explicitly(response, cache_type);
    s3_storing::status(draft, request, response, facts, permitted);
    let directives = RequestDirectives::of(request);
    vary(draft, case, settings, &directives);
    pragma(draft, response, facts);
    fold::cacheability(draft, case, settings, &directives);
    s5_2_2_response::set_cookie(draft, response, facts);
    let stated = lifetime(draft, case);
    age(draft, response, stated);
}

/// How a later request is answered: from the cache or by the origin; nothing is ever validated.
pub(super) fn look_up(
    profile: &Profile,
    stored: &Stored<'_>,
    later: &RequestPolicy<'_>,
    at: Option<Timestamp>,
) -> Lookup {
    let (facts, policy) = (profile.facts(), stored.policy);
    if !matches!(later.method, Method::Get | Method::Head) {
        return Lookup::elsewhere(Forwarded::Method);
    }
    if s4_reuse::looked_up(later, facts) == Tri::No {
        return Lookup::elsewhere(Forwarded::Bypass);
    }
    if !RequestDirectives::of(later).no_lookup.is_absent() {
        return Lookup::elsewhere(Forwarded::Request);
    }
    if s4_reuse::answers_method(policy.method, later.method) == Tri::No {
        return Lookup::elsewhere(Forwarded::Method);
    }
    if policy.status() == 206 && !stored.variant.has_range_of(later) {
        return Lookup::elsewhere(Forwarded::Partial);
    }
    if policy.decided(Flags::MATCHES_NOTHING) == Tri::Yes || !same_variant(stored, later) {
        return Lookup::elsewhere(Forwarded::VaryMiss);
    }
    Lookup {
        found: Tri::Yes,
        reusable: policy.lifetimes().minus(policy.ages(at)).is_positive(),
        conditional: Tri::No,
        hit: Hit::AsItIs,
        why: Forwarded::Stale,
    }
}

/// Nothing is ever asked with a condition.
pub(super) fn keep(policy: &mut StoredPolicy) {
    policy.flags.decide(Flags::CONDITIONAL, Tri::No);
}

/// `http_check_vary_header`: process-vary off knows no name, and so bars every Vary.
fn vary<'a>(
    draft: &mut Draft<'a>,
    case: &Case<'a>,
    settings: &Haproxy,
    directives: &RequestDirectives<'a>,
) {
    let Case { request, response, profile, .. } = case;
    let Fact::Known(VaryFields::OnlyThese(known)) = profile.facts().vary_fields else { return };
    if !response.scan().has(Field::Vary) {
        return;
    }
    let mut by_coding = false;
    for value in values(response.scan().all(Field::Vary)) {
        by_coding |= value.eq_ignore_ascii_case(ACCEPT_ENCODING.as_bytes());
        let is_known = known.iter().any(|name| name.as_bytes().eq_ignore_ascii_case(value));
        if !is_known {
            let rule = if value == b"*" { Rule::VaryStar } else { Rule::VaryFields };
            return draft.forbid(rule, Evidence::in_field(Field::Vary, value));
        }
    }
    if !directives.no_lookup.is_absent() || Codings::accepted_by(request).is_none() {
        draft.forbid(Rule::VaryWithoutLookup, Evidence::in_field(Field::Vary, b""));
    }
    if settings.coding_key == CodingKey::AcceptEncoding && !by_coding {
        return;
    }
    if Codings::of_response(response.scan()).is_none() {
        let text = response.scan().first(Field::ContentEncoding).unwrap_or_default();
        draft.forbid(Rule::ContentCoding, Evidence::in_field(Field::ContentEncoding, text));
    } else if !by_coding {
        draft.matches_nothing = Tri::Yes;
        let text = response.scan().first(Field::Vary).unwrap_or_default();
        draft.note(
            Rule::VaryFields,
            RuleEffect::NeverMatches,
            Evidence::in_field(Field::Vary, text),
        );
    }
}

/// `secondary_entry_exist`: the later request accepts the coding, and is equal in all else.
fn same_variant(stored: &Stored<'_>, later: &RequestPolicy<'_>) -> bool {
    stored.variant.all_compared(values, later, same_first_line, |name, is_same| {
        if name.eq_ignore_ascii_case(ACCEPT_ENCODING.as_bytes()) {
            Codings::accepted_by(later)
                .zip(Codings::of_response(&stored.scan()))
                .is_some_and(|(accepted, own)| accepted.hold(own))
        } else {
            is_same
        }
    })
}

/// The whole first line is `no-cache`; then Cache-Control is not read.
fn pragma<'a>(draft: &mut Draft<'a>, response: &ResponsePolicy<'a>, facts: &Facts) {
    let seen = response
        .scan()
        .first(Field::Pragma)
        .filter(|text| text.eq_ignore_ascii_case(b"no-cache"))
        .map_or(Presence::Absent, Presence::Present);
    draft.treat(Rule::Pragma, seen, Field::Pragma.name(), facts.pragma, facts);
}

/// `http_calc_maxage`: the first of s-maxage, max-age (0 counts as none) and Expires, else the
/// cache's own `max-age`, which is the bound of all. Returns what the response states.
fn lifetime<'a>(draft: &mut Draft<'a>, case: &Case<'a>) -> Interval {
    let control = &case.response.control;
    let facts = case.profile.facts();
    for (rule, stated) in [(Rule::SMaxage, control.s_maxage), (Rule::MaxAge, control.max_age)] {
        if let DeltaSeconds::Invalid(text) = stated {
            let evidence = Evidence::in_field(Field::CacheControl, text);
            draft.note(rule, RuleEffect::SetsLifetime(0), evidence);
            return Interval::ZERO;
        }
    }
    for (rule, stated) in [(Rule::SMaxage, control.s_maxage), (Rule::MaxAge, control.max_age)] {
        if let DeltaSeconds::Seconds(seconds @ 1.., text) = stated {
            let evidence = Evidence::in_field(Field::CacheControl, text);
            draft.note(rule, RuleEffect::SetsLifetime(seconds), evidence);
            let stated = Interval::exactly(seconds);
            draft.lifetime = bounded(draft, facts, stated);
            return stated;
        }
    }
    let nothing_stated = control.s_maxage.is_absent() && control.max_age.is_absent();
    let text = case.response.scan().first(Field::Expires).filter(|_| nothing_stated);
    let Some(text) = text else {
        draft.lifetime = default(draft, facts);
        return Interval::ZERO;
    };
    let stated = expires(draft, case, text);
    draft.lifetime = bounded(draft, facts, stated);
    stated
}

/// Expires runs from the cache's own clock.
fn expires<'a>(draft: &mut Draft<'a>, case: &Case<'a>, text: &'a [u8]) -> Interval {
    let evidence = Evidence::in_field(Field::Expires, text);
    let Some(at) = date::read(text) else {
        draft.note(Rule::InvalidExpires, RuleEffect::SetsLifetime(0), evidence);
        return Interval::ZERO;
    };
    let Some(now) = case.clock() else {
        draft.note(Rule::NoClock, RuleEffect::Unknown, evidence);
        return Interval::UNKNOWN;
    };
    let seconds = u64::try_from(at.seconds_since(now)).unwrap_or(0);
    draft.past_expires = seconds == 0;
    draft.note(Rule::Expires, RuleEffect::SetsLifetime(seconds), evidence);
    Interval::exactly(seconds)
}

fn bounded(draft: &mut Draft<'_>, facts: &Facts, stated: Interval) -> Interval {
    let Fact::Known(MaximumTtl::Seconds(maximum)) = facts.maximum_ttl else { return stated };
    if stated.least > maximum {
        draft.note(Rule::MaximumTtl, RuleEffect::LimitsLifetime(maximum), Evidence::NONE);
    }
    stated.map(|seconds| seconds.min(maximum))
}

fn default(draft: &mut Draft<'_>, facts: &Facts) -> Interval {
    let Fact::Known(DefaultTtl::Always(Ttl::Seconds(seconds))) = facts.default_ttl else {
        draft.note(Rule::NoLifetime, RuleEffect::SetsLifetime(0), Evidence::NONE);
        return Interval::ZERO;
    };
    draft.note(Rule::DefaultTtl, RuleEffect::SetsLifetime(seconds), Evidence::NONE);
    Interval::exactly(seconds)
}

/// An Age is no part of the lifetime; one that is 0, no number, or more than the response states
/// bars storing. The stated lifetime is an `unsigned int` there, so it wraps at 2^32.
fn age<'a>(draft: &mut Draft<'a>, response: &ResponsePolicy<'a>, stated: Interval) {
    let Some(text) = values(response.scan().all(Field::Age)).next() else { return };
    let evidence = Evidence::in_field(Field::Age, text);
    let unsigned = text.first().is_some_and(u8::is_ascii_digit);
    let age = strtol(text).filter(|_| unsigned).and_then(Strtol::whole).unwrap_or(0);
    match (u64::try_from(age).unwrap_or(0).min(OLDEST), stated.known()) {
        (0, _) => draft.forbid(Rule::AgeBeyondLifetime, evidence),
        (age, Some(stated)) if age > stated & u64::from(u32::MAX) => {
            draft.forbid(Rule::AgeBeyondLifetime, evidence);
        }
        (_, Some(_)) => draft.note(Rule::Age, RuleEffect::Ignored, evidence),
        (_, None) => draft.doubt(Rule::NoClock, evidence),
    }
}

/// `CACHE_ENTRY_MAX_AGE`
const OLDEST: u64 = 1 << 31;

#[cfg(test)]
mod tests {
    use crate::profile::{Profile, VaryFields};
    use crate::{FreshFor, HeaderLines, RequestHead, ResponseHead, storable};

    fn fresh_for(profile: &Profile, lines: &[(&str, &[u8])]) -> FreshFor {
        let request = RequestHead::new("GET", "http://a.test/", HeaderLines::from_pairs(&[]));
        let response = ResponseHead::new(200, HeaderLines::from_pairs(lines));
        storable(&request, &response, profile).fresh_for()
    }

    #[test]
    fn max_age_is_default_and_maximum() {
        const TEN_MINUTES: Profile =
            Profile::HAPROXY_2_6.with_default_ttl(600).with_maximum_ttl(600);
        for (line, default, adapted) in [
            (("ETag", &b"\"v1\""[..]), 60, 600),
            (("Cache-Control", b"max-age=300"), 60, 300),
            (("Cache-Control", b"max-age=3600"), 60, 600),
        ] {
            assert_eq!(fresh_for(&Profile::HAPROXY_2_6, &[line]), FreshFor::Seconds(default));
            assert_eq!(fresh_for(&TEN_MINUTES, &[line]), FreshFor::Seconds(adapted));
        }
    }

    #[test]
    fn without_process_vary_no_response_may_vary() {
        const OFF: Profile = Profile::HAPROXY_3.with_vary_fields(VaryFields::OnlyThese(&[]));
        let lines = [("Cache-Control", &b"max-age=30"[..]), ("Vary", b"Accept-Encoding")];
        assert_eq!(fresh_for(&Profile::HAPROXY_3, &lines), FreshFor::Seconds(30));
        assert_eq!(fresh_for(&OFF, &lines), FreshFor::NotStored);
    }
}
