//! Every requirement of the catalogue is shown by something, or it says why not.
//!
//! `tests/cases/catalogue.txt` lists the ids of the catalogue: a document, a section, a number. Each
//! stands in exactly one place: at the head of the id of a case in `rfc9111.jsonl`, in
//! `shown-elsewhere.json`, in `later-life.json` (what is still to come) or in `not-applicable.json`.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// Case files and tests that show a requirement: a file, and the id of a case or name of a test.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    id: String,
    by: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Excused {
    id: String,
    reason: String,
}

fn read(path: &str) -> String {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn excused(file: &str) -> Vec<Excused> {
    serde_json::from_str(&read(&format!("tests/cases/{file}"))).unwrap()
}

fn shown_elsewhere() -> Vec<Shown> {
    serde_json::from_str(&read("tests/cases/shown-elsewhere.json")).unwrap()
}

/// The ids of a case file.
fn case_ids(file: &str) -> Vec<String> {
    #[derive(Deserialize)]
    struct Case {
        id: String,
    }
    read(&format!("tests/cases/{file}"))
        .lines()
        .map(|line| serde_json::from_str::<Case>(line).unwrap().id)
        .collect()
}

#[test]
fn every_requirement_has_its_one_place() {
    let catalogue = read("tests/cases/catalogue.txt");
    let catalogue: Vec<&str> = catalogue.lines().collect();
    let known: BTreeSet<&str> = catalogue.iter().copied().collect();
    assert_eq!(known.len(), catalogue.len(), "an id stands twice in the catalogue");

    let by_case: BTreeSet<String> = case_ids("rfc9111.jsonl")
        .iter()
        .map(|id| id.trim_end_matches(|c: char| c.is_ascii_lowercase()).to_owned())
        .collect();
    let places = [
        ("cases", by_case.into_iter().collect::<Vec<_>>()),
        ("shown elsewhere", shown_elsewhere().into_iter().map(|shown| shown.id).collect()),
        ("later life", excused("later-life.json").into_iter().map(|row| row.id).collect()),
        ("not applicable", excused("not-applicable.json").into_iter().map(|row| row.id).collect()),
    ];
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (place, ids) in &places {
        println!("{place}: {}", ids.len());
        for id in ids {
            assert!(known.contains(id.as_str()), "{place}: the catalogue has no {id}");
            found.entry(id).or_default().push(place);
        }
    }
    for id in catalogue {
        let places = found.get(id).map_or(&[][..], Vec::as_slice);
        assert_eq!(places.len(), 1, "{id} stands in {places:?}");
    }
}

#[test]
fn what_shows_a_requirement_is_there() {
    let mut cases: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for Shown { id, by } in shown_elsewhere() {
        assert!(!by.is_empty(), "{id} is shown by nothing");
        for place in by {
            let (file, name) = place.split_once(' ').unwrap_or_else(|| panic!("{id}: {place}"));
            let there = if file.ends_with(".jsonl") {
                cases
                    .entry(file.to_owned())
                    .or_insert_with(|| case_ids(file).into_iter().collect())
                    .contains(name)
            } else {
                read(file).contains(&format!("fn {name}("))
            };
            assert!(there, "{id} is shown by {place}, which is not there");
        }
    }
}

#[test]
fn every_excuse_has_a_reason() {
    for file in ["later-life.json", "not-applicable.json"] {
        for Excused { id, reason } in excused(file) {
            assert!(!reason.trim().is_empty(), "{file}: {id} has no reason");
        }
    }
}
