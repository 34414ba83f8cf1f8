//! Google Media CDN in its default cache mode.
//!
//! Unknown: targeted fields, `private` and `no-cache` that name fields, and what waiting requests
//! get of a response that cannot be reused. Not modelled: the other cache modes, 100 variants for each key, the order of query parameters, what
//! it asks of responses over 1 MiB, request fields that a configuration puts in the key, and what
//! becomes of a stale response without a validator (it is confirmed by HEAD).

use super::Algorithm;
use super::google::STATIC_TYPES;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const SEEN: &str = "2026-11-30";
const CACHING: &str = "https://docs.cloud.google.com/media-cdn/docs/caching (2026-04-08)";

pub(super) const MEDIA_CDN: Profile = check::sourced(Profile {
    id: "google-media-cdn",
    name: "Google Media CDN, CACHE_ALL_STATIC",
    as_of: SEEN,
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts {
        invalid_expires: Fact::Known(InvalidExpires::Past),
        methods: Fact::Known(Methods::Only(&["GET", "HEAD"])),
        authorization: Fact::Known(Authorization::NeedsPermission(&[Permission::Public])),
        request_cookie: Fact::Known(RequestRule::Ignored),
        request_no_store: Fact::Known(RequestRule::Honoured),
        request_no_cache: Fact::Known(RequestRule::Ignored),
        no_store: Fact::Known(Treatment::NotStored),
        private: Fact::Known(Treatment::NotStored),
        no_cache: Fact::Known(Treatment::Validated),
        pragma: Fact::Known(Treatment::Ignored),
        set_cookie: Fact::Known(Treatment::NotStored),
        vary_star: Fact::Known(Treatment::NotStored),
        vary_fields: Fact::Known(VaryFields::OnlyThese(&[
            "accept",
            "accept-encoding",
            "available-dictionary",
            "origin",
            "sec-fetch-dest",
            "sec-fetch-mode",
            "sec-fetch-site",
            "x-goog-allowed-resources",
            "x-origin",
        ])),
        statuses: Fact::Known(Statuses {
            explicit: StatusSet::Only(&[
                200, 203, 204, 206, 300, 301, 302, 307, 308, 400, 403, 404, 405, 410, 451, 500,
                501, 502, 503, 504,
            ]),
            heuristic: StatusSet::Only(&[200, 204, 206]),
        }),
        eligibility: Fact::Known(Eligibility::All),
        permits: Fact::Known(Permits::Nothing),
        lifetime_sources: Fact::Known(LifetimeSources::First(&[
            LifetimeSource::SMaxage,
            LifetimeSource::MaxAge,
            LifetimeSource::LoneExpires,
        ])),
        fixed_ttl: Fact::Known(FixedTtl::None),
        age: Fact::Known(AgeRule::AgeField),
        heuristic: Fact::Known(Heuristic::None),
        default_ttl: Fact::Known(DefaultTtl::ByContentType(STATIC_TYPES, Ttl::Seconds(3600))),
        maximum_ttl: Fact::Known(MaximumTtl::Seconds(86_400)),
        zero_lifetime: Fact::Known(ZeroLifetime::Stored),
        validation: Fact::Known(Validation::Conditional),
        stale_while_revalidate: Fact::Known(StaleWindow::None),
        key: Fact::Known(&[]),
        key_query: Fact::Known(KeyQuery::Whole),
        collapsing: Fact::Known(Collapsing::On),
        stale_if_error: Fact::Known(StaleIfError::Never),
        request_directives: Fact::Known(RequestDirectives::IGNORED),
        ..Facts::UNKNOWN
    },
    operator: AxisSet::EMPTY,
    claims: &[&[
        Claim {
            axes: &[
                Axis::InvalidExpires,
                Axis::LifetimeSources,
                Axis::FixedTtl,
                Axis::Heuristic,
                Axis::DefaultTtl,
                Axis::MaximumTtl,
                Axis::Permits,
                Axis::Eligibility,
            ],
            says: "s-maxage goes before max-age; Expires counts only without Cache-Control, and one that is \
                   past or no date is over; static types without a lifetime live 3600 s, other types are \
                   not stored then; nothing lives longer than 86400 s; public is not asked for",
            source: CACHING,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::Age],
            says: "a response whose Age exceeds its lifetime is revalidated",
            source: CACHING,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[
                Axis::Methods,
                Axis::Authorization,
                Axis::RequestNoStore,
                Axis::RequestNoCache,
                Axis::RequestDirectives,
                Axis::NoStore,
                Axis::Private,
                Axis::Pragma,
                Axis::SetCookie,
                Axis::VaryStar,
                Axis::VaryFields,
            ],
            says: "GET and HEAD; not stored: no-store, private, Set-Cookie, a Vary outside the list, \
                   Authorization in the request without public, no-store in the request; other request \
                   directives and Pragma count for nothing",
            source: CACHING,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::NoCache, Axis::ZeroLifetime, Axis::Validation],
            says: "no-cache is stored and revalidated before every use; so is a lifetime of 0; what is \
                   popular is confirmed by HEAD",
            source: CACHING,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::Statuses],
            says: "twenty statuses are stored with a lifetime of their own, 200, 204 and 206 without one; \
                   negative caching is off by default",
            source: CACHING,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::StaleWhileRevalidate, Axis::StaleIfError],
            says: "stale-while-revalidate and stale-if-error are passed on and have no effect",
            source: CACHING,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::Collapsing],
            says: "by default the requests of users that fill the cache for one key are combined into one at \
                   each edge node; what is done with a response that cannot be stored is not said",
            source: "https://www.googlecloudcommunity.com/gc/Community-Blogs/\
                     Media-CDN-flexible-origin-shielding-Reducing-origin-load-latency/ba-p/922698 \
                     (by the product's manager)",
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::Key, Axis::KeyQuery],
            says: "the key is host, path and query; headers and cookies are opted in by name",
            source: CACHING,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::RequestCookie],
            says: "a Cookie in the request is not among the bars",
            source: CACHING,
            seen: SEEN,
            basis: Basis::Reported,
        },
    ]],
});
