//! The lines of a message by field: one walk, and nothing is copied.

use super::{Field, FieldLines};
use crate::bytes::trim;
use crate::message::HeaderLines;

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

    const fn remove(&mut self, field: Field) {
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
            self.lines.for_each_field(|field, value| {
                present.insert(field);
                keep(first, field, value);
            });
        } else {
            self.lines.for_each_field(|field, value| {
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

    /// Gives a field this first line.
    #[inline]
    pub(crate) fn put(&mut self, field: Field, line: &'a [u8]) {
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
    pub(crate) fn named<'n>(
        &self,
        name: &'n str,
    ) -> impl Iterator<Item = &'a [u8]> + Clone + use<'a, 'n> {
        self.lines
            .iter()
            .filter(move |(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
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
