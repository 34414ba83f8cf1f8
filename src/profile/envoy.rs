//! Envoy's HTTP cache filter, cache_v2.
//!
//! Not modelled: that the program is told to ignore request directives, the body limit, a Date or
//! an Expires that is no date (both become the epoch) beside a good one, and If-None-Match, which
//! only the first version bypasses for. After an answer that is not stored, requests for the key do
//! not wait until one is; the time of that is not fixed, so the marker is unknown. What no-store in a
//! request does to storing could not be confirmed.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};
use crate::field::Field;

const SEEN: &str = "2026-11-22";
const CACHEABILITY: &str = "github.com/envoyproxy/envoy c0edc2d source/extensions/filters/http/cache_v2/cacheability_utils.cc";
const HEADERS: &str = "github.com/envoyproxy/envoy 0048608 source/extensions/filters/http/cache_v2/cache_headers_utils.cc";
const SESSIONS: &str = "github.com/envoyproxy/envoy 6aeac45 source/extensions/filters/http/cache_v2/cache_sessions.cc, \
    0048608 cache_sessions_impl.cc";

const STATUSES: StatusSet =
    StatusSet::Only(&[200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 451, 501]);

pub(super) const ENVOY: Profile = check::sourced(Profile {
    id: "envoy",
    name: "Envoy cache filter, cache_v2",
    as_of: "c0edc2d, 6aeac45, 0048608",
    sharing: CacheType::Shared,
    algorithm: Algorithm::Envoy,
    facts: Facts {
        control_fields: Fact::Known(&[]),
        dialect: Fact::Known(Dialect::Envoy),
        invalid_expires: Fact::Known(InvalidExpires::Past),
        methods: Fact::Known(Methods::Only(&["GET", "HEAD"])),
        bypassing_fields: Fact::Known(&[Field::IfModifiedSince, Field::IfRange]),
        authorization: Fact::Known(Authorization::Bypassed),
        request_cookie: Fact::Known(RequestRule::Ignored),
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
        ..Facts::UNKNOWN
    },
    operator: AxisSet::EMPTY,
    claims: &[&[
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
            says: "requests with Authorization, If-Modified-Since or If-Range bypass; stored are thirteen \
                   statuses without no-store, private and Vary, with no-cache, an age, or Date and Expires; \
                   there is no default lifetime, and nothing else is looked at",
            source: CACHEABILITY,
            seen: SEEN,
            basis: Basis::ReadInSource,
        },
        Claim {
            axes: &[
                Axis::Dialect,
                Axis::LifetimeSources,
                Axis::InvalidExpires,
                Axis::ExpiresClock,
                Axis::Age,
                Axis::ZeroLifetime,
                Axis::NoCache,
                Axis::NoCacheFields,
                Axis::Validation,
            ],
            says: "every comma cuts, names are case-sensitive; s-maxage, max-age, Expires less Date; stale is \
                   an age above the lifetime, in whole seconds; no-cache is stored and validated; a \
                   condition has Last-Modified or else Date in it",
            source: HEADERS,
            seen: SEEN,
            basis: Basis::ReadInSource,
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
            source: SESSIONS,
            seen: SEEN,
            basis: Basis::ReadInSource,
        },
    ]],
});
