//! The cache directives that hold at a level, as settings.

use std::collections::BTreeMap;

use storable::profile::{BypassOf, Collapsing, HeadRequests, KeyOrigin, StaleIfError, Validation};
use storable::site::{
    CookieKey, KeySettings, MethodSetting, OneOrMore, QueryKey, RouteFile, Settings, StaleSetting,
};

use super::super::Left;
use super::condition::{Part, Truth, Variables, part_of};
use super::{Level, off};
use crate::import::nginx::syntax::Directive;

/// The modules that cache, by the directive that passes a request on.
const MODULES: [&str; 4] = ["proxy", "fastcgi", "uwsgi", "scgi"];

/// What a level says, and what of it cannot be expressed.
pub(super) fn route(
    level: &Level<'_>,
    variables: &Variables<'_>,
    profile: &str,
) -> (RouteFile, Vec<Left>) {
    let passes = |module: &&str| level.contains_key(format!("{module}_pass").as_str());
    let Some(module) = MODULES.into_iter().find(passes) else { return (off(), Vec::new()) };
    let mut reader = Reader {
        module,
        level,
        variables,
        settings: Settings::default(),
        unknown: Vec::new(),
        left: Vec::new(),
    };
    if !reader.caches() {
        return (off(), reader.left);
    }
    reader.lifetimes();
    reader.key();
    reader.bypasses();
    reader.switches();
    reader.stale();
    let route = RouteFile {
        profile: profile.to_owned(),
        settings: reader.settings,
        unknown: reader.unknown,
        ..RouteFile::default()
    };
    (route, reader.left)
}

struct Reader<'r, 'a> {
    module: &'static str,
    level: &'r Level<'a>,
    variables: &'r Variables<'a>,
    settings: Settings,
    unknown: Vec<String>,
    left: Vec<Left>,
}

impl<'a> Reader<'_, 'a> {
    fn all(&self, name: &str) -> Vec<&'a Directive> {
        let name = format!("{}_{name}", self.module);
        self.level.get(name.as_str()).cloned().unwrap_or_default()
    }

    /// The first word of a directive that stands once.
    fn word(&self, name: &str) -> Option<&'a str> {
        self.all(name).last()?.words.first().map(String::as_str)
    }

    fn is_on(&self, name: &str) -> bool {
        self.word(name) == Some("on")
    }

    fn left(&mut self, directive: &Directive, questions: &[&str]) {
        let says = format!("{} {} cannot be expressed", directive.name, directive.words.join(" "));
        self.left.push(Left { place: directive.place.clone(), says });
        self.unknown.extend(questions.iter().map(|question| (*question).to_owned()));
    }

    fn caches(&mut self) -> bool {
        if self.word("buffering") == Some("off") {
            return false;
        }
        match self.word("cache") {
            None | Some("off") => false,
            Some(zone) => {
                if zone.contains('$') {
                    for directive in self.all("cache") {
                        self.left(directive, &["bypass"]);
                    }
                }
                true
            }
        }
    }

    /// `proxy_cache_valid`: of several for one status the first counts, and `any` ends the list.
    fn lifetimes(&mut self) {
        let mut by_status: BTreeMap<String, u64> = BTreeMap::new();
        'all: for directive in self.all("cache_valid") {
            let Some((time, statuses)) = directive.words.split_last() else { continue };
            let Some(seconds) = seconds(time) else {
                self.left(directive, &["default-ttl"]);
                continue;
            };
            let usual = ["200", "301", "302"].map(str::to_owned);
            let statuses = if statuses.is_empty() { &usual[..] } else { statuses };
            for status in statuses {
                by_status.entry(status.clone()).or_insert(seconds);
                if status == "any" {
                    break 'all;
                }
            }
        }
        self.settings.default_ttl_by_status = by_status;
    }

    /// `proxy_cache_key`, `$scheme$proxy_host$request_uri` by default; the host of the upstream is
    /// one and the same for all requests.
    fn key(&mut self) {
        let named = self.all("cache_key");
        let text = named.last().and_then(|key| key.words.first());
        let text = text.map_or("$scheme$proxy_host$request_uri", String::as_str);
        let mut key = Key::default();
        for name in names(text) {
            key.add(name, self.variables);
        }
        if key.untold || !key.path {
            if let Some(directive) = named.last() {
                self.left(directive, &["key", "key-cookies", "key-query"]);
            }
        }
        self.settings.key = Some(key.settings());
    }

    /// `proxy_cache_bypass` and `proxy_no_cache`.
    fn bypasses(&mut self) {
        for (name, of) in [("cache_bypass", BypassOf::LookUp), ("no_cache", BypassOf::Storing)] {
            for directive in self.all(name) {
                let words = directive.words.iter().map(|word| self.variables.truth(word));
                let truth = words.fold(Truth::default(), Truth::or);
                if truth.untold {
                    self.left(directive, &["bypass"]);
                }
                let mut parts = truth.parts;
                if truth.always {
                    let mut every = storable::site::BypassSettings::default();
                    every.paths = OneOrMore(vec!["*".to_owned()]);
                    parts = vec![every];
                }
                for mut part in parts {
                    part.of = Some(of);
                    self.settings.bypass.push(part);
                }
            }
        }
    }

    fn switches(&mut self) {
        if self.is_on("cache_lock") {
            self.settings.collapsing = Some(Collapsing::On);
        }
        if self.is_on("cache_revalidate") {
            self.settings.validation = Some(Validation::Conditional);
        }
        if self.word("cache_convert_head") == Some("off") {
            self.settings.head_requests = Some(HeadRequests::Apart);
        }
        let ignored: Vec<_> =
            self.all("ignore_headers").iter().flat_map(|it| it.words.clone()).collect();
        if !ignored.is_empty() {
            self.settings.ignored_fields = Some(ignored);
        }
        let methods: Vec<_> =
            self.all("cache_methods").iter().flat_map(|it| it.words.clone()).collect();
        if methods.iter().any(|method| method == "POST") {
            let methods = ["GET", "HEAD", "POST"].map(str::to_owned).to_vec();
            self.settings.methods = Some(MethodSetting::Only(methods));
        }
        let uses = self.word("cache_min_uses").and_then(|uses| uses.parse::<u32>().ok());
        if uses.is_some_and(|uses| uses > 1) {
            for directive in self.all("cache_min_uses") {
                self.left(directive, &["bypass"]);
            }
        }
    }

    /// `proxy_cache_use_stale` and `proxy_cache_background_update`.
    fn stale(&mut self) {
        let words: Vec<_> =
            self.all("cache_use_stale").iter().flat_map(|it| it.words.clone()).collect();
        let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
        if has(&["updating"]) {
            self.settings.stale_while_revalidate =
                Some(match self.is_on("cache_background_update") {
                    true => StaleSetting::ElseSeconds(u64::from(u32::MAX)),
                    false => StaleSetting::WhileRenewed(u64::from(u32::MAX)),
                });
        } else if self.is_on("cache_background_update") {
            self.settings.stale_while_revalidate = Some(StaleSetting::ElseSeconds(0));
        }
        if has(&["error", "timeout", "http_500", "http_502", "http_503", "http_504"]) {
            self.settings.stale_if_error = Some(StaleIfError::UnlessBarred);
        }
    }
}

