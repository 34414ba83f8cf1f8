//! The input, borrowed: header lines in their order, a request, a response.
//!
//! [`AsRequest`] and [`AsResponse`] are implemented for what `http` offers and for the two views
//! of this module, which hosts with their own message types fill from `(name, value)` pairs.

mod clock;

pub(crate) use clock::Times;

use crate::field::{Field, Scan};

/// All header lines of one message, borrowed.
///
/// A list of pairs keeps the order in which the lines arrived, which some caches depend on
/// (nginx before 1.23). A [`http::HeaderMap`] keeps the order of the lines of one name only.
#[derive(Clone, Copy)]
pub struct HeaderLines<'a>(Source<'a>);

#[derive(Clone, Copy)]
enum Source<'a> {
    Map(&'a http::HeaderMap),
    Pairs(&'a [(&'a str, &'a [u8])]),
    Kept(&'a [KeptLine]),
}

/// A header line with text of its own.
pub(crate) type KeptLine = (Box<str>, Box<[u8]>);

/// How much is known about the order in which header lines of different names arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArrivalOrder {
    /// The lines stand in the order of arrival.
    Kept,
    /// Only the lines of one name are in order.
    Lost,
}

impl<'a> HeaderLines<'a> {
    /// Lines in the order of arrival; names in any letter case.
    #[must_use]
    pub const fn from_pairs(pairs: &'a [(&'a str, &'a [u8])]) -> Self {
        Self(Source::Pairs(pairs))
    }

    /// Lines of an `http` map.
    #[must_use]
    pub const fn from_map(map: &'a http::HeaderMap) -> Self {
        Self(Source::Map(map))
    }

    /// Lines that a store has kept.
    pub(crate) const fn from_kept(lines: &'a [KeptLine]) -> Self {
        Self(Source::Kept(lines))
    }

    /// Whether the order of differently named lines is the order of arrival.
    #[must_use]
    pub const fn arrival_order(&self) -> ArrivalOrder {
        match self.0 {
            Source::Map(_) | Source::Kept(_) => ArrivalOrder::Lost,
            Source::Pairs(_) => ArrivalOrder::Kept,
        }
    }

    /// Whether both are the very same lines, in the same place.
    fn is(&self, other: &Self) -> bool {
        match (self.0, other.0) {
            (Source::Map(one), Source::Map(other)) => std::ptr::eq(one, other),
            (Source::Pairs(one), Source::Pairs(other)) => std::ptr::eq(one, other),
            (Source::Kept(one), Source::Kept(other)) => std::ptr::eq(one, other),
            _ => false,
        }
    }

    /// Every line as `(name, value)`, the value without surrounding spaces and tabs
    /// (RFC 9110 §5.5).
    #[must_use]
    pub fn iter(&self) -> Lines<'a> {
        Lines(match self.0 {
            Source::Map(map) => LinesOf::Map { map, rest: map.iter(), taken: 0 },
            Source::Pairs(pairs) => LinesOf::Pairs(pairs.iter()),
            Source::Kept(lines) => LinesOf::Kept(lines.iter()),
        })
    }
}

impl<'a> HeaderLines<'a> {
    /// Calls `take` with every line, untrimmed.
    #[inline]
    fn for_each(&self, mut take: impl FnMut(&'a str, &'a [u8])) {
        match self.0 {
            Source::Map(map) => {
                map.iter().for_each(|(name, value)| take(name.as_str(), value.as_bytes()));
            }
            Source::Pairs(pairs) => pairs.iter().for_each(|(name, value)| take(name, value)),
            Source::Kept(lines) => lines.iter().for_each(|(name, value)| take(name, value)),
        }
    }

    /// Whether it is certain, without a look, that no two lines have the same name.
    pub(crate) fn are_all_different(&self) -> bool {
        match self.0 {
            Source::Map(map) => map.len() == map.keys_len(),
            Source::Pairs(_) | Source::Kept(_) => false,
        }
    }

