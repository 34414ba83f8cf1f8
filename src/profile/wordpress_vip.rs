//! WordPress VIP's page cache.
//!
//! The pages name the cookies that bypass the cache by their use; the names here are the defaults of
//! WordPress, WooCommerce and PHP. Not modelled: the minute that REST API answers live, for the page
//! does not say which paths those are; cookie segmentation by the platform's own API; the
//! Cache-Control that browsers get. Cache-Control is said not to change 301, 302, 307, 404 and 410;
//! whether private or no-store with such a status bars storing is not, so it is unknown. Its engine
//! is Varnish, but what requests get that wait is not described.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const SEEN: &str = "2026-11-22";
const DEFAULTS: &str = "https://docs.wpvip.com/caching/page-cache/default-responses/ (2025-11-24)";
const CONTROL: &str =
    "https://docs.wpvip.com/caching/page-cache/customize-behavior/cache-control-headers/";
const COOKIES: &str = "https://docs.wpvip.com/caching/page-cache/cookies (2025-11-19)";

const STATUSES: StatusSet =
    StatusSet::Partly(&[200, 301, 302, 307, 404, 410], &[400, 416, 429, 431, 500, 502, 504]);
const UNCHANGEABLE: &[(StatusSet, Ttl)] = &[
    (StatusSet::Only(&[301]), Ttl::Seconds(30 * 60)),
    (StatusSet::Only(&[302, 307, 410]), Ttl::Seconds(60)),
    (StatusSet::Only(&[404]), Ttl::Seconds(10)),
];
const BARRED: Fact<Treatment> =
    Fact::Known(Treatment::NotStoredWith(StatusSet::AllPerhapsBut(&[301, 302, 307, 404, 410])));

pub(super) const WORDPRESS_VIP: Profile = check::sourced(Profile {
    id: "wordpress-vip",
    name: "WordPress VIP page cache",
    as_of: SEEN,
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts {
        eligibility: Fact::Known(Eligibility::All),
        permits: Fact::Known(Permits::Nothing),
        fixed_ttl: Fact::Known(FixedTtl::ByStatus(UNCHANGEABLE)),
        lifetime_sources: Fact::Known(LifetimeSources::Either(
            &LifetimeSources::First(&[
                LifetimeSource::SMaxage,
                LifetimeSource::MaxAge,
                LifetimeSource::Expires,
            ]),
            &LifetimeSources::First(&[LifetimeSource::SMaxage, LifetimeSource::MaxAge]),
        )),
        heuristic: Fact::Known(Heuristic::None),
        default_ttl: Fact::Known(DefaultTtl::ByStatus(&[
            (StatusSet::Only(&[200]), Ttl::Seconds(30 * 60)),
            (StatusSet::Rfc9111, Ttl::Untold),
        ])),
        zero_lifetime: Fact::Known(ZeroLifetime::NotStored),
        methods: Fact::Known(Methods::Only(&["GET", "HEAD"])),
        request_cookie: Fact::Known(RequestRule::BypassedWhere(&[
            "comment_author_",
            "wordpress_logged_in_",
            "wordpress_sec_",
            "wordpress_test_cookie",
            "wp-postpass_",
            "wp_woocommerce_session_",
            "PHPSESSID",
            "vip-go-cb=1",
        ])),
        no_store: BARRED,
        private: BARRED,
        no_cache: BARRED,
        set_cookie: Fact::Known(Treatment::NotStored),
        vary_star: Fact::Known(Treatment::NotStored),
        statuses: Fact::Known(Statuses { explicit: STATUSES, heuristic: STATUSES }),
        stale_while_revalidate: Fact::Known(StaleWindow::DefaultUnknownWhereBarred(12 * 3600)),
        key: Fact::Known(&[]),
        marker: Fact::Known(Marker::HitForPass(10)),
        ..Facts::UNKNOWN
    },
    operator: AxisSet::EMPTY,
    claims: &[&[
        Claim {
            axes: &[
                Axis::LifetimeSources,
                Axis::FixedTtl,
                Axis::NoStore,
                Axis::Private,
                Axis::NoCache,
                Axis::Heuristic,
            ],
            says: "s-maxage before max-age; private, no-cache and no-store act alike and keep an answer out; \
                   Cache-Control cannot change 301, 302, 307, 404 and 410",
            source: CONTROL,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[
                Axis::DefaultTtl,
                Axis::Permits,
                Axis::Statuses,
                Axis::Methods,
                Axis::Eligibility,
                Axis::StaleWhileRevalidate,
            ],
            says: "GET and HEAD; 200 and 301 live 30 minutes, 302, 307 and 410 one minute, 404 lives 10 s; \
                   400, 416, 429, 431, 500, 502 and 504 are not stored; up to 12 hours stale while a fresh \
                   copy is fetched",
            source: DEFAULTS,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::SetCookie, Axis::VaryStar, Axis::ZeroLifetime, Axis::Marker],
            says: "hit-for-pass for 10 s with a TTL of 0 or less and a status below 500, or with Set-Cookie, \
                   private or `Vary: *`",
            source: COOKIES,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::RequestCookie, Axis::Key],
            says: "a comment, test, post password or authentication cookie of WordPress, a session of \
                   WooCommerce or PHP, and vip-go-cb=1 bypass the cache; what is made for another cookie is \
                   cached and served to the next user",
            source: COOKIES,
            seen: SEEN,
            basis: Basis::Documented,
        },
    ]],
});
