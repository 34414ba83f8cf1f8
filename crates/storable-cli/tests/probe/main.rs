//! `storable probe` over sockets, against `storable proxy` and what can stand between.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::process::{Command, Output, Stdio};
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::Value;
use storable::profile::{Fact, Treatment};
use storable::{Axis, Profile, Site};

use support::{Authority, COMMAND, Proxy, counted, encrypted, free_address, one_of, stranger};

/// Questions that a second and some hundred requests settle.
const FEW: [&str; 2] = ["--only", "set-cookie,private,vary-fields,waiting-zero"];

fn probe(origin: &str, via: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(COMMAND);
    command.args(["probe", "--json", "--listen", origin, "--via", via]).args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What the probe says of a cache in a profile, with these further arguments.
fn measured(profile: &str, arguments: &[&str]) -> Output {
    let origin = free_address();
    let proxy = Proxy::start(profile, &origin);
    let via = format!("http://{}", proxy.address);
    probe(&origin, &via, &FEW).args(arguments).output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", error_of(output)))
}

fn error_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn finding<'a>(told: &'a Value, question: &str) -> &'a Value {
    let findings = told["findings"].as_array().unwrap();
    findings.iter().find(|finding| finding["question"] == question).unwrap()
}

/// The measurement found no fault with the profile, and was no empty one.
fn assert_agrees(output: &Output) {
    let told = json(output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert_eq!(told["departures"], Value::Array(Vec::new()));
    assert_eq!(told["contradicted"], Value::Array(Vec::new()));
    assert!(told["experiments"].as_u64().unwrap() > 10, "{told}");
}

#[test]
fn a_cache_agrees_with_its_own_profile() {
    for profile in ["rfc9111-shared", "fastly", "nginx-1.22"] {
        assert_agrees(&measured(profile, &["--base", profile]));
    }
}

#[test]
fn a_cache_departs_from_another_profile_and_the_status_says_so() {
    let output = measured("rfc9111-shared", &["--base", "fastly"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(!json(&output)["departures"].as_array().unwrap().is_empty());
}

/// A path that is not cached tells nothing of a cache.
#[test]
fn nothing_is_said_of_a_cache_that_stores_nothing() {
    let output = measured("caching-off", &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(error_of(&output).contains("this path is not cached at all"), "{}", error_of(&output));
}

/// What keeps the control experiment from being one is said, and nothing is measured.
#[test]
fn a_control_experiment_that_fails_ends_the_run() {
    let (origin, elsewhere) = (free_address(), free_address());
    let proxy = Proxy::start("rfc9111-shared", &elsewhere);
    for (via, says) in [
        (free_address(), "the cache gives no answer"),
        (stranger(&origin), "Something between the cache and the origin answers in its place"),
        // Last: it waits for a cache that may have given its origin up.
        (proxy.address.clone(), "the origin at 127.0.0.1"),
    ] {
        let output = probe(&origin, &format!("http://{via}"), &FEW).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{says}");
        assert!(error_of(&output).contains(says), "{}", error_of(&output));
        assert!(output.stdout.is_empty(), "{says}");
    }
}

/// Of an edge of several nodes with a store each nothing wrong is known: a hit proves, and misses count
/// where so many can hardly be chance.
#[test]
fn of_several_nodes_nothing_wrong_is_known() {
    let profile = "rfc9111-shared";
    let own = Profile::find(profile).unwrap().facts();
    let mut counted = Vec::new();
    for (nodes, repeat) in [(3, "3"), (2, "30")] {
        let origin = free_address();
        let caches: Vec<_> = (0..nodes).map(|_| Proxy::start(profile, &origin)).collect();
        let via = format!("http://{}", one_of(&caches));
        let only = "set-cookie,private,invalidation";
        let arguments = ["--only", only, "--base", profile, "--repeat", repeat];
        let told = json(&probe(&origin, &via, &arguments).output().unwrap());
        let what = format!("{nodes} nodes, --repeat {repeat}: {told}");
        assert!(told["control"]["hits"].as_u64() < told["control"]["tries"].as_u64(), "{what}");
        assert_eq!(told["departures"], Value::Array(Vec::new()), "{what}");
        assert_eq!(told["contradicted"], Value::Array(Vec::new()), "{what}");
        for finding in told["findings"].as_array().unwrap() {
            let question = finding["question"].as_str().unwrap();
            let axis = Axis::ALL.iter().find(|axis| axis.name() == question).unwrap();
            let left = finding["values"].as_array().cloned();
            let left = left.unwrap_or_else(|| vec![finding["value"].clone()]);
            let own = Value::from(own.answer(*axis).to_string());
            let has_own = *axis == Axis::Statuses || left.contains(&own);
            assert!(finding["state"] == "not-asked" || has_own, "{question}: {what}");
        }
        // Some hit proves that the cookie is stored, however many nodes there are.
        assert!(told["exposed"].to_string().contains("with Set-Cookie is stored"), "{what}");
        // A request that came before may have been another node's.
        assert_ne!(finding(&told, "invalidation")["state"], "known", "{what}");
        counted.push(told["experiments"].as_u64().unwrap());
    }
    // Three misses may be chance, thirty can hardly be.
    assert!(counted[0] < counted[1], "{counted:?}");
}

/// Ctrl-C ends the waiting, and what was seen by then is told and written.
#[cfg(unix)]
#[test]
fn an_interrupt_leaves_what_is_known() {
    let origin = free_address();
    let proxy = Proxy::start("rfc9111-shared", &origin);
    let (via, connections) = counted(&proxy);
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site.toml");
    // The last experiments on heuristic lifetimes wait for a minute.
    let only = format!("{},heuristic", FEW[1]);
    let arguments = ["--only", &only, "-o", site.to_str().unwrap()];
    let running = probe(&origin, &format!("http://{via}"), &arguments).spawn().unwrap();
    // Those that do not wait are over when nobody asks any more.
    let mut before = 0;
    loop {
        std::thread::sleep(Duration::from_secs(3));
        let now = connections.load(Ordering::Relaxed);
        if now > 0 && now == before {
            break;
        }
        before = now;
    }
    let interrupt = Command::new("kill").args(["-INT", &running.id().to_string()]).status();
    assert!(interrupt.unwrap().success());
    let output = running.wait_with_output().unwrap();
    let told = json(&output);
    assert_eq!(told["cut_short"], true, "{told}");
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert_eq!(finding(&told, "private")["state"], "alike", "{told}");
    assert_eq!(finding(&told, "heuristic")["state"], "open", "{told}");
    let said = error_of(&output);
    assert!(said.contains("Ctrl-C: "), "{said}");
    let text = std::fs::read_to_string(&site).unwrap();
    let site = Site::new(toml::from_str(&text).unwrap()).unwrap();
    let measured = site.profiles().first().unwrap().facts().private;
    assert_eq!(measured, Fact::Known(Treatment::NotStored), "{text}");
}

/// The name in the URL is asked for at the address that was given, in TLS with either protocol.
#[test]
fn one_place_of_a_name_is_asked_in_tls() {
    let origin = free_address();
    let authority = Authority::new();
    for protocol in [&b"http/1.1"[..], b"h2"] {
        let proxy = Proxy::start("rfc9111-shared", &origin);
        let address = encrypted(&proxy.address, &authority, "cache.example", protocol);
        let (_, port) = address.rsplit_once(':').unwrap();
        let via = format!("https://cache.example:{port}");
        let pop = ["--pop", "127.0.0.1", "--base", "rfc9111-shared"];
        let trusting = probe(&origin, &via, &FEW)
            .args(pop)
            .env("SSL_CERT_FILE", authority.file.path())
            .output()
            .unwrap();
        assert_agrees(&trusting);
        assert_eq!(json(&trusting)["site"], via);

        let wary =
            probe(&origin, &via, &FEW).args(pop).env_remove("SSL_CERT_FILE").output().unwrap();
        assert_eq!(wary.status.code(), Some(1));
        assert!(error_of(&wary).contains("the cache gives no answer"), "{}", error_of(&wary));
    }
}

/// What is not near is not asked without the word of its owner, nor is anything but a host.
#[test]
fn a_stranger_s_property_is_not_asked() {
    let origin = free_address();
    for (via, says) in [
        ("http://192.0.2.1", "say --i-own-this if the property is yours"),
        ("http://127.0.0.1:1/path", "a path in `http://127.0.0.1:1/path` would be ignored"),
        ("ftp://127.0.0.1", "is no http or https URL"),
    ] {
        let output = probe(&origin, via, &[]).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{via}");
        assert!(error_of(&output).contains(says), "{}", error_of(&output));
    }
}
