//! Fastly: a service with generated VCL, one with the published boilerplate, and Compute.
//!
//! Not modelled: leniencies of its date reading that were measured (several spaces, a one-digit
//! hour, several Expires lines are accepted), the restart on 500 and 503, the 20 MB limit.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const SEEN: &str = "2026-11-22";
const FRESHNESS: &str =
    "https://www.fastly.com/documentation/guides/concepts/cache/cache-freshness";
const CONTROLLING: &str =
    "https://www.fastly.com/documentation/guides/full-site-delivery/caching/controlling-caching";
const COLLAPSING: &str =
    "https://www.fastly.com/documentation/guides/concepts/cache/request-collapsing";
const GENERATED: &str = "github.com/ysugimoto/falco c95b6fa examples/formatter/generated.vcl";
const BOILERPLATE_VCL: &str = "github.com/ysugimoto/falco c95b6fa examples/formatter/boilerplate.vcl, \
    after https://www.fastly.com/documentation/guides/full-site-delivery/fastly-vcl/about-fastly-vcl/#custom-vcl";
const MEASURED: &str = "github.com/http-tests/cache-tests b55b8bd results/fastly.json (2025-12-29)";

const STATUSES: StatusSet = StatusSet::Only(&[200, 203, 300, 301, 302, 404, 410]);
const SOURCES: LifetimeSources = LifetimeSources::First(&[
    LifetimeSource::SurrogateMaxAge,
    LifetimeSource::SMaxage,
    LifetimeSource::MaxAge,
    LifetimeSource::Expires,
]);

const GENERATED_FACTS: Facts = Facts {
    control_fields: Fact::Known(&[ControlField::SurrogateMaxAge("surrogate-control")]),
    dialect: Fact::Known(Dialect::FastlyVcl),
    invalid_expires: Fact::Known(InvalidExpires::Past),
    methods: Fact::Known(Methods::Only(&["GET", "HEAD"])),
    authorization: Fact::Known(Authorization::Ignored),
    request_cookie: Fact::Known(RequestRule::Ignored),
    request_no_store: Fact::Known(RequestRule::Ignored),
    request_no_cache: Fact::Known(RequestRule::Ignored),
    no_store: Fact::Known(Treatment::Ignored),
    private: Fact::Known(Treatment::NotStored),
    private_fields: Fact::Known(Treatment::NotStored),
    no_cache: Fact::Known(Treatment::Ignored),
    no_cache_fields: Fact::Known(Treatment::Ignored),
    must_understand: Fact::Known(RequestRule::Ignored),
    pragma: Fact::Known(Treatment::Ignored),
    set_cookie: Fact::Known(Treatment::NotStored),
    vary_star: Fact::Known(Treatment::Ignored),
    vary_fields: Fact::Known(VaryFields::Compared),
    statuses: Fact::Known(Statuses { explicit: STATUSES, heuristic: STATUSES }),
    eligibility: Fact::Known(Eligibility::All),
    permits: Fact::Known(Permits::Nothing),
    lifetime_sources: Fact::Known(SOURCES),
    fixed_ttl: Fact::Known(FixedTtl::None),
    expires_clock: Fact::Known(ExpiresClock::Local),
    age: Fact::Known(AgeRule::AgeFieldUnlessExpires),
    heuristic: Fact::Known(Heuristic::None),
    default_ttl: Fact::Known(DefaultTtl::ByStatus(&[(STATUSES, Ttl::Seconds(3600))])),
    zero_lifetime: Fact::Known(ZeroLifetime::Stored),
    validation: Fact::Known(Validation::Conditional),
    stale_while_revalidate: Fact::Known(StaleWindow::UnknownWhereBarred),
    key: Fact::Known(&[]),
    collapsing: Fact::Known(Collapsing::On),
    waiting_no_cache: Fact::Known(ForWaiting::Shared),
    waiting_zero: Fact::Known(ForWaiting::Shared),
    waiting_past_expires: Fact::Known(ForWaiting::Shared),
    waiting_not_stored: Fact::Known(ForWaiting::OwnFetch),
    marker: Fact::Known(Marker::HitForPass(120)),
    invalidation: Fact::Known(Invalidation::None),
    not_modified: Fact::Known(NotModified::RenewsLifetime),
    head_requests: Fact::Known(HeadRequests::AsGet),
    forwarded_conditions: Fact::Known(ForwardedConditions::None),
    sent_validators: Fact::Known(SentValidators::Chosen),
    client_conditions: Fact::Known(ClientConditions {
        tags: TagComparison::MembersAsText,
        ..ClientConditions::RFC9110
    }),
    ranges: Fact::Known(Ranges::Rfc9110),
    vary_comparison: Fact::Known(VaryComparison::Text),
    request_directives: Fact::Known(RequestDirectives::IGNORED),
    age_field: Fact::Known(AgeField::Current),
    connection_fields: Fact::Known(ConnectionFields::Kept),
    ..Facts::UNKNOWN
};

