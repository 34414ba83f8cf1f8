//! Age, Date, Expires and Pragma (RFC 9111 §5.1, §5.3, §5.4; RFC 9110 §6.6.1).

use std::fmt;
use std::time::{Duration, SystemTime};

use http::HeaderValue;

use super::list_value::{seconds, value};
use crate::calendar::Timestamp;
use crate::field::{
    DELTA_SECONDS_MAX, DateReading, FieldLines, delta_seconds, elements, read_http_date,
};

/// How old a response is, in whole seconds.
///
/// ```
/// use std::time::Duration;
/// use storable::{field::FieldLines, header::Age};
///
/// let age = Age::new(Duration::from_millis(1_900));
/// assert_eq!(age.to_string(), "1");
/// assert_eq!(Age::from_lines(FieldLines::one(b"7, 8")), Some(Age::new(Duration::from_secs(7))));
/// assert_eq!(Age::from_lines(FieldLines::one(b"-1")), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Age(u64);

impl Age {
    /// An age, rounded down to seconds, at most 2^31 of them (RFC 9111 §1.2.2).
    #[must_use]
    pub fn new(age: Duration) -> Self {
        Self(seconds(age))
    }

    /// Reads all lines: the first member counts, and an invalid one is no age (RFC 9111 §5.1).
    #[must_use]
    pub fn from_lines(lines: FieldLines<'_>) -> Option<Self> {
        elements(lines).next().and_then(delta_seconds).map(Self)
    }

    /// The age.
    #[must_use]
    pub const fn duration(self) -> Duration {
        Duration::from_secs(self.0)
    }

    /// The value to send.
    #[must_use]
    pub fn to_value(self) -> HeaderValue {
        HeaderValue::from(self.0.min(DELTA_SECONDS_MAX))
    }
}

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// When a message came into being, to the second.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use storable::{field::FieldLines, header::Date};
///
/// let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
/// assert_eq!(Date::new(now).to_string(), "Sun, 06 Nov 1994 08:49:37 GMT");
/// let line = FieldLines::one(b"Sunday, 06-Nov-94 08:49:37 GMT");
/// assert_eq!(Date::from_lines(line, now), Some(Date::new(now)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(Timestamp);

impl Date {
    /// A moment, rounded down to the second and held within the years 0000 to 9999, which are all
    /// that an HTTP-date can express.
    #[must_use]
    pub fn new(at: SystemTime) -> Self {
        Self(expressible(Timestamp::from_system(at)))
    }

    /// Reads all lines; `now` tells the century of a two-digit year. `None`: there is no date, or
    /// several different ones (C18).
    #[must_use]
    pub fn from_lines(lines: FieldLines<'_>, now: SystemTime) -> Option<Self> {
        match read(lines, now)? {
            DateReading::Valid(at) => Some(Self(at)),
            DateReading::Invalid | DateReading::NeedsClock => None,
        }
    }

    /// The moment.
    #[must_use]
    pub const fn timestamp(self) -> Timestamp {
        self.0
    }

    /// The value to send, an IMF-fixdate (RFC 9110 §5.6.7).
    #[must_use]
    pub fn to_value(self) -> HeaderValue {
        value(&self)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// From when on a response is stale.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use storable::{field::FieldLines, header::Expires};
///
/// let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
/// assert_eq!(Expires::new(now).to_string(), "Sun, 06 Nov 1994 08:49:37 GMT");
/// assert_eq!(Expires::from_lines(FieldLines::one(b"-1"), now), Some(Expires::Past));
/// assert_eq!(Expires::Past.to_string(), "Thu, 01 Jan 1970 00:00:00 GMT");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expires {
    /// From this moment on.
    At(Timestamp),
    /// Already: the field holds no date, `0` above all (RFC 9111 §5.3), or several different ones.
    /// It is printed as the start of 1970, since `0` is nothing that a sender may write.
    Past,
}

impl Expires {
    /// A moment, rounded and held as in [`Date::new`].
    #[must_use]
    pub fn new(at: SystemTime) -> Self {
        Self::At(Date::new(at).timestamp())
    }

