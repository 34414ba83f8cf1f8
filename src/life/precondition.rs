//! RFC 9110 §13.2.2: a client's conditions, for whoever is the origin.

use crate::calendar::Timestamp;
use crate::field::{DateReading, Field, read_http_date};
use crate::kept::{TagList, Validators, if_range_holds, lists_strongly, lists_weakly};
use crate::message::{AsRequest, AsResponse};
use crate::policy::{Method, RequestPolicy};

/// What a request's conditions come to at the origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Precondition {
    /// They hold, or there are none: do what the method says. A Range that comes with them is not to be
    /// looked at.
    Whole,
    /// The same, and a part may be sent where the request asks for one: its If-Range holds.
    Part,
    /// 304: the client has what it asks for.
    NotModified,
    /// 412: the representation is not the one that the client means. Nothing is to be changed.
    Failed,
}

/// What becomes of a request's conditions - If-Match, If-Unmodified-Since, If-None-Match,
/// If-Modified-Since and If-Range - at the origin, in the order of RFC 9110 §13.2.2. It is asked where the
/// answer without them would be a success, before anything is done. `current` is the response that a GET
/// would have now, with its ETag, its Last-Modified, and a Date where that is to count for If-Range; `None`
/// where there is no representation.
///
/// A list of tags that is not well formed does not let a change through, and does not keep a page from
/// anybody: If-Match fails, If-None-Match fails for a method that changes something and is left out for
/// GET and HEAD.
///
/// ```
/// use storable::life::{Precondition, precondition};
///
/// let current = http::Response::builder().header("ETag", "\"v2\"").body(())?;
/// let asked = |method: &str, field: &str, value: &str| {
///     let request = http::Request::builder().method(method).header(field, value).body(());
///     request.map(|request| precondition(&request, Some(&current)))
/// };
/// assert_eq!(asked("GET", "If-None-Match", "\"v2\"")?, Precondition::NotModified);
/// assert_eq!(asked("PUT", "If-Match", "\"v1\"")?, Precondition::Failed);
/// assert_eq!(asked("PUT", "If-Match", "\"v2\"")?, Precondition::Whole);
/// assert_eq!(asked("PUT", "If-None-Match", "*")?, Precondition::Failed);
/// # Ok::<(), http::Error>(())
/// ```
#[must_use]
pub fn precondition<R: AsResponse>(
    request: &(impl AsRequest + ?Sized),
    current: Option<&R>,
) -> Precondition {
    let request = RequestPolicy::read(request.as_request());
    let current = current.map(AsResponse::as_response);
    let own = current.map(Validators::read);
    let (tag, modified) = match &own {
        Some(own) => (own.entity_tag(), own.last_modified()),
        None => (None, None),
    };
    let scan = request.scan();
    let reads = matches!(request.method, Method::Get | Method::Head);
    let holds = |list| match list {
        TagList::Any => current.is_some(),
        TagList::Holds => true,
        TagList::Lacks | TagList::Invalid => false,
    };
    if scan.has(Field::IfMatch) {
        if !holds(lists_strongly(scan.all(Field::IfMatch), tag)) {
            return Precondition::Failed;
        }
    } else if later_than(modified, only_date(&request, Field::IfUnmodifiedSince)) == Some(true) {
        return Precondition::Failed;
    }
    if scan.has(Field::IfNoneMatch) {
        match lists_weakly(scan.all(Field::IfNoneMatch), tag) {
            TagList::Invalid if reads => {}
            TagList::Invalid => return Precondition::Failed,
            list if holds(list) && reads => return Precondition::NotModified,
            list if holds(list) => return Precondition::Failed,
            _ => {}
        }
    } else if reads
        && later_than(modified, only_date(&request, Field::IfModifiedSince)) == Some(false)
    {
        return Precondition::NotModified;
    }
    let part = request.method == Method::Get
        && scan.has(Field::Range)
        && current
            .is_some_and(|current| !scan.has(Field::IfRange) || if_range_holds(&request, &current));
    if part { Precondition::Part } else { Precondition::Whole }
}

/// The date of a field; none where it is no HTTP-date, or stands there twice (§13.1.3, §13.1.4).
fn only_date(request: &RequestPolicy<'_>, field: Field) -> Option<Timestamp> {
    let scan = request.scan();
    let text = scan.first(field).filter(|_| !scan.repeats(field))?;
    match read_http_date(text, None) {
        DateReading::Valid(at) => Some(at),
        DateReading::Invalid | DateReading::NeedsClock => None,
    }
}

/// Whether a modification came after a date, where both are known.
fn later_than(modified: Option<Timestamp>, date: Option<Timestamp>) -> Option<bool> {
    Some(modified? > date?)
}

#[cfg(test)]
mod tests {
    use super::Precondition::{Failed, NotModified, Part, Whole};
    use super::*;
    use crate::message::{HeaderLines, RequestHead, ResponseHead};

