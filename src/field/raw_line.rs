//! Cache-Control searched as it stands and not cut into directives: nginx's reading.
//!
//! Names are found anywhere in the line, inside quoted strings and longer words too, letters
//! without case (`ngx_strlcasestrn`).

use super::find_ignore_case;

/// What becomes of a number that 63 bits cannot hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Overflow {
    /// It wraps around, so that it may turn negative.
    Wraps,
    /// It becomes the greatest number that can be held.
    Saturates,
}

/// The number that a line states behind a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RawNumber<'a> {
    /// The name is not there.
    Absent,
    /// So many seconds, and the bytes that say so; an empty number is 0.
    Seconds(i64, &'a [u8]),
    /// Something else than a digit stands in the number.
    Malformed(&'a [u8]),
}

/// The number behind the first occurrence of `start`, which ends in `=`. It is read up to a comma,
/// a semicolon, a space or the end of the line, and has to be digits alone.
pub(crate) fn number<'a>(line: &'a [u8], start: &[u8], overflow: Overflow) -> RawNumber<'a> {
    let Some(text) = find_ignore_case(line, start).and_then(|at| line.get(at..)) else {
        return RawNumber::Absent;
    };
    let tail = text.get(start.len()..).unwrap_or_default();
    let length = tail.iter().take_while(|byte| !matches!(byte, b',' | b';' | b' ')).count();
    let digits = tail.get(..length).unwrap_or_default();
    let text = text.get(..start.len().saturating_add(length)).unwrap_or_default();
    seconds(digits, overflow)
        .map_or(RawNumber::Malformed(text), |seconds| RawNumber::Seconds(seconds, text))
}

/// `None` where a byte is no digit. What stands behind the digit that saturates is not read.
fn seconds(digits: &[u8], overflow: Overflow) -> Option<i64> {
    let mut number: i64 = 0;
    for &byte in digits {
        let digit = byte.is_ascii_digit().then(|| i64::from(byte.saturating_sub(b'0')))?;
        number = match overflow {
            Overflow::Wraps => number.wrapping_mul(10).wrapping_add(digit),
            Overflow::Saturates => {
                match number.checked_mul(10).and_then(|number| number.checked_add(digit)) {
                    Some(number) => number,
                    None => return Some(i64::MAX),
                }
            }
        };
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(line: &str, expected: Option<i64>) {
        let read = match number(line.as_bytes(), b"max-age=", Overflow::Wraps) {
            RawNumber::Seconds(seconds, _) => Some(seconds),
            RawNumber::Absent | RawNumber::Malformed(_) => None,
        };
        assert_eq!(read, expected, "{line}");
    }

    #[test]
    fn a_number_is_digits_up_to_a_comma_a_semicolon_or_a_space() {
        for (line, seconds) in [
            ("max-age=60", 60),
            ("public,MAX-age=0060,private", 60),
            ("max-age=60;x", 60),
            ("max-age=60 x", 60),
            ("foo=\"max-age=5 \"", 5),
            ("x-max-age=5", 5),
            ("max-age=1, max-age=2", 1),
            ("max-age=", 0),
            ("max-age= 60", 0),
        ] {
            reads(line, Some(seconds));
        }
        for line in ["max-age", "max-age =60", "max-age=-1", "max-age=\"60\"", "max-age=1.5", ""] {
            reads(line, None);
        }
    }

    #[test]
    fn the_text_is_the_name_with_its_number() {
        let read = number(b"public, Max-Age=60x, foo", b"max-age=", Overflow::Wraps);
        assert_eq!(read, RawNumber::Malformed(b"Max-Age=60x"));
    }

    #[test]
    fn large_numbers_wrap_or_saturate() {
        for (digits, wrapped, saturated) in [
            ("9223372036854775807", i64::MAX, i64::MAX),
            ("9223372036854775808", i64::MIN, i64::MAX),
            ("18446744073709551616", 0, i64::MAX),
            ("18446744073709551676", 60, i64::MAX),
        ] {
            assert_eq!(seconds(digits.as_bytes(), Overflow::Wraps), Some(wrapped), "{digits}");
            assert_eq!(
                seconds(digits.as_bytes(), Overflow::Saturates),
                Some(saturated),
                "{digits}"
            );
        }
        assert_eq!(seconds(b"99999999999999999999x", Overflow::Saturates), Some(i64::MAX));
        assert_eq!(seconds(b"99999999999999999999x", Overflow::Wraps), None);
    }
}
