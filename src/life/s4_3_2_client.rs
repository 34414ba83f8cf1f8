//! RFC 9111 §4.3.2: the client's own conditions and ranges, answered out of the store, in the order
//! of RFC 9110 §13.2.2.

use http::header::AGE;
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use super::s3_1_fields::{append, is_one_of, storable_map};
use super::{Stored, Validators};
use crate::field::Field;
use crate::kept::{
    Conditions, ContentRange, Coverage, RangeRequest, Ranges, Resolved, conditions, if_range_holds,
};
use crate::message::Source;
use crate::policy::RequestPolicy;
use crate::profile::{AgeField, Fact, Profile, Ranges as RangeRule};

/// The answer made from a stored response: the whole, a 304, one or several parts, or a 416.
#[expect(clippy::large_enum_variant, reason = "ranges are resolved without an allocation")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// All of it, with its own status.
    Whole,
    /// 304: the client has it.
    NotModified,
    /// 412: what the client wants to work on is another one. Few caches answer that themselves
    /// ([`Preconditions`](crate::profile::Preconditions)).
    PreconditionFailed,
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

/// Without any of these fields a client gets the whole.
const ASKING_FOR_LESS: [Field; 6] = [
    Field::IfMatch,
    Field::IfModifiedSince,
    Field::IfNoneMatch,
    Field::IfRange,
    Field::IfUnmodifiedSince,
    Field::Range,
];

/// Makes the answer to a client from a stored response that may be used for it.
///
/// Ranges are looked at where the store says how long the content is
/// ([`Stored::with_length`]). Conditions count only where the plain answer would be a success, ranges where it would be 200
/// (RFC 9110 §13.2.1, §14.2). If-Match and If-Unmodified-Since are the origin's to judge. Caches
/// that compare in another way or send no parts: [`ClientConditions`](crate::profile::ClientConditions), [`Ranges`](RangeRule).
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
    if !request.scan().has_any(&ASKING_FOR_LESS) {
        return Reply::Whole;
    }
    match conditions(request, &stored, profile) {
        Conditions::NotModified => return Reply::NotModified,
        Conditions::Failed => return Reply::PreconditionFailed,
        Conditions::Hold => {}
    }
    if !(200..=299).contains(&stored.policy.status()) {
        return Reply::Whole;
    }
    let in_parts = match profile.facts().ranges {
        Fact::Known(RangeRule::Ignored) => false,
        Fact::Known(RangeRule::WhereAccepted) => {
            stored.head.lines().iter().any(|(name, _)| is_one_of(name, &["accept-ranges"]))
        }
        _ => true,
    };
    if !in_parts {
        return Reply::Whole;
    }
    let (held_from, complete) = match Coverage::of(&stored) {
        Coverage::Whole if stored.policy.status() == 200 => (0, stored.length),
        Coverage::Part { first, complete, .. } => (first, complete),
        Coverage::Whole | Coverage::Untold => return Reply::Whole,
    };
    let refuses = profile.facts().ranges == Fact::Known(RangeRule::OneOrRefused);
    let refused = complete.filter(|_| refuses && stored.length.is_some());
    if let (Some(length), true) = (refused, has_odd_range(request)) {
        return Reply::Unsatisfiable { length };
    }
    let sent_before = stored.variant.has_range_of(request);
    let one = profile.facts().ranges == Fact::Known(RangeRule::One);
    let Some(ranges) = RangeRequest::of(request)
        .filter(|_| stored.length.is_some() && !sent_before)
        .filter(|ranges| !one || ranges.count() == 1)
    else {
        return Reply::Whole;
    };
    if request.scan().has(Field::IfRange) && !if_range_holds(request, &stored.head) {
        return Reply::Whole;
    }
    match ranges.resolve(complete) {
        Resolved::Ignored => Reply::Whole,
        Resolved::Unsatisfiable => match complete {
            Some(length)
                if !profile.facts().ranges.known().is_some_and(RangeRule::is_whole_if_none) =>
            {
                Reply::Unsatisfiable { length }
            }
            _ => Reply::Whole,
        },
        Resolved::Ranges(ranges) => match ranges.all() {
            [range] => Reply::Part(part(*range, held_from, complete)),
            _ => Reply::Parts(Parts { ranges, held_from, complete }),
        },
    }
}

/// Whether a request has a Range that is not one well-formed range of bytes, and no If-Range.
fn has_odd_range(request: &RequestPolicy<'_>) -> bool {
    let scan = request.scan();
    let one = |ranges: RangeRequest| ranges.count() == 1;
    scan.has(Field::Range)
        && !scan.has(Field::IfRange)
        && !RangeRequest::of(request).is_some_and(one)
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
            Self::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::Part(_) | Self::Parts(_) => StatusCode::PARTIAL_CONTENT,
            Self::Unsatisfiable { .. } => StatusCode::RANGE_NOT_SATISFIABLE,
        };
        let keeps_fields = profile.facts().ranges == Fact::Known(RangeRule::OneOrRefused);
        let has_tag =
            *self == Self::NotModified && Validators::read(stored.head).entity_tag().is_some();
        let age_field = profile.facts().age_field.known().unwrap_or(AgeField::Current);
        let as_stored = age_field == AgeField::AsStored;
        let is_part_of_it = |name: &str| match self {
            Self::Whole => true,
            Self::NotModified => {
                !(is_one_of(name, OF_CONTENT) || has_tag && is_one_of(name, &["last-modified"]))
            }
            Self::Part(_) => !is_one_of(name, &["content-length", "content-range"]),
            Self::Parts(_) => {
                !is_one_of(name, &["content-length", "content-range", "content-type"])
            }
            Self::Unsatisfiable { .. } if keeps_fields => !is_one_of(name, &["content-length"]),
            Self::PreconditionFailed | Self::Unsatisfiable { .. } => {
                is_one_of(name, &["date", "vary", "cache-control"])
            }
        };
        let mut fields = match stored.head.lines().source() {
            Source::Map(fields) if *self == Self::Whole && stored.goes_out_whole => fields.clone(),
            _ => storable_map(stored.head, |name| {
                (as_stored || Field::of(name) != Some(Field::Age)) && is_part_of_it(name)
            }),
        };
        if let Some(age) = age.filter(|_| age_field == AgeField::Current) {
            fields.insert(AGE, age.into());
        }
        self.describe(&mut fields);
        *response.headers_mut() = fields;
        response
    }

    fn describe(&self, fields: &mut HeaderMap) {
        match self {
            Self::Whole | Self::NotModified | Self::Parts(_) => {}
            Self::PreconditionFailed => {
                fields.insert("content-length", 0_u64.into());
            }
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
