//! Squid as an accelerator (reverse proxy): 5, 6 and 7, measured.
//!
//! Version 6 differs from 5 in the letter case of directives only, and from 7 in what requests get
//! that waited. The name in a Surrogate-Control target is an operator's `visible_hostname`; the
//! profiles of 6 and 7 have none. What an operator sets is said in `crate::site`.

use super::Algorithm;
use super::algorithm::{Collapsed, OnCondition, OnReload, PatternOptions, Squid, WorthStoring};
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const SEEN: &str = "2026-11-22";
const RECORDING: &str = "tests/recordings/squid-5.jsonl.gz (Squid 5.7)";
const RECORDED: &str = "2026-11-30";
const RECORDING_6: &str =
    "tests/recordings/squid-6.13.jsonl.gz, squid-6.13-collapsed.jsonl.gz (Squid 6.13, Debian 13)";
const RECORDING_7: &str =
    "tests/recordings/squid-7.7.jsonl.gz, squid-7.7-collapsed.jsonl.gz (Squid 7.7, Debian sid)";
const CACHE_TESTS: &str =
    "http-tests/cache-tests b55b8bd against Squid 5.7 (Debian 12), run by this project 2026-11-22";
const SEQUENCES: &str = "tests/sequences/sequences.jsonl.gz, newer.jsonl.gz (Squid 5.7, Debian 12)";
const SEQUENCES_6: &str = "tests/sequences/newer.jsonl.gz (Squid 6.13, Debian 13)";
const SEQUENCES_7: &str = "tests/sequences/newer.jsonl.gz (Squid 7.7, Debian sid)";
const SEQUENCES_SEEN: &str = "2026-11-30";
const COLLAPSED_RECORDING: &str =
    "tests/recordings/squid-5-collapsed.jsonl.gz (Squid 5.7, collapsed_forwarding on)";
const HTTP_5: &str = "github.com/squid-cache/squid a254dfe src/http.cc, reusableReply";

/// Stored whether or not they state a lifetime.
const CACHEABLE: &[u16] = &[200, 203, 300, 301, 308, 410];
/// These, and redirects that state one.
const WITH_LIFETIME: &[u16] = &[200, 203, 300, 301, 302, 307, 308, 410];

const FACTS: Facts = Facts {
    control_fields: Fact::Known(&[ControlField::LiftsRestrictions("surrogate-control")]),
    dialect: Fact::Known(Dialect::Squid5),
    invalid_expires: Fact::Known(InvalidExpires::Past),
    methods: Fact::Known(Methods::Only(&["GET", "HEAD"])),
    authorization: Fact::Known(Authorization::NeedsPermission(&[
        Permission::Public,
        Permission::MustRevalidate,
        Permission::NoCache,
        Permission::SMaxage,
    ])),
    request_cookie: Fact::Known(RequestRule::Ignored),
    request_no_store: Fact::Known(RequestRule::Honoured),
    request_no_cache: Fact::Known(RequestRule::Honoured),
    no_store: Fact::Known(Treatment::NotStored),
    private: Fact::Known(Treatment::NotStored),
    private_fields: Fact::Known(Treatment::NotStored),
    no_cache: Fact::Known(Treatment::Validated),
    no_cache_fields: Fact::Known(Treatment::NotStored),
    must_understand: Fact::Known(RequestRule::Ignored),
    pragma: Fact::Known(Treatment::Validated),
    set_cookie: Fact::Known(Treatment::Stripped),
    vary_star: Fact::Known(Treatment::Validated),
    vary_fields: Fact::Known(VaryFields::Compared),
    statuses: Fact::Known(Statuses {
        explicit: StatusSet::Only(WITH_LIFETIME),
        heuristic: StatusSet::Only(CACHEABLE),
    }),
    eligibility: Fact::Known(Eligibility::All),
    permits: Fact::Known(Permits::Nothing),
    lifetime_sources: Fact::Known(LifetimeSources::First(&[
        LifetimeSource::SurrogateMaxAge,
        LifetimeSource::SMaxage,
        LifetimeSource::MaxAge,
        LifetimeSource::Expires,
    ])),
    fixed_ttl: Fact::Known(FixedTtl::None),
    expires_clock: Fact::Known(ExpiresClock::Date),
    age: Fact::Known(AgeRule::DateOfTheLastDay),
    // refresh_pattern . 0 20% 4320
    heuristic: Fact::Known(Heuristic::Fraction { percent: 20, minimum: 0, maximum: 259_200 }),
    // negative_ttl 0 seconds
    default_ttl: Fact::Known(DefaultTtl::None),
    minimum_ttl: Fact::Known(0),
    maximum_ttl: Fact::Known(MaximumTtl::None),
    zero_lifetime: Fact::Known(ZeroLifetime::Stored),
    validation: Fact::Known(Validation::AlwaysConditional),
    stale_while_revalidate: Fact::Known(StaleWindow::None),
    key: Fact::Known(&[]),
    collapsing: Fact::Known(Collapsing::Off),
    waiting_no_cache: Fact::Known(ForWaiting::Shared),
    waiting_zero: Fact::Known(ForWaiting::Shared),
    waiting_past_expires: Fact::Known(ForWaiting::Shared),
    waiting_not_stored: Fact::Known(ForWaiting::SharedUnlessBarred),
    marker: Fact::Known(Marker::None),
    // max_stale 1 week
    stale_if_error: Fact::Known(StaleIfError::UnlessBarred),
    invalidation: Fact::Known(Invalidation::Rfc9111ButUnknownAtOnce(KNOWN_METHODS)),
    // Content-Length too is replaced; it would lie about the content.
    not_modified: Fact::Known(NotModified::Replaces {
        but: &["content-length", "vary"],
        drops: &[],
    }),
    head_requests: Fact::Known(HeadRequests::Apart),
    forwarded_conditions: Fact::Known(ForwardedConditions::All),
    sent_validators: Fact::Known(SentValidators::ChosenStrong),
    variants: Fact::Known(Variants::OneVary),
    superseded: Fact::Known(Superseded::RemovedUnsoughtBy(StatusSet::Only(&[
        200, 203, 300, 301, 302, 303, 403, 404, 405, 410,
    ]))),
    forbidding_update: Fact::Known(ForbiddingUpdate::Ignored),
    client_conditions: Fact::Known(ClientConditions {
        preconditions: Preconditions::IfMatchAnsweredOfHits,
        answered: AnsweredFor::Hits,
        ..ClientConditions::RFC9110
    }),
    ranges: Fact::Known(Ranges::WholeIfNoneOrCutOff),
    vary_comparison: Fact::Known(VaryComparison::Text),
    request_directives: Fact::Known(RequestDirectives::GRANTED),
    request_pragma: Fact::Known(RequestPragma::WithoutKnownDirective),
    age_field: Fact::Known(AgeField::Current),
    connection_fields: Fact::Known(ConnectionFields::Removed),
    reload: Fact::Known(Reload::FetchedAnew),
    ..Facts::UNKNOWN
};

