//! RFC 9111 §4.2: the freshness lifetime, the age on arrival, and what is left of the one after
//! the other.

use std::cell::OnceCell;

use super::s3_storing::states_lifetime;
use super::s4_2_2_heuristic::{by_status, default, heuristic};
use super::s4_2_3_age::age;
use super::vendor::has_extension;
use super::{Draft, Evidence, Interval, Rule, RuleEffect, Tri};
use crate::calendar::Timestamp;
use crate::field::Field;
use crate::message::Times;
use crate::policy::{DateField, DeltaSeconds, Presence, RequestPolicy, ResponsePolicy};
use crate::profile::{
    CacheType, ErrorTtl, ExpiresClock, Fact, Facts, FixedTtl, InvalidExpires, LifetimeSource,
    LifetimeSources, MaximumTtl, Ttl,
};

/// What the rules of this file look at.
pub(crate) struct Subject<'s, 'a> {
    pub(crate) times: &'s Times,
    pub(crate) request: &'s RequestPolicy<'a>,
    pub(crate) response: &'s ResponsePolicy<'a>,
    pub(crate) facts: &'s Facts,
    pub(crate) cache_type: CacheType,
    /// The moment of the response's Date, read once, where it is asked for.
    date: OnceCell<Option<Timestamp>>,
}

impl<'s, 'a> Subject<'s, 'a> {
    pub(crate) fn new(
        times: &'s Times,
        request: &'s RequestPolicy<'a>,
        response: &'s ResponsePolicy<'a>,
        facts: &'s Facts,
        cache_type: CacheType,
    ) -> Self {
        Self { times, request, response, facts, cache_type, date: OnceCell::new() }
    }

    /// The moment that the response's Date tells, if it tells one.
    pub(crate) fn date(&self) -> Option<Timestamp> {
        *self.date.get_or_init(|| match self.response.date(self.times.now()) {
            DateField::At(date, _) => Some(date),
            _ => None,
        })
    }
}

/// One source's lifetime.
#[derive(Clone, Copy)]
pub(super) struct Lifetime {
    pub(super) seconds: Interval,
    pub(super) from: LifetimeFrom,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LifetimeFrom {
    Directive,
    Expires,
    PastExpires,
    Cache,
}

/// §4.2: lifetime less age; both reasons are noted.
pub(crate) fn lifetime_and_age<'a>(draft: &mut Draft<'a>, subject: &Subject<'_, 'a>) {
    let lifetime = lifetime(draft, subject)
        .unwrap_or(Lifetime { seconds: Interval::ZERO, from: LifetimeFrom::Cache });
    draft.lifetime = bounds(draft, subject, lifetime.seconds);
    draft.age = age(draft, subject, lifetime.from);
    draft.past_expires = lifetime.from == LifetimeFrom::PastExpires;
}

/// §4.2.1: the first source that there is; beyond the RFC, a fixed lifetime before all, and a
/// default after all. `None`: nothing gives the response a lifetime.
pub(super) fn lifetime<'a>(draft: &mut Draft<'a>, subject: &Subject<'_, 'a>) -> Option<Lifetime> {
    if let Some(seconds) = fixed(draft, subject) {
        return Some(Lifetime { seconds, from: LifetimeFrom::Cache });
    }
    if draft.doubtful_control {
        return Some(Lifetime { seconds: Interval::UNKNOWN, from: LifetimeFrom::Directive });
    }
    stated(draft, subject)
        .or_else(|| {
            let seconds = error_minimum(subject)?;
            Some(from_cache(draft, Rule::ErrorTtl, Ttl::Seconds(seconds)))
        })
        .or_else(|| heuristic(draft, subject))
        .or_else(|| default(draft, subject))
}

/// A lifetime that the cache sets.
pub(super) fn from_cache(draft: &mut Draft<'_>, rule: Rule, ttl: Ttl) -> Lifetime {
    let (effect, seconds) = match ttl {
        Ttl::Seconds(seconds) => (RuleEffect::SetsLifetime(seconds), Interval::exactly(seconds)),
        Ttl::Between(least, most) => (RuleEffect::SetsLifetime(least), Interval { least, most }),
        Ttl::Configured => (RuleEffect::Configured, Interval::UNKNOWN),
        Ttl::Positive => (RuleEffect::Configured, Interval { least: 1, ..Interval::UNKNOWN }),
        Ttl::Untold => (RuleEffect::Unknown, Interval { least: 1, ..Interval::UNKNOWN }),
        Ttl::Optional(seconds) => {
            draft.not_stored.raise(Tri::Maybe);
            (RuleEffect::Unknown, Interval::exactly(seconds))
        }
    };
    draft.note(rule, effect, Evidence::NONE);
    Lifetime { seconds, from: LifetimeFrom::Cache }
}

