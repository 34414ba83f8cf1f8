//! The subcommands, run as programs: the cases in `tests/commands/*.jsonl`.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde::Deserialize;
use serde_json::Value;

/// One run of a subcommand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    why: String,
    arguments: Vec<String>,
    /// Code points up to U+00FF stand for bytes.
    stdin: Option<String>,
    stdin_json: Option<Value>,
    status: i32,
    /// What standard output holds, in this order.
    #[serde(default)]
    stdout: Vec<String>,
    /// What standard output does not hold.
    #[serde(default)]
    lacks: Vec<String>,
    /// What standard error holds, in this order; nothing where nothing is expected.
    #[serde(default)]
    stderr: Vec<String>,
}

impl Case {
    fn input(&self) -> Vec<u8> {
        match (&self.stdin, &self.stdin_json) {
            (Some(text), None) => text.chars().map(|char| u8::try_from(char).unwrap()).collect(),
            (None, Some(value)) => value.to_string().into_bytes(),
            (None, None) => Vec::new(),
            (Some(_), Some(_)) => panic!("{}: two inputs", self.name),
        }
    }

    fn failures(&self, output: &Output) -> Vec<String> {
        let stdout = String::from_utf8_lossy(&output.stdout);
        let stderr = String::from_utf8_lossy(&output.stderr);
        let mut failures = Vec::new();
        if output.status.code() != Some(self.status) {
            failures.push(format!("status {:?}, expected {}", output.status.code(), self.status));
        }
        failures.extend(missing("stdout", &stdout, &self.stdout));
        failures.extend(missing("stderr", &stderr, &self.stderr));
        if self.stderr.is_empty() && !stderr.is_empty() {
            failures.push(format!("stderr is not empty: {stderr}"));
        }
        let present = self.lacks.iter().filter(|text| stdout.contains(*text));
        failures.extend(present.map(|text| format!("stdout has {text:?} in it: {stdout}")));
        failures
    }
}

/// The first text that does not stand behind those before it.
fn missing(stream: &str, output: &str, expected: &[String]) -> Option<String> {
    let mut rest = output;
    for text in expected {
        match rest.split_once(text.as_str()) {
            Some((_, behind)) => rest = behind,
            None => return Some(format!("{stream} lacks {text:?} in its place: {output}")),
        }
    }
    None
}

/// The root of the repository, where its data lie.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn run(subcommand: &str, case: &Case) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_storable"))
        .arg(subcommand)
        .args(&case.arguments)
        .current_dir(ROOT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read its input may be gone by now.
    let _ = child.stdin.take().unwrap().write_all(&case.input());
    child.wait_with_output().unwrap()
}

#[track_caller]
fn run_all(subcommand: &str, cases: &str) {
    let path = format!("{}/tests/commands/{cases}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let mut failed = Vec::new();
    for (number, line) in std::fs::read_to_string(path).unwrap().lines().enumerate() {
        let case: Case = serde_json::from_str(line)
            .unwrap_or_else(|error| panic!("{cases}.jsonl:{}: {error}", number + 1));
        let failures = case.failures(&run(subcommand, &case));
        if !failures.is_empty() {
            failed.push(format!("{} ({})\n    {}", case.name, case.why, failures.join("\n    ")));
        }
    }
    assert!(failed.is_empty(), "{cases}: {} fail\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn decide() {
    run_all("decide", "decide");
}

#[test]
fn explain() {
    run_all("explain", "explain");
}

#[test]
fn advise() {
    run_all("advise", "advise");
}

#[test]
fn lint() {
    run_all("lint", "lint");
}

#[test]
fn switch() {
    run_all("switch", "switch");
}

#[test]
fn profiles() {
    run_all("profiles", "profiles");
}

#[test]
fn probe() {
    run_all("probe", "probe");
}

#[test]
fn unknowns() {
    run_all("unknowns", "unknowns");
}

/// What tools print and people copy: a case for each flavour.
#[test]
fn heads() {
    run_all("explain", "heads");
}

/// What browsers, proxies and test tools save: a case for each flavour.
#[test]
fn har() {
    run_all("switch", "har");
}

#[test]
fn proxy() {
    run_all("proxy", "proxy");
}

#[test]
fn matrix() {
    run_all("matrix", "matrix");
}

#[test]
fn completions() {
    run_all("completions", "completions");
}

/// Every member that `--json` prints stands in `docs/json.md`.
#[test]
fn what_is_printed_as_json_is_documented() {
    let page = std::fs::read_to_string(format!("{ROOT}/docs/json.md")).unwrap();
    let response = ["--response", "Cache-Control: max-age=60", "--json"];
    let shop = "tests/data/shop.har";
    for arguments in [
        [&["explain", "--profile", "cloudflare"][..], &response].concat(),
        [&["lint", "--on", "nginx", "--response", "Pragma: no-cache"][..], &response].concat(),
        vec!["advise", "--on", "nginx", "--cdn", "60", "--json"],
        vec!["switch", "--from", "caching-off", "--to", "mercari-2017", "--json", shop],
        vec!["unknowns", "--profile", "mercari-2017", "--json", shop],
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_storable"))
            .args(&arguments)
            .current_dir(ROOT)
            .output()
            .unwrap();
        let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut names = Vec::new();
        members(&printed, &mut names);
        assert!(names.len() > 2, "{arguments:?}");
        for name in names {
            assert!(page.contains(&format!("`{name}`")), "{arguments:?}: {name}");
        }
    }
}

fn members(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(members_of) => {
            for (name, value) in members_of {
                names.push(name.clone());
                members(value, names);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| members(value, names)),
        _ => {}
    }
}
