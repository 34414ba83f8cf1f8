//! Google Cloud CDN in its three cache modes, and Media CDN.
//!
//! Cloud CDN, unknown: no-cache outside FORCE_CACHE_ALL (old texts bar it, the newest list does
//! not name it), the rank of CDN-Cache-Control, max-age=0, `private` and `no-cache` that name
//! fields, an incoming Age as part of the lifetime, which directives let an answer to
//! Authorization be stored, whether negative caching is on where nobody set it (so a 404 without
//! headers is stored for 120 s or not at all), all that waiting requests get of what is not simply
//! fresh, and, under FORCE_CACHE_ALL, Set-Cookie, Authorization and request no-store. Not
//! modelled: signed URLs, clientTtl, bypass by request headers, backend buckets (another key),
//! size limits, Pragma as a bar to negative caching.
//!
//! Media CDN, unknown: targeted fields, collapsing, statuses besides 200 that state a lifetime,
//! the greatest lifetime. Not modelled: 100 variants for each key, the order of query parameters,
//! what it asks of large responses, request fields that a configuration puts in the key.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const SEEN: &str = "2026-11-22";
const API: &str = "Compute Engine API v1 discovery document, revision 20261106, BackendServiceCdnPolicy \
    and CachePolicy";
const CACHING: &str = "https://docs.cloud.google.com/cdn/docs/caching";
const STORED: &str = "https://firebase.google.com/docs/app-hosting/optimize-cache";
const MEDIA_CACHING: &str = "https://docs.cloud.google.com/media-cdn/docs/caching";
const THIRD_PARTY: &str = "https://transloadit.com/glossary/cache-control-header/";

const STATIC_TYPES: &[&str] = &[
    "text/css",
    "text/ecmascript",
    "text/javascript",
    "application/javascript",
    "font/",
    "image/",
    "video/",
    "audio/",
    "application/pdf",
    "application/postscript",
];
const STATIC: DefaultTtl = DefaultTtl::ByContentType(STATIC_TYPES, Ttl::Seconds(3600));

/// Negative caching, where it is on.
const NEGATIVE: &[(StatusSet, Ttl)] = &[
    (StatusSet::Only(&[300, 301, 308]), Ttl::Optional(600)),
    (StatusSet::Only(&[404, 410, 451]), Ttl::Optional(120)),
    (StatusSet::Only(&[405, 501]), Ttl::Optional(60)),
];

const SOURCES: LifetimeSources = LifetimeSources::First(&[
    LifetimeSource::SMaxage,
    LifetimeSource::MaxAge,
    LifetimeSource::Expires,
]);

const USE_ORIGIN_FACTS: Facts = Facts {
    methods: Fact::Known(Methods::Only(&["GET"])),
    authorization: Fact::Known(Authorization::NeedsSomeOf(&[
        Permission::MustRevalidate,
        Permission::Public,
        Permission::SMaxage,
    ])),
    request_cookie: Fact::Known(RequestRule::Ignored),
    request_no_store: Fact::Known(RequestRule::Honoured),
    request_no_cache: Fact::Known(RequestRule::Ignored),
    no_store: Fact::Known(Treatment::NotStored),
    private: Fact::Known(Treatment::NotStored),
    set_cookie: Fact::Known(Treatment::NotStored),
    vary_star: Fact::Known(Treatment::NotStored),
    vary_fields: Fact::Known(VaryFields::OnlyThese(&[
        "accept",
        "accept-encoding",
        "access-control-request-headers",
        "access-control-request-method",
        "origin",
        "sec-fetch-dest",
        "sec-fetch-mode",
        "sec-fetch-site",
        "x-goog-allowed-resources",
        "x-origin",
        "rsc",
        "next-router-state-tree",
        "next-router-prefetch",
        "next-router-segment-prefetch",
    ])),
    statuses: Fact::Known(Statuses {
        explicit: StatusSet::Only(&[
            200, 203, 204, 206, 300, 301, 302, 307, 308, 404, 405, 410, 421, 451, 501,
        ]),
        heuristic: StatusSet::Only(&[200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 451, 501]),
    }),
    eligibility: Fact::Known(Eligibility::All),
    permits: Fact::Known(Permits::LifetimeAndPublicOrAge),
    lifetime_sources: Fact::Known(SOURCES),
    fixed_ttl: Fact::Known(FixedTtl::None),
    heuristic: Fact::Known(Heuristic::None),
    default_ttl: Fact::Known(DefaultTtl::WhereSilent(
        &DefaultTtl::ByStatus(NEGATIVE),
        Fact::Known(&DefaultTtl::None),
    )),
    zero_lifetime: Fact::Known(ZeroLifetime::By {
        directive: Fact::Unknown,
        targeted: Fact::Unknown,
        expires: Fact::Known(&ZeroLifetime::NotStored),
    }),
    stale_while_revalidate: Fact::Known(StaleWindow::DefaultUnknownWhereBarred(86_400)),
    key: Fact::Known(&[]),
    collapsing: Fact::Known(Collapsing::On),
    key_query: Fact::Known(KeyQuery::Whole),
    ..Facts::UNKNOWN
};