/// A lifetime of which nothing is known.
pub(super) fn from_nobody(draft: &mut Draft<'_>, rule: Rule) -> Lifetime {
    draft.note(rule, RuleEffect::Unknown, Evidence::NONE);
    Lifetime { seconds: Interval::UNKNOWN, from: LifetimeFrom::Cache }
}

/// The least lifetime of an error, where this is one that has such a thing.
fn error_minimum(subject: &Subject<'_, '_>) -> Option<u64> {
    match subject.facts.error_ttl {
        Fact::Known(ErrorTtl::None) | Fact::Unknown => None,
        Fact::Known(rule) => rule.least(subject.response.status()),
    }
}

/// A lifetime that beats the response's own; few caches have one.
#[inline]
pub(crate) fn fixed(draft: &mut Draft<'_>, subject: &Subject<'_, '_>) -> Option<Interval> {
    match subject.facts.fixed_ttl {
        Fact::Known(FixedTtl::None) => None,
        _ => fixed_by_cache(draft, subject),
    }
}

#[inline(never)]
fn fixed_by_cache(draft: &mut Draft<'_>, subject: &Subject<'_, '_>) -> Option<Interval> {
    let ttl = match subject.facts.fixed_ttl {
        Fact::Known(FixedTtl::None) => return None,
        Fact::Known(FixedTtl::Seconds(seconds)) => Ttl::Seconds(seconds),
        Fact::Known(FixedTtl::ByStatus(table)) => by_status(table, subject.response.status())?,
        Fact::Known(FixedTtl::OfPages(table, files)) => {
            if has_extension(subject.request.head().target().path, files) {
                Ttl::Untold
            } else {
                by_status(table, subject.response.status())?
            }
        }
        Fact::Known(FixedTtl::Configured) => Ttl::Configured,
        Fact::Unknown => return Some(from_nobody(draft, Rule::FixedTtl).seconds),
    };
    Some(from_cache(draft, Rule::FixedTtl, ttl).seconds)
}

/// §4.2.1, rules 1 to 3: what the response states.
pub(super) fn stated<'a>(draft: &mut Draft<'a>, subject: &Subject<'_, 'a>) -> Option<Lifetime> {
    let unstated = subject.response.control.no_cache.is_absent()
        && !states_lifetime(subject.response, subject.cache_type);
    if unstated {
        return None;
    }
    match &subject.facts.lifetime_sources {
        Fact::Known(sources) => stated_by(draft, subject, sources),
        // Where one source alone is there, its rank is no question; it may not be read at all.
        Fact::Unknown => {
            let sources =
                &[LifetimeSource::SMaxage, LifetimeSource::MaxAge, LifetimeSource::Expires];
            let mut there = sources.iter().filter_map(|&source| source_of(draft, subject, source));
            let first = there.next()?;
            let seconds = there.fold(first.seconds, |all, next| all.or(next.seconds));
            draft.note(Rule::MaxAge, RuleEffect::Unknown, Evidence::NONE);
            Some(Lifetime { seconds: seconds.or(Interval::ZERO), ..first })
        }
    }
}

/// The same, from known sources.
#[inline(always)]
fn stated_by<'a>(
    draft: &mut Draft<'a>,
    subject: &Subject<'_, 'a>,
    sources: &LifetimeSources,
) -> Option<Lifetime> {
    let (sources, longest) = match *sources {
        LifetimeSources::Unranked(counting, doubtful) => {
            return unranked(draft, subject, counting, doubtful);
        }
        LifetimeSources::First(sources) => (sources, false),
        LifetimeSources::Longest(sources) => (sources, true),
        LifetimeSources::Either(one, other) => return either(draft, subject, one, other),
    };
    let mut best: Option<Lifetime> = None;
    for &source in sources {
        let Some(lifetime) = source_of(draft, subject, source) else { continue };
        match best {
            Some(found) if found.seconds.most >= lifetime.seconds.most => {}
            _ => best = Some(lifetime),
        }
        if !longest {
            break;
        }
    }
    best
}

