//! The CDN that Mercari moved to on 22 June 2017, as the post-mortem and the reports on its
//! correction describe it. Mercari named no vendor, so neither does this sheet; whatever those
//! texts leave open is unknown.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const POST_MORTEM: &str = "https://engineering.mercari.com/blog/entry/2017-06-22-204500";
const CORRECTION: &str =
    "http://itpro.nikkeibp.co.jp/atcl/news/17/062701776/ (report of the corrected post-mortem)";

pub(super) const MERCARI_2017: Profile = check::sourced(Profile {
    id: "mercari-2017",
    name: "the CDN of the 2017 Mercari incident",
    as_of: "2017-06-22",
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts {
        eligibility: Fact::Known(Eligibility::All),
        fixed_ttl: Fact::Known(FixedTtl::None),
        no_store: Fact::Known(Treatment::Ignored),
        no_cache: Fact::Known(Treatment::Ignored),
        private: Fact::Known(Treatment::NotStored),
        request_cookie: Fact::Known(RequestRule::Ignored),
        lifetime_sources: Fact::Known(LifetimeSources::First(&[
            LifetimeSource::SMaxage,
            LifetimeSource::MaxAge,
            LifetimeSource::Expires,
        ])),
        minimum_ttl: Fact::Known(0),
        zero_lifetime: Fact::Known(ZeroLifetime::Stored),
        key: Fact::Known(&[]),
        collapsing: Fact::Known(Collapsing::On),
        waiting_zero: Fact::Known(ForWaiting::Shared),
        waiting_past_expires: Fact::Known(ForWaiting::Shared),
        waiting_not_stored: Fact::Known(ForWaiting::OwnFetch),
        ..Facts::UNKNOWN
    },
    operator: AxisSet::EMPTY,
    claims: &[&[
        Claim {
            axes: &[Axis::FixedTtl, Axis::Eligibility],
            says: "the new CDN was steered by the Cache-Control that the site's nginx set; pages were stored",
            source: POST_MORTEM,
            seen: "2026-11-22",
            basis: Basis::Reported,
        },
        Claim {
            axes: &[Axis::Private, Axis::NoStore, Axis::WaitingNotStored],
            says: "only `Cache-Control: private` kept a response out of shared delivery",
            source: POST_MORTEM,
            seen: "2026-11-22",
            basis: Basis::Reported,
        },
        Claim {
            axes: &[Axis::NoCache],
            says: "no-cache was not enough; the press called it the no-cache trap",
            source: "d-easy.jp/html/63, citing ITpro",
            seen: "2026-11-22",
            basis: Basis::Reported,
        },
        Claim {
            axes: &[Axis::LifetimeSources, Axis::MinimumTtl, Axis::ZeroLifetime],
            says: "Expires counts where Cache-Control has neither max-age nor s-maxage; a past one makes \
                   an object with a TTL of 0 s",
            source: CORRECTION,
            seen: "2026-11-22",
            basis: Basis::Reported,
        },
        Claim {
            axes: &[
                Axis::Collapsing,
                Axis::WaitingZero,
                Axis::WaitingPastExpires,
                Axis::RequestCookie,
            ],
            says: "requests for the same URL that arrived while the CDN asked the origin waited, and all \
                   of them got the first user's page, logged in or not",
            source: CORRECTION,
            seen: "2026-11-22",
            basis: Basis::Reported,
        },
        Claim {
            axes: &[Axis::Key],
            says: "the other person had to ask for exactly the same URL on the same cache server",
            source: "ecclab.empowershop.co.jp/archives/41689 (copy of the notice of 23 June 2017)",
            seen: "2026-11-22",
            basis: Basis::Reported,
        },
    ]],
});
