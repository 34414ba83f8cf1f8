//! Cloudflare: origin cache control (OCC) on and off, "cache everything", and the cache as it was
//! in April 2026.
//!
//! OCC is always on for Free, Pro and Business zones; Enterprise zones may choose. No profile sets
//! an Edge TTL, a status-code TTL or a Vary rule. Unknown: what request directives do, a past
//! Expires (a text of 2019 and the open-source proxy disagree), statuses outside the default table
//! that state a lifetime, odd forms of directives (fractions are rounded down since 4 May 2026),
//! and, before that day, the response's Pragma. Pages that call no-cache and max-age=0 a bypass are
//! older than the one on uncached responses, which is followed here. Not modelled: override
//! headers in the key, size limits, Vary for images, Browser Cache TTL (it changes what clients
//! see, and without OCC drops `private` there), what else is changed on the way to the client
//! (Set-Cookie of what can be cached, Cloudflare-CDN-Cache-Control), cache response rules, Always
//! Online, stale-if-error, the memory for keys that could not be stored.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};
use crate::field::Field;

const SEEN: &str = "2026-11-22";
const TODAY: &str = "2026-11-30";
const CDN_CACHE_CONTROL: &str =
    "https://developers.cloudflare.com/cache/concepts/cdn-cache-control/ (cloudflare-docs 1215e03)";
const CACHE_CONTROL: &str =
    "https://developers.cloudflare.com/cache/concepts/cache-control/ (cloudflare-docs 067fce3)";
const STATUS_CODES: &str = "https://developers.cloudflare.com/cache/how-to/configure-cache-status-code/ \
    (cloudflare-docs 5e6027c)";
const DEFAULT_BEHAVIOR: &str = "https://developers.cloudflare.com/cache/concepts/default-cache-behavior/ \
    (cloudflare-docs 9f60b2f)";
const CACHE_BEHAVIOR: &str =
    "https://developers.cloudflare.com/cache/concepts/cache-behavior/ (cloudflare-docs 346751a)";
const UNCACHED: &str = "https://developers.cloudflare.com/cache/troubleshooting/\
    investigating-uncached-responses/ (cloudflare-docs 0044cad)";
const CHANGELOG: &str =
    "https://developers.cloudflare.com/changelog/ (cloudflare-docs, 2026-05-04)";
const REVALIDATION: &str =
    "https://developers.cloudflare.com/cache/concepts/revalidation/ (cloudflare-docs 0ae61c0)";
const OLD_REVALIDATION: &str =
    "https://developers.cloudflare.com/cache/concepts/revalidation/ (cloudflare-docs b9142d5)";
const CACHE_KEYS: &str =
    "https://developers.cloudflare.com/cache/how-to/cache-keys/ (cloudflare-docs 09ae98e)";

const FILES: Eligibility = Eligibility::Paths {
    extensions: &[
        "7z", "avi", "avif", "apk", "bin", "bmp", "bz2", "class", "css", "csv", "doc", "docx",
        "dmg", "ejs", "eot", "eps", "exe", "flac", "gif", "gz", "ico", "iso", "jar", "jpg", "jpeg",
        "js", "mid", "midi", "mkv", "mp3", "mp4", "ogg", "otf", "pdf", "pict", "pls", "png", "ppt",
        "pptx", "ps", "rar", "svg", "svgz", "swf", "tar", "tif", "tiff", "ttf", "webm", "webp",
        "woff", "woff2", "xls", "xlsx", "zip", "zst",
    ],
    names: &["robots.txt"],
};
const STATUSES: &[u16] = &[200, 206, 301, 302, 303, 404, 410];
const DEFAULTS: DefaultTtl = DefaultTtl::ByStatus(&[
    (StatusSet::Only(&[200, 206, 301]), Ttl::Seconds(7200)),
    (StatusSet::Only(&[302, 303]), Ttl::Seconds(1200)),
    (StatusSet::Only(&[404, 410]), Ttl::Seconds(180)),
]);

