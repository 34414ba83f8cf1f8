//! What an operator has set on a built-in profile.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::request::OneOrMoreBypasses;
use super::servers::{
    self, EnvoySettings, HaproxySettings, HttpdSettings, NginxSettings, SquidSettings,
    TrafficServerSettings, VarnishSettings,
};
use super::words::{
    AuthorizationSetting, EligibleSetting, HeuristicSetting, MethodSetting, Outcome,
    RequestOutcome, StaleOnArrival, StaleSetting, VarySetting,
};
use super::{BypassSettings, KeySettings, Problem, SiteError, hosted};
use crate::profile::{
    Bypass, BypassOf, Collapsing, Condition, ControlField, ErrorTtl, FixedTtl, HeadRequests,
    Permits, Profile, RequestPart, StaleIfError, StatusSet, Ttl, Validation,
};

/// An operator's settings; what is not there is as the vendor made it. Times are seconds.
///
/// ```
/// use storable::site::Settings;
///
/// let settings: Settings = serde_json::from_str(
///     r#"{"default-ttl": 60, "key": {"cookies": ["session"]}}"#,
/// )?;
/// assert_eq!(settings.default_ttl, Some(60));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[non_exhaustive]
pub struct Settings {
    /// The lifetime of a response that states none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_ttl: Option<u64>,
    /// The same by status: a code, a class such as `5xx`, or `any`; `default-ttl` is for all
    /// others, if it is there.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub default_ttl_by_status: BTreeMap<String, u64>,
    /// The least lifetime.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_ttl: Option<u64>,
    /// The greatest lifetime.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_ttl: Option<u64>,
    /// A lifetime that beats the response's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed_ttl: Option<u64>,
    /// The same by status.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fixed_ttl_by_status: BTreeMap<String, u64>,
    /// The least lifetime of errors, by status.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub error_ttl: BTreeMap<String, u64>,
    /// Cloudflare's Edge TTL: a lifetime that beats all that a response says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edge_ttl: Option<u64>,
    /// Cloudflare's status code TTLs, which beat what a response says.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub edge_ttl_by_status: BTreeMap<String, hosted::StatusTtl>,
    /// Cloudflare's Edge TTL mode that bypasses by default: what has no Cache-Control is not cached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without_cache_control: Option<hosted::NoStore>,
    /// Google's negative caching policy: lifetimes of errors and redirects that state none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub negative_ttl: BTreeMap<String, u64>,
    /// Google's negative caching, by the vendor's lifetimes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative_caching: Option<hosted::NegativeCaching>,
    /// CloudFront's origin request policy: whether cookies go to the origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forwarded_cookies: Option<hosted::Forwarded>,
    /// The lifetime that is made from Last-Modified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heuristic: Option<HeuristicSetting>,
    /// What becomes of a response that says no-store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_store: Option<Outcome>,
    /// What becomes of a response that says private.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<Outcome>,
    /// What becomes of a response that says private for some fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_fields: Option<Outcome>,
    /// What becomes of a response that says no-cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_cache: Option<Outcome>,
    /// What becomes of a response that says no-cache for some fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_cache_fields: Option<Outcome>,
    /// What becomes of a response with Set-Cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_cookie: Option<Outcome>,
    /// What becomes of a response that is stale on arrival.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zero_lifetime: Option<StaleOnArrival>,
    /// What a Vary that names request fields does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vary: Option<VarySetting>,
    /// What a response must say before it is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permits: Option<Permits>,
    /// Which responses are considered at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eligible: Option<EligibleSetting>,
    /// For which methods responses are looked up and stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub methods: Option<MethodSetting>,
    /// What becomes of a request with Authorization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization: Option<AuthorizationSetting>,
    /// What becomes of a request that says no-cache, or asks for a younger answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_no_cache: Option<RequestOutcome>,
    /// What becomes of a request that says no-store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_no_store: Option<RequestOutcome>,
    /// Targeted fields (RFC 9213); the first valid one counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub targeted_fields: Option<Vec<String>>,
    /// Response fields that the cache is told to ignore.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignored_fields: Option<Vec<String>>,
    /// The cache key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<KeySettings>,
    /// Which requests pass by the cache: a table, or a list of them.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "bypasses")]
    pub bypass: Vec<BypassSettings>,
    /// Whether requests wait for one that is being fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collapsing: Option<Collapsing>,
    /// How a stale response is renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation: Option<Validation>,
    /// Whether a stale response may answer while it is revalidated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stale_while_revalidate: Option<StaleSetting>,
    /// Whether a stale response may answer where the origin fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stale_if_error: Option<StaleIfError>,
    /// How HEAD is fetched, and what its answer does to a stored response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head_requests: Option<HeadRequests>,
    /// nginx's own settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nginx: Option<NginxSettings>,
    /// Squid's settings, in its words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub squid: Option<SquidSettings>,
    /// httpd's settings, in its words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub httpd: Option<HttpdSettings>,
    /// Traffic Server's settings, in its words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traffic_server: Option<TrafficServerSettings>,
    /// HAProxy's settings, in its words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub haproxy: Option<HaproxySettings>,
    /// Settings of Envoy's cache filter, in its words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub envoy: Option<EnvoySettings>,
    /// Varnish's parameters, in its words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub varnish: Option<VarnishSettings>,
}

