//! Imperva (Incapsula), mode `standard`, with HTTPS caching set to include HTML.
//!
//! Both are settings: the default mode is `smart`, which may store pages that it has profiled, and
//! by default nothing is stored over HTTPS at all; neither can be told from one exchange. Not
//! modelled: cache rules (where a rule and the mode disagree the longer lifetime wins), the mode
//! `all_resources`, that a hit lacks most of the origin's fields unless they are set to be stored,
//! that an answer with an empty body, or of HTTP/1.0 without a length, is not stored, and that
//! `Vary: Accept-Encoding` alone makes a resource static, and what a Last-Modified of the last 24
//! hours does beside a lifetime. On Vary the old text, where any but Accept-Encoding bars storing,
//! and the option of today, by which it is not followed, disagree.

use super::Algorithm;
use super::values::*;
use super::{Axis, AxisSet, Basis, CacheType, Claim, Fact, Facts, Profile, check};

const SEEN: &str = "2026-11-22";
const PROVIDER: &str = "github.com/imperva/terraform-provider-incapsula 577c570 (2026-08-05) \
    website/docs/r/site_cache_configuration.html.markdown";
const MODES: &str =
    "https://support.incapsula.com/hc/en-us/articles/204028064-Static-Dynamic-Caching-Mode (old)";
const CONTROL: &str = "https://support.incapsula.com/hc/en-us/articles/200627510-How-to-control-the-way-my-site-is-cached \
    (old)";

const STATUSES: StatusSet =
    StatusSet::Partly(&[200], &[300, 301, 302, 303, 304, 305, 307, 308, 404]);

pub(super) const IMPERVA: Profile = check::sourced(Profile {
    id: "imperva",
    name: "Imperva, caching mode standard, HTTPS including HTML",
    as_of: SEEN,
    sharing: CacheType::Shared,
    algorithm: Algorithm::Rfc9111,
    facts: Facts {
        eligibility: Fact::Known(Eligibility::All),
        fixed_ttl: Fact::Known(FixedTtl::None),
        permits: Fact::Known(Permits::Nothing),
        lifetime_sources: Fact::Known(LifetimeSources::Unranked(
            &[LifetimeSource::MaxAge],
            &[LifetimeSource::SMaxage, LifetimeSource::Expires],
        )),
        heuristic: Fact::Known(Heuristic::PerDay { seconds: 3600, maximum: 86_400 }),
        default_ttl: Fact::Known(DefaultTtl::WherePublic(Ttl::Untold)),
        zero_lifetime: Fact::Known(ZeroLifetime::By {
            directive: Fact::Known(&ZeroLifetime::NotStored),
            targeted: Fact::Unknown,
            expires: Fact::Unknown,
        }),
        request_no_cache: Fact::Known(RequestRule::Ignored),
        no_store: Fact::Known(Treatment::NotStored),
        no_cache: Fact::Known(Treatment::NotStored),
        private: Fact::Known(Treatment::NotStored),
        must_revalidate: Fact::Known(Treatment::NotStored),
        statuses: Fact::Known(Statuses { explicit: STATUSES, heuristic: STATUSES }),
        stale_while_revalidate: Fact::Known(StaleWindow::None),
        ..Facts::UNKNOWN
    },
    operator: AxisSet::EMPTY,
    claims: &[&[
        Claim {
            axes: &[Axis::FixedTtl, Axis::Eligibility, Axis::LifetimeSources],
            says: "in mode standard the headers alone decide; a max-age other than 0 makes a resource static",
            source: MODES,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[
                Axis::NoStore,
                Axis::NoCache,
                Axis::Private,
                Axis::MustRevalidate,
                Axis::ZeroLifetime,
            ],
            says: "max-age=0, no-cache, no-store, private, must-revalidate and proxy-revalidate make a \
                   resource dynamic: it is not stored",
            source: MODES,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::Heuristic, Axis::DefaultTtl, Axis::Permits],
            says: "a Last-Modified older than a day gives 1 h for each day, 24 h at most; `public` makes a \
                   resource static too; without any header it is dynamic",
            source: CONTROL,
            seen: SEEN,
            basis: Basis::Documented,
        },
        Claim {
            axes: &[Axis::Statuses, Axis::RequestNoCache, Axis::StaleWhileRevalidate],
            says: "by default 404 and the 300 class are not stored, a client's no-cache is ignored, and \
                   nothing stale is served",
            source: PROVIDER,
            seen: SEEN,
            basis: Basis::Documented,
        },
    ]],
});
