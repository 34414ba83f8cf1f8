//! A CDN that passes everything through.

use super::Algorithm;
use super::values::Methods;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

pub(super) const CACHING_OFF: Profile = check::sourced(Profile {
    id: "caching-off",
    name: "a CDN with caching switched off",
    as_of: "2017-06-22",
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts { methods: Fact::Known(Methods::None), ..Facts::UNKNOWN },
    operator: AxisSet::EMPTY,
    claims: &[&[Claim {
        axes: &[Axis::Methods],
        says: "Mercari's old CDN: caching was switched off for everything by the CDN's configuration, \
               not by response headers",
        source: "https://engineering.mercari.com/blog/entry/2017-06-22-204500",
        seen: "2026-11-22",
        basis: Basis::Reported,
    }]],
});
