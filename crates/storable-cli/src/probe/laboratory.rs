//! What can be asked of a cache, the answers that caches give, and what each would show.

use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::time::Duration;

use storable::{Axis, Profile};

use super::candidates::candidates;
use super::experiment::Experiment;
use super::hypothesis::{Answers, Asked, Hypothesis, Lifetime, Question, Value};
use super::judge::Staged;
use super::place::Place;
use super::seen::Possible;

/// What can be asked, and the answers that caches give: all that does not depend on what is seen.
pub(crate) struct Laboratory<'a> {
    pub(crate) catalogue: &'a [Experiment],
    staged: Vec<Staged<'a>>,
    pub(crate) asked: Vec<Asked>,
    built_in: OnceLock<Vec<Vec<Possible>>>,
}

impl<'a> Laboratory<'a> {
    pub(crate) fn new(catalogue: &'a [Experiment], place: &Place) -> Self {
        let staged = catalogue.iter().map(|experiment| Staged::new(experiment, place)).collect();
        let mut laboratory =
            Self { catalogue, staged, asked: Vec::new(), built_in: OnceLock::new() };
        laboratory.asked = laboratory.questions();
        laboratory
    }

    /// The questions, with those answers that leave nothing open under a profile that is known
    /// in full.
    fn questions(&self) -> Vec<Asked> {
        let full = Hypothesis::of(Profile::RFC9111_SHARED);
        let open = self.open_predictions(&full);
        let of_axes = Axis::ALL.iter().filter(|axis| **axis != Axis::Statuses).map(|&axis| {
            let question = Question::Of(axis);
            let answers = candidates(axis)
                .into_iter()
                .filter(|facts| {
                    self.open_predictions(&full.with(question, Value::Facts(facts))) <= open
                })
                .collect();
            Asked { question, answers: Answers::Facts(answers) }
        });
        let statuses: BTreeSet<_> =
            self.catalogue.iter().map(|experiment| experiment.answer.status).collect();
        let of_statuses = statuses.into_iter().flat_map(|status| {
            [Lifetime::DeltaSeconds, Lifetime::NotStated].map(|lifetime| Asked {
                question: Question::Status(status, lifetime),
                answers: Answers::StoredOrNot,
            })
        });
        of_axes.chain(of_statuses).collect()
    }

    fn open_predictions(&self, hypothesis: &Hypothesis) -> usize {
        let predictions = self.predictions(hypothesis);
        predictions.filter(|possible| possible.certain().is_none()).count()
    }

    /// What each experiment would show.
    pub(crate) fn predictions(&self, hypothesis: &Hypothesis) -> impl Iterator<Item = Possible> {
        self.staged.iter().zip(self.catalogue).map(|(staged, experiment)| {
            staged.possible(&hypothesis.profile_for(experiment.answer.status), experiment.wait())
        })
    }

    pub(crate) fn all_predictions(&self, hypothesis: &Hypothesis) -> Vec<Possible> {
        self.predictions(hypothesis).collect()
    }

    /// What each experiment would show with another answer to one question, where `shown` is what
    /// it shows without.
    pub(crate) fn with_answer(
        &self,
        hypothesis: &Hypothesis,
        shown: &[Possible],
        question: Question,
        value: Value<'_>,
    ) -> Vec<Possible> {
        let changed = hypothesis.with(question, value);
        if changed.is_the_same_cache(hypothesis) {
            return shown.to_vec();
        }
        let experiments = self.staged.iter().zip(self.catalogue).zip(shown).enumerate();
        experiments
            .map(|(number, ((staged, experiment), own))| {
                if !self.concerns(question, number) {
                    return *own;
                }
                let profile = changed.profile_for(experiment.answer.status);
                staged.possible(&profile, experiment.wait())
            })
            .collect()
    }

    /// What each built-in profile would show, in the order of all of them.
    pub(crate) fn built_in(&self) -> &[Vec<Possible>] {
        self.built_in.get_or_init(|| {
            let completed = Profile::ALL.iter().map(|profile| self.completed(*profile));
            completed.map(|profile| self.all_predictions(&profile)).collect()
        })
    }

    /// What one experiment would show after so long a wait.
    pub(crate) fn predict(
        &self,
        hypothesis: &Hypothesis,
        number: usize,
        waited: Duration,
    ) -> Possible {
        match (self.staged.get(number), self.catalogue.get(number)) {
            (Some(staged), Some(experiment)) => {
                staged.possible(&hypothesis.profile_for(experiment.answer.status), waited)
            }
            _ => Possible::ANYTHING,
        }
    }

    /// What one experiment would show if it waited as long as it is to.
    pub(crate) fn planned(&self, hypothesis: &Hypothesis, number: usize) -> Possible {
        let wait = self.catalogue.get(number).map_or(Duration::ZERO, Experiment::wait);
        self.predict(hypothesis, number, wait)
    }

    /// Every answer to every question.
    pub(crate) fn answers(&self) -> impl Iterator<Item = (Question, Value<'_>)> {
        self.asked.iter().flat_map(|asked| {
            (0..asked.count()).filter_map(|number| Some((asked.question, asked.value(number)?)))
        })
    }

    /// Whether an answer to the question can have to do with an experiment.
    pub(crate) fn concerns(&self, question: Question, number: usize) -> bool {
        let status = self.catalogue.get(number).map(|experiment| experiment.answer.status);
        match question {
            Question::Of(_) => true,
            Question::Status(of, _) => status == Some(of),
        }
    }

    /// The profile, with answers in the place of those that it does not know for sure.
    pub(crate) fn completed(&self, profile: Profile) -> Hypothesis {
        self.completed_like(profile, &Hypothesis::of(Profile::RFC9111_SHARED))
    }

    /// The same, with the answers of another cache, and those of RFC 9111 where it has none.
    pub(crate) fn completed_like(&self, profile: Profile, other: &Hypothesis) -> Hypothesis {
        let by_rfc = Hypothesis::of(Profile::RFC9111_SHARED);
        self.completed_by(profile, |asked| {
            let by_other = asked.answer_of(other);
            match asked.answers {
                // One that is stored shows by itself whether something else keeps it out.
                Answers::StoredOrNot => Some(by_other.unwrap_or(1)),
                Answers::Facts(_) => by_other.or_else(|| asked.answer_of(&by_rfc)),
            }
        })
    }

    /// The same, with answers that somebody picks; the first one where he picks none.
    pub(crate) fn completed_by(
        &self,
        profile: Profile,
        mut pick: impl FnMut(&Asked) -> Option<usize>,
    ) -> Hypothesis {
        let mut hypothesis = Hypothesis::of(profile);
        for asked in &self.asked {
            let is_known = asked.answer_of(&hypothesis).is_some();
            let picked = if is_known { None } else { asked.value(pick(asked).unwrap_or(0)) };
            if let Some(value) = picked {
                hypothesis = hypothesis.with(asked.question, value);
            }
        }
        hypothesis
    }
}
