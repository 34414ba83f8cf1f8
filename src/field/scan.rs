//! The lines of a message by field: one walk, and nothing is copied.

use super::{Field, FieldLines};
use crate::bytes::trim;
use crate::message::{ANOTHER_USER, HeaderLines, Source, User, UserMarks};

/// How many fields, the first ones of the list, a [`Scan`] keeps.
const KEPT: usize = Field::Accept.number();

/// The lines of one message, found by field in one walk.
#[derive(Clone, Copy)]
pub(crate) struct Scan<'a> {
    lines: HeaderLines<'a>,
    /// First lines, untrimmed: most are never looked at.
    first: [Option<&'a [u8]>; KEPT],
    present: FieldSet,
    repeated: FieldSet,
}

/// A set of fields.
#[derive(Clone, Copy)]
struct FieldSet(u64);

// Every field has a bit of its own.
const _: () = assert!(Field::ALL.len() <= 64);

impl FieldSet {
    const fn insert(&mut self, field: Field) {
        self.0 |= field.bit();
    }

    pub(crate) const fn remove(&mut self, field: Field) {
        self.0 &= !field.bit();
    }

    const fn contains(self, field: Field) -> bool {
        self.0 & field.bit() != 0
    }
}

impl<'a> Scan<'a> {
    /// No field is there yet.
    pub(crate) const fn empty(lines: HeaderLines<'a>) -> Self {
        Self { lines, first: [None; KEPT], present: FieldSet(0), repeated: FieldSet(0) }
    }

    /// The lines of a message, read.
    pub(crate) fn of(lines: HeaderLines<'a>) -> Self {
        let mut scan = Self::empty(lines);
        scan.read();
        scan
    }

    /// Reads the lines, in the place where the scan stays: it is too large to be copied around.
    pub(crate) fn read(&mut self) {
        let (mut present, mut repeated) = (FieldSet(0), FieldSet(0));
        let first = &mut self.first;
        if self.lines.are_all_different() {
            for_each_field(self.lines, |field, value| {
                present.insert(field);
                keep(first, field, value);
            });
        } else {
            for_each_field(self.lines, |field, value| {
                if present.contains(field) {
                    repeated.insert(field);
                } else {
                    present.insert(field);
                    keep(first, field, value);
                }
            });
        }
        (self.present, self.repeated) = (present, repeated);
    }

    /// Reads a request's lines, as this user sends them.
    pub(crate) fn read_as_sent_by(&mut self, user: User) {
        self.read();
        match user {
            User::AsWritten => {}
            User::Another(UserMarks::Credentials) => {
                self.remove(Field::Authorization);
                if self.has(Field::Cookie) {
                    self.put(Field::Cookie, ANOTHER_USER);
                }
            }
            User::Another(UserMarks::Agent | UserMarks::None) => {
                self.put(Field::UserAgent, ANOTHER_USER);
            }
        }
    }

    /// Gives a field this first line.
    #[inline]
    fn put(&mut self, field: Field, line: &'a [u8]) {
        self.present.insert(field);
        keep(&mut self.first, field, line);
    }

    /// Takes a field out of view.
    pub(crate) const fn remove(&mut self, field: Field) {
        self.present.remove(field);
        self.repeated.remove(field);
    }

    /// All lines of a field, in order.
    #[inline]
    pub(crate) fn all(&self, field: Field) -> FieldLines<'a> {
        match self.first(field) {
            None => FieldLines::NONE,
            Some(_) if self.repeats(field) => FieldLines::of(field, self.lines),
            Some(line) => FieldLines::trimmed(line),
        }
    }

    /// The first line of a field.
    #[inline]
    pub(crate) fn first(&self, field: Field) -> Option<&'a [u8]> {
        if !self.present.contains(field) {
            return None;
        }
        match self.first.get(field.number()) {
            Some(line) => line.map(trim),
            None => self.look_up(field),
        }
    }

    fn look_up(&self, field: Field) -> Option<&'a [u8]> {
        FieldLines::of(field, self.lines).next()
    }

    pub(crate) const fn has(&self, field: Field) -> bool {
        self.present.contains(field)
    }

    /// Whether there is a line of any of these fields.
    #[inline]
    pub(crate) fn has_any(&self, fields: &[Field]) -> bool {
        self.present.0 & fields.iter().fold(0, |set, field| set | field.bit()) != 0
    }

    /// Whether a field has more than one line.
    pub(crate) const fn repeats(&self, field: Field) -> bool {
        self.repeated.contains(field)
    }

    /// The lines of any field, by name.
    pub(crate) fn named(&self, name: &'a str) -> FieldLines<'a> {
        FieldLines::named(name, self.lines)
    }
}

