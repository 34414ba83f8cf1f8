//! The later life of stored responses, in tables. A case that is an input of a known trap bears
//! its id; `tests/cases/traps-other-life.json` lists those that have to be here.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing
)]

#[path = "support/heads.rs"]
mod heads;

use std::time::{Duration, SystemTime};

use heads::{DATE, EARLIER, at, request, response, reuse_after, stored, word};
use http::{HeaderMap, HeaderName, Request, Response};
use storable::life::{
    AfterHead, Condition, Forwarded, Parts, Reply, Reuse, Stored, Updated, Validated, after_head,
    ask_for_rest, combine, forwarded, freshen, groups_invalidated_by, invalidated_by,
    lines_to_serve, look_up, on_error, reply, reuse,
};
use storable::policy::RequestPolicy;
use storable::profile::{AgeField, ControlField, StaleIfError, Treatment};
use storable::{AsRequest, Exchange, Fact, HeaderLines, Profile};

/// A request and its answer that passed so many seconds after the first response.
fn at_time<'a>(request: &'a Request<()>, answer: &'a Response<()>, seconds: u64) -> Exchange<'a> {
    Exchange::new(request, answer).requested_at(at(seconds)).received_at(at(seconds))
}

const BOOK: &Profile = &Profile::RFC9111_SHARED;
const LATER: &str = "Thu, 22 Jun 2017 00:42:00 GMT";

#[test]
fn every_trap_of_later_life_is_a_case_here() {
    let ids = include_str!("cases/traps-other-life.json");
    let ids: Vec<serde_json::Value> = serde_json::from_str(ids).unwrap();
    let cases = include_str!("life.rs");
    for id in ids.iter().map(|row| row["id"].as_str().unwrap()) {
        assert!(cases.contains(&format!("// {id}")), "no case for {id}");
    }
}

#[test]
fn request_directives_and_stale_windows() {
    // Of a response: how is a request answered so many seconds later?
    for (response_lines, request_lines, seconds, expected) in [
        ("Cache-Control: max-age=60", "", 59, "serve"),
        ("Cache-Control: max-age=60", "", 60, "stale"),
        ("Cache-Control: max-age=60\nETag: \"a\"", "", 60, "validate"),
        ("Cache-Control: max-age=60\nLast-Modified: junk", "", 60, "stale"),
        ("Cache-Control: max-age=60\nAge: 50", "", 9, "serve"),
        ("Cache-Control: max-age=60\nAge: 50", "", 10, "stale"),
        ("Cache-Control: no-cache\nETag: \"a\"", "", 0, "validate"),
        ("Cache-Control: no-cache, max-age=60", "Cache-Control: max-stale", 0, "stale"),
        ("Cache-Control: max-age=60", "Cache-Control: no-cache", 1, "request"),
        ("Cache-Control: max-age=60", "Pragma: no-cache", 1, "request"),
        ("Cache-Control: max-age=60", "Cache-Control: nothing\nPragma: no-cache", 1, "serve"),
        ("Cache-Control: max-age=60", "Cache-Control: max-age=10", 10, "serve"),
        ("Cache-Control: max-age=60", "Cache-Control: max-age=10", 11, "request"),
        ("Cache-Control: max-age=60", "Cache-Control: max-age=x", 0, "request"),
        ("Cache-Control: max-age=60", "Cache-Control: min-fresh=50", 10, "serve"),
        ("Cache-Control: max-age=60", "Cache-Control: min-fresh=50", 11, "request"),
        ("Cache-Control: max-age=60", "Cache-Control: max-stale=5", 65, "serve stale"),
        ("Cache-Control: max-age=60", "Cache-Control: max-stale=5", 66, "stale"),
        ("Cache-Control: max-age=60", "Cache-Control: max-stale", 9999, "serve stale"),
        ("Cache-Control: max-age=60", "Cache-Control: max-stale=x", 61, "stale"),
        ("Cache-Control: max-age=60, must-revalidate", "Cache-Control: max-stale", 61, "stale"),
        ("Cache-Control: max-age=60, proxy-revalidate", "Cache-Control: max-stale", 61, "stale"),
        ("Cache-Control: s-maxage=60", "Cache-Control: max-stale", 61, "stale"),
        ("Cache-Control: max-age=60", "Cache-Control: only-if-cached", 59, "serve"),
        ("Cache-Control: max-age=60", "Cache-Control: only-if-cached", 60, "504"),
        ("Cache-Control: max-age=60", "Cache-Control: only-if-cached, no-cache", 1, "504"),
        ("Cache-Control: max-age=60", "Cache-Control: no-store", 1, "serve"),
        ("Cache-Control: max-age=60, stale-while-revalidate=30", "", 89, "serve and revalidate"),
        ("Cache-Control: max-age=60, stale-while-revalidate=30", "", 90, "stale"),
        (
            "Cache-Control: max-age=60, stale-while-revalidate=30",
            "Cache-Control: max-age=999",
            70,
            "stale",
        ),
        ("Cache-Control: max-age=60, stale-while-revalidate=30, must-revalidate", "", 61, "stale"),
        ("Cache-Control: s-maxage=60, stale-while-revalidate=30", "", 61, "stale"),
        ("Cache-Control: max-age=60\nVary: *", "", 1, "vary-miss"),
        ("Cache-Control: max-age=60\nVary: Accept", "", 1, "serve"),
        ("Cache-Control: max-age=60\nVary: Accept", "Accept: a/b", 1, "vary-miss"),
    ] {
        let response_lines = format!("Date: {DATE}\n{response_lines}");
        let entry = stored(BOOK, "", 200, &response_lines);
        let request = request("GET", request_lines);
        let found = word(reuse_after(&entry, BOOK, &request, seconds));
        assert_eq!(found, expected, "{response_lines} / {request_lines} / {seconds} s");
    }
}

#[test]
fn methods_and_profiles() {
    let entry = stored(BOOK, "", 200, &format!("Date: {DATE}\nCache-Control: max-age=60"));
    for (method, expected) in
        [("GET", "serve"), ("HEAD", "serve"), ("POST", "method"), ("get", "method")]
    {
        assert_eq!(word(reuse_after(&entry, BOOK, &request(method, ""), 1)), expected, "{method}");
    }
    // What another cache has stored was judged by other rules.
    let other = reuse_after(&entry, &Profile::SQUID_5, &request("GET", ""), 1);
    assert_eq!(other, Reuse::Forward(Forwarded::UriMiss));
    let off = reuse_after(&entry, &Profile::CACHING_OFF, &request("GET", ""), 1);
    assert_eq!(off, Reuse::Forward(Forwarded::Bypass));
}

/// C36: what was stored while the clock was ahead is not fresh until the clock has caught up.
#[test]
fn a_clock_that_goes_back_makes_nothing_younger() {
    let entry = stored(BOOK, "", 200, &format!("Date: {DATE}\nCache-Control: max-age=60\nAge: 7"));
    let back = |seconds| at(0) - Duration::from_secs(seconds);
    assert_eq!(entry.policy.age(back(3)), 10);
    assert_eq!(entry.policy.remaining(back(3600)), 60 - 7 - 3600);
    assert_eq!(entry.policy.age(at(3)), 10);
    let far = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(1 << 40)).unwrap();
    assert!(entry.policy.remaining(far) < 0);
}

