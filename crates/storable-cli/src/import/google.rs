//! Google Cloud CDN: backends and URL maps, as `gcloud compute ... describe` prints them.
//!
//! Members are those of the Compute Engine API v1 (discovery document, revision 20261106): BackendService,
//! BackendBucket, BackendServiceCdnPolicy, CacheKeyPolicy, UrlMap. How a URL map decides:
//! <https://docs.cloud.google.com/load-balancing/docs/url-map-concepts>. Seen 2026-11-30.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use storable::Profile;
use storable::profile::{Collapsing, Fact, KeyOrigin, VaryFields};
use storable::site::{
    BypassSettings, CookieKey, KeySettings, NegativeCaching, OneOrMore, QueryKey, RouteFile,
    StaleSetting, VarySetting,
};

use super::decision::{Decisions, TooMany};
use super::document::File;
use super::plan::{Mixed, Plan, one_of};
use super::request::{Condition, Part, Parts, Target, Truth};
use super::{Imported, Left, off, pattern, terraform};

/// Reads the files, in any order.
pub(super) fn import(files: &[File]) -> Result<Imported, String> {
    let mut project = Project::default();
    for file in files {
        for (place, document) in terraform::documents(file, file.yaml()?, terraform::google) {
            project.read(&document, &format!("{place}: "));
        }
    }
    match (project.maps.len(), project.backends.len()) {
        (0, 0) => Err("no file holds a backend service, a backend bucket or a URL map".to_owned()),
        (0, 1) => Ok(project.one_backend()),
        (0, _) => Err("several backends and no URL map, which would say what goes to which: add \
                       what `gcloud compute url-maps describe` prints"
            .to_owned()),
        (1, _) => project.mapped(),
        _ => Err("more than one URL map: name one file, or one resource of Terraform's as \
                  `state.json#ADDRESS`"
            .to_owned()),
    }
}

/// Backends by kind and name, and the URL maps.
#[derive(Default)]
struct Project {
    backends: BTreeMap<(Kind, String), Backend>,
    maps: Vec<(String, UrlMap)>,
    left: Vec<Left>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Service,
    Bucket,
}

/// What becomes of the requests that a backend answers.
#[derive(Clone, Debug)]
struct Backend {
    route: RouteFile,
}

