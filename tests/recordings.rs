//! What real caches did, held against their profiles.
//!
//! `tests/recordings/*.jsonl.gz` hold exchanges and what was observed; every answer has to agree,
//! save those listed in `known-disagreements.json`. A listed one that agrees after all, or is no
//! longer there, fails the run as well.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::time::SystemTime;

use serde::Deserialize;
use storable::life::{CacheKey, Reuse, ToStore, look_up};
use storable::policy::RequestPolicy;
use storable::profile::Collapsing;
use storable::site::{RouteFile, SiteFile};
use storable::{Answer, Profile, RequestHead, Site, Storage};
use storable_wire::{self as wire, Judged, WireExchange};

#[derive(Deserialize)]
struct Recorded {
    id: String,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(flatten)]
    exchange: WireExchange,
    observed: Observed,
    /// What was set on the server.
    #[serde(default)]
    route: Option<RouteFile>,
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
    recording: String,
    /// The recording's; the harness excuses the same of a cache that is running.
    #[allow(dead_code)]
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
    let received_at = recorded.exchange.received_at().unwrap();
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
            if let Some(at) = received_at {
                // The store that the response goes into answers the same.
                for (question, expected, request) in [
                    ("same_request", &observed.same_request, judged.request),
                    ("other_user", &observed.other_user, judged.other),
                ] {
                    let actual = later(&judged, request, profile, at).name();
                    let expected = expected.clone().filter(|expected| expected != actual);
                    let failure = |expected| Failure { question, expected, actual: actual.into() };
                    failures.extend(expected.map(failure));
                }
            }
            failures
        })
        .unwrap()
}

/// What a later request is answered out of a store, at the instant of receipt.
fn later(judged: &Judged<'_>, request: RequestHead<'_>, by: &Profile, at: SystemTime) -> Answer {
    if judged.verdict.storage() == Storage::Unknown {
        return judged.verdict.for_other(&request);
    }
    let same_key = CacheKey::new(&judged.request, by) == CacheKey::new(&request, by);
    let entry = judged.verdict.to_store().filter(|_| same_key);
    let policy = RequestPolicy::read(request);
    match look_up(&policy, entry.as_ref().map(ToStore::stored), by, at).reuse {
        Reuse::Serve(_) | Reuse::ServeAndRevalidate(_) => Answer::Hit,
        Reuse::Validate(_) => Answer::Validated,
        Reuse::Forward(_) => Answer::Miss,
        Reuse::GatewayTimeout => Answer::GatewayTimeout,
    }
}

/// Replays one recording. `STORABLE_SHOW=n` shows more failures than the first ten.
#[track_caller]
fn replay(recording: &str, profile: &Profile) {
    let known: Vec<Disagreement> =
        serde_json::from_str(&std::fs::read_to_string(path("known-disagreements.json")).unwrap())
            .unwrap();
    let known: BTreeMap<(String, String), Disagreement> = known
        .into_iter()
        .filter(|known| known.recording == recording)
        .map(|known| ((known.id.clone(), known.question.clone()), known))
        .collect();
    let excused = known.len();
    let file = std::fs::File::open(path(&format!("{recording}.jsonl.gz"))).unwrap();
    let (mut observations, mut failed, mut met) = (0, Vec::new(), BTreeSet::new());
    for line in BufReader::new(flate2::read::GzDecoder::new(file)).lines() {
        let recorded: Recorded = serde_json::from_str(&line.unwrap()).unwrap();
        for failure in failures(&recorded, profile, &mut observations) {
            let place = (recorded.id.clone(), failure.question.to_owned());
            let expected = known.get(&place).is_some_and(|listed| {
                listed.expected == failure.expected && listed.actual == failure.actual
            });
            met.insert(place);
            if !expected {
                failed.push(format!(
                    "{} {:?} {}: observed {}, judged {}",
                    recorded.id, recorded.tags, failure.question, failure.expected, failure.actual
                ));
            }
        }
    }
    let agreeing = observations - met.len();
    println!("{recording}: {agreeing} of {observations} observations agree with {}", profile.id());
    let show = std::env::var("STORABLE_SHOW").ok().and_then(|show| show.parse().ok()).unwrap_or(10);
    assert!(
        failed.is_empty(),
        "{recording}: {} of {observations} observations disagree with {}\n{}",
        failed.len(),
        profile.id(),
        failed.into_iter().take(show).collect::<Vec<_>>().join("\n")
    );
    let gone: Vec<_> = known.keys().filter(|place| !met.contains(place)).collect();
    assert!(
        gone.is_empty(),
        "{recording}: listed as disagreeing, but they agree or are not there: {gone:?}"
    );
    assert!(observations > 0, "{recording}: nothing was observed");
    assert!(
        excused * 1000 <= observations,
        "{recording}: {excused} of {observations} observations are excused, more than one in 1,000"
    );
}

