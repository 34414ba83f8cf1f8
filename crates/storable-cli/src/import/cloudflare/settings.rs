//! What rules of a Cloudflare zone set, and the route that several of them make together.
//!
//! Cache Rules: <https://developers.cloudflare.com/cache/how-to/cache-rules/settings/>; several that
//! match add up, and the last one that sets something counts (`order/` beside it). Members are those of
//! the Rulesets API. All seen 2026-11-30.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;
use storable::profile::{BypassOf, VaryName};
use storable::site::{
    BypassSettings, EligibleSetting, KeySettings, NoStore, OneOrMore, RouteFile, StaleSetting,
    StatusTtl, VarySetting,
};

use super::super::off;
use super::key::{CacheKey, KeyParameters};
use super::response_rule::ResponseRules;

/// What a rule sets; of several rules the last word on each counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Settings {
    pub(super) eligible: Option<Eligible>,
    pub(super) edge: Option<EdgeTtl>,
    pub(super) key: Option<CacheKey>,
    pub(super) origin_cache_control: Option<bool>,
    pub(super) stale_while_updating: Option<bool>,
    /// Browser TTL takes the place of what the response says.
    pub(super) browser: Option<bool>,
    /// Requests with a query are not served from the cache.
    pub(super) without_query: bool,
    pub(super) response: ResponseRules,
    /// What names in Vary do.
    pub(super) vary: Option<VarySetting>,
    /// Questions on which something is set that cannot be said.
    pub(super) unknown: BTreeSet<&'static str>,
}

/// Which responses may be cached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Eligible {
    Nothing,
    /// Files with one of the extensions that the vendor lists.
    Files,
    Everything,
}

/// How long responses live at the edge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct EdgeTtl {
    pub(super) seconds: Option<u64>,
    pub(super) by_status: BTreeMap<String, StatusTtl>,
    /// Responses without Cache-Control are not cached.
    pub(super) bypass_by_default: bool,
    /// It is set in a way that is not known.
    pub(super) untold: bool,
}

impl Settings {
    /// Lets another rule have the last word.
    pub(super) fn then(&mut self, later: &Self) {
        fn last<T: Clone>(own: &mut Option<T>, later: &Option<T>) {
            if later.is_some() {
                own.clone_from(later);
            }
        }
        last(&mut self.eligible, &later.eligible);
        last(&mut self.edge, &later.edge);
        last(&mut self.key, &later.key);
        last(&mut self.origin_cache_control, &later.origin_cache_control);
        last(&mut self.stale_while_updating, &later.stale_while_updating);
        last(&mut self.browser, &later.browser);
        last(&mut self.vary, &later.vary);
        self.without_query |= later.without_query;
        self.response.then(&later.response);
        self.unknown.extend(&later.unknown);
    }

    /// The route that they make.
    pub(super) fn route(&self, base: &str) -> RouteFile {
        let base = match self.origin_cache_control {
            Some(true) => "cloudflare",
            Some(false) => "cloudflare-occ-off",
            None if self.response.matches => "cloudflare",
            None => base,
        };
        let mut route = RouteFile { profile: base.to_owned(), ..RouteFile::default() };
        match self.eligible.unwrap_or(Eligible::Files) {
            Eligible::Nothing => return off(),
            Eligible::Files => {}
            Eligible::Everything if base == "cloudflare" => {
                route.profile = "cloudflare-cache-everything".to_owned();
            }
            Eligible::Everything => route.settings.eligible = Some(EligibleSetting::Everything),
        }
        let mut unknown = self.unknown.clone();
        let settings = &mut route.settings;
        if let Some(edge) = &self.edge {
            settings.edge_ttl = edge.seconds;
            settings.edge_ttl_by_status = edge.by_status.clone();
            if edge.bypass_by_default {
                settings.without_cache_control = Some(NoStore::NoStore);
            }
            if edge.untold {
                unknown.extend(EVERYTHING);
            }
        }
        if let Some(key) = &self.key {
            settings.key = (key.settings != KeySettings::default()).then(|| key.settings.clone());
            unknown.extend(&key.unknown);
        }
        if self.stale_while_updating == Some(false) {
            settings.stale_while_revalidate = Some(StaleSetting::Never);
        }
        settings.vary.clone_from(&self.vary);
        if self.without_query {
            let mut bypass = BypassSettings::default();
            bypass.query = OneOrMore::from("*");
            settings.bypass.push(bypass);
        }
        if self.browser == Some(true) && base == "cloudflare-occ-off" {
            // It has private dropped (concepts/cache-control); what then becomes of it is not said.
            unknown.insert("private");
        }
        if self.response.bars_storing(settings) {
            // What others have stored still answers.
            let mut bypass = BypassSettings::default();
            (bypass.of, bypass.paths) = (Some(BypassOf::Storing), OneOrMore::from("*"));
            settings.bypass.push(bypass);
        }
        unknown.extend(self.response.apply(settings));
        if self.response.matches && self.origin_cache_control == Some(false) {
            // Where such a rule matches, origin cache control is on by default: which counts is not said.
            unknown.extend(OF_ORIGIN_CACHE_CONTROL);
        }
        route.unknown = unknown.into_iter().map(str::to_owned).collect();
        route
    }
}

