//! Amazon CloudFront: minimum TTL 0, with and without cookies forwarded, and the managed policies
//! CachingOptimized, UseOriginCacheControlHeaders and CachingDisabled.
//!
//! Where cookies are forwarded, by the cache policy or by an origin request policy such as
//! AllViewer, Set-Cookie is stored and replayed, and requests do not wait for each other. Unknown
//! because nothing public says it: targeted fields, odd forms of directives, Pragma in a response
//! (a remark of 2019 that it is not honoured is about requests), an incoming Age where no directive
//! gives the lifetime, what waiting requests get of a past Expires, statuses that no list names.
//! Not modelled: all headers in the key, OPTIONS as a cached method, the normalised Accept-Encoding
//! in the key of CachingOptimized, stale answers while the origin fails, the largest object,
//! truncated transfers, what is sent downstream, an Expires as the one permit of 400, 403, 412 and
//! 415 (it counts here like max-age).

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const SEEN: &str = "2026-11-22";
const TODAY: &str = "2026-11-30";
const EXPIRATION: &str =
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html";
const CUSTOM_ORIGIN: &str = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/\
    RequestAndResponseBehaviorCustomOrigin.html";
const OLD_CUSTOM_ORIGIN: &str = "github.com/awsdocs/amazon-cloudfront-developer-guide 1674b70 \
    doc_source/RequestAndResponseBehaviorCustomOrigin.md (2020)";
const COOKIES: &str = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Cookies.html \
    (github.com/awsdocs/amazon-cloudfront-developer-guide 1c964d4 doc_source/Cookies.md)";
const MANAGED: &str = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/\
    using-managed-cache-policies.html";
const STATUS_CODES: &str =
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html";
const ERROR_EXPIRATION: &str = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/\
    custom-error-pages-expiration.html";

const ERRORS: ErrorTtl = ErrorTtl::AtLeast {
    seconds: 10,
    statuses: &[400, 403, 404, 405, 410, 412, 414, 415, 500, 501, 502, 503, 504],
    barred: &[404, 410, 414, 501],
};

const FACTS: Facts = Facts {
    methods: Fact::Known(Methods::Only(&["GET", "HEAD"])),
    authorization: Fact::Known(Authorization::Ignored),
    request_cookie: Fact::Known(RequestRule::Ignored),
    request_no_store: Fact::Known(RequestRule::Ignored),
    request_no_cache: Fact::Known(RequestRule::Ignored),
    no_store: Fact::Known(Treatment::MinimumTtl),
    private: Fact::Known(Treatment::MinimumTtl),
    no_cache: Fact::Known(Treatment::NotReusedOrMinimumTtl),
    no_cache_fields: Fact::Known(Treatment::StrippedOfCookies),
    set_cookie: Fact::Known(Treatment::Stripped),
    vary_star: Fact::Known(Treatment::NeverMatchesOrIgnored),
    vary_fields: Fact::Known(VaryFields::Ignored),
    statuses: Fact::Known(Statuses {
        explicit: StatusSet::Partly(
            &[
                200, 300, 301, 302, 303, 307, 308, 400, 403, 404, 405, 410, 412, 414, 415, 500,
                501, 502, 503, 504,
            ],
            &[416],
        ),
        heuristic: StatusSet::Partly(
            &[200, 300, 301, 302, 303, 404, 405, 410, 414, 500, 501, 502, 503, 504],
            &[307, 308, 400, 403, 412, 415, 416],
        ),
    }),
    eligibility: Fact::Known(Eligibility::All),
    permits: Fact::Known(Permits::Nothing),
    lifetime_sources: Fact::Known(LifetimeSources::First(&[
        LifetimeSource::SMaxage,
        LifetimeSource::MaxAge,
        LifetimeSource::Expires,
    ])),
    fixed_ttl: Fact::Known(FixedTtl::None),
    age: Fact::Known(AgeRule::AgeFieldOfDirectives),
    heuristic: Fact::Known(Heuristic::None),
    default_ttl: Fact::Known(DefaultTtl::Always(Ttl::Seconds(86_400))),
    minimum_ttl: Fact::Known(0),
    maximum_ttl: Fact::Known(MaximumTtl::Seconds(31_536_000)),
    zero_lifetime: Fact::Known(ZeroLifetime::Stored),
    validation: Fact::Known(Validation::Conditional),
    stale_while_revalidate: Fact::Known(StaleWindow::UnknownWhereBarred),
    key: Fact::Known(&[]),
    collapsing: Fact::Known(Collapsing::On),
    waiting_no_cache: Fact::Known(ForWaiting::OwnFetchWhereSaid),
    waiting_zero: Fact::Known(ForWaiting::OwnFetchWhereSaid),
    waiting_not_stored: Fact::Known(ForWaiting::OwnFetchWhereSaid),
    error_ttl: Fact::Known(ERRORS),
    key_query: Fact::Known(KeyQuery::Absent),
    not_modified: Fact::Known(NotModified::RenewsLifetime),
    ..Facts::UNKNOWN
};

