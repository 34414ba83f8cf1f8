//! RFC 9111 §4.1: the secondary key, kept or at hand.

use std::collections::BTreeSet;
use std::iter::once;
use std::ops::Range;

use crate::field::{Field, FieldLines, Scan};
use crate::message::{FieldCount, HeaderLines, KeptLine, RequestHead};
use crate::policy::RequestPolicy;
use crate::rule::s4_1_vary::{joined, lines_of, same_field, settled};

/// The request fields that a stored response was chosen by, with what the request held.
///
/// Kept beside the stored head; made by [`Verdict::vary_key`](crate::Verdict::vary_key). The names
/// are those that the profile's cache finds in Vary, and a later request is held against the lines
/// as that cache compares them ([`look_up`](crate::life::look_up)). By RFC 9111 §4.1 what may
/// differ is how a list is cut into lines and the white space around its commas, and for
/// Accept-Language and Accept-Encoding letter case and the order of members, but for languages of
/// one weight (RFC 9110 §12.5.3, §12.5.4). An absent field matches only an absent one.
///
/// ```
/// use storable::{Profile, storable};
///
/// let request = http::Request::get("https://shop.example/").header("Accept-Language", "en").body(())?;
/// let response = http::Response::builder()
///     .header("Cache-Control", "max-age=60")
///     .header("Vary", "Accept-Language")
///     .body(())?;
/// let key = storable(&request, &response, &Profile::RFC9111_SHARED).vary_key();
/// assert_eq!(key.names().collect::<Vec<_>>(), ["accept-language"]);
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct VaryKey {
    /// In order of their names, each once.
    nominated: Box<[Nominated]>,
    /// The request's lines of these names, in order of them; of a request that 206 answered, its
    /// Range as well.
    pub(crate) lines: Box<[KeptLine]>,
}

/// A field that Vary names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Nominated {
    /// In lower case.
    name: Box<str>,
    /// Which field it is, told once: a hit looks for it in the later request.
    field: Option<Field>,
    /// Where its lines are among those that are kept.
    own: Range<usize>,
}

/// Whether a response is a part of a representation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Partial {
    Yes,
    No,
}

