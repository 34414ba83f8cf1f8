//! Google Cloud CDN: backends and URL maps, as `gcloud compute ... describe` prints them.
//!
//! Members are those of the Compute Engine API v1 (discovery document, revision 20261106): BackendService,
//! BackendBucket, BackendServiceCdnPolicy, CacheKeyPolicy, UrlMap, whose texts also say how a map decides:
//! of paths the longest goes first, of routes the least priority
//! (<https://docs.cloud.google.com/load-balancing/docs/url-map-concepts>; the same in
//! github.com/hashicorp/terraform-provider-google 00e4516 compute_url_map). Seen 2026-11-30.

mod backend;
mod url_map;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use storable::site::RouteFile;

use self::backend::{ApiBackend, Kind, STATIC, unknown_of};
use self::url_map::{Action, HostRule, PathMatcher, PathRule, RouteRule, UrlMap};
use super::decision::TooMany;
use super::document::File;
use super::plan::{Plan, one_of};
use super::request::{Condition, Target, Truth};
use super::{Imported, Left, off, terraform};

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

/// What becomes of the requests that a backend answers.
#[derive(Clone, Debug)]
struct Backend {
    route: RouteFile,
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
        let (route, mut left) = backend.route(kind, place);
        self.left.append(&mut left);
        self.backends.insert((kind, backend.name), Backend { route });
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
        let routes = plan.routes(|applied| {
            let mut all = applied.iter().filter_map(|at| backends.get(*at).cloned());
            // One that may match goes before those that are for what is left.
            all.next().unwrap_or_else(off)
        });
        let mut imported = Imported { left: self.left, ..Imported::default() };
        imported.site.name = map.name;
        imported.site.route = routes;
        Ok(imported)
    }

    /// Whole hosts go before those with a star. Which of two with a star goes first is not said.
    fn host_rules(&mut self, map: &UrlMap, place: &str, entries: &mut Vec<(Condition, Action)>) {
        let mut hosts: Vec<(&String, &HostRule)> = map
            .host_rules
            .iter()
            .flat_map(|rule| rule.hosts.iter().map(move |host| (host, rule)))
            .collect();
        hosts.sort_by_key(|(host, _)| (host.contains('*'), std::cmp::Reverse(host.len())));
        let others = hosts.clone();
        for (host, rule) in hosts {
            let Some(at) = map.path_matchers.iter().position(|it| it.name == rule.path_matcher)
            else {
                self.left(place, format!("there is no path matcher `{}`", rule.path_matcher));
                continue;
            };
            let Some(matcher) = map.path_matchers.get(at) else { continue };
            let is_within = |(other, _): &(&String, &HostRule)| {
                let shorter = other.len() < host.len() && other.len() > 1;
                shorter && other.strip_prefix('*').is_some_and(|end| host.ends_with(end))
            };
            let also_for = others.iter().find(|other| host.starts_with('*') && is_within(other));
            if let Some((other, _)) = also_for {
                self.left(place, format!("which of the hosts `{host}` and `{other}` goes first"));
            }
            // A star stands for every host; whole host names have no port here.
            let condition = match host.as_str() {
                "*" => Condition::is(Truth::Yes),
                host => Condition::of_target(Target::hosts([host])),
            };
            let condition = match also_for {
                Some(_) => condition.and(&Condition::is(Truth::Untold)).unwrap_or(condition),
                None => condition,
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
        // The longest goes first; of two of one length the one that is whole.
        let length = |path: &str| std::cmp::Reverse(path.trim_end_matches('*').len());
        paths.sort_by_key(|(path, _)| (length(path), path.ends_with('*')));
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
                if one.path_template_match.as_ref().is_some_and(|it| it.contains("**")) {
                    let says = "which paths a template with `**` is for cannot be told exactly";
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
