//! Varnish Cache, open source, with the builtin VCL or with a site's own; since version 9 it is
//! called Vinyl Cache. 7 and 9 are measured, 8 is read in source.
//!
//! The knobs `default_ttl`, `clock_skew`, `default_grace` and `uncacheable_ttl` are the axes
//! default-ttl, expires-clock, stale-while-revalidate and marker, at their defaults.
//!
//! Not modelled: Edge Side Includes, bodies that a gzip check refuses, the 400 to an HTTP/1.1 request
//! without Host, `default_keep` above 0.

use super::Algorithm;
use super::algorithm::{ContentRange, Then, UnlistedMethod, Varnish, VclRule, When};
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const SEEN: &str = "2026-11-22";
const RECORDING_7: &str =
    "recording of this project: tests/recordings/varnish-7.jsonl.gz (Varnish 7.1.1, Debian 12)";
const RECORDED: &str = "2026-11-30";
const SEQUENCES_7_7: &str = "tests/sequences/newer.jsonl.gz: Varnish 7.7.0 (Debian 13) on loopback";
const SEQUENCES_9: &str =
    "tests/sequences/newer.jsonl.gz: Vinyl Cache 9.0.1 (Debian sid) on loopback";
const RECORDING_7_7: &str =
    "recording of this project: tests/recordings/varnish-7.7.0.jsonl.gz (Varnish 7.7.0, Debian 13)";
const RECORDING_7_7_DELIVER_EXPIRED: &str = "recording of this project: \
    tests/recordings/varnish-7.7.0-deliver-expired.jsonl.gz (Varnish 7.7.0, Debian 13)";
const RECORDING_9: &str = "recording of this project: tests/recordings/vinyl-9.0.1.jsonl.gz (Vinyl Cache 9.0.1, Debian sid)";
const RECORDING_9_DELIVER_EXPIRED: &str = "recording of this project: \
    tests/recordings/vinyl-9.0.1-deliver-expired.jsonl.gz (Vinyl Cache 9.0.1, Debian sid)";
const BUILTIN_7: &str =
    "github.com/varnishcache/varnish-cache 7cee1c58 (7.1.1) bin/varnishd/builtin.vcl";
const ENGINE_7: &str = "github.com/varnishcache/varnish-cache 7cee1c58 (7.1.1) bin/varnishd/cache: \
    cache_rfc2616.c, cache_fetch.c, cache_hash.c, cache_vary.c";
const CACHE_TESTS_7: &str = "http-tests/cache-tests b55b8bd against Varnish 7.1.1 (Debian 12), run by this project 2026-11-22";
const BUILTIN_8: &str =
    "github.com/varnishcache/varnish-cache 71d4d756 (8.0.0) bin/varnishd/builtin.vcl";
const ENGINE_8: &str = "github.com/varnishcache/varnish-cache 71d4d756 (8.0.0) bin/varnishd/cache: \
    cache_rfc2616.c, cache_fetch.c, cache_hash.c, cache_vary.c";
const WAITING_LIST_8: &str = "github.com/varnishcache/varnish-cache 11c03673 (2024-01-22), \
    bin/varnishd/cache/cache_hash.c; in 8.0.0, not in 7.7";

/// Statuses that live by default; 302 and 307 need a lifetime of their own, others have none.
const BY_DEFAULT: StatusSet = StatusSet::Only(&[200, 203, 204, 300, 301, 304, 404, 410, 414]);
const WITH_A_LIFETIME: StatusSet =
    StatusSet::Only(&[200, 203, 204, 300, 301, 302, 304, 307, 404, 410, 414]);

