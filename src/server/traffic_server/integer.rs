//! A number found by searching: the loosest of the number grammars.

use crate::bytes::digit;

/// The integer that begins at the first digit or `-` of a text, or `None` where there is neither.
///
/// What stands before it and behind its digits is not looked at; a `-` without digits is 0. The
/// number is held at the ends of `i32`. Traffic Server reads max-age and the parts of dates so
/// (`mime_parse_integer`, proxy/hdrs/MIME.cc).
pub(crate) fn first_integer(text: &[u8]) -> Option<i32> {
    take_first_integer(&mut { text })
}

/// As [`first_integer`]; moves `text` behind the digits.
pub(super) fn take_first_integer(text: &mut &[u8]) -> Option<i32> {
    let start = text.iter().position(|&byte| byte == b'-' || byte.is_ascii_digit())?;
    let number = text.get(start..)?;
    let (sign, digits) = number.strip_prefix(b"-").map_or((1, number), |digits| (-1, digits));
    let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = digits.split_at_checked(count)?;
    *text = rest;
    Some(digits.iter().copied().filter_map(digit).fold(0_i32, |number, digit| {
        let digit = i32::try_from(digit).unwrap_or_default();
        number.saturating_mul(10).saturating_add(digit.saturating_mul(sign))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_digits_count_wherever_they_stand() {
        for (text, number) in [
            ("=60", Some(60)),
            ("=\"60\"", Some(60)),
            ("='60'", Some(60)),
            (" = 60", Some(60)),
            (": 60", Some(60)),
            (" foo 60", Some(60)),
            ("=60junk", Some(60)),
            ("=0060", Some(60)),
            ("=+60", Some(60)),
            ("=1.9", Some(1)),
            ("=-1", Some(-1)),
            ("=-", Some(0)),
            ("=foo-bar 60", Some(0)),
            ("=", None),
            ("", None),
            ("=junk", None),
            ("=2147483647", Some(i32::MAX)),
            ("=2147483648", Some(i32::MAX)),
            ("=99999999999999999999", Some(i32::MAX)),
            ("=-99999999999999999999", Some(i32::MIN)),
        ] {
            assert_eq!(first_integer(text.as_bytes()), number, "{text}");
        }
    }
}