/// Where cookies are forwarded.
const WITH_COOKIES: Facts = Facts {
    set_cookie: Fact::Known(Treatment::Ignored),
    collapsing: Fact::Known(Collapsing::Off),
    waiting_no_cache: Fact::Unknown,
    waiting_zero: Fact::Unknown,
    waiting_not_stored: Fact::Unknown,
    ..FACTS
};

/// What holds under every cache policy.
const CLAIMS: &[Claim] = &[
    Claim {
        axes: &[
            Axis::LifetimeSources,
            Axis::FixedTtl,
            Axis::Heuristic,
            Axis::Permits,
            Axis::Eligibility,
            Axis::RequestNoStore,
            Axis::RequestNoCache,
        ],
        says: "s-maxage goes before max-age, max-age before Expires, within the policy's bounds; without \
               any the default TTL counts, and nothing else is named; Cache-Control and Pragma of a \
               request are ignored",
        source: EXPIRATION,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::NoStore, Axis::Private, Axis::NoCache],
        says: "with a minimum TTL of 0 no-store, private and no-cache are respected; with a greater one \
               the response is kept for the minimum TTL",
        source: EXPIRATION,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::ZeroLifetime, Axis::Validation],
        says: "a past Expires, max-age=0 or s-maxage=0 is stored, and the origin is asked with a condition \
               at every request",
        source: EXPIRATION,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Methods, Axis::VaryStar, Axis::VaryFields],
        says: "GET and HEAD are cached; with a minimum TTL of 0 every request for a response with Vary: * \
               goes to the origin without a condition, with a greater one it is like any Vary, which \
               selects nothing",
        source: OLD_CUSTOM_ORIGIN,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::NoCacheFields],
        says: "with no-cache=\"Set-Cookie\" that field is not cached, and the rest is",
        source: COOKIES,
        seen: TODAY,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Age, Axis::NotModified],
        says: "seen by a user: the TTL is max-age less Age where the origin's answer is stored, and the \
               whole of max-age after a 304, whose fields are not looked at",
        source: "https://anylog.dev/tech/cloudfront-age",
        seen: TODAY,
        basis: Basis::Reported,
    },
    Claim {
        axes: &[Axis::Authorization],
        says: "Authorization is taken out of GET and HEAD requests unless it is in the cache key",
        source: "https://repost.aws/knowledge-center/cloudfront-authorization-header",
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Statuses],
        says: "404, 405, 414, 500 to 504 are always cached; 400, 403, 412 and 415 with max-age or s-maxage, \
               307 and 308 where Cache-Control allows; 416 never; the other redirects like any response",
        source: STATUS_CODES,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::ErrorTtl, Axis::Statuses],
        says: "an error lives 10 s, or as long as max-age, s-maxage or Expires say if that is more; \
               no-store, no-cache and private count with 404, 410, 414 and 501, and not with other errors",
        source: ERROR_EXPIRATION,
        seen: "2026-11-24",
        basis: Basis::Documented,
    },
];

/// Where neither cookies nor headers are forwarded.
const WITHOUT_COOKIES: &[Claim] = &[
    Claim {
        axes: &[Axis::SetCookie, Axis::RequestCookie, Axis::Key, Axis::KeyQuery],
        says: "the key is host and path; where cookies are not forwarded, Set-Cookie is removed and the \
               response is cached",
        source: COOKIES,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::SetCookie],
        says: "two sites found session cookies stored and replayed to other users though their cache policy \
               had no cookies in it; that is what happens where another policy forwards them",
        source: "github.com/aws-amplify/amplify-hosting/issues/4100 (2026-07-27), \
                 github.com/sidekiq/sidekiq/issues/5936 (2023-06-01)",
        seen: TODAY,
        basis: Basis::Disputing,
    },
];

/// Where cookies are forwarded, whether or not they are in the key.
const FORWARDS_COOKIES: &[Claim] = &[
    Claim {
        axes: &[Axis::SetCookie],
        says: "Set-Cookie is cached with the response and sent on all cache hits",
        source: COOKIES,
        seen: TODAY,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Collapsing],
        says: "there is no collapsing where a cache policy or an origin request policy forwards cookies",
        source: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/\
                 RequestAndResponseBehaviorS3Origin.html",
        seen: TODAY,
        basis: Basis::Documented,
    },
];

/// Where requests wait for each other.
const COLLAPSES: &[Claim] = &[
    Claim {
        axes: &[Axis::Collapsing, Axis::WaitingNoCache, Axis::WaitingZero, Axis::WaitingNotStored],
        says: "requests with one key wait and all get the response; not so with a minimum TTL of 0 where it \
               says private, no-store, no-cache, max-age=0 or s-maxage=0",
        source: CUSTOM_ORIGIN,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::WaitingNoCache, Axis::WaitingZero, Axis::WaitingNotStored],
        says: "a report of 2022 and an answer on the vendor's forum have requests collapsed whatever \
               no-store and no-cache say; the guide is newer",
        source: "github.com/getlift/lift/issues/144 (2022), https://repost.aws/questions/QUe8vbIDvNTiy8ZSYDv85iTQ",
        seen: TODAY,
        basis: Basis::Disputing,
    },
];

