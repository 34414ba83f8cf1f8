//! What a verdict tells beside its answers.

#![allow(missing_docs, clippy::unwrap_used)]

use storable::profile::Marker;
use storable::{Axis, FreshFor, Profile, Reason, RuleEffect, Storage, Verdict, storable};

/// What a profile says of a GET, asked with a closure because a verdict borrows the messages.
fn ask<T>(
    profile: &Profile,
    request_lines: &[(&str, &str)],
    response_lines: &[(&str, &str)],
    then: impl FnOnce(Verdict<'_>) -> T,
) -> T {
    let mut request = http::Request::get("https://shop.example/x");
    for (name, value) in request_lines {
        request = request.header(*name, *value);
    }
    let mut response = http::Response::builder();
    for (name, value) in response_lines {
        response = response.header(*name, *value);
    }
    then(storable(&request.body(()).unwrap(), &response.body(()).unwrap(), profile))
}

#[test]
fn a_reason_says_on_whose_word_it_stands() {
    const SHORT: &Profile = &Profile::FASTLY.with_default_ttl(60);
    let (of_rfc, of_fastly) = (&Profile::RFC9111_SHARED, &Profile::FASTLY);
    let (private, cookie) = (("Cache-Control", "private"), ("Set-Cookie", "a=b"));
    let source = |profile, line, code| {
        ask(profile, &[], &[line], |verdict| {
            let found = |reason: &&Reason<'_>| reason.code() == code;
            let reason = *verdict.reasons().find(found).unwrap();
            verdict.source(&reason).to_string()
        })
    };
    assert_eq!(source(of_rfc, private, "private"), "RFC 9111 §5.2.2.7");
    let claim = source(of_fastly, private, "private");
    assert!(claim.contains(" (read in source, seen 20") && claim.ends_with(')'), "{claim}");
    let operators = source(SHORT, ("X", ""), "default-ttl");
    assert_eq!(operators, "operator setting: default-ttl");
    let nobodys = source(&Profile::MERCARI_2017, cookie, "set-cookie-unknown");
    assert!(nobodys.starts_with("not known: ") && nobodys.contains("Set-Cookie"), "{nobodys}");
}

#[test]
fn the_headline_is_the_reason_that_decides() {
    let headline = |profile, request: &[_], response: &[_]| {
        ask(profile, request, response, |verdict| verdict.headline().code())
    };
    let of_rfc = &Profile::RFC9111_SHARED;
    let of_cloudfront = &Profile::CLOUDFRONT;
    for (profile, request, response, code) in [
        (&Profile::CACHING_OFF, ("X", ""), [("X", ""); 2], "caching-off"),
        (of_rfc, ("X", ""), [("Cache-Control", "no-store"), ("X", "")], "no-store"),
        (of_rfc, ("X", ""), [("Cache-Control", "no-cache"), ("X", "")], "no-cache"),
        (of_rfc, ("X", ""), [("Vary", "*"), ("X", "")], "vary-star"),
        (of_rfc, ("X", ""), [("Set-Cookie", "a=b"), ("X", "")], "no-lifetime"),
        // What is not known stands above what is not looked at.
        (
            of_cloudfront,
            ("Authorization", "a"),
            [("Expires", "0"), ("X", "")],
            "invalid-expires-unknown",
        ),
        (
            &Profile::SQUID_5,
            ("X", ""),
            [("Cache-Control", "max-age=60"), ("X", "")],
            "lifetime-without-date",
        ),
    ] {
        assert_eq!(headline(profile, &[request], &response), code, "{}", profile.id());
    }
    // That those who wait all get what is not fresh comes before anything else.
    let personal = [("Cache-Control", "no-cache"), ("Expires", "Thu, 22 Jun 2017 00:40:00 GMT")];
    ask(&Profile::MERCARI_2017, &[], &personal, |verdict| {
        assert_eq!(verdict.headline(), verdict.why_waiting_user());
        assert_eq!(verdict.headline().effect, RuleEffect::Shares);
    });
}

#[test]
fn what_stays_behind_of_what_is_not_stored() {
    let marker = |profile, line| ask(profile, &[], &[line], |verdict| verdict.marker());
    let (closed, open) = (("Cache-Control", "no-store"), ("Cache-Control", "max-age=60"));
    assert_eq!(marker(&Profile::VARNISH_7, closed), Some(Marker::HitForMiss(120)));
    assert_eq!(marker(&Profile::VARNISH_7, open), Some(Marker::None));
    assert_eq!(marker(&Profile::CACHING_OFF, open), Some(Marker::None));
    assert_eq!(marker(&Profile::MERCARI_2017, ("Set-Cookie", "a=b")), None);
}

#[test]
fn a_lifetime_that_is_not_known_is_told_as_far_as_it_is() {
    let fresh = |profile, line| {
        ask(profile, &[], &[line], |verdict| (verdict.storage(), verdict.fresh_for()))
    };
    let of_cloudfront = fresh(&Profile::CLOUDFRONT, ("Expires", "0"));
    assert_eq!(of_cloudfront, (Storage::Stored, FreshFor::Between(0, 31_536_000)));
    let of_akamai = fresh(&Profile::AKAMAI, ("X", ""));
    assert_eq!(of_akamai, (Storage::Stored, FreshFor::Unknown));
}

#[test]
fn verdicts_are_equal_where_their_answers_are() {
    let open = [("Cache-Control", "max-age=60")];
    ask(&Profile::FASTLY, &[], &open, |of_fastly| {
        ask(&Profile::RFC9111_SHARED, &[], &open, |of_rfc| assert_eq!(of_fastly, of_rfc));
        ask(&Profile::FASTLY, &[], &[("Cache-Control", "private")], |closed| {
            assert_ne!(of_fastly, closed);
            assert!(of_fastly.may_share() && !closed.may_share());
        });
    });
}

#[test]
fn a_question_is_open_only_where_an_answer_hangs_on_it() {
    let open = |line| ask(&Profile::MERCARI_2017, &[], &[line], |verdict| verdict.open_questions());
    assert!(open(("Set-Cookie", "a=b")).contains(Axis::SetCookie));
    assert!(!open(("Cache-Control", "private")).contains(Axis::SetCookie));
    // How requests are collapsed is told.
    assert!(!open(("Set-Cookie", "a=b")).contains(Axis::Collapsing));
}
