//! What answers show: those of one experiment made once, its repeats together, and all of a run.

use std::time::{Duration, Instant};

use http::header::SET_COOKIE;

use super::answer::Answer;
use super::experiment::{CHANGING, Experiment, Later, Trial};
use super::infer::Observation;
use super::origin::Noted;
use super::seen::Seen;

/// What an experiment showed that was made once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    /// The number of the experiment in the catalogue.
    pub(crate) experiment: usize,
    pub(crate) waited: Duration,
    pub(crate) seen: Seen,
}

/// What a run has come to.
pub(crate) struct Evidence {
    /// What the control experiment showed, and others in which a hit came in the end.
    pub(crate) control: Control,
    pub(crate) observations: Vec<Observation>,
    /// Experiments whose repeats say nothing together.
    pub(crate) uncounted: usize,
}

impl Evidence {
    /// Takes the repeats of each experiment together.
    pub(super) fn of(catalogue: &[Experiment], outcomes: &[Outcome], control: Control) -> Self {
        let made: Vec<_> = catalogue
            .iter()
            .enumerate()
            .filter_map(|(number, experiment)| Made::of(number, experiment, outcomes))
            .collect();
        let control = made.iter().fold(control, |control, made| control.and(made));
        let observations: Vec<_> = made
            .iter()
            .filter_map(|made| {
                Some(Observation {
                    experiment: made.number,
                    waited: made.waited,
                    seen: control.weighed(made)?,
                    repeats: made.repeats.len(),
                })
            })
            .collect();
        let uncounted = made.len().saturating_sub(observations.len());
        Self { control, observations, uncounted }
    }
}

/// An experiment that was made, with all its repeats.
struct Made<'a> {
    number: usize,
    experiment: &'a Experiment,
    /// The shortest wait.
    waited: Duration,
    repeats: Vec<Seen>,
}

impl<'a> Made<'a> {
    fn of(number: usize, experiment: &'a Experiment, outcomes: &[Outcome]) -> Option<Self> {
        let of_it = outcomes.iter().filter(|outcome| outcome.experiment == number);
        let waited = of_it.clone().map(|outcome| outcome.waited).min()?;
        let repeats = of_it.map(|outcome| outcome.seen).collect();
        Some(Self { number, experiment, waited, repeats })
    }

    /// What was seen that no cache node could have shown by chance.
    fn proofs(&self) -> impl Iterator<Item = Seen> {
        self.repeats.iter().copied().filter(|seen| proves_itself(*seen))
    }
}

/// How often a request found what was stored when it was known to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Control {
    pub(crate) hits: usize,
    pub(crate) tries: usize,
}

/// A miss counts as "not stored" where a stored response would have been missed as often no more
/// than once in so many experiments: a run makes some hundred.
const ONE_IN: f64 = 10_000.0;
/// More repeats than these are advised to nobody.
const MOST_REPEATS: i32 = 50;

impl Control {
    /// Whether what was stored was always found: one node answers, or all have one store.
    const fn never_missed(self) -> bool {
        self.hits >= self.tries
    }

    /// With what the repeats of an experiment showed, where a hit came in the end: the others missed
    /// what another node has.
    fn and(self, made: &Made<'_>) -> Self {
        let hits = made.proofs().count();
        let tells = made.experiment.trial == Trial::Again && made.experiment.before.is_none();
        if hits == 0 || !tells {
            return self;
        }
        Self {
            hits: self.hits.saturating_add(hits),
            tries: self.tries.saturating_add(made.repeats.len()),
        }
    }

    /// Whether so many misses in a row can hardly be chance.
    fn counts(self, misses: i32) -> bool {
        let as_float = |count: usize| u32::try_from(count).map_or(f64::MAX, f64::from);
        let missed = as_float(self.tries.saturating_sub(self.hits));
        (missed / as_float(self.tries.max(1))).powi(misses) * ONE_IN <= 1.0
    }

    /// How many misses in a row count as "not stored".
    pub(crate) fn misses_that_count(self) -> Option<i32> {
        (1..=MOST_REPEATS).find(|misses| self.counts(*misses))
    }

    /// What the repeats of an experiment say together. A hit proves that the response was stored; a
    /// miss may be another node of the cache, and counts where that would be a rare chance. What came
    /// before the first request tells nothing where it may have gone to another node.
    fn weighed(self, made: &Made<'_>) -> Option<Seen> {
        if made.experiment.before.is_some() && !self.never_missed() {
            return None;
        }
        if let Some(first) = made.proofs().next() {
            return made.proofs().all(|seen| seen == first).then_some(first);
        }
        let first = *made.repeats.first()?;
        let agree = made.repeats.iter().all(|seen| *seen == first);
        let misses = i32::try_from(made.repeats.len()).unwrap_or(i32::MAX);
        (agree && self.counts(misses)).then_some(first)
    }
}

/// Whether no cache node could have shown this by chance.
pub(super) const fn proves_itself(seen: Seen) -> bool {
    matches!(
        seen,
        Seen::Hit
            | Seen::HitWithoutCookie
            | Seen::NotModified
            | Seen::Validated
            | Seen::ValidatedUnchanged
            | Seen::Shared
    )
}