#[test]
fn of_several_that_match_the_preferred_one_is_taken() {
    let common = "Cache-Control: max-age=600";
    let old = stored(BOOK, "", 200, &format!("Date: {EARLIER}\n{common}"));
    let new = stored(BOOK, "", 200, &format!("Date: {DATE}\n{common}"));
    let vary = stored(BOOK, "", 200, &format!("Date: {EARLIER}\n{common}\nVary: Accept"));
    let language = |language: &str| {
        let lines = format!("Date: {DATE}\n{common}\nContent-Language: {language}");
        stored(BOOK, "", 200, &lines)
    };
    let (de, en) = (language("de"), language("en"));
    let stale = stored(BOOK, "", 200, &format!("Date: {DATE}\nCache-Control: max-age=1"));
    for (entries, request_lines, chosen) in [
        (vec![&old, &new], "", 1),
        (vec![&new, &old], "", 0),
        (vec![&new, &vary], "", 1),
        (vec![&de, &en], "Accept-Language: en;q=0.5, de", 0),
        (vec![&de, &en], "Accept-Language: en, de;q=0.5", 1),
        (vec![&stale, &old], "", 1),
        // Of equals the last.
        (vec![&old, &old], "", 1),
    ] {
        let request = request("GET", request_lines);
        let policy = RequestPolicy::read(request.as_request());
        let all = entries.iter().map(|entry| entry.stored());
        let choice = look_up(&policy, all, BOOK, at(2));
        assert_eq!(choice.stored, Some(chosen), "{request_lines}");
    }
}

#[test]
fn when_the_origin_fails() {
    use StaleIfError::{UnlessBarred as Always, WhereStated};
    for (control, request_lines, setting, seconds, expected) in [
        ("max-age=60", "", WhereStated, 59, true),
        ("max-age=60", "", WhereStated, 60, false),
        ("max-age=60", "", WhereStated, 61, false),
        ("max-age=60, stale-if-error=0", "", WhereStated, 60, false),
        ("max-age=60, must-revalidate", "", Always, 60, false),
        ("max-age=60", "", Always, 61, true),
        ("max-age=60, stale-if-error=9", "", WhereStated, 69, true),
        ("max-age=60, stale-if-error=9", "", WhereStated, 70, false),
        ("max-age=60, stale-if-error=9", "", Always, 70, false),
        ("max-age=60", "Cache-Control: stale-if-error=9", WhereStated, 69, true),
        ("max-age=60, must-revalidate", "Cache-Control: stale-if-error=9", Always, 61, false),
        ("max-age=60, proxy-revalidate", "", Always, 61, false),
        ("s-maxage=60", "", Always, 61, false),
        ("no-cache, max-age=60", "", Always, 1, false),
        ("max-age=60, must-revalidate", "Cache-Control: no-cache", Always, 59, true),
    ] {
        let profile = BOOK.with_stale_if_error(setting);
        let entry = stored(&profile, "", 200, &format!("Date: {DATE}\nCache-Control: {control}"));
        let request = request("GET", request_lines);
        let policy = RequestPolicy::read(request.as_request());
        let served = on_error(&policy, entry.stored(), &profile, at(seconds));
        assert_eq!(served.is_some(), expected, "{control} / {request_lines} / {seconds} s");
    }
}

#[test]
fn the_clients_conditions() {
    let tag = "ETag: \"a\"";
    for (_trap, status, response_lines, method, request_lines, modified) in [
        // T153
        ("T153", 200, "ETag: W/\"a\"", "GET", "If-None-Match: \"a\"", false),
        // T154
        ("T154", 200, "ETag: \"a,b\"", "GET", "If-None-Match: \"a\", \"a,b\"", false),
        ("T154", 200, tag, "GET", "If-None-Match: \"a,b\", \"b,a\"", true),
        ("T155", 200, "ETag: \"a\\\"", "GET", "If-None-Match: \"a\\\"", false),
        ("T152", 200, "ETag: a", "GET", "If-None-Match: a", true),
        // T156
        ("T156", 200, tag, "GET", "If-None-Match: *, \"b\"", true),
        ("T156", 200, tag, "GET", "If-None-Match: *", false),
        // T157
        (
            "T157",
            200,
            "ETag: \"a\"\nLast-Modified: Thu, 22 Jun 2017 00:40:00 GMT",
            "GET",
            "If-None-Match: \"b\"\nIf-Modified-Since: Thu, 22 Jun 2017 00:40:00 GMT",
            true,
        ),
        // T158
        (
            "T158",
            404,
            "Last-Modified: Thu, 22 Jun 2017 00:40:00 GMT",
            "GET",
            "If-Modified-Since: Thu, 22 Jun 2017 00:40:00 GMT",
            true,
        ),
        ("T158", 301, tag, "GET", "If-None-Match: \"a\"", true),
        // T159
        (
            "T159",
            200,
            "Last-Modified: Thu, 22 Jun 2017 00:40:00 GMT",
            "GET",
            "If-Modified-Since: Thu, 22 Jun 2017 00:40:00 GMT, Thu, 22 Jun 2017 00:41:00 GMT",
            true,
        ),
        (
            "T159",
            200,
            "Last-Modified: Thu, 22 Jun 2017 00:40:00 GMT",
            "GET",
            "If-Modified-Since: Thu, 22 Jun 2017 00:40:00 GMT\n\
             If-Modified-Since: Thu, 22 Jun 2017 00:41:00 GMT",
            true,
        ),
        (
            "T159",
            200,
            "Last-Modified: Thu, 22 Jun 2017 00:40:00 GMT",
            "POST",
            "If-Modified-Since: Thu, 22 Jun 2017 00:40:00 GMT",
            true,
        ),
        (
            "",
            200,
            "Last-Modified: Thu, 22 Jun 2017 00:40:00 GMT",
            "HEAD",
            "If-Modified-Since: Thursday, 22-Jun-17 00:40:00 GMT",
            false,
        ),
        (
            "",
            200,
            "Last-Modified: Thu, 22 Jun 2017 00:40:00 GMT",
            "GET",
            "If-Modified-Since: Thu, 22 Jun 2017 00:39:59 GMT",
            true,
        ),
        // RFC 9111 §4.3.2: without Last-Modified the Date counts.
        ("", 200, "", "GET", "If-Modified-Since: Thu, 22 Jun 2017 00:41:00 GMT", false),
        ("", 200, "", "GET", "If-Modified-Since: Thu, 22 Jun 2017 00:40:59 GMT", true),
        // It, and not the time of receipt.
        (
            "",
            200,
            "Date: Thu, 22 Jun 2017 00:40:00 GMT",
            "GET",
            "If-Modified-Since: Thu, 22 Jun 2017 00:40:30 GMT",
            false,
        ),
        ("", 200, tag, "GET", "If-Match: \"b\"", true),
        ("", 204, tag, "GET", "If-None-Match: \"a\"", false),
    ] {
        let date =
            if response_lines.contains("Date:") { String::new() } else { format!("Date: {DATE}") };
        let lines = format!("{date}\nCache-Control: max-age=90\n{response_lines}");
        let entry = stored(BOOK, "", status, &lines);
        let request = request(method, request_lines);
        let policy = RequestPolicy::read(request.as_request());
        let replied = reply(&policy, entry.stored().with_length(10), BOOK);
        let expected = if modified { Reply::Whole } else { Reply::NotModified };
        assert_eq!(replied, expected, "{status} {response_lines} / {method} {request_lines}");
    }
}

