//! The laws that `fuzz/` tries on arbitrary input, here on every case and on all input that was
//! found to break one: `tests/fuzz-found/<law>/`.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]
#![allow(clippy::as_conversions, clippy::indexing_slicing)]

mod dates;
mod directives;
mod later;
mod message;
mod reference;
mod restrictions;
mod total;

#[path = "../reference/model/mod.rs"]
mod model;
#[path = "../reference/subject.rs"]
#[allow(dead_code)]
mod subject;
#[path = "../reference/wide.rs"]
mod wide;

use std::path::Path;

use serde::Deserialize;

type Law = fn(&[u8]);

const LAWS: [(&str, Law); 6] = [
    ("dates", dates::check),
    ("directives", directives::check),
    ("later", later::check),
    ("reference", reference::check),
    ("restrictions", restrictions::check),
    ("total", total::check),
];

#[derive(Deserialize)]
struct Case {
    request: Request,
    response: Response,
    received_at: Option<String>,
}

#[derive(Deserialize)]
struct Request {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Response {
    status: u16,
    headers: Vec<(String, String)>,
}

/// Text whose characters stand for bytes.
fn push(text: &mut Vec<u8>, value: &str) {
    text.extend(value.chars().map(|char| u8::try_from(char).unwrap_or(b'?')));
}

fn push_lines(text: &mut Vec<u8>, lines: &[(String, String)]) {
    for (name, value) in lines {
        push(text, &format!("{name}: {value}\n"));
    }
}

impl Case {
    /// The case as `message` reads it.
    fn text(&self) -> Vec<u8> {
        let received = self.received_at.as_deref().map(seconds).unwrap_or_default();
        let Request { method, url, headers } = &self.request;
        let mut text = Vec::new();
        push(&mut text, &format!("{method} {url} {received} 0\n"));
        push_lines(&mut text, headers);
        push(&mut text, &format!("\n{}\n", self.response.status));
        push_lines(&mut text, &self.response.headers);
        text
    }
}

fn seconds(date: &str) -> String {
    let at = httpdate::parse_http_date(date).unwrap();
    at.duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap().as_secs().to_string()
}

/// Every case as text, and each header value on its own, with a clock before it and without.
fn inputs() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut inputs = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "jsonl") {
            continue;
        }
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let case: Case = serde_json::from_str(line).unwrap();
            inputs.push(case.text());
            for (_, value) in case.request.headers.iter().chain(&case.response.headers) {
                let mut bytes = Vec::new();
                push(&mut bytes, value);
                inputs.push([b"1790000000\n", bytes.as_slice()].concat());
                inputs.push(bytes);
            }
        }
    }
    inputs.sort();
    inputs.dedup();
    inputs
}

#[test]
fn the_cases_keep_every_law() {
    let inputs = inputs();
    assert!(inputs.len() > 1500, "only {} inputs", inputs.len());
    // Each law takes every third input, another third than its neighbours: all of them is much.
    for (place, (law, check)) in LAWS.into_iter().enumerate() {
        for input in inputs.iter().skip(place % 3).step_by(3) {
            keeps(law, check, input, "one of the cases");
        }
    }
}

/// Runs a law and says which input breaks it.
fn keeps(law: &str, check: Law, input: &[u8], name: &str) {
    let kept = std::panic::catch_unwind(|| check(input));
    assert!(kept.is_ok(), "{name} breaks the law of {law}:\n{}", input.escape_ascii());
}

#[test]
fn what_was_found_stays_mended() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz-found");
    let mut replayed = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if !entry.file_type().unwrap().is_dir() {
            continue;
        }
        let name = entry.file_name().into_string().unwrap();
        let law = LAWS.iter().find(|(law, _)| *law == name);
        let (law, check) = law.unwrap_or_else(|| panic!("no law is called {name}"));
        for input in std::fs::read_dir(entry.path()).unwrap() {
            let path = input.unwrap().path();
            keeps(law, *check, &std::fs::read(&path).unwrap(), &path.display().to_string());
            replayed += 1;
        }
    }
    assert!(replayed > 0, "nothing was replayed");
}
