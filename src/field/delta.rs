//! delta-seconds (RFC 9111 §1.2.2).

use crate::bytes::digit;
/// The value that stands for every larger one: RFC 9111 §1.2.2 asks for 2147483648 (2^31) or
/// the greatest positive integer that can be represented; ours is the former.
pub const DELTA_SECONDS_MAX: u64 = 1 << 31;

/// Reads delta-seconds: one or more digits and nothing else; larger values become
/// [`DELTA_SECONDS_MAX`]. `None` for everything else: a sign, a point, a space, an empty text.
///
/// ```
/// use storable::field::{DELTA_SECONDS_MAX, delta_seconds};
///
/// assert_eq!(delta_seconds(b"0060"), Some(60));
/// assert_eq!(delta_seconds(b"99999999999999999999"), Some(DELTA_SECONDS_MAX));
/// assert_eq!(delta_seconds(b"+5"), None);
/// assert_eq!(delta_seconds(b""), None);
/// ```
#[must_use]
#[inline]
pub fn delta_seconds(text: &[u8]) -> Option<u64> {
    match leading_seconds(text) {
        Some((seconds, [])) => Some(seconds),
        _ => None,
    }
}

/// The number that a text begins with, and what follows it.
#[inline(always)]
pub(super) fn leading_seconds(text: &[u8]) -> Option<(u64, &[u8])> {
    let (&first, mut rest) = text.split_first()?;
    let mut seconds = digit(first)?;
    while let [byte, after @ ..] = rest {
        let Some(digit) = digit(*byte) else { break };
        seconds = seconds.wrapping_mul(10).wrapping_add(digit).min(DELTA_SECONDS_MAX);
        rest = after;
    }
    Some((seconds, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_count() {
        for text in [
            "", "-0", "-1", "+5", "60.5", "60 ", " 60", "0x3C", "1e3", "1_000", "60s", "'60'", "٦٠",
        ] {
            assert_eq!(delta_seconds(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn large_numbers_saturate() {
        for (text, seconds) in [
            ("2147483647", 2_147_483_647),
            ("2147483648", DELTA_SECONDS_MAX),
            ("2147483649", DELTA_SECONDS_MAX),
            ("4294967296", DELTA_SECONDS_MAX),
            ("9999999999999999999", DELTA_SECONDS_MAX),
            ("18446744073709551616", DELTA_SECONDS_MAX),
            ("000000000000000000000000000060", 60),
        ] {
            assert_eq!(delta_seconds(text.as_bytes()), Some(seconds), "{text}");
        }
    }
}