#[test]
fn a_304_to_the_client_has_the_fields_that_guide_caches() {
    let lines = format!(
        "Date: {DATE}\nCache-Control: max-age=60\nETag: \"a\"\nVary: Accept\nContent-Type: a/b\n\
         Content-Length: 10\nLast-Modified: {EARLIER}\nExpires: {LATER}\nContent-Location: /b"
    );
    let entry = stored(BOOK, "", 200, &lines);
    let head = Reply::NotModified.head(entry.stored(), Some(7), BOOK);
    assert_eq!(head.status(), 304);
    let mut names: Vec<_> = head.headers().keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["age", "cache-control", "content-location", "date", "etag", "expires", "vary"]
    );
}

/// RFC 9110 §15.3.7, §15.5.17: what describes a part, and not the whole.
#[test]
fn heads_of_parts() {
    let lines = format!(
        "Date: {DATE}\nCache-Control: max-age=60\nETag: \"a\"\nVary: Accept\nContent-Type: a/b\n\
         Content-Length: 10\nLast-Modified: {EARLIER}"
    );
    let entry = stored(BOOK, "", 200, &lines);
    for (range, status, length, content_range, others) in [
        ("", 200, Some("10"), None, "cache-control content-type date etag last-modified vary"),
        (
            "bytes=2-4",
            206,
            Some("3"),
            Some("bytes 2-4/10"),
            "cache-control content-type date etag last-modified vary",
        ),
        ("bytes=0-1, -2", 206, None, None, "cache-control date etag last-modified vary"),
        ("bytes=10-", 416, Some("0"), Some("bytes */10"), "cache-control date vary"),
    ] {
        let request = request("GET", &format!("Range: {range}"));
        let policy = RequestPolicy::read(request.as_request());
        let stored = entry.stored().with_length(10);
        let head = reply(&policy, stored, BOOK).head(stored, None, BOOK);
        assert_eq!(head.status(), status, "{range}");
        let mut fields = head.headers().clone();
        for (name, value) in [("content-length", length), ("content-range", content_range)] {
            let found = fields.remove(name);
            assert_eq!(found.as_ref().map(|it| it.to_str().unwrap()), value, "{range}: {name}");
        }
        let mut names: Vec<_> = fields.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names.join(" "), others, "{range}");
    }
}

/// RFC 9110 §14.6.
#[test]
fn several_parts_are_one_content() {
    let lines = format!("Date: {DATE}\nCache-Control: max-age=60\nContent-Type: a/b");
    let entry = stored(BOOK, "", 200, &lines);
    let request = request("GET", "Range: bytes=0-1, 9-9");
    let policy = RequestPolicy::read(request.as_request());
    let Reply::Parts(parts) = reply(&policy, entry.stored().with_length(10), BOOK) else {
        panic!()
    };
    let kind = entry.head.headers().get("content-type");
    let content: Vec<_> = parts
        .iter()
        .map(|part| Parts::delimiter(&part, "cut", kind))
        .chain([Parts::delimiter(&parts.iter().next().unwrap(), "cut", None), Parts::end("cut")])
        .map(|bytes| String::from_utf8(bytes).unwrap())
        .collect();
    assert_eq!(
        content,
        [
            "\r\n--cut\r\nContent-Type: a/b\r\nContent-Range: bytes 0-1/10\r\n\r\n",
            "\r\n--cut\r\nContent-Type: a/b\r\nContent-Range: bytes 9-9/10\r\n\r\n",
            "\r\n--cut\r\nContent-Range: bytes 0-1/10\r\n\r\n",
            "\r\n--cut--\r\n",
        ]
    );
    assert_eq!(
        parts.iter().map(|part| (part.offset, part.length)).collect::<Vec<_>>(),
        [(0, 2), (9, 1)]
    );
}

/// RFC 9110 §14.2: of a 200 alone, and of a length that is known.
#[test]
fn which_responses_are_cut() {
    for (status, length, range, part) in [
        (200, Some(10), "bytes=0-1", true),
        (200, None, "bytes=0-1", false),
        (203, Some(10), "bytes=0-1", false),
        (404, Some(10), "bytes=0-1", false),
        (200, Some(10), "items=0-1", false),
    ] {
        let lines = format!("Date: {DATE}\nCache-Control: max-age=60");
        let entry = stored(BOOK, "", status, &lines);
        let request = request("GET", &format!("Range: {range}"));
        let policy = RequestPolicy::read(request.as_request());
        let stored = length.map_or(entry.stored(), |length| entry.stored().with_length(length));
        let replied = reply(&policy, stored, BOOK);
        assert_eq!(matches!(replied, Reply::Part(_)), part, "{status} {length:?} {range}");
    }
}

#[test]
fn if_range() {
    for (_trap, response_lines, if_range, part) in [
        // T160
        ("T160", "ETag: W/\"a\"", "W/\"a\"", false),
        ("", "ETag: \"a\"", "\"a\"", true),
        ("", "ETag: \"a\"", "W/\"a\"", false),
        ("", "ETag: \"a\"", "\"b\"", false),
        ("", "ETag: \"a\"", "a", false),
        ("", "Last-Modified: Thu, 22 Jun 2017 00:40:00 GMT", EARLIER, true),
        ("", "Last-Modified: Thu, 22 Jun 2017 00:40:00 GMT", DATE, false),
        // Too close to the Date to be strong.
        ("", "Last-Modified: Thu, 22 Jun 2017 00:41:00 GMT", DATE, false),
    ] {
        let lines = format!("Date: {DATE}\nCache-Control: max-age=60\n{response_lines}");
        let entry = stored(BOOK, "", 200, &lines);
        let request = request("GET", &format!("Range: bytes=0-1\nIf-Range: {if_range}"));
        let policy = RequestPolicy::read(request.as_request());
        let replied = reply(&policy, entry.stored().with_length(10), BOOK);
        assert_eq!(matches!(replied, Reply::Part(_)), part, "{response_lines} / {if_range}");
    }
}

#[test]
fn parts_answer_for_what_they_hold() {
    let common = format!("Date: {DATE}\nCache-Control: max-age=60\nETag: \"a\"");
    let part = |content_range: &str| {
        let lines = format!("{common}\nContent-Range: {content_range}");
        stored(BOOK, "Range: bytes=4-8", 206, &lines)
    };
    for (content_range, length, request_lines, expected) in [
        ("bytes 4-8/10", 5, "Range: bytes=4-8", "serve"),
        ("bytes 4-8/10", 5, "Range: bytes=5-6", "serve"),
        ("bytes 4-8/10", 5, "Range: bytes=5-6, 8-8", "serve"),
        ("bytes 4-8/10", 5, "Range: bytes=5-9", "partial"),
        ("bytes 4-8/10", 5, "Range: bytes=5-", "partial"),
        ("bytes 4-8/10", 5, "Range: bytes=0-4", "partial"),
        ("bytes 4-9/10", 6, "Range: bytes=5-", "serve"),
        ("bytes 4-9/10", 6, "Range: bytes=-2", "serve"),
        ("bytes 4-9/*", 6, "Range: bytes=-2", "partial"),
        ("bytes 4-9/*", 6, "Range: bytes=5-6", "serve"),
        ("bytes 4-8/10", 5, "", "partial"),
        ("bytes 4-8/10", 5, "Range: bytes=5-6\nIf-Range: \"b\"", "partial"),
        ("bytes 4-8/10", 5, "Range: bytes=5-6\nIf-Range: \"a\"", "serve"),
        // Less came than Content-Range says.
        ("bytes 4-9/10", 5, "Range: bytes=6-", "partial"),
        ("bytes 4-9/10", 5, "Range: bytes=6-8", "serve"),
    ] {
        let entry = part(content_range);
        let request = request("GET", request_lines);
        let policy = RequestPolicy::read(request.as_request());
        let stored = entry.stored().with_length(length);
        let found = word(reuse(&policy, stored, BOOK, at(1)));
        assert_eq!(found, expected, "{content_range} / {request_lines}");
    }
    let entry = part("bytes 4-8/10");
    let request = request("GET", "Range: bytes=5-6");
    let policy = RequestPolicy::read(request.as_request());
    let Reply::Part(one) = reply(&policy, entry.stored().with_length(5), BOOK) else { panic!() };
    assert_eq!((one.offset, one.length, &*one.content_range()), (1, 2, "bytes 5-6/10"));
    // The words that brought it bring it as it is.
    let same = heads::request("GET", "Range: bytes=4-8");
    let policy = RequestPolicy::read(same.as_request());
    assert_eq!(reply(&policy, entry.stored().with_length(5), BOOK), Reply::Whole);
}