const FACTS_7: Facts = Facts {
    control_fields: Fact::Known(&[ControlField::HidesRestrictions("surrogate-control")]),
    dialect: Fact::Known(Dialect::Varnish),
    invalid_expires: Fact::Known(InvalidExpires::Absent),
    methods: Fact::Known(Methods::Only(&["GET", "HEAD"])),
    authorization: Fact::Known(Authorization::Bypassed),
    request_cookie: Fact::Known(RequestRule::Bypassed),
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
    // Where it is alone; in a list it is the name of a field that no request has.
    vary_star: Fact::Known(Treatment::NotStored),
    vary_fields: Fact::Known(VaryFields::ComparedExcept(&["accept-encoding"])),
    statuses: Fact::Known(Statuses { explicit: WITH_A_LIFETIME, heuristic: BY_DEFAULT }),
    eligibility: Fact::Known(Eligibility::All),
    permits: Fact::Known(Permits::Nothing),
    lifetime_sources: Fact::Known(LifetimeSources::First(&[
        LifetimeSource::SMaxage,
        LifetimeSource::MaxAge,
        LifetimeSource::Expires,
    ])),
    fixed_ttl: Fact::Known(FixedTtl::None),
    expires_clock: Fact::Known(ExpiresClock::LocalIfDateWithin(10)),
    age: Fact::Known(AgeRule::AgeField),
    heuristic: Fact::Known(Heuristic::None),
    default_ttl: Fact::Known(DefaultTtl::Always(Ttl::Seconds(120))),
    minimum_ttl: Fact::Known(0),
    maximum_ttl: Fact::Known(MaximumTtl::None),
    zero_lifetime: Fact::Known(ZeroLifetime::NotStored),
    validation: Fact::Known(Validation::Conditional),
    stale_while_revalidate: Fact::Known(StaleWindow::Default(10)),
    key: Fact::Known(&[]),
    key_origin: Fact::Known(KeyOrigin::HostWithPort),
    collapsing: Fact::Known(Collapsing::On),
    waiting_no_cache: Fact::Known(ForWaiting::LookedUpAgain),
    waiting_zero: Fact::Known(ForWaiting::LookedUpAgain),
    waiting_past_expires: Fact::Known(ForWaiting::LookedUpAgain),
    waiting_not_stored: Fact::Known(ForWaiting::OwnFetch),
    marker: Fact::Known(Marker::HitForMiss(120)),
    stale_if_error: Fact::Known(StaleIfError::Never),
    invalidation: Fact::Known(Invalidation::None),
    not_modified: Fact::Known(NotModified::ReplacesAndRenews(&[
        "content-encoding",
        "content-length",
        "content-range",
    ])),
    head_requests: Fact::Known(HeadRequests::AsGet),
    forwarded_conditions: Fact::Known(ForwardedConditions::None),
    sent_validators: Fact::Known(SentValidators::Chosen),
    variants: Fact::Known(Variants::LastStored),
    client_conditions: Fact::Known(ClientConditions {
        statuses: ConditionalStatuses::Ok,
        answered: AnsweredFor::Every,
        tags: TagComparison::WholeText,
        ..ClientConditions::RFC9110
    }),
    ranges: Fact::Known(Ranges::OneOrRefused),
    vary_comparison: Fact::Known(VaryComparison::Text),
    request_directives: Fact::Known(RequestDirectives::IGNORED),
    age_field: Fact::Known(AgeField::Current),
    connection_fields: Fact::Known(ConnectionFields::Removed),
    ..Facts::UNKNOWN
};

/// The waiting list hands out whatever object was waited for, unless it is a marker.
const FACTS_8: Facts = Facts {
    waiting_no_cache: Fact::Known(ForWaiting::Shared),
    waiting_zero: Fact::Known(ForWaiting::Shared),
    waiting_past_expires: Fact::Known(ForWaiting::Shared),
    ..FACTS_7
};

const SETTINGS_7: Varnish = Varnish {
    user_vcl: &[],
    unlisted_method: UnlistedMethod::Pipe,
    content_range: ContentRange::Refuse,
};

/// Since 7.6.0 (varnishcache/varnish-cache#4137).
const SETTINGS_7_7: Varnish =
    Varnish { content_range: ContentRange::RemoveUnlessPartial, ..SETTINGS_7 };

const SETTINGS_8: Varnish = Varnish {
    user_vcl: &[],
    unlisted_method: UnlistedMethod::Refuse,
    content_range: ContentRange::RemoveUnlessPartial,
};

/// `sub vcl_backend_response { if (beresp.ttl <= 0s) { return (deliver); } }`
const DELIVER_EXPIRED: &[VclRule] = &[VclRule { when: When::Expired, then: Then::Deliver }];

const DELIVERING_EXPIRED_7: Facts =
    Facts { zero_lifetime: Fact::Known(ZeroLifetime::Stored), ..FACTS_7 };
const DELIVERING_EXPIRED_8: Facts =
    Facts { zero_lifetime: Fact::Known(ZeroLifetime::Stored), ..FACTS_8 };

