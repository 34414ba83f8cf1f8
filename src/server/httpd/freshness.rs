//! The lifetime that a response is stored with, and its age on arrival (MC 1395-1454; CU
//! `ap_cache_current_age`).
//!
//! Two lifetimes lie side by side. What s-maxage or max-age states is read again at every use, as
//! it stands; CacheMinExpire and CacheMaxExpire bind only the other one, the expiry, which counts
//! where no such number is there.

use super::date;
use super::directives::cut_argument;
use super::reuse::is_removed;
use crate::calendar::Timestamp;
use crate::field::Field;
use crate::policy::{DeltaSeconds, ResponsePolicy};
use crate::profile::{DefaultTtl, Fact, Facts, Heuristic, MaximumTtl, Ttl};
use crate::rule::{Draft, Evidence, Interval, Rule, RuleEffect};
use crate::server::Case;
use crate::server::kit::{Strtol, in_microseconds, strtol};

/// The value that stands for "no number": a stated -1 cannot be told from it.
pub(super) const UNSET: i64 = -1;

/// The number of a directive, negative ones included.
pub(super) fn seconds(stated: DeltaSeconds<'_>) -> Option<i64> {
    match stated {
        DeltaSeconds::Seconds(seconds, _) => Some(i64::try_from(seconds).unwrap_or(i64::MAX)),
        DeltaSeconds::Invalid(text) => {
            cut_argument(text).1.and_then(strtol).and_then(Strtol::whole)
        }
        DeltaSeconds::Absent | DeltaSeconds::Doubtful(_) => None,
    }
}

/// Whether s-maxage or max-age is there with a number.
pub(super) fn has_directive(response: &ResponsePolicy<'_>) -> bool {
    !(response.control.s_maxage.is_absent() && response.control.max_age.is_absent())
}

/// CU `cache_check_freshness`: the lifetime that s-maxage, else max-age, states.
pub(super) fn stated(response: &ResponsePolicy<'_>) -> Option<i64> {
    let control = &response.control;
    [control.s_maxage, control.max_age]
        .into_iter()
        .filter_map(seconds)
        .find(|&seconds| seconds != UNSET)
}

/// The lifetime, from the first of: s-maxage, max-age, Expires, Last-Modified, the default.
pub(super) fn lifetime<'a>(draft: &mut Draft<'a>, case: &Case<'a>, dates: Dates<'a>) {
    let response = &case.response;
    draft.lifetime = match stated(response) {
        Some(seconds) => directive(draft, response, u64::try_from(seconds).unwrap_or(0)),
        // MC 1409-1422: only -1 stands there, which is cut to the minimum.
        None if has_directive(response) => {
            directive(draft, response, bounded(0, case.profile.facts()))
        }
        None => by_expires(draft, dates)
            .or_else(|| heuristic(draft, case, dates.start))
            .unwrap_or_else(|| default(draft, case.profile.facts())),
    };
}

fn directive<'a>(draft: &mut Draft<'a>, response: &ResponsePolicy<'a>, lifetime: u64) -> Interval {
    let control = &response.control;
    let (rule, stated) = match seconds(control.s_maxage) {
        Some(UNSET) if !control.max_age.is_absent() => (Rule::MaxAge, control.max_age),
        Some(_) => (Rule::SMaxage, control.s_maxage),
        None => (Rule::MaxAge, control.max_age),
    };
    let text = match stated {
        DeltaSeconds::Seconds(_, text)
        | DeltaSeconds::Invalid(text)
        | DeltaSeconds::Doubtful(text) => text,
        DeltaSeconds::Absent => b"",
    };
    let evidence = Evidence::in_field(Field::CacheControl, text);
    draft.note(rule, RuleEffect::SetsLifetime(lifetime), evidence);
    Interval::exactly(lifetime)
}

/// The moment from which lifetimes count.
#[derive(Clone, Copy)]
pub(super) enum Start {
    /// The response's Date.
    Date(Timestamp),
    /// The cache's own clock, which is some microseconds further.
    Clock(Timestamp),
}

/// What the dates of a response say, read once.
#[derive(Clone, Copy)]
pub(super) struct Dates<'a> {
    pub(super) start: Option<Start>,
    /// Its Expires, where no directive states a lifetime, and the moment if it is one.
    pub(super) expires: Option<(&'a [u8], Option<Timestamp>)>,
}

