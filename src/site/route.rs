//! A route: for which requests, which profile, with which settings.

use serde::{Deserialize, Serialize};

use super::{BypassSettings, Problem, Settings, SiteError, SiteFile};
use crate::glob;
use crate::message::RequestHead;
use crate::profile::{Axis, Condition, Profile};
use crate::rule::{Tri, bypass, s2_key};

/// A route as a file holds it. In patterns `*` is any text and `?` any one byte; from `(?i)` on they
/// have no letter case, from `(?-i)` on they have it again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RouteFile {
    /// What the route is called in answers; without it, it is called by its number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The path of the target matches one of these.
    #[serde(default, skip_serializing_if = "OneOrMore::is_empty")]
    pub path: OneOrMore,
    /// The host of the target, without a port and letter case, matches one of these.
    #[serde(default, skip_serializing_if = "OneOrMore::is_empty")]
    pub host: OneOrMore,
    /// The method is one of these.
    #[serde(default, skip_serializing_if = "OneOrMore::is_empty")]
    pub method: OneOrMore,
    /// What else holds for the request: its cookies, header fields, query. Where that cannot be told,
    /// nothing is known of what becomes of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<BypassSettings>,
    /// Where responses are stored: routes of one name find what the others have stored, routes of
    /// two names do not. Without one that is not known of two routes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cache: String,
    /// The id of a built-in profile.
    pub profile: String,
    /// What the operator has set.
    #[serde(default, skip_serializing_if = "Settings::is_empty")]
    pub settings: Settings,
    /// The questions to which the answer is not known, for the configuration says it in a way that
    /// cannot be expressed here; `everything` stands for all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
}

/// One text, or a list of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "TextOrList", into = "TextOrList")]
pub struct OneOrMore(pub Vec<String>);

#[derive(Serialize, Deserialize)]
#[serde(untagged, expecting = "a text or a list of texts")]
enum TextOrList {
    Text(String),
    List(Vec<String>),
}

impl From<TextOrList> for OneOrMore {
    fn from(read: TextOrList) -> Self {
        match read {
            TextOrList::Text(text) => Self(vec![text]),
            TextOrList::List(texts) => Self(texts),
        }
    }
}

impl From<OneOrMore> for TextOrList {
    fn from(texts: OneOrMore) -> Self {
        match <[String; 1]>::try_from(texts.0) {
            Ok([text]) => Self::Text(text),
            Err(texts) => Self::List(texts),
        }
    }
}

impl From<&str> for OneOrMore {
    fn from(text: &str) -> Self {
        Self(vec![text.to_owned()])
    }
}

impl OneOrMore {
    /// Whether it is an empty list, which is no condition.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether each of them can be matched.
    pub(super) fn check(&self) -> Result<(), Problem> {
        match self.0.iter().find(|pattern| !glob::is_usable(pattern)) {
            Some(long) => Err(Problem::PatternTooLong(long.clone())),
            None => Ok(()),
        }
    }

    fn admits(&self, matches: impl Fn(&str) -> bool) -> bool {
        self.is_empty() || self.0.iter().any(|pattern| matches(pattern))
    }

    /// Whether what these patterns admit includes all that those of `later` do, as far as that can
    /// be told from their text.
    fn includes(&self, later: &Self) -> bool {
        let is_plain = |own: &str| !own.contains(['?', '<']);
        // Only what has no letters of its own includes a pattern without letter case.
        let in_any_case = |own: &str, text: &str| {
            !text.contains("(?") || !own.bytes().any(|byte| byte.is_ascii_alphabetic())
        };
        let covers = |text: &String| {
            self.0.iter().any(|own| {
                let matches = || glob::matches(own.as_bytes(), text.as_bytes());
                own == text || (is_plain(own) && in_any_case(own, text) && matches())
            })
        };
        self.is_empty() || (!later.is_empty() && later.0.iter().all(covers))
    }
}

