//! Apache Traffic Server 9.2 and 10.1, measured.
//!
//! The knobs and their axes, at their defaults here: `cache.required_headers` is permits,
//! `heuristic_min_lifetime`, `_max_lifetime` and `_lm_factor` are heuristic and default-ttl,
//! `guaranteed_min_lifetime` and `_max_lifetime` are minimum-ttl and maximum-ttl,
//! `enable_read_while_writer` is collapsing, `ignore_authentication` is authorization,
//! `ignore_client_no_cache` and `ignore_client_cc_max_age` are request-no-cache and
//! request-no-store, `ignore_server_no_cache` is no-store and no-cache, `ttl-in-cache` of
//! cache.config is fixed-ttl, and `cache_responses_to_cookies` is set-cookie and request-cookie,
//! as far as it does not go by Content-Type (2 to 4).
//!
//! Not modelled: plugins, among them stale-while-revalidate; alternates that are refused by
//! Accept-Charset where Vary is present; the directive need-revalidate-once; that only requests of about the last second before the head arrives wait
//! for it.

use super::Algorithm;
use super::algorithm::{Pragma, TrafficServer};
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const SEEN: &str = "2026-11-22";
const RECORDING: &str =
    "recording of this project: tests/recordings/ats-9.jsonl.gz (Debian 12, says 9.2.9)";
const RECORDING_HEURISTIC: &str = "recording of this project: \
    tests/recordings/ats-9-heuristic.jsonl.gz (Debian 12, says 9.2.9; cache.required_headers 0)";
const CACHE_TESTS: &str = "http-tests/cache-tests b55b8bd against Traffic Server 9.2.9 (Debian 12), run by \
    this project 2026-11-22";
const RECORDED_10: &str = "2026-11-30";
const RECORDING_10: &str =
    "tests/recordings/ats-10.1.4.jsonl.gz (Traffic Server 10.1.4, built from source)";
const RECORDING_10_HEURISTIC: &str = "tests/recordings/ats-10.1.4-heuristic.jsonl.gz (Traffic Server 10.1.4, \
    built from source; cache.required_headers 0)";
const SOURCE_10: &str = "github.com/apache/trafficserver 10.1.x 67f68a9 src/proxy/http/HttpTransact.cc, \
    HttpTransactHeaders.cc; src/iocore/cache/HttpTransactCache.cc; \
    src/proxy/hdrs/MIME.cc, HttpCompat.cc; src/records/RecordsConfig.cc";