impl VaryKey {
    /// The key of a request, of the fields with these names. What is no field name makes no key:
    /// `*` never matches, and nobody sends the others.
    pub(crate) fn of<'a>(
        request: RequestHead<'_>,
        names: impl Iterator<Item = &'a [u8]>,
        partial: Partial,
    ) -> Self {
        let names: BTreeSet<Box<str>> = field_names(names).collect();
        let range = (partial == Partial::Yes).then(|| Field::Range.name().into());
        let kept: BTreeSet<Box<str>> = names.iter().cloned().chain(range).collect();
        Self::from_parts(names, lines_of_each(request, &kept))
    }

    /// Of names in lower case, and lines in any order of their names.
    pub(crate) fn from_parts(names: BTreeSet<Box<str>>, mut lines: Vec<KeptLine>) -> Self {
        lines.sort_by(|one, other| one.0.cmp(&other.0));
        let nominated = names.into_iter().map(|name| {
            let own = lines.partition_point(|line| line.0 < name)
                ..lines.partition_point(|line| line.0 <= name);
            Nominated { field: Field::of(&name), name, own }
        });
        Self { nominated: nominated.collect(), lines: lines.into() }
    }

    /// The same key with the request's lines of further fields, which are not compared as they stand.
    pub(crate) fn with_lines_of<'a>(
        self,
        request: RequestHead<'_>,
        names: impl Iterator<Item = &'a [u8]>,
    ) -> Self {
        let own: BTreeSet<Box<str>> = self.names().map(Into::into).collect();
        let further = field_names(names).filter(|name| !own.contains(name)).collect();
        let further = lines_of_each(request, &further);
        Self::from_parts(own, self.lines.into_iter().chain(further).collect())
    }

    /// Whether Vary names nothing to compare.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nominated.is_empty()
    }

    /// The nominated fields, in lower case and in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.nominated.iter().map(|field| &*field.name)
    }

    /// The nominated fields, each with the lines that the request had of it, which may be none.
    pub fn fields(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = &[u8]>)> {
        self.nominated
            .iter()
            .map(|field| (&*field.name, self.lines_of(field).iter().map(|line| &*line.1)))
    }

    fn lines_of(&self, field: &Nominated) -> &[KeptLine] {
        self.lines.get(field.own.clone()).unwrap_or_default()
    }

    /// Whether two stored responses are for the same requests, so that one replaces the other.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let (ours, theirs) = (self.request(), other.request());
        self.names().eq(other.names())
            && self
                .names()
                .chain(once(Field::Range.name()))
                .all(|name| same_field(name.as_bytes(), ours, theirs))
    }

    /// Whether the fields have the same values, as text, where an absent one counts as empty.
    pub(crate) fn has_values_of(&self, other: &Self) -> bool {
        let (ours, theirs) = (self.request(), other.request());
        self.names().eq(other.names())
            && self.names().all(|name| {
                let name = name.as_bytes();
                let text = |request| joined(lines_of(request, name), b", ");
                text(ours).eq(text(theirs))
            })
    }

    /// Whether what is kept of another request is what this key wants.
    pub(crate) fn is_for_request_of(&self, other: &Self) -> bool {
        let (ours, theirs) = (self.request(), other.request());
        self.names().all(|name| same_field(name.as_bytes(), ours, theirs))
    }

    /// The same key for the part of a representation that another key is of.
    pub(crate) fn with_range_of(self, other: &Self) -> Self {
        let is_range = |line: &&KeptLine| *line.0 == *Field::Range.name();
        let own = self.lines.iter().filter(|line| !is_range(line));
        let lines = own.chain(other.lines.iter().filter(is_range)).cloned().collect();
        let names = self.nominated.into_iter().map(|field| field.name);
        Self::from_parts(names.collect(), lines)
    }

    /// The lines, as a request that has no others.
    fn request(&self) -> RequestHead<'_> {
        RequestHead::new("", "", HeaderLines::from_kept(&self.lines))
    }
}

/// Names in lower case, where they are text.
fn field_names<'a>(names: impl Iterator<Item = &'a [u8]>) -> impl Iterator<Item = Box<str>> {
    names
        .filter_map(|name| std::str::from_utf8(name).ok())
        .map(|name| name.to_ascii_lowercase().into())
}

/// The lines that a request has of these fields.
fn lines_of_each(request: RequestHead<'_>, names: &BTreeSet<Box<str>>) -> Vec<KeptLine> {
    let own = names.iter().flat_map(|name| {
        lines_of(request, name.as_bytes()).map(move |line| (name.clone(), line.into()))
    });
    own.collect()
}

/// A cache's way of comparing a field of two requests.
type Comparison = fn(&[u8], RequestHead<'_>, RequestHead<'_>) -> bool;

