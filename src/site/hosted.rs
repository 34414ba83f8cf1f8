//! Settings of hosted caches, each of which does what the vendor's setting of that name does.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::settings::{Setting, statuses};
use super::{CookieKey, Problem, Settings, SiteError};
use crate::profile::{
    Authorization, Axis, AxisSet, Basis, Claim, Collapsing, DefaultTtl, Fact, Facts, FixedTtl,
    KeyQuery, Permits, StatusSet, Statuses, Treatment, Ttl,
};

const SEEN: &str = "2026-11-30";

/// What Cloudflare does with a status, whatever the response says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged, expecting = "a number of seconds, or `no-store`")]
#[non_exhaustive]
pub enum StatusTtl {
    /// It lives so many seconds; 0: it is revalidated at every use.
    Seconds(u64),
    /// It is not stored.
    Word(NoStore),
}

/// The word `no-store`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoStore {
    /// It is not stored.
    NoStore,
}

/// What goes to the origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Forwarded {
    /// Nothing.
    None,
    /// Some cookies, or all.
    Some,
}

/// Whether errors and redirects that state no lifetime are cached for the vendor's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum NegativeCaching {
    /// They are.
    On,
    /// They are not, unless a lifetime is set for a status.
    Off,
}

/// A hosted cache with settings that are more than one fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Vendor {
    AzureFrontDoor,
    Cloudflare,
    CloudFront,
    Fastly,
    GoogleCloudCdn,
    Vercel,
    Other,
}

impl Vendor {
    fn of(id: &str) -> Self {
        match id {
            "azure-front-door" => Self::AzureFrontDoor,
            "fastly" | "fastly-boilerplate" => Self::Fastly,
            "cloudflare-workers-cache-api" => Self::Other,
            id if id.starts_with("cloudflare") => Self::Cloudflare,
            id if id.starts_with("cloudfront") => Self::CloudFront,
            id if id.starts_with("google-cloud-cdn") => Self::GoogleCloudCdn,
            id if id.starts_with("vercel") => Self::Vercel,
            _ => Self::Other,
        }
    }
}

