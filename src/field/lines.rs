//! The lines of one field, wherever they stand.

use super::Field;
use crate::bytes::trim;
use crate::message::HeaderLines;

/// The values of all lines of one field, in order; the joined value is their list (RFC 9110 §5.2).
#[derive(Clone, Debug)]
pub struct FieldLines<'a>(Which<'a>);

#[derive(Clone, Debug)]
enum Which<'a> {
    None,
    One(&'a [u8]),
    Slices { all: &'a [&'a [u8]], rest: std::slice::Iter<'a, &'a [u8]> },
    Many { field: Field, all: HeaderLines<'a>, rest: crate::message::Lines<'a> },
    Named { name: &'a str, all: HeaderLines<'a>, rest: crate::message::Lines<'a> },
}

impl<'a> FieldLines<'a> {
    /// A field of one line.
    #[must_use]
    pub fn one(line: &'a [u8]) -> Self {
        Self::trimmed(trim(line))
    }

    pub(crate) const NONE: Self = Self(Which::None);

    pub(super) const fn trimmed(line: &'a [u8]) -> Self {
        Self(Which::One(line))
    }

    /// The lines of one field among those of a message.
    ///
    /// ```
    /// use storable::HeaderLines;
    /// use storable::field::{Field, FieldLines};
    ///
    /// let pairs = [("Vary", &b"Cookie"[..]), ("Age", b"1"), ("vary", b"Accept")];
    /// let vary = FieldLines::of(Field::Vary, HeaderLines::from_pairs(&pairs));
    /// assert_eq!(vary.collect::<Vec<_>>(), [&b"Cookie"[..], b"Accept"]);
    /// ```
    #[must_use]
    pub fn of(field: Field, lines: HeaderLines<'a>) -> Self {
        Self(Which::Many { field, all: lines, rest: lines.iter() })
    }

    /// The lines of any field, by name.
    pub(super) fn named(name: &'a str, lines: HeaderLines<'a>) -> Self {
        Self(Which::Named { name, all: lines, rest: lines.iter() })
    }

    /// The lines of one field, already picked out.
    #[must_use]
    pub fn from_slices(lines: &'a [&'a [u8]]) -> Self {
        Self(Which::Slices { all: lines, rest: lines.iter() })
    }

    /// The line, where it is certain that there is one and no other.
    #[inline(always)]
    pub(crate) const fn only(&self) -> Option<&'a [u8]> {
        match self.0 {
            Which::One(line) => Some(line),
            _ => None,
        }
    }

    /// Whether it is certain that no line is left.
    pub(super) const fn is_empty(&self) -> bool {
        matches!(self.0, Which::None)
    }

    /// The same lines from the first on, where there are several.
    pub(super) fn restart(&self) -> Option<Self> {
        match self.0 {
            Which::Slices { all, .. } => Some(Self::from_slices(all)),
            Which::Many { field, all, .. } => {
                Some(Self(Which::Many { field, all, rest: all.iter() }))
            }
            Which::Named { name, all, .. } => Some(Self::named(name, all)),
            Which::None | Which::One(_) => None,
        }
    }
}

impl<'a> Iterator for FieldLines<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        match &mut self.0 {
            Which::None => None,
            Which::One(line) => {
                let line = *line;
                self.0 = Which::None;
                Some(line)
            }
            several => several.next_of_several(),
        }
    }
}

impl<'a> Which<'a> {
    // Most fields have one line; what is for several stays out of the way.
    #[inline(never)]
    fn next_of_several(&mut self) -> Option<&'a [u8]> {
        match self {
            Self::None | Self::One(_) => None,
            Self::Slices { rest, .. } => rest.next().map(|line| trim(line)),
            Self::Many { field, rest, .. } => {
                rest.find(|(name, _)| Field::of(name) == Some(*field)).map(|(_, value)| value)
            }
            Self::Named { name, rest, .. } => {
                rest.find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value)
            }
        }
    }
}
