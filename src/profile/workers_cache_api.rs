//! The Cache API of Cloudflare Workers: `cache.put()` of a response, then `cache.match()`.
//!
//! The vendor's local simulator was measured; it is not the production cache and differs from its
//! documentation (without Cache-Control it stores nothing, and it serves stale answers). What rests
//! on it alone is marked as reported. Not modelled: the errors that `put()` throws for another
//! method, for 206 and for `Vary: *`, which count as not stored, the size limit, and that a copy
//! stays in one data centre. Unknown for production: `public` and the like without a lifetime,
//! Pragma, targeted fields, a lifetime from Last-Modified.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const SEEN: &str = "2026-11-22";
const PAGE: &str = "github.com/cloudflare/cloudflare-docs 067fce3 \
    src/content/docs/workers/runtime-apis/cache.mdx";
const WORKERD: &str = "tests/harness/workers.py: workerd 1.20261117.1 (npm) on loopback; as in \
    github.com/cloudflare/workerd 6552d99 src/workerd/api/cache.c++";
const SIMULATOR: &str =
    "measurement of this project: miniflare 4.20260426.0 with workerd 1.20260426.1, twice";

const BY_STATUS: &[(StatusSet, Ttl)] = &[
    (StatusSet::Only(&[200, 206, 301]), Ttl::Seconds(120 * 60)),
    (StatusSet::Only(&[302, 303]), Ttl::Seconds(20 * 60)),
    (StatusSet::Only(&[404, 410]), Ttl::Seconds(3 * 60)),
];

pub(super) const WORKERS_CACHE_API: Profile = check::sourced(Profile {
    id: "cloudflare-workers-cache-api",
    name: "Cloudflare Workers Cache API",
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
        default_ttl: Fact::Known(DefaultTtl::WhereSilent(
            &DefaultTtl::ByStatus(BY_STATUS),
            Fact::Unknown,
        )),
        invalid_expires: Fact::Known(InvalidExpires::Past),
        zero_lifetime: Fact::Known(ZeroLifetime::NotStored),
        methods: Fact::Known(Methods::Only(&["GET"])),
        authorization: Fact::Known(Authorization::NeedsOneOf(
            &[Permission::Public],
            &[Permission::MustRevalidate, Permission::SMaxage],
        )),
        request_cookie: Fact::Known(RequestRule::Ignored),
        request_no_store: Fact::Known(RequestRule::Ignored),
        no_store: Fact::Known(Treatment::NotStored),
        private: Fact::Known(Treatment::NotStored),
        private_fields: Fact::Known(Treatment::StrippedOfCookies),
        no_cache: Fact::Known(Treatment::NotStored),
        set_cookie: Fact::Known(Treatment::NotStoredUnlessNamed),
        vary_star: Fact::Known(Treatment::NotStored),
        vary_fields: Fact::Known(VaryFields::Ignored),
        statuses: Fact::Known(Statuses {
            explicit: StatusSet::Partly(&[200, 301, 302, 404], &[206, 304, 503]),
            heuristic: StatusSet::Only(&[200, 301, 302, 303, 404, 410]),
        }),
        validation: Fact::Known(Validation::Plain),
        stale_while_revalidate: Fact::Known(StaleWindow::None),
        key: Fact::Known(&[]),
        key_query: Fact::Known(KeyQuery::Whole),
        collapsing: Fact::Known(Collapsing::Off),
        ..Facts::UNKNOWN
    },
    operator: AxisSet::EMPTY,
    claims: &[&[
        Claim {
            axes: &[
                Axis::SetCookie,
                Axis::PrivateFields,
                Axis::StaleWhileRevalidate,
                Axis::Collapsing,
                Axis::Key,
                Axis::KeyQuery,
                Axis::Eligibility,
                Axis::FixedTtl,
            ],
            says: "Cache-Control and Expires are honoured; Set-Cookie is never stored: it has to be removed, \
                   or named in private=Set-Cookie, and then the rest is stored; stale directives are not \
                   supported; put and match are separate calls with the URL as key",
            source: PAGE,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::DefaultTtl, Axis::Permits, Axis::Statuses],
            says: "without Cache-Control the lifetime goes by status: 200, 206 and 301 live 120 minutes, 302 \
                   and 303 live 20, 404 and 410 live 3, others are not cached",
            source: "github.com/cloudflare/cloudflare-docs 067fce3 runtime-apis/cache.mdx, and 5e6027c \
                     cache/how-to/configure-cache-status-code",
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::Methods, Axis::VaryStar, Axis::Validation],
            says: "put() throws for another method than GET, for 206 and where Vary has a `*`; a 304 is \
                   dropped; match() takes an expired copy for a miss",
            source: WORKERD,
            seen: "2026-11-30",
            basis: Basis::Measured,
        },
        Claim {
            axes: &[
                Axis::LifetimeSources,
                Axis::NoStore,
                Axis::Private,
                Axis::NoCache,
                Axis::InvalidExpires,
                Axis::ZeroLifetime,
                Axis::Authorization,
                Axis::RequestCookie,
                Axis::RequestNoStore,
                Axis::VaryFields,
            ],
            says: "in the simulator s-maxage comes before max-age before Expires; no-store, private, no-cache, \
                   a lifetime of 0 and `Expires: 0` are not stored; the answer to Authorization only with public; \
                   `Vary: Cookie` and the request's Cookie and no-store make no difference; 302 and 404 with \
                   max-age are stored, 503 is not",
            source: SIMULATOR,
            seen: SEEN,
            basis: Basis::Reported,
        },
    ]],
});
