//! Which questions each algorithm asks, held against what it does: one that it is said to ask
//! decides something, and one that it is not said to ask decides nothing.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, SystemTime};

use crate::field::Field;
use crate::message::{Exchange, HeaderLines, RequestHead, ResponseHead};
use crate::profile::{
    Axis, AxisSet, Bypass, BypassOf, Collapsing, Condition, Fact, Facts, FixedTtl, KeyClass,
    KeyCookies, KeyOrigin, Profile, RequestPart, StaleWindow, Validation,
};

const NOW: u64 = 1_800_000_000;
type Line = (&'static str, &'static [u8]);

const DATE: Line = ("Date", b"Fri, 15 Jan 2027 08:00:00 GMT");
const OLD: Line = ("Date", b"Fri, 15 Jan 2027 07:59:00 GMT");

const REQUESTS: &[(&str, &str, &[Line])] = &[
    ("GET", "http://a.example/x.css?q=1", &[]),
    ("GET", "http://a.example/page", &[("Cookie", b"sid=1")]),
    ("GET", "http://a.example/page", &[("Authorization", b"Basic x"), ("Origin", b"http://o")]),
    ("GET", "http://a.example/page", &[("Cache-Control", b"no-store")]),
    ("GET", "http://a.example/page", &[("Cache-Control", b"max-age=0, no-cache")]),
    ("GET", "http://a.example/page", &[("Range", b"bytes=0-1"), ("Accept-Encoding", b"gzip")]),
    ("HEAD", "http://a.example/page", &[]),
    ("POST", "http://a.example/page", &[]),
];

const LATER: &[(&str, &str, &[Line])] = &[
    ("GET", "http://a.example/x.css?q=2", &[("Accept-Encoding", b"br"), ("User-Agent", b"z")]),
    ("GET", "https://b.example/page", &[("Cookie", b"sid=2")]),
    ("GET", "http://a.example/page", &[("Authorization", b"Basic y")]),
    ("GET", "http://a.example/page", &[("Cache-Control", b"no-cache"), ("User-Agent", b"z")]),
];

const RESPONSES: [&[Line]; 36] = [
    &[DATE],
    &[DATE, ("X-Accel-Expires", b"7"), ("Cache-Control", b"max-age=600")],
    &[DATE, ("Cache-Control", b"max-age=60"), ("ETag", b"\"a\"")],
    &[DATE, ("Cache-Control", b"max-age=60"), ("Age", b"20")],
    &[DATE, ("Cache-Control", b"MAX-AGE=60, max-age=\"7\"")],
    &[DATE, ("Cache-Control", b"s-maxage=30, max-age=600, must-revalidate")],
    &[DATE, ("Cache-Control", b"public, max-age=0, stale-while-revalidate=30"), ("ETag", b"\"a\"")],
    &[DATE, ("Cache-Control", b"max-age=10, stale-while-revalidate=90"), ("Age", b"50")],
    &[DATE, ("Cache-Control", b"no-store")],
    &[DATE, ("Cache-Control", b"no-store, must-understand, max-age=60")],
    &[DATE, ("Cache-Control", b"private")],
    &[DATE, ("Cache-Control", b"private, max-age=60")],
    &[DATE, ("Cache-Control", b"private=\"set-cookie\", max-age=60"), ("Set-Cookie", b"a=b")],
    &[DATE, ("Cache-Control", b"no-cache, max-age=60")],
    &[DATE, ("Cache-Control", b"no-cache, max-age=60"), ("ETag", b"\"a\"")],
    &[DATE, ("Cache-Control", b"no-cache=\"set-cookie\", max-age=60"), ("Set-Cookie", b"a=b")],
    &[DATE, ("Cache-Control", b"proxy-revalidate, max-age=60"), ("Pragma", b"no-cache")],
    &[DATE, ("Cache-Control", b"max-age=60"), ("Set-Cookie", b"a=b")],
    &[DATE, ("Cache-Control", b"max-age=60"), ("Vary", b"*")],
    &[DATE, ("Cache-Control", b"max-age=60"), ("Vary", b"Cookie, Accept-Encoding")],
    &[DATE, ("Cache-Control", b"max-age=60"), ("Vary", b"Accept-Encoding")],
    &[DATE, ("Cache-Control", b"max-age=x"), ("Expires", b"Fri, 15 Jan 2027 09:00:00 GMT")],
    &[DATE, ("Expires", b"Fri, 15 Jan 2027 07:00:00 GMT")],
    &[DATE, ("Expires", b"0")],
    &[DATE, ("Expires", b"Fri, 15 Jan 2027 09:00:00 GMT"), ("Age", b"9")],
    &[DATE, ("Last-Modified", b"Fri, 01 Jan 2027 08:00:00 GMT")],
    &[DATE, ("Last-Modified", b"Fri, 15 Jan 2027 07:00:00 GMT")],
    &[DATE, ("Pragma", b"no-cache"), ("Last-Modified", b"Fri, 01 Jan 2027 08:00:00 GMT")],
    &[DATE, ("CDN-Cache-Control", b"max-age=9"), ("Cache-Control", b"private")],
    &[DATE, ("Surrogate-Control", b"max-age=9"), ("Cache-Control", b"max-age=600")],
    &[DATE, ("Content-Type", b"text/css"), ("Content-Length", b"5")],
    &[OLD, ("Cache-Control", b"max-age=100")],
    &[OLD, ("Expires", b"Fri, 15 Jan 2027 08:00:30 GMT")],
    &[("Cache-Control", b"max-age=100")],
    &[
        DATE,
        ("Cache-Control", b"stale-while-revalidate=1000"),
        ("X-Accel-Expires", b"@1799999940"),
        ("ETag", b"\"a\""),
    ],
    &[DATE, ("Cache-Control", b"max-age=60"), ("Content-Encoding", b"gzip"), ("Vary", b"Origin")],
];