/// What a package installs (`cache.required_headers` 2).
const DEFAULTS: Facts = Facts {
    control_fields: Fact::Known(&[]),
    dialect: Fact::Known(Dialect::TrafficServer),
    invalid_expires: Fact::Known(InvalidExpires::Past),
    methods: Fact::Known(Methods::Only(&["GET", "HEAD"])),
    authorization: Fact::Known(Authorization::CheckedAtReuse),
    request_cookie: Fact::Known(RequestRule::Ignored),
    request_no_store: Fact::Known(RequestRule::Ignored),
    request_no_cache: Fact::Known(RequestRule::Ignored),
    no_store: Fact::Known(Treatment::NotStored),
    private: Fact::Known(Treatment::NotStored),
    private_fields: Fact::Known(Treatment::NotStored),
    no_cache: Fact::Known(Treatment::Validated),
    no_cache_fields: Fact::Known(Treatment::Validated),
    must_understand: Fact::Known(RequestRule::Ignored),
    pragma: Fact::Known(Treatment::NotStored),
    // Whoever waits for a response that is being stored has it without as well.
    set_cookie: Fact::Known(Treatment::Stripped),
    vary_star: Fact::Known(Treatment::NeverMatches),
    vary_fields: Fact::Known(VaryFields::Compared),
    statuses: Fact::Known(Statuses {
        explicit: StatusSet::AllBut(&[206, 304, 416, 505]),
        heuristic: StatusSet::Only(&[200, 203, 300, 301, 410]),
    }),
    eligibility: Fact::Known(Eligibility::All),
    permits: Fact::Known(Permits::LifetimeIfOk),
    lifetime_sources: Fact::Known(LifetimeSources::First(&[
        LifetimeSource::SMaxage,
        LifetimeSource::MaxAge,
        LifetimeSource::Expires,
    ])),
    fixed_ttl: Fact::Known(FixedTtl::None),
    expires_clock: Fact::Known(ExpiresClock::Date),
    age: Fact::Known(AgeRule::Rfc9111),
    heuristic: Fact::Known(Heuristic::Fraction { percent: 10, minimum: 3600, maximum: 86_400 }),
    default_ttl: Fact::Known(DefaultTtl::Always(Ttl::Seconds(3600))),
    minimum_ttl: Fact::Known(0),
    maximum_ttl: Fact::Known(MaximumTtl::Seconds(31_536_000)),
    zero_lifetime: Fact::Known(ZeroLifetime::Stored),
    validation: Fact::Known(Validation::Conditional),
    stale_while_revalidate: Fact::Known(StaleWindow::None),
    key: Fact::Known(&[]),
    collapsing: Fact::Known(Collapsing::On),
    waiting_no_cache: Fact::Known(ForWaiting::LookedUpAgain),
    waiting_zero: Fact::Known(ForWaiting::LookedUpAgain),
    waiting_past_expires: Fact::Known(ForWaiting::Shared),
    waiting_not_stored: Fact::Known(ForWaiting::OwnFetch),
    marker: Fact::Known(Marker::None),
    // cache.max_stale_age 1 week
    stale_if_error: Fact::Known(StaleIfError::UnlessBarredOrFailure),
    invalidation: Fact::Known(Invalidation::TargetAfter(&["POST", "PUT", "DELETE", "PURGE"])),
    // merge_and_update_headers_for_cache_update
    not_modified: Fact::Known(NotModified::Replaces {
        but: &["content-length", "content-type", "set-cookie", "warning"],
        drops: &["age", "etag", "expires"],
    }),
    head_requests: Fact::Known(HeadRequests::Apart),
    forwarded_conditions: Fact::Known(ForwardedConditions::Ranges),
    sent_validators: Fact::Known(SentValidators::ChosenAsStrong),
    superseded: Fact::Known(Superseded::RemovedByNoContentToo(StatusSet::AllBut(&[304]))),
    variants: Fact::Known(Variants::BestMatch),
    forbidding_update: Fact::Known(ForbiddingUpdate::StaysToBeValidated),
    client_conditions: Fact::Known(ClientConditions {
        preconditions: Preconditions::AnsweredOfTags,
        statuses: ConditionalStatuses::Any,
        answered: AnsweredFor::HitsAndLookedUp,
        tags: TagComparison::MembersWithoutQuotes,
        ..ClientConditions::RFC9110
    }),
    ranges: Fact::Known(Ranges::One),
    vary_comparison: Fact::Known(VaryComparison::Members),
    // HandleCacheOpenReadMiss
    request_directives: Fact::Known(RequestDirectives {
        only_if_cached: OnlyIfCached::OfMisses,
        ..RequestDirectives::GRANTED
    }),
    age_field: Fact::Known(AgeField::Current),
    ..Facts::UNKNOWN
};

/// Negative caching is off.
const SETTINGS: TrafficServer =
    TrafficServer { pragma: Pragma::Always, negative_statuses: &[], negative_lifetime: 1800 };

const DEFAULTS_9: Facts =
    Facts { connection_fields: Fact::Known(ConnectionFields::Kept), ..DEFAULTS };

const STORING: &[Axis] = &[
    Axis::Methods,
    Axis::Authorization,
    Axis::RequestCookie,
    Axis::RequestNoStore,
    Axis::NoStore,
    Axis::Private,
    Axis::PrivateFields,
    Axis::MustUnderstand,
    Axis::Pragma,
    Axis::SetCookie,
    Axis::Statuses,
    Axis::Eligibility,
    Axis::ZeroLifetime,
    Axis::ControlFields,
];
const STORING_SAYS: &str = "answers to GET are stored unless they say private or no-store, have \
    WWW-Authenticate, or answer a Range; Cookie, Set-Cookie and a request's no-store bar nothing; \
    Authorization is looked at in later requests only; with Expires, max-age, s-maxage, public, \
    must-revalidate or proxy-revalidate any status but 206, 304, 416 and 505 is stored, else 200, \
    203, 300, 301 and 410; no targeted field is read";