/// What holds in every mode of Cloud CDN.
const CLAIMS: &[Claim] = &[
    Claim {
        axes: &[
            Axis::Methods,
            Axis::Statuses,
            Axis::VaryStar,
            Axis::VaryFields,
            Axis::Eligibility,
            Axis::Heuristic,
        ],
        says: "stored: answers to GET, of fifteen statuses, with a Vary that names nothing outside a list; \
               no other source of a lifetime is named",
        source: STORED,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::RequestCookie],
        says: "a Cookie in the request is not among the bars",
        source: STORED,
        seen: SEEN,
        basis: Basis::Reported,
    },
    Claim {
        axes: &[Axis::RequestNoCache],
        says: "no-cache and max-age of a request have no effect",
        source: THIRD_PARTY,
        seen: SEEN,
        basis: Basis::Reported,
    },
    Claim {
        axes: &[Axis::StaleWhileRevalidate],
        says: "stale answers are given for a day while the origin is asked, unless the response names a \
               time of its own; s-maxage is said to switch it off",
        source: "https://cloud.google.com/cdn/docs/serving-stale-content and the API's serveWhileStale",
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Key, Axis::KeyQuery],
        says: "the key of a backend service is the whole URI, without cookies and headers",
        source: API,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Collapsing],
        says: "fills for one key are folded into one at each edge node by default; what waiting requests \
               get of an answer that cannot be stored is not said",
        source: CACHING,
        seen: SEEN,
        basis: Basis::Documented,
    },
];

/// What the two modes say that listen to the origin.
const LISTENS: &[Claim] = &[
    Claim {
        axes: &[
            Axis::NoStore,
            Axis::Private,
            Axis::SetCookie,
            Axis::Authorization,
            Axis::RequestNoStore,
        ],
        says: "not stored: no-store, private or Set-Cookie in the response, no-store in the request, and \
               Authorization in it without an explicit directive in the response",
        source: STORED,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::FixedTtl],
        says: "only FORCE_CACHE_ALL takes the place of the origin's lifetime",
        source: API,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::LifetimeSources],
        says: "max-age or s-maxage, else a future Expires; that s-maxage goes first is said of Media CDN",
        source: STORED,
        seen: SEEN,
        basis: Basis::Reported,
    },
];

const fn profile(
    id: &'static str,
    name: &'static str,
    facts: Facts,
    claims: &'static [&'static [Claim]],
) -> Profile {
    check::sourced(Profile {
        id,
        name,
        as_of: SEEN,
        sharing: CacheType::Shared,
        algorithm: Algorithm::Rfc9111,
        facts,
        operator: AxisSet::EMPTY,
        claims,
    })
}

pub(super) const USE_ORIGIN_HEADERS: Profile = profile(
    "google-cloud-cdn-use-origin-headers",
    "Google Cloud CDN, USE_ORIGIN_HEADERS",
    USE_ORIGIN_FACTS,
    &[
        &[
            Claim {
                axes: &[Axis::Permits, Axis::ZeroLifetime],
                says: "stored only with max-age, s-maxage or a future Expires, and with public or an Age",
                source: STORED,
                seen: SEEN,
                basis: Basis::Documented,
            },
            Claim {
                axes: &[Axis::DefaultTtl],
                says: "no default but negative caching, where that is on and the response has neither \
                       Cache-Control nor Expires: 300, 301 and 308 600 s, 404, 410 and 451 120 s, 405 and \
                       501 60 s",
                source: API,
                seen: SEEN,
                basis: Basis::Documented,
            },
        ],
        LISTENS,
        CLAIMS,
    ],
);

pub(super) const CACHE_ALL_STATIC: Profile = profile(
    "google-cloud-cdn-cache-all-static",
    "Google Cloud CDN, CACHE_ALL_STATIC",
    Facts {
        permits: Fact::Known(Permits::Nothing),
        default_ttl: Fact::Known(DefaultTtl::WhereSilent(
            &DefaultTtl::StatusesFirst(NEGATIVE, &STATIC),
            Fact::Known(&STATIC),
        )),
        maximum_ttl: Fact::Known(MaximumTtl::Seconds(86_400)),
        zero_lifetime: Fact::Unknown,
        ..USE_ORIGIN_FACTS
    },
    &[
        &[
            Claim {
                axes: &[Axis::DefaultTtl, Axis::MaximumTtl],
                says: "static types live 3600 s where the response says nothing, and never longer than \
                       86400 s; negative caching as in the other mode",
                source: API,
                seen: SEEN,
                basis: Basis::Documented,
            },
            Claim {
                axes: &[Axis::Permits],
                says: "public is not asked for in this mode (said of Media CDN)",
                source: MEDIA_CACHING,
                seen: SEEN,
                basis: Basis::Reported,
            },
        ],
        LISTENS,
        CLAIMS,
    ],
);

