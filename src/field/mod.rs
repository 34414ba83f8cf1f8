//! Text to tokens: the grammar of the fields that caches read, and no caching rule.
//!
//! Everything here is borrowed, total (no input panics) and linear in the input.

mod date;
mod delta;
mod dictionary;
mod directive;
mod list;
mod warning;

pub use date::{DateReading, Timestamp, read_http_date};
pub use delta::{DELTA_SECONDS_MAX, delta_seconds};
pub use dictionary::{DictionaryError, Item, Member};
pub use directive::{Argument, Directive, Directives, Known, Standing};
pub use list::{Elements, elements};
pub use warning::{Warning, WarningKind};

pub(crate) use dictionary::{check as check_dictionary, members as dictionary_members};

use crate::message::HeaderLines;

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// A header field that some cache reads when it decides.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Field {
            $($(#[$doc])* #[doc = concat!("`", $text, "`")] $name,)*
        }

        impl Field {
            /// Every field, in a fixed order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in lower case.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

fields! {
    Accept = "accept",
    Age = "age",
    AkamaiCacheControl = "akamai-cache-control",
    Authorization = "authorization",
    CacheControl = "cache-control",
    CdnCacheControl = "cdn-cache-control",
    CloudflareCdnCacheControl = "cloudflare-cdn-cache-control",
    Connection = "connection",
    ContentEncoding = "content-encoding",
    ContentLength = "content-length",
    ContentLocation = "content-location",
    ContentRange = "content-range",
    ContentType = "content-type",
    Cookie = "cookie",
    Date = "date",
    EdgeControl = "edge-control",
    Etag = "etag",
    Expires = "expires",
    IfMatch = "if-match",
    IfModifiedSince = "if-modified-since",
    IfNoneMatch = "if-none-match",
    IfRange = "if-range",
    IfUnmodifiedSince = "if-unmodified-since",
    LastModified = "last-modified",
    NetlifyCdnCacheControl = "netlify-cdn-cache-control",
    Pragma = "pragma",
    Range = "range",
    SetCookie = "set-cookie",
    SouinCacheControl = "souin-cache-control",
    SurrogateControl = "surrogate-control",
    TransferEncoding = "transfer-encoding",
    UserAgent = "user-agent",
    Vary = "vary",
    VercelCdnCacheControl = "vercel-cdn-cache-control",
    WwwAuthenticate = "www-authenticate",
    XAccelExpires = "x-accel-expires",
}

/// How many fields there are: the size of a [`Scan`].
const FIELDS: usize = Field::ALL.len();

impl Field {
    /// The field of this name, in any letter case (RFC 9110 §5.1).
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        let candidates: &[Self] = match name.len() {
            3 => &[Self::Age],
            4 => &[Self::Date, Self::Etag, Self::Vary],
            5 => &[Self::Range],
            6 => &[Self::Accept, Self::Cookie, Self::Pragma],
            7 => &[Self::Expires],
            8 => &[Self::IfMatch, Self::IfRange],
            10 => &[Self::Connection, Self::SetCookie, Self::UserAgent],
            12 => &[Self::ContentType, Self::EdgeControl],
            13 => &[
                Self::CacheControl,
                Self::Authorization,
                Self::ContentRange,
                Self::LastModified,
                Self::IfNoneMatch,
            ],
            14 => &[Self::ContentLength],
            15 => &[Self::XAccelExpires],
            16 => &[Self::ContentEncoding, Self::ContentLocation, Self::WwwAuthenticate],
            17 => &[
                Self::SurrogateControl,
                Self::CdnCacheControl,
                Self::IfModifiedSince,
                Self::TransferEncoding,
            ],
            19 => &[Self::IfUnmodifiedSince, Self::SouinCacheControl],
            20 => &[Self::AkamaiCacheControl],
            24 => &[Self::VercelCdnCacheControl],
            25 => &[Self::NetlifyCdnCacheControl],
            28 => &[Self::CloudflareCdnCacheControl],
            _ => return None,
        };
        candidates.iter().copied().find(|field| field.name().eq_ignore_ascii_case(name))
    }
}

/// `bytes` without the spaces and tabs around it (RFC 9110 §5.5, OWS of §5.6.3).
#[must_use]
pub(crate) fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = bytes {
        bytes = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// Whether a byte may stand in a token (RFC 9110 §5.6.2).
pub(crate) const fn is_token_byte(byte: u8) -> bool {
    matches!(byte,
        b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`'
        | b'|' | b'~' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z')
}

/// The position of `needle` in `haystack`, ASCII letters compared without case.
///
/// Some caches search the raw line like this instead of cutting it into directives.
pub(crate) fn find_ignore_case(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window.eq_ignore_ascii_case(needle))
}

/// The position of `needle` in `haystack`, byte for byte.
pub(crate) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// The lines of one message, found by field in one walk.
#[derive(Clone, Copy)]
pub(crate) struct Scan<'a> {
    lines: HeaderLines<'a>,
    slots: [Slot<'a>; FIELDS],
}

#[derive(Clone, Copy)]
struct Slot<'a> {
    first: &'a [u8],
    count: u32,
}

impl<'a> Scan<'a> {
    pub(crate) fn of(lines: HeaderLines<'a>) -> Self {
        Self::collect(lines, lines.iter())
    }

    /// As [`Scan::of`], over lines that differ from the message's own (another user's).
    pub(crate) fn collect(
        lines: HeaderLines<'a>,
        read: impl Iterator<Item = (&'a str, &'a [u8])>,
    ) -> Self {
        let mut slots = [Slot { first: b"", count: 0 }; FIELDS];
        for (name, value) in read {
            if let Some(slot) = Field::of(name).and_then(|field| slots.get_mut(slot_of(field))) {
                if slot.count == 0 {
                    slot.first = value;
                }
                slot.count = slot.count.saturating_add(1);
            }
        }
        Self { lines, slots }
    }

    /// All lines of a field, in order.
    pub(crate) fn all(&self, field: Field) -> FieldLines<'a> {
        let slot = self.slots.get(slot_of(field)).copied();
        match slot {
            None | Some(Slot { count: 0, .. }) => FieldLines(Which::None),
            Some(Slot { first, count: 1 }) => FieldLines(Which::One(first)),
            Some(_) => FieldLines(Which::Many { field, all: self.lines, rest: self.lines.iter() }),
        }
    }

    /// The first line of a field.
    pub(crate) fn first(&self, field: Field) -> Option<&'a [u8]> {
        self.slots.get(slot_of(field)).filter(|slot| slot.count > 0).map(|slot| slot.first)
    }

    /// How many lines a field has.
    pub(crate) fn count(&self, field: Field) -> u32 {
        self.slots.get(slot_of(field)).map_or(0, |slot| slot.count)
    }

    pub(crate) fn has(&self, field: Field) -> bool {
        self.count(field) > 0
    }

    /// The lines of any field, by name.
    pub(crate) fn named<'n>(
        &self,
        name: &'n str,
    ) -> impl Iterator<Item = &'a [u8]> + Clone + use<'a, 'n> {
        self.lines
            .iter()
            .filter(move |(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

impl std::fmt::Debug for Scan<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.lines.fmt(f)
    }
}

#[expect(clippy::as_conversions, reason = "a fieldless enum's discriminant is its place in ALL")]
const fn slot_of(field: Field) -> usize {
    field as usize
}

/// The values of all lines of one field, in order; the joined value is their list (RFC 9110 §5.2).
#[derive(Clone, Debug)]
pub struct FieldLines<'a>(Which<'a>);

#[derive(Clone, Debug)]
enum Which<'a> {
    None,
    One(&'a [u8]),
    Slices { all: &'a [&'a [u8]], rest: std::slice::Iter<'a, &'a [u8]> },
    Many { field: Field, all: HeaderLines<'a>, rest: crate::message::Lines<'a> },
}

impl<'a> FieldLines<'a> {
    /// A field of one line.
    #[must_use]
    pub fn one(line: &'a [u8]) -> Self {
        Self(Which::One(trim(line)))
    }

    /// The lines of one field among those of a message.
    ///
    /// ```
    /// use storable::HeaderLines;
    /// use storable::field::{Field, FieldLines};
    ///
    /// let pairs = [("Vary", &b"Cookie"[..]), ("Age", b"1"), ("vary", b"Accept")];
    /// let vary = FieldLines::of(Field::Vary, HeaderLines::from_pairs(&pairs));
    /// assert_eq!(vary.collect::<Vec<_>>(), [&b"Cookie"[..], b"Accept"]);
    /// ```
    #[must_use]
    pub fn of(field: Field, lines: HeaderLines<'a>) -> Self {
        Self(Which::Many { field, all: lines, rest: lines.iter() })
    }

    /// The lines of one field, already picked out.
    #[must_use]
    pub fn from_slices(lines: &'a [&'a [u8]]) -> Self {
        Self(Which::Slices { all: lines, rest: lines.iter() })
    }

    /// The same lines from the first on, where there are several.
    pub(super) fn restart(&self) -> Option<Self> {
        match self.0 {
            Which::Slices { all, .. } => Some(Self::from_slices(all)),
            Which::Many { field, all, .. } => {
                Some(Self(Which::Many { field, all, rest: all.iter() }))
            }
            Which::None | Which::One(_) => None,
        }
    }
}

impl<'a> Iterator for FieldLines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        match &mut self.0 {
            Which::None => None,
            Which::One(line) => {
                let line = *line;
                self.0 = Which::None;
                Some(line)
            }
            Which::Slices { rest, .. } => rest.next().map(|line| trim(line)),
            Which::Many { field, rest, .. } => {
                rest.find(|(name, _)| Field::of(name) == Some(*field)).map(|(_, value)| value)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_found_by_its_name_in_any_case() {
        for &field in Field::ALL {
            assert_eq!(Field::of(field.name()), Some(field));
            assert_eq!(Field::of(&field.name().to_ascii_uppercase()), Some(field));
        }
        assert_eq!(Field::of("x-cache-control"), None);
        assert_eq!(Field::of(""), None);
    }

    #[test]
    fn surrounding_spaces_and_tabs_go_and_nothing_else() {
        assert_eq!(trim(b"\t a b \t"), b"a b");
        assert_eq!(trim(b" \t "), b"");
        assert_eq!(trim("no-store\u{a0}".as_bytes()), "no-store\u{a0}".as_bytes());
    }
}
