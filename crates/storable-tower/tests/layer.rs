//! What the layer does with one request after another, and with several at once, in short scenes.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::arithmetic_side_effects)]

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use storable::Profile;
use storable::profile::{KeyQuery, StaleIfError};
use storable_tower::{CacheLayer, Event, How, Limits, MemoryStore, NoAnswer};
use support::{Answer, CONTENT, Feed, Lines, Pieces, Scene, layer, response, with_content};
use tokio::task::JoinSet;

const BOOK: Profile = Profile::RFC9111_SHARED;

fn field(request: &Request<Full<Bytes>>, name: &str) -> String {
    request.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned()
}

#[tokio::test]
async fn ranges_out_of_the_store() {
    let lines: Lines<'_> = &[
        ("Cache-Control", "max-age=60"),
        ("ETag", "\"a\""),
        ("Content-Type", "text/plain"),
        ("Vary", "Accept-Language"),
    ];
    let scene = Scene::steady(layer(BOOK), lines);
    assert_eq!(scene.get("/", &[]).await.text, CONTENT);
    for (range, if_range, status, text, content_range) in [
        ("bytes=2-4", "", 206, "234", "bytes 2-4/10"),
        ("bytes=-3", "\"a\"", 206, "789", "bytes 7-9/10"),
        ("bytes=8-", "\"b\"", 200, CONTENT, ""),
        ("bytes=8-", "W/\"a\"", 200, CONTENT, ""),
        ("bytes=10-", "", 416, "", "bytes */10"),
        ("bytes=5-2", "", 200, CONTENT, ""),
    ] {
        let mut lines = vec![("Range", range)];
        if !if_range.is_empty() {
            lines.push(("If-Range", if_range));
        }
        let answer = scene.get("/", &lines).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (status, text), "{range}");
        assert_eq!(answer.field("content-range"), content_range, "{range}");
    }
    let several = scene.get("/", &[("Range", "bytes=0-1, 4-5")]).await;
    assert_eq!(several.status, 206);
    let kind = several.field("content-type").to_owned();
    let boundary = kind.strip_prefix("multipart/byteranges; boundary=").unwrap();
    let part = |range: &str, text: &str| {
        format!(
            "\r\n--{boundary}\r\nContent-Type: text/plain\r\nContent-Range: bytes {range}/10\r\n\r\n{text}"
        )
    };
    let expected = format!("{}{}\r\n--{boundary}--\r\n", part("0-1", "01"), part("4-5", "45"));
    assert_eq!(several.text, expected);
    assert_eq!(several.field("content-length"), expected.len().to_string());
    assert_eq!(scene.asked(), 1);
}

#[tokio::test]
async fn conditions_and_cache_status() {
    let scene = Scene::steady(layer(BOOK), &[("Cache-Control", "max-age=60"), ("ETag", "\"a\"")]);
    let first = scene.get("/", &[("If-None-Match", "\"x\"")]).await;
    let says = "c; fwd=uri-miss; fwd-status=200; ttl=60; stored; detail=max-age";
    assert_eq!(first.field("cache-status"), says);
    let second = scene.get("/", &[("If-None-Match", "W/\"a\"")]).await;
    assert_eq!((second.status.as_u16(), second.text.as_str()), (304, ""));
    assert!(second.field("cache-status").starts_with("c; hit; ttl="));
    assert!(second.fields.contains_key("age"));
    let head = scene.send("HEAD", "/", &[]).await.unwrap();
    assert_eq!((head.status.as_u16(), head.text.as_str()), (200, ""));
    assert_eq!(scene.asked(), 1);
    let none = scene.get("/other", &[("Cache-Control", "only-if-cached")]).await;
    assert_eq!(none.status, 504);
    assert_eq!(scene.asked(), 1);
}

#[tokio::test]
async fn an_unsafe_request_invalidates() {
    let scene = Scene::steady(layer(BOOK), &[("Cache-Control", "max-age=60")]);
    for path in ["/a", "/a", "/b"] {
        scene.get(path, &[]).await;
    }
    assert_eq!(scene.asked(), 2);
    scene.send("POST", "/a", &[]).await.unwrap();
    scene.get("/a", &[]).await;
    scene.get("/b", &[]).await;
    assert_eq!(scene.asked(), 4);
}

