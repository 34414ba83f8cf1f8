//! HTTP dates (RFC 9110 §5.6.7): three forms read.
//!
//! The reader is our own: caches compare dates without regard to letter case (RFC 9111 §4.2) and owe
//! two-digit years a sliding window (RFC 9110 §5.6.7), which the parsers around do not offer.

use crate::calendar::{Civil, DAY_NAMES, MONTH_NAMES, Timestamp};

const DAY_NAMES_LONG: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// The number, from 1, of the month of this three-letter name, in any letter case.
pub(crate) fn month_number(name: &[u8]) -> Option<i64> {
    let [a, b, c] = *name.first_chunk::<3>().filter(|_| name.len() == 3)?;
    MONTHS.number(letters([a, b, c, 0]))
}

/// Three letters in lower case, as one number.
#[inline(always)]
const fn letters(four: [u8; 4]) -> u32 {
    // Letters, and only letters, become lower-case letters by this bit.
    u32::from_le_bytes(four) & 0x00ff_ffff | 0x0020_2020
}

const DAYS: Names<8> = Names::of(&DAY_NAMES, 4_895);
const MONTHS: Names<16> = Names::of(&MONTH_NAMES, 26_597);

/// Names of three letters with their numbers, from 1, each in a place that its letters tell: one
/// comparison is enough. The factor is one under which no two names have the same place.
struct Names<const PLACES: usize> {
    factor: u32,
    places: [(u32, i64); PLACES],
}

impl<const PLACES: usize> Names<PLACES> {
    #[expect(
        clippy::as_conversions,
        clippy::indexing_slicing,
        reason = "a place is less than PLACES, and two names in one do not compile"
    )]
    const fn of(mut names: &[&str], factor: u32) -> Self {
        // No name: letters have bits.
        let mut of = Self { factor, places: [(0, 0); PLACES] };
        let mut number: i64 = 1;
        while let [name, after @ ..] = names {
            assert!(name.len() == 3);
            if let [a, b, c] = *name.as_bytes() {
                let name = letters([a, b, c, 0]);
                let place = of.place(name) as usize;
                assert!(of.places[place].0 == 0);
                of.places[place] = (name, number);
            }
            number = number.saturating_add(1);
            names = after;
        }
        of
    }

    #[inline(always)]
    const fn place(&self, name: u32) -> u32 {
        self.factor.wrapping_mul(name).wrapping_shr(32_u32.wrapping_sub(PLACES.ilog2()))
    }

    #[inline(always)]
    fn number(&self, name: u32) -> Option<i64> {
        let (own, number) = self.places.get(usize::try_from(self.place(name)).ok()?)?;
        (*own == name).then_some(*number)
    }
}

/// What [`read_http_date`] makes of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateReading {
    /// One of the three forms, and a date that exists.
    Valid(Timestamp),
    /// None of the three forms, or a date that does not exist. What follows depends on the field:
    /// such an `Expires` lies in the past (RFC 9111 §5.3), such a `Date` may be replaced by the
    /// time of receipt (RFC 9110 §6.6.1).
    Invalid,
    /// The form with a two-digit year, which cannot be read without knowing the present time.
    NeedsClock,
}

/// Reads an HTTP-date (RFC 9110 §5.6.7): IMF-fixdate, rfc850-date or asctime-date.
///
/// The form is strict: single spaces, fixed digits, `GMT` as the only zone, nothing before or
/// after. Letter case is ignored, as RFC 9111 §4.2 asks of caches. The name of the day has to be
/// one of its form, but need not fit the date. Second 60, the leap second, is the second after 59.
///
/// A two-digit year is the latest one with these digits that puts the date no more than 50 years
/// after `now`; exactly 50 years, to the second, is not more. Without `now` such a date is
/// [`NeedsClock`](DateReading::NeedsClock), unless it exists in no century.
///
/// ```
/// use storable::field::{DateReading, Timestamp, read_http_date};
///
/// let moment = DateReading::Valid(Timestamp::from_unix(784_111_777));
/// let now = Some(Timestamp::from_unix(1_792_411_200)); // 2026-10-19T12:00:00Z
/// assert_eq!(read_http_date(b"Sun, 06 Nov 1994 08:49:37 GMT", now), moment);
/// assert_eq!(read_http_date(b"Sunday, 06-Nov-94 08:49:37 GMT", now), moment);
/// assert_eq!(read_http_date(b"Sun Nov  6 08:49:37 1994", now), moment);
///
/// assert_eq!(read_http_date(b"0", now), DateReading::Invalid);
/// assert_eq!(read_http_date(b"Sunday, 06-Nov-94 08:49:37 GMT", None), DateReading::NeedsClock);
/// ```
#[must_use]
pub fn read_http_date(bytes: &[u8], now: Option<Timestamp>) -> DateReading {
    match imf_fixdate(bytes) {
        Some(civil) => reading(civil),
        None => read_obsolete_date(bytes, now),
    }
}

