//! Souin (and the Caddy cache-handler made of it) in strict mode, with request coalescing on.
//!
//! The lifetime of an answer that states none is the configured `ttl`, so it is unknown. Not
//! modelled: the other modes, extra status codes, regular expressions for URLs, the bypass of
//! websockets and event streams and of requests with a malformed Cache-Control, the Date of the
//! request, from which the age is counted where it has one, an Expires more than ten years ahead,
//! empty bodies, answers from the stale store where a request has max-stale, and requests that wait
//! during a revalidation, who get even what is private.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};
use crate::field::Field;

const SEEN: &str = "2026-11-22";
const MIDDLEWARE: &str = "github.com/darkweak/souin 9af22b2 pkg/middleware/middleware.go";

const STATUSES: StatusSet =
    StatusSet::Only(&[200, 203, 204, 206, 300, 301, 404, 405, 410, 414, 501]);

pub(super) const SOUIN: Profile = check::sourced(Profile {
    id: "souin",
    name: "Souin, strict mode",
    as_of: "9af22b2",
    sharing: CacheType::Shared,
    algorithm: Algorithm::Souin,
    facts: Facts {
        control_fields: Fact::Known(&[
            ControlField::InsteadOfDirectives(Field::SouinCacheControl),
            ControlField::InsteadOfDirectives(Field::SurrogateControl),
            ControlField::InsteadOfDirectives(Field::CdnCacheControl),
        ]),
        dialect: Fact::Known(Dialect::Souin),
        invalid_expires: Fact::Known(InvalidExpires::Past),
        methods: Fact::Known(Methods::Only(&["GET", "HEAD"])),
        authorization: Fact::Known(Authorization::NeedsPermission(&[])),
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
        vary_fields: Fact::Known(VaryFields::Compared),
        statuses: Fact::Known(Statuses { explicit: STATUSES, heuristic: STATUSES }),
        eligibility: Fact::Known(Eligibility::All),
        permits: Fact::Known(Permits::Nothing),
        lifetime_sources: Fact::Known(LifetimeSources::First(&[
            LifetimeSource::SMaxage,
            LifetimeSource::MaxAge,
            LifetimeSource::Expires,
        ])),
        fixed_ttl: Fact::Known(FixedTtl::None),
        expires_clock: Fact::Known(ExpiresClock::Local),
        age: Fact::Known(AgeRule::Ignored),
        heuristic: Fact::Known(Heuristic::None),
        default_ttl: Fact::Known(DefaultTtl::Always(Ttl::Configured)),
        zero_lifetime: Fact::Known(ZeroLifetime::By {
            directive: Fact::Known(&ZeroLifetime::Stored),
            targeted: Fact::Known(&ZeroLifetime::Stored),
            expires: Fact::Known(&ZeroLifetime::NotStored),
        }),
        validation: Fact::Known(Validation::Plain),
        stale_while_revalidate: Fact::Known(StaleWindow::None),
        key: Fact::Known(&[]),
        collapsing: Fact::Known(Collapsing::On),
        waiting_no_cache: Fact::Known(ForWaiting::Shared),
        waiting_zero: Fact::Known(ForWaiting::Shared),
        waiting_past_expires: Fact::Known(ForWaiting::Shared),
        waiting_not_stored: Fact::Known(ForWaiting::Shared),
        marker: Fact::Known(Marker::None),
        ..Facts::UNKNOWN
    },
    operator: AxisSet::EMPTY,
    claims: &[&[
        Claim {
            axes: &[
                Axis::Methods,
                Axis::Authorization,
                Axis::RequestNoStore,
                Axis::NoStore,
                Axis::Private,
                Axis::PrivateFields,
                Axis::Statuses,
                Axis::VaryStar,
                Axis::VaryFields,
                Axis::LifetimeSources,
                Axis::InvalidExpires,
                Axis::ExpiresClock,
                Axis::Age,
                Axis::ZeroLifetime,
                Axis::DefaultTtl,
                Axis::FixedTtl,
                Axis::Heuristic,
                Axis::Permits,
                Axis::Eligibility,
                Axis::SetCookie,
                Axis::RequestCookie,
                Axis::Pragma,
                Axis::MustUnderstand,
                Axis::MustRevalidate,
                Axis::Marker,
                Axis::Key,
            ],
            says: "not stored are private and the answer to Authorization, unless Vary has `authorization` in \
                   it, no-store, unless Expires gives the lifetime, a past or unreadable Expires, and \
                   `Vary: *`; s-maxage, max-age, Expires by the local clock, else the configured lifetime",
            source: MIDDLEWARE,
            seen: SEEN,
            basis: Basis::ReadInSource,
        },
        Claim {
            axes: &[Axis::NoCache, Axis::NoCacheFields],
            says: "a fresh copy with an ETag is served before anything asks for its no-cache, for the whole \
                   lifetime; without an ETag, what says no-cache, with field names or without, goes to the origin \
                   at every use",
            source: "github.com/darkweak/souin 9af22b2 pkg/middleware/middleware.go:959, darkweak/storages \
                     e555faf core/revalidator.go; reported in caddyserver/cache-handler#135",
            seen: "2026-11-30",
            basis: Basis::ReadInSource,
        },
        Claim {
            axes: &[Axis::RequestNoCache, Axis::Validation, Axis::StaleWhileRevalidate],
            says: "a request with no-cache goes to the origin; a copy that says so goes there without a condition \
                   of its own; a stale copy answers only a request with max-stale",
            source: "github.com/darkweak/souin 00c4b70 pkg/middleware/middleware.go",
            seen: "2026-11-24",
            basis: Basis::ReadInSource,
        },
        Claim {
            axes: &[Axis::ControlFields],
            says: "the first there of Souin-Cache-Control, Surrogate-Control, CDN-Cache-Control and \
                   Cache-Control is read",
            source: "github.com/darkweak/souin 9af22b2 pkg/surrogate/providers/common.go",
            seen: SEEN,
            basis: Basis::ReadInSource,
        },
        Claim {
            axes: &[Axis::Dialect],
            says: "a malformed directive is an error for the whole field",
            source: "github.com/pquerna/cachecontrol ff73c64 cacheobject/directive.go",
            seen: SEEN,
            basis: Basis::ReadInSource,
        },
        Claim {
            axes: &[
                Axis::Collapsing,
                Axis::WaitingNoCache,
                Axis::WaitingZero,
                Axis::WaitingPastExpires,
                Axis::WaitingNotStored,
            ],
            says: "requests that wait get whatever the first one got, unless its control field has `private` in \
                   it, it has Set-Cookie, or a field that Vary names differs",
            source: MIDDLEWARE,
            seen: SEEN,
            basis: Basis::ReadInSource,
        },
    ]],
});
