//! Cache-Status (RFC 9211): what each cache on the way did with a request.

use std::borrow::Cow;
use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::extension::unescape;
use super::list_value::Printer;
use crate::bytes::{is_token_byte, trim};

const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");

/// What one cache did: one member of the list.
///
/// Bytes that a structured field cannot hold (beyond printable ASCII) are written as `?`. The
/// field tells strangers much, [`key`](Self::key) above all (RFC 9211 §6).
///
/// ```
/// use storable::header::{CacheStatus, Forwarded};
///
/// let mut headers = http::HeaderMap::new();
/// headers.insert("cache-status", "OriginCache; hit; ttl=1100".parse()?);
/// CacheStatus::forwarded("CDN", Forwarded::UriMiss)
///     .stored()
///     .collapsed()
///     .ttl(60)
///     .append_to(&mut headers);
///
/// let lines: Vec<_> = headers.get_all("cache-status").iter().collect();
/// assert_eq!(lines[1], "CDN; fwd=uri-miss; ttl=60; stored; collapsed");
/// assert_eq!(CacheStatus::read(lines.iter().map(|line| line.as_bytes())).len(), 2);
/// # Ok::<(), http::header::InvalidHeaderValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheStatus<'a> {
    /// The name of the cache.
    pub cache: Cow<'a, str>,
    /// From the cache, forwarded, or (of a member that was read) neither.
    pub outcome: Option<Outcome>,
    /// The remaining lifetime in seconds; negative where the answer was stale (§2.4).
    pub ttl: Option<i64>,
    /// The cache key (§2.7).
    pub key: Option<Cow<'a, str>>,
    /// Whatever else there is to say (§2.8).
    pub detail: Option<Cow<'a, str>>,
}

/// Where an answer came from. A hit was not forwarded, and a forwarded one is no hit (§2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// `hit`: from the cache, the request was not forwarded.
    Hit,
    /// `fwd`
    Forwarded(Forward),
}

