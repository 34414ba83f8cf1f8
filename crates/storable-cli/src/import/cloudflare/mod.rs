//! Cloudflare: Cache Rules, Cache Response Rules and Page Rules, as the API prints them.
//!
//! Cache Rules go before Page Rules (<https://developers.cloudflare.com/cache/how-to/cache-rules/order/>),
//! and Cache Response Rules before both (`cache-response-rules/` beside it; seen 2026-11-30). Not read:
//! Workers, which may override all of it, and settings of the whole zone.

mod expression;
mod key;
mod page_rule;
mod response_rule;
mod settings;
mod syntax;

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;
use storable::site::RouteFile;

use self::page_rule::PageRule;
use self::settings::{Eligible, Parameters, Settings};
use super::decision::TooMany;
use super::document::File;
use super::plan::{Plan, one_of, store_in};
use super::request::{Condition, Parts, Truth};
use super::{Imported, Left, terraform};

/// Reads the files, in any order.
pub(super) fn import(files: &[File], base: Option<&str>) -> Result<Imported, String> {
    let mut zone = Zone::default();
    for file in files {
        let value = file.json()?;
        let zones = terraform::zones(&value);
        if zones.len() > 1 && file.only.is_none() {
            let zones = zones.into_iter().collect::<Vec<_>>().join(", ");
            let says = format!("rules of several zones, {zones}: name one as `state.json#ZONE`");
            return Err(file.problem(says));
        }
        for (place, value) in terraform::documents(file, vec![value], terraform::cloudflare) {
            zone.read(&value, &format!("{place}: "));
        }
    }
    if zone.request.is_empty() && zone.response.is_empty() && zone.pages.is_empty() {
        return Err("no file holds rules of a cache phase or page rules; print the phase's \
                    entry point, http_request_cache_settings, with its rules"
            .to_owned());
    }
    Ok(zone.site(base))
}

/// A rule with the place where it stands.
struct Rule {
    place: String,
    condition: Condition,
    settings: Settings,
}

#[derive(Default)]
struct Zone {
    request: Vec<Rule>,
    response: Vec<Rule>,
    pages: Vec<(String, PageRule)>,
    left: Vec<Left>,
    name: String,
}

/// A rule as the Rulesets API prints it.
#[derive(Debug, Deserialize)]
struct ApiRule {
    action: Option<String>,
    expression: Option<String>,
    enabled: Option<bool>,
    action_parameters: Option<Value>,
}

impl Zone {
    /// Rulesets and page rules, wherever in a document they are.
    fn read(&mut self, value: &Value, place: &str) {
        match value {
            Value::Array(list) => {
                for (at, value) in list.iter().enumerate() {
                    self.read(value, &format!("{place}/{at}"));
                }
            }
            Value::Object(members) if members.contains_key("targets") => {
                match PageRule::deserialize(value) {
                    Ok(rule) => self.pages.push((place.to_owned(), rule)),
                    Err(error) => self.left(place, format!("a page rule cannot be read: {error}")),
                }
            }
            Value::Object(members) => {
                if let Some(Value::Array(rules)) = members.get("rules") {
                    let phase = members.get("phase").and_then(Value::as_str);
                    if let (true, Some(name)) =
                        (self.name.is_empty(), members.get("name").and_then(Value::as_str))
                    {
                        name.clone_into(&mut self.name);
                    }
                    for (at, rule) in rules.iter().enumerate() {
                        self.rule(rule, phase, &format!("{place}/rules/{at}"));
                    }
                } else if let Some(result) = members.get("result") {
                    self.read(result, &format!("{place}/result"));
                }
            }
            _ => {}
        }
    }

    fn left(&mut self, place: &str, says: impl Into<String>) {
        self.left.push(Left { place: place.to_owned(), says: says.into() });
    }

    fn rule(&mut self, value: &Value, phase: Option<&str>, place: &str) {
        let of_cache = phase.is_none_or(|it| it.ends_with("_cache_settings"));
        if !of_cache {
            return;
        }
        let rule = ApiRule::deserialize(value);
        let (settings, notes, text) = match &rule {
            Ok(rule) if rule.enabled == Some(false) => return,
            Ok(rule) => {
                let (settings, notes) = rule.settings();
                (settings, notes, rule.expression.clone().unwrap_or_else(|| "true".to_owned()))
            }
            Err(error) => {
                let notes = vec![(String::new(), format!("the rule cannot be read: {error}"))];
                (unreadable(), notes, "true".to_owned())
            }
        };
        for (name, says) in notes {
            let place = match name.as_str() {
                "" => place.to_owned(),
                name => format!("{place}/action_parameters/{name}"),
            };
            self.left(&place, says);
        }
        let read = expression::read(&text);
        for says in read.untold {
            self.left(&format!("{place}/expression"), says);
        }
        let mut rule = Rule { place: place.to_owned(), condition: read.condition, settings };
        match phase {
            Some("http_response_cache_settings") => {
                rule.settings.response.matches = true;
                self.response.push(rule);
            }
            _ => self.request.push(rule),
        }
    }

