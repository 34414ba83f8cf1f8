//! What a backend's CDN policy makes of a route.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use storable::Profile;
use storable::profile::{Collapsing, Fact, KeyOrigin, VaryFields};
use storable::site::{
    BypassSettings, CookieKey, KeySettings, NegativeCaching, OneOrMore, QueryKey, RouteFile,
    StaleSetting, VarySetting,
};

use super::super::{Left, off};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Service,
    Bucket,
}

#[derive(Debug, Deserialize)]
pub(super) struct ApiBackend {
    pub(super) name: String,
    #[serde(rename = "enableCDN", alias = "enableCdn", default)]
    enable_cdn: bool,
    #[serde(rename = "cdnPolicy")]
    policy: Option<Policy>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Policy {
    cache_mode: Option<String>,
    default_ttl: Option<u64>,
    max_ttl: Option<u64>,
    negative_caching: Option<bool>,
    negative_caching_policy: Option<Vec<Negative>>,
    bypass_cache_on_request_headers: Option<Vec<HeaderName>>,
    cache_key_policy: Option<KeyPolicy>,
    serve_while_stale: Option<u64>,
    request_coalescing: Option<bool>,
    signed_url_key_names: Option<Vec<String>>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

/// Members that change nothing of what is stored, for how long, and for whom: `clientTtl` is for
/// browsers, and the age of signed URLs is for those alone.
const OF_NO_MATTER: &[&str] = &["clientTtl", "signedUrlCacheMaxAgeSec"];

#[derive(Debug, Deserialize)]
struct Negative {
    code: u16,
    #[serde(default)]
    ttl: u64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct HeaderName {
    header_name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct KeyPolicy {
    include_host: Option<bool>,
    include_protocol: Option<bool>,
    include_query_string: Option<bool>,
    query_string_whitelist: Option<Vec<String>>,
    query_string_blacklist: Option<Vec<String>>,
    include_http_headers: Option<Vec<String>>,
    include_named_cookies: Option<Vec<String>>,
}

impl ApiBackend {
    /// The route of the requests that it answers, and what of its policy that does not say.
    pub(super) fn route(&self, kind: Kind, place: &str) -> (RouteFile, Vec<Left>) {
        let place = format!("{place}/cdnPolicy");
        let mut draft = Draft { route: off(), left: Vec::new(), place };
        if self.enable_cdn {
            draft.policy(self.policy.as_ref().unwrap_or(&Policy::default()), kind);
        }
        (draft.route, draft.left)
    }
}

pub(super) const STATIC: &str = "google-cloud-cdn-cache-all-static";
const ORIGIN: &str = "google-cloud-cdn-use-origin-headers";
const FORCED: &str = "google-cloud-cdn-force-cache-all";

/// A route of which nothing is known.
pub(super) fn unknown_of(mut route: RouteFile) -> RouteFile {
    const ALL: &[&str] = &[
        "bypass",
        "no-store",
        "private",
        "no-cache",
        "set-cookie",
        "permits",
        "default-ttl",
        "fixed-ttl",
        "maximum-ttl",
        "key",
        "key-cookies",
        "key-query",
        "stale-while-revalidate",
    ];
    route.unknown.extend(ALL.iter().map(|&name| name.to_owned()));
    route.unknown.sort();
    route.unknown.dedup();
    if route.profile == off().profile {
        route.profile = STATIC.to_owned();
    }
    route
}

/// A backend's route on the way.
struct Draft {
    place: String,
    route: RouteFile,
    left: Vec<Left>,
}

impl Draft {
    fn left(&mut self, member: &str, says: &str, questions: &[&str]) {
        let place = format!("{}/{member}", self.place);
        self.left.push(Left { place, says: says.to_owned() });
        self.route.unknown.extend(questions.iter().map(|&question| question.to_owned()));
    }

    fn policy(&mut self, policy: &Policy, kind: Kind) {
        let profile = match policy.cache_mode.as_deref() {
            Some("CACHE_ALL_STATIC") | None => STATIC,
            Some("USE_ORIGIN_HEADERS") => ORIGIN,
            Some("FORCE_CACHE_ALL") => FORCED,
            Some("BYPASS_CACHE") => return,
            Some(mode) => {
                self.route = unknown_of(off());
                return self.left("cacheMode", &format!("the mode {mode} is not known"), &[]);
            }
        };
        self.route.profile = profile.to_owned();
        if profile != ORIGIN {
            self.route.settings.default_ttl = policy.default_ttl;
        }
        if profile == STATIC {
            self.route.settings.maximum_ttl = policy.max_ttl;
        }
        self.negative(policy, profile);
        self.stale(policy, profile);
        let headers = policy.bypass_cache_on_request_headers.iter().flatten();
        let names: Vec<_> = headers.map(|header| header.header_name.to_ascii_lowercase()).collect();
        if !names.is_empty() {
            let mut bypass = BypassSettings::default();
            bypass.headers = OneOrMore(names);
            self.route.settings.bypass.push(bypass);
        }
        if policy.request_coalescing == Some(false) {
            self.route.settings.collapsing = Some(Collapsing::Off);
        }
        self.key(policy.cache_key_policy.as_ref(), kind);
        if policy.signed_url_key_names.as_ref().is_some_and(|names| !names.is_empty()) {
            let says = "answers to signed URLs are stored whatever their headers say";
            let questions: &[&str] = match profile {
                FORCED => &["fixed-ttl"],
                _ => &["no-store", "private", "permits", "fixed-ttl"],
            };
            self.left("signedUrlKeyNames", says, questions);
        }
        for name in policy.others.keys().filter(|name| !OF_NO_MATTER.contains(&name.as_str())) {
            self.left(name, "it cannot be expressed", &["bypass", "key", "fixed-ttl"]);
        }
    }

    /// With a policy of its own, only the codes that it names are cached negatively.
    fn negative(&mut self, policy: &Policy, profile: &str) {
        let settings = &mut self.route.settings;
        let own = policy.negative_caching_policy.iter().flatten();
        let own: BTreeMap<_, _> = own.map(|entry| (entry.code.to_string(), entry.ttl)).collect();
        match policy.negative_caching {
            Some(true) if !own.is_empty() => {
                settings.negative_caching = Some(NegativeCaching::Off);
                settings.negative_ttl = own;
            }
            Some(true) => settings.negative_caching = Some(NegativeCaching::On),
            Some(false) => settings.negative_caching = Some(NegativeCaching::Off),
            None => {}
        }
        if profile == FORCED {
            // What becomes there of errors that negative caching is not for is not said.
            settings.negative_caching = None;
        }
    }

    /// `serveWhileStale`, a day by default; 0 leaves what the response itself allows.
    fn stale(&mut self, policy: &Policy, profile: &str) {
        match policy.serve_while_stale {
            None | Some(86_400) => {}
            Some(0) => {
                self.route.settings.stale_while_revalidate = Some(StaleSetting::WhereStated);
            }
            Some(seconds) if profile != FORCED => {
                self.route.settings.stale_while_revalidate =
                    Some(StaleSetting::ElseSecondsUnlessBarred(seconds));
            }
            Some(_) => {
                let says = "how it goes with what the response says is not said";
                self.left("serveWhileStale", says, &["stale-while-revalidate"]);
            }
        }
    }

    fn key(&mut self, policy: Option<&KeyPolicy>, kind: Kind) {
        let mut key = KeySettings::default();
        let default = KeyPolicy::default();
        let given = policy.is_some();
        let policy = policy.unwrap_or(&default);
        let only = policy.query_string_whitelist.clone().filter(|names| !names.is_empty());
        if kind == Kind::Bucket {
            key.origin = Some(KeyOrigin::Nothing);
            key.query = Some(QueryKey::Only(only.unwrap_or_default()));
            let says = "the parameters that Cloud Storage knows are in the key too";
            self.left("cacheKeyPolicy", says, &["key-query"]);
        } else if given {
            let but = policy.query_string_blacklist.clone().filter(|names| !names.is_empty());
            key.query = match (policy.include_query_string, only, but) {
                (Some(false), ..) => Some(QueryKey::None),
                (_, Some(names), _) => Some(QueryKey::Only(names)),
                (_, None, Some(names)) => Some(QueryKey::AllBut(names)),
                (Some(true), None, None) => None,
                (None, None, None) => Some(QueryKey::None),
            };
            let has = |member: Option<bool>| member == Some(true);
            key.origin = match (has(policy.include_protocol), has(policy.include_host)) {
                (true, true) => None,
                (false, true) => Some(KeyOrigin::Host),
                (true, false) => Some(KeyOrigin::Scheme),
                (false, false) => Some(KeyOrigin::Nothing),
            };
        }
        let lower =
            |names: &Vec<String>| names.iter().map(|name| name.to_ascii_lowercase()).collect();
        let headers: Vec<String> =
            policy.include_http_headers.as_ref().map(lower).unwrap_or_default();
        if !headers.is_empty() {
            self.route.settings.vary = with_vary(&self.route.profile, &headers);
            key.headers = Some(OneOrMore(headers));
        }
        let cookies = policy.include_named_cookies.clone().filter(|names| !names.is_empty());
        key.cookies = cookies.map(CookieKey::Only);
        if key != KeySettings::default() {
            self.route.settings.key = Some(key);
        }
    }
}

/// Vary may name the fields that are in the key, beside those that it may always name.
fn with_vary(profile: &str, headers: &[String]) -> Option<VarySetting> {
    match Profile::find(profile)?.facts().vary_fields {
        Fact::Known(VaryFields::OnlyThese(names)) => {
            let names = names.iter().map(|&name| name.to_owned()).chain(headers.to_vec());
            Some(VarySetting::OnlyThese(names.collect()))
        }
        _ => None,
    }
}
