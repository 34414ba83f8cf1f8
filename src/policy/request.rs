//! What a request states.

use super::{DeltaSeconds, Presence};
use crate::field::{Directive, Directives, Field, FieldLines, Known, Scan, Standing, elements};
use crate::message::{AsRequest, FieldCount, RequestHead, UserMarks};

/// The fields that say what a request wants of a cache.
const DEMANDS: [Field; 7] = [
    Field::CacheControl,
    Field::Pragma,
    Field::IfMatch,
    Field::IfModifiedSince,
    Field::IfNoneMatch,
    Field::IfRange,
    Field::IfUnmodifiedSince,
];

/// A request, read once: what caches look at when they store, reuse and collapse.
#[derive(Clone, Copy, Debug)]
pub struct RequestPolicy<'a> {
    head: RequestHead<'a>,
    scan: Scan<'a>,
    /// The method.
    pub method: Method,
    /// `no-store`
    pub no_store: Presence<'a>,
    /// `no-cache`, or `Pragma: no-cache` where there is no Cache-Control (C15).
    pub no_cache: Presence<'a>,
    /// `max-age`
    pub max_age: DeltaSeconds<'a>,
    /// `min-fresh`
    pub min_fresh: DeltaSeconds<'a>,
    /// `max-stale`; without an argument it is any staleness
    pub max_stale: DeltaSeconds<'a>,
    /// `only-if-cached`
    pub only_if_cached: Presence<'a>,
    /// `stale-if-error` (RFC 5861 §4)
    pub stale_if_error: DeltaSeconds<'a>,
}

/// The methods that have caching rules of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// GET
    Get,
    /// HEAD
    Head,
    /// POST
    Post,
    /// PATCH
    Patch,
    /// QUERY
    Query,
    /// Any other; methods are case-sensitive (RFC 9110 §9.1).
    Other,
}

impl Method {
    /// The method of this name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        match name {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "POST" => Self::Post,
            "PATCH" => Self::Patch,
            "QUERY" => Self::Query,
            _ => Self::Other,
        }
    }
}

impl<'a> RequestPolicy<'a> {
    /// Reads a request of any type.
    ///
    /// ```
    /// use storable::policy::{Method, RequestPolicy};
    ///
    /// let request = http::Request::get("https://shop.example/").body(())?;
    /// assert_eq!(RequestPolicy::of(&request).method, Method::Get);
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn of(request: &'a (impl AsRequest + ?Sized)) -> Self {
        Self::read(request.as_request())
    }

    /// Reads a request head.
    #[must_use]
    #[inline]
    pub fn read(head: RequestHead<'a>) -> Self {
        let mut policy = Self::unread(head);
        policy.fill();
        policy
    }

    #[inline]
    pub(crate) fn unread(head: RequestHead<'a>) -> Self {
        Self {
            head,
            scan: Scan::empty(head.lines_as_written()),
            method: Method::Other,
            no_store: Presence::Absent,
            no_cache: Presence::Absent,
            max_age: DeltaSeconds::Absent,
            min_fresh: DeltaSeconds::Absent,
            max_stale: DeltaSeconds::Absent,
            only_if_cached: Presence::Absent,
            stale_if_error: DeltaSeconds::Absent,
        }
    }

    /// Reads the head, in the place where the policy stays.
    pub(crate) fn fill(&mut self) {
        self.scan.read_as_sent_by(self.head.user());
        self.method = Method::of(self.head.method());
        if self.scan.has(Field::CacheControl) {
            self.read_control();
        } else if self.scan.has(Field::Pragma) {
            self.no_cache = self.pragma_no_cache().map_or(Presence::Absent, Presence::Present);
        }
    }

    #[inline(never)]
    fn read_control(&mut self) {
        let control = RequestControl::read(self.scan.all(Field::CacheControl));
        self.no_store = control.no_store;
        self.no_cache = control.no_cache;
        self.max_age = control.max_age;
        self.min_fresh = control.min_fresh;
        self.max_stale = control.max_stale;
        self.only_if_cached = control.only_if_cached;
        self.stale_if_error = control.stale_if_error;
    }

    /// `Pragma: no-cache` (RFC 9111 §5.4).
    pub(crate) fn pragma_no_cache(&self) -> Option<&'a [u8]> {
        if !self.scan.has(Field::Pragma) {
            return None;
        }
        elements(self.scan.all(Field::Pragma)).find(|text| text.eq_ignore_ascii_case(b"no-cache"))
    }

    /// Whether it says what it wants of a cache: directives, or conditions.
    pub(crate) fn has_demands(&self) -> bool {
        self.scan.has_any(&DEMANDS)
    }

    /// Whether Cache-Control has a directive that the RFC knows in requests.
    pub(crate) fn states_directives(&self) -> bool {
        [self.no_store, self.no_cache, self.only_if_cached].iter().any(|seen| !seen.is_absent())
            || [self.max_age, self.min_fresh, self.max_stale].iter().any(|it| !it.is_absent())
    }

    /// The head it was read from.
    #[must_use]
    pub const fn head(&self) -> RequestHead<'a> {
        self.head
    }

    /// [`RequestHead::another_user`], without another walk over the lines.
    pub(crate) const fn of_another_user(&self) -> RequestHead<'a> {
        let credentials = self.has_cookie() || self.has_authorization();
        self.head.marked(UserMarks::among(credentials, self.scan.has(Field::UserAgent)))
    }

    /// What the request has of a field.
    #[inline]
    pub(crate) fn lines_of(&self, field: Field) -> FieldCount<'a> {
        match self.scan.first(field) {
            None => FieldCount::Nowhere,
            Some(_) if self.scan.repeats(field) => FieldCount::Repeatedly,
            Some(line) => FieldCount::Once(line),
        }
    }

    pub(crate) const fn scan(&self) -> &Scan<'a> {
        &self.scan
    }

    /// The Authorization field; an empty one is there all the same.
    #[must_use]
    pub fn authorization(&self) -> Option<&'a [u8]> {
        self.scan.first(Field::Authorization)
    }

    pub(crate) const fn has_authorization(&self) -> bool {
        self.scan.has(Field::Authorization)
    }

    pub(crate) const fn has_cookie(&self) -> bool {
        self.scan.has(Field::Cookie)
    }

    /// The first Cookie field.
    #[must_use]
    pub fn cookie(&self) -> Option<&'a [u8]> {
        self.scan.first(Field::Cookie)
    }
}

