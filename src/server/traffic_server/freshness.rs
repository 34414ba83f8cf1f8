//! `calculate_document_freshness_limit` and `calculate_document_age`.
//!
//! A response is fresh while its age is not greater than its limit, in whole seconds; a limit of 0
//! is never fresh. The lifetime of a draft is the number of seconds for which that holds.

use super::Case;
use super::date::read_loose_date;
use crate::bytes::digit;
use crate::calendar::Timestamp;
use crate::field::Field;
use crate::policy::{DeltaSeconds, InView};
use crate::profile::{
    AgeRule, DefaultTtl, Fact, Facts, FixedTtl, Heuristic, MaximumTtl, TrafficServer, Ttl,
};
use crate::rule::{Draft, Evidence, Interval, Rule, RuleEffect};

/// The lifetime and the age on arrival; both reasons are noted.
pub(super) fn lifetime_and_age<'a>(
    draft: &mut Draft<'a>,
    case: &Case<'a>,
    settings: &TrafficServer,
) {
    let limit = limit(draft, case, settings, Expires::Read);
    draft.lifetime = limit.map(seconds_of_freshness);
    if limit.least > 0 {
        draft.note(Rule::LastSecond, RuleEffect::Notes, Evidence::NONE);
    }
    // Both clocks count whole seconds, and an exchange does not tell the fraction.
    draft.up_to_a_second_less = true;
    draft.age = if ttl_in_cache(case.profile.facts()).is_none() {
        age(draft, case)
    } else {
        Interval::ZERO
    };
}

/// For how many seconds an age is not greater than a limit.
pub(super) fn seconds_of_freshness(limit: u64) -> u64 {
    if limit == 0 { 0 } else { limit.saturating_add(1) }
}

/// The limit on the age that [`seconds_of_freshness`] was made from.
pub(super) fn limit_of(seconds: u64) -> u64 {
    seconds.saturating_sub(1)
}

/// Whether Expires is read: it is skipped while the object is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expires {
    Read,
    Skipped,
}

/// `calculate_document_freshness_limit`: s-maxage, max-age, Expires, or the heuristic.
pub(super) fn limit<'a>(
    draft: &mut Draft<'a>,
    case: &Case<'a>,
    settings: &TrafficServer,
    expires: Expires,
) -> Interval {
    if let Some(seconds) = ttl_in_cache(case.profile.facts()) {
        draft.note(Rule::FixedTtl, RuleEffect::SetsLifetime(seconds), Evidence::NONE);
        return Interval::exactly(seconds);
    }
    let stated = by_directive(draft, case).or_else(|| match expires {
        Expires::Read if settings.negative_statuses.contains(&case.response.status()) => {
            Some(negative(draft, settings))
        }
        Expires::Read => by_expires(draft, case),
        Expires::Skipped => None,
    });
    let limit = stated.unwrap_or_else(|| heuristic(draft, case));
    bounds(draft, case, limit)
}

/// `ttl-in-cache` of cache.config: a lifetime that beats the response's own, counted from receipt.
pub(super) fn ttl_in_cache(facts: &Facts) -> Option<u64> {
    match facts.fixed_ttl {
        Fact::Known(FixedTtl::Seconds(seconds)) if seconds > 0 => Some(seconds),
        _ => None,
    }
}

/// `get_max_age`: s-maxage before max-age; a negative one, or one without a number, is 0.
fn by_directive<'a>(draft: &mut Draft<'a>, case: &Case<'a>) -> Option<Interval> {
    let control = &case.response.control;
    let (rule, stated) = match control.s_maxage {
        DeltaSeconds::Absent => (Rule::MaxAge, control.max_age),
        stated => (Rule::SMaxage, stated),
    };
    let (seconds, text) = match stated {
        DeltaSeconds::Absent => return None,
        DeltaSeconds::Seconds(seconds, text) => (seconds, text),
        DeltaSeconds::Invalid(text) | DeltaSeconds::Doubtful(text) => (0, text),
    };
    let evidence = Evidence::of(case.response.control_field, text);
    draft.note(rule, RuleEffect::SetsLifetime(seconds), evidence);
    Some(Interval::exactly(seconds))
}

/// Expires less Date, 0 where that is past or no date. Where Date is none the time of the request
/// takes its place.
fn by_expires<'a>(draft: &mut Draft<'a>, case: &Case<'a>) -> Option<Interval> {
    let text = expires(case)?;
    let evidence = Evidence::in_field(Field::Expires, text);
    let Some(end) = read_loose_date(text) else {
        draft.past_expires = true;
        draft.note(Rule::InvalidExpires, RuleEffect::SetsLifetime(0), evidence);
        return Some(Interval::ZERO);
    };
    let Some(start) = date(case).or_else(|| case.times.now()) else {
        draft.note(Rule::NoClock, RuleEffect::Unknown, evidence);
        return Some(Interval::UNKNOWN);
    };
    let seconds = until(end, start);
    draft.past_expires = seconds == 0;
    draft.note(Rule::Expires, RuleEffect::SetsLifetime(seconds), evidence);
    Some(Interval::exactly(seconds))
}

/// `handle_cache_operation_on_forward_server_response`: an error gets an Expires of its own, in the place of the origin's.
fn negative(draft: &mut Draft<'_>, settings: &TrafficServer) -> Interval {
    let seconds = settings.negative_lifetime;
    draft.note(Rule::ErrorTtl, RuleEffect::SetsLifetime(seconds), Evidence::NONE);
    Interval::exactly(seconds)
}