    const EARLIER: &str = "Thu, 22 Jun 2017 00:40:00 GMT";
    const CHANGED: &str = "Thu, 22 Jun 2017 00:41:00 GMT";
    const LATER: &str = "Thu, 22 Jun 2017 00:42:00 GMT";

    /// One row is a method, conditions, and what they come to; the page has the tag "a" and was changed
    /// a minute before it is asked for.
    #[test]
    fn conditions_at_the_origin() {
        for (method, lines, expected) in [
            ("GET", &[][..], Whole),
            ("PUT", &[("If-Match", "\"a\"")], Whole),
            ("PUT", &[("If-Match", "\"b\", \"a\"")], Whole),
            ("PUT", &[("If-Match", "*")], Whole),
            ("PUT", &[("If-Match", "W/\"a\"")], Failed),
            ("PUT", &[("If-Match", "\"b\"")], Failed),
            ("PUT", &[("If-Match", "a")], Failed),
            ("GET", &[("If-Match", "\"b\"")], Failed),
            // If-Match counts, and If-Unmodified-Since does not where it is there.
            ("PUT", &[("If-Match", "\"a\""), ("If-Unmodified-Since", EARLIER)], Whole),
            ("PUT", &[("If-Unmodified-Since", EARLIER)], Failed),
            ("PUT", &[("If-Unmodified-Since", CHANGED)], Whole),
            ("PUT", &[("If-Unmodified-Since", "yesterday")], Whole),
            ("GET", &[("If-None-Match", "\"a\"")], NotModified),
            ("HEAD", &[("If-None-Match", "W/\"a\"")], NotModified),
            ("GET", &[("If-None-Match", "*")], NotModified),
            ("GET", &[("If-None-Match", "\"b\"")], Whole),
            ("GET", &[("If-None-Match", "a")], Whole),
            ("PUT", &[("If-None-Match", "a")], Failed),
            ("PUT", &[("If-None-Match", "*")], Failed),
            ("PUT", &[("If-None-Match", "\"a\"")], Failed),
            ("PUT", &[("If-None-Match", "\"b\"")], Whole),
            // If-None-Match counts, and If-Modified-Since does not where it is there.
            ("GET", &[("If-None-Match", "\"b\""), ("If-Modified-Since", LATER)], Whole),
            ("GET", &[("If-Modified-Since", CHANGED)], NotModified),
            ("GET", &[("If-Modified-Since", LATER)], NotModified),
            ("GET", &[("If-Modified-Since", EARLIER)], Whole),
            ("GET", &[("If-Modified-Since", "yesterday")], Whole),
            ("GET", &[("If-Modified-Since", LATER), ("If-Modified-Since", EARLIER)], Whole),
            ("PUT", &[("If-Modified-Since", LATER)], Whole),
            ("GET", &[("Range", "bytes=0-1")], Part),
            ("HEAD", &[("Range", "bytes=0-1")], Whole),
            ("GET", &[("Range", "bytes=0-1"), ("If-Range", "\"a\"")], Part),
            ("GET", &[("Range", "bytes=0-1"), ("If-Range", "\"b\"")], Whole),
            ("GET", &[("Range", "bytes=0-1"), ("If-Range", "W/\"a\"")], Whole),
            ("GET", &[("Range", "bytes=0-1"), ("If-Range", CHANGED)], Part),
            ("GET", &[("Range", "bytes=0-1"), ("If-Range", LATER)], Whole),
            ("GET", &[("Range", "bytes=0-1"), ("If-None-Match", "\"a\"")], NotModified),
        ] {
            let page = [
                ("ETag", &b"\"a\""[..]),
                ("Last-Modified", CHANGED.as_bytes()),
                ("Date", LATER.as_bytes()),
            ];
            let page = ResponseHead::new(200, HeaderLines::from_pairs(&page));
            assert_eq!(asked(method, lines, Some(&page)), expected, "{method} {lines:?}");
        }
    }

    #[test]
    fn where_there_is_nothing() {
        for (method, lines, expected) in [
            ("PUT", &[("If-None-Match", "*")][..], Whole),
            ("PUT", &[("If-Match", "*")], Failed),
            ("PUT", &[("If-Match", "\"a\"")], Failed),
            ("PUT", &[("If-Unmodified-Since", EARLIER)], Whole),
            ("GET", &[("If-Modified-Since", LATER)], Whole),
        ] {
            assert_eq!(asked(method, lines, None), expected, "{method} {lines:?}");
        }
    }

    fn asked(
        method: &str,
        lines: &[(&str, &str)],
        current: Option<&ResponseHead<'_>>,
    ) -> Precondition {
        let lines: Vec<_> = lines.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
        let request = RequestHead::new(method, "/", HeaderLines::from_pairs(&lines));
        precondition(&request, current)
    }
}
