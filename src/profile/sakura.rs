//! Sakura's web accelerator with VarySupport "0" and DefaultCacheTTL off.
//!
//! Both are settings of a site; that these are their first values is not confirmed. Not modelled:
//! the size limit of 2 GiB, the normalising of Accept-Encoding. By the manual's wording an answer
//! without s-maxage is not stored; whether max-age or Expires alone ever count is not said, and
//! neither is what private, Set-Cookie or Authorization do.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const SEEN: &str = "2026-11-22";
const SETTINGS: &str =
    "https://manual.sakura.ad.jp/cloud/webaccel/manual/settings-webserver.html (2024-03-22)";

pub(super) const SAKURA: Profile = check::sourced(Profile {
    id: "sakura",
    name: "Sakura web accelerator, VarySupport 0, no default TTL",
    as_of: SEEN,
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts {
        eligibility: Fact::Known(Eligibility::All),
        fixed_ttl: Fact::Known(FixedTtl::None),
        lifetime_sources: Fact::Known(LifetimeSources::Either(
            &LifetimeSources::First(&[LifetimeSource::SMaxage]),
            &LifetimeSources::First(&[
                LifetimeSource::SMaxage,
                LifetimeSource::MaxAge,
                LifetimeSource::Expires,
            ]),
        )),
        default_ttl: Fact::Known(DefaultTtl::WhereSilent(&DefaultTtl::None, Fact::Unknown)),
        heuristic: Fact::Known(Heuristic::None),
        vary_fields: Fact::Known(VaryFields::Ignored),
        request_cookie: Fact::Known(RequestRule::Ignored),
        key: Fact::Known(&[]),
        ..Facts::UNKNOWN
    },
    operator: AxisSet::EMPTY,
    claims: &[&[
        Claim {
            axes: &[Axis::LifetimeSources, Axis::FixedTtl, Axis::Eligibility, Axis::Heuristic],
            says: "s-maxage in Cache-Control makes an answer storable; a missing one is the first cause \
                   named for answers that are not stored",
            source: SETTINGS,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::DefaultTtl],
            says: "DefaultCacheTTL -1 is off, and 0 to 604800 s serve where the header is missing",
            source: "github.com/sacloud/webaccel-api-go aafded8 (2026-03-24) site.go, constants.go",
            seen: SEEN,
            basis: Basis::ReadInSource,
        },
        Claim {
            axes: &[Axis::VaryFields, Axis::RequestCookie, Axis::Key],
            says: "while VarySupport is 0, Vary is ignored and one copy for each URL goes to all clients",
            source: "https://manual.sakura.ad.jp/cloud/webaccel/manual/settings-vary.html",
            seen: SEEN,
            basis: Basis::Documented,
        },
    ]],
});