/// What [`DELIVER_EXPIRED`] does, and what those who waited get of it.
const fn deliver_expired(source: &'static str, waiting: &'static str) -> [Claim; 2] {
    [
        Claim {
            axes: &[Axis::ZeroLifetime],
            says: "`if (beresp.ttl <= 0s) { return (deliver); }` in vcl_backend_response returns before the \
                   builtin VCL looks at anything: no marker is left, whatever the response says",
            source,
            seen: RECORDED,
            basis: Basis::Measured,
        },
        Claim {
            axes: &[Axis::WaitingNoCache, Axis::WaitingZero, Axis::WaitingPastExpires],
            says: waiting,
            source,
            seen: RECORDED,
            basis: Basis::Measured,
        },
    ]
}

/// What recordings show, in every version.
const fn measured(source: &'static str, seen: &'static str) -> [Claim; 8] {
    [
        Claim {
            axes: &[Axis::ControlFields],
            says: "Surrogate-Control, whatever it holds, switches off the check for private, no-store and no-cache \
                   in Cache-Control; no-store in it leaves a marker; lifetimes in it have no effect",
            source,
            seen,
            basis: Basis::Measured,
        },
        Claim {
            axes: &[Axis::Dialect, Axis::LifetimeSources],
            says: "s-maxage before max-age before Expires; every comma cuts, the first of repeated ones counts, \
                   `60junk` and `\"60\"` are 0, an s-maxage without a value hides max-age; private, no-store and \
                   no-cache are found anywhere in the line",
            source,
            seen,
            basis: Basis::Measured,
        },
        Claim {
            axes: &[Axis::InvalidExpires, Axis::ExpiresClock],
            says: "an Expires that is no date counts as none (`Expires: 0` lives 120 s); it runs from the cache's \
                   clock where Date is less than 10 s off, else from Date",
            source,
            seen,
            basis: Basis::Measured,
        },
        Claim {
            axes: &[
                Axis::Methods,
                Axis::Authorization,
                Axis::RequestCookie,
                Axis::RequestNoStore,
                Axis::RequestNoCache,
            ],
            says: "GET and HEAD are looked up, HEAD is fetched as GET; a request with Authorization or Cookie is \
                   passed; request directives have no effect",
            source,
            seen,
            basis: Basis::Measured,
        },
        Claim {
            axes: &[
                Axis::NoStore,
                Axis::Private,
                Axis::PrivateFields,
                Axis::NoCache,
                Axis::NoCacheFields,
                Axis::SetCookie,
                Axis::ZeroLifetime,
                Axis::Pragma,
                Axis::MustUnderstand,
            ],
            says: "no-store, private, no-cache, Set-Cookie and a TTL of 0 are not stored under the builtin VCL; \
                   Pragma and must-understand have no effect",
            source,
            seen,
            basis: Basis::Measured,
        },
        Claim {
            axes: &[Axis::VaryStar, Axis::VaryFields],
            says: "`Vary: *` alone is not stored, in a list it has no effect; Accept-Encoding makes no difference",
            source,
            seen,
            basis: Basis::Measured,
        },
        Claim {
            axes: &[
                Axis::Statuses,
                Axis::Permits,
                Axis::DefaultTtl,
                Axis::Heuristic,
                Axis::Eligibility,
                Axis::Age,
            ],
            says: "200, 203, 204, 300, 301, 404, 410 and 414 live 120 s by default, 302 and 307 only with a \
                   lifetime of their own, others never; Last-Modified has no effect; Age is taken off",
            source,
            seen,
            basis: Basis::Measured,
        },
        Claim {
            axes: &[
                Axis::Collapsing,
                Axis::WaitingNotStored,
                Axis::WaitingZero,
                Axis::WaitingPastExpires,
            ],
            says: "requests wait for one that is being fetched and share what is stored; after a marker each is \
                   fetched on its own, a past Expires included",
            source,
            seen,
            basis: Basis::Measured,
        },
    ]
}

