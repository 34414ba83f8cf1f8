//! The round trip: a cache whose profile is known is measured, and what is called known of it is so.
//!
//! Each profile is made whole by a draw (what nobody knows of that cache is as in some other one), put
//! into the proxy of `storable proxy`, and measured over sockets as a user would: client, origin,
//! repeats, budget. All this is in one process, since the waits are real seconds, and so a minute of
//! them is spent once for many caches.
//!
//! ```text
//! cargo test --release -p storable-cli --lib round_trip -- --ignored --nocapture
//! ```
//!
//! `PROBE_SEED` draws other caches, `PROBE_BASE=nearest` starts each inference at the profile that is
//! found nearest and an id at that one, `PROBE_ONLY` measures some, `PROBE_BUDGET` sends fewer requests.
//!
//! A *fact that changes an answer* is a question of which some other answer would have a user of this very
//! cache, all else as it is, see something else in an experiment of the catalogue. It is *known*
//! when all answers that are left do the same to every experiment as the true one does; and *by one
//! answer* when only the true one is left. An answer that is left out, and is the true one, is *wrong*,
//! whatever it changes.

#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use storable::Profile;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::catalogue::catalogue;
use super::client::{Client, Owner};
use super::experiment::Experiment;
use super::hypothesis::Hypothesis;
use super::infer::{Inference, Observation, State};
use super::laboratory::Laboratory;
use super::place::Place;
use super::run::{Limits, Pace, Run, Unmeasurable};
use super::seen::Possible;
use crate::proxy::{Proxy, Settings, serve};

/// How many caches are measured at one time: each has users who wait for each other.
const AT_ONCE: usize = 8;
/// A run that measures fewer caches says too little.
const CACHES: usize = 40;

fn place() -> Place {
    Place { site: "http://probe.example".into(), suffix: ".css".into(), cookies: false }
}

/// Numbers that look random and are the same at each run (SplitMix64).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(limit).unwrap()).unwrap()
    }
}

/// A cache of this profile. What nobody knows of it is as it is in some other cache.
pub(super) fn some_cache(
    laboratory: &Laboratory<'_>,
    profile: &Profile,
    dice: &mut Dice,
) -> Hypothesis {
    laboratory.completed_by(*profile, |asked| {
        let known: Vec<_> = Profile::ALL
            .iter()
            .filter_map(|other| asked.answer_of(&Hypothesis::of(*other)))
            .collect();
        known.get(dice.below(known.len().max(1))).copied()
    })
}

/// The answers that are left.
pub(super) fn left(state: &State) -> &[String] {
    match state {
        State::Known { value, .. } => std::slice::from_ref(value),
        State::Alike { values, .. } | State::Open { left: values, .. } => values,
        State::NotAsked => &[],
    }
}

/// What a measurement has come to, held against the cache that was measured.
#[derive(Debug, Default)]
struct Score {
    /// Facts that change an answer.
    changing: usize,
    /// Of them, those that are known; of those, by one answer.
    known: usize,
    by_one_answer: usize,
    wrong: Vec<String>,
}

impl Score {
    fn of(laboratory: &Laboratory<'_>, truth: &Hypothesis, inference: &Inference) -> Self {
        let mut score = Self::default();
        let shown = laboratory.all_predictions(truth);
        for (asked, finding) in laboratory.asked.iter().zip(&inference.findings) {
            let own = truth.answer(asked.question);
            let left = left(&finding.state);
            if !left.is_empty() && !left.contains(&own) {
                score.wrong.push(format!("{:?}: {left:?}, and it is {own}", asked.question));
            }
            let mut answers = BTreeMap::new();
            for number in 0..asked.count() {
                let value = asked.value(number).unwrap();
                let words = super::hypothesis::described(asked.question, value);
                let instead = laboratory.with_answer(truth, &shown, asked.question, value);
                answers.insert(words, instead != shown);
            }
            if !answers.values().any(|changes| *changes) {
                continue;
            }
            score.changing += 1;
            let is_known =
                !left.is_empty() && left.iter().all(|words| answers.get(words) == Some(&false));
            score.known += usize::from(is_known);
            score.by_one_answer += usize::from(is_known && left.len() == 1);
        }
        score
    }
}

