//! What several servers share.

mod strtol;

pub(super) use strtol::{Strtol, strtol};

use crate::field::Field;
use crate::policy::ResponsePolicy;
use crate::profile::{Collapsing, Fact};
use crate::rule::Tri;

/// The Expires that gives the lifetime: there is one, and neither s-maxage nor max-age.
pub(super) fn governing_expires<'a>(response: &ResponsePolicy<'a>) -> Option<&'a [u8]> {
    let control = &response.control;
    let unstated = control.s_maxage.is_absent() && control.max_age.is_absent();
    response.scan().first(Field::Expires).filter(|_| unstated)
}

/// Whether requests wait for each other.
pub(super) fn collapses(fact: Fact<Collapsing>) -> Tri {
    match fact {
        Fact::Known(Collapsing::On) => Tri::Yes,
        Fact::Known(Collapsing::Off) => Tri::No,
        Fact::Unknown => Tri::Maybe,
    }
}

/// Whether the letter case of a directive's name matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LetterCase {
    /// Names count in lower case only.
    Counts,
    /// Names count in any.
    Ignored,
}

/// Seconds that go through a count of microseconds in 64 bits: what does not fit wraps around.
pub(super) const fn in_microseconds(seconds: i64) -> i64 {
    const MICROSECONDS: i64 = 1_000_000;
    seconds.wrapping_mul(MICROSECONDS).wrapping_div(MICROSECONDS)
}
