//! Vercel: `vercel.json`, for answers of functions and of external origins.
//!
//! Header rules: <https://vercel.com/docs/project-configuration/vercel-json>; fields that a function
//! sends itself take the place of those of the same name in a rule
//! (<https://vercel.com/docs/caching/cdn-cache>). External rewrites:
//! <https://vercel.com/changelog/vercels-cdn-now-respects-cache-control-headers-from-external-origins-by-default>.
//! Seen 2026-11-30. Files are stored for the life of a deployment, whatever their headers say; which
//! paths are files' does not stand there, so that the site is one of functions.

use std::collections::BTreeSet;

use serde::Deserialize;
use storable::site::{Outcome, RouteFile, StaleSetting};

use super::decision::Decisions;
use super::document::File;
use super::plan::{Plan, one_of, store_in};
use super::request::{Condition, Part, Parts, Target, Truth};
use super::{Imported, Left, off, pattern};

/// Reads the file.
pub(super) fn import(files: &[File]) -> Result<Imported, String> {
    let [file] = files else { return Err("name `vercel.json` alone".to_owned()) };
    let json = file.json()?;
    let is_one = |name: &&str| json.get(name).is_some();
    if json.as_object().is_some_and(|members| !members.is_empty()) && !MEMBERS.iter().any(is_one) {
        return Err(file.problem("nothing in it stands in a `vercel.json`"));
    }
    let config = Config::deserialize(&json).map_err(|error| file.problem(error))?;
    let mut project = Project { rules: Vec::new(), plan: Plan::new(), left: Vec::new() };
    let place = |member: &str, at: usize| format!("{}: /{member}/{at}", file.name);
    for (at, rule) in config.headers.iter().enumerate() {
        let what = What::Headers(rule.headers.iter().map(Header::read).collect());
        project.add(&place("headers", at), &rule.matcher, what);
    }
    for (at, rule) in config.redirects.iter().enumerate() {
        project.add(&place("redirects", at), rule, What::Redirect);
    }
    for (at, rule) in config.rewrites.iter().enumerate() {
        if is_external(&rule.destination) {
            project.add(&place("rewrites", at), &rule.matcher, What::External);
        }
    }
    for (at, route) in config.routes.iter().enumerate() {
        project.legacy(&place("routes", at), route);
    }
    Ok(project.site())
}

/// What a `vercel.json` may hold (<https://vercel.com/docs/project-configuration/vercel-json>), by
/// which one is told from other files.
const MEMBERS: [&str; 24] = [
    "$schema",
    "buildCommand",
    "builds",
    "bunVersion",
    "cleanUrls",
    "crons",
    "devCommand",
    "env",
    "fluid",
    "framework",
    "functions",
    "git",
    "headers",
    "ignoreCommand",
    "images",
    "installCommand",
    "outputDirectory",
    "public",
    "redirects",
    "regions",
    "rewrites",
    "routes",
    "trailingSlash",
    "version",
];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Config {
    headers: Vec<HeaderRule>,
    redirects: Vec<Matcher>,
    rewrites: Vec<Rewrite>,
    routes: Vec<LegacyRoute>,
}

#[derive(Debug, Deserialize)]
struct HeaderRule {
    #[serde(flatten)]
    matcher: Matcher,
    headers: Vec<Header>,
}

#[derive(Debug, Deserialize)]
struct Header {
    key: String,
    value: String,
}

impl Header {
    fn read(&self) -> (String, String) {
        (self.key.to_ascii_lowercase(), self.value.clone())
    }
}

#[derive(Debug, Deserialize)]
struct Rewrite {
    #[serde(flatten)]
    matcher: Matcher,
    destination: String,
}

/// For which requests a rule is.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Matcher {
    source: String,
    has: Vec<Has>,
    missing: Vec<Has>,
}

#[derive(Debug, Deserialize)]
struct Has {
    #[serde(rename = "type")]
    kind: String,
    key: Option<String>,
    value: Option<serde_json::Value>,
}

/// A route of before there were `headers` and `rewrites`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct LegacyRoute {
    src: Option<String>,
    dest: Option<String>,
    status: Option<u16>,
    headers: std::collections::BTreeMap<String, String>,
    methods: Vec<String>,
    has: Vec<Has>,
    missing: Vec<Has>,
}