/// What holds for the platform under any VCL.
const PLATFORM: &[Claim] = &[
    Claim {
        axes: &[Axis::ControlFields, Axis::LifetimeSources, Axis::FixedTtl, Axis::Heuristic],
        says: "the TTL comes from Surrogate-Control max-age, then s-maxage, max-age, Expires; no other \
               source is named, and none was seen",
        source: FRESHNESS,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Statuses, Axis::Eligibility],
        says: "200, 203, 300, 301, 302, 404 and 410 are cacheable, others not even with max-age; no rule \
               on file types",
        source: FRESHNESS,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Age],
        says: "the origin's Age shortens a lifetime from max-age or s-maxage, and not one from Expires",
        source: "https://docs.fastly.com/documentation/reference/http/http-headers/Age/",
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Collapsing, Axis::WaitingNotStored, Axis::Marker],
        says: "collapsing is on by default; an uncacheable answer goes to the one request that fetched it; \
               return(pass) leaves a hit-for-pass object of at least 120 s, and waiting requests are let go",
        source: COLLAPSING,
        seen: SEEN,
        basis: Basis::Documented,
    },
];

/// What generated VCL and the boilerplate have in common.
const VCL: &[Claim] = &[
    Claim {
        axes: &[
            Axis::Private,
            Axis::PrivateFields,
            Axis::SetCookie,
            Axis::Methods,
            Axis::DefaultTtl,
            Axis::Permits,
        ],
        says: "vcl_recv looks up GET and HEAD; vcl_fetch passes where Cache-Control matches `private`, \
               case-sensitively and anywhere in it, or Set-Cookie is there; without freshness the TTL is 3600 s",
        source: GENERATED,
        seen: SEEN,
        basis: Basis::ReadInSource,
    },
    Claim {
        axes: &[
            Axis::Dialect,
            Axis::InvalidExpires,
            Axis::ExpiresClock,
            Axis::VaryStar,
            Axis::VaryFields,
            Axis::Authorization,
            Axis::RequestCookie,
            Axis::RequestNoCache,
            Axis::RequestNoStore,
            Axis::NoCache,
            Axis::NoCacheFields,
            Axis::Pragma,
            Axis::Validation,
        ],
        says: "max-age is found case-sensitively, also inside quotes, `100a` is 100, of two the first wins; \
               Expires runs from the cache's clock; Vary: * is reused; Authorization, Cookie, request \
               directives, Pragma and no-cache have no effect; a stale copy is validated",
        source: MEASURED,
        seen: SEEN,
        basis: Basis::Measured,
    },
    Claim {
        axes: &[
            Axis::Invalidation,
            Axis::NotModified,
            Axis::HeadRequests,
            Axis::ForwardedConditions,
            Axis::SentValidators,
            Axis::ClientConditions,
            Axis::Ranges,
            Axis::VaryComparison,
            Axis::RequestDirectives,
            Axis::AgeField,
            Axis::ConnectionFields,
        ],
        says: "no method invalidates anything; a 304 leaves the stored fields as they are, another ETag in it \
               does not matter; HEAD is fetched as GET, without the client's conditions and ranges; the tags \
               of If-None-Match are compared as text, parts are sent; Vary values are compared as text; \
               only-if-cached and max-stale are not read; what Connection names is kept",
        source: MEASURED,
        seen: SEEN,
        basis: Basis::Measured,
    },
    Claim {
        axes: &[Axis::MustUnderstand, Axis::Key],
        says: "no rule reads must-understand; the key is URL and host",
        source: BOILERPLATE_VCL,
        seen: SEEN,
        basis: Basis::ReadInSource,
    },
    Claim {
        axes: &[Axis::StaleWhileRevalidate],
        says: "stale-while-revalidate is honoured, 0 by default",
        source: "https://www.fastly.com/documentation/guides/concepts/cache/stale",
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::ZeroLifetime, Axis::WaitingZero, Axis::WaitingPastExpires],
        says: "max-age=0 or a past Expires makes an object with TTL 0, which may satisfy several \
               outstanding requests",
        source: "github.com/alphagov/cdn-acceptance-tests issue 82 (2014-08-07), quoting Fastly's guide",
        seen: SEEN,
        basis: Basis::Reported,
    },
    Claim {
        axes: &[Axis::WaitingNoCache],
        says: "no-cache answers are reused in a collapse too; private is what prevents it",
        source: "github.com/mdn/content pull 16009 (2022)",
        seen: SEEN,
        basis: Basis::Reported,
    },
];

pub(super) const FASTLY: Profile = check::sourced(Profile {
    id: "fastly",
    name: "Fastly, generated VCL",
    as_of: "2026-11-22",
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts { stale_if_error: Fact::Known(StaleIfError::Never), ..GENERATED_FACTS },
    operator: AxisSet::EMPTY,
    claims: &[
        &[Claim {
            axes: &[Axis::NoStore],
            says: "generated VCL does not look at no-store; measured: a response with max-age and no-store \
                   is reused",
            source: MEASURED,
            seen: SEEN,
            basis: Basis::Measured,
        }],
        &[Claim {
            axes: &[Axis::StaleIfError],
            says: "no stale response for a 503 or a closed connection, whatever stale-if-error says; that is \
                   for VCL to do",
            source: MEASURED,
            seen: SEEN,
            basis: Basis::Measured,
        }],
        PLATFORM,
        VCL,
    ],
});

