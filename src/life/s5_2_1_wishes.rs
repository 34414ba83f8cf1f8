//! RFC 9111 §5.2.1: request directives.

use super::Served;
use crate::policy::{RequestPolicy, Stated};
use crate::profile::{Fact, Profile, RequestPragma, RequestRule};

/// §5.2.1: what a request wants of a stored response, where the cache does as it is asked.
#[derive(Clone, Copy)]
pub(super) struct Wishes<'a> {
    pub(super) validation: bool,
    max_age: Stated<'a>,
    min_fresh: Stated<'a>,
    max_stale: Stated<'a>,
}

impl<'a> Wishes<'a> {
    pub(super) fn of(request: &RequestPolicy<'a>, profile: &Profile) -> Self {
        let facts = profile.facts();
        let ignored = facts.request_no_cache == Fact::Known(RequestRule::Ignored);
        let (max_stale, min_fresh) = match (facts.wishes, facts.request_no_cache) {
            (Fact::Known(wishes), _) => (wishes.max_stale, wishes.min_fresh),
            _ if ignored => (RequestRule::Ignored, RequestRule::Ignored),
            // Where it is not known whether wishes are granted, none to be less careful is.
            (_, Fact::Unknown) => (RequestRule::Ignored, RequestRule::Honoured),
            (_, Fact::Known(_)) => (RequestRule::Honoured, RequestRule::Honoured),
        };
        let pragma_counts = match facts.request_pragma {
            Fact::Known(RequestPragma::Always) => true,
            Fact::Known(RequestPragma::WithoutKnownDirective) => states_nothing(request),
            // That is in the policy of the request.
            Fact::Known(RequestPragma::WithoutCacheControl) | Fact::Unknown => false,
        };
        let pragma = pragma_counts && request.pragma_no_cache().is_some();
        let bypassed = !request.max_stale.is_absent() && max_stale == RequestRule::Bypassed
            || !request.min_fresh.is_absent() && min_fresh == RequestRule::Bypassed;
        let granted = |stated, when| if when { stated } else { Stated::Absent };
        Self {
            validation: !ignored && !request.no_cache.is_absent() || pragma || bypassed,
            max_age: granted(request.max_age, !ignored),
            min_fresh: granted(request.min_fresh, min_fresh == RequestRule::Honoured),
            max_stale: granted(request.max_stale, max_stale == RequestRule::Honoured),
        }
    }

    /// §5.2.1.1 and §5.2.1.3.
    pub(super) fn young_enough(&self, served: &Served) -> bool {
        let lasting = match self.min_fresh {
            Stated::Seconds(seconds, _) => {
                u64::try_from(served.remaining).is_ok_and(|left| left >= seconds)
            }
            Stated::Invalid(_) | Stated::Doubtful(_) => false,
            Stated::Absent => true,
        };
        lasting && self.age_accepted(served)
    }

    /// §5.2.1.1.
    fn age_accepted(&self, served: &Served) -> bool {
        match self.max_age {
            Stated::Seconds(seconds, _) => served.age <= seconds,
            Stated::Invalid(_) | Stated::Doubtful(_) => false,
            Stated::Absent => true,
        }
    }

    /// §5.2.1.2: without a number, any staleness. Beside it max-age still bounds the age, and
    /// min-fresh wants what is fresh.
    pub(super) fn accepts_stale(&self, served: &Served, staleness: u64) -> bool {
        let accepted = match self.max_stale {
            Stated::Seconds(seconds, _) => staleness <= seconds,
            Stated::Invalid(text) => !text.contains(&b'='),
            Stated::Absent | Stated::Doubtful(_) => false,
        };
        accepted && self.min_fresh.is_absent() && self.age_accepted(served)
    }

    /// §5.2.1.1: max-age wants nothing stale, unless max-stale is there too; min-fresh never does.
    pub(super) fn stale_not_refused(&self) -> bool {
        self.min_fresh.is_absent() && (self.max_age.is_absent() || !self.max_stale.is_absent())
    }
}

fn states_nothing(request: &RequestPolicy<'_>) -> bool {
    [&request.no_store, &request.no_cache, &request.only_if_cached].iter().all(|it| it.is_absent())
        && [&request.max_age, &request.min_fresh, &request.max_stale]
            .iter()
            .all(|it| it.is_absent())
}