#[tokio::test]
async fn groups_go_together() {
    let scene = Scene::new(layer(BOOK), |request, _| async move {
        let unsafe_method = request.method() == "POST";
        let name = if unsafe_method { "Cache-Group-Invalidation" } else { "Cache-Groups" };
        let group = if request.uri().path() == "/c" { "\"other\"" } else { "\"shop\"" };
        response(200, &[("Cache-Control", "max-age=60"), (name, group)], CONTENT)
    });
    let elsewhere: Lines<'_> = &[("Host", "other.example")];
    for (path, lines) in [("/a", &[][..]), ("/b", &[]), ("/c", &[]), ("/a", elsewhere)] {
        scene.get(path, lines).await;
        scene.get(path, lines).await;
    }
    assert_eq!(scene.asked(), 4);
    scene.send("POST", "/d", &[]).await.unwrap();
    for (path, lines) in [("/a", &[][..]), ("/b", &[]), ("/c", &[]), ("/a", elsewhere)] {
        scene.get(path, lines).await;
    }
    assert_eq!(scene.asked(), 7);
}

#[tokio::test]
async fn hosts_are_apart() {
    let scene = Scene::new(layer(BOOK), |request, _| async move {
        response(200, &[("Cache-Control", "max-age=60")], field(&request, "host"))
    });
    for host in ["a.example", "b.example", "A.example", "b.example"] {
        let answer = scene.get("/", &[("Host", host)]).await;
        assert_eq!(answer.text, host.to_ascii_lowercase(), "{host}");
    }
    assert_eq!(scene.asked(), 2);
}

#[tokio::test]
async fn the_background_renews() {
    let lines = &[("Cache-Control", "max-age=0, stale-while-revalidate=60"), ("ETag", "\"a\"")];
    let scene = Scene::steady(layer(BOOK), lines);
    assert_eq!(scene.get("/", &[]).await.field("x-number"), "1");
    assert_eq!(scene.get("/", &[("Range", "bytes=0-1")]).await.field("x-number"), "1");
    scene.layer.finish().await;
    assert_eq!(scene.asked(), 2);
    assert_eq!(scene.get("/", &[]).await.text, CONTENT);
}

#[tokio::test]
async fn variants_lie_side_by_side() {
    let scene = Scene::new(layer(BOOK), |request, _| async move {
        let lines = &[("Cache-Control", "max-age=60"), ("Vary", "Accept-Language")];
        response(200, lines, field(&request, "accept-language"))
    });
    for (language, text) in
        [("en, de", "en, de"), ("fr", "fr"), ("EN,DE", "en, de"), ("fr", "fr"), ("de", "de")]
    {
        assert_eq!(scene.get("/", &[("Accept-Language", language)]).await.text, text);
    }
    assert_eq!(scene.asked(), 3);
}

/// Of more variants than there may be the oldest goes.
#[tokio::test]
async fn variants_are_limited() {
    let layer = layer(BOOK).with_limits(Limits::default().with_variants(2));
    let lines = &[("Cache-Control", "max-age=60"), ("Vary", "X")];
    let scene = Scene::steady(layer, lines);
    for (x, asked) in [("1", 1), ("2", 2), ("1", 2), ("3", 3), ("2", 3), ("1", 4)] {
        scene.get("/", &[("X", x)]).await;
        assert_eq!(scene.asked(), asked, "{x}");
    }
}

#[tokio::test]
async fn stale_where_the_origin_fails() {
    for (control, setting, status) in [
        ("max-age=0", StaleIfError::UnlessBarred, 200),
        ("max-age=0", StaleIfError::WhereStated, 503),
        ("max-age=0, stale-if-error=60", StaleIfError::WhereStated, 200),
        ("max-age=0, stale-if-error=60, must-revalidate", StaleIfError::UnlessBarred, 503),
        ("max-age=0, no-cache", StaleIfError::UnlessBarred, 503),
        ("s-maxage=0", StaleIfError::UnlessBarred, 503),
    ] {
        // A failure that the origin tells of, and one that a gateway does.
        for unreachable in [false, true] {
            let layer = layer(BOOK.with_stale_if_error(setting));
            let scene = Scene::new(layer, move |_, number| async move {
                let mut answer = response(200, &[("Cache-Control", control)], CONTENT);
                if number > 1 {
                    answer = response(503, &[], "down");
                    if unreachable {
                        answer.extensions_mut().insert(NoAnswer);
                    }
                }
                answer
            });
            scene.get("/", &[]).await;
            let answer = scene.get("/", &[]).await;
            assert_eq!(answer.status.as_u16(), status, "{control} {setting:?}");
            let stale = answer.field("cache-status").contains("detail=stale-on-error");
            assert_eq!(stale, status == 200, "{answer:?}");
        }
    }
}