/// RFC 9111 §3.3: the words of the request that brought a part bring it again, wherever it ends.
#[test]
fn a_part_answers_the_words_that_brought_it() {
    let lines =
        format!("Date: {DATE}\nCache-Control: max-age=60\nETag: \"a\"\nContent-Range: bytes 4-9/*");
    let entry = stored(BOOK, "Range: bytes=-6", 206, &lines);
    for (request_lines, expected) in [
        ("Range: bytes=-6", "serve"),
        ("Range: bytes=-5", "partial"),
        ("Range: bytes=-6\nIf-Range: \"a\"", "partial"),
        ("Range: bytes=4-9\nIf-Range: \"a\"", "serve"),
    ] {
        let found = word(reuse_after(&entry, BOOK, &request("GET", request_lines), 1));
        assert_eq!(found, expected, "{request_lines}");
    }
    let same = request("GET", "Range: bytes=-6");
    let policy = RequestPolicy::read(same.as_request());
    assert_eq!(reply(&policy, entry.stored().with_length(6), BOOK), Reply::Whole);
    // An update does not change which words those are.
    let answer = response(304, "ETag: \"a\"\nCache-Control: max-age=60");
    let asked = request("GET", "Range: bytes=4-5");
    let kept = entry.freshened(&at_time(&asked, &answer, 9), BOOK).kept().unwrap();
    assert_eq!(word(reuse_after(&kept, BOOK, &same, 10)), "serve");
    // What has come whole is for every request.
    let whole = format!("Date: {DATE}\nCache-Control: max-age=60");
    let (with, without) =
        (stored(BOOK, "Range: bytes=-6", 200, &whole), stored(BOOK, "", 200, &whole));
    assert!(with.vary.is_same(&without.vary));
    assert!(!entry.vary.is_same(&without.vary));
}

#[test]
fn an_incomplete_response_is_no_whole_one() {
    let lines =
        format!("Date: {DATE}\nCache-Control: max-age=60\nETag: \"a\"\nContent-Length: 100");
    let mut entry = stored(BOOK, "", 200, &lines);
    entry.policy = entry.policy.incomplete(40);
    for (request_lines, expected) in [
        ("", "partial"),
        ("Range: bytes=0-39", "serve"),
        ("Range: bytes=0-40", "partial"),
        ("Range: bytes=-1", "partial"),
    ] {
        let found = word(reuse_after(&entry, BOOK, &request("GET", request_lines), 1));
        assert_eq!(found, expected, "{request_lines}");
    }
    // Content-Length says how long the whole is.
    let asked = request("GET", "Range: bytes=0-9");
    let policy = RequestPolicy::read(asked.as_request());
    let Reply::Part(part) = reply(&policy, entry.stored().with_length(40), BOOK) else { panic!() };
    assert_eq!(part.content_range(), "bytes 0-9/100");
    let rest = ask_for_rest(entry.stored()).unwrap();
    assert_eq!(rest, [("range", "bytes=40-".to_owned()), ("if-range", "\"a\"".to_owned())]);
}

#[test]
fn parts_are_put_together() {
    let strong = "ETag: \"a\"";
    for (_trap, old, held, new, expected) in [
        ("", "206 bytes 0-4/10", 5, "206 bytes 5-9/10", Some((5, 0, true))),
        ("", "206 bytes 0-4/10", 5, "206 bytes 3-9/10", Some((5, 2, true))),
        ("", "200 10", 4, "206 bytes 4-9/10", Some((4, 0, true))),
        ("", "206 bytes 2-4/10", 3, "206 bytes 5-9/10", Some((3, 0, false))),
        ("", "206 bytes 0-4/*", 5, "206 bytes 5-9/10", Some((5, 0, true))),
        ("", "200 10", 4, "206 bytes 4-9/*", Some((4, 0, true))),
        ("", "200 10", 4, "206 bytes 4-10/11", None),
        ("", "206 bytes 2-4/10", 3, "206 bytes 2-9/10", Some((3, 3, false))),
        ("", "206 bytes 2-4/10", 3, "206 bytes 1-9/10", None),
        ("", "206 bytes 0-4/10", 5, "206 bytes 5-5/10", Some((5, 0, false))),
        // Nothing new has come.
        ("", "206 bytes 0-4/10", 5, "206 bytes 2-4/10", None),
        ("", "206 bytes 0-4/10", 5, "206 bytes 2-3/10", None),
        ("", "206 bytes 0-4/10", 5, "206 bytes 6-9/10", None),
        ("", "206 bytes 0-4/10", 5, "206 bytes 5-9/11", None),
        ("", "206 bytes 5-9/10", 5, "206 bytes 0-4/10", None),
        // T171
        ("T171", "206 bytes 0-4/10", 5, "206 bytes 5-2/10", None),
        ("T171", "206 bytes 0-4/10", 5, "206 bytes 0-9/5", None),
        ("T171", "206 bytes 0-4/10", 5, "206 items 5-9/10", None),
    ] {
        let message = |text: &str| {
            let (status, place) = text.split_once(' ').unwrap();
            let name = if status == "200" { "Content-Length" } else { "Content-Range" };
            response(status.parse().unwrap(), &format!("{strong}\n{name}: {place}"))
        };
        let combined = combine(&message(old), held, &message(new));
        let found = combined.as_ref().map(|it| (it.keep, it.skip, it.whole));
        assert_eq!(found, expected, "{old} and {new}");
        if let Some(combined) = combined {
            let status = if combined.whole { 200 } else { 206 };
            assert_eq!(combined.head.status(), status);
            assert_eq!(combined.head.headers().contains_key("content-range"), !combined.whole);
        }
    }
    // By a strong validator only.
    for (one, other, expected) in [
        ("ETag: \"a\"", "ETag: \"b\"", false),
        ("ETag: W/\"a\"", "ETag: W/\"a\"", false),
        ("", "", false),
        (
            "Last-Modified: Thu, 22 Jun 2017 00:40:00 GMT",
            "Last-Modified: Thu, 22 Jun 2017 00:40:00 GMT",
            true,
        ),
        (
            "ETag: \"a\"\nLast-Modified: Thu, 22 Jun 2017 00:40:00 GMT",
            "ETag: \"b\"\nLast-Modified: Thu, 22 Jun 2017 00:40:00 GMT",
            false,
        ),
    ] {
        let first = response(206, &format!("Date: {DATE}\nContent-Range: bytes 0-4/10\n{one}"));
        let second = response(206, &format!("Date: {DATE}\nContent-Range: bytes 5-9/10\n{other}"));
        assert_eq!(combine(&first, 5, &second).is_some(), expected, "{one} and {other}");
    }
}

