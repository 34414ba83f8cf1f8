//! Netlify's edge cache: dynamic answers (functions, edge functions, proxies).
//!
//! Not modelled: static assets (up to a year or until the next deploy, a shorter max-age of the user
//! is ignored), the `durable` second level, On-demand Builders, the programmatic Cache API (which
//! refuses 206, `Vary: *`, lifetimes under 1 s, answers without `public`), basic authentication on a
//! page, which switches caching off for the whole site, and the fields that are taken out on the way.
//! Netlify-Vary narrows the query and adds fields and cookies to the key, the first response's to a URL
//! for good: the response at hand is taken to be the first. Where the query differs the answer is not
//! known, nor where languages do, of which a cache makes classes; two users may be of one country.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};
use crate::field::Field;

const SEEN: &str = "2026-11-22";
const SKILL: &str =
    "github.com/netlify/context-and-tools 32a261b (2026-08-21) skills/netlify-caching/SKILL.md";

pub(super) const NETLIFY: Profile = check::sourced(Profile {
    id: "netlify",
    name: "Netlify edge cache, dynamic answers",
    as_of: SEEN,
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts {
        control_fields: Fact::Known(&[
            ControlField::InsteadOfCacheControl(Field::NetlifyCdnCacheControl),
            ControlField::InsteadOfCacheControl(Field::CdnCacheControl),
        ]),
        eligibility: Fact::Known(Eligibility::All),
        fixed_ttl: Fact::Known(FixedTtl::None),
        lifetime_sources: Fact::Known(LifetimeSources::Either(
            &LifetimeSources::First(&[
                LifetimeSource::SMaxage,
                LifetimeSource::MaxAge,
                LifetimeSource::Expires,
            ]),
            &LifetimeSources::First(&[LifetimeSource::SMaxage, LifetimeSource::MaxAge]),
        )),
        permits: Fact::Known(Permits::Nothing),
        default_ttl: Fact::Known(DefaultTtl::WherePublic(Ttl::Untold)),
        heuristic: Fact::Known(Heuristic::None),
        zero_lifetime: Fact::Known(ZeroLifetime::NotStoredUnlessStale),
        methods: Fact::Known(Methods::Only(&["GET"])),
        no_store: Fact::Known(Treatment::NotStored),
        private: Fact::Known(Treatment::NotStored),
        request_cookie: Fact::Known(RequestRule::Ignored),
        vary_fields: Fact::Known(VaryFields::Compared),
        key_query: Fact::Known(KeyQuery::WholeUnless("netlify-vary")),
        stale_while_revalidate: Fact::Known(StaleWindow::UnknownWhereBarred),
        ..Facts::UNKNOWN
    },
    operator: AxisSet::EMPTY,
    claims: &[&[
        Claim {
            axes: &[Axis::ControlFields, Axis::LifetimeSources, Axis::FixedTtl],
            says: "Netlify-CDN-Cache-Control before CDN-Cache-Control before Cache-Control; s-maxage before \
                   max-age; nothing is said of Expires",
            source: SKILL,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::DefaultTtl, Axis::Permits],
            says: "of the directives listed public has a response cached, for how long it does not say; what \
                   has neither that nor a lifetime does not opt in, and is not cached",
            source: "https://docs.netlify.com/build/caching/caching-overview",
            seen: "2026-11-30",
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::ZeroLifetime, Axis::Heuristic, Axis::Eligibility],
            says: "a dynamic answer gets `public, max-age=0, must-revalidate` by default and is cached only \
                   where a header opts in",
            source: SKILL,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::Methods, Axis::NoStore, Axis::Private],
            says: "only GET is cached; private and no-store keep an answer out of the cache",
            source: SKILL,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::VaryFields, Axis::KeyQuery, Axis::RequestCookie],
            says: "Vary is honoured, also where it names Cookie, which tells users apart only then; the whole query is in the key unless \
                   Netlify-Vary narrows it",
            source: SKILL,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::KeyQuery],
            says: "Netlify-Vary names what of a request has to match besides: the values of fields and of \
                   cookies, a language, a country, parameters of the query",
            source: "https://docs.netlify.com/build/caching/caching-overview, \
                     github.com/netlify-labs/cache-key-variations",
            seen: "2026-11-30",
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::StaleWhileRevalidate],
            says: "stale-while-revalidate is honoured, none by default",
            source: SKILL,
            seen: SEEN,
            basis: Basis::Documented,
        },
    ]],
});
