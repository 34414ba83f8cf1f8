//! Pingora's `resp_cacheable`, the decision function of its cache library.
//!
//! Pingora is a toolkit: nothing is cached until a program says so, and the program may decide
//! otherwise at each point. This is the function that programs call, with the library's own choices
//! around it. Unknown, because the program supplies them: the lifetime by status for answers that
//! state none, the stale windows, and whether a cache lock makes requests wait. Not modelled: an
//! s-maxage that cannot be read permits the answer to Authorization all the same; the predictor that
//! remembers uncacheable keys; the size limit.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const SEEN: &str = "2026-11-22";
const RECORDED: &str = "2026-11-30";
const RECORDING: &str =
    "tests/recordings/pingora-0.9.1.jsonl.gz (crates pingora-cache and pingora-proxy 0.9.1)";
const FILTERS: &str = "github.com/cloudflare/pingora c0845a8 pingora-cache/src/filters.rs";
const CONTROL: &str = "github.com/cloudflare/pingora c0845a8 pingora-cache/src/cache_control.rs";
const PROXY: &str =
    "github.com/cloudflare/pingora c0845a8 pingora-proxy/src/proxy_trait.rs, proxy_cache.rs";

/// Of a 304 that nobody asked for the proxy makes nothing ("304 on miss").
const STATUSES: StatusSet = StatusSet::AllBut(&[304]);

pub(super) const PINGORA: Profile = check::sourced(Profile {
    id: "pingora",
    name: "Pingora cache library, resp_cacheable",
    as_of: "c0845a8, 2026-05-15",
    sharing: CacheType::Shared,
    algorithm: Algorithm::Pingora,
    facts: Facts {
        control_fields: Fact::Known(&[]),
        dialect: Fact::Known(Dialect::Pingora),
        invalid_expires: Fact::Known(InvalidExpires::PastUnlessRepeated),
        methods: Fact::Known(Methods::Only(&["GET", "HEAD"])),
        authorization: Fact::Known(Authorization::NeedsPermission(&[
            Permission::MustRevalidate,
            Permission::Public,
            Permission::SMaxage,
        ])),
        request_cookie: Fact::Known(RequestRule::Ignored),
        request_no_store: Fact::Known(RequestRule::Ignored),
        request_no_cache: Fact::Known(RequestRule::Ignored),
        no_store: Fact::Known(Treatment::NotStored),
        private: Fact::Known(Treatment::NotStored),
        private_fields: Fact::Known(Treatment::Stripped),
        no_cache: Fact::Known(Treatment::Validated),
        no_cache_fields: Fact::Known(Treatment::Stripped),
        must_understand: Fact::Known(RequestRule::Ignored),
        must_revalidate: Fact::Known(Treatment::Ignored),
        pragma: Fact::Known(Treatment::Ignored),
        set_cookie: Fact::Known(Treatment::Ignored),
        vary_star: Fact::Known(Treatment::Ignored),
        vary_fields: Fact::Known(VaryFields::Ignored),
        statuses: Fact::Known(Statuses { explicit: STATUSES, heuristic: STATUSES }),
        eligibility: Fact::Known(Eligibility::All),
        permits: Fact::Known(Permits::Nothing),
        lifetime_sources: Fact::Known(LifetimeSources::First(&[
            LifetimeSource::NoCache,
            LifetimeSource::SMaxage,
            LifetimeSource::MaxAge,
            LifetimeSource::Expires,
        ])),
        fixed_ttl: Fact::Known(FixedTtl::None),
        expires_clock: Fact::Known(ExpiresClock::Local),
        age: Fact::Known(AgeRule::Ignored),
        heuristic: Fact::Known(Heuristic::None),
        zero_lifetime: Fact::Known(ZeroLifetime::Stored),
        validation: Fact::Known(Validation::Conditional),
        stale_while_revalidate: Fact::Known(StaleWindow::None),
        waiting_no_cache: Fact::Known(ForWaiting::LookedUpAgain),
        waiting_zero: Fact::Known(ForWaiting::LookedUpAgain),
        waiting_past_expires: Fact::Known(ForWaiting::LookedUpAgain),
        waiting_not_stored: Fact::Known(ForWaiting::OwnFetch),
        ..Facts::UNKNOWN
    },
    operator: AxisSet::EMPTY,
    claims: &[&[
        Claim {
            axes: &[
                Axis::Authorization,
                Axis::NoStore,
                Axis::Private,
                Axis::NoCache,
                Axis::Statuses,
                Axis::Eligibility,
                Axis::Permits,
                Axis::LifetimeSources,
                Axis::FixedTtl,
                Axis::InvalidExpires,
                Axis::ExpiresClock,
                Axis::Age,
                Axis::Heuristic,
                Axis::ZeroLifetime,
                Axis::SetCookie,
                Axis::Pragma,
                Axis::MustUnderstand,
                Axis::MustRevalidate,
                Axis::Methods,
                Axis::ControlFields,
            ],
            says: "what is not barred by Authorization, no-store or a bare private is cacheable where there \
                   is a lifetime, be it 0: no-cache, s-maxage, max-age, one Expires by the local clock, or \
                   the program's default; nothing else is looked at",
            source: FILTERS,
            seen: SEEN,
            basis: Basis::ReadInSource,
        },
        Claim {
            axes: &[Axis::Dialect, Axis::PrivateFields, Axis::NoCacheFields],
            says: "a regular expression cuts at commas and semicolons, the last of repeats counts, quoted \
                   numbers count; fields that private or no-cache name are taken out",
            source: CONTROL,
            seen: SEEN,
            basis: Basis::ReadInSource,
        },
        Claim {
            axes: &[
                Axis::VaryStar,
                Axis::VaryFields,
                Axis::RequestCookie,
                Axis::RequestNoStore,
                Axis::RequestNoCache,
                Axis::Validation,
                Axis::StaleWhileRevalidate,
            ],
            says: "Vary counts only where the program computes a variance; request directives and Cookie are \
                   not looked at; a stale answer is revalidated, and by default served only when the \
                   origin fails",
            source: PROXY,
            seen: SEEN,
            basis: Basis::ReadInSource,
        },
        Claim {
            axes: &[
                Axis::WaitingNoCache,
                Axis::WaitingZero,
                Axis::WaitingPastExpires,
                Axis::WaitingNotStored,
            ],
            says: "where there is a lock, readers look up again when the writer is done, find a lifetime of 0 \
                   stale and revalidate; when nothing was stored each fetches on its own, without caching",
            source: "github.com/cloudflare/pingora c0845a8 pingora-cache/src/lock.rs",
            seen: SEEN,
            basis: Basis::ReadInSource,
        },
    ]],
});