#[test]
fn which_stored_response_a_304_is_about() {
    let entry = |lines: &str| {
        stored(BOOK, "", 200, &format!("Date: {DATE}\nCache-Control: max-age=60\n{lines}"))
    };
    let (a, b, weak) = (entry("ETag: \"a\""), entry("ETag: \"b\""), entry("ETag: W/\"a\""));
    let dated = entry("Last-Modified: Thu, 22 Jun 2017 00:40:00 GMT");
    let bare = entry("");
    for (_trap, entries, chosen, answer, expected) in [
        ("", vec![&a], 0, "ETag: \"a\"", Validated::NotModified(0)),
        // T161
        ("T161", vec![&a], 0, "ETag: \"b\"", Validated::Unmatched),
        ("T161", vec![&a, &b], 0, "ETag: \"b\"", Validated::NotModified(1)),
        ("T161", vec![&weak], 0, "ETag: \"a\"", Validated::Unmatched),
        ("", vec![&weak], 0, "ETag: W/\"a\"", Validated::NotModified(0)),
        // A weak tag of what was not chosen was not asked about.
        ("", vec![&weak, &b], 1, "ETag: W/\"a\"", Validated::Unmatched),
        ("", vec![&a], 0, "", Validated::NotModified(0)),
        ("", vec![&a, &b], 0, "", Validated::Unmatched),
        ("", vec![&dated], 0, "", Validated::NotModified(0)),
        (
            "",
            vec![&dated],
            0,
            "Last-Modified: Thu, 22 Jun 2017 00:40:00 GMT",
            Validated::NotModified(0),
        ),
        ("", vec![&dated], 0, "Last-Modified: Thu, 22 Jun 2017 00:40:30 GMT", Validated::Unmatched),
        ("", vec![&bare], 0, "ETag: \"a\"", Validated::Unmatched),
    ] {
        let all: Vec<Stored<'_>> = entries.iter().map(|entry| entry.stored()).collect();
        let answer = response(304, &format!("Date: {LATER}\n{answer}"));
        let condition = Condition::new(&all, chosen, BOOK);
        assert_eq!(condition.answered(&answer), expected, "{answer:?}");
    }
    // By validators that are weak: a tag that says so, a date that is not a second older than Date.
    let at_once = entry("Last-Modified: Thu, 22 Jun 2017 00:41:00 GMT");
    let tagged = entry("ETag: \"b\"\nLast-Modified: Thu, 22 Jun 2017 00:41:00 GMT");
    let in_words = entry("Last-Modified: Thursday, 22-Jun-17 00:40:00 GMT");
    let (renewed, unmatched) = (Validated::NotModified(0), Validated::Unmatched);
    for (one, answer, expected) in [
        (&dated, "Last-Modified: Thu, 22 Jun 2017 00:40:00 GMT", renewed),
        (&dated, "Last-Modified: Thu, 22 Jun 2017 00:40:30 GMT", unmatched),
        (&a, "Last-Modified: Thu, 22 Jun 2017 00:40:00 GMT", unmatched),
        (&in_words, "Last-Modified: Thursday, 22-Jun-17 00:40:00 GMT", renewed),
        (&in_words, "Last-Modified: Thursday, 22-Jun-17 00:40:30 GMT", unmatched),
        (&at_once, "Date: {LATER}\nLast-Modified: Thu, 22 Jun 2017 00:41:00 GMT", renewed),
        (&at_once, "Date: {LATER}\nLast-Modified: Thu, 22 Jun 2017 00:41:30 GMT", unmatched),
        (&tagged, "Date: {LATER}\nLast-Modified: Thu, 22 Jun 2017 00:41:00 GMT", renewed),
        (
            &tagged,
            "Date: {LATER}\nETag: W/\"b\"\nLast-Modified: Thu, 22 Jun 2017 00:41:00 GMT",
            renewed,
        ),
        (
            &tagged,
            "Date: {LATER}\nETag: W/\"a\"\nLast-Modified: Thu, 22 Jun 2017 00:41:00 GMT",
            unmatched,
        ),
    ] {
        let all = [one.stored()];
        let answer = response(304, &answer.replace("{LATER}", LATER));
        let condition = Condition::new(&all, 0, BOOK);
        assert_eq!(condition.answered(&answer), expected, "{answer:?}");
    }
    let all = [a.stored()];
    for (status, expected) in
        [(200, Validated::Full), (404, Validated::Full), (503, Validated::Failed)]
    {
        assert_eq!(Condition::new(&all, 0, BOOK).answered(&response(status, "")), expected);
    }
}

#[test]
fn the_conditional_request() {
    let a = stored(
        BOOK,
        "Accept: a",
        200,
        &format!(
            "Date: {DATE}\nCache-Control: max-age=1\nETag: \"a\"\nVary: Accept\nLast-Modified: {EARLIER}"
        ),
    );
    let b = stored(
        BOOK,
        "Accept: b",
        200,
        &format!("Date: {DATE}\nCache-Control: max-age=1\nETag: W/\"b\"\nVary: Accept"),
    );
    let all = [a.stored(), b.stored()];
    let client = request(
        "GET",
        "Accept: a\nIf-None-Match: \"mine\"\nIf-Modified-Since: Thu, 22 Jun 2017 00:39:00 GMT\n\
         Range: bytes=0-1\nIf-Range: \"mine\"\nConnection: x-hop\nX-Hop: 1\nCookie: c",
    );
    let sent = Condition::new(&all, 0, BOOK).request_fields(&client);
    // A weak tag of what was not chosen may be another representation's: it is not asked about.
    assert_eq!(sent["if-none-match"], "\"a\"");
    assert_eq!(sent["if-modified-since"], EARLIER);
    assert_eq!((&sent["accept"], &sent["cookie"]), (&"a".parse().unwrap(), &"c".parse().unwrap()));
    for name in ["range", "if-range", "connection", "x-hop"] {
        assert!(!sent.contains_key(name), "{name}");
    }
    assert_eq!(Condition::new(&all, 1, BOOK).chosen(), Some(1));
    assert_eq!(Condition::new(&all, 2, BOOK).chosen(), None);
    assert_eq!(Condition::of_all(&all, BOOK).unwrap().chosen(), None);
    // One that has a tag and no Last-Modified is asked about by the tag alone.
    let sent = Condition::new(&all, 1, BOOK).request_fields(&client);
    assert_eq!(sent["if-none-match"], "\"a\", W/\"b\"");
    assert!(!sent.contains_key("if-modified-since"));
    let sent = Condition::of_all(&all, BOOK).unwrap().request_fields(&client);
    assert_eq!(sent["if-none-match"], "\"a\"");
    assert!(!sent.contains_key("if-modified-since"));
    // A tag that two of them have is listed once.
    let twice = [a.stored(), a.stored()];
    let sent = Condition::new(&twice, 0, BOOK).request_fields(&client);
    assert_eq!(sent["if-none-match"], "\"a\"");
    // Nothing that is worth asking about.
    assert!(Condition::of_all(&[b.stored()], BOOK).is_none());
}