#[derive(Debug, Deserialize)]
struct ApiBackend {
    name: String,
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

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct UrlMap {
    name: String,
    host_rules: Vec<HostRule>,
    path_matchers: Vec<PathMatcher>,
    #[serde(flatten)]
    action: Action,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct HostRule {
    hosts: Vec<String>,
    path_matcher: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PathMatcher {
    name: String,
    path_rules: Vec<PathRule>,
    route_rules: Vec<RouteRule>,
    #[serde(flatten)]
    action: Action,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PathRule {
    paths: Vec<String>,
    #[serde(flatten)]
    action: Action,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RouteRule {
    priority: i64,
    match_rules: Vec<MatchRule>,
    #[serde(flatten)]
    action: Action,
}

/// What becomes of a request; in defaults the names begin with `default`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Action {
    #[serde(alias = "defaultService")]
    service: Option<String>,
    #[serde(alias = "defaultRouteAction")]
    route_action: Option<RouteAction>,
    #[serde(alias = "defaultUrlRedirect")]
    url_redirect: Option<Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RouteAction {
    weighted_backend_services: Vec<Weighted>,
    cache_policy: Option<Value>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Weighted {
    backend_service: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct MatchRule {
    prefix_match: Option<String>,
    full_path_match: Option<String>,
    regex_match: Option<String>,
    path_template_match: Option<String>,
    ignore_case: bool,
    header_matches: Vec<ValueMatch>,
    query_parameter_matches: Vec<ValueMatch>,
    metadata_filters: Vec<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ValueMatch {
    #[serde(alias = "headerName")]
    name: String,
    exact_match: Option<String>,
    prefix_match: Option<String>,
    suffix_match: Option<String>,
    present_match: Option<bool>,
    regex_match: Option<String>,
    range_match: Option<Value>,
    invert_match: bool,
}

impl Project {
    fn left(&mut self, place: &str, says: impl Into<String>) {
        let place = place.trim_end_matches([':', ' ']).to_owned();
        self.left.push(Left { place, says: says.into() });
    }

    /// A resource, or a list of them, by what its members are.
    fn read(&mut self, value: &Value, place: &str) {
        if let Value::Array(list) = value {
            for (at, value) in list.iter().enumerate() {
                self.read(value, &format!("{place}/{at}"));
            }
            return;
        }
        let has = |name: &str| value.get(name).is_some();
        let is_bucket = has("bucketName");
        let read = if has("defaultService") || has("defaultUrlRedirect") || has("pathMatchers") {
            UrlMap::deserialize(value).map(|map| self.maps.push((place.to_owned(), map)))
        } else if is_bucket || has("enableCDN") || has("cdnPolicy") || has("backends") {
            let kind = if is_bucket { Kind::Bucket } else { Kind::Service };
            ApiBackend::deserialize(value).map(|backend| self.backend(kind, backend, place))
        } else {
            return;
        };
        if let Err(error) = read {
            self.left(place, format!("the resource cannot be read: {error}"));
        }
    }

    fn backend(&mut self, kind: Kind, backend: ApiBackend, place: &str) {
        let mut draft =
            Draft { route: off(), left: Vec::new(), place: format!("{place}/cdnPolicy") };
        if backend.enable_cdn {
            draft.policy(&backend.policy.unwrap_or_default(), kind);
        }
        self.left.append(&mut draft.left);
        self.backends.insert((kind, backend.name), Backend { route: draft.route });
    }

    /// The site of one backend, for every request.
    fn one_backend(self) -> Imported {
        let mut imported = Imported { left: self.left, ..Imported::default() };
        if let Some(((_, name), backend)) = self.backends.into_iter().next() {
            imported.site.name = name;
            imported.site.route = vec![backend.route];
        }
        imported
    }

    fn mapped(mut self) -> Result<Imported, String> {
        let Some((place, map)) = self.maps.pop() else { return Ok(Imported::default()) };
        let mut entries = Vec::new();
        self.host_rules(&map, &place, &mut entries);
        let (conditions, mut actions): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
        actions.push(map.action.clone());
        let backends: Vec<RouteFile> =
            actions.iter().map(|action| self.route(action, &place)).collect();
        let plan = Plan::first_of(&conditions, conditions.len())
            .map_err(|TooMany| format!("{place}the map has too many cases to write them out"))?;
        let mut mixed = false;
        let routes = plan.routes(
            |applied| {
                let all = applied.iter().filter_map(|at| backends.get(*at).cloned());
                // One that may match goes before those that are for what is left.
                all.take(1).next().unwrap_or_else(off)
            },
            |Mixed { .. }| mixed = true,
        );
        if mixed {
            let says = "requests of one path go to several backends, by field or query";
            self.left(&place, says);
        }
        let mut imported = Imported { left: self.left, ..Imported::default() };
        imported.site.name = map.name;
        imported.site.route = routes;
        Ok(imported)
    }

    /// Whole hosts go before those with a star, the longest first.
    fn host_rules(&mut self, map: &UrlMap, place: &str, entries: &mut Vec<(Condition, Action)>) {
        let mut hosts: Vec<(&String, &HostRule)> = map
            .host_rules
            .iter()
            .flat_map(|rule| rule.hosts.iter().map(move |host| (host, rule)))
            .collect();
        hosts.sort_by_key(|(host, _)| (host.contains('*'), std::cmp::Reverse(host.len())));
        for (host, rule) in hosts {
            let Some(at) = map.path_matchers.iter().position(|it| it.name == rule.path_matcher)
            else {
                self.left(place, format!("there is no path matcher `{}`", rule.path_matcher));
                continue;
            };
            let Some(matcher) = map.path_matchers.get(at) else { continue };
            // A star stands for every host; whole host names have no port here.
            let condition = match host.as_str() {
                "*" => Condition::is(Truth::Yes),
                host => Condition::of_target(Target::hosts([host])),
            };
            let within = format!("{place}/pathMatchers/{at}");
            for (own, action) in self.matcher(matcher, &within) {
                let both = condition.and(&own).unwrap_or(Condition::is(Truth::Untold));
                entries.push((both, action));
            }
            entries.push((condition, matcher.action.clone()));
        }
    }

    /// The rules of a path matcher: paths by their length, or routes by their priority.
    fn matcher(&mut self, matcher: &PathMatcher, place: &str) -> Vec<(Condition, Action)> {
        let mut paths: Vec<(&String, &PathRule)> = matcher
            .path_rules
            .iter()
            .flat_map(|rule| rule.paths.iter().map(move |path| (path, rule)))
            .collect();
        paths.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        let paths = paths
            .into_iter()
            .map(|(path, rule)| (Condition::of_target(Target::paths([path])), rule.action.clone()));
        let mut all: Vec<_> = paths.collect();
        let mut routes: Vec<(usize, &RouteRule)> = matcher.route_rules.iter().enumerate().collect();
        routes.sort_by_key(|(_, rule)| rule.priority);
        for (at, rule) in routes {
            let place = format!("{place}/routeRules/{at}");
            let mut condition =
                Condition::is(if rule.match_rules.is_empty() { Truth::Yes } else { Truth::No });
            for (at, one) in rule.match_rules.iter().enumerate() {
                if one.path_template_match.is_some() {
                    let says = "which paths a template is for cannot be told";
                    self.left(&format!("{place}/matchRules/{at}/pathTemplateMatch"), says);
                }
                let own = one.condition().and_then(Result::ok).unwrap_or_else(|| {
                    self.left(
                        &format!("{place}/matchRules/{at}"),
                        "it cannot be told of a request",
                    );
                    Condition::is(Truth::Untold)
                });
                condition = condition.or(&own).unwrap_or(Condition::is(Truth::Untold));
            }
            all.push((condition, rule.action.clone()));
        }
        all
    }

    /// The route of the requests with which something is done.
    fn route(&mut self, action: &Action, place: &str) -> RouteFile {
        if action.url_redirect.is_some() {
            // The load balancer answers itself.
            return off();
        }
        let of_action = action.route_action.clone().unwrap_or_default();
        let weighted = of_action.weighted_backend_services.iter().map(|it| &it.backend_service);
        let mut names: Vec<&String> = weighted.collect();
        if names.is_empty() {
            names.extend(action.service.as_ref());
        }
        let routes: Vec<_> = names.into_iter().map(|name| self.of_service(name, place)).collect();
        let mut route = one_of(routes);
        if let Some(policy) = &of_action.cache_policy {
            if policy.get("cacheMode").and_then(Value::as_str) == Some("BYPASS_CACHE") {
                return off();
            }
            self.left(place, "a cachePolicy of the URL map, which goes before the backend's");
            route = unknown_of(route);
        }
        route
    }

    fn of_service(&mut self, url: &str, place: &str) -> RouteFile {
        let kind = if url.contains("backendBuckets/") { Kind::Bucket } else { Kind::Service };
        let name = url.rsplit('/').next().unwrap_or(url);
        if let Some(backend) = self.backends.get(&(kind, name.to_owned())) {
            return backend.route.clone();
        }
        let says =
            format!("backend `{name}` is in none of the files; add what describe prints of it");
        if !self.left.iter().any(|left| left.says == says) {
            self.left(place, says);
        }
        let default = RouteFile { profile: STATIC.to_owned(), ..RouteFile::default() };
        unknown_of(default)
    }
}

const STATIC: &str = "google-cloud-cdn-cache-all-static";
const ORIGIN: &str = "google-cloud-cdn-use-origin-headers";
const FORCED: &str = "google-cloud-cdn-force-cache-all";

/// A route of which nothing is known.
fn unknown_of(mut route: RouteFile) -> RouteFile {
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

impl MatchRule {
    /// All that the rule names holds; `None` where that cannot be told.
    fn condition(&self) -> Option<Result<Condition, TooMany>> {
        if !self.metadata_filters.is_empty() {
            return None;
        }
        let case = if self.ignore_case { "(?i)" } else { "" };
        let plain = |text: &String| (!text.contains(['*', '?', '<'])).then(|| text.clone());
        let mut condition = Condition::is(Truth::Yes);
        let mut patterns = Vec::new();
        if let Some(path) = &self.full_path_match {
            patterns.push(format!("{case}{}", plain(path)?));
        }
        if let Some(path) = &self.prefix_match {
            patterns.push(format!("{case}{}*", plain(path)?));
        }
        if let Some(regex) = &self.regex_match {
            patterns.extend(pattern::of_regex(&format!("^(?:{regex})$"), false)?);
        }
        if !patterns.is_empty() {
            condition = Condition::of_target(Target::paths(patterns));
        }
        if let Some(template) = &self.path_template_match {
            // A variable is one segment, which a pattern cannot say: it may be for these paths.
            let (may, no) = (Decisions::always(Truth::Untold), Decisions::always(Truth::No));
            condition = Decisions::either(Target::paths([wider(template)]), may, no);
        }
        let fields = self.header_matches.iter().map(|it| (it, true));
        for (own, is_field) in
            fields.chain(self.query_parameter_matches.iter().map(|it| (it, false)))
        {
            let one = own.condition(is_field)?;
            match condition.and(&one) {
                Ok(both) => condition = both,
                Err(many) => return Some(Err(many)),
            }
        }
        Some(Ok(condition))
    }
}

/// A pattern for all paths of a template, and more.
fn wider(template: &str) -> String {
    let segments = template.split('/').map(|segment| match segment {
        segment if segment.contains(['{', '*']) => "*",
        segment => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

impl ValueMatch {
    /// A field or a parameter whose value matches.
    fn condition(&self, is_field: bool) -> Option<Condition> {
        if self.range_match.is_some() || self.name.starts_with(':') {
            return None;
        }
        let plain = |text: &String| (!text.contains(['*', '?', '<'])).then(|| text.clone());
        let patterns = if let Some(text) = &self.exact_match {
            vec![plain(text)?]
        } else if let Some(text) = &self.prefix_match {
            vec![format!("{}*", plain(text)?)]
        } else if let Some(text) = &self.suffix_match {
            vec![format!("*{}", plain(text)?)]
        } else if let Some(regex) = &self.regex_match {
            pattern::of_regex(&format!("^(?:{regex})$"), false)?
        } else {
            vec!["*".to_owned()]
        };
        let part = |pattern: String| match is_field {
            true => Part::Field(format!("{}: {pattern}", self.name.to_ascii_lowercase())),
            false => Part::Query(format!("{}={pattern}", self.name)),
        };
        let condition = Condition::of_parts(Parts::one_of(patterns.into_iter().map(part)));
        let absent = self.present_match == Some(false);
        Some(if absent != self.invert_match { condition.not() } else { condition })
    }
}
