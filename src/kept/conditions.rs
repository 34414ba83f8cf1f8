//! RFC 9110 §13: a client's conditions, held against a stored response.

use super::validator::{TagList, lists_as_text, lists_to_the_letter, lists_weakly};
use super::{EntityTag, Stored, Validators};
use crate::calendar::Timestamp;
use crate::field::{DateReading, Field, Scan, read_http_date};
use crate::message::ResponseHead;
use crate::policy::{Method, RequestPolicy};
use crate::profile::{
    BothConditions, ChangedFor, ClientConditions, ConditionalStatuses, DateComparison, Fact,
    Preconditions, Profile, TagComparison,
};

/// Whether the origin is to judge conditions that do not hold of what is stored
/// ([`ChangedFor::Origin`]).
pub(crate) fn is_the_origins(
    request: &RequestPolicy<'_>,
    stored: &Stored<'_>,
    profile: &Profile,
) -> bool {
    let Fact::Known(conditions) = profile.facts().client_conditions else { return false };
    let scan = request.scan();
    conditions.changed == ChangedFor::Origin
        && (scan.has(Field::IfNoneMatch) || scan.has(Field::IfModifiedSince))
        && !is_not_modified(request, stored, profile)
}

/// What a client's conditions say of a response that it may get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conditions {
    /// The response is sent.
    Hold,
    /// The client has it: 304.
    NotModified,
    /// It is not what the client wants to work on: 412.
    Failed,
}

/// RFC 9110 §13.2.2, as far as a cache judges conditions.
pub(crate) fn conditions(
    request: &RequestPolicy<'_>,
    stored: &Stored<'_>,
    profile: &Profile,
) -> Conditions {
    let rules = profile.facts().client_conditions.known().unwrap_or(ClientConditions::RFC9110);
    let status = stored.policy.status();
    let judged = match rules.statuses {
        ConditionalStatuses::Successes => (200..=299).contains(&status),
        ConditionalStatuses::Ok => status == 200,
        ConditionalStatuses::Any => true,
    };
    if !judged {
        Conditions::Hold
    } else if precondition_fails(request, stored, &rules) {
        Conditions::Failed
    } else if is_not_modified(request, stored, profile) {
        Conditions::NotModified
    } else {
        Conditions::Hold
    }
}

/// RFC 9110 §13.1.1, §13.1.4, where the cache answers them itself. Without a Last-Modified nothing is
/// known to be unmodified.
fn precondition_fails(
    request: &RequestPolicy<'_>,
    stored: &Stored<'_>,
    rules: &ClientConditions,
) -> bool {
    let scan = request.scan();
    let unmatched = || {
        let tag = stored.scan().first(Field::Etag);
        let judged = tag.is_some() || rules.preconditions != Preconditions::AnsweredOfTags;
        judged && scan.has(Field::IfMatch) && !lists_to_the_letter(scan.all(Field::IfMatch), tag)
    };
    let modified = || {
        let since = scan.first(Field::IfUnmodifiedSince);
        let since = since.map(|text| read_http_date(text, Some(stored.policy.received_at())));
        let last = Validators::read(stored.head).last_modified();
        match (since, last) {
            (None, _) => false,
            (Some(DateReading::Valid(since)), Some(last)) => last > since,
            (Some(_), _) => true,
        }
    };
    match rules.preconditions {
        Preconditions::Origins => false,
        Preconditions::IfMatchAnsweredOfHits => unmatched(),
        Preconditions::IfUnmodifiedSinceAnsweredOfHits => modified(),
        Preconditions::Answered | Preconditions::AnsweredOfTags => unmatched() || modified(),
    }
}

/// RFC 9110 §13.1.2, §13.1.3: If-None-Match, and If-Modified-Since only where that is not there.
fn is_not_modified(request: &RequestPolicy<'_>, stored: &Stored<'_>, profile: &Profile) -> bool {
    if !matches!(request.method, Method::Get | Method::Head) {
        return false;
    }
    let conditions = profile.facts().client_conditions.known();
    let conditions = conditions.unwrap_or(ClientConditions::RFC9110);
    let tags = lists_stored_tag(request, stored, conditions.tags);
    match (tags, conditions.both) {
        (None, _) => not_modified_since(request, stored, conditions.dates),
        (Some(listed), BothConditions::Each) if request.scan().has(Field::IfModifiedSince) => {
            listed && not_modified_since(request, stored, conditions.dates)
        }
        (Some(listed), _) => listed,
    }
}

/// RFC 9110 §13.1.2: whether If-None-Match lists the stored tag; `None` where there is no such field.
fn lists_stored_tag(
    request: &RequestPolicy<'_>,
    stored: &Stored<'_>,
    compared: TagComparison,
) -> Option<bool> {
    let scan = request.scan();
    let lines = scan.has(Field::IfNoneMatch).then(|| scan.all(Field::IfNoneMatch))?;
    let without_tag = || !stored.scan().has(Field::Etag);
    if compared == TagComparison::MembersWithoutQuotes && without_tag() {
        return None;
    }
    Some(match compared {
        TagComparison::Rfc9110 => {
            let list = lists_weakly(lines, Validators::read(stored.head).entity_tag());
            matches!(list, TagList::Any | TagList::Holds)
        }
        _ => {
            let tag = stored.scan().first(Field::Etag);
            lists_as_text(lines, tag, compared)
        }
    })
}

/// RFC 9110 §13.1.3.
fn not_modified_since(
    request: &RequestPolicy<'_>,
    stored: &Stored<'_>,
    compared: DateComparison,
) -> bool {
    let scan = request.scan();
    let Some(since) = scan.first(Field::IfModifiedSince) else { return false };
    let received_at = stored.policy.received_at();
    let (false, DateReading::Valid(since)) =
        (scan.repeats(Field::IfModifiedSince), read_http_date(since, Some(received_at)))
    else {
        return false;
    };
    let validators = Validators::read(stored.head);
    if compared == DateComparison::Exact {
        return validators.last_modified() == Some(since);
    }
    // §4.3.2, C12: without Last-Modified the Date, without that the time of receipt.
    let changed = validators.last_modified().or_else(|| date_of(stored.head, received_at));
    changed.unwrap_or(received_at) <= since
}

fn date_of(head: ResponseHead<'_>, now: Timestamp) -> Option<Timestamp> {
    match read_http_date(Scan::of(head.lines()).first(Field::Date)?, Some(now)) {
        DateReading::Valid(at) => Some(at),
        DateReading::Invalid | DateReading::NeedsClock => None,
    }
}

/// RFC 9110 §13.1.5: a strong entity-tag that is the stored one, or exactly the date of a
/// Last-Modified that is a strong validator.
pub(crate) fn if_range_holds(request: &RequestPolicy<'_>, stored: &ResponseHead<'_>) -> bool {
    let scan = request.scan();
    let Some(text) = scan.first(Field::IfRange).filter(|_| !scan.repeats(Field::IfRange)) else {
        return false;
    };
    let validators = Validators::read(*stored);
    if let Some(tag) = EntityTag::parse(text) {
        return validators.entity_tag().is_some_and(|own| own.matches_strongly(tag));
    }
    match read_http_date(text, None) {
        DateReading::Valid(at) => validators.strong_modified() == Some(at),
        DateReading::Invalid | DateReading::NeedsClock => false,
    }
}
