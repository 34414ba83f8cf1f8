//! A set of bytes in a pattern: `<a-f0-9>`, `<^/>`.

use super::LetterCase;

/// What stands between `<` and `>`.
#[derive(Clone, Copy)]
pub(super) struct Set<'p> {
    items: &'p [u8],
    is_of_others: bool,
}

impl<'p> Set<'p> {
    /// Reads it behind its `<`, and gives what stands behind its `>`; an empty one is none.
    pub(super) fn read(text: &'p [u8]) -> Option<(Self, &'p [u8])> {
        let end = text.iter().position(|&byte| byte == b'>')?;
        let (inner, behind) = text.split_at_checked(end)?;
        let (items, is_of_others) = match inner {
            [b'^', items @ ..] => (items, true),
            items => (items, false),
        };
        let set = Self { items, is_of_others };
        (!items.is_empty()).then_some((set, behind.get(1..)?))
    }

    pub(super) fn has(&self, byte: u8, case: LetterCase) -> bool {
        let (mut items, mut found) = (self.items, false);
        let either = [byte, byte.to_ascii_lowercase(), byte.to_ascii_uppercase()];
        loop {
            items = match items {
                [] => return found != self.is_of_others,
                [first, b'-', last, rest @ ..] => {
                    let mut cases = either.iter().filter(|other| case.is_same(byte, **other));
                    found |= cases.any(|other| (first..=last).contains(&other));
                    rest
                }
                [one, rest @ ..] => {
                    found |= case.is_same(*one, byte);
                    rest
                }
            };
        }
    }
}
