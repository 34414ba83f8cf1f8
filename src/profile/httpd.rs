//! Apache httpd 2.4: mod_cache with mod_cache_disk, everything at its default.
//!
//! CacheMinExpire and CacheMaxExpire are the minimum and the maximum TTL here. They bind the
//! lifetime that is made from Last-Modified; one that max-age or s-maxage states is compared as it
//! stands at every use. CacheQuickHandler is the axis `authorization`: with the handler switched
//! off it is `NeedsPermission` of s-maxage, must-revalidate, proxy-revalidate and public.
//! CacheStoreExpired On is `ZeroLifetime::Stored`, CacheIgnoreQueryString On `Eligibility::All`,
//! CacheIgnoreNoLastMod On `Permits::Nothing`; CacheStoreNoStore, CacheStorePrivate,
//! CacheIgnoreCacheControl and CacheIgnoreHeaders are the values of the axes that they name.
//!
//! CacheStaleOnError Off is `StaleIfError::Never`.
//!
//! Not modelled: CacheLock, which acts on later fetches of what is stale; that an answer whose status
//! is not registered is stored and served as a 500.

use super::Algorithm;
use super::algorithm::Httpd;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const SEEN: &str = "2026-11-22";
const RECORDING: &str = "tests/recordings/httpd-2.4.jsonl.gz (Apache httpd 2.4.71, Debian 12)";
const CACHE_TESTS: &str = "http-tests/cache-tests b55b8bd against Apache httpd 2.4.71 (Debian 12), run by \
    this project 2026-11-22";
const SEQUENCES: &str =
    "tests/sequences/sequences.jsonl.gz, newer.jsonl.gz (Apache httpd 2.4.71, Debian 12)";
const SEQUENCES_SEEN: &str = "2026-11-30";
const MOD_CACHE: &str = "github.com/apache/httpd f45abec modules/cache/mod_cache.c";
const CACHE_UTIL: &str = "github.com/apache/httpd f45abec modules/cache/cache_util.c";