fn is_external(destination: &str) -> bool {
    destination.starts_with("https://") || destination.starts_with("http://")
}

/// What a rule does.
#[derive(Clone, Debug)]
enum What {
    Headers(Vec<(String, String)>),
    External,
    Redirect,
}

struct Project {
    rules: Vec<What>,
    plan: Plan,
    left: Vec<Left>,
}

/// The field by which an external rewrite is cached or not.
const REWRITE_CACHING: &str = "x-vercel-enable-rewrite-caching";

impl Project {
    fn left(&mut self, place: &str, says: impl Into<String>) {
        self.left.push(Left { place: place.to_owned(), says: says.into() });
    }

    fn add(&mut self, place: &str, matcher: &Matcher, what: What) {
        let path = path_condition(&regex_of(&matcher.source, "[^/]+"), || {
            pattern::of_regex(&regex_of(&matcher.source, ".+"), false)
        });
        self.add_rule(place, path, &matcher.has, &matcher.missing, what);
    }

    fn legacy(&mut self, place: &str, route: &LegacyRoute) {
        let Some(src) = &route.src else { return };
        let mut path = path_condition(&format!("^(?:{src})$"), || None);
        if !route.methods.is_empty() {
            let methods = Condition::of_target(Target::methods(&route.methods));
            path.condition = path.condition.and(&methods).unwrap_or(path.condition);
        }
        let headers = route.headers.iter();
        let headers: Vec<_> =
            headers.map(|(name, value)| (name.to_ascii_lowercase(), value.clone())).collect();
        let what = if route.status.is_some_and(|status| (300..400).contains(&status)) {
            What::Redirect
        } else if route.dest.as_deref().is_some_and(is_external) {
            What::External
        } else {
            What::Headers(headers)
        };
        self.add_rule(place, path, &route.has, &route.missing, what);
    }

    fn add_rule(&mut self, place: &str, path: Path, has: &[Has], missing: &[Has], what: What) {
        if let What::Headers(headers) = &what
            && !headers.iter().any(|(name, _)| matters(name))
        {
            return;
        }
        if !path.exact {
            self.left(place, "which paths it is for cannot be told exactly");
        }
        let mut condition = path.condition;
        let wanted = has.iter().map(|it| (it, true)).chain(missing.iter().map(|it| (it, false)));
        for (part, present) in wanted {
            let own = part.condition().unwrap_or_else(|| {
                self.left(place, format!("its condition on `{}` cannot be told", part.kind));
                Condition::is(Truth::Untold)
            });
            let own = if present { own } else { own.not() };
            condition = condition.and(&own).unwrap_or(Condition::is(Truth::Untold));
        }
        if let What::Headers(headers) = &what {
            for (name, value) in headers {
                if let Some(says) = untold(name, value) {
                    self.left(place, says);
                }
            }
        }
        if self.plan.add(self.rules.len(), &condition).is_err() {
            self.left(place, "with the others it makes too many cases to write them out");
        }
        self.rules.push(what);
    }

    fn site(mut self) -> Imported {
        let rules = self.rules;
        let mut routes = self.plan.routes(|applied| route(&rules, applied));
        let is_external = |route: &RouteFile| route.profile == EXTERNAL;
        if routes.iter().all(is_external) || !routes.iter().any(is_external) {
            // Whether what is rewritten is found under the same key as what is not is not said.
            store_in("cdn", &mut routes);
        }
        let undecided = |route: &RouteFile| {
            route.profile == EXTERNAL && route.unknown.iter().any(|it| it == "bypass")
        };
        let mut left = |says: &str| {
            let place = "vercel.json".to_owned();
            self.left.push(Left { place, says: says.to_owned() });
        };
        if routes.iter().any(undecided) {
            left(
                "external rewrites are cached in projects made since 6 April 2026 alone, and when this one \
                 was made does not stand there; `x-vercel-enable-rewrite-caching` would say it",
            );
        }
        let mut imported = Imported { left: self.left, ..Imported::default() };
        imported.site.route = routes;
        imported
    }
}

