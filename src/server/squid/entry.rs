//! When a response was served and until when it is fresh (src/store.cc, timestampsSet;
//! src/HttpReply.cc, hdrExpirationTime; src/refresh.cc, refreshStaleness). All in seconds of the
//! clock.

use super::atoi::atoi;
use super::date::word_date;
use super::surrogate::Surrogate;
use crate::calendar::Timestamp;
use crate::field::Field;
use crate::policy::DeltaSeconds;
use crate::profile::{DefaultTtl, Fact, Facts, Heuristic, Ttl};
use crate::profile::{PatternOptions, Squid};
use crate::rule::s4_2_freshness::DAY;
use crate::rule::{Draft, Evidence, Interval, Rule, RuleEffect};
use crate::server::Case;

/// A response's place in time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    pub(super) now: i64,
    clock: Clock,
    /// Now less the age on arrival.
    served: i64,
    /// The first second at which it is stale.
    deadline: i64,
    /// The same before an option has put it off.
    own_deadline: i64,
    from: From<'a>,
    /// Whether Expires, s-maxage or the like give it a lifetime that is not over at its Date.
    pub(super) outlives_date: OutlivesDate,
}

/// Whether an explicit lifetime reaches beyond the Date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OutlivesDate {
    Yes,
    No,
    /// There is no Date.
    NoDate,
}

/// Whether anything tells what time it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clock {
    Known,
    Unknown,
}

