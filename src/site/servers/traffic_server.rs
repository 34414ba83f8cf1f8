//! Settings of Apache Traffic Server.

use serde::{Deserialize, Serialize};

use super::{Factor, NotJudged, not_judged};
use crate::profile::{
    Algorithm, Authorization, Axis, BypassOf, Collapsing, DefaultTtl, Fact, Heuristic, Permits,
    Profile, RequestRule, TrafficServer, Treatment, Ttl,
};
use crate::site::settings::Setting;
use crate::site::{Problem, SiteError};

const NAME: &str = "traffic-server";

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
    /// The share of the time since Last-Modified that is the lifetime; 0.1 by default.
    #[serde(rename = "cache.heuristic_lm_factor", skip_serializing_if = "Option::is_none")]
    pub heuristic_lm_factor: Option<Factor>,
    /// 0: what has to do with a cookie is not stored. 1 by default; 2 to 4 go by the Content-Type,
    /// and what becomes of cookies is not known then.
    #[serde(rename = "cache.cache_responses_to_cookies", skip_serializing_if = "Option::is_none")]
    pub cache_responses_to_cookies: Option<u8>,
    /// When what is stored is validated: 0 once it is stale, 1 also where its lifetime is made from
    /// Last-Modified or a default, 2 always, 3 never.
    #[serde(rename = "cache.when_to_revalidate", skip_serializing_if = "Option::is_none")]
    pub when_to_revalidate: Option<u8>,
    /// 0: nothing is stored.
    #[serde(rename = "cache.http", skip_serializing_if = "Option::is_none")]
    pub cache_http: Option<u8>,
    /// 1: errors are stored.
    #[serde(rename = "negative_caching_enabled", skip_serializing_if = "Option::is_none")]
    pub negative_caching_enabled: Option<u8>,
    /// For how long; 1,800 by default.
    #[serde(rename = "negative_caching_lifetime", skip_serializing_if = "Option::is_none")]
    pub negative_caching_lifetime: Option<u64>,
    /// Which ones; 204, 305, 403, 404, 414 and 500 to 504 by default.
    #[serde(rename = "negative_caching_list", skip_serializing_if = "Option::is_none")]
    pub negative_caching_list: Option<Vec<u16>>,
    /// `revalidate` of cache.config: the lifetime of what is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revalidate: Option<u64>,
    /// `action` of cache.config.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<CacheAction>,
    /// `pin-in-cache` of cache.config: for how long it is not thrown out.
    #[serde(
        rename = "pin-in-cache",
        skip_serializing_if = "Option::is_none",
        deserialize_with = "not_judged::room"
    )]
    pub pin_in_cache: Option<NotJudged>,
    /// Whether what is stale answers where the origin fails.
    #[serde(
        rename = "negative_revalidating_enabled",
        skip_serializing_if = "Option::is_none",
        deserialize_with = "not_judged::failing_origin"
    )]
    pub negative_revalidating_enabled: Option<NotJudged>,
    /// For how long.
    #[serde(
        rename = "negative_revalidating_lifetime",
        skip_serializing_if = "Option::is_none",
        deserialize_with = "not_judged::failing_origin"
    )]
    pub negative_revalidating_lifetime: Option<NotJudged>,
    /// When a variant is refused that does not suit Accept-Encoding.
    #[serde(
        rename = "cache.ignore_accept_encoding_mismatch",
        skip_serializing_if = "Option::is_none"
    )]
    pub ignore_accept_encoding_mismatch: Option<NotJudged>,
    /// When one is refused that does not suit Accept.
    #[serde(rename = "cache.ignore_accept_mismatch", skip_serializing_if = "Option::is_none")]
    pub ignore_accept_mismatch: Option<NotJudged>,
    /// When one is refused that does not suit Accept-Language.
    #[serde(
        rename = "cache.ignore_accept_language_mismatch",
        skip_serializing_if = "Option::is_none"
    )]
    pub ignore_accept_language_mismatch: Option<NotJudged>,
}

/// What cache.config has done with requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CacheAction {
    /// They pass by the cache.
    NeverCache,
    /// no-cache in a response is passed over, as by `cache.ignore_server_no_cache`.
    IgnoreServerNoCache,
}

/// `negative_caching_list` as it comes.
const ERRORS: &[u16] = &[204, 305, 403, 404, 414, 500, 501, 502, 503, 504];

impl TrafficServerSettings {
    pub(super) fn apply(&self, setting: &mut Setting, own: TrafficServer) -> Result<(), SiteError> {
        self.check_numbers(setting)?;
        self.apply_heuristic(setting)?;
        self.apply_records(setting)?;
        self.apply_cookies_and_errors(setting, own)?;
        self.apply_cache_config(setting)
    }

