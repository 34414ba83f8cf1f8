//! What is kept beside a stored response: numbers, flags, the key of Vary.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

#[path = "support/heads.rs"]
mod heads;

use heads::{DATE, EARLIER, at, request, response, reuse_after, stored, stored_by, word};
use storable::life::on_error;
use storable::policy::RequestPolicy;
use storable::profile::{RequestRule, Treatment};
use storable::{AsRequest, Exchange, Profile};

const BOOK: &Profile = &Profile::RFC9111_SHARED;

fn control(control: &str) -> String {
    format!("Date: {DATE}\nCache-Control: {control}")
}

/// RFC 9111 §4.2.
#[test]
fn how_long_it_is_fresh() {
    for (directives, age, lifetime, seconds, fresh) in [
        ("max-age=60", 0, 60, 59, true),
        ("max-age=60", 0, 60, 60, false),
        ("max-age=60", 0, 60, 61, false),
        ("max-age=60", 50, 60, 9, true),
        ("max-age=60", 50, 60, 10, false),
        ("max-age=60, no-cache", 0, 60, 1, false),
        ("max-age=0, stale-while-revalidate=9", 0, 0, 1, false),
    ] {
        let lines = format!("{}\nAge: {age}", control(directives));
        let policy = stored(BOOK, "", 200, &lines).policy;
        assert_eq!(policy.lifetime(), lifetime, "{directives}");
        assert_eq!(policy.is_fresh(at(seconds)), fresh, "{directives}, {age} s, {seconds} s");
    }
}

/// RFC 9111 §4.2.3: the greater of what Date tells, and of Age with the delay of the response.
#[test]
fn how_old_it_is() {
    for (lines, age) in [
        (format!("Date: {DATE}"), 5),
        (format!("Date: {DATE}\nAge: 20"), 25),
        (format!("Date: {EARLIER}\nAge: 20"), 65),
        (format!("Date: {EARLIER}\nAge: 90"), 95),
    ] {
        let answer = response(200, &format!("{lines}\nCache-Control: max-age=600"));
        let request = request("GET", "");
        let exchange = Exchange::new(&request, &answer).requested_at(at(0)).received_at(at(5));
        let policy = exchange.judge(BOOK).stored_policy().unwrap();
        assert_eq!(policy.age(at(5)), age, "{lines}");
        assert_eq!(policy.age(at(8)), age + 3, "{lines}");
        assert_eq!(policy.received_at().seconds_since(policy.requested_at()), 5);
    }
}

/// RFC 9111 §4.2.4: what prohibits stale use does so whatever else a profile does with it.
#[test]
fn what_bars_stale_use() {
    const HEEDLESS: &Profile = &Profile::RFC9111_SHARED
        .with_no_cache(Treatment::Ignored)
        .with_no_cache_fields(Treatment::Ignored);
    const STRIPPING: &Profile = &Profile::RFC9111_SHARED.with_no_cache_fields(Treatment::Stripped);
    const PRIVATE: &Profile = &Profile::RFC9111_PRIVATE;
    for (profile, directives, barred) in [
        (BOOK, "max-age=60", false),
        (BOOK, "max-age=60, must-revalidate", true),
        (BOOK, "max-age=60, proxy-revalidate", true),
        (BOOK, "s-maxage=60", true),
        (PRIVATE, "max-age=60, must-revalidate", true),
        (PRIVATE, "max-age=60, proxy-revalidate", false),
        (PRIVATE, "max-age=60, s-maxage=60", false),
        (HEEDLESS, "max-age=60, no-cache", true),
        (HEEDLESS, "max-age=60, no-cache=\"x-a\"", true),
        (HEEDLESS, "max-age=60", false),
        // What is left was not named.
        (STRIPPING, "max-age=60, no-cache=\"x-a\"", false),
        (STRIPPING, "max-age=60, no-cache", true),
    ] {
        let entry = stored(profile, "", 200, &control(directives));
        let id = profile.id();
        assert_eq!(entry.policy.bars_stale_use(), barred, "{id} {directives}");
        let willing = request("GET", "Cache-Control: max-stale");
        let found = word(reuse_after(&entry, profile, &willing, 61));
        assert_eq!(found == "serve stale", !barred, "{id} {directives}: {found}");
    }
}

