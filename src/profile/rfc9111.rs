//! RFC 9111 to the letter.
//!
//! Where the RFC leaves a choice, the profiles take the one that shares less; each choice is
//! documented where the rule is. The two `LIMIT` profiles take the other side of every choice:
//! what they do not do, no cache may.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const CLAIMS: &[Claim] = &[Claim {
    axes: Axis::ALL,
    says: "HTTP caching as RFC 9111 specifies it, with RFC 5861, RFC 6585, RFC 8246 and RFC 9213",
    source: "RFC 9111 (STD 98), June 2022",
    seen: "2026-11-22",
    basis: Basis::Specified,
}];

/// RFC 9110 §15.1, and RFC 7725 §3 for 451.
const HEURISTICALLY_CACHEABLE: StatusSet =
    StatusSet::Only(&[200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 451, 501]);

/// A shared cache that takes the careful side of every choice.
const SHARED_FACTS: Facts = Facts {
    control_fields: Fact::Known(&[]),
    dialect: Fact::Known(Dialect::Rfc9111),
    invalid_expires: Fact::Known(InvalidExpires::Past),
    methods: Fact::Known(Methods::Rfc9111),
    authorization: Fact::Known(Authorization::NeedsPermission(&[
        Permission::Public,
        Permission::MustRevalidate,
        Permission::SMaxage,
    ])),
    request_cookie: Fact::Known(RequestRule::Ignored),
    request_no_store: Fact::Known(RequestRule::Honoured),
    request_no_cache: Fact::Known(RequestRule::Honoured),
    no_store: Fact::Known(Treatment::NotStored),
    private: Fact::Known(Treatment::NotStored),
    private_fields: Fact::Known(Treatment::NotStored),
    no_cache: Fact::Known(Treatment::Validated),
    no_cache_fields: Fact::Known(Treatment::Validated),
    must_understand: Fact::Known(RequestRule::Honoured),
    pragma: Fact::Known(Treatment::Ignored),
    set_cookie: Fact::Known(Treatment::Ignored),
    vary_star: Fact::Known(Treatment::NeverMatches),
    vary_fields: Fact::Known(VaryFields::Compared),
    statuses: Fact::Known(Statuses {
        explicit: StatusSet::Rfc9111,
        heuristic: HEURISTICALLY_CACHEABLE,
    }),
    eligibility: Fact::Known(Eligibility::All),
    permits: Fact::Known(Permits::Rfc9111),
    lifetime_sources: Fact::Known(LifetimeSources::First(&[
        LifetimeSource::SMaxage,
        LifetimeSource::MaxAge,
        LifetimeSource::Expires,
    ])),
    fixed_ttl: Fact::Known(FixedTtl::None),
    expires_clock: Fact::Known(ExpiresClock::Date),
    age: Fact::Known(AgeRule::Rfc9111),
    // §4.2.2: a typical setting is 10 %; more than a day is for operators to choose.
    heuristic: Fact::Known(Heuristic::Fraction { percent: 10, minimum: 0, maximum: 86_400 }),
    default_ttl: Fact::Known(DefaultTtl::None),
    minimum_ttl: Fact::Known(0),
    maximum_ttl: Fact::Known(MaximumTtl::None),
    zero_lifetime: Fact::Known(ZeroLifetime::Stored),
    validation: Fact::Known(Validation::Conditional),
    stale_while_revalidate: Fact::Known(StaleWindow::UnlessBarred),
    key: Fact::Known(&[]),
    collapsing: Fact::Known(Collapsing::On),
    waiting_no_cache: Fact::Known(ForWaiting::LookedUpAgain),
    waiting_zero: Fact::Known(ForWaiting::LookedUpAgain),
    waiting_past_expires: Fact::Known(ForWaiting::LookedUpAgain),
    waiting_not_stored: Fact::Known(ForWaiting::OwnFetch),
    marker: Fact::Known(Marker::None),
    error_ttl: Fact::Known(ErrorTtl::None),
    key_query: Fact::Known(KeyQuery::Whole),
    key_origin: Fact::Known(KeyOrigin::SchemeAndHost),
    key_cookies: Fact::Known(KeyCookies::Nothing),
    key_classes: Fact::Known(&[]),
    bypass: Fact::Known(&[]),
    ignored_fields: Fact::Known(&[]),
    bypassing_fields: Fact::Known(&[]),
    must_revalidate: Fact::Known(Treatment::Ignored),
    stale_if_error: Fact::Known(StaleIfError::WhereStated),
    invalidation: Fact::Known(Invalidation::Rfc9111),
    not_modified: Fact::Known(NotModified::Rfc9111),
    head_requests: Fact::Known(HeadRequests::Rfc9111),
    forwarded_conditions: Fact::Known(ForwardedConditions::All),
    sent_validators: Fact::Known(SentValidators::All),
    variants: Fact::Known(Variants::Rfc9111),
    superseded: Fact::Known(Superseded::Removed),
    forbidding_update: Fact::Known(ForbiddingUpdate::Removes),
    client_conditions: Fact::Known(ClientConditions::RFC9110),
    ranges: Fact::Known(Ranges::Rfc9110),
    vary_comparison: Fact::Known(VaryComparison::Meaning),
    request_directives: Fact::Known(RequestDirectives::GRANTED),
    request_pragma: Fact::Known(RequestPragma::WithoutCacheControl),
    age_field: Fact::Known(AgeField::Current),
    connection_fields: Fact::Known(ConnectionFields::Removed),
    reload: Fact::Known(Reload::Validated),
};

