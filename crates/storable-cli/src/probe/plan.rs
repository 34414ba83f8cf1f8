//! Which experiments come next: those that split most evenly what the cache may still be.

use std::cmp::Reverse;
use std::collections::HashMap;

use storable::Profile;

use super::experiment::{CROWD, Experiment, Trial};
use super::infer::{Observation, unlike};
use super::laboratory::Laboratory;
use super::seen::Possible;

/// The experiments that are still to be made.
pub(crate) struct Plan<'a> {
    laboratory: &'a Laboratory<'a>,
    left: Vec<usize>,
    /// The profile that the cache looks like, by its place in the list of all, and what it would show with
    /// each other answer.
    near: Option<(usize, Vec<Vec<Possible>>)>,
}

/// How many experiments are made before it is asked anew which ones tell most.
const ROUND: usize = 80;

impl<'a> Plan<'a> {
    pub(crate) fn new(laboratory: &'a Laboratory<'a>) -> Self {
        Self { laboratory, left: (0..laboratory.catalogue.len()).collect(), near: None }
    }

    /// The experiments to be made next, those that tell most first; none when all are made. As long
    /// as the requests that are left would not do for all, only some are chosen at a time.
    pub(crate) fn next(
        &mut self,
        observations: &[Observation],
        requests: usize,
        repeat: usize,
    ) -> Vec<usize> {
        let catalogue = self.laboratory.catalogue;
        let costs = self.left.iter().filter_map(|number| catalogue.get(*number)).map(requests_of);
        let most: usize = costs.map(|cost| cost.saturating_mul(repeat)).sum();
        let suspects = self.suspects(observations);
        let mut ordered = self.ordered(&suspects);
        let now = if most <= requests { ordered.len() } else { ROUND };
        self.left = ordered.split_off(now.min(ordered.len()));
        ordered
    }

    /// What each cache would show that it may still be: the built-in profiles, and the nearest one
    /// with each other answer, as far as no more speaks against them than against that one.
    fn suspects(&mut self, observations: &[Observation]) -> Vec<Vec<Possible>> {
        let built_in = self.laboratory.built_in();
        let against = |shown: &Vec<Possible>| unlike(observations, shown);
        let counts = built_in.iter().map(against).enumerate();
        let Some((nearest, least)) = counts.min_by_key(|(_, count)| *count) else {
            return Vec::new();
        };
        if !observations.is_empty() && self.near.as_ref().is_none_or(|(own, _)| *own != nearest) {
            self.near = Some((nearest, self.with_each_answer(nearest)));
        }
        let near = self.near.iter().flat_map(|(_, shown)| shown);
        near.chain(built_in).filter(|shown| against(shown) <= least).cloned().collect()
    }

    fn with_each_answer(&self, profile: usize) -> Vec<Vec<Possible>> {
        let shown = self.laboratory.built_in().get(profile);
        let (Some(shown), Some(profile)) = (shown, Profile::ALL.get(profile)) else {
            return Vec::new();
        };
        let cache = self.laboratory.completed(*profile);
        let answers = self.laboratory.answers();
        answers
            .map(|(question, value)| self.laboratory.with_answer(&cache, shown, question, value))
            .collect()
    }

    /// The experiments that are left: each next one leaves least of what the ones before it leave,
    /// for each request. Those that tell nothing more keep their order.
    fn ordered(&self, suspects: &[Vec<Possible>]) -> Vec<usize> {
        let mut left = self.left.clone();
        let mut ordered = Vec::with_capacity(left.len());
        let mut groups = vec![suspects.iter().collect::<Vec<_>>()];
        loop {
            groups.retain(|group| group.len() > 1);
            let best = left
                .iter()
                .enumerate()
                .map(|(place, number)| (self.gain(&groups, *number), Reverse(place)))
                .filter(|(gain, _)| *gain > 0)
                .max();
            let Some((_, Reverse(place))) = best else { break };
            let number = left.remove(place);
            groups = groups.into_iter().flat_map(|group| split(group, number)).collect();
            ordered.push(number);
        }
        ordered.append(&mut left);
        ordered
    }

    /// How many pairs of suspects the experiment tells apart, for each thousand requests.
    fn gain(&self, groups: &[Vec<&Vec<Possible>>], number: usize) -> usize {
        let pairs = |count: usize| count.saturating_mul(count);
        let told: usize = groups
            .iter()
            .map(|group| {
                let mut sizes = HashMap::<_, usize>::new();
                for suspect in group {
                    let size = sizes.entry(suspect.get(number)).or_default();
                    *size = size.saturating_add(1);
                }
                let alike: usize = sizes.values().map(|size| pairs(*size)).sum();
                pairs(group.len()).saturating_sub(alike)
            })
            .sum();
        let cost = self.laboratory.catalogue.get(number).map_or(2, requests_of);
        told.saturating_mul(1000).checked_div(cost).unwrap_or(0)
    }
}

/// The suspects by what they would show in an experiment.
fn split(group: Vec<&Vec<Possible>>, number: usize) -> Vec<Vec<&Vec<Possible>>> {
    let mut parts = HashMap::<_, Vec<_>>::new();
    for suspect in group {
        parts.entry(suspect.get(number)).or_default().push(suspect);
    }
    parts.into_values().collect()
}

/// How many requests an experiment takes each time.
pub(crate) fn requests_of(experiment: &Experiment) -> usize {
    let own = if experiment.trial == Trial::Crowd { CROWD } else { 2 };
    own.saturating_add(usize::from(experiment.before.is_some()))
}
