//! Conditions of a later request, held against the stored response (`modules/http/http_protocol.c`,
//! `ap_condition_*`). "Match" is meant the way of If-None-Match: the client has what is stored.

use super::date;
use super::pieces::pieces;
use crate::calendar::Timestamp;
use crate::field::Field;
use crate::kept::{Flags, Stored};
use crate::policy::{Method, RequestPolicy};

/// Whether no condition of the request asks for something else than what is stored.
pub(super) fn all_match(stored: &Stored<'_>, later: &RequestPolicy<'_>) -> bool {
    if_match(stored, later)
        && if_unmodified_since(stored, later)
        && if_none_match(stored, later)
        && if_modified_since(stored, later)
        && if_range(stored, later)
}

fn if_match(stored: &Stored<'_>, later: &RequestPolicy<'_>) -> bool {
    let Some(tags) = later.scan().first(Field::IfMatch) else { return true };
    tags.first() == Some(&b'*') || lists(tags, stored, Comparison::Strong)
}

fn if_none_match(stored: &Stored<'_>, later: &RequestPolicy<'_>) -> bool {
    let Some(tags) = later.scan().first(Field::IfNoneMatch) else { return true };
    let weak = matches!(later.method, Method::Get | Method::Head) && !has_range(later);
    let comparison = if weak { Comparison::Weak } else { Comparison::Strong };
    tags.first() == Some(&b'*') || lists(tags, stored, comparison)
}

fn if_modified_since(stored: &Stored<'_>, later: &RequestPolicy<'_>) -> bool {
    let Some(text) = later.scan().first(Field::IfModifiedSince) else { return true };
    let (Some(modified), Some(date)) = (modified(stored), sent(stored)) else { return false };
    date::read(text).is_some_and(|since| since >= modified && since <= date)
        && !(has_range(later) && is_recent(modified, date))
}

/// Such a date matches where the stored response is younger than it.
fn if_unmodified_since(stored: &Stored<'_>, later: &RequestPolicy<'_>) -> bool {
    let Some(text) = later.scan().first(Field::IfUnmodifiedSince) else { return true };
    let (Some(modified), Some(date)) = (modified(stored), sent(stored)) else { return false };
    date::read(text).is_some_and(|since| modified > since)
        && !(has_range(later) && is_recent(modified, date))
}

fn if_range(stored: &Stored<'_>, later: &RequestPolicy<'_>) -> bool {
    let Some(text) = later.scan().first(Field::IfRange).filter(|_| has_range(later)) else {
        return true;
    };
    if text.first() == Some(&b'"') {
        return first(stored, Field::Etag) == Some(text);
    }
    let (Some(modified), Some(date)) = (modified(stored), sent(stored)) else { return false };
    date::read(text) == Some(modified) && !is_recent(modified, date)
}

fn has_range(request: &RequestPolicy<'_>) -> bool {
    request.scan().has(Field::Range)
}

/// A Last-Modified within a minute of Date is no strong validator.
fn is_recent(modified: Timestamp, date: Timestamp) -> bool {
    date < modified.saturating_add(60)
}

fn modified(stored: &Stored<'_>) -> Option<Timestamp> {
    let stated = first(stored, Field::LastModified).and_then(date::read);
    stated.or(received_at(stored))
}

fn sent(stored: &Stored<'_>) -> Option<Timestamp> {
    first(stored, Field::Date).and_then(date::read).or(received_at(stored))
}

fn first<'a>(stored: &Stored<'a>, field: Field) -> Option<&'a [u8]> {
    stored.scan().first(field)
}

fn received_at(stored: &Stored<'_>) -> Option<Timestamp> {
    let policy = stored.policy;
    (!policy.flags.has(Flags::NO_CLOCK)).then_some(policy.received_at)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Strong,
    Weak,
}

impl Comparison {
    fn opaque(self, tag: &[u8]) -> Option<&[u8]> {
        let tag = match self {
            Self::Strong => tag,
            Self::Weak => tag.strip_prefix(b"W/").unwrap_or(tag),
        };
        (tag.first() == Some(&b'"')).then_some(tag)
    }
}

/// `ap_find_etag_strong`, `ap_find_etag_weak`
fn lists(tags: &[u8], stored: &Stored<'_>, comparison: Comparison) -> bool {
    let own = first(stored, Field::Etag).and_then(|tag| comparison.opaque(tag));
    own.is_some() && pieces(std::iter::once(tags)).any(|tag| comparison.opaque(tag) == own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn within_a_minute_of_date_is_recent() {
        let date = Timestamp::from_unix(1_000);
        for (modified, expected) in [(1_000, true), (941, true), (940, false), (1_060, true)] {
            assert_eq!(is_recent(Timestamp::from_unix(modified), date), expected, "{modified}");
        }
    }
}
