//! Numbers as C's `atoi` reads them, on a machine whose `long` has 64 bits and whose `int` has 32.

use crate::bytes::digit;

/// What `atoi` makes of a text: spaces, a sign, digits; what follows is not looked at. A number
/// that is no `long` becomes the nearest one, and of that the low 32 bits stay. Without digits it
/// is 0.
pub(crate) fn atoi(text: &[u8]) -> i32 {
    let (negative, digits) = match text.trim_ascii_start() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let number = digits.iter().map_while(|&byte| digit(byte)).fold(0_i64, |number, digit| {
        let shifted = number.saturating_mul(10);
        if negative {
            shifted.saturating_sub_unsigned(digit)
        } else {
            shifted.saturating_add_unsigned(digit)
        }
    });
    low_half(number)
}

#[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "the cut is the point")]
const fn low_half(number: i64) -> i32 {
    number as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_far_as_there_are_digits() {
        for (text, number) in [
            ("60", 60),
            ("0060", 60),
            ("+60", 60),
            (" 60", 60),
            ("60junk", 60),
            ("60.9", 60),
            ("-1", -1),
            ("junk", 0),
            ("", 0),
            ("\"60\"", 0),
            ("- 1", 0),
            ("+-1", 0),
        ] {
            assert_eq!(atoi(text.as_bytes()), number, "{text}");
        }
    }

    #[test]
    fn large_numbers_lose_their_upper_half() {
        for (text, number) in [
            ("2147483647", i32::MAX),
            ("2147483648", i32::MIN),
            ("4294967296", 0),
            ("4294967356", 60),
            ("99999999999999", 276_447_231),
            ("9223372036854775807", -1),
            ("99999999999999999999", -1),
            ("-99999999999999999999", 0),
        ] {
            assert_eq!(atoi(text.as_bytes()), number, "{text}");
        }
    }
}