/// The same, from sources that are read in one way or the other.
#[inline(never)]
fn either<'a>(
    draft: &mut Draft<'a>,
    subject: &Subject<'_, 'a>,
    one: &LifetimeSources,
    other: &LifetimeSources,
) -> Option<Lifetime> {
    let mut unseen = *draft;
    let other = stated_by(&mut unseen, subject, other);
    let (one, other) = match (stated_by(draft, subject, one), other) {
        (None, None) => return None,
        (Some(one), Some(other)) => (one, other),
        // By the one reading the cache's own default counts.
        (Some(found), None) | (None, Some(found)) => {
            let mut unseen = *draft;
            let own = heuristic(&mut unseen, subject)
                .or_else(|| default(&mut unseen, subject))
                .unwrap_or(found);
            draft.not_stored.raise(unseen.not_stored.min(Tri::Maybe));
            (found, own)
        }
    };
    if one.seconds != other.seconds {
        draft.note(disputed(subject, one), RuleEffect::Unknown, Evidence::NONE);
    }
    Some(Lifetime { seconds: one.seconds.or(other.seconds), ..one })
}

/// The same, from sources whose order is not known, and others that may not count at all.
fn unranked<'a>(
    draft: &mut Draft<'a>,
    subject: &Subject<'_, 'a>,
    counting: &[LifetimeSource],
    doubtful: &[LifetimeSource],
) -> Option<Lifetime> {
    let mut all: Option<Lifetime> = None;
    for &source in counting.iter().chain(doubtful) {
        let Some(lifetime) = source_of(draft, subject, source) else { continue };
        all = Some(match all {
            None if doubtful.contains(&source) => {
                Lifetime { seconds: Interval::UNKNOWN, ..lifetime }
            }
            None => lifetime,
            Some(first) => Lifetime { seconds: first.seconds.or(lifetime.seconds), ..first },
        });
    }
    if let Some(lifetime) = all.filter(|lifetime| lifetime.seconds.known().is_none()) {
        draft.note(disputed(subject, lifetime), RuleEffect::Unknown, Evidence::NONE);
    }
    all
}

/// The source of which it is not known how it counts.
fn disputed(subject: &Subject<'_, '_>, lifetime: Lifetime) -> Rule {
    match lifetime.from {
        LifetimeFrom::Expires | LifetimeFrom::PastExpires => Rule::Expires,
        _ if subject.response.control.s_maxage.is_absent() => Rule::MaxAge,
        _ => Rule::SMaxage,
    }
}

/// The lifetime from one source, where the response has it.
fn source_of<'a>(
    draft: &mut Draft<'a>,
    subject: &Subject<'_, 'a>,
    source: LifetimeSource,
) -> Option<Lifetime> {
    let response = subject.response;
    let control = &response.control;
    let from_max_age = |draft| directive(draft, subject, Rule::MaxAge, control.max_age);
    // §5.2.2.10: for shared caches only.
    let from_s_maxage = |draft| match subject.cache_type {
        CacheType::Private => None,
        CacheType::Shared => directive(draft, subject, Rule::SMaxage, control.s_maxage),
    };
    match source {
        LifetimeSource::SurrogateMaxAge => {
            directive(draft, subject, Rule::SurrogateMaxAge, response.surrogate_max_age)
        }
        LifetimeSource::SMaxage => from_s_maxage(draft),
        LifetimeSource::MaxAge => from_max_age(draft),
        LifetimeSource::SMaxageElseMaxAge => from_s_maxage(draft).or_else(|| from_max_age(draft)),
        LifetimeSource::Expires => expires(draft, subject),
        LifetimeSource::LoneExpires if response.scan().has(Field::CacheControl) => None,
        LifetimeSource::LoneExpires => expires(draft, subject),
        LifetimeSource::TargetedMaxAge if !draft.targeted => None,
        LifetimeSource::TargetedMaxAge => from_max_age(draft),
        LifetimeSource::ZeroMaxAge => match control.max_age {
            DeltaSeconds::Seconds(0, _) => from_max_age(draft),
            _ => None,
        },
        LifetimeSource::NoCache => match control.no_cache {
            Presence::Absent => None,
            Presence::Present(text) => {
                directive(draft, subject, Rule::NoCache, DeltaSeconds::Seconds(0, text))
            }
            Presence::Doubtful(text) => {
                directive(draft, subject, Rule::NoCache, DeltaSeconds::Doubtful(text))
            }
        },
    }
}

