//! Cache-Control of a response (RFC 9111 §5.2.2, RFC 5861, RFC 8246).

use std::fmt;
use std::time::Duration;

use http::{HeaderName, HeaderValue};

use super::extension::{Extension, unescape};
use super::list_value::{Printer, show};
use crate::bytes::is_token_byte;
use crate::field::{Argument, Directive, Directives, Field, FieldLines, Known, Standing, elements};
use crate::message::HeaderLines;
use crate::policy::{DeltaSeconds, ResponseControl, qualified};
use crate::profile::{Dialect, Fact};

/// Cache-Control of a response: built, read and printed.
///
/// Every directive is a field of this type, and a method of the same name sets it. Times are
/// printed in whole seconds, rounded down, and at most 2^31 of them (RFC 9111 §1.2.2).
/// Combinations that contradict themselves are not prevented; [`check`](Self::check) lists them.
///
/// ```
/// use std::time::Duration;
/// use storable::header::CacheControl;
///
/// let control = CacheControl::new()
///     .public()
///     .max_age(Duration::from_secs(60))
///     .stale_while_revalidate(Duration::from_secs(600))
///     .no_cache_fields([http::header::SET_COOKIE]);
/// let response = http::Response::builder()
///     .header("Cache-Control", control.to_value())
///     .body(())?;
/// assert_eq!(
///     response.headers()["cache-control"],
///     "no-cache=\"set-cookie\", public, max-age=60, stale-while-revalidate=600"
/// );
/// assert!(control.check().is_empty());
/// # Ok::<(), http::Error>(())
/// ```
///
/// Reading takes every line there is, and fails closed as RFC 9111 readers should: a broken number
/// is 0, of repeated numbers the smallest counts, and a restriction in a broken member restricts.
///
/// ```
/// use storable::{HeaderLines, header::CacheControl};
///
/// let lines = [("Cache-Control", &b"max-age=60;private"[..]), ("Cache-Control", b"No-Store=1")];
/// let control = CacheControl::from_headers(HeaderLines::from_pairs(&lines));
/// assert_eq!(control.to_string(), "private, no-store, max-age=0");
/// ```
///
/// The strict reading, for authors, names the place and the reason instead:
///
/// ```
/// use storable::header::CacheControl;
///
/// let error = "public, max-age=60;private".parse::<CacheControl>().unwrap_err();
/// assert_eq!(error.to_string(), "byte 8: a member is a name, or a name, `=` and an argument");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheControl {
    /// `private` (§5.2.2.7): not for shared caches, whole or in these fields.
    pub private: Option<Scope>,
    /// `no-store` (§5.2.2.5)
    pub no_store: bool,
    /// `no-cache` (§5.2.2.4): validated at every use, or not to be used with these fields.
    pub no_cache: Option<Scope>,
    /// `must-understand` (§5.2.2.3): lifts `no-store` for caches that know the status code.
    pub must_understand: bool,
    /// `public` (§5.2.2.9)
    pub public: bool,
    /// `max-age` (§5.2.2.1)
    pub max_age: Option<Duration>,
    /// `s-maxage` (§5.2.2.10): the lifetime in shared caches.
    pub s_maxage: Option<Duration>,
    /// `stale-while-revalidate` (RFC 5861 §3)
    pub stale_while_revalidate: Option<Duration>,
    /// `stale-if-error` (RFC 5861 §4)
    pub stale_if_error: Option<Duration>,
    /// `must-revalidate` (§5.2.2.2)
    pub must_revalidate: bool,
    /// `proxy-revalidate` (§5.2.2.8)
    pub proxy_revalidate: bool,
    /// `immutable` (RFC 8246 §2)
    pub immutable: bool,
    /// `no-transform` (§5.2.2.6)
    pub no_transform: bool,
    /// Directives beyond these, in order; also those that mean nothing in a response.
    pub extensions: Vec<Extension>,
    /// `must-revalidate` stood in malformed text alone: it restricts, and permits nothing where
    /// Authorization wants a permission (RFC 9111 §3.5). It is printed so that it reads back alike.
    pub(super) only_restricts: bool,
}

