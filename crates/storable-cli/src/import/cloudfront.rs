//! CloudFront: cache behaviours as routes, by what `aws cloudfront get-...` prints.
//!
//! Names of members are those of the CloudFront API (2020-05-31). Ids of managed policies:
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html>
//! and `using-managed-origin-request-policies.html` beside it.

use std::collections::BTreeMap;

use serde::Deserialize;
use storable::site::{
    ClassKey, CookieKey, Forwarded, KeySettings, OneOrMore, QueryKey, RouteFile, Settings,
};

use super::document::File;
use super::{Imported, Left, terraform};

/// What one file holds.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    distribution_config: Option<Distribution>,
    distribution: Option<Outer>,
    cache_policy: Option<CachePolicy>,
    origin_request_policy: Option<OriginRequestPolicy>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Outer {
    distribution_config: Distribution,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Distribution {
    default_cache_behavior: Behavior,
    #[serde(default)]
    cache_behaviors: Items<Behavior>,
    #[serde(default)]
    custom_error_responses: Items<ErrorResponse>,
    #[serde(default)]
    comment: String,
}

/// A list as the API prints it: without `Items` where it is empty.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Items<T> {
    #[serde(default = "Vec::new")]
    items: Vec<T>,
}

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self { items: Vec::new() }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Behavior {
    path_pattern: Option<String>,
    cache_policy_id: Option<String>,
    origin_request_policy_id: Option<String>,
    forwarded_values: Option<ForwardedValues>,
    #[serde(rename = "MinTTL")]
    min_ttl: Option<u64>,
    #[serde(rename = "DefaultTTL")]
    default_ttl: Option<u64>,
    #[serde(rename = "MaxTTL")]
    max_ttl: Option<u64>,
    #[serde(default)]
    lambda_function_associations: Items<serde_json::Value>,
    #[serde(default)]
    function_associations: Items<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ErrorResponse {
    error_code: u16,
    #[serde(rename = "ErrorCachingMinTTL")]
    error_caching_min_ttl: Option<u64>,
}

/// Settings of before there were cache policies.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ForwardedValues {
    #[serde(default)]
    query_string: bool,
    #[serde(default)]
    query_string_cache_keys: Items<String>,
    #[serde(default)]
    headers: Items<String>,
    cookies: Option<ForwardedCookies>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ForwardedCookies {
    forward: String,
    #[serde(default)]
    whitelisted_names: Items<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CachePolicy {
    id: String,
    cache_policy_config: PolicyConfig,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OriginRequestPolicy {
    id: String,
    origin_request_policy_config: PolicyConfig,
}

/// A policy of either kind.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyConfig {
    #[serde(rename = "MinTTL")]
    min_ttl: Option<u64>,
    #[serde(rename = "DefaultTTL")]
    default_ttl: Option<u64>,
    #[serde(rename = "MaxTTL")]
    max_ttl: Option<u64>,
    parameters_in_cache_key_and_forwarded_to_origin: Option<Parameters>,
    cookies_config: Option<CookiesConfig>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Parameters {
    enable_accept_encoding_gzip: bool,
    enable_accept_encoding_brotli: bool,
    headers_config: Option<HeadersConfig>,
    cookies_config: Option<CookiesConfig>,
    query_strings_config: Option<QueryStringsConfig>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct HeadersConfig {
    #[serde(default)]
    headers: Names,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CookiesConfig {
    cookie_behavior: String,
    #[serde(default)]
    cookies: Names,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct QueryStringsConfig {
    query_string_behavior: String,
    #[serde(default)]
    query_strings: Names,
}

#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Names {
    #[serde(default)]
    items: Vec<String>,
}

/// The ids of managed cache policies, and the profiles that they are.
const OPTIMIZED: [&str; 2] =
    ["658327ea-f89d-4fab-a63d-7e88639e58f6", "b2884449-e4de-46a7-ac36-70bc7f1ddd6d"];
const DISABLED: &str = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
/// UseOriginCacheControlHeaders, without and with the query in the key.
const ORIGINS: &str = "83da9c7e-98b4-4e11-a168-04f0df8e2c65";
const ORIGINS_WITH_QUERY: &str = "4cc15a8a-d715-48a4-82b8-cc0b614638fe";
/// Managed origin request policies that forward cookies, and those that do not.
const ALL_VIEWER: [&str; 2] =
    ["216adef6-5c7f-47e4-b989-5492eafa07d3", "b689b0a8-53d0-40ab-baf2-68738e2966ac"];
const WITHOUT_COOKIES: [&str; 3] = [
    "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
    "59781a5b-3903-41f3-afcb-af62929ccde1",
    "acba4595-bd28-49b8-b9fe-13317c0390fa",
];

/// Reads the files, in any order.
pub(super) fn import(files: &[File]) -> Result<Imported, String> {
    let mut policies = Policies::default();
    let mut distributions = Vec::new();
    let mut documents = Vec::new();
    for file in files {
        documents.extend(terraform::documents(file, vec![file.json()?], terraform::cloudfront));
    }
    for (place, document) in documents {
        let document =
            Document::deserialize(&document).map_err(|error| format!("{place}: {error}"))?;
        policies.cache.extend(document.cache_policy.map(|it| (it.id, it.cache_policy_config)));
        policies.request.extend(
            document.origin_request_policy.map(|it| (it.id, it.origin_request_policy_config)),
        );
        let distribution =
            document.distribution_config.or(document.distribution.map(|it| it.distribution_config));
        distributions.extend(distribution.map(|it| (place, it)));
    }
    match distributions.as_slice() {
        [(place, distribution)] => Ok(policies.site(place, distribution)),
        [] => Err("no file holds a DistributionConfig".to_owned()),
        all => {
            let places: Vec<_> = all.iter().map(|(place, _)| place.as_str()).collect();
            Err(format!(
                "more than one DistributionConfig: {}; name one file, or one resource of \
                         Terraform's as `state.json#ADDRESS`",
                places.join(", ")
            ))
        }
    }
}

#[derive(Default)]
struct Policies {
    cache: BTreeMap<String, PolicyConfig>,
    request: BTreeMap<String, PolicyConfig>,
}

/// A route on the way, and what of its behaviour it does not say.
struct Draft {
    place: String,
    route: RouteFile,
    left: Vec<Left>,
}

impl Draft {
    fn left(&mut self, says: impl Into<String>, questions: &[&str]) {
        self.left.push(Left { place: self.place.clone(), says: says.into() });
        self.route.unknown.extend(questions.iter().map(|question| (*question).to_owned()));
    }
}

impl Policies {
    fn site(&self, file: &str, distribution: &Distribution) -> Imported {
        let mut imported = Imported::default();
        imported.site.name.clone_from(&distribution.comment);
        let behaviors = distribution.cache_behaviors.items.iter().enumerate();
        let named =
            behaviors.map(|(at, behavior)| (format!("CacheBehaviors.Items[{at}]"), behavior));
        let default = ("DefaultCacheBehavior".to_owned(), &distribution.default_cache_behavior);
        for (name, behavior) in named.chain([default]) {
            let mut draft = Draft {
                place: format!("{file}: {name}"),
                route: RouteFile::default(),
                left: Vec::new(),
            };
            self.behavior(&mut draft, behavior);
            if draft.route.profile != "cloudfront-caching-disabled" {
                for error in &distribution.custom_error_responses.items {
                    if let Some(seconds) = error.error_caching_min_ttl {
                        draft
                            .route
                            .settings
                            .error_ttl
                            .insert(error.error_code.to_string(), seconds);
                    }
                }
            }
            imported.site.route.push(draft.route);
            imported.left.extend(draft.left);
        }
        imported
    }

    fn behavior(&self, draft: &mut Draft, behavior: &Behavior) {
        if let Some(pattern) = &behavior.path_pattern {
            draft.route.path = OneOrMore(vec![format!("/{}", pattern.trim_start_matches('/'))]);
        }
        draft.route.profile = "cloudfront".to_owned();
        match (&behavior.cache_policy_id, &behavior.forwarded_values) {
            (Some(id), _) => self.cache_policy(draft, id),
            (None, Some(values)) => legacy(draft, behavior, values),
            (None, None) => {
                draft.left("neither a cache policy nor ForwardedValues", LIFETIME_AND_KEY)
            }
        }
        if let Some(id) = &behavior.origin_request_policy_id {
            self.request_policy(draft, id);
        }
        let code = [&behavior.lambda_function_associations, &behavior.function_associations];
        if code.iter().any(|functions| !functions.items.is_empty()) {
            draft.left(
                "functions at the edge may change the request, its key and the response",
                &["bypass", "key", "key-cookies", "key-query", "set-cookie", "default-ttl"],
            );
        }
    }

    fn cache_policy(&self, draft: &mut Draft, id: &str) {
        if id == DISABLED {
            draft.route.profile = "cloudfront-caching-disabled".to_owned();
        } else if let Some(policy) = self.cache.get(id) {
            let ttls = [policy.min_ttl, policy.default_ttl, policy.max_ttl];
            let parameters = policy.parameters_in_cache_key_and_forwarded_to_origin.clone();
            lifetimes(draft, ttls);
            key(draft, &parameters.unwrap_or_default());
        } else if OPTIMIZED.contains(&id) {
            draft.route.profile = "cloudfront-caching-optimized".to_owned();
            draft.route.settings.key = Some(encoding_key());
        } else if id == ORIGINS || id == ORIGINS_WITH_QUERY {
            draft.route.profile = "cloudfront-use-origin-cache-control-headers".to_owned();
            let mut key = encoding_key();
            let query = if id == ORIGINS { QueryKey::None } else { QueryKey::All };
            key.query = Some(query);
            draft.route.settings.key = Some(key);
        } else {
            let says = missing("cache policy", id, "get-cache-policy");
            draft.left(says, LIFETIME_AND_KEY);
        }
    }

    /// Cookies that go to the origin have their Set-Cookie replayed, in the key or not.
    fn request_policy(&self, draft: &mut Draft, id: &str) {
        if draft.route.profile == "cloudfront-caching-disabled" {
            return;
        }
        let cookies = self.request.get(id).and_then(|policy| policy.cookies_config.as_ref());
        let forwards = cookies.is_some_and(|cookies| cookies.cookie_behavior != "none");
        if forwards || ALL_VIEWER.contains(&id) {
            draft.route.settings.forwarded_cookies = Some(Forwarded::Some);
        } else if !self.request.contains_key(id) && !WITHOUT_COOKIES.contains(&id) {
            let says = missing("origin request policy", id, "get-origin-request-policy");
            draft.left(says, &["set-cookie", "collapsing"]);
        }
    }
}

fn missing(what: &str, id: &str, command: &str) -> String {
    match terraform::is_untold_text(id) {
        true => format!("the {what} is {id}"),
        false => format!("{what} {id} is in none of the files; add what {command} prints"),
    }
}

const LIFETIME_AND_KEY: &[&str] = &[
    "minimum-ttl",
    "default-ttl",
    "maximum-ttl",
    "key",
    "key-cookies",
    "key-query",
    "set-cookie",
    "collapsing",
];

fn lifetimes(draft: &mut Draft, [minimum, default, maximum]: [Option<u64>; 3]) {
    if maximum == Some(0) {
        draft.route.profile = "cloudfront-caching-disabled".to_owned();
        return;
    }
    let settings: &mut Settings = &mut draft.route.settings;
    settings.minimum_ttl = minimum;
    settings.default_ttl = default;
    settings.maximum_ttl = maximum;
}

/// Accept-Encoding is in the key by the codings that CloudFront compresses with.
fn encoding_key() -> KeySettings {
    let mut key = KeySettings::default();
    key.classes = vec![ClassKey::Field("accept-encoding".to_owned())];
    key
}

fn key(draft: &mut Draft, parameters: &Parameters) {
    if draft.route.profile == "cloudfront-caching-disabled" {
        return;
    }
    let compresses =
        parameters.enable_accept_encoding_gzip || parameters.enable_accept_encoding_brotli;
    let mut key = if compresses { encoding_key() } else { KeySettings::default() };
    if let Some(headers) = &parameters.headers_config {
        header_key(draft, &mut key, &headers.headers.items);
    }
    if let Some(cookies) = &parameters.cookies_config {
        key.cookies = cookie_key(&cookies.cookie_behavior, &cookies.cookies.items);
    }
    if let Some(query) = &parameters.query_strings_config {
        let names = query.query_strings.items.clone();
        key.query = Some(match query.query_string_behavior.as_str() {
            "all" => QueryKey::All,
            "whitelist" => QueryKey::Only(names),
            "allExcept" => QueryKey::AllBut(names),
            _ => QueryKey::None,
        });
    }
    draft.route.settings.key = Some(key);
}

/// Fields that CloudFront makes itself are classes of others, or of the address.
fn header_key(draft: &mut Draft, key: &mut KeySettings, names: &[String]) {
    let (mut fields, mut by_agent) = (Vec::new(), false);
    for name in names.iter().map(|name| name.to_ascii_lowercase()) {
        if name.starts_with("cloudfront-is-") {
            by_agent = true;
        } else if name.starts_with("cloudfront-") {
            draft.left(format!("header {name} in the key, which is not in the request"), &["key"]);
        } else {
            fields.push(name);
        }
    }
    if by_agent {
        key.classes.push(ClassKey::Field("user-agent".to_owned()));
    }
    key.headers = (!fields.is_empty()).then_some(OneOrMore(fields));
}

fn cookie_key(behavior: &str, names: &[String]) -> Option<CookieKey> {
    Some(match behavior {
        "all" => CookieKey::All,
        "whitelist" => CookieKey::Only(names.to_vec()),
        "allExcept" => CookieKey::AllBut(names.to_vec()),
        _ => CookieKey::None,
    })
}

fn legacy(draft: &mut Draft, behavior: &Behavior, values: &ForwardedValues) {
    if values.headers.items.iter().any(|name| name == "*") {
        // Where all headers are forwarded, nothing is cached.
        draft.route.profile = "cloudfront-caching-disabled".to_owned();
        return;
    }
    lifetimes(draft, [behavior.min_ttl, behavior.default_ttl, behavior.max_ttl]);
    if draft.route.profile == "cloudfront-caching-disabled" {
        return;
    }
    let mut key = KeySettings::default();
    header_key(draft, &mut key, &values.headers.items);
    key.cookies = values
        .cookies
        .as_ref()
        .and_then(|cookies| cookie_key(&cookies.forward, &cookies.whitelisted_names.items));
    key.query =
        Some(match (values.query_string, values.query_string_cache_keys.items.as_slice()) {
            (false, _) => QueryKey::None,
            (true, []) => QueryKey::All,
            (true, names) => QueryKey::Only(names.to_vec()),
        });
    draft.route.settings.key = Some(key);
}
