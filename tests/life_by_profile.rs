//! What real caches do differently in the later life of a stored response, axis by axis.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing
)]

#[path = "support/heads.rs"]
mod heads;

use heads::{DATE, EARLIER, at, request, response, reuse_after, word};
use storable::life::{
    AfterHead, Condition, Forwarded, Reply, Reuse, ToStore, Validated, after_head,
    fields_to_forward, instead_of, invalidated_by, method_to_forward, on_error, reply,
    while_renewed,
};
use storable::policy::RequestPolicy;
use storable::{AsRequest, Exchange, Profile};

const BOOK: &Profile = &Profile::RFC9111_SHARED;
const NGINX: &Profile = &Profile::NGINX_1_22;
const VARNISH: &Profile = &Profile::VARNISH_7;
const SQUID: &Profile = &Profile::SQUID_5;
const ATS: &Profile = &Profile::ATS_9;
const HTTPD: &Profile = &Profile::HTTPD_2_4;
const HAPROXY: &Profile = &Profile::HAPROXY_2_6;
const FASTLY: &Profile = &Profile::FASTLY;
/// Where nothing is known of these axes it is as the RFC has it.
const UNTOLD: &Profile = &Profile::PINGORA;

fn stored(profile: &Profile, request_lines: &str, lines: &str) -> ToStore {
    heads::stored(profile, request_lines, 200, &format!("Date: {DATE}\n{lines}"))
}

fn reuse(profile: &Profile, entry: &ToStore, lines: &str, seconds: u64) -> Reuse {
    reuse_after(entry, profile, &request("GET", lines), seconds)
}

#[test]
fn what_unsafe_requests_invalidate() {
    for (profile, method, status, count) in [
        (BOOK, "POST", 201, 2),
        (BOOK, "M-SEARCH", 201, 2),
        (BOOK, "POST", 500, 0),
        (UNTOLD, "POST", 201, 2),
        (NGINX, "POST", 201, 0),
        (VARNISH, "DELETE", 204, 0),
        (FASTLY, "PUT", 201, 0),
        (SQUID, "POST", 201, 2),
        (SQUID, "POST", 500, 0),
        (SQUID, "M-SEARCH", 500, 1),
        (SQUID, "M-SEARCH", 200, 2),
        (SQUID, "GET", 200, 0),
        (ATS, "POST", 201, 1),
        (ATS, "PATCH", 201, 0),
        (HTTPD, "DELETE", 204, 1),
        (HTTPD, "M-SEARCH", 200, 0),
        (HAPROXY, "M-SEARCH", 200, 1),
        (HAPROXY, "M-SEARCH", 404, 0),
    ] {
        let answer = response(status, "Location: /b");
        let keys = invalidated_by(&request(method, ""), &answer, profile);
        assert_eq!(keys.len(), count, "{} {method} {status}", profile.id());
    }
}

#[test]
fn what_a_304_does() {
    let lines =
        "Cache-Control: max-age=1\nETag: \"a\"\nContent-Type: a/b\nContent-Length: 9\nX-A: 1";
    let changed =
        "Cache-Control: max-age=9\nETag: \"b\"\nContent-Type: c/d\nContent-Length: 0\nX-A: 2";
    let same = "Cache-Control: max-age=9\nETag: \"a\"\nContent-Type: c/d\nX-A: 2";
    let (renewed, unmatched) = (Validated::NotModified(0), Validated::Unmatched);
    for (profile, newer, expected, kind, other) in [
        (BOOK, changed, unmatched, "", ""),
        (BOOK, same, renewed, "c/d", "2"),
        (UNTOLD, same, renewed, "c/d", "2"),
        (NGINX, changed, renewed, "a/b", "1"),
        (FASTLY, changed, renewed, "a/b", "1"),
        (VARNISH, changed, renewed, "c/d", "2"),
        (SQUID, changed, renewed, "c/d", "2"),
        (ATS, changed, renewed, "a/b", "2"),
        (HTTPD, same, unmatched, "", ""),
    ] {
        let entry = stored(profile, "", lines);
        let all = [entry.stored()];
        let answer = response(304, newer);
        let id = profile.id();
        assert_eq!(Condition::new(&all, 0, profile).answered(&answer), expected, "{id}");
        if expected == renewed {
            let asked = request("GET", "");
            let exchange = Exchange::new(&asked, &answer).requested_at(at(9)).received_at(at(9));
            let kept = entry.freshened(&exchange, profile).kept().unwrap();
            let fields = kept.head.headers();
            assert_eq!(fields["content-type"], kind, "{id}");
            assert_eq!(fields["x-a"], other, "{id}");
            assert_eq!(fields["content-length"], "9", "{id}");
            assert_eq!(kept.policy.remaining(at(9)), 9, "{id}");
        }
    }
}

