//! RFC 9111 §2: the primary key.

use crate::message::{AsRequest, RequestHead, TargetParts};
use crate::profile::{Fact, Facts, KeyClass, KeyCookies, KeyOrigin, KeyQuery, Profile};
use crate::rule::s2_key;

/// What a response is stored under: the target URI, the request fields that the profile's cache
/// has in its key, and for QUERY the content.
///
/// Scheme and host without letter case, the default port left out, an empty path is `/`; the rest
/// to the letter (RFC 9110 §4.2.3). Which stored methods answer which later ones is decided when a
/// response is reused.
///
/// ```
/// use storable::{Profile, life::CacheKey};
///
/// let key = |uri: &str| -> Result<_, http::Error> {
///     Ok(CacheKey::new(&http::Request::get(uri).body(())?, &Profile::RFC9111_SHARED))
/// };
/// assert_eq!(key("http://Shop.Example:80")?, key("http://shop.example/")?);
/// assert_ne!(key("http://shop.example/A")?, key("http://shop.example/a")?);
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CacheKey {
    text: Box<[u8]>,
    /// How much of the text is the URI.
    uri: usize,
}

impl CacheKey {
    /// The key of a request. Where a profile does not tell whether a part is in the key, it is:
    /// what is kept apart is shared with nobody.
    #[must_use]
    pub fn new(request: &(impl AsRequest + ?Sized), profile: &Profile) -> Self {
        let (request, facts) = (request.as_request(), profile.facts());
        let host = match facts.key_origin {
            Fact::Known(origin) if origin.keeps_port() => s2_key::authority(request),
            Fact::Known(KeyOrigin::HostName | KeyOrigin::SchemeAndHostName) => {
                s2_key::host_name(request)
            }
            _ => s2_key::host(request),
        };
        let mut key = uri_text(request.target(), host, facts);
        let uri = key.len();
        for name in facts.key.known().unwrap_or_default() {
            push_field(&mut key, request, name);
        }
        for class in facts.key_classes.known().unwrap_or_default() {
            push_class(&mut key, request, class);
        }
        push_cookies(&mut key, request, facts.key_cookies);
        Self { text: key.into(), uri }
    }

    /// The key with content, which QUERY needs (RFC 10008 §2.7): other content, another key.
    #[must_use]
    pub fn with_content(self, content: &[u8]) -> Self {
        let mut key = self.text.into_vec();
        key.push(0);
        key.extend_from_slice(content);
        Self { text: key.into(), uri: self.uri }
    }

    /// The key of a GET for this absolute URI, without request fields.
    pub(super) fn of_uri(uri: TargetParts<'_>, profile: &Profile) -> Self {
        let host = match profile.facts().key_origin {
            Fact::Known(origin) if origin.keeps_port() => uri.origin,
            _ => uri.host(),
        };
        let text = uri_text(uri, host.as_bytes(), profile.facts()).into_boxed_slice();
        Self { uri: text.len(), text }
    }

    /// Whether both are for one URI, whatever fields and content are in them.
    #[must_use]
    pub fn is_same_uri(&self, other: &Self) -> bool {
        self.uri() == other.uri()
    }

    /// Whether both are for URIs of one origin (RFC 9110 §4.3.1).
    #[must_use]
    pub fn is_same_origin(&self, other: &Self) -> bool {
        // scheme, nothing, host
        let is_slash = |byte: &u8| *byte == b'/';
        self.text.split(is_slash).take(3).eq(other.text.split(is_slash).take(3))
    }

    /// The URI alone, without request fields and content: the first level of a store that cannot
    /// scan, because what is invalidated is invalidated by URI (RFC 9111 §4.4).
    #[must_use]
    pub fn uri(&self) -> &[u8] {
        self.text.get(..self.uri).unwrap_or_default()
    }

    /// Scheme and authority: groups of one name are one group only within them (RFC 9875 §2.1).
    #[must_use]
    pub fn origin(&self) -> &[u8] {
        let slashes = self.text.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        let end = slashes.map(|(at, _)| at).nth(2).unwrap_or(self.text.len());
        self.text.get(..end).unwrap_or_default()
    }