/// What Express sends: one weak tag for all codings of a page. Its 304 is of the chosen one alone.
#[test]
fn a_weak_tag_fetches_no_other_representation() {
    let lines = "Cache-Control: max-age=1\nVary: Accept-Encoding\nETag: W/\"v1\"";
    let gzip =
        stored(BOOK, "Accept-Encoding: gzip", 200, &format!("{lines}\nContent-Encoding: gzip"));
    let plain = stored(BOOK, "", 200, lines);
    let answer = response(304, "ETag: W/\"v1\"");
    assert!(Condition::of_all(&[gzip.stored()], BOOK).is_none());
    let both = [gzip.stored(), plain.stored()];
    for chosen in [0, 1] {
        let condition = Condition::new(&both, chosen, BOOK);
        assert_eq!(condition.answered(&answer), Validated::NotModified(chosen));
    }
    let strong =
        stored(BOOK, "Accept: b", 200, "Cache-Control: max-age=1\nVary: Accept\nETag: \"b\"");
    let mixed = [plain.stored(), gzip.stored(), strong.stored()];
    let condition = Condition::of_all(&mixed, BOOK).unwrap();
    assert_eq!(condition.answered(&answer), Validated::Unmatched);
    assert_eq!(condition.answered(&response(304, "ETag: \"b\"")), Validated::NotModified(2));
}

#[test]
fn updates() {
    let entry = stored(
        BOOK,
        "",
        200,
        &format!(
            "Date: {DATE}\nCache-Control: max-age=1\nETag: \"a\"\nContent-Length: 10\n\
             Content-Encoding: gzip\nContent-Type: a/b\nX-Kept: 1\nX-New: 0\nX-New: 0\nAge: 5"
        ),
    );
    // T162
    let answer = response(
        304,
        "ETag: \"a\"\nContent-Length: 0\nContent-Encoding: br\nContent-Foo: f\nConnection: close, x-hop\n\
         X-Hop: 1\nProxy-Authenticate: x\nX-New: 1\nX-New: 2\nSet-Cookie: a=1\nSet-Cookie: b=2\n\
         Cache-Control: max-age=9",
    );
    let updated = freshen(&entry.head, &answer, at(60), BOOK);
    let fields = updated.headers();
    let all =
        |name: &str| fields.get_all(name).iter().map(|it| it.to_str().unwrap()).collect::<Vec<_>>();
    for (name, values) in [
        ("content-length", &["10"][..]),
        ("content-encoding", &["gzip"]),
        ("content-type", &["a/b"]),
        ("content-foo", &["f"]),
        ("x-kept", &["1"]),
        ("x-new", &["1", "2"]),
        ("set-cookie", &["a=1", "b=2"]),
        ("cache-control", &["max-age=9"]),
        ("connection", &[]),
        ("x-hop", &[]),
        ("proxy-authenticate", &[]),
        // The age of what is updated is not that of the update.
        ("age", &[]),
        ("date", &[LATER]),
    ] {
        let date = "Thu, 22 Jun 2017 00:42:00 GMT";
        assert_eq!(LATER, date);
        assert_eq!(all(name), values, "{name}");
    }
    let left_after = |answer: &Response<()>| {
        let freshened = entry.freshened(&at_time(&request("HEAD", ""), answer, 60), BOOK);
        freshened.kept().map(|kept| {
            assert_eq!(word(reuse_after(&kept, BOOK, &request("GET", ""), 60)), "serve");
            kept.policy.remaining(at(60))
        })
    };
    assert_eq!(left_after(&answer), Some(9));
    // T163
    for control in ["no-store", "private", "max-age=60, no-store"] {
        let answer = response(304, &format!("ETag: \"a\"\nCache-Control: {control}"));
        assert_eq!(left_after(&answer), None, "{control}");
    }
}

/// One client's request takes nothing from the others: who has a response validated, and with what
/// wishes, says nothing of whether it may be stored; the update does.
#[test]
fn an_update_that_is_one_clients_own_evicts_nothing() {
    let entry = stored(BOOK, "", 200, "Cache-Control: max-age=1\nETag: \"a\"");
    for (request_lines, control, expected) in [
        ("", "max-age=60", "kept"),
        ("", "private", "gone"),
        ("", "no-store", "gone"),
        ("Authorization: Basic x", "max-age=60", "kept"),
        ("Authorization: Basic x", "public, max-age=60", "kept"),
        ("Authorization: Basic x", "private", "gone"),
        ("Cache-Control: no-store", "max-age=60", "kept"),
        ("Cache-Control: no-store", "no-store", "gone"),
    ] {
        let asked = request("GET", request_lines);
        let answer = response(304, &format!("ETag: \"a\"\nCache-Control: {control}"));
        let became = match entry.freshened(&at_time(&asked, &answer, 9), BOOK).stored {
            Updated::Kept(kept) => {
                assert_eq!(kept.policy.remaining(at(9)), 60);
                "kept"
            }
            Updated::Unchanged => "unchanged",
            Updated::Gone => "gone",
        };
        assert_eq!(became, expected, "{request_lines} {control}");
    }
}

/// nginx keeps the head as it was: where a 304 gives no lifetime, that head gives its own again.
#[test]
fn a_304_that_gives_no_lifetime_renews_the_stored_one_in_nginx() {
    let nginx = &Profile::NGINX;
    let entry = stored(nginx, "", 200, "Cache-Control: max-age=5\nETag: \"a\"");
    for (control, lifetime) in [("max-age=60", 60), ("private", 5), ("no-store", 5)] {
        let (asked, answer) =
            (request("GET", ""), response(304, &format!("Cache-Control: {control}")));
        let kept = entry.freshened(&at_time(&asked, &answer, 9), nginx).kept().unwrap();
        assert_eq!(kept.policy.remaining(at(9)), lifetime, "{control}");
        assert_eq!(kept.head.headers()["cache-control"], "max-age=5");
    }
}

#[test]
fn what_head_says() {
    let common = format!("Date: {DATE}\nCache-Control: max-age=60");
    let entry = stored(
        BOOK,
        "",
        200,
        &format!("{common}\nETag: \"a\"\nContent-Length: 10\nLast-Modified: {EARLIER}"),
    );
    for (method, status, lines, expected) in [
        ("HEAD", 200, "ETag: \"a\"\nContent-Length: 10", AfterHead::Update),
        ("HEAD", 200, "Last-Modified: Thu, 22 Jun 2017 00:40:01 GMT", AfterHead::Stale),
        ("HEAD", 200, "", AfterHead::Update),
        (
            "HEAD",
            200,
            "ETag: \"a\"\nLast-Modified: Thu, 22 Jun 2017 00:40:00 GMT",
            AfterHead::Update,
        ),
        (
            "HEAD",
            200,
            "ETag: \"a\"\nLast-Modified: Thu, 22 Jun 2017 00:40:00 GMT\nContent-Length: 11",
            AfterHead::Stale,
        ),
        ("HEAD", 200, "ETag: \"b\"", AfterHead::Stale),
        ("HEAD", 404, "ETag: \"a\"", AfterHead::Unaffected),
        ("GET", 200, "ETag: \"b\"", AfterHead::Unaffected),
    ] {
        let request = request(method, "");
        let policy = RequestPolicy::read(request.as_request());
        let found = after_head(&policy, &response(status, lines), entry.stored(), BOOK);
        assert_eq!(found, expected, "{method} {status} {lines}");
    }
    // Where the stored head states no length, that of the content counts, if the store tells it.
    let entry = stored(BOOK, "", 200, &format!("{common}\nETag: \"a\""));
    for (octets, expected) in
        [(None, AfterHead::Update), (Some(10), AfterHead::Update), (Some(11), AfterHead::Stale)]
    {
        let one = octets.map_or(entry.stored(), |octets| entry.stored().with_length(octets));
        let request = request("HEAD", "");
        let policy = RequestPolicy::read(request.as_request());
        let answer = response(200, "ETag: \"a\"\nContent-Length: 10");
        assert_eq!(after_head(&policy, &answer, one, BOOK), expected, "{octets:?}");
    }
    // Of what could not have been chosen for the request it says nothing.
    for (status, lines) in [(404, ""), (200, "\nVary: Accept"), (200, "\nVary: *")] {
        let entry = stored(BOOK, "", status, &format!("{common}\nETag: \"a\"{lines}"));
        let request = request("HEAD", "Accept: a/b");
        let policy = RequestPolicy::read(request.as_request());
        let found = after_head(&policy, &response(200, "ETag: \"b\""), entry.stored(), BOOK);
        assert_eq!(found, AfterHead::Unaffected, "{status} {lines}");
    }
    let gone = entry.policy.invalidated();
    assert!(gone.remaining(at(1)) < 1 && gone.must_validate());
}

