//! Bunny.net: a pull zone that respects the origin's headers, without Smart Cache.
//!
//! Not modelled: Smart Cache (on where Bunny DNS accelerates the zone), overrides of the expiration
//! time, perma-cache, edge rules, stale answers (off by default) and the vary options, which are
//! settings; the sorting of the query, which no answer depends on; the client's Cache-Control.
//! Before late May 2023 the answer to a request with Authorization was stored and shared; the sheet
//! is of today. The page on the expiration time could not be read: what private does is unknown, and
//! so is what becomes of a lifetime of 0. An endpoint of Magic Containers keeps Set-Cookie by default, where other pull
//! zones take it out. With request coalescing switched on ([`Profile::with_collapsing`]), waiting
//! requests receive the response as it streams in, before it is judged.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const SEEN: &str = "2026-11-22";
const TODAY: &str = "2026-11-30";
const PROVIDER: &str = "github.com/BunnyWay/terraform-provider-bunnynet b753ae6 (2026-06-22) \
    internal/provider/resource_pullzone.go";

/// The errors of RFC 9110 §15.5 and §15.6, and those registered since.
const ERRORS: &[u16] = &[
    400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421,
    422, 423, 424, 425, 426, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 506, 507, 508, 511,
];

pub(super) const BUNNY: Profile = check::sourced(Profile {
    id: "bunny",
    name: "Bunny.net pull zone, origin headers respected, no Smart Cache",
    as_of: TODAY,
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts {
        eligibility: Fact::Known(Eligibility::All),
        fixed_ttl: Fact::Known(FixedTtl::None),
        no_store: Fact::Known(Treatment::NotStored),
        no_cache: Fact::Known(Treatment::NotStored),
        permits: Fact::Known(Permits::Lifetime),
        lifetime_sources: Fact::Known(LifetimeSources::First(&[
            LifetimeSource::SMaxage,
            LifetimeSource::MaxAge,
            LifetimeSource::Expires,
        ])),
        // Beyond 200 no status is named as stored.
        statuses: Fact::Known(Statuses {
            explicit: StatusSet::Partly(&[200], ERRORS),
            heuristic: StatusSet::Partly(&[200], ERRORS),
        }),
        set_cookie: Fact::Known(Treatment::Stripped),
        vary_star: Fact::Known(Treatment::Ignored),
        vary_fields: Fact::Known(VaryFields::Ignored),
        key: Fact::Known(&[]),
        key_query: Fact::Known(KeyQuery::Absent),
        request_cookie: Fact::Known(RequestRule::Ignored),
        authorization: Fact::Known(Authorization::NeedsPermission(&[])),
        collapsing: Fact::Known(Collapsing::Off),
        waiting_no_cache: Fact::Known(ForWaiting::Shared),
        waiting_zero: Fact::Known(ForWaiting::Shared),
        waiting_past_expires: Fact::Known(ForWaiting::Shared),
        waiting_not_stored: Fact::Known(ForWaiting::Shared),
        ..Facts::UNKNOWN
    },
    operator: AxisSet::EMPTY,
    claims: &[&[
        Claim {
            axes: &[Axis::FixedTtl, Axis::Eligibility],
            says: "the expiration override is -1 by default, which stands for the origin's headers; Smart \
                   Cache, which knows file extensions, is off by default",
            source: PROVIDER,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::LifetimeSources],
            says: "without Smart Cache every answer with cacheable headers such as Cache-Control or Expires \
                   is cached; two users rely on `s-maxage=86400, max-age=0` being kept at the edge",
            source: "https://docs.bunny.net/cdn/smart-cache, https://jola.dev/posts/dropping-cloudflare, \
                     https://packagist.org/packages/kraenkvisuell/statamic-bunny-cache",
            seen: TODAY,
            basis: Basis::Reported,
        },
        Claim {
            axes: &[Axis::Permits],
            says: "answers that include cacheable headers are cached, and missing ones are the first cause that \
                   the page names for requests that go to the origin",
            source: "https://docs.bunny.net/cdn/smart-cache",
            seen: TODAY,
            basis: Basis::Reported,
        },
        Claim {
            axes: &[Axis::NoCache],
            says: "a response with no-cache is not cached at the edge, a user says",
            source: "https://jola.dev/posts/dropping-cloudflare (copy of 2026-04-10)",
            seen: TODAY,
            basis: Basis::Reported,
        },
        Claim {
            axes: &[Axis::NoStore],
            says: "with no-store on every response, origin headers respected and Smart Cache on, a guide of \
                   the vendor's says that they stay out of the cache",
            source: "docs.bunny.net, guide for Magic Containers, pull zone settings",
            seen: TODAY,
            basis: Basis::Reported,
        },
        Claim {
            axes: &[Axis::Statuses, Axis::Collapsing],
            says: "by default cache_errors is false and request coalescing is off",
            source: PROVIDER,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::SetCookie],
            says: "strip_cookies is true by default; that the answer is stored without the cookie follows \
                   from that and from what is said to be cached",
            source: PROVIDER,
            seen: SEEN,
            basis: Basis::Reported,
        },
        Claim {
            axes: &[
                Axis::VaryStar,
                Axis::VaryFields,
                Axis::Key,
                Axis::KeyQuery,
                Axis::RequestCookie,
            ],
            says: "the origin's Vary is ignored and the query string is no part of the key: one copy for \
                   all, unless fields, cookies or the query are configured to tell copies apart",
            source: "https://docs.bunny.net/cdn/vary-cache",
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::Authorization],
            says: "since late May 2023 the answer to a request with Authorization is not stored, but what \
                   is stored for anonymous requests may answer it",
            source: "https://httptoolkit.com/blog/bunny-cdn-caching-vulnerability/ (2023-06-20)",
            seen: SEEN,
            basis: Basis::Reported,
        },
        Claim {
            axes: &[
                Axis::WaitingNoCache,
                Axis::WaitingZero,
                Axis::WaitingPastExpires,
                Axis::WaitingNotStored,
            ],
            says: "where coalescing is on, waiting requests get the bytes as they stream in, before it is \
                   known whether the answer may be stored; the older page warns of leaking personal data",
            source: "https://docs.bunny.net/cdn/request-coalescing",
            seen: SEEN,
            basis: Basis::Documented,
        },
    ]],
});

#[cfg(test)]
mod tests {
    use crate::profile::Collapsing;
    use crate::{Profile, Waiting, storable};

    /// The setting that the vendor itself warns of: bytes reach those that wait before anything is
    /// known of the answer.
    #[test]
    fn coalescing_shares_what_is_private() -> Result<(), http::Error> {
        const COALESCING: Profile = Profile::BUNNY.with_collapsing(Collapsing::On);
        let request = http::Request::get("https://shop.example/mypage").body(())?;
        for control in ["private", "no-store", "no-cache", "max-age=0", "private, no-store"] {
            let response = http::Response::builder().header("Cache-Control", control);
            let response = response.body(())?;
            let verdict = storable(&request, &response, &COALESCING);
            assert_eq!(verdict.waiting_user(), Waiting::Shared, "{control}");
            let verdict = storable(&request, &response, &Profile::BUNNY);
            assert_eq!(verdict.waiting_user(), Waiting::OwnFetch, "{control}");
        }
        Ok(())
    }
}