/// Reads the two forms that no sender may use any more.
#[inline(never)]
fn read_obsolete_date(bytes: &[u8], now: Option<Timestamp>) -> DateReading {
    if let Some(civil) = asctime_date(Text(bytes)) {
        return reading(civil);
    }
    match (rfc850_date(Text(bytes)), now) {
        (None, _) => DateReading::Invalid,
        (Some(civil), Some(now)) => reading(civil.in_century_near(Civil::of(now))),
        // The years 0 to 99 have the leap days of 2000 to 2099, and no century has more of them.
        (Some(civil), None) => match reading(civil) {
            DateReading::Valid(_) => DateReading::NeedsClock,
            invalid => invalid,
        },
    }
}

#[inline(always)]
fn reading(civil: Civil) -> DateReading {
    civil.timestamp().map_or(DateReading::Invalid, DateReading::Valid)
}

/// Reads an IMF-fixdate in the letter case of the grammar and with no leap second: what every
/// reader of dates takes alike, however loose, and nearly every date is.
pub(crate) fn plain_fixdate(text: &[u8]) -> Option<Timestamp> {
    let civil = imf_fixdate(text).filter(|civil| civil.second < 60)?;
    let [b'A'..=b'Z', b'a'..=b'z', b'a'..=b'z', _, _, _, _, _, month @ .., b'G', b'M', b'T'] = text
    else {
        return None;
    };
    let [b'A'..=b'Z', b'a'..=b'z', b'a'..=b'z', ..] = month else { return None };
    civil.timestamp()
}

/// `IMF-fixdate = day-name "," SP date1 SP time-of-day SP GMT`
///
/// Nearly every date has this form, and every byte of it has its place: it is read eight at a time.
#[inline(always)]
fn imf_fixdate(text: &[u8]) -> Option<Civil> {
    let text: &[u8; 29] = text.try_into().ok()?;
    let (day, text) = text.split_first_chunk::<8>()?;
    let (month, text) = text.split_first_chunk::<8>()?;
    let (b' ', text) = text.split_first()? else { return None };
    let (time, zone) = text.split_first_chunk::<8>()?;
    let ([a, b, c, d, ..], [m1, m2, m3, m4, ..]) = (*day, *month);
    // The bit that makes letters lower-case letters.
    let zone = u32::from_le_bytes(zone.try_into().ok()?) | u32::from_le_bytes(*b"\0   ");
    if zone != u32::from_le_bytes(*b" gmt") {
        return None;
    }
    DAYS.number(letters([a, b, c, d]))?;
    let month_number = MONTHS.number(letters([m1, m2, m3, m4]))?;
    let (day, day_amiss) = pairs(*day, *b"___, 00 ");
    let (year, year_amiss) = pairs(*month, *b"___ 0000");
    let (time, time_amiss) = pairs(*time, *b"00:00:00");
    // From 00:00:00 to 23:59:60: what is more comes to 128 or more when this is added.
    let too_late = time.wrapping_add(u64::from_le_bytes([104, 0, 0, 68, 0, 0, 67, 0]));
    if (day_amiss | year_amiss | time_amiss | too_late) & u64::from_le_bytes([128; 8]) != 0 {
        return None;
    }
    let [_, _, _, _, _, day, ..] = day.to_le_bytes().map(i64::from);
    let [_, _, _, _, century, _, year, _] = year.to_le_bytes().map(i64::from);
    let [hour, _, _, minute, _, _, second, _] = time.to_le_bytes().map(i64::from);
    let year = century.wrapping_mul(100).wrapping_add(year);
    Some(Civil { year, month: month_number, day, hour, minute, second })
}