const FACTS: Facts = Facts {
    control_fields: Fact::Known(&[]),
    dialect: Fact::Known(Dialect::Httpd),
    invalid_expires: Fact::Known(InvalidExpires::Past),
    methods: Fact::Known(Methods::Only(&["GET", "HEAD"])),
    authorization: Fact::Known(Authorization::Bypassed),
    request_cookie: Fact::Known(RequestRule::Ignored),
    request_no_store: Fact::Known(RequestRule::Bypassed),
    request_no_cache: Fact::Known(RequestRule::Honoured),
    no_store: Fact::Known(Treatment::NotStored),
    private: Fact::Known(Treatment::NotStored),
    private_fields: Fact::Known(Treatment::Stripped),
    no_cache: Fact::Known(Treatment::Validated),
    no_cache_fields: Fact::Known(Treatment::Stripped),
    must_understand: Fact::Known(RequestRule::Ignored),
    pragma: Fact::Known(Treatment::Validated),
    set_cookie: Fact::Known(Treatment::Ignored),
    vary_star: Fact::Known(Treatment::NotStored),
    vary_fields: Fact::Known(VaryFields::Compared),
    statuses: Fact::Known(Statuses {
        explicit: StatusSet::AllBut(&[206, 304]),
        heuristic: StatusSet::Only(&[200, 203, 300, 301]),
    }),
    eligibility: Fact::Known(Eligibility::QueryNeedsLifetime),
    permits: Fact::Known(Permits::LifetimeOrValidatorIfOk),
    lifetime_sources: Fact::Known(LifetimeSources::First(&[
        LifetimeSource::SMaxage,
        LifetimeSource::MaxAge,
        LifetimeSource::Expires,
    ])),
    fixed_ttl: Fact::Known(FixedTtl::None),
    expires_clock: Fact::Known(ExpiresClock::Date),
    age: Fact::Known(AgeRule::Rfc9111),
    // Bounded by the minimum and the maximum TTL.
    heuristic: Fact::Known(Heuristic::Fraction { percent: 10, minimum: 0, maximum: u64::MAX }),
    default_ttl: Fact::Known(DefaultTtl::Always(Ttl::Seconds(3600))),
    minimum_ttl: Fact::Known(0),
    maximum_ttl: Fact::Known(MaximumTtl::Seconds(86_400)),
    zero_lifetime: Fact::Known(ZeroLifetime::By {
        directive: Fact::Known(&ZeroLifetime::Stored),
        targeted: Fact::Known(&ZeroLifetime::Stored),
        expires: Fact::Known(&ZeroLifetime::NotStored),
    }),
    validation: Fact::Known(Validation::Conditional),
    stale_while_revalidate: Fact::Known(StaleWindow::None),
    key: Fact::Known(&[]),
    collapsing: Fact::Known(Collapsing::Off),
    waiting_no_cache: Fact::Known(ForWaiting::OwnFetch),
    waiting_zero: Fact::Known(ForWaiting::OwnFetch),
    waiting_past_expires: Fact::Known(ForWaiting::OwnFetch),
    waiting_not_stored: Fact::Known(ForWaiting::OwnFetch),
    marker: Fact::Known(Marker::None),
    error_ttl: Fact::Known(ErrorTtl::None),
    key_query: Fact::Known(KeyQuery::Whole),
    ignored_fields: Fact::Known(&[]),
    stale_if_error: Fact::Known(StaleIfError::UnlessStaleIsBarred),
    invalidation: Fact::Known(Invalidation::TargetAfterSuccess(&["POST", "PUT", "DELETE"])),
    not_modified: Fact::Known(NotModified::Rfc9111UnlessContradicted(&[
        "allow",
        "content-encoding",
        "content-language",
        "content-length",
        "content-location",
        "content-md5",
        "content-range",
        "content-type",
        "etag",
        "last-modified",
    ])),
    head_requests: Fact::Known(HeadRequests::Apart),
    forwarded_conditions: Fact::Known(ForwardedConditions::All),
    sent_validators: Fact::Known(SentValidators::Chosen),
    variants: Fact::Known(Variants::OneVaryByValue),
    superseded: Fact::Known(Superseded::RemovedBy(StatusSet::AllBut(&[
        204, 304, 500, 502, 503, 504,
    ]))),
    forbidding_update: Fact::Known(ForbiddingUpdate::FetchesAnew),
    client_conditions: Fact::Known(ClientConditions {
        preconditions: Preconditions::IfUnmodifiedSinceAnsweredOfHits,
        statuses: ConditionalStatuses::Any,
        answered: AnsweredFor::Hits,
        both: BothConditions::Each,
        changed: ChangedFor::Origin,
        ..ClientConditions::RFC9110
    }),
    ranges: Fact::Known(Ranges::OfEveryOk),
    vary_comparison: Fact::Known(VaryComparison::Text),
    request_directives: Fact::Known(RequestDirectives::GRANTED),
    request_pragma: Fact::Known(RequestPragma::Always),
    age_field: Fact::Known(AgeField::Current),
    connection_fields: Fact::Known(ConnectionFields::Removed),
    reload: Fact::Known(Reload::FetchedAnew),
    ..Facts::UNKNOWN
};

