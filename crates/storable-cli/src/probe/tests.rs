//! The inference, on what caches of known profiles would be seen doing.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

use std::collections::BTreeSet;

use storable::profile::{Fact, Treatment};
use storable::{Axis, Exposure, Profile, Site, storable};

use super::catalogue::catalogue;
use super::experiment::Experiment;
use super::hypothesis::{Hypothesis, Question};
use super::infer::{Inference, Observation, State};
use super::laboratory::Laboratory;
use super::outcome::{Control, Evidence};
use super::place::Place;
use super::report::Report;
use super::round_trip::{Dice, left, some_cache};

fn place() -> Place {
    Place { site: "http://probe.example".into(), suffix: ".css".into(), cookies: false }
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

fn of_one_node(observations: Vec<Observation>) -> Evidence {
    Evidence { control: Control { hits: 12, tries: 12 }, observations, uncounted: 0 }
}

fn report<'a>(
    catalogue: &'a [Experiment],
    evidence: &'a Evidence,
    inference: &'a Inference,
) -> Report<'a> {
    Report {
        site: "https://probe.example",
        date: "Mon, 30 Nov 2026 12:00:00 GMT",
        asked_for: true,
        requests: 100,
        repeat: 3,
        cut_short: false,
        catalogue,
        evidence,
        inference,
    }
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
    use super::seen::Seen;

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
    let evidence = of_one_node(observations);
    let report = report(&catalogue, &evidence, &inference);
    let text = super::site::file(&report);
    assert!(text.contains("Basis: measured by you, Mon, 30 Nov 2026"), "{text}");
    let site = Site::new(toml::from_str(&text).unwrap()).unwrap();
    let profile = site.profiles().first().unwrap();
    assert_eq!(profile.facts().set_cookie, Fact::Known(Treatment::NotStored), "{text}");
    assert_eq!(profile.facts().no_store, Fact::Known(Treatment::Ignored), "{text}");
    let again = laboratory.infer(&evidence.observations, *profile);
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

/// A nginx whose operator has it ignore what keeps answers apart: the report says who gets what, and
/// under the site file other users are exposed.
#[test]
fn who_gets_another_ones_answer_is_said_in_words() {
    let catalogue = experiments_for(&[Axis::Private, Axis::NoStore, Axis::SetCookie]);
    let laboratory = Laboratory::new(&catalogue, &place());
    let truth = Profile::NGINX_1_22
        .with_ignored_fields(&["cache-control", "set-cookie"])
        .with_default_ttl(60);
    let observations = simulated(&laboratory, &laboratory.completed(truth));
    let inference = laboratory.infer(&observations, Profile::NGINX_1_22);
    let evidence = of_one_node(observations);
    let report = report(&catalogue, &evidence, &inference);
    let mut text = Vec::new();
    report.print(&mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    for says in ["private is stored", "no-store is stored", "other users get its cookie"] {
        assert!(
            text.lines().any(|line| line.starts_with("Exposed: ") && line.contains(says)),
            "{text}"
        );
    }
    assert_eq!(report.json()["exposed"].as_array().unwrap().len(), 3);

    let site = Site::new(toml::from_str(&super::site::file(&report)).unwrap()).unwrap();
    let measured = site.profiles().first().unwrap();
    let request = http::Request::get("https://probe.example/").body(()).unwrap();
    let response =
        http::Response::builder().header("Cache-Control", "private, max-age=60").body(()).unwrap();
    let exposure = |profile| storable(&request, &response, profile).exposure();
    assert_eq!(exposure(&Profile::NGINX_1_22), Exposure::None);
    assert_eq!(exposure(measured), Exposure::Known);
}

/// Whatever was seen of a cache, of whatever experiments and in whatever order: the true answer is among
/// those that are left. So nothing known is wrong, and what is seen later makes nothing known wrong.
#[test]
fn more_observations_never_make_a_wrong_answer_known() {
    let all = catalogue();
    let axes: BTreeSet<_> = all.iter().map(|experiment| experiment.axis).collect();
    let axes: Vec<_> = axes.into_iter().collect();
    let mut dice = Dice(7);
    let (caches, most, known) = if cfg!(debug_assertions) { (3, 18, 1) } else { (60, 36, 100) };
    let mut settled = 0;
    for _ in 0..caches {
        // Restrictions show what an answer to one of the other questions does.
        let asked = [0; 3].map(|_| axes[dice.below(axes.len())]);
        let asks = |it: &&Experiment| it.axis == Axis::Private || asked.contains(&it.axis);
        let catalogue = some_of(all.iter().filter(asks).cloned().collect(), most, &mut dice);
        let laboratory = Laboratory::new(&catalogue, &place());
        let profile = &Profile::ALL[dice.below(Profile::ALL.len())];
        let truth = some_cache(&laboratory, profile, &mut dice);
        let shuffled = some_of(simulated(&laboratory, &truth), most, &mut dice);
        for seen in (1..=shuffled.len()).filter(|seen| seen % 9 == 0 || *seen == shuffled.len()) {
            let observations = &shuffled[..seen];
            let inference = laboratory.infer(observations, *profile);
            for finding in &inference.findings {
                let (own, left) = (truth.answer(finding.question), left(&finding.state));
                let question = finding.question;
                assert!(
                    left.is_empty() || left.contains(&own),
                    "{}: {question:?}: {left:?}, and it is {own}, after {observations:?} of {asked:?}",
                    profile.id()
                );
                settled += usize::from(matches!(finding.state, State::Known { .. }));
            }
        }
    }
    assert!(settled >= known, "{settled}");
}

/// So many of these at most, in an order that is drawn.
fn some_of<T>(mut all: Vec<T>, most: usize, dice: &mut Dice) -> Vec<T> {
    (0..all.len().min(most)).map(|_| all.swap_remove(dice.below(all.len()))).collect()
}
