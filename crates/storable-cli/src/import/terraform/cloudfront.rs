//! Distributions and policies of CloudFront.

use serde_json::{Map, Value, json};

use super::{Resource, UNTOLD, is_empty, is_untold, of_resource};

/// How a member of a resource stands in the API's form.
enum Form {
    /// As it is.
    Plain,
    /// A block of which there is one, as an object.
    One(&'static [Member]),
    /// A list under `Items`; of objects, where it has members.
    Items(&'static [Member]),
}

/// The names in Terraform and in the API.
type Member = (&'static str, &'static str, Form);

/// An object in the API's form. What is empty is not there.
fn shaped(value: &Value, members: &[Member]) -> Value {
    let mut made = Map::new();
    for (name, api, form) in members {
        let Some(own) = value.get(name).filter(|own| !is_empty(own)) else { continue };
        made.insert(
            (*api).to_owned(),
            match form {
                Form::Plain => own.clone(),
                Form::One(members) => own.get(0).map_or(own.clone(), |one| shaped(one, members)),
                Form::Items([]) => json!({ "Items": own }),
                Form::Items(members) => {
                    let list = own.as_array().into_iter().flatten();
                    json!({ "Items": list.map(|one| shaped(one, members)).collect::<Vec<_>>() })
                }
            },
        );
    }
    Value::Object(made)
}

const NAMES: &[Member] = &[("items", "Items", Form::Plain)];
const COOKIES: &[Member] =
    &[("cookie_behavior", "CookieBehavior", Form::Plain), ("cookies", "Cookies", Form::One(NAMES))];
const PARAMETERS: &[Member] = &[
    ("enable_accept_encoding_gzip", "EnableAcceptEncodingGzip", Form::Plain),
    ("enable_accept_encoding_brotli", "EnableAcceptEncodingBrotli", Form::Plain),
    ("headers_config", "HeadersConfig", Form::One(&[("headers", "Headers", Form::One(NAMES))])),
    ("cookies_config", "CookiesConfig", Form::One(COOKIES)),
    (
        "query_strings_config",
        "QueryStringsConfig",
        Form::One(&[
            ("query_string_behavior", "QueryStringBehavior", Form::Plain),
            ("query_strings", "QueryStrings", Form::One(NAMES)),
        ]),
    ),
];
const POLICY: &[Member] = &[
    ("min_ttl", "MinTTL", Form::Plain),
    ("default_ttl", "DefaultTTL", Form::Plain),
    ("max_ttl", "MaxTTL", Form::Plain),
    ("cookies_config", "CookiesConfig", Form::One(COOKIES)),
    (
        "parameters_in_cache_key_and_forwarded_to_origin",
        "ParametersInCacheKeyAndForwardedToOrigin",
        Form::One(PARAMETERS),
    ),
];
const FORWARDED: &[Member] = &[
    ("query_string", "QueryString", Form::Plain),
    ("query_string_cache_keys", "QueryStringCacheKeys", Form::Items(&[])),
    ("headers", "Headers", Form::Items(&[])),
    (
        "cookies",
        "Cookies",
        Form::One(&[
            ("forward", "Forward", Form::Plain),
            ("whitelisted_names", "WhitelistedNames", Form::Items(&[])),
        ]),
    ),
];
const BEHAVIOR: &[Member] = &[
    ("path_pattern", "PathPattern", Form::Plain),
    ("cache_policy_id", "CachePolicyId", Form::Plain),
    ("origin_request_policy_id", "OriginRequestPolicyId", Form::Plain),
    ("forwarded_values", "ForwardedValues", Form::One(FORWARDED)),
    ("min_ttl", "MinTTL", Form::Plain),
    ("default_ttl", "DefaultTTL", Form::Plain),
    ("max_ttl", "MaxTTL", Form::Plain),
    ("lambda_function_association", "LambdaFunctionAssociations", Form::Items(&[])),
    ("function_association", "FunctionAssociations", Form::Items(&[])),
];
const DISTRIBUTION: &[Member] = &[
    ("comment", "Comment", Form::Plain),
    ("default_cache_behavior", "DefaultCacheBehavior", Form::One(BEHAVIOR)),
    ("ordered_cache_behavior", "CacheBehaviors", Form::Items(BEHAVIOR)),
    (
        "custom_error_response",
        "CustomErrorResponses",
        Form::Items(&[
            ("error_code", "ErrorCode", Form::Plain),
            ("error_caching_min_ttl", "ErrorCachingMinTTL", Form::Plain),
        ]),
    ),
];

/// What CloudFront's API prints of distributions and policies.
pub(in crate::import) fn cloudfront(all: &[Resource]) -> Vec<(String, Value)> {
    all.iter().filter_map(|it| Some((it.address.clone(), of_cloudfront(it)?))).collect()
}

fn of_cloudfront(resource: &Resource) -> Option<Value> {
    let own = resource.values.get("id").filter(|id| !is_untold(id)).and_then(Value::as_str);
    let id = own.map_or_else(|| of_resource(&resource.address), str::to_owned);
    let values = &resource.values;
    Some(match resource.kind.as_str() {
        "aws_cloudfront_distribution" => {
            let mut told = values.clone();
            for name in ["default_cache_behavior", "ordered_cache_behavior"] {
                let behaviors = told.get_mut(name).and_then(Value::as_array_mut);
                behaviors.into_iter().flatten().for_each(doubt);
            }
            json!({ "DistributionConfig": shaped(&told, DISTRIBUTION) })
        }
        // Of a policy with a part that is not known nothing is known.
        "aws_cloudfront_cache_policy" | "aws_cloudfront_origin_request_policy"
            if is_untold(&shaped(values, POLICY)) =>
        {
            return None;
        }
        "aws_cloudfront_cache_policy" => {
            json!({ "CachePolicy": { "Id": id, "CachePolicyConfig": shaped(values, POLICY) } })
        }
        "aws_cloudfront_origin_request_policy" => json!({
            "OriginRequestPolicy": { "Id": id, "OriginRequestPolicyConfig": shaped(values, POLICY) }
        }),
        _ => return None,
    })
}

/// A behaviour of which the path, a lifetime or a part of the key is not known has a policy that is not.
fn doubt(behavior: &mut Value) {
    let Value::Object(members) = behavior else { return };
    let is_untold = |members: &Map<String, Value>, name| members.get(name).is_some_and(is_untold);
    let of_policy = ["forwarded_values", "min_ttl", "default_ttl", "max_ttl"];
    let without_path = is_untold(members, "path_pattern");
    let without_policy = of_policy.iter().any(|name| is_untold(members, name))
        && members.get("cache_policy_id").is_none_or(is_empty);
    if without_path {
        members.remove("path_pattern");
    }
    if without_path || without_policy {
        members.insert("cache_policy_id".to_owned(), json!(UNTOLD));
    }
    if members.get("cache_policy_id").is_some_and(|id| !is_empty(id)) {
        of_policy.iter().for_each(|name| drop(members.remove(*name)));
    }
}
