//! How Envoy reads Cache-Control (`ResponseCacheControl` in cache_headers_utils.cc).

use crate::bytes::trim;
use crate::field::{FieldLines, Known};
use crate::policy::{ResponseControl, Sighting, Stated};

impl<'a> ResponseControl<'a> {
    /// Envoy (`ResponseCacheControl` in cache_headers_utils.cc).
    pub(crate) fn read_envoy(&mut self, lines: FieldLines<'a>) {
        for text in lines.flat_map(|line| line.split(|&byte| byte == b',')).map(trim) {
            let at = text.iter().position(|&byte| byte == b'=');
            let (name, value) = match at.and_then(|at| text.split_at_checked(at)) {
                Some((name, value)) => (name, value.get(1..)),
                None => (text, None),
            };
            let Some(known) = Known::of(name).filter(|known| known.name().as_bytes() == name)
            else {
                continue;
            };
            if known == Known::Public {
                self.public = Sighting::Present(text);
            } else if let Some(restriction) = self.restriction(known) {
                *restriction = Sighting::Present(text);
            } else if let (Some(seconds), Some(number)) =
                (value.and_then(simple_seconds), self.number(known))
            {
                if known != Known::MaxAge || number.is_absent() {
                    *number = Stated::Seconds(seconds, text);
                }
            }
        }
    }
}

/// A number of seconds as Envoy reads it (`SimpleAtoi`): one pair of quotes, white space and a `+`
/// are allowed; a number that 64 bits with a sign do not hold is none.
fn simple_seconds(value: &[u8]) -> Option<u64> {
    let inner = value.strip_prefix(b"\"").and_then(|inner| inner.strip_suffix(b"\""));
    let text = trim(inner.unwrap_or(value));
    let digits = text.strip_prefix(b"+").unwrap_or(text);
    let number = std::str::from_utf8(digits).ok()?.parse::<i64>().ok()?;
    let unsigned = digits.first().is_some_and(u8::is_ascii_digit);
    u64::try_from(number).ok().filter(|_| unsigned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(simple_seconds(b"\" 60\""), Some(60));
        assert_eq!(simple_seconds(b"-0"), None);
        assert_eq!(simple_seconds(b"99999999999999999999"), None);
    }
}