impl<'a> Dates<'a> {
    pub(super) fn of(case: &Case<'a>) -> Self {
        let scan = case.response.scan();
        let date = scan.first(Field::Date).and_then(date::read).map(Start::Date);
        let expires = scan.first(Field::Expires).filter(|_| !has_directive(&case.response));
        Self {
            start: date.or(case.times.now().map(Start::Clock)),
            expires: expires.map(|text| (text, date::read(text))),
        }
    }
}

/// Expires less Date, cut to whole seconds.
fn by_expires<'a>(draft: &mut Draft<'a>, Dates { start, expires }: Dates<'a>) -> Option<Interval> {
    let (text, Some(at)) = expires? else { return None };
    let evidence = Evidence::in_field(Field::Expires, text);
    let seconds = match start {
        Some(Start::Date(date)) => at.seconds_since(date),
        Some(Start::Clock(now)) => at.seconds_since(now).saturating_sub(1),
        None => {
            draft.note(Rule::NoClock, RuleEffect::Unknown, evidence);
            return Some(Interval::UNKNOWN);
        }
    };
    let seconds = u64::try_from(seconds).unwrap_or(0);
    draft.past_expires = seconds == 0;
    draft.note(Rule::Expires, RuleEffect::SetsLifetime(seconds), evidence);
    Some(Interval::exactly(seconds))
}

/// MC 1438-1449: CacheLastModifiedFactor of the time since Last-Modified, unless that is now or
/// ahead.
fn heuristic<'a>(draft: &mut Draft<'a>, case: &Case<'a>, start: Option<Start>) -> Option<Interval> {
    let facts = case.profile.facts();
    let Fact::Known(Heuristic::Fraction { percent, minimum, maximum }) = facts.heuristic else {
        return None;
    };
    let text = case.response.scan().first(Field::LastModified)?;
    let modified = date::read(text)?;
    let evidence = Evidence::in_field(Field::LastModified, text);
    let since = match start {
        Some(Start::Date(date)) if date == modified => return None,
        Some(Start::Date(start) | Start::Clock(start)) => start.seconds_since(modified),
        None => {
            draft.note(Rule::NoClock, RuleEffect::Unknown, evidence);
            return Some(Interval::UNKNOWN);
        }
    };
    let since = u64::try_from(since).ok()?;
    let share = since.saturating_mul(u64::from(percent)) / 100;
    let seconds = bounded(share.min(maximum).max(minimum), facts);
    draft.note(Rule::Heuristic, RuleEffect::SetsLifetime(seconds), evidence);
    Some(Interval::exactly(seconds))
}

/// CacheDefaultExpire, which no bound binds.
fn default(draft: &mut Draft<'_>, facts: &Facts) -> Interval {
    let Fact::Known(DefaultTtl::Always(Ttl::Seconds(seconds))) = facts.default_ttl else {
        draft.note(Rule::NoLifetime, RuleEffect::SetsLifetime(0), Evidence::NONE);
        return Interval::ZERO;
    };
    draft.note(Rule::DefaultTtl, RuleEffect::SetsLifetime(seconds), Evidence::NONE);
    Interval::exactly(seconds)
}

/// CacheMinExpire and CacheMaxExpire.
fn bounded(seconds: u64, facts: &Facts) -> u64 {
    let raised = seconds.max(facts.minimum_ttl.known().unwrap_or(0));
    match facts.maximum_ttl {
        Fact::Known(MaximumTtl::Seconds(maximum)) => raised.min(maximum),
        _ => raised,
    }
}

/// The greater of the Age field and the time since Date.
pub(super) fn age<'a>(draft: &mut Draft<'a>, case: &Case<'a>, start: Option<Start>) {
    let response = &case.response;
    let text = response.scan().first(Field::Age).filter(|_| !is_removed(response, b"age"));
    let stated = text.and_then(strtol).and_then(Strtol::whole).unwrap_or(0);
    // An `apr_time_t` counts microseconds.
    let stated = in_microseconds(stated);
    let apparent = match (start, case.times.now()) {
        (Some(Start::Date(date)), Some(now)) => now.seconds_since(date),
        _ => 0,
    };
    let received = u64::try_from(stated.max(apparent)).unwrap_or(0);
    let age = received.saturating_add(case.times.response_delay());
    if age > 0 {
        let evidence = Evidence::in_field(Field::Age, text.unwrap_or_default());
        draft.note(Rule::Age, RuleEffect::Ages(age), evidence);
    }
    draft.age = Interval::exactly(age);
}