#[test]
fn what_is_invalidated() {
    for (_trap, method, status, lines, count) in [
        // T164
        ("T164", "PUT", 200, "Location: //evil.example/x", 1),
        ("T164", "PUT", 200, "Location: http://shop.example:8080/x", 1),
        ("T164", "PUT", 200, "Location: x\nContent-Location: /y", 3),
        // T165
        ("T165", "DELETE", 404, "", 0),
        ("T165", "POST", 500, "", 0),
        ("T165", "POST", 303, "", 1),
        ("", "GET", 200, "Location: /x", 0),
    ] {
        let keys = invalidated_by(&request(method, ""), &response(status, lines), BOOK);
        assert_eq!(keys.len(), count, "{method} {status} {lines}");
    }
    // T166
    let says = response(200, "Cache-Group-Invalidation: \"a\"");
    assert!(groups_invalidated_by(&request("GET", ""), &says).is_empty());
    assert_eq!(groups_invalidated_by(&request("POST", ""), &says), ["a"]);
}

#[test]
fn which_fields_are_kept() {
    // T151
    let lines = format!(
        "Date: {DATE}\nCache-Control: max-age=60\nConnection: Set-Cookie, x-foo\nSet-Cookie: a=1\n\
         X-Foo: 1\nX-Bar: 2\nKeep-Alive: 5\nProxy-Authenticate: x\nTransfer-Encoding: chunked\nAge: 1"
    );
    let entry = stored(BOOK, "", 200, &lines);
    let names = |map: &HeaderMap| {
        let mut names: Vec<_> = map.keys().map(|name| name.as_str().to_owned()).collect();
        names.sort_unstable();
        names
    };
    assert_eq!(names(entry.head.headers()), ["age", "cache-control", "date", "x-bar"]);
    let served: Vec<_> = lines_to_serve(&entry.head).map(|(name, _)| name).collect();
    assert!(!served.contains(&"age"));
    // T175
    let lines =
        format!("Date: {DATE}\nCache-Control: max-age=60\nSet-Cookie: a=1\nSet-Cookie: b=2");
    let entry = stored(BOOK, "", 200, &lines);
    let cookies = lines_to_serve(&entry.head).filter(|(name, _)| *name == "set-cookie");
    assert_eq!(cookies.map(|(_, value)| value).collect::<Vec<_>>(), [b"a=1", b"b=2"]);
    let head = Reply::Whole.head(entry.stored(), Some(3), BOOK);
    assert_eq!(head.headers().get_all("set-cookie").iter().count(), 2);
    assert_eq!(head.headers()["age"], "3");
    // T172: there is no way to hand in trailers; what was judged is the head alone.
    let pairs = [("Trailer", &b"Cache-Control"[..]), ("X-A", b"1")];
    let kept: Vec<_> = forwarded(HeaderLines::from_pairs(&pairs)).collect();
    assert_eq!(kept, [("X-A", &b"1"[..])]);
}

#[test]
fn qualified_directives_take_fields_out_where_a_profile_says_so() {
    const STRIPPING: Profile = Profile::RFC9111_SHARED
        .with_private_fields(Treatment::Stripped)
        .with_no_cache_fields(Treatment::Stripped)
        .with_control_fields(&[ControlField::Targeted("cdn-cache-control")]);
    let lines = format!(
        "Date: {DATE}\nCache-Control: max-age=60, private=\"x-a, X-B\"\n\
         Cache-Control: no-cache=\"set-cookie\", private=\"x-c\"\n\
         Set-Cookie: a=1\nX-A: 1\nX-B: 1\nX-C: 1\nX-D: 1"
    );
    let entry = stored(&STRIPPING, "", 200, &lines);
    let mut names: Vec<_> = entry.head.headers().keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["cache-control", "date", "x-d"]);
    assert_eq!(word(reuse_after(&entry, &STRIPPING, &request("GET", ""), 1)), "serve");
    // By the book it is not stored at all, or validated each time.
    let (request, response) = (request("GET", ""), response(200, &lines));
    let verdict = Exchange::new(&request, &response).received_at(at(0)).judge(BOOK);
    assert!(verdict.to_store().is_none());
}

#[test]
fn a_response_without_a_date_gets_the_time_of_receipt() {
    let entry = stored(BOOK, "", 200, "Cache-Control: max-age=60");
    assert_eq!(entry.head.headers()["date"], DATE);
    assert!(
        storable::storable(&request("GET", ""), &response(200, "Cache-Control: max-age=60"), BOOK)
            .to_store()
            .is_none()
    );
}

#[test]
fn an_update_leaves_a_part_a_part() {
    let lines =
        format!("Date: {DATE}\nCache-Control: max-age=1\nETag: \"a\"\nContent-Range: bytes 5-9/10");
    let entry = stored(BOOK, "Range: bytes=-5", 206, &lines);
    let answer = response(304, "ETag: \"a\"\nCache-Control: max-age=60");
    let asked = request("GET", "Range: bytes=6-7");
    let kept = entry.freshened(&at_time(&asked, &answer, 60), BOOK).kept().unwrap();
    for (range, expected) in
        [("bytes=-5", "serve"), ("bytes=6-7", "serve"), ("bytes=0-", "partial")]
    {
        let request = request("GET", &format!("Range: {range}"));
        assert_eq!(word(reuse_after(&kept, BOOK, &request, 61)), expected, "{range}");
    }
}

/// On the way of a hit nothing is allocated.
#[test]
fn a_hit_allocates_nothing() {
    let lines =
        format!("Date: {DATE}\nCache-Control: max-age=60\nVary: Accept-Language, X-A\nETag: \"a\"");
    let entry = stored(BOOK, "Accept-Language: en, de;q=0.5\nX-A: \"q\"", 200, &lines);
    let request = request("GET", "Accept-Language: de;q=0.5, EN\nX-A: \"q\"\nRange: bytes=0-1");
    let info = allocation_counter::measure(|| {
        let policy = RequestPolicy::read(request.as_request());
        let stored = entry.stored().with_length(10);
        let choice = look_up(&policy, [stored], BOOK, at(1));
        assert!(matches!(choice.reuse, Reuse::Serve(_)));
        assert!(matches!(reply(&policy, stored, BOOK), Reply::Part(_)));
        std::hint::black_box(lines_to_serve(&entry.head).count());
    });
    assert_eq!(info.count_total, 0);
}