/// `action_parameters` of a Cache Rule.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Parameters {
    cache: Option<bool>,
    edge_ttl: Option<EdgeTtlParameters>,
    browser_ttl: Option<Mode>,
    cache_key: Option<KeyParameters>,
    origin_cache_control: Option<bool>,
    serve_stale: Option<ServeStale>,
    strip_set_cookie: Option<bool>,
    vary: Option<VaryParameters>,
    /// No more validators, so nothing can be validated.
    strip_etags: Option<bool>,
    strip_last_modified: Option<bool>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

/// Members that change nothing of what is stored, for how long, and for whom.
const OF_NO_MATTER: &[&str] = &[
    "additional_cacheable_ports",
    "cache_reserve",
    "origin_error_page_passthru",
    "origin_range_requests",
    "read_timeout",
    "respect_strong_etags",
];

/// What names in Vary do (`vary` in `cache-rules/settings/`, cloudflare-docs 09c4418).
#[derive(Debug, Deserialize)]
struct VaryParameters {
    default: VaryAction,
    #[serde(default)]
    headers: BTreeMap<String, VaryAction>,
}

#[derive(Debug, Deserialize)]
struct VaryAction {
    action: String,
}

impl VaryAction {
    fn does(&self) -> VaryName {
        match self.action.as_str() {
            "passthrough" => VaryName::Compared,
            "normalize" => VaryName::Normalised,
            "bypass" => VaryName::NotStored,
            _ => VaryName::Unknown,
        }
    }
}

impl VaryParameters {
    fn read(&self) -> VarySetting {
        let mut names: BTreeMap<_, _> =
            self.headers.iter().map(|(name, action)| (name.clone(), action.does())).collect();
        let others = self.default.does();
        // Compression is said to go on as it does: whether the default is for it too is not.
        names.entry("accept-encoding".to_owned()).or_insert(match others {
            VaryName::Compared | VaryName::Normalised => VaryName::Normalised,
            _ => VaryName::Unknown,
        });
        VarySetting::ByName { names, others }
    }
}

#[derive(Debug, Deserialize)]
struct Mode {
    mode: String,
}

#[derive(Debug, Deserialize)]
struct ServeStale {
    disable_stale_while_updating: Option<bool>,
}

#[derive(Debug, Deserialize)]
struct EdgeTtlParameters {
    mode: Option<String>,
    default: Option<u64>,
    #[serde(default)]
    status_code_ttl: Option<Vec<StatusParameters>>,
}

#[derive(Debug, Deserialize)]
struct StatusParameters {
    status_code: Option<u16>,
    status_code_range: Option<Range>,
    value: i64,
}

#[derive(Debug, Deserialize)]
struct Range {
    from: Option<u16>,
    to: Option<u16>,
}

/// Where something stands in the parameters, and what is the matter with it.
pub(super) type Notes = Vec<(String, String)>;

