//! The search for header lines: bounded, in a fixed order, proven by judging.
//!
//! 1. Every value of Cache-Control is tried by itself on every cache. Of values that all caches
//!    answer alike the first is kept, which has the fewest directives; of what is left, the best
//!    [`STARTS`]. These are tried with bars to stale answers
//!    and with what few wish for, and the best are kept again.
//! 2. So are the values of each other field, on the caches that read it, beside the best of these.
//! 3. The best first, each value of Cache-Control is tried with each of CDN-Cache-Control and with
//!    none; where a cache does not do as well as it was seen to do, also with those of each other
//!    field that it reads.
//! 4. What is left out without harm to any cache is left out: lines first, then directives.
//! 5. Where somebody still may get what is one user's, `Vary: *` is tried.

use std::cmp::Reverse;
use std::iter::once;

use super::cache::Cache;
use super::candidates::{self, CDN_CACHE_CONTROL, Menu, Value};
use super::fit::{Fit, Outcome};
use super::intent::{Audience, Intent};
use super::plan::{Line, Plan, Score};
use super::reading;
use super::trial::{Occasions, Pair, Trial};
use crate::profile::Fact;

/// How many values of Cache-Control are tried with other fields.
const STARTS: usize = 5;
/// How many values of another field are tried with more directives.
const BETTER: usize = 4;

/// A search among the lines that these caches read.
pub(super) struct Search<'s, 'i> {
    trial: &'s Trial<'i>,
    caches: &'s [Cache<'s>],
    /// The other fields, with the caches to which each makes a difference.
    fields: Vec<Read>,
    /// The best that each cache does with one line of Cache-Control.
    alone: Vec<Option<(Outcome, Value)>>,
    /// The best that each cache was seen to do.
    ideal: Vec<Outcome>,
    best: Option<(Score, Plan)>,
    /// How many plans each cache has spoilt of which nobody knows whether it reads their fields.
    spoilt: Vec<usize>,
}

/// A field beside Cache-Control, and who reads it.
struct Read {
    menu: Menu,
    by: Vec<usize>,
    /// Nobody knows whether these read it.
    perhaps_by: Vec<usize>,
}

pub(super) const CACHE_CONTROL: &str = "cache-control";
const VARY: &str = "vary";

