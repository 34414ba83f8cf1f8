//! Dates as `VTIM_parse` in vtim.c reads them.

use crate::bytes::{digit, trim};
use crate::calendar::Timestamp;

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
/// What follows the first three letters in an RFC 850 date.
const DAY_ENDINGS: [&str; 7] = ["day", "day", "sday", "nesday", "rsday", "day", "urday"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A date of RFC 9110 §5.6.7, or `1994-11-06T08:49:37`; letter case counts, and the name of the day
/// has to be right. The moment 0 stands for no date, so the start of 1970 is none.
pub(super) fn read_date(text: &[u8]) -> Option<Timestamp> {
    let mut text = Text(trim(text));
    let (date, time, weekday) = if text.0.first().is_some_and(u8::is_ascii_digit) {
        let (date, time) = text.iso_8601()?;
        (date, time, None)
    } else {
        let weekday = text.name(&DAYS)?;
        let (date, time) = match text.0.first()? {
            b',' => text.imf()?,
            b' ' => text.asctime()?,
            _ => text.rfc_850(weekday)?,
        };
        (date, time, Some(weekday))
    };
    let moment = Timestamp::from_civil(date, time)?;
    let right_day = weekday.is_none_or(|weekday| i64::try_from(weekday) == Ok(moment.weekday()));
    let [year, ..] = date;
    (text.0.is_empty() && right_day && year >= 1899 && moment.unix() != 0).then_some(moment)
}

/// Year, month from 1, day.
type Date = [i64; 3];
/// Hour, minute, second.
type Time = [i64; 3];

/// What is left to read.
struct Text<'a>(&'a [u8]);

impl Text<'_> {
    fn iso_8601(&mut self) -> Option<(Date, Time)> {
        let year = self.number(4)?;
        self.skip("-")?;
        let month = self.number(2)?;
        self.skip("-")?;
        let day = self.number(2)?;
        self.skip("T")?;
        Some(([year, month, day], self.time()?))
    }

    /// `, 06 Nov 1994 08:49:37 GMT`
    fn imf(&mut self) -> Option<(Date, Time)> {
        self.skip(", ")?;
        let day = self.number(2)?;
        self.skip(" ")?;
        let month = self.month()?;
        self.skip(" ")?;
        let year = self.number(4)?;
        self.skip(" ")?;
        let time = self.time()?;
        self.skip(" GMT")?;
        Some(([year, month, day], time))
    }

    /// ` Nov  6 08:49:37 1994`
    fn asctime(&mut self) -> Option<(Date, Time)> {
        self.skip(" ")?;
        let month = self.month()?;
        self.skip(" ")?;
        let digits = if self.skip(" ").is_some() { 1 } else { 2 };
        let day = self.number(digits)?;
        self.skip(" ")?;
        let time = self.time()?;
        self.skip(" ")?;
        Some(([self.number(4)?, month, day], time))
    }

    /// `day, 06-Nov-94 08:49:37 GMT`; the years are 1969 to 2068.
    fn rfc_850(&mut self, weekday: usize) -> Option<(Date, Time)> {
        self.skip(DAY_ENDINGS.get(weekday)?)?;
        self.skip(", ")?;
        let day = self.number(2)?;
        self.skip("-")?;
        let month = self.month()?;
        self.skip("-")?;
        let year = self.number(2)?;
        let century = if year < 69 { 2000 } else { 1900 };
        self.skip(" ")?;
        let time = self.time()?;
        self.skip(" GMT")?;
        Some(([year.saturating_add(century), month, day], time))
    }

    /// A leap second counts as the second before it.
    fn time(&mut self) -> Option<Time> {
        let hour = self.number(2)?;
        self.skip(":")?;
        let minute = self.number(2)?;
        self.skip(":")?;
        let second = self.number(2)?;
        let valid = hour <= 23 && minute <= 59 && second <= 60;
        valid.then_some([hour, minute, second.min(59)])
    }

    fn month(&mut self) -> Option<i64> {
        i64::try_from(self.name(&MONTHS)?.saturating_add(1)).ok()
    }

    /// One of these names: how many stand before it.
    fn name(&mut self, names: &[&str]) -> Option<usize> {
        names.iter().position(|name| self.skip(name).is_some())
    }

    fn skip(&mut self, expected: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(expected.as_bytes())?;
        Some(())
    }

    fn number(&mut self, digits: usize) -> Option<i64> {
        let (head, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        head.iter().try_fold(0_i64, |number, &byte| {
            let digit = i64::try_from(digit(byte)?).ok()?;
            Some(number.saturating_mul(10).saturating_add(digit))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_forms_are_read() {
        for (text, moment) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            (" Sun, 06 Nov 1994 08:49:37 GMT ", 784_111_777),
            ("Sun Nov  6 08:49:37 1994", 784_111_777),
            ("Sun Nov 06 08:49:37 1994", 784_111_777),
            ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
            ("1994-11-06T08:49:37", 784_111_777),
            ("Monday, 31-Dec-68 23:59:59 GMT", 3_124_223_999),
            ("Wednesday, 01-Jan-69 00:00:00 GMT", -31_536_000),
            ("Fri, 31 Dec 9999 23:59:60 GMT", 253_402_300_799),
        ] {
            let read = read_date(text.as_bytes()).map(Timestamp::unix);
            assert_eq!(read, Some(moment), "{text}");
        }
    }

    #[test]
    fn everything_else_is_no_date() {
        for text in [
            "",
            "0",
            "-1",
            "junk",
            "Thu, 01 Jan 1970 00:00:00 GMT",
            "Mon, 06 Nov 1994 08:49:37 GMT",
            "sun, 06 nov 1994 08:49:37 gmt",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:49:61 GMT",
            "Sun Nov 6 08:49:37 1994",
            "Monday, 06-Nov-94 08:49:37 GMT",
            "06 Nov 1994 08:49:37 GMT",
            "1994-11-06T08:49:37Z",
            "1994-11-31T08:49:37",
            "1994-00-06T08:49:37",
            "Sat, 30 Feb 1996 00:00:00 GMT",
            "Sat, 31 Dec 1898 00:00:00 GMT",
        ] {
            assert_eq!(read_date(text.as_bytes()), None, "{text}");
        }
    }
}