#[test]
fn whose_response_it_is() {
    let policy = stored(BOOK, "", 200, &control("max-age=60")).policy;
    // The same version of another cache.
    assert_eq!(BOOK.as_of(), Profile::RFC9111_PRIVATE.as_of());
    assert!(policy.is_of(BOOK));
    assert!(!policy.is_of(&Profile::RFC9111_PRIVATE));
}

/// RFC 9110 §9.3.2, RFC 9111 §4.3.5: what HEAD brought does not answer GET.
#[test]
fn which_stored_responses_take_each_others_place() {
    let location = "Content-Location: http://shop.example/a";
    let of = |method| {
        let lines = format!("{}\n{location}", control("max-age=60"));
        stored_by(method, BOOK, "", 200, &lines).policy
    };
    for (one, other, alike) in [
        ("GET", "GET", true),
        ("GET", "POST", true),
        ("PATCH", "GET", true),
        ("HEAD", "HEAD", true),
        ("HEAD", "GET", false),
        ("POST", "HEAD", false),
        ("QUERY", "GET", false),
    ] {
        assert_eq!(of(one).answers_alike(&of(other)), alike, "{one} {other}");
    }
}

#[test]
fn what_answers_which_method() {
    let location = "Content-Location: http://shop.example/a";
    for (first, second, expected) in [
        // RFC 9110 §9.3.3: POST with explicit freshness and its target in Content-Location.
        ("POST", "GET", "serve"),
        ("PATCH", "GET", "serve"),
        ("POST", "POST", "method"),
        // RFC 10008 §2.7: the content is in the key.
        ("QUERY", "QUERY", "serve"),
        ("QUERY", "GET", "method"),
        ("HEAD", "HEAD", "serve"),
        ("HEAD", "GET", "method"),
    ] {
        let lines = format!("{}\n{location}", control("max-age=60"));
        let entry = stored_by(first, BOOK, "", 200, &lines);
        let found = word(reuse_after(&entry, BOOK, &request(second, ""), 1));
        assert_eq!(found, expected, "{first} {second}");
    }
}

#[test]
fn whether_it_answered_a_credential() {
    for (request_lines, expected) in [("", false), ("Authorization: a", true), ("Cookie: a", false)]
    {
        let policy = stored(BOOK, request_lines, 200, &control("public, max-age=60")).policy;
        assert_eq!(policy.answered_authorization(), expected, "{request_lines}");
    }
}

/// Who sends a credential gets no more than the verdict grants.
#[test]
fn who_gets_it_with_a_credential() {
    const ATS: &Profile = &Profile::ATS_9;
    const HAPROXY: &Profile = &Profile::HAPROXY_2_6;
    let (tag, authorization) = ("\nETag: \"a\"", "Authorization: a");
    for (profile, directives, request_lines, expected) in [
        (BOOK, "max-age=60", authorization, "serve"),
        (BOOK, "max-age=60", "Cookie: a", "serve"),
        (HAPROXY, "max-age=60", authorization, "request"),
        (HAPROXY, "max-age=60", "Cookie: a", "serve"),
        // `Authorization::CheckedAtReuse`
        (ATS, "max-age=60", authorization, "miss"),
        (ATS, "max-age=60", "Cookie: a", "serve"),
        (ATS, "max-age=60", "", "serve"),
        (ATS, "max-age=60, public", authorization, "serve"),
        (ATS, "max-age=60, must-revalidate", authorization, "validate"),
        (ATS, "max-age=60, must-revalidate", "", "serve"),
        (ATS, "max-age=60, public, proxy-revalidate", authorization, "validate"),
    ] {
        let entry = stored(profile, "", 200, &(control(directives) + tag));
        let found = word(reuse_after(&entry, profile, &request("GET", request_lines), 1));
        assert_eq!(found, expected, "{} {directives} / {request_lines}", profile.id());
    }
}