#[tokio::test]
async fn a_long_answer_flows_through() {
    let long = "x".repeat(3 << 20);
    let sent = long.clone();
    // One that says how long it is, and one that does not.
    for stated in [true, false] {
        let sent = sent.clone();
        let limits = Limits::default().with_content(1 << 20);
        let scene = Scene::new(layer(BOOK).with_limits(limits), move |_, _| {
            let (feed, pieces) = Pieces::new();
            for piece in sent.as_bytes().chunks(100_000) {
                feed.send(Ok(Bytes::copy_from_slice(piece))).unwrap();
            }
            let lines = &[("Cache-Control", "max-age=60")];
            let answer = if stated {
                response(200, lines, sent.clone())
            } else {
                with_content(200, lines, pieces)
            };
            async move { answer }
        });
        for _ in 0..2 {
            let answer = scene.get("/", &[]).await;
            assert!(answer.text == long);
        }
        let part = scene.get("/", &[("Range", "bytes=2000000-2000009")]).await;
        assert_eq!(part.text.len(), if part.status == 206 { 10 } else { long.len() });
        assert_eq!(scene.asked(), 3);
        assert!(scene.layer.store().is_empty());
    }
}

#[tokio::test]
async fn content_that_breaks_off_is_not_stored() {
    for (stated, error) in [(None, true), (Some("10"), true), (Some("10"), false)] {
        let scene = Scene::new(layer(BOOK), move |_, _| async move {
            let (feed, pieces) = Pieces::new();
            feed.send(Ok("01234".into())).unwrap();
            if error {
                feed.send(Err(std::io::ErrorKind::ConnectionReset.into())).unwrap();
            }
            let mut lines = vec![("Cache-Control", "max-age=60")];
            lines.extend(stated.map(|length| ("Content-Length", length)));
            with_content(200, &lines, pieces)
        });
        for _ in 0..2 {
            assert!(scene.send("GET", "/", &[]).await.is_err(), "{stated:?}");
        }
        assert_eq!(scene.asked(), 2);
        assert!(scene.layer.store().is_empty());
    }
}

#[tokio::test]
async fn the_first_answer_has_what_is_not_stored() {
    let lines = &[("Cache-Control", "max-age=60, no-cache=\"x-a\""), ("X-A", "1")];
    let scene = Scene::steady(layer(Profile::HTTPD_2_4), lines);
    assert_eq!(scene.get("/", &[]).await.field("x-a"), "1");
    let again = scene.get("/", &[]).await;
    assert_eq!((again.field("x-number"), again.field("x-a")), ("1", ""));
}

#[tokio::test]
async fn head_that_is_fetched_as_get() {
    for (profile, asked) in [(Profile::NGINX_1_22, 1), (Profile::HTTPD_2_4, 2)] {
        let scene = Scene::steady(layer(profile), &[("Cache-Control", "max-age=60")]);
        let head = scene.send("HEAD", "/", &[]).await.unwrap();
        assert_eq!((head.status.as_u16(), &*head.text), (200, ""));
        assert_eq!(scene.get("/", &[]).await.text, CONTENT);
        assert_eq!(scene.asked(), asked, "{}", profile.id());
    }
}

#[tokio::test]
async fn one_renews_and_others_get_the_stale_answer() {
    let (open, gate) = tokio::sync::watch::channel(false);
    let scene = Scene::new(layer(Profile::NGINX_1_22), move |_, number| {
        let mut gate = gate.clone();
        async move {
            if number > 1 {
                gate.wait_for(|open| *open).await.unwrap();
            }
            let control = "max-age=1, stale-while-revalidate=60";
            let mut response = response(200, &[("Cache-Control", control)], CONTENT);
            response.headers_mut().insert("x-number", number.into());
            response
        }
    });
    assert_eq!(scene.get("/", &[]).await.field("x-number"), "1");
    tokio::time::sleep(Duration::from_millis(2100)).await;
    let first = scene.clone();
    let renewing = tokio::spawn(async move { first.get("/", &[]).await });
    while scene.asked() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(scene.get("/", &[]).await.field("x-number"), "1");
    open.send(true).unwrap();
    assert_eq!(renewing.await.unwrap().field("x-number"), "2");
    assert_eq!(scene.asked(), 2);
}

