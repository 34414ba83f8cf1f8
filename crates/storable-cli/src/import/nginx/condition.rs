//! Conditions on requests: what `if`, `map` and the words of `proxy_no_cache` come to.

use storable::profile::Counts;
use storable::site::{BypassSettings, OneOrMore};

use super::super::pattern;

/// For which requests something holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    Always,
    Never,
    /// For requests with one of these parts.
    Has(BypassSettings),
    Not(Box<Self>),
    Any(Vec<Self>),
    /// It cannot be expressed.
    Untold,
}

impl Condition {
    pub(super) fn any(conditions: impl IntoIterator<Item = Self>) -> Self {
        let mut some = Vec::new();
        for condition in conditions {
            match condition {
                Self::Always => return Self::Always,
                Self::Never => {}
                Self::Any(inner) => some.extend(inner),
                other => some.push(other),
            }
        }
        match <[Self; 1]>::try_from(some) {
            Ok([one]) => one,
            Err(some) if some.is_empty() => Self::Never,
            Err(some) => Self::Any(some),
        }
    }

    pub(super) fn all(conditions: impl IntoIterator<Item = Self>) -> Self {
        Self::any(conditions.into_iter().map(Self::not)).not()
    }

    pub(super) fn not(self) -> Self {
        match self {
            Self::Always => Self::Never,
            Self::Never => Self::Always,
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    pub(super) fn has(name: impl FnOnce(&mut BypassSettings)) -> Self {
        let mut part = BypassSettings::default();
        name(&mut part);
        if part == BypassSettings::default() { Self::Untold } else { Self::Has(part) }
    }

    /// As one table of a site file; `None` where it never holds.
    pub(super) fn settings(&self) -> Option<BypassSettings> {
        let mut settings = BypassSettings::default();
        match self {
            Self::Never => return None,
            Self::Always => settings.paths = one("*"),
            Self::Untold => settings.unknown = true,
            Self::Has(part) => return Some(part.clone()),
            Self::Not(inner) => settings.unless.extend(inner.settings()),
            // Not none of them.
            Self::Any(conditions) => {
                let mut none = BypassSettings::default();
                none.unless = conditions.iter().filter_map(Self::settings).collect();
                settings.unless = vec![none];
            }
        }
        Some(settings)
    }

    /// As tables one of which is enough.
    pub(super) fn rules(&self) -> Vec<BypassSettings> {
        match self {
            Self::Any(conditions) => conditions.iter().filter_map(Self::settings).collect(),
            one => one.settings().into_iter().collect(),
        }
    }

    /// Whether it is known for which requests it holds.
    pub(super) fn is_told(&self) -> bool {
        match self {
            Self::Always | Self::Never | Self::Has(_) => true,
            Self::Not(inner) => inner.is_told(),
            Self::Any(conditions) => conditions.iter().all(Self::is_told),
            Self::Untold => false,
        }
    }
}

/// Something of a request that a variable holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Cookie(String),
    Field(String),
    Argument(String),
    Query,
    /// `?` where there is a query.
    IsQuery,
    Target,
    Path,
    Scheme,
    Host,
    HostWithPort,
    Method,
    /// The same for every request of a location.
    Fixed,
}

impl Part {
    /// What of a request a variable holds; names of cookies and arguments have no letter case.
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "args" | "query_string" => Self::Query,
            "is_args" => Self::IsQuery,
            "request_uri" => Self::Target,
            "uri" | "document_uri" => Self::Path,
            "scheme" | "https" => Self::Scheme,
            "host" => Self::Host,
            "http_host" => Self::HostWithPort,
            "request_method" => Self::Method,
            "proxy_host" | "proxy_port" | "server_name" | "server_port" | "server_addr"
            | "hostname" | "nginx_version" => Self::Fixed,
            _ => {
                if let Some(name) = name.strip_prefix("cookie_") {
                    Self::Cookie(format!("(?i){name}"))
                } else if let Some(name) = name.strip_prefix("arg_") {
                    Self::Argument(format!("(?i){name}"))
                } else {
                    Self::Field(name.strip_prefix("http_")?.replace('_', "-"))
                }
            }
        })
    }

    /// For which requests it counts as set: neither empty nor `0`.
    pub(super) fn is_set(&self) -> Condition {
        let set = |part: &mut BypassSettings| part.counts = Some(Counts::NeitherEmptyNorZero);
        match self {
            Self::Cookie(name) => Condition::has(|part| {
                set(part);
                part.cookies = one(name);
            }),
            Self::Field(name) => Condition::has(|part| {
                set(part);
                part.headers = one(name);
            }),
            Self::Argument(name) => Condition::has(|part| {
                set(part);
                part.query = one(name);
            }),
            Self::Query | Self::IsQuery => Condition::has(|part| part.query = one("*")),
            Self::HostWithPort => Self::Field("host".to_owned()).is_set(),
            _ => Condition::Always,
        }
    }

    /// For which requests it matches one of some patterns.
    pub(super) fn matches(&self, patterns: &[String]) -> Condition {
        let pairs = |name: &str, separator: &str| {
            OneOrMore(patterns.iter().map(|text| format!("{name}{separator}{text}")).collect())
        };
        let plain = || OneOrMore(patterns.to_vec());
        Condition::has(|part| match self {
            Self::Cookie(name) => part.cookies = pairs(name, "="),
            Self::Field(name) => part.headers = pairs(name, ": "),
            Self::HostWithPort => part.headers = pairs("host", ": "),
            Self::Argument(name) => part.query = pairs(name, "="),
            Self::Target => part.paths_and_queries = plain(),
            Self::Path => part.paths = plain(),
            Self::Method => part.methods = plain(),
            Self::Host => {
                let lower = patterns.iter().map(|text| text.trim_start_matches("(?i)").to_owned());
                part.hosts = OneOrMore(lower.collect());
            }
            Self::Query | Self::IsQuery | Self::Scheme | Self::Fixed => {}
        })
    }
}

