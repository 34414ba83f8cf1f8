//! Text to tokens: the grammar of the fields that caches read, and no caching rule.
//!
//! Everything here is borrowed, total (no input panics) and linear in the input.

mod atoi;
mod date;
mod delta;
mod dictionary;
mod directive;
mod first_integer;
mod joined_list;
mod list;
mod loose_date;
mod loose_directives;
mod pieces;
mod quoted_list;
mod raw_line;
mod strtol;
mod values;
mod warning;
mod whole_token;
mod word_date;

pub use date::{DateReading, Timestamp, read_http_date};
pub use delta::{DELTA_SECONDS_MAX, delta_seconds};
pub use dictionary::{DictionaryError, Item, Member};
pub(crate) use directive::PlainMember;
pub use directive::{Argument, Directive, Directives, Known, Standing};
pub use list::{Elements, elements};
pub use raw_line::Overflow;
pub use warning::{Warning, WarningKind};

pub(crate) use atoi::atoi;
pub(crate) use date::Text as DateText;
pub(crate) use date::{month_number, plain_fixdate};
pub(crate) use delta::digit;
pub(crate) use dictionary::{check as check_dictionary, members as dictionary_members};
pub(crate) use first_integer::first_integer;
pub(crate) use joined_list::{Closed, JoinedItem, JoinedItems};
pub(crate) use list::{cut_member, is_plain_list};
pub(crate) use loose_date::read_loose_date;
pub(crate) use loose_directives::{loose_directives, loose_seconds, simple_seconds};
pub(crate) use pieces::{Pieces, pieces};
pub(crate) use quoted_list::quoted_elements;
pub(crate) use raw_line::{RawLine, RawNumber};
pub(crate) use strtol::{Strtol, strtol};
pub(crate) use values::values;
pub(crate) use whole_token::{WholeToken, c_seconds, whole_token};
pub(crate) use word_date::word_date;

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
    // What a scan keeps: the fields that nearly every judgement asks for, and those that nearly
    // every Vary names.
    AcceptEncoding = "accept-encoding",
    AcceptLanguage = "accept-language",
    Age = "age",
    Authorization = "authorization",
    CacheControl = "cache-control",
    ContentLength = "content-length",
    ContentType = "content-type",
    Cookie = "cookie",
    Date = "date",
    Etag = "etag",
    Expires = "expires",
    LastModified = "last-modified",
    Pragma = "pragma",
    SetCookie = "set-cookie",
    UserAgent = "user-agent",
    Vary = "vary",
    // What is looked up where it is asked for.
    Accept = "accept",
    AkamaiCacheControl = "akamai-cache-control",
    CdnCacheControl = "cdn-cache-control",
    CloudflareCdnCacheControl = "cloudflare-cdn-cache-control",
    Connection = "connection",
    ContentEncoding = "content-encoding",
    ContentLocation = "content-location",
    ContentRange = "content-range",
    EdgeControl = "edge-control",
    IfMatch = "if-match",
    IfModifiedSince = "if-modified-since",
    IfNoneMatch = "if-none-match",
    IfRange = "if-range",
    IfUnmodifiedSince = "if-unmodified-since",
    NetlifyCdnCacheControl = "netlify-cdn-cache-control",
    Range = "range",
    SouinCacheControl = "souin-cache-control",
    SurrogateControl = "surrogate-control",
    TransferEncoding = "transfer-encoding",
    VercelCdnCacheControl = "vercel-cdn-cache-control",
    WwwAuthenticate = "www-authenticate",
    XAccelBuffering = "x-accel-buffering",
    XAccelExpires = "x-accel-expires",
    XAccelRedirect = "x-accel-redirect",
}

/// What a number of `http` tells of a name.
enum Told {
    Field(Field),
    Nothing,
    ByText,
}

/// How many fields, the first ones of the list, a [`Scan`] keeps.
const KEPT: usize = Field::Accept.number();