#[cfg(feature = "serde")]
#[test]
fn what_is_kept_can_be_written_and_read() {
    let lines = format!("Date: {DATE}\nCache-Control: max-age=60\nVary: X-A, X-B\nETag: \"a\"");
    let entry = stored(BOOK, "X-A: 1", 200, &lines);
    let policy = serde_json::to_string(&entry.policy).unwrap();
    let vary = serde_json::to_string(&entry.vary).unwrap();
    assert_eq!(
        serde_json::from_str::<storable::life::StoredPolicy>(&policy).unwrap(),
        entry.policy
    );
    assert_eq!(serde_json::from_str::<storable::life::VaryKey>(&vary).unwrap(), entry.vary);
    for (from, to) in [
        ("\"format\":2", "\"format\":1"),
        ("rfc9111-shared", "no-such-cache"),
        ("June 2022", "June 2014"),
    ] {
        let other = policy.replace(from, to);
        assert_ne!(other, policy);
        assert!(serde_json::from_str::<storable::life::StoredPolicy>(&other).is_err(), "{to}");
    }
}

mod laws {
    use proptest::prelude::*;

    use super::*;

    const REQUEST_FIELDS: &[&str] = &[
        "cache-control: max-stale",
        "cache-control: max-stale=5, max-age=9",
        "cache-control: min-fresh=3",
        "cache-control: no-cache",
        "cache-control: no-store",
        "cache-control: only-if-cached",
        "cache-control: stale-if-error=99",
        "authorization: a",
        "cookie: a",
        "range: bytes=0-1",
        "range: bytes=5-, -1",
        "if-range: \"a\"",
        "if-none-match: \"a\", W/\"b\"",
        "if-none-match: *",
        "if-modified-since: Thu, 22 Jun 2017 00:40:00 GMT",
        "accept-language: en, de;q=0.5",
        "x-a: \"1",
        "connection: x-a, cache-control",
    ];
    const RESPONSE_FIELDS: &[&str] = &[
        "cache-control: max-age=60",
        "cache-control: s-maxage=9, stale-while-revalidate=9",
        "cache-control: max-age=1, stale-while-revalidate=60, stale-if-error=60",
        "cache-control: must-revalidate",
        "cache-control: no-cache",
        "cache-control: private",
        "cache-control: no-store",
        "cache-control: public",
        "cache-control: private=\"x-a\", no-cache=\"x-b",
        "expires: 0",
        "expires: Thu, 22 Jun 2017 00:42:00 GMT",
        "age: 7",
        "date: Thu, 22 Jun 2017 00:41:00 GMT",
        "etag: \"a\"",
        "etag: W/\"b\"",
        "etag: c",
        "last-modified: Thu, 22 Jun 2017 00:40:00 GMT",
        "vary: accept-language, x-a",
        "vary: accept-language x-a",
        "vary: *",
        "content-range: bytes 0-4/10",
        "content-range: bytes 5-2/1",
        "content-length: 10",
        "location: ../../x",
        "content-location: //shop.example:80",
        "cache-groups: \"a\", \"b\"",
        "no-vary-search: params=(\"a\"), key-order",
    ];

    fn some_of(lines: &'static [&'static str]) -> impl Strategy<Value = String> {
        prop::collection::vec(prop::sample::select(lines), 0..6).prop_map(|all| all.join("\n"))
    }

    fn status() -> impl Strategy<Value = u16> {
        prop::sample::select(vec![200_u16, 200, 200, 204, 206, 301, 304, 404, 500, 503, 599])
    }

    fn method() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec!["GET", "GET", "HEAD", "POST", "QUERY", "M-SEARCH"])
    }

    proptest! {
        #[test]
        fn a_life(
            (method, first, second) in (method(), some_of(REQUEST_FIELDS), some_of(REQUEST_FIELDS)),
            (first_status, first_lines) in (status(), some_of(RESPONSE_FIELDS)),
            (second_status, second_lines) in (status(), some_of(RESPONSE_FIELDS)),
            number in 0..Profile::ALL.len(),
            (early, late) in (0_u64..200, 0_u64..200),
            length in 0_u64..12,
        ) {
            let profile = &Profile::ALL[number];
            let (first, second) = (request(method, &first), request("GET", &second));
            let (answer, newer) =
                (response(first_status, &first_lines), response(second_status, &second_lines));
            let _ = invalidated_by(&first, &answer, profile);
            let _ = groups_invalidated_by(&first, &answer);
            let profile = &profile.with_stale_if_error(StaleIfError::UnlessBarred);
            let verdict = Exchange::new(&first, &answer).received_at(at(0)).judge(profile);
            let Some(entry) = verdict.to_store() else { return Ok(()) };
            prop_assert_eq!(verdict.storage(), storable::Storage::Stored);
            let stored = entry.stored().with_length(length);
            let policy = RequestPolicy::read(second.as_request());
            let (early, late) = (at(early.min(late)), at(early.max(late)));
            prop_assert!(entry.policy.remaining(late) <= entry.policy.remaining(early));

            let chosen = reuse(&policy, stored, profile, late);
            if let Reuse::Serve(served) | Reuse::ServeAndRevalidate(served) = chosen {
                // A request never overrides what a response prohibits.
                prop_assert!(!entry.policy.must_validate());
                // Traffic Server grants max-stale in spite of s-maxage (`what_is_document_freshness`).
                let wishes = second.headers().get_all("cache-control");
                let wants_stale = wishes.iter().any(|line| line.as_bytes().starts_with(b"max-stale"));
                let granted = profile.id().starts_with("ats-") && wants_stale;
                if let Reuse::Serve(served) = chosen && !granted {
                    prop_assert!(served.remaining > 0 || !entry.policy.bars_stale_use());
                }
                let replied = reply(&policy, stored, profile);
                let head = replied.head(stored, Some(served.age), profile);
                let ages = head.headers().get_all("age").iter().count();
                match profile.facts().age_field {
                    Fact::Known(AgeField::AsStored) => {}
                    Fact::Known(AgeField::None) => prop_assert_eq!(ages, 0),
                    _ => prop_assert_eq!(ages, 1),
                }
                let parts: Vec<_> = match replied {
                    Reply::Part(part) => vec![part],
                    Reply::Parts(parts) => parts.iter().collect(),
                    _ => vec![],
                };
                for part in parts {
                    prop_assert!(part.offset + part.length <= length.max(1), "{:?}", part);
                }
            }
            if let Some(served) = on_error(&policy, stored, profile, late) {
                prop_assert!(served.remaining > 0 || !entry.policy.bars_stale_use());
            }
            let all = [stored];
            let condition = Condition::new(&all, 0, profile);
            let _ = condition.request_fields(&second);
            let _ = (condition.answered(&newer), after_head(&policy, &newer, stored, profile));
            let exchange = Exchange::new(&second, &newer).requested_at(early).received_at(late);
            let freshened = entry.freshened(&exchange, profile);
            prop_assert_eq!(freshened.head.status().as_u16(), first_status);
            let (old, new) = (entry.head.headers(), freshened.head.headers());
            prop_assert_eq!(old.get("content-length"), new.get("content-length"));
            let _ = combine(&answer, length, &newer);
        }

        #[test]
        fn what_is_restricted_is_not_kept(
            lines in some_of(RESPONSE_FIELDS),
            restriction in prop::sample::select(vec!["no-store", "Private", "private, x="]),
        ) {
            let answer = response(200, &format!("{lines}\ncache-control: {restriction}"));
            let request = request("GET", "");
            let verdict = Exchange::new(&request, &answer).received_at(at(0)).judge(BOOK);
            prop_assert!(verdict.to_store().is_none());
        }
    }
}
