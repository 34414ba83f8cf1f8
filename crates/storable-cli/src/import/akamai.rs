//! Akamai: the rule tree of a property, as the Property Manager API (PAPI) prints it.
//!
//! Behaviours and criteria: <https://techdocs.akamai.com/property-mgr/reference/latest-behaviors> and
//! `latest-criteria` beside it, and the texts of rule format v2025-10-16 in
//! github.com/akamai/terraform-provider-akamai 2e604cc. A rule is for the requests that match its criteria
//! and those of the rules that it is in; of a behaviour that stands in several of them the last counts
//! (<https://techdocs.akamai.com/property-mgr/docs/know-matches>). Seen 2026-11-30.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value};
use storable::profile::{KeyOrigin, Validation};
use storable::site::{
    CookieKey, KeySettings, OneOrMore, Outcome, QueryKey, RouteFile, Settings, VarySetting,
};

use super::decision::TooMany;
use super::document::File;
use super::plan::{Mixed, Plan};
use super::request::{Condition, Part, Parts, Target, Truth};
use super::{Imported, Left, add_class, off};

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
    rules: Vec<Vec<(String, Feature)>>,
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
            let one = match criterion_of(criterion) {
                Some(Ok(one)) => one,
                _ => {
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
        let mut mixes = Vec::new();
        let routes = self.plan.routes(
            |applied| {
                let mut draft = Draft::default();
                draft.read(applied.iter().filter_map(|rule| self.rules.get(*rule)).flatten());
                let mut all = left.borrow_mut();
                for one in draft.left {
                    if !all.contains(&one) {
                        all.push(one);
                    }
                }
                draft.route
            },
            |mixed| mixes.push(mixed),
        );
        self.left.extend(left.into_inner());
        for Mixed { rules } in mixes {
            for rule in rules {
                let Some((place, _)) = self.rules.get(rule).and_then(|rule| rule.first()) else {
                    continue;
                };
                let says = "of the requests of one path the rule is for some alone, by cookie, field or \
                            query, and the others are cached as well, in another way";
                let left = Left { place: place.clone(), says: says.to_owned() };
                if !self.left.contains(&left) {
                    self.left.push(left);
                }
            }
        }
        let mut imported = Imported { left: self.left, ..Imported::default() };
        imported.site.route = routes;
        imported
    }
}

/// For which requests a criterion holds; `None` where that cannot be told.
fn criterion_of(criterion: &Feature) -> Option<Result<Condition, TooMany>> {
    let operator = criterion.text("matchOperator");
    let not = operator.contains("NOT");
    let exists = operator.contains("EXIST");
    let case = |option: &str| if criterion.is_on(option) { "" } else { "(?i)" };
    let values = criterion.list("values");
    let wild = |text: &str, allowed: bool| {
        (allowed || !text.contains(['*', '?', '<'])).then(|| text.to_owned())
    };
    let value_patterns = || {
        if exists {
            return Some(vec!["*".to_owned()]);
        }
        let (case, allowed) =
            (case("matchCaseSensitiveValue"), criterion.is_on("matchWildcardValue"));
        let texts = match values.is_empty() {
            true => vec![criterion.text("value").to_owned()],
            false => values.clone(),
        };
        let patterns = texts.iter().map(|text| Some(format!("{case}{}", wild(text, allowed)?)));
        patterns.collect::<Option<Vec<String>>>()
    };
    let positive = match criterion.name.as_str() {
        "path" => {
            let case = case("matchCaseSensitive");
            Condition::of_target(Target::paths(values.iter().map(|path| format!("{case}{path}"))))
        }
        "fileExtension" => {
            let case = case("matchCaseSensitive");
            let paths = values.iter().map(|extension| format!("{case}*.{extension}"));
            Condition::of_target(Target::paths(paths))
        }
        "filename" => {
            let case = case("matchCaseSensitive");
            let names = values.iter().filter(|name| !name.contains('*'));
            let paths: Vec<_> = names.map(|name| format!("{case}*/{name}")).collect();
            if paths.len() != values.len() {
                return None;
            }
            Condition::of_target(Target::paths(paths))
        }
        "hostname" => Condition::of_target(Target::hosts(&values)),
        "requestMethod" => Condition::of_target(Target::methods([criterion.text("value")])),
        "requestProtocol" => {
            let https = criterion.text("value") == "HTTPS";
            Condition::is(if https { Truth::Yes } else { Truth::No })
        }
        "requestCookie" => {
            let name = wild(criterion.text("cookieName"), criterion.is_on("matchWildcardName"))?;
            let name = format!("{}{name}", case("matchCaseSensitiveName"));
            let parts =
                value_patterns()?.into_iter().map(|value| Part::Cookie(format!("{name}={value}")));
            Condition::of_parts(Parts::one_of(parts))
        }
        "requestHeader" => {
            let name = wild(criterion.text("headerName"), false)?.to_ascii_lowercase();
            let parts =
                value_patterns()?.into_iter().map(|value| Part::Field(format!("{name}: {value}")));
            Condition::of_parts(Parts::one_of(parts))
        }
        "queryStringParameter" => {
            let name = wild(criterion.text("parameterName"), criterion.is_on("matchWildcardName"))?;
            let parts =
                value_patterns()?.into_iter().map(|value| Part::Query(format!("{name}={value}")));
            Condition::of_parts(Parts::one_of(parts))
        }
        _ => return None,
    };
    let condition = if not { positive.not() } else { positive };
    Some(Ok(condition))
}

