//! Dates read word by word, as Squid does (lib/rfc1123.c, parse_rfc1123).
//!
//! Words end at spaces and commas. A word that begins with a digit is the day, the time (it has a
//! colon) or the year; the other words are the name of the day, the month and the zone.

use super::atoi::atoi;
use crate::bytes::{digit, position_of};
use crate::calendar::{Timestamp, days_to};
use crate::field::{month_number, plain_fixdate};

/// How many bytes are looked at.
const LENGTH: usize = 63;

/// Reads a date; `None` where the text is none, or one before 1970.
pub(crate) fn word_date(text: &[u8]) -> Option<Timestamp> {
    plain_fixdate(text).or_else(|| by_words(text)).filter(|at| at.unix() >= 0)
}

fn by_words(text: &[u8]) -> Option<Timestamp> {
    let mut rest = text.get(..LENGTH).unwrap_or(text);
    let mut date = Words::default();
    while !rest.is_empty() {
        let length = position_of(rest, [b' ', b',']).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(length)?;
        if !word.is_empty() {
            date.take(word)?;
        }
        rest = after.get(1..).unwrap_or_default();
    }
    date.timestamp()
}

#[derive(Default)]
struct Words<'a> {
    day_name: Option<&'a [u8]>,
    day: Option<&'a [u8]>,
    month: Option<&'a [u8]>,
    year: Option<&'a [u8]>,
    time: Option<&'a [u8]>,
    zone: Option<&'a [u8]>,
}

impl<'a> Words<'a> {
    /// Gives a word its part; `None` where no part is left for it.
    fn take(&mut self, word: &'a [u8]) -> Option<()> {
        let is_number = word.first().is_some_and(u8::is_ascii_digit);
        if is_number && self.day.is_none() {
            return self.take_day(word);
        }
        if is_number && word.contains(&b':') {
            self.time = Some(word);
            return Some(());
        }
        let free = if is_number {
            &mut self.year
        } else if self.day_name.is_none() {
            &mut self.day_name
        } else if self.month.is_none() {
            &mut self.month
        } else {
            &mut self.zone
        };
        match free {
            Some(_) => None,
            None => {
                *free = Some(word);
                Some(())
            }
        }
    }

    /// The day, or day, month and year with hyphens between them.
    fn take_day(&mut self, word: &'a [u8]) -> Option<()> {
        let Some((day, rest)) = split_at_first(word, b'-') else {
            self.day = Some(word);
            return Some(());
        };
        let (month, year) = split_at_first(rest, b'-')?;
        (self.day, self.month, self.year) = (Some(day), Some(month), Some(year));
        Some(())
    }

    fn timestamp(&self) -> Option<Timestamp> {
        if self.zone.is_some_and(|zone| zone != b"GMT") {
            return None;
        }
        let day = i64::from(atoi(self.day?));
        let month = month_number(self.month?.get(..3)?)?;
        let year = year_number(self.year?);
        let (hour, minute, second) = time_of_day(self.time?)?;
        let days = (1..=31).contains(&day).then(|| days_to(year, month, day))?;
        let seconds = days
            .saturating_mul(86_400)
            .saturating_add(hour.saturating_mul(3600))
            .saturating_add(minute.saturating_mul(60))
            .saturating_add(second);
        Some(Timestamp::from_unix(seconds))
    }
}

fn split_at_first(word: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = word.iter().position(|&byte| byte == separator)?;
    Some((word.get(..at)?, word.get(at.saturating_add(1)..)?))
}

/// Four digits are the year. Of fewer, less than 70 is in this century and the rest counts from
/// 1900.
fn year_number(word: &[u8]) -> i64 {
    let number = i64::from(atoi(word));
    match number {
        _ if word.len() == 4 => number,
        ..70 => number.saturating_add(2000),
        19_001.. => number.saturating_sub(17_100),
        _ => number.saturating_add(1900),
    }
}

/// Two digits of an hour, the minute after the first colon, the second after another one.
fn time_of_day(word: &[u8]) -> Option<(i64, i64, i64)> {
    let [tens, ones, ..] = word else { return None };
    let hour = digit(*tens)?.saturating_mul(10).saturating_add(digit(*ones)?);
    let (_, rest) = split_at_first(word, b':')?;
    let minute = atoi(rest);
    let second = split_at_first(rest, b':').map_or(0, |(_, second)| atoi(second));
    let sane = hour < 24 && (0..60).contains(&minute) && (0..60).contains(&second);
    sane.then_some((i64::try_from(hour).ok()?, minute.into(), second.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: i64 = 2_145_916_800; // 2038-01-01T00:00:00Z

    #[test]
    fn many_forms_are_dates() {
        for text in [
            "Fri, 01 Jan 2038 00:00:00 GMT",
            "Fri, 1 Jan 2038 00:00:00 GMT",
            "Fri, 01 Jan 2038 00:00:00",
            "Mon, 01 Jan 2038 00:00:00 GMT",
            "fri, 01 jan 2038 00:00:00 GMT",
            "Fri 01 January 2038 00:00 GMT",
            "Friday, 01-Jan-38 00:00:00 GMT",
            "Fri Jan  1 00:00:00 2038",
            "Fri, 01 Jan 19138 00:00:00 GMT",
            "x,1 Jan 38,00:00:00,GMT",
        ] {
            assert_eq!(word_date(text.as_bytes()), Some(Timestamp::from_unix(AT)), "{text}");
        }
        for (text, at) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Thu, 19 Nov 1981 08:52:00 GMT", 375_007_920),
            ("Fri, 31 Feb 2038 00:00:00 GMT", AT + 61 * 86_400),
        ] {
            assert_eq!(word_date(text.as_bytes()), Some(Timestamp::from_unix(at)), "{text}");
        }
    }

    #[test]
    fn many_texts_are_none() {
        for text in [
            "",
            "0",
            "-1",
            "junk",
            "99999999999",
            "2038-01-01T00:00:00Z",
            "01 Jan 2038 00:00:00 GMT",
            "Fri, 01 Jan 2038 00:00:00 gmt",
            "Fri, 01 Jan 2038 00:00:00 UTC",
            "Fri, 01 Jan 2038 00:00:00 +0000",
            "\"Fri, 01 Jan 2038 00:00:00 GMT\"",
            "Fri, 01 Jan 2038 24:00:00 GMT",
            "Fri, 01 Jan 2038 0:00:00 GMT",
            "Fri, 01 Jan 2038 00:00:60 GMT",
            "Fri, 00 Jan 2038 00:00:00 GMT",
            "Fri, 01 01 2038 00:00:00 GMT",
            "Fri, 01 Jan 2038 2039 00:00:00 GMT",
            "Wed, 31 Dec 1969 23:59:59 GMT",
            "1-x",
        ] {
            assert_eq!(word_date(text.as_bytes()), None, "{text}");
        }
    }
}
