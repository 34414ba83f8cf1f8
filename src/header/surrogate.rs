//! Surrogate-Control: no standard, but orders to a CDN that several vendors read.
//!
//! The directives are those of the Edge Architecture Specification (W3C note, 4 August 2001) and
//! the two stale windows that Fastly documents. Vendors read parts of it: Fastly the times, Squid
//! the times and `no-store` as a reverse proxy, Varnish's built-in VCL `no-store`; with Cloudflare
//! and Varnish its mere presence switches Cache-Control off. The profiles say which does what.

use std::fmt;
use std::time::Duration;

use http::HeaderValue;

use super::cache_control::setters;
use super::extension::unescape;
use super::list_value::{Printer, seconds, show};
use crate::field::{Argument, Directives, Field, FieldLines, Known, Standing, delta_seconds};
use crate::message::HeaderLines;

/// Orders to a surrogate, a cache in front of the origin.
///
/// ```
/// use std::time::Duration;
/// use storable::header::SurrogateControl;
///
/// let control = SurrogateControl::new()
///     .max_age(Duration::from_secs(600))
///     .stale_for(Duration::from_secs(30))
///     .content("ESI/1.0");
/// assert_eq!(control.to_string(), "max-age=600+30, content=\"ESI/1.0\"");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SurrogateControl {
    /// `no-store`
    pub no_store: bool,
    /// `max-age`: the lifetime in the surrogate.
    pub max_age: Option<Duration>,
    /// The part of `max-age=N+M` after the plus: for how long it may be used stale. It is printed
    /// only beside a lifetime. Squid 5 takes the smaller of the two for the lifetime, and holds a
    /// response without the second part stale at once.
    pub stale_for: Option<Duration>,
    /// `stale-while-revalidate` (Fastly)
    pub stale_while_revalidate: Option<Duration>,
    /// `stale-if-error` (Fastly)
    pub stale_if_error: Option<Duration>,
    /// `content`: what the surrogate has to process, such as `ESI/1.0`.
    pub content: Option<HeaderValue>,
}

impl SurrogateControl {
    /// No directive.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    setters! { no_store; max_age, stale_for, stale_while_revalidate, stale_if_error }

    /// Sets [`content`](#structfield.content); control characters, which no value can hold, leave
    /// it as it was.
    #[must_use]
    pub fn content(mut self, content: impl AsRef<[u8]>) -> Self {
        if let Ok(content) = HeaderValue::from_bytes(content.as_ref()) {
            self.content = Some(content);
        }
        self
    }

    /// Reads all lines, failing closed like Cache-Control: `no-store` in a broken member counts, a
    /// broken time is 0, of repeated times the smallest counts. Directives for one surrogate by
    /// name (`;name`) are no members of that grammar and count so too.
    #[must_use]
    pub fn from_lines(lines: FieldLines<'_>) -> Self {
        let mut control = Self::default();
        for directive in Directives::of(lines) {
            let proper = directive.standing == Standing::Proper;
            let number = || match directive.argument {
                _ if !proper => Duration::ZERO,
                argument => Duration::from_secs(argument.delta_seconds().unwrap_or(0)),
            };
            match directive.known() {
                Some(Known::NoStore) => control.no_store = true,
                _ if directive.standing == Standing::Recovered => {}
                Some(Known::MaxAge) => {
                    let (lifetime, stale) = match directive.argument {
                        Argument::Token(text) if text.contains(&b'+') => halves(text),
                        _ => (number(), None),
                    };
                    shorten(&mut control.max_age, lifetime);
                    if let Some(stale) = stale {
                        shorten(&mut control.stale_for, stale);
                    }
                }
                Some(Known::StaleWhileRevalidate) => {
                    shorten(&mut control.stale_while_revalidate, number());
                }
                Some(Known::StaleIfError) => shorten(&mut control.stale_if_error, number()),
                None if proper && directive.name.eq_ignore_ascii_case(b"content") => {
                    if let Argument::Token(text) | Argument::Quoted(text) = directive.argument {
                        control = control.content(unescape(text));
                    }
                }
                _ => {}
            }
        }
        control
    }

    /// Reads the Surrogate-Control lines of a response.
    #[must_use]
    pub fn from_headers(lines: HeaderLines<'_>) -> Self {
        Self::from_lines(FieldLines::of(Field::SurrogateControl, lines))
    }

    /// The value to send.
    #[must_use]
    pub fn to_value(&self) -> HeaderValue {
        let mut printer = Printer::default();
        printer.flag("no-store", self.no_store);
        printer.seconds("max-age", self.max_age);
        if let (Some(_), Some(stale)) = (self.max_age, self.stale_for) {
            printer.text(format!("+{}", seconds(stale)).as_bytes());
        }
        printer.seconds("stale-while-revalidate", self.stale_while_revalidate);
        printer.seconds("stale-if-error", self.stale_if_error);
        if let Some(content) = &self.content {
            printer.member("content=");
            printer.quoted(content.as_bytes());
        }
        printer.finish()
    }
}

/// `600+30`; what is broken is 0.
fn halves(text: &[u8]) -> (Duration, Option<Duration>) {
    let mut halves = text
        .splitn(2, |&byte| byte == b'+')
        .map(|half| Duration::from_secs(delta_seconds(half).unwrap_or(0)));
    (halves.next().unwrap_or_default(), halves.next())
}

fn shorten(ours: &mut Option<Duration>, other: Duration) {
    *ours = Some(ours.map_or(other, |ours| ours.min(other)));
}

impl fmt::Display for SurrogateControl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(&self.to_value(), f)
    }
}

impl From<&SurrogateControl> for HeaderValue {
    fn from(control: &SurrogateControl) -> Self {
        control.to_value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings() {
        for (line, printed) in [
            ("max-age=60", "max-age=60"),
            ("max-age=60+5, No-Store", "no-store, max-age=60+5"),
            ("max-age=x+5", "max-age=0+5"),
            ("max-age=60;varnish no-store", "no-store, max-age=0"),
            ("max-age=60, max-age=9", "max-age=9"),
            ("content=\"ESI/1.0 x\\\"y\"", "content=\"ESI/1.0 x\\\"y\""),
            ("max-age=60, stale-while-revalidate=9", "max-age=60, stale-while-revalidate=9"),
        ] {
            let read = SurrogateControl::from_lines(FieldLines::one(line.as_bytes()));
            assert_eq!(read.to_string(), printed, "{line}");
            let value = read.to_value();
            assert_eq!(SurrogateControl::from_lines(FieldLines::one(value.as_bytes())), read);
        }
    }
}