/// [`NotModified::Rfc9111UnlessContradicted`](storable::profile::NotModified): only a field that
/// both have, and that differs, makes a 304 unbelieved.
#[test]
fn what_contradicts_a_304() {
    let (renewed, unmatched) = (Validated::NotModified(0), Validated::Unmatched);
    for (profile, lines, newer, expected) in [
        (HTTPD, "Content-Type: a/b", "", renewed),
        (HTTPD, "", "Content-Type: a/b", renewed),
        (HTTPD, "Content-Type: a/b", "Content-Type: a/b", renewed),
        (HTTPD, "Content-Type: a/b", "Content-Type: c/d", unmatched),
        (HTTPD, "X-A: 1", "X-A: 2", renewed),
        (BOOK, "Content-Type: a/b", "Content-Type: c/d", renewed),
    ] {
        let entry = stored(profile, "", &format!("Cache-Control: max-age=1\nETag: \"a\"\n{lines}"));
        let all = [entry.stored()];
        let answer = response(304, &format!("ETag: \"a\"\n{newer}"));
        let found = Condition::new(&all, 0, profile).answered(&answer);
        assert_eq!(found, expected, "{} {lines} / {newer}", profile.id());
    }
}

/// [`Validation::AlwaysConditional`](storable::profile::Validation): without a validator the Date
/// is sent back.
#[test]
fn what_is_asked_without_a_validator() {
    for (profile, lines, tag, since) in [
        (SQUID, "", None, Some(DATE)),
        (SQUID, "ETag: \"a\"", Some("\"a\""), None),
        (SQUID, "Last-Modified: Thu, 22 Jun 2017 00:40:00 GMT", None, Some(EARLIER)),
        (BOOK, "ETag: \"a\"", Some("\"a\""), None),
    ] {
        let entry = stored(profile, "", &format!("Cache-Control: max-age=60\n{lines}"));
        let all = [entry.stored()];
        let sent = Condition::new(&all, 0, profile).request_fields(&request("GET", ""));
        for (name, value) in [("if-none-match", tag), ("if-modified-since", since)] {
            let found = sent.get(name).map(|value| value.to_str().unwrap());
            assert_eq!(found, value, "{} {lines}: {name}", profile.id());
        }
    }
}

#[test]
fn what_head_is_and_does() {
    let lines = "Cache-Control: max-age=60\nETag: \"a\"";
    for (profile, method, expected) in [
        (BOOK, "HEAD", AfterHead::Stale),
        (UNTOLD, "HEAD", AfterHead::Stale),
        (SQUID, "HEAD", AfterHead::Unaffected),
        (ATS, "HEAD", AfterHead::Unaffected),
        (HAPROXY, "HEAD", AfterHead::Unaffected),
        (NGINX, "GET", AfterHead::Unaffected),
        (VARNISH, "GET", AfterHead::Unaffected),
        (FASTLY, "GET", AfterHead::Unaffected),
    ] {
        assert_eq!(method_to_forward("HEAD", profile), method, "{}", profile.id());
        assert_eq!(method_to_forward("PUT", profile), "PUT");
        let entry = stored(profile, "", lines);
        let head = request("HEAD", "");
        let policy = RequestPolicy::read(head.as_request());
        let says = after_head(&policy, &response(200, "ETag: \"b\""), entry.stored(), profile);
        assert_eq!(says, expected, "{}", profile.id());
    }
}

