//! What the assertions for handlers' tests say where they fail.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use http::{Request, Response};
use storable::Profile;
use storable::testing::{assert_fresh_for, assert_never_shared, assert_not_known_shared, group};

fn page(control: &str) -> (Request<()>, Response<()>) {
    let request = Request::get("https://shop.example/account").header("Cookie", "sid=alice");
    let response = Response::builder().header("Cache-Control", control);
    (request.body(()).unwrap(), response.body(()).unwrap())
}

/// What an assertion says where it fails.
fn failure(assertion: impl FnOnce()) -> Option<String> {
    let panic = catch_unwind(AssertUnwindSafe(assertion)).err()?;
    Some(panic.downcast_ref::<String>().cloned().unwrap_or_else(|| {
        panic.downcast_ref::<&str>().map_or_else(String::new, |text| (*text).to_owned())
    }))
}

#[test]
fn what_is_shared_fails_with_rule_source_and_remedy() {
    let (request, response) = page("max-age=60");
    let says = failure(|| assert_never_shared(&request, &response, group("fastly"))).unwrap();
    for part in [
        "other users may get this response from",
        "Fastly",
        "OTHER USERS GET IT",
        "waiting-fresh",
        "seen 20",
        "add `Cache-Control: private`",
    ] {
        assert!(says.contains(part), "`{part}` is not in:\n{says}");
    }
    assert!(failure(|| assert_not_known_shared(&request, &response, group("fastly"))).is_some());
    let (request, response) = page("private, no-store");
    assert_eq!(failure(|| assert_never_shared(&request, &response, group("fastly"))), None);
}

/// What nobody knows fails the one and passes the other.
#[test]
fn what_is_unknown() {
    let request = Request::get("https://shop.example/account").body(()).unwrap();
    let response = Response::builder().header("Cache-Control", "max-age=60");
    let response = response.header("Set-Cookie", "sid=alice").body(()).unwrap();
    let by = [&Profile::MERCARI_2017];
    assert!(failure(|| assert_never_shared(&request, &response, by)).is_some());
    assert_eq!(failure(|| assert_not_known_shared(&request, &response, by)), None);
}

#[test]
fn no_caches_are_no_success() {
    let (request, response) = page("private, no-store");
    for vendor in ["", "fast", "fastly-"] {
        let says = failure(|| assert_never_shared(&request, &response, group(vendor)));
        assert!(says.is_some_and(|says| says.contains("nothing was asserted")), "`{vendor}`");
    }
}

#[test]
fn lifetimes() {
    let seconds = Duration::from_secs;
    for (control, bounds, says) in [
        ("max-age=60", 60..=60, None),
        ("max-age=60", 0..=3600, None),
        (
            "max-age=60",
            61..=3600,
            Some("it is fresh for 60 s, and was to be fresh for 61s to 3600s"),
        ),
        ("max-age=60", 0..=59, Some("it is fresh for 60 s, and was to be fresh for 0ns to 59s")),
        ("no-store", 0..=59, Some("it is not stored")),
    ] {
        let (request, response) = page(control);
        let bounds = seconds(*bounds.start())..=seconds(*bounds.end());
        let assertion =
            || assert_fresh_for(&request, &response, &Profile::RFC9111_SHARED, bounds.clone());
        let failed = failure(assertion);
        assert_eq!(failed.is_some(), says.is_some(), "{control} {bounds:?}");
        let said = failed.unwrap_or_default();
        assert!(said.starts_with(says.unwrap_or_default()), "{said}");
    }
}
