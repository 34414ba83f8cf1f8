//! Edge TTLs of Cloudflare.

use std::collections::BTreeMap;

use super::super::settings::Setting;
use super::super::{Settings, SiteError};
use super::{NoStore, SEEN, StatusTtl, codes};
use crate::profile::{
    Authorization, Axis, AxisSet, Basis, Claim, DefaultTtl, Fact, Facts, FixedTtl, StatusSet,
    Statuses, Treatment, Ttl,
};

/// An Edge TTL beats everything that a response says, and what kept it out of the cache with it.
const EDGE_TTL: &[Claim] = &[
    Claim {
        axes: &[
            Axis::NoStore,
            Axis::Private,
            Axis::PrivateFields,
            Axis::NoCache,
            Axis::NoCacheFields,
            Axis::ControlFields,
            Axis::FixedTtl,
        ],
        says: "an Edge TTL that overrides the origin beats Cache-Control, no-store and private in it, \
               CDN-Cache-Control and Cloudflare-CDN-Cache-Control",
        source: "https://developers.cloudflare.com/cache/troubleshooting/\
            investigating-uncached-responses/ (cloudflare-docs 0044cad), \
            https://developers.cloudflare.com/cache/concepts/cdn-cache-control/ (1215e03)",
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::SetCookie],
        says: "with an Edge TTL or a status code TTL, Set-Cookie is taken out and the rest is cached",
        source: "https://developers.cloudflare.com/cache/concepts/cache-behavior/ \
            (cloudflare-docs 346751a)",
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Authorization],
        says: "what origin cache control asks of an answer to Authorization is a part of what the Edge \
               TTL overrides (follows from the page)",
        source: "https://developers.cloudflare.com/cache/concepts/cache-control/ \
            (cloudflare-docs 067fce3)",
        seen: SEEN,
        basis: Basis::Reported,
    },
];

/// What of a response an Edge TTL does not beat.
const NOT_BEATEN: &[Claim] = &[Claim {
    axes: &[Axis::VaryStar],
    says: "a response with Vary: * always bypasses the cache, whatever is set for Vary; what an Edge TTL has \
           ignored is Cache-Control, and no page says that it lifts this too",
    source: "https://developers.cloudflare.com/cache/concepts/vary/ (cloudflare-docs 365077c), \
        https://developers.cloudflare.com/cache/how-to/cache-rules/settings/ (09c4418)",
    seen: SEEN,
    basis: Basis::Documented,
}];

pub(super) fn edge_ttl(settings: &Settings, setting: &mut Setting) -> Result<(), SiteError> {
    const BY_STATUS: &str = "edge-ttl-by-status";
    let (mut ttls, mut refused) = (BTreeMap::new(), Vec::new());
    for (status, ttl) in &settings.edge_ttl_by_status {
        match ttl {
            StatusTtl::Seconds(seconds) => {
                ttls.insert(status.clone(), *seconds);
            }
            StatusTtl::Word(NoStore::NoStore) => refused.extend(setting.codes(BY_STATUS, status)?),
        }
    }
    let mut table = setting.ttls(BY_STATUS, &ttls)?;
    let facts = *setting.profile.facts();
    let vendors: &[u16] = match facts.statuses.known().map(|statuses| statuses.explicit) {
        Some(StatusSet::Partly(codes, _) | StatusSet::Only(codes)) => codes,
        _ => &[],
    };
    let stored =
        vendors.iter().chain(codes(&table)).copied().filter(|code| !refused.contains(code));
    let stored = StatusSet::Partly(stored.collect::<Vec<_>>().leak(), refused.leak());
    let beaten: &'static [u16] = codes(&table).copied().collect::<Vec<_>>().leak();
    table.extend(settings.edge_ttl.map(|ttl| (StatusSet::AllBut(&[]), Ttl::Seconds(ttl))));
    let fixed_ttl = match (table.as_slice(), settings.edge_ttl) {
        ([_], Some(ttl)) => FixedTtl::Seconds(ttl),
        _ => FixedTtl::ByStatus(table.leak()),
    };
    let common = Facts {
        statuses: Fact::Known(Statuses { explicit: stored, heuristic: stored }),
        fixed_ttl: Fact::Known(fixed_ttl),
        ..facts
    };
    let facts = match settings.edge_ttl {
        Some(_) => overridden(common),
        None => overridden_with(beaten, common),
    };
    let operator = AxisSet::EMPTY.with(Axis::FixedTtl);
    setting.profile = setting.profile.adapted(facts, operator, EDGE_TTL);
    if facts.vary_star == Fact::Known(Treatment::NotStored) {
        setting.profile = setting.profile.adapted(facts, operator, NOT_BEATEN);
    }
    Ok(())
}

const BYPASS_BY_DEFAULT: &[Claim] = &[Claim {
    axes: &[Axis::DefaultTtl],
    says: "where Cache-Control is there, it is followed; where it is not, nothing is cached. Of one that \
           states no lifetime nothing more is said",
    source: "https://developers.cloudflare.com/cache/how-to/cache-rules/settings/ (Edge TTL)",
    seen: SEEN,
    basis: Basis::Documented,
}];

pub(super) fn bypass_by_default(setting: &mut Setting) {
    let facts = Facts {
        default_ttl: Fact::Known(DefaultTtl::WhereSilent(&DefaultTtl::None, Fact::Unknown)),
        ..*setting.profile.facts()
    };
    let operator = AxisSet::EMPTY.with(Axis::DefaultTtl);
    setting.profile = setting.profile.adapted(facts, operator, BYPASS_BY_DEFAULT);
}

/// An Edge TTL for every status.
fn overridden(facts: Facts) -> Facts {
    Facts {
        control_fields: Fact::Known(&[]),
        authorization: Fact::Known(Authorization::Ignored),
        no_store: Fact::Known(Treatment::Ignored),
        private: Fact::Known(Treatment::Ignored),
        private_fields: Fact::Known(Treatment::Ignored),
        no_cache: Fact::Known(Treatment::Ignored),
        no_cache_fields: Fact::Known(Treatment::Ignored),
        set_cookie: Fact::Known(Treatment::Stripped),
        ..facts
    }
}

/// Status code TTLs alone: what a response says counts with other statuses only. Where a fact
/// cannot tell statuses apart it is not known.
fn overridden_with(statuses: &'static [u16], facts: Facts) -> Facts {
    let elsewhere = Fact::Known(Treatment::NotStoredWith(StatusSet::AllBut(statuses)));
    Facts {
        authorization: Fact::Unknown,
        no_store: elsewhere,
        private: elsewhere,
        private_fields: Fact::Unknown,
        no_cache: Fact::Unknown,
        no_cache_fields: Fact::Unknown,
        set_cookie: Fact::Unknown,
        ..facts
    }
}
