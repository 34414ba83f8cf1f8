//! Settings of httpd's mod_cache.

use serde::{Deserialize, Serialize};

use super::{Factor, NotJudged, Switch, not_judged};
use crate::profile::{
    Algorithm, Authorization, BypassOf, Eligibility, Heuristic, Httpd, KeyQuery, Permission,
    Permits, Profile, RequestRule, StaleIfError, Treatment, ZeroLifetime,
};
use crate::site::settings::{Setting, kept_list};
use crate::site::{Problem, SiteError};

/// Directives of httpd's mod_cache. Times are seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct HttpdSettings {
    /// The lifetime of what has neither a lifetime nor a Last-Modified; 3,600 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_default_expire: Option<u64>,
    /// The greatest lifetime that is made from Last-Modified; 86,400 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_max_expire: Option<u64>,
    /// The least lifetime that is made from Last-Modified; 0 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_min_expire: Option<u64>,
    /// The share of the time since Last-Modified that is the lifetime; 0.1 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_last_modified_factor: Option<Factor>,
    /// Whether no-cache, max-age and no-store in a request are passed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_ignore_cache_control: Option<Switch>,
    /// Whether a response without a lifetime and a validator is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_ignore_no_last_mod: Option<Switch>,
    /// Whether the query is left out of the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_ignore_query_string: Option<Switch>,
    /// Parameters that are left out of the key.
    #[serde(rename = "CacheIgnoreURLSessionIdentifiers", skip_serializing_if = "Vec::is_empty")]
    pub cache_ignore_url_session_identifiers: Vec<String>,
    /// Response fields that are not stored. Of them Set-Cookie alone changes an answer here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cache_ignore_headers: Vec<String>,
    /// Whether a response that is past its Expires is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_store_expired: Option<Switch>,
    /// Whether a response with no-store is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_store_no_store: Option<Switch>,
    /// Whether a response with private is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_store_private: Option<Switch>,
    /// Whether a stale response is served where the origin fails; on by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_stale_on_error: Option<Switch>,
    /// Whether mod_cache runs before everything else; on by default. Without it Authorization
    /// needs a permission.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_quick_handler: Option<Switch>,
    /// Whether the route's requests pass by the cache, as those of `CacheDisable` do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_disable: Option<Switch>,
    /// The least size of what is stored, in bytes; 1 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_min_file_size: Option<u64>,
    /// The greatest size of what is stored, in bytes; 1,000,000 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_max_file_size: Option<u64>,
    /// Which of the requests for what is stale asks the origin, while the others get it stale.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "not_judged::lock")]
    pub cache_lock: Option<NotJudged>,
    /// For how long that is so.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "not_judged::lock")]
    pub cache_lock_max_age: Option<NotJudged>,
}

/// Where the handler is a normal one: CU `ap_cache_check_allowed`.
const PERMISSIONS: &[Permission] = &[
    Permission::SMaxage,
    Permission::MustRevalidate,
    Permission::ProxyRevalidate,
    Permission::Public,
];

impl HttpdSettings {
    pub(super) fn apply(&self, setting: &mut Setting, own: Httpd) -> Result<(), SiteError> {
        const NAME: &str = "httpd";
        let mut set = |change: &dyn Fn(Profile) -> Profile| setting.set(NAME, change);
        if let Some(seconds) = self.cache_default_expire {
            set(&|profile| profile.with_default_ttl(seconds))?;
        }
        if let Some(seconds) = self.cache_max_expire {
            set(&|profile| profile.with_maximum_ttl(seconds))?;
        }
        if let Some(seconds) = self.cache_min_expire {
            set(&|profile| profile.with_minimum_ttl(seconds))?;
        }
        if let Some(Factor(percent)) = self.cache_last_modified_factor {
            let heuristic = Heuristic::Fraction { percent, minimum: 0, maximum: u64::MAX };
            set(&|profile| profile.with_heuristic(heuristic))?;
        }
        if self.cache_ignore_cache_control == Some(Switch::On) {
            set(&|profile| {
                let profile = profile.with_request_no_cache(RequestRule::Ignored);
                profile.with_request_no_store(RequestRule::Ignored)
            })?;
        }
        if self.cache_ignore_no_last_mod == Some(Switch::On) {
            set(&|profile| profile.with_permits(Permits::Nothing))?;
        }
        if self.cache_ignore_query_string == Some(Switch::On) {
            set(&|profile| {
                profile.with_key_query(KeyQuery::Absent).with_eligibility(Eligibility::All)
            })?;
        }
        if !self.cache_ignore_url_session_identifiers.is_empty() {
            let names = kept_list(&self.cache_ignore_url_session_identifiers);
            set(&|profile| profile.with_key_query(KeyQuery::AllBut(names)))?;
        }
        if self.cache_store_expired == Some(Switch::On) {
            set(&|profile| profile.with_zero_lifetime(ZeroLifetime::Stored))?;
        }
        if self.cache_store_no_store == Some(Switch::On) {
            set(&|profile| profile.with_no_store(Treatment::Ignored))?;
        }
        if self.cache_store_private == Some(Switch::On) {
            set(&|profile| profile.with_private(Treatment::Ignored))?;
        }
        if self.cache_stale_on_error == Some(Switch::Off) {
            set(&|profile| profile.with_stale_if_error(StaleIfError::Never))?;
        }
        if self.cache_quick_handler == Some(Switch::Off) {
            let rule = Authorization::NeedsPermission(PERMISSIONS);
            set(&|profile| profile.with_authorization(rule))?;
        }
        if !self.cache_ignore_headers.is_empty() {
            let names_cookie = |name: &String| name.eq_ignore_ascii_case("set-cookie");
            if !self.cache_ignore_headers.iter().any(names_cookie) {
                let profile = setting.profile.id();
                let names = [NAME, "CacheIgnoreHeaders"];
                return Err(setting.error(&names, Problem::WithoutEffect { profile }));
            }
            setting.set(NAME, |profile| profile.with_set_cookie(Treatment::Stripped))?;
        }
        if self.cache_disable == Some(Switch::On) {
            setting.bypass(NAME, BypassOf::Both)?;
        }
        let own = Httpd {
            smallest_content: self.cache_min_file_size.unwrap_or(own.smallest_content),
            largest_content: self.cache_max_file_size.unwrap_or(own.largest_content),
        };
        setting.profile = setting.profile.with_algorithm(Algorithm::Httpd(own));
        Ok(())
    }
}
