//! Akamai: the rule tree of a property, as the Property Manager API (PAPI) prints it.
//!
//! Behaviours and criteria: <https://techdocs.akamai.com/property-mgr/reference/latest-behaviors> and
//! `latest-criteria` beside it, and the texts of rule format v2025-10-16 in
//! github.com/akamai/terraform-provider-akamai 2e604cc. A rule is for the requests that match its criteria
//! and those of the rules that it is in; of a behaviour that stands in several of them the last counts
//! (<https://techdocs.akamai.com/property-mgr/docs/know-matches>). Seen 2026-11-30.

mod behavior;
mod criterion;

use std::cell::RefCell;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::decision::TooMany;
use super::document::File;
use super::plan::{Plan, store_in};
use super::request::{Condition, Truth};
use super::{Imported, Left};
use behavior::Draft;

/// Reads the files: one rule tree, and those that it includes.
pub(super) fn import(files: &[File]) -> Result<Imported, String> {
    let (mut trees, mut property_name) = (Vec::new(), String::new());
    for file in files {
        let value = file.json()?;
        if let Some(name) = value.get("propertyName").and_then(Value::as_str) {
            name.clone_into(&mut property_name);
        }
        let (pointer, rule) = match value.get("rules") {
            Some(rules) => ("/rules", rules.clone()),
            None => ("", value),
        };
        let rule: Rule = Rule::deserialize(&rule).map_err(|error| file.problem(error))?;
        trees.push((file.name.clone(), format!("{}: {pointer}", file.name), rule));
    }
    let is_default = |(_, _, rule): &&(String, String, Rule)| rule.name == "default";
    let root = match trees.iter().filter(is_default).collect::<Vec<_>>().as_slice() {
        [root] => *root,
        [] => return Err("no file holds the rule named `default`, where a tree begins".to_owned()),
        _ => return Err("more than one file holds a rule named `default`".to_owned()),
    };
    let mut property =
        Property { files: &trees, rules: Vec::new(), plan: Plan::new(), left: Vec::new() };
    property.add(&root.2, &root.1, &Condition::is(Truth::Yes), 0);
    let mut imported = property.site();
    imported.site.name = property_name;
    Ok(imported)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    #[serde(default)]
    name: String,
    #[serde(default)]
    children: Vec<Child>,
    #[serde(default)]
    behaviors: Vec<Feature>,
    #[serde(default)]
    criteria: Vec<Feature>,
    #[serde(default)]
    criteria_must_satisfy: Option<String>,
    #[serde(default)]
    advanced_override: Option<String>,
    #[serde(default)]
    custom_override: Option<Value>,
}

/// A rule, or `#include:` with the name of the file that it is in.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Child {
    Include(String),
    Rule(Box<Rule>),
}

/// A behaviour or a criterion.
#[derive(Clone, Debug, Deserialize)]
struct Feature {
    name: String,
    #[serde(default)]
    options: Map<String, Value>,
}

/// A behaviour with its place.
type Placed = (String, Feature);

impl Feature {
    fn text(&self, option: &str) -> &str {
        self.options.get(option).and_then(Value::as_str).unwrap_or_default()
    }

    /// Switches are `true` and `false`; some are texts.
    fn is_on(&self, option: &str) -> bool {
        match self.options.get(option) {
            Some(Value::Bool(on)) => *on,
            Some(Value::String(text)) => text == "true",
            _ => false,
        }
    }

    /// It is there, and off.
    fn is_off(&self, option: &str) -> bool {
        self.options.contains_key(option) && !self.is_on(option)
    }

    fn list(&self, option: &str) -> Vec<String> {
        let texts = self.options.get(option).and_then(Value::as_array).into_iter().flatten();
        texts.filter_map(|text| text.as_str().map(str::to_owned)).collect()
    }

    /// A duration such as `7d`, in seconds.
    fn seconds(&self, option: &str) -> Option<u64> {
        let text = self.text(option);
        let digits = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let unit = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => return None,
        };
        number.parse::<u64>().ok()?.checked_mul(unit)
    }
}

/// Rules in rules go no deeper.
const DEEPEST: usize = 32;

