//! RFC 9211: Cache-Status, as far as this module makes it.

use std::fmt;

use http::HeaderValue;

use super::Forwarded;

/// One member of Cache-Status: what one cache did with one request.
///
/// ```
/// use storable::life::{CacheStatus, Forwarded};
///
/// let status = CacheStatus::forwarded("edge", Forwarded::Stale)
///     .fwd_status(304)
///     .stored()
///     .ttl(60)
///     .detail("max-age");
/// assert_eq!(status.to_string(), "edge; fwd=stale; fwd-status=304; ttl=60; stored; detail=max-age");
/// assert_eq!(CacheStatus::hit("edge").ttl(-5).to_string(), "edge; hit; ttl=-5");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheStatus<'a> {
    cache: &'a str,
    forwarded: Option<Forwarded>,
    fwd_status: Option<u16>,
    ttl: Option<i64>,
    stored: bool,
    collapsed: bool,
    detail: Option<&'a str>,
}

impl<'a> CacheStatus<'a> {
    const fn new(cache: &'a str, forwarded: Option<Forwarded>) -> Self {
        Self {
            cache,
            forwarded,
            fwd_status: None,
            ttl: None,
            stored: false,
            collapsed: false,
            detail: None,
        }
    }

    /// The request was answered without the origin (§2.1).
    #[must_use]
    pub const fn hit(cache: &'a str) -> Self {
        Self::new(cache, None)
    }

    /// The request went to the origin (§2.2).
    #[must_use]
    pub const fn forwarded(cache: &'a str, why: Forwarded) -> Self {
        Self::new(cache, Some(why))
    }

    /// The status of the origin's answer (§2.3); it has a meaning beside `fwd` only.
    #[must_use]
    pub const fn fwd_status(mut self, status: u16) -> Self {
        self.fwd_status = Some(status);
        self
    }

    /// Seconds of freshness left (§2.4).
    #[must_use]
    pub const fn ttl(mut self, seconds: i64) -> Self {
        self.ttl = Some(seconds);
        self
    }

    /// The answer was stored (§2.5); beside `fwd` only.
    #[must_use]
    pub const fn stored(mut self) -> Self {
        self.stored = true;
        self
    }

    /// The request was collapsed with another (§2.6); beside `fwd` only.
    #[must_use]
    pub const fn collapsed(mut self) -> Self {
        self.collapsed = true;
        self
    }

    /// A word of the cache's own (§2.8): the code of the rule that decided, for one.
    #[must_use]
    pub const fn detail(mut self, detail: &'a str) -> Self {
        self.detail = Some(detail);
        self
    }

    /// The member as a field value; `None` where the name of the cache cannot be in one.
    #[must_use]
    pub fn to_header_value(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.to_string()).ok()
    }
}

/// RFC 9651 §4.1.7: a token, where the text is one.
fn is_token(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'*')
        && bytes.all(|byte| crate::bytes::is_token_byte(byte) || matches!(byte, b':' | b'/'))
}

/// A token where it can be one, else a string without what a string cannot hold.
struct Name<'a>(&'a str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_token(self.0) {
            return f.write_str(self.0);
        }
        f.write_str("\"")?;
        for char in self.0.chars() {
            match char {
                '"' | '\\' => write!(f, "\\{char}")?,
                ' '..='~' => write!(f, "{char}")?,
                _ => f.write_str("?")?,
            }
        }
        f.write_str("\"")
    }
}

impl fmt::Display for CacheStatus<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Name(self.cache))?;
        match self.forwarded {
            None => f.write_str("; hit")?,
            Some(why) => {
                write!(f, "; fwd={}", why.name())?;
                if let Some(status) = self.fwd_status {
                    write!(f, "; fwd-status={status}")?;
                }
            }
        }
        if let Some(ttl) = self.ttl {
            write!(f, "; ttl={}", ttl.clamp(-999_999_999_999_999, 999_999_999_999_999))?;
        }
        if self.forwarded.is_some() {
            for (said, name) in [(self.stored, "stored"), (self.collapsed, "collapsed")] {
                if said {
                    write!(f, "; {name}")?;
                }
            }
        }
        if let Some(detail) = self.detail {
            write!(f, "; detail={}", Name(detail))?;
        }
        Ok(())
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
            assert_eq!(status.to_string(), expected);
            assert_eq!(status.to_header_value(), HeaderValue::from_str(expected).ok());
            assert!(status.to_header_value().is_some());
        }
    }
}