const OCC_ON: Facts = Facts {
    control_fields: Fact::Known(&[
        ControlField::InsteadOfCacheControl(Field::CloudflareCdnCacheControl),
        ControlField::InsteadOfCacheControl(Field::CdnCacheControl),
        ControlField::HidesCacheControl("surrogate-control"),
    ]),
    methods: Fact::Known(Methods::Only(&["GET", "HEAD"])),
    authorization: Fact::Known(Authorization::NeedsPermission(&[
        Permission::Public,
        Permission::SMaxage,
        Permission::MustRevalidate,
    ])),
    request_cookie: Fact::Known(RequestRule::Ignored),
    no_store: Fact::Known(Treatment::NotStored),
    private: Fact::Known(Treatment::NotStored),
    private_fields: Fact::Known(Treatment::Stripped),
    no_cache: Fact::Known(Treatment::Validated),
    no_cache_fields: Fact::Known(Treatment::ValidatedWhereNamed),
    pragma: Fact::Known(Treatment::Ignored),
    set_cookie: Fact::Known(Treatment::NotStoredUnlessNamed),
    vary_star: Fact::Known(Treatment::NotStored),
    vary_fields: Fact::Known(VaryFields::Normalised(&["accept-encoding"])),
    statuses: Fact::Known(Statuses {
        explicit: StatusSet::Partly(STATUSES, &[]),
        heuristic: StatusSet::Only(STATUSES),
    }),
    eligibility: Fact::Known(FILES),
    permits: Fact::Known(Permits::Nothing),
    lifetime_sources: Fact::Known(LifetimeSources::First(&[
        LifetimeSource::SMaxage,
        LifetimeSource::MaxAge,
        LifetimeSource::Expires,
    ])),
    fixed_ttl: Fact::Known(FixedTtl::None),
    age: Fact::Known(AgeRule::Ignored),
    heuristic: Fact::Known(Heuristic::None),
    default_ttl: Fact::Known(DEFAULTS),
    zero_lifetime: Fact::Known(ZeroLifetime::By {
        directive: Fact::Known(&ZeroLifetime::Stored),
        targeted: Fact::Known(&ZeroLifetime::Stored),
        expires: Fact::Unknown,
    }),
    validation: Fact::Known(Validation::Conditional),
    stale_while_revalidate: Fact::Known(StaleWindow::UnlessBarred),
    key: Fact::Known(&["origin"]),
    collapsing: Fact::Known(Collapsing::On),
    waiting_no_cache: Fact::Known(ForWaiting::LookedUpAgain),
    waiting_zero: Fact::Known(ForWaiting::LookedUpAgain),
    waiting_not_stored: Fact::Known(ForWaiting::OwnFetch),
    key_query: Fact::Known(KeyQuery::Whole),
    ..Facts::UNKNOWN
};

/// What holds with and without OCC.
const CLAIMS: &[Claim] = &[
    Claim {
        axes: &[Axis::ControlFields, Axis::LifetimeSources, Axis::FixedTtl],
        says: "Cloudflare-CDN-Cache-Control goes before CDN-Cache-Control, and either silences \
               Cache-Control and Expires; so does Surrogate-Control, whatever it holds; in one field \
               s-maxage goes before max-age, and Expires comes last",
        source: CDN_CACHE_CONTROL,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Statuses, Axis::Heuristic, Axis::Permits],
        says: "without Cache-Control and Expires 200, 206, 301, 302, 303, 404 and 410 are cached, and other \
               statuses are not",
        source: STATUS_CODES,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::DefaultTtl],
        says: "without Cache-Control and Expires 200, 206 and 301 live two hours, 302 and 303 twenty \
               minutes, 404 and 410 three minutes; that the same holds where Cache-Control is silenced or \
               states no lifetime follows from that page and from the open-source proxy",
        source: "https://developers.cloudflare.com/cache/how-to/configure-cache-status-code/ \
                 (cloudflare-docs 5e6027c), github.com/cloudflare/pingora c0845a8 pingora-cache/src/filters.rs",
        seen: TODAY,
        basis: Basis::Reported,
    },
    Claim {
        axes: &[Axis::Age],
        says: "Age tells for how long something has been in this cache, and the open-source proxy does not \
               read the origin's; a user saw hits with an Age far beyond max-age",
        source: "https://developers.cloudflare.com/cache/concepts/cache-responses/ (cloudflare-docs 13d65a4), \
                 github.com/cloudflare/pingora c0845a8, kevincox.ca (2022-02-18)",
        seen: TODAY,
        basis: Basis::Reported,
    },
    Claim {
        axes: &[Axis::Methods],
        says: "only GET is cached; HEAD is turned into it",
        source: CACHE_BEHAVIOR,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Key, Axis::KeyQuery],
        says: "the key has scheme, host, path, query and the Origin field, and no cookies",
        source: CACHE_KEYS,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::RequestCookie],
        says: "cookies are in no key, and only rules that a customer writes look at them (follows from \
               the page)",
        source: CACHE_KEYS,
        seen: SEEN,
        basis: Basis::Reported,
    },
    Claim {
        axes: &[Axis::VaryFields],
        says: "Vary is ignored but for Accept-Encoding, unless a rule says otherwise",
        source: CACHE_CONTROL,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Collapsing],
        says: "the first request goes to the origin, the others wait and get the response as it streams \
               in (the newest page no longer has the paragraph)",
        source: OLD_REVALIDATION,
        seen: SEEN,
        basis: Basis::Documented,
    },
];