    /// Calls `take` with every line of a field that some cache reads, untrimmed: the loop that
    /// every verdict begins with.
    #[inline]
    pub(crate) fn for_each_field(&self, mut take: impl FnMut(Field, &'a [u8])) {
        match self.0 {
            Source::Map(map) => map.iter().for_each(|(name, value)| {
                if let Some(field) = Field::of_name(name) {
                    take(field, value.as_bytes());
                }
            }),
            Source::Pairs(pairs) => pairs.iter().for_each(|(name, value)| {
                if let Some(field) = Field::of(name) {
                    take(field, value);
                }
            }),
            Source::Kept(lines) => lines.iter().for_each(|(name, value)| {
                if let Some(field) = Field::of(name) {
                    take(field, value);
                }
            }),
        }
    }
}

impl<'a> IntoIterator for HeaderLines<'a> {
    type Item = (&'a str, &'a [u8]);
    type IntoIter = Lines<'a>;

    fn into_iter(self) -> Lines<'a> {
        self.iter()
    }
}

impl std::fmt::Debug for HeaderLines<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lines = self.iter().map(|(name, value)| (name, value.escape_ascii().to_string()));
        f.debug_map().entries(lines).finish()
    }
}

/// The lines of a message; made by [`HeaderLines::iter`].
#[derive(Clone)]
pub struct Lines<'a>(LinesOf<'a>);

enum LinesOf<'a> {
    Map { map: &'a http::HeaderMap, rest: http::header::Iter<'a, http::HeaderValue>, taken: usize },
    Pairs(std::slice::Iter<'a, (&'a str, &'a [u8])>),
    Kept(std::slice::Iter<'a, KeptLine>),
}

/// Costs a walk over the lines already taken: `http` has no iterator that can be cloned.
impl Clone for LinesOf<'_> {
    fn clone(&self) -> Self {
        match self {
            Self::Map { map, taken, .. } => {
                let mut rest = map.iter();
                for _ in 0..*taken {
                    rest.next();
                }
                Self::Map { map, rest, taken: *taken }
            }
            Self::Pairs(rest) => Self::Pairs(rest.clone()),
            Self::Kept(rest) => Self::Kept(rest.clone()),
        }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = (&'a str, &'a [u8]);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (name, value) = match &mut self.0 {
            LinesOf::Map { rest, taken, .. } => {
                *taken = taken.saturating_add(1);
                rest.next().map(|(name, value)| (name.as_str(), value.as_bytes()))?
            }
            LinesOf::Pairs(lines) => lines.next().copied()?,
            LinesOf::Kept(lines) => lines.next().map(|(name, value)| (&**name, &**value))?,
        };
        Some((name, crate::bytes::trim(value)))
    }
}

impl std::fmt::Debug for Lines<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lines(..)")
    }
}

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

/// A target URI as text, or as `http` has parsed it.
#[derive(Clone, Copy, Debug)]
enum Target<'a> {
    Text(&'a str),
    Uri(&'a http::Uri),
}

/// Whose request it is: as written, or the same request from somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum User {
    AsWritten,
    Another(Marks),
}

