//! Azure Front Door (Standard and Premium), on a route where caching is enabled.
//!
//! Unknown: no-cache (documented as not stored; four reports have it stored, its Set-Cookie taken
//! out, or answered from the cache), what becomes of a lifetime of 0 or a past Expires, an incoming
//! Age, all statuses but 200, Pragma, request directives, targeted fields, stale-while-revalidate (a forum
//! answer of 2022 has it do harm), and all of collapsing: the page of 2018 to 2020 said that requests
//! in flight may share a response right after naming private and no-store (three users asked what
//! that means, and nobody answered: azure-docs#56991, #58743, #61524), and the sentence is gone
//! without a word on what happens today. Not modelled: the classic tier's minimum, chunks of 8 MB,
//! stale answers while the origin is down, Azure CDN.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const SEEN: &str = "2026-11-22";
const TODAY: &str = "2026-11-30";
const STREAMING_TEST: &str = "github.com/rukasakurai/azure-frontdoor-streaming-test 01f76f1 \
    docs/auth-cache-result.md (2026-07-29, Premium, three runs)";
const CACHING: &str = "https://learn.microsoft.com/en-us/azure/frontdoor/front-door-caching \
    (azure-docs d25dac0, 2023-11-08)";

const DAY: u64 = 86_400;

pub(super) const FRONT_DOOR: Profile = check::sourced(Profile {
    id: "azure-front-door",
    name: "Azure Front Door, caching enabled",
    as_of: TODAY,
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts {
        methods: Fact::Known(Methods::Only(&["GET"])),
        authorization: Fact::Known(Authorization::NeedsOneOf(
            &[Permission::Public],
            &[Permission::MustRevalidate, Permission::SMaxage],
        )),
        request_cookie: Fact::Known(RequestRule::Ignored),
        no_store: Fact::Known(Treatment::NotStored),
        private: Fact::Known(Treatment::NotStored),
        set_cookie: Fact::Known(Treatment::Stripped),
        vary_star: Fact::Known(Treatment::Ignored),
        vary_fields: Fact::Known(VaryFields::Ignored),
        eligibility: Fact::Known(Eligibility::All),
        permits: Fact::Known(Permits::Nothing),
        lifetime_sources: Fact::Known(LifetimeSources::First(&[
            LifetimeSource::SMaxage,
            LifetimeSource::MaxAge,
            LifetimeSource::Expires,
        ])),
        fixed_ttl: Fact::Known(FixedTtl::None),
        heuristic: Fact::Known(Heuristic::None),
        default_ttl: Fact::Known(DefaultTtl::WhereSilent(
            &DefaultTtl::Always(Ttl::Between(DAY, 3 * DAY)),
            Fact::Unknown,
        )),
        maximum_ttl: Fact::Known(MaximumTtl::Seconds(366 * DAY)),
        key: Fact::Known(&[]),
        key_query: Fact::Known(KeyQuery::Configured),
        age_field: Fact::Known(AgeField::None),
        ..Facts::UNKNOWN
    },
    operator: AxisSet::EMPTY,
    claims: &[&[
        Claim {
            axes: &[
                Axis::LifetimeSources,
                Axis::FixedTtl,
                Axis::MaximumTtl,
                Axis::DefaultTtl,
                Axis::Heuristic,
                Axis::Permits,
                Axis::Eligibility,
            ],
            says: "s-maxage, then max-age, then Expires, at most 366 days; without Cache-Control any \
                   content lives for a random time between one and three days",
            source: CACHING,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::Methods, Axis::NoStore, Axis::Private],
            says: "only GET is cached; private and no-store are not, even where a rule overrides lifetimes",
            source: CACHING,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::SetCookie],
            says: "Set-Cookie is taken out of a response that can be cached, and the rest is stored",
            source: "https://github.com/MicrosoftDocs/azure-docs/pull/95670 (2022-07-12), as in front-door-caching",
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::Authorization],
            says: "the answer to Authorization is cached only with a directive that allows it; the list of \
                   these could not be read; a user saw it kept out without Cache-Control six times of six, \
                   and let in by `public, max-age=300`",
            source: "https://github.com/MicrosoftDocs/azure-docs/pull/124571 (2024-10-04), \
                     github.com/rukasakurai/azure-frontdoor-streaming-test 01f76f1",
            seen: TODAY,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::AgeField],
            says: "a user saw no Age in any of 27 answers",
            source: STREAMING_TEST,
            seen: TODAY,
            basis: Basis::Reported,
        },
        Claim {
            axes: &[Axis::VaryStar, Axis::VaryFields],
            says: "a user tried the classic and the Standard tier and found Vary ignored altogether; the \
                   documentation was changed after that",
            source: "https://github.com/MicrosoftDocs/azure-docs/issues/89991 (2022-03-17)",
            seen: TODAY,
            basis: Basis::Reported,
        },
        Claim {
            axes: &[Axis::Key, Axis::KeyQuery],
            says: "no field and no cookie is in the key; the query is ignored, used whole or in part, as set",
            source: CACHING,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::RequestCookie],
            says: "a Cookie in the request is not among the bars",
            source: CACHING,
            seen: SEEN,
            basis: Basis::Reported,
        },
    ]],
});
