//! A response head, borrowed.

use super::HeaderLines;
use super::sealed::Sealed;

/// A response head, borrowed.
///
/// ```
/// use storable::{HeaderLines, ResponseHead};
///
/// let lines = [("Cache-Control", &b"no-cache"[..])];
/// let response = ResponseHead::new(200, HeaderLines::from_pairs(&lines));
/// assert_eq!(response.status(), 200);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ResponseHead<'a> {
    status: u16,
    version: Version,
    lines: HeaderLines<'a>,
}

/// The protocol version of a response, as far as caches tell versions apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// HTTP/1.0 or older.
    Http10,
    /// HTTP/1.1 or newer.
    Http11,
}

impl<'a> ResponseHead<'a> {
    /// A response of HTTP/1.1 or newer with this status code and these header lines.
    #[must_use]
    pub const fn new(status: u16, lines: HeaderLines<'a>) -> Self {
        Self { status, version: Version::Http11, lines }
    }

    /// The same response in another protocol version.
    #[must_use]
    pub const fn with_version(self, version: Version) -> Self {
        Self { version, ..self }
    }

    /// The status code. Any number is taken; rules judge those outside 100..=599.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The protocol version.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The header lines.
    #[must_use]
    pub const fn lines(&self) -> HeaderLines<'a> {
        self.lines
    }
}

/// What can be read as a response: [`http::Response`], its `Parts`, or a [`ResponseHead`].
///
/// Sealed, like [`AsRequest`](super::AsRequest).
#[diagnostic::on_unimplemented(
    note = "borrow an `http::Response` or its `Parts` from it, or make a `storable::ResponseHead` of it"
)]
pub trait AsResponse: Sealed {
    /// Borrows the head; nothing is copied.
    fn as_response(&self) -> ResponseHead<'_>;
}

fn response(
    status: http::StatusCode,
    version: http::Version,
    headers: &http::HeaderMap,
) -> ResponseHead<'_> {
    let version = if version < http::Version::HTTP_11 { Version::Http10 } else { Version::Http11 };
    ResponseHead::new(status.as_u16(), HeaderLines::from_map(headers)).with_version(version)
}

impl<B> AsResponse for http::Response<B> {
    fn as_response(&self) -> ResponseHead<'_> {
        response(self.status(), self.version(), self.headers())
    }
}

impl AsResponse for http::response::Parts {
    fn as_response(&self) -> ResponseHead<'_> {
        response(self.status, self.version, &self.headers)
    }
}

impl<T: AsResponse + ?Sized> AsResponse for &T {
    fn as_response(&self) -> ResponseHead<'_> {
        (**self).as_response()
    }
}

impl AsResponse for ResponseHead<'_> {
    fn as_response(&self) -> ResponseHead<'_> {
        *self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_before_1_1_are_old() {
        use http::Version as Http;
        for (version, expected) in [
            (Http::HTTP_09, Version::Http10),
            (Http::HTTP_10, Version::Http10),
            (Http::HTTP_11, Version::Http11),
            (Http::HTTP_2, Version::Http11),
        ] {
            let mut response = http::Response::new(());
            *response.version_mut() = version;
            assert_eq!(response.as_response().version(), expected, "{version:?}");
        }
    }
}