/// Behind an s-maxage stale answers are given until they are renewed, for a year at most.
const A_YEAR: u64 = 31_536_000;

const EXTERNAL: &str = "vercel-external-rewrites";

/// The route for requests to which some rules apply.
fn route(rules: &[What], applied: &BTreeSet<usize>) -> RouteFile {
    let mut headers = std::collections::BTreeMap::new();
    let mut profile = "vercel";
    for what in applied.iter().filter_map(|rule| rules.get(*rule)) {
        match what {
            What::Headers(own) => {
                headers.extend(own.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            }
            What::External => profile = EXTERNAL,
            What::Redirect => return off(),
        }
    }
    let mut route = RouteFile { profile: profile.to_owned(), ..RouteFile::default() };
    let get = |name: &str| headers.get(name).copied();
    // A targeted field of a rule goes before the Cache-Control that a function sends; one that a
    // function sends goes before it.
    let targeted = get("vercel-cdn-cache-control").or(get("cdn-cache-control"));
    if let Some(field) = targeted {
        let directives = Directives::of(field);
        if directives.bars {
            return off();
        }
        route.settings.fixed_ttl = directives.s_maxage.or(directives.max_age);
        route.settings.no_store = Some(Outcome::Ignored);
        route.settings.private = Some(Outcome::Ignored);
        route.settings.no_cache = Some(Outcome::Ignored);
        route.unknown.push("control-fields".to_owned());
    } else if let Some(field) = get("cache-control") {
        let directives = Directives::of(field);
        if profile == EXTERNAL {
            // Whether it goes before what the other site says is not said.
            route.unknown.push("default-ttl".to_owned());
        } else {
            route.settings.default_ttl = directives.s_maxage.filter(|_| !directives.bars);
            if route.settings.default_ttl.is_some() {
                let stale = directives.stale_while_revalidate.unwrap_or(A_YEAR);
                route.settings.stale_while_revalidate = Some(StaleSetting::ElseSeconds(stale));
            }
        }
    }
    if get("vary").is_some() {
        route.unknown.push("key".to_owned());
    }
    if get("set-cookie").is_some() {
        route.unknown.push("set-cookie".to_owned());
    }
    match (profile == EXTERNAL, get(REWRITE_CACHING)) {
        (false, _) | (true, Some("1")) => route,
        (true, Some(_)) => off(),
        (true, None) => one_of(vec![route, off()]),
    }
}

/// Whether a field of a rule changes what is stored.
fn matters(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "cache-control",
        "cdn-cache-control",
        "vercel-cdn-cache-control",
        "vary",
        "set-cookie",
        REWRITE_CACHING,
    ];
    NAMES.contains(&name)
}

/// What a field of a rule does that cannot be said.
fn untold(name: &str, value: &str) -> Option<String> {
    match name {
        "vary" | "set-cookie" => Some(format!("`{name}: {value}` is added to responses")),
        "cdn-cache-control" | "vercel-cdn-cache-control" => {
            Some(format!("`{name}: {value}` gives way where a function sends that field itself"))
        }
        _ => None,
    }
}

/// What counts of a Cache-Control or a targeted field.
#[derive(Default)]
struct Directives {
    s_maxage: Option<u64>,
    max_age: Option<u64>,
    stale_while_revalidate: Option<u64>,
    bars: bool,
}

impl Directives {
    fn of(field: &str) -> Self {
        let mut own = Self::default();
        for directive in field.split(',') {
            let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "s-maxage" => own.s_maxage = value.trim().parse().ok(),
                "max-age" => own.max_age = value.trim().parse().ok(),
                "stale-while-revalidate" => {
                    own.stale_while_revalidate = value.trim().parse().ok();
                }
                "no-store" | "private" | "no-cache" => own.bars = true,
                _ => {}
            }
        }
        own
    }
}

