//! What a configuration may ask of a request, as far as site files say it: routes look at host, path
//! and method, bypasses at cookies, fields and the query.

use std::collections::BTreeSet;

use storable::site::{BypassSettings, OneOrMore, RouteFile};

use super::decision::{Case, Decisions, TooMany};
use super::glob::{Glob, without_covered};

/// The requests of a route: one of some patterns each; an empty list is no condition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) path: Vec<Glob>,
    pub(super) host: Vec<Glob>,
    pub(super) method: Vec<Glob>,
}

/// More patterns than this are not written into one route.
const MOST: usize = 400;

fn meet(one: &[Glob], other: &[Glob]) -> Result<Option<Vec<Glob>>, TooMany> {
    if one.is_empty() || other.is_empty() {
        return Ok(Some([one, other].concat()));
    }
    let mut both = Vec::new();
    for pattern in one {
        for own in other {
            both.extend(pattern.meet(own)?);
        }
        if both.len() > MOST {
            return Err(TooMany);
        }
    }
    Ok((!both.is_empty()).then(|| without_covered(both)))
}

fn covers(one: &[Glob], other: &[Glob]) -> bool {
    let covered = |pattern: &Glob| one.iter().any(|own| own.covers(pattern));
    one.is_empty() || (!other.is_empty() && other.iter().all(covered))
}

impl Target {
    pub(super) fn paths<T: AsRef<str>>(patterns: impl IntoIterator<Item = T>) -> Self {
        Self { path: globs(patterns), ..Self::default() }
    }

    /// Hosts have no letter case.
    pub(super) fn hosts<T: AsRef<str>>(patterns: impl IntoIterator<Item = T>) -> Self {
        let lower = patterns.into_iter().map(|host| {
            host.as_ref().replace("(?i)", "").replace("(?-i)", "").to_ascii_lowercase()
        });
        Self { host: globs(lower), ..Self::default() }
    }

    pub(super) fn methods<T: AsRef<str>>(methods: impl IntoIterator<Item = T>) -> Self {
        Self { method: globs(methods), ..Self::default() }
    }

    /// Writes the condition into a route.
    pub(super) fn write(&self, route: &mut RouteFile) {
        let texts = |globs: &[Glob]| OneOrMore(globs.iter().map(Glob::to_string).collect());
        route.path = texts(&self.path);
        route.host = texts(&self.host);
        route.method = texts(&self.method);
    }
}

fn globs<T: AsRef<str>>(patterns: impl IntoIterator<Item = T>) -> Vec<Glob> {
    without_covered(patterns.into_iter().map(|pattern| Glob::parse(pattern.as_ref())).collect())
}

impl Case for Target {
    fn meet(&self, other: &Self) -> Result<Option<Self>, TooMany> {
        let (Some(path), Some(host), Some(method)) = (
            meet(&self.path, &other.path)?,
            meet(&self.host, &other.host)?,
            meet(&self.method, &other.method)?,
        ) else {
            return Ok(None);
        };
        Ok(Some(Self { path, host, method }))
    }

    fn covers(&self, other: &Self) -> bool {
        covers(&self.path, &other.path)
            && covers(&self.host, &other.host)
            && covers(&self.method, &other.method)
    }

    fn beyond(&self, others: &[&Self]) -> Option<Self> {
        let mut rest = self.clone();
        let covered = |one: Self| others.iter().any(|other| other.covers(&one));
        if covered(self.clone()) {
            return None;
        }
        rest.path.retain(|path| !covered(Self { path: vec![path.clone()], ..self.clone() }));
        if rest.path.is_empty() && !self.path.is_empty() {
            return None;
        }
        let before = rest.clone();
        rest.host.retain(|host| !covered(Self { host: vec![host.clone()], ..before.clone() }));
        (!rest.host.is_empty() || self.host.is_empty()).then_some(rest)
    }

    fn join(&self, other: &Self) -> Option<Self> {
        let own = [&self.path, &self.host, &self.method];
        let theirs = [&other.path, &other.host, &other.method];
        let different = |at: &usize| own.get(*at) != theirs.get(*at);
        let [at] = (0..own.len()).filter(different).collect::<Vec<_>>().try_into().ok()?;
        let both = [own.get(at)?.as_slice(), theirs.get(at)?].concat();
        let mut joined = self.clone();
        *[&mut joined.path, &mut joined.host, &mut joined.method].into_iter().nth(at)? =
            without_covered(both);
        Some(joined)
    }
}