/// What sets the deadline.
#[derive(Clone, Copy, Debug)]
enum From<'a> {
    Surrogate(&'a [u8]),
    SMaxage(&'a [u8]),
    MaxAge(&'a [u8]),
    Expires(&'a [u8]),
    /// An Expires that is no date counts as now.
    InvalidExpires(&'a [u8]),
    LastModified(&'a [u8]),
    Nothing,
}

/// What time it is where nothing tells: of what is compared with it, only what was made of it tells
/// anything.
const SOME_TIME: i64 = 1 << 40;

/// `max_stale`: a week, in seconds.
const MAX_STALE: i64 = 604_800;

/// A `refresh_pattern` line: the lifetime of what states none.
struct Pattern {
    minimum: i64,
    percent: i64,
    maximum: i64,
}

impl<'a> Entry<'a> {
    pub(super) fn of(case: &Case<'a>, settings: &Squid, surrogate: Option<&Surrogate<'a>>) -> Self {
        let scan = case.response.scan();
        let date_of = |field| scan.first(field).and_then(word_date).map(Timestamp::unix);
        let date = date_of(Field::Date);
        let (now, clock) = match case.times.now().map(Timestamp::unix).or(date) {
            Some(now) => (now, Clock::Known),
            None => (SOME_TIME, Clock::Unknown),
        };
        let age = scan.first(Field::Age).map_or(-1, atoi);
        let delay = i64::try_from(case.times.response_delay()).unwrap_or(i64::MAX);
        let served = served(date, now, age.into()).saturating_sub(delay);
        let (from, expires) = stated(case, surrogate, date, now);
        let explicit = expires.map(|expires| match date {
            Some(date) if expires > 0 => served.saturating_add(expires.saturating_sub(date)),
            _ => expires,
        });
        let outlives_date = match (date, expires) {
            (None | Some(..=0), _) => OutlivesDate::NoDate,
            (Some(date), Some(expires)) if expires > date => OutlivesDate::Yes,
            _ => OutlivesDate::No,
        };
        let entry = Self {
            now,
            clock,
            served,
            deadline: served,
            own_deadline: served,
            from,
            outlives_date,
        };
        // A deadline before 1970 is none.
        match explicit.filter(|explicit| *explicit > -1) {
            Some(deadline) => entry.until(deadline),
            None => entry
                .without_deadline(&Pattern::of(case, settings), scan.first(Field::LastModified)),
        }
    }

    const fn until(self, deadline: i64) -> Self {
        Self { deadline, own_deadline: deadline, ..self }
    }

    /// refreshCheck: what is stale by its own word is used until it is as old as the pattern has at
    /// least, unless it is stale for longer than `max_stale` then.
    pub(super) fn overridden(self, options: &PatternOptions) -> Self {
        let least = match self.from {
            From::Nothing => 0,
            From::LastModified(_) => options.least_heuristic,
            _ => options.least_stated,
        };
        let latest = self.deadline.saturating_add(MAX_STALE).saturating_add(1);
        let deadline = self.served.saturating_add_unsigned(least).min(latest);
        if deadline > self.deadline.max(self.now) { Self { deadline, ..self } } else { self }
    }

    /// refreshStaleness, steps 2 to 5.
    fn without_deadline(self, pattern: &Pattern, last_modified: Option<&'a [u8]>) -> Self {
        // Without Last-Modified the response is as old as it was when it was served
        // (src/Store.h, lastModified).
        let modified = last_modified.and_then(|text| Some((word_date(text)?.unix(), text)));
        let (lifetime, from) = match modified {
            Some((at, text)) if at < self.served => {
                let since = self.served.saturating_sub(at);
                let share = since.saturating_mul(pattern.percent).saturating_div(100);
                (share, From::LastModified(text))
            }
            _ => (pattern.minimum, From::Nothing),
        };
        let longest = pattern.maximum.saturating_add(1);
        Self { from, ..self }.until(self.served.saturating_add(lifetime.min(longest)))
    }

    /// Seconds since it went stale, at a time; `None` while it is fresh.
    pub(super) fn staleness(&self, at: i64) -> Option<i64> {
        (at >= self.deadline).then(|| at.saturating_sub(self.deadline))
    }

    /// Stored as an error for `negative_ttl`, where it has no lifetime of its own
    /// (src/store.cc, negativeCache).
    pub(super) fn kept_as_error(self, seconds: u64) -> Self {
        match self.from {
            From::LastModified(_) | From::Nothing => {
                let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
                Self { from: From::Nothing, ..self }.until(self.now.saturating_add(seconds))
            }
            _ => self,
        }
    }

    /// With another lifetime: the operator's, or what the operator's bounds have left.
    pub(super) fn living_for(self, lifetime: Interval) -> Self {
        match lifetime.known() {
            Some(seconds) => self.until(self.served.saturating_add_unsigned(seconds)),
            None => self,
        }
    }

    /// Writes lifetime and age into the draft, with the reasons.
    pub(super) fn write(&self, draft: &mut Draft<'a>, case: &Case<'a>) {
        let seconds = |from: i64, to: i64| u64::try_from(to.saturating_sub(from)).unwrap_or(0);
        let lifetime = seconds(self.served, self.deadline);
        let age = seconds(self.served, self.now);
        let field = case.response.control_field;
        let (rule, evidence) = match self.from {
            From::Surrogate(text) => {
                (Rule::SurrogateMaxAge, Evidence::in_field(Field::SurrogateControl, text))
            }
            From::SMaxage(text) => (Rule::SMaxage, Evidence::of(field, text)),
            From::MaxAge(text) => (Rule::MaxAge, Evidence::of(field, text)),
            From::Expires(text) => (Rule::Expires, Evidence::in_field(Field::Expires, text)),
            From::InvalidExpires(text) => {
                (Rule::InvalidExpires, Evidence::in_field(Field::Expires, text))
            }
            From::LastModified(text) => {
                (Rule::Heuristic, Evidence::in_field(Field::LastModified, text))
            }
            From::Nothing if lifetime > 0 => (Rule::DefaultTtl, Evidence::NONE),
            From::Nothing => (Rule::NoLifetime, Evidence::NONE),
        };
        draft.lifetime = Interval::exactly(lifetime);
        // How stale it is already where its lifetime ends.
        draft.overdue = seconds(self.own_deadline, self.served.max(self.deadline));
        draft.age = Interval::exactly(age);
        if self.clock == Clock::Unknown
            && matches!(self.from, From::Expires(_) | From::LastModified(_))
        {
            draft.note(Rule::NoClock, RuleEffect::Unknown, evidence);
            draft.lifetime = Interval::UNKNOWN;
            return;
        }
        draft.note(
            rule,
            RuleEffect::SetsLifetime(seconds(self.served, self.own_deadline)),
            evidence,
        );
        if self.deadline != self.own_deadline {
            draft.note(Rule::MinimumTtl, RuleEffect::LimitsLifetime(lifetime), Evidence::NONE);
        }
        if self.outlives_date == OutlivesDate::NoDate
            && matches!(rule, Rule::SMaxage | Rule::MaxAge)
        {
            draft.note(
                Rule::LifetimeWithoutDate,
                RuleEffect::LimitsLifetime(lifetime),
                Evidence::NONE,
            );
        }
        if age > 0 {
            let scan = case.response.scan();
            let by_field =
                scan.first(Field::Age).filter(|text| u64::try_from(atoi(text)) == Ok(age));
            let evidence = match by_field {
                Some(text) => Evidence::in_field(Field::Age, text),
                None => {
                    Evidence::in_field(Field::Date, scan.first(Field::Date).unwrap_or_default())
                }
            };
            draft.note(Rule::Age, RuleEffect::Ages(age), evidence);
        }
        draft.past_expires = self.deadline <= self.now
            && matches!(self.from, From::Expires(_) | From::InvalidExpires(_));
    }
}

/// timestampsSet: the Date, unless it is to come or more than a day old; an Age beyond that counts.
fn served(date: Option<i64>, now: i64, age: i64) -> i64 {
    let day = i64::try_from(DAY).unwrap_or(i64::MAX);
    let served = date.filter(|date| (now.saturating_sub(day)..=now).contains(date)).unwrap_or(now);
    if age > now.saturating_sub(served) && age < now { now.saturating_sub(age) } else { served }
}

/// hdrExpirationTime, after processSurrogateControl: what states the lifetime, and when it ends by
/// the origin's clock. A lifetime without a Date to count from ends now.
fn stated<'a>(
    case: &Case<'a>,
    surrogate: Option<&Surrogate<'a>>,
    date: Option<i64>,
    now: i64,
) -> (From<'a>, Option<i64>) {
    let control = &case.response.control;
    let after_date = |seconds: u64| match date {
        Some(date) => date.saturating_add_unsigned(seconds),
        None => now,
    };
    if let Some((seconds, text)) = surrogate.and_then(|surrogate| surrogate.max_age) {
        return (From::Surrogate(text), Some(date.unwrap_or(-1).saturating_add(seconds)));
    }
    if let DeltaSeconds::Seconds(seconds, text) = control.s_maxage {
        return (From::SMaxage(text), Some(after_date(seconds)));
    }
    if let DeltaSeconds::Seconds(seconds, text) = control.max_age {
        return (From::MaxAge(text), Some(after_date(seconds)));
    }
    match case.response.scan().first(Field::Expires) {
        None => (From::Nothing, None),
        Some(text) => match word_date(text) {
            Some(at) => (From::Expires(text), Some(at.unix())),
            None => (From::InvalidExpires(text), Some(now)),
        },
    }
}

impl Pattern {
    /// The first line that fits: that for dynamic URLs, then the heuristic of the profile.
    fn of(case: &Case<'_>, settings: &Squid) -> Self {
        let facts = case.profile.facts();
        let (heuristic, default) = if is_dynamic(case) {
            (Fact::Known(settings.dynamic_urls), 0)
        } else {
            (facts.heuristic, default_ttl(facts))
        };
        let seconds = |seconds: u64| i64::try_from(seconds).unwrap_or(i64::MAX);
        let default = seconds(default);
        match heuristic {
            Fact::Known(Heuristic::Fraction { percent, minimum, maximum }) => Self {
                minimum: seconds(minimum).max(default),
                percent: percent.into(),
                maximum: seconds(maximum).max(default),
            },
            Fact::Known(_) | Fact::Unknown => {
                Self { minimum: default, percent: 0, maximum: default }
            }
        }
    }
}

/// The default lifetime that an operator has set for every response.
fn default_ttl(facts: &Facts) -> u64 {
    match facts.default_ttl {
        Fact::Known(DefaultTtl::Always(Ttl::Seconds(seconds))) => seconds,
        _ => 0,
    }
}

/// `(/cgi-bin/|\?)`, without letter case.
fn is_dynamic(case: &Case<'_>) -> bool {
    let target = case.request.head().target();
    target.query.is_some()
        || crate::bytes::find_ignore_case(target.path.as_bytes(), b"/cgi-bin/").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn served_at() {
        const NOW: i64 = 2_000_000;
        for (date, age, expected) in [
            (Some(NOW), -1, NOW),
            (Some(NOW - 30), -1, NOW - 30),
            (Some(NOW - 30), 20, NOW - 30),
            (Some(NOW - 30), 40, NOW - 40),
            (Some(NOW + 30), -1, NOW),
            (Some(NOW - 86_400), -1, NOW - 86_400),
            (Some(NOW - 86_401), -1, NOW),
            (None, 100, NOW - 100),
            (None, NOW, NOW),
        ] {
            assert_eq!(served(date, NOW, age), expected, "{date:?} {age}");
        }
    }

    #[test]
    fn what_is_no_older_than_served_lives_the_least_time() {
        const SERVED: i64 = 784_111_777;
        let entry = Entry {
            now: SERVED,
            clock: Clock::Known,
            served: SERVED,
            deadline: SERVED,
            own_deadline: SERVED,
            from: From::Nothing,
            outlives_date: OutlivesDate::No,
        };
        let pattern = Pattern { minimum: 60, percent: 20, maximum: 1000 };
        for (modified, expected) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 60),
            ("Sun, 06 Nov 1994 08:47:57 GMT", 20),
            ("Sat, 05 Nov 1994 08:47:57 GMT", 1001),
        ] {
            let entry = entry.without_deadline(&pattern, Some(modified.as_bytes()));
            assert_eq!(entry.deadline, SERVED + expected, "{modified}");
            let error = entry.kept_as_error(30);
            assert_eq!((error.deadline, matches!(error.from, From::Nothing)), (SERVED + 30, true));
        }
    }
}
