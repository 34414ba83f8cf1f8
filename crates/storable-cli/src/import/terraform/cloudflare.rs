//! Rulesets and page rules of Cloudflare.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Resource, is_empty, resources};

/// What Cloudflare's API prints of rulesets and page rules.
pub(in crate::import) fn cloudflare(all: &[Resource]) -> Vec<(String, Value)> {
    let told = all.iter().filter_map(|resource| {
        let value = match resource.kind.as_str() {
            "cloudflare_ruleset" => plain(&resource.values),
            "cloudflare_page_rule" => page_rule(&plain(&resource.values)),
            _ => return None,
        };
        Some((resource.address.clone(), value))
    });
    told.collect()
}

/// The zones that rules are for.
pub(in crate::import) fn zones(value: &Value) -> BTreeSet<String> {
    let of_rules =
        |it: &Resource| it.kind.starts_with("cloudflare_").then(|| it.zone().map(str::to_owned));
    resources(value).iter().flatten().filter_map(of_rules).flatten().collect()
}

/// Blocks of version 4 of Cloudflare's provider, of which there is one.
const BLOCKS: &[&str] = &[
    "action_parameters",
    "browser_ttl",
    "cache_key",
    "cache_reserve",
    "cookie",
    "custom_key",
    "edge_ttl",
    "header",
    "host",
    "query_string",
    "serve_stale",
    "status_code_range",
    "user",
];

/// Without members that are not set, and with such blocks as objects.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let told = members.iter().filter(|(_, value)| !is_empty(value));
            told.map(|(name, value)| match value.as_array().map(Vec::as_slice) {
                Some([one]) if BLOCKS.contains(&name.as_str()) => (name.clone(), plain(one)),
                _ => (name.clone(), plain(value)),
            })
            .collect()
        }
        Value::Array(list) => list.iter().map(plain).collect(),
        value => value.clone(),
    }
}

/// The actions of a page rule are members there, and a list in the API.
fn page_rule(values: &Value) -> Value {
    let target = values.get("target").cloned().unwrap_or_default();
    let actions = values.get("actions").map(|it| it.get(0).unwrap_or(it));
    let actions = actions.and_then(Value::as_object).into_iter().flatten();
    let actions = actions.filter(|(_, value)| **value != Value::Bool(false));
    let actions = actions.map(|(id, value)| json!({ "id": id, "value": value }));
    json!({
        "targets": [{ "constraint": { "value": target } }],
        "actions": actions.collect::<Vec<_>>(),
        "priority": values.get("priority").cloned().unwrap_or(json!(1)),
        "status": values.get("status").cloned().unwrap_or(json!("active")),
    })
}
