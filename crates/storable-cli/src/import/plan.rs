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

/// The requests of one target, to some of which other rules apply.
type Within = Decisions<Parts, Applied>;

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

    /// The routes; `route` tells what becomes of a request to which some rules apply.
    pub(super) fn routes(&self, route: impl Fn(&BTreeSet<usize>) -> RouteFile) -> Vec<RouteFile> {
        let resolved = self.0.map(|within| within_target(within, &route));
        let rest = (Target::default(), resolved.rest);
        let targets = resolved.cases.into_iter().chain([rest]);
        let told = targets.flat_map(|(target, routes)| {
            routes.into_iter().map(move |mut route| {
                target.write(&mut route);
                route
            })
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

/// The routes of the requests of one target: where those that some rules are for pass by the cache, one
/// route says so; else each kind of them has its own.
fn within_target(
    within: &Within,
    route: &impl Fn(&BTreeSet<usize>) -> RouteFile,
) -> Vec<RouteFile> {
    let Decisions { cases, mut rest } =
        within.map(|applied| one_of(applied.variants().iter().map(route).collect()));
    if !is_off(&rest) && cases.iter().all(|(_, told)| is_off(told)) {
        rest.settings.bypass.extend(cases.iter().map(|(parts, _)| parts.settings()));
        return vec![rest];
    }
    let some =
        cases.into_iter().map(|(parts, told)| RouteFile { when: Some(parts.settings()), ..told });
    some.chain([rest]).collect()
}

/// Lets the routes of one cache, in which keys are all that tells requests apart, find what the others
/// have stored. Where paths, hosts and methods alone make routes that needs not be said.
pub(super) fn store_in(cache: &str, routes: &mut [RouteFile]) {
    if routes.iter().any(|route| route.when.is_some()) {
        for route in routes.iter_mut().filter(|route| !is_off(route)) {
            cache.clone_into(&mut route.cache);
        }
    }
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
        // A bypass is certain where each of them has it.
        told.settings.bypass.retain(|rule| other.settings.bypass.contains(rule));
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