/// The leak of 22 June 2017: a slow personal page, its first reader, and twenty requests of somebody
/// else that wait for it.
#[tokio::test]
async fn who_gets_whose_page() {
    const WAITING: usize = 20;
    for (profile, control, leaks) in [
        ("rfc9111-shared", "no-cache", false),
        ("rfc9111-shared", "", false),
        ("nginx", "no-cache", false),
        ("nginx-1.22-lock", "no-cache", false),
        ("mercari-2017", "no-cache", true),
        ("mercari-2017", "no-cache, private", false),
        ("squid-5-collapsed", "no-cache", true),
        ("squid-5-collapsed", "no-cache, private", false),
        ("ats-9", "", true),
        ("ats-9", "private", false),
        ("caching-off", "no-cache", false),
    ] {
        let (open, gate) = tokio::sync::watch::channel(false);
        let scene = Scene::new(layer(*Profile::find(profile).unwrap()), move |request, _| {
            let mut gate = gate.clone();
            async move {
                gate.wait_for(|open| *open).await.unwrap();
                let mut lines = vec![("Expires", "Thu, 22 Jun 2017 00:40:59 GMT")];
                if !control.is_empty() {
                    lines.push(("Cache-Control", control));
                }
                response(200, &lines, format!("the page of {}", field(&request, "cookie")))
            }
        });
        let page_of = |user: &'static str| {
            let scene = scene.clone();
            async move { scene.get("/mypage", &[("Cookie", user)]).await }
        };
        let alice = tokio::spawn(page_of("alice"));
        while scene.asked() == 0 {
            tokio::task::yield_now().await;
        }
        let mut bob = JoinSet::new();
        (0..WAITING).for_each(|_| drop(bob.spawn(page_of("bob"))));
        tokio::time::sleep(Duration::from_millis(20)).await;
        open.send(true).unwrap();
        assert_eq!(alice.await.unwrap().text, "the page of alice", "{profile} {control}");
        let bob: Vec<Answer> = bob.join_all().await;
        let exposed = bob.iter().filter(|page| page.text == "the page of alice").count();
        let own = bob.iter().filter(|page| page.text == "the page of bob").count();
        assert_eq!(exposed + own, WAITING, "{profile} {control}: {bob:?}");
        if leaks {
            assert!(exposed > 0, "{profile} `{control}` does not show the leak");
            let said = bob.iter().find(|page| page.text == "the page of alice").unwrap();
            assert!(said.field("cache-status").contains("collapsed"), "{said:?}");
        } else {
            assert_eq!(exposed, 0, "{profile} `{control}` leaks");
            assert_eq!(scene.asked(), WAITING + 1, "{profile} `{control}`: all are fetched for");
        }
    }
}

/// Others have the content while it comes, also where the first client goes away: before the head, or
/// in the middle of the content.
#[tokio::test]
async fn clients_that_go_away_harm_nobody() {
    for goes_before_head in [true, false] {
        let (open, gate) = tokio::sync::watch::channel(false);
        let feeds = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&feeds);
        let scene = Scene::new(layer(BOOK), move |_, _| {
            let (mut gate, feeds) = (gate.clone(), Arc::clone(&kept));
            async move {
                gate.wait_for(|open| *open).await.unwrap();
                let (feed, pieces) = Pieces::new();
                feeds.lock().unwrap().push(feed);
                with_content(200, &[("Cache-Control", "max-age=60")], pieces)
            }
        });
        let first = scene.clone();
        let first = tokio::spawn(async move { first.head("GET", "/", &[]).await });
        while scene.asked() == 0 {
            tokio::task::yield_now().await;
        }
        let second = scene.clone();
        let second = tokio::spawn(async move { second.get("/", &[]).await });
        tokio::time::sleep(Duration::from_millis(10)).await;
        if goes_before_head {
            first.abort();
            open.send(true).unwrap();
        } else {
            open.send(true).unwrap();
            let mut content = first.await.unwrap().into_body();
            feeds.lock().unwrap()[0].send(Ok("01234".into())).unwrap();
            assert_eq!(content.frame().await.unwrap().unwrap().into_data().unwrap(), "01234");
            drop(content);
        }
        while feeds.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        let feed = feeds.lock().unwrap().pop().unwrap();
        let rest = if goes_before_head { CONTENT } else { "56789" };
        feed.send(Ok(rest.into())).unwrap();
        drop(feed);
        assert_eq!(second.await.unwrap().text, CONTENT);
        assert_eq!(scene.get("/", &[]).await.text, CONTENT);
        assert_eq!(scene.asked(), 1);
    }
}

