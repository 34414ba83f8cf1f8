//! Netlify: `netlify.toml`, `_headers` and `_redirects`, for dynamic answers.
//!
//! Header rules are for files alone, which are stored for a year or until the next deploy whatever these
//! say (<https://docs.netlify.com/manage/routing/headers>); but basic authentication on any page has
//! the whole site no longer cached (<https://www.netlify.com/knowledge-base/how-to-control-cdn-caching-on-netlify>,
//! 2026-09-23). Functions, edge functions and proxies answer for themselves. Seen 2026-11-30.

use std::collections::BTreeMap;

use serde::Deserialize;
use storable::site::RouteFile;

use super::decision::{Decisions, TooMany};
use super::document::File;
use super::plan::Plan;
use super::request::{Condition, Part, Parts, Target, Truth};
use super::{Imported, Left, off, pattern};

/// Reads the files, in any order.
pub(super) fn import(files: &[File]) -> Result<Imported, String> {
    let mut site = Site::default();
    for file in files {
        let named = |name: &str| std::path::Path::new(&file.name).ends_with(name);
        if named("_headers") {
            site.header_file(file);
        } else if named("_redirects") {
            site.redirect_file(file);
        } else {
            site.config(file, file.toml()?);
        }
    }
    Ok(site.imported())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Config {
    headers: Vec<HeaderRule>,
    redirects: Vec<Redirect>,
    edge_functions: Vec<EdgeFunction>,
}

#[derive(Debug, Deserialize)]
struct HeaderRule {
    #[serde(default)]
    values: BTreeMap<String, toml::Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Redirect {
    from: String,
    to: String,
    status: Option<u16>,
    force: bool,
    query: BTreeMap<String, toml::Value>,
    conditions: BTreeMap<String, toml::Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct EdgeFunction {
    path: Option<String>,
    pattern: Option<toml::Value>,
    cache: Option<String>,
}

/// What becomes of the requests of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// A function, an edge function or another site answers.
    Dynamic,
    Redirect,
    /// On-demand builders have a cache of their own.
    Untold,
}

#[derive(Default)]
struct Site {
    rules: Vec<(Condition, What)>,
    authenticates: bool,
    left: Vec<Left>,
}

impl Site {
    fn left(&mut self, place: &str, says: impl Into<String>) {
        self.left.push(Left { place: place.to_owned(), says: says.into() });
    }

    fn config(&mut self, file: &File, config: Config) {
        let place = |member: &str, at: usize| format!("{}: {member}[{at}]", file.name);
        for (at, function) in config.edge_functions.iter().enumerate() {
            self.edge_function(&place("edge_functions", at), function);
        }
        for rule in config.headers {
            self.authenticates |= rule.values.keys().any(|name| is_authentication(name));
        }
        for (at, redirect) in config.redirects.iter().enumerate() {
            self.redirect(&place("redirects", at), redirect);
        }
    }

    /// Without `cache = "manual"` it answers anew each time, or changes what others have answered.
    fn edge_function(&mut self, place: &str, function: &EdgeFunction) {
        let regex = function.pattern.as_ref().and_then(toml::Value::as_str);
        let (may, no) = (Decisions::always(Truth::Untold), Decisions::always(Truth::No));
        let condition = match (&function.path, regex.and_then(|it| pattern::of_regex(it, false))) {
            (Some(path), _) => Self::paths(path),
            (None, Some(patterns)) => Decisions::either(Target::paths(patterns), may, no),
            (None, None) => Condition::is(Truth::Untold),
        };
        let what = if function.cache.as_deref() == Some("manual") {
            What::Dynamic
        } else {
            self.left(place, "an edge function may change requests and responses");
            What::Untold
        };
        self.rules.push((condition, what));
    }

    /// Paths with `*` at the end and `:names`, which are one segment each.
    fn paths(path: &str) -> Condition {
        let path = path
            .split_once("://")
            .map_or(path, |(_, rest)| rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/*"));
        let segments =
            path.split('/').map(|it| if it.starts_with(':') { pattern::SEGMENT } else { it });
        let path = segments.collect::<Vec<_>>().join("/");
        // `/a/*` is for `/a` too.
        match path.strip_suffix("/*") {
            Some(folder) if !folder.is_empty() => {
                Condition::of_target(Target::paths([path.as_str(), folder]))
            }
            _ => Condition::of_target(Target::paths([path])),
        }
    }

    fn redirect(&mut self, place: &str, redirect: &Redirect) {
        let mut condition = Self::paths(&redirect.from);
        for name in redirect.query.keys() {
            let own = Condition::of_parts(Parts::one_of([Part::Query(name.clone())]));
            condition = condition.and(&own).unwrap_or(Condition::is(Truth::Untold));
        }
        for (name, values) in &redirect.conditions {
            let own = match (name.as_str(), values.as_array()) {
                ("Cookie", Some(names)) => {
                    let names = names.iter().filter_map(|name| name.as_str());
                    let parts = names.map(|name| Part::Cookie(name.to_owned()));
                    Condition::of_parts(Parts::one_of(parts))
                }
                _ => {
                    self.left(place, format!("its condition on {name} cannot be told"));
                    Condition::is(Truth::Untold)
                }
            };
            condition = condition.and(&own).unwrap_or(Condition::is(Truth::Untold));
        }
        let what = match redirect.status.unwrap_or(301) {
            300..400 if redirect.force => What::Redirect,
            // Where there is a file, it goes before.
            300..400 => return,
            _ if redirect.to.starts_with("/.netlify/builders/") => {
                self.left(place, "on-demand builders have a cache of their own");
                What::Untold
            }
            _ => What::Dynamic,
        };
        self.rules.push((condition, what));
    }

    /// Paths at the begin of lines, the fields under them.
    fn header_file(&mut self, file: &File) {
        let fields = file.text.lines().filter(|line| line.starts_with([' ', '\t']));
        let names = fields.filter_map(|line| Some(line.split_once(':')?.0.trim()));
        self.authenticates |= names.into_iter().any(is_authentication);
    }

    /// `from [name=value ...] to [status[!]] [conditions ...]`.
    fn redirect_file(&mut self, file: &File) {
        for (at, line) in file.text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default();
            let mut words = line.split_whitespace();
            let Some(from) = words.next() else { continue };
            let mut redirect = Redirect { from: from.to_owned(), ..Redirect::default() };
            for word in words {
                let is_target = word.starts_with('/') || word.contains("://");
                if redirect.to.is_empty() && is_target {
                    word.clone_into(&mut redirect.to);
                } else if let Ok(status) = word.trim_end_matches('!').parse() {
                    redirect.status = Some(status);
                    redirect.force = word.ends_with('!');
                } else if let Some((name, values)) = word.split_once('=') {
                    let values = values.split(',').map(|value| toml::Value::from(value.to_owned()));
                    let list = match redirect.to.is_empty() {
                        true => &mut redirect.query,
                        false => &mut redirect.conditions,
                    };
                    list.insert(name.to_owned(), toml::Value::Array(values.collect()));
                }
            }
            let place = format!("{}:{}", file.name, at.saturating_add(1));
            self.redirect(&place, &redirect);
        }
    }

    fn imported(mut self) -> Imported {
        let mut imported = Imported::default();
        if self.authenticates {
            // What rules say of caching no longer counts.
            imported.site.route = vec![off()];
            return imported;
        }
        let (conditions, whats): (Vec<_>, Vec<_>) = self.rules.drain(..).unzip();
        let dynamic = || RouteFile { profile: "netlify".to_owned(), ..RouteFile::default() };
        let plan = match Plan::first_of(&conditions, conditions.len()) {
            Ok(plan) => plan,
            Err(TooMany) => {
                self.left("the redirects", "they have too many cases to write them out");
                let mut plan = Plan::new();
                let _ = plan.add(whats.len(), &Condition::is(Truth::Yes));
                plan
            }
        };
        imported.site.route =
            plan.routes(|applied| match applied.iter().next().and_then(|rule| whats.get(*rule)) {
                Some(What::Redirect) => off(),
                Some(What::Untold) => RouteFile {
                    unknown: ["bypass", "default-ttl", "key"].map(str::to_owned).to_vec(),
                    ..dynamic()
                },
                Some(What::Dynamic) | None => dynamic(),
            });
        imported.left = self.left;
        imported
    }
}

fn is_authentication(name: &str) -> bool {
    name.eq_ignore_ascii_case("basic-auth")
}