fn bypasses<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<BypassSettings>, D::Error> {
    OneOrMoreBypasses::deserialize(from).map(Vec::from)
}

/// A profile on the way from its base to what the settings make of it.
pub(super) struct Setting {
    pub(super) base: Profile,
    pub(super) profile: Profile,
    route: usize,
}

impl Settings {
    /// Whether nothing is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn apply(&self, base: Profile, route: usize) -> Result<Profile, SiteError> {
        let mut setting = Setting { base, profile: base, route };
        self.apply_plain(&mut setting)?;
        self.apply_lists(&mut setting)?;
        hosted::apply(self, &mut setting)?;
        servers::apply(self, &mut setting)?;
        Ok(setting.profile)
    }

    /// The settings that are one fact each.
    fn apply_plain(&self, setting: &mut Setting) -> Result<(), SiteError> {
        macro_rules! set {
            ($($field:ident as $name:literal with $with:ident $(($convert:expr))?;)*) => {
                $(if let Some(value) = &self.$field {
                    let value = value.clone();
                    $(let value = $convert(value);)?
                    setting.set($name, |profile| profile.$with(value))?;
                })*
            };
        }
        set! {
            default_ttl as "default-ttl" with with_default_ttl;
            minimum_ttl as "minimum-ttl" with with_minimum_ttl;
            maximum_ttl as "maximum-ttl" with with_maximum_ttl;
            fixed_ttl as "fixed-ttl" with with_fixed_ttl;
            heuristic as "heuristic" with with_heuristic (crate::profile::Heuristic::from);
            no_store as "no-store" with with_no_store (crate::profile::Treatment::from);
            private as "private" with with_private (crate::profile::Treatment::from);
            private_fields as "private-fields" with with_private_fields (crate::profile::Treatment::from);
            no_cache as "no-cache" with with_no_cache (crate::profile::Treatment::from);
            no_cache_fields as "no-cache-fields" with with_no_cache_fields (crate::profile::Treatment::from);
            set_cookie as "set-cookie" with with_set_cookie (crate::profile::Treatment::from);
            zero_lifetime as "zero-lifetime" with with_zero_lifetime (crate::profile::ZeroLifetime::from);
            vary as "vary" with with_vary_fields (|value| crate::profile::VaryFields::from(&value));
            permits as "permits" with with_permits;
            eligible as "eligible" with with_eligibility (|value| crate::profile::Eligibility::from(&value));
            methods as "methods" with with_methods (|value| crate::profile::Methods::from(&value));
            authorization as "authorization" with with_authorization (|value| crate::profile::Authorization::from(&value));
            request_no_cache as "request-no-cache" with with_request_no_cache (crate::profile::RequestRule::from);
            request_no_store as "request-no-store" with with_request_no_store (crate::profile::RequestRule::from);
            collapsing as "collapsing" with with_collapsing;
            validation as "validation" with with_validation;
            stale_while_revalidate as "stale-while-revalidate" with with_stale_while_revalidate (crate::profile::StaleWindow::from);
            stale_if_error as "stale-if-error" with with_stale_if_error;
            head_requests as "head-requests" with with_head_requests;
        }
        Ok(())
    }

    /// The settings that are lists and tables.
    fn apply_lists(&self, setting: &mut Setting) -> Result<(), SiteError> {
        if !self.default_ttl_by_status.is_empty() {
            const NAME: &str = "default-ttl-by-status";
            let mut table = setting.ttls(NAME, &self.default_ttl_by_status)?;
            table.extend(self.default_ttl.map(|ttl| (StatusSet::AllBut(&[]), Ttl::Seconds(ttl))));
            setting.set(NAME, |profile| profile.with_default_ttls(table.leak()))?;
        }
        if !self.fixed_ttl_by_status.is_empty() {
            const NAME: &str = "fixed-ttl-by-status";
            let mut table = setting.ttls(NAME, &self.fixed_ttl_by_status)?;
            table.extend(self.fixed_ttl.map(|ttl| (StatusSet::AllBut(&[]), Ttl::Seconds(ttl))));
            let ttl = FixedTtl::ByStatus(table.leak());
            setting.set(NAME, |profile| profile.with_fixed_ttls(ttl))?;
        }
        if !self.error_ttl.is_empty() {
            const NAME: &str = "error-ttl";
            let mut ttls = setting.ttls(NAME, &self.error_ttl)?;
            let barred = match setting.profile.facts().error_ttl.known() {
                Some(ErrorTtl::AtLeast { seconds, statuses, barred }) => {
                    ttls.push((StatusSet::Only(statuses), Ttl::Seconds(seconds)));
                    barred
                }
                _ => &[],
            };
            let rule = ErrorTtl::ByStatus { ttls: ttls.leak(), barred };
            setting.set(NAME, |profile| profile.with_error_ttl(rule))?;
        }
        if let Some(names) = &self.targeted_fields {
            const NAME: &str = "targeted-fields";
            let names = setting.field_names(NAME, names)?;
            let fields: Vec<_> = names.iter().map(|name| ControlField::Targeted(name)).collect();
            setting.set(NAME, |profile| profile.with_control_fields(fields.leak()))?;
        }
        if let Some(names) = &self.ignored_fields {
            const NAME: &str = "ignored-fields";
            let names = setting.field_names(NAME, names)?;
            setting.set(NAME, |profile| profile.with_ignored_fields(names))?;
        }
        if let Some(key) = &self.key {
            let changed = key.apply(setting.profile.without_operator());
            let changed =
                changed.map_err(|(name, problem)| setting.error(&["key", name], problem))?;
            setting.set("key", |_| changed)?;
        }
        let rules = self.bypass.iter().map(BypassSettings::rule).collect::<Result<Vec<_>, _>>();
        let rules: Vec<Bypass> =
            rules.map_err(|(name, problem)| setting.error(&["bypass", name], problem))?;
        if !rules.is_empty() {
            setting.set("bypass", |profile| profile.with_bypass(rules.leak()))?;
        }
        Ok(())
    }
}

