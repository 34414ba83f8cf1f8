//! Moments and the calendar, in whole seconds.
//!
//! The arithmetic is our own: a date before 1970 or a clock beyond 9999 is input like any other, so
//! neither may panic.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(crate) const DAY_NAMES: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
pub(crate) const MONTH_NAMES: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A moment in whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted; moments before
/// it are negative.
///
/// Every `i64` is a timestamp. It prints as an IMF-fixdate (RFC 9110 §5.6.7); outside the years
/// 0000 to 9999, which that form cannot express, the year has a sign or more than four digits.
///
/// ```
/// use storable::field::Timestamp;
///
/// let moment = Timestamp::from_unix(784_111_777);
/// assert_eq!(moment.to_string(), "Sun, 06 Nov 1994 08:49:37 GMT");
/// assert!(Timestamp::from_unix(-1) < moment);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment `seconds` after the start of 1970, or before it when negative.
    ///
    /// ```
    /// use storable::field::Timestamp;
    ///
    /// const EPOCH: Timestamp = Timestamp::from_unix(0);
    /// assert_eq!(EPOCH.to_string(), "Thu, 01 Jan 1970 00:00:00 GMT");
    /// ```
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the start of 1970.
    ///
    /// ```
    /// use storable::field::Timestamp;
    ///
    /// assert_eq!(Timestamp::from_unix(60).unix(), 60);
    /// ```
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// The moment of a date and a time of day in UTC; `None` for a day that its month does not have.
    /// No date that is read has a year of more than four digits.
    pub(crate) fn from_civil(
        [year, month, day]: [i64; 3],
        [hour, minute, second]: [i64; 3],
    ) -> Option<Self> {
        Civil { year, month, day, hour, minute, second }.timestamp()
    }

    /// Days since Sunday; 1970-01-01 was a Thursday.
    pub(crate) const fn weekday(self) -> i64 {
        self.0.div_euclid(SECONDS_PER_DAY).saturating_add(4).rem_euclid(7)
    }

    /// The last whole second not after `time`; times that an `i64` cannot hold become the nearest
    /// one it can.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    /// use storable::field::Timestamp;
    ///
    /// let half_past = Duration::from_millis(1_500);
    /// assert_eq!(Timestamp::from_system(UNIX_EPOCH + half_past), Timestamp::from_unix(1));
    /// assert_eq!(Timestamp::from_system(UNIX_EPOCH - half_past), Timestamp::from_unix(-2));
    /// ```
    #[must_use]
    pub fn from_system(time: SystemTime) -> Self {
        Self(match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
            Err(error) => {
                let before = error.duration();
                let started = u64::from(before.subsec_nanos() > 0);
                0_i64.saturating_sub_unsigned(before.as_secs().saturating_add(started))
            }
        })
    }

    /// The same moment as a [`SystemTime`], or `None` where the platform's clock cannot hold it.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    /// use storable::field::Timestamp;
    ///
    /// let minute_before = UNIX_EPOCH - Duration::from_secs(60);
    /// assert_eq!(Timestamp::from_unix(-60).to_system(), Some(minute_before));
    /// ```
    #[must_use]
    pub fn to_system(self) -> Option<SystemTime> {
        let distance = Duration::from_secs(self.0.unsigned_abs());
        if self.0 < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) }
    }

    /// Seconds from `earlier` to `self`: negative when `earlier` is the later one, and held at the
    /// ends of `i64`.
    ///
    /// ```
    /// use storable::field::Timestamp;
    ///
    /// let (date, expires) = (Timestamp::from_unix(100), Timestamp::from_unix(160));
    /// assert_eq!(expires.seconds_since(date), 60);
    /// assert_eq!(date.seconds_since(expires), -60);
    /// ```
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The moment `seconds` later, at most the last one that an `i64` can hold.
    ///
    /// ```
    /// use storable::field::Timestamp;
    ///
    /// let received = Timestamp::from_unix(100);
    /// assert_eq!(received.saturating_add(60), Timestamp::from_unix(160));
    /// assert_eq!(received.saturating_add(u64::MAX), Timestamp::from_unix(i64::MAX));
    /// ```
    #[must_use]
    pub const fn saturating_add(self, seconds: u64) -> Self {
        Self(self.0.saturating_add_unsigned(seconds))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Civil { year, month, day, hour, minute, second } = Civil::of(*self);
        let day_name = name_at(&DAY_NAMES, self.weekday());
        let month_name = name_at(&MONTH_NAMES, month.saturating_sub(1));
        write!(
            f,
            "{day_name}, {day:02} {month_name} {year:04} {hour:02}:{minute:02}:{second:02} GMT"
        )
    }
}