impl<'s, 'i> Search<'s, 'i> {
    pub(super) fn new(trial: &'s Trial<'i>, caches: &'s [Cache<'s>]) -> Self {
        let those = |field: &str, reads: Fact<bool>| {
            let so =
                |(_, cache): &(usize, &Cache<'_>)| reading::reads(cache.profile, field) == reads;
            caches.iter().enumerate().filter(so).map(|(number, _)| number).collect()
        };
        let menus = candidates::menus(trial.intent(), caches).into_iter();
        let fields = menus.map(|menu| Read {
            by: those(menu.field, Fact::Known(true)),
            perhaps_by: those(menu.field, Fact::Unknown),
            menu,
        });
        Self {
            fields: fields.collect(),
            trial,
            caches,
            alone: vec![None; caches.len()],
            ideal: vec![Outcome::WORST; caches.len()],
            best: None,
            spoilt: vec![0; caches.len()],
        }
    }

    /// The best plan there is in the space.
    pub(super) fn run(&mut self) -> Plan {
        let starts = self.starts();
        if let Some(best) = starts.first() {
            self.keep_one_of_each_kind(best);
        }
        for start in starts {
            if self.may_win(&start, 0) {
                self.extend(start);
            }
        }
        let lines = self.best.take().map(|(_, plan)| plan.lines);
        let plan = self.without_needless(self.proven(lines.unwrap_or_default()));
        self.closed(plan)
    }

    /// The value of Cache-Control under which this cache does better by itself than so.
    pub(super) fn better_alone(&self, cache: usize, than: Outcome) -> Option<&Value> {
        let (outcome, value) = self.alone.get(cache)?.as_ref()?;
        (outcome.fit < than.fit).then_some(value)
    }

    /// The values of Cache-Control that the caches do not answer alike, the best first.
    fn starts(&mut self) -> Vec<Plan> {
        let intent = self.trial.intent();
        let mut starts = self.of_each_kind(candidates::cache_control(intent));
        self.keep_the_best(&mut starts);
        let better = starts.iter().filter_map(|plan| plan.lines.first());
        let longer = with_additions(intent, better);
        starts.extend(self.of_each_kind(longer));
        self.keep_the_best(&mut starts);
        starts
    }

    /// The best first are those that are best for the caches that no other line can help, and then
    /// for all.
    fn keep_the_best(&self, starts: &mut Vec<Plan>) {
        starts.sort_by_key(|start| {
            let served = vec![Outcome::BEST; self.caches.len()];
            (self.hoped(start, &served, 0).score(), start.score())
        });
        starts.truncate(STARTS);
    }

    /// The plans of these values, but for those that all caches answer like an earlier one.
    fn of_each_kind(&mut self, values: Vec<Value>) -> Vec<Plan> {
        let vary = vary(self.trial.intent());
        let mut kinds: Vec<Plan> = Vec::new();
        for value in values {
            let line = Line { field: CACHE_CONTROL, value: value.clone(), standard: true };
            let plan = self.sketched(once(line).chain(vary.clone()).collect());
            self.note_ideal(&plan);
            for (best, outcome) in self.alone.iter_mut().zip(&plan.outcomes) {
                if best.as_ref().is_none_or(|(best, _)| outcome < best) {
                    *best = Some((*outcome, value.clone()));
                }
            }
            if !kinds.iter().any(|other| other.outcomes == plan.outcomes) {
                kinds.push(plan);
            }
        }
        kinds
    }

    fn note_ideal(&mut self, plan: &Plan) {
        for (ideal, outcome) in self.ideal.iter_mut().zip(&plan.outcomes) {
            *ideal = (*ideal).min(*outcome);
        }
    }

    /// Of the values of each other field that its readers answer alike, beside this start, the first
    /// is kept.
    fn keep_one_of_each_kind(&mut self, start: &Plan) {
        for field in 0..self.fields.len() {
            let mut kinds: Vec<Plan> = Vec::new();
            self.add_kinds(&mut kinds, start, field, self.values(field));
            let intent = self.trial.intent();
            kinds.sort_by_key(Plan::benefit);
            let better = kinds.iter().take(BETTER).filter_map(|plan| plan.lines.last());
            let longer = with_additions(intent, better);
            self.add_kinds(&mut kinds, start, field, longer);
            kinds.sort_by_key(Plan::benefit);
            if let Some(field) = self.fields.get_mut(field) {
                let values = kinds.iter().filter_map(|plan| plan.lines.last());
                field.menu.values = values.map(|line| line.value.clone()).collect();
            }
        }
    }

    fn add_kinds(&mut self, kinds: &mut Vec<Plan>, start: &Plan, field: usize, values: Vec<Value>) {
        for value in values {
            let plan = self.with_line(start, field, value);
            if !kinds.iter().any(|known| known.outcomes == plan.outcomes) {
                self.note_ideal(&plan);
                kinds.push(plan);
            }
        }
    }

    /// Tries a plan with the fields beside Cache-Control.
    fn extend(&mut self, start: Plan) {
        let standard = self.fields.first().is_some_and(|one| one.menu.field == CDN_CACHE_CONTROL);
        if standard {
            for value in self.values(0) {
                let plan = self.with_line(&start, 0, value);
                if self.may_win(&plan, 1) {
                    self.extend_by_each(plan, 1);
                }
            }
        }
        self.extend_by_each(start, usize::from(standard));
    }

    /// Adds to a plan, field by field, the line that helps most, where one does. A field of a vendor's
    /// own is read by few: what one does for them is no other's concern.
    fn extend_by_each(&mut self, mut plan: Plan, from: usize) {
        self.keep_if_better(&plan);
        for field in from..self.fields.len() {
            if self.does_what_is_possible(&plan, field) {
                continue;
            }
            let mut best = plan.clone();
            // The best first: what is possible is mostly seen at once.
            for value in self.values(field) {
                let longer = self.with_line(&plan, field, value);
                if longer.benefit() < best.benefit() {
                    best = longer;
                }
                if self.does_what_is_possible(&best, field) {
                    break;
                }
            }
            if best.lines.len() > plan.lines.len() {
                plan = best;
                self.keep_if_better(&plan);
            }
        }
    }

    /// Whether every cache that reads a field does as well as it was seen to do.
    fn does_what_is_possible(&self, plan: &Plan, field: usize) -> bool {
        self.fields.get(field).is_none_or(|one| {
            one.by.iter().all(|&cache| plan.outcomes.get(cache) <= self.ideal.get(cache))
        })
    }

    /// Keeps a plan that is better than the best one also for the caches of which nobody knows whether
    /// they read its fields. None of them does better with such a line, so the first that makes the
    /// plan no better ends it: those that have done so most often are asked first.
    fn keep_if_better(&mut self, plan: &Plan) {
        let is_better =
            |plan: &Plan| self.best.as_ref().is_none_or(|(best, _)| plan.score() < *best);
        let mut plan = plan.clone();
        let has = |field: &Read| plan.lines.iter().any(|line| line.field == field.menu.field);
        let mut doubtful: Vec<usize> = self
            .fields
            .iter()
            .filter(|field| has(field))
            .flat_map(|field| field.perhaps_by.iter().copied())
            .collect();
        doubtful.sort_unstable();
        doubtful.dedup();
        doubtful.sort_by_key(|&cache| Reverse(self.spoilt.get(cache)));
        if !is_better(&plan) {
            return;
        }
        for cache in doubtful {
            self.judge(&mut plan, once(cache), Occasions::Bare);
            if !is_better(&plan) {
                if let Some(spoilt) = self.spoilt.get_mut(cache) {
                    *spoilt = spoilt.saturating_add(1);
                }
                return;
            }
        }
        self.best = Some((plan.score(), plan));
    }

    /// Whether a plan can still beat the best one, if every cache that reads one of the fields from
    /// here on did as well as it was seen to do.
    fn may_win(&self, plan: &Plan, from: usize) -> bool {
        let Some((best, _)) = &self.best else { return true };
        self.hoped(plan, &self.ideal, from).score() < *best
    }

    /// The plan as if every cache that reads one of the fields from here on did as well as this.
    fn hoped(&self, plan: &Plan, hopes: &[Outcome], from: usize) -> Plan {
        let mut hoped = plan.clone();
        for &cache in self.fields.iter().skip(from).flat_map(|field| &field.by) {
            if let (Some(outcome), Some(hope)) = (hoped.outcomes.get_mut(cache), hopes.get(cache)) {
                *outcome = (*outcome).min(*hope);
            }
        }
        hoped
    }

    fn values(&self, field: usize) -> Vec<Value> {
        self.fields.get(field).map(|one| one.menu.values.clone()).unwrap_or_default()
    }

    /// The plan with a line more, judged by the caches that are known to read it.
    fn with_line(&self, plan: &Plan, field: usize, value: Value) -> Plan {
        let mut longer = plan.clone();
        if let Some(Read { menu, by, .. }) = self.fields.get(field) {
            longer.lines.push(Line { field: menu.field, value, standard: menu.standard });
            self.judge(&mut longer, by.iter().copied(), Occasions::Bare);
        }
        longer
    }

    fn sketched(&self, lines: Vec<Line>) -> Plan {
        let mut plan = Plan { lines, outcomes: vec![Outcome::WORST; self.caches.len()] };
        self.judge(&mut plan, 0..self.caches.len(), Occasions::Bare);
        plan
    }

    fn proven(&self, lines: Vec<Line>) -> Plan {
        let mut plan = Plan { lines, outcomes: vec![Outcome::WORST; self.caches.len()] };
        self.judge(&mut plan, 0..self.caches.len(), Occasions::All);
        plan
    }

    fn judge(&self, plan: &mut Plan, caches: impl Iterator<Item = usize>, on: Occasions) {
        let texts: Vec<String> = plan.lines.iter().map(|line| line.value.text()).collect();
        let pairs: Vec<Pair<'_>> = plan
            .lines
            .iter()
            .zip(&texts)
            .map(|(line, text)| (line.field, text.as_bytes()))
            .collect();
        for cache in caches {
            if let (Some(one), Some(outcome)) =
                (self.caches.get(cache), plan.outcomes.get_mut(cache))
            {
                *outcome = self.trial.judge(*one, &pairs, on);
            }
        }
    }

    /// Leaves out what no cache needs: lines, or else directives.
    fn without_needless(&self, mut plan: Plan) -> Plan {
        while let Some(shorter) =
            self.without_a_line(&plan).or_else(|| self.without_a_directive(&plan))
        {
            plan = shorter;
        }
        plan
    }

    fn without_a_line(&self, plan: &Plan) -> Option<Plan> {
        let shorter = (0..plan.lines.len()).rev().filter_map(|left_out| {
            let mut lines = plan.lines.clone();
            let line = lines.remove(left_out);
            (!self.keeps_private(&line)).then_some(lines)
        });
        self.first_as_good(plan, shorter)
    }

    fn without_a_directive(&self, plan: &Plan) -> Option<Plan> {
        let shorter = plan.lines.iter().enumerate().flat_map(|(number, line)| {
            let kept = self.keeps_private(line);
            let values = line.value.shorter().filter(move |value| {
                !value.0.is_empty() && (!kept || value.0.iter().any(|one| one == "private"))
            });
            values.map(move |value| {
                let mut lines = plan.lines.clone();
                if let Some(line) = lines.get_mut(number) {
                    line.value = value;
                }
                lines
            })
        });
        self.first_as_good(plan, shorter)
    }

    fn first_as_good(&self, plan: &Plan, shorter: impl Iterator<Item = Vec<Line>>) -> Option<Plan> {
        shorter.map(|lines| self.proven(lines)).find(|shorter| {
            shorter.outcomes.iter().zip(&plan.outcomes).all(|(new, old)| new <= old)
        })
    }

    /// The standard's word for what is one user's stays, whoever reads it: another cache may come to
    /// stand in the way.
    fn keeps_private(&self, line: &Line) -> bool {
        self.trial.intent().audience == Audience::OneUser
            && line.field == CACHE_CONTROL
            && line.value.0.iter().any(|directive| directive == "private")
    }

    /// The last resort: a Vary that no request matches.
    fn closed(&self, plan: Plan) -> Plan {
        let is_open = |outcome: &Outcome| outcome.fit >= Fit::MayExpose;
        if self.trial.intent().audience == Audience::Everyone || !plan.outcomes.iter().any(is_open)
        {
            return plan;
        }
        let star = Line { field: VARY, value: Value(vec!["*".to_owned()]), standard: true };
        let closed = self.proven(plan.lines.iter().cloned().chain(once(star)).collect());
        if closed.benefit() >= plan.benefit() {
            return plan;
        }
        self.without_needless(closed)
    }

    /// For each line of a plan, the caches that fare worse without it.
    pub(super) fn needed_by(&self, plan: &Plan) -> Vec<Vec<usize>> {
        (0..plan.lines.len())
            .map(|left_out| {
                let mut lines = plan.lines.clone();
                lines.remove(left_out);
                let without = self.proven(lines);
                let outcomes = without.outcomes.iter().zip(&plan.outcomes).enumerate();
                let worse = outcomes.filter(|(_, (without, with))| without > with);
                worse.map(|(cache, _)| cache).collect()
            })
            .collect()
    }
}

/// What the response varies by; a response that nobody stores need not say it.
fn vary(intent: &Intent) -> Option<Line> {
    let names: Vec<String> = intent.vary.iter().map(ToString::to_string).collect();
    let says_it = !names.is_empty() && intent.audience != Audience::Nobody;
    says_it.then_some(Line { field: VARY, value: Value(names), standard: true })
}

/// The values of these lines, each with what few wish for.
fn with_additions<'l>(
    intent: &Intent,
    lines: impl Iterator<Item = &'l Line> + Clone,
) -> Vec<Value> {
    let additions = candidates::additions(intent);
    let with = |addition| lines.clone().map(move |line: &Line| line.value.with(addition));
    additions.iter().flat_map(with).filter(|value| !value.contradicts_itself()).collect()
}
