//! What is read as a date is printed as one, and is read as the same date again. The input is the
//! time of the clock in seconds since 1970, a line break, and the date.

use storable::field::{DateReading, Timestamp, read_http_date};

/// The first second of the year 0000 and the last one of 9999.
const YEARS: std::ops::RangeInclusive<i64> = -62_167_219_200..=253_402_300_799;

pub(crate) fn check(input: &[u8]) {
    let mut parts = input.splitn(2, |&byte| byte == b'\n');
    let (clock, text) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let now = std::str::from_utf8(clock).ok().and_then(|clock| clock.parse().ok()).unwrap_or(0);
    if let DateReading::Valid(at) = read_http_date(text, Some(Timestamp::from_unix(now))) {
        // A clock, or a leap second, can lie beyond the years that a date can express.
        if !YEARS.contains(&at.unix()) {
            return;
        }
        let printed = at.to_string();
        assert_eq!(read_http_date(printed.as_bytes(), None), DateReading::Valid(at), "{printed}");
    }
}
