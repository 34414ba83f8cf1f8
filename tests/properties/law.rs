//! How a property is run: on many cases, of which enough have to meet its antecedent.

use std::cell::Cell;
use std::fmt::Debug;

use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestError, TestRunner};
use storable::{Answer, Answers, FreshFor, Storage, Waiting};

/// Whether a case is one that a property speaks about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Antecedent {
    Holds,
    Fails,
}

pub use Antecedent::{Fails, Holds};

impl From<bool> for Antecedent {
    fn from(holds: bool) -> Self {
        if holds { Holds } else { Fails }
    }
}

pub type Outcome = Result<Antecedent, TestCaseError>;

/// Least share of cases that meet the antecedent: below it the property passes for nothing.
const LEAST_PERCENT: u32 = 5;

/// Checks a law on generated cases, as many as given here or asked for in `PROPTEST_CASES`. The
/// rate is printed (`--nocapture`).
#[track_caller]
pub fn law<S: Strategy>(cases: u32, strategy: S, law: impl Fn(S::Value) -> Outcome)
where
    S::Value: Debug,
{
    let (hits, runs) = (Cell::new(0_u32), Cell::new(0_u32));
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = asked.unwrap_or(cases);
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let outcome = TestRunner::new(config).run(&strategy, |case| {
        let antecedent = law(case)?;
        runs.set(runs.get() + 1);
        hits.set(hits.get() + u32::from(antecedent == Holds));
        Ok(())
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(reason, case)) => panic!("{reason}\nminimal case: {case:#?}"),
        Err(TestError::Abort(reason)) => panic!("gave up: {reason}"),
    }
    let percent = 100 * hits.get() / runs.get().max(1);
    println!(
        "{}: {percent} % of {} cases",
        std::thread::current().name().unwrap_or(""),
        runs.get()
    );
    assert!(percent >= LEAST_PERCENT, "the antecedent holds in {percent} % of the cases only");
}

/// The most that answers can mean, question by question: what is unknown counts as shared.
pub fn widest(answers: &Answers) -> [(&'static str, u64); 5] {
    let answer = |answer| u64::from(matches!(answer, Answer::Hit | Answer::Unknown));
    [
        ("storage", storage(answers.storage)),
        (
            "fresh_for",
            match answers.fresh_for {
                FreshFor::Seconds(most) | FreshFor::Between(_, most) => most,
                FreshFor::NotStored => 0,
                FreshFor::Unknown => u64::MAX,
            },
        ),
        ("same_request", answer(answers.same_request)),
        ("other_user", answer(answers.other_user)),
        (
            "waiting_user",
            u64::from(matches!(answers.waiting_user, Waiting::Shared | Waiting::Unknown)),
        ),
    ]
}

pub fn storage(storage: Storage) -> u64 {
    u64::from(matches!(storage, Storage::Stored | Storage::Unknown))
}

pub fn is_stored(answers: &Answers) -> bool {
    answers.storage == Storage::Stored
}

/// It is certain that it is not stored, bypassed or not.
pub fn is_kept_out(answers: &Answers) -> bool {
    answers.fresh_for == FreshFor::NotStored
}

/// Nothing is stored, fresh, reused or shared that was not so before.
pub fn not_wider(before: &Answers, after: &Answers) -> Result<(), TestCaseError> {
    for ((question, most), (_, now)) in widest(before).into_iter().zip(widest(after)) {
        prop_assert!(now <= most, "{} widened: {:?} became {:?}", question, before, after);
    }
    Ok(())
}

/// The answers that do not depend on who else asks.
pub fn own(answers: &Answers) -> (Storage, FreshFor, Answer) {
    (answers.storage, answers.fresh_for, answers.same_request)
}
