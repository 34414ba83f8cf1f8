//! Dates as Envoy reads them: `CacheHeadersUtils::httpTime`, by `absl::ParseTime`.

use crate::calendar::{DAY_NAMES, MONTH_NAMES, Timestamp};

const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The moment; the three forms of RFC 9110 §5.6.7, with names short or whole in any letter case, but
/// not `GMT`, of which the day may be wrong, with numbers of fewer digits and other white space.
pub(super) fn read(text: &[u8]) -> Option<Timestamp> {
    let text = text.trim_ascii();
    imf_date(Text(text)).or_else(|| rfc850_date(Text(text))).or_else(|| asctime_date(Text(text)))
}

/// `%a, %d %b %Y %H:%M:%S GMT`
fn imf_date(mut text: Text<'_>) -> Option<Timestamp> {
    text.day_name()?;
    text.literal(b",")?;
    let day = text.after_space().number(2, 31)?;
    let month = text.after_space().month()?;
    let year = text.after_space().number(LONGEST_YEAR, i64::MAX)?;
    let time = text.after_space().time()?;
    text.after_space().literal(b"GMT")?;
    text.ends_at([year, month, day], time)
}

/// `%A, %d-%b-%y %H:%M:%S GMT`; the years are 1969 to 2068.
fn rfc850_date(mut text: Text<'_>) -> Option<Timestamp> {
    text.day_name()?;
    text.literal(b",")?;
    let day = text.after_space().number(2, 31)?;
    text.literal(b"-")?;
    let month = text.month()?;
    text.literal(b"-")?;
    let short = text.number(2, 99)?;
    let year = short.saturating_add(if short < 69 { 2000 } else { 1900 });
    let time = text.after_space().time()?;
    text.after_space().literal(b"GMT")?;
    text.ends_at([year, month, day], time)
}

/// `%a %b %e %H:%M:%S %Y`
fn asctime_date(mut text: Text<'_>) -> Option<Timestamp> {
    text.day_name()?;
    let month = text.after_space().month()?;
    let day = text.after_space().number(2, 31)?;
    let time = text.after_space().time()?;
    let year = text.after_space().number(LONGEST_YEAR, i64::MAX)?;
    text.ends_at([year, month, day], time)
}

/// Longer ones are no dates of this calendar.
const LONGEST_YEAR: usize = 4;

/// What is left to read.
struct Text<'a>(&'a [u8]);

impl Text<'_> {
    fn literal(&mut self, expected: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(expected)?;
        Some(())
    }

    /// White space in the form stands for any, and for none.
    fn after_space(&mut self) -> &mut Self {
        self.0 = self.0.trim_ascii_start();
        self
    }

    fn day_name(&mut self) -> Option<()> {
        self.name(&DAYS).or_else(|| self.name(&DAY_NAMES)).map(|_| ())
    }

    fn month(&mut self) -> Option<i64> {
        let place = self.name(&MONTHS).or_else(|| self.name(&MONTH_NAMES))?;
        i64::try_from(place).ok()?.checked_add(1)
    }

    /// One of these names in any letter case: how many stand before it.
    fn name(&mut self, names: &[&str]) -> Option<usize> {
        names.iter().position(|name| {
            let rest = crate::bytes::strip_prefix_ignore_case(self.0, name.as_bytes());
            self.0 = rest.unwrap_or(self.0);
            rest.is_some()
        })
    }

    /// A number of one digit or more, up to this many.
    fn number(&mut self, longest: usize, greatest: i64) -> Option<i64> {
        let digits = self.0.iter().take(longest).take_while(|byte| byte.is_ascii_digit()).count();
        let (head, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        let number = std::str::from_utf8(head).ok()?.parse().ok()?;
        (number <= greatest).then_some(number)
    }

    fn time(&mut self) -> Option<[i64; 3]> {
        let hour = self.number(2, 23)?;
        self.literal(b":")?;
        let minute = self.number(2, 59)?;
        self.literal(b":")?;
        Some([hour, minute, self.number(2, 60)?])
    }

    /// The moment, where nothing is left.
    fn ends_at(&self, date: [i64; 3], [hour, minute, second]: [i64; 3]) -> Option<Timestamp> {
        let leap = u64::from(second == 60);
        let moment = Timestamp::from_civil(date, [hour, minute, second.min(59)])?;
        self.0.is_empty().then(|| moment.saturating_add(leap))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_envoy_reads_them() {
        for (text, expected) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777)),
            ("Sun, 6 Nov 1994 8:49:37 GMT", Some(784_111_777)),
            (" sunday,06NOVEMBER 1994  08:49:37GMT ", Some(784_111_777)),
            ("Mon, 06 Nov 1994 08:49:37 GMT", Some(784_111_777)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(784_111_777)),
            ("Sun, 06-Nov-94 08:49:37 GMT", Some(784_111_777)),
            ("Sun Nov  6 08:49:37 1994", Some(784_111_777)),
            ("Sun Nov 06 08:49:37 1994", Some(784_111_777)),
            ("Sun, 06 Nov 1994 08:49:60 GMT", Some(784_111_800)),
            ("Sun, 06 Nov 1994 08:49:37 gmt", None),
            ("Sun, 06 Nov 1994 08:49:37 UTC", None),
            ("Sun, 06 Nov 1994 08:49:37 GMT+1", None),
            ("Sun, 06 Nov 1994 24:00:00 GMT", None),
            ("Sun, 30 Feb 1994 08:49:37 GMT", None),
            ("Sunday, 06-Nov-1994 08:49:37 GMT", None),
            ("1994-11-06T08:49:37Z", None),
            ("0", None),
            ("", None),
        ] {
            assert_eq!(read(text.as_bytes()).map(Timestamp::unix), expected, "{text}");
        }
    }
}
