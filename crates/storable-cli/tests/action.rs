//! The action for GitHub, run as a build server would: its steps' values filled in, its script in a
//! shell.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

#[derive(Deserialize)]
struct Action {
    inputs: BTreeMap<String, Input>,
    runs: Runs,
}

#[derive(Deserialize)]
struct Input {
    #[serde(default)]
    required: bool,
    default: Option<String>,
}

#[derive(Deserialize)]
struct Runs {
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    uses: Option<String>,
    run: Option<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    #[serde(default)]
    with: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Workflow {
    jobs: BTreeMap<String, Runs>,
}

fn action() -> Action {
    let text = std::fs::read_to_string(format!("{ROOT}/action.yml")).unwrap();
    serde_yaml_ng::from_str(&text).unwrap()
}

/// The exit status of the action's last step with these inputs, and what it says in the run's
/// summary.
fn run(with: &[(&str, &str)]) -> (Option<i32>, String) {
    let action = action();
    let inputs = action.inputs.iter().map(|(name, input)| {
        let given = with.iter().find(|(given, _)| given == name).map(|(_, value)| *value);
        let value = given.or(input.default.as_deref());
        (name, value.unwrap_or_else(|| panic!("no value for {name}")))
    });
    let inputs: BTreeMap<_, _> = inputs.collect();
    let step = action.runs.steps.last().unwrap();
    let place = tempfile::tempdir().unwrap();
    let installed = place.path().join("storable/bin");
    std::fs::create_dir_all(&installed).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_storable"), installed.join("storable")).unwrap();
    let summary = place.path().join("summary.md");
    let mut shell = Command::new("bash");
    shell.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run.as_ref().unwrap()]);
    shell.current_dir(ROOT).env("RUNNER_TEMP", place.path()).env("GITHUB_STEP_SUMMARY", &summary);
    for (name, value) in &step.env {
        let input = value.strip_prefix("${{ inputs.").and_then(|rest| rest.strip_suffix(" }}"));
        let value = inputs.get(&input.unwrap().to_owned()).unwrap();
        let value =
            if name == "REPORT" { report(place.path(), value) } else { (*value).to_owned() };
        shell.env(name, value);
    }
    let status = shell.output().unwrap().status.code();
    assert!(Path::new(&report(place.path(), inputs.get(&"report".to_owned()).unwrap())).exists());
    (status, std::fs::read_to_string(summary).unwrap())
}

fn report(place: &Path, name: &str) -> String {
    place.join(name).to_str().unwrap().to_owned()
}

#[test]
fn a_build_stops_where_something_is_newly_exposed() {
    let recordings = ("recordings", "tests/data/shop.har\n\n");
    let (status, summary) = run(&[recordings, ("to", "mercari-2017")]);
    assert_eq!(status, Some(3));
    assert!(summary.contains("WOULD NEWLY GO TO OTHER USERS"), "{summary}");
    let (status, _) = run(&[recordings, ("from", "fastly"), ("to", "fastly")]);
    assert_eq!(status, Some(0));
}

#[test]
fn the_documented_workflow_gives_what_the_action_takes() {
    let page = std::fs::read_to_string(format!("{ROOT}/docs/in-a-build.md")).unwrap();
    let yaml = page.split_once("```yaml\n").unwrap().1.split_once("```").unwrap().0;
    let workflow: Workflow = serde_yaml_ng::from_str(yaml).unwrap();
    let steps = workflow.jobs.into_values().flat_map(|job| job.steps);
    let of_action =
        |step: &Step| step.uses.as_deref().is_some_and(|uses| uses.contains("/storable@"));
    let with = steps.into_iter().find(of_action).unwrap().with;
    let inputs = action().inputs;
    for name in with.keys() {
        assert!(inputs.contains_key(name), "{name}");
    }
    for (name, _) in inputs.iter().filter(|(_, input)| input.required) {
        assert!(with.contains_key(name), "{name}");
    }
}
