//! What a cache is, from what it was seen doing.
//!
//! A hypothesis is a profile: a built-in one, with other answers to some questions. It falls where
//! the library's verdict under it does not allow something that was seen. The search starts with
//! one hypothesis, changes the answers that contradict what was seen until as little as possible
//! does, and then tries for each question every other answer: one that falls, however the answers
//! to other questions are changed with it, is ruled out.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::time::Duration;

use storable::{Axis, Profile};

use super::hypothesis::{Asked, Hypothesis, Question, described};
use super::laboratory::Laboratory;
use super::seen::{Possible, Seen};

/// What was seen in one experiment.
#[derive(Clone, Debug)]
pub(crate) struct Observation {
    /// The number of the experiment in the catalogue.
    pub(crate) experiment: usize,
    /// How long the second request waited for.
    pub(crate) waited: Duration,
    pub(crate) seen: Seen,
    /// How often it was tried for this.
    pub(crate) repeats: usize,
}

/// What is known of one question.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) question: Question,
    pub(crate) state: State,
}

/// How far a question is settled.
#[derive(Clone, Debug)]
pub(crate) enum State {
    /// Only one answer is left. These experiments ruled the others out.
    Known { value: String, because: Vec<usize> },
    /// These are left, and do the same in every experiment of the catalogue.
    Alike { values: Vec<String>, because: Vec<usize> },
    /// Several are left. The experiment is the one that would settle most of it.
    Open { left: Vec<String>, next: Option<usize> },
    /// No experiment of the catalogue depends on it, as this cache is.
    NotAsked,
}

/// Everything that is inferred.
#[derive(Clone, Debug)]
pub(crate) struct Inference {
    /// The profile that explains most.
    pub(crate) hypothesis: Hypothesis,
    /// The built-in profile that it started with.
    pub(crate) base: Profile,
    pub(crate) findings: Vec<Finding>,
    /// What was seen and no hypothesis explains, with what the best one has instead.
    pub(crate) contradicted: Vec<(usize, Possible)>,
    /// What was seen that the base itself does not allow, with what it has instead.
    pub(crate) departures: Vec<(usize, Possible)>,
    /// Whether too much is left unexplained to call anything known.
    pub(crate) another_algorithm: bool,
}

impl Inference {
    /// What the profile that explains most answers otherwise than the base: the question, the base's
    /// answer, the other one.
    pub(crate) fn changes(&self) -> Vec<(Axis, String, String)> {
        let (base, measured) = (self.base.facts(), self.hypothesis.profile());
        let changed = base.differences(measured.facts());
        changed
            .iter()
            .filter(|axis| base.says(*axis) && *axis != Axis::Statuses)
            .map(|axis| {
                (axis, base.answer(axis).to_string(), measured.facts().answer(axis).to_string())
            })
            .collect()
    }
}

/// The search for the hypotheses that explain what was seen.
struct Search<'a> {
    laboratory: &'a Laboratory<'a>,
    observations: &'a [Observation],
    /// Numbers of experiments that no hypothesis explains.
    excused: Vec<usize>,
    /// Numbers of experiments whose outcome the base leaves open though all its answers are known.
    /// Elsewhere a hypothesis that leaves open what would be seen explains nothing.
    vague: Vec<usize>,
}

/// The numbers of the answers to one question, sorted by what was seen.
#[derive(Default)]
struct Settled {
    /// They do the same as the hypothesis in every experiment.
    alike: Vec<usize>,
    /// They do not, and are not ruled out.
    left: Vec<usize>,
    /// The experiments that ruled others out.
    because: BTreeSet<usize>,
    told_apart: bool,
    /// Some answer would have an unexplained experiment end otherwise: what is wrong there may be
    /// the answer to this question.
    touches_unexplained: bool,
}

/// Whether a hypothesis can be made to explain what was seen.
enum Explained {
    By(Box<Hypothesis>),
    /// The search was given up.
    Perhaps,
    ByNone,
}

