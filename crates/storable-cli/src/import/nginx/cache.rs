//! The cache directives that hold at a level, as settings.

use std::collections::BTreeMap;

use storable::profile::{BypassOf, Collapsing, HeadRequests, KeyOrigin, StaleIfError, Validation};
use storable::site::{
    ClassCase, ClassKey, CookieKey, KeySettings, MethodSetting, NginxSettings, OneOrMore, QueryKey,
    RouteFile, Settings, StaleSetting, Switch,
};

use super::super::Left;
use super::condition::{Condition, Part};
use super::variable::{Held, Piece, Variables, pieces};
use super::{Level, off};
use crate::import::nginx::syntax::Directive;

/// The modules that cache, by the directive that passes a request on.
const MODULES: [&str; 4] = ["proxy", "fastcgi", "uwsgi", "scgi"];

/// What a level says, and what of it cannot be expressed.
pub(super) fn route(
    level: &Level<'_>,
    variables: &Variables<'_>,
    returned: &Condition,
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
        has_own_path: false,
    };
    if !reader.caches() {
        return (off(), reader.left);
    }
    reader.lifetimes();
    reader.key();
    reader.bypasses(returned);
    reader.switches();
    reader.stale();
    let route = RouteFile {
        // What is stored under a path that is not the request's may be found by way of other routes.
        cache: reader.word("cache").filter(|_| !reader.has_own_path).unwrap_or_default().to_owned(),
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
    /// The path that it passes requests on with, and that is in the key, is another than theirs.
    has_own_path: bool,
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

    /// `proxy_cache_key`; by default what `proxy_pass` says up to its path, and the target
    /// (`ngx_http_proxy_create_key`): the scheme in it is that of the upstream. A path of `proxy_pass`
    /// takes the place of the location's in the target, or with variables that of the whole target.
    fn key(&mut self) {
        let named = self.all("cache_key");
        let (upstream, path) = self.pass();
        let usual = match (path.is_empty(), self.module) {
            (_, "fastcgi" | "uwsgi" | "scgi") => String::new(),
            (false, _) if upstream.contains('$') || path.contains('$') => {
                format!("{upstream}{path}")
            }
            _ => format!("{upstream}$request_uri"),
        };
        let text = named.last().and_then(|key| key.words.first()).unwrap_or(&usual);
        let mut key = Key::default();
        self.has_own_path = named.is_empty() && !path.is_empty() && !text.ends_with(path);
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => key.text.push_str(text),
                Piece::Variable(name) => {
                    self.fixed(name, &mut key.text);
                    key.add(self.variables.variable(name), name);
                }
            }
        }
        if (key.untold || !key.path)
            && let Some(directive) = named.last().or(self.all("cache").last())
        {
            self.left(directive, &["key", "key-cookies", "key-query"]);
        }
        if self.has_own_path {
            key.text.clear();
        }
        self.settings.key = Some(key.settings());
    }

    /// What a variable holds for every request of a location.
    fn fixed(&self, name: &str, text: &mut String) {
        let word = |name: &str| self.level.get(name)?.last()?.words.first().map(String::as_str);
        text.push_str(match name {
            "proxy_host" => self.pass().0.split_once("://").map_or("", |(_, host)| host),
            "server_name" => word("server_name").unwrap_or_default(),
            "server_port" | "server_addr" => word("listen").unwrap_or_default(),
            _ => "",
        });
    }

    /// What a request is passed on to, and the path that it gets there, where that is told.
    fn pass(&self) -> (&'a str, &'a str) {
        let name = format!("{}_pass", self.module);
        let pass = self.level.get(name.as_str()).and_then(|all| all.last()?.words.first());
        let pass = pass.map_or("", String::as_str);
        let host = pass.find("://").map_or(0, |at| at.saturating_add(3));
        let behind = pass.get(host..).unwrap_or_default();
        let slash = behind.find('/');
        let of_path = ["$uri", "${uri}", "$document_uri", "$request_uri", "${request_uri}"];
        let variable = of_path.iter().filter_map(|name| behind.find(name)).min();
        let end = slash.into_iter().chain(variable).min().unwrap_or(behind.len());
        pass.split_at(host.saturating_add(end))
    }

    /// `proxy_cache_bypass` and `proxy_no_cache`, and what an `if` answers itself.
    fn bypasses(&mut self, returned: &Condition) {
        self.settings.bypass = returned.rules();
        for (name, of) in [("cache_bypass", BypassOf::LookUp), ("no_cache", BypassOf::Storing)] {
            for directive in self.all(name) {
                let words = directive.words.iter().map(|word| self.variables.word(word).is_set());
                let condition = Condition::any(words);
                if !condition.is_told() {
                    self.left(directive, &[]);
                }
                for mut part in condition.rules() {
                    part.of = Some(of);
                    self.settings.bypass.push(part);
                }
            }
        }
    }

    fn switches(&mut self) {
        if self.word("buffering") == Some("off") {
            let mut nginx = NginxSettings::default();
            nginx.buffering = Some(Switch::Off);
            self.settings.nginx = Some(nginx);
        }
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
    classes: Vec<ClassKey>,
    /// The same as text.
    text: String,
    untold: bool,
}