impl Field {
    /// The field of this name, in any letter case (RFC 9110 §5.1).
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        // Only a letter becomes a lower-case letter by this bit.
        let (first, last) = (name.as_bytes().first()? | 0x20, name.as_bytes().last()? | 0x20);
        Self::candidate(name.len(), first, last, |field| {
            name == field.name() || name.eq_ignore_ascii_case(field.name())
        })
    }

    /// The field of this name. The names that `http` knows are numbers there: most are told by
    /// identity, without a look at their text.
    #[inline(always)]
    pub(crate) fn of_name(name: &http::HeaderName) -> Option<Self> {
        use http::header;
        let told = match *name {
            header::ACCEPT => Told::Field(Self::Accept),
            header::ACCEPT_ENCODING => Told::Field(Self::AcceptEncoding),
            header::ACCEPT_LANGUAGE => Told::Field(Self::AcceptLanguage),
            header::AGE => Told::Field(Self::Age),
            header::AUTHORIZATION => Told::Field(Self::Authorization),
            header::CACHE_CONTROL => Told::Field(Self::CacheControl),
            header::CDN_CACHE_CONTROL => Told::Field(Self::CdnCacheControl),
            header::CONNECTION => Told::Field(Self::Connection),
            header::CONTENT_ENCODING => Told::Field(Self::ContentEncoding),
            header::CONTENT_LENGTH => Told::Field(Self::ContentLength),
            header::CONTENT_LOCATION => Told::Field(Self::ContentLocation),
            header::CONTENT_RANGE => Told::Field(Self::ContentRange),
            header::CONTENT_TYPE => Told::Field(Self::ContentType),
            header::COOKIE => Told::Field(Self::Cookie),
            header::DATE => Told::Field(Self::Date),
            header::ETAG => Told::Field(Self::Etag),
            header::EXPIRES => Told::Field(Self::Expires),
            header::IF_MATCH => Told::Field(Self::IfMatch),
            header::IF_MODIFIED_SINCE => Told::Field(Self::IfModifiedSince),
            header::IF_NONE_MATCH => Told::Field(Self::IfNoneMatch),
            header::IF_RANGE => Told::Field(Self::IfRange),
            header::IF_UNMODIFIED_SINCE => Told::Field(Self::IfUnmodifiedSince),
            header::LAST_MODIFIED => Told::Field(Self::LastModified),
            header::PRAGMA => Told::Field(Self::Pragma),
            header::RANGE => Told::Field(Self::Range),
            header::SET_COOKIE => Told::Field(Self::SetCookie),
            header::TRANSFER_ENCODING => Told::Field(Self::TransferEncoding),
            header::USER_AGENT => Told::Field(Self::UserAgent),
            header::VARY => Told::Field(Self::Vary),
            header::WWW_AUTHENTICATE => Told::Field(Self::WwwAuthenticate),
            // Read by no cache. They are here so that all numbers there are have an answer, and the
            // answers make a table.
            header::ACCEPT_CHARSET
            | header::ACCEPT_RANGES
            | header::ACCESS_CONTROL_ALLOW_CREDENTIALS
            | header::ACCESS_CONTROL_ALLOW_HEADERS
            | header::ACCESS_CONTROL_ALLOW_METHODS
            | header::ACCESS_CONTROL_ALLOW_ORIGIN
            | header::ACCESS_CONTROL_EXPOSE_HEADERS
            | header::ACCESS_CONTROL_MAX_AGE
            | header::ACCESS_CONTROL_REQUEST_HEADERS
            | header::ACCESS_CONTROL_REQUEST_METHOD
            | header::ALLOW
            | header::ALT_SVC
            | header::CACHE_STATUS
            | header::CONTENT_DISPOSITION
            | header::CONTENT_LANGUAGE
            | header::CONTENT_SECURITY_POLICY
            | header::CONTENT_SECURITY_POLICY_REPORT_ONLY
            | header::DNT
            | header::EXPECT
            | header::FORWARDED
            | header::FROM
            | header::HOST
            | header::LINK
            | header::LOCATION
            | header::MAX_FORWARDS
            | header::ORIGIN
            | header::PROXY_AUTHENTICATE
            | header::PROXY_AUTHORIZATION
            | header::PUBLIC_KEY_PINS
            | header::PUBLIC_KEY_PINS_REPORT_ONLY
            | header::REFERER
            | header::REFERRER_POLICY
            | header::REFRESH
            | header::RETRY_AFTER
            | header::SEC_WEBSOCKET_ACCEPT
            | header::SEC_WEBSOCKET_EXTENSIONS
            | header::SEC_WEBSOCKET_KEY
            | header::SEC_WEBSOCKET_PROTOCOL
            | header::SEC_WEBSOCKET_VERSION
            | header::SERVER
            | header::STRICT_TRANSPORT_SECURITY
            | header::TE
            | header::TRAILER
            | header::UPGRADE
            | header::UPGRADE_INSECURE_REQUESTS
            | header::VIA
            | header::WARNING
            | header::X_CONTENT_TYPE_OPTIONS
            | header::X_DNS_PREFETCH_CONTROL
            | header::X_FRAME_OPTIONS
            | header::X_XSS_PROTECTION => Told::Nothing,
            _ => Told::ByText,
        };
        match told {
            Told::Field(field) => Some(field),
            Told::Nothing => None,
            // A map's names are in lower case.
            Told::ByText => Self::of_unknown_name(name.as_str()),
        }
    }

    /// The field of a name that `http` has as text: `...-control` or `x-accel-...`.
    #[inline(always)]
    fn of_unknown_name(name: &str) -> Option<Self> {
        match name.as_bytes() {
            [.., b'l'] | [b'x', b'-', b'a', ..] => Self::of_control_field(name),
            _ => None,
        }
    }

    // A function of its own, so that the loop that tells names has the registers to itself.
    #[inline(never)]
    fn of_control_field(name: &str) -> Option<Self> {
        Self::of_lower_case(name)
    }

    /// The field of this name, which is in lower case.
    #[inline(always)]
    pub(crate) fn of_lower_case(name: &str) -> Option<Self> {
        let (&first, &last) = (name.as_bytes().first()?, name.as_bytes().last()?);
        // The field is known where it is compared: the comparison is one of constant length.
        Self::candidate(name.len(), first, last, |field| name == field.name())
    }

    /// The field whose name has this length and these ends, if it is the one.
    #[inline(always)]
    fn candidate(length: usize, first: u8, last: u8, is_it: impl Fn(Self) -> bool) -> Option<Self> {
        let given = |field: Self| is_it(field).then_some(field);
        // Length and both ends leave one candidate.
        match (length, first, last) {
            (3, b'a', b'e') => given(Self::Age),
            (4, b'd', b'e') => given(Self::Date),
            (4, b'e', b'g') => given(Self::Etag),
            (4, b'v', b'y') => given(Self::Vary),
            (5, b'r', b'e') => given(Self::Range),
            (6, b'a', b't') => given(Self::Accept),
            (6, b'c', b'e') => given(Self::Cookie),
            (6, b'p', b'a') => given(Self::Pragma),
            (7, b'e', b's') => given(Self::Expires),
            (8, b'i', b'h') => given(Self::IfMatch),
            (8, b'i', b'e') => given(Self::IfRange),
            (10, b'c', b'n') => given(Self::Connection),
            (10, b's', b'e') => given(Self::SetCookie),
            (10, b'u', b't') => given(Self::UserAgent),
            (12, b'c', b'e') => given(Self::ContentType),
            (12, b'e', b'l') => given(Self::EdgeControl),
            (13, b'a', b'n') => given(Self::Authorization),
            (13, b'c', b'l') => given(Self::CacheControl),
            (13, b'c', b'e') => given(Self::ContentRange),
            (13, b'i', b'h') => given(Self::IfNoneMatch),
            (13, b'l', b'd') => given(Self::LastModified),
            (14, b'c', b'h') => given(Self::ContentLength),
            (15, b'a', b'e') => given(Self::AcceptLanguage),
            (15, b'a', b'g') => given(Self::AcceptEncoding),
            (15, b'x', b's') => given(Self::XAccelExpires),
            (16, b'c', b'g') => given(Self::ContentEncoding),
            (16, b'c', b'n') => given(Self::ContentLocation),
            (16, b'w', b'e') => given(Self::WwwAuthenticate),
            (16, b'x', b't') => given(Self::XAccelRedirect),
            (17, b'x', b'g') => given(Self::XAccelBuffering),
            (17, b'c', b'l') => given(Self::CdnCacheControl),
            (17, b'i', b'e') => given(Self::IfModifiedSince),
            (17, b's', b'l') => given(Self::SurrogateControl),
            (17, b't', b'g') => given(Self::TransferEncoding),
            (19, b'i', b'e') => given(Self::IfUnmodifiedSince),
            (19, b's', b'l') => given(Self::SouinCacheControl),
            (20, b'a', b'l') => given(Self::AkamaiCacheControl),
            (24, b'v', b'l') => given(Self::VercelCdnCacheControl),
            (25, b'n', b'l') => given(Self::NetlifyCdnCacheControl),
            (28, b'c', b'l') => given(Self::CloudflareCdnCacheControl),
            _ => None,
        }
    }
}