pub(super) const BOILERPLATE: Profile = check::sourced(Profile {
    id: "fastly-boilerplate",
    name: "Fastly, recommended VCL boilerplate",
    as_of: "2026-11-22",
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts { no_store: Fact::Known(Treatment::NotStored), ..GENERATED_FACTS },
    operator: AxisSet::EMPTY,
    claims: &[
        &[Claim {
            axes: &[Axis::NoStore],
            says: "vcl_fetch passes where Cache-Control matches `private` or `no-store`",
            source: BOILERPLATE_VCL,
            seen: SEEN,
            basis: Basis::ReadInSource,
        }],
        PLATFORM,
        VCL,
    ],
});

pub(super) const COMPUTE: Profile = check::sourced(Profile {
    id: "fastly-compute",
    name: "Fastly Compute, readthrough cache",
    as_of: "2026-11-30",
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts {
        control_fields: Fact::Known(&[ControlField::SurrogateMaxAge("surrogate-control")]),
        methods: Fact::Known(Methods::Only(&["GET", "HEAD"])),
        request_cookie: Fact::Known(RequestRule::Ignored),
        no_store: Fact::Known(Treatment::NotStored),
        private: Fact::Known(Treatment::NotStored),
        set_cookie: Fact::Known(Treatment::NotStored),
        vary_fields: Fact::Known(VaryFields::Compared),
        statuses: Fact::Known(Statuses { explicit: STATUSES, heuristic: STATUSES }),
        eligibility: Fact::Known(Eligibility::All),
        permits: Fact::Known(Permits::Nothing),
        lifetime_sources: Fact::Known(SOURCES),
        fixed_ttl: Fact::Known(FixedTtl::None),
        age: Fact::Known(AgeRule::AgeFieldUnlessExpires),
        heuristic: Fact::Known(Heuristic::None),
        default_ttl: Fact::Known(DefaultTtl::ByStatus(&[(STATUSES, Ttl::Seconds(120))])),
        validation: Fact::Known(Validation::Conditional),
        key: Fact::Known(&[]),
        key_query: Fact::Known(KeyQuery::Whole),
        collapsing: Fact::Known(Collapsing::On),
        waiting_not_stored: Fact::Known(ForWaiting::OwnFetch),
        marker: Fact::Known(Marker::HitForMiss(120)),
        stale_if_error: Fact::Known(StaleIfError::WhereStatedAndUnreachable),
        not_modified: Fact::Known(NotModified::Rfc9111),
        forwarded_conditions: Fact::Known(ForwardedConditions::None),
        ..Facts::UNKNOWN
    },
    operator: AxisSet::EMPTY,
    claims: &[
        PLATFORM,
        &[
            Claim {
                axes: &[Axis::NoStore, Axis::Private, Axis::SetCookie],
                says: "no-store and private are not stored; Set-Cookie leaves an uncacheable marker; without \
                   storing, waiting requests are woken one at a time",
                source: "crate fastly 0.13.2, src/http/candidate_response.rs",
                seen: SEEN,
                basis: Basis::ReadInSource,
            },
            Claim {
                axes: &[
                    Axis::Methods,
                    Axis::VaryFields,
                    Axis::Validation,
                    Axis::NotModified,
                    Axis::ForwardedConditions,
                ],
                says: "GET and HEAD are looked up; the fields that Vary names make variants (a test of the \
                       vendor's own against the platform shows it); a stale response is revalidated, and a \
                       304 updates its fields; the origin is asked for the whole, and conditions and parts \
                       are answered from what is stored",
                source: "github.com/fastly/Viceroy 274febd wasm_abi/wit/deps/fastly/compute.wit (http-cache), \
                         github.com/fastly/js-compute-runtime 1cc96f8 integration-tests (http-cache/vary-header)",
                seen: "2026-11-30",
                basis: Basis::Documented,
            },
            Claim {
                axes: &[Axis::Key, Axis::KeyQuery, Axis::RequestCookie],
                says: "the suggested key is made from the request's URL; no rule of the platform names Cookie",
                source: "github.com/fastly/Viceroy 274febd wasm_abi/wit/deps/fastly/compute.wit (http-cache)",
                seen: "2026-11-30",
                basis: Basis::Reported,
            },
            Claim {
                axes: &[Axis::StaleIfError],
                says: "since 0.13.0 of the crate (16 June 2026) stale-if-error has a stale response served where \
                       there is no answer; a 5xx of the origin's is passed on",
                source: "crate fastly 0.13.2, CHANGELOG.md",
                seen: "2026-11-30",
                basis: Basis::Documented,
            },
            Claim {
                axes: &[Axis::DefaultTtl, Axis::Permits],
                says: "before any VCL a response without freshness lives 120 s",
                source: CONTROLLING,
                seen: SEEN,
                basis: Basis::Documented,
            },
        ],
    ],
});
