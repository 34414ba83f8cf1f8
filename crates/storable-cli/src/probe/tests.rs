//! The inference, held against caches whose profile is known: what is called known is so.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

use storable::profile::{Fact, Treatment};
use storable::{Axis, Profile, Site};

use super::experiment::{Experiment, catalogue};
use super::hypothesis::{Hypothesis, Question};
use super::infer::{Inference, Observation, State};
use super::judge::Place;
use super::laboratory::Laboratory;
use super::report::Report;
use super::run::Control;

fn place() -> Place {
    Place { site: "https://probe.example".into(), suffix: ".css".into(), cookies: false }
}

/// Numbers that look random and are the same at each run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(limit).unwrap()).unwrap()
    }
}

/// A cache of this profile. What nobody knows of it is as it is in some other cache.
fn some_cache(laboratory: &Laboratory<'_>, profile: &Profile, dice: &mut Dice) -> Hypothesis {
    laboratory.completed_by(*profile, |asked| {
        let known: Vec<_> = Profile::ALL
            .iter()
            .filter_map(|other| asked.answer_of(&Hypothesis::of(*other)))
            .collect();
        known.get(dice.below(known.len().max(1))).copied()
    })
}

/// What the cache would be seen doing.
fn simulated(laboratory: &Laboratory<'_>, truth: &Hypothesis) -> Vec<Observation> {
    laboratory
        .predictions(truth)
        .zip(laboratory.catalogue)
        .enumerate()
        .filter_map(|(experiment, (possible, made))| {
            let seen = possible.certain()?;
            Some(Observation { experiment, waited: made.wait(), seen, repeats: 1 })
        })
        .collect()
}

/// How many questions are settled, and how many are open.
#[derive(Debug, Default, PartialEq, Eq)]
struct Score {
    known: usize,
    alike: usize,
    open: usize,
    /// Questions of which the true answer is not among those that are left.
    wrong: Vec<String>,
}

fn score(truth: &Hypothesis, inference: &Inference) -> Score {
    let mut score = Score::default();
    for finding in &inference.findings {
        let own = truth.answer(finding.question);
        let (count, left) = match &finding.state {
            State::Known { value, .. } => (&mut score.known, std::slice::from_ref(value)),
            State::Alike { values, .. } => (&mut score.alike, values.as_slice()),
            State::Open { left, .. } => (&mut score.open, left.as_slice()),
            State::NotAsked => continue,
        };
        *count += 1;
        if !left.contains(&own) {
            let question = finding.question;
            score.wrong.push(format!("{question:?}: {}, and it is {own}", left.join(" | ")));
        }
    }
    score
}

