//! Alibaba Cloud CDN without a console rule.
//!
//! Not modelled: ranged fetches from the origin, with which errors are not stored; console rules,
//! which beat the origin's max-age, and the switch that ignores the origin's no-cache fields; the
//! newer ESA product. That errors without a rule live 1 s stands only in a copy of 2021, so it is
//! taken for possible. On private the old pages and the new ones disagree, so it is unknown; so is
//! s-maxage beside max-age=0, which two rules claim.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const SEEN: &str = "2026-11-22";
const QUESTIONS: &str =
    "https://www.alibabacloud.com/help/en/cdn/user-guide/cache-related-faq (2026-04-01)";
const STATUS_RULES: &str = "https://help.aliyun.com/en/cdn/user-guide/create-a-cache-rule-for-http-status-codes \
    (2025-11-18)";

const ERRORS: &[u16] = &[400, 403, 404, 405, 414, 424, 429, 500, 501, 502, 503, 504];
const BARRED_BY_COOKIE: &[u16] = &[204, 305, 404, 405, 414, 424, 429, 500, 501, 502, 503, 504];
const STATUSES: StatusSet = StatusSet::Partly(&[200], &[303, 304, 401, 407]);

pub(super) const ALIBABA: Profile = check::sourced(Profile {
    id: "alibaba",
    name: "Alibaba Cloud CDN, no console rule",
    as_of: SEEN,
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts {
        eligibility: Fact::Known(Eligibility::All),
        fixed_ttl: Fact::Known(FixedTtl::None),
        permits: Fact::Known(Permits::Nothing),
        lifetime_sources: Fact::Known(LifetimeSources::Either(
            &LifetimeSources::First(&[
                LifetimeSource::SMaxage,
                LifetimeSource::MaxAge,
                LifetimeSource::Expires,
            ]),
            &LifetimeSources::First(&[
                LifetimeSource::ZeroMaxAge,
                LifetimeSource::SMaxage,
                LifetimeSource::MaxAge,
                LifetimeSource::Expires,
            ]),
        )),
        heuristic: Fact::Known(Heuristic::FractionWhereSilent {
            percent: 10,
            minimum: 10,
            maximum: 3600,
        }),
        default_ttl: Fact::Known(DefaultTtl::WhereSilent(
            &DefaultTtl::StatusesFirst(
                &[(StatusSet::Only(ERRORS), Ttl::Optional(1))],
                &DefaultTtl::WithEtag(Ttl::Seconds(10)),
            ),
            Fact::Unknown,
        )),
        zero_lifetime: Fact::Known(ZeroLifetime::By {
            directive: Fact::Known(&ZeroLifetime::NotStored),
            targeted: Fact::Unknown,
            expires: Fact::Unknown,
        }),
        no_store: Fact::Known(Treatment::NotStored),
        no_cache: Fact::Known(Treatment::NotStored),
        pragma: Fact::Known(Treatment::NotStored),
        set_cookie: Fact::Known(Treatment::NotStoredWith(StatusSet::Partly(BARRED_BY_COOKIE, &[]))),
        statuses: Fact::Known(Statuses { explicit: STATUSES, heuristic: STATUSES }),
        key_query: Fact::Known(KeyQuery::Configured),
        ..Facts::UNKNOWN
    },
    operator: AxisSet::EMPTY,
    claims: &[&[
        Claim {
            axes: &[Axis::Pragma, Axis::NoCache, Axis::NoStore, Axis::ZeroLifetime],
            says: "Pragma: no-cache, and Cache-Control no-cache, no-store or max-age=0, come first: the \
                   answer is not stored",
            source: QUESTIONS,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[
                Axis::LifetimeSources,
                Axis::Heuristic,
                Axis::DefaultTtl,
                Axis::FixedTtl,
                Axis::Permits,
                Axis::Eligibility,
            ],
            says: "without a console rule Cache-Control, s-maxage before max-age, then Expires; without \
                   them 10 % of the time since Last-Modified, from 10 s to 3600 s; 10 s where there is only \
                   an ETag; where there is neither, nothing",
            source: QUESTIONS,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::SetCookie, Axis::Statuses],
            says: "303, 304, 401 and 407 are never stored; 204, 305, 404, 405, 414, 424, 429 and 500 to 504 \
                   not with Set-Cookie",
            source: STATUS_RULES,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::KeyQuery],
            says: "whether the query is in the key is a setting",
            source: "https://help.aliyun.com/en/cdn/user-guide/configure-the-cdn-cache-expiration-time",
            seen: SEEN,
            basis: Basis::Documented,
        },
    ]],
});
