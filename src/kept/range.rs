//! RFC 9110 §14: byte ranges.

use std::fmt::Write;

use crate::bytes::{digit, trim};
use crate::field::{Field, Scan};
use crate::message::ResponseHead;
use crate::policy::{Method, RequestPolicy};

/// More ranges than these in one request are ignored, and the whole is sent: RFC 9110 §14.2 allows
/// it against requests that ask for much with little.
pub(crate) const RANGES: usize = 16;

/// One range of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spec {
    /// From the first to the last position.
    Closed(u64, u64),
    /// From a position to the end.
    From(u64),
    /// The last so many octets.
    Suffix(u64),
}

/// The ranges that a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RangeRequest {
    specs: [Spec; RANGES],
    length: usize,
}

/// What the ranges come to for content of some length.
#[expect(clippy::large_enum_variant, reason = "ranges are resolved without an allocation")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resolved {
    /// These, each as first and last position.
    Ranges(Ranges),
    /// None is in the content.
    Unsatisfiable,
    /// The request is better answered with the whole.
    Ignored,
}

/// First and last positions, in the order of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ranges {
    ranges: [(u64, u64); RANGES],
    length: usize,
}

impl Ranges {
    pub(crate) fn all(&self) -> &[(u64, u64)] {
        self.ranges.get(..self.length).unwrap_or_default()
    }
}

impl RangeRequest {
    /// How many ranges are asked for.
    pub(crate) const fn count(&self) -> usize {
        self.length
    }

    /// The ranges of a GET (§14.2: no other method has any). A field with one fault, or of another
    /// unit, asks for nothing.
    pub(crate) fn of(request: &RequestPolicy<'_>) -> Option<Self> {
        let scan = request.scan();
        if request.method != Method::Get || scan.repeats(Field::Range) {
            return None;
        }
        Self::parse(scan.first(Field::Range)?)
    }

    fn parse(text: &[u8]) -> Option<Self> {
        let (unit, set) = text.split_at_checked(text.iter().position(|&byte| byte == b'=')?)?;
        if !unit.eq_ignore_ascii_case(b"bytes") {
            return None;
        }
        let mut request = Self { specs: [Spec::From(0); RANGES], length: 0 };
        let set = set.get(1..)?;
        for spec in set.split(|&byte| byte == b',').map(trim).filter(|spec| !spec.is_empty()) {
            *request.specs.get_mut(request.length)? = spec_of(spec)?;
            request.length = request.length.checked_add(1)?;
        }
        (request.length > 0).then_some(request)
    }

    fn specs(&self) -> &[Spec] {
        self.specs.get(..self.length).unwrap_or_default()
    }

    /// The ranges in content of this length; where that is not known, only those that state both
    /// ends can be told.
    pub(crate) fn resolve(&self, complete: Option<u64>) -> Resolved {
        let mut found = Ranges { ranges: [(0, 0); RANGES], length: 0 };
        for spec in self.specs() {
            let range = match (*spec, complete) {
                (Spec::Closed(first, last), Some(complete)) => {
                    (first < complete).then(|| (first, last.min(complete.saturating_sub(1))))
                }
                (Spec::From(first), Some(complete)) => {
                    (first < complete).then(|| (first, complete.saturating_sub(1)))
                }
                (Spec::Suffix(count), Some(complete)) => (count > 0 && complete > 0)
                    .then(|| (complete.saturating_sub(count), complete.saturating_sub(1))),
                (Spec::Closed(first, last), None) => Some((first, last)),
                (Spec::From(_) | Spec::Suffix(_), None) => return Resolved::Ignored,
            };
            if let (Some(range), Some(slot)) = (range, found.ranges.get_mut(found.length)) {
                *slot = range;
                found.length = found.length.saturating_add(1);
            }
        }
        if found.length == 0 {
            return Resolved::Unsatisfiable;
        }
        if overlaps(found.all()) { Resolved::Ignored } else { Resolved::Ranges(found) }
    }
}

/// §14.2: more than two ranges that overlap are a sign of a broken client, or of an attack.
fn overlaps(ranges: &[(u64, u64)]) -> bool {
    let pairs = ranges.iter().enumerate().flat_map(|(at, one)| {
        ranges.iter().skip(at.saturating_add(1)).map(move |other| (one, other))
    });
    pairs.filter(|(one, other)| one.0 <= other.1 && other.0 <= one.1).count() > 1
}

fn spec_of(text: &[u8]) -> Option<Spec> {
    let (first, last) = text.split_at_checked(text.iter().position(|&byte| byte == b'-')?)?;
    let last = last.get(1..)?;
    match (first, last) {
        (b"", b"") => None,
        (b"", count) => position(count).map(Spec::Suffix),
        (first, b"") => position(first).map(Spec::From),
        (first, last) => {
            let (first, last) = (position(first)?, position(last)?);
            (first <= last).then_some(Spec::Closed(first, last))
        }
    }
}

/// §14.1.2: any number of digits; what is too great to be held is as good as the end.
fn position(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_u64, |number, &byte| {
        Some(number.saturating_mul(10).saturating_add(digit(byte)?))
    })
}

/// Content-Range of one part in bytes (§14.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ContentRange {
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) complete: Option<u64>,
}

