//! The cases in `tests/cases/*.jsonl`: one line, one named case, and its expected answers.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

#[path = "../examples/support/wire.rs"]
#[allow(dead_code)]
mod wire;

use serde::Deserialize;
use storable::{FreshFor, Profile, profile::ControlField};
use wire::WireExchange;

#[derive(Deserialize)]
struct Case {
    id: String,
    why: String,
    profile: String,
    #[serde(flatten)]
    exchange: WireExchange,
    expect: Expected,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    storage: Option<String>,
    #[serde(default, deserialize_with = "present")]
    fresh_for: Option<serde_json::Value>,
    same_request: Option<String>,
    other_user: Option<String>,
    waiting_user: Option<String>,
    rule: Option<String>,
}

/// Tells `null` (not stored) from a member that is not there.
fn present<'de, D: serde::Deserializer<'de>>(
    from: D,
) -> Result<Option<serde_json::Value>, D::Error> {
    serde_json::Value::deserialize(from).map(Some)
}

const CDN: Profile =
    Profile::RFC9111_SHARED.with_control_fields(&[ControlField::Targeted("cdn-cache-control")]);
const A_AND_CDN: Profile = Profile::RFC9111_SHARED.with_control_fields(&[
    ControlField::Targeted("a-cache-control"),
    ControlField::Targeted("cdn-cache-control"),
]);

fn profile(id: &str) -> &'static Profile {
    match id {
        "rfc9111-shared+cdn" => &CDN,
        "rfc9111-shared+a+cdn" => &A_AND_CDN,
        id => Profile::find(id).unwrap_or_else(|| panic!("no profile has the id {id}")),
    }
}

fn cases(file: &str) -> Vec<Case> {
    let path = format!("{}/tests/cases/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap();
    text.lines()
        .enumerate()
        .map(|(number, line)| {
            serde_json::from_str(line)
                .unwrap_or_else(|error| panic!("{file}:{}: {error}", number + 1))
        })
        .collect()
}

/// Every answer that differs from what the case expects.
fn failures(case: &Case) -> Vec<String> {
    let expect = &case.expect;
    case.exchange
        .judge(profile(&case.profile), |judged| {
            let verdict = &judged.verdict;
            let fresh_for = match verdict.fresh_for() {
                FreshFor::Seconds(seconds) => seconds.into(),
                FreshFor::NotStored => serde_json::Value::Null,
                FreshFor::Unknown => "unknown".into(),
            };
            let mut failures = Vec::new();
            let mut check = |name: &str, expected: Option<String>, actual: String| {
                if let Some(expected) = expected.filter(|expected| *expected != actual) {
                    failures.push(format!("{name}: expected {expected}, got {actual}"));
                }
            };
            check("storage", expect.storage.clone(), verdict.storage().name().to_owned());
            check(
                "fresh_for",
                expect.fresh_for.as_ref().map(ToString::to_string),
                fresh_for.to_string(),
            );
            check(
                "same_request",
                expect.same_request.clone(),
                verdict.same_request().name().to_owned(),
            );
            check("other_user", expect.other_user.clone(), judged.other_user.name().to_owned());
            check(
                "waiting_user",
                expect.waiting_user.clone(),
                judged.waiting_user.name().to_owned(),
            );
            check("rule", expect.rule.clone(), verdict.headline().code().to_owned());
            failures
        })
        .unwrap()
}

#[track_caller]
fn run(file: &str) {
    let cases = cases(file);
    let mut ids: Vec<_> = cases.iter().map(|case| &case.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), cases.len(), "{file}: an id stands twice");
    let failed: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let failures = failures(case);
            (!failures.is_empty())
                .then(|| format!("{} ({})\n    {}", case.id, case.why, failures.join("\n    ")))
        })
        .collect();
    assert!(
        failed.is_empty(),
        "{file}: {} of {} cases fail\n{}",
        failed.len(),
        cases.len(),
        failed.join("\n")
    );
}

#[test]
fn traps() {
    run("traps.jsonl");
}

#[test]
fn rfc9111() {
    run("rfc9111.jsonl");
}

#[test]
fn fastly() {
    run("fastly.jsonl");
}

#[test]
fn haproxy() {
    run("haproxy.jsonl");
}

#[test]
fn httpd() {
    run("httpd.jsonl");
}