/// What Cache-Control of a request says (RFC 9111 §5.2.1), failing closed: what asks for less
/// reuse counts in any form, of repeated numbers the one that asks for the least.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RequestControl<'a> {
    pub(crate) no_store: Presence<'a>,
    pub(crate) no_cache: Presence<'a>,
    pub(crate) max_age: DeltaSeconds<'a>,
    pub(crate) min_fresh: DeltaSeconds<'a>,
    pub(crate) max_stale: DeltaSeconds<'a>,
    pub(crate) stale_if_error: DeltaSeconds<'a>,
    pub(crate) only_if_cached: Presence<'a>,
}

impl<'a> RequestControl<'a> {
    pub(crate) fn read(lines: FieldLines<'a>) -> Self {
        let mut control = Self::default();
        for directive in Directives::of(lines) {
            control.add(&directive);
        }
        control
    }

    fn add(&mut self, directive: &Directive<'a>) {
        let text = directive.text;
        let seconds = match (directive.standing, directive.argument.delta_seconds()) {
            (Standing::Proper, Some(seconds)) => DeltaSeconds::Seconds(seconds, text),
            _ => DeltaSeconds::Invalid(text),
        };
        match (directive.known(), directive.standing) {
            (Some(Known::NoStore), _) => self.no_store = Presence::Present(text),
            (Some(Known::NoCache), _) => self.no_cache = Presence::Present(text),
            (Some(Known::MaxAge), _) => self.max_age.see_smallest(seconds),
            (Some(Known::MinFresh), _) => self.min_fresh.see_greatest(seconds),
            // What allows more than the response does has to be well-formed.
            (Some(Known::MaxStale), Standing::Proper) => self.add_max_stale(seconds),
            (Some(Known::StaleIfError), Standing::Proper) => {
                self.stale_if_error.see_smallest(seconds);
            }
            (Some(Known::OnlyIfCached), Standing::Proper) => {
                self.only_if_cached = Presence::Present(text);
            }
            _ => {}
        }
    }

    /// §5.2.1.2: without an argument it is any staleness, the weakest of repeats.
    fn add_max_stale(&mut self, stated: DeltaSeconds<'a>) {
        if self.max_stale.is_absent() || self.max_stale.is_bare() {
            self.max_stale = stated;
        } else if !stated.is_bare() {
            self.max_stale.see_smallest(stated);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(line: &str, max_age: Option<u64>, max_stale: Option<u64>) {
        let control = RequestControl::read(FieldLines::one(line.as_bytes()));
        let seconds = |stated: DeltaSeconds<'_>| match stated {
            DeltaSeconds::Seconds(seconds, _) => Some(seconds),
            _ if stated.is_bare() => Some(u64::MAX),
            _ => None,
        };
        let read = (seconds(control.max_age), seconds(control.max_stale));
        assert_eq!(read, (max_age, max_stale), "{line}");
    }

    #[test]
    fn repeats_ask_for_the_least_reuse() {
        reads("max-age=0, max-age=600", Some(0), None);
        reads("max-stale, max-stale=5", None, Some(5));
        reads("max-stale=5, max-stale", None, Some(5));
        reads("max-stale=9, max-stale=5", None, Some(5));
        reads("max-stale", None, Some(u64::MAX));
        reads("max-stale=x, max-stale=5", None, None);
    }

    #[test]
    fn credentials() {
        let lines = [("Cookie", &b"a=1"[..]), ("cookie", b"b=2"), ("authorization", b"")];
        let read = |lines| RequestPolicy::read(RequestHead::new("GET", "/", lines));
        let policy = read(crate::message::HeaderLines::from_pairs(&lines));
        assert_eq!(policy.cookie(), Some(&b"a=1"[..]));
        assert_eq!(policy.authorization(), Some(&b""[..]));
        let policy = read(crate::message::HeaderLines::from_pairs(&[]));
        assert_eq!((policy.cookie(), policy.authorization()), (None, None));
    }

    #[test]
    fn a_broken_member_allows_nothing() {
        reads("a b max-stale", None, None);
        reads("max-stale;x", None, None);
        reads("x=\"max-stale", None, None);
    }
}
