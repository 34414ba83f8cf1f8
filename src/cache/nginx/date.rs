//! Nginx's date reading (`ngx_parse_http_time`, src/core/ngx_parse_time.c): three forms, told
//! apart by the first comma or space.

use crate::field::Timestamp;

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
        moment([self.digits(4)?, month, day], clock)
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
        moment([year, month, day], self.clock()?)
    }

    /// A space and `08:49:37`.
    fn clock(&mut self) -> Option<[i64; 3]> {
        self.literal(b' ')?;
        let hour = self.digits(2)?;
        self.literal(b':')?;
        let minute = self.digits(2)?;
        self.literal(b':')?;
        let second = self.digits(2)?;
        (hour < 24 && minute < 60 && second < 60).then_some([hour, minute, second])
    }

    /// The month, by one to three of its letters.
    fn month(&mut self) -> Option<i64> {
        let month = match self.0.split_at_checked(3)?.0 {
            [b'J', b'a', _] => 1,
            [b'J', _, b'n'] => 6,
            [b'J', ..] => 7,
            [b'F', ..] => 2,
            [b'M', _, b'r'] => 3,
            [b'M', ..] => 5,
            [b'A', b'p', _] => 4,
            [b'A', ..] => 8,
            [b'S', ..] => 9,
            [b'O', ..] => 10,
            [b'N', ..] => 11,
            [b'D', ..] => 12,
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

/// Day 0 is the last day of the month before.
fn moment([year, month, day]: [i64; 3], time: [i64; 3]) -> Option<i64> {
    let seconds = Timestamp::from_civil([year, month, day.max(1)], time)?.unix();
    Some(if day == 0 { seconds.saturating_sub(86_400) } else { seconds })
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
        reads("Fri, 00 Jan 1970 00:00:00 GMT", Some(-86_400));
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