impl Has {
    /// Whether a request has it; `None` where that cannot be told.
    fn condition(&self) -> Option<Condition> {
        let patterns = match &self.value {
            None => vec!["*".to_owned()],
            Some(serde_json::Value::String(value)) => {
                pattern::of_regex(&format!("^(?:{value})$"), false)?
            }
            Some(_) => return None,
        };
        let key = self.key.as_deref().unwrap_or_default();
        if key.contains(['*', '?', '<']) {
            return None;
        }
        let parts = |part: &dyn Fn(&str) -> Part| {
            Some(Condition::of_parts(Parts::one_of(patterns.iter().map(|it| part(it)))))
        };
        match self.kind.as_str() {
            "host" => Some(Condition::of_target(Target::hosts(&patterns))),
            "header" => parts(&|it| Part::Field(format!("{}: {it}", key.to_ascii_lowercase()))),
            "cookie" => parts(&|it| Part::Cookie(format!("{key}={it}"))),
            "query" => parts(&|it| Part::Query(format!("{key}={it}"))),
            _ => None,
        }
    }
}

/// For which paths a rule is, and whether that is said exactly.
struct Path {
    condition: Condition,
    exact: bool,
}

/// The paths of an expression, or else of a wider one, for which the rule may be.
fn path_condition(regex: &str, wider: impl Fn() -> Option<Vec<String>>) -> Path {
    if let Some(patterns) = pattern::of_regex(regex, false) {
        return Path { condition: Condition::of_target(Target::paths(patterns)), exact: true };
    }
    let (may, no) = (Decisions::always(Truth::Untold), Decisions::always(Truth::No));
    let condition = match wider() {
        Some(patterns) => Decisions::either(Target::paths(patterns), may, no),
        None => Condition::is(Truth::Untold),
    };
    Path { condition, exact: false }
}

/// The expression of a path with `:names`, which are one segment each unless a star or an expression
/// follows (<https://github.com/pillarjs/path-to-regexp>, version 6).
fn regex_of(source: &str, segment: &str) -> String {
    let (mut regex, mut rest) = (String::from("^"), source);
    while let Some(char) = rest.chars().next() {
        let behind = rest.get(char.len_utf8()..).unwrap_or_default();
        match char {
            ':' => {
                let is_of_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
                let end = behind.find(|char| !is_of_name(char)).unwrap_or(behind.len());
                rest = behind.get(end..).unwrap_or_default();
                if let Some(group) = group(rest) {
                    regex.push_str(group);
                    rest = rest.get(group.len()..).unwrap_or_default();
                } else if let Some(after) = rest.strip_prefix(['*', '+']) {
                    // The slash before it goes with it.
                    let some = rest.starts_with('+');
                    if regex.ends_with('/') {
                        regex.pop();
                    }
                    regex.push_str(if some { "/.+" } else { "(?:/.*)?" });
                    rest = after;
                } else {
                    regex.push_str(segment);
                }
            }
            '(' => {
                let group = group(rest).unwrap_or(rest);
                regex.push_str(group);
                rest = rest.get(group.len()..).unwrap_or_default();
            }
            '\\' => {
                let escaped = behind.chars().next().map_or(0, char::len_utf8);
                regex.push('\\');
                regex.push_str(behind.get(..escaped).unwrap_or_default());
                rest = behind.get(escaped..).unwrap_or_default();
            }
            char => {
                if ".+*?^$|[]{}".contains(char) {
                    regex.push('\\');
                }
                regex.push(char);
                rest = behind;
            }
        }
    }
    regex + "$"
}

/// The parentheses at the begin of a text, with what is in them.
fn group(text: &str) -> Option<&str> {
    if !text.starts_with('(') {
        return None;
    }
    let mut depth = 0_usize;
    for (at, char) in text.char_indices() {
        match char {
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return text.get(..=at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources() {
        for (source, patterns) in [
            ("/(.*)", Some(&["/*"][..])),
            ("/api/:path*", Some(&["/api", "/api/*"])),
            ("/static/(.*)\\.(js|css)", Some(&["/static/*.css", "/static/*.js"])),
            ("/blog/:slug", Some(&["/blog/<^/>+"])),
            ("/(?!api)x", None),
            ("/a.b", Some(&["/a.b"])),
        ] {
            let found = pattern::of_regex(&regex_of(source, "[^/]+"), false).map(|mut found| {
                found.sort();
                found
            });
            let expected = patterns.map(|it| it.iter().map(|&it| it.to_owned()).collect());
            assert_eq!(found, expected, "{source}");
        }
    }
}
