//! How a later request is answered at the instant of receipt, by what it wants (RFC 9111 §4, §5.2.1).

#![allow(missing_docs)]

#[path = "support/lines.rs"]
mod lines;

use lines::bytes;
use storable::profile::{Authorization, Methods, RequestRule};
use storable::{Answer, Exchange, HeaderLines, Profile, RequestHead, ResponseHead};

const SHARED: Profile = Profile::RFC9111_SHARED;
const PRIVATE: Profile = Profile::RFC9111_PRIVATE;

type Lines<'a> = &'a [(&'a str, &'a str)];

/// The answer to a later request with these lines, where one with the first lines got the response.
fn answer(
    profile: &Profile,
    (method, first): (&str, Lines<'_>),
    (status, response): (u16, Lines<'_>),
    (later_method, later): (&str, Lines<'_>),
) -> Answer {
    let [first, response, later] = [first, response, later].map(bytes);
    let request = |method, lines| RequestHead::new(method, "/x", HeaderLines::from_pairs(lines));
    let (first, later) = (request(method, &first), request(later_method, &later));
    let response = ResponseHead::new(status, HeaderLines::from_pairs(&response));
    Exchange::new(&first, &response).judge(profile).for_other(&later)
}

/// A response that is 20 s over its lifetime of 10 s, with more in Cache-Control.
fn stale(profile: &Profile, more: &str, wish: &str) -> Answer {
    let control = format!("max-age=10{more}");
    let response = [("cache-control", &*control), ("age", "30")];
    answer(profile, ("GET", &[]), (200, &response), ("GET", &[("cache-control", wish)]))
}

/// §5.2.1.2: max-stale.
#[test]
fn a_request_takes_what_is_stale() {
    for (wish, expected) in [
        ("x", Answer::Miss),
        ("max-stale", Answer::Hit),
        ("max-stale=20", Answer::Hit),
        ("max-stale=19", Answer::Miss),
        ("max-stale=x", Answer::Miss),
        ("max-stale=20, max-age=30", Answer::Hit),
        ("max-stale=20, max-age=29", Answer::Miss),
        ("max-stale=20, max-age=x", Answer::Miss),
        ("max-stale=20, min-fresh=0", Answer::Miss),
        ("max-stale=20, no-cache", Answer::Miss),
    ] {
        assert_eq!(stale(&SHARED, "", wish), expected, "{wish}");
    }
    for (bar, shared, private) in [
        (", must-revalidate", Answer::Miss, Answer::Miss),
        (", proxy-revalidate", Answer::Miss, Answer::Hit),
        (", s-maxage=10", Answer::Miss, Answer::Hit),
        (", no-cache", Answer::Miss, Answer::Miss),
    ] {
        assert_eq!(stale(&SHARED, bar, "max-stale"), shared, "{bar}");
        assert_eq!(stale(&PRIVATE, bar, "max-stale"), private, "{bar}");
    }
    let deaf = SHARED.with_request_no_cache(RequestRule::Ignored);
    assert_eq!(stale(&deaf, "", "max-stale"), Answer::Miss);
}

/// RFC 5861 §3, and the requests that want nothing stale.
#[test]
fn stale_while_it_is_revalidated() {
    let profile = SHARED.with_stale_while_revalidate(storable::profile::StaleWindow::UnlessBarred);
    for (window, wish, expected) in [
        (21, "x", Answer::Hit),
        (20, "x", Answer::Miss),
        (21, "max-age=100", Answer::Miss),
        (21, "max-age=100, max-stale=0", Answer::Hit),
        (21, "max-age=29, max-stale=0", Answer::Miss),
        (21, "min-fresh=0", Answer::Miss),
        (21, "no-cache", Answer::Miss),
    ] {
        let more = format!(", stale-while-revalidate={window}");
        assert_eq!(stale(&profile, &more, wish), expected, "{window} {wish}");
    }
}

/// §5.2.1.1 max-age, §5.2.1.3 min-fresh, §5.2.1.4 no-cache; what has 50 of 60 s left.
#[test]
fn a_request_wants_it_fresh() {
    let deaf = SHARED.with_request_no_cache(RequestRule::Ignored);
    for (wish, expected) in [
        ("max-age=10", Answer::Hit),
        ("max-age=9", Answer::Miss),
        ("max-age=x", Answer::Miss),
        ("min-fresh=50", Answer::Hit),
        ("min-fresh=51", Answer::Miss),
        ("min-fresh=x", Answer::Miss),
        ("no-cache", Answer::Miss),
        ("no-store", Answer::Hit),
        ("only-if-cached", Answer::Hit),
    ] {
        let response = (200, &[("cache-control", "max-age=60"), ("age", "10")][..]);
        let later = [("cache-control", wish)];
        let told = |profile| answer(profile, ("GET", &[]), response, ("GET", &later));
        assert_eq!(told(&SHARED), expected, "{wish}");
        assert_eq!(told(&deaf), Answer::Hit, "{wish}");
        let closed = told(&SHARED.with_request_no_store(RequestRule::Bypassed));
        assert_eq!(closed, if wish == "no-store" { Answer::Miss } else { expected }, "{wish}");
    }
}

/// §4.3.1: with a validator the origin is asked with a condition.
#[test]
fn validation() {
    use storable::profile::Validation::{AlwaysConditional, ByDate, Conditional, Plain};
    let etag = ("etag", "\"a\"");
    let modified = ("last-modified", "Mon, 19 Oct 2026 12:00:00 GMT");
    for (rule, validators, expected) in [
        (Conditional, &[][..], Answer::Miss),
        (Conditional, &[etag], Answer::Validated),
        (Conditional, &[modified], Answer::Validated),
        (Plain, &[etag], Answer::Miss),
        (ByDate, &[etag], Answer::Miss),
        (ByDate, &[modified], Answer::Validated),
        (AlwaysConditional, &[], Answer::Validated),
    ] {
        let lines = [&[("cache-control", "no-cache")][..], validators].concat();
        let profile = SHARED.with_validation(rule);
        let told = answer(&profile, ("GET", &[]), (200, &lines), ("GET", &[]));
        assert_eq!(told, expected, "{rule:?} {validators:?}");
    }
}

/// §4, item 2; RFC 9110 §9.3.
#[test]
fn methods() {
    let open = (200, &[("cache-control", "max-age=60"), ("content-location", "/x")][..]);
    for (first, later, expected) in [
        ("GET", "GET", Answer::Hit),
        ("GET", "HEAD", Answer::Hit),
        ("GET", "POST", Answer::Miss),
        ("POST", "GET", Answer::Hit),
        ("POST", "HEAD", Answer::Hit),
        ("POST", "POST", Answer::Miss),
        ("PATCH", "GET", Answer::Hit),
        ("HEAD", "GET", Answer::Miss),
        ("HEAD", "HEAD", Answer::Hit),
        ("QUERY", "QUERY", Answer::Unknown),
        ("QUERY", "GET", Answer::Miss),
        ("PUT", "GET", Answer::Miss),
    ] {
        assert_eq!(answer(&SHARED, (first, &[]), open, (later, &[])), expected, "{first} {later}");
    }
    let only_get = SHARED.with_methods(Methods::Only(&["GET"]));
    assert_eq!(answer(&only_get, ("GET", &[]), open, ("HEAD", &[])), Answer::Miss);
    let none = SHARED.with_methods(Methods::None);
    assert_eq!(answer(&none, ("GET", &[]), open, ("GET", &[])), Answer::Miss);
}

/// §3.3: a part answers a request for that part.
#[test]
fn parts() {
    let part = (206, &[("cache-control", "max-age=60"), ("content-range", "bytes 0-4/9")][..]);
    let first = ("GET", &[("range", "bytes=0-4")][..]);
    for (later, expected) in [
        (&[("range", "bytes=0-4")][..], Answer::Hit),
        (&[("range", "bytes=1-4")], Answer::Hit),
        (&[("range", "bytes=1-5")], Answer::Miss),
        (&[], Answer::Miss),
    ] {
        assert_eq!(answer(&SHARED, first, part, ("GET", later)), expected, "{later:?}");
    }
}

/// §3.5 where the later request is looked at; and what bypasses.
#[test]
fn credentials() {
    let with = |rule, control| {
        let later = [("authorization", "Basic x")];
        let response = [("cache-control", control), ("etag", "\"a\"")];
        let profile = SHARED.with_authorization(rule);
        answer(&profile, ("GET", &[]), (200, &response), ("GET", &later))
    };
    let checked = Authorization::CheckedAtReuse;
    assert_eq!(with(checked, "max-age=60"), Answer::Miss);
    assert_eq!(with(checked, "max-age=60, public"), Answer::Hit);
    assert_eq!(with(checked, "max-age=60, must-revalidate"), Answer::Validated);
    assert_eq!(with(checked, "max-age=60, proxy-revalidate"), Answer::Validated);
    assert_eq!(with(Authorization::Bypassed, "max-age=60, public"), Answer::Miss);
    assert_eq!(with(Authorization::Ignored, "max-age=60"), Answer::Hit);
    assert_eq!(with(Authorization::NeedsPermission(&[]), "max-age=60"), Answer::Hit);
}

/// A request that waits, and wants no stored answer (§5.2.1.4).
#[test]
fn who_waits_may_want_validation() {
    let deaf = SHARED.with_request_no_cache(RequestRule::Ignored);
    let lines = [("cache-control", &b"max-age=60"[..])];
    let wish = [("cache-control", &b"no-cache"[..])];
    let first = RequestHead::new("GET", "/x", HeaderLines::from_pairs(&[]));
    let follower = RequestHead::new("GET", "/x", HeaderLines::from_pairs(&wish));
    let response = ResponseHead::new(200, HeaderLines::from_pairs(&lines));
    for (profile, follower, code) in [
        (&SHARED, first, "waiting-fresh"),
        (&SHARED, follower, "waiting-no-cache"),
        (&deaf, follower, "waiting-fresh"),
    ] {
        let verdict = Exchange::new(&first, &response).judge(profile);
        assert_eq!(verdict.why_waiting(&follower, 1).code(), code);
    }
}