    /// The key as bytes; no two keys have the same.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.text
    }
}

fn uri_text(uri: TargetParts<'_>, host: &[u8], facts: &Facts) -> Vec<u8> {
    let origin = facts.key_origin.known().unwrap_or(KeyOrigin::SchemeAndHost);
    let query = uri.query.map_or(0, |query| query.len().saturating_add(1));
    let parts = [uri.scheme.len(), host.len(), uri.path.len(), query, "://".len()];
    let mut key = Vec::with_capacity(parts.into_iter().fold(0, usize::saturating_add));
    let has_scheme = matches!(
        origin,
        KeyOrigin::SchemeAndHost
            | KeyOrigin::SchemeAndHostName
            | KeyOrigin::SchemeAndHostAsItStands
            | KeyOrigin::Scheme
    );
    if has_scheme {
        push_in_lower_case(&mut key, uri.scheme.as_bytes());
    }
    key.extend_from_slice(b"://");
    if !matches!(origin, KeyOrigin::Scheme | KeyOrigin::Nothing) {
        match origin {
            KeyOrigin::HostAsItStands | KeyOrigin::SchemeAndHostAsItStands => {
                key.extend_from_slice(host);
            }
            _ => push_in_lower_case(&mut key, host),
        }
    }
    key.extend_from_slice(uri.path.as_bytes());
    let parameters = || s2_key::pairs(uri.query.unwrap_or_default().as_bytes(), b'&');
    match facts.key_query {
        Fact::Known(KeyQuery::Absent) => {}
        Fact::Known(KeyQuery::Sorted(but)) => {
            let mut sorted: Vec<_> = parameters().collect();
            sorted.sort_unstable();
            push_rest(&mut key, b'?', but, sorted.into_iter());
        }
        Fact::Known(KeyQuery::Only(names)) => push_named(&mut key, b'?', names, parameters),
        Fact::Known(KeyQuery::AllBut(names)) => push_rest(&mut key, b'?', names, parameters()),
        _ => {
            if let Some(query) = uri.query {
                key.push(b'?');
                key.extend_from_slice(query.as_bytes());
            }
        }
    }
    // A URI has no such byte; a view made by hand might.
    if key.contains(&0) {
        key.retain(|&byte| byte != 0);
    }
    key
}

fn push_in_lower_case(key: &mut Vec<u8>, text: &[u8]) {
    let start = key.len();
    key.extend_from_slice(text);
    key.get_mut(start..).unwrap_or_default().make_ascii_lowercase();
}

fn push_cookies(key: &mut Vec<u8>, request: RequestHead<'_>, rule: Fact<KeyCookies>) {
    let cookies = || s2_key::cookies(request);
    let mut part = Vec::new();
    match rule {
        Fact::Known(KeyCookies::Nothing) | Fact::Unknown => return,
        Fact::Known(KeyCookies::Only(names)) => push_named(&mut part, b';', names, cookies),
        Fact::Known(KeyCookies::AllBut(names)) => push_rest(&mut part, b';', names, cookies()),
        Fact::Known(KeyCookies::Configured) => push_rest(&mut part, b';', &[], cookies()),
    }
    key.push(0);
    key.extend(part.into_iter().filter(|&byte| byte != 0));
}

/// What each pattern puts into the key, each in a place of its own.
fn push_named<'a, I>(key: &mut Vec<u8>, mark: u8, names: &[&str], pairs: impl Fn() -> I)
where
    I: Iterator<Item = (&'a [u8], &'a [u8])>,
{
    for name in names {
        key.push(mark);
        for (name, value) in s2_key::selected(name, pairs()) {
            push_pair(key, mark, name, value);
        }
    }
}

fn push_rest<'a>(
    key: &mut Vec<u8>,
    mark: u8,
    names: &[&str],
    pairs: impl Iterator<Item = (&'a [u8], &'a [u8])>,
) {
    for (name, value) in pairs.filter(|(name, _)| !s2_key::is_named(names, name)) {
        push_pair(key, mark, name, value);
    }
}

