//! Dates as HAProxy reads them: `parse_http_date` and `my_timegm` (`src/tools.c`).

use crate::calendar::Timestamp;

const DAYS: [&[u8]; 7] =
    [b"Monday", b"Tuesday", b"Wednesday", b"Thursday", b"Friday", b"Saturday", b"Sunday"];
const MONTHS: [&[u8]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

/// The moment: one of the three forms, to the letter, with whatever after it. No number has a
/// range: hour 25 is the first of the next day. A two-digit year up to 60 is in the 21st century.
pub(super) fn read(text: &[u8]) -> Option<Timestamp> {
    imf_date(Text(text)).or_else(|| rfc850_date(Text(text))).or_else(|| asctime_date(Text(text)))
}

fn imf_date(mut text: Text<'_>) -> Option<Timestamp> {
    text.short_day()?;
    text.literal(b", ")?;
    let day = text.digits(2)?;
    text.literal(b" ")?;
    let month = text.month()?;
    text.literal(b" ")?;
    let year = text.digits(4)?;
    text.literal(b" ")?;
    let seconds = text.time()?;
    text.literal(b" GMT")?;
    moment([year, month, day], seconds)
}

fn rfc850_date(mut text: Text<'_>) -> Option<Timestamp> {
    DAYS.iter().find_map(|day| text.literal(day))?;
    text.literal(b", ")?;
    let day = text.digits(2)?;
    text.literal(b"-")?;
    let month = text.month()?;
    text.literal(b"-")?;
    let short = text.digits(2)?;
    let year = if text.literal(b" ").is_some() {
        short.saturating_add(if short <= 60 { 2000 } else { 1900 })
    } else {
        let rest = text.digits(2)?;
        text.literal(b" ")?;
        short.saturating_mul(100).saturating_add(rest)
    };
    let seconds = text.time()?;
    text.literal(b" GMT")?;
    moment([year, month, day], seconds)
}

fn asctime_date(mut text: Text<'_>) -> Option<Timestamp> {
    text.short_day()?;
    text.literal(b" ")?;
    let month = text.month()?;
    text.literal(b" ")?;
    let length = if text.literal(b" ").is_some() { 1 } else { 2 };
    let day = text.digits(length)?;
    text.literal(b" ")?;
    let seconds = text.time()?;
    text.literal(b" ")?;
    moment([text.digits(4)?, month, day], seconds)
}

/// Days beyond the month's last, and day 0, are counted on from its first.
fn moment([year, month, day]: [i64; 3], seconds: u64) -> Option<Timestamp> {
    let first = Timestamp::from_civil([year, month, 1], [0, 0, 0])?;
    let days = day.saturating_sub(1).saturating_mul(86_400);
    let start = Timestamp::from_unix(first.unix().saturating_add(days));
    Some(start.saturating_add(seconds))
}

/// What is left to read; letters in their case.
struct Text<'a>(&'a [u8]);

impl Text<'_> {
    fn literal(&mut self, expected: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(expected)?;
        Some(())
    }

    fn short_day(&mut self) -> Option<()> {
        DAYS.iter().filter_map(|day| day.get(..3)).find_map(|day| self.literal(day))
    }

    fn month(&mut self) -> Option<i64> {
        (1..).zip(MONTHS).find_map(|(number, name)| self.literal(name).map(|()| number))
    }

    fn digits(&mut self, count: usize) -> Option<i64> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        head.iter().try_fold(0_i64, |number, byte| {
            let digit = byte.is_ascii_digit().then(|| byte.saturating_sub(b'0'))?;
            Some(number.saturating_mul(10).saturating_add(i64::from(digit)))
        })
    }

    /// Seconds since midnight.
    fn time(&mut self) -> Option<u64> {
        let hour = self.digits(2)?;
        self.literal(b":")?;
        let minute = self.digits(2)?;
        self.literal(b":")?;
        let second = self.digits(2)?;
        let minutes = hour.saturating_mul(60).saturating_add(minute);
        u64::try_from(minutes.saturating_mul(60).saturating_add(second)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_haproxy_reads_them() {
        for (text, expected) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(784_111_777)),
            ("Sunday, 06-Nov-1994 08:49:37 GMT", Some(784_111_777)),
            ("Sun Nov  6 08:49:37 1994", Some(784_111_777)),
            ("Mon, 06 Nov 1994 08:49:37 GMT+1", Some(784_111_777)),
            ("Sun, 05 Nov 1994 32:49:37 GMT", Some(784_111_777)),
            ("Sun, 37 Oct 1994 08:49:37 GMT", Some(784_111_777)),
            ("Sun, 06 Nov 1994 08:49:37 UTC", None),
            ("Sun, 6 Nov 1994 08:49:37 GMT", None),
            ("sun, 06 Nov 1994 08:49:37 GMT", None),
            ("Sun, 06 NOV 1994 08:49:37 GMT", None),
            (" Sun, 06 Nov 1994 08:49:37 GMT", None),
            ("0", None),
            ("", None),
        ] {
            assert_eq!(read(text.as_bytes()).map(Timestamp::unix), expected, "{text}");
        }
    }
}
