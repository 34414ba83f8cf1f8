//! How Apache httpd reads Cache-Control, in requests and responses (modules/cache/cache_util.c).

use super::pieces::{Pieces, pieces};
use crate::bytes::position_of;
use crate::field::{FieldLines, Known};
use crate::policy::{DeltaSeconds, Presence, ResponseControl};
use crate::server::kit::{Strtol, strtol};

/// Directives, cut where httpd cuts them: `CACHE_SEPARATOR` in cache_util.h.
pub(crate) fn httpd_pieces(lines: FieldLines<'_>) -> Pieces<'_, FieldLines<'_>> {
    pieces(lines)
}

/// A piece, cut at its first `=`.
pub(crate) fn cut_argument(piece: &[u8]) -> (&[u8], Option<&[u8]>) {
    let cut = position_of(piece, [b'=']).and_then(|at| piece.split_at_checked(at));
    match cut {
        Some((name, [_, argument @ ..])) => (name, Some(argument)),
        _ => (piece, None),
    }
}

impl<'a> ResponseControl<'a> {
    /// `ap_cache_control` in cache_util.c: a name alone or before `=`, a number that is all of the
    /// argument. Of repeats the last one with a number counts.
    pub(crate) fn add_httpd(&mut self, piece: &'a [u8]) {
        let (name, argument) = cut_argument(piece);
        let Some(known) = Known::of(name) else { return };
        match (known, argument) {
            (Known::Private, Some(_)) => self.private_fields.see(Presence::Present(piece)),
            (Known::NoCache, Some(_)) => self.no_cache_fields.see(Presence::Present(piece)),
            (Known::Public, None) => self.public.see(Presence::Present(piece)),
            (Known::MaxAge | Known::SMaxage, Some(text)) => {
                let seconds = strtol(text).and_then(Strtol::whole);
                if let (Some(seconds), Some(number)) = (seconds, self.number(known)) {
                    *number = u64::try_from(seconds)
                        .map_or(DeltaSeconds::Invalid(piece), |seconds| {
                            DeltaSeconds::Seconds(seconds, piece)
                        });
                }
            }
            (_, None) => {
                if let Some(restriction) = self.restriction(known) {
                    restriction.see(Presence::Present(piece));
                }
            }
            _ => {}
        }
    }
}
