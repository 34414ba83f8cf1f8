//! What several servers share.

mod strtol;

pub(super) use strtol::{Strtol, strtol};

/// Whether the letter case of a directive's name matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LetterCase {
    /// Names count in lower case only.
    Counts,
    /// Names count in any.
    Ignored,
}
