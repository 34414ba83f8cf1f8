//! RFC 9111 §3.3 and §3.4: parts of a representation, stored and put together.

use super::s3_2_update::{BY_RFC9111, update};
use super::{Stored, Validators};
use crate::field::{Field, Scan};
use crate::kept::{ContentRange, Coverage, delta_seconds_exactly};
use crate::message::AsResponse;

/// What two parts of one representation come to.
#[derive(Clone, Debug)]
pub struct Combined {
    /// The new head: a 200 where all of the content is there, else a 206 (RFC 9110 §15.3.7.3).
    pub head: http::Response<()>,
    /// How many octets of the content that is stored come first.
    pub keep: u64,
    /// How many octets of the content that has come are left out, before the rest is added.
    pub skip: u64,
    /// Whether all of the content is there.
    pub whole: bool,
}

/// RFC 9111 §3.4: what has come, put together with what is stored: the stored part first, then
/// the new one, which begins inside it or right behind it. `None` where the two may not be
/// combined: they share no strong validator, or do not touch, or one has no valid Content-Range.
///
/// `held` is how many octets of the stored content are there.
///
/// ```
/// use storable::life::combine;
///
/// let stored = http::Response::builder()
///     .status(206)
///     .header("ETag", "\"a\"")
///     .header("Content-Range", "bytes 0-4/10")
///     .body(())?;
/// let rest = http::Response::builder()
///     .status(206)
///     .header("ETag", "\"a\"")
///     .header("Content-Range", "bytes 5-9/10")
///     .body(())?;
/// let combined = combine(&stored, 5, &rest).unwrap();
/// assert!(combined.whole);
/// assert_eq!(combined.head.status(), 200);
/// assert_eq!((combined.keep, combined.skip), (5, 0));
/// # Ok::<(), http::Error>(())
/// ```
#[must_use]
pub fn combine(
    stored: &(impl AsResponse + ?Sized),
    held: u64,
    newer: &(impl AsResponse + ?Sized),
) -> Option<Combined> {
    let (stored, newer) = (stored.as_response(), newer.as_response());
    if newer.status() != 206 || !Validators::read(stored).share_strong(&Validators::read(newer)) {
        return None;
    }
    let second = ContentRange::of(newer)?;
    let (first, stated) = match stored.status() {
        200 => (
            0,
            Scan::of(stored.lines()).first(Field::ContentLength).and_then(delta_seconds_exactly),
        ),
        206 => ContentRange::of(stored).map(|range| (range.first, range.complete))?,
        _ => return None,
    };
    let complete = match (stated, second.complete) {
        (Some(one), Some(other)) if one != other => return None,
        (one, other) => one.or(other),
    };
    let end = first.saturating_add(held);
    if second.first < first || second.first > end || second.last < end {
        return None;
    }
    let whole = first == 0 && complete == second.last.checked_add(1);
    let range = ContentRange { first, last: second.last, complete };
    let mut head = update(stored, newer, BY_RFC9111, None);
    *head.status_mut() =
        if whole { http::StatusCode::OK } else { http::StatusCode::PARTIAL_CONTENT };
    let fields = head.headers_mut();
    fields.remove("content-range");
    fields.insert("content-length", range.length().into());
    if !whole {
        super::s3_1_fields::append(fields, "content-range", range.text().as_bytes());
    }
    Some(Combined { head, keep: held, skip: end.saturating_sub(second.first), whole })
}

/// The request fields that ask for the rest of an incomplete response (RFC 9111 §3.3): Range, and
/// If-Range with its strong entity-tag. `None` where it has none, or is whole, or does not begin
/// at the start. What comes is put together with [`combine`].
///
/// ```
/// use storable::life::ask_for_rest;
/// use storable::{Profile, storable};
///
/// let request = http::Request::get("https://shop.example/").body(())?;
/// let response = http::Response::builder()
///     .header("Date", "Thu, 22 Jun 2017 00:41:00 GMT")
///     .header("Cache-Control", "max-age=60")
///     .header("Content-Length", "100")
///     .header("ETag", "\"a\"")
///     .body(())?;
/// let mut entry = storable(&request, &response, &Profile::RFC9111_SHARED).to_store().unwrap();
/// entry.policy = entry.policy.incomplete(40);
/// let [(range, from), (if_range, tag)] = ask_for_rest(entry.stored()).unwrap();
/// assert_eq!((range, &*from), ("range", "bytes=40-"));
/// assert_eq!((if_range, &*tag), ("if-range", "\"a\""));
/// # Ok::<(), http::Error>(())
/// ```
#[must_use]
pub fn ask_for_rest(stored: Stored<'_>) -> Option<[(&'static str, String); 2]> {
    let Coverage::Part { first: 0, length, .. } = Coverage::of(&stored) else {
        return None;
    };
    let validators = Validators::read(stored.head);
    validators.entity_tag().filter(|tag| !tag.is_weak())?;
    let tag = std::str::from_utf8(validators.tag_text()?).ok()?;
    Some([("range", format!("bytes={length}-")), ("if-range", tag.to_owned())])
}
