//! RFC 9111 §4.1: the secondary key, and the choice among several responses that match.

use super::weighted::{WeightedList, quality_of};
use crate::field::{Field, elements};
use crate::message::{AsRequest, Named, RequestHead, ResponseHead};
use crate::policy::{RequestPolicy, ResponsePolicy};
use crate::profile::{Fact, Profile, VaryComparison, VaryFields};
use crate::rule::s4_1_vary::is_among;
use crate::verdict::Verdict;

/// The request fields that a stored response was chosen by, with what the request held.
///
/// Kept beside the stored head; a later request matches where each of the fields does. What may
/// differ is what the RFC lets differ: how a list is cut into lines, white space around commas,
/// and for Accept-Language and Accept-Encoding letter case and the order of the members, which
/// say nothing there (RFC 9110 §12.5.3, §12.5.4). An absent field matches only an absent one. Many
/// caches compare less carefully: [`VaryComparison`].
///
/// ```
/// use storable::{Profile, storable};
///
/// let request = |language: &str| {
///     http::Request::get("https://shop.example/").header("Accept-Language", language).body(())
/// };
/// let response = http::Response::builder()
///     .header("Cache-Control", "max-age=60")
///     .header("Vary", "Accept-Language")
///     .body(())?;
/// let first = request("en, de;q=0.8")?;
/// let key = storable(&first, &response, &Profile::RFC9111_SHARED).vary_key();
/// assert!(key.matches(&request("DE;q=0.8,en")?));
/// assert!(!key.matches(&request("de, en;q=0.8")?));
/// assert!(!key.matches(&http::Request::get("https://shop.example/").body(())?));
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct VaryKey {
    pub(super) fields: Box<[Nominated]>,
    /// Of a 206, the Range that it answered.
    pub(super) range: Option<Box<[u8]>>,
    pub(super) compared: VaryComparison,
}

/// One nominated field, with the value of the stored request: its lines joined with commas.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Nominated {
    pub(super) name: Box<str>,
    pub(super) value: Option<Box<[u8]>>,
}

impl VaryKey {
    /// The key of a response that this request brought, as the profile's cache reads Vary. Members
    /// that are no field names, `*` among them, make no key: such a response never matches.
    #[must_use]
    pub fn new(
        request: &(impl AsRequest + ?Sized),
        response: &(impl crate::AsResponse + ?Sized),
        profile: &Profile,
    ) -> Self {
        Self::make(request.as_request(), response.as_response(), profile)
    }

    pub(super) fn make(
        request: RequestHead<'_>,
        response: ResponseHead<'_>,
        profile: &Profile,
    ) -> Self {
        let facts = profile.facts();
        let response = ResponsePolicy::read(response, facts);
        let mut names: Vec<Box<str>> = Vec::new();
        if facts.vary_fields != Fact::Known(VaryFields::Ignored) {
            // Some caches cut at white space too: what comes out there is a name to compare as well.
            let is_space = |byte: &u8| matches!(byte, b' ' | b'\t');
            let members = elements(response.scan().all(Field::Vary));
            let names_in_view = members.flat_map(|member| member.split(is_space));
            for name in names_in_view.filter(|name| !name.is_empty()) {
                let exempt = match facts.vary_fields {
                    Fact::Known(VaryFields::ComparedExcept(exempt)) => is_among(exempt, name),
                    _ => false,
                };
                let Ok(name) = std::str::from_utf8(name) else { continue };
                if !exempt && name != "*" {
                    names.push(name.to_ascii_lowercase().into());
                }
            }
        }
        names.sort_unstable();
        names.dedup();
        let fields = names.into_iter().map(|name| {
            let value = joined(request, &name);
            Nominated { name, value }
        });
        let range = if response.status() == 206 { joined(request, "range") } else { None };
        let compared = facts.vary_comparison.known().unwrap_or_default();
        Self { fields: fields.collect(), range, compared }
    }

    /// Whether the stored response is a 206, and the request asks for the same part in the same
    /// words.
    pub(super) fn has_range_of(&self, request: RequestHead<'_>) -> bool {
        let lines = lines_of(request, "range");
        self.range.as_ref().is_some_and(|range| same_text(range, lines))
    }

