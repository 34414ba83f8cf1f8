//! KeyCDN: a pull zone at its defaults, as its pages of 2022 describe it.
//!
//! The pages rank X-Accel-Expires before Cache-Control; they say nothing on targeted fields, so the
//! control fields as a whole are unknown, and so is every answer to which one of them, or
//! X-Accel-Expires, matters. Not modelled: the settings (ignore Cache-Control, cache cookies, strip
//! cookies, key additions) and the stale answers, whose defaults are not told. That private,
//! no-store, no-cache and max-age=0 are honoured is presumed everywhere and stated nowhere.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const SEEN: &str = "2026-11-22";
const ZONE: &str = "https://www.keycdn.com/support/pull-zone-settings (copy of 2022-02-24)";
const QUESTIONS: &str =
    "https://keycdn.com/support/frequently-asked-questions (copy of 2022-03-04)";

const STATUSES: StatusSet = StatusSet::Only(&[200, 301, 302]);

pub(super) const KEYCDN: Profile = check::sourced(Profile {
    id: "keycdn",
    name: "KeyCDN pull zone",
    as_of: "2022-03-04",
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts {
        eligibility: Fact::Known(Eligibility::All),
        fixed_ttl: Fact::Known(FixedTtl::None),
        permits: Fact::Known(Permits::Nothing),
        lifetime_sources: Fact::Known(LifetimeSources::Either(
            &LifetimeSources::First(&[
                LifetimeSource::SMaxage,
                LifetimeSource::MaxAge,
                LifetimeSource::Expires,
            ]),
            &LifetimeSources::First(&[LifetimeSource::MaxAge, LifetimeSource::Expires]),
        )),
        default_ttl: Fact::Known(DefaultTtl::WhereSilent(
            &DefaultTtl::Always(Ttl::Positive),
            Fact::Unknown,
        )),
        heuristic: Fact::Known(Heuristic::None),
        statuses: Fact::Known(Statuses { explicit: STATUSES, heuristic: STATUSES }),
        methods: Fact::Known(Methods::Only(&["GET", "HEAD"])),
        request_cookie: Fact::Known(RequestRule::Ignored),
        set_cookie: Fact::Known(Treatment::NotStored),
        vary_fields: Fact::Known(VaryFields::Normalised(&["accept-encoding"])),
        key: Fact::Known(&[]),
        key_query: Fact::Known(KeyQuery::Configured),
        collapsing: Fact::Known(Collapsing::On),
        ..Facts::UNKNOWN
    },
    operator: AxisSet::EMPTY,
    claims: &[&[
        Claim {
            axes: &[
                Axis::LifetimeSources,
                Axis::DefaultTtl,
                Axis::FixedTtl,
                Axis::Heuristic,
                Axis::Permits,
                Axis::Eligibility,
            ],
            says: "X-Accel-Expires, then Cache-Control, then Expires; where the origin sends none of them \
                   the zone's Max Expire counts, whose default could not be confirmed",
            source: ZONE,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::VaryFields],
            says: "Vary is ignored but for Accept-Encoding, and to honour it is not planned, says the \
                   vendor's staff",
            source: "https://community.keycdn.com/t/1050",
            seen: "2026-11-30",
            basis: Basis::Reported,
        },
        Claim {
            axes: &[Axis::RequestCookie],
            says: "a Cookie counts only where an option puts it in the key (follows from the page)",
            source: ZONE,
            seen: "2026-11-30",
            basis: Basis::Reported,
        },
        Claim {
            axes: &[Axis::SetCookie, Axis::Key, Axis::KeyQuery],
            says: "an answer with Set-Cookie is not stored unless Cache Cookies is on; a cookie, scheme or \
                   host comes into the key, and the query out of it, by option",
            source: ZONE,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::Statuses, Axis::Methods, Axis::Collapsing],
            says: "200, 301 and 302 are stored, for GET and HEAD; the cache status UPDATING stands for an \
                   active lock",
            source: QUESTIONS,
            seen: SEEN,
            basis: Basis::Documented,
        },
    ]],
});
