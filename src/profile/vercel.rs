//! Vercel: answers of functions, today and before 30 September 2026.
//!
//! Not modelled: static files (stored for the life of the deployment whatever their headers say),
//! the limits of 10 MB and, for streams, 20 MB, that proxy-revalidate and stale-if-error are not
//! supported (the former is taken for a bar to stale answers of which nothing is known), the
//! deployment as a part of the key, the fields that are taken out on the way to the client, and
//! bypassing by a `_vercel_no_cache` cookie or query, which only an old text has. `Pragma:
//! no-cache` in a request is said to force a revalidation; nothing is said of Cache-Control there,
//! so the axis that holds both is unknown. Lifetimes are documented from 1 s to 31,536,000 s, but
//! not what becomes of longer ones. Of a plain `Cache-Control: max-age` the pages disagree: one
//! lists only forms with s-maxage.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};
use crate::field::Field;

const SEEN: &str = "2026-11-22";
const CACHE: &str = "https://vercel.com/docs/edge-cache (about October 2025)";
const HEADERS: &str = "https://vercel.com/docs/caching/cache-control-headers (2026-03-05)";
const VARY_COOKIE: &str =
    "https://vercel.com/changelog/vary-cookie-responses-no-longer-cached (2026-09-30)";

const STATUSES: StatusSet = StatusSet::Only(&[200, 301, 302, 307, 308, 404]);

const FACTS: Facts = Facts {
    control_fields: Fact::Known(&[
        ControlField::InsteadOfCacheControl(Field::VercelCdnCacheControl),
        ControlField::InsteadOfCacheControl(Field::CdnCacheControl),
    ]),
    eligibility: Fact::Known(Eligibility::All),
    fixed_ttl: Fact::Known(FixedTtl::None),
    lifetime_sources: Fact::Known(LifetimeSources::Either(
        &LifetimeSources::First(&[
            LifetimeSource::SMaxage,
            LifetimeSource::MaxAge,
            LifetimeSource::Expires,
        ]),
        &LifetimeSources::First(&[
            LifetimeSource::SMaxage,
            LifetimeSource::TargetedMaxAge,
            LifetimeSource::ZeroMaxAge,
        ]),
    )),
    heuristic: Fact::Known(Heuristic::None),
    default_ttl: Fact::Known(DefaultTtl::WhereSilent(&DefaultTtl::None, Fact::Unknown)),
    zero_lifetime: Fact::Known(ZeroLifetime::NotStoredUnlessStale),
    methods: Fact::Known(Methods::Only(&["GET", "HEAD"])),
    bypassing_fields: Fact::Known(&[Field::Range]),
    authorization: Fact::Known(Authorization::Bypassed),
    request_cookie: Fact::Known(RequestRule::Ignored),
    no_store: Fact::Known(Treatment::NotStored),
    private: Fact::Known(Treatment::NotStored),
    no_cache: Fact::Known(Treatment::NotStored),
    set_cookie: Fact::Known(Treatment::NotStored),
    statuses: Fact::Known(Statuses { explicit: STATUSES, heuristic: STATUSES }),
    vary_star: Fact::Known(Treatment::NotStored),
    key: Fact::Known(&["accept", "accept-encoding"]),
    key_query: Fact::Known(KeyQuery::Whole),
    stale_while_revalidate: Fact::Known(StaleWindow::UnknownWhereBarred),
    collapsing: Fact::Known(Collapsing::On),
    ..Facts::UNKNOWN
};

const CLAIMS: &[Claim] = &[
    Claim {
        axes: &[Axis::ControlFields, Axis::FixedTtl],
        says: "Vercel-CDN-Cache-Control before CDN-Cache-Control before Cache-Control; there is no other \
               setting for the lifetime",
        source: "https://vercel.com/kb/guide/set-cache-control-headers",
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::DefaultTtl, Axis::ZeroLifetime, Axis::Heuristic, Axis::StaleWhileRevalidate],
        says: "a function's answer without headers gets `public, max-age=0, must-revalidate`, which nobody \
               caches; stale-while-revalidate is honoured, none by default",
        source: HEADERS,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::LifetimeSources],
        says: "s-maxage counts, and max-age in the targeted fields; whether max-age in Cache-Control alone \
               does is told in two ways, and nothing is said of Expires",
        source: "https://vercel.com/docs/concepts/functions/serverless-functions/edge-caching \
                 (2025-12-01) against the guide",
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[
            Axis::Methods,
            Axis::BypassingFields,
            Axis::Statuses,
            Axis::Eligibility,
            Axis::NoStore,
            Axis::Private,
            Axis::NoCache,
            Axis::SetCookie,
            Axis::VaryStar,
        ],
        says: "cached are answers to GET and HEAD without Range and Authorization, with 200, 301, 302, 307, \
               308 or 404, without Set-Cookie, private, no-cache, no-store and `Vary: *`",
        source: CACHE,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Authorization],
        says: "a request with Authorization bypasses the cache",
        source: "https://github.com/vercel/vercel/discussions/7713",
        seen: SEEN,
        basis: Basis::Reported,
    },
    Claim {
        axes: &[Axis::Key, Axis::KeyQuery],
        says: "method, URL with its query, host, scheme, Accept and Accept-Encoding are in the key",
        source: CACHE,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::RequestCookie],
        says: "a page made for one user's cookie is served to the next user, as the guide's own example shows",
        source: "https://vercel.com/kb/guide/cdn-cache-personalized-pages (2026-11-02)",
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Collapsing],
        says: "requests that arrive while the first is under way wait and get its result; not said: also \
               where that may not be cached",
        source: "https://vercel.com/docs/request-collapsing (2025-12-18)",
        seen: SEEN,
        basis: Basis::Documented,
    },
];

pub(super) const VERCEL: Profile = check::sourced(Profile {
    id: "vercel",
    name: "Vercel CDN cache, answers of functions",
    as_of: SEEN,
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts { vary_fields: Fact::Known(VaryFields::NoneOfThese(&["cookie"])), ..FACTS },
    operator: AxisSet::EMPTY,
    claims: &[
        &[Claim {
            axes: &[Axis::VaryFields],
            says: "a response whose Vary names Cookie is not cached; other fields are added to the key",
            source: VARY_COOKIE,
            seen: SEEN,
            basis: Basis::Documented,
        }],
        CLAIMS,
    ],
});

pub(super) const BEFORE_2026_09_30: Profile = check::sourced(Profile {
    id: "vercel-2026-09",
    name: "Vercel CDN cache, answers of functions, before 30 September 2026",
    as_of: "2026-09-29",
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts { vary_fields: Fact::Known(VaryFields::Compared), ..FACTS },
    operator: AxisSet::EMPTY,
    claims: &[
        &[Claim {
            axes: &[Axis::VaryFields],
            says: "fields that Vary names, Cookie among them, are added to the key",
            source: CACHE,
            seen: SEEN,
            basis: Basis::Documented,
        }],
        CLAIMS,
    ],
});
