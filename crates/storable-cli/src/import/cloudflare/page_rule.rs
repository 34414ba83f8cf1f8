//! Page Rules: of those that match the one with the highest priority counts alone.
//!
//! <https://developers.cloudflare.com/rules/page-rules/> and `reference/settings/` under it (seen
//! 2026-11-30); the API's words for cache levels are its own.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use storable::site::{NoStore, QueryKey, StatusTtl};

use super::super::add_class;
use super::super::decision::TooMany;
use super::super::pattern;
use super::super::request::{Condition, Part, Parts, Truth};
use super::expression;
use super::key::{CacheKey, CustomKey, sorted};
use super::settings::{EVERYTHING, EdgeTtl, Eligible, Settings, statuses};

#[derive(Debug, Deserialize)]
pub(super) struct PageRule {
    #[serde(default)]
    targets: Vec<Target>,
    #[serde(default)]
    actions: Vec<Action>,
    #[serde(default)]
    pub(super) priority: i64,
    #[serde(default)]
    status: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Target {
    constraint: Constraint,
}

#[derive(Debug, Deserialize)]
struct Constraint {
    value: String,
}

#[derive(Debug, Deserialize)]
struct Action {
    id: String,
    #[serde(default)]
    value: Value,
}

/// Settings that are no matter of the cache.
const OF_NO_MATTER: &[&str] = &[
    "always_use_https",
    "automatic_https_rewrites",
    "browser_cache_ttl",
    "browser_check",
    "disable_apps",
    "disable_performance",
    "disable_security",
    "disable_zaraz",
    "email_obfuscation",
    "host_header_override",
    "ip_geolocation",
    "minify",
    "mirage",
    "opportunistic_encryption",
    "origin_error_page_pass_thru",
    "polish",
    "resolve_override",
    "respect_strong_etag",
    "response_buffering",
    "rocket_loader",
    "security_level",
    "server_side_exclude",
    "ssl",
    "true_client_ip_header",
    "waf",
];

impl PageRule {
    pub(super) fn is_active(&self) -> bool {
        self.status.as_deref() != Some("disabled")
    }

    /// For which addresses the rule is.
    pub(super) fn condition(&self) -> Result<Condition, TooMany> {
        let mut condition = Condition::is(Truth::No);
        for target in &self.targets {
            let pattern = &target.constraint.value;
            let one = match pattern.contains('?') {
                true => Condition::is(Truth::Untold),
                false => expression::full_uri(std::slice::from_ref(pattern))?,
            };
            condition = condition.or(&one)?;
        }
        Ok(condition)
    }

    /// What it sets, which requests it has pass by the cache, and what cannot be said.
    pub(super) fn settings(&self, notes: &mut Vec<(String, String)>) -> (Settings, Vec<Parts>) {
        let (mut settings, mut bypass) = (Settings::default(), Vec::new());
        for (at, Action { id, value }) in self.actions.iter().enumerate() {
            let is_on = value.as_str() == Some("on");
            let told = match (id.as_str(), value) {
                ("cache_level", Value::String(level)) => level_of(level, &mut settings),
                ("edge_cache_ttl", Value::Number(ttl)) => {
                    edge(&mut settings).seconds = ttl.as_u64();
                    ttl.is_u64()
                }
                ("cache_ttl_by_status", Value::Object(ttls)) => {
                    let table = &mut edge(&mut settings).by_status;
                    ttls.iter().all(|(status, ttl)| status_ttl(table, status, ttl))
                }
                ("bypass_cache_on_cookie", Value::String(names)) => {
                    let parts = cookies(names);
                    let told = parts.is_some();
                    bypass.extend(parts);
                    told
                }
                ("explicit_cache_control" | "origin_cache_control", _) => {
                    settings.origin_cache_control = Some(is_on);
                    true
                }
                ("cache_by_device_type", _) => {
                    if is_on {
                        add_class(&mut key(&mut settings).settings, "user-agent");
                    }
                    true
                }
                ("sort_query_string_for_cache", _) => {
                    if is_on {
                        let query = &mut key(&mut settings).settings.query;
                        *query = Some(sorted(query.take()));
                    }
                    true
                }
                ("cache_key_fields", fields) => match CustomKey::deserialize(fields) {
                    Ok(custom) => {
                        settings.key = Some(custom.read(notes));
                        true
                    }
                    Err(_) => false,
                },
                ("cache_deception_armor", _) if is_on => {
                    key(&mut settings).unknown.insert("eligibility");
                    false
                }
                ("cache_deception_armor", _) => true,
                ("forwarding_url", _) => {
                    settings.eligible = Some(Eligible::Nothing);
                    true
                }
                (id, _) => OF_NO_MATTER.contains(&id),
            };
            if !told {
                notes.push((format!("actions/{at}"), format!("{id} {value} cannot be expressed")));
                if id != "cache_deception_armor" {
                    settings.unknown.extend(EVERYTHING);
                }
            }
        }
        (settings, bypass)
    }
}

fn edge(settings: &mut Settings) -> &mut EdgeTtl {
    settings.edge.get_or_insert_with(EdgeTtl::default)
}

fn key(settings: &mut Settings) -> &mut CacheKey {
    settings.key.get_or_insert_with(CacheKey::default)
}

/// Levels are `bypass`, no query string, ignore query string, standard and cache everything.
fn level_of(level: &str, settings: &mut Settings) -> bool {
    match level {
        "bypass" => settings.eligible = Some(Eligible::Nothing),
        "basic" => settings.without_query = true,
        "simplified" => key(settings).settings.query = Some(QueryKey::None),
        "aggressive" => settings.eligible = Some(Eligible::Files),
        "cache_everything" => settings.eligible = Some(Eligible::Everything),
        _ => return false,
    }
    true
}

/// `200-299`, `404`; seconds, `no-cache` or `no-store`, or 0 and -1 for these.
fn status_ttl(table: &mut BTreeMap<String, StatusTtl>, status: &str, ttl: &Value) -> bool {
    let ttl = match (ttl.as_i64(), ttl.as_str()) {
        (Some(seconds), _) => u64::try_from(seconds).ok().map(StatusTtl::Seconds),
        (_, Some("no-cache")) => Some(StatusTtl::Seconds(0)),
        (_, Some("no-store")) => None,
        _ => return false,
    };
    let ttl = ttl.unwrap_or(StatusTtl::Word(NoStore::NoStore));
    let (from, to) = status.split_once('-').unwrap_or((status, status));
    let (Ok(from), Ok(to)) = (from.trim().parse(), to.trim().parse()) else { return false };
    for status in statuses(from..=to) {
        table.insert(status, ttl);
    }
    true
}

/// Cookies by `|` and `.*`, as in `bypass=.*|PHPSESSID=.*`; a name is read as a whole name.
fn cookies(names: &str) -> Option<Parts> {
    let patterns = pattern::of_regex(&format!("^(?:{names})$"), false)?;
    Some(Parts::one_of(patterns.into_iter().map(Part::Cookie)))
}