/// The number that each digit makes with the next one, a byte each, and a byte of 128 or more where
/// the text has not this form: `0` stands for a digit, `_` for what is read elsewhere, and
/// everything else for itself.
#[inline(always)]
fn pairs(text: [u8; 8], form: [u8; 8]) -> (u64, u64) {
    let word = |of: fn(u8) -> u8| u64::from_le_bytes(form.map(of));
    let read = word(|byte| if byte == b'_' { 0 } else { 0xff });
    let values =
        (u64::from_le_bytes(text) & read) ^ word(|byte| if byte == b'_' { 0 } else { byte });
    // What is more than the place allows comes to 128 or more when this is added, or is that already.
    let amiss = values.wrapping_add(word(|byte| if byte == b'0' { 118 } else { 127 })) | values;
    (values.wrapping_mul(10).wrapping_add(values >> 8), amiss)
}

#[inline(always)]
fn time_of_day(hour: [u8; 2], minute: [u8; 2], second: [u8; 2]) -> Option<(i64, i64, i64)> {
    in_a_day(number(hour)?, number(minute)?, number(second)?)
}

/// From 00:00:00 to 23:59:60. The grammar does not tie second 60 to the last minute of a day, nor
/// do we.
#[inline(always)]
fn in_a_day(hour: i64, minute: i64, second: i64) -> Option<(i64, i64, i64)> {
    (hour < 24 && minute < 60 && second <= 60).then_some((hour, minute, second))
}

/// The number that so many digits are.
#[inline(always)]
fn number<const DIGITS: usize>(digits: [u8; DIGITS]) -> Option<i64> {
    let mut number: i64 = 0;
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        // A few digits: nothing wraps.
        number = number.wrapping_mul(10).wrapping_add(i64::from(digit));
    }
    Some(number)
}

/// `rfc850-date = day-name-l "," SP date2 SP time-of-day SP GMT`; the year has no century yet.
fn rfc850_date(mut text: Text<'_>) -> Option<Civil> {
    text.name(&DAY_NAMES_LONG)?;
    text.literal(", ")?;
    let day = text.digits(2)?;
    text.literal("-")?;
    let month = text.month()?;
    text.literal("-")?;
    let year = text.digits(2)?;
    text.literal(" ")?;
    let (hour, minute, second) = text.time_of_day()?;
    text.literal(" GMT")?;
    text.end(Civil { year, month, day, hour, minute, second })
}

/// `asctime-date = day-name SP date3 SP time-of-day SP year`, where
/// `date3 = month SP ( 2DIGIT / ( SP 1DIGIT ))`
fn asctime_date(mut text: Text<'_>) -> Option<Civil> {
    text.name(&DAY_NAMES)?;
    text.literal(" ")?;
    let month = text.month()?;
    text.literal(" ")?;
    let day_digits = if text.literal(" ").is_some() { 1 } else { 2 };
    let day = text.digits(day_digits)?;
    text.literal(" ")?;
    let (hour, minute, second) = text.time_of_day()?;
    text.literal(" ")?;
    let year = text.digits(4)?;
    text.end(Civil { year, month, day, hour, minute, second })
}

/// What is left to read of a date.
pub(crate) struct Text<'a>(pub(crate) &'a [u8]);

