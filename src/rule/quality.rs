//! RFC 9110 §12.4.2: lists whose members have a weight.

use crate::bytes::{digit, trim};
use crate::field::elements;

/// Longer lists are compared as they stand.
const MEMBERS: usize = 32;

/// The members of Accept-Language or Accept-Encoding, with their weights in thousandths.
#[derive(Clone, Copy)]
pub(crate) struct WeightedList<'a> {
    members: [(&'a [u8], u16); MEMBERS],
    length: usize,
}

impl<'a> WeightedList<'a> {
    /// Reads a list; `None` where a member is anything but a value with or without a weight.
    pub(crate) fn read(lines: impl Iterator<Item = &'a [u8]>) -> Option<Self> {
        let mut list = Self { members: [(b"", 0); MEMBERS], length: 0 };
        for element in elements(lines) {
            *list.members.get_mut(list.length)? = member(element)?;
            list.length = list.length.checked_add(1)?;
        }
        Some(list)
    }

    fn members(&self) -> &[(&'a [u8], u16)] {
        self.members.get(..self.length).unwrap_or_default()
    }

    /// The same members, letter case and order apart.
    pub(crate) fn is_same(&self, other: &WeightedList<'_>) -> bool {
        let mut taken = [false; MEMBERS];
        self.length == other.length
            && self.members().iter().all(|(value, weight)| {
                let free = other.members().iter().zip(&mut taken).find(|((theirs, w), taken)| {
                    !**taken && w == weight && theirs.eq_ignore_ascii_case(value)
                });
                free.map(|(_, taken)| *taken = true).is_some()
            })
    }
}

impl WeightedList<'_> {
    /// The same members, letter case apart, those of one weight in the same order: some origins take
    /// that for an order of preference (RFC 9110 §12.5.4).
    pub(crate) fn is_same_in_order(&self, other: &WeightedList<'_>) -> bool {
        self.length == other.length
            && self.members().iter().enumerate().all(|(place, (value, weight))| {
                let before = self.members().iter().take(place);
                let rank = before.filter(|(_, other)| other == weight).count();
                let mut alike = other.members().iter().filter(|(_, own)| own == weight);
                alike.nth(rank).is_some_and(|(theirs, _)| theirs.eq_ignore_ascii_case(value))
            })
    }
}

fn member(element: &[u8]) -> Option<(&[u8], u16)> {
    let mut parts = element.split(|&byte| byte == b';');
    let value = trim(parts.next()?);
    let weight = match parts.next() {
        None => 1000,
        Some(parameter) => match trim(parameter) {
            [b'q' | b'Q', b'=', weight @ ..] => thousandths(weight)?,
            _ => return None,
        },
    };
    parts.next().is_none().then_some((value, weight))
}

/// RFC 9110 §12.4.2: `0` or `1`, and up to three digits after a point.
fn thousandths(text: &[u8]) -> Option<u16> {
    let (whole, fraction) = match text {
        [whole] => (whole, &[][..]),
        [whole, b'.', fraction @ ..] if fraction.len() <= 3 => (whole, fraction),
        _ => return None,
    };
    let mut weight = u16::try_from(digit(*whole)?).ok()?.checked_mul(1000)?;
    for (byte, unit) in fraction.iter().zip([100_u16, 10, 1]) {
        weight = weight.checked_add(u16::try_from(digit(*byte)?).ok()?.checked_mul(unit)?)?;
    }
    (weight <= 1000).then_some(weight)
}

/// The weight that a list gives to a language by basic filtering (RFC 4647 §3.3.1): that of the
/// longest range that is the tag or a prefix of it, else that of `*`, else 0.
pub(crate) fn quality_of<'a>(lines: impl Iterator<Item = &'a [u8]>, language: &[u8]) -> u16 {
    let Some(list) = WeightedList::read(lines) else { return 0 };
    let fits = |range: &[u8]| {
        range == b"*"
            || language.get(..range.len()).is_some_and(|start| {
                start.eq_ignore_ascii_case(range)
                    && matches!(language.get(range.len()), None | Some(b'-'))
            })
    };
    let length = |range: &[u8]| if range == b"*" { 0 } else { range.len() };
    let best = list.members().iter().filter(|(range, _)| fits(range));
    best.max_by_key(|(range, _)| length(range)).map_or(0, |(_, weight)| *weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights() {
        for (text, weight) in [
            ("en", Some(1000)),
            ("en;q=0.5", Some(500)),
            ("en ; q=0.125", Some(125)),
            ("en;q=1.000", Some(1000)),
            ("en;q=0", Some(0)),
            ("en;q=0.", Some(0)),
            ("en;q=1.5", None),
            ("en;q=2", None),
            ("en;q=.5", None),
            ("en;q=0.1234", None),
            ("en;q=0.5;x=1", None),
            ("en;level=1", None),
        ] {
            let read = member(text.as_bytes());
            assert_eq!(read.map(|(_, weight)| weight), weight, "{text}");
        }
    }

    #[test]
    fn the_longest_range_counts() {
        for (list, language, weight) in [
            ("en;q=0.5, en-gb;q=0.9, *;q=0.1", "en-GB", 900),
            ("en;q=0.5, en-gb;q=0.9, *;q=0.1", "en-US", 500),
            ("en;q=0.5, *;q=0.1", "de", 100),
            ("en", "eng", 0),
            ("en", "de", 0),
        ] {
            let lines = std::iter::once(list.as_bytes());
            assert_eq!(quality_of(lines, language.as_bytes()), weight, "{list} {language}");
        }
    }
}
