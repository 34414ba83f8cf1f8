//! Who says so.

use super::Axis;

/// A statement about a cache: what, from where, seen when, known how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The questions it answers.
    pub axes: &'static [Axis],
    /// The statement, in our words.
    pub says: &'static str,
    /// Where it can be read: an address, a file and commit, a recording, an RFC section.
    pub source: &'static str,
    /// The day it was seen there, `YYYY-MM-DD`.
    pub seen: &'static str,
    /// How it is known.
    pub basis: Basis,
}

/// How something is known, from the strongest to the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Basis {
    /// A standard says so.
    Specified,
    /// The real cache was seen doing it.
    Measured,
    /// It stands in the cache's source code.
    ReadInSource,
    /// The vendor's own documentation says so.
    Documented,
    /// Somebody else says so, or it follows from what is documented.
    Reported,
    /// It speaks against what the profile says: it is told beside that, and decides nothing.
    Disputing,
}

impl Basis {
    /// The basis in a word or two.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Specified => "specified",
            Self::Measured => "measured",
            Self::ReadInSource => "read in source",
            Self::Documented => "documented",
            Self::Reported => "reported",
            Self::Disputing => "disputing",
        }
    }
}

impl std::fmt::Display for Basis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
