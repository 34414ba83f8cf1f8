//! Google's lifetimes.

use super::super::settings::Setting;
use super::super::{Problem, Settings, SiteError};
use super::{NegativeCaching, SEEN, codes};
use crate::profile::{
    Axis, AxisSet, Basis, Claim, DefaultTtl, Fact, Facts, FixedTtl, StatusSet, Statuses, Ttl,
};

/// `defaultTtl` and `negativeCachingPolicy`, which mean different things in the cache modes.
pub(super) fn ttls(settings: &Settings, setting: &mut Setting) -> Result<(), SiteError> {
    let google = GoogleTtls {
        default: settings.default_ttl.map(Ttl::Seconds),
        negative: setting.ttls("negative-ttl", &settings.negative_ttl)?,
        caching: settings.negative_caching,
    };
    if google.default.is_none() && google.negative.is_empty() && google.caching.is_none() {
        return Ok(());
    }
    let base = setting.base.facts();
    let mut facts = Facts { default_ttl: base.default_ttl, ..*setting.profile.facts() };
    let axis = match (base.fixed_ttl, base.default_ttl) {
        // FORCE_CACHE_ALL: both take the place of what the response says.
        (Fact::Known(FixedTtl::ByStatus(table)), _) => {
            facts.fixed_ttl = Fact::Known(FixedTtl::ByStatus(google.in_table(table)));
            facts.statuses = google.with_statuses(base.statuses);
            Axis::FixedTtl
        }
        (_, Fact::Known(rule)) if google.default.is_none() || is_by_type(rule) => {
            facts.default_ttl = Fact::Known(google.in_rule(rule));
            Axis::DefaultTtl
        }
        _ => {
            let problem = Problem::WithoutEffect { profile: setting.profile.id() };
            return Err(setting.error(&["default-ttl"], problem));
        }
    };
    setting.profile = setting.profile.adapted(facts, AxisSet::EMPTY.with(axis), GOOGLE_TTLS);
    Ok(())
}

const GOOGLE_TTLS: &[Claim] = &[Claim {
    axes: &[Axis::DefaultTtl, Axis::FixedTtl],
    says: "defaultTtl is the lifetime of static content that states none, and under FORCE_CACHE_ALL of \
           all content; USE_ORIGIN_HEADERS has none; negativeCachingPolicy is the lifetime of its statuses",
    source: "Compute Engine API v1 discovery document, revision 20261106, BackendServiceCdnPolicy",
    seen: SEEN,
    basis: Basis::Documented,
}];

struct GoogleTtls {
    default: Option<Ttl>,
    negative: Vec<(StatusSet, Ttl)>,
    caching: Option<NegativeCaching>,
}

impl GoogleTtls {
    /// Lifetimes that beat the response's own: that of content, and those of other statuses.
    fn in_table(&self, table: &[(StatusSet, Ttl)]) -> &'static [(StatusSet, Ttl)] {
        let own = table.iter().filter_map(|(set, ttl)| match (set, ttl, self.caching) {
            (StatusSet::Only([200, ..]), ttl, _) => Some((*set, self.default.unwrap_or(*ttl))),
            (_, Ttl::Optional(_), Some(NegativeCaching::Off)) => None,
            (_, Ttl::Optional(ttl), Some(NegativeCaching::On)) => Some((*set, Ttl::Seconds(*ttl))),
            (set, ttl, _) => Some((*set, *ttl)),
        });
        self.negative.iter().copied().chain(own).collect::<Vec<_>>().leak()
    }

    /// Where negative caching has a lifetime for a status, it is stored.
    fn with_statuses(&self, statuses: Fact<Statuses>) -> Fact<Statuses> {
        let Fact::Known(Statuses { explicit: StatusSet::Partly(stored, refused), .. }) = statuses
        else {
            return statuses;
        };
        let stored = stored.iter().chain(codes(&self.negative)).copied().collect::<Vec<_>>();
        let stored = StatusSet::Partly(stored.leak(), refused);
        Fact::Known(Statuses { explicit: stored, heuristic: stored })
    }

    /// The lifetimes of a response that states none.
    fn in_rule(&self, rule: DefaultTtl) -> DefaultTtl {
        let inner =
            |rule: &DefaultTtl| -> &'static DefaultTtl { Box::leak(Box::new(self.in_rule(*rule))) };
        match rule {
            DefaultTtl::ByContentType(types, ttl) => {
                DefaultTtl::ByContentType(types, self.default.unwrap_or(ttl))
            }
            DefaultTtl::ByStatus(table) => DefaultTtl::ByStatus(self.in_table(table)),
            DefaultTtl::StatusesFirst(table, rest) => {
                DefaultTtl::StatusesFirst(self.in_table(table), inner(rest))
            }
            DefaultTtl::WhereSilent(silent, other) => DefaultTtl::WhereSilent(
                inner(silent),
                match other {
                    Fact::Known(other) => Fact::Known(inner(other)),
                    Fact::Unknown => Fact::Unknown,
                },
            ),
            rule => rule,
        }
    }
}

/// Whether static content has a lifetime of its own.
fn is_by_type(rule: DefaultTtl) -> bool {
    match rule {
        DefaultTtl::ByContentType(..) => true,
        DefaultTtl::StatusesFirst(_, rest) => is_by_type(*rest),
        DefaultTtl::WhereSilent(silent, _) => is_by_type(*silent),
        _ => false,
    }
}
