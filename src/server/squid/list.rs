//! Comma-separated lists, cut as if all lines were joined first: a comma between double quotes
//! separates nothing, wherever in a member the quotes stand, and a quote runs on over a line's end
//! (Squid's src/StrList.cc, strListGetItem).

use crate::bytes::position_of;

/// One member of such a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct JoinedItem<'a> {
    /// Its bytes on the line it begins on, without the white space around them.
    pub(crate) text: &'a [u8],
    /// Where its last quote is closed.
    pub(crate) closed: Closed,
}

/// Where a quote is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    /// On the line it was opened on; there may be none.
    OnItsLine,
    /// On a later line of the field, which is part of the member up to there.
    OnALaterLine,
    /// Nowhere: the member is everything up to the end of the field.
    Nowhere,
}

/// The members of a list, over all lines of a field; a line's end is a comma, except in quotes.
#[derive(Clone, Debug)]
pub(crate) struct JoinedItems<'a, L> {
    lines: L,
    rest: &'a [u8],
}

impl<'a, L: Iterator<Item = &'a [u8]>> JoinedItems<'a, L> {
    pub(crate) const fn of(lines: L) -> Self {
        Self { lines, rest: b"" }
    }

    /// Takes the rest of an open quote, and of its member, off the following lines.
    fn close_on_a_later_line(&mut self) -> Closed {
        for line in self.lines.by_ref() {
            let (end, quote) = member_end(line, Quote::Open);
            if quote == Quote::Shut {
                self.rest = line.get(end..).unwrap_or_default();
                return Closed::OnALaterLine;
            }
        }
        Closed::Nowhere
    }
}

impl<'a, L: Iterator<Item = &'a [u8]>> Iterator for JoinedItems<'a, L> {
    type Item = JoinedItem<'a>;

    fn next(&mut self) -> Option<JoinedItem<'a>> {
        let start = loop {
            let separator = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',');
            match self.rest.iter().position(|byte| !separator(byte)) {
                Some(start) => break start,
                None => self.rest = self.lines.next()?,
            }
        };
        let line = self.rest.get(start..).unwrap_or_default();
        let (end, quote) = member_end(line, Quote::Shut);
        let (text, rest) = line.split_at_checked(end).unwrap_or((line, b""));
        self.rest = rest;
        let closed = match quote {
            Quote::Shut => Closed::OnItsLine,
            Quote::Open => self.close_on_a_later_line(),
        };
        Some(JoinedItem { text: text.trim_ascii_end(), closed })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    Open,
    Shut,
}

/// Where the member that `line` begins with, or goes on with, ends, and whether a quote is open
/// there.
fn member_end(line: &[u8], mut quote: Quote) -> (usize, Quote) {
    // Mostly there are no quotes at all.
    let plain = match quote {
        Quote::Shut => position_of(line, [b',', b'"']),
        Quote::Open => Some(0),
    };
    let Some(plain) = plain else { return (line.len(), quote) };
    let mut escaped = false;
    for (at, byte) in line.iter().enumerate().skip(plain) {
        match (byte, quote) {
            _ if escaped => escaped = false,
            (b'\\', Quote::Open) => escaped = true,
            (b'"', Quote::Open) => quote = Quote::Shut,
            (b'"', Quote::Shut) => quote = Quote::Open,
            (b',', Quote::Shut) => return (at, quote),
            _ => {}
        }
    }
    (line.len(), quote)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lines: &[&str], items: &[(&str, Closed)]) {
        let read: Vec<_> = JoinedItems::of(lines.iter().map(|line| line.as_bytes()))
            .map(|item| (std::str::from_utf8(item.text).unwrap(), item.closed))
            .collect();
        assert_eq!(read, items, "{lines:?}");
    }

    #[test]
    fn commas_in_quotes_separate_nothing() {
        use Closed::{Nowhere, OnALaterLine, OnItsLine};
        check(
            &[" a ,, b=\"x, y\" ,c d"],
            &[("a", OnItsLine), ("b=\"x, y\"", OnItsLine), ("c d", OnItsLine)],
        );
        check(&["a", "", "b"], &[("a", OnItsLine), ("b", OnItsLine)]);
        check(&["x\"a, b\"y, z"], &[("x\"a, b\"y", OnItsLine), ("z", OnItsLine)]);
        check(&["a=\"\\\", b\", c"], &[("a=\"\\\", b\"", OnItsLine), ("c", OnItsLine)]);
        check(&["a=\"b, c"], &[("a=\"b, c", Nowhere)]);
        check(&["a=\"b", "c\" d, e"], &[("a=\"b", OnALaterLine), ("e", OnItsLine)]);
        check(&["a=\"b", "c", "no-store"], &[("a=\"b", Nowhere)]);
        check(&[",, ", ""], &[]);
    }
}