/// Each response with 200, and some with other statuses.
fn responses() -> impl Iterator<Item = (u16, &'static [Line])> {
    let some = |status| {
        [RESPONSES[0], RESPONSES[1], RESPONSES[2], RESPONSES[7]]
            .map(|lines| (status, lines))
            .into_iter()
    };
    RESPONSES.iter().map(|lines| (200, *lines)).chain(some(404)).chain(some(500))
}

/// Answers to which no built-in profile comes.
const SET: Facts = Facts {
    fixed_ttl: Fact::Known(FixedTtl::Seconds(77)),
    minimum_ttl: Fact::Known(4_000),
    ignored_fields: Fact::Known(&["set-cookie", "cache-control"]),
    key_origin: Fact::Known(KeyOrigin::Nothing),
    key_cookies: Fact::Known(KeyCookies::Only(&["sid"])),
    key_classes: Fact::Known(&[KeyClass::Field("user-agent")]),
    bypass: Fact::Known(&[Bypass {
        of: BypassOf::Storing,
        on: Condition::on(&[RequestPart::Cookie("sid", "*"), RequestPart::Field("range", "*")]),
    }]),
    bypassing_fields: Fact::Known(&[Field::Range]),
    stale_while_revalidate: Fact::Known(StaleWindow::Default(1_000)),
    validation: Fact::Known(Validation::Conditional),
    ..Facts::UNKNOWN
};

/// For each exchange a number, which is another one where an answer is another one.
fn fingerprints(profile: &Profile) -> impl Iterator<Item = u64> {
    let now = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(NOW)).unwrap();
    let exchanges = REQUESTS.iter().flat_map(|it| responses().map(move |other| (it, other)));
    exchanges.map(move |((method, target, lines), (status, answer))| {
        let request = RequestHead::new(method, target, HeaderLines::from_pairs(lines));
        let response = ResponseHead::new(status, HeaderLines::from_pairs(answer));
        let verdict = Exchange::new(&request, &response).received_at(now).judge(profile);
        let mut all = DefaultHasher::new();
        verdict.answers().hash(&mut all);
        format!("{:?}", verdict.marker()).hash(&mut all);
        for (method, target, lines) in LATER {
            let later = RequestHead::new(method, target, HeaderLines::from_pairs(lines));
            verdict.for_other(&later).hash(&mut all);
            verdict.for_waiting(&later, 4).hash(&mut all);
        }
        all.finish()
    })
}

/// The questions on which some other answer changes what a cache does, but for those that are known
/// to do so.
fn decisive(profile: &Profile, known: AxisSet) -> AxisSet {
    let plain: Vec<u64> = fingerprints(profile).collect();
    let answers = || Profile::ALL.iter().map(Profile::facts).chain([&SET]);
    let changes = |axis: &&Axis| {
        let mut tried = vec![*profile.facts()];
        answers().any(|other| {
            let facts = profile.facts().with_answer_of(**axis, other);
            let is_new = !tried.contains(&facts);
            tried.push(facts);
            is_new && !fingerprints(&profile.with_facts(facts)).eq(plain.iter().copied())
        })
    };
    let open = Axis::ALL.iter().filter(|axis| !known.contains(**axis));
    AxisSet::of(&open.filter(changes).copied().collect::<Vec<_>>())
}

#[test]
fn an_algorithm_asks_what_it_is_said_to_ask_and_nothing_else() {
    const NGINX: Profile = Profile::NGINX.with_collapsing(Collapsing::On);
    let mut wrong = Vec::new();
    for profiles in [
        &[Profile::RFC9111_SHARED][..],
        &[Profile::ENVOY],
        &[NGINX, Profile::NGINX_1_22_VALID_60S],
        &[Profile::PINGORA, Profile::PINGORA_0_9],
        &[Profile::VARNISH_8, Profile::VARNISH_7, Profile::VARNISH_8_DELIVER_EXPIRED],
        &[Profile::SOUIN],
        &[Profile::SQUID_COLLAPSED],
        &[Profile::ATS_10, Profile::ATS_9_HEURISTIC],
        &[Profile::HTTPD_2_4],
        &[Profile::HAPROXY_3],
    ] {
        let found = profiles
            .iter()
            .fold(AxisSet::LATER_LIFE, |known, profile| known.union(decisive(profile, known)));
        let said = profiles[0].reads();
        if found != said {
            let id = profiles[0].id();
            let (more, less) = (found.without(said), said.without(found));
            wrong.push(format!("{id} asks {more:?}, and does not ask {less:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
