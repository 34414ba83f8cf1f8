//! When a variable of nginx counts as set: neither empty nor `0`.

use std::collections::HashMap;

use storable::profile::Counts;
use storable::site::{BypassSettings, OneOrMore};

use super::super::pattern;
use super::syntax::Directive;

/// For which requests a value counts as set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Truth {
    pub(super) always: bool,
    /// For requests with one of these.
    pub(super) parts: Vec<BypassSettings>,
    /// For others too, and which cannot be expressed.
    pub(super) untold: bool,
}

impl Truth {
    const ALWAYS: Self = Self { always: true, parts: Vec::new(), untold: false };
    pub(super) const UNTOLD: Self = Self { always: false, parts: Vec::new(), untold: true };

    pub(super) fn or(mut self, other: Self) -> Self {
        self.always |= other.always;
        self.untold |= other.untold;
        self.parts.extend(other.parts);
        self
    }

    fn is_never(&self) -> bool {
        *self == Self::default()
    }

    fn of(change: impl FnOnce(&mut BypassSettings)) -> Self {
        let mut part = BypassSettings::default();
        change(&mut part);
        Self { parts: vec![part], ..Self::default() }
    }
}

/// What the variables of a configuration stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables<'a> {
    maps: HashMap<&'a str, &'a Directive>,
    set: HashMap<String, Truth>,
}

impl<'a> Variables<'a> {
    /// The `map` blocks of `http`.
    pub(super) fn of_maps(http: &'a [Directive]) -> Self {
        let maps = http.iter().filter(|directive| directive.name == "map");
        let named = maps.filter_map(|map| Some((map.words.get(1)?.strip_prefix('$')?, map)));
        Self { maps: named.collect(), set: HashMap::new() }
    }

    /// The map that makes a variable.
    pub(super) fn map(&self, name: &str) -> Option<&'a Directive> {
        self.maps.get(name).copied()
    }

    /// Goes through `set` and `if` of a server or a location, in their order.
    pub(super) fn run(&mut self, block: &[Directive]) {
        for directive in block {
            match (directive.name.as_str(), directive.words.as_slice()) {
                ("set", [name, value]) => {
                    let truth = self.truth(value);
                    self.set.insert(name.trim_start_matches('$').to_owned(), truth);
                }
                ("if", words) => {
                    let condition = self.condition(words);
                    for inner in directive.block.iter().filter(|inner| inner.name == "set") {
                        self.set_where(&condition, &inner.words);
                    }
                }
                _ => {}
            }
        }
    }

    fn set_where(&mut self, condition: &Truth, words: &[String]) {
        let [name, value] = words else { return };
        let name = name.trim_start_matches('$').to_owned();
        let (value, before) = (self.truth(value), self.set.remove(&name).unwrap_or_default());
        let after = if value == Truth::ALWAYS {
            before.or(condition.clone())
        } else if value.is_never() && before.is_never() {
            before
        } else {
            Truth::UNTOLD
        };
        self.set.insert(name, after);
    }

    /// For which requests a word counts as set.
    pub(super) fn truth(&self, word: &str) -> Truth {
        match word.strip_prefix('$') {
            None if !word.contains('$') => constant(word),
            Some(name) if !name.contains('$') => {
                self.variable(name.trim_matches(|char| char == '{' || char == '}'))
            }
            _ => Truth::UNTOLD,
        }
    }

    fn variable(&self, name: &str) -> Truth {
        if let Some(truth) = self.set.get(name) {
            return truth.clone();
        }
        if let Some(map) = self.maps.get(name) {
            return self.mapped(map);
        }
        let set = |part: &mut BypassSettings| part.counts = Some(Counts::NeitherEmptyNorZero);
        match part_of(name) {
            Some(Part::Cookie(name)) => Truth::of(|part| {
                set(part);
                part.cookies = one(&name);
            }),
            Some(Part::Field(name)) => Truth::of(|part| {
                set(part);
                part.headers = one(&name);
            }),
            Some(Part::Argument(name)) => Truth::of(|part| {
                set(part);
                part.query = one(&name);
            }),
            Some(Part::Query) => Truth::of(|part| part.query = one("*")),
            _ => Truth::UNTOLD,
        }
    }

    /// A `map`: for which sources it gives what counts as set.
    fn mapped(&self, map: &Directive) -> Truth {
        let source = map.words.first().map_or("", |word| word.trim_start_matches('$'));
        let (mut truth, mut unset) = (Truth::default(), false);
        for entry in &map.block {
            let value = entry.words.first().map_or("", String::as_str);
            match (entry.name.as_str(), constant(value).always) {
                _ if value.contains('$') => return Truth::UNTOLD,
                ("default", true) | ("volatile" | "hostnames" | "include", _) => {
                    return Truth::UNTOLD;
                }
                ("default", false) => {}
                (key, true) => {
                    truth = truth.or(match key.strip_prefix("~*") {
                        Some(regex) => matching(source, regex, true),
                        None => match key.strip_prefix('~') {
                            Some(regex) => matching(source, regex, false),
                            // Whole values are compared without letter case.
                            None => equal(source, key, "(?i)"),
                        },
                    });
                }
                (_, false) => unset = true,
            }
        }
        // What one entry sets another may unset before.
        if unset && truth.parts.len() > 1 { Truth::UNTOLD } else { truth }
    }

    /// The condition of an `if`, its parentheses still about it.
    fn condition(&self, words: &[String]) -> Truth {
        let text = words.join(" ");
        let inner = text.trim_start_matches('(').trim_end_matches(')').trim();
        let mut parts = inner.splitn(3, ' ');
        let (left, operator, right) = (parts.next(), parts.next(), parts.next());
        let source = left.unwrap_or_default().trim_start_matches('$');
        match (operator, right) {
            (None, _) => self.truth(left.unwrap_or_default()),
            // Requests with other methods are not looked up, whatever is set.
            (Some("="), Some("POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS"))
                if source == "request_method" =>
            {
                Truth::default()
            }
            (Some("="), Some(value)) if !value.is_empty() => equal(source, value, ""),
            (Some("!="), None | Some("")) if part_of(source) == Some(Part::Query) => {
                Truth::of(|part| part.query = one("*"))
            }
            (Some("~"), Some(regex)) => matching(source, regex, false),
            (Some("~*"), Some(regex)) => matching(source, regex, true),
            _ => Truth::UNTOLD,
        }
    }
}

