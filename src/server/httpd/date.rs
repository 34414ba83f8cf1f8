//! Dates as APR reads them: `apr_date_parse_http` (apache/apr, `util-misc/apr_date.c`).

use std::ops::Range;

use crate::calendar::Timestamp;
use crate::field::{month_number, plain_fixdate};

/// A form of date, by mask: `@` is an upper-case letter, `$` a lower-case one, `#` a digit, `~` a
/// digit or a space, `*` whatever follows.
struct Form {
    mask: &'static [u8],
    day: Range<usize>,
    month: Range<usize>,
    year: Range<usize>,
    hour: usize,
}

/// In the order in which they are tried.
const FORMS: [Form; 4] = [
    Form { mask: b"## @$$ #### ##:##:## *", day: 0..2, month: 3..6, year: 7..11, hour: 12 },
    Form { mask: b"##-@$$-## ##:##:## *", day: 0..2, month: 3..6, year: 7..9, hour: 10 },
    Form { mask: b"@$$ ~# ##:##:## ####*", day: 4..6, month: 0..3, year: 16..20, hour: 7 },
    Form { mask: b"# @$$ #### ##:##:## *", day: 0..1, month: 2..5, year: 6..10, hour: 11 },
];

/// The moment, or `None` where it is no date to APR, or lies before 1970 or at its start.
///
/// The first word is not looked at, nor what follows the time: every zone is GMT. Of a two-digit
/// year, 70 to 99 lie in the 20th century. Second 61 is taken.
pub(super) fn read(text: &[u8]) -> Option<Timestamp> {
    plain_fixdate(text).or_else(|| by_form(text)).filter(|moment| moment.unix() > 0)
}

fn by_form(text: &[u8]) -> Option<Timestamp> {
    let text = text.trim_ascii_start();
    let space = text.iter().position(|&byte| byte == b' ')?;
    let date = text.get(space.checked_add(1)?..)?;
    let form = FORMS.iter().find(|form| matches(date, form.mask))?;
    let number = |at: Range<usize>| date.get(at).map(digits);
    let year = match number(form.year.clone())? {
        short @ 0..70 if form.year.len() == 2 => short.saturating_add(2000),
        short if form.year.len() == 2 => short.saturating_add(1900),
        year => year,
    };
    let month = month_number(date.get(form.month.clone())?)?;
    let time = date.get(form.hour..)?;
    let part = |at: Range<usize>| time.get(at).map(digits);
    let (hour, minute, second) = (part(0..2)?, part(3..5)?, part(6..8)?);
    if hour > 23 || minute > 59 || second > 61 {
        return None;
    }
    Timestamp::from_civil([year, month, number(form.day.clone())?], [hour, minute, second])
}

/// `apr_date_checkmask`
fn matches(text: &[u8], mask: &[u8]) -> bool {
    let (text, open) = match mask {
        [mask @ .., b'*'] => (text.get(..mask.len()), mask),
        _ => (Some(text), mask),
    };
    text.is_some_and(|text| {
        text.len() == open.len()
            && text.iter().zip(open).all(|(byte, sign)| match sign {
                b'@' => byte.is_ascii_uppercase(),
                b'$' => byte.is_ascii_lowercase(),
                b'#' => byte.is_ascii_digit(),
                b'~' => byte.is_ascii_digit() || *byte == b' ',
                _ => byte == sign,
            })
    })
}

/// The number that digits make; a space counts as 0.
fn digits(text: &[u8]) -> i64 {
    text.iter().fold(0_i64, |number, byte| {
        number.saturating_mul(10).saturating_add(i64::from(byte.saturating_sub(b'0')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_apr_reads_them() {
        for (text, expected) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(784_111_777)),
            ("Sun Nov  6 08:49:37 1994", Some(784_111_777)),
            ("Sun, 6 Nov 1994 08:49:37 GMT", Some(784_111_777)),
            ("Sun, 06 Nov 1994 08:49:37 UTC", Some(784_111_777)),
            ("Sun, 06 Nov 1994 08:49:37 -0700", Some(784_111_777)),
            ("whatever 06 Nov 1994 08:49:37 ", Some(784_111_777)),
            ("x, 06-Nov-69 08:49:37 GMT", Some(3_150_953_377)),
            ("Sun, 6 Nov 1994 23:59:61 GMT", Some(784_166_401)),
            ("Sun, 6 Nov 1994 24:00:00 GMT", None),
            ("Sun, 6 Nov 1994 00:60:00 GMT", None),
            ("Sun, 6 Nov 1994 00:00:62 GMT", None),
            ("Sun, 6 Nov 0069 08:49:37 GMT", None),
            ("Sun, 06 Nov 1994 08:49:37", None),
            ("Sun, 06 nov 1994 08:49:37 GMT", None),
            ("Sun, 06 NOV 1994 08:49:37 GMT", None),
            ("Sun, 06 Nov 1994 24:00:00 GMT", None),
            ("Sun, 31 Nov 1994 08:49:37 GMT", None),
            ("Thu, 01 Jan 1970 00:00:00 GMT", None),
            ("Sun, 06 Nov 1594 08:49:37 GMT", None),
            ("0", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(read(text.as_bytes()).map(Timestamp::unix), expected, "{text}");
        }
    }
}
