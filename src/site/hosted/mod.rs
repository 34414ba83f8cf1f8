//! Settings of hosted caches, each of which does what the vendor's setting of that name does.

mod akamai;
mod azure;
mod cloudflare;
mod cloudfront;
mod google;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::settings::{Setting, statuses};
use super::{Problem, Settings, SiteError};
use crate::profile::{
    Axis, AxisSet, Basis, Claim, DefaultTtl, Fact, Facts, Permits, StatusSet, Ttl,
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
    Akamai,
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
            "akamai" | "akamai-honor-origin" => Self::Akamai,
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
        Vendor::Akamai => {
            akamai::errors(settings, setting);
            Ok(())
        }
        Vendor::AzureFrontDoor => {
            azure::rule(settings, setting);
            Ok(())
        }
        Vendor::Cloudflare => {
            if bypasses {
                cloudflare::bypass_by_default(setting);
            }
            if edge { cloudflare::edge_ttl(settings, setting) } else { Ok(()) }
        }
        Vendor::CloudFront => {
            cloudfront::cookies(settings, setting);
            cloudfront::errors(settings, setting);
            Ok(())
        }
        Vendor::Fastly if settings.default_ttl == Some(0) => {
            fastly_fallback_of_0(setting);
            Ok(())
        }
        Vendor::GoogleCloudCdn => google::ttls(settings, setting),
        Vendor::Vercel => {
            if let Some(ttl) = settings.default_ttl {
                vercel_header_rule(ttl, setting);
            }
            Ok(())
        }
        _ => Ok(()),
    }
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

/// Whether a table of an operator's, by code or class, has an entry for a status.
fn names(table: &BTreeMap<String, u64>, status: u16) -> bool {
    table.keys().filter_map(|text| statuses(text)).any(|set| set.contains(status))
}

/// The same set, of which it is no longer known whether some statuses are out of it.
fn doubted(set: StatusSet, doubtful: impl Fn(u16) -> bool) -> StatusSet {
    match set {
        StatusSet::Partly(stored, refused) => {
            let still: Vec<u16> = refused.iter().copied().filter(|code| !doubtful(*code)).collect();
            StatusSet::Partly(stored, still.leak())
        }
        set => set,
    }
}

/// The codes that a table names.
fn codes(table: &[(StatusSet, Ttl)]) -> impl Iterator<Item = &'static u16> {
    table.iter().flat_map(|(set, _)| match set {
        StatusSet::Only(codes) => *codes,
        _ => &[],
    })
}
