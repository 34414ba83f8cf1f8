//! Tencent Cloud CDN, acceleration type "static site", following the origin.
//!
//! Not modelled: the types for downloads and video on demand (every file for 30 days), rules by
//! file type and path with their switches (force, the smaller lifetime, heuristics), the offline
//! cache, browsers' lifetime, the limit of 365 days, which is one of rules, and EdgeOne, whose
//! default is a picture that could not be read. What Set-Cookie does is unknown: the vendor's
//! schema describes the same switch in two ways. Whether the 10 s of a 404 beat a lifetime of its
//! own is not said.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const SEEN: &str = "2026-11-22";
const DEFAULTS: &str = "https://intl.cloud.tencent.com/zh/document/product/228/38424 (2021-03-29)";

const NOT_FOUND: &[(StatusSet, Ttl)] = &[(StatusSet::Only(&[404]), Ttl::Seconds(10))];

pub(super) const TENCENT: Profile = check::sourced(Profile {
    id: "tencent",
    name: "Tencent Cloud CDN, static site, following the origin",
    as_of: SEEN,
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts {
        eligibility: Fact::Known(Eligibility::AllButPaths(&["php", "jsp", "asp", "aspx"])),
        fixed_ttl: Fact::Known(FixedTtl::None),
        permits: Fact::Known(Permits::Nothing),
        lifetime_sources: Fact::Known(LifetimeSources::Unranked(
            &[LifetimeSource::MaxAge],
            &[LifetimeSource::SMaxage, LifetimeSource::Expires],
        )),
        heuristic: Fact::Known(Heuristic::None),
        default_ttl: Fact::Known(DefaultTtl::WhereSilent(
            &DefaultTtl::StatusesFirst(NOT_FOUND, &DefaultTtl::Always(Ttl::Optional(600))),
            Fact::Unknown,
        )),
        no_store: Fact::Known(Treatment::NotStored),
        no_cache: Fact::Known(Treatment::NotStored),
        private: Fact::Known(Treatment::NotStored),
        statuses: Fact::Known(Statuses {
            explicit: StatusSet::Partly(&[200], &[]),
            heuristic: StatusSet::Partly(&[200, 404], &[]),
        }),
        key_query: Fact::Known(KeyQuery::Configured),
        collapsing: Fact::Known(Collapsing::Off),
        ..Facts::UNKNOWN
    },
    operator: AxisSet::EMPTY,
    claims: &[&[
        Claim {
            axes: &[Axis::Eligibility, Axis::FixedTtl],
            says: "for static sites .php, .jsp, .asp and .aspx are not stored, and everything else follows \
                   the origin",
            source: DEFAULTS,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[
                Axis::LifetimeSources,
                Axis::NoStore,
                Axis::NoCache,
                Axis::Private,
                Axis::DefaultTtl,
                Axis::Permits,
            ],
            says: "following the origin, max-age counts, and no-cache, no-store and private are not stored; \
                   without Cache-Control nothing is stored, but some platforms do and add max-age=600",
            source: "https://cloud.tencent.com/document/product/228/47672, and \
                     github.com/tencentyun/qcloud-documents 07c9b6f",
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::Statuses],
            says: "404 is stored for 10 s by default; of other errors nothing is said",
            source: "https://www.tencentcloud.com/document/product/228/35319 (2024-12-30)",
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::Collapsing],
            says: "Origin-pull merge, which lets requests wait for each other, is off by default",
            source: "https://tencentcloud.com/document/product/228/52481 (2024-12-30)",
            seen: "2026-11-30",
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::Heuristic, Axis::KeyQuery],
            says: "HeuristicCache is off by default; the query in the key is a setting",
            source: "tencentcloud-sdk-python-cdn 3.1.169, cdn/v20180606/models.py",
            seen: SEEN,
            basis: Basis::Documented,
        },
    ]],
});
