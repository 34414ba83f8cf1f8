//! RFC 9111 §3.1: which fields are stored, forwarded and served.

use http::header::{AGE, CONNECTION};
use http::{HeaderMap, HeaderName, HeaderValue, Response};

use crate::bytes::trim;
use crate::field::{Argument, Directives, Field, FieldLines, elements};
use crate::message::{AsResponse, HeaderLines, ResponseHead, Source};
use crate::policy::ResponsePolicy;
use crate::profile::ConnectionFields;
use crate::verdict::Verdict;

/// Fields of one connection, named in Connection or not (RFC 9110 §7.6.1).
const CONNECTION_FIELDS: &[&str] = &[
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Fields between a client and its proxy, which are never stored (RFC 9111 §3.1).
const PROXY_FIELDS: &[&str] =
    &["proxy-authenticate", "proxy-authentication-info", "proxy-authorization"];

pub(super) fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|other| other.eq_ignore_ascii_case(name))
}

/// RFC 9110 §7.6.1: the lines of a message that go on to the next hop: not those of the
/// connection, and not those that Connection names.
///
/// What a cache decides, it decides by the request as it forwards it: read the request after this,
/// and a field that a client had removed by naming it in Connection cannot select a response.
///
/// ```
/// use storable::{HeaderLines, life::forwarded};
///
/// let lines = [("Connection", &b"x-a, close"[..]), ("X-A", b"1"), ("TE", b"gzip"), ("X-B", b"2")];
/// let kept: Vec<_> = forwarded(HeaderLines::from_pairs(&lines)).collect();
/// assert_eq!(kept, [("X-B", &b"2"[..])]);
/// ```
pub fn forwarded(lines: HeaderLines<'_>) -> impl Iterator<Item = (&str, &[u8])> + Clone {
    end_to_end(lines, ConnectionFields::Removed)
}

fn end_to_end(
    lines: HeaderLines<'_>,
    named: ConnectionFields,
) -> impl Iterator<Item = (&str, &[u8])> + Clone {
    let goes_on = goes_on(lines, named);
    lines.iter().filter(move |(name, _)| goes_on(name))
}

/// Which fields are not of the connection that a message came over.
fn goes_on(lines: HeaderLines<'_>, named: ConnectionFields) -> impl Fn(&str) -> bool + Clone {
    let names_any = match lines.source() {
        Source::Map(map) => map.contains_key(CONNECTION),
        _ => lines.iter().any(|(name, _)| is_one_of(name, &["connection"])),
    };
    let removes = named == ConnectionFields::Removed && names_any;
    move |name| !(is_of_connection(name) || removes && names_in_connection(lines, name))
}

/// Most names are told from those of the connection by their length.
fn is_of_connection(name: &str) -> bool {
    matches!(name.len(), 2 | 7 | 10 | 16 | 17) && is_one_of(name, CONNECTION_FIELDS)
}

/// [`forwarded`] lines as a map, which shares the text of the values.
pub(crate) fn forwarded_map(fields: &HeaderMap) -> HeaderMap {
    let lines = HeaderLines::from_map(fields);
    shared_map(lines, goes_on(lines, ConnectionFields::Removed))
}

/// The same of fields that are not needed any more.
pub(crate) fn forwarded_of(fields: HeaderMap) -> HeaderMap {
    let all_go_on = {
        let goes_on = goes_on(HeaderLines::from_map(&fields), ConnectionFields::Removed);
        fields.iter().all(|(name, value)| goes_on(name.as_str()) && is_trimmed(value))
    };
    if all_go_on { fields } else { forwarded_map(&fields) }
}

/// Which lines of a stored response may be served.
fn is_storable(lines: HeaderLines<'_>) -> impl Fn(&str) -> bool {
    let goes_on = goes_on(lines, ConnectionFields::Removed);
    move |name| goes_on(name) && !is_one_of(name, PROXY_FIELDS)
}

/// The lines of a stored response with the names that stay, as a map.
pub(super) fn storable_map(response: ResponseHead<'_>, stays: impl Fn(&str) -> bool) -> HeaderMap {
    let is_storable = is_storable(response.lines());
    shared_map(response.lines(), |name| is_storable(name) && stays(name))
}

/// Whether a stored head goes out as it is, but for what is added to it, with all of the content.
pub(crate) fn goes_out_whole(head: &Response<()>) -> bool {
    let is_storable = is_storable(HeaderLines::from_map(head.headers()));
    let goes_out = |(name, value): (&HeaderName, &HeaderValue)| {
        is_storable(name.as_str()) && name != AGE && is_trimmed(value)
    };
    head.headers().iter().all(goes_out)
}

fn is_trimmed(value: &HeaderValue) -> bool {
    trim(value.as_bytes()).len() == value.len()
}

/// Lines as [`header_map`] makes one of them; where they are a map, its text is not copied.
fn shared_map(lines: HeaderLines<'_>, stays: impl Fn(&str) -> bool) -> HeaderMap {
    match lines.source() {
        Source::Map(map) if map.values().all(is_trimmed) => {
            if map.keys().all(|name| stays(name.as_str())) {
                return map.clone();
            }
            let mut kept = HeaderMap::with_capacity(map.len());
            for (name, value) in map.iter().filter(|(name, _)| stays(name.as_str())) {
                // It holds no more lines than the other one.
                let _ = kept.try_append(name.clone(), value.clone());
            }
            kept
        }
        _ => header_map(lines.iter().filter(|(name, _)| stays(name))),
    }
}