/// Behaviours that decide on what is stored, for how long and for whom, in ways that cannot be said.
const UNTOLD: &[(&str, &[&str])] = &[
    ("advanced", EVERYTHING),
    ("include", EVERYTHING),
    ("customBehavior", EVERYTHING),
    ("edgeWorker", EVERYTHING),
    ("graphqlCaching", &["methods", "key"]),
    ("cacheKeyRewrite", &["key"]),
    ("centralAuthorization", &["no-cache", "validation"]),
    ("edgeSideIncludes", &["key"]),
    ("audienceSegmentation", &["key"]),
    ("phasedRelease", &["key"]),
];

const EVERYTHING: &[&str] = &[
    "bypass",
    "fixed-ttl",
    "no-store",
    "private",
    "set-cookie",
    "key",
    "key-cookies",
    "key-query",
];

/// A route on the way.
#[derive(Default)]
struct Draft {
    route: RouteFile,
    left: Vec<Left>,
    unknown: BTreeSet<&'static str>,
}

impl Draft {
    fn left(&mut self, place: &str, says: impl Into<String>, questions: &[&'static str]) {
        self.left.push(Left { place: place.to_owned(), says: says.into() });
        self.unknown.extend(questions);
    }

    /// The behaviours of the rules that apply, in their order.
    fn read<'a>(&mut self, behaviors: impl Iterator<Item = &'a (String, Feature)>) {
        let (mut last, mut all) = (BTreeMap::new(), Vec::new());
        for (place, behavior) in behaviors {
            last.insert(behavior.name.as_str(), (place.as_str(), behavior));
            all.push((place.as_str(), behavior));
        }
        match last.get("caching") {
            Some((place, caching)) => self.caching(place, caching),
            None => {
                let place = all.first().map_or("the property", |(place, _)| *place);
                self.route.profile = "akamai".to_owned();
                self.left(
                    place,
                    "no `caching` behaviour: the product's default counts",
                    EVERYTHING,
                );
            }
        }
        if self.route.profile == off().profile {
            self.left.clear();
            return;
        }
        self.errors(last.get("cacheError").copied());
        self.key(&last, &all);
        for (place, behavior) in all {
            self.other(place, behavior);
        }
        self.route.unknown = self.unknown.iter().map(|&question| question.to_owned()).collect();
    }

    fn settings(&mut self) -> &mut Settings {
        &mut self.route.settings
    }

