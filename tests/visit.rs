//! What a visit to a cache comes to, step by step: one case is what is stored, a request, what the
//! origin says to it, and what becomes of all three.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::arithmetic_side_effects)]

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, Request, Response};
use storable::profile::StaleIfError;
use storable::visit::{
    Ask, Cache, Company, Content, ContentOf, Held, Kept, Outcome, RequestContent, Send, Step,
    Times, Visit, Waited,
};
use storable::{Axis, Profile};

type Lines = &'static [(&'static str, &'static str)];

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds)
}

fn request(method: &str, lines: Lines) -> http::request::Parts {
    let request = Request::builder().method(method).uri("/page").header("Host", "shop.example");
    let request =
        lines.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(()).unwrap().into_parts().0
}

fn response(status: u16, lines: Lines) -> Response<()> {
    let response = Response::builder().status(status);
    let response =
        lines.iter().fold(response, |response, (name, value)| response.header(*name, *value));
    response.body(()).unwrap()
}

fn cache(profile: Profile) -> Arc<Cache> {
    Arc::new(Cache::new(profile).named("c"))
}

fn visit(cache: &Arc<Cache>, parts: &http::request::Parts) -> Visit {
    Cache::visit(cache, parts, RequestContent::Absent).unwrap()
}

/// What the origin is asked, where it is.
fn asked(visit: &Visit, held: &[Held<'_>], seconds: u64) -> Ask {
    match visit.look_up(held, at(seconds)) {
        Step::Ask(ask) => ask,
        step => panic!("the origin is not asked: {step:?}"),
    }
}

fn times(seconds: u64) -> Times {
    Times { requested_at: at(seconds), received_at: at(seconds) }
}

/// What a GET stores, in the first second.
fn stored(cache: &Arc<Cache>, lines: Lines) -> Kept {
    let visit = visit(cache, &request("GET", &[]));
    let ask = asked(&visit, &[], 0);
    let mut outcome = visit.answered(&ask, &[], response(200, lines), times(0));
    assert_eq!(outcome.changes.keep[0].content, ContentOf::Answer);
    outcome.changes.keep.remove(0).kept
}

fn status(head: &HeaderMap) -> &str {
    head["cache-status"].to_str().unwrap()
}

const TAGGED: Lines = &[("Cache-Control", "max-age=60"), ("ETag", "\"a\"")];
const STALE: Lines =
    &[("Cache-Control", "max-age=60, stale-while-revalidate=60"), ("ETag", "\"a\"")];

#[test]
fn without_the_origin() {
    let cache = cache(Profile::RFC9111_SHARED);
    for (lines, method, wants, after, code, content, says) in [
        (TAGGED, "GET", &[][..], 20, 200, "whole", "c; hit; ttl=40; detail=max-age"),
        (TAGGED, "HEAD", &[], 20, 200, "none", "c; hit; ttl=40; detail=max-age"),
        (TAGGED, "GET", &[("If-None-Match", "\"a\"")], 20, 304, "none", "c; hit; ttl=40"),
        (TAGGED, "GET", &[("If-None-Match", "\"b\"")], 20, 200, "whole", "c; hit; ttl=40"),
        (TAGGED, "GET", &[("Range", "bytes=2-4")], 20, 206, "part", "c; hit; ttl=40"),
        (TAGGED, "GET", &[("Range", "bytes=0-0, 9-")], 20, 206, "parts", "c; hit; ttl=40"),
        (TAGGED, "GET", &[("Range", "bytes=10-")], 20, 416, "none", "c; hit; ttl=40"),
        (TAGGED, "GET", &[("Cache-Control", "max-stale")], 70, 200, "whole", "c; hit; ttl=-10"),
        (TAGGED, "GET", &[("Cache-Control", "only-if-cached")], 70, 504, "none", "c; fwd=miss"),
        (STALE, "GET", &[], 90, 200, "whole", "c; hit; ttl=-30"),
    ] {
        let kept = stored(&cache, lines);
        let held = [Held { kept: &kept, length: Some(10) }];
        let step = visit(&cache, &request(method, wants)).look_up(&held, at(after));
        let renews = matches!(step, Step::AnswerAndRenew(_));
        let (Step::Answer(answer) | Step::AnswerAndRenew(answer)) = step else {
            panic!("{method} {wants:?}: {step:?}")
        };
        let sent = match answer.content {
            Content::None => "none",
            Content::Whole => "whole",
            Content::Part(_) => "part",
            Content::Parts(_) => "parts",
        };
        assert_eq!((answer.head.status().as_u16(), sent), (code, content), "{method} {wants:?}");
        let said = status(answer.head.headers());
        assert!(said.starts_with(says), "{method} {wants:?}: {said}");
        assert_eq!(renews, after == 90, "{method} {wants:?}");
    }
}

#[test]
fn what_the_origin_is_asked() {
    for (profile, lines, method, wants, asked, company, why) in [
        (Profile::RFC9111_SHARED, TAGGED, "GET", &[][..], "GET \"a\"", "together", "stale"),
        (
            Profile::RFC9111_SHARED,
            TAGGED,
            "GET",
            &[("Range", "bytes=0-1")],
            "GET \"a\"",
            "together",
            "stale",
        ),
        (
            Profile::RFC9111_SHARED,
            &[],
            "GET",
            &[("Range", "bytes=0-1")],
            "GET ",
            "behind",
            "uri-miss",
        ),
        (Profile::RFC9111_SHARED, TAGGED, "POST", &[], "POST ", "alone", "method"),
        (
            Profile::RFC9111_SHARED,
            TAGGED,
            "GET",
            &[("Upgrade", "h2c")],
            "GET \"a\"",
            "together",
            "stale",
        ),
        (Profile::CACHING_OFF, &[], "GET", &[], "GET ", "alone", "bypass"),
        (Profile::NGINX, STALE, "GET", &[], "GET ", "meanwhile", "stale"),
        (Profile::VARNISH_7, &[], "HEAD", &[], "GET ", "together", "uri-miss"),
    ] {
        let cache = cache(profile);
        let kept = if lines.is_empty() { None } else { Some(stored(&cache, lines)) };
        let held: Vec<_> = kept.iter().map(|kept| Held { kept, length: Some(10) }).collect();
        let step = visit(&cache, &request(method, wants)).look_up(&held, at(90));
        let Step::Ask(ask) = step else { panic!("{method} {wants:?}: {step:?}") };
        let condition = ask.fields.get("if-none-match").map_or("", |tags| tags.to_str().unwrap());
        let goes = match ask.company {
            Company::Alone => "alone",
            Company::Together => "together",
            Company::Behind => "behind",
            Company::Meanwhile(_) => "meanwhile",
        };
        assert_eq!(format!("{} {condition}", ask.method), asked, "{method} {wants:?}");
        assert_eq!(
            (goes, ask.why.name()),
            (company, why),
            "{} {method} {wants:?}",
            cache.profiles()[0].id()
        );
    }
}

/// What an answer to a request two minutes later comes to.
fn outcome(
    cache: &Arc<Cache>,
    kept: &Kept,
    method: &str,
    wants: Lines,
    answer: Response<()>,
) -> Outcome {
    let held = [Held { kept, length: Some(10) }];
    let visit = visit(cache, &request(method, wants));
    let ask = asked(&visit, &held, 120);
    visit.answered(&ask, &held, answer, times(120))
}

#[test]
fn what_answers_change() {
    let profile = Profile::RFC9111_SHARED.with_stale_if_error(StaleIfError::UnlessBarred);
    let cache = cache(profile);
    for (method, wants, answer, code, of, removed, kept, uris) in [
        ("GET", &[][..], response(304, TAGGED), 200, Some(0), 1, Some(ContentOf::Held(0)), 0),
        (
            "GET",
            &[("If-None-Match", "\"a\"")],
            response(304, TAGGED),
            304,
            Some(0),
            1,
            Some(ContentOf::Held(0)),
            0,
        ),
        ("GET", &[], response(304, &[("Cache-Control", "no-store")]), 200, Some(0), 1, None, 0),
        ("GET", &[], response(200, TAGGED), 200, None, 0, Some(ContentOf::Answer), 0),
        ("GET", &[], response(200, &[("Cache-Control", "no-store")]), 200, None, 1, None, 0),
        ("GET", &[], response(503, &[]), 200, Some(0), 0, None, 0),
        ("GET", &[], response(404, &[("Cache-Control", "no-store")]), 404, None, 1, None, 0),
        (
            "HEAD",
            &[],
            response(304, &[("ETag", "\"a\"")]),
            200,
            Some(0),
            1,
            Some(ContentOf::Held(0)),
            0,
        ),
        ("POST", &[], response(303, &[("Location", "/done")]), 303, None, 0, None, 2),
        ("POST", &[], response(500, &[]), 500, None, 0, None, 0),
    ] {
        let held = stored(&cache, TAGGED);
        let outcome = outcome(&cache, &held, method, wants, answer);
        let Send::Answer(sent) = outcome.send else { panic!("{method}: once more") };
        let changes = outcome.changes;
        let keeps: Vec<_> = changes.keep.iter().map(|keep| keep.content).collect();
        assert_eq!((sent.head.status().as_u16(), sent.of), (code, of), "{method} {wants:?}");
        assert_eq!(keeps, Vec::from_iter(kept), "{method} {code}");
        assert_eq!(
            (changes.remove.len(), changes.remove_uris.len()),
            (removed, uris),
            "{method} {code}"
        );
        assert!(changes.keep.iter().all(|keep| keep.kept.replaces(&held)), "{method} {code}");
    }
}

#[test]
fn a_304_that_is_about_nothing_here() {
    let cache = cache(Profile::RFC9111_SHARED);
    let kept = stored(&cache, TAGGED);
    let outcome = outcome(&cache, &kept, "GET", &[], response(304, &[("ETag", "\"b\"")]));
    let Send::Again(ask) = outcome.send else { panic!("{:?}", outcome.send) };
    assert!(!ask.fields.contains_key("if-none-match"));
    assert!(matches!(ask.company, Company::Alone));
}

#[test]
fn keys_have_scheme_and_authority() {
    for (uri, host, expected) in [
        ("/a?b", Some("Shop.example"), "http://shop.example/a?b"),
        ("https://shop.example/a", Some("other.example"), "https://shop.example/a"),
        ("/a", None, ":///a"),
        ("*", Some("shop.example"), "http://shop.example/"),
    ] {
        let mut parts = Request::get(uri);
        if let Some(host) = host {
            parts = parts.header("Host", host);
        }
        let cache = cache(Profile::RFC9111_SHARED);
        let visit = visit(&cache, &parts.body(()).unwrap().into_parts().0);
        assert_eq!(visit.key().uri(), expected.as_bytes(), "{uri} {host:?}");
    }
}

#[test]
fn what_is_no_business_of_a_cache() {
    let cache = cache(Profile::RFC9111_SHARED);
    for (method, lines, visits) in [
        ("CONNECT", &[][..], false),
        ("GET", &[("Connection", "keep-alive, Upgrade"), ("Upgrade", "websocket")], false),
        ("GET", &[("Upgrade", "websocket")], true),
        ("GET", &[], true),
    ] {
        let visit = Cache::visit(&cache, &request(method, lines), RequestContent::Absent);
        assert_eq!(visit.is_some(), visits, "{method} {lines:?}");
    }
    // Two hosts, and content that is not seen, go to the origin and leave nothing in the store.
    for (lines, content) in
        [(&[("Host", "b.example")][..], RequestContent::Absent), (&[], RequestContent::Unread)]
    {
        let visit = Cache::visit(&cache, &request("GET", lines), content).unwrap();
        let ask = asked(&visit, &[], 0);
        assert_eq!(ask.why.name(), "bypass", "{lines:?}");
        let outcome = visit.answered(&ask, &[], response(200, TAGGED), times(0));
        assert!(outcome.changes.keep.is_empty() && outcome.landed.is_none(), "{lines:?}");
    }
}

/// Who waits gets what the verdict says for it.
#[test]
fn what_those_get_who_wait() {
    const PAST: Lines =
        &[("Cache-Control", "no-cache"), ("Expires", "Thu, 22 Jun 2017 00:40:59 GMT")];
    const ZERO: Lines = &[("Cache-Control", "max-age=0"), ("ETag", "\"a\"")];
    let each =
        Profile::RFC9111_SHARED.with_answer_of(Axis::WaitingZero, Profile::HAPROXY_3.facts());
    for (profile, lines, gets) in [
        (Profile::RFC9111_SHARED, TAGGED, "it"),
        (Profile::RFC9111_SHARED, PAST, "its own, without a condition"),
        (Profile::RFC9111_SHARED, ZERO, "its own, with a condition"),
        (each, ZERO, "its own, without a condition"),
        (
            Profile::RFC9111_SHARED,
            &[("Cache-Control", "private, max-age=60")],
            "its own, without a condition",
        ),
        (Profile::MERCARI_2017, PAST, "it"),
        (Profile::MERCARI_2017, &[("Cache-Control", "private")], "its own, without a condition"),
    ] {
        let cache = cache(profile);
        let of = |user| visit(&cache, &request("GET", user));
        let first = of(&[("Cookie", "alice")]);
        let ask = asked(&first, &[], 0);
        let Outcome { landed, changes, .. } =
            first.answered(&ask, &[], response(200, lines), times(0));
        let kept: Vec<_> = changes.keep.into_iter().map(|keep| keep.kept).collect();
        let held: Vec<_> = kept.iter().map(|kept| Held { kept, length: Some(10) }).collect();
        let other = of(&[("Cookie", "bob")]);
        let ask = match other.share(&landed.unwrap(), Some(10), 1, at(0)) {
            Waited::Answer(answer) => {
                assert!(status(answer.head.headers()).contains("; collapsed"), "{answer:?}");
                None
            }
            Waited::LookUp => Some(asked(&other, &held, 0)),
            Waited::OwnFetch => Some(asked(&other, &[], 0)),
        };
        let got = match &ask {
            None => "it",
            Some(ask) if ask.fields.contains_key("if-none-match") => "its own, with a condition",
            Some(_) => "its own, without a condition",
        };
        assert_eq!(got, gets, "{} {lines:?}", cache.profiles()[0].id());
    }
}

/// Who renews in the background asks for all of the response, with the cache's own condition.
#[test]
fn a_renewal_is_for_everybody() {
    let cache = cache(Profile::RFC9111_SHARED);
    let kept = stored(&cache, STALE);
    let held = [Held { kept: &kept, length: Some(10) }];
    let wants = &[("Range", "bytes=0-1"), ("If-None-Match", "\"mine\"")];
    let visit = visit(&cache, &request("HEAD", wants));
    assert!(matches!(visit.look_up(&held, at(90)), Step::AnswerAndRenew(_)));
    let ask = asked(&visit.renewal(), &held, 90);
    assert_eq!(
        (ask.method.as_str(), &ask.fields["if-none-match"]),
        ("GET", &"\"a\"".parse().unwrap())
    );
    assert!(!ask.fields.contains_key("range"));
    // Where another one was quicker there is nothing to ask.
    assert!(matches!(visit.renewal().look_up(&held, at(30)), Step::Answer(_)));
}