const BY_FILE: &[Claim] = &[Claim {
    axes: &[Axis::Eligibility],
    says: "files with a listed extension and robots.txt are cached, HTML and JSON are not",
    source: DEFAULT_BEHAVIOR,
    seen: SEEN,
    basis: Basis::Documented,
}];

const VARY_STAR: &[Claim] = &[Claim {
    axes: &[Axis::VaryStar],
    says: "a response with Vary: * bypasses the cache since 4 May 2026",
    source: CHANGELOG,
    seen: SEEN,
    basis: Basis::Documented,
}];

const PINGORA: &[Claim] = &[
    Claim {
        axes: &[Axis::WaitingNoCache, Axis::WaitingZero],
        says: "in the open-source proxy the waiting requests look again once the first is done, and find a \
               stale copy that is validated. The cache is said to run on it since 4 May 2026; that it does \
               so with these settings nobody confirms",
        source: "github.com/cloudflare/pingora c0845a8 pingora-cache/src/lock.rs, pingora-proxy/src/proxy_cache.rs",
        seen: SEEN,
        basis: Basis::Reported,
    },
    Claim {
        axes: &[Axis::WaitingNotStored],
        says: "the page on Workers Cache, whose collapsing it calls the zone cache's, has each request go on \
               its own where the response may not be stored; so it is in the open-source proxy",
        source: "https://developers.cloudflare.com/workers/cache/ (cloudflare-docs 1ed3bd3), \
                 github.com/cloudflare/pingora c0845a8 pingora-cache/src/lock.rs",
        seen: TODAY,
        basis: Basis::Reported,
    },
    Claim {
        axes: &[Axis::Pragma],
        says: "the open-source proxy does not look at Pragma",
        source: "github.com/cloudflare/pingora c0845a8 pingora-cache/src/filters.rs",
        seen: TODAY,
        basis: Basis::Reported,
    },
];

const OCC_ON_CLAIMS: &[Claim] = &[
    Claim {
        axes: &[Axis::NoCache, Axis::ZeroLifetime],
        says: "two older pages still call no-cache and max-age=0 a bypass",
        source: "https://developers.cloudflare.com/cache/concepts/default-cache-behavior/, \
                 https://developers.cloudflare.com/cache/concepts/cache-responses/",
        seen: TODAY,
        basis: Basis::Disputing,
    },
    Claim {
        axes: &[
            Axis::NoStore,
            Axis::Private,
            Axis::PrivateFields,
            Axis::NoCache,
            Axis::ZeroLifetime,
            Axis::Validation,
            Axis::SetCookie,
        ],
        says: "no-store and private are not stored; no-cache, max-age=0 and s-maxage=0 are stored and \
               revalidated at every use; private or no-cache that name fields take these out, also \
               Set-Cookie, which otherwise is not cached",
        source: UNCACHED,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::NoCacheFields, Axis::Authorization],
        says: "no-cache that names fields: cached where they are absent, else revalidated; the answer to \
               Authorization needs public, s-maxage or must-revalidate",
        source: CACHE_CONTROL,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::StaleWhileRevalidate],
        says: "only where it is sent, and not with must-revalidate, proxy-revalidate, s-maxage or no-cache",
        source: REVALIDATION,
        seen: SEEN,
        basis: Basis::Documented,
    },
];