/// A part of a request that a bypass looks at, with patterns as site files have them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// `name=value`.
    Cookie(String),
    /// `name: value`.
    Field(String),
    /// `name=value`.
    Query(String),
    /// The path and the query, as they are sent.
    Target(String),
}

/// Requests that have one at least of each of these groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parts(pub(super) Vec<BTreeSet<Part>>);

impl Parts {
    pub(super) fn one_of(parts: impl IntoIterator<Item = Part>) -> Self {
        Self(vec![parts.into_iter().collect()])
    }

    /// As a table of a site file.
    pub(super) fn settings(&self) -> BypassSettings {
        let mut groups = self.0.iter().map(of_group);
        let mut all = groups.next().unwrap_or_default();
        // Not without one of each other group.
        all.unless = groups
            .map(|group| {
                let mut without = BypassSettings::default();
                without.unless = vec![group];
                without
            })
            .collect();
        all
    }
}

/// Requests that have one at least of some parts.
fn of_group(group: &BTreeSet<Part>) -> BypassSettings {
    let mut some = BypassSettings::default();
    for part in group {
        let (list, text) = match part {
            Part::Cookie(text) => (&mut some.cookies, text),
            Part::Field(text) => (&mut some.headers, text),
            Part::Query(text) => (&mut some.query, text),
            Part::Target(text) => (&mut some.paths_and_queries, text),
        };
        list.0.push(text.clone());
    }
    some
}

impl Case for Parts {
    fn meet(&self, other: &Self) -> Result<Option<Self>, TooMany> {
        let all = self.0.iter().chain(&other.0);
        let narrower = |group: &BTreeSet<Part>, other: &BTreeSet<Part>| {
            other != group && other.is_subset(group)
        };
        let mut groups: Vec<BTreeSet<Part>> = Vec::new();
        for group in all.clone() {
            if !groups.contains(group) && !all.clone().any(|other| narrower(group, other)) {
                groups.push(group.clone());
            }
        }
        Ok(Some(Self(groups)))
    }

    fn covers(&self, other: &Self) -> bool {
        self.0.iter().all(|group| other.0.iter().any(|narrower| narrower.is_subset(group)))
    }

    fn join(&self, other: &Self) -> Option<Self> {
        match (self.0.as_slice(), other.0.as_slice()) {
            ([one], [two]) => Some(Self(vec![one | two])),
            _ => None,
        }
    }
}

/// Whether something holds; what cannot be said of a request may hold or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Truth {
    No,
    Untold,
    Yes,
}

/// For which requests something holds.
pub(super) type Condition = Decisions<Target, Decisions<Parts, Truth>>;

impl Condition {
    /// The same for every request.
    pub(super) const fn is(truth: Truth) -> Self {
        Self::always(Decisions::always(truth))
    }

    pub(super) fn of_target(target: Target) -> Self {
        Self::either(target, Decisions::always(Truth::Yes), Decisions::always(Truth::No))
    }

    pub(super) fn of_parts(parts: Parts) -> Self {
        Self::always(Decisions::either(parts, Truth::Yes, Truth::No))
    }

    pub(super) fn not(&self) -> Self {
        self.map(|parts| {
            parts.map(|truth| match truth {
                Truth::No => Truth::Yes,
                Truth::Untold => Truth::Untold,
                Truth::Yes => Truth::No,
            })
        })
    }

    pub(super) fn and(&self, other: &Self) -> Result<Self, TooMany> {
        self.with(other, |one, other| *one.min(other))
    }

    pub(super) fn or(&self, other: &Self) -> Result<Self, TooMany> {
        self.with(other, |one, other| *one.max(other))
    }

    fn with(&self, other: &Self, truth: impl Fn(&Truth, &Truth) -> Truth) -> Result<Self, TooMany> {
        self.combine(other, |one, other| one.combine(other, |one, other| Ok(truth(one, other))))
    }
}
