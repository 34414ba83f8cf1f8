//! How long a response is fresh, and how old it is (`requiresValidation` in cache_sessions.cc,
//! `calculateAge` in cache_headers_utils.cc). A `SystemTime::duration` counts microseconds.

use super::date;
use super::directives::simple_number;
use crate::calendar::Timestamp;
use crate::field::Field;
use crate::policy::{DeltaSeconds, ResponsePolicy};
use crate::rule::{Draft, Evidence, Interval, Rule, RuleEffect};
use crate::server::Case;
use crate::server::kit::in_microseconds;

/// On arrival, in seconds.
pub(super) struct Freshness<'a> {
    /// Below 0 where Expires is before Date.
    lifetime: i64,
    source: Option<(Rule, Evidence<'a>)>,
    /// Nothing tells it where neither the time of receipt nor a date is known.
    age: Option<i64>,
}

impl<'a> Freshness<'a> {
    pub(super) fn of(case: &Case<'a>) -> Self {
        let response = &case.response;
        let date = moment(response, Field::Date);
        let now = case.times.now().map(Timestamp::unix).or((date != EPOCH).then_some(date));
        let (lifetime, source) = lifetime(response, date);
        let age = now.map(|now| now.saturating_sub(date).max(age_field(response)).max(0));
        Self { lifetime, source, age }
    }

    /// Fresh is an age, in whole seconds, up to the lifetime: one of 0 lasts until the second is over.
    pub(super) fn write(&self, draft: &mut Draft<'a>, case: &Case<'a>) {
        if let Some((rule, evidence)) = self.source {
            let seconds = u64::try_from(self.lifetime).unwrap_or(0);
            draft.note(rule, RuleEffect::SetsLifetime(seconds), evidence);
        }
        draft.past_expires = matches!(self.source, Some((Rule::Expires, _))) && self.lifetime <= 0;
        let fresh = u64::try_from(self.lifetime.saturating_add(1)).unwrap_or(0);
        draft.lifetime = Interval::exactly(fresh);
        draft.overdue =
            u64::try_from(self.lifetime.saturating_add(1).saturating_neg()).unwrap_or(0);
        draft.age = match self.age.and_then(|age| u64::try_from(age).ok()) {
            Some(age) => Interval::exactly(age),
            None => {
                draft.note(Rule::NoClock, RuleEffect::Unknown, Evidence::NONE);
                Interval::UNKNOWN
            }
        };
        if let Some(age @ 1..) = draft.age.known() {
            let text = case.response.scan().first(Field::Age).unwrap_or_default();
            draft.note(Rule::Age, RuleEffect::Ages(age), Evidence::in_field(Field::Age, text));
        }
    }
}

/// What stands for a date that is none, or not there.
const EPOCH: i64 = 0;

/// The number of Cache-Control, else Expires less Date.
fn lifetime<'a>(response: &ResponsePolicy<'a>, date: i64) -> (i64, Option<(Rule, Evidence<'a>)>) {
    let control = &response.control;
    for (rule, stated) in [(Rule::SMaxage, control.s_maxage), (Rule::MaxAge, control.max_age)] {
        if let DeltaSeconds::Seconds(seconds, text) = stated {
            let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
            return (
                in_microseconds(seconds),
                Some((rule, Evidence::in_field(Field::CacheControl, text))),
            );
        }
    }
    let expires = moment(response, Field::Expires);
    let source = response.scan().first(Field::Expires).map(|text| {
        let rule = if expires == EPOCH { Rule::InvalidExpires } else { Rule::Expires };
        (rule, Evidence::in_field(Field::Expires, text))
    });
    (expires.saturating_sub(date), source)
}

/// A date field; lines that are repeated become one with commas in it, which is no date.
fn moment(response: &ResponsePolicy<'_>, field: Field) -> i64 {
    let text = response.scan().first(field).filter(|_| !response.scan().repeats(field));
    text.and_then(date::read).map_or(EPOCH, Timestamp::unix)
}

/// Age; what is no number counts as none, and so do two lines.
fn age_field(response: &ResponsePolicy<'_>) -> i64 {
    let text = response.scan().first(Field::Age).filter(|_| !response.scan().repeats(Field::Age));
    in_microseconds(text.and_then(simple_number).unwrap_or(0))
}
