//! Errors that Akamai caches.

use super::super::Settings;
use super::super::settings::Setting;
use super::{SEEN, doubted, names};
use crate::profile::{Axis, AxisSet, Basis, Claim, Fact, Facts, Statuses};

const CACHED_ERRORS: &[Claim] = &[Claim {
    axes: &[Axis::Statuses],
    says: "with the behaviour for errors 500, 502, 503 and 504 are cached too; where stale objects are preserved \
           these are kept instead, and what becomes of an error for which there is none is not said",
    source: "https://techdocs.akamai.com/property-mgr/docs/cache-http-err-responses, \
        https://techdocs.akamai.com/property-mgr/reference/ga-cache-error",
    seen: SEEN,
    basis: Basis::Documented,
}];

/// An error, or a redirect, that has a lifetime of its own may be stored.
pub(super) fn errors(settings: &Settings, setting: &mut Setting) {
    let facts = *setting.profile.facts();
    let table = &settings.fixed_ttl_by_status;
    let Some(known) = facts.statuses.known().filter(|_| !table.is_empty()) else { return };
    let doubtful = |status| names(table, status);
    let statuses = Statuses {
        explicit: doubted(known.explicit, doubtful),
        heuristic: doubted(known.heuristic, doubtful),
    };
    let facts = Facts { statuses: Fact::Known(statuses), ..facts };
    setting.profile = setting.profile.adapted(facts, AxisSet::EMPTY, CACHED_ERRORS);
}
