//! What the readers of Cache-Control make of the plain members that a line begins with.
//!
//! It is what each makes of all members, in fewer steps; a property holds it to that.

use super::{DeltaSeconds, Presence, ResponseControl};
use crate::field::{FieldLines, Known, PlainMember};

impl<'a> ResponseControl<'a> {
    /// Reads a field by RFC 9111: of one line, all members from the first one on that is not plain
    /// are read in the longer way.
    #[inline(always)]
    pub(crate) fn read_rfc9111(&mut self, lines: FieldLines<'a>) {
        let Some(line) = lines.only() else { return self.read_rfc9111_members(lines) };
        // `take_all`, written out: its closure would be a function of its own, called for each.
        let mut rest = line;
        while let Some((member, after)) = PlainMember::cut(rest) {
            if !self.add_plain(member, DeltaSeconds::see_smallest) {
                break;
            }
            rest = after;
        }
        if !rest.is_empty() {
            self.read_rest_of_line(rest);
        }
    }

    #[inline(never)]
    fn read_rest_of_line(&mut self, rest: &'a [u8]) {
        self.read_rfc9111_members(FieldLines::one(rest));
    }

    /// The lines without the plain members that a single line begins with, which `take` takes.
    #[inline(always)]
    pub(crate) fn after_plain(
        lines: FieldLines<'a>,
        take: impl FnMut(PlainMember<'a>) -> bool,
    ) -> FieldLines<'a> {
        match lines.only() {
            Some(line) => FieldLines::one(PlainMember::take_all(line, take)),
            None => lines,
        }
    }

    /// The lines without what [`add_plain_last`](Self::add_plain_last) takes of them.
    #[inline(never)]
    pub(crate) fn after_plain_last(&mut self, lines: FieldLines<'a>) -> FieldLines<'a> {
        Self::after_plain(lines, |member| self.add_plain_last(member))
    }

    /// A plain member, as readers of RFC 9111 take it; of repeated numbers they make different
    /// things. Returns `false` for what is not as simple as it looks.
    #[inline(always)]
    pub(crate) fn add_plain(
        &mut self,
        PlainMember { known, seconds, text }: PlainMember<'a>,
        see: impl Fn(&mut DeltaSeconds<'a>, DeltaSeconds<'a>),
    ) -> bool {
        let seen = Presence::Present(text);
        match (known, seconds) {
            (Known::MustRevalidate, None) => self.must_revalidate.see(seen),
            (Known::NoCache, None) => self.no_cache.see(seen),
            (Known::NoStore, None) => self.no_store.see(seen),
            (Known::Private, None) => self.private.see(seen),
            (Known::ProxyRevalidate, None) => self.proxy_revalidate.see(seen),
            (Known::Public, None) => self.public.see(seen),
            (Known::Immutable | Known::NoTransform, None) => {}
            (known, Some(seconds)) => match self.number(known) {
                Some(number) => see(number, DeltaSeconds::Seconds(seconds, text)),
                None => return false,
            },
            _ => return false,
        }
        true
    }

    /// A plain member, as those take it who let the last of two numbers win and know no stale windows.
    pub(crate) fn add_plain_last(&mut self, member: PlainMember<'a>) -> bool {
        match (member.known, member.seconds) {
            (Known::StaleWhileRevalidate | Known::StaleIfError, Some(_)) => true,
            _ => self.add_plain(member, |number, seconds| *number = seconds),
        }
    }
}