/// Calls `take` with every line of a field that some cache reads, untrimmed: the loop that every
/// verdict begins with.
#[inline]
fn for_each_field<'a>(lines: HeaderLines<'a>, mut take: impl FnMut(Field, &'a [u8])) {
    match lines.source() {
        Source::Map(map) => map.iter().for_each(|(name, value)| {
            if let Some(field) = Field::of_name(name) {
                take(field, value.as_bytes());
            }
        }),
        Source::Pairs(pairs) => pairs.iter().for_each(|(name, value)| {
            if let Some(field) = Field::of(name) {
                take(field, value);
            }
        }),
        Source::Kept(lines) => lines.iter().for_each(|(name, value)| {
            if let Some(field) = Field::of(name) {
                take(field, value);
            }
        }),
    }
}

/// Keeps a first line, if it is of a field whose first line is kept.
#[inline(always)]
fn keep<'a>(first: &mut [Option<&'a [u8]>; KEPT], field: Field, line: &'a [u8]) {
    if let Some(first) = first.get_mut(field.number()) {
        *first = Some(line);
    }
}

impl std::fmt::Debug for Scan<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.lines.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{FieldCount, RequestHead};

    const LINES: [(&str, &[u8]); 6] = [
        ("Cookie", b"sid=1"),
        ("authorization", b"Basic x"),
        ("User-Agent", b"it/1"),
        ("Cache-Control", b"no-cache"),
        ("if-none-match", b"*"),
        ("Accept", b"*/*"),
    ];

    fn values(head: RequestHead<'_>, name: &str) -> Vec<Vec<u8>> {
        let lines = head.lines().filter(|(own, _)| own.eq_ignore_ascii_case(name));
        lines.map(|(_, value)| value.to_vec()).collect()
    }

    #[test]
    fn another_users_lines_are_those_that_are_judged() {
        // Which lines the request has, bit by bit.
        for kept in 0..1_u8 << LINES.len() {
            let lines: Vec<_> = (0..)
                .zip(LINES)
                .filter(|(at, _)| kept >> at & 1 == 1)
                .map(|(_, line)| line)
                .collect();
            let own = RequestHead::new("GET", "/", HeaderLines::from_pairs(&lines));
            for head in [own, own.another_user()] {
                let mut scan = Scan::empty(head.lines_as_written());
                scan.read_as_sent_by(head.user());
                for &field in Field::ALL {
                    let first = values(head, field.name()).first().cloned();
                    assert_eq!(scan.first(field).map(<[u8]>::to_vec), first, "{head:?} {field:?}");
                }
            }
            let other = own.another_user();
            assert!(LINES.iter().any(|(name, _)| values(own, name) != values(other, name)));
        }
    }

    /// What is settled without comparing is what comparing would find.
    #[test]
    fn lines_said_to_be_the_same_are_the_same() {
        for left_out in 0..=LINES.len() {
            let lines: Vec<_> = LINES
                .iter()
                .enumerate()
                .filter(|(at, _)| *at != left_out)
                .map(|it| *it.1)
                .collect();
            let own = RequestHead::new("GET", "/", HeaderLines::from_pairs(&lines));
            let heads = [own, own.another_user()];
            for (one, other) in heads.iter().flat_map(|one| heads.map(|other| (*one, other))) {
                for name in Field::ALL.iter().map(|field| field.name()) {
                    let of = |head| values(head, name);
                    if one.has_lines_of(&other, name.as_bytes()) {
                        assert_eq!(of(one), of(other), "{name}");
                    }
                    let count = match one.named(name.as_bytes()) {
                        FieldCount::Nowhere => 0,
                        FieldCount::Once(_) => 1,
                        FieldCount::Repeatedly => 2,
                    };
                    assert_eq!(count, of(one).len().min(2), "{name}");
                }
            }
        }
    }
}