/// §5.2.2.1, §5.2.2.10. C3, C4, C5: an invalid number is 0, and hides what stands behind it.
fn directive<'a>(
    draft: &mut Draft<'a>,
    subject: &Subject<'_, 'a>,
    rule: Rule,
    stated: DeltaSeconds<'a>,
) -> Option<Lifetime> {
    let field = subject.response.control_field;
    let seconds = match stated {
        DeltaSeconds::Absent => return None,
        DeltaSeconds::Seconds(seconds, text) => {
            draft.note(rule, RuleEffect::SetsLifetime(seconds), Evidence::of(field, text));
            Interval::exactly(seconds)
        }
        DeltaSeconds::Invalid(text) => {
            draft.note(rule, RuleEffect::SetsLifetime(0), Evidence::of(field, text));
            Interval::ZERO
        }
        DeltaSeconds::Doubtful(text) => {
            draft.note(Rule::Dialect, RuleEffect::Unknown, Evidence::of(field, text));
            Interval::UNKNOWN
        }
    };
    Some(Lifetime { seconds, from: LifetimeFrom::Directive })
}

/// §4.2.1, rule 3, and §5.3.
fn expires<'a>(draft: &mut Draft<'a>, subject: &Subject<'_, 'a>) -> Option<Lifetime> {
    let repeated = subject.response.scan().repeats(Field::Expires);
    if repeated && subject.facts.invalid_expires == Fact::Known(InvalidExpires::PastUnlessRepeated)
    {
        return None;
    }
    let now = clock(subject);
    let unknown = Lifetime { seconds: Interval::UNKNOWN, from: LifetimeFrom::Expires };
    let (at, text) = match subject.response.expires(now) {
        DateField::Absent => return None,
        DateField::At(at, text) => (at, text),
        DateField::Invalid(text) => return invalid_expires(draft, subject.facts, text),
        DateField::NeedsClock(text) => {
            draft.note(
                Rule::NoClock,
                RuleEffect::Unknown,
                Evidence::in_field(Field::Expires, text),
            );
            return Some(unknown);
        }
    };
    let evidence = Evidence::in_field(Field::Expires, text);
    // C25: without a usable Date the time of receipt takes its place.
    let date = subject.date().or(now);
    let since = |start: Option<Timestamp>| Some(Interval::exactly(until(at, start?)));
    let seconds = match subject.facts.expires_clock {
        Fact::Known(ExpiresClock::Date) => since(date),
        Fact::Known(ExpiresClock::Local) => since(now),
        Fact::Known(ExpiresClock::LocalIfDateWithin(skew)) => {
            let near = date.zip(now).is_none_or(|(date, now)| is_within(date, now, skew));
            since(if near { now } else { date })
        }
        Fact::Unknown => since(date).zip(since(now)).map(|(one, other)| one.or(other)),
    };
    let Some(seconds) = seconds else {
        draft.note(Rule::NoClock, RuleEffect::Unknown, evidence);
        return Some(unknown);
    };
    if let Some(known) = seconds.known() {
        draft.note(Rule::Expires, RuleEffect::SetsLifetime(known), evidence);
    } else {
        draft.note(Rule::ExpiresClock, RuleEffect::Unknown, evidence);
    }
    let from = if seconds.most == 0 { LifetimeFrom::PastExpires } else { LifetimeFrom::Expires };
    Some(Lifetime { seconds, from })
}

/// Whether two moments are less than so many seconds apart.
pub(crate) fn is_within(one: Timestamp, other: Timestamp, seconds: u64) -> bool {
    one.seconds_since(other).unsigned_abs() < seconds
}

/// The time of receipt; where that is not given the response's Date stands in.
pub(crate) fn clock(subject: &Subject<'_, '_>) -> Option<Timestamp> {
    subject.times.now().or_else(|| subject.date())
}

