//! Which reader of Cache-Control a dialect stands for.

use super::httpd::httpd_pieces;
use super::kit::LetterCase;
use super::traffic_server::quoted_elements;
use crate::field::{Directives, FieldLines, Known, values};
use crate::message::ResponseHead;
use crate::policy::{DeltaSeconds, ResponseControl, ResponsePolicy};
use crate::profile::{Dialect, Fact, Facts};

/// Adds what the lines say, the way of a dialect; where that is unknown, unusual forms are doubtful.
#[inline]
pub(super) fn read_control<'a>(
    control: &mut ResponseControl<'a>,
    lines: FieldLines<'a>,
    dialect: Fact<Dialect>,
) {
    match dialect {
        Fact::Known(Dialect::Rfc9111) => control.read_rfc9111(lines),
        dialect => read_vendors(control, lines, dialect),
    }
}

// A function of its own, so that the RFC's reader has the registers to itself.
#[inline(never)]
fn read_vendors<'a>(
    control: &mut ResponseControl<'a>,
    lines: FieldLines<'a>,
    dialect: Fact<Dialect>,
) {
    match dialect {
        Fact::Known(Dialect::Rfc9111) => control.read_rfc9111(lines),
        Fact::Known(Dialect::RawLine(overflow)) => {
            lines.for_each(|line| control.add_raw(line, overflow));
        }
        Fact::Known(Dialect::FastlyVcl) => lines.for_each(|line| control.add_fastly(line)),
        Fact::Known(dialect @ (Dialect::Haproxy | Dialect::HaproxyWithArguments)) => {
            let lines = ResponseControl::after_plain(lines, |member| match member.known {
                Known::MustRevalidate | Known::ProxyRevalidate => true,
                _ => control.add_plain_last(member),
            });
            values(lines).for_each(|value| control.add_haproxy(value, dialect));
        }
        Fact::Known(Dialect::Httpd) => {
            let lines = control.after_plain_last(lines);
            httpd_pieces(lines).for_each(|piece| control.add_httpd(piece));
        }
        Fact::Known(Dialect::Squid5) => control.add_squid(lines, LetterCase::Counts),
        Fact::Known(Dialect::Squid) => control.add_squid(lines, LetterCase::Ignored),
        Fact::Known(Dialect::Varnish) => control.read_varnish(&lines),
        Fact::Known(Dialect::Pingora) => control.read_pingora(lines),
        Fact::Known(Dialect::Souin) => control.read_souin(lines),
        Fact::Known(Dialect::Envoy139) => control.read_envoy(lines, LetterCase::Counts),
        Fact::Known(Dialect::Envoy) => control.read_envoy(lines, LetterCase::Ignored),
        Fact::Known(Dialect::TrafficServer) => {
            let lines = control.after_plain_last(lines);
            quoted_elements(lines).for_each(|element| control.add_traffic_server(element));
        }
        Fact::Unknown => {
            let lines = ResponseControl::after_plain(lines, |member| {
                control.add_plain(member, DeltaSeconds::see_alike)
            });
            Directives::of(lines).for_each(|directive| control.add_common(&directive));
        }
    }
}

impl<'a> ResponseControl<'a> {
    /// Reads Cache-Control the way of a dialect; where that is unknown, unusual forms are
    /// doubtful.
    #[must_use]
    #[inline]
    pub fn read(lines: FieldLines<'a>, dialect: Fact<Dialect>) -> Self {
        let mut control = Self::default();
        read_control(&mut control, lines, dialect);
        control
    }
}

impl<'a> ResponsePolicy<'a> {
    /// Reads a response head by the facts of a profile.
    #[must_use]
    #[inline]
    pub fn read(head: ResponseHead<'a>, facts: &Facts) -> Self {
        let mut policy = Self::unread(head);
        policy.fill(facts, read_control);
        policy
    }
}
