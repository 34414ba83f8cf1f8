//! RFC 9111 §3.2: a stored head, brought up to date by a newer one.

use http::{HeaderName, HeaderValue, Response, StatusCode};

use super::s3_1_fields::{header_map, is_one_of, storable_lines};
use crate::calendar::Timestamp;
use crate::message::ResponseHead;
use crate::profile::{Fact, NotModified, Profile};

/// How the fields of an update and the stored ones come together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Merging {
    /// These stay as they are stored (lower case).
    but: &'static [&'static str],
    /// Of the stored ones these go, also where the update has none of that name.
    drops: &'static [&'static str],
}

/// The stored content depends on what stays. Content-Length is excepted by §3.2; the coding and the
/// place in the whole are those of the octets that are stored. An Age would say that the update is
/// as old as what it updates.
pub(super) const BY_RFC9111: Merging =
    Merging { but: &["content-length", "content-encoding", "content-range"], drops: &["age"] };

/// How the profile's cache brings a stored head up to date.
pub(super) fn merging(profile: &Profile) -> Merging {
    match profile.facts().not_modified {
        // httpd treats Age as any other field, so that the response is as old as before.
        Fact::Known(NotModified::Rfc9111UnlessContradicted(_)) => {
            Merging { drops: &[], ..BY_RFC9111 }
        }
        Fact::Known(NotModified::Replaces { but, drops }) => Merging { but, drops },
        Fact::Known(NotModified::ReplacesAndRenews(but)) => Merging { but, ..BY_RFC9111 },
        _ => BY_RFC9111,
    }
}

/// The stored head, with the fields of the newer one in the place of its own of the same name.
///
/// Fields that the newer one does not have stay, but for those that are [dropped](Merging) and
/// Date, which is made of the time of receipt then (RFC 9110 §6.6.1).
pub(super) fn update(
    stored: ResponseHead<'_>,
    newer: ResponseHead<'_>,
    merging: Merging,
    received_at: Option<Timestamp>,
) -> Response<()> {
    let mut fields = header_map(storable_lines(stored));
    let new = header_map(storable_lines(newer).filter(|(name, _)| !is_one_of(name, merging.but)));
    for name in merging.drops {
        fields.remove(*name);
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
