//! Akamai, caching behaviour MAX_AGE (the default of the rule format) and
//! CACHE_CONTROL_AND_EXPIRES, and a property whose template nobody has touched.
//!
//! The other four behaviours have no profile. Rule format v2025-10-16 with every `honor_*` switch
//! and `enhanced_rfc_support` off. Unknown, for no text says it: collapsing and all that waiting
//! requests get, Set-Cookie, Authorization, request directives, Vary: * (the wording on Vary may
//! or may not mean it), the precedence of Edge-Control, Akamai-Cache-Control and
//! CDN-Cache-Control but that no-store and bypass-cache in the first forbid storing,
//! stale-while-revalidate, the statuses 301, 308 and 505. Not modelled: redirects and POST where
//! their caching is switched on, stale answers while the origin fails, prefreshing, what is sent
//! downstream, cacheId, API definitions, the size limits, whether no-store bars an error.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};
use crate::field::Field;

const SEEN: &str = "2026-11-22";
const TODAY: &str = "2026-11-30";
const RULE_FORMAT: &str = "github.com/akamai/terraform-provider-akamai 2e604cc \
    pkg/providers/property/ruleformats/rule_format_v2025_10_16.gen.go, with \
    https://techdocs.akamai.com/property-mgr/reference/latest-caching";
const CACHING: &str = "https://techdocs.akamai.com/property-mgr/docs/caching-2";
const VARY: &str = "https://techdocs.akamai.com/property-mgr/docs/rm-vary-header";
const ERRORS: &str = "https://techdocs.akamai.com/property-mgr/docs/cache-http-err-responses";
const BEHAVIORS: &str = "https://techdocs.akamai.com/property-mgr/docs/return-cache-status and the cache \
    key behaviours of the rule format";

const ERROR_TTL: (StatusSet, Ttl) = (StatusSet::Only(&[204, 305, 404, 405, 501]), Ttl::Seconds(10));
const STATUSES: StatusSet =
    StatusSet::Partly(&[200, 204, 305, 404, 405, 501], &[302, 307, 400, 500, 502, 503, 504]);

const DAY: u64 = 86_400;

/// The extensions of the template's rules "CSS and JavaScript" and "Static Objects".
const STATIC_FILES: Eligibility = Eligibility::Paths {
    extensions: &[
        "aif", "aiff", "au", "avi", "bin", "bmp", "cab", "carb", "cct", "cdf", "class", "css",
        "dcr", "doc", "dtd", "eot", "exe", "flv", "gcf", "gff", "gif", "grv", "hdml", "hqx", "ico",
        "ini", "jar", "jp2", "jpeg", "jpg", "js", "jxr", "mid", "midi", "mov", "mp3", "nc", "otf",
        "pct", "pdf", "pict", "png", "ppc", "pws", "svg", "svgz", "swa", "swf", "tif", "tiff",
        "ttf", "txt", "vbs", "w32", "wav", "wbmp", "webp", "wml", "wmlc", "wmls", "wmlsc", "woff",
        "woff2", "xsd", "zip",
    ],
    names: &[],
};

/// What holds in both modes.
const COMMON: Facts = Facts {
    control_fields: Fact::Known(&[ControlField::BarsElseUnknown(Field::EdgeControl)]),
    methods: Fact::Known(Methods::Only(&["GET"])),
    request_cookie: Fact::Known(RequestRule::Ignored),
    vary_fields: Fact::Known(VaryFields::EncodedOnly { stored: &["gzip"], disputed: &["br"] }),
    statuses: Fact::Known(Statuses { explicit: STATUSES, heuristic: STATUSES }),
    eligibility: Fact::Known(Eligibility::All),
    permits: Fact::Known(Permits::Nothing),
    age: Fact::Known(AgeRule::AgeField),
    heuristic: Fact::Known(Heuristic::None),
    zero_lifetime: Fact::Known(ZeroLifetime::Stored),
    validation: Fact::Known(Validation::ByDate),
    key: Fact::Known(&[]),
    key_query: Fact::Known(KeyQuery::Whole),
    ..Facts::UNKNOWN
};