/// What a stored response was selected by: the request itself at the instant of receipt, and what
/// was kept of it later.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Variant<'a> {
    /// The request that the response answers, and the lines of the response.
    AtHand(RequestHead<'a>, &'a Scan<'a>),
    /// What a store has kept.
    Kept(&'a VaryKey),
}

impl<'a> Variant<'a> {
    /// The request that the stored response answered, at least with the fields that Vary names.
    pub(crate) fn request(&self) -> RequestHead<'a> {
        match *self {
            Self::AtHand(request, _) => request,
            Self::Kept(key) => key.request(),
        }
    }

    /// Whether a test holds for every name that `cut` finds in the lines of Vary; a kept key was
    /// cut by it already.
    pub(crate) fn all<N: Iterator<Item = &'a [u8]>>(
        &self,
        cut: impl FnOnce(FieldLines<'a>) -> N,
        mut holds: impl FnMut(&'a [u8]) -> bool,
    ) -> bool {
        match *self {
            Self::AtHand(_, response) => cut(response.all(Field::Vary)).all(holds),
            Self::Kept(key) => key.names().all(|name| holds(name.as_bytes())),
        }
    }

    /// The same for a test that is told, beside the name, whether a later request has the same of
    /// the field.
    #[inline]
    pub(crate) fn all_compared<N: Iterator<Item = &'a [u8]>>(
        &self,
        cut: impl FnOnce(FieldLines<'a>) -> N,
        later: &RequestPolicy<'_>,
        compare: Comparison,
        mut holds: impl FnMut(&'a [u8], bool) -> bool,
    ) -> bool {
        let other = later.head();
        match *self {
            Self::AtHand(request, response) => cut(response.all(Field::Vary)).all(|name| {
                let is_same = request.has_lines_of(&other, name) || {
                    let settled = settled(request.named(name), other.named(name));
                    settled.unwrap_or_else(|| compare(name, request, other))
                };
                holds(name, is_same)
            }),
            Self::Kept(key) => key.nominated.iter().all(|field| {
                let name = field.name.as_bytes();
                let ours = match key.lines_of(field) {
                    [] => FieldCount::Nowhere,
                    [(_, line)] => FieldCount::Once(line),
                    _ => FieldCount::Repeatedly,
                };
                let theirs = match field.field {
                    Some(field) => later.lines_of(field),
                    None => other.named(name),
                };
                let settled = settled(ours, theirs);
                holds(name, settled.unwrap_or_else(|| compare(name, key.request(), other)))
            }),
        }
    }

    /// Whether a request asks for the same part in the same words.
    pub(crate) fn has_range_of(&self, later: &RequestPolicy<'_>) -> bool {
        let name = Field::Range.name().as_bytes();
        let mut ours = lines_of(self.request(), name);
        let theirs = lines_of(later.head(), name);
        ours.clone().next().is_some() && ours.by_ref().eq(theirs)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::field::elements;

    fn key(vary: &[&str], request: &[(&str, &[u8])]) -> VaryKey {
        let vary: Vec<_> = vary.iter().map(|line| line.as_bytes()).collect();
        let request = RequestHead::new("GET", "/", HeaderLines::from_pairs(request));
        VaryKey::of(request, elements(vary.iter().copied()), Partial::No)
    }

    fn matches(key: &VaryKey, request: &[(&str, &[u8])]) -> bool {
        let later = RequestHead::new("GET", "/", HeaderLines::from_pairs(request));
        let variant = Variant::Kept(key);
        variant.all(elements, |name| same_field(name, variant.request(), later))
    }

    #[test]
    fn values() {
        for (name, stored, later, expected) in [
            ("X-A", Some("1, 2"), Some(&["1", "2"][..]), true),
            ("X-A", Some("1,2"), Some(&["1 , 2"]), false),
            ("X-A", Some("1,"), Some(&["1"]), false),
            ("User-Agent", Some("x (a, b)"), Some(&["x (a,b)"]), false),
            ("Accept", Some("1,2"), Some(&["1 , 2"]), true),
            ("Cookie", Some("a=1; b=2"), Some(&["a=1", "b=2"]), true),
            ("Cookie", Some("a=1, b=2"), Some(&["a=1", "b=2"]), false),
            ("Cookie", Some("a=1,,b=2"), Some(&["a=1,b=2"]), false),
            ("X-A", Some("1, 2"), Some(&["2, 1"]), false),
            ("X-A", Some("a"), Some(&["A"]), false),
            ("X-A", Some(""), None, false),
            ("X-A", None, Some(&[""]), false),
            ("X-A", None, None, true),
            ("X-A", Some("\"a,  b\""), Some(&["\"a, b\""]), false),
            ("X-A", Some("\"a\", b"), Some(&["\"a\"", "b"]), true),
            ("Accept-Language", Some("en, de"), Some(&["de, EN"]), false),
            ("Accept-Language", Some("en, de"), Some(&["EN,de"]), true),
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
