//! Decision lists: the first case that a request is of decides (Rivest, Learning Decision Lists, 1987).
//!
//! Routes of a site are one. Rules that apply one after the other, and expressions with `not`, `and`
//! and `or`, become one too: of two lists a third is made that decides on both at once.

/// There are more cases than anybody wants to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooMany;

/// A list of more cases than this is not made.
const MOST: usize = 400;

/// What requests have to be like.
pub(super) trait Case: Clone + PartialEq {
    /// The requests that both are for; `None` where there are none.
    fn meet(&self, other: &Self) -> Result<Option<Self>, TooMany>;

    /// Whether this one is for all requests that the other one is for.
    fn covers(&self, other: &Self) -> bool;

    /// The case for the requests of both, where one says it.
    fn join(&self, other: &Self) -> Option<Self>;

    /// The case without what others are for, as far as one says it; `None` where nothing is left.
    fn beyond(&self, others: &[&Self]) -> Option<Self> {
        (!others.iter().any(|other| other.covers(self))).then(|| self.clone())
    }
}

/// Cases with what each decides; the first one counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decisions<C, T> {
    pub(super) cases: Vec<(C, T)>,
    /// For all other requests.
    pub(super) rest: T,
}

impl<C: Case, T: Clone + PartialEq> Decisions<C, T> {
    /// The same for every request.
    pub(super) const fn always(rest: T) -> Self {
        Self { cases: Vec::new(), rest }
    }

    /// One thing in a case, and another one elsewhere.
    pub(super) fn either(case: C, then: T, rest: T) -> Self {
        Self { cases: vec![(case, then)], rest }
    }

    /// The list that decides what this one and another one do together.
    pub(super) fn combine<U: Clone, V: Clone + PartialEq>(
        &self,
        other: &Decisions<C, U>,
        mut together: impl FnMut(&T, &U) -> Result<V, TooMany>,
    ) -> Result<Decisions<C, V>, TooMany> {
        let mut made = Decisions { cases: Vec::new(), rest: together(&self.rest, &other.rest)? };
        for (case, then) in &self.cases {
            for (own, theirs) in &other.cases {
                if let Some(both) = case.meet(own)? {
                    made.push(both, together(then, theirs)?)?;
                }
            }
            made.push(case.clone(), together(then, &other.rest)?)?;
        }
        for (own, theirs) in &other.cases {
            made.push(own.clone(), together(&self.rest, theirs)?)?;
        }
        Ok(made.simplified())
    }

    /// The list with other outcomes.
    pub(super) fn map<V: Clone + PartialEq>(&self, to: impl Fn(&T) -> V) -> Decisions<C, V> {
        let cases = self.cases.iter().map(|(case, then)| (case.clone(), to(then))).collect();
        Decisions { cases, rest: to(&self.rest) }.simplified()
    }

    fn push(&mut self, case: C, then: T) -> Result<(), TooMany> {
        let earlier: Vec<&C> = self.cases.iter().map(|(earlier, _)| earlier).collect();
        let Some(case) = case.beyond(&earlier) else { return Ok(()) };
        if self.cases.len() >= MOST {
            return Err(TooMany);
        }
        self.cases.push((case, then));
        Ok(())
    }

    /// Without cases that change nothing, and with neighbours that say the same as one.
    fn simplified(mut self) -> Self {
        for at in (0..self.cases.len()).rev() {
            if self.changes_nothing(at) {
                self.cases.remove(at);
            }
        }
        let mut cases: Vec<(C, T)> = Vec::new();
        for (case, then) in self.cases {
            match cases.last_mut() {
                Some((before, same)) if *same == then => match before.join(&case) {
                    Some(both) => *before = both,
                    None => cases.push((case, then)),
                },
                _ => cases.push((case, then)),
            }
        }
        Self { cases, rest: self.rest }
    }

    /// Whether later cases say the same for all requests of a case.
    fn changes_nothing(&self, at: usize) -> bool {
        let Some(((case, then), later)) = self.cases.get(at..).and_then(<[_]>::split_first) else {
            return false;
        };
        for (other, outcome) in later {
            if outcome == then {
                if other.covers(case) {
                    return true;
                }
            } else if !matches!(case.meet(other), Ok(None)) {
                return false;
            }
        }
        self.rest == *then
    }
}
