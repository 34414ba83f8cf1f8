//! RFC 9111 §4.3.2: the client's own conditions and ranges, answered out of the store, in the order
//! of RFC 9110 §13.2.2.

use http::{HeaderMap, HeaderValue, Response, StatusCode};

use super::range::{ContentRange, RangeRequest, Ranges, Resolved};
use super::s3_1_fields::{append, header_map, is_one_of, storable_lines};
use super::s3_3_incomplete::Coverage;
use super::validator::{TagList, lists, lists_as_text};
use super::{EntityTag, Stored, Validators};
use crate::calendar::Timestamp;
use crate::field::{DateReading, Field, Scan, read_http_date};
use crate::message::ResponseHead;
use crate::policy::{Method, RequestPolicy};
use crate::profile::{
    AgeField, BothConditions, ChangedFor, ClientConditions, DateComparison, Fact, Profile,
    Ranges as RangeRule, TagComparison,
};

/// What of a stored response is sent.
#[expect(clippy::large_enum_variant, reason = "ranges are resolved without an allocation")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// All of it, with its own status.
    Whole,
    /// 304: the client has it.
    NotModified,
    /// 206: one part.
    Part(Part),
    /// 206 of type multipart/byteranges.
    Parts(Parts),
    /// 416: no part of what is asked for exists.
    Unsatisfiable {
        /// How long the content is.
        length: u64,
    },
}

/// One part of a representation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    range: ContentRange,
    /// Where the part begins in the content that is stored.
    pub offset: u64,
    /// How many octets it has.
    pub length: u64,
}

impl Part {
    /// The value of Content-Range.
    #[must_use]
    pub fn content_range(&self) -> String {
        self.range.text()
    }
}

/// Several parts, in the order of the request.
///
/// ```
/// use storable::life::{Parts, Reply, reply};
/// use storable::{AsRequest, Profile, policy::RequestPolicy, storable};
///
/// let request =
///     http::Request::get("https://shop.example/").header("Range", "bytes=0-1, -2").body(())?;
/// let response = http::Response::builder()
///     .header("Date", "Thu, 22 Jun 2017 00:41:00 GMT")
///     .header("Cache-Control", "max-age=60")
///     .body(())?;
/// let profile = &Profile::RFC9111_SHARED;
/// let entry = storable(&request, &response, profile).to_store().unwrap();
/// let policy = RequestPolicy::read(request.as_request());
/// let stored = entry.stored().with_length(10);
/// let Reply::Parts(parts) = reply(&policy, stored, profile) else { panic!() };
///
/// let (content, mut multipart) = (b"0123456789", Vec::new());
/// for part in parts.iter() {
///     multipart.extend(Parts::delimiter(&part, "cut", None));
///     multipart.extend(&content[part.offset as usize..][..part.length as usize]);
/// }
/// multipart.extend(Parts::end("cut"));
/// assert_eq!(
///     String::from_utf8_lossy(&multipart),
///     "\r\n--cut\r\nContent-Range: bytes 0-1/10\r\n\r\n01\
///      \r\n--cut\r\nContent-Range: bytes 8-9/10\r\n\r\n89\r\n--cut--\r\n"
/// );
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    ranges: Ranges,
    held_from: u64,
    complete: Option<u64>,
}

impl Parts {
    /// The parts.
    pub fn iter(&self) -> impl Iterator<Item = Part> {
        self.ranges.all().iter().map(|&range| part(range, self.held_from, self.complete))
    }

    /// What stands before a part in a multipart/byteranges content (RFC 9110 §14.6).
    #[must_use]
    pub fn delimiter(part: &Part, boundary: &str, content_type: Option<&HeaderValue>) -> Vec<u8> {
        let mut text = format!("\r\n--{boundary}\r\n").into_bytes();
        if let Some(content_type) = content_type {
            text.extend_from_slice(b"Content-Type: ");
            text.extend_from_slice(content_type.as_bytes());
            text.extend_from_slice(b"\r\n");
        }
        text.extend_from_slice(b"Content-Range: ");
        text.extend_from_slice(part.content_range().as_bytes());
        text.extend_from_slice(b"\r\n\r\n");
        text
    }