/// How many answers may be changed together to explain what one answer contradicts.
const DEPTH: usize = 3;
/// How many hypotheses are tried for one answer before it is left open.
const TRIES: usize = 400;
/// How many answers are tried that explain something and contradict more, where none explains more.
const DETOURS: usize = 12;
/// Of how many built-in profiles it is tried what answers would explain the rest.
const NEAREST: usize = 10;
/// How many contradictions more than before a change may make on the way to an explanation.
const SLACK: usize = 4;
/// Where more than one observation of so many is left unexplained, the cache is another algorithm, and
/// nothing is called known.
const UNEXPLAINED: usize = 100;
/// How many starts are tried beside the base.
const STARTS: usize = 12;

/// How much was seen that a cache would not show that shows this.
pub(crate) fn unlike(observations: &[Observation], shown: &[Possible]) -> usize {
    let is_unlike = |it: &&Observation| {
        shown.get(it.experiment).is_some_and(|possible| !possible.allows(it.seen))
    };
    observations.iter().filter(is_unlike).count()
}

impl Laboratory<'_> {
    /// What all observations say, taken together. The search begins at `base`.
    pub(crate) fn infer(&self, observations: &[Observation], base: Profile) -> Inference {
        let mut search = Search::new(self, observations, base);
        let departures = self.departures(observations, base);
        let (hypothesis, others) = search.explanations(base);
        let contradicted = search.excluded_by(&hypothesis);
        search.excused = contradicted.iter().map(|(experiment, _)| *experiment).collect();
        let mut worlds = others;
        let settled: Vec<_> = self
            .asked
            .iter()
            .map(|asked| search.settled(asked, &hypothesis, &mut worlds))
            .collect();
        let worlds = without_doubles(worlds.into_iter());
        let findings = self
            .asked
            .iter()
            .zip(settled)
            .map(|(asked, settled)| Finding {
                question: asked.question,
                state: search.concluded(asked, settled, &hypothesis, &worlds),
            })
            .collect();
        let another_algorithm = search.is_another_algorithm();
        Inference { hypothesis, base, findings, contradicted, departures, another_algorithm }
    }

    /// What was seen that a profile does not allow, with what it has instead.
    fn departures(&self, observations: &[Observation], profile: Profile) -> Vec<(usize, Possible)> {
        let hypothesis = Hypothesis::of(profile);
        let instead = |it: &Observation| {
            let possible = self.predict(&hypothesis, it.experiment, it.waited);
            (!possible.allows(it.seen)).then_some((it.experiment, possible))
        };
        observations.iter().filter_map(instead).collect()
    }

    /// The built-in profile from which least has to be left unexplained.
    pub(crate) fn nearest(&self, observations: &[Observation]) -> Profile {
        let mut near: Vec<_> = Profile::ALL
            .iter()
            .map(|profile| {
                let search = Search::new(self, observations, *profile);
                let start = self.completed(*profile);
                (search.contradictions(&start, usize::MAX).len(), *profile, search, start)
            })
            .collect();
        near.sort_by_key(|(contradictions, ..)| *contradictions);
        near.truncate(NEAREST);
        let fitted = near.into_iter().map(|(contradictions, profile, search, start)| {
            let fitted = search.descended(start);
            let left = search.contradictions(&fitted, usize::MAX).len();
            ((left, contradictions), profile)
        });
        let best = fitted.min_by_key(|(left, _)| *left);
        best.map_or(Profile::RFC9111_SHARED, |(_, profile)| profile)
    }
}

/// The hypotheses, those left out that do what an earlier one does.
fn without_doubles(hypotheses: impl Iterator<Item = Hypothesis>) -> Vec<Hypothesis> {
    let mut distinct: Vec<Hypothesis> = Vec::new();
    for hypothesis in hypotheses {
        if !distinct.iter().any(|other| other.is_the_same_cache(&hypothesis)) {
            distinct.push(hypothesis);
        }
    }
    distinct
}

