//! Dates read by searching for their parts, the way of Traffic Server.

use super::integer::take_first_integer;
use crate::bytes::{digit, trim};
use crate::calendar::{DAY_NAMES, MONTH_NAMES, SECONDS_PER_DAY, Timestamp, days_to};

/// The moment that a text names, or `None` where Traffic Server takes it for no date
/// (`mime_parse_date`, proxy/hdrs/MIME.cc).
///
/// The three forms of RFC 9110 §5.6.7 are read, and `6 Nov 1994 08:49:37 GMT`. Punctuation, the
/// zone and what follows it are not looked at, names may go on (`Sunday`, `Novem`), and parts out
/// of range count on into the next day or month. Only a text of 29 bytes and more with a comma
/// at the fourth has fixed places for its parts, and there the month is case-sensitive. Years
/// after 2037 are the largest 32-bit time; dates up to the start of 1970 are none.
pub(crate) fn read_loose_date(text: &[u8]) -> Option<Timestamp> {
    let text = trim(text);
    let parts = match text {
        [b'0'..=b'9', ..] => Text(text).day_month_year_time(),
        [_, _, _, b',', ..] if text.len() >= 29 => fixed_places(text),
        _ => by_name(text),
    }?;
    parts.timestamp()
}

/// What a date says; nothing is checked yet.
struct Parts {
    year: i64,
    /// From 1.
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

impl Parts {
    fn timestamp(self) -> Option<Timestamp> {
        const LAST: i64 = 2_147_483_647;
        if self.year > 2037 {
            return Some(Timestamp::from_unix(LAST));
        }
        let seconds = days_to(self.year, self.month, self.day)
            .saturating_mul(SECONDS_PER_DAY)
            .saturating_add(self.hour.saturating_mul(3600))
            .saturating_add(self.minute.saturating_mul(60))
            .saturating_add(self.second);
        (self.year >= 1970 && seconds > 0).then(|| Timestamp::from_unix(seconds.min(LAST)))
    }
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`: every part at its place (`mime_parse_rfc822_date_fastcase`).
fn fixed_places(text: &[u8]) -> Option<Parts> {
    name_number(text, &DAY_NAMES)?;
    let month = text.get(8..11)?;
    let month = MONTH_NAMES.iter().zip(1..).find(|(name, _)| name.as_bytes() == month)?.1;
    let number = |from: usize, to: usize| {
        text.get(from..to).unwrap_or_default().iter().fold(0_i64, |number, &byte| {
            // A byte that is no digit counts as its distance from `0`.
            number.saturating_mul(10).saturating_add(i64::from(byte).saturating_sub(48))
        })
    };
    (text.get(19) == Some(&b':') && text.get(22) == Some(&b':')).then(|| Parts {
        year: number(12, 16),
        month,
        day: number(5, 7),
        hour: number(17, 19),
        minute: number(20, 22),
        second: number(23, 25),
    })
}

/// A date that begins with the name of a day; asctime's form, where no comma or digit follows it.
fn by_name(text: &[u8]) -> Option<Parts> {
    let mut text = Text(text);
    text.name(&DAY_NAMES)?;
    if let [b',' | b'0'..=b'9', ..] = trim(text.0) {
        return text.day_month_year_time();
    }
    let month = text.name(&MONTH_NAMES)?;
    let day = text.integer()?;
    let (hour, minute, second) = text.time()?;
    let year = text.year()?;
    Some(Parts { year, month, day, hour, minute, second })
}

/// The number, from 1, of the name that a text begins with, in any letter case.
fn name_number(text: &[u8], names: &[&str]) -> Option<i64> {
    let begins = |name: &str| {
        text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
    };
    names.iter().zip(1..).find(|(name, _)| begins(name)).map(|(_, number)| number)
}

/// What is left to read.
struct Text<'a>(&'a [u8]);

impl Text<'_> {
    fn day_month_year_time(mut self) -> Option<Parts> {
        let day = self.integer()?;
        let month = self.name(&MONTH_NAMES)?;
        let year = self.year()?;
        let (hour, minute, second) = self.time()?;
        Some(Parts { year, month, day, hour, minute, second })
    }

    fn time(&mut self) -> Option<(i64, i64, i64)> {
        Some((self.integer()?, self.integer()?, self.integer()?))
    }

    fn integer(&mut self) -> Option<i64> {
        take_first_integer(&mut self.0).map(i64::from)
    }

    /// The next run of letters, which has to begin with one of the names; its number from 1.
    fn name(&mut self, names: &[&str]) -> Option<i64> {
        let start = self.0.iter().position(u8::is_ascii_alphabetic)?;
        let text = self.0.get(start..)?;
        let letters = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (name, rest) = text.split_at_checked(letters)?;
        self.0 = rest;
        name_number(name, names)
    }

    /// The next digits; two of them mean 1970 to 2069.
    fn year(&mut self) -> Option<i64> {
        let start = self.0.iter().position(u8::is_ascii_digit)?;
        let text = self.0.get(start..)?;
        let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = text.split_at_checked(digits)?;
        self.0 = rest;
        let year = digits.iter().copied().filter_map(digit).fold(0_i64, |year, digit| {
            year.saturating_mul(10).saturating_add(i64::try_from(digit).unwrap_or_default())
        });
        Some(match year {
            0..70 => year.saturating_add(2000),
            70..1900 => year.saturating_add(1900),
            _ => year,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_found_by_their_parts() {
        const MOMENT: Option<i64> = Some(784_111_777);
        const LAST: Option<i64> = Some(2_147_483_647);
        for (text, seconds) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", MOMENT),
            ("sun, 06 Nov 1994 08:49:37 GMT", MOMENT),
            ("Sun, 06 Nov 1994 08:49:37 UTC", MOMENT),
            ("Mon, 06 Nov 1994 08:49:37 +0000 (x)", MOMENT),
            ("Sunday, 06-Nov-94 08:49:37 GMT", MOMENT),
            ("Sun Nov  6 08:49:37 1994", MOMENT),
            ("sun nov  6 08:49:37 1994", MOMENT),
            ("Sun, 6 Nov 1994 08:49:37 GMT", MOMENT),
            ("Sun, 06 Nov 1994 08:49:37", MOMENT),
            ("06 November 1994 08:49:37", MOMENT),
            ("\"Sun, 06 Nov 1994 08:49:37 GMT\"", MOMENT),
            ("Sun, 05 Nov 1994 32:49:37 GMT", MOMENT),
            ("Sun, 06 nov 1994 08:49:37 GMT", None),
            ("Sun, 06 Nov 1994 08-49-37 GMT", None),
            ("Sun, 06 Nov 1994 08-49:37 GMT", None),
            ("Sun, 06 Nov 1994 08:49-37 GMT", None),
            ("Nov 6 08:49:37 1994", None),
            ("Thu, 01 Jan 1970 00:00:00 GMT", None),
            ("Thu, 01 Jan 1970 00:00:01 GMT", Some(1)),
            ("Thu, 01 Jan 1903 00:00:01 GMT", None),
            ("Thu, 31 Dec 2037 23:59:59 GMT", Some(2_145_916_799)),
            ("Fri, 01 Jan 2038 00:00:00 GMT", LAST),
            ("Fri, 31 Dec 9999 23:59:59 GMT", LAST),
            ("Friday, 01-Jan-38 00:00:00 GMT", LAST),
            ("2038-01-01T00:00:00Z", None),
            ("99999999999", None),
            ("junk", None),
            ("-1", None),
            ("0", None),
            ("", None),
        ] {
            let read = read_loose_date(text.as_bytes()).map(Timestamp::unix);
            assert_eq!(read, seconds, "{text}");
        }
    }
}
