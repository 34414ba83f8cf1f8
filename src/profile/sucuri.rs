//! Sucuri's website firewall at the cache level `Enabled`, the default.
//!
//! Not modelled: the levels `Minimal`, `Site Caching` and `Disabled`, and paths that are never
//! stored, which are settings. Static files are stored at every level and follow `public, max-age`;
//! how long they live otherwise is not told, so their lifetime is unknown here.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const SEEN: &str = "2026-11-22";
const HEADERS: &str =
    "https://docs.sucuri.net/website-firewall/troubleshooting/investigating-cache-headers/";

const REDIRECTS: StatusSet = StatusSet::Only(&[301, 302, 303, 307, 308]);
const STATUSES: StatusSet = StatusSet::Partly(&[200, 301, 302, 303, 307, 308, 404], &[]);
const PAGES: &[(StatusSet, Ttl)] = &[
    (StatusSet::Only(&[200]), Ttl::Seconds(180 * 60)),
    (REDIRECTS, Ttl::Seconds(180 * 60)),
    (StatusSet::Only(&[404]), Ttl::Seconds(4 * 60)),
];
const STATIC_FILES: &[&str] =
    &["css", "gif", "ico", "jpeg", "jpg", "js", "pdf", "png", "svg", "webp"];

pub(super) const SUCURI: Profile = check::sourced(Profile {
    id: "sucuri",
    name: "Sucuri firewall, cache level Enabled",
    as_of: SEEN,
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts {
        control_fields: Fact::Known(&[]),
        eligibility: Fact::Known(Eligibility::All),
        permits: Fact::Known(Permits::Nothing),
        fixed_ttl: Fact::Known(FixedTtl::OfPages(PAGES, STATIC_FILES)),
        age: Fact::Known(AgeRule::Ignored),
        statuses: Fact::Known(Statuses { explicit: STATUSES, heuristic: STATUSES }),
        no_store: Fact::Known(Treatment::Ignored),
        private: Fact::Known(Treatment::Ignored),
        private_fields: Fact::Known(Treatment::Ignored),
        no_cache: Fact::Known(Treatment::Ignored),
        no_cache_fields: Fact::Known(Treatment::Ignored),
        must_understand: Fact::Known(RequestRule::Ignored),
        must_revalidate: Fact::Known(Treatment::Ignored),
        pragma: Fact::Known(Treatment::Ignored),
        set_cookie: Fact::Known(Treatment::Ignored),
        vary_star: Fact::Known(Treatment::Ignored),
        vary_fields: Fact::Known(VaryFields::Ignored),
        request_cookie: Fact::Known(RequestRule::Ignored),
        ..Facts::UNKNOWN
    },
    operator: AxisSet::EMPTY,
    claims: &[&[
        Claim {
            axes: &[
                Axis::ControlFields,
                Axis::Eligibility,
                Axis::Permits,
                Axis::Age,
                Axis::NoStore,
                Axis::Private,
                Axis::PrivateFields,
                Axis::NoCache,
                Axis::NoCacheFields,
                Axis::MustUnderstand,
                Axis::MustRevalidate,
                Axis::Pragma,
                Axis::SetCookie,
                Axis::VaryStar,
                Axis::VaryFields,
            ],
            says: "at the level Enabled the origin's headers are completely ignored",
            source: HEADERS,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::FixedTtl, Axis::Statuses],
            says: "pages and redirects live 180 minutes, a 404 lives 4; static files follow public, max-age",
            source: "https://blog.sucuri.net/2021/02/optimizing-performance-and-behavior-with-wordpress-and-the-sucuri-waf.html",
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::RequestCookie],
            says: "one customer may be shown another customer's account",
            source: "https://exabytes.freshdesk.com/en/support/solutions/articles/14000112944 (a reseller)",
            seen: SEEN,
            basis: Basis::Reported,
        },
    ]],
});