/// `bytes` without the spaces and tabs around it (RFC 9110 §5.5, OWS of §5.6.3).
#[must_use]
#[inline]
pub(crate) fn trim(mut bytes: &[u8]) -> &[u8] {
    // Nearly always there is nothing to trim.
    if matches!(bytes, [b'!'..=b'\xff', .., b'!'..=b'\xff']) {
        return bytes;
    }
    while let [b' ' | b'\t', rest @ ..] = bytes {
        bytes = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// Whether a byte may stand in a token (RFC 9110 §5.6.2).
pub(crate) fn is_token_byte(byte: u8) -> bool {
    const TOKEN_BYTES: [bool; 256] = token_bytes();
    TOKEN_BYTES.get(usize::from(byte)).is_some_and(|is| *is)
}

/// How many token bytes a text begins with.
///
/// Four bytes to a turn, and a function of its own with registers to itself: this is where the time
/// of reading directives and lists goes.
#[inline(never)]
pub(crate) fn token_length(text: &[u8]) -> usize {
    let mut rest = text;
    let mut length: usize = 0;
    while let [a, b, c, d, after @ ..] = rest {
        for byte in [a, b, c, d] {
            if !is_token_byte(*byte) {
                return length;
            }
            length = length.wrapping_add(1);
        }
        rest = after;
    }
    length.wrapping_add(rest.iter().take_while(|&&byte| is_token_byte(byte)).count())
}

/// The position of the first of these bytes.
#[inline]
pub(crate) fn position_of<const STOPS: usize>(text: &[u8], stops: [u8; STOPS]) -> Option<usize> {
    position_with(text, stops, 0)
}

/// The position of the first of these letters, which are in lower case, in any letter case.
#[inline]
pub(crate) fn position_of_letter<const STOPS: usize>(
    text: &[u8],
    letters: [u8; STOPS],
) -> Option<usize> {
    // Only a letter becomes a lower-case letter by this bit.
    position_with(text, letters, 0x20)
}

/// The position of the first byte that is one of these once it has these bits too, eight bytes of
/// the text to a turn.
#[inline(always)]
fn position_with<const STOPS: usize>(text: &[u8], stops: [u8; STOPS], bits: u8) -> Option<usize> {
    let (mut rest, mut before) = (text, 0_usize);
    while let Some((eight, after)) = rest.split_first_chunk() {
        let eight = u64::from_le_bytes(*eight) | u64::from_le_bytes([bits; 8]);
        let found = stops.iter().fold(0, |found, &stop| {
            // Of the bytes that are 0 now the first gets its high bit, and none before it.
            let differing = eight ^ u64::from_le_bytes([stop; 8]);
            let zero = differing.wrapping_sub(u64::from_le_bytes([1; 8])) & !differing;
            found | (zero & u64::from_le_bytes([0x80; 8]))
        });
        if found != 0 {
            return before.checked_add(usize::try_from(found.trailing_zeros() / 8).ok()?);
        }
        (rest, before) = (after, before.wrapping_add(8));
    }
    before.checked_add(rest.iter().position(|byte| stops.contains(&(byte | bits)))?)
}

const fn token_bytes() -> [bool; 256] {
    let mut table = [false; 256];
    let mut bytes: &[u8] =
        b"!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    while let [byte, rest @ ..] = bytes {
        #[expect(clippy::as_conversions, clippy::indexing_slicing, reason = "a byte is below 256")]
        {
            table[*byte as usize] = true;
        }
        bytes = rest;
    }
    table
}

/// The position of `needle` in `haystack`, ASCII letters compared without case.
///
/// Some caches search the raw line like this instead of cutting it into directives.
pub(crate) fn find_ignore_case(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let (first, rest) = needle.split_first()?;
    // The bit in which the two cases of a letter differ.
    let case = if first.is_ascii_alphabetic() { 0x20 } else { 0 };
    haystack.windows(needle.len()).position(|window| match window {
        [byte, tail @ ..] => byte | case == first | case && tail.eq_ignore_ascii_case(rest),
        [] => false,
    })
}

/// What follows a prefix, in any letter case.
pub(crate) fn strip_prefix_ignore_case<'a>(text: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    // The first byte rules most texts out.
    let alike = text.first()?.eq_ignore_ascii_case(prefix.first()?);
    let (start, rest) = text.split_at_checked(prefix.len()).filter(|_| alike)?;
    // Mostly it is there to the letter.
    (start == prefix || start.eq_ignore_ascii_case(prefix)).then_some(rest)
}