impl<'a> Search<'a> {
    fn new(laboratory: &'a Laboratory<'a>, observations: &'a [Observation], base: Profile) -> Self {
        let completed = laboratory.completed(base);
        let vague = observations
            .iter()
            .filter(|it| {
                laboratory.predict(&completed, it.experiment, it.waited).certain().is_none()
            })
            .map(|it| it.experiment)
            .collect();
        Self { laboratory, observations, excused: Vec::new(), vague }
    }

    fn explains(&self, hypothesis: &Hypothesis, observation: &Observation) -> bool {
        let Observation { experiment, waited, seen, .. } = observation;
        let possible = self.laboratory.predict(hypothesis, *experiment, *waited);
        let settled = || {
            // What only depends on a second more or less is not left open by the hypothesis.
            possible.certain().is_some()
                || self.laboratory.planned(hypothesis, *experiment).certain().is_some()
        };
        possible.allows(*seen) && (self.vague.contains(experiment) || settled())
    }

    /// What was seen that the hypothesis does not allow, and no more than `limit` of it.
    fn contradictions(&self, hypothesis: &Hypothesis, limit: usize) -> Vec<&'a Observation> {
        self.observations
            .iter()
            .filter(|observation| !self.excused.contains(&observation.experiment))
            .filter(|observation| !self.explains(hypothesis, observation))
            .take(limit)
            .collect()
    }

    /// The hypothesis that explains most, and others that explain as much, found from other starts:
    /// what they differ in is not settled.
    fn explanations(&self, base: Profile) -> (Hypothesis, Vec<Hypothesis>) {
        let hypothesis = self.fitted(self.laboratory.completed(base));
        let least = self.contradictions(&hypothesis, usize::MAX).len();
        let like =
            |profile: &Profile| self.laboratory.completed_like(base, &Hypothesis::of(*profile));
        let mut starts: Vec<_> = Profile::ALL
            .iter()
            .flat_map(|profile| [like(profile), self.laboratory.completed(*profile)])
            .map(|start| (self.contradictions(&start, usize::MAX).len(), start))
            .collect();
        starts.sort_by_key(|(contradictions, _)| *contradictions);
        let starts = without_doubles(starts.into_iter().map(|(_, start)| start));
        let most = least.saturating_add(SLACK);
        let mut found = vec![hypothesis];
        for start in starts.into_iter().take(STARTS) {
            let near = self.descended(start);
            if self.contradictions(&near, most.saturating_add(1)).len() > most {
                continue;
            }
            let other = self.fitted(near);
            if self.contradictions(&other, least.saturating_add(1)).len() <= least {
                found.push(other);
            }
        }
        let best = found
            .iter()
            .enumerate()
            .min_by_key(|(number, it)| (self.contradictions(it, usize::MAX).len(), *number));
        let best = best.map_or(0, |(number, _)| number);
        let hypothesis = found.swap_remove(best);
        let least = self.contradictions(&hypothesis, usize::MAX).len();
        found.retain(|other| self.contradictions(other, usize::MAX).len() <= least);
        (hypothesis, without_doubles(found.into_iter()))
    }

    /// Changes one answer after the other while that explains more.
    fn fitted(&self, hypothesis: Hypothesis) -> Hypothesis {
        let mut best = self.descended(hypothesis);
        loop {
            let left = self.contradictions(&best, usize::MAX);
            // No one answer helps: go on from those that explain something, whatever they
            // contradict.
            let mut detours: Vec<_> = self
                .laboratory
                .answers()
                .map(|(question, value)| best.with(question, value))
                .filter(|detour| left.iter().any(|it| self.explains(detour, it)))
                .map(|detour| (self.contradictions(&detour, usize::MAX).len(), detour))
                .collect();
            detours.sort_by_key(|(contradictions, _)| *contradictions);
            let better = detours
                .into_iter()
                .take(DETOURS)
                .map(|(_, detour)| self.descended(detour))
                .find(|other| self.contradictions(other, left.len()).len() < left.len());
            match better {
                Some(other) => best = other,
                None => return best,
            }
        }
    }

    fn descended(&self, mut hypothesis: Hypothesis) -> Hypothesis {
        loop {
            let left = self.contradictions(&hypothesis, usize::MAX);
            match self.better(&hypothesis, &left) {
                Some(better) => hypothesis = better,
                None => return hypothesis,
            }
        }
    }

    /// The hypothesis with the one other answer that explains most. Of answers that explain as much,
    /// one to the question that an experiment was made for is taken.
    fn better(&self, hypothesis: &Hypothesis, left: &[&Observation]) -> Option<Hypothesis> {
        let mut best = (left.len(), false, None);
        for (question, value) in self.laboratory.answers() {
            let concerned: Vec<_> = left
                .iter()
                .filter(|it| self.laboratory.concerns(question, it.experiment))
                .collect();
            let changed = hypothesis.with(question, value);
            if !concerned.iter().any(|observation| self.explains(&changed, observation)) {
                continue;
            }
            let asked_for =
                concerned.iter().any(|it| self.axis_of(it.experiment) == Some(question.axis()));
            let count = self.contradictions(&changed, best.0.saturating_add(1)).len();
            let as_good = count == best.0 && count < left.len() && asked_for && !best.1;
            if count < best.0 || as_good {
                best = (count, asked_for, Some(changed));
            }
        }
        best.2
    }

    fn axis_of(&self, number: usize) -> Option<Axis> {
        self.laboratory.catalogue.get(number).map(|experiment| experiment.axis)
    }

    /// The hypothesis with answers to other questions under which it explains everything after
    /// all, where there is one. No change may contradict much more than was contradicted before it.
    fn explained(
        &self,
        hypothesis: &Hypothesis,
        left: &[&Observation],
        held: &mut Vec<Question>,
        tries: &mut usize,
    ) -> Explained {
        let Some(first) = left.first() else { return Explained::By(Box::new(hypothesis.clone())) };
        if held.len() > DEPTH {
            return Explained::ByNone;
        }
        for (question, value) in self.laboratory.answers() {
            if held.contains(&question) || !self.laboratory.concerns(question, first.experiment) {
                continue;
            }
            let changed = hypothesis.with(question, value);
            if !self.explains(&changed, first) {
                continue;
            }
            let most = left.len().saturating_add(SLACK);
            let still_left = self.contradictions(&changed, most.saturating_add(1));
            if still_left.len() > most {
                continue;
            }
            if *tries == 0 {
                return Explained::Perhaps;
            }
            *tries = tries.saturating_sub(1);
            held.push(question);
            let explained = self.explained(&changed, &still_left, held, tries);
            held.pop();
            if !matches!(explained, Explained::ByNone) {
                return explained;
            }
        }
        Explained::ByNone
    }

    /// Whether too much is left unexplained to call anything known.
    fn is_another_algorithm(&self) -> bool {
        self.excused.len().saturating_mul(UNEXPLAINED) > self.observations.len()
    }

    fn excluded_by(&self, hypothesis: &Hypothesis) -> Vec<(usize, Possible)> {
        let left = self.contradictions(hypothesis, usize::MAX);
        let instead =
            |it: &Observation| self.laboratory.predict(hypothesis, it.experiment, it.waited);
        left.into_iter().map(|it| (it.experiment, instead(it))).collect()
    }

    /// Which answers to a question are left. Hypotheses that explain everything join `worlds`.
    fn settled(
        &self,
        asked: &Asked,
        hypothesis: &Hypothesis,
        worlds: &mut Vec<Hypothesis>,
    ) -> Settled {
        let own = self.laboratory.all_predictions(hypothesis);
        let mut settled = Settled::default();
        for number in 0..asked.count() {
            let Some(value) = asked.value(number) else { continue };
            let instead = self.laboratory.with_answer(hypothesis, &own, asked.question, value);
            if instead == own {
                settled.alike.push(number);
                continue;
            }
            settled.told_apart = true;
            settled.touches_unexplained |=
                self.excused.iter().any(|number| instead.get(*number) != own.get(*number));
            let supposed = hypothesis.with(asked.question, value);
            let against = self.contradictions(&supposed, usize::MAX);
            let (mut held, mut tries) = (vec![asked.question], TRIES);
            match self.explained(&supposed, &against, &mut held, &mut tries) {
                Explained::By(world) => {
                    worlds.push(*world);
                    settled.left.push(number);
                }
                Explained::Perhaps => settled.left.push(number),
                Explained::ByNone => {
                    settled.because.extend(against.iter().map(|it| it.experiment));
                }
            }
        }
        settled
    }

    /// What is known in the end: an answer that some world has and that does something else there
    /// is left as well.
    fn concluded(
        &self,
        asked: &Asked,
        settled: Settled,
        hypothesis: &Hypothesis,
        worlds: &[Hypothesis],
    ) -> State {
        let Settled { mut alike, mut left, because, told_apart, touches_unexplained } = settled;
        let Some(own) = asked.answer_of(hypothesis) else { return State::NotAsked };
        if !told_apart {
            return State::NotAsked;
        }
        for number in worlds.iter().filter_map(|world| asked.answer_of(world)) {
            if number != own && !alike.contains(&number) && !left.contains(&number) {
                left.push(number);
            }
        }
        let elsewhere =
            alike.len() > 1 && worlds.iter().any(|world| self.differ(asked, &alike, own, world));
        if elsewhere {
            left.append(&mut alike);
            left.retain(|number| *number != own);
        }
        let texts = |numbers: &[usize]| -> Vec<String> {
            let others = numbers.iter().filter(|number| **number != own);
            std::iter::once(own)
                .chain(others.copied())
                .filter_map(|number| Some(described(asked.question, asked.value(number)?)))
                .collect()
        };
        let doubtful = touches_unexplained || self.is_another_algorithm();
        if left.is_empty() && !doubtful {
            let because = because.into_iter().collect();
            let mut values = texts(&alike);
            return match values.len() {
                0 | 1 => State::Known { value: values.pop().unwrap_or_default(), because },
                _ => State::Alike { values, because },
            };
        }
        let others: Vec<_> = left
            .iter()
            .filter_map(|number| Some(hypothesis.with(asked.question, asked.value(*number)?)))
            .collect();
        left.extend(alike);
        State::Open { left: texts(&left), next: self.telling(hypothesis, &others) }
    }

    /// Whether one of several answers does something else than `own` under a hypothesis.
    fn differ(&self, asked: &Asked, answers: &[usize], own: usize, world: &Hypothesis) -> bool {
        let Some(value) = asked.value(own) else { return false };
        let world = world.with(asked.question, value);
        let shown = self.laboratory.all_predictions(&world);
        let others = answers.iter().filter(|number| **number != own);
        others.filter_map(|number| asked.value(*number)).any(|value| {
            self.laboratory.with_answer(&world, &shown, asked.question, value) != shown
        })
    }

    /// The experiment not yet made that tells most of these hypotheses from the first one.
    fn telling(&self, own: &Hypothesis, others: &[Hypothesis]) -> Option<usize> {
        let expected: Vec<_> = self.laboratory.predictions(own).collect();
        let mut told = vec![0_usize; expected.len()];
        for other in others {
            let instead = self.laboratory.predictions(other);
            for ((told, expected), instead) in told.iter_mut().zip(&expected).zip(instead) {
                let tells = instead != *expected && instead.certain().is_some();
                *told = told.saturating_add(usize::from(tells));
            }
        }
        let made = |number| self.observations.iter().any(|it| it.experiment == number);
        told.into_iter()
            .enumerate()
            .filter(|(number, told)| *told > 0 && !made(*number))
            .max_by_key(|(number, told)| (*told, Reverse(*number)))
            .map(|(number, _)| number)
    }
}