/// Methods that are not safe and that it knows.
const KNOWN_METHODS: &[&str] = &[
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "LINK",
    "UNLINK",
    "CHECKOUT",
    "CHECKIN",
    "UNCHECKOUT",
    "MKWORKSPACE",
    "VERSION-CONTROL",
    "UPDATE",
    "LABEL",
    "MERGE",
    "BASELINE-CONTROL",
    "MKACTIVITY",
    "ORDERPATCH",
    "ACL",
    "MKREDIRECTREF",
    "UPDATEREDIRECTREF",
    "MKCALENDAR",
    "PROPPATCH",
    "MKCOL",
    "MOVE",
    "BIND",
    "REBIND",
    "UNBIND",
];

const SETTINGS: Squid = Squid {
    // The recording's `visible_hostname`.
    surrogate_id: "oracle",
    // refresh_pattern -i (/cgi-bin/|\?) 0 0% 0
    dynamic_urls: Heuristic::None,
    minimum_expiry: 60,
    collapsed: Collapsed::Checked,
    options: PatternOptions {
        least_stated: 0,
        least_heuristic: 0,
        on_reload: OnReload::Fetch,
        on_condition: OnCondition::Answer,
        worth_storing: WorthStoring::Lasting,
    },
};

/// What recordings show, in every version.
const fn measured(source: &'static str, seen: &'static str, dialect: &'static str) -> [Claim; 4] {
    let basis = Basis::Measured;
    [
        Claim { axes: &[Axis::Dialect], says: dialect, source, seen, basis },
        Claim {
            axes: &[
                Axis::InvalidExpires,
                Axis::ExpiresClock,
                Axis::LifetimeSources,
                Axis::Age,
                Axis::Heuristic,
                Axis::DefaultTtl,
                Axis::ZeroLifetime,
                Axis::Validation,
            ],
            says: "numbers as atoi reads them; s-maxage, max-age, Expires from \
               Date; a Date more than a day old counts as now; else 20 % of the time since Last-Modified, at \
               most 3 days, and none with a query; what is stale is stored, and validated by \
               If-Modified-Since even without a validator",
            source,
            seen,
            basis,
        },
        Claim {
            axes: &[
                Axis::NoStore,
                Axis::Private,
                Axis::PrivateFields,
                Axis::NoCache,
                Axis::NoCacheFields,
                Axis::Pragma,
                Axis::MustUnderstand,
                Axis::Authorization,
                Axis::RequestCookie,
                Axis::RequestNoStore,
                Axis::RequestNoCache,
            ],
            says: "no-store, private and no-cache=\"field\" are not stored, no-cache is validated at every use, \
               and Pragma: no-cache where no directive is understood; Authorization needs public, \
               must-revalidate, no-cache or s-maxage; Cookie is not looked at, no-store and no-cache of a \
               request are honoured",
            source,
            seen,
            basis,
        },
        Claim {
            axes: &[
                Axis::Methods,
                Axis::Statuses,
                Axis::Permits,
                Axis::VaryStar,
                Axis::VaryFields,
                Axis::ControlFields,
                Axis::StaleWhileRevalidate,
                Axis::Key,
            ],
            says: "GET and HEAD; 200, 203, 300, 301, 308, 410 whatever they say, 302 and 307 with a lifetime, no \
               error ever; Vary is compared, Vary: * validated at every use; a Surrogate-Control for this \
               cache lifts what Cache-Control restricts",
            source,
            seen,
            basis,
        },
    ]
}

