//! `storable probe` over sockets, against `storable proxy` and what can stand between.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::process::{Command, Output, Stdio};

use serde_json::Value;

use support::{Authority, COMMAND, Proxy, encrypted, free_address, stranger};

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
