//! Cache-Control searched as it stands and not cut into directives: nginx's reading.
//!
//! Names are found anywhere in the line, inside quoted strings and longer words too, letters
//! without case (`ngx_strlcasestrn`).

use crate::bytes::{position_of_letter, strip_prefix_ignore_case};
use crate::field::{Known, PlainMember};
use crate::profile::Overflow;

/// The number that a line states behind a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum RawNumber<'a> {
    /// The name is not there.
    #[default]
    Absent,
    /// So many seconds, and the bytes that say so; an empty number is 0.
    Seconds(i64, &'a [u8]),
    /// Something else than a digit stands in the number.
    Malformed(&'a [u8]),
}

/// What a line says, found in one walk: whether a name stands anywhere in it, and the number behind
/// the first occurrence of a name with its `=`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RawLine<'a> {
    pub(crate) no_cache: bool,
    pub(crate) no_store: bool,
    pub(crate) private: bool,
    pub(crate) s_maxage: RawNumber<'a>,
    pub(crate) max_age: RawNumber<'a>,
    pub(crate) stale_while_revalidate: RawNumber<'a>,
    pub(crate) stale_if_error: RawNumber<'a>,
}

impl<'a> RawLine<'a> {
    pub(crate) fn read(line: &'a [u8], overflow: Overflow) -> Self {
        let mut raw = Self::default();
        // No name stands in another one, or goes on over a comma.
        let rest = PlainMember::take_all(line, |member| raw.add_plain(member));
        raw.search(rest, overflow);
        raw
    }

    fn search(&mut self, mut rest: &'a [u8], overflow: Overflow) {
        // Every name begins with one of four letters.
        while let Some(at) = position_of_letter(rest, *b"mnps") {
            let (_, text) = rest.split_at_checked(at).unwrap_or_default();
            self.read_at(text, overflow);
            rest = text.get(1..).unwrap_or_default();
        }
    }

    /// Returns `false` for what is not as simple as it looks.
    #[inline(always)]
    fn add_plain(&mut self, PlainMember { known, seconds, text }: PlainMember<'a>) -> bool {
        let number = match (known, seconds) {
            (Known::MaxAge, Some(_)) => &mut self.max_age,
            (Known::SMaxage, Some(_)) => &mut self.s_maxage,
            (Known::StaleWhileRevalidate, Some(_)) => &mut self.stale_while_revalidate,
            (Known::StaleIfError, Some(_)) => &mut self.stale_if_error,
            (_, Some(_)) => return false,
            (known, None) => {
                match known {
                    Known::NoCache => self.no_cache = true,
                    Known::NoStore => self.no_store = true,
                    Known::Private => self.private = true,
                    // No name that is searched stands in it, and a number is one with its `=`.
                    _ => {}
                }
                return true;
            }
        };
        if let (RawNumber::Absent, Some(Ok(seconds))) = (*number, seconds.map(i64::try_from)) {
            *number = RawNumber::Seconds(seconds, text);
        }
        true
    }

    fn read_at(&mut self, text: &'a [u8], overflow: Overflow) {
        let begins = |name| strip_prefix_ignore_case(text, name).is_some();
        let (number, name): (_, &[u8]) = match text {
            [b'n' | b'N', b'o' | b'O', ..] => {
                self.no_cache |= begins(b"no-cache");
                self.no_store |= begins(b"no-store");
                return;
            }
            [b'p' | b'P', b'r' | b'R', ..] => {
                self.private |= begins(b"private");
                return;
            }
            [b'm' | b'M', b'a' | b'A', ..] => (&mut self.max_age, b"max-age="),
            [b's' | b'S', b'-', ..] => (&mut self.s_maxage, b"s-maxage="),
            [b's' | b'S', b't' | b'T', ..] if begins(b"stale-w") => {
                (&mut self.stale_while_revalidate, b"stale-while-revalidate=")
            }
            [b's' | b'S', b't' | b'T', ..] => (&mut self.stale_if_error, b"stale-if-error="),
            _ => return,
        };
        if *number == RawNumber::Absent {
            *number = self::number(text, name, overflow);
        }
    }
}

/// The number behind `start`, which ends in `=`. It is read up to a comma, a semicolon, a space or
/// the end of the line, and has to be digits alone.
fn number<'a>(text: &'a [u8], start: &[u8], overflow: Overflow) -> RawNumber<'a> {
    let Some(tail) = strip_prefix_ignore_case(text, start) else { return RawNumber::Absent };
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
        let read = match RawLine::read(line.as_bytes(), Overflow::Wraps).max_age {
            RawNumber::Seconds(seconds, _) => Some(seconds),
            RawNumber::Absent | RawNumber::Malformed(_) => None,
        };
        assert_eq!(read, expected, "{line}");
    }

    /// What is taken off the start of a line is what a search finds there.
    #[test]
    fn plain_members_are_found_as_all_others() {
        const MEMBERS: [&str; 14] = [
            "no-cache",
            "no-store",
            "private",
            "public",
            "must-revalidate",
            "max-age=5",
            "s-maxage=0",
            "stale-if-error=1",
            "stale-while-revalidate=2",
            "max-age",
            "max-age=99999999999",
            "no-store=1",
            "x-max-age=3",
            "NO-CACHE",
        ];
        for one in MEMBERS {
            for (two, three) in MEMBERS.iter().flat_map(|two| MEMBERS.map(|three| (two, three))) {
                let line = format!("{one}, {two},{three}");
                let mut found = RawLine::default();
                found.search(line.as_bytes(), Overflow::Wraps);
                assert_eq!(RawLine::read(line.as_bytes(), Overflow::Wraps), found, "{line}");
            }
        }
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
        let read = RawLine::read(b"public, Max-Age=60x, foo", Overflow::Wraps);
        assert_eq!(read.max_age, RawNumber::Malformed(b"Max-Age=60x"));
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