const CLAIMS: &[Claim] = &[
    Claim {
        axes: &[
            Axis::Methods,
            Axis::Authorization,
            Axis::RequestCookie,
            Axis::RequestNoStore,
            Axis::RequestNoCache,
        ],
        says: "GET and HEAD are looked up and GET alone is stored; a request with Authorization or \
               no-store leaves the cache; no-cache skips the lookup, max-age, min-fresh and max-stale \
               count; Cookie does not",
        source: RECORDING,
        seen: SEEN,
        basis: Basis::Measured,
    },
    Claim {
        axes: &[
            Axis::NoStore,
            Axis::Private,
            Axis::PrivateFields,
            Axis::NoCache,
            Axis::NoCacheFields,
            Axis::Pragma,
            Axis::SetCookie,
            Axis::VaryStar,
            Axis::VaryFields,
            Axis::ControlFields,
            Axis::MustUnderstand,
        ],
        says: "no-store, private and Vary: * are not stored; no-cache and Pragma: no-cache are stored and \
               validated; fields named by private= and no-cache= are left out; Set-Cookie, must-understand \
               and targeted fields do not count",
        source: RECORDING,
        seen: SEEN,
        basis: Basis::Measured,
    },
    Claim {
        axes: &[Axis::Statuses, Axis::Eligibility, Axis::Permits],
        says: "200, 203, 300 and 301 are stored, every other status (not 206, not an empty 204) once \
               there is an Expires or a Cache-Control of any content; a 200 needs a lifetime or a \
               validator, a URI with a query a lifetime",
        source: RECORDING,
        seen: SEEN,
        basis: Basis::Measured,
    },
    Claim {
        axes: &[
            Axis::Dialect,
            Axis::InvalidExpires,
            Axis::LifetimeSources,
            Axis::ExpiresClock,
            Axis::Age,
            Axis::Heuristic,
            Axis::DefaultTtl,
            Axis::ZeroLifetime,
            Axis::Validation,
        ],
        says: "s-maxage, max-age, Expires less Date, a tenth of the time since Last-Modified, 3600 s; a \
               number that is not the whole argument is not there; a past or broken Expires without them \
               is not stored, max-age=0 is; fresh while the age is less than the lifetime",
        source: RECORDING,
        seen: SEEN,
        basis: Basis::Measured,
    },
    Claim {
        axes: &[Axis::Collapsing, Axis::WaitingNoCache, Axis::WaitingZero],
        says: "requests that arrive during a fetch are fetched in parallel",
        source: RECORDING,
        seen: SEEN,
        basis: Basis::Measured,
    },
    Claim {
        axes: &[Axis::WaitingPastExpires, Axis::WaitingNotStored, Axis::Marker],
        says: "requests that arrive during a fetch are fetched in parallel, whatever becomes of it",
        source: RECORDING,
        seen: SEEN,
        basis: Basis::Measured,
    },
    Claim {
        axes: &[
            Axis::FixedTtl,
            Axis::MinimumTtl,
            Axis::MaximumTtl,
            Axis::ErrorTtl,
            Axis::IgnoredFields,
        ],
        says: "CacheMinExpire 0 and CacheMaxExpire 86400 bind the expiry, which counts where no number is \
               stated; no setting beats a stated one, and none hides a field from the decision",
        source: MOD_CACHE,
        seen: SEEN,
        basis: Basis::ReadInSource,
    },
    Claim {
        axes: &[
            Axis::StaleIfError,
            Axis::Invalidation,
            Axis::HeadRequests,
            Axis::ForwardedConditions,
            Axis::SentValidators,
            Axis::VaryComparison,
            Axis::RequestDirectives,
            Axis::RequestPragma,
            Axis::AgeField,
            Axis::ConnectionFields,
            Axis::Reload,
        ],
        says: "stale answers for errors and closed connections unless must-revalidate, proxy-revalidate or \
               s-maxage bars that (CacheStaleOnError); POST, PUT and DELETE invalidate their target after \
               200 to 299, other methods nothing; HEAD changes nothing stored; Vary \
               values are compared as text; Pragma: no-cache counts beside Cache-Control; a request with no-cache is \
               fetched plainly",
        source: CACHE_TESTS,
        seen: SEEN,
        basis: Basis::Measured,
    },
    Claim {
        axes: &[
            Axis::ClientConditions,
            Axis::Variants,
            Axis::Superseded,
            Axis::ForbiddingUpdate,
            Axis::Ranges,
        ],
        says: "a request gets what is stored, as a 304, where each of its conditions holds; where one does not \
               the origin is asked; an answer with another Vary takes the place of all that is stored, and an \
               empty field is stored under the name of an absent one; what answers in the place of what was \
               found removes it, but for 204 and errors; where a 304 forbids storing the whole is fetched; \
               ranges are cut out of a 200 that is not stored, too",
        source: SEQUENCES,
        seen: SEQUENCES_SEEN,
        basis: Basis::Measured,
    },
    Claim {
        axes: &[Axis::NotModified],
        says: "a 304 whose ETag, Last-Modified, Allow or a field on the content differs from the stored one is \
               a contradiction: the entry goes and the request is sent again without a condition",
        source: MOD_CACHE,
        seen: SEEN,
        basis: Basis::ReadInSource,
    },
    Claim {
        axes: &[Axis::StaleWhileRevalidate, Axis::Key, Axis::KeyQuery],
        says: "stale-while-revalidate is not read; the key is the URI with its host and query",
        source: CACHE_UTIL,
        seen: SEEN,
        basis: Basis::ReadInSource,
    },
];

pub(super) const HTTPD_2_4: Profile = check::sourced(Profile {
    id: "httpd-2.4",
    name: "Apache httpd 2.4, mod_cache_disk",
    as_of: "2.4.71",
    sharing: CacheType::Shared,
    algorithm: Algorithm::Httpd(Httpd { smallest_content: 1, largest_content: 1_000_000 }),
    facts: FACTS,
    operator: AxisSet::EMPTY,
    claims: &[CLAIMS],
});