    /// What stands after the last part.
    #[must_use]
    pub fn end(boundary: &str) -> Vec<u8> {
        format!("\r\n--{boundary}--\r\n").into_bytes()
    }
}

fn part((first, last): (u64, u64), held_from: u64, complete: Option<u64>) -> Part {
    let range = ContentRange { first, last, complete };
    Part { range, offset: first.saturating_sub(held_from), length: range.length() }
}

/// What of a stored response a client gets that may be answered with it.
///
/// Ranges are looked at where the store says how long the content is
/// ([`Stored::with_length`]). Conditions count only where the plain answer would be a success, ranges where it would be 200
/// (RFC 9110 §13.2.1, §14.2). If-Match and If-Unmodified-Since are the origin's to judge. Caches
/// that compare in another way or send no parts: [`ClientConditions`], [`Ranges`](RangeRule).
///
/// ```
/// use storable::life::{Reply, Stored, reply};
/// use storable::{AsRequest, Profile, policy::RequestPolicy, storable};
///
/// let request = http::Request::get("https://shop.example/").body(())?;
/// let response = http::Response::builder()
///     .header("Date", "Thu, 22 Jun 2017 00:41:00 GMT")
///     .header("Cache-Control", "max-age=60")
///     .header("ETag", "\"a\"")
///     .body(())?;
/// let profile = &Profile::RFC9111_SHARED;
/// let verdict = storable(&request, &response, profile);
/// let (policy, vary) = (verdict.stored_policy().unwrap(), verdict.vary_key());
/// let stored = Stored::new(&policy, &vary, &response).with_length(10);
///
/// let later = http::Request::get("https://shop.example/").header("Range", "bytes=2-").body(())?;
/// let later = RequestPolicy::read(later.as_request());
/// let Reply::Part(part) = reply(&later, stored, profile) else { panic!() };
/// assert_eq!((part.offset, part.length), (2, 8));
/// assert_eq!(part.content_range(), "bytes 2-9/10");
/// # Ok::<(), http::Error>(())
/// ```
#[must_use]
pub fn reply(request: &RequestPolicy<'_>, stored: Stored<'_>, profile: &Profile) -> Reply {
    if !(200..=299).contains(&stored.policy.status()) {
        return Reply::Whole;
    }
    if is_not_modified(request, &stored, profile) {
        return Reply::NotModified;
    }
    let in_parts = match profile.facts().ranges {
        Fact::Known(RangeRule::Ignored) => false,
        Fact::Known(RangeRule::WhereAccepted) => {
            stored.head.lines().iter().any(|(name, _)| is_one_of(name, &["accept-ranges"]))
        }
        Fact::Known(RangeRule::Rfc9110) | Fact::Unknown => true,
    };
    if !in_parts {
        return Reply::Whole;
    }
    let (held_from, complete) = match Coverage::of(&stored) {
        Coverage::Whole if stored.policy.status() == 200 => (0, stored.length),
        Coverage::Part { first, complete, .. } => (first, complete),
        Coverage::Whole | Coverage::Untold => return Reply::Whole,
    };
    let sent_before = stored.vary.has_range_of(request.head());
    let Some(ranges) =
        RangeRequest::of(request).filter(|_| stored.length.is_some() && !sent_before)
    else {
        return Reply::Whole;
    };
    if request.scan().has(Field::IfRange) && !if_range_holds(request, &stored.head) {
        return Reply::Whole;
    }
    match ranges.resolve(complete) {
        Resolved::Ignored => Reply::Whole,
        Resolved::Unsatisfiable => match complete {
            Some(length) => Reply::Unsatisfiable { length },
            None => Reply::Whole,
        },
        Resolved::Ranges(ranges) => match ranges.all() {
            [range] => Reply::Part(part(*range, held_from, complete)),
            _ => Reply::Parts(Parts { ranges, held_from, complete }),
        },
    }
}

