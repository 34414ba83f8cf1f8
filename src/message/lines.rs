//! Header lines in their order, borrowed from wherever they are.

use crate::bytes::trim;

/// All header lines of one message, borrowed.
///
/// A list of pairs keeps the order in which the lines arrived, which some caches depend on
/// (nginx before 1.23). A [`http::HeaderMap`] keeps the order of the lines of one name only.
#[derive(Clone, Copy)]
pub struct HeaderLines<'a>(Source<'a>);

/// Where the lines are.
#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    Map(&'a http::HeaderMap),
    Pairs(&'a [(&'a str, &'a [u8])]),
    Kept(&'a [KeptLine]),
}

/// A header line with text of its own.
pub(crate) type KeptLine = (Box<str>, Box<[u8]>);

/// How much is known about the order in which header lines of different names arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArrivalOrder {
    /// The lines stand in the order of arrival.
    Kept,
    /// Only the lines of one name are in order.
    Lost,
}

impl<'a> HeaderLines<'a> {
    /// Lines in the order of arrival; names in any letter case.
    #[must_use]
    pub const fn from_pairs(pairs: &'a [(&'a str, &'a [u8])]) -> Self {
        Self(Source::Pairs(pairs))
    }

    /// Lines of an `http` map.
    #[must_use]
    pub const fn from_map(map: &'a http::HeaderMap) -> Self {
        Self(Source::Map(map))
    }

    /// Lines that a store has kept.
    pub(crate) const fn from_kept(lines: &'a [KeptLine]) -> Self {
        Self(Source::Kept(lines))
    }

    /// Whether the order of differently named lines is the order of arrival.
    #[must_use]
    pub const fn arrival_order(&self) -> ArrivalOrder {
        match self.0 {
            Source::Map(_) | Source::Kept(_) => ArrivalOrder::Lost,
            Source::Pairs(_) => ArrivalOrder::Kept,
        }
    }

    /// Where they are, for loops that the kind of place makes faster.
    pub(crate) const fn source(&self) -> Source<'a> {
        self.0
    }

    /// Whether both are the very same lines, in the same place.
    pub(super) fn is(&self, other: &Self) -> bool {
        match (self.0, other.0) {
            (Source::Map(one), Source::Map(other)) => std::ptr::eq(one, other),
            (Source::Pairs(one), Source::Pairs(other)) => std::ptr::eq(one, other),
            (Source::Kept(one), Source::Kept(other)) => std::ptr::eq(one, other),
            _ => false,
        }
    }

    /// Every line as `(name, value)`, the value without surrounding spaces and tabs
    /// (RFC 9110 §5.5).
    #[must_use]
    pub fn iter(&self) -> Lines<'a> {
        Lines(match self.0 {
            Source::Map(map) => LinesOf::Map { map, rest: map.iter(), taken: 0 },
            Source::Pairs(pairs) => LinesOf::Pairs(pairs.iter()),
            Source::Kept(lines) => LinesOf::Kept(lines.iter()),
        })
    }

    /// Calls `take` with every line, untrimmed.
    #[inline]
    pub(super) fn for_each(&self, mut take: impl FnMut(&'a str, &'a [u8])) {
        match self.0 {
            Source::Map(map) => {
                map.iter().for_each(|(name, value)| take(name.as_str(), value.as_bytes()));
            }
            Source::Pairs(pairs) => pairs.iter().for_each(|(name, value)| take(name, value)),
            Source::Kept(lines) => lines.iter().for_each(|(name, value)| take(name, value)),
        }
    }

    /// Whether it is certain, without a look, that no two lines have the same name.
    pub(crate) fn are_all_different(&self) -> bool {
        match self.0 {
            Source::Map(map) => map.len() == map.keys_len(),
            Source::Pairs(_) | Source::Kept(_) => false,
        }
    }
}

impl<'a> IntoIterator for HeaderLines<'a> {
    type Item = (&'a str, &'a [u8]);
    type IntoIter = Lines<'a>;

    fn into_iter(self) -> Lines<'a> {
        self.iter()
    }
}

impl std::fmt::Debug for HeaderLines<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lines = self.iter().map(|(name, value)| (name, value.escape_ascii().to_string()));
        f.debug_map().entries(lines).finish()
    }
}

/// The lines of a message; made by [`HeaderLines::iter`].
#[derive(Clone)]
pub struct Lines<'a>(LinesOf<'a>);

enum LinesOf<'a> {
    Map { map: &'a http::HeaderMap, rest: http::header::Iter<'a, http::HeaderValue>, taken: usize },
    Pairs(std::slice::Iter<'a, (&'a str, &'a [u8])>),
    Kept(std::slice::Iter<'a, KeptLine>),
}

/// Costs a walk over the lines already taken: `http` has no iterator that can be cloned.
impl Clone for LinesOf<'_> {
    fn clone(&self) -> Self {
        match self {
            Self::Map { map, taken, .. } => {
                let mut rest = map.iter();
                for _ in 0..*taken {
                    rest.next();
                }
                Self::Map { map, rest, taken: *taken }
            }
            Self::Pairs(rest) => Self::Pairs(rest.clone()),
            Self::Kept(rest) => Self::Kept(rest.clone()),
        }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = (&'a str, &'a [u8]);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (name, value) = match &mut self.0 {
            LinesOf::Map { rest, taken, .. } => {
                *taken = taken.saturating_add(1);
                rest.next().map(|(name, value)| (name.as_str(), value.as_bytes()))?
            }
            LinesOf::Pairs(lines) => lines.next().copied()?,
            LinesOf::Kept(lines) => lines.next().map(|(name, value)| (&**name, &**value))?,
        };
        Some((name, trim(value)))
    }
}

impl std::fmt::Debug for Lines<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lines(..)")
    }
}
