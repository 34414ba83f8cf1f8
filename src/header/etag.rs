//! ETag and Last-Modified (RFC 9110 §8.8.2, §8.8.3), to be sent.

use std::fmt;
use std::time::SystemTime;

use http::HeaderValue;

use super::Date;

/// What an author's entity-tag cannot hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "an entity-tag holds no {0:?}: visible ASCII without quotation marks is what it is made of"
)]
pub struct ETagError(char);

/// The name of one state of a representation.
///
/// ```
/// use storable::header::ETag;
///
/// assert_eq!(ETag::strong("v2")?.to_string(), "\"v2\"");
/// assert_eq!(ETag::weak("v2")?.to_value(), "W/\"v2\"");
/// assert_eq!(ETag::strong("a\"b").unwrap_err().to_string().find("'\"'"), Some(23));
/// # Ok::<(), storable::header::ETagError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ETag {
    weak: bool,
    opaque: String,
}

impl ETag {
    /// A tag that changes with every byte of the content.
    ///
    /// # Errors
    ///
    /// Where the text is not visible ASCII, or has a quotation mark. RFC 9110 allows more bytes than
    /// these; nobody needs them.
    pub fn strong(opaque: impl Into<String>) -> Result<Self, ETagError> {
        Self::new(false, opaque.into())
    }

    /// A tag that changes when it matters to readers: parts and If-Match do without it.
    ///
    /// # Errors
    ///
    /// As [`strong`](Self::strong).
    pub fn weak(opaque: impl Into<String>) -> Result<Self, ETagError> {
        Self::new(true, opaque.into())
    }

    fn new(weak: bool, opaque: String) -> Result<Self, ETagError> {
        let odd = |char: &char| !matches!(char, '\x21' | '\x23'..='\x7e');
        match opaque.chars().find(odd) {
            Some(char) => Err(ETagError(char)),
            None => Ok(Self { weak, opaque }),
        }
    }

    /// The value to send.
    #[must_use]
    pub fn to_value(&self) -> HeaderValue {
        super::list_value::value(self)
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weak = if self.weak { "W/" } else { "" };
        write!(f, "{weak}\"{}\"", self.opaque)
    }
}

/// When a representation was last changed, to the second.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use storable::header::LastModified;
///
/// let changed = LastModified::new(SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777));
/// assert_eq!(changed.to_value(), "Sun, 06 Nov 1994 08:49:37 GMT");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LastModified(Date);

impl LastModified {
    /// A moment, rounded and held as in [`Date::new`].
    #[must_use]
    pub fn new(at: SystemTime) -> Self {
        Self(Date::new(at))
    }

    /// The value to send, an IMF-fixdate (RFC 9110 §5.6.7).
    #[must_use]
    pub fn to_value(self) -> HeaderValue {
        self.0.to_value()
    }
}

impl fmt::Display for LastModified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
