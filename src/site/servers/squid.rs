//! Settings of Squid.

use serde::{Deserialize, Serialize};

use super::{NotJudged, Switch};
use crate::profile::{
    Algorithm, BypassOf, Collapsing, Heuristic, OnCondition, OnReload, Squid, StatusSet, Treatment,
    Ttl, WorthStoring,
};
use crate::site::settings::{Setting, kept};
use crate::site::{Problem, SiteError};

const NAME: &str = "squid";

/// Directives of Squid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct SquidSettings {
    /// The line of `refresh_pattern` that is for the route's URLs, those with a `?` too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_pattern: Option<RefreshPattern>,
    /// `collapsed_forwarding`: whether requests wait for one that is being fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collapsed_forwarding: Option<Switch>,
    /// `httpd_accel_surrogate_id`: the name under which a part of Surrogate-Control is meant for
    /// this cache; without it `visible_hostname`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub httpd_accel_surrogate_id: Option<String>,
    /// `cache`: whether the route's requests are looked up, and their answers stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<Access>,
    /// `send_hit`: whether they are answered from the cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send_hit: Option<Access>,
    /// `store_miss`: whether their answers are stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store_miss: Option<Access>,
    /// `negative_ttl`: for how many seconds errors are kept that state no lifetime.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative_ttl: Option<u64>,
    /// `max_stale`: how long what is stale answers where the origin fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_stale: Option<NotJudged>,
}

/// What an access list does with the requests of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "a list allows or denies")]
pub enum Access {
    /// `allow`, which is the default.
    Allow,
    /// `deny`
    Deny,
}

/// A line of `refresh_pattern` without its expression. Times are minutes, as in Squid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[non_exhaustive]
pub struct RefreshPattern {
    /// The lifetime of what has neither a lifetime nor a Last-Modified.
    pub min: u32,
    /// The share of the time since Last-Modified that is the lifetime, in per cent.
    pub percent: u8,
    /// The greatest lifetime that is made so.
    pub max: u32,
    /// Whether a response with no-store is stored.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ignore_no_store: bool,
    /// Whether a response with private is stored; every use of it is validated.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ignore_private: bool,
    /// Whether what states a lifetime is fresh for `min` at least, unless it says must-revalidate,
    /// proxy-revalidate or s-maxage.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub override_expire: bool,
    /// Whether what has a Last-Modified is.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub override_lastmod: bool,
    /// Whether a request with no-cache gets what is stored, validated.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub reload_into_ims: bool,
    /// Whether no-cache and max-age=0 in a request are passed over.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ignore_reload: bool,
    /// Whether a request with If-Modified-Since has what is stored validated.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub refresh_ims: bool,
    /// Whether an empty response is stored that is stale in a minute.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub store_stale: bool,
    /// How long what is stale answers where the origin fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_stale: Option<NotJudged>,
}

impl SquidSettings {
    pub(super) fn apply(&self, setting: &mut Setting, mut own: Squid) -> Result<(), SiteError> {
        if let Some(pattern) = &self.refresh_pattern {
            pattern.apply(setting, &mut own)?;
        }
        if let Some(switch) = self.collapsed_forwarding {
            let collapsing = match switch {
                Switch::On => Collapsing::On,
                Switch::Off => Collapsing::Off,
            };
            setting.set(NAME, |profile| profile.with_collapsing(collapsing))?;
        }
        if let Some(id) = &self.httpd_accel_surrogate_id {
            own.surrogate_id = kept(id);
        }
        if let Some(seconds) = self.negative_ttl {
            let errors = vec![(StatusSet::Only(ERRORS), Ttl::Seconds(seconds))];
            setting.set(NAME, |profile| profile.with_default_ttls(errors.leak()))?;
        }
        for (access, of) in [
            (self.cache, BypassOf::Both),
            (self.send_hit, BypassOf::LookUp),
            (self.store_miss, BypassOf::Storing),
        ] {
            if access == Some(Access::Deny) {
                setting.bypass(NAME, of)?;
            }
        }
        setting.profile = setting.profile.with_algorithm(Algorithm::Squid(own));
        Ok(())
    }
}

/// What Squid keeps for `negative_ttl`: src/http.cc, reusableReply.
const ERRORS: &[u16] = &[204, 305, 400, 403, 404, 405, 414, 421, 500, 501, 502, 503, 504];

impl RefreshPattern {
    fn apply(&self, setting: &mut Setting, own: &mut Squid) -> Result<(), SiteError> {
        let seconds = |minutes: u32| u64::from(minutes).saturating_mul(60);
        let minimum = seconds(self.min);
        let heuristic =
            Heuristic::Fraction { percent: self.percent, minimum, maximum: seconds(self.max) };
        own.dynamic_urls = heuristic;
        setting.set(NAME, |profile| profile.with_heuristic(heuristic))?;
        if self.ignore_no_store {
            setting.set(NAME, |profile| profile.with_no_store(Treatment::Ignored))?;
        }
        if self.ignore_private {
            setting.set(NAME, |profile| profile.with_private(Treatment::Validated))?;
        }
        for (is_set, name, least) in [
            (self.override_expire, "override-expire", &mut own.options.least_stated),
            (self.override_lastmod, "override-lastmod", &mut own.options.least_heuristic),
        ] {
            if is_set && minimum == 0 {
                let names = [NAME, "refresh_pattern", name];
                return Err(setting.error(&names, Problem::DoesNothing { needs: "min" }));
            }
            if is_set {
                *least = minimum;
                // The least of all stays as it is; it is the operator who has set this one.
                setting.set(NAME, |profile| profile.with_minimum_ttl(0))?;
            }
        }
        own.options.on_reload = match (self.ignore_reload, self.reload_into_ims) {
            (true, _) => OnReload::Ignore,
            (false, true) => OnReload::Validate,
            (false, false) => OnReload::Fetch,
        };
        if self.refresh_ims {
            own.options.on_condition = OnCondition::Validate;
        }
        if self.store_stale {
            own.options.worth_storing = WorthStoring::All;
        }
        Ok(())
    }
}