#[test]
fn what_goes_to_the_origin() {
    let lines = "If-None-Match: \"a\"\nIf-Modified-Since: x\nIf-Match: \"b\"\nRange: bytes=0-1\nAccept: a/b";
    for (profile, method, count) in [
        (BOOK, "GET", 5),
        (UNTOLD, "GET", 5),
        (SQUID, "GET", 5),
        (ATS, "GET", 2),
        (NGINX, "GET", 1),
        (VARNISH, "HEAD", 1),
        (VARNISH, "PUT", 5),
    ] {
        let fields = fields_to_forward(&request(method, lines), profile);
        assert_eq!(fields.len(), count, "{} {method}", profile.id());
    }
    for (profile, chosen, all) in [
        (BOOK, Some("W/\"a\", \"b\""), Some("\"b\"")),
        (UNTOLD, Some("W/\"a\""), None),
        (VARNISH, Some("W/\"a\""), None),
        (SQUID, None, None),
        (ATS, Some("\"a\""), None),
        (HTTPD, Some("W/\"a\""), None),
    ] {
        let vary = "Cache-Control: max-age=60\nVary: X-A";
        let one = stored(profile, "X-A: 1", &format!("{vary}\nETag: W/\"a\""));
        let other = stored(profile, "X-A: 2", &format!("{vary}\nETag: \"b\""));
        let both = [one.stored(), other.stored()];
        let tags = |condition: Condition<'_>| {
            let fields = condition.request_fields(&request("GET", "X-A: 1"));
            fields.get("if-none-match").map(|tags| tags.to_str().unwrap().to_owned())
        };
        let id = profile.id();
        assert_eq!(tags(Condition::new(&both, 0, profile)).as_deref(), chosen, "{id}");
        let asked = Condition::of_all(&both, profile).and_then(tags);
        assert_eq!(asked.as_deref(), all, "{id}");
    }
}

#[test]
fn how_a_clients_conditions_are_answered() {
    let both = "If-None-Match: \"a\"\nIf-Modified-Since: Thu, 22 Jun 2017 00:39:00 GMT";
    let later = "If-Modified-Since: Thu, 22 Jun 2017 00:40:30 GMT";
    for (profile, tag, lines, not_modified) in [
        (BOOK, "\"a\"", both, true),
        (NGINX, "\"a\"", both, false),
        (NGINX, "\"a\"", &format!("If-None-Match: \"a\"\nIf-Modified-Since: {EARLIER}"), true),
        (BOOK, "\"a\"", later, true),
        (NGINX, "\"a\"", later, false),
        (BOOK, "a", "If-None-Match: a", false),
        (UNTOLD, "a", "If-None-Match: a", false),
        (NGINX, "a", "If-None-Match: b, W/a", true),
        (FASTLY, "w/\"a\"", "If-None-Match: w/\"a\"", true),
        (VARNISH, "a", "If-None-Match: a", true),
        (VARNISH, "W/\"a\"", "If-None-Match: \"a\"", true),
        (VARNISH, "\"a\"", "If-None-Match: \"a\", \"b\"", false),
        (ATS, "\"a\"", "If-None-Match: a", true),
        (ATS, "w/\"a\"", "If-None-Match: w/\"a\"", false),
        (ATS, "\"a\"", "If-None-Match: *", true),
    ] {
        let lines_stored =
            format!("Cache-Control: max-age=60\nETag: {tag}\nLast-Modified: {EARLIER}");
        let entry = stored(profile, "", &lines_stored);
        let request = request("GET", lines);
        let policy = RequestPolicy::read(request.as_request());
        let expected = if not_modified { Reply::NotModified } else { Reply::Whole };
        assert_eq!(reply(&policy, entry.stored(), profile), expected, "{} {lines}", profile.id());
    }
}

#[test]
fn what_a_request_for_a_part_gets() {
    for (profile, lines, part) in [
        (BOOK, "", true),
        (UNTOLD, "", true),
        (NGINX, "", false),
        (NGINX, "\nAccept-Ranges: bytes", true),
        (HAPROXY, "\nAccept-Ranges: bytes", false),
    ] {
        let entry = stored(profile, "", &format!("Cache-Control: max-age=60{lines}"));
        let request = request("GET", "Range: bytes=0-1");
        let policy = RequestPolicy::read(request.as_request());
        let replied = reply(&policy, entry.stored().with_length(9), profile);
        assert_eq!(matches!(replied, Reply::Part(_)), part, "{} {lines}", profile.id());
    }
}