/// Which stored response answers, what goes, and how a client's conditions are answered.
const SELECTION: &[Axis] = &[
    Axis::ClientConditions,
    Axis::Variants,
    Axis::Superseded,
    Axis::ForbiddingUpdate,
    Axis::Ranges,
];
/// What else becomes of a stored response.
const LATER_LIFE: &[Axis] = &[
    Axis::StaleIfError,
    Axis::Invalidation,
    Axis::NotModified,
    Axis::HeadRequests,
    Axis::ForwardedConditions,
    Axis::SentValidators,
    Axis::VaryComparison,
    Axis::RequestDirectives,
    Axis::RequestPragma,
    Axis::AgeField,
    Axis::ConnectionFields,
    Axis::Reload,
];

/// What sequences of requests show, and a suite of version 5.
const fn life(sequences: &'static str, suite: &'static str, seen: &'static str) -> [Claim; 2] {
    [
        Claim {
            axes: SELECTION,
            says: "If-None-Match and If-Modified-Since are answered of hits, and of what was validated; If-Match of \
               hits alone; none where a stale response answers for a failed origin; an answer with another Vary \
               takes the place of all that is stored, and 200, 203, 300 to 303, 403 to 405 and 410 remove what \
               was found, HEAD's too; a 304 gives a new lifetime, whatever else it says, and leaves an older Age",
            source: sequences,
            seen: SEQUENCES_SEEN,
            basis: Basis::Measured,
        },
        Claim {
            axes: LATER_LIFE,
            says: "stale answers for errors and closed connections unless barred; unsafe methods invalidate the \
               target, Location and Content-Location, an unknown one the target even where it fails; every 304 \
               to its own condition renews what is stored and replaces its fields; weak tags are not sent; HEAD \
               changes nothing stored; Vary values are compared as text; Pragma: no-cache counts beside a \
               Cache-Control without a directive that is known; a request with no-cache is fetched plainly",
            source: suite,
            seen,
            basis: Basis::Measured,
        },
    ]
}

/// What no recording shows.
const UNRECORDED: &[Axis] = &[
    Axis::SetCookie,
    Axis::Eligibility,
    Axis::FixedTtl,
    Axis::MinimumTtl,
    Axis::MaximumTtl,
    Axis::Marker,
];

const IN_SOURCE: &[Claim] = &[
    Claim {
        axes: UNRECORDED,
        says: "Set-Cookie bars nothing and is taken out of what a hit is given; no bound on lifetimes and no \
               marker after what is not stored",
        source: HTTP_5,
        seen: SEEN,
        basis: Basis::ReadInSource,
    },
    Claim {
        axes: &[Axis::Collapsing],
        says: "collapsed_forwarding is off by default",
        source: "github.com/squid-cache/squid a254dfe src/cf.data.pre",
        seen: SEEN,
        basis: Basis::ReadInSource,
    },
];

/// What those who wait get, with collapsed_forwarding.
const fn waiting(source: &'static str, seen: &'static str, says: &'static str) -> [Claim; 1] {
    [Claim {
        axes: &[
            Axis::Collapsing,
            Axis::WaitingNoCache,
            Axis::WaitingZero,
            Axis::WaitingPastExpires,
            Axis::WaitingNotStored,
        ],
        says,
        source,
        seen,
        basis: Basis::Measured,
    }]
}

/// Up to version 6.
const CHECKED: &str = "with collapsed_forwarding a fresh answer goes to all that wait, errors among them; one \
    that is stale, or says no-cache, is validated for the first that waits, and the others are given that \
    answer, unless it varies; private, no-store and what Authorization bars are fetched for each";