impl Parameters {
    /// What the rule sets; the notes name what cannot be said.
    pub(super) fn settings(&self, notes: &mut Notes) -> Settings {
        let mut settings = Settings {
            eligible: self.cache.map(|cache| match cache {
                true => Eligible::Everything,
                false => Eligible::Nothing,
            }),
            origin_cache_control: self.origin_cache_control,
            ..Settings::default()
        };
        settings.edge = self.edge_ttl.as_ref().map(|edge| edge.read(notes));
        settings.browser = self.browser_ttl.as_ref().map(|ttl| ttl.mode == "override_origin");
        settings.key = self.cache_key.as_ref().map(|key| key.read(notes));
        settings.stale_while_updating = self
            .serve_stale
            .as_ref()
            .and_then(|stale| stale.disable_stale_while_updating)
            .map(|disabled| !disabled);
        settings.vary = self.vary.as_ref().map(VaryParameters::read);
        settings.response.strips_set_cookie = self.strip_set_cookie == Some(true);
        if self.strip_etags == Some(true) || self.strip_last_modified == Some(true) {
            notes.push(("strip_etags".to_owned(), "validators are taken out".to_owned()));
            settings.unknown.insert("validation");
        }
        for name in self.others.keys().filter(|name| !OF_NO_MATTER.contains(&name.as_str())) {
            notes.push((name.clone(), format!("`{name}` cannot be expressed")));
            settings.unknown.extend(EVERYTHING);
        }
        settings
    }
}

/// The questions that origin cache control answers otherwise.
const OF_ORIGIN_CACHE_CONTROL: &[&str] = &[
    "authorization",
    "no-cache",
    "no-cache-fields",
    "private-fields",
    "set-cookie",
    "stale-while-revalidate",
    "zero-lifetime",
];

/// The questions that a setting of which nothing is known may be about.
pub(super) const EVERYTHING: &[&str] =
    &["bypass", "fixed-ttl", "default-ttl", "set-cookie", "key", "key-cookies", "key-query"];

impl EdgeTtlParameters {
    fn read(&self, notes: &mut Notes) -> EdgeTtl {
        let mut edge = EdgeTtl::default();
        match (self.mode.as_deref(), self.default) {
            (Some("override_origin"), Some(seconds)) => edge.seconds = Some(seconds),
            (Some("bypass_by_default"), _) => edge.bypass_by_default = true,
            (Some("respect_origin") | None, _) => {}
            (Some(mode), _) => {
                let says = format!("the mode `{mode}` without a TTL, or that is not known");
                notes.push(("edge_ttl/mode".to_owned(), says));
                edge.untold = true;
            }
        }
        let mut entries: Vec<_> = self.status_code_ttl.iter().flatten().collect();
        // A code goes before the range that it is in.
        entries.sort_by_key(|entry| entry.status_code.is_some());
        for entry in entries {
            let ttl = match u64::try_from(entry.value) {
                Ok(seconds) => StatusTtl::Seconds(seconds),
                Err(_) => StatusTtl::Word(NoStore::NoStore),
            };
            let codes = match (entry.status_code, &entry.status_code_range) {
                (Some(code), _) => code..=code,
                (None, Some(range)) => range.from.unwrap_or(200)..=range.to.unwrap_or(599),
                (None, None) => continue,
            };
            edge.by_status.extend(statuses(codes).map(|status| (status, ttl)));
        }
        edge
    }
}

/// The codes of a range, and whole classes as one. Codes below 200 are of no final response.
pub(super) fn statuses(range: std::ops::RangeInclusive<u16>) -> impl Iterator<Item = String> {
    let range = (*range.start()).max(200)..=(*range.end()).min(599);
    let whole = |class: &u16| {
        let first = class.saturating_mul(100);
        range.contains(&first) && range.contains(&first.saturating_add(99))
    };
    let classes: Vec<u16> = (2..=5).filter(whole).collect();
    let alone: Vec<u16> = range.filter(|code| !classes.contains(&code.div_euclid(100))).collect();
    let classes = classes.into_iter().map(|class| format!("{class}xx"));
    classes.chain(alone.into_iter().map(|code| code.to_string()))
}