/// What was read of 7.1.1.
const READ_7: &[Claim] = &[
    Claim {
        axes: &[Axis::Key, Axis::KeyOrigin],
        says: "the key is the URL and Host, in lower case; not the scheme",
        source: BUILTIN_7,
        seen: SEEN,
        basis: Basis::ReadInSource,
    },
    Claim {
        axes: &[Axis::Marker],
        says: "what is not stored leaves a hit-for-miss object for 120 s",
        source: BUILTIN_7,
        seen: SEEN,
        basis: Basis::ReadInSource,
    },
    Claim {
        axes: &[
            Axis::FixedTtl,
            Axis::MinimumTtl,
            Axis::MaximumTtl,
            Axis::Validation,
            Axis::StaleWhileRevalidate,
            Axis::WaitingNoCache,
        ],
        says: "no lifetime is fixed or bounded; a stale object is given for 10 s, or for what \
               stale-while-revalidate says, while it is validated; waiting requests look again, and pass over \
               what has no TTL",
        source: ENGINE_7,
        seen: SEEN,
        basis: Basis::ReadInSource,
    },
];

/// The later life of what is stored, alike in both versions.
macro_rules! life {
    ($source:expr, $basis:expr) => {
        &[Claim {
            axes: &[
                Axis::StaleIfError,
                Axis::Invalidation,
                Axis::NotModified,
                Axis::HeadRequests,
                Axis::ForwardedConditions,
                Axis::SentValidators,
                Axis::ClientConditions,
                Axis::Variants,
                Axis::Ranges,
                Axis::VaryComparison,
                Axis::RequestDirectives,
                Axis::AgeField,
                Axis::ConnectionFields,
            ],
            says: "no method invalidates anything; every 304 to its own condition renews the object, and its \
                   fields replace the stored ones; HEAD is fetched as GET, without the client's conditions \
                   and ranges; conditions are answered of every 200, If-None-Match as one text but for W/; one \
                   range is cut, and anything else is 416; of variants the one that was stored last is taken; \
                   Vary values are compared byte by byte; stale-if-error and request directives are not read",
            source: $source,
            seen: SEEN,
            basis: $basis,
        }]
    };
}

/// What was read of 8.0.0.
const READ: &[Claim] = &[
    Claim {
        axes: &[
            Axis::Methods,
            Axis::Authorization,
            Axis::RequestCookie,
            Axis::RequestNoStore,
            Axis::RequestNoCache,
            Axis::MustUnderstand,
            Axis::Pragma,
            Axis::Key,
            Axis::KeyOrigin,
        ],
        says: "GET and HEAD are looked up by URL and lower-cased Host, listed methods pass, others get 501; \
               Authorization and Cookie pass; request directives, Pragma and must-understand are not read",
        source: BUILTIN_8,
        seen: SEEN,
        basis: Basis::ReadInSource,
    },
    Claim {
        axes: &[
            Axis::NoStore,
            Axis::Private,
            Axis::PrivateFields,
            Axis::NoCache,
            Axis::NoCacheFields,
            Axis::SetCookie,
            Axis::VaryStar,
            Axis::ControlFields,
            Axis::Marker,
            Axis::Eligibility,
        ],
        says: "Set-Cookie, `Vary: *`, Surrogate-Control with no-store, and without Surrogate-Control a \
               Cache-Control that matches no-cache, no-store or private leave a hit-for-miss object for \
               uncacheable_ttl, 120 s",
        source: BUILTIN_8,
        seen: SEEN,
        basis: Basis::ReadInSource,
    },
    Claim {
        axes: &[
            Axis::Dialect,
            Axis::InvalidExpires,
            Axis::ExpiresClock,
            Axis::LifetimeSources,
            Axis::Statuses,
            Axis::Permits,
            Axis::DefaultTtl,
            Axis::Heuristic,
            Axis::Age,
            Axis::FixedTtl,
            Axis::MinimumTtl,
            Axis::MaximumTtl,
            Axis::VaryFields,
            Axis::Validation,
            Axis::StaleWhileRevalidate,
            Axis::Collapsing,
        ],
        says: "RFC2616_Ttl is that of 7.1.1: s-maxage, max-age, Expires, else 120 s; grace 10 s or \
               stale-while-revalidate; Vary is compared but for Accept-Encoding",
        source: ENGINE_8,
        seen: SEEN,
        basis: Basis::ReadInSource,
    },
    Claim {
        axes: &[
            Axis::WaitingNoCache,
            Axis::WaitingZero,
            Axis::WaitingPastExpires,
            Axis::WaitingNotStored,
        ],
        says: "a request from the waiting list takes the object it waited for without a look at its TTL, \
               unless it is a hit-for-miss or hit-for-pass marker or Vary does not match",
        source: WAITING_LIST_8,
        seen: SEEN,
        basis: Basis::ReadInSource,
    },
];

