//! The strict reading of Cache-Control, for authors: what a sender may not write is an error.

use std::str::FromStr;

use http::{HeaderName, HeaderValue};

use super::{CacheControl, RequestCacheControl};
use crate::bytes::{is_token_byte, trim};
use crate::field::{
    Argument, Directive, Directives, FieldLines, Known, Standing, delta_seconds, elements,
};

/// Why a value is not what a sender of Cache-Control may write, and where.
///
/// ```
/// use storable::header::{CacheControl, CacheControlError, Fault};
///
/// let error: CacheControlError = "max-age=60, private=set-cookie".parse::<CacheControl>().unwrap_err();
/// assert_eq!((error.offset(), error.fault()), (12, Fault::TokenForm));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("byte {offset}: {fault}")]
pub struct CacheControlError {
    offset: usize,
    fault: Fault,
}

impl CacheControlError {
    /// Where in the value the fault is, in bytes from 0.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// What is wrong.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        self.fault
    }
}

/// What can be wrong with a member of Cache-Control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// A directive that has no argument is given one (RFC 9111 §5.2).
    #[error("this directive takes no argument")]
    ArgumentNotDefined,
    /// A control character (RFC 9110 §5.5).
    #[error("a value holds no control characters")]
    ControlCharacter,
    /// An empty list member (RFC 9110 §5.6.1.1).
    #[error("an empty place in the list")]
    EmptyMember,
    /// The argument is no list of field names (RFC 9111 §5.2.2.4).
    #[error("the argument is a quoted list of at least one field name")]
    FieldNames,
    /// Not a member of the list (RFC 9111 §5.2).
    #[error("a member is a name, or a name, `=` and an argument")]
    Member,
    /// The argument is not delta-seconds (RFC 9111 §1.2.2), or in quotes.
    #[error("the argument is a number of seconds: digits, no quotes")]
    Number,
    /// The directive stands there twice.
    #[error("this directive stands here already")]
    Repeated,
    /// A field name that is not quoted (RFC 9111 §5.2.2.4).
    #[error("field names are written in quotes, even a single one")]
    TokenForm,
    /// The directive means nothing in this kind of message (RFC 9111 §5.2).
    #[error("this directive has no meaning in this kind of message")]
    WrongDirection,
}

/// Which kind of message a field stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Request,
    Response,
}

/// The argument that a directive takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    Seconds,
    SecondsOrNothing,
    NamesOrNothing,
}

/// RFC 9111 §5.2.1, §5.2.2: the argument of each directive; `None` in the wrong direction.
const fn takes(known: Known, direction: Direction) -> Option<Takes> {
    let request = matches!(direction, Direction::Request);
    Some(match known {
        Known::MaxAge | Known::StaleIfError => Takes::Seconds,
        Known::NoStore | Known::NoTransform => Takes::Nothing,
        Known::NoCache if request => Takes::Nothing,
        Known::MinFresh if request => Takes::Seconds,
        Known::MaxStale if request => Takes::SecondsOrNothing,
        Known::OnlyIfCached if request => Takes::Nothing,
        _ if request => return None,
        Known::NoCache | Known::Private => Takes::NamesOrNothing,
        Known::SMaxage | Known::StaleWhileRevalidate => Takes::Seconds,
        Known::MaxStale | Known::MinFresh | Known::OnlyIfCached => return None,
        _ => Takes::Nothing,
    })
}

fn check(text: &[u8], direction: Direction) -> Result<&[u8], CacheControlError> {
    let control = |byte: &u8| byte.is_ascii_control() && *byte != b'\t';
    if let Some(offset) = text.iter().position(control) {
        return Err(CacheControlError { offset, fault: Fault::ControlCharacter });
    }
    let line = trim(text);
    let before = text.len().saturating_sub(text.trim_ascii_start().len());
    check_members(line, direction).map_err(|(offset, fault)| CacheControlError {
        offset: offset.saturating_add(before),
        fault,
    })?;
    Ok(line)
}

fn check_members(line: &[u8], direction: Direction) -> Result<(), (usize, Fault)> {
    let mut seen = [false; Known::ALL.len()];
    let mut end = 0;
    let mut separators = 0;
    for directive in Directives::of(FieldLines::one(line)) {
        if directive.standing != Standing::Proper {
            return Err((directive.offset, Fault::Member));
        }
        check_gap(line, end, directive.offset, separators)?;
        check_directive(&directive, direction, &mut seen)
            .map_err(|fault| (directive.offset, fault))?;
        end = directive.offset.saturating_add(directive.text.len());
        separators = 1;
    }
    check_gap(line, end, line.len(), 0)
}

