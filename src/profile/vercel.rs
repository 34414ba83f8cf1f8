//! Vercel: answers of functions, today and before 30 September 2026, and external rewrites.
//!
//! Not modelled: static files (stored for the life of the deployment whatever their headers say),
//! incremental static regeneration and image optimization (the two that collapse requests), the
//! limits of 10 MB and, for streams, 20 MB, that proxy-revalidate is not supported, the deployment
//! as a part of the key, the fields that are taken out on the way to the client, and bypassing by a
//! `_vercel_no_cache` cookie or query, which only an old text has. `Pragma: no-cache` in a request
//! has a stale response renewed before the answer and leaves a fresh one alone; nothing is said of
//! Cache-Control there, so the axis that holds both is unknown. Lifetimes are documented from 1 s
//! to 31,536,000 s, but not what becomes of longer ones.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};
use crate::field::Field;

const SEEN: &str = "2026-11-30";
const CACHE: &str = "https://vercel.com/docs/caching/cdn-cache (2026-04-03)";
const HEADERS: &str = "https://vercel.com/docs/caching/cache-control-headers (2026-04-03)";
const VARY_COOKIE: &str =
    "https://vercel.com/changelog/vary-cookie-responses-no-longer-cached (2026-09-30)";
const COLLAPSING: &str =
    "https://vercel.com/docs/incremental-static-regeneration/request-collapsing (2026-08-11)";

const STATUSES: StatusSet = StatusSet::Only(&[200, 301, 302, 307, 308, 404, 410]);
/// The longest lifetime, and the longest time for which stale answers are given.
const A_YEAR: u64 = 31_536_000;

const FACTS: Facts = Facts {
    control_fields: Fact::Known(&[
        ControlField::InsteadOfCacheControl(Field::VercelCdnCacheControl),
        ControlField::InsteadOfCacheControl(Field::CdnCacheControl),
    ]),
    eligibility: Fact::Known(Eligibility::All),
    permits: Fact::Known(Permits::Nothing),
    fixed_ttl: Fact::Known(FixedTtl::None),
    lifetime_sources: Fact::Known(LifetimeSources::First(&[
        LifetimeSource::SMaxage,
        LifetimeSource::TargetedMaxAge,
        LifetimeSource::ZeroMaxAge,
    ])),
    heuristic: Fact::Known(Heuristic::None),
    default_ttl: Fact::Known(DefaultTtl::None),
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
    vary_fields: Fact::Known(VaryFields::NoneOfThese(&["cookie"])),
    key: Fact::Known(&["accept", "accept-encoding"]),
    key_query: Fact::Known(KeyQuery::Whole),
    stale_while_revalidate: Fact::Known(StaleWindow::AfterSMaxage(A_YEAR)),
    collapsing: Fact::Known(Collapsing::Off),
    stale_if_error: Fact::Known(StaleIfError::WhereStated),
    ..Facts::UNKNOWN
};

const CLAIMS: &[Claim] = &[
    Claim {
        axes: &[Axis::ControlFields, Axis::FixedTtl],
        says: "Vercel-CDN-Cache-Control before CDN-Cache-Control before Cache-Control; there is no other \
               setting for the lifetime",
        source: HEADERS,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::ZeroLifetime, Axis::Heuristic],
        says: "an answer without headers gets `public, max-age=0, must-revalidate`, which nobody caches",
        source: HEADERS,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::StaleWhileRevalidate],
        says: "stale-while-revalidate is honoured; after an s-maxage alone, too, the stale response is served \
               until it is renewed behind it",
        source: HEADERS,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::StaleIfError],
        says: "stale-if-error has a stale response served where the origin fails",
        source: HEADERS,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::StaleIfError],
        says: "another page of the same day has stale-if-error among what is not supported",
        source: CACHE,
        seen: SEEN,
        basis: Basis::Disputing,
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
               308, 404 or 410, without Set-Cookie, private, no-cache, no-store and `Vary: *`",
        source: CACHE,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Authorization],
        says: "a request with Authorization bypasses the cache",
        source: "https://github.com/vercel/vercel/discussions/7713",
        seen: "2026-11-22",
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
        seen: "2026-11-22",
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Collapsing],
        says: "request collapsing is for incremental static regeneration and image optimization; other \
               routes are not in the list",
        source: COLLAPSING,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Collapsing],
        says: "the page begins by speaking of functions in general: those who wait all receive the first result",
        source: COLLAPSING,
        seen: SEEN,
        basis: Basis::Disputing,
    },
];