/// The position of `needle` in `haystack`, byte for byte.
pub(crate) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let (first, rest) = needle.split_first()?;
    haystack.windows(needle.len()).position(|window| match window {
        [byte, tail @ ..] => byte == first && tail == rest,
        [] => false,
    })
}

/// The lines of one message, found by field in one walk.
#[derive(Clone, Copy)]
pub(crate) struct Scan<'a> {
    lines: HeaderLines<'a>,
    /// First lines, untrimmed: most are never looked at.
    first: [Option<&'a [u8]>; KEPT],
    present: FieldSet,
    repeated: FieldSet,
}

/// A set of fields.
#[derive(Clone, Copy)]
struct FieldSet(u64);

// Every field has a bit of its own.
const _: () = assert!(Field::ALL.len() <= 64);

impl FieldSet {
    const fn insert(&mut self, field: Field) {
        self.0 |= field.bit();
    }

    const fn remove(&mut self, field: Field) {
        self.0 &= !field.bit();
    }

    const fn contains(self, field: Field) -> bool {
        self.0 & field.bit() != 0
    }
}

impl<'a> Scan<'a> {
    /// No field is there yet.
    pub(crate) const fn empty(lines: HeaderLines<'a>) -> Self {
        Self { lines, first: [None; KEPT], present: FieldSet(0), repeated: FieldSet(0) }
    }