pub(crate) const SECONDS_PER_DAY: i64 = 86_400;

/// A date and time of the proleptic Gregorian calendar, UTC; ordered as time is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Civil {
    pub(crate) year: i64,
    /// From 1.
    pub(crate) month: i64,
    /// From 1.
    pub(crate) day: i64,
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    pub(crate) second: i64,
}

impl Civil {
    pub(crate) fn of(moment: Timestamp) -> Self {
        let (year, month, day) = date_of(moment.0.div_euclid(SECONDS_PER_DAY));
        let second_of_day = moment.0.rem_euclid(SECONDS_PER_DAY);
        Self {
            year,
            month,
            day,
            hour: second_of_day.div_euclid(3600),
            minute: second_of_day.rem_euclid(3600).div_euclid(60),
            second: second_of_day.rem_euclid(60),
        }
    }

    /// `None` for a day that its month does not have.
    #[inline(always)]
    pub(crate) fn timestamp(self) -> Option<Timestamp> {
        // Every month has 28 days.
        let exists = match (self.month, self.day) {
            (1..=12, 1..=28) => true,
            (month, day) => (29..=days_in_month(self.year, month)?).contains(&day),
        };
        if !exists {
            return None;
        }
        let days = days_to(self.year, self.month, self.day);
        let of_day = self.hour.wrapping_mul(3600).wrapping_add(self.minute.wrapping_mul(60));
        let of_day = of_day.wrapping_add(self.second);
        Some(Timestamp(days.wrapping_mul(SECONDS_PER_DAY).wrapping_add(of_day)))
    }

    /// The latest year with these last two digits that is no more than 50 years after `now`
    /// (RFC 9110 §5.6.7). The fields are compared, not counted seconds: 50 years are years of the
    /// calendar, and from 29 February the day 50 years on need not exist.
    pub(crate) fn in_century_near(self, now: Self) -> Self {
        let limit = Self { year: now.year.saturating_add(50), ..now };
        let years_before_limit = limit.year.saturating_sub(self.year).rem_euclid(100);
        let latest = Self { year: limit.year.saturating_sub(years_before_limit), ..self };
        if latest <= limit {
            latest
        } else {
            Self { year: latest.year.saturating_sub(100), ..latest }
        }
    }
}

// The calendar repeats every 400 years. Years that start in March have their leap day at the end,
// so the days before each month are the same in every year.
const DAYS_IN_400_YEARS: i64 = 146_097;
const DAYS_IN_100_YEARS: i64 = 36_524;
const DAYS_IN_4_YEARS: i64 = 1_461;
const DAYS_IN_YEAR: i64 = 365;
/// Days before January, February, … December in a year that starts in March.
const DAYS_BEFORE_MONTH: [i64; 12] = [306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275];
/// Days from 0000-03-01 to 1970-01-01.
const DAYS_TO_EPOCH: i64 = 719_468;

/// Year, month and day of the day that is `days` after 1970-01-01.
fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days.saturating_add(DAYS_TO_EPOCH);
    let (cycles, days) = (days.div_euclid(DAYS_IN_400_YEARS), days.rem_euclid(DAYS_IN_400_YEARS));
    let (centuries, days) = split(days, DAYS_IN_100_YEARS, 3);
    let (leap_cycles, days) = split(days, DAYS_IN_4_YEARS, 24);
    let (years, day_of_year) = split(days, DAYS_IN_YEAR, 3);
    let march_year = cycles
        .saturating_mul(400)
        .saturating_add(centuries.saturating_mul(100))
        .saturating_add(leap_cycles.saturating_mul(4))
        .saturating_add(years);

    let from_march = DAYS_BEFORE_MONTH.into_iter().cycle().skip(2).take(12);
    let (months, before) = (0_i64..)
        .zip(from_march)
        .take_while(|&(_, before)| before <= day_of_year)
        .last()
        .unwrap_or_default();
    let day = day_of_year.saturating_sub(before).saturating_add(1);
    if months < 10 {
        (march_year, months.saturating_add(3), day)
    } else {
        (march_year.saturating_add(1), months.saturating_sub(9), day)
    }
}

/// How many whole units `days` holds, at most `most`, and the days left over. The last unit is the
/// one that may be a leap day longer, hence the limit.
fn split(days: i64, unit: i64, most: i64) -> (i64, i64) {
    let whole = days.checked_div(unit).unwrap_or_default().min(most);
    (whole, days.saturating_sub(whole.saturating_mul(unit)))
}