/// A text that names no variable.
fn constant(text: &str) -> Truth {
    if matches!(text, "" | "0") { Truth::default() } else { Truth::ALWAYS }
}

/// Something of a request that a variable holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Cookie(String),
    Field(String),
    Argument(String),
    Query,
    Target,
    Path,
    Scheme,
    Host,
    HostWithPort,
}

/// What of a request a variable holds; names of cookies and arguments have no letter case.
pub(super) fn part_of(name: &str) -> Option<Part> {
    Some(match name {
        "args" | "query_string" | "is_args" => Part::Query,
        "request_uri" => Part::Target,
        "uri" | "document_uri" => Part::Path,
        "scheme" | "https" => Part::Scheme,
        "host" => Part::Host,
        "http_host" => Part::HostWithPort,
        _ => {
            if let Some(name) = name.strip_prefix("cookie_") {
                Part::Cookie(format!("(?i){name}"))
            } else if let Some(name) = name.strip_prefix("arg_") {
                Part::Argument(format!("(?i){name}"))
            } else {
                Part::Field(name.strip_prefix("http_")?.replace('_', "-"))
            }
        }
    })
}

fn equal(source: &str, value: &str, case: &str) -> Truth {
    if value.contains(['*', '?', '$']) {
        return Truth::UNTOLD;
    }
    valued(source, &[format!("{case}{value}")])
}

fn matching(source: &str, regex: &str, any_case: bool) -> Truth {
    match pattern::of_regex(regex.trim_matches('"'), any_case) {
        Some(patterns) => valued(source, &patterns),
        None => Truth::UNTOLD,
    }
}

/// Requests in which what a variable holds matches one of some patterns.
fn valued(source: &str, patterns: &[String]) -> Truth {
    let Some(held) = part_of(source) else { return Truth::UNTOLD };
    let pairs = |name: &str, separator: &str| {
        OneOrMore(patterns.iter().map(|pattern| format!("{name}{separator}{pattern}")).collect())
    };
    let plain = || OneOrMore(patterns.to_vec());
    Truth::of(|part| match held {
        Part::Cookie(name) => part.cookies = pairs(&name, "="),
        Part::Field(name) => part.headers = pairs(&name, ": "),
        Part::Argument(name) => part.query = pairs(&name, "="),
        Part::Target => part.paths_and_queries = plain(),
        Part::Path => part.paths = plain(),
        Part::Query | Part::Scheme | Part::Host | Part::HostWithPort => {}
    })
    .checked()
}

impl Truth {
    /// A part that names nothing cannot be expressed.
    fn checked(self) -> Self {
        if self.parts.iter().any(|part| *part == BypassSettings::default()) {
            return Self::UNTOLD;
        }
        self
    }
}

fn one(name: &str) -> OneOrMore {
    OneOrMore(vec![name.to_owned()])
}