impl Setting {
    /// Applies a setting, unless the profile's cache has no use for it.
    pub(super) fn set(
        &mut self,
        name: &'static str,
        change: impl FnOnce(Profile) -> Profile,
    ) -> Result<(), SiteError> {
        let changed = change(self.profile.without_operator());
        let used = changed.operator().iter().all(|axis| self.profile.reads().contains(axis));
        if !used {
            return Err(self.error(&[name], Problem::WithoutEffect { profile: self.profile.id() }));
        }
        self.profile = changed.set_before(&self.profile);
        Ok(())
    }

    /// Has every request pass by the cache, on top of those that do already.
    pub(super) fn bypass(&mut self, name: &'static str, of: BypassOf) -> Result<(), SiteError> {
        let rule = Bypass { of, on: Condition::on(&[RequestPart::Path("*")]) };
        let present = self.profile.facts().bypass.known().unwrap_or_default();
        let rules: Vec<Bypass> = present.iter().copied().chain([rule]).collect();
        self.set(name, |profile| profile.with_bypass(rules.leak()))
    }

    pub(super) fn error(&self, names: &[&'static str], problem: Problem) -> SiteError {
        let names: Vec<_> =
            ["settings"].iter().chain(names).copied().filter(|name| !name.is_empty()).collect();
        SiteError::at(self.route, &names, problem)
    }

    /// Lifetimes by status; single codes go before classes, and these before all.
    pub(super) fn ttls(
        &self,
        name: &'static str,
        table: &BTreeMap<String, u64>,
    ) -> Result<Vec<(StatusSet, Ttl)>, SiteError> {
        let mut ttls = Vec::new();
        for (status, seconds) in table {
            let set = statuses(status)
                .ok_or_else(|| self.error(&[name], Problem::NoStatus(status.clone())))?;
            ttls.push((set, Ttl::Seconds(*seconds)));
        }
        ttls.sort_by_key(|(set, _)| match set {
            StatusSet::Only([_]) => 0,
            StatusSet::Only(_) => 1,
            _ => 2,
        });
        Ok(ttls)
    }

    /// The codes of a status, a class, or all.
    pub(super) fn codes(
        &self,
        name: &'static str,
        status: &str,
    ) -> Result<&'static [u16], SiteError> {
        match statuses(status) {
            Some(StatusSet::Only(codes)) => Ok(codes),
            _ => Err(self.error(&[name], Problem::NoStatus(status.to_owned()))),
        }
    }