const COMMON_CLAIMS: &[Claim] = &[
    Claim {
        axes: &[Axis::ZeroLifetime],
        says: "a TTL of 0 means: stored, and validated at every request",
        source: RULE_FORMAT,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Methods, Axis::Eligibility, Axis::Permits],
        says: "the default template caches everything that is asked for with GET; POST is an option",
        source: CACHING,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::VaryFields],
        says: "a response with Vary is not cached, but for Accept-Encoding alone with a gzip body (the page \
               adds br, the rule text does not)",
        source: VARY,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Statuses, Axis::FixedTtl],
        says: "204, 305, 404, 405 and 501 live 10 s; 500, 502, 503 and 504 are not cached unless stale objects \
               are no longer preserved, 400 is not since 2023, 302 and 307 are not; the origin's fields do \
               not count",
        source: ERRORS,
        seen: TODAY,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Statuses],
        says: "the rule format has 500 and 502 to 505 among the errors that are cached",
        source: RULE_FORMAT,
        seen: TODAY,
        basis: Basis::Disputing,
    },
    Claim {
        axes: &[Axis::ControlFields],
        says: "no-store and bypass-cache in the origin's Edge-Control override the behaviour",
        source: "https://techdocs.akamai.com/terraform/docs/ga-caching, \
                 https://techdocs.akamai.com/property-mgr/docs/caching-2",
        seen: TODAY,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Age],
        says: "an Age of the origin's counts, also against a TTL that is configured, says an employee of the \
               vendor",
        source: "community.akamai.com, O. Dutilleul, on downstream caching and the Age header (2016-11-07)",
        seen: TODAY,
        basis: Basis::Reported,
    },
    Claim {
        axes: &[Axis::Key, Axis::KeyQuery, Axis::Validation],
        says: "the key is the URL with its query, headers and cookies only on request; the origin is asked \
               with If-Modified-Since, entity-tags are used only where that is switched on",
        source: BEHAVIORS,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::RequestCookie],
        says: "a Cookie counts only where a rule puts it in the key (follows from the behaviours)",
        source: BEHAVIORS,
        seen: SEEN,
        basis: Basis::Reported,
    },
];

const MAX_AGE: Facts = Facts {
    no_store: Fact::Known(Treatment::Ignored),
    private: Fact::Known(Treatment::Ignored),
    private_fields: Fact::Known(Treatment::Ignored),
    no_cache: Fact::Known(Treatment::Ignored),
    no_cache_fields: Fact::Known(Treatment::Ignored),
    must_understand: Fact::Known(RequestRule::Ignored),
    fixed_ttl: Fact::Known(FixedTtl::ByStatus(&[
        ERROR_TTL,
        (StatusSet::AllBut(&[]), Ttl::Configured),
    ])),
    ..COMMON
};

