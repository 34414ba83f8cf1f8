//! How Varnish reads Cache-Control: the builtin VCL and `RFC2616_Ttl` in cache_rfc2616.c.

use super::token::{WholeToken, c_seconds, whole_token};
use crate::bytes::find_in_any_case;
use crate::field::{FieldLines, Known, PlainMember};
use crate::policy::{DeltaSeconds, Presence, ResponseControl};

impl<'a> ResponseControl<'a> {
    /// Varnish: the builtin VCL searches the raw text for restrictions, the engine reads lifetimes
    /// (`RFC2616_Ttl` in cache_rfc2616.c). It looks for s-maxage first, and for max-age only where
    /// there is none; what is found counts if it has a value.
    pub(crate) fn read_varnish(&mut self, lines: &FieldLines<'a>) {
        if let Some(line) = lines.only() {
            // What is found of the line's start is found first by the search, too.
            let rest = PlainMember::take_all(line, |member| self.add_plain_varnish(member));
            if rest.is_empty() {
                if !self.s_maxage.is_absent() {
                    self.max_age = DeltaSeconds::Absent;
                }
                return;
            }
            (self.s_maxage, self.max_age) = (DeltaSeconds::Absent, DeltaSeconds::Absent);
        }
        for known in [Known::NoStore, Known::Private, Known::NoCache] {
            let text = lines.clone().find_map(|line| find_in_any_case(line, known.name()));
            if let (Some(text), Some(restriction)) = (text, self.restriction(known)) {
                restriction.see(Presence::Present(text));
            }
        }
        let named = |known: Known| whole_token(lines.clone(), known.name().as_bytes());
        let stated = |token: WholeToken<'a>| {
            token.value.map_or(DeltaSeconds::Absent, |value| {
                DeltaSeconds::Seconds(c_seconds(value), token.text)
            })
        };
        match named(Known::SMaxage) {
            Some(token) => self.s_maxage = stated(token),
            None => self.max_age = named(Known::MaxAge).map_or(DeltaSeconds::Absent, stated),
        }
        self.stale_while_revalidate =
            named(Known::StaleWhileRevalidate).map_or(DeltaSeconds::Absent, stated);
    }

    /// A plain member, as Varnish finds it: of a few names, and the first number of each counts.
    pub(crate) fn add_plain_varnish(&mut self, member: PlainMember<'a>) -> bool {
        match member.known {
            Known::NoStore
            | Known::Private
            | Known::NoCache
            | Known::MaxAge
            | Known::SMaxage
            | Known::StaleWhileRevalidate => self.add_plain(member, |number, seconds| {
                if number.is_absent() {
                    *number = seconds;
                }
            }),
            _ => true,
        }
    }
}