/// The part of a response that `private` or `no-cache` is about: all of it, or named fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The whole response.
    Everything,
    /// These header fields. Many caches take this for the whole response (RFC 9111 §5.2.2.4).
    Fields(Vec<HeaderName>),
}

impl Scope {
    /// No field at all means everything (C7: `private=""` is `private`).
    pub(super) fn of(names: impl IntoIterator<Item = HeaderName>) -> Self {
        let names: Vec<_> = names.into_iter().collect();
        if names.is_empty() { Self::Everything } else { Self::Fields(names) }
    }

    /// The names in the text of an argument; what is no list of names is about everything.
    pub(super) fn read(text: &[u8]) -> Self {
        let name = |text: &[u8]| {
            let is_token = text.iter().all(|&byte| is_token_byte(byte));
            is_token.then(|| HeaderName::from_bytes(text).ok()).flatten()
        };
        match elements(FieldLines::one(text)).map(name).collect::<Option<Vec<_>>>() {
            Some(names) => Self::of(names),
            None => Self::Everything,
        }
    }

    /// Widens what is there by another.
    pub(super) fn widen(ours: &mut Option<Self>, other: Self) {
        match (ours, other) {
            (Some(Self::Everything), _) => {}
            (Some(Self::Fields(names)), Self::Fields(more)) => {
                for name in more {
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
            }
            (ours, other) => *ours = Some(other),
        }
    }

    pub(super) fn names(&self) -> &[HeaderName] {
        match self {
            Self::Everything => &[],
            Self::Fields(names) => names,
        }
    }
}

macro_rules! setters {
    ($($flag:ident),*; $($seconds:ident),*) => {
        $(
            #[doc = concat!("Sets [`", stringify!($flag), "`](#structfield.", stringify!($flag), ").")]
            #[must_use]
            pub fn $flag(self) -> Self {
                Self { $flag: true, ..self }
            }
        )*
        $(
            #[doc = concat!("Sets [`", stringify!($seconds), "`](#structfield.", stringify!($seconds), ").")]
            #[must_use]
            pub fn $seconds(self, time: Duration) -> Self {
                Self { $seconds: Some(time), ..self }
            }
        )*
    };
}
pub(super) use setters;

impl CacheControl {
    /// No directive.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    setters! {
        no_store, must_understand, public, must_revalidate, proxy_revalidate, immutable, no_transform;
        max_age, s_maxage, stale_while_revalidate, stale_if_error
    }

    /// `private` for the whole response.
    #[must_use]
    pub fn private(self) -> Self {
        Self { private: Some(Scope::Everything), ..self }
    }

    /// `private` for these fields, added to those there are; for everything where there are none.
    #[must_use]
    pub fn private_fields(mut self, names: impl IntoIterator<Item = HeaderName>) -> Self {
        Scope::widen(&mut self.private, Scope::of(names));
        self
    }

    /// `no-cache` for the whole response.
    #[must_use]
    pub fn no_cache(self) -> Self {
        Self { no_cache: Some(Scope::Everything), ..self }
    }

    /// `no-cache` for these fields, added to those there are; for everything where there are none.
    #[must_use]
    pub fn no_cache_fields(mut self, names: impl IntoIterator<Item = HeaderName>) -> Self {
        Scope::widen(&mut self.no_cache, Scope::of(names));
        self
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
        let read = ResponseControl::read(lines.clone(), Fact::Known(Dialect::Rfc9111));
        let mut control = Self::of_control(&read);
        Directives::of(lines).for_each(|directive| control.add_rest(&directive));
        control
    }

    /// Reads the Cache-Control lines of a response.
    #[must_use]
    pub fn from_headers(lines: HeaderLines<'_>) -> Self {
        Self::from_lines(FieldLines::of(Field::CacheControl, lines))
    }

