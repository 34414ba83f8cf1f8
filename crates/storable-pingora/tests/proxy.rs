//! The decisions behind a real proxy on loopback, before an origin that counts.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod host;

use std::collections::BTreeSet;
use std::time::Duration;

use host::{Answer, Origin, ask, get, start};
use storable::Profile;

/// What is sent to one path, and what comes of requests to it, one after the other.
struct Scene {
    name: &'static str,
    /// The fields of the origin's response; its content is its number, from 1.
    sends: &'static [(&'static str, &'static str)],
    /// How many times the origin answers; after that it breaks the connection off.
    answers: usize,
    asks: &'static [Ask],
}

/// Milliseconds to wait first, a request field, and the status and content that are expected.
type Ask = (u64, (&'static str, &'static str), u16, &'static str);

const NOTHING: (&str, &str) = ("X-Nothing", "1");
const ALICE: (&str, &str) = ("Authorization", "Basic YWxpY2U6");

const BY_THE_BOOK: &[Scene] = &[
    Scene {
        name: "what is fresh is served, to everybody",
        sends: &[("Cache-Control", "max-age=60")],
        answers: 1,
        asks: &[(0, NOTHING, 200, "1"), (0, ("Cookie", "bob"), 200, "1")],
    },
    Scene {
        name: "private reaches nobody else",
        sends: &[("Cache-Control", "private, max-age=60")],
        answers: 9,
        asks: &[(0, NOTHING, 200, "1"), (0, NOTHING, 200, "2")],
    },
    Scene {
        name: "an answer to Authorization is shared where it says so only",
        sends: &[("Cache-Control", "max-age=60")],
        answers: 9,
        asks: &[(0, ALICE, 200, "1"), (0, NOTHING, 200, "2")],
    },
    Scene {
        name: "an answer to Authorization that is public",
        sends: &[("Cache-Control", "public, max-age=60")],
        answers: 1,
        asks: &[(0, ALICE, 200, "1"), (0, NOTHING, 200, "1")],
    },
    Scene {
        name: "each variant is for its own language",
        sends: &[("Cache-Control", "max-age=60"), ("Vary", "Accept-Language")],
        answers: 2,
        asks: &[
            (0, ("Accept-Language", "en"), 200, "1"),
            (0, ("Accept-Language", "de"), 200, "2"),
            (0, ("Accept-Language", "en"), 200, "1"),
            (0, ("Accept-Language", "de"), 200, "2"),
        ],
    },
    Scene {
        name: "Vary: * matches nothing",
        sends: &[("Cache-Control", "max-age=60"), ("Vary", "*")],
        answers: 9,
        asks: &[(0, NOTHING, 200, "1"), (0, NOTHING, 200, "2")],
    },
    Scene {
        name: "the age that a response comes with counts",
        sends: &[("Cache-Control", "max-age=60"), ("Age", "60")],
        answers: 9,
        asks: &[(0, NOTHING, 200, "1"), (0, NOTHING, 200, "2")],
    },
    Scene {
        name: "a client wants it from the origin",
        sends: &[("Cache-Control", "max-age=60")],
        answers: 9,
        asks: &[(0, NOTHING, 200, "1"), (0, ("Cache-Control", "no-cache"), 200, "2")],
    },
    Scene {
        name: "a client takes what is stale",
        sends: &[("Cache-Control", "max-age=1")],
        answers: 9,
        asks: &[
            (0, NOTHING, 200, "1"),
            (2100, ("Cache-Control", "max-stale=60"), 200, "1"),
            (0, NOTHING, 200, "2"),
        ],
    },
    Scene {
        name: "a client wants what is stored, or nothing",
        sends: &[("Cache-Control", "max-age=60")],
        answers: 1,
        asks: &[
            (0, ("Cache-Control", "only-if-cached"), 504, ""),
            (0, NOTHING, 200, "1"),
            (0, ("Cache-Control", "only-if-cached"), 200, "1"),
        ],
    },
    Scene {
        name: "no-cache is validated each time, and 304 brings the stored content",
        sends: &[("Cache-Control", "no-cache"), ("ETag", "\"a\"")],
        answers: 9,
        asks: &[(0, NOTHING, 200, "1"), (0, NOTHING, 200, "1"), (0, NOTHING, 200, "1")],
    },
    Scene {
        name: "a client's own condition is answered",
        sends: &[("Cache-Control", "max-age=60"), ("ETag", "\"a\"")],
        answers: 1,
        asks: &[(0, NOTHING, 200, "1"), (0, ("If-None-Match", "\"a\""), 304, "")],
    },
    Scene {
        name: "stale where the origin fails, as it says",
        sends: &[("Cache-Control", "max-age=1, stale-if-error=60")],
        answers: 1,
        asks: &[(0, NOTHING, 200, "1"), (2100, NOTHING, 200, "1")],
    },
    Scene {
        name: "nothing stale past must-revalidate",
        sends: &[("Cache-Control", "max-age=1, must-revalidate, stale-if-error=60")],
        answers: 1,
        asks: &[(0, NOTHING, 200, "1"), (2100, NOTHING, 502, "")],
    },
    Scene {
        name: "stale while it is renewed",
        sends: &[("Cache-Control", "max-age=1, stale-while-revalidate=60")],
        answers: 9,
        asks: &[(0, NOTHING, 200, "1"), (2100, NOTHING, 200, "1"), (500, NOTHING, 200, "2")],
    },
];

/// Plays all scenes at once: each has a path of its own, and some wait.
fn play(profile: Profile, scenes: &'static [Scene]) {
    let origin = Origin::start();
    let proxy = start(profile, origin.address());
    let playing: Vec<_> = (0..)
        .zip(scenes)
        .map(|(number, scene)| {
            let path = format!("/{number}");
            origin.send(&path, scene.sends, scene.answers);
            let play = move || {
                for (at, (wait, field, status, content)) in scene.asks.iter().enumerate() {
                    std::thread::sleep(Duration::from_millis(*wait));
                    let answer = get(proxy, &path, &[*field]);
                    let got = (answer.status, &*answer.content);
                    assert_eq!(got, (*status, *content), "{}: request {at}", scene.name);
                    assert_eq!(answer.field("storable-kept"), None, "{}", scene.name);
                }
            };
            std::thread::spawn(play)
        })
        .collect();
    playing.into_iter().for_each(|scene| scene.join().unwrap());
}

#[test]
fn by_the_book() {
    play(Profile::RFC9111_SHARED, BY_THE_BOOK);
}

/// A cookie that the profile's cache strips reaches the user whom it is for, and nobody else.
#[test]
fn a_stripped_cookie() {
    let origin = Origin::start();
    let proxy = start(Profile::CLOUDFRONT, origin.address());
    origin.send("/", &[("Cache-Control", "max-age=60"), ("Set-Cookie", "sid=alice")], 1);
    let cookie = |answer: &Answer| answer.field("set-cookie").map(str::to_owned);
    let (first, second) = (get(proxy, "/", &[]), get(proxy, "/", &[]));
    assert_eq!((&*first.content, cookie(&first).as_deref()), ("1", Some("sid=alice")));
    assert_eq!((&*second.content, cookie(&second)), ("1", None));
    assert_eq!((first.field("age"), second.field("age")), (None, Some("0")));
}

/// Of requests that wait at the lock each gets what may be shared, and else its own.
#[test]
fn at_once() {
    let origin = Origin::start();
    let proxy = start(Profile::RFC9111_SHARED, origin.address());
    for (path, control, contents) in [("/all", "max-age=60", 1), ("/own", "private, max-age=60", 5)]
    {
        origin.send(path, Vec::leak(vec![("Cache-Control", control)]), 9);
        let asked: Vec<_> =
            (0..5).map(|_| std::thread::spawn(move || get(proxy, path, &[]).content)).collect();
        let got: BTreeSet<_> = asked.into_iter().map(|one| one.join().unwrap()).collect();
        assert_eq!(got.len(), contents, "{control}: {got:?}");
    }
}

/// What a request brings, where what unsafe requests make invalid is gone, with all of its variants.
#[test]
fn unsafe_requests_invalidate() {
    const FRESH: (&str, &str) = ("Cache-Control", "max-age=60");
    const PHONE: (&str, &str) = ("X-Device", "phone");
    const DESK: (&str, &str) = ("X-Device", "desk");
    let by_vary = (Profile::RFC9111_SHARED, &[FRESH, ("Vary", "X-Device")][..]);
    let by_key = (Profile::RFC9111_SHARED.with_key(&["x-device"]), &[FRESH][..]);
    for (profile, fields) in [by_vary, by_key] {
        let origin = Origin::start();
        let proxy = start(profile, origin.address());
        origin.send("/page", fields, 6);
        origin.send("/form", &[("Location", "/page")], 1);
        origin.send("/away", &[("Location", "http://other.example/page")], 1);
        for (at, (method, path, field, content)) in (0..).zip([
            ("GET", "/page", PHONE, "1"),
            ("GET", "/page", DESK, "2"),
            ("GET", "/page", PHONE, "1"),
            ("GET", "/page", DESK, "2"),
            ("POST", "/page", PHONE, "3"),
            ("GET", "/page", DESK, "4"),
            ("GET", "/page", PHONE, "5"),
            // Another host's business.
            ("PUT", "/away", DESK, "1"),
            ("GET", "/page", DESK, "4"),
            ("DELETE", "/form", DESK, "1"),
            ("GET", "/page", DESK, "6"),
            // It fails, so nothing has changed.
            ("POST", "/page", DESK, ""),
            ("GET", "/page", DESK, "6"),
        ]) {
            let answer = ask(proxy, method, path, &[field]);
            assert_eq!(answer.content, content, "{}: request {at}", profile.id());
        }
    }
}

/// Two sites behind one proxy share nothing.
#[test]
fn hosts_are_apart() {
    let origin = Origin::start();
    let proxy = start(Profile::RFC9111_SHARED, origin.address());
    origin.send("/", &[("Cache-Control", "max-age=60")], 9);
    for (host, content) in [("a.example", "1"), ("b.example", "2"), ("a.example", "1")] {
        assert_eq!(get(proxy, "/", &[("Host", host)]).content, content, "{host}");
    }
}
