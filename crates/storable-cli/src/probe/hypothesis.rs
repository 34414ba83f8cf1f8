//! A profile that the cache may have: a built-in one, with other answers to some questions.

use std::collections::BTreeMap;

use storable::profile::{Fact, Facts, StatusSet, Statuses};
use storable::{Axis, Profile};

use super::candidates::holding;

/// What is asked of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Question {
    /// One question on which caches differ.
    Of(Axis),
    /// Whether a status is stored, where the response states a lifetime, or states none.
    Status(u16, Lifetime),
}

/// Whether a response states how long it lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lifetime {
    DeltaSeconds,
    NotStated,
}

impl Question {
    /// The axis that it belongs to.
    pub(crate) const fn axis(self) -> Axis {
        match self {
            Self::Of(axis) => axis,
            Self::Status(..) => Axis::Statuses,
        }
    }
}

/// An answer to a question.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    /// The answer in these facts.
    Facts(&'a Facts),
    Stored(bool),
}

/// A question with the answers that a cache may give to it.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) question: Question,
    pub(crate) answers: Answers,
}

/// The answers that are known.
#[derive(Debug)]
pub(crate) enum Answers {
    Facts(Vec<Facts>),
    StoredOrNot,
}

impl Asked {
    pub(crate) fn count(&self) -> usize {
        match &self.answers {
            Answers::Facts(facts) => facts.len(),
            Answers::StoredOrNot => 2,
        }
    }

    /// The number of the answer that a hypothesis gives.
    pub(crate) fn answer_of(&self, hypothesis: &Hypothesis) -> Option<usize> {
        match (self.question, &self.answers) {
            (Question::Of(axis), Answers::Facts(answers)) => {
                let own = Facts::UNKNOWN.with_answer_of(axis, hypothesis.profile.facts());
                answers.iter().position(|answer| *answer == own)
            }
            (Question::Status(status, lifetime), _) => {
                hypothesis.stores(status, lifetime).map(usize::from)
            }
            _ => None,
        }
    }

    pub(crate) fn value(&self, number: usize) -> Option<Value<'_>> {
        match &self.answers {
            Answers::Facts(facts) => facts.get(number).map(Value::Facts),
            Answers::StoredOrNot => Some(Value::Stored(number == 1)),
        }
    }
}

/// A profile that the cache may have.
#[derive(Clone, Debug)]
pub(crate) struct Hypothesis {
    profile: Profile,
    /// Statuses of which another thing is supposed than the profile says: where a lifetime is
    /// stated, where it is not.
    statuses: BTreeMap<u16, [Option<bool>; 2]>,
}

impl Hypothesis {
    pub(crate) fn of(profile: Profile) -> Self {
        Self { profile, statuses: BTreeMap::new() }
    }

    /// Whether both are the same algorithm with the same answers to all that it asks.
    pub(crate) fn is_the_same_cache(&self, other: &Self) -> bool {
        let (own, others) = (&self.profile, &other.profile);
        // Of an algorithm that asks everything the answers say all.
        let by_answers =
            |profile: &Profile| Axis::ALL.iter().all(|axis| profile.reads().contains(*axis));
        let algorithm = own.id() == others.id() || (by_answers(own) && by_answers(others));
        let differences = own.facts().differences(others.facts());
        algorithm
            && own.cache_type() == others.cache_type()
            && self.statuses == other.statuses
            && !differences.iter().any(|axis| own.reads().contains(axis))
    }

    pub(crate) fn with(&self, question: Question, value: Value<'_>) -> Self {
        let mut changed = self.clone();
        match (question, value) {
            (Question::Of(axis), Value::Facts(facts)) => {
                changed.profile = self.profile.with_answer_of(axis, facts);
            }
            (Question::Status(status, lifetime), Value::Stored(stored)) => {
                let [stated, not_stated] = changed.statuses.entry(status).or_default();
                *(if lifetime == Lifetime::DeltaSeconds { stated } else { not_stated }) =
                    Some(stored);
            }
            _ => {}
        }
        changed
    }

    /// Whether a status is stored, as far as that is known.
    pub(crate) fn stores(&self, status: u16, lifetime: Lifetime) -> Option<bool> {
        let [stated, not_stated] = self.statuses.get(&status).copied().unwrap_or_default();
        let supposed = if lifetime == Lifetime::DeltaSeconds { stated } else { not_stated };
        supposed.or_else(|| {
            let sets = self.profile.facts().statuses.known()?;
            let set =
                if lifetime == Lifetime::DeltaSeconds { sets.explicit } else { sets.heuristic };
            set.has(status).known()
        })
    }

    /// The profile, as far as an experiment with this status has to do with it.
    pub(crate) fn profile_for(&self, status: u16) -> Profile {
        if !self.statuses.contains_key(&status) {
            return self.profile;
        }
        let set = |lifetime| match self.stores(status, lifetime) {
            Some(stored) => holding(stored),
            None => StatusSet::Partly(&[], &[]),
        };
        let mut facts = Facts::UNKNOWN;
        facts.statuses = Fact::Known(Statuses {
            explicit: set(Lifetime::DeltaSeconds),
            heuristic: set(Lifetime::NotStated),
        });
        self.profile.with_answer_of(Axis::Statuses, &facts)
    }

    /// The answer to a question, in words.
    #[cfg(test)]
    pub(crate) fn answer(&self, question: Question) -> String {
        match question {
            Question::Of(axis) => self.profile.facts().answer(axis).to_string(),
            Question::Status(status, lifetime) => match self.stores(status, lifetime) {
                Some(stored) => described(question, Value::Stored(stored)),
                None => "unknown".to_owned(),
            },
        }
    }

    /// The profile with all that was found out about statuses.
    pub(crate) fn profile(&self) -> Profile {
        if self.statuses.is_empty() {
            return self.profile;
        }
        let set = |lifetime| {
            let with = |stored| {
                let codes =
                    (200..600).filter(|status| self.stores(*status, lifetime) == Some(stored));
                &*codes.collect::<Vec<u16>>().leak()
            };
            StatusSet::Partly(with(true), with(false))
        };
        let mut facts = Facts::UNKNOWN;
        facts.statuses = Fact::Known(Statuses {
            explicit: set(Lifetime::DeltaSeconds),
            heuristic: set(Lifetime::NotStated),
        });
        self.profile.with_answer_of(Axis::Statuses, &facts)
    }
}

/// An answer in words.
pub(crate) fn described(question: Question, value: Value<'_>) -> String {
    match value {
        Value::Facts(facts) => facts.answer(question.axis()).to_string(),
        Value::Stored(true) => "stored".to_owned(),
        Value::Stored(false) => "not stored".to_owned(),
    }
}