/// Applies what is more than one fact, behind what is one.
pub(super) fn apply(settings: &Settings, setting: &mut Setting) -> Result<(), SiteError> {
    let vendor = Vendor::of(setting.profile.id());
    let belongs = |setting: &Setting, name, is_set: bool, to: Vendor, of| {
        let error =
            || setting.error(&[name], Problem::NotItsSetting { of, profile: setting.profile.id() });
        if is_set && vendor != to { Err(error()) } else { Ok(()) }
    };
    let edge = settings.edge_ttl.is_some() || !settings.edge_ttl_by_status.is_empty();
    belongs(setting, "edge-ttl", edge, Vendor::Cloudflare, "Cloudflare")?;
    let bypasses = settings.without_cache_control.is_some();
    belongs(setting, "without-cache-control", bypasses, Vendor::Cloudflare, "Cloudflare")?;
    let forwarded = settings.forwarded_cookies.is_some();
    belongs(setting, "forwarded-cookies", forwarded, Vendor::CloudFront, "CloudFront")?;
    let negative = !settings.negative_ttl.is_empty();
    belongs(setting, "negative-ttl", negative, Vendor::GoogleCloudCdn, "Google Cloud CDN")?;
    let negative = settings.negative_caching.is_some();
    belongs(setting, "negative-caching", negative, Vendor::GoogleCloudCdn, "Google Cloud CDN")?;
    match vendor {
        Vendor::AzureFrontDoor => {
            azure_rule(settings, setting);
            Ok(())
        }
        Vendor::Cloudflare => {
            if bypasses {
                cloudflare_bypass_by_default(setting);
            }
            if edge { cloudflare_edge_ttl(settings, setting) } else { Ok(()) }
        }
        Vendor::CloudFront => {
            cloudfront_cookies(settings, setting);
            cloudfront_errors(settings, setting);
            Ok(())
        }
        Vendor::Fastly if settings.default_ttl == Some(0) => {
            fastly_fallback_of_0(setting);
            Ok(())
        }
        Vendor::GoogleCloudCdn => google_ttls(settings, setting),
        Vendor::Vercel => {
            if let Some(ttl) = settings.default_ttl {
                vercel_header_rule(ttl, setting);
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

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

fn cloudflare_edge_ttl(settings: &Settings, setting: &mut Setting) -> Result<(), SiteError> {
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

fn cloudflare_bypass_by_default(setting: &mut Setting) {
    let facts = Facts {
        default_ttl: Fact::Known(DefaultTtl::WhereSilent(&DefaultTtl::None, Fact::Unknown)),
        ..*setting.profile.facts()
    };
    let operator = AxisSet::EMPTY.with(Axis::DefaultTtl);
    setting.profile = setting.profile.adapted(facts, operator, BYPASS_BY_DEFAULT);
}

/// The codes that a table names.
fn codes(table: &[(StatusSet, Ttl)]) -> impl Iterator<Item = &'static u16> {
    table.iter().flat_map(|(set, _)| match set {
        StatusSet::Only(codes) => *codes,
        _ => &[],
    })
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
fn azure_rule(settings: &Settings, setting: &mut Setting) {
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

const FORWARDED_COOKIES: &[Claim] = &[
    Claim {
        axes: &[Axis::SetCookie, Axis::NoCacheFields],
        says: "where cookies go to the origin, Set-Cookie is cached with the response and replayed to all \
               who have its key; no-cache=\"Set-Cookie\" keeps it from being cached",
        source: "github.com/awsdocs/amazon-cloudfront-developer-guide 1674b70 \
            doc_source/RequestAndResponseBehaviorCustomOrigin.md, 17ccdfa doc_source/Cookies.md",
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Collapsing],
        says: "where cookies are forwarded, requests do not wait for each other",
        source: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/\
            RequestAndResponseBehaviorCustomOrigin.html",
        seen: SEEN,
        basis: Basis::Documented,
    },
];

/// Cookies that go to the origin, in the key or not.
fn cloudfront_cookies(settings: &Settings, setting: &mut Setting) {
    let key = settings.key.as_ref().and_then(|key| key.cookies.as_ref());
    let in_key = key.is_some_and(|cookies| *cookies != CookieKey::None);
    if !in_key && settings.forwarded_cookies != Some(Forwarded::Some) {
        return;
    }
    let facts = Facts {
        set_cookie: Fact::Known(Treatment::Ignored),
        no_cache_fields: Fact::Known(Treatment::StrippedOfCookies),
        collapsing: Fact::Known(Collapsing::Off),
        ..*setting.profile.facts()
    };
    setting.profile = setting.profile.adapted(facts, AxisSet::EMPTY, FORWARDED_COOKIES);
}

const ERROR_RESPONSES: &[Claim] = &[Claim {
    axes: &[Axis::Statuses],
    says: "with a custom error page 400, 403, 412 and 415 are cached where the origin sends no max-age, too; \
           whether an error caching minimum TTL alone does that is not said. 416 is not cached for all that",
    source: "github.com/awsdocs/amazon-cloudfront-developer-guide a21fd32 doc_source/HTTPStatusCodes.md, \
        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html",
    seen: SEEN,
    basis: Basis::Documented,
}];

/// Statuses that are stored where a lifetime is stated alone may be stored without one where their
/// error has a lifetime of its own.
fn cloudfront_errors(settings: &Settings, setting: &mut Setting) {
    const NEVER: u16 = 416;
    let facts = *setting.profile.facts();
    let Some(StatusSet::Partly(stored, refused)) = facts.statuses.known().map(|it| it.heuristic)
    else {
        return;
    };
    let is_set = |code: u16| {
        settings.error_ttl.keys().filter_map(|text| statuses(text)).any(|set| set.contains(code))
    };
    let still: Vec<u16> =
        refused.iter().copied().filter(|code| *code == NEVER || !is_set(*code)).collect();
    if still.len() == refused.len() {
        return;
    }
    let heuristic = StatusSet::Partly(stored, still.leak());
    let statuses = facts.statuses.known().map(|it| Statuses { heuristic, ..it });
    let facts = Facts { statuses: statuses.map_or(Fact::Unknown, Fact::Known), ..facts };
    setting.profile = setting.profile.adapted(facts, AxisSet::EMPTY, ERROR_RESPONSES);
}

const FALLBACK_OF_0: &[Claim] = &[Claim {
    axes: &[Axis::DefaultTtl, Axis::Permits],
    says: "a fallback TTL of 0 has a response without a lifetime of its own pass: it is not cached",
    source: "https://docs.fastly.com/en/guides/controlling-caching",
    seen: SEEN,
    basis: Basis::Documented,
}];

fn fastly_fallback_of_0(setting: &mut Setting) {
    let facts = Facts {
        default_ttl: Fact::Known(DefaultTtl::None),
        permits: Fact::Known(Permits::Lifetime),
        ..*setting.profile.facts()
    };
    let operator = AxisSet::EMPTY.with(Axis::DefaultTtl);
    setting.profile = setting.profile.adapted(facts, operator, FALLBACK_OF_0);
}

const HEADER_RULE: &[Claim] = &[Claim {
    axes: &[Axis::DefaultTtl],
    says: "fields of vercel.json are added to a function's answer; a field that the function sends itself \
           takes the place of the one of that name",
    source: "https://vercel.com/docs/caching/cdn-cache (2026-04-07)",
    seen: SEEN,
    basis: Basis::Documented,
}];

/// An s-maxage in a header rule is for answers without Cache-Control.
fn vercel_header_rule(ttl: u64, setting: &mut Setting) {
    let given: &'static DefaultTtl = Box::leak(Box::new(DefaultTtl::Always(Ttl::Seconds(ttl))));
    let facts = Facts {
        default_ttl: Fact::Known(DefaultTtl::WhereSilent(given, Fact::Known(&DefaultTtl::None))),
        ..*setting.profile.facts()
    };
    let operator = AxisSet::EMPTY.with(Axis::DefaultTtl);
    setting.profile = setting.profile.adapted(facts, operator, HEADER_RULE);
}

/// `defaultTtl` and `negativeCachingPolicy`, which mean different things in the cache modes.
fn google_ttls(settings: &Settings, setting: &mut Setting) -> Result<(), SiteError> {
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
