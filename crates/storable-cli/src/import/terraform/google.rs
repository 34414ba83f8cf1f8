//! Backends and URL maps of Google Cloud.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Resource, is_empty, of_resource};

/// What the Compute Engine API prints of backends and URL maps.
pub(in crate::import) fn google(all: &[Resource]) -> Vec<(String, Value)> {
    const KINDS: &[(&str, &str)] = &[
        ("google_compute_backend_service", "backendServices"),
        ("google_compute_backend_bucket", "backendBuckets"),
        ("google_compute_url_map", "urlMaps"),
    ];
    let named = all.iter().filter_map(|resource| {
        let (_, path) = KINDS.iter().find(|(kind, _)| *kind == resource.kind)?;
        let name = resource.values.get("name")?.as_str()?;
        Some((of_resource(&resource.address), format!("{path}/{name}")))
    });
    let named: BTreeMap<String, String> = named.collect();
    let ours = all.iter().filter(|it| named.contains_key(&of_resource(&it.address)));
    ours.map(|resource| {
        let mut made = camel(&resource.values, &named);
        let keys = signed_url_keys(all, resource);
        let policy = made.get_mut("cdnPolicy").and_then(Value::as_object_mut);
        if let (Some(policy), false) = (policy, keys.is_empty()) {
            policy.insert("signedUrlKeyNames".to_owned(), json!(keys));
        }
        (resource.address.clone(), made)
    })
    .collect()
}

/// The names of the keys of a backend, which are resources of their own.
fn signed_url_keys<'a>(all: &'a [Resource], backend: &Resource) -> Vec<&'a str> {
    let own_name = backend.values.get("name").and_then(Value::as_str);
    let text = |key: &'a Resource, name: &str| key.values.get(name).and_then(Value::as_str);
    let is_own = |key: &&'a Resource| {
        let of = key.kind.strip_suffix("_signed_url_key").is_some_and(|kind| kind == backend.kind);
        let target = text(key, "backend_service").or(text(key, "backend_bucket"));
        of && target.is_some_and(|target| {
            target == of_resource(&backend.address) || target.rsplit('/').next() == own_name
        })
    };
    all.iter().filter(is_own).filter_map(|key| text(key, "name")).collect()
}

/// Names as the API has them, blocks of which there is one as objects, and references as URLs.
fn camel(value: &Value, named: &BTreeMap<String, String>) -> Value {
    const BLOCKS: &[&str] = &[
        "cache_key_policy",
        "cache_policy",
        "cdn_policy",
        "default_route_action",
        "default_url_redirect",
        "range_match",
        "route_action",
        "url_redirect",
    ];
    /// Numbers and switches that the provider prints as zero and `false` where they are not set.
    const UNSET: &[&str] =
        &["serve_while_stale", "negative_caching", "signed_url_cache_max_age_sec"];
    match value {
        Value::String(text) => match named.get(text) {
            Some(url) => json!(url),
            None => value.clone(),
        },
        Value::Array(list) => list.iter().map(|value| camel(value, named)).collect(),
        Value::Object(members) => {
            let is_unset = |name: &str, value: &Value| {
                UNSET.contains(&name) && (*value == json!(0) || *value == json!(false))
            };
            let told =
                members.iter().filter(|(name, value)| !is_empty(value) && !is_unset(name, value));
            let mut made: Map<String, Value> = told
                .map(|(name, value)| match value.as_array().map(Vec::as_slice) {
                    Some([one]) if BLOCKS.contains(&name.as_str()) => {
                        (api_name(name, one), camel(one, named))
                    }
                    _ => (api_name(name, value), camel(value, named)),
                })
                .collect();
            // `false` asks for a field that is not there, if nothing else is asked of it.
            let others = ["exactMatch", "prefixMatch", "suffixMatch", "regexMatch", "rangeMatch"];
            if others.iter().any(|name| made.contains_key(*name)) {
                made.remove("presentMatch");
            }
            Value::Object(made)
        }
        value => value.clone(),
    }
}

fn api_name(name: &str, value: &Value) -> String {
    match (name, value) {
        ("enable_cdn", _) => return "enableCDN".to_owned(),
        // Blocks are named in the singular; a rule for hosts has the name of a matcher.
        ("host_rule", _) => return "hostRules".to_owned(),
        ("path_matcher", Value::Array(_)) => return "pathMatchers".to_owned(),
        ("path_rule", _) => return "pathRules".to_owned(),
        ("backend", _) => return "backends".to_owned(),
        _ => {}
    }
    let mut words = name.split('_');
    let mut made = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut chars = word.chars();
        made.extend(chars.next().map(|first| first.to_ascii_uppercase()));
        made.push_str(chars.as_str());
    }
    made
}
