//! Comma-separated lists whose members may hold commas inside quotes.

use crate::bytes::{position_of, trim};

/// The non-empty members of a list field, over all its lines: cut at the commas outside quotes,
/// trimmed, without one quote at the start and one at the end.
///
/// Unlike a quoted string (RFC 9110 §5.6.4) a quote opens anywhere in a member, and one that is
/// never closed runs to the end of its line. Traffic Server cuts its lists so
/// (`HdrCsvIter::find_csv`, proxy/hdrs/HdrUtils.cc).
pub(crate) fn quoted_elements<'a, L: Iterator<Item = &'a [u8]>>(lines: L) -> QuotedElements<'a, L> {
    QuotedElements { lines, rest: b"" }
}

/// Iterator of [`quoted_elements`].
#[derive(Clone, Debug)]
pub(crate) struct QuotedElements<'a, L> {
    lines: L,
    rest: &'a [u8],
}

impl<'a, L: Iterator<Item = &'a [u8]>> Iterator for QuotedElements<'a, L> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        loop {
            if self.rest.is_empty() {
                self.rest = self.lines.next()?;
            }
            let (member, rest) = cut(self.rest);
            self.rest = rest;
            let member = trim(member);
            let member = member.strip_prefix(b"\"").unwrap_or(member);
            let member = member.strip_suffix(b"\"").unwrap_or(member);
            if !member.is_empty() {
                return Some(member);
            }
        }
    }
}

/// The text before the first comma outside quotes, and the text after it. Inside quotes a quote
/// after a backslash is text.
fn cut(text: &[u8]) -> (&[u8], &[u8]) {
    // Mostly there are no quotes at all.
    let plain = position_of(text, [b',', b'"']).unwrap_or(text.len());
    let (mut quoted, mut before) = (false, 0);
    let comma = text.get(plain..).unwrap_or_default().iter().position(|&byte| {
        let escaped = quoted && before == b'\\';
        before = byte;
        if byte == b'"' && !escaped {
            quoted = !quoted;
        }
        byte == b',' && !quoted
    });
    match comma.and_then(|at| text.split_at_checked(plain.saturating_add(at))) {
        Some((member, [_, rest @ ..])) => (member, rest),
        _ => (text, b""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_inside_quotes_do_not_cut() {
        for (lines, members) in [
            (&["a, b"][..], &["a", "b"][..]),
            (&["a", "", "b,"], &["a", "b"]),
            (&[", ,,"], &[]),
            (&["\t a \t,\tb"], &["a", "b"]),
            (&[r#"foo="a, no-store, b", max-age=60"#], &[r#"foo="a, no-store, b"#, "max-age=60"]),
            (&[r#"foo="a\", b", c"#], &[r#"foo="a\", b"#, "c"]),
            (&[r#""no-store", max-age=60"#], &["no-store", "max-age=60"]),
            (&[r#""max-age=70""#], &["max-age=70"]),
            (&[r#"a="open, b"#, "c"], &[r#"a="open, b"#, "c"]),
            (&[r#""", """#, r#"""#], &[]),
            (&[r#"a="x""y", b"#], &[r#"a="x""y"#, "b"]),
        ] {
            let found: Vec<_> = quoted_elements(lines.iter().map(|line| line.as_bytes())).collect();
            let members: Vec<_> = members.iter().map(|member| member.as_bytes()).collect();
            assert_eq!(found, members, "{lines:?}");
        }
    }
}
