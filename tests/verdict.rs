//! What a verdict tells beside its answers.

#![allow(missing_docs, clippy::unwrap_used)]

#[path = "support/ask.rs"]
mod ask;

use ask::ask;
use storable::profile::{Collapsing, ControlField, Marker};
use storable::{
    Answer, Answers, Axis, Difference, Direction, Exposure, FreshFor, Profile, Question, Reason,
    Rule, RuleEffect, Storage, Waiting,
};

/// A cache that reads RFC 9213's field.
const TARGETED: Profile =
    Profile::RFC9111_SHARED.with_control_fields(&[ControlField::Targeted("cdn-cache-control")]);

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
    assert!(
        nobodys.starts_with("no public source answers: ") && nobodys.contains("Set-Cookie"),
        "{nobodys}"
    );
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
fn what_decides_on_those_who_wait_is_told_with_its_evidence() {
    const PAST: &str = "Thu, 22 Jun 2017 00:40:00 GMT";
    const AFTER: (&str, &str) = ("date", "Thu, 22 Jun 2017 00:41:00 GMT");
    let (of_rfc, of_mercari) = (&Profile::RFC9111_SHARED, &Profile::MERCARI_2017);
    for (profile, line, code, evidence) in [
        (of_rfc, ("cache-control", "max-age=60"), "waiting-fresh", ""),
        (of_rfc, ("cache-control", "no-store"), "waiting-not-stored", ""),
        (of_rfc, ("cache-control", "no-cache"), "waiting-no-cache", "cache-control: no-cache"),
        (
            of_rfc,
            ("cache-control", "max-age=0"),
            "waiting-zero-lifetime",
            "cache-control: max-age=0",
        ),
        (of_mercari, ("expires", PAST), "waiting-past-expires", &*format!("expires: {PAST}")),
        (&Profile::CACHING_OFF, ("cache-control", "max-age=60"), "no-collapsing", ""),
    ] {
        ask(profile, &[], &[line, AFTER], |verdict| {
            let why = verdict.why_waiting_user();
            assert_eq!((why.code(), &*why.evidence.to_string()), (code, evidence), "{line:?}");
        });
    }
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

/// Fastly reads the windows for stale answers from Surrogate-Control first, one by one.
#[test]
fn stale_windows_of_a_field_that_comes_first() {
    for (surrogate, control, seconds, field) in [
        ("max-age=9, stale-while-revalidate=60", "max-age=5", 60, "surrogate-control"),
        ("stale-while-revalidate=60", "stale-while-revalidate=5", 60, "surrogate-control"),
        ("max-age=9", "stale-while-revalidate=5", 5, "cache-control"),
        ("stale-if-error=60", "stale-while-revalidate=5", 5, "cache-control"),
    ] {
        let request = http::Request::get("https://shop.example/").body(()).unwrap();
        let response = http::Response::builder()
            .header("Surrogate-Control", surrogate)
            .header("Cache-Control", control)
            .body(())
            .unwrap();
        let verdict = storable::storable(&request, &response, &Profile::FASTLY);
        assert_eq!(verdict.stale_for(), FreshFor::Seconds(seconds), "{surrogate} / {control}");
        let window = verdict.reasons().find(|reason| reason.rule == Rule::StaleWhileRevalidate);
        assert_eq!(
            window.map(|reason| reason.evidence.field),
            Some(field),
            "{surrogate} / {control}"
        );
    }
}

#[test]
fn verdicts_are_equal_where_their_answers_are() {
    let open = [("Cache-Control", "max-age=60")];
    ask(&Profile::FASTLY, &[], &open, |of_fastly| {
        ask(&Profile::RFC9111_SHARED, &[], &open, |of_rfc| {
            assert_eq!(of_fastly.answers(), of_rfc.answers())
        });
        ask(&Profile::FASTLY, &[], &[("Cache-Control", "private")], |closed| {
            assert_ne!(of_fastly.answers(), closed.answers());
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

#[test]
fn reasons_are_walked_from_both_ends() {
    let lines = [("cache-control", "max-age=60, no-store"), ("age", "5")];
    ask(&Profile::FASTLY, &[], &lines, |verdict| {
        let reasons = verdict.reasons();
        let codes: Vec<_> = reasons.iter().map(Reason::code).collect();
        assert_eq!(codes.first(), Some(&"no-store-ignored"));
        assert!(codes.contains(&"age") && codes.contains(&"max-age"), "{codes:?}");
        assert!(!reasons.is_empty());
        assert_eq!(
            (reasons.len(), reasons.size_hint()),
            (codes.len(), (codes.len(), Some(codes.len())))
        );
        let mut backwards: Vec<_> = reasons.iter().rev().map(Reason::code).collect();
        backwards.reverse();
        assert_eq!(backwards, codes);
        let mut rest = reasons.iter();
        assert_eq!(rest.by_ref().count(), codes.len());
        assert!(rest.is_empty() && rest.next_back().is_none());
    });
}

#[test]
fn reasons_say_what_became_of_it() {
    const IGNORING: &Profile = &Profile::NGINX.with_ignored_fields(&["set-cookie"]);
    let (of_rfc, of_fastly) = (&Profile::RFC9111_SHARED, &Profile::FASTLY);
    for (profile, line, code, end) in [
        (of_rfc, ("cache-control", "no-store"), "no-store", ": not stored"),
        (&Profile::CACHING_OFF, ("x", ""), "caching-off", ": bypasses the cache"),
        (of_rfc, ("cache-control", "max-age=60"), "max-age", ": 60 s"),
        (of_rfc, ("age", "5"), "age", ": 5 s are over"),
        (
            of_rfc,
            ("cache-control", "no-cache"),
            "no-cache",
            ": every use is validated at the origin",
        ),
        (of_rfc, ("vary", "*"), "vary-star", ": matches no later request"),
        (
            of_fastly,
            ("cache-control", "no-store"),
            "no-store-ignored",
            ": this cache does not look at that",
        ),
        (&Profile::CLOUDFRONT, ("set-cookie", "a=b"), "set-cookie", ": stored without it"),
        (
            &Profile::MERCARI_2017,
            ("set-cookie", "a=b"),
            "set-cookie-unknown",
            ": no public source says what this cache does then",
        ),
    ] {
        ask(profile, &[], &[line], |verdict| {
            let told = verdict.reasons().find(|reason| reason.code() == code);
            let told = told.map(ToString::to_string).unwrap_or_default();
            assert!(told.ends_with(end), "{}: {code}: {told}", profile.id());
        });
    }
    ask(IGNORING, &[], &[("Set-Cookie", "a=b")], |verdict| {
        let told = verdict.reasons().find(|reason| reason.code() == "ignored-field").unwrap();
        // A credential is named, never shown.
        assert_eq!((told.evidence.field, told.evidence.text), ("set-cookie", &b""[..]));
    });
}

/// What of a request and a response is odd, and where: `kind field line:byte`.
#[test]
fn oddities_are_told_with_their_place() {
    let odd = |profile, request: &[_], response: &[_]| {
        ask(profile, request, response, |verdict| {
            let warnings = verdict.warnings();
            assert_eq!(warnings.len(), verdict.warning_count());
            let told = warnings.iter().map(|odd| {
                format!("{:?} {} {}:{}", odd.kind, odd.field.name(), odd.line, odd.offset)
            });
            told.collect::<Vec<_>>().join(", ")
        })
    };
    let of_rfc = &Profile::RFC9111_SHARED;
    for (line, expected) in [
        (("cache-control", "max-age=5, min-fresh=5, max-stale, no-store, no-cache"), ""),
        (("cache-control", "max-stale=5, stale-if-error=5, only-if-cached, no-transform"), ""),
        (("cache-control", "x, x=1, x=2"), ""),
        (("cache-control", "private"), "WrongDirection cache-control 0:0"),
        (("cache-control", "x, s-maxage=5"), "WrongDirection cache-control 0:3"),
        (("cache-control", "immutable"), "WrongDirection cache-control 0:0"),
        (("cache-control", "must-revalidate"), "WrongDirection cache-control 0:0"),
        (("cache-control", "must-understand"), "WrongDirection cache-control 0:0"),
        (("cache-control", "proxy-revalidate"), "WrongDirection cache-control 0:0"),
        (("cache-control", "public"), "WrongDirection cache-control 0:0"),
        (("cache-control", "stale-while-revalidate=5"), "WrongDirection cache-control 0:0"),
        (("cache-control", "min-fresh"), "NumberMalformed cache-control 0:0"),
        (("cache-control", "max-stale=x"), "NumberMalformed cache-control 0:0"),
        (("cache-control", "no-cache=x"), "ArgumentNotDefined cache-control 0:0"),
        (("cache-control", "only-if-cached=1"), "ArgumentNotDefined cache-control 0:0"),
    ] {
        assert_eq!(odd(of_rfc, &[line], &[]), expected, "{line:?}");
    }
    for (line, expected) in [
        (("cache-control", "no-cache=\"x\", private=x, max-age=5, max-age=5, public"), ""),
        (("cache-control", "max-age=5, max-age=6"), "DirectiveRepeated cache-control 0:11"),
        (
            ("cache-control", "max-age=x, max-age=6"),
            "NumberMalformed cache-control 0:0, DirectiveRepeated cache-control 0:11",
        ),
        (
            ("cache-control", "max-age, s-maxage=x"),
            "NumberMalformed cache-control 0:0, NumberMalformed cache-control 0:9",
        ),
        (("cache-control", "stale-if-error=x"), "NumberMalformed cache-control 0:0"),
        (("cache-control", "stale-while-revalidate"), "NumberMalformed cache-control 0:0"),
        (("cache-control", "public=1"), "ArgumentNotDefined cache-control 0:0"),
        (("cache-control", "no-store=\"x\""), "ArgumentNotDefined cache-control 0:0"),
        (("cache-control", "max-stale"), "WrongDirection cache-control 0:0"),
        (("cache-control", "min-fresh=5"), "WrongDirection cache-control 0:0"),
        (("cache-control", "only-if-cached"), "WrongDirection cache-control 0:0"),
        (("cache-control", "max-age=5;"), "MemberMalformed cache-control 0:0"),
        (("cache-control", "no-store=\""), "QuoteNotClosed cache-control 0:0"),
        (("date", "yesterday"), "DateMalformed date 0:0"),
        (("expires", "0"), "DateMalformed expires 0:0"),
        (("last-modified", "now"), "DateMalformed last-modified 0:0"),
        (("age", "5"), ""),
        (("age", "-5"), "NumberMalformed age 0:0"),
        (("vary", "accept, *, accept-language"), ""),
        (("vary", "accept, a b"), "VaryMemberMalformed vary 0:0"),
        // No field that this cache reads so.
        (("cdn-cache-control", "max-age=x"), ""),
    ] {
        assert_eq!(odd(of_rfc, &[], &[line]), expected, "{line:?}");
    }
    let date = "Mon, 19 Oct 2026 12:00:00 GMT";
    for (field, twice) in [("date", date), ("expires", date), ("last-modified", date), ("age", "5")]
    {
        let expected = format!("FieldRepeated {field} 1:0");
        assert_eq!(odd(of_rfc, &[], &[(field, twice), (field, twice)]), expected);
    }
    let second = [
        ("vary", "accept"),
        ("vary", "x y"),
        ("cache-control", "x"),
        ("cache-control", "public=1"),
    ];
    let expected = "ArgumentNotDefined cache-control 1:0, VaryMemberMalformed vary 1:0";
    assert_eq!(odd(of_rfc, &[], &second), expected);
    // RFC 9213 §2.1: a targeted field that does not parse is ignored whole.
    for (value, expected) in [
        ("max-age=5", ""),
        ("max-age=x", "TargetedFieldIgnored cdn-cache-control 0:0"),
        ("no-store, max-age=x", "TargetedRestrictionLost cdn-cache-control 0:0"),
        ("PRIVATE", "TargetedRestrictionLost cdn-cache-control 0:0"),
    ] {
        assert_eq!(odd(&TARGETED, &[], &[("cdn-cache-control", value)]), expected, "{value}");
    }
}

/// Answers of a response that everybody gets for a minute.
const OPEN: Answers = Answers {
    storage: Storage::Stored,
    fresh_for: FreshFor::Seconds(60),
    same_request: Answer::Hit,
    other_user: Answer::Hit,
    waiting_user: Waiting::Shared,
    exposure: Exposure::Known,
};

#[test]
fn differences_are_told_with_the_gravest_first() {
    use Difference::*;
    let closed = Answers {
        storage: Storage::NotStored,
        fresh_for: FreshFor::NotStored,
        same_request: Answer::Miss,
        other_user: Answer::Miss,
        waiting_user: Waiting::OwnFetch,
        exposure: Exposure::None,
    };
    let fresh = |fresh_for| Answers { fresh_for, ..OPEN };
    let later = |other_user| Answers { other_user, ..OPEN };
    let waiting = |waiting_user| Answers { waiting_user, ..OPEN };
    let unknown = Answers {
        storage: Storage::Unknown,
        fresh_for: FreshFor::Unknown,
        other_user: Answer::Unknown,
        waiting_user: Waiting::Unknown,
        ..OPEN
    };
    for (before, after, expected) in [
        (OPEN, OPEN, &[][..]),
        (closed, closed, &[]),
        (closed, OPEN, &[SharedWithWaiting, ServedToLater, Stored]),
        (OPEN, closed, &[NoLongerShared, NoLongerStored]),
        (OPEN, fresh(FreshFor::Seconds(61)), &[LongerLifetime]),
        (OPEN, fresh(FreshFor::Seconds(59)), &[ShorterLifetime]),
        (OPEN, fresh(FreshFor::Between(60, 60)), &[]),
        (OPEN, fresh(FreshFor::Between(59, 61)), &[LongerLifetime, ShorterLifetime]),
        (OPEN, fresh(FreshFor::Unknown), &[Unknown]),
        (fresh(FreshFor::Unknown), OPEN, &[]),
        (OPEN, later(Answer::Unknown), &[Unknown, NoLongerShared]),
        (OPEN, later(Answer::Validated), &[NoLongerShared]),
        (later(Answer::Validated), OPEN, &[ServedToLater]),
        (OPEN, waiting(Waiting::OwnFetch), &[NoLongerShared]),
        (waiting(Waiting::OwnFetch), OPEN, &[SharedWithWaiting]),
        (closed, unknown, &[Unknown]),
        (unknown, closed, &[]),
    ] {
        let found: Vec<_> = after.differences(&before).collect();
        assert_eq!(found, expected, "{before:?} {after:?}");
    }
}

#[test]
fn every_difference_has_a_name_and_words() {
    use Difference::*;
    for (difference, name, says) in [
        (SharedWithWaiting, "shared-with-waiting", "newly shared with waiting users"),
        (ServedToLater, "served-to-later", "newly served to later users"),
        (Unknown, "unknown", "what happens is not documented"),
        (Stored, "stored", "newly stored"),
        (LongerLifetime, "longer-lifetime", "longer lifetime"),
        (ShorterLifetime, "shorter-lifetime", "shorter lifetime"),
        (NoLongerShared, "no-longer-shared", "no longer shared"),
        (NoLongerStored, "no-longer-stored", "no longer stored"),
    ] {
        assert_eq!((difference.name(), difference.says()), (name, says));
    }
}

#[test]
fn exposure_says_what_is_known() {
    let exposure = |profile, line| {
        ask(profile, &[], &[line], |verdict| {
            assert_eq!(verdict.answers().exposure, verdict.exposure());
            assert_eq!(verdict.may_share(), verdict.exposure() != Exposure::None);
            verdict.exposure()
        })
    };
    let of_rfc = &Profile::RFC9111_SHARED;
    assert_eq!(exposure(of_rfc, ("cache-control", "private")), Exposure::None);
    assert_eq!(exposure(of_rfc, ("cache-control", "max-age=60")), Exposure::Known);
    let of_mercari = &Profile::MERCARI_2017;
    assert_eq!(exposure(of_mercari, ("cache-control", "private")), Exposure::None);
    assert_eq!(exposure(of_mercari, ("set-cookie", "a=b")), Exposure::Unknown);
    // Who comes later does not get it, of those who wait nobody knows; and the other way round.
    let secret = |profile, lines: &[_]| {
        ask(profile, &[("authorization", "Basic x")], lines, |verdict| {
            let answers = verdict.answers();
            (answers.other_user, answers.waiting_user, answers.exposure)
        })
    };
    let open = ("cache-control", "max-age=60");
    let steered = [open, ("cdn-cache-control", "public, max-age=60")];
    let (unknown, miss, own_fetch) = (Exposure::Unknown, Answer::Miss, Waiting::OwnFetch);
    let of_azure = secret(&Profile::AZURE_FRONT_DOOR, &[open]);
    assert_eq!(of_azure, (miss, Waiting::Unknown, unknown));
    let of_bunny = secret(&Profile::BUNNY, &steered);
    assert_eq!(of_bunny, (Answer::Unknown, own_fetch, unknown));
    // Only those who wait get it.
    assert_eq!(exposure(of_mercari, ("expires", "0")), Exposure::Known);
}

#[test]
fn deviations_are_beyond_the_rfc_or_stricter() {
    let deviations = |profile, lines: &[_]| {
        ask(profile, &[], lines, |verdict| {
            let told: Vec<_> =
                verdict.deviations().map(|deviation| deviation.to_string()).collect();
            told.join("; ")
        })
    };
    let open = [("cache-control", "max-age=60")];
    for profile in [&Profile::RFC9111_SHARED, &Profile::RFC9111_PRIVATE] {
        assert_eq!(deviations(profile, &open), "");
        assert_eq!(deviations(profile, &[("cache-control", "private, max-age=60")]), "");
    }
    // Of those who wait the rule is told that keeps them apart by the RFC.
    for (lines, code) in [
        (&[("expires", "Thu, 22 Jun 2017 00:40:00 GMT")][..], "waiting-past-expires"),
        (
            &[("expires", "Thu, 22 Jun 2017 00:40:00 GMT"), ("cache-control", "no-cache")],
            "waiting-no-cache",
        ),
    ] {
        let lines = [&[("date", "Thu, 22 Jun 2017 00:41:00 GMT")], lines].concat();
        ask(&Profile::MERCARI_2017, &[], &lines, |verdict| {
            let mut deviations = verdict.deviations();
            let waiting = deviations.find(|it| it.question == Question::WaitingUser).unwrap();
            assert_eq!((waiting.direction, waiting.rule.code()), (Direction::Beyond, code));
        });
    }
    let off = deviations(&Profile::CACHING_OFF, &open);
    let questions: Vec<_> = off.split("; ").filter_map(|told| told.split_once(": ")).collect();
    let names: Vec<_> = questions.iter().map(|(question, _)| *question).collect();
    let all = ["storage", "fresh_for", "same_request", "other_user", "waiting_user"];
    assert_eq!(names, all);
    assert!(
        questions.iter().all(|(_, told)| told.starts_with("stricter than RFC 9111: ")),
        "{off}"
    );
    let closed = deviations(&Profile::FASTLY, &[("cache-control", "no-cache, max-age=60")]);
    for question in ["same_request", "other_user", "waiting_user"] {
        let told = format!("{question}: beyond RFC 9111: ");
        assert!(closed.contains(&told), "{told}: {closed}");
    }
    assert!(closed.contains("RFC 9111 §5.2.2.4"), "{closed}");
}

#[test]
fn remedies_close_it_each_alone() {
    let remedies = |profile, lines: &[_]| {
        ask(profile, &[], lines, |verdict| {
            let told: Vec<_> = verdict.remedies().iter().map(ToString::to_string).collect();
            told.join("; ")
        })
    };
    let of_rfc = &Profile::RFC9111_SHARED;
    assert_eq!(remedies(of_rfc, &[("cache-control", "private")]), "");
    let open = remedies(of_rfc, &[("cache-control", "max-age=60")]);
    assert_eq!(
        open,
        "add `Cache-Control: private`; add `Cache-Control: no-store`; send exactly `Vary: *`"
    );
    // What takes the place of a field leaves nothing of it.
    let broken = [("cdn-cache-control", "max-age=x"), ("cache-control", "max-age=60")];
    let told = remedies(&TARGETED, &broken);
    assert!(told.contains("send exactly `CDN-Cache-Control: no-store`"), "{told}");
    // The operator's own rule is not closed by any header.
    const STORES_ALL: &Profile = &Profile::FASTLY.with_fixed_ttl(60);
    assert_eq!(remedies(STORES_ALL, &[("set-cookie", "a=b"), ("cache-control", "private")]), "");
}

/// What `Display` tells, piece by piece: its wording is not part of the API, its content is.
#[test]
fn an_explanation_tells_everything() {
    let told = |profile, lines: &[_]| ask(profile, &[], lines, |verdict| verdict.to_string());
    let pieces = |profile, lines: &[_], pieces: &[&str]| {
        let text = told(profile, lines);
        for piece in pieces {
            assert!(text.contains(piece), "{piece} is not in {text}");
        }
        text
    };
    let of_rfc = &Profile::RFC9111_SHARED;
    let open = pieces(
        of_rfc,
        &[("cache-control", "max-age=60")],
        &[
            "(rfc9111-shared): stored, fresh for 60 s; OTHER USERS GET IT\n\n",
            "  stored?             stored\n  fresh for           60 s\n",
            "  same request again  hit\n  another user later  hit\n  users who wait      shared\n",
            "\nwhy\n  1. ",
            "[cache-control: max-age=60]",
            "max-age: RFC 9111 §4.2.1",
            "what would keep it from other users\n  - add `Cache-Control: private`\n",
        ],
    );
    for absent in ["against RFC 9111", "what no public source says", "odd in the input"] {
        assert!(!open.contains(absent), "{absent} is in {open}");
    }
    let closed = pieces(
        of_rfc,
        &[("cache-control", "no-store;")],
        &[
            ": not stored; no other user gets it\n",
            "  fresh for           -\n",
            "odd in the input\n  - cache-control, line 1, byte 1",
        ],
    );
    assert!(!closed.contains("what would keep it"), "{closed}");
    pieces(
        &Profile::VARNISH_7,
        &[("cache-control", "no-store")],
        &["not-stored (hit-for-miss for 120 s)\n"],
    );
    pieces(
        &Profile::CACHING_OFF,
        &[("cache-control", "max-age=60")],
        &[
            ": bypasses the cache; no other user gets it\n",
            "\nagainst RFC 9111\n  - storage: stricter",
        ],
    );
    pieces(
        &Profile::MERCARI_2017,
        &[("expires", "0")],
        &["USERS WHO WAIT FOR IT ALL GET IT\n", "\n  ! waiting_user: beyond RFC 9111: "],
    );
    pieces(
        &Profile::MERCARI_2017,
        &[("set-cookie", "a=b")],
        &[
            "it is not documented whether other users get it\n",
            "\nwhat no public source says\n  ? ",
        ],
    );
    const APART: &Profile = &Profile::RFC9111_SHARED.with_collapsing(Collapsing::Off);
    pieces(APART, &[("cache-control", "max-age=60")], &["; LATER USERS GET IT\n"]);
}