type Feeds = Arc<Mutex<Vec<Feed>>>;

/// The origin sends half of the content, and waits.
fn arriving(lines: Lines<'static>) -> (Scene, Feeds) {
    let feeds = Feeds::default();
    let kept = Arc::clone(&feeds);
    let scene = Scene::new(layer(BOOK), move |_, _| {
        let (feed, pieces) = Pieces::new();
        feed.send(Ok("01234".into())).unwrap();
        kept.lock().unwrap().push(feed);
        async move { with_content(200, lines, pieces) }
    });
    (scene, feeds)
}

fn send_the_rest(feeds: &Feeds) {
    feeds.lock().unwrap()[0].send(Ok("56789".into())).unwrap();
    feeds.lock().unwrap().clear();
}

/// A request that comes while the content is on its way has it from the beginning.
#[tokio::test]
async fn what_is_arriving_is_used() {
    let (scene, feeds) = arriving(&[("Cache-Control", "max-age=60")]);
    let first = scene.head("GET", "/", &[]).await;
    let second = scene.head("GET", "/", &[]).await;
    assert!(scene.layer.store().is_empty());
    send_the_rest(&feeds);
    for response in [first, second] {
        assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), CONTENT);
    }
    scene.layer.finish().await;
    assert!(!scene.layer.store().is_empty());
    assert_eq!(scene.asked(), 1);
}

/// Several parts of it are put together when all has come, in any order, and it stays what it is.
#[tokio::test]
async fn several_parts_of_what_is_arriving() {
    let (scene, feeds) = arriving(&[("Cache-Control", "max-age=60"), ("Content-Length", "10")]);
    let first = scene.head("GET", "/", &[]).await;
    let second = scene.clone();
    let parts = tokio::spawn(async move { second.get("/", &[("Range", "bytes=8-9, 0-1")]).await });
    tokio::task::yield_now().await;
    send_the_rest(&feeds);
    let parts = parts.await.unwrap();
    assert_eq!(parts.status, 206);
    assert!(parts.text.contains("bytes 8-9/10\r\n\r\n89\r\n"), "{parts:?}");
    assert!(parts.text.contains("bytes 0-1/10\r\n\r\n01\r\n"), "{parts:?}");
    assert_eq!(first.into_body().collect().await.unwrap().to_bytes(), CONTENT);
    assert_eq!(scene.get("/", &[]).await.text, CONTENT);
    assert_eq!(scene.asked(), 1);
}

/// A head that is too long, and a store that is too small, store nothing and harm nobody.
#[tokio::test]
async fn what_is_beyond_the_limits_passes() {
    let small = CacheLayer::new(BOOK, MemoryStore::new(100));
    let short = layer(BOOK).with_limits(Limits::default().with_head(20));
    let tight = layer(BOOK).with_limits(Limits::default().with_arriving(5));
    for layer in [small, short, tight] {
        let scene = Scene::steady(layer, &[("Cache-Control", "max-age=60")]);
        for number in ["1", "2"] {
            let answer = scene.get("/", &[]).await;
            assert_eq!((&*answer.text, answer.field("x-number")), (CONTENT, number));
            // What does not fit is put out at the next occasion.
            assert_eq!(scene.layer.store().weight(), 0);
        }
    }
}

#[tokio::test]
async fn a_websocket_passes() {
    let scene = Scene::new(layer(BOOK), |request, _| async move {
        let upgrade = field(&request, "upgrade");
        response(101, &[("Cache-Control", "max-age=60"), ("X-Upgrade", &upgrade)], "")
    });
    let lines: Lines<'_> = &[("Connection", "Upgrade"), ("Upgrade", "websocket")];
    for _ in 0..2 {
        let answer = scene.get("/", lines).await;
        assert_eq!(answer.status, StatusCode::SWITCHING_PROTOCOLS);
        assert_eq!((answer.field("x-upgrade"), answer.field("cache-status")), ("websocket", ""));
    }
    assert_eq!(scene.asked(), 2);
}

