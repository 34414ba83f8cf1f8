//! Members of Cache-Control that all readers cut alike, however odd their grammar.
//!
//! Nearly every line has no others, and they need none of the state that odd ones do: each reader
//! begins with these and reads the rest of the line in its own way.

use super::delta::{DELTA_SECONDS_MAX, leading_seconds};
use super::directive::{Known, up_to};

/// What nearly every member of Cache-Control is: a directive in lower case, alone or with a number
/// that is less than [`DELTA_SECONDS_MAX`].
#[derive(Clone, Copy)]
pub(crate) struct PlainMember<'a> {
    pub(crate) known: Known,
    pub(crate) seconds: Option<u64>,
    /// All bytes of it, as sent.
    pub(crate) text: &'a [u8],
}

impl<'a> PlainMember<'a> {
    /// Takes the plain members off the start of a line, as long as there are any and `take` takes
    /// them. Returns the rest of the line, which begins with a member or is empty.
    #[inline(always)]
    pub(crate) fn take_all(line: &'a [u8], mut take: impl FnMut(Self) -> bool) -> &'a [u8] {
        let mut rest = line;
        while let Some((member, after)) = Self::cut(rest) {
            if !take(member) {
                break;
            }
            rest = after;
        }
        rest
    }

    /// Cuts the first member off, with the comma behind it, if it is plain.
    #[inline(always)]
    pub(crate) fn cut(line: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let mut start = line;
        while let [b' ' | b'\t' | b',', rest @ ..] = start {
            start = rest;
        }
        let (known, mut rest) = Known::begins(start)?;
        let mut seconds = None;
        if let [b'=', value @ ..] = rest {
            let (number, after) = leading_seconds(value)?;
            if number >= DELTA_SECONDS_MAX {
                return None;
            }
            (seconds, rest) = (Some(number), after);
        }
        let text = up_to(start, rest);
        match rest {
            [] => Some((Self { known, seconds, text }, rest)),
            [b',', after @ ..] => Some((Self { known, seconds, text }, after)),
            _ => None,
        }
    }
}