const FRESHNESS: &[Axis] = &[
    Axis::Dialect,
    Axis::InvalidExpires,
    Axis::LifetimeSources,
    Axis::FixedTtl,
    Axis::ExpiresClock,
    Axis::Age,
    Axis::Heuristic,
    Axis::DefaultTtl,
    Axis::MinimumTtl,
    Axis::MaximumTtl,
];
const FRESHNESS_SAYS: &str = "s-maxage, max-age, Expires less Date, else 10 % of the time since \
    Last-Modified within an hour and a day, else an hour; at most a year; fresh while the age is not \
    greater than the limit, but never with a limit of 0";
const REUSE: &[Axis] = &[
    Axis::RequestNoCache,
    Axis::NoCache,
    Axis::NoCacheFields,
    Axis::VaryStar,
    Axis::VaryFields,
    Axis::Validation,
    Axis::StaleWhileRevalidate,
    Axis::Key,
    Axis::Marker,
];
const REUSE_SAYS: &str = "no-cache is stored and validated at every use; requests' no-cache and \
    max-age are not looked at, max-stale and min-fresh are; Vary: * matches nothing; a stale 200 with \
    an ETag or a Last-Modified is asked for with a condition, anything else plainly";
const LIFE: &[Axis] = &[
    Axis::SetCookie,
    Axis::StaleIfError,
    Axis::Invalidation,
    Axis::NotModified,
    Axis::HeadRequests,
    Axis::ForwardedConditions,
    Axis::SentValidators,
    Axis::ClientConditions,
    Axis::Superseded,
    Axis::Variants,
    Axis::ForbiddingUpdate,
    Axis::Ranges,
    Axis::VaryComparison,
    Axis::RequestDirectives,
    Axis::AgeField,
];
const LIFE_SAYS: &str = "Set-Cookie is taken out of what is stored; stale answers for errors and closed connections unless \
    barred, but no stored error for an error; POST, PUT, DELETE and PURGE invalidate their target, other \
    methods nothing; every 304 to its own condition renews what is stored and replaces its fields, save \
    Content-Type, Content-Length and Set-Cookie, and what may not be stored any more is validated before \
    its next use; whatever else answers in the place of what was found removes it, HEAD too, and a 204 is \
    not stored then; a client's If-None-Match and If-Modified-Since are not forwarded, its ranges are; of \
    a hit, and of a 200 to a GET that was looked up, 304 and 412 are its own, If-Match only where there is \
    a tag, and one range is cut, of several nothing; weak tags are sent without W/, and compared without \
    it and without quotes; values of fields that Vary names are compared as lists without letter case, but \
    for Accept-Encoding; where there is a Vary, what suits Accept, Accept-Encoding and Accept-Language is \
    chosen, and of equals the newest, be it stale";
const COLLAPSING: &[Axis] = &[
    Axis::Collapsing,
    Axis::WaitingNoCache,
    Axis::WaitingZero,
    Axis::WaitingPastExpires,
    Axis::WaitingNotStored,
];
const COLLAPSING_SAYS: &str = "requests read an object that is still being written; its Expires is \
    skipped then, so a response with a past Expires is fresh for them for an hour by the heuristic; \
    no-cache and max-age=0 are validated or fetched by each, and so is what is not stored";

/// The claims that all versions share: what a recording shows, and the later life.
macro_rules! claims {
    ($recording:expr, $seen:expr, $life:expr, $life_basis:expr) => {
        &[
            Claim { axes: LIFE, says: LIFE_SAYS, source: $life, seen: SEEN, basis: $life_basis },
            Claim {
                axes: STORING,
                says: STORING_SAYS,
                source: $recording,
                seen: $seen,
                basis: Basis::Measured,
            },
            Claim {
                axes: FRESHNESS,
                says: FRESHNESS_SAYS,
                source: $recording,
                seen: $seen,
                basis: Basis::Measured,
            },
            Claim {
                axes: REUSE,
                says: REUSE_SAYS,
                source: $recording,
                seen: $seen,
                basis: Basis::Measured,
            },
            Claim {
                axes: COLLAPSING,
                says: COLLAPSING_SAYS,
                source: $recording,
                seen: $seen,
                basis: Basis::Measured,
            },
        ]
    };
}