    /// Whether Vary names nothing to compare.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The nominated fields, in lower case and in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| &*field.name)
    }

    /// Whether a later request matches. Nothing is allocated.
    #[must_use]
    pub fn matches(&self, request: &(impl AsRequest + ?Sized)) -> bool {
        self.matches_policy(&RequestPolicy::read(request.as_request()))
    }

    pub(super) fn matches_policy(&self, request: &RequestPolicy<'_>) -> bool {
        self.is_empty() || self.fields.iter().all(|field| field.matches(request, self.compared))
    }

    /// Whether two stored responses are for the same requests, so that one replaces the other.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.range == other.range
            && self.fields.len() == other.fields.len()
            && self.fields.iter().zip(&other.fields).all(|(ours, theirs)| {
                ours.name == theirs.name
                    && match (&ours.value, &theirs.value) {
                        (None, None) => true,
                        (Some(one), Some(two)) => {
                            let two = std::iter::once(&**two);
                            same_value(&ours.name, one, two, self.compared)
                        }
                        _ => false,
                    }
            })
    }
}

impl Nominated {
    #[inline(never)]
    fn matches(&self, request: &RequestPolicy<'_>, compared: VaryComparison) -> bool {
        match (&self.value, request.named(&self.name)) {
            (None, line) => line == Named::Nowhere,
            (Some(_), Named::Nowhere) => false,
            (Some(value), Named::Once(line)) => {
                **value == *line || same_value(&self.name, value, std::iter::once(line), compared)
            }
            (Some(value), Named::Repeatedly) => {
                same_value(&self.name, value, lines_of(request.head(), &self.name), compared)
            }
        }
    }
}

impl Verdict<'_> {
    /// The request fields that later requests must match (RFC 9111 §4.1).
    #[must_use]
    pub fn vary_key(&self) -> VaryKey {
        VaryKey::make(self.request_policy().head(), self.response_policy().head(), self.profile())
    }
}

fn lines_of<'a, 'n>(
    request: RequestHead<'a>,
    name: &'n str,
) -> impl Iterator<Item = &'a [u8]> + Clone + use<'a, 'n> {
    request.lines().filter(move |(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn joined(request: RequestHead<'_>, name: &str) -> Option<Box<[u8]>> {
    let mut lines = lines_of(request, name);
    let mut value = lines.next()?.to_vec();
    for line in lines {
        value.extend_from_slice(b", ");
        value.extend_from_slice(line);
    }
    Some(value.into())
}

/// Whether a stored value and the lines of a new request say the same.
fn same_value<'a>(
    name: &str,
    stored: &[u8],
    lines: impl Iterator<Item = &'a [u8]> + Clone,
    compared: VaryComparison,
) -> bool {
    let negotiates = matches!(name, "accept-charset" | "accept-encoding" | "accept-language");
    match compared {
        VaryComparison::Meaning => same_meaning(name, stored, lines),
        VaryComparison::TextButSpaces if negotiates => {
            words(std::iter::once(stored)).eq(words(lines))
        }
        VaryComparison::Text | VaryComparison::TextButSpaces => same_text(stored, lines),
        VaryComparison::Members => {
            let mut theirs = elements(lines);
            elements(std::iter::once(stored))
                .all(|member| theirs.next().is_some_and(|other| other.eq_ignore_ascii_case(member)))
                && theirs.next().is_none()
        }
    }
}

/// What stands between spaces and commas.
fn words<'a>(lines: impl Iterator<Item = &'a [u8]>) -> impl Iterator<Item = &'a [u8]> {
    let separates = |byte: &u8| matches!(byte, b' ' | b',');
    lines.flat_map(move |line| line.split(separates)).filter(|word| !word.is_empty())
}

fn same_meaning<'a>(
    name: &str,
    stored: &[u8],
    lines: impl Iterator<Item = &'a [u8]> + Clone,
) -> bool {
    if stored.contains(&b'"') {
        // White space inside a quoted string is text: such values are compared as they stand.
        return same_text(stored, lines);
    }
    if matches!(name, "accept-language" | "accept-encoding") {
        let ours = WeightedList::read(std::iter::once(stored));
        let theirs = WeightedList::read(lines.clone());
        if let (Some(ours), Some(theirs)) = (ours, theirs) {
            return ours.is_same(&theirs);
        }
    }
    elements(std::iter::once(stored)).eq(elements(lines))
}

/// Whether the lines, joined, are this text.
fn same_text<'a>(stored: &[u8], lines: impl Iterator<Item = &'a [u8]>) -> bool {
    let mut rest = stored;
    for (number, line) in lines.enumerate() {
        if number > 0 {
            let Some(after) = rest.strip_prefix(b", ") else { return false };
            rest = after;
        }
        let Some(after) = rest.strip_prefix(line) else { return false };
        rest = after;
    }
    rest.is_empty()
}

