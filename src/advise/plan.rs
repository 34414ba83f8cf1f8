//! Header lines as a plan, and which of two plans is the better one.
//!
//! A plan is better where fewer caches fare worst, then second worst, and so on; then where they are
//! nearer to what is wanted; then where it has fewer lines, fewer of a vendor's own, and fewer
//! directives; of equal ones the first.

use super::candidates::Value;
use super::fit::{Fit, Outcome};

/// A header line of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) field: &'static str,
    pub(super) value: Value,
    pub(super) standard: bool,
}

/// Header lines, and what each cache makes of them.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) lines: Vec<Line>,
    pub(super) outcomes: Vec<Outcome>,
}

/// How good a plan is; the least is the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Score {
    caches: [usize; Fit::COUNT],
    distance: usize,
    lines: usize,
    vendors_own: usize,
    directives: usize,
}

impl Plan {
    /// How the caches fare, whatever it costs.
    pub(super) fn benefit(&self) -> ([usize; Fit::COUNT], usize) {
        let score = self.score();
        (score.caches, score.distance)
    }

    pub(super) fn score(&self) -> Score {
        // The worst first.
        let mut caches = [0_usize; Fit::COUNT];
        for outcome in &self.outcomes {
            if let Some(count) = caches.iter_mut().rev().nth(outcome.fit.level()) {
                *count = count.saturating_add(1);
            }
        }
        let sum = |numbers: &mut dyn Iterator<Item = usize>| numbers.fold(0, usize::saturating_add);
        Score {
            caches,
            distance: sum(&mut self.outcomes.iter().map(|outcome| outcome.distance)),
            lines: self.lines.len(),
            vendors_own: self.lines.iter().filter(|line| !line.standard).count(),
            directives: sum(&mut self.lines.iter().map(|line| line.value.0.len())),
        }
    }
}
