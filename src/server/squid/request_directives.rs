//! What a request asks of the cache (src/client_side_request.cc, clientInterpretRequestHeaders).

use super::date::word_date;
use super::directives::{Value, squid_directives};
use crate::field::{Field, Known};
use crate::policy::{Presence, RequestPolicy};
use crate::profile::{OnCondition, OnReload, PatternOptions};
use crate::server::kit::LetterCase;

/// The directives of a request as Squid reads them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RequestDirectives<'a> {
    pub(super) no_store: Presence<'a>,
    /// What `no-cache` does, or Pragma: no-cache where there is no Cache-Control that Squid
    /// understands.
    pub(super) reload: Option<OnReload>,
    /// An option has this request validate what it finds.
    pub(super) validation: bool,
    pub(super) max_age: Option<i64>,
    pub(super) min_fresh: Option<i64>,
    pub(super) max_stale: Option<MaxStale>,
}

/// How stale a response may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MaxStale {
    Any,
    Seconds(i64),
}

impl<'a> RequestDirectives<'a> {
    pub(super) fn of(
        request: &RequestPolicy<'a>,
        case: LetterCase,
        options: &PatternOptions,
    ) -> Self {
        let mut directives = Self::default();
        let mut read = squid_directives(request.scan().all(Field::CacheControl), case).peekable();
        if read.peek().is_none() && request.pragma_no_cache().is_some() {
            directives.reload = Some(options.on_reload);
        }
        for directive in read {
            let seen = Presence::Present(directive.text);
            let seconds = match directive.value {
                Value::Seconds(seconds) => i64::try_from(seconds).ok(),
                Value::None | Value::Fields => None,
            };
            match directive.known {
                Known::NoStore => directives.no_store = seen,
                Known::NoCache => directives.reload = Some(options.on_reload),
                // It asks for no more than a reload does.
                Known::MaxAge if options.on_reload == OnReload::Ignore && seconds == Some(0) => {}
                Known::MaxAge => directives.max_age = directives.max_age.or(seconds),
                Known::MinFresh => directives.min_fresh = directives.min_fresh.or(seconds),
                Known::MaxStale => {
                    let most = seconds.map_or(MaxStale::Any, MaxStale::Seconds);
                    directives.max_stale = directives.max_stale.or(Some(most));
                }
                _ => {}
            }
        }
        directives.validation = directives.reload == Some(OnReload::Validate)
            || (options.on_condition == OnCondition::Validate && is_dated(request));
        directives
    }
}

/// Whether it has an If-Modified-Since that is a date.
fn is_dated(request: &RequestPolicy<'_>) -> bool {
    request.scan().first(Field::IfModifiedSince).and_then(word_date).is_some()
}
