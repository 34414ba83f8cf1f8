//! A request head, borrowed.

use super::another_user::{ANOTHER_USER, User, UserMarks};
use super::lines::Source;
use super::sealed::Sealed;
use super::target::Target;
use super::{HeaderLines, TargetParts};
use crate::bytes::{one_by_one, trim};

/// A request head, borrowed.
///
/// ```
/// use storable::{HeaderLines, RequestHead};
///
/// let lines = [("Cookie", &b"sid=alice"[..])];
/// let request = RequestHead::new("GET", "https://shop.example/mypage", HeaderLines::from_pairs(&lines));
/// assert_eq!(request.method(), "GET");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct RequestHead<'a> {
    method: &'a str,
    target: Target<'a>,
    lines: HeaderLines<'a>,
    user: User,
}

impl<'a> RequestHead<'a> {
    /// A request with this method (case-sensitive, RFC 9110 §9.1), target and header lines.
    ///
    /// The target is the absolute URI where it is known, else the path and query.
    #[must_use]
    pub const fn new(method: &'a str, target: &'a str, lines: HeaderLines<'a>) -> Self {
        Self { method, target: Target::Text(target), lines, user: User::AsWritten }
    }

    /// The method, as sent.
    #[must_use]
    pub const fn method(&self) -> &'a str {
        self.method
    }

    /// The header lines of the request.
    ///
    /// For [`another_user`](Self::another_user) they read with the other user's values.
    pub fn lines(self) -> impl Iterator<Item = (&'a str, &'a [u8])> + Clone {
        let user = self.user;
        let appended = match user {
            User::Another(UserMarks::None) => Some(("user-agent", ANOTHER_USER)),
            _ => None,
        };
        one_by_one(
            self.lines
                .iter()
                .filter_map(move |(name, value)| match user {
                    User::AsWritten => Some((name, value)),
                    User::Another(marks) => marks.exchange(name, value),
                })
                .chain(appended),
        )
    }

    /// The lines as they were written, also for [`another_user`](Self::another_user).
    pub(crate) const fn lines_as_written(&self) -> HeaderLines<'a> {
        self.lines
    }

    /// The same method and target, and no header line.
    pub(crate) const fn without_lines(self) -> Self {
        Self { lines: HeaderLines::from_pairs(&[]), user: User::AsWritten, ..self }
    }

    pub(crate) const fn with_method(self, method: &'a str) -> Self {
        Self { method, ..self }
    }

    pub(crate) const fn with_lines(self, lines: HeaderLines<'a>) -> Self {
        Self { lines, ..self }
    }

    /// The same request as another user would send it: another `Cookie` and no `Authorization`,
    /// or, where it has neither, another `User-Agent`.
    #[must_use]
    pub fn another_user(self) -> Self {
        self.marked(UserMarks::of(self.lines))
    }

    /// The same request from another user, told apart by this.
    pub(crate) const fn marked(self, marks: UserMarks) -> Self {
        Self { user: User::Another(marks), ..self }
    }

    /// The line of this name: a map knows where it is, else it is found in one walk.
    pub(crate) fn named(&self, name: &[u8]) -> FieldCount<'a> {
        let mut found = FieldCount::Nowhere;
        let mut see = |value: &'a [u8]| {
            found = match found {
                FieldCount::Nowhere => FieldCount::Once(trim(value)),
                _ => FieldCount::Repeatedly,
            };
        };
        // Names are mostly written alike; others are soon seen to differ.
        let is_named = |own: &str| {
            let own = own.as_bytes();
            let is_alike = || own.iter().zip(name).all(|(a, b)| a.eq_ignore_ascii_case(b));
            own == name || (own.len() == name.len() && is_alike())
        };
        match (self.user, self.lines.source()) {
            (User::AsWritten, Source::Map(map)) => {
                let values = std::str::from_utf8(name).map(|name| map.get_all(name));
                values.into_iter().flatten().for_each(|value| see(value.as_bytes()));
            }
            (User::AsWritten, _) => self.lines.for_each(|own, value| {
                if is_named(own) {
                    see(value);
                }
            }),
            (User::Another(_), _) => {
                self.lines().filter(|(own, _)| is_named(own)).for_each(|(_, value)| see(value));
            }
        }
        found
    }

    /// Whether the lines of this name are the other request's own, in the same place. That settles
    /// most comparisons: the same request again, also another user's, has the lines of the first.
    pub(crate) fn has_lines_of(&self, other: &Self, name: &[u8]) -> bool {
        let changed = self.user.changes(name) || other.user.changes(name);
        self.lines.is(&other.lines) && (self.user == other.user || !changed)
    }

    /// Whether the target URI is the other request's own, in the same place.
    pub(crate) fn has_target_of(&self, other: &Self) -> bool {
        self.target.is(other.target)
    }

    /// Whose request it is.
    pub(crate) const fn user(&self) -> User {
        self.user
    }

    /// The URI's parts that caches look at.
    pub(crate) fn target(&self) -> TargetParts<'a> {
        self.target.parts()
    }
}

/// How often a field stands in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldCount<'a> {
    Nowhere,
    Once(&'a [u8]),
    Repeatedly,
}

/// What can be read as a request: [`http::Request`], its `Parts`, or a [`RequestHead`].
///
/// Sealed, so that inputs can be added without breaking anybody; other types become a
/// [`RequestHead`].
#[diagnostic::on_unimplemented(
    note = "borrow an `http::Request` or its `Parts` from it, or make a `storable::RequestHead` of it"
)]
pub trait AsRequest: Sealed {
    /// Borrows the head; nothing is copied.
    fn as_request(&self) -> RequestHead<'_>;
}

fn request<'a>(
    method: &'a http::Method,
    uri: &'a http::Uri,
    headers: &'a http::HeaderMap,
) -> RequestHead<'a> {
    RequestHead {
        method: method.as_str(),
        target: Target::Uri(uri),
        lines: HeaderLines::from_map(headers),
        user: User::AsWritten,
    }
}

impl<B> AsRequest for http::Request<B> {
    fn as_request(&self) -> RequestHead<'_> {
        request(self.method(), self.uri(), self.headers())
    }
}

impl AsRequest for http::request::Parts {
    fn as_request(&self) -> RequestHead<'_> {
        request(&self.method, &self.uri, &self.headers)
    }
}

impl<T: AsRequest + ?Sized> AsRequest for &T {
    fn as_request(&self) -> RequestHead<'_> {
        (**self).as_request()
    }
}

impl AsRequest for RequestHead<'_> {
    fn as_request(&self) -> RequestHead<'_> {
        *self
    }
}