    /// The site of all rules: first those that others overrule.
    fn site(mut self, base: Option<&str>) -> Imported {
        let mut plan = Plan::new();
        let mut rules = Rules { base: base.unwrap_or("cloudflare").to_owned(), all: Vec::new() };
        self.add_pages(&mut plan, &mut rules);
        let stacked =
            std::mem::take(&mut self.request).into_iter().chain(std::mem::take(&mut self.response));
        for rule in stacked {
            if plan.add(rules.all.len(), &rule.condition).is_err() {
                self.left(&rule.place, "with the others it makes too many cases to write them out");
            }
            rules.all.push((rule.place, rule.settings));
        }
        if base.is_none() {
            self.doubt_the_plan(&mut rules);
        }
        let mut routes = plan.routes(|applied| rules.route(applied));
        store_in("zone", &mut routes);
        let mut imported = Imported { left: self.left, ..Imported::default() };
        imported.site.name = self.name;
        imported.site.route = routes;
        imported
    }

    /// Of the page rules that match only the first counts: the others are not for its requests.
    fn add_pages(&mut self, plan: &mut Plan, rules: &mut Rules) {
        let mut pages = std::mem::take(&mut self.pages);
        pages.sort_by_key(|(_, rule)| std::cmp::Reverse(rule.priority));
        let mut others = Condition::is(Truth::Yes);
        for (place, page) in pages.into_iter().filter(|(_, rule)| rule.is_active()) {
            let mut notes = Vec::new();
            let (settings, bypass) = page.settings(&mut notes);
            for (name, says) in notes {
                self.left(&format!("{place}/{name}"), says);
            }
            let condition = page.condition().and_then(|own| {
                let free = own.and(&others)?;
                others = others.and(&own.not())?;
                Ok(free)
            });
            let condition = condition.unwrap_or_else(|TooMany| {
                self.left(&place, "with the others it makes too many cases to write them out");
                Condition::is(Truth::Untold)
            });
            let mut add = |settings: Settings, condition: &Condition| {
                // What has too many cases may apply to every request.
                let _ = plan.add(rules.all.len(), condition);
                rules.all.push((place.clone(), settings));
            };
            add(settings, &condition);
            for parts in bypass {
                add(nothing(), &with_parts(&condition, parts));
            }
        }
    }

    /// Custom keys are for Enterprise zones, which have origin cache control off unless it is set.
    fn doubt_the_plan(&mut self, rules: &mut Rules) {
        let of_enterprise = |settings: &Settings| {
            settings
                .key
                .as_ref()
                .is_some_and(|key| key.settings.cookies.is_some() || key.settings.headers.is_some())
        };
        let is_set = rules.all.iter().any(|(_, it)| it.origin_cache_control.is_some());
        let hint = rules.all.iter().find(|(_, settings)| of_enterprise(settings));
        if let (Some((place, _)), false) = (hint, is_set) {
            let says = "custom cache keys are for Enterprise zones, where origin cache control is off \
                        by default, and nothing says whether it is here: say `--version cloudflare` \
                        or `--version cloudflare-occ-off`";
            self.left.push(Left { place: place.clone(), says: says.to_owned() });
            rules.base = Rules::UNTOLD.to_owned();
        }
    }
}

impl ApiRule {
    /// What the rule sets, and what of it cannot be said.
    fn settings(&self) -> (Settings, Vec<(String, String)>) {
        let mut notes = Vec::new();
        let null = Value::Null;
        let parameters = self.action_parameters.as_ref().unwrap_or(&null);
        let settings = match self.action.as_deref() {
            Some("set_cache_settings") | None => {
                match Option::<Parameters>::deserialize(parameters) {
                    Ok(parameters) => parameters.unwrap_or_default().settings(&mut notes),
                    Err(error) => {
                        notes.push((String::new(), format!("action_parameters: {error}")));
                        unreadable()
                    }
                }
            }
            Some("set_cache_control") => response_rule::cache_control(parameters, &mut notes),
            Some("set_cache_tags") => Settings::default(),
            Some(action) => {
                notes.push((String::new(), format!("the action `{action}` cannot be expressed")));
                unreadable()
            }
        };
        (settings, notes)
    }
}

/// A rule of which nothing is known.
fn unreadable() -> Settings {
    Settings {
        unknown: settings::EVERYTHING.iter().chain(&["eligibility"]).copied().collect(),
        ..Settings::default()
    }
}

/// A rule that has requests pass by the cache.
fn nothing() -> Settings {
    Settings { eligible: Some(Eligible::Nothing), ..Settings::default() }
}

/// A condition for requests that have some parts as well.
fn with_parts(condition: &Condition, parts: Parts) -> Condition {
    condition
        .and(&Condition::of_parts(parts))
        .unwrap_or_else(|TooMany| Condition::is(Truth::Untold))
}

struct Rules {
    base: String,
    all: Vec<(String, Settings)>,
}

impl Rules {
    /// Whether origin cache control is on is not known.
    const UNTOLD: &'static str = "";

    fn settings(&self, applied: &BTreeSet<usize>) -> Settings {
        let mut settings = Settings::default();
        for (_, rule) in applied.iter().filter_map(|number| self.all.get(*number)) {
            settings.then(rule);
        }
        settings
    }

    fn route(&self, applied: &BTreeSet<usize>) -> RouteFile {
        let settings = self.settings(applied);
        match self.base.as_str() {
            Self::UNTOLD => {
                one_of(["cloudflare", "cloudflare-occ-off"].map(|it| settings.route(it)).to_vec())
            }
            base => settings.route(base),
        }
    }
}
