//! Google Cloud CDN in its three cache modes.
//!
//! Unknown: the rank of CDN-Cache-Control, which is read since 17 August 2026; what `public` alone
//! is worth, for the page asks for it where there is no lifetime and does not say how long such a
//! response lives; a past Expires without Cache-Control, which the page counts among the bars in
//! one place and has revalidated in another; `private` and `no-cache` that name fields; whether
//! negative caching is on where nobody set it (so a 404 without headers is stored for 120 s or not
//! at all); and all that waiting requests get of what is not simply fresh. Not modelled: signed
//! URLs, clientTtl, bypass by request headers, fields that are in the key by configuration (Vary
//! may name those too), backend buckets (another key), size limits, and that a part is stored only
//! where the cache has asked for it on its own: a 206 counts as stored here, which is the safer
//! reading for whoever looks at it from the origin.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const SEEN: &str = "2026-11-30";
const API: &str = "Compute Engine API v1 discovery document, revision 20261106, BackendServiceCdnPolicy \
    and CachePolicy";
const CACHING: &str = "https://docs.cloud.google.com/cdn/docs/caching (2026-04-08)";

pub(super) const STATIC_TYPES: &[&str] = &[
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
const STATIC_TTL: Ttl = Ttl::Seconds(3600);

/// Negative caching, where it is on.
const NEGATIVE: &[(StatusSet, Ttl)] = &[
    (StatusSet::Only(&[300, 301, 308]), Ttl::Optional(600)),
    (StatusSet::Only(&[404, 410, 451]), Ttl::Optional(120)),
    (StatusSet::Only(&[405, 501]), Ttl::Optional(60)),
];

const USE_ORIGIN_FACTS: Facts = Facts {
    invalid_expires: Fact::Known(InvalidExpires::Past),
    methods: Fact::Known(Methods::Only(&["GET"])),
    authorization: Fact::Known(Authorization::NeedsPermission(&[
        Permission::MustRevalidate,
        Permission::Public,
        Permission::SMaxage,
    ])),
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
        "access-control-request-headers",
        "access-control-request-method",
        "origin",
        "sec-fetch-dest",
        "sec-fetch-mode",
        "sec-fetch-site",
        "x-goog-allowed-resources",
        "x-origin",
    ])),
    statuses: Fact::Known(Statuses {
        explicit: StatusSet::Only(&[
            200, 203, 204, 206, 300, 301, 302, 307, 308, 404, 405, 410, 421, 451, 501,
        ]),
        heuristic: StatusSet::Only(&[200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 451, 501]),
    }),
    eligibility: Fact::Known(Eligibility::All),
    permits: Fact::Known(Permits::DirectiveOrPublic),
    lifetime_sources: Fact::Known(LifetimeSources::First(&[
        LifetimeSource::SMaxage,
        LifetimeSource::MaxAge,
        LifetimeSource::LoneExpires,
    ])),
    fixed_ttl: Fact::Known(FixedTtl::None),
    age: Fact::Known(AgeRule::Rfc9111),
    heuristic: Fact::Known(Heuristic::None),
    default_ttl: Fact::Known(DefaultTtl::WhereSilent(
        &DefaultTtl::ByStatus(NEGATIVE),
        Fact::Unknown,
    )),
    maximum_ttl: Fact::Known(MaximumTtl::Seconds(2_592_000)),
    zero_lifetime: Fact::Known(ZeroLifetime::By {
        directive: Fact::Known(&ZeroLifetime::Stored),
        targeted: Fact::Unknown,
        expires: Fact::Unknown,
    }),
    validation: Fact::Known(Validation::Conditional),
    stale_while_revalidate: Fact::Known(StaleWindow::DefaultUnlessBarred(86_400)),
    key: Fact::Known(&[]),
    collapsing: Fact::Known(Collapsing::On),
    key_query: Fact::Known(KeyQuery::Whole),
    stale_if_error: Fact::Known(StaleIfError::Never),
    not_modified: Fact::Known(NotModified::Rfc9111),
    request_directives: Fact::Known(RequestDirectives {
        max_stale: RequestRule::Honoured,
        min_fresh: RequestRule::Ignored,
        only_if_cached: OnlyIfCached::Ignored,
    }),
    ..Facts::UNKNOWN
};

/// What holds in every mode.
const CLAIMS: &[Claim] = &[
    Claim {
        axes: &[
            Axis::Methods,
            Axis::Statuses,
            Axis::VaryStar,
            Axis::VaryFields,
            Axis::SetCookie,
            Axis::Eligibility,
            Axis::Heuristic,
        ],
        says: "stored: answers to GET, of fifteen statuses, without Set-Cookie, with a Vary that names nothing \
               outside a list and the fields configured in the key; file names do not matter, and no \
               lifetime is made from Last-Modified",
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
    Claim {
        axes: &[Axis::RequestNoStore, Axis::RequestNoCache, Axis::RequestDirectives],
        says: "no-store in a request keeps its answer out of the cache; max-stale is honoured; no-cache, \
               max-age, min-fresh and only-if-cached have no effect, nor has Pragma",
        source: CACHING,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Pragma],
        says: "Pragma in a response is ignored and passed on",
        source: CACHING,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::StaleWhileRevalidate, Axis::StaleIfError],
        says: "stale answers are given for a day while the origin is asked, unless the response names a \
               time of its own; never with s-maxage, must-revalidate or proxy-revalidate; stale-if-error \
               has no effect",
        source: "https://docs.cloud.google.com/cdn/docs/caching (2026-04-08) and the API's serveWhileStale",
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Validation, Axis::NotModified],
        says: "what has an ETag or a Last-Modified is validated with both conditions; the fields of the 304 \
               take the place of the stored ones",
        source: CACHING,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Key, Axis::KeyQuery],
        says: "the key of a backend service is the whole URI, without cookies and headers",
        source: API,
        seen: "2026-11-22",
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Collapsing],
        says: "fills for one key are folded into one at each edge node by default, and what the others ask \
               for is read off the first request; what waiting requests get of an answer that cannot be \
               stored is not said",
        source: CACHING,
        seen: SEEN,
        basis: Basis::Documented,
    },
];