/// What a key is made of.
#[derive(Default)]
struct Key {
    scheme: bool,
    host: Option<KeyOrigin>,
    path: bool,
    whole_query: bool,
    arguments: Vec<String>,
    fields: Vec<String>,
    cookies: Vec<String>,
    classes: Vec<String>,
    untold: bool,
}

impl Key {
    fn add(&mut self, name: &str, variables: &Variables<'_>) {
        if let Some(map) = variables.map(name) {
            let source = map.words.first().map_or("", |word| word.trim_start_matches('$'));
            match part_of(source) {
                Some(Part::Field(name)) => self.classes.push(name),
                _ => self.untold = true,
            }
            return;
        }
        match part_of(name) {
            // The same for all requests of a location.
            _ if matches!(name, "proxy_host" | "proxy_port" | "server_name" | "server_port") => {}
            Some(Part::Scheme) => self.scheme = true,
            Some(Part::Host) => self.host = self.host.or(Some(KeyOrigin::HostName)),
            Some(Part::HostWithPort) => self.host = Some(KeyOrigin::HostWithPort),
            Some(Part::Target) => (self.path, self.whole_query) = (true, true),
            Some(Part::Path) => self.path = true,
            Some(Part::Query) => self.whole_query |= name != "is_args",
            Some(Part::Argument(name)) => self.arguments.push(name),
            Some(Part::Field(name)) => self.fields.push(name),
            Some(Part::Cookie(name)) => self.cookies.push(name),
            None => self.untold = true,
        }
    }

    fn settings(self) -> KeySettings {
        let mut key = KeySettings::default();
        key.origin = Some(match (self.scheme, self.host) {
            (true, Some(KeyOrigin::HostName)) => KeyOrigin::SchemeAndHostName,
            (true, Some(_)) => KeyOrigin::SchemeAndHost,
            (false, Some(host)) => host,
            (true, None) => KeyOrigin::Scheme,
            (false, None) => KeyOrigin::Nothing,
        });
        key.query = Some(match (self.whole_query, self.arguments.is_empty()) {
            (true, _) => QueryKey::All,
            (false, true) => QueryKey::None,
            (false, false) => QueryKey::Only(self.arguments),
        });
        let some = |names: Vec<String>| (!names.is_empty()).then_some(OneOrMore(names));
        key.headers = some(self.fields);
        key.classes = some(self.classes);
        key.cookies = (!self.cookies.is_empty()).then_some(CookieKey::Only(self.cookies));
        key
    }
}

/// The variables in a text.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split('$').skip(1).map(|rest| {
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        let end = rest.find(|char: char| !(char.is_ascii_alphanumeric() || char == '_'));
        end.and_then(|end| rest.get(..end)).unwrap_or(rest)
    })
}

/// A time of nginx (`ngx_parse_time`): `90`, `10m`, `1h30m`.
fn seconds(text: &str) -> Option<u64> {
    let (mut total, mut number) = (0_u64, None::<u64>);
    for char in text.chars() {
        if let Some(digit) = char.to_digit(10) {
            number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(u64::from(digit))?);
            continue;
        }
        let unit = match char {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            'M' => 2_592_000,
            'y' => 31_536_000,
            _ => return None,
        };
        total = total.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    total.checked_add(number.unwrap_or(0))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (text, expected) in [
            ("90", Some(90)),
            ("10m", Some(600)),
            ("1h30m", Some(5_400)),
            ("0", Some(0)),
            ("x", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }

    #[test]
    fn names_of_variables() {
        assert_eq!(names("$scheme${host}-$uri?x").collect::<Vec<_>>(), ["scheme", "host", "uri"]);
    }
}
