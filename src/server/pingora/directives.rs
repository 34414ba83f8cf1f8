//! How pingora reads Cache-Control: names found by a regular expression (`RE_CACHE_DIRECTIVE` in
//! pingora-cache's cache_control.rs).

use std::num::IntErrorKind;

use crate::bytes::is_token_byte;
use crate::field::{FieldLines, Known};
use crate::policy::{DeltaSeconds, Presence, ResponseControl};

impl<'a> ResponseControl<'a> {
    /// Pingora (`CacheControl` in pingora-cache's cache_control.rs): a map of names, in which a later
    /// directive takes the place of an earlier one of its name.
    pub(crate) fn read_pingora(&mut self, lines: FieldLines<'a>) {
        let mut hidden = false;
        for directive in lines.flat_map(loose_directives) {
            let Some(known) = Known::of(directive.name) else { continue };
            let (text, value) = (directive.text, directive.value);
            let seen = Presence::Present(text);
            // Without a value the directive is about the whole response.
            let (whole, named) = match value {
                None => (seen, Presence::Absent),
                Some(_) => (Presence::Absent, seen),
            };
            match known {
                Known::Private => (self.private, self.private_fields) = (whole, named),
                Known::NoCache => (self.no_cache, self.no_cache_fields) = (whole, named),
                Known::Public => self.public = seen,
                _ => {
                    if let Some(restriction) = self.restriction(known) {
                        *restriction = seen;
                    } else if let Some(number) = self.number(known) {
                        let seconds = value.map(loose_seconds);
                        *number = match seconds {
                            Some(Some(seconds)) => DeltaSeconds::Seconds(seconds, text),
                            _ => DeltaSeconds::Absent,
                        };
                        if known == Known::SMaxage {
                            hidden = seconds == Some(None);
                        }
                    }
                }
            }
        }
        if hidden {
            self.max_age = DeltaSeconds::Absent;
        }
    }
}

/// The names of a line with what stands behind their `=`.
///
/// A name stands at the start of the line or behind a `,` or `;` with any white space; what is
/// neither is passed over. A `=` with neither token nor closed quoted string behind it gives no
/// value.
pub(crate) fn loose_directives(line: &[u8]) -> LooseDirectives<'_> {
    LooseDirectives { rest: line, at_start: true }
}

#[derive(Clone, Debug)]
pub(crate) struct LooseDirectives<'a> {
    rest: &'a [u8],
    at_start: bool,
}

/// A name, and the value with its quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LooseDirective<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) value: Option<&'a [u8]>,
    /// Name, `=` and value.
    pub(crate) text: &'a [u8],
}

impl<'a> Iterator for LooseDirectives<'a> {
    type Item = LooseDirective<'a>;

    fn next(&mut self) -> Option<LooseDirective<'a>> {
        loop {
            if !std::mem::take(&mut self.at_start) {
                let at = self.rest.iter().position(|byte| matches!(byte, b',' | b';'))?;
                self.rest = self.rest.get(at..)?.get(1..)?;
            }
            let text = self.rest.trim_ascii_start();
            let name = text.get(..token_length(text))?;
            if name.is_empty() {
                continue;
            }
            let behind = text.get(name.len()..)?;
            let value = behind.strip_prefix(b"=").and_then(value);
            let length = value.map_or(0, |value| value.len().saturating_add(1));
            self.rest = behind.get(length..)?;
            let text = text.get(..name.len().saturating_add(length))?;
            return Some(LooseDirective { name, value, text });
        }
    }
}

/// A token or a closed quoted string.
fn value(text: &[u8]) -> Option<&[u8]> {
    if let [b'"', inner @ ..] = text {
        let mut escaped = false;
        let end = inner.iter().position(|&byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        })?;
        return text.get(..end.saturating_add(2));
    }
    text.get(..token_length(text)).filter(|token| !token.is_empty())
}

/// Bytes above 0x7F belong to a token here, so this is not the token of RFC 9110.
fn token_length(text: &[u8]) -> usize {
    text.iter().take_while(|&&byte| is_token_byte(byte) || !byte.is_ascii()).count()
}

/// A number as Rust's `u32` reads it, without one pair of quotes; one that is too large becomes
/// 2^31 - 1.
pub(crate) fn loose_seconds(value: &[u8]) -> Option<u64> {
    let inner = value.strip_prefix(b"\"").and_then(|inner| inner.strip_suffix(b"\""));
    let number = std::str::from_utf8(inner.unwrap_or(value)).ok()?.parse::<u32>();
    match number {
        Ok(seconds) => Some(u64::from(seconds)),
        Err(error) if *error.kind() == IntErrorKind::PosOverflow => Some(2_147_483_647),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_found(line: &str, expected: &[(&str, Option<&str>)]) {
        let found: Vec<_> = loose_directives(line.as_bytes())
            .map(|found| (found.name.to_vec(), found.value.map(<[u8]>::to_vec)))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(name, value)| {
                (name.as_bytes().to_vec(), value.map(|value| value.as_bytes().to_vec()))
            })
            .collect();
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn commas_and_semicolons_cut() {
        assert_found(
            "max-age=60; private , public",
            &[("max-age", Some("60")), ("private", None), ("public", None)],
        );
    }

    #[test]
    fn what_is_no_directive_is_passed_over() {
        assert_found("a b, =c, d=, \"e, private", &[("a", None), ("d", None), ("private", None)]);
        assert_found("x=\"a, \\\"private\", y", &[("x", Some("\"a, \\\"private\"")), ("y", None)]);
    }

    #[test]
    fn numbers() {
        for (text, seconds) in [
            ("60", Some(60)),
            ("\"60\"", Some(60)),
            ("+60", Some(60)),
            ("-1", None),
            ("60.5", None),
            ("99999999999", Some(2_147_483_647)),
        ] {
            assert_eq!(loose_seconds(text.as_bytes()), seconds, "{text}");
        }
    }
}