    fn caching(&mut self, place: &str, caching: &Feature) {
        let behavior = caching.text("behavior");
        match behavior {
            "NO_STORE" | "BYPASS_CACHE" => {
                self.route = off();
                return;
            }
            "MAX_AGE" => {
                self.route.profile = "akamai".to_owned();
                let ttl = caching.seconds("ttl");
                if ttl.is_none() {
                    self.left(place, "the ttl cannot be read", &["fixed-ttl"]);
                }
                self.settings().fixed_ttl = ttl;
                return;
            }
            "CACHE_CONTROL_AND_EXPIRES" => {}
            "CACHE_CONTROL" => {
                self.settings().ignored_fields = Some(vec!["expires".to_owned()]);
            }
            "EXPIRES" => {
                self.settings().ignored_fields = Some(vec!["cache-control".to_owned()]);
                // Whether directives bar storing where Expires alone is honoured is not said.
                self.unknown.extend(["no-store", "no-cache", "private"]);
            }
            _ => {
                self.route.profile = "akamai".to_owned();
                return self.left(place, format!("`{behavior}` cannot be expressed"), EVERYTHING);
            }
        }
        self.route.profile = "akamai-honor-origin".to_owned();
        self.settings().default_ttl = caching.seconds("defaultTtl");
        if caching.is_on("honorPrivate") {
            self.settings().private = Some(Outcome::NotStored);
        }
        if caching.is_on("enhancedRfcSupport") {
            if caching.is_on("honorNoCache") {
                self.settings().no_cache = Some(Outcome::Validated);
            }
            if !caching.is_on("honorNoStore") {
                self.left(place, "no-store where honorNoStore is off", &["no-store"]);
            }
        }
    }

    /// Statuses that are cached as errors: <https://techdocs.akamai.com/property-mgr/docs/cache-http-err-responses>.
    fn errors(&mut self, error: Option<(&str, &Feature)>) {
        const ALWAYS: &[&str] = &["204", "305", "404", "405", "501"];
        const UNLESS_PRESERVED: &[&str] = &["500", "502", "503", "504"];
        let (mut seconds, mut statuses) = (10, ALWAYS.to_vec());
        if let Some((place, error)) = error {
            if !error.is_on("enabled") {
                self.left(place, "what becomes of errors without cacheError", &["statuses"]);
            }
            seconds = error.seconds("ttl").unwrap_or(seconds);
            if error.options.contains_key("preserveStale") && !error.is_on("preserveStale") {
                statuses.extend(UNLESS_PRESERVED);
                self.left(place, "errors of servers, which are cached then", &["statuses"]);
            }
        }
        if seconds != 10 || self.route.settings.fixed_ttl.is_some() {
            let table = statuses.iter().map(|status| ((*status).to_owned(), seconds));
            self.settings().fixed_ttl_by_status = table.collect();
        }
    }

    fn key(&mut self, last: &BTreeMap<&str, (&str, &Feature)>, all: &[(&str, &Feature)]) {
        let mut key = KeySettings::default();
        if let Some((_, origin)) = last.get("origin") {
            if origin.text("cacheKeyHostname") == "ORIGIN_HOSTNAME" {
                // The origin's name is the same for all requests; http and https are kept apart.
                key.origin = Some(KeyOrigin::Scheme);
            }
        }
        if let Some((place, query)) = last.get("cacheKeyQueryParams") {
            let exact = !query.options.contains_key("exactMatch") || query.is_on("exactMatch");
            let end = if exact { "" } else { "*" };
            let names =
                query.list("parameters").iter().map(|name| format!("{name}{end}")).collect();
            key.query = match query.text("behavior") {
                "INCLUDE_ALL_PRESERVE_ORDER" => None,
                "INCLUDE_ALL_ALPHABETIZE_ORDER" => Some(QueryKey::AllBut(Vec::new())),
                "IGNORE_ALL" => Some(QueryKey::None),
                "INCLUDE" => Some(QueryKey::Only(names)),
                "IGNORE" => Some(QueryKey::AllBut(names)),
                other => {
                    self.left(place, format!("`{other}` cannot be expressed"), &["key-query"]);
                    None
                }
            };
        }
        for (place, id) in all.iter().filter(|(_, behavior)| behavior.name == "cacheId") {
            self.cache_id(place, id, &mut key);
        }
        if key != KeySettings::default() {
            self.settings().key = Some(key);
        }
    }

