//! Directives that no type has a place for (RFC 9111 §5.2.3).

use http::HeaderValue;

use super::list_value::Printer;
use crate::bytes::is_token_byte;
use crate::field::{Argument, Directive, Known};

/// A directive beyond the registered ones; kept as it is, printed as it is.
///
/// ```
/// use storable::header::{CacheControl, Extension};
///
/// let control = CacheControl::new().private().extension(Extension::new("community", "UCI")?);
/// assert_eq!(control.to_string(), "private, community=UCI");
/// # Ok::<(), storable::header::ExtensionError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    name: String,
    argument: Option<(HeaderValue, Form)>,
}

/// How an argument is written. To Cache-Control the forms are alike, to a targeted field not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Token,
    Quoted,
}

/// Why something is no [`Extension`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExtensionError {
    /// The name is not a token (RFC 9110 §5.6.2).
    #[error("the name of a directive is a token: letters, digits and some marks")]
    Name,
    /// The directive is a registered one, which has a place of its own.
    #[error("`{}` is no extension", .0.name())]
    Registered(Known),
    /// The argument holds a byte that no header value can hold (RFC 9110 §5.5).
    #[error("an argument holds no control characters")]
    Argument,
}

impl Extension {
    /// A directive without an argument.
    ///
    /// # Errors
    ///
    /// `a b` is no token; `no-store` and the other registered directives are no extensions.
    pub fn bare(name: &str) -> Result<Self, ExtensionError> {
        if name.is_empty() || !name.bytes().all(is_token_byte) {
            return Err(ExtensionError::Name);
        }
        match Known::of(name.as_bytes()) {
            Some(known) => Err(ExtensionError::Registered(known)),
            None => Ok(Self { name: name.to_owned(), argument: None }),
        }
    }

    /// A directive with an argument, which is written as a token where it is one.
    ///
    /// # Errors
    ///
    /// As for [`bare`](Self::bare); and an argument with a line break is none.
    pub fn new(name: &str, argument: impl AsRef<[u8]>) -> Result<Self, ExtensionError> {
        let argument = argument.as_ref();
        let form = if is_token(argument) { Form::Token } else { Form::Quoted };
        let value = HeaderValue::from_bytes(argument).map_err(|_| ExtensionError::Argument)?;
        Ok(Self { argument: Some((value, form)), ..Self::bare(name)? })
    }

    /// The name as sent; names compare without letter case.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The argument without quotes and escapes.
    #[must_use]
    pub fn argument(&self) -> Option<&HeaderValue> {
        self.argument.as_ref().map(|(value, _)| value)
    }

    pub(super) fn parts(&self) -> Option<(&[u8], Form)> {
        self.argument.as_ref().map(|(value, form)| (value.as_bytes(), *form))
    }

    /// A directive as read; `None` where no header value could hold it.
    pub(super) fn read(directive: &Directive<'_>) -> Option<Self> {
        let argument = match directive.argument {
            Argument::None => None,
            Argument::Token(text) => Some((HeaderValue::from_bytes(text).ok()?, Form::Token)),
            Argument::Quoted(text) => {
                Some((HeaderValue::from_bytes(&unescape(text)).ok()?, Form::Quoted))
            }
            // A broken argument is kept as a broken one: an empty string is of no type.
            Argument::Malformed(_) => Some((HeaderValue::from_static(""), Form::Quoted)),
        };
        Some(Self { name: std::str::from_utf8(directive.name).ok()?.to_owned(), argument })
    }

    /// A member of a targeted field.
    pub(super) fn of_parts(name: &[u8], argument: Option<(&[u8], Form)>) -> Option<Self> {
        let argument = match argument {
            None => None,
            Some((text, form)) => Some((HeaderValue::from_bytes(text).ok()?, form)),
        };
        Some(Self { name: std::str::from_utf8(name).ok()?.to_owned(), argument })
    }

    pub(super) fn print(&self, printer: &mut Printer) {
        printer.member(&self.name);
        if let Some((text, form)) = self.parts() {
            printer.text(b"=");
            match form {
                Form::Token => printer.text(text),
                Form::Quoted => printer.quoted(text),
            }
        }
    }
}

fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|&byte| is_token_byte(byte))
}

/// The text of a quoted string, its quoted pairs resolved (RFC 9110 §5.6.4).
pub(super) fn unescape(text: &[u8]) -> Vec<u8> {
    let mut escaped = false;
    let plain = text.iter().copied().filter(|&byte| {
        escaped = byte == b'\\' && !escaped;
        !escaped
    });
    plain.collect()
}