macro_rules! recordings {
    ($($name:ident = $recording:literal of $profile:expr;)*) => {
        const RECORDINGS: &[&str] = &[$($recording,)*];

        $(#[test] fn $name() { replay($recording, &$profile); })*
    };
}

recordings! {
    ats_9 = "ats-9" of Profile::ATS_9;
    ats_9_2_9 = "ats-9.2.9" of Profile::ATS_9;
    ats_9_heuristic = "ats-9-heuristic" of Profile::ATS_9_HEURISTIC;
    ats_10_1_4 = "ats-10.1.4" of Profile::ATS_10;
    ats_10_1_4_heuristic = "ats-10.1.4-heuristic" of Profile::ATS_10_HEURISTIC;
    envoy_1_39_3 = "envoy-1.39.3" of Profile::ENVOY_1_39;
    envoy_1_40_0 = "envoy-1.40.0" of Profile::ENVOY;
    haproxy_2_6 = "haproxy-2.6" of Profile::HAPROXY_2_6;
    haproxy_2_8_25 = "haproxy-2.8.25" of Profile::HAPROXY_2_8;
    haproxy_3_0_11 = "haproxy-3.0.11" of Profile::HAPROXY_3_0;
    haproxy_3_2_26 = "haproxy-3.2.26" of Profile::HAPROXY_3;
    haproxy_3_4_7 = "haproxy-3.4.7" of Profile::HAPROXY_3;
    httpd_2_4 = "httpd-2.4" of Profile::HTTPD_2_4;
    httpd_2_4_69 = "httpd-2.4.69" of Profile::HTTPD_2_4;
    httpd_2_4_71 = "httpd-2.4.71" of Profile::HTTPD_2_4;
    nginx_1_22 = "nginx-1.22" of Profile::NGINX_1_22;
    nginx_1_22_lock = "nginx-1.22-lock" of Profile::NGINX_1_22_LOCK;
    nginx_1_22_valid_60s = "nginx-1.22-valid-60s" of Profile::NGINX_1_22_VALID_60S;
    nginx_1_22_valid_60s_lock = "nginx-1.22-valid-60s-lock" of Profile::NGINX_1_22_VALID_60S_LOCK;
    nginx_1_26_3 = "nginx-1.26.3" of Profile::NGINX_1_26;
    nginx_1_30_6 = "nginx-1.30.6" of Profile::NGINX;
    nginx_1_30_6_lock = "nginx-1.30.6-lock" of Profile::NGINX.with_collapsing(Collapsing::On);
    nginx_1_30_6_valid_60s = "nginx-1.30.6-valid-60s" of Profile::NGINX.with_default_ttl(60);
    nginx_1_31_3 = "nginx-1.31.3" of Profile::NGINX;
    pingora_0_9_1 = "pingora-0.9.1" of Profile::PINGORA_0_9;
    squid_5 = "squid-5" of Profile::SQUID_5;
    squid_5_collapsed = "squid-5-collapsed" of Profile::SQUID_5_COLLAPSED;
    squid_6_13 = "squid-6.13" of Profile::SQUID_6;
    squid_6_13_collapsed = "squid-6.13-collapsed" of Profile::SQUID_6_COLLAPSED;
    squid_7_7 = "squid-7.7" of Profile::SQUID;
    squid_7_7_collapsed = "squid-7.7-collapsed" of Profile::SQUID_COLLAPSED;
    varnish_7 = "varnish-7" of Profile::VARNISH_7;
    varnish_7_7_0 = "varnish-7.7.0" of Profile::VARNISH_7_7;
    varnish_7_7_0_deliver_expired =
        "varnish-7.7.0-deliver-expired" of Profile::VARNISH_7_7_DELIVER_EXPIRED;
    vinyl_9_0_1 = "vinyl-9.0.1" of Profile::VINYL_9;
    vinyl_9_0_1_deliver_expired =
        "vinyl-9.0.1-deliver-expired" of Profile::VINYL_9_DELIVER_EXPIRED;
}

/// What the observations cannot show: it says what becomes of a Set-Cookie.
const NOT_SHOWN: &[&str] = &["CacheIgnoreHeaders"];

/// Each setting was set on the real server: with it everything agrees, and without it something
/// would not.
#[test]
fn settings_of_servers_do_what_they_did() {
    let (mut options, mut failed) = (BTreeMap::<String, usize>::new(), Vec::new());
    let mut files: Vec<_> = std::fs::read_dir(path("settings")).unwrap().collect();
    files.sort_by_key(|file| file.as_ref().unwrap().path());
    for file in files {
        let file = std::fs::File::open(file.unwrap().path()).unwrap();
        for line in BufReader::new(flate2::read::GzDecoder::new(file)).lines() {
            let recorded: Recorded = serde_json::from_str(&line.unwrap()).unwrap();
            let (id, route) = (recorded.id.clone(), recorded.route.clone().unwrap());
            let base = Profile::find(&route.profile).unwrap();
            let site = Site::new(SiteFile { name: String::new(), route: vec![route] }).unwrap();
            let mut count = 0;
            for failure in failures(&recorded, site.profiles().first().unwrap(), &mut count) {
                let Failure { question, expected, actual } = failure;
                failed.push(format!("{id} {question}: observed {expected}, judged {actual}"));
            }
            let option = id.split('/').next().unwrap().to_owned();
            *options.entry(option).or_default() += failures(&recorded, base, &mut count).len();
        }
    }
    assert!(failed.is_empty(), "{} disagree\n{}", failed.len(), failed.join("\n"));
    let shown = |name: &str| !NOT_SHOWN.iter().any(|other| name.starts_with(other));
    let idle: Vec<_> = options.iter().filter(|(name, count)| shown(name) && **count == 0).collect();
    assert!(idle.is_empty(), "these change nothing that was observed: {idle:?}");
    assert!(options.len() > 55, "only {} settings were found", options.len());
}

#[test]
fn every_recording_is_replayed() {
    let mut files: Vec<String> = std::fs::read_dir(path(""))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter_map(|file| file.strip_suffix(".jsonl.gz").map(str::to_owned))
        .collect();
    files.sort();
    let mut listed = RECORDINGS.to_vec();
    listed.sort_unstable();
    assert_eq!(files, listed);
}