impl Text<'_> {
    /// These characters, in any letter case.
    pub(crate) fn literal(&mut self, expected: &str) -> Option<()> {
        let (head, rest) = self.0.split_at_checked(expected.len())?;
        head.eq_ignore_ascii_case(expected.as_bytes()).then(|| self.0 = rest)
    }

    /// One of these names; how many stand before it in the list.
    fn name(&mut self, names: &[&str]) -> Option<i64> {
        (0..).zip(names).find_map(|(place, name)| self.literal(name).map(|()| place))
    }

    /// The name of a month, as its number from 1.
    fn month(&mut self) -> Option<i64> {
        let (head, rest) = self.0.split_at_checked(3)?;
        let month = month_number(head)?;
        self.0 = rest;
        Some(month)
    }

    /// A number of exactly `count` digits.
    pub(crate) fn digits(&mut self, count: usize) -> Option<i64> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        head.iter().try_fold(0_i64, |number, byte| {
            let digit = byte.is_ascii_digit().then(|| byte.saturating_sub(b'0'))?;
            Some(number.saturating_mul(10).saturating_add(i64::from(digit)))
        })
    }

    /// `time-of-day = hour ":" minute ":" second`
    pub(crate) fn time_of_day(&mut self) -> Option<(i64, i64, i64)> {
        let &[h1, h2, b':', i1, i2, b':', s1, s2, ref rest @ ..] = self.0 else { return None };
        let time = time_of_day([h1, h2], [i1, i2], [s1, s2])?;
        self.0 = rest;
        Some(time)
    }

    /// `civil`, if nothing follows.
    fn end(&self, civil: Civil) -> Option<Civil> {
        self.0.is_empty().then_some(civil)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::{SECONDS_PER_DAY, name_at};

    /// 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
    const FIRST: i64 = -62_167_219_200;
    const LAST: i64 = 253_402_300_799;

    #[track_caller]
    fn valid(text: &str, now: Option<Timestamp>) -> Timestamp {
        match read_http_date(text.as_bytes(), now) {
            DateReading::Valid(moment) => moment,
            other => unreachable!("{text} reads as {other:?}"),
        }
    }

    #[track_caller]
    fn assert_reads_as(text: &str, now: &str, printed: &str) {
        assert_eq!(valid(text, Some(valid(now, None))).to_string(), printed, "{text} at {now}");
    }

    #[track_caller]
    fn assert_invalid(text: &str) {
        for now in [None, Some(Timestamp::from_unix(1_792_411_200))] {
            assert_eq!(read_http_date(text.as_bytes(), now), DateReading::Invalid, "{text}");
        }
    }

    const NOW: &str = "Mon, 19 Oct 2026 12:00:00 GMT";

    #[test]
    fn all_three_forms_are_read_in_any_letter_case() {
        let printed = "Thu, 18 Aug 2050 02:01:18 GMT";
        for text in [
            "Thu, 18 Aug 2050 02:01:18 GMT",
            "THU, 18 AUG 2050 02:01:18 gmt", // T103
            "thursday, 18-aug-50 02:01:18 Gmt",
            "Thursday, 18-Aug-50 02:01:18 GMT", // T097
            "Thu Aug 18 02:01:18 2050",
            "tHU aUG 18 02:01:18 2050",
        ] {
            assert_reads_as(text, NOW, printed);
        }
        let eighth = "Mon, 08 Aug 2050 02:01:18 GMT";
        assert_reads_as("Thu Aug  8 02:01:18 2050", NOW, eighth); // T100, T102
        assert_reads_as("Thu Aug 08 02:01:18 2050", NOW, eighth);
    }

    #[test]
    fn the_name_of_the_day_need_not_fit_the_date() {
        for name in DAY_NAMES {
            let text = format!("{name}, 18 Aug 2050 02:01:18 GMT"); // T102
            assert_reads_as(&text, NOW, "Thu, 18 Aug 2050 02:01:18 GMT");
        }
        assert_reads_as("Monday, 06-Nov-94 08:49:37 GMT", NOW, "Sun, 06 Nov 1994 08:49:37 GMT");
    }

    /// A date is read eight bytes at a time: each byte has to count on its own.
    #[test]
    fn every_byte_has_its_place() {
        let digit = |byte: u8| byte.is_ascii_digit();
        let letter = |byte: u8| byte.is_ascii_alphabetic();
        for (at, own) in NOW.bytes().enumerate() {
            for byte in 0..=u8::MAX {
                let put = |(place, own)| if place == at { byte } else { own };
                let text: Vec<u8> = NOW.bytes().enumerate().map(put).collect();
                let may_be =
                    byte == own || digit(own) && digit(byte) || letter(own) && letter(byte);
                let read = read_http_date(&text, None);
                if !may_be {
                    assert_eq!(read, DateReading::Invalid, "{}", text.escape_ascii());
                    assert_eq!(plain_fixdate(&text), None, "{}", text.escape_ascii());
                }
                if let Some(moment) = plain_fixdate(&text) {
                    assert_eq!(read, DateReading::Valid(moment), "{}", text.escape_ascii());
                }
            }
        }
        assert_eq!(plain_fixdate(NOW.as_bytes()), Some(valid(NOW, None)));
        for loose in [
            "MON, 19 Oct 2026 12:00:00 GMT",
            "mon, 19 Oct 2026 12:00:00 GMT",
            "Mon, 19 oct 2026 12:00:00 GMT",
            "Mon, 19 OCT 2026 12:00:00 GMT",
            "Mon, 19 Oct 2026 12:00:00 gmt",
            "Mon, 31 Dec 2016 23:59:60 GMT",
            "Monday, 19-Oct-26 12:00:00 GMT",
        ] {
            assert_eq!(plain_fixdate(loose.as_bytes()), None, "{loose}");
        }
    }

    /// One fault does not hide another.
    #[test]
    fn two_faults_are_no_less_than_one() {
        for (one, other) in (0..NOW.len()).flat_map(|one| (0..one).map(move |other| (one, other))) {
            for fault in [b'\0', b'/', b'?', b'\x7f', b'\xff'] {
                let put = |(at, own)| if at == one || at == other { fault } else { own };
                let text: Vec<u8> = NOW.bytes().enumerate().map(put).collect();
                let read = read_http_date(&text, None);
                assert_eq!(read, DateReading::Invalid, "{}", text.escape_ascii());
            }
        }
        for late in ["24:60:00", "24:00:61", "23:60:61", "99:99:99"] {
            assert_invalid(&format!("Mon, 19 Oct 2026 {late} GMT"));
            assert_invalid(&format!("Mon, 1x Oct 2026 {late} GMT"));
        }
    }

    #[test]
    fn everything_off_the_forms_is_invalid() {
        for text in [
            "",
            "0", // T095
            "-1",
            "never",
            "1792411200",
            "Thu, 18 Aug 50 02:01:18 GMT", // T096
            "Thu Aug 8 02:01:18 2050",     // T101
            "Thu Aug   8 02:01:18 2050",
            "Thu Aug  18 02:01:18 2050",
            "Thu Aug 18 02:01:18 2050 GMT",
            "Thu, 18 Aug 2050 02:01:18 UTC", // T104
            "Thu, 18 Aug 2050 02:01:18 +0000",
            "Thu, 18 Aug 2050 02:01:18 EST",
            "Thu, 18 Aug 2050 02:01:18",
            "Thu, 18 Aug 2050 02:01:18 ",
            "Thu, 18 Aug 2050 02:01:18 GM",
            "Thu, 18 Aug 2050 2:01:18 GMT", // T105
            "Thu, 18 Aug 2050 02.01.18 GMT",
            "Thu, 18-Aug-2050 02:01:18 GMT",
            "Thu,  18 Aug 2050 02:01:18 GMT",
            "Thu, 18  Aug 2050 02:01:18 GMT",
            "Thu, 18 Aug 2050  02:01:18 GMT",
            "Thu, 18 Aug 2050 02:01:18  GMT",
            "Thu,\t18 Aug 2050 02:01:18 GMT",
            "Thu 18 Aug 2050 02:01:18 GMT",
            "Thu,18 Aug 2050 02:01:18 GMT",
            " Thu, 18 Aug 2050 02:01:18 GMT",
            "Thu, 18 Aug 2050 02:01:18 GMT ",
            "Thu, 18 Aug 2050 02:01:18 GMT, Thu, 18 Aug 2050 02:01:18 GMT", // T107
            "Thu, 18 Aug 2050 02:01:18 GMT;x",
            "Thu, 8 Aug 2050 02:01:18 GMT",
            "Thu, +8 Aug 2050 02:01:18 GMT",
            "Thu, 18 Aug 02050 02:01:18 GMT",
            "Thu, 18 Aug -050 02:01:18 GMT",
            "Thu, 18 08 2050 02:01:18 GMT",
            "Thu, 18 Aug 2050 02:01 GMT",
            "Thursday, 18 Aug 2050 02:01:18 GMT",
            "Thu, 18-Aug-50 02:01:18 GMT",
            "Thursday, 18-Aug-2050 02:01:18 GMT",
            "Thx, 18 Aug 2050 02:01:18 GMT",
            "18 Aug 2050 02:01:18 GMT",
            "2050-08-18T02:01:18Z",
            "Thu, 18 Aug ٢٠٥٠ 02:01:18 GMT",
        ] {
            assert_invalid(text);
        }
    }

    #[test]
    fn times_and_dates_that_do_not_exist_are_invalid() {
        for text in [
            "Thu, 18 Aug 2050 24:00:00 GMT", // T106
            "Thu, 18 Aug 2050 23:60:00 GMT",
            "Thu, 18 Aug 2050 23:59:61 GMT",
            "Thu, 31 Feb 2050 00:00:00 GMT",
            "Thu, 00 Aug 2050 00:00:00 GMT",
            "Thu, 32 Aug 2050 00:00:00 GMT",
            "Thu, 99 Dec 9999 00:00:00 GMT",
            "Thu, 18 Xxx 2050 00:00:00 GMT",
            "Thu, 29 Feb 2100 00:00:00 GMT",
            "Thu, 29 Feb 2027 00:00:00 GMT",
            "Thu Feb 30 00:00:00 2024",
            "Thu Aug  0 00:00:00 2024",
            "Thursday, 31-Feb-50 02:01:18 GMT",
            "Thursday, 29-Feb-27 02:01:18 GMT",
            "Thursday, 18-Aug-50 24:00:00 GMT",
        ] {
            assert_invalid(text);
        }
    }

    #[test]
    fn leap_days_exist_where_the_calendar_has_them() {
        for year in ["0000", "0004", "0400", "1600", "1972", "2000", "2024", "2400", "9996"] {
            let text = format!("Thu, 29 Feb {year} 00:00:00 GMT");
            assert!(valid(&text, None).to_string().contains(&text["Thu, ".len()..]), "{text}");
        }
        for year in ["0001", "0100", "0200", "1900", "2023", "2100", "9999"] {
            assert_invalid(&format!("Thu, 29 Feb {year} 00:00:00 GMT"));
        }
    }

    #[test]
    fn second_60_is_the_next_second() {
        assert_reads_as("Sat, 31 Dec 2016 23:59:60 GMT", NOW, "Sun, 01 Jan 2017 00:00:00 GMT");
        assert_reads_as("Sat Dec 31 12:00:60 2016", NOW, "Sat, 31 Dec 2016 12:01:00 GMT");
        assert_eq!(valid("Fri, 31 Dec 9999 23:59:60 GMT", None), Timestamp::from_unix(LAST + 1));
    }

    #[test]
    fn two_digit_years_lie_in_the_century_up_to_50_years_ahead() {
        for (text, now, printed) in [
            ("Sunday, 06-Nov-94 08:49:37 GMT", NOW, "Sun, 06 Nov 1994 08:49:37 GMT"), // T098
            ("Monday, 19-Oct-76 12:00:00 GMT", NOW, "Mon, 19 Oct 2076 12:00:00 GMT"), // T099
            ("Monday, 19-Oct-76 12:00:01 GMT", NOW, "Tue, 19 Oct 1976 12:00:01 GMT"),
            ("Friday, 06-Nov-70 00:00:00 GMT", NOW, "Thu, 06 Nov 2070 00:00:00 GMT"),
            ("Monday, 19-Oct-26 12:00:00 GMT", NOW, "Mon, 19 Oct 2026 12:00:00 GMT"),
            ("Friday, 01-Jan-77 00:00:00 GMT", NOW, "Sat, 01 Jan 1977 00:00:00 GMT"),
            // Second 60 just over the limit, and just on it.
            ("Monday, 19-Oct-76 12:00:60 GMT", NOW, "Tue, 19 Oct 1976 12:01:00 GMT"),
            (
                "Monday, 19-Oct-76 12:00:60 GMT",
                "Mon, 19 Oct 2026 12:01:00 GMT",
                "Mon, 19 Oct 2076 12:01:00 GMT",
            ),
            // The window moves over the turn of a century.
            (
                "Monday, 01-Jan-05 00:00:00 GMT",
                "Sun, 01 Jan 2090 00:00:00 GMT",
                "Thu, 01 Jan 2105 00:00:00 GMT",
            ),
            (
                "Friday, 31-Dec-99 23:59:59 GMT",
                "Sat, 01 Jan 2000 00:00:00 GMT",
                "Fri, 31 Dec 1999 23:59:59 GMT",
            ),
            // 50 years after 29 February 2028 there is none.
            (
                "Monday, 28-Feb-78 12:00:00 GMT",
                "Tue, 29 Feb 2028 12:00:00 GMT",
                "Mon, 28 Feb 2078 12:00:00 GMT",
            ),
            (
                "Monday, 01-Mar-78 00:00:00 GMT",
                "Tue, 29 Feb 2028 12:00:00 GMT",
                "Wed, 01 Mar 1978 00:00:00 GMT",
            ),
        ] {
            assert_reads_as(text, now, printed);
        }
    }

    #[test]
    fn without_a_clock_a_two_digit_year_stays_open() {
        for text in ["Sunday, 06-Nov-94 08:49:37 GMT", "Tuesday, 29-Feb-00 00:00:00 GMT"] {
            assert_eq!(read_http_date(text.as_bytes(), None), DateReading::NeedsClock, "{text}");
        }
        // The century is chosen first; 2100 has no such day.
        let seen_from_2060 = Some(valid("Thu, 01 Jan 2060 00:00:00 GMT", None));
        assert_eq!(
            read_http_date(b"Tuesday, 29-Feb-00 00:00:00 GMT", seen_from_2060),
            DateReading::Invalid
        );
    }

    #[test]
    fn the_ends_of_the_four_digit_years() {
        assert_eq!(Timestamp::from_unix(FIRST).to_string(), "Sat, 01 Jan 0000 00:00:00 GMT");
        assert_eq!(Timestamp::from_unix(LAST).to_string(), "Fri, 31 Dec 9999 23:59:59 GMT");
        assert_eq!(Timestamp::from_unix(-1).to_string(), "Wed, 31 Dec 1969 23:59:59 GMT");
        assert_eq!(Timestamp::from_unix(LAST + 1).to_string(), "Sat, 01 Jan 10000 00:00:00 GMT");
        assert_eq!(valid("Sat, 01 Jan 0000 00:00:00 GMT", None), Timestamp::from_unix(FIRST));
    }

    #[test]
    fn any_clock_will_do() {
        for now in [i64::MIN, FIRST - 1, FIRST, LAST, LAST + 1, i64::MAX] {
            let now = Timestamp::from_unix(now);
            assert!(now.to_string().ends_with(" GMT"));
            let reading = read_http_date(b"Sunday, 06-Nov-94 08:49:37 GMT", Some(now));
            assert_ne!(reading, DateReading::NeedsClock);
        }
    }

    #[test]
    fn every_day_prints_as_httpdate_prints_it() {
        let until = valid("Wed, 31 Dec 2400 00:00:00 GMT", None).unix();
        for day in 0..=until / SECONDS_PER_DAY {
            let seconds = day * SECONDS_PER_DAY + day * 7919 % SECONDS_PER_DAY;
            let printed = Timestamp::from_unix(seconds).to_string();
            assert_eq!(
                printed,
                httpdate::fmt_http_date(Timestamp::from_unix(seconds).to_system().unwrap())
            );
            assert_eq!(valid(&printed, None), Timestamp::from_unix(seconds));
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(seconds in FIRST..=LAST) {
            let printed = Timestamp::from_unix(seconds).to_string();
            prop_assert_eq!(valid(&printed, None), Timestamp::from_unix(seconds));
            if seconds >= 0 {
                let time = Timestamp::from_unix(seconds).to_system().unwrap();
                prop_assert_eq!(printed, httpdate::fmt_http_date(time));
            }
        }

        #[test]
        fn rfc850_is_read_back_within_its_window(now in FIRST..=LAST, ahead in -1_577_000_000_i64..=1_577_000_000) {
            // A little less than 50 years to either side.
            let moment = Timestamp::from_unix(now + ahead);
            let Civil { year, month, day, hour, minute, second } = Civil::of(moment);
            let text = format!(
                "{}, {day:02}-{}-{:02} {hour:02}:{minute:02}:{second:02} GMT",
                name_at(&DAY_NAMES_LONG, moment.weekday()),
                name_at(&MONTH_NAMES, month - 1),
                year.rem_euclid(100),
            );
            prop_assert_eq!(valid(&text, Some(Timestamp::from_unix(now))), moment);
        }

        #[test]
        fn asctime_is_read_as_imf_fixdate_is(seconds in FIRST..=LAST) {
            let Civil { year, month, day, hour, minute, second } = Civil::of(Timestamp::from_unix(seconds));
            let month = name_at(&MONTH_NAMES, month - 1);
            let text = format!("Sun {month} {day:2} {hour:02}:{minute:02}:{second:02} {year:04}");
            prop_assert_eq!(valid(&text, None), Timestamp::from_unix(seconds));
        }

        #[test]
        fn no_bytes_panic(bytes: Vec<u8>, now: Option<i64>) {
            let _ = read_http_date(&bytes, now.map(Timestamp::from_unix));
        }

        #[test]
        fn no_almost_date_panics(
            text in "(Sun|Sunday|sun),? ?[0-9]{0,2}[ -]?(Feb|Nov|x)[ -]?[0-9]{0,4} [0-9:]{0,8} ?(GMT)?[0-9]{0,4}",
            now: Option<i64>,
        ) {
            let _ = read_http_date(text.as_bytes(), now.map(Timestamp::from_unix));
        }
    }
}
