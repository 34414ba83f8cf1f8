//! Targeted fields (RFC 9213): the same directives in the syntax of structured fields.

use http::{HeaderName, HeaderValue};

use super::cache_control::{CacheControl, Scope};
use super::extension::{Extension, Form, unescape};
use super::list_value::Printer;
use crate::bytes::is_token_byte;
use crate::field::{DictionaryError, FieldLines, Item, Known, Member, dictionary};
use crate::policy::ResponseControl;

/// The field for all CDNs (RFC 9213 §3.1). Others are named `<target>-Cache-Control`, such as
/// `cloudflare-cdn-cache-control`; a cache reads those on its own list and no others.
pub const CDN_CACHE_CONTROL: HeaderName = HeaderName::from_static("cdn-cache-control");

/// Why a targeted field is ignored by those it is meant for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TargetedError {
    /// It is no dictionary (RFC 9651 §3.2); the place is in the error.
    #[error("not a structured-field dictionary: {0}")]
    Syntax(#[from] DictionaryError),
    /// A directive has a value of another type than its own (RFC 9213 §2.1).
    #[error("`{}` has a value of the wrong type", .0.name())]
    WrongType(Known),
}

/// An extension that a structured field cannot express: its name is no key, or its argument is
/// not ASCII.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` cannot stand in a structured field")]
pub struct UnprintableExtension {
    name: String,
}

impl UnprintableExtension {
    /// The extension's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl CacheControl {
    /// The directives as the value of a targeted field such as [`CDN_CACHE_CONTROL`].
    ///
    /// An empty value targets nothing (RFC 9213 §2.1): it is better not sent.
    ///
    /// ```
    /// use std::time::Duration;
    /// use storable::header::{CDN_CACHE_CONTROL, CacheControl};
    ///
    /// let browsers = CacheControl::new().private().no_cache();
    /// let cdn = CacheControl::new()
    ///     .max_age(Duration::from_secs(600))
    ///     .private_fields([http::header::SET_COOKIE]);
    /// let response = http::Response::builder()
    ///     .header("Cache-Control", browsers.to_value())
    ///     .header(CDN_CACHE_CONTROL, cdn.to_targeted_value()?)
    ///     .body(())?;
    /// assert_eq!(response.headers()[CDN_CACHE_CONTROL], "private=\"set-cookie\", max-age=600");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An extension named `X` (keys are in lower case; ASCII letters are lowered) is no problem,
    /// one named `#x`, or one with the argument `é`, is.
    pub fn to_targeted_value(&self) -> Result<HeaderValue, UnprintableExtension> {
        // The directives that are no extensions are written alike in both syntaxes.
        let registered = Self { extensions: Vec::new(), ..self.clone() };
        let mut printer = Printer::default();
        printer.text(registered.to_value().as_bytes());
        for (number, extension) in self.extensions.iter().enumerate() {
            let mut later = self.extensions.iter().skip(number.saturating_add(1));
            // RFC 9651 §3.2: keys stand once; of repeats the last one would count.
            if !later.any(|later| later.name().eq_ignore_ascii_case(extension.name())) {
                print_member(&mut printer, extension)?;
            }
        }
        Ok(printer.finish())
    }

