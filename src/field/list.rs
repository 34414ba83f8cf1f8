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
    Elements { lines, rest: b"" }
}

/// Iterator of [`elements`].
#[derive(Clone, Debug)]
pub struct Elements<'a, L> {
    lines: L,
    rest: &'a [u8],
}

impl<'a, L: Iterator<Item = &'a [u8]>> Iterator for Elements<'a, L> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        loop {
            if let Some(member) = next_member(&mut self.rest) {
                return Some(member);
            }
            self.rest = self.lines.next()?;
        }
    }
}

/// As [`cut_member`], where only the member matters.
fn next_member<'a>(line: &mut &'a [u8]) -> Option<&'a [u8]> {
    cut_member(line).map(|(member, _)| member)
}

/// Cuts the first non-empty member off a line, and tells how many token bytes it begins with: a
/// token (RFC 9110 §5.6.2) has no others.
// Part of the loops that read Vary at every verdict.
#[inline(always)]
pub(crate) fn cut_member<'a>(line: &mut &'a [u8]) -> Option<(&'a [u8], usize)> {
    while let [b' ' | b'\t' | b',', after @ ..] = *line {
        *line = after;
    }
    // Nearly every member is a token, and a comma follows or nothing.
    let token = token_length(line);
    let (_, after) = line.split_at_checked(token)?;
    let more = match after {
        [] | [b',', ..] => 0,
        _ => after.iter().position(|&byte| byte == b',').unwrap_or(after.len()),
    };
    let (member, after) = line.split_at_checked(token.saturating_add(more))?;
    *line = after;
    let member = if more == 0 { member } else { trim(member) };
    (!member.is_empty()).then_some((member, token))
}