    /// `cacheId` puts more into the key.
    fn cache_id(&mut self, place: &str, id: &Feature, key: &mut KeySettings) {
        let elements = id.list("elements");
        let by_value = !id.options.contains_key("includeValue") || id.is_on("includeValue");
        match (id.text("rule"), by_value) {
            ("INCLUDE_COOKIES", true) => {
                let mut names = match key.cookies.take() {
                    Some(CookieKey::Only(names)) => names,
                    _ => Vec::new(),
                };
                names.extend(elements);
                key.cookies = Some(CookieKey::Only(names));
            }
            ("INCLUDE_HEADERS", true) => {
                let names = &mut key.headers.get_or_insert_with(OneOrMore::default).0;
                names.extend(elements.iter().map(|name| name.to_ascii_lowercase()));
            }
            ("INCLUDE_HEADERS", false) => {
                elements.iter().for_each(|name| add_class(key, &name.to_ascii_lowercase()));
            }
            ("INCLUDE_QUERY_PARAMS", true) => key.query = Some(QueryKey::Only(elements)),
            ("INCLUDE_ALL_PARAMS", _) => key.query = Some(QueryKey::All),
            ("INCLUDE_URL", _) => {}
            (rule, _) => {
                let says = format!("`{rule}` in the key cannot be expressed");
                self.left(place, says, &["key", "key-cookies", "key-query"]);
            }
        }
        let needed = id.options.contains_key("optional") && !id.is_on("optional");
        if needed {
            self.left(place, "requests without these elements are not cached", &["bypass"]);
        }
    }

    fn other(&mut self, place: &str, behavior: &Feature) {
        let on = behavior.is_on("enabled");
        match behavior.name.as_str() {
            "removeVary" if on => self.settings().vary = Some(VarySetting::Ignored),
            "validateEntityTag" if on => {
                self.settings().validation = Some(Validation::Conditional);
            }
            "cacheRedirect" if on => {
                self.left(place, "302 and 307 are cached too", &["statuses"]);
            }
            "cachePost" if on => self.left(place, "POST is cached too", &["methods"]),
            "cacheKeyIgnoreCase" if on => {
                self.left(place, "letter case of the path is not in the key", &["key"]);
            }
            "modifyIncomingResponseHeader" => self.response_header(place, behavior),
            name => {
                if let Some((_, questions)) = UNTOLD.iter().find(|(own, _)| *own == name) {
                    self.left(place, format!("`{name}` cannot be expressed"), questions);
                }
            }
        }
    }

    /// What the origin sends is changed before it is cached.
    fn response_header(&mut self, place: &str, behavior: &Feature) {
        let standard =
            ["standardDeleteHeaderName", "standardModifyHeaderName", "standardAddHeaderName"];
        let name =
            standard.iter().map(|option| behavior.text(option)).find(|name| !name.is_empty());
        let name = match name {
            Some("OTHER") | None => behavior.text("customHeaderName").to_ascii_lowercase(),
            Some(name) => name.to_ascii_lowercase().replace('_', "-"),
        };
        let deleted = behavior.text("action") == "DELETE";
        match (name.as_str(), deleted) {
            ("set-cookie", true) => self.settings().set_cookie = Some(Outcome::Stripped),
            ("vary", true) => self.settings().vary = Some(VarySetting::Ignored),
            ("set-cookie" | "vary" | "cache-control" | "expires" | "edge-control" | "age", _) => {
                let says = format!("{name} is changed before the response is cached");
                self.left(
                    place,
                    says,
                    &["control-fields", "lifetime-sources", "set-cookie", "vary-fields"],
                );
            }
            _ => {}
        }
    }
}