/// Whole seconds from `start` until `end`, 0 where that is not ahead.
pub(crate) fn until(end: Timestamp, start: Timestamp) -> u64 {
    u64::try_from(end.seconds_since(start)).unwrap_or(0)
}

/// §5.3: no date, and `0` above all, means already expired.
fn invalid_expires<'a>(draft: &mut Draft<'a>, facts: &Facts, text: &'a [u8]) -> Option<Lifetime> {
    let evidence = Evidence::in_field(Field::Expires, text);
    match facts.invalid_expires {
        Fact::Known(InvalidExpires::Past | InvalidExpires::PastUnlessRepeated) => {
            draft.note(Rule::InvalidExpires, RuleEffect::SetsLifetime(0), evidence);
            Some(Lifetime { seconds: Interval::ZERO, from: LifetimeFrom::PastExpires })
        }
        Fact::Known(InvalidExpires::Absent) => {
            draft.note(Rule::InvalidExpires, RuleEffect::Ignored, evidence);
            None
        }
        Fact::Unknown => {
            draft.note(Rule::InvalidExpires, RuleEffect::Unknown, evidence);
            Some(Lifetime { seconds: Interval::UNKNOWN, from: LifetimeFrom::Expires })
        }
    }
}

/// The cache's bounds on a lifetime; no standard knows them.
#[inline(always)]
pub(crate) fn bounds(
    draft: &mut Draft<'_>,
    subject: &Subject<'_, '_>,
    seconds: Interval,
) -> Interval {
    let facts = subject.facts;
    if let Some(minimum) = error_minimum(subject) {
        if seconds.least < minimum {
            draft.note(Rule::ErrorTtl, RuleEffect::LimitsLifetime(minimum), Evidence::NONE);
        }
        return seconds.map(|seconds| seconds.max(minimum));
    }
    let raised = match (facts.minimum_ttl, draft.minimum_only) {
        (Fact::Known(minimum), Tri::Yes) => return Interval::exactly(minimum),
        (Fact::Known(minimum), Tri::Maybe) => seconds.or(Interval::exactly(minimum)),
        (Fact::Known(minimum), Tri::No) => {
            if seconds.least < minimum {
                draft.note(Rule::MinimumTtl, RuleEffect::LimitsLifetime(minimum), Evidence::NONE);
            }
            seconds.map(|seconds| seconds.max(minimum))
        }
        // An unknown minimum can only raise it.
        (Fact::Unknown, _) => seconds,
    };
    match facts.maximum_ttl {
        Fact::Known(MaximumTtl::Seconds(maximum)) => {
            if raised.most > maximum && raised.most != u64::MAX {
                draft.note(Rule::MaximumTtl, RuleEffect::LimitsLifetime(maximum), Evidence::NONE);
            }
            raised.map(|seconds| seconds.min(maximum))
        }
        Fact::Known(MaximumTtl::None) | Fact::Unknown => raised,
    }
}

/// A day, in seconds.
pub(crate) const DAY: u64 = 86_400;

#[cfg(test)]
mod tests {
    use super::super::fixture::{ago, unknown, with};
    use super::*;
    use crate::message::{HeaderLines, RequestHead, ResponseHead};
    use crate::profile::{DefaultTtl, Dialect, ErrorTtl, ExpiresClock, Heuristic, Permits};

    const RFC: Facts = Facts {
        dialect: Fact::Known(Dialect::Rfc9111),
        control_fields: Fact::Known(&[]),
        expires_clock: Fact::Known(ExpiresClock::Date),
        invalid_expires: Fact::Known(InvalidExpires::Past),
        fixed_ttl: Fact::Known(FixedTtl::None),
        heuristic: Fact::Known(Heuristic::None),
        default_ttl: Fact::Known(DefaultTtl::None),
        permits: Fact::Known(Permits::Rfc9111),
        error_ttl: Fact::Known(ErrorTtl::None),
        minimum_ttl: Fact::Known(0),
        maximum_ttl: Fact::Known(MaximumTtl::None),
        ..Facts::UNKNOWN
    };