#[test]
fn when_values_are_the_same() {
    for (profile, name, stored_value, value, same) in [
        (BOOK, "Accept-Language", "en, de;q=0.5", "DE;q=0.5,en", true),
        (BOOK, "Accept-Language", "en, de", "DE,en", false),
        (BOOK, "Foo", "1, 2", "1,2", false),
        (UNTOLD, "Accept", "1, 2", "1,2", true),
        (VARNISH, "Foo", "1, 2", "1,2", false),
        (VARNISH, "Foo", "1, 2", "1, 2", true),
        (NGINX, "Foo", "1, 2", "1,2", false),
        (NGINX, "Accept-Language", "en, de", "en de", true),
        (NGINX, "Accept-Language", "en, de", "de, en", false),
        (ATS, "Foo", "a, b", "A,B", true),
        (ATS, "Foo", "a, b", "a", false),
        (ATS, "Foo", "a, b", "b, a", false),
    ] {
        let first = format!("{name}: {stored_value}");
        let entry = stored(profile, &first, &format!("Cache-Control: max-age=60\nVary: {name}"));
        let later = request("GET", &format!("{name}: {value}"));
        let elsewhere =
            reuse_after(&entry, profile, &later, 0) == Reuse::Forward(Forwarded::VaryMiss);
        assert_eq!(elsewhere, !same, "{} {name}: {value}", profile.id());
        #[cfg(feature = "serde")]
        {
            let text = serde_json::to_string(&entry.vary).unwrap();
            assert_eq!(serde_json::from_str::<storable::life::VaryKey>(&text).unwrap(), entry.vary);
        }
    }
}

#[test]
fn why_a_request_is_not_looked_up() {
    let entry = stored(HTTPD, "", "Cache-Control: max-age=60");
    for (method, lines, expected) in [
        ("GET", "", "serve"),
        ("POST", "", "method"),
        ("POST", "Authorization: a", "method"),
        ("GET", "Authorization: a", "bypass"),
        ("GET", "Cache-Control: no-store", "bypass"),
        ("GET", "Cache-Control: no-cache", "request"),
    ] {
        let reuse = reuse_after(&entry, HTTPD, &request(method, lines), 9);
        assert_eq!(word(reuse), expected, "{method} {lines}");
    }
}

#[test]
fn which_wishes_are_granted() {
    let only_if_cached = "Cache-Control: only-if-cached";
    for (profile, lines, seconds, served) in [
        (BOOK, "Cache-Control: max-stale", 70, true),
        (ATS, "Cache-Control: max-stale", 70, true),
        (ATS, "Cache-Control: no-cache", 9, true),
        (ATS, "Cache-Control: min-fresh=60", 9, false),
        (NGINX, "Cache-Control: min-fresh=60", 9, true),
        (HAPROXY, "Cache-Control: max-stale", 9, false),
        (HAPROXY, "Cache-Control: min-fresh=1", 9, false),
        (SQUID, "Cache-Control: foo\nPragma: no-cache", 9, false),
        (SQUID, "Cache-Control: max-age=60\nPragma: no-cache", 9, true),
        (SQUID, "Cache-Control: max-age=9", 9, true),
        (SQUID, "Cache-Control: max-age=8", 9, false),
        (SQUID, "Cache-Control: max-age=0", 0, false),
        (SQUID, "Cache-Control: min-fresh=50", 9, true),
        (SQUID, "Cache-Control: min-fresh=52", 9, false),
        (HTTPD, "Cache-Control: max-age=60\nPragma: no-cache", 9, false),
        (HTTPD, "If-None-Match: \"b\"", 9, false),
        (BOOK, "If-None-Match: \"b\"", 9, true),
        (BOOK, "Cache-Control: foo\nPragma: no-cache", 9, true),
    ] {
        let entry = stored(profile, "", "Cache-Control: max-age=60");
        let reuse = reuse(profile, &entry, lines, seconds);
        assert_eq!(matches!(reuse, Reuse::Serve(_)), served, "{} {lines}: {reuse:?}", profile.id());
    }
    for (profile, validated) in [(BOOK, true), (SQUID, false), (HTTPD, false)] {
        let entry = stored(profile, "", "Cache-Control: max-age=60\nETag: \"a\"");
        let reuse = reuse(profile, &entry, "Cache-Control: no-cache", 9);
        assert_eq!(matches!(reuse, Reuse::Validate(_)), validated, "{} {reuse:?}", profile.id());
    }
    for (profile, refused) in
        [(BOOK, true), (UNTOLD, true), (ATS, false), (VARNISH, false), (HAPROXY, false)]
    {
        let entry = stored(profile, "", "Cache-Control: max-age=60");
        let reuse = reuse(profile, &entry, only_if_cached, 99);
        assert_eq!(reuse == Reuse::GatewayTimeout, refused, "{} {reuse:?}", profile.id());
    }
}