    /// The lines of a message, read.
    pub(crate) fn of(lines: HeaderLines<'a>) -> Self {
        let mut scan = Self::empty(lines);
        scan.read();
        scan
    }

    /// Reads the lines, in the place where the scan stays: it is too large to be copied around.
    pub(crate) fn read(&mut self) {
        let (mut present, mut repeated) = (FieldSet(0), FieldSet(0));
        let first = &mut self.first;
        let mut keep = |field: Field, value| {
            if let Some(first) = first.get_mut(field.number()) {
                *first = Some(value);
            }
        };
        if self.lines.are_all_different() {
            self.lines.for_each_field(|field, value| {
                present.insert(field);
                keep(field, value);
            });
        } else {
            self.lines.for_each_field(|field, value| {
                if present.contains(field) {
                    repeated.insert(field);
                } else {
                    present.insert(field);
                    keep(field, value);
                }
            });
        }
        (self.present, self.repeated) = (present, repeated);
    }

    /// Gives a field this first line.
    #[inline]
    pub(crate) fn put(&mut self, field: Field, line: &'a [u8]) {
        self.present.insert(field);
        if let Some(first) = self.first.get_mut(field.number()) {
            *first = Some(line);
        }
    }

    /// Takes a field out of view.
    pub(crate) const fn remove(&mut self, field: Field) {
        self.present.remove(field);
        self.repeated.remove(field);
    }

