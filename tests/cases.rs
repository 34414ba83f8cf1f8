//! The cases in `tests/cases/*.jsonl`: one line, one named case, and its expected answers.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

#[path = "support/expected.rs"]
mod expected;
#[path = "support/profiles.rs"]
mod profiles;

use std::collections::BTreeSet;

use expected::Expected;
use profiles::profile;
use serde::Deserialize;
use storable::policy::Method;
use storable::{Direction, Profile, RuleEffect};
use storable_wire::WireExchange;

#[derive(Deserialize)]
struct Case {
    id: String,
    why: String,
    /// `L`: the naive reading of this input leaks.
    #[serde(default)]
    risk: String,
    profile: String,
    #[serde(flatten)]
    exchange: WireExchange,
    expect: Expected,
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
    case.exchange.judge(profile(&case.profile), |judged| case.expect.failures(&judged)).unwrap()
}

/// The names of the case files.
fn files() -> Vec<String> {
    let folder = format!("{}/tests/cases", env!("CARGO_MANIFEST_DIR"));
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut files: Vec<String> = names
        .map(|name| name.into_string().unwrap())
        .filter(|name| name.ends_with(".jsonl"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_case_has_the_expected_answers() {
    let files = files();
    let (mut ids, mut failed) = (BTreeSet::new(), Vec::new());
    for file in &files {
        for case in cases(file) {
            assert!(ids.insert((file, case.id.clone())), "{file}: {} stands twice", case.id);
            let failures = failures(&case).join("\n    ");
            if !failures.is_empty() {
                failed.push(format!("{file}: {} ({})\n    {failures}", case.id, case.why));
            }
        }
    }
    println!("{} cases in {} files", ids.len(), files.len());
    assert!(
        failed.is_empty(),
        "{} of {} cases fail\n{}",
        failed.len(),
        ids.len(),
        failed.join("\n")
    );
    assert!(ids.len() > 600, "only {} cases were found", ids.len());
}

/// Other spellings of the same Cache-Control lines: letter case, unknown neighbours, empty members.
/// None of them changes a verdict by RFC 9111.
const SPELLINGS: [fn(&str) -> String; 4] = [
    |line| line.to_ascii_uppercase(),
    |line| format!("x-ext=1, {line}"),
    |line| format!(",, {line}"),
    |line| format!("x-ext=\"private, no-store\",\t{line}"),
];

/// Cases that leak when they are read naively share no more in any other spelling.
#[test]
fn no_spelling_of_a_trap_shares_more() {
    let mut tried = 0;
    for mut case in cases("traps.jsonl").into_iter().filter(|case| case.risk == "L") {
        let before = shares(&case);
        let lines = case.exchange.response.headers.clone();
        for respell in SPELLINGS {
            case.exchange.response.headers =
                lines.iter().map(|line| line.respelled(respell)).collect();
            let after = shares(&case);
            assert!(before.0 || !after.0, "{}: {} is stored", case.id, case.why);
            assert!(before.1 || !after.1, "{}: {} is shared", case.id, case.why);
            tried += 1;
        }
    }
    assert!(tried > 400, "only {tried} spellings were tried");
}

/// Whether the response is stored, and whether another user may get it.
fn shares(case: &Case) -> (bool, bool) {
    case.exchange
        .judge(profile(&case.profile), |judged| {
            (judged.verdict.storage() == storable::Storage::Stored, judged.verdict.may_share())
        })
        .unwrap()
}

/// §2: caching is optional, so to store nothing is never more than the RFC allows.
#[test]
fn storing_nothing_is_never_beyond_the_rfc() {
    let mut tried = 0;
    for case in files().iter().flat_map(|file| cases(file)) {
        let beyond = case.exchange.judge(&Profile::CACHING_OFF, |judged| {
            assert!(!judged.verdict.may_share(), "{}", case.id);
            judged
                .verdict
                .deviations()
                .into_iter()
                .any(|found| found.direction == Direction::Beyond)
        });
        assert!(!beyond.unwrap(), "{}", case.id);
        tried += 1;
    }
    assert!(tried > 600, "only {tried} cases were tried");
}

/// Where an answer is unknown, the verdict says what is not known: a question, or the clock.
#[test]
fn every_unknown_names_what_is_not_known() {
    let (mut unknown, mut nameless) = (0, Vec::new());
    for file in files() {
        for case in cases(&file) {
            for profile in Profile::ALL {
                let judged = case.exchange.judge(profile, |judged| {
                    let verdict = &judged.verdict;
                    let answers = verdict.answers();
                    let open = answers.storage == storable::Storage::Unknown
                        || answers.fresh_for == storable::FreshFor::Unknown
                        || answers.same_request == storable::Answer::Unknown
                        || answers.other_user == storable::Answer::Unknown
                        || answers.waiting_user == storable::Waiting::Unknown;
                    // What a QUERY asks is in its content, and no head tells that.
                    let named = verdict.request_policy().method == Method::Query
                        || !verdict.open_questions().is_empty()
                        || verdict.reasons().any(|reason| {
                            matches!(
                                reason.effect,
                                RuleEffect::Unknown
                                    | RuleEffect::NeverReused
                                    | RuleEffect::Configured
                            )
                        });
                    (open, named)
                });
                let (open, named) = judged.unwrap();
                unknown += usize::from(open);
                if open && !named {
                    nameless.push(format!("{file}: {} under {}", case.id, profile.id()));
                }
            }
        }
    }
    assert!(nameless.is_empty(), "{} of {unknown}\n{}", nameless.len(), nameless.join("\n"));
    assert!(unknown > 1000, "only {unknown} answers were unknown");
}
