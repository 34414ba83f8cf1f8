//! Nginx's date reading (`ngx_parse_http_time`, src/core/ngx_parse_time.c): three forms, told
//! apart by the first comma or space.

use crate::calendar::Timestamp;
use crate::field::DateText;

/// Seconds since 1970; `None` for what nginx does not take for a date.
///
/// The name of the day, the zone and whatever follows the time are not looked at. Letter case
/// counts, and of the month only as much is read as tells it from the others.
pub(super) fn read(text: &[u8]) -> Option<i64> {
    let end = text.iter().position(|byte| matches!(byte, b',' | b' '))?;
    let (separator, rest) = text.get(end..)?.split_first()?;
    let spaces = rest.iter().take_while(|&&byte| byte == b' ').count();
    let rest = DateText(rest.get(spaces..)?);
    // Shorter texts are refused before they are read.
    if rest.0.len() < 18 {
        return None;
    }
    if *separator == b' ' { asctime(rest) } else { day_first(rest) }
}

/// `Nov  6 08:49:37 1994`
fn asctime(mut text: DateText<'_>) -> Option<i64> {
    let month = month(&mut text)?;
    text.0 = text.0.get(1..)?;
    let _ = text.literal(" ");
    let mut day = text.digits(1)?;
    if text.0.first() != Some(&b' ') {
        day = day.saturating_mul(10).saturating_add(text.digits(1)?);
    }
    text.literal(" ")?;
    let time = text.time_of_day()?;
    text.literal(" ")?;
    moment([text.digits(4)?, month, day], time)
}

/// `06 Nov 1994 08:49:37`, or with hyphens and two digits of the year.
fn day_first(mut text: DateText<'_>) -> Option<i64> {
    let day = text.digits(2)?;
    let (separator, year_digits) = match text.0.first()? {
        b' ' if text.0.len() >= 18 => (" ", 4),
        b'-' => ("-", 2),
        _ => return None,
    };
    text.literal(separator)?;
    let month = month(&mut text)?;
    text.literal(separator)?;
    let year = match (year_digits, text.digits(year_digits)?) {
        (2, year) if year < 70 => year.saturating_add(2000),
        (2, year) => year.saturating_add(1900),
        (_, year) => year,
    };
    text.literal(" ")?;
    moment([year, month, day], text.time_of_day()?)
}

/// By one to three of its letters.
fn month(text: &mut DateText<'_>) -> Option<i64> {
    let (name, rest) = text.0.split_at_checked(3)?;
    text.0 = rest;
    Some(match name {
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
    })
}

/// Day 0 is the last day of the month before; there are no leap seconds.
fn moment([year, month, day]: [i64; 3], time: (i64, i64, i64)) -> Option<i64> {
    let (hour, minute, second) = time;
    if second > 59 {
        return None;
    }
    let date = [year, month, day.max(1)];
    let seconds = Timestamp::from_civil(date, [hour, minute, second])?.unix();
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
    fn months_are_told_by_a_few_letters() {
        let days = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
        let names = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(' ');
        let fewer = "Jax Fxx Mxr Apx Mxx Jxn Jxx Axx Sxx Oxx Nxx Dxx".split(' ');
        for (days, (name, fewer)) in days.iter().zip(names.zip(fewer)) {
            for name in [name, fewer] {
                reads(&format!("Thu, 01 {name} 1970 00:00:00 GMT"), Some(days * 86_400));
            }
        }
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
