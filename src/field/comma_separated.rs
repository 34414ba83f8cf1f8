//! Comma-separated values of a field, line by line, with quoted strings kept whole.

use crate::bytes::{position_of, trim};

/// The values of each line, cut at every comma outside a quoted string and trimmed; empty ones are
/// values too. A quote that is not closed runs to the end of its line.
pub(crate) fn values<'a, L: Iterator<Item = &'a [u8]>>(lines: L) -> Values<'a, L> {
    Values { lines, rest: None }
}

/// Iterator of [`values`].
#[derive(Clone, Debug)]
pub(crate) struct Values<'a, L> {
    lines: L,
    rest: Option<&'a [u8]>,
}

impl<'a, L: Iterator<Item = &'a [u8]>> Iterator for Values<'a, L> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let line = match self.rest.take() {
            Some(rest) => rest,
            None => self.lines.next()?,
        };
        let cut = comma(line).and_then(|at| line.split_at_checked(at));
        let Some((value, [_, rest @ ..])) = cut else { return Some(trim(line)) };
        self.rest = Some(rest);
        Some(trim(value))
    }
}

/// The first comma outside a quoted string.
fn comma(line: &[u8]) -> Option<usize> {
    let mut at = position_of(line, [b',', b'"'])?;
    while line.get(at) == Some(&b'"') {
        at = at.checked_add(quoted_length(line.get(at..)?)?)?;
        let more = position_of(line.get(at..)?, [b',', b'"'])?;
        at = at.checked_add(more)?;
    }
    Some(at)
}

/// The length of the quoted string that a text begins with, in which a backslash makes the next
/// byte text.
fn quoted_length(text: &[u8]) -> Option<usize> {
    let mut bytes = text.iter().enumerate().skip(1);
    loop {
        match bytes.next()? {
            (_, b'\\') => drop(bytes.next()),
            (at, b'"') => return at.checked_add(1),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_cut_at_commas_outside_quotes() {
        for (lines, expected) in [
            (&["a , b"][..], &["a", "b"][..]),
            (&["private=\"x, y\", max-age=60"], &["private=\"x, y\"", "max-age=60"]),
            (&["a=\"x\\\", b\", c"], &["a=\"x\\\", b\"", "c"]),
            (&["a=\"x, b", "c"], &["a=\"x, b", "c"]),
            (&["", "a"], &["", "a"]),
            (&[",a,"], &["", "a", ""]),
        ] {
            let cut: Vec<_> = values(lines.iter().map(|line| line.as_bytes())).collect();
            let expected: Vec<_> = expected.iter().map(|value| value.as_bytes()).collect();
            assert_eq!(cut, expected, "{lines:?}");
        }
    }
}