/// What became of a request that followed `first`; `since` is what the origin saw of it. `None`:
/// nothing that could be told.
pub(super) fn followed(
    experiment: &Experiment,
    earlier: Option<&Answer>,
    first: &Answer,
    second: &Answer,
    since: &[Noted],
) -> Option<Seen> {
    let known = [Some(first), earlier].into_iter().flatten();
    let same = second.serial.is_some() && known.clone().any(|it| it.serial == second.serial);
    let hit = || {
        let cookie = experiment.answer.line("Set-Cookie").is_some();
        let lost = cookie && !second.headers.contains_key(SET_COOKIE);
        if lost { Seen::HitWithoutCookie } else { Seen::Hit }
    };
    if experiment.answer.later != Later::Same {
        return if same { Some(hit()) } else { (second.status >= 500).then_some(Seen::Failed) };
    }
    let conditional = experiment.second.is_conditional();
    if since.is_empty() && conditional && second.status == 304 {
        return Some(Seen::NotModified);
    }
    if since.is_empty() {
        // An answer without a serial may have been made by the cache itself.
        let untold = second.serial.is_none() && second.status == first.status;
        return (same || untold).then(hit);
    }
    let behind =
        same && since.iter().all(|noted| noted.answered.is_none_or(|at| at > second.complete));
    // Of a client's own condition nobody can tell whether it is the cache's.
    let validated = !conditional && since.iter().any(|noted| noted.conditional);
    let field = |answer: &Answer| answer.headers.get(CHANGING).cloned();
    match (behind, validated) {
        (true, _) => Some(hit()),
        (false, true) if experiment.answer.changes_a_field() && field(first) == field(second) => {
            Some(Seen::ValidatedUnchanged)
        }
        (false, true) => Some(Seen::Validated),
        // The cache asked anew, and gave what it had all the same.
        (false, false) if same => None,
        (false, false) => Some(Seen::Miss),
    }
}

/// What became of users who asked at once; `None` where they did not: one came late, or not all
/// reached the same node.
pub(super) fn crowded(
    answers: &[Answer],
    log: &[Noted],
    sent: Instant,
    delay: Duration,
) -> Option<Seen> {
    let first = log.first()?;
    if answers.iter().any(|answer| answer.status >= 500 && answer.serial.is_none()) {
        return None;
    }
    if sent.saturating_duration_since(first.at) > delay.mul_f64(0.5) {
        return None;
    }
    if log.len() < answers.len() {
        return Some(Seen::Shared);
    }
    let early = |noted: &&Noted| noted.at.saturating_duration_since(first.at) < delay.mul_f64(0.7);
    let at_once = log.iter().filter(early).count();
    if at_once > 1 && at_once < answers.len() {
        return None;
    }
    Some(if log.iter().any(|noted| noted.conditional) {
        Seen::WaitedThenValidated
    } else {
        Seen::OwnFetch
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use storable::Axis;

    use super::*;

    /// Why, how often the control experiment was a hit of how many times, what the repeats of one
    /// experiment showed, and what they say together.
    type Case = (&'static str, (usize, usize), &'static [Seen], Option<Seen>);

    const CASES: [Case; 9] = [
        ("one node: three misses", (12, 12), &[Seen::Miss; 3], Some(Seen::Miss)),
        ("two nodes: three misses are chance", (6, 12), &[Seen::Miss; 3], None),
        ("two nodes: as many can hardly be", (6, 12), &[Seen::Miss; 14], Some(Seen::Miss)),
        ("three nodes: nor can so few", (4, 12), &[Seen::Miss; 14], None),
        ("three nodes: it takes more", (4, 12), &[Seen::Miss; 23], Some(Seen::Miss)),
        ("a hit among misses", (6, 12), &[Seen::Miss, Seen::Miss, Seen::Hit], Some(Seen::Hit)),
        ("a node that seldom misses", (11, 12), &[Seen::Miss; 3], None),
        ("what is no chance, and differs", (12, 12), &[Seen::Hit, Seen::Validated], None),
        ("misses of two kinds", (12, 12), &[Seen::Miss, Seen::Failed, Seen::Miss], None),
    ];

    fn evidence(experiment: Experiment, control: (usize, usize), repeats: &[Seen]) -> Evidence {
        let outcome = |seen: &Seen| Outcome { experiment: 0, waited: Duration::ZERO, seen: *seen };
        let outcomes: Vec<_> = repeats.iter().map(outcome).collect();
        let (hits, tries) = control;
        Evidence::of(&[experiment], &outcomes, Control { hits, tries })
    }

    #[test]
    fn a_miss_counts_where_it_can_hardly_be_another_node() {
        for (why, control, repeats, expected) in CASES {
            let evidence = evidence(Experiment::new(Axis::Private, &[]), control, repeats);
            let seen = evidence.observations.first().map(|observation| observation.seen);
            assert_eq!(seen, expected, "{why}");
            assert_eq!(evidence.uncounted, usize::from(expected.is_none()), "{why}");
        }
    }

    /// Misses before a hit say that there are several nodes where the control experiment did not.
    #[test]
    fn what_is_found_in_the_end_was_missed_before() {
        let repeats = [Seen::Miss, Seen::Miss, Seen::Hit];
        let evidence = evidence(Experiment::new(Axis::Private, &[]), (12, 12), &repeats);
        assert_eq!(evidence.control, Control { hits: 13, tries: 15 });
        assert_eq!(evidence.control.misses_that_count(), Some(5));
    }

    /// What another node was asked before says nothing of this one, also where it stores.
    #[test]
    fn of_several_nodes_what_came_before_tells_nothing() {
        let marked =
            || Experiment::new(Axis::Marker, &[]).after_get_of(&["Cache-Control: private"]);
        for (control, counted) in [((12, 12), 1), ((11, 12), 0)] {
            let evidence = evidence(marked(), control, &[Seen::Hit]);
            assert_eq!(evidence.observations.len(), counted, "{control:?}");
        }
    }
}