    /// All lines of a field, in order.
    pub(crate) fn all(&self, field: Field) -> FieldLines<'a> {
        FieldLines(match self.first(field) {
            None => Which::None,
            Some(_) if self.repeats(field) => {
                Which::Many { field, all: self.lines, rest: self.lines.iter() }
            }
            Some(line) => Which::One(line),
        })
    }

    /// The first line of a field.
    #[inline]
    pub(crate) fn first(&self, field: Field) -> Option<&'a [u8]> {
        if !self.present.contains(field) {
            return None;
        }
        match self.first.get(field.number()) {
            Some(line) => line.map(trim),
            None => self.look_up(field),
        }
    }

    fn look_up(&self, field: Field) -> Option<&'a [u8]> {
        FieldLines::of(field, self.lines).next()
    }

    pub(crate) const fn has(&self, field: Field) -> bool {
        self.present.contains(field)
    }

    /// Whether there is a line of any of these fields.
    #[inline]
    pub(crate) fn has_any(&self, fields: &[Field]) -> bool {
        self.present.0 & fields.iter().fold(0, |set, field| set | field.bit()) != 0
    }

    /// Whether a field has more than one line.
    pub(crate) const fn repeats(&self, field: Field) -> bool {
        self.repeated.contains(field)
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

impl Field {
    #[expect(
        clippy::as_conversions,
        reason = "a fieldless enum's discriminant is its place in ALL"
    )]
    const fn number(self) -> usize {
        self as usize
    }

    #[expect(
        clippy::as_conversions,
        reason = "a fieldless enum's discriminant is its place in ALL"
    )]
    const fn bit(self) -> u64 {
        1u64.rotate_left(self as u32)
    }
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

    /// The line, where it is certain that there is one and no other.
    #[inline(always)]
    pub(crate) const fn only(&self) -> Option<&'a [u8]> {
        match self.0 {
            Which::One(line) => Some(line),
            _ => None,
        }
    }

    /// Whether it is certain that no line is left.
    pub(super) const fn is_empty(&self) -> bool {
        matches!(self.0, Which::None)
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

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        match &mut self.0 {
            Which::None => None,
            Which::One(line) => {
                let line = *line;
                self.0 = Which::None;
                Some(line)
            }
            several => several.next_of_several(),
        }
    }
}

impl<'a> Which<'a> {
    // Most fields have one line; what is for several stays out of the way.
    #[inline(never)]
    fn next_of_several(&mut self) -> Option<&'a [u8]> {
        match self {
            Self::None | Self::One(_) => None,
            Self::Slices { rest, .. } => rest.next().map(|line| trim(line)),
            Self::Many { field, rest, .. } => {
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
    fn a_name_of_a_map_is_told_as_its_text_is() -> Result<(), http::Error> {
        let others = "accept-ranges access-control-allow-origin alt-svc content-disposition \
            content-language content-security-policy dnt forwarded host link location origin \
            referer referrer-policy server strict-transport-security te trailer upgrade \
            upgrade-insecure-requests via warning x-content-type-options x-frame-options \
            x-xss-protection x-cache age2 cookie2";
        for name in Field::ALL.iter().map(|field| field.name()).chain(others.split_whitespace()) {
            let told = Field::of_name(&http::HeaderName::from_bytes(name.as_bytes())?);
            assert_eq!(told, Field::of(name), "{name}");
        }
        Ok(())
    }

    #[test]
    fn the_first_stop_is_found_wherever_it_stands() {
        for length in 0..20 {
            assert_eq!(position_of(&vec![b'-'; length], *b",\""), None);
            for at in 0..length {
                let text: Vec<_> =
                    (0..length).map(|place| if place < at { b'-' } else { b'"' }).collect();
                assert_eq!(position_of(&text, *b",\""), Some(at), "{length} {at}");
                assert_eq!(position_of(&text, *b"\","), Some(at), "{length} {at}");
            }
        }
        // Bytes that differ from a stop in one bit, with the stop before and behind them.
        for stop in [0, 1, b',', 0x7f, 0x80, 0xff] {
            for byte in (0..=u8::MAX).filter(|&byte| byte != stop) {
                assert_eq!(position_of(&[byte; 9], [stop]), None, "{stop} {byte}");
                let text = [byte, byte, stop, byte, byte, stop, byte, byte];
                assert_eq!(position_of(&text, [stop]), Some(2), "{stop} {byte}");
            }
        }
    }

    #[test]
    fn surrounding_spaces_and_tabs_go_and_nothing_else() {
        assert_eq!(trim(b"\t a b \t"), b"a b");
        assert_eq!(trim(b" \t "), b"");
        assert_eq!(trim("no-store\u{a0}".as_bytes()), "no-store\u{a0}".as_bytes());
    }
}
