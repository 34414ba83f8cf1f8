//! RFC 9111 §4.2.2: a lifetime where the response states none, from Last-Modified or the cache's own
//! default.

use super::s4_2_freshness::{Lifetime, LifetimeFrom, Subject, from_cache, from_nobody, until};
use super::{Draft, Evidence, Interval, Rule, RuleEffect, Tri};
use crate::field::Field;
use crate::policy::{DateField, Presence, ResponsePolicy};
use crate::profile::{DefaultTtl, Fact, Facts, Heuristic, Permits, StatusSet, Ttl};

/// What the cache gives a response that states no lifetime.
pub(crate) fn unstated<'a>(draft: &mut Draft<'a>, subject: &Subject<'_, 'a>) -> Option<Interval> {
    heuristic(draft, subject).or_else(|| default(draft, subject)).map(|lifetime| lifetime.seconds)
}

/// §4.2.2: a lifetime made from the time since Last-Modified. C26: a Last-Modified after Date
/// gives 0.
#[inline(always)]
pub(super) fn heuristic<'a>(draft: &mut Draft<'a>, subject: &Subject<'_, 'a>) -> Option<Lifetime> {
    let share = |since: u64, percent: u8, minimum, maximum| {
        let seconds = since.saturating_mul(u64::from(percent)) / 100;
        Interval::exactly(seconds.min(maximum).max(minimum))
    };
    let seconds = match subject.facts.heuristic {
        Fact::Known(Heuristic::None) => return None,
        Fact::Known(Heuristic::Fraction { percent, minimum, maximum }) => {
            share(since_modified(subject)?, percent, minimum, maximum)
        }
        Fact::Known(Heuristic::FractionWhereSilent { percent, minimum, maximum })
            if !speaks(subject.response) =>
        {
            share(since_modified(subject)?, percent, minimum, maximum)
        }
        Fact::Known(Heuristic::PerDay { seconds, maximum }) => {
            let since = since_modified(subject)?;
            let days = since / 86_400;
            let by_part = if days == 0 { 0 } else { since.saturating_mul(seconds) / 86_400 };
            Interval { least: days.saturating_mul(seconds), most: by_part }
                .map(|seconds| seconds.min(maximum))
        }
        Fact::Known(Heuristic::FractionWhereSilent { .. }) | Fact::Unknown => {
            let text = subject.response.scan().first(Field::LastModified)?;
            let evidence = Evidence::in_field(Field::LastModified, text);
            draft.note(Rule::Heuristic, RuleEffect::Unknown, evidence);
            return Some(Lifetime { seconds: Interval::UNKNOWN, from: LifetimeFrom::Cache });
        }
    };
    let text = subject.response.scan().first(Field::LastModified).unwrap_or_default();
    draft.note(
        Rule::Heuristic,
        RuleEffect::SetsLifetime(seconds.least),
        Evidence::in_field(Field::LastModified, text),
    );
    Some(Lifetime { seconds, from: LifetimeFrom::Cache })
}

/// Seconds from Last-Modified to Date.
fn since_modified(subject: &Subject<'_, '_>) -> Option<u64> {
    let now = subject.times.now();
    let DateField::At(modified, _) = subject.response.last_modified(now) else { return None };
    Some(until(subject.date().or(now)?, modified))
}

/// Whether a response has anything to say on its lifetime.
fn speaks(response: &ResponsePolicy<'_>) -> bool {
    response.control_field != Field::CacheControl.name()
        || [Field::CacheControl, Field::Expires].iter().any(|&field| response.scan().has(field))
}

/// The cache's own default, where it has one.
pub(super) fn default(draft: &mut Draft<'_>, subject: &Subject<'_, '_>) -> Option<Lifetime> {
    let ttl = match default_ttl(subject.facts.default_ttl, subject.response) {
        Fact::Known(ttl) => ttl,
        // What is validated at every use needs no lifetime.
        Fact::Unknown if draft.validated == Tri::Yes => return None,
        Fact::Unknown => {
            draft.not_stored.raise(Tri::Maybe);
            return Some(from_nobody(draft, Rule::DefaultTtl));
        }
    };
    let Some(ttl) = ttl else {
        // §3 lets such a response be stored (9111-3-16), for validation's sake.
        let stored_all_the_same =
            subject.facts.permits == Fact::Known(Permits::Rfc9111) || draft.validated == Tri::Yes;
        if stored_all_the_same {
            draft.note(Rule::NoLifetime, RuleEffect::SetsLifetime(0), Evidence::NONE);
        } else {
            draft.forbid(Rule::NoLifetime, Evidence::NONE);
        }
        return None;
    };
    Some(from_cache(draft, Rule::DefaultTtl, ttl))
}

/// The default lifetime for this response, if there is one.
fn default_ttl(rule: Fact<DefaultTtl>, response: &ResponsePolicy<'_>) -> Fact<Option<Ttl>> {
    let Fact::Known(rule) = rule else { return Fact::Unknown };
    Fact::Known(match rule {
        DefaultTtl::None => None,
        DefaultTtl::Always(ttl) => Some(ttl),
        DefaultTtl::ByStatus(table) => by_status(table, response.status()),
        DefaultTtl::ByContentType(types, ttl) => is_of_type(response, types).then_some(ttl),
        DefaultTtl::ContentTypesFirst(types, ttl, _) if is_of_type(response, types) => Some(ttl),
        DefaultTtl::ContentTypesFirst(_, _, other) => return default_by(other, response),
        DefaultTtl::WithEtag(ttl) => response.scan().has(Field::Etag).then_some(ttl),
        DefaultTtl::WherePublic(ttl) => match response.control.public {
            Presence::Absent => None,
            Presence::Present(_) => Some(ttl),
            Presence::Doubtful(_) => return Fact::Unknown,
        },
        DefaultTtl::StatusesFirst(table, other) => match by_status(table, response.status()) {
            Some(ttl) => Some(ttl),
            None => return default_by(Fact::Known(other), response),
        },
        DefaultTtl::WhereSilent(silent, otherwise) => {
            let rule = if speaks(response) { otherwise } else { Fact::Known(silent) };
            return default_by(rule, response);
        }
    })
}

fn default_by(rule: Fact<&DefaultTtl>, response: &ResponsePolicy<'_>) -> Fact<Option<Ttl>> {
    match rule {
        Fact::Known(rule) => default_ttl(Fact::Known(*rule), response),
        Fact::Unknown => Fact::Unknown,
    }
}

/// Whether it is known that the cache has a lifetime of its own for this response.
pub(super) fn has_default(facts: &Facts, response: &ResponsePolicy<'_>) -> bool {
    matches!(default_ttl(facts.default_ttl, response), Fact::Known(Some(_)))
}

/// A successful response (2xx) whose Content-Type begins with one of these (lower case).
fn is_of_type(response: &ResponsePolicy<'_>, types: &[&str]) -> bool {
    let own = response.scan().first(Field::ContentType).unwrap_or_default();
    let fits = |kind: &&str| {
        own.get(..kind.len()).is_some_and(|start| start.eq_ignore_ascii_case(kind.as_bytes()))
    };
    (200..=299).contains(&response.status()) && types.iter().any(fits)
}

pub(super) fn by_status(table: &[(StatusSet, Ttl)], status: u16) -> Option<Ttl> {
    table.iter().find(|(statuses, _)| statuses.contains(status)).map(|(_, ttl)| *ttl)
}
