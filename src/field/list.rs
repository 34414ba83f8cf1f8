//! Comma-separated lists whose members hold no quoted strings (RFC 9110 §5.6.1).

use crate::bytes::{token_length, trim};

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

/// Whether a line is names of letters and hyphens, commas, and single spaces behind commas: what
/// nearly every list of field names is. Then each member is a token, and none has to be looked at.
pub(crate) fn is_plain_list(line: &[u8]) -> bool {
    let Some(first) = line.first() else { return true };
    if !is_plain(b',', *first) {
        return false;
    }
    let (Some(front), Some(back)) = (line.first_chunk(), line.last_chunk()) else {
        // Commas behind a short line make no difference.
        let mut padded = [b','; TOGETHER + 1];
        padded.iter_mut().zip(line).for_each(|(room, byte)| *room = *byte);
        return are_plain(&padded);
    };
    let mut plain = are_plain(front) && are_plain(back);
    // What lies between them, where they do not meet.
    let mut rest = line.get(TOGETHER..).unwrap_or_default();
    while let (true, Some((window, _))) = (plain, rest.split_first_chunk()) {
        plain = are_plain(window);
        rest = rest.get(TOGETHER..).unwrap_or_default();
    }
    plain
}

/// How many bytes of a list are looked at together.
const TOGETHER: usize = 16;

/// Whether all bytes but the first are plain, each behind the one before it. All are looked at,
/// also behind one that is not: that takes a few instructions for all together.
#[inline(always)]
fn are_plain(window: &[u8; TOGETHER + 1]) -> bool {
    let ([before @ .., _], [_, bytes @ ..]) = (window, window);
    let mut plain = true;
    for (before, byte) in before.iter().zip(bytes) {
        plain &= is_plain(*before, *byte);
    }
    plain
}

#[inline(always)]
fn is_plain(before: u8, byte: u8) -> bool {
    byte.is_ascii_alphabetic()
        | (byte == b'-')
        | (byte == b',')
        | ((byte == b' ') & (before == b','))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every byte in every place of lines of every length, up to three windows.
    #[test]
    fn a_plain_list_has_nothing_but_tokens() {
        const NAMES: &[u8] = b"Accept-Encoding, Accept-Language,Cookie, X-Shop-Country";
        for length in 0..=NAMES.len() {
            for place in 0..length {
                for byte in 0..=u8::MAX {
                    let mut line: Vec<u8> = NAMES.iter().take(length).copied().collect();
                    line.splice(place..=place, [byte]);
                    let mut before = b',';
                    let plain = line
                        .iter()
                        .all(|&byte| is_plain(std::mem::replace(&mut before, byte), byte));
                    assert_eq!(is_plain_list(&line), plain, "{}", line.escape_ascii());
                    let (mut rest, mut tokens) = (&*line, true);
                    while let Some((member, token)) = cut_member(&mut rest) {
                        tokens &= token == member.len() && member != b"*";
                    }
                    assert!(tokens || !plain, "{}", line.escape_ascii());
                }
            }
        }
        assert!(is_plain_list(b"") && is_plain_list(NAMES) && is_plain_list(b", ,a"));
    }
}
