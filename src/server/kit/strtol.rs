//! Numbers the way C's `strtol` and its kin read them.

use crate::bytes::digit;

/// What `strtol` makes of a text in base 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Strtol<'a> {
    /// The number; beyond 64 bits the nearest that there is.
    pub(crate) value: i64,
    /// Whether the number fitted.
    pub(crate) range: Range,
    /// What follows it.
    pub(crate) rest: &'a [u8],
}

/// Whether a number fits in 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Range {
    Kept,
    Exceeded,
}

impl Strtol<'_> {
    /// The number, where it fitted and was all there was.
    pub(crate) fn whole(self) -> Option<i64> {
        (self.range == Range::Kept && self.rest.is_empty()).then_some(self.value)
    }
}

/// White space, a sign and digits, as much of it as there is; `None` without a digit.
pub(crate) fn strtol(text: &[u8]) -> Option<Strtol<'_>> {
    let text = skip_space(text);
    let (sign, digits) = match text {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        _ => (1_i64, text),
    };
    let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = digits.split_at_checked(count).filter(|(digits, _)| !digits.is_empty())?;
    let exact = digits.iter().try_fold(0_i64, |number, &byte| {
        let digit = sign.checked_mul(i64::try_from(digit(byte)?).ok()?)?;
        number.checked_mul(10)?.checked_add(digit)
    });
    Some(match exact {
        Some(value) => Strtol { value, range: Range::Kept, rest },
        None => {
            let value = if sign.is_negative() { i64::MIN } else { i64::MAX };
            Strtol { value, range: Range::Exceeded, rest }
        }
    })
}

/// C's `isspace`.
fn skip_space(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t'..=b'\r', rest @ ..] = text {
        text = rest;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_c_reads_them() {
        for (text, value, rest) in [
            ("60", 60, ""),
            ("0060", 60, ""),
            ("+60", 60, ""),
            ("-1", -1, ""),
            (" \x0b60", 60, ""),
            ("60abc", 60, "abc"),
            ("1.5", 1, ".5"),
            ("9223372036854775807", i64::MAX, ""),
            ("-9223372036854775808", i64::MIN, ""),
        ] {
            let read = strtol(text.as_bytes());
            let rest = rest.as_bytes();
            assert_eq!(read, Some(Strtol { value, range: Range::Kept, rest }), "{text}");
            assert_eq!(read.and_then(Strtol::whole), rest.is_empty().then_some(value), "{text}");
        }
    }

    #[test]
    fn numbers_beyond_64_bits_are_told() {
        for (text, value) in
            [("9223372036854775808", i64::MAX), ("-99999999999999999999", i64::MIN)]
        {
            let read = strtol(text.as_bytes());
            assert_eq!(read, Some(Strtol { value, range: Range::Exceeded, rest: b"" }), "{text}");
            assert_eq!(read.and_then(Strtol::whole), None, "{text}");
        }
    }

    #[test]
    fn a_number_needs_a_digit() {
        for text in ["", " ", "-", "+-1", "\"60\"", "junk"] {
            assert_eq!(strtol(text.as_bytes()), None, "{text}");
        }
    }
}
