//! List elements found by their whole name, and the number behind it, as Varnish reads them.

use crate::bytes::{digit, is_token_byte, trim};

/// An element of a comma-separated list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WholeToken<'a> {
    /// The element.
    pub(crate) text: &'a [u8],
    /// What stands behind the `=`; `None` where there is no `=`.
    pub(crate) value: Option<&'a [u8]>,
}

/// The first element of this name (`http_GetHdrField` in Varnish's cache_http.c).
///
/// Every comma cuts, also one in quotes. An unquoted name counts in any letter case and ends where
/// no token goes on; a name in quotes counts only as it stands. Spaces around `=` are skipped.
pub(crate) fn whole_token<'a>(
    mut lines: impl Iterator<Item = &'a [u8]>,
    name: &[u8],
) -> Option<WholeToken<'a>> {
    lines.find_map(|line| {
        line.split(|&byte| byte == b',').map(trim).find_map(|text| {
            let rest = trim(behind(text, name)?);
            Some(WholeToken { text, value: rest.strip_prefix(b"=").map(trim) })
        })
    })
}

/// What follows the name (`http_istoken`).
fn behind<'a>(text: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    if let Some(quoted) = text.strip_prefix(b"\"") {
        return quoted.strip_prefix(name)?.strip_prefix(b"\"");
    }
    let (head, rest) = text.split_at_checked(name.len())?;
    let ends = rest.first().is_none_or(|&byte| !is_token_byte(byte));
    (ends && head.eq_ignore_ascii_case(name)).then_some(rest)
}

/// The greatest number that [`c_seconds`] gives, C's `UINT_MAX`.
const GREATEST: u64 = 4_294_967_295;

/// A number of seconds as C's `strtoul` finds it (`rfc2616_time` in Varnish's cache_rfc2616.c): a
/// fraction is cut off; a minus sign, no digit, or anything else behind the digits makes it 0.
pub(crate) fn c_seconds(text: &[u8]) -> u64 {
    let text = trim(text);
    let text = text.strip_prefix(b"+").unwrap_or(text);
    let digits = text.iter().map_while(|&byte| digit(byte));
    let length = digits.clone().count();
    let number =
        digits.fold(0_u64, |number, digit| number.saturating_mul(10).saturating_add(digit));
    // Looked at before what follows the digits is.
    if number > GREATEST {
        return GREATEST;
    }
    match text.get(length..).map(trim) {
        Some([] | [b'.', ..]) => number,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn value_of<'a>(lines: &[&'a str]) -> Option<Option<&'a [u8]>> {
        whole_token(lines.iter().map(|line| line.as_bytes()), b"max-age").map(|token| token.value)
    }

    #[test]
    fn an_element_is_found_by_its_whole_name() {
        for (line, value) in [
            ("max-age=60", Some(Some("60"))),
            ("public,MAX-AGE = 60 , max-age=0", Some(Some("60"))),
            ("max-age", Some(None)),
            ("max-age=", Some(Some(""))),
            ("max-age: 60", Some(None)),
            ("max-age;60", Some(None)),
            ("\"max-age\"=60", Some(Some("60"))),
            ("\"Max-Age\"=60", None),
            ("\"max-age=60\"", None),
            ("x=\"a, max-age=5\"", Some(Some("5\""))),
            ("max-ages=60", None),
            ("x-max-age=60", None),
            ("", None),
            (",,", None),
        ] {
            let value = value.map(|value| value.map(str::as_bytes));
            assert_eq!(value_of(&[line]), value, "{line}");
        }
        assert_eq!(value_of(&["public", "max-age=1", "max-age=2"]), Some(Some(&b"1"[..])));
    }

    #[test]
    fn a_number_is_what_strtoul_reads_up_to_a_known_end() {
        for (text, seconds) in [
            ("60", 60),
            ("0060", 60),
            ("+60", 60),
            (" 60 ", 60),
            ("1.9", 1),
            ("60 .5", 60),
            (".5", 0),
            ("", 0),
            ("-1", 0),
            ("+-1", 0),
            ("\"60\"", 0),
            ("60abc", 0),
            ("60;x", 0),
            ("junk", 0),
            ("4294967295", GREATEST),
            ("4294967295x", 0),
            ("4294967296", GREATEST),
            ("99999999999999999999999x", GREATEST),
            ("42949672950", GREATEST),
        ] {
            assert_eq!(c_seconds(text.as_bytes()), seconds, "{text}");
        }
    }
}