const STATED_BY_PROGRAM: AxisSet = AxisSet::EMPTY.with(Axis::DefaultTtl).with(Axis::Collapsing);

pub(super) const PINGORA_0_9: Profile = check::sourced(Profile {
    id: "pingora-0.9",
    name: "Pingora 0.9 behind its proxy, with a lock and without default lifetimes",
    as_of: "0.9.1",
    facts: Facts {
        default_ttl: Fact::Known(DefaultTtl::None),
        collapsing: Fact::Known(Collapsing::On),
        ..PINGORA.facts
    },
    operator: STATED_BY_PROGRAM,
    claims: &[&[
        Claim {
            axes: &[
                Axis::Authorization,
                Axis::NoStore,
                Axis::Private,
                Axis::PrivateFields,
                Axis::NoCache,
                Axis::NoCacheFields,
                Axis::Statuses,
                Axis::Eligibility,
                Axis::Permits,
                Axis::Dialect,
                Axis::LifetimeSources,
                Axis::FixedTtl,
                Axis::InvalidExpires,
                Axis::ExpiresClock,
                Axis::Age,
                Axis::Heuristic,
                Axis::ZeroLifetime,
                Axis::SetCookie,
                Axis::Pragma,
                Axis::MustUnderstand,
                Axis::MustRevalidate,
                Axis::Methods,
                Axis::ControlFields,
                Axis::VaryStar,
                Axis::VaryFields,
                Axis::RequestCookie,
                Axis::RequestNoStore,
                Axis::RequestNoCache,
                Axis::Validation,
                Axis::StaleWhileRevalidate,
                Axis::DefaultTtl,
            ],
            says: "what is not barred by Authorization, no-store or a bare private is stored where it states a \
                       lifetime, be it 0; a 304 that nobody asked for is not, and a 206 answers as it is; HEAD is \
                       fetched as GET; an Expires in lower case or with another day's name is past; a condition \
                       is made of any ETag or Last-Modified",
            source: RECORDING,
            seen: RECORDED,
            basis: Basis::Measured,
        },
        Claim {
            axes: &[
                Axis::Collapsing,
                Axis::WaitingNoCache,
                Axis::WaitingZero,
                Axis::WaitingPastExpires,
                Axis::WaitingNotStored,
            ],
            says: "with CacheLock those who wait are given what is stored and fresh, validate what is stale, \
                       and fetch the rest each on its own",
            source: RECORDING,
            seen: RECORDED,
            basis: Basis::Measured,
        },
    ]],
    ..PINGORA
});
