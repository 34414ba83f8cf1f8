//! RFC 9111 §3.2: a stored head, brought up to date by a newer one.

use http::{HeaderName, HeaderValue, Response, StatusCode};

use super::s3_1_fields::{header_map, is_one_of, storable_lines};
use crate::calendar::Timestamp;
use crate::message::ResponseHead;
use crate::profile::{Fact, NotModified, Profile};

/// Fields on which the stored content depends. Content-Length is excepted by §3.2; the coding and
/// the place in the whole are those of the octets that are stored.
pub(super) const KEPT: &[&str] = &["content-length", "content-encoding", "content-range"];

/// What becomes of the Age of a stored head that is brought up to date by one without Age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OldAge {
    Goes,
    /// Squid and httpd treat it as any other field, so that the response is as old as before.
    Stays,
}

/// The fields that an update leaves as they are stored, and what becomes of Age.
pub(super) fn kept_by(profile: &Profile) -> (&'static [&'static str], OldAge) {
    let age = match profile.facts().not_modified {
        Fact::Known(NotModified::Rfc9111UnlessContradicted(_)) => OldAge::Stays,
        Fact::Known(NotModified::ReplacesAllBut(kept)) if kept.contains(&"age") => OldAge::Stays,
        _ => OldAge::Goes,
    };
    let kept = match profile.facts().not_modified {
        Fact::Known(NotModified::ReplacesAllBut(kept) | NotModified::ReplacesAndRenews(kept)) => {
            kept
        }
        _ => KEPT,
    };
    (kept, age)
}

/// The stored head, with the fields of the newer one in the place of its own of the same name.
///
/// Fields that the newer one does not have stay, but for Age and Date: those tell when a message
/// was made, and the old ones would say that the update is as old as what it updates. A Date is
/// made of the time of receipt where the newer one has none (RFC 9110 §6.6.1).
pub(super) fn update(
    stored: ResponseHead<'_>,
    newer: ResponseHead<'_>,
    (kept, age): (&[&str], OldAge),
    received_at: Option<Timestamp>,
) -> Response<()> {
    let mut fields = header_map(storable_lines(stored));
    let new = header_map(
        storable_lines(newer)
            .filter(|(name, _)| !is_one_of(name, kept) || is_one_of(name, &["age"])),
    );
    if age == OldAge::Goes {
        fields.remove("age");
    }
    for name in new.keys() {
        fields.remove(name);
    }
    for (name, value) in &new {
        let _ = fields.try_append(name, value.clone());
    }
    if let Some(at) = received_at.filter(|_| !new.contains_key("date")) {
        insert_date(&mut fields, at);
    }
    let mut response = Response::new(());
    *response.status_mut() = StatusCode::from_u16(stored.status()).unwrap_or_default();
    *response.headers_mut() = fields;
    response
}

pub(super) fn insert_date(fields: &mut http::HeaderMap, at: Timestamp) {
    if let Ok(value) = HeaderValue::from_str(&at.to_string()) {
        fields.insert(HeaderName::from_static("date"), value);
    }
}