    /// What the policy reading knows; the rest is added member by member.
    pub(super) fn of_control(read: &ResponseControl<'_>) -> Self {
        let scope = |bare: bool| bare.then_some(Scope::Everything);
        Self {
            private: scope(read.private.is_present()),
            no_store: read.no_store.is_present(),
            no_cache: scope(read.no_cache.is_present()),
            must_understand: read.must_understand.is_present(),
            public: read.public.is_present(),
            max_age: time(read.max_age),
            s_maxage: time(read.s_maxage),
            stale_while_revalidate: time(read.stale_while_revalidate),
            stale_if_error: time(read.stale_if_error),
            must_revalidate: read.must_revalidate.is_present(),
            proxy_revalidate: read.proxy_revalidate.is_present(),
            only_restricts: read.only_restricts,
            ..Self::default()
        }
    }

    fn add_rest(&mut self, directive: &Directive<'_>) {
        let proper = directive.standing == Standing::Proper;
        match directive.known() {
            Some(Known::Private) if qualified(directive) => {
                Scope::widen(&mut self.private, scope_of(directive));
            }
            Some(Known::NoCache) if qualified(directive) => {
                Scope::widen(&mut self.no_cache, scope_of(directive));
            }
            Some(Known::NoTransform) => self.no_transform = true,
            // RFC 8246 §2: an argument is ignored.
            Some(Known::Immutable) if proper => self.immutable = true,
            // C6: with an argument it permits nothing, but must-understand still bars something.
            Some(Known::Public) if proper && directive.argument != Argument::None => {
                self.extensions.extend(Extension::read(directive));
            }
            Some(Known::MustUnderstand)
                if directive.standing != Standing::Recovered
                    && (directive.standing, directive.argument)
                        != (Standing::Proper, Argument::None) =>
            {
                let argument = match directive.argument {
                    Argument::None => Argument::Malformed(b""),
                    argument => argument,
                };
                self.extensions.extend(Extension::read(&Directive { argument, ..*directive }));
            }
            None | Some(Known::MaxStale | Known::MinFresh | Known::OnlyIfCached) if proper => {
                self.extensions.extend(Extension::read(directive));
            }
            _ => {}
        }
    }

    /// The value to send; empty where there is no directive.
    #[must_use]
    pub fn to_value(&self) -> HeaderValue {
        let mut printer = Printer::default();
        for (name, scope) in [("private", &self.private), ("no-cache", &self.no_cache)] {
            if let Some(scope) = scope {
                printer.names(name, scope.names());
            }
            if name == "private" {
                printer.flag("no-store", self.no_store);
            }
        }
        printer.flag("must-understand", self.must_understand);
        printer.flag("public", self.public);
        printer.seconds("max-age", self.max_age);
        printer.seconds("s-maxage", self.s_maxage);
        printer.seconds("stale-while-revalidate", self.stale_while_revalidate);
        printer.seconds("stale-if-error", self.stale_if_error);
        // C6: with an argument it is still a restriction, and no more.
        let revalidate = if self.only_restricts { "must-revalidate=1" } else { "must-revalidate" };
        printer.flag(revalidate, self.must_revalidate);
        printer.flag("proxy-revalidate", self.proxy_revalidate);
        printer.flag("immutable", self.immutable);
        printer.flag("no-transform", self.no_transform);
        for extension in &self.extensions {
            extension.print(&mut printer);
        }
        printer.finish()
    }
}

fn scope_of(directive: &Directive<'_>) -> Scope {
    match directive.argument {
        Argument::Token(text) => Scope::read(text),
        Argument::Quoted(text) if text.contains(&b'\\') => Scope::read(&unescape(text)),
        Argument::Quoted(text) => Scope::read(text),
        Argument::None | Argument::Malformed(_) => Scope::Everything,
    }
}

/// A time as the policy reads it: an unusable one is 0 seconds.
pub(super) fn time(stated: DeltaSeconds<'_>) -> Option<Duration> {
    match stated {
        DeltaSeconds::Absent => None,
        DeltaSeconds::Seconds(seconds, _) => Some(Duration::from_secs(seconds)),
        DeltaSeconds::Invalid(_) | DeltaSeconds::Doubtful(_) => Some(Duration::ZERO),
    }
}

impl fmt::Display for CacheControl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(&self.to_value(), f)
    }
}

impl From<&CacheControl> for HeaderValue {
    fn from(control: &CacheControl) -> Self {
        control.to_value()
    }
}
