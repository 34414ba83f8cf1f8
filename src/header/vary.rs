//! Vary (RFC 9110 §12.5.5, RFC 9111 §4.1).

use std::fmt;

use http::{HeaderName, HeaderValue};

use super::list_value::{Printer, show};
use crate::bytes::is_token_byte;
use crate::field::{Field, FieldLines, elements};
use crate::message::HeaderLines;

/// Which request fields a response was chosen by.
///
/// ```
/// use http::header::{ACCEPT_ENCODING, COOKIE};
/// use storable::header::Vary;
///
/// let mut vary = Vary::on([ACCEPT_ENCODING]);
/// vary.merge(&Vary::on([COOKIE, ACCEPT_ENCODING]));
/// assert_eq!(vary.to_string(), "accept-encoding, cookie");
/// vary.merge(&Vary::STAR);
/// assert_eq!(vary.to_string(), "*");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vary(Members);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Members {
    Star,
    Names(Vec<HeaderName>),
}

impl Vary {
    /// `*`: by more than request fields, so that no later request matches.
    pub const STAR: Self = Self(Members::Star);

    /// By these fields; by nothing where there are none. A field named `*` is [`STAR`](Self::STAR).
    #[must_use]
    pub fn on(names: impl IntoIterator<Item = HeaderName>) -> Self {
        let mut vary = Self(Members::Names(Vec::new()));
        names.into_iter().for_each(|name| vary.add(name));
        vary
    }

    /// Reads all lines of the field. A member that is no field name counts as `*`, as it does when
    /// a response is judged: nobody can tell what it varies on.
    ///
    /// ```
    /// use storable::{field::FieldLines, header::Vary};
    ///
    /// let lines = [&b"Accept-Encoding, , cookie"[..], b"ACCEPT-ENCODING"];
    /// let vary = Vary::from_lines(FieldLines::from_slices(&lines));
    /// assert_eq!(vary.names().unwrap(), ["accept-encoding", "cookie"]);
    /// assert_eq!(Vary::from_lines(FieldLines::one(b"a b")), Vary::STAR);
    /// ```
    #[must_use]
    pub fn from_lines(lines: FieldLines<'_>) -> Self {
        let mut vary = Self(Members::Names(Vec::new()));
        for member in elements(lines) {
            let is_token = member.iter().all(|&byte| is_token_byte(byte));
            match HeaderName::from_bytes(member) {
                Ok(name) if is_token => vary.add(name),
                _ => return Self::STAR,
            }
        }
        vary
    }

    /// Reads the Vary lines of a response.
    #[must_use]
    pub fn from_headers(lines: HeaderLines<'_>) -> Self {
        Self::from_lines(FieldLines::of(Field::Vary, lines))
    }

    /// The fields, each once, in order; `None` for `*`.
    #[must_use]
    pub fn names(&self) -> Option<&[HeaderName]> {
        match &self.0 {
            Members::Star => None,
            Members::Names(names) => Some(names),
        }
    }

    /// Adds a field.
    pub fn add(&mut self, name: HeaderName) {
        match &mut self.0 {
            Members::Star => {}
            Members::Names(_) if name == "*" => *self = Self::STAR,
            Members::Names(names) => {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
    }

    /// Adds what another one varies on.
    pub fn merge(&mut self, other: &Self) {
        match &other.0 {
            Members::Star => *self = Self::STAR,
            Members::Names(names) => names.iter().for_each(|name| self.add(name.clone())),
        }
    }

    /// The value to send; empty where it varies on nothing, and then better not sent.
    #[must_use]
    pub fn to_value(&self) -> HeaderValue {
        let mut printer = Printer::default();
        match &self.0 {
            Members::Star => printer.member("*"),
            Members::Names(names) => names.iter().for_each(|name| printer.member(name.as_str())),
        }
        printer.finish()
    }
}

impl fmt::Display for Vary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(&self.to_value(), f)
    }
}

impl From<&Vary> for HeaderValue {
    fn from(vary: &Vary) -> Self {
        vary.to_value()
    }
}