    /// Expires 100 s after Date.
    fn dated<'a>(control: &'a str, date: &'a str, expires: &'a str) -> [(&'a str, &'a str); 3] {
        [("cache-control", control), ("date", date), ("expires", expires)]
    }

    #[test]
    fn sources_are_ranked_as_the_facts_say() {
        use LifetimeSource::{Expires, MaxAge, SMaxage, SMaxageElseMaxAge};
        use LifetimeSources::{Either, First, Longest, Unranked};
        let exactly = Interval::exactly;
        let between = |least, most| Interval { least, most };
        for (sources, control, expected, open) in [
            (
                Fact::Known(First(&[SMaxage, MaxAge, Expires])),
                "s-maxage=5, max-age=9",
                exactly(5),
                &[][..],
            ),
            (Fact::Known(First(&[SMaxage, MaxAge, Expires])), "max-age=9", exactly(9), &[]),
            (Fact::Known(First(&[SMaxage, MaxAge, Expires])), "x", exactly(100), &[]),
            (Fact::Known(First(&[SMaxageElseMaxAge])), "s-maxage=5, max-age=9", exactly(5), &[]),
            (Fact::Known(First(&[SMaxageElseMaxAge])), "max-age=9", exactly(9), &[]),
            (Fact::Known(First(&[MaxAge])), "max-age=x", exactly(0), &[]),
            (Fact::Known(Longest(&[MaxAge, Expires])), "max-age=9", exactly(100), &[]),
            (Fact::Known(Longest(&[MaxAge, Expires])), "max-age=900", exactly(900), &[]),
            (Fact::Known(Longest(&[Expires, MaxAge])), "max-age=900", exactly(900), &[]),
            (Fact::Known(Longest(&[SMaxage, MaxAge])), "s-maxage=9, max-age=9", exactly(9), &[]),
            (
                Fact::Known(Either(&First(&[SMaxage]), &First(&[MaxAge]))),
                "s-maxage=5, max-age=9",
                between(5, 9),
                &["s-maxage"],
            ),
            (
                Fact::Known(Either(&First(&[MaxAge]), &First(&[Expires]))),
                "max-age=9",
                between(9, 100),
                &["max-age"],
            ),
            (
                Fact::Known(Either(&First(&[Expires]), &First(&[MaxAge]))),
                "max-age=9",
                between(9, 100),
                &["expires"],
            ),
            (
                Fact::Known(Either(&First(&[MaxAge]), &First(&[Expires]))),
                "max-age=100",
                exactly(100),
                &[],
            ),
            (Fact::Known(Unranked(&[MaxAge, Expires], &[])), "x", exactly(100), &[]),
            (
                Fact::Known(Unranked(&[MaxAge, Expires], &[])),
                "max-age=9",
                between(9, 100),
                &["max-age"],
            ),
            (
                Fact::Known(Unranked(&[MaxAge], &[SMaxage])),
                "s-maxage=5",
                Interval::UNKNOWN,
                &["s-maxage"],
            ),
            (Fact::Known(Unranked(&[MaxAge], &[Expires])), "x", Interval::UNKNOWN, &["expires"]),
            (Fact::Unknown, "max-age=9", between(0, 100), &["max-age"]),
            (Fact::Unknown, "s-maxage=500, max-age=9", between(0, 500), &["max-age"]),
        ] {
            let facts = Facts { lifetime_sources: sources, ..RFC };
            let (date, expires) = (ago(200), ago(100));
            with(&facts, 200, &dated(control, &date, &expires), |draft, subject| {
                let found = stated(draft, subject).map(|lifetime| lifetime.seconds);
                assert_eq!(found, Some(expected), "{sources:?} {control}");
                assert_eq!(unknown(draft), open, "{sources:?} {control}");
            });
            with(&facts, 200, &[("x", "")], |draft, subject| {
                assert!(stated(draft, subject).is_none() && draft.trace.reasons().is_empty());
            });
        }
    }

    /// By the one reading the response states a lifetime, by the other the default counts.
    #[test]
    fn a_source_in_dispute_leaves_the_default() {
        let facts = Facts {
            lifetime_sources: Fact::Known(LifetimeSources::Either(
                &LifetimeSources::First(&[LifetimeSource::MaxAge]),
                &LifetimeSources::First(&[LifetimeSource::SMaxage]),
            )),
            ..RFC
        };
        let by_default = |default| Facts { default_ttl: Fact::Known(default), ..facts };
        let of = |facts: &Facts, control| {
            with(facts, 200, &[("cache-control", control)], |draft, subject| {
                let seconds = stated(draft, subject).map(|lifetime| lifetime.seconds);
                (seconds, draft.not_stored, unknown(draft))
            })
        };
        let ten = by_default(DefaultTtl::Always(Ttl::Seconds(10)));
        let up_to_ten = Some(Interval { least: 5, most: 10 });
        assert_eq!(of(&ten, "max-age=5"), (up_to_ten, Tri::No, vec!["max-age"]));
        assert_eq!(of(&ten, "s-maxage=5"), (up_to_ten, Tri::No, vec!["s-maxage"]));
        let five = Some(Interval::exactly(5));
        assert_eq!(of(&facts, "max-age=5"), (five, Tri::No, vec![]));
        let barred = Facts { permits: Fact::Known(Permits::Lifetime), ..facts };
        assert_eq!(of(&barred, "max-age=5"), (five, Tri::Maybe, vec![]));
    }

    #[test]
    fn near_is_less_than_so_many_seconds() {
        let at = Timestamp::from_unix;
        for (one, other, expected) in [(100, 100, true), (100, 109, true), (100, 110, false)] {
            assert_eq!(is_within(at(one), at(other), 10), expected, "{one} {other}");
            assert_eq!(is_within(at(other), at(one), 10), expected, "{other} {one}");
        }
    }

    /// The response's Date stands in for a time of receipt that nobody gave.
    #[test]
    fn clocks() {
        let date = ago(50);
        let lines = [("date", date.as_bytes())];
        let (request, response) = (
            RequestHead::new("GET", "/", HeaderLines::from_pairs(&[])),
            ResponseHead::new(200, HeaderLines::from_pairs(&lines)),
        );
        let (request, policy) =
            (RequestPolicy::read(request), ResponsePolicy::read(response, &RFC));
        let times = Times::default();
        let subject = Subject::new(&times, &request, &policy, &RFC, CacheType::Shared);
        assert_eq!(clock(&subject).map(Timestamp::unix), Some(1_799_999_950));
        with(&RFC, 200, &[("date", &date)], |_, subject| {
            assert_eq!(clock(subject).map(Timestamp::unix), Some(1_800_000_000));
        });
    }

    #[test]
    fn bounds_bound() {
        let bounded = |facts: &Facts, status, minimum_only, seconds| {
            with(facts, status, &[("x", "")], |draft, subject| {
                draft.minimum_only = minimum_only;
                let bound = bounds(draft, subject, seconds);
                (bound, draft.trace.reasons().len())
            })
        };
        let exactly = Interval::exactly;
        let between = |least, most| Interval { least, most };
        let least = Facts { minimum_ttl: Fact::Known(60), ..RFC };
        let most = Facts { maximum_ttl: Fact::Known(MaximumTtl::Seconds(60)), ..RFC };
        let nobody = Facts { minimum_ttl: Fact::Unknown, maximum_ttl: Fact::Unknown, ..RFC };
        for (facts, minimum_only, seconds, expected) in [
            (least, Tri::No, exactly(5), (exactly(60), 1)),
            (least, Tri::No, exactly(60), (exactly(60), 0)),
            (least, Tri::No, exactly(61), (exactly(61), 0)),
            (least, Tri::Maybe, exactly(90), (between(60, 90), 0)),
            (least, Tri::Yes, exactly(90), (exactly(60), 0)),
            (most, Tri::No, exactly(90), (exactly(60), 1)),
            (most, Tri::No, exactly(60), (exactly(60), 0)),
            (most, Tri::No, Interval::UNKNOWN, (between(0, 60), 0)),
            (nobody, Tri::No, exactly(5), (exactly(5), 0)),
        ] {
            let told = bounded(&facts, 200, minimum_only, seconds);
            assert_eq!(told, expected, "{minimum_only:?} {seconds:?}");
        }
        let of_errors = ErrorTtl::AtLeast { seconds: 10, statuses: &[500], barred: &[] };
        let errors = Facts { error_ttl: Fact::Known(of_errors), ..least };
        for (status, seconds, expected) in [
            (500, exactly(5), (exactly(10), 1)),
            (500, exactly(10), (exactly(10), 0)),
            (500, exactly(20), (exactly(20), 0)),
            (200, exactly(20), (exactly(60), 1)),
        ] {
            assert_eq!(bounded(&errors, status, Tri::No, seconds), expected, "{status}");
        }
    }
}