/// A cache of every profile is measured from nothing but what it does. `PROBE_BASE` starts each
/// search at that profile, and `nearest` at the one that is found nearest, in the place of its own;
/// `PROBE_SEED` has other caches.
#[test]
#[cfg_attr(debug_assertions, ignore = "minutes without optimisation: cargo test --release")]
fn what_is_called_known_of_any_cache_is_so() {
    let catalogue = catalogue();
    let laboratory = Laboratory::new(&catalogue, &place());
    let variable = |name| std::env::var(name).unwrap_or_default();
    let (base, only) = (variable("PROBE_BASE"), variable("PROBE_ONLY"));
    let seed: u64 = variable("PROBE_SEED").parse().unwrap_or(0);
    let (mut settled, mut asked, mut wrong) = (0, 0, Vec::new());
    for (number, profile) in Profile::ALL.iter().enumerate() {
        if !only.is_empty() && !only.split(',').any(|id| id == profile.id()) {
            continue;
        }
        let seed = seed.wrapping_mul(1000) + u64::try_from(number).unwrap();
        let truth = some_cache(&laboratory, profile, &mut Dice(seed));
        let observations = simulated(&laboratory, &truth);
        let start = match base.as_str() {
            "" => *profile,
            "nearest" => laboratory.nearest(&observations),
            id => *Profile::find(id).unwrap(),
        };
        let inference = laboratory.infer(&observations, start);
        let score = score(&truth, &inference);
        println!(
            "{} from {}: {} known, {} alike, {} open, {} wrong, {} contradicted",
            profile.id(),
            start.id(),
            score.known,
            score.alike,
            score.open,
            score.wrong.len(),
            inference.contradicted.len()
        );
        settled += score.known + score.alike;
        asked += score.known + score.alike + score.open;
        let of_it = |line: String| format!("{} from {}: {line}", profile.id(), start.id());
        wrong.extend(score.wrong.into_iter().map(of_it));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(settled * 100 >= asked * 80, "{settled} of {asked} questions are settled");
}

fn experiments_for(axes: &[Axis]) -> Vec<Experiment> {
    catalogue().into_iter().filter(|experiment| axes.contains(&experiment.axis)).collect()
}

fn state(inference: &Inference, axis: Axis) -> &State {
    let of_it = |finding: &&super::infer::Finding| finding.question == Question::Of(axis);
    &inference.findings.iter().find(of_it).unwrap().state
}

/// What the base does not know is found out, and what it has wrong is a departure from it.
#[test]
fn an_unknown_is_found_out_and_a_departure_is_named() {
    let catalogue = experiments_for(&[Axis::SetCookie, Axis::Permits, Axis::Private]);
    let laboratory = Laboratory::new(&catalogue, &place());
    let truth = Profile::RFC9111_SHARED.with_set_cookie(Treatment::Stripped);
    let observations = simulated(&laboratory, &laboratory.completed(truth));

    let same = laboratory.infer(&observations, truth);
    assert!(same.departures.is_empty());

    let other = laboratory.infer(&observations, Profile::RFC9111_SHARED);
    let named: Vec<_> = other.departures.iter().map(|(number, _)| catalogue.get(*number)).collect();
    assert!(!named.is_empty());
    assert!(named.iter().all(|it| it.is_some_and(|it| it.axis == Axis::SetCookie)));
    assert!(other.contradicted.is_empty());
    let State::Known { value, because } = state(&other, Axis::SetCookie) else {
        panic!("{:?}", state(&other, Axis::SetCookie));
    };
    assert_eq!(value, "stripped");
    assert!(!because.is_empty());
    let measured = other.hypothesis.profile();
    assert_eq!(measured.facts().set_cookie, Fact::Known(Treatment::Stripped));
}

/// Without the experiment that tells, a question stays open, and the experiment is named.
#[test]
fn an_open_question_names_the_experiment_that_would_tell() {
    let catalogue = experiments_for(&[Axis::Permits, Axis::Pragma]);
    let laboratory = Laboratory::new(&catalogue, &place());
    let truth = laboratory.completed(Profile::RFC9111_SHARED);
    let observations: Vec<_> = simulated(&laboratory, &truth)
        .into_iter()
        .filter(|it| catalogue.get(it.experiment).is_some_and(|it| it.axis != Axis::Pragma))
        .collect();
    let inference = laboratory.infer(&observations, Profile::RFC9111_SHARED);
    let State::Open { left, next } = state(&inference, Axis::Pragma) else {
        panic!("{:?}", state(&inference, Axis::Pragma));
    };
    assert!(left.iter().any(|value| value == "ignored"));
    assert!(left.iter().any(|value| value == "not stored"));
    let next = next.and_then(|number| catalogue.get(number)).unwrap();
    assert_eq!(next.axis, Axis::Pragma);
}

/// What no answer to any question explains is told as such.
#[test]
fn what_no_profile_does_is_a_contradiction() {
    use super::judge::Seen;

    let catalogue = experiments_for(&[Axis::VaryStar]);
    let laboratory = Laboratory::new(&catalogue, &place());
    // The answers to the same two requests under `Vary: *` are never a failure of the origin.
    let observations: Vec<_> = (0..catalogue.len())
        .map(|experiment| Observation {
            experiment,
            waited: std::time::Duration::ZERO,
            seen: Seen::Failed,
            repeats: 3,
        })
        .collect();
    let inference = laboratory.infer(&observations, Profile::RFC9111_SHARED);
    assert_eq!(inference.contradicted.len(), catalogue.len());
}

/// What is written of a cache makes it: under the file's profile everything is explained.
#[test]
fn the_site_file_is_the_measured_cache() {
    let catalogue =
        experiments_for(&[Axis::SetCookie, Axis::Permits, Axis::Private, Axis::NoStore]);
    let place = place();
    let laboratory = Laboratory::new(&catalogue, &place);
    let truth = Profile::RFC9111_SHARED
        .with_set_cookie(Treatment::NotStored)
        .with_no_store(Treatment::Ignored);
    let observations = simulated(&laboratory, &laboratory.completed(truth));
    let inference = laboratory.infer(&observations, Profile::RFC9111_SHARED);
    let report = Report {
        site: "https://probe.example",
        date: "Mon, 30 Nov 2026 12:00:00 GMT",
        asked_for: true,
        control: Control { hits: 6, tries: 6 },
        requests: 100,
        cut_short: false,
        catalogue: &catalogue,
        observations: &observations,
        inference: &inference,
    };
    let text = super::site::file(&report);
    assert!(text.contains("Basis: measured by you, Mon, 30 Nov 2026"), "{text}");
    let site = Site::new(toml::from_str(&text).unwrap()).unwrap();
    let profile = site.profiles().first().unwrap();
    assert_eq!(profile.facts().set_cookie, Fact::Known(Treatment::NotStored), "{text}");
    assert_eq!(profile.facts().no_store, Fact::Known(Treatment::Ignored), "{text}");
    let again = laboratory.infer(&observations, *profile);
    assert!(again.departures.is_empty(), "{text}");
    assert!(!report.json()["departures"].as_array().unwrap().is_empty());
}

/// Two versions of a cache that are profiles of their own are told apart.
#[test]
fn neighbours_are_told_apart() {
    let catalogue = catalogue();
    let place = place();
    let staged: Vec<_> = catalogue.iter().map(|it| super::judge::Staged::new(it, &place)).collect();
    let shown = |id: &str| -> Vec<_> {
        let profile = Profile::find(id).unwrap();
        staged.iter().zip(&catalogue).map(|(it, made)| it.possible(profile, made.wait())).collect()
    };
    let alike: Vec<_> = [
        ("nginx", "nginx-1.22"),
        ("varnish-7", "varnish-8"),
        ("squid-5", "squid"),
        ("squid-5", "squid-5-collapsed"),
        ("haproxy-2.6", "haproxy-3"),
        ("ats-9", "ats-10"),
        ("ats-9", "ats-9-heuristic"),
        ("vercel", "vercel-2026-09"),
        ("cloudflare", "cloudflare-2026-04"),
        ("fastly", "fastly-boilerplate"),
    ]
    .into_iter()
    .filter(|(one, other)| shown(one) == shown(other))
    .collect();
    assert!(alike.is_empty(), "{alike:?}");
}