const fn profile(
    id: &'static str,
    name: &'static str,
    as_of: &'static str,
    facts: Facts,
    claims: &'static [&'static [Claim]],
) -> Profile {
    check::sourced(Profile {
        id,
        name,
        as_of,
        sharing: CacheType::Shared,
        algorithm: Algorithm::Rfc9111,
        facts,
        operator: AxisSet::EMPTY,
        claims,
    })
}

pub(super) const CLOUDFLARE: Profile = profile(
    "cloudflare",
    "Cloudflare, origin cache control on",
    SEEN,
    OCC_ON,
    &[OCC_ON_CLAIMS, CLAIMS, BY_FILE, VARY_STAR, PINGORA],
);

pub(super) const OCC_OFF: Profile = profile(
    "cloudflare-occ-off",
    "Cloudflare, origin cache control off (Enterprise)",
    SEEN,
    Facts {
        authorization: Fact::Known(Authorization::Ignored),
        private_fields: Fact::Unknown,
        no_cache: Fact::Known(Treatment::NotStoredUnlessTargeted),
        no_cache_fields: Fact::Unknown,
        set_cookie: Fact::Known(Treatment::Stripped),
        zero_lifetime: Fact::Known(ZeroLifetime::By {
            directive: Fact::Known(&ZeroLifetime::NotStored),
            targeted: Fact::Known(&ZeroLifetime::Stored),
            expires: Fact::Unknown,
        }),
        stale_while_revalidate: Fact::Known(StaleWindow::Always),
        ..OCC_ON
    },
    &[
        &[
            Claim {
                axes: &[
                    Axis::NoStore,
                    Axis::Private,
                    Axis::NoCache,
                    Axis::ZeroLifetime,
                    Axis::Validation,
                ],
                says: "no-store, private, no-cache, max-age=0 and s-maxage=0 in Cache-Control are not \
                       stored; the last three in CDN-Cache-Control or Cloudflare-CDN-Cache-Control are \
                       stored and revalidated",
                source: UNCACHED,
                seen: SEEN,
                basis: Basis::Documented,
            },
            Claim {
                axes: &[Axis::Authorization, Axis::SetCookie, Axis::StaleWhileRevalidate],
                says: "answers to Authorization may be cached; Set-Cookie is taken out and the rest cached; \
                       must-revalidate and proxy-revalidate are ignored, s-maxage is like max-age",
                source: CACHE_CONTROL,
                seen: SEEN,
                basis: Basis::Documented,
            },
        ],
        CLAIMS,
        BY_FILE,
        VARY_STAR,
        PINGORA,
    ],
);

pub(super) const CACHE_EVERYTHING: Profile = profile(
    "cloudflare-cache-everything",
    "Cloudflare, cache everything, origin cache control on",
    SEEN,
    Facts { eligibility: Fact::Known(Eligibility::All), ..OCC_ON },
    &[
        &[Claim {
            axes: &[Axis::Eligibility, Axis::SetCookie],
            says: "the extension no longer matters; without an Edge TTL a response with Set-Cookie is not \
                   cached",
            source: CACHE_BEHAVIOR,
            seen: SEEN,
            basis: Basis::Documented,
        }],
        OCC_ON_CLAIMS,
        CLAIMS,
        VARY_STAR,
        PINGORA,
    ],
);

pub(super) const APRIL_2026: Profile = profile(
    "cloudflare-2026-04",
    "Cloudflare before 4 May 2026, origin cache control on",
    "2026-04-30",
    Facts {
        pragma: Fact::Unknown,
        vary_star: Fact::Known(Treatment::Ignored),
        waiting_no_cache: Fact::Unknown,
        waiting_zero: Fact::Unknown,
        waiting_not_stored: Fact::Unknown,
        ..OCC_ON
    },
    &[
        &[Claim {
            axes: &[Axis::VaryStar],
            says: "before 4 May 2026 a response with Vary: * was stored like any other",
            source: CHANGELOG,
            seen: SEEN,
            basis: Basis::Documented,
        }],
        OCC_ON_CLAIMS,
        CLAIMS,
        BY_FILE,
    ],
);
