//! Field lines cut at commas, spaces and tabs, with quoted strings kept whole.

use crate::bytes::position_of;

/// The non-empty pieces of a field's joined lines, cut at every comma, space and tab that stands
/// outside a quoted string; an open quote runs on into the next line, as it does where a cache
/// joins the lines first.
///
/// Of a piece that runs over the end of a line the part on its first line is given.
pub(crate) fn pieces<'a, L: Iterator<Item = &'a [u8]>>(lines: L) -> Pieces<'a, L> {
    Pieces { lines, rest: b"", quote: Quote::Closed }
}

/// Iterator of [`pieces`].
#[derive(Clone, Debug)]
pub(crate) struct Pieces<'a, L> {
    lines: L,
    rest: &'a [u8],
    quote: Quote,
}

/// Where in a piece the cursor stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quote {
    Closed,
    Open,
    /// After a backslash in a quoted string.
    Escaped,
}

impl Quote {
    const fn after(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Closed, b'"') | (Self::Escaped, _) => Self::Open,
            (Self::Open, b'"') => Self::Closed,
            (Self::Open, b'\\') => Self::Escaped,
            (quote, _) => quote,
        }
    }
}

impl<'a, L> Pieces<'a, L> {
    /// Takes the line up to the next separator outside a quoted string.
    fn take(&mut self) -> &'a [u8] {
        // Mostly there are no quotes at all.
        let plain = match self.quote {
            Quote::Closed => {
                position_of(self.rest, [b',', b' ', b'\t', b'"']).unwrap_or(self.rest.len())
            }
            _ => 0,
        };
        let mut quote = self.quote;
        let end = self.rest.get(plain..).unwrap_or_default().iter().position(|byte| {
            let ends = quote == Quote::Closed && matches!(byte, b',' | b' ' | b'\t');
            quote = quote.after(*byte);
            ends
        });
        self.quote = quote;
        let cut = end.and_then(|end| self.rest.split_at_checked(plain.saturating_add(end)));
        let (piece, rest) = match cut {
            Some((piece, [_, rest @ ..])) => (piece, rest),
            _ => (self.rest, &b""[..]),
        };
        self.rest = rest;
        piece
    }
}

impl<'a, L: Iterator<Item = &'a [u8]>> Iterator for Pieces<'a, L> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        loop {
            if self.rest.is_empty() {
                self.rest = self.lines.next()?;
                if self.quote != Quote::Closed {
                    // The comma between the lines is text too, and so is the end of the piece.
                    self.quote = self.quote.after(b',');
                    self.take();
                    continue;
                }
            }
            let piece = self.take();
            if !piece.is_empty() {
                return Some(piece);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_outside_quotes() {
        for (lines, expected) in [
            (&["a, b\tc,,d"][..], &["a", "b", "c", "d"][..]),
            (&["private=\"x, y\", max-age=60"], &["private=\"x, y\"", "max-age=60"]),
            (&["a=\"x\\\", b\", c"], &["a=\"x\\\", b\"", "c"]),
            (&["max-age=60", "private"], &["max-age=60", "private"]),
            (&["a=\"x", "y\", b", "c"], &["a=\"x", "b", "c"]),
            (&["a=\"x\\", "y, b"], &["a=\"x\\"]),
            (&["", ",", " "], &[]),
        ] {
            let cut: Vec<_> = pieces(lines.iter().map(|line| line.as_bytes())).collect();
            let expected: Vec<_> = expected.iter().map(|piece| piece.as_bytes()).collect();
            assert_eq!(cut, expected, "{lines:?}");
        }
    }
}