impl RouteFile {
    /// Whether the route is for this request; `when` is its condition beside path, host and method.
    pub(super) fn matches(&self, request: RequestHead<'_>, when: Option<&Condition>) -> Tri {
        let path =
            |pattern: &str| glob::matches(pattern.as_bytes(), request.target().path.as_bytes());
        let host = |pattern: &str| covers_host(pattern.as_bytes(), s2_key::host(request));
        let is_admitted = self.method.admits(|method| method == request.method())
            && self.path.admits(path)
            && self.host.admits(host);
        match when {
            Some(when) if is_admitted => bypass::holds(request, when),
            _ => Tri::from(is_admitted),
        }
    }

    fn has_condition(&self) -> bool {
        let patterns = [&self.path, &self.host, &self.method];
        self.when.is_some() || !patterns.into_iter().all(OneOrMore::is_empty)
    }

    /// The condition beside path, host and method.
    pub(super) fn condition(&self, number: usize) -> Result<Option<Condition>, SiteError> {
        let condition = self.when.as_ref().map(BypassSettings::condition).transpose();
        condition.map_err(|(name, problem)| {
            let names = ["when", name];
            let names = if name.is_empty() { names.get(..1) } else { names.get(..) };
            SiteError::at(number, names.unwrap_or_default(), problem)
        })
    }

    /// The profile with its settings.
    pub(super) fn resolve(&self, number: usize, site: &SiteFile) -> Result<Profile, SiteError> {
        let base = Profile::find(&self.profile).ok_or_else(|| {
            SiteError::at(number, &["profile"], Problem::UnknownProfile(self.profile.clone()))
        })?;
        for (name, patterns) in [("path", &self.path), ("host", &self.host)] {
            patterns.check().map_err(|problem| SiteError::at(number, &[name], problem))?;
        }
        let mut profile = self.settings.apply(*base, number)?;
        for name in &self.unknown {
            if name == "everything" {
                profile = profile.with_everything_unknown();
                continue;
            }
            let axis = Axis::ALL.iter().find(|axis| axis.name() == name);
            let axis = axis.ok_or_else(|| {
                SiteError::at(number, &["unknown"], Problem::NoQuestion(name.clone()))
            })?;
            if !profile.reads().contains(*axis) {
                let problem =
                    Problem::NotAsked { profile: self.profile.clone(), name: name.clone() };
                return Err(SiteError::at(number, &["unknown"], problem));
            }
            profile = profile.with_unknown(*axis);
        }
        let is_plain = profile == *base && site.route.len() == 1 && self.name.is_empty();
        Ok(if is_plain { profile } else { profile.named(self.title(base, number, site)) })
    }

    /// What answers call the profile: the cache, and the route that decided.
    fn title(&self, base: &Profile, number: usize, site: &SiteFile) -> &'static str {
        let route = match self.name.as_str() {
            "" => format!("route {}", number.saturating_add(1)),
            name => format!("route {name}"),
        };
        let site = if site.name.is_empty() { "the site" } else { &site.name };
        format!("{} ({route} of {site})", base.name()).leak()
    }
}

/// Without letter case and, where the pattern has none, without the port.
fn covers_host(pattern: &[u8], host: &[u8]) -> bool {
    let port = host.iter().rposition(|&byte| byte == b':').filter(|_| !pattern.contains(&b':'));
    let host = port.and_then(|at| host.get(..at)).unwrap_or(host);
    glob::matches_in_any_case(pattern, host)
}

/// Every request gets somewhere, and every route gets requests.
pub(super) fn check_order(routes: &[RouteFile]) -> Result<(), SiteError> {
    let Some(last) = routes.last() else {
        return Err(SiteError { place: super::Place::default(), problem: Problem::NoRoute });
    };
    for (number, route) in routes.iter().enumerate() {
        let before = routes.iter().take(number);
        let covers = |earlier: &RouteFile| {
            earlier.path.includes(&route.path)
                && earlier.host.includes(&route.host)
                && earlier.method.includes(&route.method)
                && (earlier.when.is_none() || earlier.when == route.when)
        };
        if let Some(earlier) = before.into_iter().position(covers) {
            return Err(SiteError::at(number, &[], Problem::NeverReached(earlier)));
        }
    }
    match last.has_condition() {
        true => Err(SiteError::at(routes.len().saturating_sub(1), &[], Problem::NoLastRoute)),
        false => Ok(()),
    }
}