/// nginx and httpd cut Vary at white space; what they compare is compared here.
#[test]
fn names_in_vary_that_only_white_space_separates() {
    let lines = format!("{}\nVary: X-A X-B\tX-C", control("max-age=60"));
    for profile in [&Profile::NGINX_1_22, &Profile::HTTPD_2_4] {
        let entry = stored(profile, "", 200, &lines);
        // For nginx a tab is a part of a name.
        let of_b = if profile == &Profile::HTTPD_2_4 { "vary-miss" } else { "serve" };
        for (request_lines, expected) in
            [("", "serve"), ("X-A: 1", "vary-miss"), ("X-B: 1", of_b), ("X-D: 1", "serve")]
        {
            let found = word(reuse_after(&entry, profile, &request("GET", request_lines), 1));
            assert_eq!(found, expected, "{} {request_lines}", profile.id());
        }
    }
    // By the RFC it is no list of names, and nothing matches.
    let entry = stored(BOOK, "", 200, &lines);
    assert_eq!(word(reuse_after(&entry, BOOK, &request("GET", ""), 1)), "vary-miss");
}

#[test]
fn fields_in_vary_that_a_cache_exempts() {
    let lines = format!("{}\nVary: Accept-Encoding, X-A", control("max-age=60"));
    for (profile, names) in
        [(BOOK, &["accept-encoding", "x-a"][..]), (&Profile::VARNISH_7, &["x-a"])]
    {
        let key = stored(profile, "Accept-Encoding: gzip\nX-A: 1", 200, &lines).vary;
        assert_eq!(key.names().collect::<Vec<_>>(), names, "{}", profile.id());
    }
}

/// What Netlify-Vary lists is kept of the request, and nothing else of its cookies counts.
#[test]
fn what_a_response_lists_of_its_request() {
    let first = "Cookie: sid=1; x=2\nX-Plan: a\nAccept-Language: en";
    for (listed, later, expected) in [
        ("header=X-Plan", "X-Plan: a", "serve"),
        ("header=X-Plan", "X-Plan: b", "vary-miss"),
        ("header=X-Plan", "", "vary-miss"),
        ("header=X-Plan|X-Other", "X-Plan: a\nX-Other: b", "vary-miss"),
        ("cookie=sid", "Cookie: y=9; sid=1", "serve"),
        ("cookie=sid", "Cookie: sid=2; x=2", "vary-miss"),
        ("cookie=x|sid", "Cookie: sid=1", "vary-miss"),
        ("language=en|de, cookie=sid", "Cookie: sid=1\nAccept-Language: en", "serve"),
        ("country=us", "", "serve"),
    ] {
        let lines = format!("{}\nNetlify-Vary: {listed}", control("public, max-age=60"));
        let entry = stored(&Profile::NETLIFY, first, 200, &lines);
        let found = word(reuse_after(&entry, &Profile::NETLIFY, &request("GET", later), 1));
        assert_eq!(found, expected, "{listed} / {later}");
    }
}

/// A request that bypasses the cache gets nothing out of it, and neither does one that matches
/// nothing that is stored.
#[test]
fn nothing_is_served_after_an_error_that_would_not_be_served_before() {
    const WARY: &Profile = &Profile::RFC9111_SHARED.with_request_no_store(RequestRule::Bypassed);
    for (profile, lines, request_lines, served) in [
        (BOOK, "", "", true),
        (BOOK, "", "Cache-Control: no-store", true),
        (WARY, "", "Cache-Control: no-store", false),
        (BOOK, "Vary: X-A", "X-A: 1", false),
        (BOOK, "", "Authorization: a", true),
        (&Profile::ATS_9, "", "", true),
        (&Profile::ATS_9, "", "Authorization: a", false),
    ] {
        let lines = format!("{}\n{lines}", control("max-age=1, stale-if-error=60"));
        let entry = stored(profile, "", 200, &lines);
        let request = request("GET", request_lines);
        let policy = RequestPolicy::read(request.as_request());
        let found = on_error(&policy, entry.stored(), profile, at(9));
        assert_eq!(found.is_some(), served, "{} {lines} / {request_lines}", profile.id());
    }
}
