//! Cache-Control of a request (RFC 9111 §5.2.1, RFC 5861 §4).

use std::fmt;
use std::time::Duration;

use http::HeaderValue;

use super::cache_control::{setters, time};
use super::extension::Extension;
use super::list_value::{Printer, show};
use crate::field::{DELTA_SECONDS_MAX, Directive, Directives, Field, FieldLines, Known, Standing};
use crate::message::HeaderLines;
use crate::policy::{DeltaSeconds, RequestControl};

/// Cache-Control of a request: what its sender wishes of caches on the way.
///
/// ```
/// use std::time::Duration;
/// use storable::header::{MaxStale, RequestCacheControl};
///
/// let control = RequestCacheControl::new()
///     .max_age(Duration::from_secs(10))
///     .max_stale(MaxStale::AtMost(Duration::from_secs(60)));
/// assert_eq!(control.to_string(), "max-age=10, max-stale=60");
/// assert_eq!("max-stale=60, max-age=10".parse(), Ok(control));
/// ```
///
/// Reading takes every line and fails closed: of repeats, and of broken numbers, the one counts
/// that asks for the least reuse.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestCacheControl {
    /// `no-store` (§5.2.1.5)
    pub no_store: bool,
    /// `no-cache` (§5.2.1.4)
    pub no_cache: bool,
    /// `max-age` (§5.2.1.1): the greatest age that is welcome.
    pub max_age: Option<Duration>,
    /// `min-fresh` (§5.2.1.3): for how long the answer has to stay fresh.
    pub min_fresh: Option<Duration>,
    /// `max-stale` (§5.2.1.2)
    pub max_stale: Option<MaxStale>,
    /// `stale-if-error` (RFC 5861 §4)
    pub stale_if_error: Option<Duration>,
    /// `only-if-cached` (§5.2.1.7)
    pub only_if_cached: bool,
    /// `no-transform` (§5.2.1.6)
    pub no_transform: bool,
    /// Directives beyond these, in order; also those that mean nothing in a request.
    pub extensions: Vec<Extension>,
}

/// How stale an answer may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaxStale {
    /// `max-stale`: as stale as may be.
    Any,
    /// `max-stale=N`: so much at most.
    AtMost(Duration),
}

impl RequestCacheControl {
    /// No directive.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    setters! {
        no_store, no_cache, only_if_cached, no_transform;
        max_age, min_fresh, stale_if_error
    }

    /// Sets [`max_stale`](#structfield.max_stale).
    #[must_use]
    pub fn max_stale(self, most: MaxStale) -> Self {
        Self { max_stale: Some(most), ..self }
    }

    /// Adds another directive.
    #[must_use]
    pub fn extension(mut self, extension: Extension) -> Self {
        self.extensions.push(extension);
        self
    }

    /// Reads all lines of the field.
    #[must_use]
    pub fn from_lines(lines: FieldLines<'_>) -> Self {
        let read = RequestControl::read(lines.clone());
        let mut control = Self {
            no_store: read.no_store.is_present(),
            no_cache: read.no_cache.is_present(),
            max_age: time(read.max_age),
            min_fresh: match read.min_fresh {
                // What cannot be read is taken for more than any response offers.
                DeltaSeconds::Invalid(_) => Some(Duration::from_secs(DELTA_SECONDS_MAX)),
                stated => time(stated),
            },
            max_stale: match read.max_stale {
                stated if stated.is_bare() => Some(MaxStale::Any),
                stated => time(stated).map(MaxStale::AtMost),
            },
            stale_if_error: time(read.stale_if_error),
            only_if_cached: read.only_if_cached.is_present(),
            ..Self::default()
        };
        Directives::of(lines).for_each(|directive| control.add_rest(&directive));
        control
    }

    /// Reads the Cache-Control lines of a request.
    #[must_use]
    pub fn from_headers(lines: HeaderLines<'_>) -> Self {
        Self::from_lines(FieldLines::of(Field::CacheControl, lines))
    }

    fn add_rest(&mut self, directive: &Directive<'_>) {
        match directive.known() {
            Some(Known::NoTransform) => self.no_transform = true,
            Some(
                Known::NoStore
                | Known::NoCache
                | Known::MaxAge
                | Known::MinFresh
                | Known::MaxStale
                | Known::StaleIfError
                | Known::OnlyIfCached,
            ) => {}
            _ if directive.standing == Standing::Proper => {
                self.extensions.extend(Extension::read(directive));
            }
            _ => {}
        }
    }

    /// The value to send; empty where there is no directive.
    #[must_use]
    pub fn to_value(&self) -> HeaderValue {
        let mut printer = Printer::default();
        printer.flag("no-store", self.no_store);
        printer.flag("no-cache", self.no_cache);
        printer.seconds("max-age", self.max_age);
        printer.seconds("min-fresh", self.min_fresh);
        match self.max_stale {
            None => {}
            Some(MaxStale::Any) => printer.member("max-stale"),
            Some(MaxStale::AtMost(most)) => printer.seconds("max-stale", Some(most)),
        }
        printer.seconds("stale-if-error", self.stale_if_error);
        printer.flag("only-if-cached", self.only_if_cached);
        printer.flag("no-transform", self.no_transform);
        for extension in &self.extensions {
            extension.print(&mut printer);
        }
        printer.finish()
    }
}

impl fmt::Display for RequestCacheControl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(&self.to_value(), f)
    }
}

impl From<&RequestCacheControl> for HeaderValue {
    fn from(control: &RequestCacheControl) -> Self {
        control.to_value()
    }
}
