//! The TTL, before VCL: `RFC2616_Ttl` in cache_rfc2616.c.

use super::date::read_date;
use super::token::{c_seconds, whole_token};
use crate::calendar::Timestamp;
use crate::field::Field;
use crate::policy::{DeltaSeconds, InView};
use crate::profile::{ExpiresClock, Fact};
use crate::rule::s4_2_freshness::{self, is_within, until};
use crate::rule::{Draft, Evidence, Interval, Rule, RuleEffect, s4_2_2_heuristic, s4_2_4_stale};
use crate::server::Case;

/// The lifetime, and the age that is taken off it.
pub(super) fn lifetime_and_age<'a>(draft: &mut Draft<'a>, case: &Case<'a>) {
    let seconds = s4_2_freshness::fixed(draft, &case.subject(case.profile.facts()))
        .unwrap_or_else(|| lifetime(draft, case));
    draft.lifetime =
        s4_2_freshness::bounds(draft, &case.subject(case.profile.facts()), seconds).map(as_c_float);
    draft.age = Interval::exactly(age(draft, case));
}

/// Grace: the time after the lifetime in which a stale answer is given. Without a lifetime there is
/// none, since `HSH_Lookup` passes such an object over.
pub(super) fn grace<'a>(draft: &mut Draft<'a>, case: &Case<'a>) {
    if draft.lifetime.most > 0 {
        s4_2_4_stale::stale_window(draft, &case.subject(case.profile.facts()));
    }
}

/// Statuses off the list live for no time, whatever the response says; 302 and 307 need an
/// explicit lifetime.
fn lifetime<'a>(draft: &mut Draft<'a>, case: &Case<'a>) -> Interval {
    let status = case.response.status();
    let Fact::Known(statuses) = case.profile.facts().statuses else {
        draft.note(Rule::Status, RuleEffect::Unknown, Evidence::NONE);
        return Interval::UNKNOWN;
    };
    if !statuses.explicit.contains(status) {
        draft.note(Rule::Status, RuleEffect::SetsLifetime(0), Evidence::NONE);
        return Interval::ZERO;
    }
    if let Some(seconds) = directive(draft, case).or_else(|| expires(draft, case)) {
        return seconds;
    }
    if statuses.heuristic.contains(status) {
        return s4_2_2_heuristic::unstated(draft, &case.subject(case.profile.facts()))
            .unwrap_or(Interval::ZERO);
    }
    draft.note(Rule::NoLifetime, RuleEffect::SetsLifetime(0), Evidence::NONE);
    Interval::ZERO
}

/// s-maxage, else max-age. An s-maxage without a value hides max-age and gives nothing.
fn directive<'a>(draft: &mut Draft<'a>, case: &Case<'a>) -> Option<Interval> {
    let (control, field) = (&case.response.control, case.response.control_field);
    for (rule, stated) in [(Rule::SMaxage, control.s_maxage), (Rule::MaxAge, control.max_age)] {
        if let DeltaSeconds::Seconds(seconds, text) = stated {
            draft.note(rule, RuleEffect::SetsLifetime(seconds), Evidence::of(field, text));
            return Some(Interval::exactly(seconds));
        }
    }
    let lines = || case.response.scan().all(Field::CacheControl);
    for (rule, name) in [(Rule::SMaxage, &b"s-maxage"[..]), (Rule::MaxAge, b"max-age")] {
        if let Some(token) = whole_token(lines(), name) {
            draft.note(
                rule,
                RuleEffect::Ignored,
                Evidence::in_field(Field::CacheControl, token.text),
            );
            return None;
        }
    }
    None
}

/// The first Expires line. One that is no date, and one at the very start of 1970, counts as none.
fn expires<'a>(draft: &mut Draft<'a>, case: &Case<'a>) -> Option<Interval> {
    if case.response.expires_in_view == InView::No {
        return None;
    }
    let scan = case.response.scan();
    let text = scan.first(Field::Expires)?;
    let evidence = Evidence::in_field(Field::Expires, text);
    let Some(at) = read_date(text) else {
        draft.note(Rule::InvalidExpires, RuleEffect::Ignored, evidence);
        return None;
    };
    let stated_date = scan.first(Field::Date).and_then(read_date);
    let now = case.times.now().or(stated_date);
    let date = if scan.has(Field::Date) { stated_date } else { now };
    let seconds = if date.is_some_and(|date| at < date) {
        Some(0)
    } else {
        match (date, now) {
            (Some(date), Some(now)) if !is_near(case, date, now) => as_c_int(until(at, date)),
            (_, Some(now)) => {
                // `now` is a `double` there.
                draft.up_to_a_second_less = true;
                Some(until(at, now))
            }
            (_, None) => None,
        }
    };
    let Some(seconds) = seconds else {
        draft.note(Rule::ExpiresClock, RuleEffect::Unknown, evidence);
        return Some(Interval::UNKNOWN);
    };
    draft.past_expires = seconds == 0;
    draft.note(Rule::Expires, RuleEffect::SetsLifetime(seconds), evidence);
    Some(Interval::exactly(seconds))
}

/// Whether Date is near enough to the cache's clock for that to be trusted (`clock_skew`).
fn is_near(case: &Case<'_>, date: Timestamp, now: Timestamp) -> bool {
    match case.profile.facts().expires_clock {
        Fact::Known(ExpiresClock::LocalIfDateWithin(skew)) => is_within(date, now, skew),
        Fact::Known(ExpiresClock::Date) => false,
        Fact::Known(ExpiresClock::Local) | Fact::Unknown => true,
    }
}

/// `(int)(h_expires - h_date)`: beyond that type the language leaves the result open.
fn as_c_int(seconds: u64) -> Option<u64> {
    i32::try_from(seconds).is_ok().then_some(seconds)
}

/// A TTL is a C `float`, of 24 bits: to the nearest, ties to even.
fn as_c_float(seconds: u64) -> u64 {
    let bits = u64::BITS.saturating_sub(seconds.leading_zeros());
    let step = 1_u64.checked_shl(bits.saturating_sub(24)).unwrap_or(u64::MAX);
    let below = seconds & !step.saturating_sub(1);
    let odd = below & step != 0;
    match seconds.saturating_sub(below).saturating_mul(2).cmp(&step) {
        std::cmp::Ordering::Less => below,
        std::cmp::Ordering::Equal if !odd => below,
        _ => below.saturating_add(step),
    }
}

/// `t_origin`: the first Age line, whatever it is.
fn age<'a>(draft: &mut Draft<'a>, case: &Case<'a>) -> u64 {
    let text = case.response.scan().first(Field::Age).unwrap_or_default();
    let seconds = c_seconds(text);
    if seconds > 0 {
        draft.note(Rule::Age, RuleEffect::Ages(seconds), Evidence::in_field(Field::Age, text));
    }
    seconds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_keeps_24_bits() {
        for (seconds, kept) in [
            (0, 0),
            (1, 1),
            (16_777_215, 16_777_215),
            (16_777_216, 16_777_216),
            (16_777_217, 16_777_216),
            (16_777_218, 16_777_218),
            (16_777_219, 16_777_220),
            (315_360_000, 315_360_000),
            (315_363_600, 315_363_584),
            (4_294_967_295, 4_294_967_296),
            (u64::MAX, u64::MAX),
        ] {
            assert_eq!(as_c_float(seconds), kept, "{seconds}");
        }
    }
}
