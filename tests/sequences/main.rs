//! Whole lives: sequences of requests for one URL, played through the driver with a clock of the
//! test's own, and held against what real set-ups did at each step.
//!
//! After a step that differs the rest of its sequence tells nothing. Every step that differs stands
//! in `known.json` with its reason; one that agrees again has to go from there.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

mod cache;
mod origin;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::time::Duration;

use flate2::read::GzDecoder;
use serde::Deserialize;
use storable::Profile;
use storable::profile::Validation;

use cache::{Delivered, TestCache};
use origin::{Origin, Plan};

#[derive(Deserialize)]
struct Sequence {
    id: String,
    steps: Vec<Step>,
    observed: BTreeMap<String, Vec<Option<Observed>>>,
}

#[derive(Deserialize)]
struct Step {
    wait: f64,
    method: String,
    headers: Vec<(String, String)>,
    plan: Option<Plan>,
}

/// What a real cache did at one step.
#[derive(Deserialize)]
struct Observed {
    asked: u32,
    condition: bool,
    status: u16,
    body: Option<u8>,
    length: usize,
    range: Option<String>,
    cookie: bool,
}

#[derive(Deserialize)]
struct Known {
    id: String,
    server: String,
    step: usize,
    expected: String,
    actual: String,
    reason: String,
}

/// A step at which the driver does something else than the server.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Difference {
    server: String,
    id: String,
    step: usize,
    expected: String,
    actual: String,
}

impl Known {
    fn difference(&self) -> Difference {
        Difference {
            server: self.server.clone(),
            id: self.id.clone(),
            step: self.step,
            expected: self.expected.clone(),
            actual: self.actual.clone(),
        }
    }
}

/// What counts of a step, in a form that is compared and printed.
fn counted(asked: u32, condition: bool, delivered: &Delivered) -> String {
    let how = match (asked, condition) {
        (0, _) => "hit",
        (_, true) => "validated",
        (_, false) => "asked",
    };
    let Delivered { status, body, length, range, cookie, .. } = delivered;
    // A page that a cache makes itself is the HTTP layer's.
    if *status >= 500 && body.is_none() {
        return format!("{how}: an error of its own");
    }
    let range = range.as_deref().filter(|_| *status == 206);
    // Where the parts of several ranges are cut is the host's.
    let several = *status == 206 && range.is_none();
    let length = (body.is_some() || *status == 206 && !several).then_some(length);
    format!("{how}: {status}, body {body:?}, length {length:?}, range {range:?}, cookie {cookie}")
}

/// Lifetimes are 2 s or a minute and waits 0.06 or 3.5 s: no answer hangs on a fraction.
const STEP: Duration = Duration::from_millis(120);

/// The first step at which the driver does something else than the server did, with both; and how
/// many steps agree before it.
fn play(sequence: &Sequence, profile: &Profile, observed: &[Option<Observed>]) -> Played {
    let mut origin = Origin::default();
    let mut cache = TestCache::new(*profile);
    let mut agreed = 0;
    for (number, (step, observed)) in sequence.steps.iter().zip(observed).enumerate() {
        cache.wait(Duration::from_secs_f64(step.wait));
        if let Some(plan) = &step.plan {
            origin.plan = Some(plan.clone());
        }
        let Some(observed) = observed else { break };
        origin.asked.clear();
        let delivered = cache.request(&step.method, &step.headers, &mut origin);
        cache.wait(STEP);
        let own = |name| step.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
        let condition = origin.asked.first().is_some_and(|asked| {
            let added = |name| asked.contains_key(name) && !own(name);
            added("if-none-match") || added("if-modified-since")
        });
        let actual = counted(origin.asked.len() as u32, condition, &delivered);
        let expected = counted(observed.asked, observed.condition, &observed.delivered());
        if actual != expected {
            return Played { agreed, differs: Some((number, expected, actual)) };
        }
        agreed += 1;
    }
    Played { agreed, differs: None }
}

struct Played {
    agreed: usize,
    differs: Option<(usize, String, String)>,
}

impl Observed {
    fn delivered(&self) -> Delivered {
        let Self { status, body, length, cookie, .. } = *self;
        let range = self.range.clone();
        Delivered { status, body, length, range, cookie }
    }
}

/// The recordings, each with the set-ups that were played to.
fn recordings() -> [(&'static str, Vec<(&'static str, Profile)>); 2] {
    let older = vec![
        ("haproxy", Profile::HAPROXY_2_6),
        ("nginx", Profile::NGINX_1_22),
        ("nginx-revalidate", Profile::NGINX_1_22.with_validation(Validation::Conditional)),
        ("varnish", Profile::VARNISH_7),
        ("squid", Profile::SQUID_5),
        ("ats", Profile::ATS_9),
        ("httpd", Profile::HTTPD_2_4),
    ];
    [("sequences", older), ("newer", NEWER.map(|id| (id, *Profile::find(id).unwrap())).to_vec())]
}

const NEWER: [&str; 16] = [
    "haproxy-2.6",
    "haproxy-2.8",
    "haproxy-3.0",
    "haproxy-3",
    "nginx-1.22",
    "nginx-1.26",
    "nginx",
    "varnish-7",
    "varnish-7.7",
    "vinyl-9",
    "squid-5",
    "squid-6",
    "squid",
    "ats-9",
    "httpd-2.4",
    "envoy",
];

fn read(recording: &str) -> Vec<Sequence> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sequences");
    let file = std::fs::File::open(format!("{folder}/{recording}.jsonl.gz")).unwrap();
    let lines = BufReader::new(GzDecoder::new(file)).lines();
    lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect()
}

#[test]
fn sequences_go_as_recorded() {
    let known: Vec<Known> = serde_json::from_str(include_str!("known.json")).unwrap();
    assert!(known.iter().all(|known| !known.reason.is_empty()));
    let listed: BTreeSet<_> = known.iter().map(Known::difference).collect();
    let (mut found, mut low) = (BTreeSet::new(), Vec::new());
    for (recording, set_ups) in recordings() {
        let sequences = read(recording);
        assert!(sequences.len() >= 300, "{recording}: {} sequences", sequences.len());
        for (server, profile) in set_ups {
            let (mut agreed, mut total) = (0, 0);
            for sequence in &sequences {
                let Some(observed) = sequence.observed.get(server) else { continue };
                let played = play(sequence, &profile, observed);
                agreed += played.agreed;
                total += played.agreed + usize::from(played.differs.is_some());
                if let Some((step, expected, actual)) = played.differs {
                    let (server, id) = (server.to_owned(), sequence.id.clone());
                    found.insert(Difference { server, id, step, expected, actual });
                }
            }
            let share = 100.0 * agreed as f64 / total as f64;
            println!("{server:18} {share:6.2} % of {total} steps");
            // What Envoy passes through after something that is not stored is not modelled.
            let least = if server == "envoy" { 98.5 } else { 99.5 };
            if total == 0 || share < least {
                low.push(server);
            }
        }
    }
    let new: Vec<_> = found.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&found).collect();
    println!("{} new disagreements, {} that are gone", new.len(), gone.len());
    for Difference { server, id, step, expected, actual } in new.iter().chain(&gone) {
        println!("{server} {id} step {step}\n    real {expected}\n    ours {actual}");
    }
    assert!(new.is_empty() && gone.is_empty() && low.is_empty(), "too low: {low:?}");
}