/// Of wishes of which nothing is known none is granted that would hand out more, and one to be more
/// careful is, unless the cache is known to look at no such directive.
#[test]
fn which_wishes_are_granted_where_little_is_known() {
    const IGNORING: &Profile = &Profile::PINGORA;
    const HONOURING: &Profile = &Profile::SOUIN;
    const SILENT: &Profile = &Profile::BUNNY;
    for (profile, max_stale, min_fresh) in [
        (IGNORING, "stale", "serve"),
        (HONOURING, "serve stale", "request"),
        (SILENT, "stale", "request"),
    ] {
        let entry = stored(profile, "", "Cache-Control: max-age=60");
        for (lines, seconds, expected) in [
            ("Cache-Control: max-stale", 70, max_stale),
            ("Cache-Control: min-fresh=60", 9, min_fresh),
        ] {
            let found = word(reuse(profile, &entry, lines, seconds));
            assert_eq!(found, expected, "{} {lines}", profile.id());
        }
    }
}

#[test]
fn when_the_origin_fails() {
    let stated = "max-age=1, stale-if-error=60";
    // nginx looks at what the response says, and not at what the request does.
    for (profile, expected) in [(BOOK, true), (NGINX, false)] {
        let entry = stored(profile, "", "Cache-Control: max-age=1");
        let request = request("GET", "Cache-Control: stale-if-error=60");
        let policy = RequestPolicy::read(request.as_request());
        let served = on_error(&policy, entry.stored(), profile, at(9));
        assert_eq!(served.is_some(), expected, "{}", profile.id());
    }
    for (profile, control, without_answer, with_503) in [
        (BOOK, "max-age=1", false, false),
        (BOOK, stated, true, true),
        (UNTOLD, stated, true, true),
        (SQUID, "max-age=1", true, true),
        (ATS, "max-age=1, must-revalidate", false, false),
        (NGINX, stated, true, false),
        (NGINX, "max-age=1", false, false),
        (FASTLY, stated, false, false),
    ] {
        let entry = stored(profile, "", &format!("Cache-Control: {control}"));
        let request = request("GET", "");
        let policy = RequestPolicy::read(request.as_request());
        let id = profile.id();
        let served = on_error(&policy, entry.stored(), profile, at(9));
        assert_eq!(served.is_some(), without_answer, "{id} {control}");
        let answer = response(503, "");
        let served = instead_of(&answer, &policy, entry.stored(), profile, at(9));
        assert_eq!(served.is_some(), with_503, "{id} {control}");
    }
}

#[test]
fn which_age_and_which_fields() {
    for (profile, age) in [(BOOK, "16"), (UNTOLD, "16"), (NGINX, "7")] {
        let entry = stored(profile, "", "Cache-Control: max-age=60\nAge: 7");
        let head = Reply::Whole.head(entry.stored(), Some(16), profile);
        assert_eq!(head.headers()["age"], age, "{}", profile.id());
    }
    for (profile, kept) in [(BOOK, false), (UNTOLD, false), (NGINX, true), (VARNISH, false)] {
        let entry = stored(profile, "", "Cache-Control: max-age=60\nConnection: x-a\nX-A: 1");
        assert_eq!(entry.head.headers().contains_key("x-a"), kept, "{}", profile.id());
        assert!(!entry.head.headers().contains_key("connection"));
    }
}

#[test]
fn who_gets_what_is_being_renewed() {
    let lines = "Cache-Control: max-age=1, stale-while-revalidate=9";
    let request = request("GET", "");
    let policy = RequestPolicy::read(request.as_request());
    for (profile, seconds, first, others) in [
        (BOOK, 5, true, false),
        (NGINX, 5, false, true),
        (NGINX, 50, false, false),
        (NGINX, 0, true, false),
    ] {
        let entry = stored(profile, "", lines);
        let served = !matches!(reuse(profile, &entry, "", seconds), Reuse::Forward(_));
        assert_eq!(served, first, "{} {seconds}", profile.id());
        let meanwhile = while_renewed(&policy, entry.stored(), profile, at(seconds));
        assert_eq!(meanwhile.is_some(), others, "{} {seconds}", profile.id());
    }
}