/// A private cache: private and Authorization bar nothing (§3, §5.2.2.7).
const PRIVATE_FACTS: Facts = Facts {
    private: Fact::Known(Treatment::Ignored),
    private_fields: Fact::Known(Treatment::Ignored),
    authorization: Fact::Known(Authorization::Ignored),
    ..SHARED_FACTS
};

/// The loosest reading: fields named by a directive are left out and the rest is used (§5.2.2.4,
/// §5.2.2.7); request directives are advisory (§5.2.1); any heuristic lifetime will do (§4.2.2).
const fn loosest(facts: Facts) -> Facts {
    Facts {
        private_fields: Fact::Known(Treatment::Stripped),
        no_cache_fields: Fact::Known(Treatment::Stripped),
        request_no_cache: Fact::Known(RequestRule::Ignored),
        heuristic: Fact::Known(Heuristic::None),
        default_ttl: Fact::Known(DefaultTtl::ByStatus(&[(
            StatusSet::Rfc9111,
            Ttl::Seconds(crate::field::DELTA_SECONDS_MAX),
        )])),
        ..facts
    }
}

const fn profile(
    id: &'static str,
    name: &'static str,
    sharing: CacheType,
    facts: Facts,
) -> Profile {
    check::sourced(Profile {
        id,
        name,
        as_of: "RFC 9111, June 2022",
        sharing,
        algorithm: Algorithm::Rfc9111,
        facts,
        operator: AxisSet::EMPTY,
        claims: &[CLAIMS],
    })
}

pub(super) const SHARED: Profile =
    profile("rfc9111-shared", "RFC 9111, shared cache", CacheType::Shared, SHARED_FACTS);
pub(super) const PRIVATE: Profile =
    profile("rfc9111-private", "RFC 9111, private cache", CacheType::Private, PRIVATE_FACTS);

impl Profile {
    /// The loosest shared cache that RFC 9111 allows: what deviations are measured against.
    pub(crate) const RFC9111_SHARED_LIMIT: Self = profile(
        "rfc9111-shared-limit",
        "the limits of RFC 9111 for a shared cache",
        CacheType::Shared,
        loosest(SHARED_FACTS),
    );
    /// The loosest private cache that RFC 9111 allows.
    pub(crate) const RFC9111_PRIVATE_LIMIT: Self = profile(
        "rfc9111-private-limit",
        "the limits of RFC 9111 for a private cache",
        CacheType::Private,
        loosest(PRIVATE_FACTS),
    );
}