/// What stands where another user's own value would: it equals nobody's.
const ANOTHER_USER: &[u8] = b"another user";

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
            User::Another(Marks::None) => Some(("user-agent", ANOTHER_USER)),
            _ => None,
        };
        self.lines
            .iter()
            .filter_map(move |(name, value)| match user {
                User::AsWritten => Some((name, value)),
                User::Another(marks) => marks.exchange(name, value),
            })
            .chain(appended)
    }

    /// The lines as they were written, also for [`another_user`](Self::another_user).
    pub(crate) const fn lines_as_written(&self) -> HeaderLines<'a> {
        self.lines
    }

    pub(crate) const fn with_method(self, method: &'a str) -> Self {
        Self { method, ..self }
    }

    /// The same request as another user would send it: another `Cookie` and no `Authorization`,
    /// or, where it has neither, another `User-Agent`.
    #[must_use]
    pub fn another_user(self) -> Self {
        let mut scan = Scan::empty(self.lines);
        scan.read();
        let marks = if scan.has(Field::Cookie) || scan.has(Field::Authorization) {
            Marks::Credentials
        } else if scan.has(Field::UserAgent) {
            Marks::Agent
        } else {
            Marks::None
        };
        Self { user: User::Another(marks), ..self }
    }

    /// The line of this name, found in one walk.
    pub(crate) fn named(&self, name: &[u8]) -> Named<'a> {
        let mut found = Named::Nowhere;
        let see = |own: &str, value: &'a [u8]| {
            if own.as_bytes().eq_ignore_ascii_case(name) {
                found = match found {
                    Named::Nowhere => Named::Once(crate::bytes::trim(value)),
                    _ => Named::Repeatedly,
                };
            }
        };
        match self.user {
            User::AsWritten => self.lines.for_each(see),
            User::Another(_) => {
                let mut see = see;
                self.lines().for_each(|(own, value)| see(own, value));
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
        match (self.target, other.target) {
            (Target::Text(one), Target::Text(other)) => std::ptr::eq(one, other),
            (Target::Uri(one), Target::Uri(other)) => std::ptr::eq(one, other),
            _ => false,
        }
    }

    /// The lines by field, of which none is read yet.
    pub(crate) const fn scan(&self) -> Scan<'a> {
        Scan::empty(self.lines)
    }

    /// Reads the lines into their scan.
    pub(crate) fn read_into(&self, scan: &mut Scan<'a>) {
        scan.read();
        match self.user {
            User::AsWritten => {}
            User::Another(Marks::Credentials) => {
                scan.remove(Field::Authorization);
                if scan.has(Field::Cookie) {
                    scan.put(Field::Cookie, ANOTHER_USER);
                }
            }
            User::Another(Marks::Agent | Marks::None) => scan.put(Field::UserAgent, ANOTHER_USER),
        }
    }

    /// The URI's parts that caches look at.
    pub(crate) fn target(&self) -> TargetParts<'a> {
        match self.target {
            Target::Text(text) => TargetParts::of(text),
            Target::Uri(uri) => TargetParts {
                origin: uri.authority().map_or("", http::uri::Authority::as_str),
                scheme: uri.scheme_str().unwrap_or(""),
                path: uri.path(),
                query: uri.query(),
            },
        }
    }
}

/// The fields that say what a request wants of a cache.
pub(crate) const DEMANDS: [Field; 7] = [
    Field::CacheControl,
    Field::Pragma,
    Field::IfMatch,
    Field::IfModifiedSince,
    Field::IfNoneMatch,
    Field::IfRange,
    Field::IfUnmodifiedSince,
];

impl User {
    /// Whether the lines of this name may be others than those as written.
    fn changes(self, name: &[u8]) -> bool {
        let is_it = |field: &Field| field.name().as_bytes().eq_ignore_ascii_case(name);
        match self {
            Self::AsWritten => false,
            Self::Another(_) => {
                [Field::Authorization, Field::Cookie, Field::UserAgent].iter().any(is_it)
            }
        }
    }
}

/// How often a field stands in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named<'a> {
    Nowhere,
    Once(&'a [u8]),
    Repeatedly,
}

/// Which lines another user's request has otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Marks {
    Credentials,
    Agent,
    None,
}

impl Marks {
    fn exchange<'a>(self, name: &'a str, value: &'a [u8]) -> Option<(&'a str, &'a [u8])> {
        let is = |field: Field| name.eq_ignore_ascii_case(field.name());
        match self {
            Self::Credentials if is(Field::Authorization) => None,
            Self::Credentials if is(Field::Cookie) => Some((name, ANOTHER_USER)),
            Self::Agent if is(Field::UserAgent) => Some((name, ANOTHER_USER)),
            _ => Some((name, value)),
        }
    }
}

/// A target URI cut into what a cache key is made of; empty text where a part is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TargetParts<'a> {
    pub(crate) scheme: &'a str,
    pub(crate) origin: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
}

impl<'a> TargetParts<'a> {
    /// The authority without the default port of its scheme (RFC 9110 §4.2.3).
    pub(crate) fn host(&self) -> &'a str {
        let port = if self.scheme.eq_ignore_ascii_case("https") { ":443" } else { ":80" };
        self.origin.strip_suffix(port).unwrap_or(self.origin)
    }

    pub(crate) fn of(text: &'a str) -> Self {
        let text = text.split_once('#').map_or(text, |(before, _)| before);
        let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
        let (origin, rest) = if scheme.is_empty() {
            ("", rest)
        } else {
            rest.find(['/', '?']).and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""))
        };
        let (path, query) =
            rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
        // RFC 9110 §4.2.3: an empty path is `/`.
        Self { scheme, origin, path: if path.is_empty() { "/" } else { path }, query }
    }
}

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