/// What a text is compared with.
#[derive(Clone, Debug)]
pub(super) enum Matcher {
    Text(String),
    TextInAnyCase(String),
    /// Patterns one of which matches where the expression does.
    Patterns(Vec<String>),
    Untold,
}

impl Matcher {
    /// A regular expression.
    pub(super) fn regex(expression: &str, any_case: bool) -> Self {
        pattern::of_regex(expression, any_case).map_or(Self::Untold, Self::Patterns)
    }

    /// Whether it matches a text that is known.
    pub(super) fn of_text(&self, text: &str) -> Condition {
        let matches = match self {
            Self::Text(own) => own == text,
            Self::TextInAnyCase(own) => own.eq_ignore_ascii_case(text),
            Self::Patterns(patterns) => {
                patterns.iter().any(|own| storable::site::matches(own, text))
            }
            Self::Untold => return Condition::Untold,
        };
        if matches { Condition::Always } else { Condition::Never }
    }

    /// For which requests it matches what a part of them holds; what is not there is empty.
    pub(super) fn of_part(&self, part: &Part) -> Condition {
        let (text, case) = match self {
            Self::Untold => return Condition::Untold,
            Self::Patterns(patterns) => {
                let some = part.matches(patterns);
                // What is not there is an empty text.
                return match self.of_text("") {
                    Condition::Always => Condition::any([some, is_there(part).not()]),
                    _ => some,
                };
            }
            Self::Text(text) => (text, ""),
            Self::TextInAnyCase(text) => (text, "(?i)"),
        };
        if text.is_empty() {
            return is_there(part).not();
        }
        if text.contains(['*', '?', '<']) {
            return Condition::Untold;
        }
        part.matches(&[format!("{case}{text}")])
    }
}

/// For which requests a part is not empty.
fn is_there(part: &Part) -> Condition {
    match part {
        Part::Cookie(_) | Part::Field(_) | Part::Argument(_) | Part::HostWithPort => {
            part.matches(&["?*".to_owned()])
        }
        other => other.is_set(),
    }
}

pub(super) fn one(name: &str) -> OneOrMore {
    OneOrMore(vec![name.to_owned()])
}