fn push_pair(key: &mut Vec<u8>, mark: u8, name: &[u8], value: &[u8]) {
    key.push(mark);
    key.extend_from_slice(name);
    key.push(b'=');
    key.extend_from_slice(value);
}

/// Where a class is not known, every line that could decide it is in the key.
fn push_class(key: &mut Vec<u8>, request: RequestHead<'_>, class: &KeyClass) {
    match class {
        KeyClass::Field("*") => push_all(key, request),
        KeyClass::Field(name) => push_field(key, request, name),
        KeyClass::Cases(cases) => match s2_key::class_of(cases, request) {
            Some(class) => {
                key.push(0);
                key.extend_from_slice(class.to_string().as_bytes());
            }
            None => push_all(key, request),
        },
    }
}

fn push_all(key: &mut Vec<u8>, request: RequestHead<'_>) {
    for (name, value) in request.lines() {
        key.push(0);
        key.extend(name.bytes().map(|byte| byte.to_ascii_lowercase()));
        key.push(b':');
        key.extend(value.iter().filter(|&&byte| byte != 0));
    }
}

fn push_field(key: &mut Vec<u8>, request: RequestHead<'_>, name: &str) {
    key.push(0);
    key.extend_from_slice(name.as_bytes());
    for (own, value) in request.lines() {
        if own.eq_ignore_ascii_case(name) {
            key.push(b':');
            key.extend(value.iter().filter(|&&byte| byte != 0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::HeaderLines;

    const BOOK: &Profile = &Profile::RFC9111_SHARED;

    fn key(uri: &str, lines: &[(&str, &[u8])], profile: &Profile) -> CacheKey {
        CacheKey::new(&RequestHead::new("GET", uri, HeaderLines::from_pairs(lines)), profile)
    }

    #[test]
    fn one_uri_and_one_origin() {
        let of = |uri| key(uri, &[], BOOK);
        for (one, other, same_uri, same_origin) in [
            ("http://a.example/x", "http://A.example:80/x", true, true),
            ("http://a.example/x", "http://a.example/y", false, true),
            ("http://a.example/x", "http://a.example/x?q", false, true),
            ("http://a.example/x", "https://a.example/x", false, false),
            ("http://a.example/x", "http://b.example/x", false, false),
            ("http://a.example/x", "http://a.example:8080/x", false, false),
        ] {
            assert_eq!(of(one).is_same_uri(&of(other)), same_uri, "{one} {other}");
            assert_eq!(of(one).is_same_origin(&of(other)), same_origin, "{one} {other}");
        }
        let (plain, query) =
            (of("http://a.example/x"), of("http://a.example/x").with_content(b"q"));
        assert_ne!(plain, query);
        assert!(plain.is_same_uri(&query));
        assert!(plain.is_same_origin(&query));
    }

    /// What a field holds cannot make one key out of two, whatever bytes are in it.
    #[test]
    fn fields_in_the_key() {
        const KEYED: Profile = Profile::RFC9111_SHARED.with_key(&["x-a", "x-b"]);
        let of = |lines: &[(&str, &[u8])]| key("http://a.example/x", lines, &KEYED);
        let one = of(&[("X-A", b"1")]);
        for (lines, same) in [
            (&[("x-a", &b"1"[..]), ("x-c", b"2")][..], true),
            (&[("x-a", b"2")], false),
            (&[("x-b", b"1")], false),
            (&[("x-a", b"1"), ("x-b", b"")], false),
            (&[("x-a", b"1"), ("x-a", b"")], false),
            (&[], false),
        ] {
            assert_eq!(one == of(lines), same, "{lines:?}");
            assert!(one.is_same_uri(&of(lines)), "{lines:?}");
            assert_ne!(one, key("http://a.example/x", lines, BOOK), "{lines:?}");
        }
        assert_ne!(of(&[("x-a", b"1"), ("x-b", b"2")]), of(&[("x-a", b"1\0x-b:2")]));
    }
}