/// Between members stands one comma with white space around it, and nothing else.
fn check_gap(
    line: &[u8],
    start: usize,
    end: usize,
    separators: usize,
) -> Result<(), (usize, Fault)> {
    let mut commas = 0_usize;
    for (offset, byte) in line.iter().enumerate().take(end).skip(start) {
        match byte {
            b' ' | b'\t' => {}
            b',' if commas < separators => commas = commas.saturating_add(1),
            b',' => return Err((offset, Fault::EmptyMember)),
            _ => return Err((offset, Fault::Member)),
        }
    }
    Ok(())
}

fn check_directive(
    directive: &Directive<'_>,
    direction: Direction,
    seen: &mut [bool; Known::ALL.len()],
) -> Result<(), Fault> {
    let Some(known) = directive.known() else { return Ok(()) };
    let takes = takes(known, direction).ok_or(Fault::WrongDirection)?;
    if seen.get_mut(known.number()).is_some_and(|seen| std::mem::replace(seen, true)) {
        return Err(Fault::Repeated);
    }
    match (takes, directive.argument) {
        (Takes::Nothing | Takes::NamesOrNothing | Takes::SecondsOrNothing, Argument::None) => {
            Ok(())
        }
        (Takes::Nothing, _) => Err(Fault::ArgumentNotDefined),
        (Takes::Seconds | Takes::SecondsOrNothing, Argument::Token(text)) => {
            delta_seconds(text).map(|_| ()).ok_or(Fault::Number)
        }
        (Takes::Seconds | Takes::SecondsOrNothing, _) => Err(Fault::Number),
        (Takes::NamesOrNothing, Argument::Token(_)) => Err(Fault::TokenForm),
        (Takes::NamesOrNothing, Argument::Quoted(text)) if is_names(text) => Ok(()),
        (Takes::NamesOrNothing, _) => Err(Fault::FieldNames),
    }
}

fn is_names(text: &[u8]) -> bool {
    let mut names = elements(FieldLines::one(text)).peekable();
    names.peek().is_some()
        && names.all(|name| {
            name.iter().all(|&byte| is_token_byte(byte)) && HeaderName::from_bytes(name).is_ok()
        })
}

macro_rules! strict {
    ($($type:ident in $direction:expr;)*) => {
        $(
            /// The strict reading of one line.
            impl TryFrom<&HeaderValue> for $type {
                type Error = CacheControlError;

                fn try_from(value: &HeaderValue) -> Result<Self, CacheControlError> {
                    let line = check(value.as_bytes(), $direction)?;
                    Ok(Self::from_lines(FieldLines::one(line)))
                }
            }

            /// The strict reading of one line.
            impl FromStr for $type {
                type Err = CacheControlError;

                fn from_str(text: &str) -> Result<Self, CacheControlError> {
                    let line = check(text.as_bytes(), $direction)?;
                    Ok(Self::from_lines(FieldLines::one(line)))
                }
            }
        )*
    };
}

strict! {
    CacheControl in Direction::Response;
    RequestCacheControl in Direction::Request;
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn faults_and_their_places() {
        for (text, offset, fault) in [
            ("max-age=60,,no-store", 11, Fault::EmptyMember),
            (",no-store", 0, Fault::EmptyMember),
            ("no-store ,", 9, Fault::EmptyMember),
            ("  max-age", 2, Fault::Number),
            ("max-age=\"60\"", 0, Fault::Number),
            ("max-age=+5", 0, Fault::Number),
            ("public, max-age=60;private", 8, Fault::Member),
            ("max-age= 60", 0, Fault::Member),
            ("private=\"x", 0, Fault::Member),
            ("\"private\"", 1, Fault::Member),
            ("no-store, ;", 8, Fault::EmptyMember),
            ("no-store, ;, max-age=1", 10, Fault::Member),
            ("private=\"\"", 0, Fault::FieldNames),
            ("private=\"a b\"", 0, Fault::FieldNames),
            ("no-cache=set-cookie", 0, Fault::TokenForm),
            ("no-store=1", 0, Fault::ArgumentNotDefined),
            ("max-age=1, MAX-AGE=1", 11, Fault::Repeated),
            ("max-stale=1", 0, Fault::WrongDirection),
            ("no-store\r\nx: y", 8, Fault::ControlCharacter),
        ] {
            let error = text.parse::<CacheControl>().unwrap_err();
            assert_eq!((error.offset(), error.fault()), (offset, fault), "{text}");
        }
    }

    #[test]
    fn each_direction_has_its_own() {
        for text in ["max-stale", "max-stale=5", "min-fresh=1", "only-if-cached"] {
            assert!(text.parse::<RequestCacheControl>().is_ok(), "{text}");
            assert!(text.parse::<CacheControl>().is_err(), "{text}");
        }
        for text in ["private", "public", "s-maxage=1", "immutable", "must-understand"] {
            assert!(text.parse::<CacheControl>().is_ok(), "{text}");
            assert!(text.parse::<RequestCacheControl>().is_err(), "{text}");
        }
        assert!("no-cache=\"a\"".parse::<RequestCacheControl>().is_err());
        assert!("".parse::<CacheControl>().is_ok());
    }
}