#[tokio::test]
async fn observers_are_told() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    let layer = layer(BOOK).with_observer(move |event: &Event<'_>| {
        tell.lock().unwrap().push(match event {
            Event::Answered { how: How::Forwarded(why), status, .. } => {
                format!("{} {status}", why.name())
            }
            Event::Answered { how, status, .. } => format!("{how:?} {status}"),
            Event::Stored { uri, length } => {
                format!("stored {length} of {}", String::from_utf8_lossy(uri))
            }
            other => format!("{other:?}"),
        });
    });
    let scene = Scene::steady(layer, &[("Cache-Control", "max-age=60")]);
    scene.get("/a", &[]).await;
    scene.get("/a", &[]).await;
    scene.send("POST", "/a", &[]).await.unwrap();
    let expected =
        ["stored 10 of http://shop.example/a", "uri-miss 200 OK", "Hit 200 OK", "method 200 OK"];
    assert_eq!(*told.lock().unwrap(), expected);
}

/// What is stored on one route is invalidated by an unsafe request on another, and is another route's
/// business in nothing else.
#[tokio::test]
async fn routes_share_their_uris() {
    let by_method = |request: &Request<()>| usize::from(request.method() != "GET");
    let routed = layer(BOOK).with_routes([BOOK, Profile::RFC9111_PRIVATE], by_method);
    let scene = Scene::steady(routed, &[("Cache-Control", "max-age=60")]);
    for (method, asked) in [("GET", 1), ("GET", 1), ("POST", 2), ("GET", 3), ("GET", 3)] {
        scene.send(method, "/", &[]).await.unwrap();
        assert_eq!(scene.asked(), asked, "{method}");
    }
    // No route is no cache.
    let nowhere = layer(BOOK).with_routes([BOOK], |_: &Request<()>| 7);
    let scene = Scene::steady(nowhere, &[("Cache-Control", "max-age=60")]);
    for asked in [1, 2] {
        scene.get("/", &[]).await;
        assert_eq!(scene.asked(), asked);
    }
}

const MEMBER: Lines<'static> = &[("Cookie", "member=1")];

/// A cache whose route is told by a cookie: members have one of their own.
fn by_cookie(members: Profile) -> CacheLayer {
    let is_member = |request: &Request<()>| usize::from(request.headers().contains_key("cookie"));
    layer(BOOK).with_routes([BOOK, members], is_member)
}

/// Each request is looked up under the key of its own route, and an unsafe one removes what lies under
/// those of all routes.
#[tokio::test]
async fn routes_have_keys_of_their_own() {
    let members = BOOK.with_key_query(KeyQuery::Absent).with_key(&["accept"]);
    let scene = Scene::steady(by_cookie(members), &[("Cache-Control", "max-age=60")]);
    for (number, (method, path, lines, asked)) in (0..).zip([
        ("GET", "/?a", &[][..], 1),
        ("GET", "/?a", MEMBER, 2),
        ("GET", "/?b", MEMBER, 2),
        ("GET", "/?a", &[], 2),
        ("GET", "/?b", &[], 3),
        ("POST", "/?a", &[], 4),
        ("GET", "/?b", &[], 4),
        ("GET", "/?b", MEMBER, 5),
        ("GET", "/?a", &[], 6),
    ]) {
        scene.send(method, path, lines).await.unwrap();
        assert_eq!(scene.asked(), asked, "request {number}");
    }
}

/// Requests wait for those of a route with the same rules, and get nothing that another route's have
/// brought: that was judged, and stripped, by other rules.
#[tokio::test]
async fn routes_wait_for_their_own() {
    for (members, asked) in [(BOOK, 1), (Profile::CLOUDFRONT, 2), (Profile::CACHING_OFF, 3)] {
        let (open, gate) = tokio::sync::watch::channel(false);
        let scene = Scene::new(by_cookie(members), move |_, number| {
            let mut gate = gate.clone();
            async move {
                gate.wait_for(|open| *open).await.unwrap();
                let lines = &[("Cache-Control", "max-age=60"), ("Set-Cookie", "sid=alice")];
                response(200, lines, number.to_string())
            }
        });
        let asking = [&[], MEMBER, &[], MEMBER].map(|lines| {
            let scene = scene.clone();
            tokio::spawn(async move { scene.get("/", lines).await.text })
        });
        tokio::time::sleep(Duration::from_millis(20)).await;
        open.send(true).unwrap();
        let mut got = Vec::new();
        for one in asking {
            got.push(one.await.unwrap());
        }
        assert_eq!(scene.asked(), asked, "{}", members.id());
        assert_eq!(got[0], got[2], "{}", members.id());
        assert_eq!(got[0] == got[1], asked == 1, "{}: {got:?}", members.id());
    }
}