const fn profile(
    id: &'static str,
    name: &'static str,
    as_of: &'static str,
    settings: Varnish,
    facts: Facts,
    claims: &'static [&'static [Claim]],
) -> Profile {
    check::sourced(Profile {
        id,
        name,
        as_of,
        sharing: CacheType::Shared,
        algorithm: Algorithm::Varnish(settings),
        facts,
        operator: AxisSet::EMPTY,
        claims,
    })
}

pub(super) const VARNISH_7: Profile = profile(
    "varnish-7",
    "Varnish 7.0 to 7.5 with the builtin VCL",
    "7.1.1",
    SETTINGS_7,
    FACTS_7,
    &[&measured(RECORDING_7, SEEN), READ_7, life!(CACHE_TESTS_7, Basis::Measured)],
);

pub(super) const VARNISH_7_7: Profile = profile(
    "varnish-7.7",
    "Varnish 7.6 and 7.7 with the builtin VCL",
    "7.7.0",
    SETTINGS_7_7,
    FACTS_7,
    &[&measured(RECORDING_7_7, RECORDED), READ_7, life!(SEQUENCES_7_7, Basis::Measured)],
);

pub(super) const DELIVER_EXPIRED_7_7: Profile = profile(
    "varnish-7.7-deliver-expired",
    "Varnish 7.6 and 7.7 with VCL that delivers what has no TTL",
    "7.7.0",
    Varnish { user_vcl: DELIVER_EXPIRED, ..SETTINGS_7_7 },
    DELIVERING_EXPIRED_7,
    &[
        &deliver_expired(
            RECORDING_7_7_DELIVER_EXPIRED,
            "requests that waited look again, and pass over what has no TTL",
        ),
        &measured(RECORDING_7_7_DELIVER_EXPIRED, RECORDED),
        READ_7,
        life!(ENGINE_7, Basis::ReadInSource),
    ],
);

pub(super) const VARNISH_8: Profile = profile(
    "varnish-8",
    "Varnish 8 with the builtin VCL",
    "8.0.0",
    SETTINGS_8,
    FACTS_8,
    &[
        READ,
        life!(ENGINE_8, Basis::ReadInSource),
        &[Claim {
            axes: &[Axis::ZeroLifetime],
            says: "a TTL of 0 leaves a hit-for-miss object under the builtin VCL",
            source: BUILTIN_8,
            seen: SEEN,
            basis: Basis::ReadInSource,
        }],
    ],
);

pub(super) const VINYL_9: Profile = profile(
    "vinyl-9",
    "Vinyl Cache 9 (Varnish) with the builtin VCL",
    "9.0.1",
    SETTINGS_8,
    FACTS_8,
    &[&measured(RECORDING_9, RECORDED), READ, life!(SEQUENCES_9, Basis::Measured)],
);

pub(super) const DELIVER_EXPIRED_9: Profile = profile(
    "vinyl-9-deliver-expired",
    "Vinyl Cache 9 (Varnish) with VCL that delivers what has no TTL",
    "9.0.1",
    Varnish { user_vcl: DELIVER_EXPIRED, ..SETTINGS_8 },
    DELIVERING_EXPIRED_8,
    &[
        &deliver_expired(
            RECORDING_9_DELIVER_EXPIRED,
            "whoever waited is given the response, expired as it is, private and no-store ones among them",
        ),
        &measured(RECORDING_9_DELIVER_EXPIRED, RECORDED),
        READ,
        life!(ENGINE_8, Basis::ReadInSource),
    ],
);

pub(super) const DELIVER_EXPIRED_8: Profile = profile(
    "varnish-8-deliver-expired",
    "Varnish 8 with VCL that delivers what has no TTL",
    "8.0.0",
    Varnish { user_vcl: DELIVER_EXPIRED, ..SETTINGS_8 },
    DELIVERING_EXPIRED_8,
    &[
        READ,
        life!(ENGINE_8, Basis::ReadInSource),
        &[Claim {
            axes: &[Axis::ZeroLifetime],
            says: "`if (beresp.ttl <= 0s) { return (deliver); }` in vcl_backend_response returns before the \
                   builtin VCL looks at anything: no marker is left, whatever the response says",
            source: BUILTIN_8,
            seen: SEEN,
            basis: Basis::ReadInSource,
        }],
    ],
);
