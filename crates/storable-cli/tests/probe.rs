//! `storable probe` against `storable proxy`: over sockets, the cache that a profile is of shows that
//! profile.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// An address that was free a moment ago.
fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// A cache in a profile, ended with its owner.
struct Proxy {
    child: Child,
    address: String,
}

impl Proxy {
    fn start(profile: &str, origin: &str) -> Self {
        let address = free_address();
        let mut child = Command::new(env!("CARGO_BIN_EXE_storable"))
            .args(["proxy", "--listen", &address, "--profile", profile])
            .args(["--origin", &format!("http://{origin}")])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // It says that it listens, and goes on saying things.
        let mut said = BufReader::new(child.stderr.take().unwrap());
        said.read_line(&mut String::new()).unwrap();
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Self { child, address }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// What the probe says of a cache in a profile, with these further arguments.
fn probe(profile: &str, arguments: &[&str]) -> Output {
    let origin = free_address();
    let proxy = Proxy::start(profile, &origin);
    Command::new(env!("CARGO_BIN_EXE_storable"))
        .args(["probe", "--listen", &origin, "--via", &format!("http://{}", proxy.address)])
        .args(["--json", "--only", "set-cookie,private,vary-fields,waiting-zero"])
        .args(arguments)
        .output()
        .unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn a_cache_agrees_with_its_own_profile() {
    for profile in ["rfc9111-shared", "fastly", "nginx-1.22"] {
        let output = probe(profile, &["--base", profile]);
        let told = json(&output);
        assert_eq!(output.status.code(), Some(0), "{profile}: {told}");
        assert_eq!(told["departures"], Value::Array(Vec::new()), "{profile}");
        assert_eq!(told["contradicted"], Value::Array(Vec::new()), "{profile}");
        assert!(told["experiments"].as_u64().unwrap() > 10, "{profile}: {told}");
    }
}

#[test]
fn a_cache_departs_from_another_profile_and_the_status_says_so() {
    let output = probe("rfc9111-shared", &["--base", "fastly"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(!json(&output)["departures"].as_array().unwrap().is_empty());
}

/// A path that is not cached tells nothing of a cache.
#[test]
fn nothing_is_said_of_a_cache_that_stores_nothing() {
    let output = probe("caching-off", &[]);
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(error.contains("this path is not cached at all"), "{error}");
}