impl Key {
    fn add(&mut self, held: Held, name: &str) {
        match held {
            Held::Text(text) => self.text.push_str(&text),
            Held::Part(part) => self.add_part(part, name),
            Held::Cases(cases, otherwise) => self.add_cases(&cases, &otherwise),
            Held::Joined(_) | Held::Untold => self.untold = true,
        }
    }

    fn add_part(&mut self, part: Part, name: &str) {
        match &part {
            Part::Fixed | Part::Method => {}
            Part::Path => self.text.push_str("${uri}"),
            Part::Query => self.text.push_str("${args}"),
            _ => self.text.push_str(&format!("${{{name}}}")),
        }
        match part {
            Part::Fixed => {}
            Part::Scheme => self.scheme = true,
            Part::Host => self.host = self.host.or(Some(KeyOrigin::HostName)),
            Part::HostWithPort => self.host = Some(KeyOrigin::HostAsItStands),
            Part::Target => (self.path, self.whole_query) = (true, true),
            Part::Path => self.path = true,
            Part::IsQuery => {}
            Part::Query => self.whole_query = true,
            Part::Argument(name) => self.arguments.push(name),
            Part::Field(name) => self.fields.push(name),
            Part::Cookie(name) => self.cookies.push(name),
            Part::Method => {
                let of = |name: &str| (Part::Method.matches(&[name.to_owned()]), name.to_owned());
                self.push_classes(["GET", "HEAD", "POST"].map(of).to_vec());
            }
        }
    }

    /// A variable that holds one text or another.
    fn add_cases(&mut self, cases: &[(Condition, Held)], otherwise: &Held) {
        let last = [(Condition::Always, otherwise.clone())];
        let mut told = Vec::new();
        for (condition, held) in cases.iter().chain(&last) {
            match held {
                Held::Text(text) => told.push((condition.clone(), text.clone())),
                _ => self.untold = true,
            }
        }
        self.push_classes(told);
    }

    fn push_classes(&mut self, classes: Vec<(Condition, String)>) {
        let case = |(condition, class): (Condition, String)| {
            let mut case = ClassCase::default();
            (case.class, case.when) = (class, condition.settings()?);
            Some(case)
        };
        let cases = classes.into_iter().filter_map(case).collect();
        self.classes.push(ClassKey::Cases { cases });
        self.text.push_str(&format!("${{class {}}}", self.classes.len()));
    }

    fn settings(self) -> KeySettings {
        let mut key = KeySettings::default();
        key.origin = Some(match (self.scheme, self.host) {
            (true, Some(KeyOrigin::HostName)) => KeyOrigin::SchemeAndHostName,
            (true, Some(_)) => KeyOrigin::SchemeAndHostAsItStands,
            (false, Some(host)) => host,
            (true, None) => KeyOrigin::Scheme,
            (false, None) => KeyOrigin::Nothing,
        });
        key.query = Some(match (self.whole_query, self.arguments.is_empty()) {
            (true, _) => QueryKey::All,
            (false, true) => QueryKey::None,
            (false, false) => QueryKey::Only(self.arguments),
        });
        key.headers = (!self.fields.is_empty()).then_some(OneOrMore(self.fields));
        key.classes = self.classes;
        key.text = if self.untold { String::new() } else { self.text };
        key.cookies = (!self.cookies.is_empty()).then_some(CookieKey::Only(self.cookies));
        key
    }
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
}