    fn field_names(
        &self,
        setting: &'static str,
        names: &[String],
    ) -> Result<&'static [&'static str], SiteError> {
        field_names(names).map_err(|problem| self.error(&[setting], problem))
    }
}

/// `404`, `5xx` or `any`.
pub(super) fn statuses(text: &str) -> Option<StatusSet> {
    if text == "any" {
        return Some(StatusSet::AllBut(&[]));
    }
    let class = text.strip_suffix("xx").map(str::parse::<u16>);
    let (first, last) = match class {
        Some(class) => {
            let first = class.ok()?.checked_mul(100)?;
            (first, first.checked_add(99)?)
        }
        None => text.parse().ok().map(|code: u16| (code, code))?,
    };
    let valid = (200..=599).contains(&first);
    valid.then(|| StatusSet::Only((first..=last).collect::<Vec<_>>().leak()))
}

/// A text that is kept for as long as the program runs.
pub(super) fn kept(text: &str) -> &'static str {
    text.to_owned().leak()
}

pub(super) fn kept_list(texts: &[String]) -> &'static [&'static str] {
    texts.iter().map(|text| kept(text)).collect::<Vec<_>>().leak()
}

/// Names of header fields in lower case.
pub(super) fn field_names(names: &[String]) -> Result<&'static [&'static str], Problem> {
    let mut kept: Vec<&'static str> = Vec::new();
    for name in names {
        let valid = !name.is_empty() && name.bytes().all(crate::bytes::is_token_byte);
        if !valid {
            return Err(Problem::NoFieldName(name.clone()));
        }
        kept.push(name.to_ascii_lowercase().leak());
    }
    Ok(kept.leak())
}
