//! What real caches did, held against their profiles.
//!
//! `tests/recordings/<profile>.jsonl.gz` holds exchanges and what was observed; every answer has to
//! agree, save those listed in `known-disagreements.json`. A listed one that agrees after all, or
//! is no longer there, fails the run as well.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};

use serde::Deserialize;
use storable::Profile;
use storable_wire::{self as wire, WireExchange};

#[derive(Deserialize)]
struct Recorded {
    id: String,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(flatten)]
    exchange: WireExchange,
    observed: Observed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Observed {
    same_request: Option<String>,
    other_user: Option<String>,
    waiting_user: Option<String>,
    fresh_for: Option<(f64, Option<f64>)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Disagreement {
    profile: String,
    id: String,
    question: String,
    expected: String,
    actual: String,
    #[allow(dead_code)]
    reason: String,
}

/// One answer that is not what was observed.
struct Failure {
    question: &'static str,
    expected: String,
    actual: String,
}

fn path(file: &str) -> String {
    format!("{}/tests/recordings/{file}", env!("CARGO_MANIFEST_DIR"))
}

/// Short lifetimes were polled twice a second and can be a poll off: the same exchange is recorded
/// with 2.4 to 2.9 s in `ats-9` and with 2.9 to 3.4 s in `ats-9-heuristic`.
const POLL: f64 = 0.5;

fn failures(recorded: &Recorded, profile: &Profile, observations: &mut usize) -> Vec<Failure> {
    let observed = &recorded.observed;
    recorded
        .exchange
        .judge(profile, |judged| {
            let verdict = &judged.verdict;
            let mut failures = Vec::new();
            let mut check = |question, expected: Option<String>, actual: &str| {
                *observations += usize::from(expected.is_some());
                if let Some(expected) = expected.filter(|expected| expected != actual) {
                    failures.push(Failure { question, expected, actual: actual.to_owned() });
                }
            };
            check("same_request", observed.same_request.clone(), verdict.same_request().name());
            check("other_user", observed.other_user.clone(), judged.other_user.name());
            check("waiting_user", observed.waiting_user.clone(), judged.waiting_user.name());
            if let Some((least, most)) = observed.fresh_for {
                let bracket =
                    format!("{least}..{}", most.map_or(String::new(), |most| most.to_string()));
                let seconds = wire::fresh_for(verdict);
                let within = seconds.as_f64().is_some_and(|seconds| {
                    seconds >= least - POLL && most.is_none_or(|most| seconds <= most + POLL)
                });
                let actual = if within { bracket.clone() } else { seconds.to_string() };
                check("fresh_for", Some(bracket), &actual);
            }
            failures
        })
        .unwrap()
}

/// Replays one recording. `STORABLE_SHOW=n` shows more failures than the first ten.
#[track_caller]
fn replay(id: &str) {
    let profile = Profile::find(id).unwrap_or_else(|| panic!("no profile has the id {id}"));
    let known: Vec<Disagreement> =
        serde_json::from_str(&std::fs::read_to_string(path("known-disagreements.json")).unwrap())
            .unwrap();
    let mut known: BTreeMap<(String, String), Disagreement> = known
        .into_iter()
        .filter(|known| known.profile == id)
        .map(|known| ((known.id.clone(), known.question.clone()), known))
        .collect();
    let file = std::fs::File::open(path(&format!("{id}.jsonl.gz"))).unwrap();
    let (mut observations, mut failed) = (0, Vec::new());
    for line in BufReader::new(flate2::read::GzDecoder::new(file)).lines() {
        let recorded: Recorded = serde_json::from_str(&line.unwrap()).unwrap();
        for failure in failures(&recorded, profile, &mut observations) {
            let listed = known.remove(&(recorded.id.clone(), failure.question.to_owned()));
            let expected = listed.is_some_and(|listed| {
                listed.expected == failure.expected && listed.actual == failure.actual
            });
            if !expected {
                failed.push(format!(
                    "{} {:?} {}: observed {}, judged {}",
                    recorded.id, recorded.tags, failure.question, failure.expected, failure.actual
                ));
            }
        }
    }
    let show = std::env::var("STORABLE_SHOW").ok().and_then(|show| show.parse().ok()).unwrap_or(10);
    assert!(
        failed.is_empty(),
        "{id}: {} of {observations} observations disagree\n{}",
        failed.len(),
        failed.into_iter().take(show).collect::<Vec<_>>().join("\n")
    );
    assert!(
        known.is_empty(),
        "{id}: listed as disagreeing, but they agree or are not there: {:?}",
        known.keys().collect::<Vec<_>>()
    );
    assert!(observations > 0, "{id}: nothing was observed");
}

macro_rules! recordings {
    ($($name:ident = $id:literal;)*) => {
        $(#[test] fn $name() { replay($id); })*
    };
}

recordings! {
    ats_9 = "ats-9";
    ats_9_heuristic = "ats-9-heuristic";
    haproxy_2_6 = "haproxy-2.6";
    httpd_2_4 = "httpd-2.4";
    nginx_1_22 = "nginx-1.22";
    nginx_1_22_lock = "nginx-1.22-lock";
    nginx_1_22_valid_60s = "nginx-1.22-valid-60s";
    nginx_1_22_valid_60s_lock = "nginx-1.22-valid-60s-lock";
    squid_5 = "squid-5";
    squid_5_collapsed = "squid-5-collapsed";
    varnish_7 = "varnish-7";
}
