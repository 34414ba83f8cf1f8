//! What a request asks of Envoy's cache (`initializeRequestCacheControl` in cache_sessions.cc).

use super::directives::envoy_directives;
use crate::field::{Field, FieldLines, Known};
use crate::policy::{DeltaSeconds, Presence, RequestPolicy};
use crate::profile::{Envoy, RequestControl};
use crate::server::kit::LetterCase;

/// The request as Envoy reads it.
pub(super) fn as_read<'a>(
    request: &RequestPolicy<'a>,
    settings: &Envoy,
    case: LetterCase,
) -> RequestPolicy<'a> {
    let mut read = *request;
    (read.no_store, read.no_cache) = (Presence::Absent, Presence::Absent);
    (read.max_age, read.min_fresh, read.max_stale) =
        (DeltaSeconds::Absent, DeltaSeconds::Absent, DeltaSeconds::Absent);
    if settings.request_control == RequestControl::Ignored {
        return read;
    }
    let control = request.scan().all(Field::CacheControl);
    if control.clone().all(<[u8]>::is_empty) {
        // Pragma counts in its place, and of that no-cache alone.
        read.no_cache = no_cache(request.scan().all(Field::Pragma), case);
        return read;
    }
    for directive in envoy_directives(control, case) {
        let seen = Presence::Present(directive.text);
        match directive.known {
            Known::NoStore => read.no_store = seen,
            Known::NoCache => read.no_cache = seen,
            Known::MaxAge => read.max_age = directive.seconds(),
            Known::MinFresh => read.min_fresh = directive.seconds(),
            Known::MaxStale if directive.has_argument() => read.max_stale = directive.seconds(),
            // Any staleness.
            Known::MaxStale => read.max_stale = DeltaSeconds::Seconds(u64::MAX, directive.text),
            _ => {}
        }
    }
    read
}

fn no_cache(lines: FieldLines<'_>, case: LetterCase) -> Presence<'_> {
    envoy_directives(lines, case)
        .find(|directive| directive.known == Known::NoCache)
        .map_or(Presence::Absent, |directive| Presence::Present(directive.text))
}
