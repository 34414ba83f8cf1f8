//! Nginx's date reading (`ngx_parse_http_time`, src/core/ngx_parse_time.c): three forms, told
//! apart by the first comma or space.

/// Seconds since 1970; `None` for what nginx does not take for a date.
///
/// The name of the day, the zone and whatever follows the time are not looked at. Letter case
/// counts, and of the month only as much is read as tells it from the others.
pub(super) fn read(text: &[u8]) -> Option<i64> {
    let end = text.iter().position(|byte| matches!(byte, b',' | b' '))?;
    let rest = text.get(end..)?;
    let asctime = rest.first() == Some(&b' ');
    let skipped = rest.iter().skip(1).take_while(|&&byte| byte == b' ').count();
    let rest = Text(rest.get(skipped.saturating_add(1)..)?);
    // Shorter texts are refused before they are read.
    if rest.0.len() < 18 {
        return None;
    }
    if asctime { rest.asctime() } else { rest.day_first() }
}

/// What is left to read.
struct Text<'a>(&'a [u8]);

impl Text<'_> {
    /// `Nov  6 08:49:37 1994`
    fn asctime(mut self) -> Option<i64> {
        let month = self.month()?;
        self.skip(1)?;
        if self.0.first() == Some(&b' ') {
            self.skip(1)?;
        }
        let mut day = self.digits(1)?;
        if self.0.first() != Some(&b' ') {
            day = day.saturating_mul(10).saturating_add(self.digits(1)?);
        }
        let clock = self.clock()?;
        self.literal(b' ')?;
        Day { year: self.digits(4)?, month, day }.at(clock)
    }

    /// `06 Nov 1994 08:49:37`, or with hyphens and two digits of the year.
    fn day_first(mut self) -> Option<i64> {
        let day = self.digits(2)?;
        let separator = *self.0.first()?;
        let year_digits = match separator {
            b' ' if self.0.len() >= 18 => 4,
            b'-' => 2,
            _ => return None,
        };
        self.skip(1)?;
        let month = self.month()?;
        self.literal(separator)?;
        let year = match (year_digits, self.digits(year_digits)?) {
            (2, year) if year < 70 => year.saturating_add(2000),
            (2, year) => year.saturating_add(1900),
            (_, year) => year,
        };
        Day { year, month, day }.at(self.clock()?)
    }

    /// A space and `08:49:37`, as seconds of the day.
    fn clock(&mut self) -> Option<i64> {
        self.literal(b' ')?;
        let hour = self.digits(2)?;
        self.literal(b':')?;
        let minute = self.digits(2)?;
        self.literal(b':')?;
        let second = self.digits(2)?;
        (hour < 24 && minute < 60 && second < 60).then(|| {
            hour.saturating_mul(3600)
                .saturating_add(minute.saturating_mul(60))
                .saturating_add(second)
        })
    }

    /// The month from 0, by one to three of its letters.
    fn month(&mut self) -> Option<i64> {
        let month = match self.0.split_at_checked(3)?.0 {
            [b'J', b'a', _] => 0,
            [b'J', _, b'n'] => 5,
            [b'J', ..] => 6,
            [b'F', ..] => 1,
            [b'M', _, b'r'] => 2,
            [b'M', ..] => 4,
            [b'A', b'p', _] => 3,
            [b'A', ..] => 7,
            [b'S', ..] => 8,
            [b'O', ..] => 9,
            [b'N', ..] => 10,
            [b'D', ..] => 11,
            _ => return None,
        };
        self.skip(3)?;
        Some(month)
    }

    fn digits(&mut self, count: usize) -> Option<i64> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        digits.iter().try_fold(0_i64, |number, byte| {
            let digit = byte.is_ascii_digit().then(|| byte.saturating_sub(b'0'))?;
            Some(number.saturating_mul(10).saturating_add(i64::from(digit)))
        })
    }

    fn literal(&mut self, expected: u8) -> Option<()> {
        (self.0.first() == Some(&expected)).then(|| self.skip(1))?
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.0 = self.0.get(count..)?;
        Some(())
    }
}

const DAYS_IN_MONTH: [i64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// A day of the Gregorian calendar; the month counts from 0.
struct Day {
    year: i64,
    month: i64,
    day: i64,
}

impl Day {
    /// Seconds since 1970. Day 0 is the last day of the month before.
    fn at(self, second_of_day: i64) -> Option<i64> {
        let length = usize::try_from(self.month).ok().and_then(|month| DAYS_IN_MONTH.get(month))?;
        let leap_day = self.month == 1 && self.day == 29;
        if if leap_day { !is_leap(self.year) } else { self.day > *length } {
            return None;
        }
        Some(self.days().saturating_mul(86_400).saturating_add(second_of_day))
    }

    /// Days since 1970 by the formula of Gauss, over years that start in March.
    fn days(&self) -> i64 {
        let (year, month) = match self.month {
            0 | 1 => (self.year.saturating_sub(1), self.month.saturating_add(11)),
            month => (self.year, month.saturating_sub(1)),
        };
        year.saturating_mul(365)
            .saturating_add(year.div_euclid(4))
            .saturating_sub(year.div_euclid(100))
            .saturating_add(year.div_euclid(400))
            .saturating_add(month.saturating_mul(367).div_euclid(12))
            .saturating_add(self.day)
            .saturating_sub(719_499)
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(text: &str, expected: Option<i64>) {
        assert_eq!(read(text.as_bytes()), expected, "{text}");
    }

    #[test]
    fn the_three_forms() {
        reads("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777));
        reads("Sunday, 06-Nov-94 08:49:37 GMT", Some(784_111_777));
        reads("Sun Nov  6 08:49:37 1994", Some(784_111_777));
        reads("Sun Nov 6 08:49:37 1994 ", Some(784_111_777));
        reads("Thu, 01 Jan 1970 00:00:00 GMT", Some(0));
        reads("Thu, 29 Feb 2024 12:00:00 GMT", Some(1_709_208_000));
        reads("Fri, 01 Mar 2024 00:00:00 GMT", Some(1_709_251_200));
        reads("Wed, 31 Dec 1969 23:59:59 GMT", Some(-1));
    }

    #[test]
    fn what_is_not_looked_at() {
        for text in [
            "Mon, 06 Nov 1994 08:49:37 GMT",
            ",06 Nov 1994 08:49:37",
            "Sun,   06 Nov 1994 08:49:37 EST",
            "Sun, 06 Nox 1994 08:49:37 +0900",
            "x, 06-Nov-94 08:49:37",
        ] {
            reads(text, Some(784_111_777));
        }
    }

    #[test]
    fn a_two_digit_year_turns_at_70() {
        reads("Sunday, 06-Nov-69 00:00:00 GMT", Some(3_150_921_600));
        reads("Friday, 06-Nov-70 00:00:00 GMT", Some(26_697_600));
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "0",
            "-1",
            "junk",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "sun, 06 nov 1994 08:49:37 gmt",
            "Sun, 06 Nov 94 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 23:59:60 GMT",
            "Sun, 31 Nov 1994 08:49:37 GMT",
            "Wed, 29 Feb 2023 12:00:00 GMT",
            "06 Nov 1994 08:49:37 GMT",
            "1994-11-06T08:49:37Z",
            "99999999999",
            "Sun, 06 Nov 1994 08:49",
        ] {
            reads(text, None);
        }
    }
}