/// How a request was forwarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Forward {
    /// `fwd`: why (§2.2).
    pub reason: Forwarded,
    /// `fwd-status`: the status of the answer to it, where that is not the one sent (§2.3).
    pub status: Option<u16>,
    /// `stored`: the answer was stored (§2.5).
    pub stored: bool,
    /// `collapsed`: it was collapsed with other requests (§2.6).
    pub collapsed: bool,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Why a request goes to the origin, the most specific reason that is known: the values of `fwd`
        /// (RFC 9211 §2.2).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Forwarded {
            $($(#[$doc])* $name,)*
        }

        impl Forwarded {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The token.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

reasons! {
    /// The cache was not to handle the request.
    Bypass = "bypass",
    /// The method's meaning requires it.
    Method = "method",
    /// Nothing stored for the URI.
    UriMiss = "uri-miss",
    /// Something stored for the URI, but not for this request's fields.
    VaryMiss = "vary-miss",
    /// Nothing stored that fits, and no more is known.
    Miss = "miss",
    /// The request asked for it.
    Request = "request",
    /// What was stored was stale.
    Stale = "stale",
    /// What was stored was a part.
    Partial = "partial",
}

impl Forward {
    /// Forwarded for this reason.
    #[must_use]
    pub const fn because(reason: Forwarded) -> Self {
        Self { reason, status: None, stored: false, collapsed: false }
    }
}

impl<'a> CacheStatus<'a> {
    const fn new(cache: Cow<'a, str>, outcome: Option<Outcome>) -> Self {
        Self { cache, outcome, ttl: None, key: None, detail: None }
    }

    /// The cache answered by itself.
    #[must_use]
    pub const fn hit(cache: &'a str) -> Self {
        Self::new(Cow::Borrowed(cache), Some(Outcome::Hit))
    }

    /// The cache forwarded the request.
    #[must_use]
    pub const fn forwarded(cache: &'a str, why: Forwarded) -> Self {
        let outcome = Outcome::Forwarded(Forward::because(why));
        Self::new(Cow::Borrowed(cache), Some(outcome))
    }

    /// Says what only a forwarded request has to say; of a hit it says nothing.
    fn of_forward(mut self, say: impl FnOnce(&mut Forward)) -> Self {
        if let Some(Outcome::Forwarded(forward)) = &mut self.outcome {
            say(forward);
        }
        self
    }

    /// Sets [`status`](Forward#structfield.status), where the request was forwarded.
    #[must_use]
    pub fn fwd_status(self, status: u16) -> Self {
        self.of_forward(|forward| forward.status = Some(status))
    }

    /// Sets [`stored`](Forward#structfield.stored), where the request was forwarded.
    #[must_use]
    pub fn stored(self) -> Self {
        self.of_forward(|forward| forward.stored = true)
    }

    /// Sets [`collapsed`](Forward#structfield.collapsed), where the request was forwarded.
    #[must_use]
    pub fn collapsed(self) -> Self {
        self.of_forward(|forward| forward.collapsed = true)
    }

    /// Sets [`ttl`](#structfield.ttl).
    #[must_use]
    pub fn ttl(self, seconds: i64) -> Self {
        Self { ttl: Some(seconds), ..self }
    }

    /// Sets [`key`](#structfield.key).
    #[must_use]
    pub fn key(self, key: &'a str) -> Self {
        Self { key: Some(Cow::Borrowed(key)), ..self }
    }

    /// Sets [`detail`](#structfield.detail).
    #[must_use]
    pub fn detail(self, detail: &'a str) -> Self {
        Self { detail: Some(Cow::Borrowed(detail)), ..self }
    }

    /// The member as a value of its own.
    #[must_use]
    pub fn to_value(&self) -> HeaderValue {
        let mut printer = Printer::with_capacity(64);
        print_text(&mut printer, &self.cache);
        let forward = match self.outcome {
            Some(Outcome::Hit) => {
                printer.text(b"; hit");
                None
            }
            Some(Outcome::Forwarded(forward)) => Some(forward),
            None => None,
        };
        if let Some(forward) = forward {
            printer.text(b"; fwd=");
            printer.text(forward.reason.name().as_bytes());
            if let Some(status) = forward.status {
                printer.text(b"; fwd-status=");
                printer.number(status.into());
            }
        }
        if let Some(ttl) = self.ttl {
            // RFC 9651 §3.3.1: an Integer has at most 15 digits.
            printer.text(b"; ttl=");
            printer.number(ttl.clamp(-999_999_999_999_999, 999_999_999_999_999));
        }
        if forward.is_some_and(|forward| forward.stored) {
            printer.text(b"; stored");
        }
        if forward.is_some_and(|forward| forward.collapsed) {
            printer.text(b"; collapsed");
        }
        if let Some(key) = &self.key {
            printer.text(b"; key=");
            printer.quoted(&printable(key));
        }
        if let Some(detail) = &self.detail {
            printer.text(b"; detail=");
            print_text(&mut printer, detail);
        }
        printer.finish()
    }

    /// Adds the member behind those of caches nearer to the origin (RFC 9211 §2), which stay.
    pub fn append_to(&self, headers: &mut HeaderMap) {
        // A head that is full takes no more.
        let _ = headers.try_append(CACHE_STATUS, self.to_value());
    }

    /// Reads all lines, the cache nearest to the origin first. What cannot be read is left out:
    /// unknown parameters, values of a wrong type, members without a name.
    #[must_use]
    pub fn read<'l>(lines: impl IntoIterator<Item = &'l [u8]>) -> Vec<Self> {
        lines.into_iter().flat_map(|line| split(line, b',')).filter_map(Self::member).collect()
    }

    /// Reads the Cache-Status lines of a message.
    #[must_use]
    pub fn from_headers(lines: crate::message::HeaderLines<'_>) -> Vec<Self> {
        let own = |(name, value): (&str, _)| {
            name.eq_ignore_ascii_case(CACHE_STATUS.as_str()).then_some(value)
        };
        Self::read(lines.iter().filter_map(own))
    }

    fn member(text: &[u8]) -> Option<Self> {
        let mut parts = split(text, b';');
        let cache = text_of(parts.next()?)?;
        let mut status = Self::new(Cow::Owned(cache), None);
        let (mut reason, mut forward) = (None, Forward::because(Forwarded::Miss));
        let mut hit = false;
        for part in parts {
            let (name, value) = match part.iter().position(|&byte| byte == b'=') {
                Some(at) => {
                    let (name, value) = part.split_at_checked(at)?;
                    (name, value.get(1..).unwrap_or_default())
                }
                None => (part, &b"?1"[..]),
            };
            match name {
                b"hit" => hit = value == b"?1",
                b"fwd" => {
                    reason = Forwarded::ALL
                        .iter()
                        .copied()
                        .find(|reason| reason.name().as_bytes() == value);
                }
                b"fwd-status" => forward.status = number(value),
                b"stored" => forward.stored = value == b"?1",
                b"collapsed" => forward.collapsed = value == b"?1",
                b"ttl" => status.ttl = number(value),
                b"key" => status.key = text_of(value).map(Cow::Owned),
                b"detail" => status.detail = text_of(value).map(Cow::Owned),
                _ => {}
            }
        }
        status.outcome = match (reason, hit) {
            // §2.1: the two exclude each other; whoever forwarded did not answer by itself.
            (Some(reason), _) => Some(Outcome::Forwarded(Forward { reason, ..forward })),
            (None, true) => Some(Outcome::Hit),
            (None, false) => None,
        };
        Some(status)
    }
}

/// A token where it is one, else a string (RFC 9651 §3.3.3, §3.3.4).
fn print_text(printer: &mut Printer, text: &str) {
    let starts = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '*');
    if starts && text.bytes().all(|byte| is_token_byte(byte) || matches!(byte, b':' | b'/')) {
        printer.text(text.as_bytes());
    } else {
        printer.quoted(&printable(text));
    }
}