struct Property<'f> {
    files: &'f [(String, String, Rule)],
    /// The behaviours of each rule, with their places.
    rules: Vec<Vec<Placed>>,
    plan: Plan,
    left: Vec<Left>,
}

impl Property<'_> {
    fn left(&mut self, place: &str, says: impl Into<String>) {
        self.left.push(Left { place: place.to_owned(), says: says.into() });
    }

    /// A rule and all in it, for the requests of the rule that it is in.
    fn add(&mut self, rule: &Rule, place: &str, outer: &Condition, depth: usize) {
        if depth > DEEPEST {
            self.left(place, "rules go no deeper than this");
            return;
        }
        let own = self.criteria(rule, place);
        let condition = outer.and(&own).unwrap_or_else(|TooMany| {
            self.left(place, "it has too many cases to write them out");
            Condition::is(Truth::Untold)
        });
        let mut behaviors: Vec<_> = rule
            .behaviors
            .iter()
            .enumerate()
            .map(|(at, behavior)| (format!("{place}/behaviors/{at}"), behavior.clone()))
            .collect();
        let overridden = rule.advanced_override.is_some() || rule.custom_override.is_some();
        if overridden {
            let name = "advanced".to_owned();
            behaviors.push((place.to_owned(), Feature { name, options: Map::new() }));
        }
        if self.plan.add(self.rules.len(), &condition).is_err() {
            self.left(place, "with the others it makes too many cases to write them out");
        }
        self.rules.push(behaviors);
        for (at, child) in rule.children.iter().enumerate() {
            let place = format!("{place}/children/{at}");
            match child {
                Child::Rule(rule) => self.add(rule, &place, &condition, depth.saturating_add(1)),
                Child::Include(text) => {
                    let wanted = text.trim_start_matches("#include:");
                    let files = self.files;
                    let named = |(name, _, _): &&(String, String, Rule)| {
                        std::path::Path::new(name).ends_with(wanted)
                    };
                    match files.iter().find(named) {
                        Some((_, place, rule)) => {
                            self.add(rule, place, &condition, depth.saturating_add(1));
                        }
                        None => {
                            self.left(&place, format!("`{wanted}` is not among the files"));
                            self.unknown_rule(&place);
                        }
                    }
                }
            }
        }
    }

    /// A rule of which nothing is known, for any request.
    fn unknown_rule(&mut self, place: &str) {
        let unknown = Feature { name: "include".to_owned(), options: Map::new() };
        let _ = self.plan.add(self.rules.len(), &Condition::is(Truth::Untold));
        self.rules.push(vec![(place.to_owned(), unknown)]);
    }

    fn criteria(&mut self, rule: &Rule, place: &str) -> Condition {
        let any = rule.criteria_must_satisfy.as_deref() == Some("any");
        if rule.criteria.is_empty() {
            return Condition::is(Truth::Yes);
        }
        let mut condition = Condition::is(if any { Truth::No } else { Truth::Yes });
        for (at, criterion) in rule.criteria.iter().enumerate() {
            let one = match criterion::condition(criterion) {
                Some(one) => one,
                None => {
                    let says = format!("`{}` cannot be told of a request", criterion.name);
                    self.left(&format!("{place}/criteria/{at}"), says);
                    Condition::is(Truth::Untold)
                }
            };
            let both = if any { condition.or(&one) } else { condition.and(&one) };
            condition = both.unwrap_or(Condition::is(Truth::Untold));
        }
        condition
    }

    fn site(mut self) -> Imported {
        let left = RefCell::new(Vec::new());
        let mut routes = self.plan.routes(|applied| {
            let mut draft = Draft::default();
            draft.read(applied.iter().filter_map(|rule| self.rules.get(*rule)));
            let mut all = left.borrow_mut();
            for one in draft.left {
                if !all.contains(&one) {
                    all.push(one);
                }
            }
            draft.route
        });
        let origins = self.rules.iter().flatten().filter(|(_, it)| it.name == "origin").count();
        if origins <= 1 {
            // The name of the origin may be in the key.
            store_in("property", &mut routes);
        }
        self.left.extend(left.into_inner());
        let mut imported = Imported { left: self.left, ..Imported::default() };
        imported.site.route = routes;
        imported
    }
}