const STALE: &[Claim] = &[Claim {
    axes: &[Axis::StaleWhileRevalidate],
    says: "stale-while-revalidate is honoured since 17 May 2023",
    source: "https://aws.amazon.com/about-aws/whats-new/2023/05/",
    seen: SEEN,
    basis: Basis::Documented,
}];

const fn ttls(says: &'static str, source: &'static str) -> Claim {
    Claim {
        axes: &[Axis::MinimumTtl, Axis::DefaultTtl, Axis::MaximumTtl],
        says,
        source,
        seen: SEEN,
        basis: Basis::Documented,
    }
}

pub(super) const CLOUDFRONT: Profile = check::sourced(Profile {
    id: "cloudfront",
    name: "Amazon CloudFront, minimum TTL 0",
    as_of: SEEN,
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: FACTS,
    operator: AxisSet::EMPTY,
    claims: &[
        &[ttls("minimum 0, default 86400 and maximum 31536000 s where nothing is set", EXPIRATION)],
        CLAIMS,
        WITHOUT_COOKIES,
        COLLAPSES,
        STALE,
    ],
});

pub(super) const CACHING_OPTIMIZED: Profile = check::sourced(Profile {
    id: "cloudfront-caching-optimized",
    name: "Amazon CloudFront, managed policy CachingOptimized",
    as_of: SEEN,
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts { minimum_ttl: Fact::Known(1), ..FACTS },
    operator: AxisSet::EMPTY,
    claims: &[
        &[ttls("the policy sets minimum 1, default 86400 and maximum 31536000 s", MANAGED)],
        CLAIMS,
        WITHOUT_COOKIES,
        COLLAPSES,
        STALE,
    ],
});

pub(super) const CACHING_DISABLED: Profile = check::sourced(Profile {
    id: "cloudfront-caching-disabled",
    name: "Amazon CloudFront, managed policy CachingDisabled",
    as_of: SEEN,
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts {
        default_ttl: Fact::Known(DefaultTtl::Always(Ttl::Seconds(0))),
        maximum_ttl: Fact::Known(MaximumTtl::Seconds(0)),
        zero_lifetime: Fact::Known(ZeroLifetime::NotStored),
        stale_while_revalidate: Fact::Unknown,
        collapsing: Fact::Known(Collapsing::Off),
        waiting_no_cache: Fact::Unknown,
        waiting_zero: Fact::Unknown,
        waiting_not_stored: Fact::Unknown,
        ..FACTS
    },
    operator: AxisSet::EMPTY,
    claims: &[
        &[
            ttls("the policy sets minimum, default and maximum to 0 s", MANAGED),
            Claim {
                axes: &[Axis::ZeroLifetime],
                says: "the policy is there to switch caching off",
                source: MANAGED,
                seen: SEEN,
                basis: Basis::Documented,
            },
            Claim {
                axes: &[Axis::Collapsing],
                says: "under this policy requests do not wait for each other",
                source: CUSTOM_ORIGIN,
                seen: SEEN,
                basis: Basis::Documented,
            },
        ],
        CLAIMS,
        WITHOUT_COOKIES,
    ],
});

pub(super) const COOKIES_FORWARDED: Profile = check::sourced(Profile {
    id: "cloudfront-cookies-forwarded",
    name: "Amazon CloudFront, minimum TTL 0, cookies forwarded and not in the key",
    as_of: TODAY,
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: WITH_COOKIES,
    operator: AxisSet::EMPTY,
    claims: &[
        &[
            ttls(
                "minimum 0, default 86400 and maximum 31536000 s where nothing is set",
                EXPIRATION,
            ),
            Claim {
                axes: &[Axis::RequestCookie, Axis::Key, Axis::KeyQuery],
                says: "the key is host and path; an origin request policy forwards cookies and does not put \
                       them in the key",
                source: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/\
                         controlling-origin-requests.html",
                seen: TODAY,
                basis: Basis::Documented,
            },
        ],
        FORWARDS_COOKIES,
        CLAIMS,
        STALE,
    ],
});

pub(super) const USE_ORIGIN_CACHE_CONTROL_HEADERS: Profile = check::sourced(Profile {
    id: "cloudfront-use-origin-cache-control-headers",
    name: "Amazon CloudFront, managed policy UseOriginCacheControlHeaders",
    as_of: TODAY,
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts {
        default_ttl: Fact::Known(DefaultTtl::Always(Ttl::Seconds(0))),
        key: Fact::Known(&[
            "cookie",
            "origin",
            "x-http-method",
            "x-http-method-override",
            "x-method-override",
        ]),
        ..WITH_COOKIES
    },
    operator: AxisSet::EMPTY,
    claims: &[
        &[
            ttls("the policy sets minimum 0, default 0 and maximum 31536000 s", MANAGED),
            Claim {
                axes: &[Axis::RequestCookie, Axis::Key, Axis::KeyQuery],
                says: "all cookies, Host, Origin and three fields that override the method are in the key, the \
                       query is not; the policy of this name with -QueryStrings has that too",
                source: MANAGED,
                seen: TODAY,
                basis: Basis::Documented,
            },
        ],
        FORWARDS_COOKIES,
        CLAIMS,
        STALE,
    ],
});