    /// Reads all lines; `now` tells the century of a two-digit year. `None`: there is no line.
    #[must_use]
    pub fn from_lines(lines: FieldLines<'_>, now: SystemTime) -> Option<Self> {
        Some(match read(lines, now)? {
            DateReading::Valid(at) => Self::At(at),
            DateReading::Invalid | DateReading::NeedsClock => Self::Past,
        })
    }

    /// The value to send, an IMF-fixdate (RFC 9110 §5.6.7).
    #[must_use]
    pub fn to_value(self) -> HeaderValue {
        value(&self)
    }
}

impl fmt::Display for Expires {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(at) => expressible(*at).fmt(f),
            Self::Past => Timestamp::from_unix(0).fmt(f),
        }
    }
}

/// Whether Pragma says `no-cache` (RFC 9111 §5.4). In a request without Cache-Control that counts
/// as `Cache-Control: no-cache`; in a response it has no meaning that a standard knows.
///
/// ```
/// use storable::{field::FieldLines, header::pragma_no_cache};
///
/// assert!(pragma_no_cache(FieldLines::one(b"x, No-Cache")));
/// ```
#[must_use]
pub fn pragma_no_cache(lines: FieldLines<'_>) -> bool {
    elements(lines).any(|member| member.eq_ignore_ascii_case(b"no-cache"))
}

/// `None` where there is no line.
fn read(mut lines: FieldLines<'_>, now: SystemTime) -> Option<DateReading> {
    let first = lines.next()?;
    Some(if lines.all(|line| line == first) {
        read_http_date(first, Some(Timestamp::from_system(now)))
    } else {
        DateReading::Invalid
    })
}

/// The first and the last second of the years that have four digits.
const EXPRESSIBLE: (i64, i64) = (-62_167_219_200, 253_402_300_799);

fn expressible(at: Timestamp) -> Timestamp {
    let (first, last) = EXPRESSIBLE;
    Timestamp::from_unix(at.unix().clamp(first, last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_ends_of_what_a_date_can_express() {
        let (first, last) = EXPRESSIBLE;
        for (unix, text) in [
            (first, "Sat, 01 Jan 0000 00:00:00 GMT"),
            (i64::MIN, "Sat, 01 Jan 0000 00:00:00 GMT"),
            (last, "Fri, 31 Dec 9999 23:59:59 GMT"),
            (i64::MAX, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ] {
            assert_eq!(Expires::At(Timestamp::from_unix(unix)).to_string(), text);
        }
    }

    #[test]
    fn several_lines() {
        let now = SystemTime::UNIX_EPOCH;
        let date: &[u8] = b"Thu, 01 Jan 1970 00:00:09 GMT";
        let other: &[u8] = b"Thu, 01 Jan 1970 00:00:08 GMT";
        for (lines, expected) in [
            (&[][..], None),
            (&[date][..], Some(Expires::At(Timestamp::from_unix(9)))),
            (&[date, date][..], Some(Expires::At(Timestamp::from_unix(9)))),
            (&[date, other][..], Some(Expires::Past)),
        ] {
            assert_eq!(Expires::from_lines(FieldLines::from_slices(lines), now), expected);
        }
        assert_eq!(Date::from_lines(FieldLines::from_slices(&[date, other]), now), None);
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read(unix in EXPRESSIBLE.0..=EXPRESSIBLE.1, age: u32) {
            let at = Timestamp::from_unix(unix);
            let expires = Expires::At(at).to_value();
            let now = SystemTime::UNIX_EPOCH;
            let line = FieldLines::one(expires.as_bytes());
            prop_assert_eq!(Expires::from_lines(line.clone(), now), Some(Expires::At(at)));
            prop_assert_eq!(Date::from_lines(line, now).map(Date::timestamp), Some(at));
            let age = Age::new(Duration::from_secs(age.into()));
            let printed = age.to_value();
            prop_assert_eq!(Age::from_lines(FieldLines::one(printed.as_bytes())), Some(age));
        }
    }
}