const MEASURED_5: &[Claim] = &measured(RECORDING, SEEN, "directives in lower case only");
const LIFE_5: &[Claim] = &life(SEQUENCES, CACHE_TESTS, SEEN);
const WAITING_5: &[Claim] = &waiting(COLLAPSED_RECORDING, SEEN, CHECKED);

pub(super) const SQUID_5: Profile = check::sourced(Profile {
    id: "squid-5",
    name: "Squid 5, accelerator",
    as_of: "Squid 5.7",
    sharing: CacheType::Shared,
    algorithm: Algorithm::Squid(SETTINGS),
    facts: FACTS,
    operator: AxisSet::EMPTY,
    claims: &[MEASURED_5, LIFE_5, IN_SOURCE, WAITING_5],
});

pub(super) const SQUID_5_COLLAPSED: Profile = check::sourced(Profile {
    id: "squid-5-collapsed",
    name: "Squid 5, accelerator, collapsed_forwarding on",
    as_of: "Squid 5.7",
    sharing: CacheType::Shared,
    algorithm: Algorithm::Squid(SETTINGS),
    facts: Facts { collapsing: Fact::Known(Collapsing::On), ..FACTS },
    operator: AxisSet::EMPTY.with(Axis::Collapsing),
    claims: &[MEASURED_5, LIFE_5, WAITING_5, IN_SOURCE],
});

const READ: &[Claim] = &[
    Claim {
        axes: UNRECORDED,
        says: "Set-Cookie, bounds on lifetimes and markers are as in version 5",
        source: "github.com/squid-cache/squid 48c9d8f src/http.cc, reusableReply; src/store.cc",
        seen: SEEN,
        basis: Basis::ReadInSource,
    },
    Claim {
        axes: &[Axis::Collapsing],
        says: "collapsed_forwarding is off by default",
        source: "github.com/squid-cache/squid 48c9d8f src/cf.data.pre",
        seen: SEEN,
        basis: Basis::ReadInSource,
    },
];

const ANY_CASE: &str = "since version 6 the names of directives have no letter case";

const SIX: &[&[Claim]] = &[
    &measured(RECORDING_6, RECORDED, ANY_CASE),
    &waiting(RECORDING_6, RECORDED, CHECKED),
    &life(SEQUENCES_6, SEQUENCES_6, RECORDED),
    READ,
];

const SEVEN: &[&[Claim]] = &[
    &measured(RECORDING_7, RECORDED, ANY_CASE),
    &waiting(
        RECORDING_7,
        RECORDED,
        "with collapsed_forwarding all that wait are given the answer, fresh or stale, unless a restriction \
         or the status bars that (ee98993, since 7.0.1)",
    ),
    &life(SEQUENCES_7, SEQUENCES_7, RECORDED),
    READ,
];

/// Since version 6.
const FACTS_6: Facts = Facts {
    dialect: Fact::Known(Dialect::Squid),
    ranges: Fact::Known(Ranges::WholeIfNone),
    ..FACTS
};
const SETTINGS_6: Squid = Squid { surrogate_id: "", ..SETTINGS };

pub(super) const SQUID_6: Profile = check::sourced(Profile {
    id: "squid-6",
    name: "Squid 6, accelerator",
    as_of: "Squid 6.13",
    sharing: CacheType::Shared,
    algorithm: Algorithm::Squid(SETTINGS_6),
    facts: FACTS_6,
    operator: AxisSet::EMPTY,
    claims: SIX,
});

pub(super) const SQUID: Profile = check::sourced(Profile {
    id: "squid",
    name: "Squid 7, accelerator",
    as_of: "Squid 7.7",
    algorithm: Algorithm::Squid(Squid { collapsed: Collapsed::TakenAsFresh, ..SETTINGS_6 }),
    claims: SEVEN,
    ..SQUID_6
});

pub(super) const SQUID_6_COLLAPSED: Profile = check::sourced(Profile {
    id: "squid-6-collapsed",
    name: "Squid 6, accelerator, collapsed_forwarding on",
    facts: Facts { collapsing: Fact::Known(Collapsing::On), ..FACTS_6 },
    operator: AxisSet::EMPTY.with(Axis::Collapsing),
    ..SQUID_6
});

pub(super) const SQUID_COLLAPSED: Profile = check::sourced(Profile {
    id: "squid-collapsed",
    name: "Squid 7, accelerator, collapsed_forwarding on",
    facts: SQUID_6_COLLAPSED.facts,
    operator: SQUID_6_COLLAPSED.operator,
    ..SQUID
});