/// The template's rules cache files by their extension.
pub(super) const UNTOUCHED: Profile = check::sourced(Profile {
    id: "akamai-untouched",
    name: "Akamai, a property from the vendor's template, untouched",
    as_of: "rule format v2025-10-16",
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts {
        eligibility: Fact::Known(STATIC_FILES),
        vary_star: Fact::Known(Treatment::Ignored),
        vary_fields: Fact::Known(VaryFields::Ignored),
        fixed_ttl: Fact::Known(FixedTtl::ByStatus(&[
            ERROR_TTL,
            (StatusSet::AllBut(&[]), Ttl::Between(DAY, 7 * DAY)),
        ])),
        ..MAX_AGE
    },
    operator: AxisSet::EMPTY,
    claims: &[
        &[
            Claim {
                axes: &[
                    Axis::Eligibility,
                    Axis::NoStore,
                    Axis::Private,
                    Axis::PrivateFields,
                    Axis::NoCache,
                    Axis::NoCacheFields,
                    Axis::MustUnderstand,
                ],
                says: "measured in 2019 and 2020: the default configuration stores a list of static file \
                       extensions and nothing else, and those whatever no-store, private and no-cache say",
                source: "Mirheidari et al., Cached and Confused, USENIX Security 2020, Table 10",
                seen: TODAY,
                basis: Basis::Measured,
            },
            Claim {
                axes: &[Axis::FixedTtl, Axis::VaryStar, Axis::VaryFields, Axis::Heuristic],
                says: "the template caches CSS and JavaScript for a day and other static objects for seven, \
                       by file extension, and removes Vary; its comments say that most object types are not \
                       cached",
                source: "properties made from the template, in public repositories of customers' \
                         (rule formats v2023-10-30 and v2025-10-16)",
                seen: TODAY,
                basis: Basis::Reported,
            },
        ],
        COMMON_CLAIMS,
    ],
});

pub(super) const AKAMAI: Profile = check::sourced(Profile {
    id: "akamai",
    name: "Akamai, MAX_AGE",
    as_of: "rule format v2025-10-16",
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: MAX_AGE,
    operator: AxisSet::EMPTY,
    claims: &[
        &[Claim {
            axes: &[
                Axis::FixedTtl,
                Axis::NoStore,
                Axis::Private,
                Axis::PrivateFields,
                Axis::NoCache,
                Axis::NoCacheFields,
                Axis::MustUnderstand,
                Axis::Heuristic,
            ],
            says: "the lifetime is the rule's own ttl, that of errors 10 s; Cache-Control and Expires of the \
                   origin are not consulted",
            source: RULE_FORMAT,
            seen: SEEN,
            basis: Basis::Documented,
        }],
        COMMON_CLAIMS,
    ],
});

pub(super) const HONOR_ORIGIN: Profile = check::sourced(Profile {
    id: "akamai-honor-origin",
    name: "Akamai, CACHE_CONTROL_AND_EXPIRES",
    as_of: "rule format v2025-10-16",
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts {
        no_store: Fact::Known(Treatment::NotStored),
        private: Fact::Known(Treatment::Ignored),
        no_cache: Fact::Known(Treatment::NotReused),
        lifetime_sources: Fact::Known(LifetimeSources::Either(
            &LifetimeSources::Longest(&[LifetimeSource::MaxAge, LifetimeSource::Expires]),
            &LifetimeSources::Longest(&[
                LifetimeSource::SMaxageElseMaxAge,
                LifetimeSource::Expires,
            ]),
        )),
        fixed_ttl: Fact::Known(FixedTtl::ByStatus(&[ERROR_TTL])),
        default_ttl: Fact::Known(DefaultTtl::Always(Ttl::Configured)),
        ..COMMON
    },
    operator: AxisSet::EMPTY,
    claims: &[
        &[
            Claim {
                axes: &[Axis::LifetimeSources, Axis::DefaultTtl, Axis::Heuristic],
                says: "the later of Cache-Control and Expires counts; one passage has s-maxage in it, \
                       another asks for a switch; without both the rule's default_ttl, which has no fixed \
                       value",
                source: RULE_FORMAT,
                seen: SEEN,
                basis: Basis::Documented,
            },
            Claim {
                axes: &[Axis::Private],
                says: "private is honoured only where honor_private is on; configurations seen have it off",
                source: RULE_FORMAT,
                seen: SEEN,
                basis: Basis::Documented,
            },
            Claim {
                axes: &[Axis::NoStore, Axis::NoCache],
                says: "no-store and no-cache are not cached (a reseller's page); the rule text has a TTL of \
                       0 for no-cache: either way the origin is asked",
                source: "doc.cloud.global.fujitsu.com, C_msg_cdn_caching",
                seen: SEEN,
                basis: Basis::Reported,
            },
        ],
        COMMON_CLAIMS,
    ],
});