fn printable(text: &str) -> Vec<u8> {
    text.chars()
        .map(|character| u8::try_from(character).ok().filter(|byte| matches!(byte, b' '..=b'~')))
        .map(|byte| byte.unwrap_or(b'?'))
        .collect()
}

/// The text of a token or a string.
fn text_of(value: &[u8]) -> Option<String> {
    let text = match value {
        [b'"', inner @ .., b'"'] => unescape(inner),
        [b'"', ..] | [] => return None,
        token => token.to_vec(),
    };
    String::from_utf8(text).ok()
}

fn number<T: std::str::FromStr>(value: &[u8]) -> Option<T> {
    std::str::from_utf8(value).ok()?.parse().ok()
}

/// The parts of a text between separators that stand outside quotes, trimmed; no empty ones.
fn split(text: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |&byte| {
        let outside = !quoted;
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ => {}
        }
        outside && byte == separator
    })
    .map(trim)
    .filter(|part| !part.is_empty())
}

impl fmt::Display for CacheStatus<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::list_value::show(&self.to_value(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_as_they_are_sent() {
        let hit = CacheStatus::hit;
        for (status, expected) in [
            (hit("shop"), "shop; hit"),
            (hit("*:/a.b"), "*:/a.b; hit"),
            (hit("9a"), "\"9a\"; hit"),
            (hit("a;b"), "\"a;b\"; hit"),
            (hit(""), "\"\"; hit"),
            (hit("a\"\\\n\u{e9}b"), "\"a\\\"\\\\??b\"; hit"),
            (hit("a").ttl(-3).detail("max-age"), "a; hit; ttl=-3; detail=max-age"),
            (hit("a").ttl(i64::MAX), "a; hit; ttl=999999999999999"),
            (hit("a").ttl(i64::MIN), "a; hit; ttl=-999999999999999"),
            // What only a forwarded request can say.
            (hit("a").stored().collapsed().fwd_status(304), "a; hit"),
            (
                CacheStatus::forwarded("a", Forwarded::Stale)
                    .fwd_status(304)
                    .ttl(9)
                    .stored()
                    .collapsed(),
                "a; fwd=stale; fwd-status=304; ttl=9; stored; collapsed",
            ),
            (CacheStatus::forwarded("a", Forwarded::UriMiss), "a; fwd=uri-miss"),
        ] {
            assert_eq!(status.to_value(), expected);
        }
    }
}
