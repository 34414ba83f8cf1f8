//! Workers Cache: the cache in front of a Cloudflare Worker, launched on 6 July 2026.
//!
//! It is not the Cache API of Workers, and nothing that is configured for a zone has a say in it.
//! Unknown: what `public` and the like without a lifetime is worth, Pragma, request directives, an
//! incoming Age, odd forms of directives. Not modelled: that the host is not in the key, while the
//! Worker's version and the entrypoint are (a URI of another host counts as another resource here),
//! Cache Deception Armor (a page with a mismatched file extension is not stored where it has no
//! Cache-Control), upgrades to WebSocket, which bypass it, Polish and image resizing, size limits,
//! and overrides by a calling Worker.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};
use crate::field::Field;

const SEEN: &str = "2026-11-30";
const CONFIGURATION: &str = "https://developers.cloudflare.com/workers/cache/configuration/ \
    (cloudflare-docs 1ed3bd3)";
const OVERVIEW: &str = "https://developers.cloudflare.com/workers/cache/ (cloudflare-docs 1ed3bd3)";
const KEYS: &str =
    "https://developers.cloudflare.com/workers/cache/cache-keys/ (cloudflare-docs 06dab83)";

const DEFAULTS: DefaultTtl = DefaultTtl::ByStatus(&[
    (StatusSet::Only(&[200, 203, 204]), Ttl::Seconds(7200)),
    (StatusSet::Only(&[300, 301]), Ttl::Seconds(1200)),
    (StatusSet::Only(&[404, 410]), Ttl::Seconds(180)),
    (StatusSet::Only(&[405, 414, 501]), Ttl::Seconds(60)),
]);

