//! RFC 9111 §5.2.1: request directives.

use super::Served;
use crate::policy::{RequestPolicy, Stated};
use crate::profile::{Fact, Profile, RequestRule};

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
        let granted = profile.facts().request_no_cache;
        if granted == Fact::Known(RequestRule::Ignored) {
            let none = Stated::Absent;
            return Self { validation: false, max_age: none, min_fresh: none, max_stale: none };
        }
        Self {
            validation: !request.no_cache.is_absent(),
            max_age: request.max_age,
            min_fresh: request.min_fresh,
            // Where it is not known whether wishes are granted, none to be less careful is.
            max_stale: if granted == Fact::Unknown { Stated::Absent } else { request.max_stale },
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
