//! Rules that apply to some requests, one after the other, as the routes of a site.

use std::collections::BTreeSet;

use storable::Site;
use storable::profile::AxisSet;
use storable::site::{RouteFile, SiteFile};

use super::decision::{Decisions, TooMany};
use super::off;
use super::request::{Condition, Parts, Target, Truth};

/// The rules that apply to a request, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Applied {
    pub(super) surely: BTreeSet<usize>,
    /// They may apply or not: what they ask for cannot be said of a request.
    pub(super) perhaps: BTreeSet<usize>,
}

/// Which rules apply to which requests.
#[derive(Clone, Debug)]
pub(super) struct Plan(Decisions<Target, Decisions<Parts, Applied>>);

/// The requests of one route, to some of which other rules apply.
pub(super) type Within = Decisions<Parts, Applied>;

/// A route that cannot be said as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mixed {
    /// The rules that apply to some of its requests alone.
    pub(super) rules: BTreeSet<usize>,
}

impl Plan {
    pub(super) const fn new() -> Self {
        let none = Applied { surely: BTreeSet::new(), perhaps: BTreeSet::new() };
        Self(Decisions::always(Decisions::always(none)))
    }

    /// Of some rules, and one for all other requests, the first that is for a request.
    pub(super) fn first_of(rules: &[Condition], rest: usize) -> Result<Self, TooMany> {
        let alone = |rule| Applied { surely: BTreeSet::from([rule]), perhaps: BTreeSet::new() };
        let mut all = Decisions::always(Decisions::always(alone(rest)));
        for (rule, condition) in rules.iter().enumerate().rev() {
            all = condition.combine(&all, |truths, within| {
                truths.combine(within, |truth, later| {
                    Ok(match truth {
                        Truth::Yes => alone(rule),
                        Truth::No => later.clone(),
                        Truth::Untold => later.and(rule, Truth::Untold),
                    })
                })
            })?;
        }
        Ok(Self(all))
    }

    /// Adds a rule. One with too many cases may apply to every request.
    pub(super) fn add(&mut self, rule: usize, condition: &Condition) -> Result<(), TooMany> {
        match self.with(rule, condition) {
            Ok(plan) => {
                self.0 = plan;
                Ok(())
            }
            Err(TooMany) => {
                let applied = |applied: &Applied| applied.and(rule, Truth::Untold);
                self.0 = self.0.map(|within| within.map(applied));
                Err(TooMany)
            }
        }
    }

    fn with(
        &self,
        rule: usize,
        condition: &Condition,
    ) -> Result<Decisions<Target, Within>, TooMany> {
        self.0.combine(condition, |within, truths| {
            within.combine(truths, |applied, truth| Ok(applied.and(rule, *truth)))
        })
    }

    /// Adds one of two rules where that is needed to tell requests apart.
    pub(super) fn split(
        &mut self,
        condition: &Condition,
        [yes, no]: [usize; 2],
        needed: impl Fn(&Within) -> bool,
    ) -> Result<(), TooMany> {
        let split = self.0.combine(condition, |within, truths| {
            if !needed(within) {
                return Ok(within.clone());
            }
            within.combine(truths, |applied, truth| {
                Ok(applied.and(if *truth == Truth::Yes { yes } else { no }, Truth::Yes))
            })
        });
        self.0 = split?;
        Ok(())
    }

    /// The routes; `route` tells what becomes of a request to which some rules apply, and `mixed`
    /// hears of routes that cannot be said.
    pub(super) fn routes(
        &self,
        route: impl Fn(&BTreeSet<usize>) -> RouteFile,
        mut mixed: impl FnMut(Mixed),
    ) -> Vec<RouteFile> {
        let mut resolved = self.0.map(|within| outcome(within, &route));
        let rest = (Target::default(), resolved.rest);
        resolved.cases.push(rest);
        let told = resolved.cases.into_iter().map(|(target, (mut route, mix))| {
            target.write(&mut route);
            mix.into_iter().for_each(&mut mixed);
            route
        });
        told.collect()
    }
}

impl Applied {
    fn and(&self, rule: usize, truth: Truth) -> Self {
        let mut applied = self.clone();
        match truth {
            Truth::No => false,
            Truth::Untold => applied.perhaps.insert(rule),
            Truth::Yes => applied.surely.insert(rule),
        };
        applied
    }

    /// The rules that may together apply, as far as they matter: each of those that are not sure
    /// makes its difference beside none of the others, or beside all of them.
    fn variants(&self) -> Vec<BTreeSet<usize>> {
        let (none, all) = (self.surely.clone(), &self.surely | &self.perhaps);
        let mut variants = vec![none.clone(), all.clone()];
        for rule in &self.perhaps {
            let one = BTreeSet::from([*rule]);
            variants.extend([&none | &one, all.difference(&one).copied().collect()]);
        }
        variants.sort();
        variants.dedup();
        variants
    }
}

/// What becomes of the requests of a route, and the rules that make it impossible to say.
fn outcome(
    within: &Within,
    route: &impl Fn(&BTreeSet<usize>) -> RouteFile,
) -> (RouteFile, Option<Mixed>) {
    let routes = |applied: &Applied| applied.variants().iter().map(route).collect::<Vec<_>>();
    let plain = routes(&within.rest);
    let mut cases: Vec<_> =
        within.cases.iter().map(|(parts, applied)| (parts, applied, routes(applied))).collect();
    while cases.last().is_some_and(|(.., routes)| *routes == plain) {
        cases.pop();
    }
    let (mut bypass, mut variants, mut mixed) = (Vec::new(), plain, BTreeSet::new());
    for (parts, applied, routes) in cases {
        let is_off = routes.iter().all(is_off);
        match parts.bypass().filter(|_| is_off && mixed.is_empty()) {
            Some(part) => bypass.push(part),
            None => {
                variants.extend(routes);
                mixed.extend(&applied.surely ^ &within.rest.surely);
            }
        }
    }
    let mut told = one_of(variants);
    if !is_off(&told) {
        told.settings.bypass.extend(bypass);
    }
    (told, (!mixed.is_empty()).then_some(Mixed { rules: mixed }))
}

pub(super) fn is_off(route: &RouteFile) -> bool {
    route.profile == "caching-off"
}

/// The route for what becomes of requests in one of several ways: the questions on which these differ
/// are not known.
pub(super) fn one_of(mut variants: Vec<RouteFile>) -> RouteFile {
    variants.dedup();
    let off_too = variants.iter().any(is_off);
    let mut stored = variants.into_iter().filter(|route| !is_off(route));
    let Some(mut told) = stored.next() else { return off() };
    let mut unknown: BTreeSet<String> = told.unknown.iter().cloned().collect();
    for other in stored {
        unknown.extend(differences(&told, &other));
        unknown.extend(other.unknown);
    }
    if off_too {
        unknown.insert("bypass".to_owned());
    }
    told.unknown = unknown.into_iter().collect();
    told
}

/// The questions that two routes answer differently.
fn differences(one: &RouteFile, other: &RouteFile) -> Vec<String> {
    let facts = |route: &RouteFile| {
        let route = RouteFile {
            profile: route.profile.clone(),
            settings: route.settings.clone(),
            ..RouteFile::default()
        };
        let site = Site::new(SiteFile { name: String::new(), route: vec![route] }).ok()?;
        Some(*site.profiles().first()?.facts())
    };
    let set = match (facts(one), facts(other)) {
        (Some(one), Some(other)) => one.differences(&other),
        _ => AxisSet::EMPTY.with(storable::Axis::Bypass),
    };
    set.iter().map(|axis| axis.name().to_owned()).collect()
}