pub(super) const FORCE_CACHE_ALL: Profile = profile(
    "google-cloud-cdn-force-cache-all",
    "Google Cloud CDN, FORCE_CACHE_ALL",
    Facts {
        authorization: Fact::Unknown,
        request_no_store: Fact::Unknown,
        no_store: Fact::Known(Treatment::Ignored),
        private: Fact::Known(Treatment::Ignored),
        private_fields: Fact::Known(Treatment::Ignored),
        no_cache: Fact::Known(Treatment::Ignored),
        no_cache_fields: Fact::Known(Treatment::Ignored),
        must_understand: Fact::Known(RequestRule::Ignored),
        pragma: Fact::Known(Treatment::Ignored),
        set_cookie: Fact::Unknown,
        statuses: Fact::Known(Statuses { explicit: FORCED, heuristic: FORCED }),
        permits: Fact::Known(Permits::Nothing),
        fixed_ttl: Fact::Known(FixedTtl::ByStatus(&[
            (StatusSet::Only(&[200, 203, 204, 206]), Ttl::Seconds(3600)),
            (StatusSet::Only(&[300, 301, 308]), Ttl::Seconds(600)),
            (StatusSet::Only(&[404, 410, 451]), Ttl::Seconds(120)),
            (StatusSet::Only(&[405, 501]), Ttl::Seconds(60)),
            (StatusSet::AllBut(&[]), Ttl::Configured),
        ])),
        lifetime_sources: Fact::Unknown,
        default_ttl: Fact::Unknown,
        zero_lifetime: Fact::Unknown,
        ..USE_ORIGIN_FACTS
    },
    &[
        &[
            Claim {
                axes: &[
                    Axis::FixedTtl,
                    Axis::NoStore,
                    Axis::Private,
                    Axis::PrivateFields,
                    Axis::NoCache,
                    Axis::NoCacheFields,
                    Axis::MustUnderstand,
                    Axis::Permits,
                ],
                says: "every successful response is stored for the default TTL of 3600 s, whatever \
                       Cache-Control and Expires say, private and no-store too; negative caching, where it \
                       is on, beats the origin's headers as well",
                source: API,
                seen: SEEN,
                basis: Basis::Documented,
            },
            Claim {
                axes: &[Axis::Pragma],
                says: "of the response's fields only Vary is named as one that still counts",
                source: CACHING,
                seen: SEEN,
                basis: Basis::Reported,
            },
        ],
        CLAIMS,
    ],
);

/// Successful responses are stored; errors where negative caching is on, which is not known.
const FORCED: StatusSet =
    StatusSet::Partly(&[200, 203, 204, 206], &[400, 401, 403, 500, 502, 503, 504]);

pub(super) const MEDIA_CDN: Profile = profile(
    "google-media-cdn",
    "Google Media CDN, CACHE_ALL_STATIC",
    Facts {
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
            explicit: StatusSet::Partly(&[200], &[]),
            heuristic: StatusSet::Partly(
                &[200],
                &[
                    300, 301, 302, 307, 308, 400, 403, 404, 405, 410, 421, 451, 500, 501, 502, 503,
                    504,
                ],
            ),
        }),
        eligibility: Fact::Known(Eligibility::All),
        permits: Fact::Known(Permits::Nothing),
        lifetime_sources: Fact::Known(LifetimeSources::First(&[
            LifetimeSource::SMaxage,
            LifetimeSource::MaxAge,
            LifetimeSource::LoneExpires,
        ])),
        fixed_ttl: Fact::Known(FixedTtl::None),
        heuristic: Fact::Known(Heuristic::None),
        default_ttl: Fact::Known(STATIC),
        zero_lifetime: Fact::Known(ZeroLifetime::Stored),
        validation: Fact::Known(Validation::Conditional),
        stale_while_revalidate: Fact::Known(StaleWindow::None),
        key: Fact::Known(&[]),
        key_query: Fact::Known(KeyQuery::Whole),
        ..Facts::UNKNOWN
    },
    &[&[
        Claim {
            axes: &[
                Axis::InvalidExpires,
                Axis::LifetimeSources,
                Axis::FixedTtl,
                Axis::Heuristic,
                Axis::DefaultTtl,
                Axis::Permits,
                Axis::Eligibility,
            ],
            says: "s-maxage goes before max-age; Expires counts only without Cache-Control, and one that is \
                   past or no date is over; static types without a lifetime live 3600 s, other types are \
                   not stored then; public is not asked for",
            source: MEDIA_CACHING,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[
                Axis::Methods,
                Axis::Authorization,
                Axis::RequestNoStore,
                Axis::RequestNoCache,
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
            source: MEDIA_CACHING,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::NoCache, Axis::ZeroLifetime, Axis::Validation],
            says: "no-cache is stored and revalidated before every use; so is a lifetime of 0",
            source: MEDIA_CACHING,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::Statuses],
            says: "negative caching is off by default",
            source: MEDIA_CACHING,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::StaleWhileRevalidate],
            says: "stale-while-revalidate is passed on and has no effect",
            source: MEDIA_CACHING,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::Key, Axis::KeyQuery],
            says: "the key is the URI; headers and cookies are opted in by name",
            source: MEDIA_CACHING,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::RequestCookie],
            says: "a Cookie in the request is not among the bars",
            source: MEDIA_CACHING,
            seen: SEEN,
            basis: Basis::Reported,
        },
    ]],
);