/// What the two modes say that listen to the origin.
const LISTENS: &[Claim] = &[
    Claim {
        axes: &[Axis::NoStore, Axis::Private, Axis::NoCache, Axis::Authorization],
        says: "no-store and private are not stored; no-cache is stored and revalidated before every use; the \
               answer to Authorization needs public, must-revalidate or s-maxage",
        source: CACHING,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Permits],
        says: "a max-age, an s-maxage or a future Expires; where there is none, as with no-cache, public has \
               to be there",
        source: CACHING,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Permits],
        says: "another table of the same page calls public not required",
        source: CACHING,
        seen: SEEN,
        basis: Basis::Disputing,
    },
    Claim {
        axes: &[Axis::FixedTtl],
        says: "only FORCE_CACHE_ALL takes the place of the origin's lifetime",
        source: API,
        seen: "2026-11-22",
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::LifetimeSources, Axis::InvalidExpires, Axis::ZeroLifetime],
        says: "s-maxage goes before max-age; Expires counts only without Cache-Control, and one that is past, \
               0 or no date is over; a lifetime of 0 means that every use is revalidated",
        source: CACHING,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Age],
        says: "freshness is counted in accordance with RFC 7234, which counts the age on arrival; the page \
               does not name the Age field (the sister product's page has it counted)",
        source: CACHING,
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
                axes: &[Axis::DefaultTtl],
                says: "no default but negative caching, where that is on and the response has neither \
                       Cache-Control nor Expires: 300, 301 and 308 600 s, 404, 410 and 451 120 s, 405 and \
                       501 60 s",
                source: API,
                seen: "2026-11-22",
                basis: Basis::Documented,
            },
            Claim {
                axes: &[Axis::MaximumTtl],
                says: "a lifetime of more than 30 days counts as 30 days",
                source: CACHING,
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
        default_ttl: Fact::Known(DefaultTtl::WhereSilent(
            &DefaultTtl::StatusesFirst(
                NEGATIVE,
                &DefaultTtl::ByContentType(STATIC_TYPES, STATIC_TTL),
            ),
            Fact::Known(&DefaultTtl::ContentTypesFirst(STATIC_TYPES, STATIC_TTL, Fact::Unknown)),
        )),
        maximum_ttl: Fact::Known(MaximumTtl::Seconds(86_400)),
        ..USE_ORIGIN_FACTS
    },
    &[
        &[Claim {
            axes: &[Axis::DefaultTtl, Axis::MaximumTtl],
            says: "static types live 3600 s where the response states no lifetime, and nothing longer than \
                   86400 s; negative caching as in the other mode",
            source: API,
            seen: "2026-11-22",
            basis: Basis::Documented,
        }],
        LISTENS,
        CLAIMS,
    ],
);

pub(super) const FORCE_CACHE_ALL: Profile = profile(
    "google-cloud-cdn-force-cache-all",
    "Google Cloud CDN, FORCE_CACHE_ALL",
    Facts {
        authorization: Fact::Known(Authorization::Ignored),
        no_store: Fact::Known(Treatment::Ignored),
        private: Fact::Known(Treatment::Ignored),
        private_fields: Fact::Known(Treatment::Ignored),
        no_cache: Fact::Known(Treatment::Ignored),
        no_cache_fields: Fact::Known(Treatment::Ignored),
        must_understand: Fact::Known(RequestRule::Ignored),
        statuses: Fact::Known(Statuses { explicit: FORCED, heuristic: FORCED }),
        permits: Fact::Known(Permits::Nothing),
        fixed_ttl: Fact::Known(FixedTtl::ByStatus(&[
            (StatusSet::Only(&[200, 203, 204, 206]), Ttl::Seconds(3600)),
            (StatusSet::Only(&[300, 301, 308]), Ttl::Seconds(600)),
            (StatusSet::Only(&[404, 410, 451]), Ttl::Seconds(120)),
            (StatusSet::Only(&[405, 501]), Ttl::Seconds(60)),
            (StatusSet::AllBut(&[]), Ttl::Configured),
        ])),
        invalid_expires: Fact::Unknown,
        lifetime_sources: Fact::Unknown,
        default_ttl: Fact::Unknown,
        maximum_ttl: Fact::Unknown,
        zero_lifetime: Fact::Unknown,
        age: Fact::Unknown,
        stale_while_revalidate: Fact::Known(StaleWindow::DefaultUnknownWhereBarred(86_400)),
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
                seen: "2026-11-22",
                basis: Basis::Documented,
            },
            Claim {
                axes: &[Axis::Authorization],
                says: "the answer to Authorization needs no permission in this mode",
                source: CACHING,
                seen: SEEN,
                basis: Basis::Documented,
            },
        ],
        CLAIMS,
    ],
);

/// Successful responses are stored; errors where negative caching is on, which is not known.
const FORCED: StatusSet =
    StatusSet::Partly(&[200, 203, 204, 206], &[400, 401, 403, 500, 502, 503, 504]);
