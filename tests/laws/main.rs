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

#[path = "../support/cases.rs"]
mod cases;
#[path = "../reference/model/mod.rs"]
mod model;
#[path = "../reference/subject.rs"]
#[allow(dead_code)]
mod subject;
#[path = "../reference/wide.rs"]
mod wide;

use std::path::Path;
use std::time::SystemTime;

use cases::cases;
use storable_wire::{Line, WireExchange};

type Law = fn(&[u8]);

const LAWS: [(&str, Law); 6] = [
    ("dates", dates::check),
    ("directives", directives::check),
    ("later", later::check),
    ("reference", reference::check),
    ("restrictions", restrictions::check),
    ("total", total::check),
];

fn push_lines(text: &mut Vec<u8>, lines: &[Line]) {
    for (name, value) in lines.iter().map(Line::parts) {
        text.extend([name.as_bytes(), b": ", value, b"\n"].concat());
    }
}

/// The case as `message` reads it.
fn text(case: &WireExchange) -> Vec<u8> {
    let received = case.received_at().unwrap().map_or(String::new(), |at| {
        at.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs().to_string()
    });
    let (request, response) = (&case.request, &case.response);
    let mut text = format!("{} {} {received} 0\n", request.method, request.url).into_bytes();
    push_lines(&mut text, &request.headers);
    text.extend(format!("\n{}\n", response.status).into_bytes());
    push_lines(&mut text, &response.headers);
    text
}

/// Every case as text, and each header value on its own, with a clock before it and without.
fn inputs() -> Vec<Vec<u8>> {
    let mut inputs = Vec::new();
    for case in cases::<WireExchange>() {
        inputs.push(text(&case));
        for (_, value) in case.request.headers.iter().chain(&case.response.headers).map(Line::parts)
        {
            inputs.push([b"1790000000\n", value].concat());
            inputs.push(value.to_vec());
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