/// `None` for a month that no year has.
fn days_in_month(year: i64, month: i64) -> Option<i64> {
    let divides = |years: i64| year.checked_rem_euclid(years) == Some(0);
    Some(match month {
        2 if divides(4) && (!divides(100) || divides(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    })
}

/// Days from 1970-01-01 to a date. A day past the end of its month counts on into the next.
pub(crate) fn days_to(year: i64, month: i64, day: i64) -> i64 {
    // No moment's year comes near to what wraps here. Counted from 400 years before, no year that
    // four digits make is negative, and is divided as such.
    let march_year = year.wrapping_add(400).wrapping_sub(i64::from(month < 3));
    let century = march_year.div_euclid(100);
    // Shifted by two places, a number is divided by 4, and a negative one rounded down.
    let leap_days = (march_year >> 2).wrapping_sub(century).wrapping_add(century >> 2);
    march_year
        .wrapping_mul(DAYS_IN_YEAR)
        .wrapping_add(leap_days)
        .wrapping_add(at(&DAYS_BEFORE_MONTH, month.wrapping_sub(1)).unwrap_or_default())
        .wrapping_add(day.wrapping_sub(1))
        .wrapping_sub(DAYS_TO_EPOCH.wrapping_add(DAYS_IN_400_YEARS))
}

fn at<T: Copy>(table: &[T], index: i64) -> Option<T> {
    table.get(usize::try_from(index).ok()?).copied()
}

pub(crate) fn name_at(names: &[&'static str], index: i64) -> &'static str {
    at(names, index).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
    const FIRST: i64 = -62_167_219_200;
    const LAST: i64 = 253_402_300_799;

    #[test]
    fn every_day_of_a_400_year_cycle_follows_the_one_before() {
        let mut previous = date_of(-DAYS_TO_EPOCH - 1);
        for days in -DAYS_TO_EPOCH..=DAYS_IN_400_YEARS - DAYS_TO_EPOCH {
            let date = date_of(days);
            let (year, month, day) = previous;
            let follows = date == (year, month, day + 1)
                || (date == (year, month + 1, 1) && day >= 28)
                || (date == (year + 1, 1, 1) && (month, day) == (12, 31));
            assert!(follows, "{previous:?} {date:?}");
            assert_eq!(days_to(date.0, date.1, date.2), days);
            previous = date;
        }
    }

    #[test]
    fn system_times_are_floored_and_saturate() {
        let nano = Duration::from_nanos(1);
        for (time, seconds) in [
            (UNIX_EPOCH, 0),
            (UNIX_EPOCH + nano, 0),
            (UNIX_EPOCH - nano, -1),
            (UNIX_EPOCH - Duration::from_secs(1), -1),
            (UNIX_EPOCH - Duration::from_secs(1) - nano, -2),
        ] {
            assert_eq!(Timestamp::from_system(time), Timestamp(seconds), "{time:?}");
        }
        for seconds in [i64::MIN, i64::MIN + 1, FIRST, -1, 0, LAST, i64::MAX - 1, i64::MAX] {
            if let Some(time) = Timestamp(seconds).to_system() {
                assert_eq!(Timestamp::from_system(time), Timestamp(seconds));
                if let Some(time) = time.checked_add(Duration::from_millis(999)) {
                    assert_eq!(Timestamp::from_system(time), Timestamp(seconds));
                }
                if let Some(time) = time.checked_sub(nano) {
                    assert_eq!(Timestamp::from_system(time), Timestamp(seconds.saturating_sub(1)));
                }
            }
        }
    }

    #[test]
    fn differences_and_sums_saturate() {
        let (least, most) = (Timestamp(i64::MIN), Timestamp(i64::MAX));
        assert_eq!(most.seconds_since(least), i64::MAX);
        assert_eq!(least.seconds_since(most), i64::MIN);
        assert_eq!(least.saturating_add(u64::MAX), most);
        assert_eq!(Timestamp(0).saturating_add(u64::MAX), most);
    }

    proptest! {
        #[test]
        fn no_timestamp_panics(seconds: i64, other: i64, add: u64) {
            let (moment, other) = (Timestamp(seconds), Timestamp(other));
            let _ = moment.to_string();
            let _ = (moment.seconds_since(other), moment.saturating_add(add));
            let _ = moment.to_system().map(Timestamp::from_system);
        }
    }
}