/// How much a stored response is to be preferred to others that match too, the greater the more:
/// one that has a Vary (RFC 9111 §4.1), then the weight that the request gives its language,
/// then the newest by Date (§4).
pub(super) fn preference(
    request: &RequestPolicy<'_>,
    stored: &super::Stored<'_>,
) -> (bool, u16, i64) {
    let language =
        stored.head.lines().iter().find(|(name, _)| name.eq_ignore_ascii_case("content-language"));
    let weight = match language {
        Some((_, language)) => quality_of(lines_of(request.head(), "accept-language"), language),
        None => 0,
    };
    let policy = stored.policy;
    (policy.flags.has(super::stored::Flags::VARIES), weight, policy.date.unix())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::HeaderLines;

    fn key(vary: &[&str], request: &[(&str, &[u8])]) -> VaryKey {
        let vary: Vec<_> = vary.iter().map(|line| ("Vary", line.as_bytes())).collect();
        VaryKey::make(
            RequestHead::new("GET", "/", HeaderLines::from_pairs(request)),
            ResponseHead::new(200, HeaderLines::from_pairs(&vary)),
            &Profile::RFC9111_SHARED,
        )
    }

    fn matches(key: &VaryKey, request: &[(&str, &[u8])]) -> bool {
        key.matches(&RequestHead::new("GET", "/", HeaderLines::from_pairs(request)))
    }

    #[test]
    fn values() {
        for (name, stored, later, expected) in [
            ("X-A", Some("1, 2"), Some(&["1", "2"][..]), true),
            ("X-A", Some("1,2"), Some(&["1 , 2"]), true),
            ("X-A", Some("1, 2"), Some(&["2, 1"]), false),
            ("X-A", Some("a"), Some(&["A"]), false),
            ("X-A", Some(""), None, false),
            ("X-A", None, Some(&[""]), false),
            ("X-A", None, None, true),
            ("X-A", Some("\"a,  b\""), Some(&["\"a, b\""]), false),
            ("X-A", Some("\"a\", b"), Some(&["\"a\"", "b"]), true),
            ("Accept-Language", Some("en, de"), Some(&["de, EN"]), true),
            ("Accept-Language", Some("en, de;q=0.5"), Some(&["de; Q=0.500 ,en"]), true),
            ("Accept-Language", Some("en, de;q=0.5"), Some(&["en;q=0.5, de"]), false),
            ("Accept-Language", Some("en"), Some(&["en, en"]), false),
            ("Accept-Encoding", Some("gzip;q=0"), Some(&["gzip"]), false),
            ("Accept-Encoding", Some(""), None, false),
            ("Accept-Encoding", Some("gzip, br"), Some(&["br", "gzip"]), true),
            ("Accept-Encoding", Some("gzip;x=1, br"), Some(&["br, gzip;x=1"]), false),
        ] {
            let key = match stored {
                Some(value) => key(&[name], &[(name, value.as_bytes())]),
                None => key(&[name], &[]),
            };
            let later: Vec<_> =
                later.unwrap_or_default().iter().map(|line| (name, line.as_bytes())).collect();
            assert_eq!(matches(&key, &later), expected, "{name}: {stored:?} {later:?}");
        }
    }

    #[test]
    fn names_are_one_whatever_their_letter_case_and_order() {
        let request: &[(&str, &[u8])] = &[("x-a", b"1"), ("X-B", b"2")];
        let one = key(&["X-A, x-b", "X-a"], request);
        assert_eq!(one.names().collect::<Vec<_>>(), ["x-a", "x-b"]);
        assert!(one.is_same(&key(&["x-b, x-a"], request)));
        assert!(!one.is_same(&key(&["x-a"], request)));
        assert!(key(&[""], request).is_empty());
        assert!(!one.is_empty());
        assert_eq!(key(&["*, x-a"], request).names().collect::<Vec<_>>(), ["x-a"]);
    }

    #[test]
    fn responses_for_the_same_requests_replace_each_other() {
        let of = |request: &[(&str, &[u8])]| key(&["X-A, X-B"], request);
        let one = of(&[("X-A", b"1")]);
        assert!(one.is_same(&of(&[("X-A", b"1"), ("Range", b"bytes=0-1")])));
        assert!(!one.is_same(&of(&[("X-A", b"2")])));
        assert!(!one.is_same(&of(&[("X-A", b"1"), ("X-B", b"")])));
        assert!(!one.is_same(&key(&["X-A, X-C"], &[("X-A", b"1")])));
    }
}