fn names_in_connection(lines: HeaderLines<'_>, name: &str) -> bool {
    let connection = lines
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("connection"))
        .map(|(_, value)| value);
    elements(connection).any(|option| option.eq_ignore_ascii_case(name.as_bytes()))
}

/// RFC 9111 §3.1: the lines of a response that may be stored.
pub(super) fn storable_lines(
    response: ResponseHead<'_>,
) -> impl Iterator<Item = (&str, &[u8])> + Clone {
    not_a_proxys(forwarded(response.lines()))
}

fn not_a_proxys<'a>(
    lines: impl Iterator<Item = (&'a str, &'a [u8])> + Clone,
) -> impl Iterator<Item = (&'a str, &'a [u8])> + Clone {
    lines.filter(|(name, _)| !is_one_of(name, PROXY_FIELDS))
}

impl<'a> Verdict<'a> {
    /// The lines of the response that the cache keeps (RFC 9111 §3.1): not those of the
    /// connection, not a proxy's, and not those that the profile has removed (Set-Cookie, or what
    /// a qualified `private` or `no-cache` names). Some caches keep what Connection names:
    /// [`ConnectionFields`].
    ///
    /// ```
    /// use storable::{Profile, storable};
    ///
    /// let request = http::Request::get("https://shop.example/").body(())?;
    /// let response = http::Response::builder()
    ///     .header("Cache-Control", "max-age=60")
    ///     .header("Connection", "x-hop")
    ///     .header("X-Hop", "1")
    ///     .body(())?;
    /// let verdict = storable(&request, &response, &Profile::RFC9111_SHARED);
    /// assert_eq!(verdict.lines_to_store().count(), 1);
    /// # Ok::<(), http::Error>(())
    /// ```
    pub fn lines_to_store(&self) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        let policy = *self.response_policy();
        let stripped = self.draft().stripped;
        let named =
            self.profile().facts().connection_fields.known().unwrap_or(ConnectionFields::Removed);
        not_a_proxys(end_to_end(policy.head().lines(), named)).filter(move |(name, _)| {
            let control = &policy.control;
            let goes = stripped.cookies && Field::of(name) == Some(Field::SetCookie)
                || stripped.private_fields
                    && (is_named(&policy, control.private_fields.text(), name)
                        || is_named(&policy, control.private.text(), name))
                || stripped.no_cache_fields
                    && is_named(&policy, control.no_cache_fields.text(), name);
            !goes
        })
    }
}

/// Whether a qualified directive (`private="a, b"`) names a field.
fn is_named(policy: &ResponsePolicy<'_>, directive: &[u8], name: &str) -> bool {
    if directive.is_empty() {
        return false;
    }
    // In Cache-Control several of one name add up; of a targeted field the last one counts.
    let lines = if policy.control_field == Field::CacheControl.name() {
        policy.scan().all(Field::CacheControl)
    } else {
        FieldLines::one(directive)
    };
    let lead = directive.split(|&byte| byte == b'=').next().unwrap_or_default();
    Directives::of(lines)
        .filter(|one| one.name.eq_ignore_ascii_case(lead))
        .filter_map(|one| match one.argument {
            Argument::Quoted(names) | Argument::Token(names) => Some(names),
            _ => None,
        })
        .any(|names| {
            elements(FieldLines::one(names)).any(|one| one.eq_ignore_ascii_case(name.as_bytes()))
        })
}

/// Lines as a header map; a line that `http` cannot hold is left out.
///
/// ```
/// use storable::{HeaderLines, life::{forwarded, header_map}};
///
/// let fields = http::HeaderMap::from_iter([(http::header::TE, "gzip".parse()?)]);
/// assert!(header_map(forwarded(HeaderLines::from_map(&fields))).is_empty());
/// # Ok::<(), http::header::InvalidHeaderValue>(())
/// ```
pub fn header_map<'a>(lines: impl Iterator<Item = (&'a str, &'a [u8])>) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in lines {
        append(&mut map, name, value);
    }
    map
}

pub(super) fn append(map: &mut HeaderMap, name: &str, value: &[u8]) {
    if let (Ok(name), Ok(value)) =
        (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value))
    {
        // Beyond its bound the map takes no more lines.
        let _ = map.try_append(name, value);
    }
}

/// The lines of a stored response that are sent with an answer: all but Age, which the cache
/// writes anew (RFC 9111 §4).
///
/// ```
/// use storable::life::lines_to_serve;
///
/// let stored = http::Response::builder().header("Age", "7").header("X-A", "1").body(())?;
/// assert_eq!(lines_to_serve(&stored).collect::<Vec<_>>(), [("x-a", &b"1"[..])]);
/// # Ok::<(), http::Error>(())
/// ```
pub fn lines_to_serve(
    stored: &(impl AsResponse + ?Sized),
) -> impl Iterator<Item = (&str, &[u8])> + Clone {
    storable_lines(stored.as_response()).filter(|(name, _)| Field::of(name) != Some(Field::Age))
}
