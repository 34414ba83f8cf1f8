//! What a request states.

use super::{Sighting, Stated};
use crate::field::{Directives, Field, Known, Scan, Standing, elements};
use crate::message::RequestHead;

/// A request, read once: what caches look at when they store, reuse and collapse.
#[derive(Clone, Copy, Debug)]
pub struct RequestPolicy<'a> {
    head: RequestHead<'a>,
    scan: Scan<'a>,
    /// The method.
    pub method: Method,
    /// `no-store`
    pub no_store: Sighting<'a>,
    /// `no-cache`, or `Pragma: no-cache` where there is no Cache-Control (C15).
    pub no_cache: Sighting<'a>,
    /// `max-age`
    pub max_age: Stated<'a>,
    /// `min-fresh`
    pub min_fresh: Stated<'a>,
    /// `max-stale`; without an argument it is any staleness
    pub max_stale: Stated<'a>,
    /// `only-if-cached`
    pub only_if_cached: Sighting<'a>,
    /// `stale-if-error` (RFC 5861 §4)
    pub stale_if_error: Stated<'a>,
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
    /// Reads a request head.
    #[must_use]
    pub fn read(head: RequestHead<'a>) -> Self {
        let scan = head.scan();
        let mut policy = Self {
            head,
            scan,
            method: Method::of(head.method()),
            no_store: Sighting::Absent,
            no_cache: Sighting::Absent,
            max_age: Stated::Absent,
            min_fresh: Stated::Absent,
            max_stale: Stated::Absent,
            only_if_cached: Sighting::Absent,
            stale_if_error: Stated::Absent,
        };
        policy.read_directives();
        policy
    }

    fn read_directives(&mut self) {
        if !self.scan.has(Field::CacheControl) {
            if let Some(text) = self.pragma_no_cache() {
                self.no_cache = Sighting::Present(text);
            }
            return;
        }
        for directive in Directives::of(self.scan.all(Field::CacheControl)) {
            let text = directive.text;
            let seconds = || match (directive.standing, directive.argument.delta_seconds()) {
                (Standing::Proper, Some(seconds)) => Stated::Seconds(seconds, text),
                _ => Stated::Invalid(text),
            };
            match directive.known() {
                Some(Known::NoStore) => self.no_store = Sighting::Present(text),
                Some(Known::NoCache) => self.no_cache = Sighting::Present(text),
                Some(Known::MaxAge) => self.max_age = seconds(),
                Some(Known::MinFresh) => self.min_fresh = seconds(),
                Some(Known::MaxStale) => self.max_stale = seconds(),
                Some(Known::StaleIfError) => self.stale_if_error = seconds(),
                Some(Known::OnlyIfCached) => self.only_if_cached = Sighting::Present(text),
                _ => {}
            }
        }
    }

    /// `Pragma: no-cache` (RFC 9111 §5.4).
    pub(crate) fn pragma_no_cache(&self) -> Option<&'a [u8]> {
        elements(self.scan.all(Field::Pragma)).find(|text| text.eq_ignore_ascii_case(b"no-cache"))
    }

    /// The head it was read from.
    #[must_use]
    pub const fn head(&self) -> RequestHead<'a> {
        self.head
    }

    pub(crate) const fn scan(&self) -> &Scan<'a> {
        &self.scan
    }

    /// The Authorization field; an empty one is there all the same.
    #[must_use]
    pub fn authorization(&self) -> Option<&'a [u8]> {
        self.scan.first(Field::Authorization)
    }

    /// The first Cookie field.
    #[must_use]
    pub fn cookie(&self) -> Option<&'a [u8]> {
        self.scan.first(Field::Cookie)
    }
}
