//! Settings of Squid.

use serde::{Deserialize, Serialize};

use super::Switch;
use crate::profile::{Algorithm, Collapsing, Heuristic, Squid, Treatment};
use crate::site::SiteError;
use crate::site::settings::{Setting, kept};

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
}

impl SquidSettings {
    pub(super) fn apply(&self, setting: &mut Setting, mut own: Squid) -> Result<(), SiteError> {
        const NAME: &str = "squid";
        if let Some(pattern) = &self.refresh_pattern {
            let seconds = |minutes: u32| u64::from(minutes).saturating_mul(60);
            let heuristic = Heuristic::Fraction {
                percent: pattern.percent,
                minimum: seconds(pattern.min),
                maximum: seconds(pattern.max),
            };
            own.dynamic_urls = heuristic;
            setting.set(NAME, |profile| profile.with_heuristic(heuristic))?;
            if pattern.ignore_no_store {
                setting.set(NAME, |profile| profile.with_no_store(Treatment::Ignored))?;
            }
            if pattern.ignore_private {
                setting.set(NAME, |profile| profile.with_private(Treatment::Validated))?;
            }
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
        setting.profile = setting.profile.with_algorithm(Algorithm::Squid(own));
        Ok(())
    }
}