mod sealed {
    pub trait Sealed {}
    impl<B> Sealed for http::Request<B> {}
    impl Sealed for http::request::Parts {}
    impl Sealed for super::RequestHead<'_> {}
    impl<B> Sealed for http::Response<B> {}
    impl Sealed for http::response::Parts {}
    impl Sealed for super::ResponseHead<'_> {}
}

/// What can be read as a request: [`http::Request`], its `Parts`, or a [`RequestHead`].
///
/// Sealed, so that inputs can be added without breaking anybody; other types become a
/// [`RequestHead`].
pub trait AsRequest: sealed::Sealed {
    /// Borrows the head; nothing is copied.
    fn as_request(&self) -> RequestHead<'_>;
}

/// What can be read as a response: [`http::Response`], its `Parts`, or a [`ResponseHead`].
///
/// Sealed, like [`AsRequest`].
pub trait AsResponse: sealed::Sealed {
    /// Borrows the head; nothing is copied.
    fn as_response(&self) -> ResponseHead<'_>;
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

fn response(
    status: http::StatusCode,
    version: http::Version,
    headers: &http::HeaderMap,
) -> ResponseHead<'_> {
    let version = if version < http::Version::HTTP_11 { Version::Http10 } else { Version::Http11 };
    ResponseHead::new(status.as_u16(), HeaderLines::from_map(headers)).with_version(version)
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

impl AsRequest for RequestHead<'_> {
    fn as_request(&self) -> RequestHead<'_> {
        *self
    }
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

impl AsResponse for ResponseHead<'_> {
    fn as_response(&self) -> ResponseHead<'_> {
        *self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: [(&str, &[u8]); 6] = [
        ("Cookie", b"sid=1"),
        ("authorization", b"Basic x"),
        ("User-Agent", b"it/1"),
        ("Cache-Control", b"no-cache"),
        ("if-none-match", b"*"),
        ("Accept", b"*/*"),
    ];

    fn values(head: RequestHead<'_>, name: &str) -> Vec<Vec<u8>> {
        let lines = head.lines().filter(|(own, _)| own.eq_ignore_ascii_case(name));
        lines.map(|(_, value)| value.to_vec()).collect()
    }

    #[test]
    fn another_users_lines_are_those_that_are_judged() {
        // Which lines the request has, bit by bit.
        for kept in 0..1_u8 << LINES.len() {
            let lines: Vec<_> = (0..)
                .zip(LINES)
                .filter(|(at, _)| kept >> at & 1 == 1)
                .map(|(_, line)| line)
                .collect();
            let own = RequestHead::new("GET", "/", HeaderLines::from_pairs(&lines));
            for head in [own, own.another_user()] {
                let mut scan = head.scan();
                head.read_into(&mut scan);
                for &field in Field::ALL {
                    let first = values(head, field.name()).first().cloned();
                    assert_eq!(scan.first(field).map(<[u8]>::to_vec), first, "{head:?} {field:?}");
                }
            }
            let other = own.another_user();
            assert!(LINES.iter().any(|(name, _)| values(own, name) != values(other, name)));
        }
    }

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

    /// What is settled without comparing is what comparing would find.
    #[test]
    fn lines_said_to_be_the_same_are_the_same() {
        for left_out in 0..=LINES.len() {
            let lines: Vec<_> = LINES
                .iter()
                .enumerate()
                .filter(|(at, _)| *at != left_out)
                .map(|it| *it.1)
                .collect();
            let own = RequestHead::new("GET", "/", HeaderLines::from_pairs(&lines));
            let heads = [own, own.another_user()];
            for (one, other) in heads.iter().flat_map(|one| heads.map(|other| (*one, other))) {
                for name in Field::ALL.iter().map(|field| field.name()) {
                    let of = |head| values(head, name);
                    if one.has_lines_of(&other, name.as_bytes()) {
                        assert_eq!(of(one), of(other), "{name}");
                    }
                    let count = match one.named(name.as_bytes()) {
                        Named::Nowhere => 0,
                        Named::Once(_) => 1,
                        Named::Repeatedly => 2,
                    };
                    assert_eq!(count, of(one).len().min(2), "{name}");
                }
            }
        }
    }
}