/// A cache in this profile, measured.
async fn measured(
    profile: Profile,
    catalogue: Vec<Experiment>,
    laboratory: &Laboratory<'_>,
    limits: Limits,
) -> Result<(usize, Vec<Observation>), Unmeasurable> {
    let origin = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let cache = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin_at = origin.local_addr().unwrap().to_string();
    let via = format!("http://{}", cache.local_addr().unwrap());
    let proxy = Proxy::new(Settings::new(profile, origin_at.parse().unwrap()));
    let serving = tokio::spawn(serve(cache, proxy, std::future::pending()));
    let client =
        Client::new(&via, None, Some("probe.example"), Owner::NotDeclared, Duration::from_secs(60))
            .await
            .unwrap();
    let nothing = Box::new(|| ());
    let run = Run::new(client, place(), Pace::NEAR, limits, "r".into(), catalogue, nothing);
    let answering = tokio::spawn(Arc::clone(&run.origin).serve(origin));
    let control = run.control(&origin_at).await;
    if let Ok(control) = control {
        run.experiments(laboratory, control).await;
    }
    serving.abort();
    answering.abort();
    Ok((run.spent(), run.evidence(control?).observations))
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

/// A line about one cache, and what is wrong of it.
struct GivenExchange {
    line: String,
    score: Score,
}

fn told(
    laboratory: &Laboratory<'_>,
    truth: &Hypothesis,
    profile: &Profile,
    requests: usize,
    observations: &[Observation],
) -> GivenExchange {
    let start = match variable("PROBE_BASE").as_str() {
        "" => *profile,
        "nearest" => laboratory.nearest(observations),
        id => *Profile::find(id).unwrap(),
    };
    let inference = laboratory.infer(observations, start);
    let score = Score::of(laboratory, truth, &inference);
    let unlike = observations
        .iter()
        .filter(|it| !laboratory.predict(truth, it.experiment, it.waited).allows(it.seen));
    let line = format!(
        "{} from {}: {requests} requests, {} experiments, {} unlike the verdict; {} facts change an answer, {} known \
         ({} %), {} by one answer; {} wrong, {} unexplained",
        profile.id(),
        start.id(),
        observations.len(),
        unlike.clone().count(),
        score.changing,
        score.known,
        score.known * 100 / score.changing.max(1),
        score.by_one_answer,
        score.wrong.len(),
        inference.contradicted.len(),
    );
    let unlike = unlike.map(|it| {
        let instead: Possible = laboratory.predict(truth, it.experiment, it.waited);
        let name = &laboratory.catalogue.get(it.experiment).unwrap().name;
        format!("\n  {name}: {}, and not {:?}", it.seen.name(), instead.certain())
    });
    let wrong = score.wrong.iter().map(|wrong| format!("\n  wrong: {wrong}"));
    GivenExchange {
        line: format!("{line}{}{}", unlike.collect::<String>(), wrong.collect::<String>()),
        score,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes, and real waits"]
async fn what_is_called_known_of_a_cache_is_so() {
    let (catalogue, only) = (catalogue(), variable("PROBE_ONLY"));
    let kept: &'static [Experiment] = catalogue.clone().leak();
    let laboratory = Arc::new(Laboratory::new(kept, &place()));
    let seed: u64 = variable("PROBE_SEED").parse().unwrap_or(0);
    let limits = Limits { budget: variable("PROBE_BUDGET").parse().unwrap_or(1500), repeat: 3 };
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let inferring = Arc::new(Semaphore::new(2));
    let chosen =
        |profile: &&Profile| only.is_empty() || only.split(',').any(|id| id == profile.id());
    let mut caches = Vec::new();
    for (number, profile) in Profile::ALL.iter().enumerate().filter(|(_, it)| chosen(it)) {
        let (laboratory, turns, catalogue) =
            (Arc::clone(&laboratory), Arc::clone(&turns), catalogue.clone());
        let inferring = Arc::clone(&inferring);
        let mut dice = Dice(seed.wrapping_mul(1000) + u64::try_from(number).unwrap());
        let truth = some_cache(&laboratory, profile, &mut dice);
        caches.push(tokio::spawn(async move {
            let turn = turns.acquire().await;
            let seen = measured(truth.profile(), catalogue, &laboratory, limits).await;
            drop(turn);
            let _turn = inferring.acquire().await;
            let told = tokio::task::block_in_place(|| {
                seen.map(|(requests, seen)| told(&laboratory, &truth, profile, requests, &seen))
            });
            match &told {
                Ok(told) => println!("{}", told.line),
                Err(error) => println!("{}: {error}", profile.id()),
            }
            told
        }));
    }
    let (mut measured, mut all) = (0, Score::default());
    for cache in caches {
        // A path that is not cached has nothing to be measured, which is said and no failure.
        let Ok(told) = cache.await.unwrap() else { continue };
        measured += 1;
        all.changing += told.score.changing;
        all.known += told.score.known;
        all.by_one_answer += told.score.by_one_answer;
        all.wrong.extend(told.score.wrong);
    }
    println!(
        "{measured} caches: {} facts change an answer, {} of them known, {} by one answer, {} wrong",
        all.changing,
        all.known,
        all.by_one_answer,
        all.wrong.len()
    );
    assert!(all.wrong.is_empty(), "{}", all.wrong.join("\n"));
    assert!(all.known * 100 >= all.changing * 80);
    assert!(!only.is_empty() || measured >= CACHES);
}
