//! Comma-separated lists whose members hold no quoted strings (RFC 9110 §5.6.1).

use super::{token_length, trim};

/// The non-empty members of a list field, over all its lines: cut at every comma, trimmed.
///
/// For fields such as `Vary` and `Connection`.
///
/// ```
/// use storable::field::{FieldLines, elements};
///
/// let names: Vec<_> = elements(FieldLines::one(b"Accept-Encoding, , Cookie")).collect();
/// assert_eq!(names, [&b"Accept-Encoding"[..], b"Cookie"]);
/// ```
pub fn elements<'a, L: Iterator<Item = &'a [u8]>>(lines: L) -> Elements<'a, L> {
    Elements { lines, rest: None }
}

/// Iterator of [`elements`].
#[derive(Clone, Debug)]
pub struct Elements<'a, L> {
    lines: L,
    rest: Option<&'a [u8]>,
}

impl<'a, L: Iterator<Item = &'a [u8]>> Elements<'a, L> {
    /// The next member, and how many token bytes it begins with: a token has no others.
    pub(crate) fn next_member(&mut self) -> Option<(&'a [u8], usize)> {
        loop {
            let Some(mut rest) = self.rest else {
                self.rest = Some(self.lines.next()?);
                continue;
            };
            while let [b' ' | b'\t', after @ ..] = rest {
                rest = after;
            }
            // Nearly every member is a token, and a comma follows or nothing.
            let token = token_length(rest);
            let (_, after) = rest.split_at_checked(token).unwrap_or_default();
            let more = after.iter().position(|&byte| byte == b',').unwrap_or(after.len());
            let (member, after) =
                rest.split_at_checked(token.saturating_add(more)).unwrap_or_default();
            self.rest = after.get(1..);
            let member = trim(member);
            if !member.is_empty() {
                return Some((member, token));
            }
        }
    }
}

impl<'a, L: Iterator<Item = &'a [u8]>> Iterator for Elements<'a, L> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        self.next_member().map(|(member, _)| member)
    }
}