    fn check_numbers(&self, setting: &Setting) -> Result<(), SiteError> {
        let is_out_of_range = |value: Option<u8>, most| value.is_some_and(|value| value > most);
        for (name, value, most) in [
            ("cache.required_headers", self.required_headers, 2),
            ("cache.ignore_client_no_cache", self.ignore_client_no_cache, 1),
            ("cache.ignore_client_cc_max_age", self.ignore_client_cc_max_age, 1),
            ("cache.ignore_server_no_cache", self.ignore_server_no_cache, 1),
            ("cache.ignore_authentication", self.ignore_authentication, 1),
            ("cache.enable_read_while_writer", self.enable_read_while_writer, 1),
            ("cache.cache_responses_to_cookies", self.cache_responses_to_cookies, 4),
            ("cache.when_to_revalidate", self.when_to_revalidate, 3),
            ("cache.http", self.cache_http, 1),
            ("negative_caching_enabled", self.negative_caching_enabled, 1),
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
        let of_errors = [
            ("negative_caching_lifetime", self.negative_caching_lifetime.is_some()),
            ("negative_caching_list", self.negative_caching_list.is_some()),
        ];
        let useless = of_errors.into_iter().find(|(_, is_set)| *is_set);
        match useless.filter(|_| self.negative_caching_enabled != Some(1)) {
            Some((name, _)) => {
                let needs = "negative_caching_enabled";
                Err(setting.error(&[NAME, name], Problem::DoesNothing { needs }))
            }
            None => Ok(()),
        }
    }

    fn apply_records(&self, setting: &mut Setting) -> Result<(), SiteError> {
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
        if let Some(2) = self.when_to_revalidate {
            set(&|profile| profile.with_maximum_ttl(0))?;
        }
        if let Some(3) = self.when_to_revalidate {
            set(&|profile| profile.with_minimum_ttl(u64::MAX))?;
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
        if self.cache_http == Some(0) {
            setting.bypass(NAME, BypassOf::Both)?;
        }
        Ok(())
    }

    fn apply_cookies_and_errors(
        &self,
        setting: &mut Setting,
        own: TrafficServer,
    ) -> Result<(), SiteError> {
        match self.cache_responses_to_cookies {
            None | Some(1) => {}
            Some(0) => setting.set(NAME, |profile| {
                profile
                    .with_set_cookie(Treatment::NotStored)
                    .with_request_cookie(RequestRule::Honoured)
            })?,
            Some(_) => {
                let unknown = setting.profile.with_unknown(Axis::SetCookie);
                setting.profile = unknown.with_unknown(Axis::RequestCookie);
            }
        }
        if self.negative_caching_enabled == Some(1) {
            let statuses = match &self.negative_caching_list {
                Some(statuses) => statuses.clone().leak(),
                None => ERRORS,
            };
            let seconds = self.negative_caching_lifetime.unwrap_or(own.negative_lifetime);
            let own =
                TrafficServer { negative_statuses: statuses, negative_lifetime: seconds, ..own };
            setting.profile = setting.profile.with_algorithm(Algorithm::TrafficServer(own));
        }
        Ok(())
    }

    fn apply_cache_config(&self, setting: &mut Setting) -> Result<(), SiteError> {
        if let Some(seconds) = self.ttl_in_cache {
            setting.set(NAME, |profile| profile.with_fixed_ttl(seconds))?;
        }
        if let Some(seconds) = self.revalidate {
            setting
                .set(NAME, |profile| profile.with_minimum_ttl(seconds).with_maximum_ttl(seconds))?;
        }
        match self.action {
            None => Ok(()),
            Some(CacheAction::NeverCache) => setting.bypass(NAME, BypassOf::Both),
            Some(CacheAction::IgnoreServerNoCache) => {
                setting.set(NAME, |profile| profile.with_no_cache(Treatment::Ignored))
            }
        }
    }

    fn apply_heuristic(&self, setting: &mut Setting) -> Result<(), SiteError> {
        let (least, most) = (self.heuristic_min_lifetime, self.heuristic_max_lifetime);
        let Fact::Known(Heuristic::Fraction { percent, minimum, maximum }) =
            setting.profile.facts().heuristic
        else {
            return Ok(());
        };
        if self.when_to_revalidate == Some(1) {
            return setting
                .set(NAME, |profile| profile.with_heuristic(Heuristic::None).with_default_ttl(0));
        }
        if least.is_none() && most.is_none() && self.heuristic_lm_factor.is_none() {
            return Ok(());
        }
        let heuristic = Heuristic::Fraction {
            percent: self.heuristic_lm_factor.map_or(percent, |Factor(percent)| percent),
            minimum: least.unwrap_or(minimum),
            maximum: most.unwrap_or(maximum),
        };
        let usual = match setting.profile.facts().default_ttl {
            Fact::Known(DefaultTtl::Always(Ttl::Seconds(seconds))) => seconds,
            _ => 0,
        };
        let default = least.unwrap_or(usual);
        setting.set(NAME, |profile| profile.with_heuristic(heuristic).with_default_ttl(default))
    }
}
