//! Rules of Azure Front Door.

use super::super::Settings;
use super::super::settings::Setting;
use super::SEEN;
use crate::profile::{Axis, AxisSet, Basis, Claim, Fact, Facts, KeyQuery};

const AZURE_RULE: &[Claim] = &[
    Claim {
        axes: &[Axis::FixedTtl, Axis::DefaultTtl],
        says: "a rule that always overrides has what is cacheable live for its duration, whatever lifetime \
               the origin states; one that overrides where the origin is silent has what states none live \
               for it. private and no-store keep a response out under both",
        source: AZURE_CACHING,
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::KeyQuery],
        says: "where the query is in the key, the order of its parameters does not matter",
        source: AZURE_CACHING,
        seen: SEEN,
        basis: Basis::Documented,
    },
];

const AZURE_CACHING: &str = "https://learn.microsoft.com/en-us/azure/frontdoor/front-door-caching \
    (azure-docs d25dac0), https://learn.microsoft.com/en-us/azure/frontdoor/front-door-rules-engine-actions";

/// `fixed-ttl` is the cache behaviour OverrideAlways, `default-ttl` is OverrideIfOriginMissing.
pub(super) fn rule(settings: &Settings, setting: &mut Setting) {
    let query = settings.key.as_ref().and_then(|key| key.query.as_ref());
    if query.is_none() && settings.fixed_ttl.is_none() && settings.default_ttl.is_none() {
        return;
    }
    let facts = *setting.profile.facts();
    let key_query = match facts.key_query {
        Fact::Known(KeyQuery::Whole) => Fact::Known(KeyQuery::Sorted(&[])),
        Fact::Known(KeyQuery::AllBut(names)) => Fact::Known(KeyQuery::Sorted(names)),
        rule => rule,
    };
    let facts = Facts { key_query, ..facts };
    setting.profile = setting.profile.adapted(facts, AxisSet::EMPTY, AZURE_RULE);
}
