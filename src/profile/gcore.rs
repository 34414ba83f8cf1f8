//! Gcore CDN, cache lifetime controlled by the origin.
//!
//! Not modelled: the CDN-controlled lifetime with its values per status, POST, `ignore_cookie`,
//! stale answers ("always online"), browsers' lifetime and query handling, which are settings; the
//! eviction of objects that nobody asks for in 36 hours; that request fields named `X-...` are said
//! to make a request a new one, for the page does not say how. The origin shield merges
//! simultaneous misses; whether requests wait without one is not said, so collapsing is unknown.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const SEEN: &str = "2026-11-22";
const LIFETIME: &str = "github.com/G-Core/product-documentation 5b66630 (2026-08-20) \
    cdn/cdn-resource-options/cache/specify-cache-lifetime-on-a-cdn-resource-or-origin.mdx";
const SET_COOKIE: &str = "github.com/G-Core/product-documentation 5b66630 (2026-08-20) \
    cdn/cdn-resource-options/cache/ignore-the-set-cookie-or-query-string-parameters-when-caching-content-on-cdn-servers.mdx";
const SDK: &str = "gcore Python SDK 0.59.0, types/cdn/cdn_resource_create_params.py";

const STATUSES: StatusSet = StatusSet::Only(&[200, 201, 204, 206, 301, 302, 303, 304, 307, 308]);

pub(super) const GCORE: Profile = check::sourced(Profile {
    id: "gcore",
    name: "Gcore CDN, origin-controlled lifetime",
    as_of: SEEN,
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts {
        eligibility: Fact::Known(Eligibility::All),
        fixed_ttl: Fact::Known(FixedTtl::None),
        permits: Fact::Known(Permits::Nothing),
        lifetime_sources: Fact::Known(LifetimeSources::First(&[
            LifetimeSource::SMaxage,
            LifetimeSource::MaxAge,
            LifetimeSource::Expires,
        ])),
        age: Fact::Known(AgeRule::Ignored),
        validation: Fact::Known(Validation::Conditional),
        pragma: Fact::Known(Treatment::Ignored),
        default_ttl: Fact::Known(DefaultTtl::WhereSilent(
            &DefaultTtl::ByStatus(&[(STATUSES, Ttl::Positive)]),
            Fact::Unknown,
        )),
        zero_lifetime: Fact::Known(ZeroLifetime::By {
            directive: Fact::Known(&ZeroLifetime::NotStored),
            targeted: Fact::Unknown,
            expires: Fact::Unknown,
        }),
        statuses: Fact::Known(Statuses { explicit: STATUSES, heuristic: STATUSES }),
        methods: Fact::Known(Methods::Only(&["GET", "HEAD"])),
        no_store: Fact::Known(Treatment::NotStored),
        no_cache: Fact::Known(Treatment::NotStored),
        private: Fact::Known(Treatment::NotStored),
        set_cookie: Fact::Known(Treatment::NeverMatches),
        vary_fields: Fact::Known(VaryFields::Compared),
        key: Fact::Known(&[]),
        key_query: Fact::Known(KeyQuery::Whole),
        ..Facts::UNKNOWN
    },
    operator: AxisSet::EMPTY,
    claims: &[&[
        Claim {
            axes: &[Axis::LifetimeSources, Axis::Age, Axis::Pragma],
            says: "the edge is nginx, as the vendor's pages on timeouts and logs say; nginx takes s-maxage \
                   before max-age before Expires and looks neither at Age nor at Pragma",
            source: "github.com/G-Core/product-documentation 5b66630 (2026-08-20), cdn-timeouts and log \
                     fields; paulcalvano.com (2026-09-05) on servers that heed Age",
            seen: "2026-11-30",
            basis: Basis::Reported,
        },
        Claim {
            axes: &[Axis::Validation],
            says: "what has an ETag is revalidated with it",
            source: "github.com/G-Core/product-documentation 5b66630 (2026-08-20)",
            seen: "2026-11-30",
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::FixedTtl, Axis::Eligibility],
            says: "with the origin-controlled lifetime, which is the default, the origin's headers decide",
            source: LIFETIME,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::DefaultTtl, Axis::Permits, Axis::Statuses],
            says: "where the origin sends no caching headers, 200, 201, 204, 206, 301, 302, 303, 304, 307 and \
                   308 live for the `default` value, a year at most; other statuses are not stored",
            source: SDK,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::NoStore, Axis::NoCache, Axis::Private, Axis::ZeroLifetime],
            says: "max-age=0, no-cache and no-store prohibit storing; private is for browsers only",
            source: LIFETIME,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::SetCookie],
            says: "every answer with Set-Cookie counts as an object of its own, so each request is a miss",
            source: SET_COOKIE,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::VaryFields],
            says: "Vary splits the cache",
            source: "github.com/G-Core/product-documentation 5b66630 (2026-08-20) \
                     cdn/troubleshooting/cache-percentage-is-low-how-to-solve-the-issue.mdx",
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::Methods],
            says: "GET and HEAD are cached; POST can be switched on",
            source: SDK,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::Key, Axis::KeyQuery],
            says: "the key is the request URI with its query",
            source: "github.com/G-Core/product-documentation 5b66630 (2026-08-20) \
                     cdn/cdn-resource-options/cache/modify-cache-key.mdx",
            seen: SEEN,
            basis: Basis::Documented,
        },
    ]],
});