/// Whether the origin is to judge conditions that do not hold of what is stored
/// ([`ChangedFor::Origin`]).
pub(super) fn is_the_origins(
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
    Some(match compared {
        TagComparison::Rfc9110 => {
            let list = lists(lines, Validators::read(stored.head).entity_tag());
            matches!(list, TagList::Any | TagList::Holds)
        }
        _ => {
            let tag = Scan::of(stored.head.lines()).first(Field::Etag);
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
    let validators = Validators::read(stored.head);
    let Some(since) = scan.first(Field::IfModifiedSince) else { return false };
    let received_at = stored.policy.received_at();
    let (false, DateReading::Valid(since)) =
        (scan.repeats(Field::IfModifiedSince), read_http_date(since, Some(received_at)))
    else {
        return false;
    };
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
pub(super) fn if_range_holds(request: &RequestPolicy<'_>, stored: &ResponseHead<'_>) -> bool {
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

/// Fields that describe the content, and that a 304 leaves out (RFC 9110 §15.4.5).
const OF_CONTENT: &[&str] = &[
    "accept-ranges",
    "content-encoding",
    "content-language",
    "content-length",
    "content-range",
    "content-type",
];

impl Reply {
    /// The head of the answer. `age` is the value of Age (RFC 9111 §4); `None` where the origin
    /// has just been asked. Some caches leave the origin's in its place, or send none: [`AgeField`].
    ///
    /// For [`Reply::Parts`] the boundary is the host's, and must not stand in the content:
    /// Content-Type and Content-Length are left to it.
    #[must_use]
    pub fn head(&self, stored: Stored<'_>, age: Option<u64>, profile: &Profile) -> Response<()> {
        let mut response = Response::new(());
        let own = StatusCode::from_u16(stored.policy.status()).unwrap_or_default();
        *response.status_mut() = match self {
            Self::Whole => own,
            Self::NotModified => StatusCode::NOT_MODIFIED,
            Self::Part(_) | Self::Parts(_) => StatusCode::PARTIAL_CONTENT,
            Self::Unsatisfiable { .. } => StatusCode::RANGE_NOT_SATISFIABLE,
        };
        let has_tag = Validators::read(stored.head).entity_tag().is_some();
        let age_field = profile.facts().age_field.known().unwrap_or(AgeField::Current);
        let as_stored = age_field == AgeField::AsStored;
        let lines = storable_lines(stored.head);
        let lines = lines.filter(|(name, _)| as_stored || Field::of(name) != Some(Field::Age));
        let lines = lines.filter(|(name, _)| match self {
            Self::Whole => true,
            Self::NotModified => {
                !(is_one_of(name, OF_CONTENT) || has_tag && is_one_of(name, &["last-modified"]))
            }
            Self::Part(_) => !is_one_of(name, &["content-length", "content-range"]),
            Self::Parts(_) => {
                !is_one_of(name, &["content-length", "content-range", "content-type"])
            }
            Self::Unsatisfiable { .. } => is_one_of(name, &["date", "vary", "cache-control"]),
        });
        let mut fields = header_map(lines);
        if let Some(age) = age.filter(|_| age_field == AgeField::Current) {
            fields.insert("age", age.into());
        }
        self.describe(&mut fields);
        *response.headers_mut() = fields;
        response
    }

    fn describe(&self, fields: &mut HeaderMap) {
        match self {
            Self::Whole | Self::NotModified | Self::Parts(_) => {}
            Self::Part(part) => {
                append(fields, "content-range", part.content_range().as_bytes());
                fields.insert("content-length", part.length.into());
            }
            Self::Unsatisfiable { length } => {
                append(fields, "content-range", format!("bytes */{length}").as_bytes());
                fields.insert("content-length", 0_u64.into());
            }
        }
    }
}