pub(super) const WORKERS_CACHE: Profile = check::sourced(Profile {
    id: "cloudflare-workers-cache",
    name: "Cloudflare Workers Cache, in front of a Worker",
    as_of: SEEN,
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts {
        control_fields: Fact::Known(&[
            ControlField::InsteadOfCacheControl(Field::CloudflareCdnCacheControl),
            ControlField::InsteadOfCacheControl(Field::CdnCacheControl),
        ]),
        methods: Fact::Known(Methods::Only(&["GET", "HEAD"])),
        authorization: Fact::Known(Authorization::NeedsPermission(&[
            Permission::Public,
            Permission::MustRevalidate,
            Permission::SMaxage,
        ])),
        request_cookie: Fact::Known(RequestRule::Ignored),
        no_store: Fact::Known(Treatment::NotStored),
        private: Fact::Known(Treatment::NotStored),
        private_fields: Fact::Known(Treatment::Stripped),
        // It is a lifetime of 0, which stale-while-revalidate may follow.
        no_cache: Fact::Known(Treatment::Ignored),
        no_cache_fields: Fact::Known(Treatment::ValidatedWhereNamed),
        set_cookie: Fact::Known(Treatment::NotStoredUnlessNamed),
        vary_star: Fact::Known(Treatment::NotStored),
        vary_fields: Fact::Known(VaryFields::Compared),
        statuses: Fact::Known(Statuses {
            explicit: StatusSet::AllBut(&[206, 304, 520, 521, 522, 523, 524, 525, 526]),
            heuristic: StatusSet::Only(&[200, 203, 204, 300, 301, 404, 405, 410, 414, 501]),
        }),
        eligibility: Fact::Known(Eligibility::All),
        permits: Fact::Known(Permits::Nothing),
        lifetime_sources: Fact::Known(LifetimeSources::First(&[
            LifetimeSource::NoCache,
            LifetimeSource::SMaxage,
            LifetimeSource::MaxAge,
            LifetimeSource::Expires,
        ])),
        fixed_ttl: Fact::Known(FixedTtl::None),
        heuristic: Fact::Known(Heuristic::None),
        default_ttl: Fact::Known(DefaultTtl::WhereSilent(&DEFAULTS, Fact::Unknown)),
        zero_lifetime: Fact::Known(ZeroLifetime::Stored),
        validation: Fact::Known(Validation::Conditional),
        stale_while_revalidate: Fact::Known(StaleWindow::DefaultUnlessBarred(0)),
        key: Fact::Known(&[
            "cloudflare-workers-version-key",
            "forwarded",
            "x-forwarded-host",
            "x-forwarded-scheme",
            "x-host",
            "x-http-method",
            "x-http-method-override",
            "x-method-override",
            "x-original-url",
            "x-rewrite-url",
        ]),
        key_query: Fact::Known(KeyQuery::Whole),
        collapsing: Fact::Known(Collapsing::On),
        waiting_no_cache: Fact::Known(ForWaiting::LookedUpAgain),
        waiting_zero: Fact::Known(ForWaiting::LookedUpAgain),
        waiting_not_stored: Fact::Known(ForWaiting::OwnFetch),
        stale_if_error: Fact::Known(StaleIfError::UnlessBarred),
        head_requests: Fact::Known(HeadRequests::AsGet),
        vary_comparison: Fact::Known(VaryComparison::Text),
        ..Facts::UNKNOWN
    },
    operator: AxisSet::EMPTY,
    claims: &[&[
        Claim {
            axes: &[
                Axis::ControlFields,
                Axis::LifetimeSources,
                Axis::DefaultTtl,
                Axis::Statuses,
                Axis::Heuristic,
                Axis::Permits,
                Axis::FixedTtl,
                Axis::NoCache,
                Axis::ZeroLifetime,
                Axis::Validation,
            ],
            says: "Cloudflare-CDN-Cache-Control, then CDN-Cache-Control, then Cache-Control; without \
                   Cache-Control and Expires 200, 203 and 204 live two hours, 300 and 301 twenty minutes, \
                   404 and 410 three minutes, 405, 414 and 501 one; 206 and 520 to 526 are never stored; \
                   no-cache is stored and stale at once: revalidated at every use, or served while that \
                   goes on where stale-while-revalidate is beside it",
            source: CONFIGURATION,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[
                Axis::Authorization,
                Axis::NoStore,
                Axis::Private,
                Axis::PrivateFields,
                Axis::NoCacheFields,
                Axis::SetCookie,
            ],
            says: "not stored: private, no-store, Set-Cookie unless private or no-cache names it (then it is \
                   taken out), Authorization in the request without public, must-revalidate or s-maxage",
            source: CONFIGURATION,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::StaleWhileRevalidate, Axis::StaleIfError],
            says: "s-maxage, must-revalidate and proxy-revalidate bar stale answers; without them there is no \
                   stale-while-revalidate by default, and where the Worker fails stale answers are given \
                   for ever unless stale-if-error sets an end",
            source: CONFIGURATION,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::VaryStar, Axis::VaryFields, Axis::VaryComparison],
            says: "Vary is honoured, whatever it names, and values are compared verbatim; `Vary: *` is not \
                   stored",
            source: CONFIGURATION,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[
                Axis::Methods,
                Axis::HeadRequests,
                Axis::Key,
                Axis::KeyQuery,
                Axis::RequestCookie,
                Axis::Eligibility,
            ],
            says: "GET and HEAD share an entry, HEAD is fetched as GET; path and query are in the key, and \
                   some fields that override the method or the URL; requests that differ in Cookie or \
                   Authorization get the same response; file extensions do not matter",
            source: KEYS,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::Collapsing, Axis::WaitingNotStored],
            says: "requests for one key run the Worker once and all get its response as it streams in; a \
                   response that may not be stored is not shared, each request is run on its own",
            source: OVERVIEW,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::WaitingNoCache, Axis::WaitingZero],
            says: "in the open-source proxy those who wait look again, and find a stale copy that is validated; \
                   that this cache does so nobody confirms",
            source: "github.com/cloudflare/pingora c0845a8 pingora-cache/src/lock.rs, pingora-proxy/src/proxy_cache.rs",
            seen: SEEN,
            basis: Basis::Reported,
        },
    ]],
});
