//! Settings of Apache Traffic Server.

use serde::{Deserialize, Serialize};

use crate::profile::{
    Authorization, Collapsing, DefaultTtl, Fact, Heuristic, Permits, Profile, RequestRule,
    Treatment, Ttl,
};
use crate::site::settings::Setting;
use crate::site::{Problem, SiteError};

/// Records of Traffic Server without `proxy.config.http.` before their names, and `ttl-in-cache` of
/// cache.config. Times are seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct TrafficServerSettings {
    /// What a 200 must say: 0 nothing, 1 a lifetime or a Last-Modified, 2 a lifetime.
    #[serde(rename = "cache.required_headers", skip_serializing_if = "Option::is_none")]
    pub required_headers: Option<u8>,
    /// The least lifetime that is made from Last-Modified, and that of what has none.
    #[serde(rename = "cache.heuristic_min_lifetime", skip_serializing_if = "Option::is_none")]
    pub heuristic_min_lifetime: Option<u64>,
    /// The greatest lifetime that is made from Last-Modified.
    #[serde(rename = "cache.heuristic_max_lifetime", skip_serializing_if = "Option::is_none")]
    pub heuristic_max_lifetime: Option<u64>,
    /// The least lifetime of all.
    #[serde(rename = "cache.guaranteed_min_lifetime", skip_serializing_if = "Option::is_none")]
    pub guaranteed_min_lifetime: Option<u64>,
    /// The greatest lifetime of all.
    #[serde(rename = "cache.guaranteed_max_lifetime", skip_serializing_if = "Option::is_none")]
    pub guaranteed_max_lifetime: Option<u64>,
    /// 0: no-cache and no-store in a request are obeyed. 1 by default; it is told together with
    /// the next one.
    #[serde(rename = "cache.ignore_client_no_cache", skip_serializing_if = "Option::is_none")]
    pub ignore_client_no_cache: Option<u8>,
    /// 0: max-age in a request is obeyed. 1 by default.
    #[serde(rename = "cache.ignore_client_cc_max_age", skip_serializing_if = "Option::is_none")]
    pub ignore_client_cc_max_age: Option<u8>,
    /// 1: no-cache in a response is passed over.
    #[serde(rename = "cache.ignore_server_no_cache", skip_serializing_if = "Option::is_none")]
    pub ignore_server_no_cache: Option<u8>,
    /// 1: Authorization and WWW-Authenticate are passed over.
    #[serde(rename = "cache.ignore_authentication", skip_serializing_if = "Option::is_none")]
    pub ignore_authentication: Option<u8>,
    /// 0: requests do not share a response that is being written.
    #[serde(rename = "cache.enable_read_while_writer", skip_serializing_if = "Option::is_none")]
    pub enable_read_while_writer: Option<u8>,
    /// `ttl-in-cache` of cache.config: a lifetime that beats the response's own.
    #[serde(rename = "ttl-in-cache", skip_serializing_if = "Option::is_none")]
    pub ttl_in_cache: Option<u64>,
}

impl TrafficServerSettings {
    pub(super) fn apply(&self, setting: &mut Setting) -> Result<(), SiteError> {
        const NAME: &str = "traffic-server";
        self.apply_heuristic(setting)?;
        let is_out_of_range = |value: Option<u8>, most| value.is_some_and(|value| value > most);
        for (name, value, most) in [
            ("cache.required_headers", self.required_headers, 2),
            ("cache.ignore_client_no_cache", self.ignore_client_no_cache, 1),
            ("cache.ignore_client_cc_max_age", self.ignore_client_cc_max_age, 1),
            ("cache.ignore_server_no_cache", self.ignore_server_no_cache, 1),
            ("cache.ignore_authentication", self.ignore_authentication, 1),
            ("cache.enable_read_while_writer", self.enable_read_while_writer, 1),
        ] {
            if is_out_of_range(value, most) {
                return Err(setting.error(&[NAME, name], Problem::OutOfRange { most }));
            }
        }
        let obeyed = |value: Option<u8>| value == Some(0);
        if obeyed(self.ignore_client_no_cache) != obeyed(self.ignore_client_cc_max_age) {
            let names = [NAME, "cache.ignore_client_no_cache"];
            let with = "cache.ignore_client_cc_max_age";
            return Err(setting.error(&names, Problem::NotAlone { with }));
        }
        let mut set = |change: &dyn Fn(Profile) -> Profile| setting.set(NAME, change);
        if let Some(headers) = self.required_headers {
            let permits = match headers {
                0 => Permits::Nothing,
                1 => Permits::LifetimeOrLastModifiedIfOk,
                _ => Permits::LifetimeIfOk,
            };
            set(&|profile| profile.with_permits(permits))?;
        }
        if let Some(seconds) = self.guaranteed_min_lifetime {
            set(&|profile| profile.with_minimum_ttl(seconds))?;
        }
        if let Some(seconds) = self.guaranteed_max_lifetime {
            set(&|profile| profile.with_maximum_ttl(seconds))?;
        }
        if self.ignore_client_no_cache == Some(0) {
            set(&|profile| {
                let profile = profile.with_request_no_cache(RequestRule::Honoured);
                profile.with_request_no_store(RequestRule::Honoured)
            })?;
        }
        if self.ignore_server_no_cache == Some(1) {
            set(&|profile| profile.with_no_cache(Treatment::Ignored))?;
        }
        if self.ignore_authentication == Some(1) {
            set(&|profile| profile.with_authorization(Authorization::Ignored))?;
        }
        if self.enable_read_while_writer == Some(0) {
            set(&|profile| profile.with_collapsing(Collapsing::Off))?;
        }
        if let Some(seconds) = self.ttl_in_cache {
            set(&|profile| profile.with_fixed_ttl(seconds))?;
        }
        Ok(())
    }

    fn apply_heuristic(&self, setting: &mut Setting) -> Result<(), SiteError> {
        let (least, most) = (self.heuristic_min_lifetime, self.heuristic_max_lifetime);
        let Fact::Known(Heuristic::Fraction { percent, minimum, maximum }) =
            setting.profile.facts().heuristic
        else {
            return Ok(());
        };
        if least.is_none() && most.is_none() {
            return Ok(());
        }
        let minimum = least.unwrap_or(minimum);
        let heuristic = Heuristic::Fraction { percent, minimum, maximum: most.unwrap_or(maximum) };
        let usual = match setting.profile.facts().default_ttl {
            Fact::Known(DefaultTtl::Always(Ttl::Seconds(seconds))) => seconds,
            _ => 0,
        };
        let default = least.unwrap_or(usual);
        setting.set("traffic-server", |profile| {
            profile.with_heuristic(heuristic).with_default_ttl(default)
        })
    }
}
