//! What the behaviours that apply to a request make of a route.
//!
//! Names and options: rule_format_v2025_10_16.gen.go (`getBehaviorsSchema`) of
//! github.com/akamai/terraform-provider-akamai 2e604cc.

use std::collections::{BTreeMap, BTreeSet};

use storable::profile::{KeyOrigin, Validation};
use storable::site::{
    CookieKey, KeySettings, OneOrMore, Outcome, QueryKey, RouteFile, Settings, VarySetting,
};

use super::super::{Left, add_class, off};
use super::{Feature, Placed};

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
pub(super) struct Draft {
    pub(super) route: RouteFile,
    pub(super) left: Vec<Left>,
    unknown: BTreeSet<&'static str>,
}

impl Draft {
    fn left(&mut self, place: &str, says: impl Into<String>, questions: &[&'static str]) {
        self.left.push(Left { place: place.to_owned(), says: says.into() });
        self.unknown.extend(questions);
    }

    /// The behaviours of the rules that apply, in their order.
    pub(super) fn read<'a>(&mut self, rules: impl Iterator<Item = &'a Vec<Placed>>) {
        let (mut last, mut all, mut ids) = (BTreeMap::new(), Vec::new(), Vec::new());
        for rule in rules {
            // A rule that has some puts them in the place of those of all rules before.
            let own = rule.iter().filter(|(_, behavior)| behavior.name == "cacheId");
            let own: Vec<_> = own.map(|(place, id)| (place.as_str(), id)).collect();
            if !own.is_empty() {
                ids = own;
            }
            for (place, behavior) in rule {
                last.insert(behavior.name.as_str(), (place.as_str(), behavior));
                all.push((place.as_str(), behavior));
            }
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
        self.key(&last, &ids);
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
        if !caching.is_on("enhancedRfcSupport") {
            if caching.is_on("honorPrivate") {
                self.left(place, "honorPrivate without enhancedRfcSupport", &["private"]);
            }
            return;
        }
        if caching.is_on("honorPrivate") {
            self.settings().private = Some(Outcome::NotStored);
        }
        if caching.is_on("honorNoCache") {
            self.settings().no_cache = Some(Outcome::Validated);
        }
        for (option, question) in [
            ("honorNoStore", "no-store"),
            ("honorNoCache", "no-cache"),
            ("honorMaxAge", "lifetime-sources"),
        ] {
            if caching.is_off(option) {
                let says = format!("what the directive does where {option} is off");
                self.left(place, says, &[question]);
            }
        }
    }

    /// Statuses that are cached as errors: <https://techdocs.akamai.com/property-mgr/docs/cache-http-err-responses>.
    fn errors(&mut self, error: Option<(&str, &Feature)>) {
        const ALWAYS: &[&str] = &["204", "305", "404", "405", "501"];
        const WITH_BEHAVIOR: &[&str] = &["500", "502", "503", "504"];
        let (mut seconds, mut statuses) = (10, ALWAYS.to_vec());
        if let Some((place, error)) = error {
            if error.is_on("enabled") {
                statuses.extend(WITH_BEHAVIOR);
            } else {
                self.left(place, "what becomes of errors without cacheError", &["statuses"]);
            }
            seconds = error.seconds("ttl").unwrap_or(seconds);
        }
        if error.is_some() || self.route.settings.fixed_ttl.is_some() {
            let table = statuses.iter().map(|status| ((*status).to_owned(), seconds));
            self.settings().fixed_ttl_by_status = table.collect();
        }
    }

    fn key(&mut self, last: &BTreeMap<&str, (&str, &Feature)>, ids: &[(&str, &Feature)]) {
        let mut key = KeySettings::default();
        let is = |name, option, value| {
            last.get(name).is_some_and(|(_, it): &(&str, &Feature)| it.text(option) == value)
        };
        let is_on = |name| last.get(name).is_some_and(|(_, it)| it.is_on("enabled"));
        // The origin's name is the same for all requests.
        let without_host = is("origin", "cacheKeyHostname", "ORIGIN_HOSTNAME");
        key.origin = match (is_on("allowHttpsCacheKeySharing"), without_host) {
            (false, false) => None,
            (false, true) => Some(KeyOrigin::Scheme),
            (true, false) => Some(KeyOrigin::Host),
            (true, true) => Some(KeyOrigin::Nothing),
        };
        if last.contains_key("deviceCharacteristicCacheId") {
            add_class(&mut key, "user-agent");
        }
        if let Some((place, query)) = last.get("cacheKeyQueryParams") {
            let end = if query.is_on("exactMatch") { "" } else { "*" };
            let names =
                query.list("parameters").iter().map(|name| format!("{name}{end}")).collect();
            key.query = match query.text("behavior") {
                "INCLUDE_ALL_PRESERVE_ORDER" => None,
                "INCLUDE_ALL_ALPHABETIZE_ORDER" => Some(QueryKey::Sorted),
                "IGNORE_ALL" => Some(QueryKey::None),
                "INCLUDE" => Some(QueryKey::Only(names)),
                "IGNORE" => Some(QueryKey::AllBut(names)),
                other => {
                    self.left(place, format!("`{other}` cannot be expressed"), &["key-query"]);
                    None
                }
            };
        }
        for (place, id) in ids {
            self.cache_id(place, id, &mut key);
        }
        let names_query = |id: &Feature| id.text("rule").contains("QUERY");
        let has_url = ids.iter().any(|(_, id)| id.text("rule") == "INCLUDE_URL");
        if let (Some((place, _)), false) =
            (ids.first(), has_url || ids.iter().any(|(_, id)| names_query(id)))
        {
            let says = "whether the query is in a cache id that does not name it";
            self.left(place, says, &["key-query"]);
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
            ("EXCLUDE_QUERY_PARAMS", _) => key.query = Some(QueryKey::AllBut(elements)),
            ("INCLUDE_ALL_QUERY_PARAMS", _) => key.query = Some(QueryKey::All),
            ("INCLUDE_URL", _) => {}
            (rule, _) => {
                let says = format!("`{rule}` in the key cannot be expressed");
                self.left(place, says, &["key", "key-cookies", "key-query"]);
            }
        }
        // By its name it leaves out what lacks the elements where it is off, by its text where it is on.
        if id.is_off("optional") {
            let says = "whether requests without these elements are cached where `optional` is off";
            self.left(place, says, &["bypass"]);
        }
    }

    fn other(&mut self, place: &str, behavior: &Feature) {
        let on = behavior.is_on("enabled");
        match behavior.name.as_str() {
            "removeVary" if on => self.settings().vary = Some(VarySetting::Ignored),
            "validateEntityTag" if on => {
                self.settings().validation = Some(Validation::Conditional);
            }
            "cacheRedirect" if on => match self.route.settings.fixed_ttl {
                // As a 200 is, which a lifetime of their own lets be so.
                Some(ttl) => {
                    let redirects = ["302", "307"].map(|status| (status.to_owned(), ttl));
                    self.settings().fixed_ttl_by_status.extend(redirects);
                }
                None => self.left(place, "302 and 307 are cached too", &["statuses"]),
            },
            "subCustomer" if on => {
                self.left(place, "subcustomers' settings are none of the property's", EVERYTHING);
            }
            "chaseRedirects" if on => {
                self.left(place, "what redirects lead to is cached in their place", &["statuses"]);
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