const CONNECTION: &[Claim] = &[Claim {
    axes: &[Axis::ConnectionFields],
    says: "what Connection names is kept",
    source: CACHE_TESTS,
    seen: SEEN,
    basis: Basis::Measured,
}];

pub(super) const ATS_9: Profile = check::sourced(Profile {
    id: "ats-9",
    name: "Apache Traffic Server 9.2, package defaults",
    as_of: "9.2.9",
    sharing: CacheType::Shared,
    algorithm: Algorithm::TrafficServer(SETTINGS),
    facts: DEFAULTS_9,
    operator: AxisSet::EMPTY,
    claims: &[
        claims!(RECORDING, SEEN, CACHE_TESTS, Basis::Measured),
        CONNECTION,
        &[Claim {
            axes: &[Axis::Permits],
            says: "a 200 is stored only with Expires, max-age or s-maxage (cache.required_headers 2)",
            source: RECORDING,
            seen: SEEN,
            basis: Basis::Measured,
        }],
    ],
});

pub(super) const ATS_9_HEURISTIC: Profile = check::sourced(Profile {
    id: "ats-9-heuristic",
    name: "Apache Traffic Server 9.2 with required_headers 0",
    as_of: "9.2.9",
    sharing: CacheType::Shared,
    algorithm: Algorithm::TrafficServer(SETTINGS),
    facts: Facts { permits: Fact::Known(Permits::Nothing), ..DEFAULTS_9 },
    operator: AxisSet::EMPTY.with(Axis::Permits),
    claims: &[
        claims!(RECORDING_HEURISTIC, SEEN, CACHE_TESTS, Basis::Measured),
        CONNECTION,
        &[Claim {
            axes: &[Axis::Permits],
            says: "a 200 is stored whatever it says (cache.required_headers 0)",
            source: RECORDING_HEURISTIC,
            seen: SEEN,
            basis: Basis::Measured,
        }],
    ],
});

const fn pragma_10(source: &'static str) -> Claim {
    Claim {
        axes: &[Axis::Pragma],
        says: "Pragma: no-cache bars storing only where Cache-Control has no directive that is understood; \
               9.2 never stores such a response",
        source,
        seen: RECORDED_10,
        basis: Basis::Measured,
    }
}

pub(super) const ATS_10: Profile = check::sourced(Profile {
    id: "ats-10",
    name: "Apache Traffic Server 10.1, default settings",
    as_of: "10.1.4",
    sharing: CacheType::Shared,
    algorithm: Algorithm::TrafficServer(TrafficServer {
        pragma: Pragma::WithoutKnownDirective,
        ..SETTINGS
    }),
    facts: DEFAULTS,
    operator: AxisSet::EMPTY,
    claims: &[
        &[
            pragma_10(RECORDING_10),
            Claim {
                axes: &[Axis::Permits],
                says: "a 200 is stored only with Expires, max-age or s-maxage (cache.required_headers 2)",
                source: RECORDING_10,
                seen: RECORDED_10,
                basis: Basis::Measured,
            },
        ],
        claims!(RECORDING_10, RECORDED_10, SOURCE_10, Basis::ReadInSource),
    ],
});

pub(super) const ATS_10_HEURISTIC: Profile = check::sourced(Profile {
    id: "ats-10-heuristic",
    name: "Apache Traffic Server 10.1 with required_headers 0",
    facts: Facts { permits: Fact::Known(Permits::Nothing), ..DEFAULTS },
    operator: AxisSet::EMPTY.with(Axis::Permits),
    claims: &[
        &[
            pragma_10(RECORDING_10_HEURISTIC),
            Claim {
                axes: &[Axis::Permits],
                says: "a 200 is stored whatever it says (cache.required_headers 0)",
                source: RECORDING_10_HEURISTIC,
                seen: RECORDED_10,
                basis: Basis::Measured,
            },
        ],
        claims!(RECORDING_10_HEURISTIC, RECORDED_10, SOURCE_10, Basis::ReadInSource),
    ],
    ..ATS_10
});
