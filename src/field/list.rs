//! Comma-separated lists whose members hold no quoted strings (RFC 9110 §5.6.1).

use super::trim;

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

impl<'a, L: Iterator<Item = &'a [u8]>> Iterator for Elements<'a, L> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        loop {
            let Some(rest) = self.rest else {
                self.rest = Some(self.lines.next()?);
                continue;
            };
            let comma = rest.iter().position(|&byte| byte == b',');
            let member = match comma.and_then(|at| rest.split_at_checked(at)) {
                Some((member, [_, after @ ..])) => {
                    self.rest = Some(after);
                    member
                }
                _ => {
                    self.rest = None;
                    rest
                }
            };
            let member = trim(member);
            if !member.is_empty() {
                return Some(member);
            }
        }
    }
}