/// A share of the time between Last-Modified and Date where both are dates; else, and at least,
/// the minimum (`heuristic_min_lifetime`).
fn heuristic<'a>(draft: &mut Draft<'a>, case: &Case<'a>) -> Interval {
    let facts = case.profile.facts();
    if let (
        Fact::Known(Heuristic::Fraction { percent, minimum, maximum }),
        Some(modified),
        Some(text),
    ) = (facts.heuristic, last_modified(case), case.response.scan().first(Field::LastModified))
    {
        let evidence = Evidence::in_field(Field::LastModified, text);
        if let Some(date) = date(case) {
            let share = until(date, modified).saturating_mul(u64::from(percent)) / 100;
            let seconds = share.min(maximum).max(minimum);
            draft.note(Rule::Heuristic, RuleEffect::SetsLifetime(seconds), evidence);
            return Interval::exactly(seconds);
        }
        if gets_a_date(case) {
            draft.note(Rule::NoClock, RuleEffect::Unknown, evidence);
            return Interval::UNKNOWN;
        }
    }
    match facts.default_ttl {
        Fact::Known(DefaultTtl::Always(Ttl::Seconds(seconds))) => {
            draft.note(Rule::DefaultTtl, RuleEffect::SetsLifetime(seconds), Evidence::NONE);
            Interval::exactly(seconds)
        }
        Fact::Known(DefaultTtl::None) => {
            draft.note(Rule::NoLifetime, RuleEffect::SetsLifetime(0), Evidence::NONE);
            Interval::ZERO
        }
        _ => {
            draft.note(Rule::DefaultTtl, RuleEffect::Unknown, Evidence::NONE);
            Interval::UNKNOWN
        }
    }
}

/// `guaranteed_max_lifetime` and `guaranteed_min_lifetime`: the minimum has the last word.
fn bounds(draft: &mut Draft<'_>, case: &Case<'_>, limit: Interval) -> Interval {
    let facts = case.profile.facts();
    let minimum = facts.minimum_ttl.known().unwrap_or(0);
    let maximum = match facts.maximum_ttl {
        Fact::Known(MaximumTtl::Seconds(seconds)) => seconds,
        Fact::Known(MaximumTtl::None) | Fact::Unknown => u64::MAX,
    };
    if limit.known().is_some_and(|seconds| seconds > maximum) {
        draft.note(Rule::MaximumTtl, RuleEffect::LimitsLifetime(maximum), Evidence::NONE);
    }
    if limit.least.min(maximum) < minimum {
        draft.note(Rule::MinimumTtl, RuleEffect::LimitsLifetime(minimum), Evidence::NONE);
    }
    limit.map(|seconds| seconds.min(maximum).max(minimum))
}

/// `calculate_document_age` (HttpTransactHeaders.cc): the age by Date or by the Age field,
/// whichever is greater, and the time that the origin took.
fn age<'a>(draft: &mut Draft<'a>, case: &Case<'a>) -> Interval {
    let text = case.response.scan().first(Field::Age).unwrap_or_default();
    let apparent = match (case.times.now(), date(case)) {
        (Some(now), Some(date)) => until(now, date),
        _ => 0,
    };
    let (field, rule) = (age_field(text), case.profile.facts().age);
    let seconds = match rule {
        Fact::Known(AgeRule::Ignored) => 0,
        Fact::Known(
            AgeRule::AgeField | AgeRule::AgeFieldUnlessExpires | AgeRule::AgeFieldOfDirectives,
        ) => field,
        Fact::Known(AgeRule::Rfc9111 | AgeRule::DateOfTheLastDay) | Fact::Unknown => {
            apparent.max(field).saturating_add(case.times.response_delay())
        }
    };
    if seconds > 0 {
        draft.note(Rule::Age, RuleEffect::Ages(seconds), Evidence::in_field(Field::Age, text));
    }
    Interval::exactly(seconds)
}

/// `MIMEHdr::get_age` (proxy/hdrs/MIME.h): the leading digits of the first line, in 64 bits with a
/// sign, around which longer numbers wrap. A negative number and anything else counts as 0.
fn age_field(text: &[u8]) -> u64 {
    let number = text
        .iter()
        .map_while(|&byte| digit(byte))
        .fold(0_u64, |number, digit| number.wrapping_mul(10).wrapping_add(digit));
    if number > i64::MAX.unsigned_abs() { 0 } else { number }
}

/// The first Expires line, where no other field has taken its place.
pub(super) fn expires<'a>(case: &Case<'a>) -> Option<&'a [u8]> {
    match case.response.expires_in_view {
        InView::Yes => case.response.scan().first(Field::Expires),
        InView::No => None,
    }
}

/// The Date in what is stored: a response without one gets the time of receipt, save a 500
/// (`check_response_validity`). One that is no date stays none.
fn date(case: &Case<'_>) -> Option<Timestamp> {
    if gets_a_date(case) {
        return case.times.now();
    }
    case.response.scan().first(Field::Date).and_then(read_loose_date)
}

fn gets_a_date(case: &Case<'_>) -> bool {
    !case.response.scan().has(Field::Date) && case.response.status() != 500
}

/// The first Last-Modified line, where that is a date.
pub(super) fn last_modified(case: &Case<'_>) -> Option<Timestamp> {
    case.response.scan().first(Field::LastModified).and_then(read_loose_date)
}

/// Whole seconds from `start` until `end`, 0 where that is not ahead.
fn until(end: Timestamp, start: Timestamp) -> u64 {
    u64::try_from(end.seconds_since(start)).unwrap_or(0)
}