/// What functions have to say.
const OF_FUNCTIONS: &[Claim] = &[
    Claim {
        axes: &[Axis::LifetimeSources, Axis::DefaultTtl, Axis::Permits],
        says: "to be cached a function's answer has to have s-maxage, or a targeted field; the vendor's own \
               scanner says that max-age alone is for the browser and has every request invoke the function",
        source: "https://vercel.com/docs/caching/cdn-cache (2026-04-03), \
                 github.com/vercel-labs/agent-skills skills/vercel-optimize/lib/scanners/max-age-without-s-maxage.mjs",
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::LifetimeSources, Axis::DefaultTtl],
        says: "one example, on stale-if-error, has `max-age=604800` cached at the edge for seven days",
        source: HEADERS,
        seen: SEEN,
        basis: Basis::Disputing,
    },
];

const VARY: &[Claim] = &[Claim {
    axes: &[Axis::VaryFields],
    says: "a response whose Vary names Cookie is not cached; other fields are added to the key",
    source: VARY_COOKIE,
    seen: SEEN,
    basis: Basis::Documented,
}];

const fn profile(
    id: &'static str,
    name: &'static str,
    as_of: &'static str,
    facts: Facts,
    claims: &'static [&'static [Claim]],
) -> Profile {
    check::sourced(Profile {
        id,
        name,
        as_of,
        sharing: CacheType::Shared,
        algorithm: Algorithm::Rfc9111,
        facts,
        operator: AxisSet::EMPTY,
        claims,
    })
}

pub(super) const VERCEL: Profile = profile(
    "vercel",
    "Vercel CDN cache, answers of functions",
    SEEN,
    FACTS,
    &[VARY, OF_FUNCTIONS, CLAIMS],
);

pub(super) const BEFORE_2026_09_30: Profile = profile(
    "vercel-2026-09",
    "Vercel CDN cache, answers of functions, before 30 September 2026",
    "2026-09-29",
    Facts { vary_fields: Fact::Known(VaryFields::Compared), ..FACTS },
    &[
        &[Claim {
            axes: &[Axis::VaryFields],
            says: "fields that Vary names, Cookie among them, are added to the key",
            source: CACHE,
            seen: SEEN,
            basis: Basis::Documented,
        }],
        OF_FUNCTIONS,
        CLAIMS,
    ],
);

/// The page says that the origin's Cache-Control is honoured, and not whether max-age alone counts.
pub(super) const EXTERNAL_REWRITES: Profile = profile(
    "vercel-external-rewrites",
    "Vercel CDN cache, rewrites to external origins, projects made since 6 April 2026",
    SEEN,
    Facts {
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
        default_ttl: Fact::Known(DefaultTtl::WhereSilent(&DefaultTtl::None, Fact::Unknown)),
        ..FACTS
    },
    &[
        &[Claim {
            axes: &[Axis::LifetimeSources, Axis::DefaultTtl, Axis::Permits],
            says: "projects made since 6 April 2026 cache what an external origin allows in Cache-Control, \
                   CDN-Cache-Control and Vercel-CDN-Cache-Control, unless `x-vercel-enable-rewrite-caching: 0` \
                   is set for the path; before, and in older projects, nothing was cached",
            source: "https://vercel.com/changelog/vercels-cdn-now-respects-cache-control-headers-from-external-origins-by-default \
                     (2026-03-30)",
            seen: SEEN,
            basis: Basis::Documented,
        }],
        VARY,
        CLAIMS,
    ],
);