    /// Reads all lines of a targeted field, as strictly as RFC 9213 §2.1 demands.
    ///
    /// `None`: the field is not there, or empty; then Cache-Control counts.
    ///
    /// ```
    /// use storable::header::CacheControl;
    ///
    /// let read = |line: &'static str| CacheControl::from_targeted_lines([line.as_bytes()].into_iter());
    /// assert_eq!(read("no-store, max-age=60")?.unwrap().to_string(), "no-store, max-age=60");
    /// assert_eq!(read("")?, None);
    /// let error = read("max-age=\"60\", private").unwrap_err();
    /// assert_eq!(error.to_string(), "`max-age` has a value of the wrong type");
    /// # Ok::<(), storable::header::TargetedError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `Max-Age=60` and `max-age=60,` are no dictionaries; `max-age=60.5` and `no-store=1` have
    /// the wrong type. A recipient ignores such a field whole, `private` included.
    pub fn from_targeted_lines<'a>(
        lines: impl Iterator<Item = &'a [u8]> + Clone,
    ) -> Result<Option<Self>, TargetedError> {
        let members = dictionary(lines.clone())?;
        if members.clone().next().is_none() {
            return Ok(None);
        }
        let Some(read) = ResponseControl::read_targeted(lines.clone()) else {
            let wrong = |member: &Member<'a>| {
                let alone = ResponseControl::read_targeted(FieldLines::one(member.text));
                Known::of(member.key).filter(|_| alone.is_none())
            };
            let mut last = None;
            // RFC 9651 §4.2.2: a later member of the same name may have mended it.
            for known in Known::ALL {
                let of_name =
                    members.clone().filter(|member| Known::of(member.key) == Some(*known));
                last = last.or(of_name.last().and_then(|member| wrong(&member)));
            }
            return Err(TargetedError::WrongType(last.unwrap_or(Known::NoStore)));
        };
        let mut control = Self::of_control(&read);
        for member in members {
            control.add_member(&member);
        }
        Ok(Some(control))
    }

    fn add_member(&mut self, member: &Member<'_>) {
        let is_true = member.value == Item::Boolean(true);
        let scope = match member.value {
            Item::String(text) => Some(Scope::read(&unescape(text))),
            Item::Boolean(true) => Some(Scope::Everything),
            _ => None,
        };
        match Known::of(member.key) {
            Some(Known::Private) => self.private = scope,
            Some(Known::NoCache) => self.no_cache = scope,
            Some(Known::Immutable) => self.immutable = is_true,
            Some(Known::NoTransform) => self.no_transform = is_true,
            None | Some(Known::MaxStale | Known::MinFresh | Known::OnlyIfCached) => {
                let key = member.key;
                self.extensions.retain(|extension| extension.name().as_bytes() != key);
                self.extensions.extend(extension_of(member));
            }
            Some(_) => {}
        }
    }
}

/// RFC 9213 §2.1: an argument is a token, a number or a string; other types are no directives.
fn extension_of(member: &Member<'_>) -> Option<Extension> {
    let value = member.text.get(member.key.len().saturating_add(1)..).unwrap_or_default();
    let number = value.split(|&byte| byte == b';').next().unwrap_or_default();
    let text;
    let argument = match member.value {
        Item::Boolean(true) => None,
        Item::Token(token) => Some((token, Form::Token)),
        Item::Integer(_) | Item::Decimal => Some((number, Form::Token)),
        Item::String(escaped) => {
            text = unescape(escaped);
            Some((text.as_slice(), Form::Quoted))
        }
        Item::Boolean(false) | Item::Other => return None,
    };
    Extension::of_parts(member.key, argument)
}

fn print_member(printer: &mut Printer, extension: &Extension) -> Result<(), UnprintableExtension> {
    let unprintable = || UnprintableExtension { name: extension.name().to_owned() };
    let key = extension.name().to_ascii_lowercase();
    let starts = key.starts_with(|first: char| first.is_ascii_lowercase() || first == '*');
    let goes_on = key
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.*".contains(&byte));
    if !(starts && goes_on) {
        return Err(unprintable());
    }
    printer.member(&key);
    let Some((text, form)) = extension.parts() else { return Ok(()) };
    printer.text(b"=");
    if form == Form::Token && is_bare_item(text) {
        printer.text(text);
    } else if text.iter().all(|byte| matches!(byte, b' '..=b'~')) {
        printer.quoted(text);
    } else {
        return Err(unprintable());
    }
    Ok(())
}

/// Whether a text is a token or a number of RFC 9651 §3.3 as it stands.
fn is_bare_item(text: &[u8]) -> bool {
    let starts = text.first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'*');
    let token = |byte: &u8| is_token_byte(*byte) || matches!(byte, b':' | b'/');
    if starts {
        return text.iter().all(token);
    }
    let member = [b"a=", text].concat();
    let Ok(mut members) = dictionary(std::iter::once(member.as_slice())) else { return false };
    let number = members.next().is_some_and(|member| {
        matches!(member.value, Item::Integer(_) | Item::Decimal) && !member.has_parameters
    });
    number && members.next().is_none()
}