impl ContentRange {
    /// The field of a response; `None` where there is none, or one that is invalid.
    pub(crate) fn of(response: ResponseHead<'_>) -> Option<Self> {
        let scan = Scan::of(response.lines());
        if scan.repeats(Field::ContentRange) {
            return None;
        }
        Self::parse(scan.first(Field::ContentRange)?)
    }

    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let (unit, rest) = text.split_at_checked(text.iter().position(|&byte| byte == b' ')?)?;
        if !unit.eq_ignore_ascii_case(b"bytes") {
            return None;
        }
        let rest = rest.get(1..)?;
        let (range, complete) =
            rest.split_at_checked(rest.iter().position(|&byte| byte == b'/')?)?;
        let (first, last) = range.split_at_checked(range.iter().position(|&byte| byte == b'-')?)?;
        let (first, last) = (position(first)?, position(last.get(1..)?)?);
        let complete = match complete.get(1..)? {
            b"*" => None,
            number => Some(position(number)?),
        };
        let valid = first <= last && complete.is_none_or(|complete| last < complete);
        valid.then_some(Self { first, last, complete })
    }

    pub(crate) fn length(&self) -> u64 {
        self.last.saturating_sub(self.first).saturating_add(1)
    }

    pub(crate) fn text(&self) -> String {
        let mut text = format!("bytes {}-{}/", self.first, self.last);
        // Writing to a String cannot fail.
        let _ = match self.complete {
            Some(complete) => write!(text, "{complete}"),
            None => write!(text, "*"),
        };
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{HeaderLines, RequestHead};

    #[test]
    fn ranges_of_ten_octets() {
        for (text, expected) in [
            ("bytes=0-1", Some(&[(0, 1)][..])),
            ("Bytes=0-1", Some(&[(0, 1)])),
            ("bytes=0-1, 4-5", Some(&[(0, 1), (4, 5)])),
            ("bytes=,0-1,,4-5 ,", Some(&[(0, 1), (4, 5)])),
            ("bytes=8-", Some(&[(8, 9)])),
            ("bytes=8-99999999999999999999999", Some(&[(8, 9)])),
            ("bytes=-1", Some(&[(9, 9)])),
            ("bytes=-99", Some(&[(0, 9)])),
            ("bytes=0-0, 20-", Some(&[(0, 0)])),
            ("bytes=10-", Some(&[])),
            ("bytes=10-12", Some(&[])),
            ("bytes=9-12", Some(&[(9, 9)])),
            ("bytes=-0", Some(&[])),
            ("bytes=5-2", None),
            ("bytes=0-1, x", None),
            ("bytes=", None),
            ("bytes=-", None),
            ("bytes= 0 - 1", None),
            ("items=0-1", None),
            ("bytes", None),
        ] {
            let resolved = RangeRequest::parse(text.as_bytes()).map(|it| it.resolve(Some(10)));
            let expected = expected.map(<[_]>::to_vec);
            let found = resolved.map(|resolved| match resolved {
                Resolved::Ranges(ranges) => ranges.all().to_vec(),
                Resolved::Unsatisfiable => Vec::new(),
                Resolved::Ignored => vec![(99, 99)],
            });
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn only_one_line_of_a_get_asks_for_parts() {
        let line = ("Range", &b"bytes=0-1"[..]);
        for (method, lines, expected) in [
            ("GET", &[line][..], true),
            ("HEAD", &[line], false),
            ("GET", &[line, line], false),
            ("GET", &[], false),
        ] {
            let head = RequestHead::new(method, "/", HeaderLines::from_pairs(lines));
            let asked = RangeRequest::of(&RequestPolicy::read(head)).is_some();
            assert_eq!(asked, expected, "{method} {}", lines.len());
        }
    }

    #[test]
    fn nothing_is_a_part_of_no_content() {
        for text in ["bytes=0-", "bytes=0-0", "bytes=-1"] {
            let resolved = RangeRequest::parse(text.as_bytes()).map(|it| it.resolve(Some(0)));
            assert_eq!(resolved, Some(Resolved::Unsatisfiable), "{text}");
        }
    }

    #[test]
    fn too_much_is_ignored() {
        let many = format!("bytes={}", vec!["0-0"; RANGES + 1].join(","));
        assert_eq!(RangeRequest::parse(many.as_bytes()), None);
        let overlapping = RangeRequest::parse(b"bytes=0-5, 1-6, 2-7").map(|it| it.resolve(Some(9)));
        assert_eq!(overlapping, Some(Resolved::Ignored));
        // One pair that overlaps, and ranges that only touch, are in order.
        for text in ["bytes=0-5, 5-8", "bytes=5-8, 0-5", "bytes=0-1, 2-3, 4-5, 6-7"] {
            let resolved = RangeRequest::parse(text.as_bytes()).map(|it| it.resolve(Some(9)));
            assert!(matches!(resolved, Some(Resolved::Ranges(_))), "{text}");
        }
        for text in ["bytes=0-2, 2-4, 4-6", "bytes=4-6, 2-4, 0-2"] {
            let resolved = RangeRequest::parse(text.as_bytes()).map(|it| it.resolve(Some(9)));
            assert_eq!(resolved, Some(Resolved::Ignored), "{text}");
        }
        let open = RangeRequest::parse(b"bytes=1-").map(|it| it.resolve(None));
        assert_eq!(open, Some(Resolved::Ignored));
    }

    #[test]
    fn content_ranges() {
        for (text, expected) in [
            ("bytes 0-4/10", Some((0, 4, Some(10)))),
            ("BYTES 0-4/*", Some((0, 4, None))),
            ("bytes 5-2/10", None),
            ("bytes 5-5/10", Some((5, 5, Some(10)))),
            ("bytes 0-9/5", None),
            ("bytes 0-5/5", None),
            ("bytes 0-4/5", Some((0, 4, Some(5)))),
            ("bytes */10", None),
            ("items 0-4/10", None),
            ("bytes 0-4", None),
            ("bytes=0-4/10", None),
            ("bytes 0-99999999999999999999999/5", None),
        ] {
            let found = ContentRange::parse(text.as_bytes());
            assert_eq!(found.map(|it| (it.first, it.last, it.complete)), expected, "{text}");
        }
    }
}
