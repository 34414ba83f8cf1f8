//! What the proxy does with one request after another, in short scenes.

use std::time::Duration;

use crate::support::{Origin, Running, settings, settings_before};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use storable::profile::StaleIfError;
use storable_cli::proxy::{Interim, Oddity};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const CONTENT: &str = "0123456789";

fn response(fields: &[(&str, &str)], text: impl Into<String>) -> Response<Full<Bytes>> {
    let mut response = Response::builder();
    for (name, value) in fields {
        response = response.header(*name, *value);
    }
    response.body(Full::from(text.into())).unwrap()
}

/// An origin that says the same every time, with the number of the request in X-Number.
async fn steady(fields: &'static [(&'static str, &'static str)]) -> Origin {
    Origin::start(move |_, number| async move {
        let mut response = response(fields, CONTENT);
        response.headers_mut().insert("x-number", number.into());
        response
    })
    .await
}

/// Which parts a request gets is the layer's to know; here they go over a connection.
#[tokio::test]
async fn ranges_out_of_the_store() {
    let origin = steady(&[("Cache-Control", "max-age=60"), ("Content-Type", "text/plain")]).await;
    let proxy = Running::start(settings("rfc9111-shared", &origin)).await;
    assert_eq!(proxy.get("/", &[]).await.text, CONTENT);
    let part = proxy.get("/", &[("Range", "bytes=2-4")]).await;
    assert_eq!((part.status.as_u16(), part.text.as_str()), (206, "234"));
    assert_eq!(part.field("content-range"), "bytes 2-4/10");
    let none = proxy.get("/", &[("Range", "bytes=10-")]).await;
    assert_eq!((none.status.as_u16(), none.text.as_str()), (416, ""));
    let several = proxy.get("/", &[("Range", "bytes=0-1, 4-5")]).await;
    assert_eq!(several.status, 206);
    assert!(several.field("content-type").starts_with("multipart/byteranges; boundary="));
    assert_eq!(several.text.matches("bytes 0-1/10\r\n\r\n01\r\n").count(), 1);
    assert_eq!(several.text.matches("bytes 4-5/10\r\n\r\n45\r\n").count(), 1);
    assert_eq!(origin.count(), 1);
    proxy.stop().await;
}

#[tokio::test]
async fn conditions_and_cache_status() {
    let fields = &[("Cache-Control", "max-age=60"), ("ETag", "\"a\"")];
    let origin = steady(fields).await;
    let proxy = Running::start(settings("rfc9111-shared", &origin)).await;
    let first = proxy.get("/", &[("If-None-Match", "\"x\"")]).await;
    assert_eq!(
        first.field("cache-status"),
        "storable-rfc9111-shared; fwd=uri-miss; fwd-status=200; ttl=60; stored; detail=max-age"
    );
    let second = proxy.get("/", &[("If-None-Match", "W/\"a\"")]).await;
    assert_eq!((second.status.as_u16(), second.text.as_str()), (304, ""));
    assert!(second.field("cache-status").starts_with("storable-rfc9111-shared; hit; ttl="));
    assert!(second.fields.contains_key("age"));
    let head = proxy.send("HEAD", "/", &[]).await;
    assert_eq!((head.status.as_u16(), head.text.as_str()), (200, ""));
    assert_eq!(origin.count(), 1);

    let none = proxy.get("/other", &[("Cache-Control", "only-if-cached")]).await;
    assert_eq!(none.status, 504);
    assert_eq!(origin.count(), 1);
    proxy.stop().await;
}

#[tokio::test]
async fn an_unsafe_request_invalidates() {
    let origin = steady(&[("Cache-Control", "max-age=60"), ("Cache-Groups", "\"shop\"")]).await;
    let proxy = Running::start(settings("rfc9111-shared", &origin)).await;
    for path in ["/a", "/a", "/b"] {
        proxy.get(path, &[]).await;
    }
    assert_eq!(origin.count(), 2);
    proxy.send("PURGE", "/a", &[]).await;
    proxy.get("/a", &[]).await;
    proxy.get("/b", &[]).await;
    assert_eq!(origin.count(), 4);
    proxy.stop().await;
}

#[tokio::test]
async fn groups_go_together() {
    let origin = Origin::start(|request: Request<Incoming>, _| async move {
        let unsafe_method = request.method() == "POST";
        let name = if unsafe_method { "Cache-Group-Invalidation" } else { "Cache-Groups" };
        let group = if request.uri().path() == "/c" { "\"other\"" } else { "\"shop\"" };
        response(&[("Cache-Control", "max-age=60"), (name, group)], CONTENT)
    })
    .await;
    let proxy = Running::start(settings("rfc9111-shared", &origin)).await;
    for path in ["/a", "/b", "/c"] {
        proxy.get(path, &[]).await;
    }
    proxy.send("POST", "/d", &[]).await;
    for path in ["/a", "/b", "/c"] {
        proxy.get(path, &[]).await;
    }
    assert_eq!(origin.count(), 6);
    proxy.stop().await;
}

#[tokio::test]
async fn the_background_revalidates() {
    let fields = &[("Cache-Control", "max-age=0, stale-while-revalidate=60"), ("ETag", "\"a\"")];
    let origin = steady(fields).await;
    let proxy = Running::start(settings("rfc9111-shared", &origin)).await;
    assert_eq!(proxy.get("/", &[]).await.field("x-number"), "1");
    assert_eq!(proxy.get("/", &[]).await.field("x-number"), "1");
    for _ in 0..100 {
        if origin.count() > 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(origin.count(), 2);
    proxy.stop().await;
}

#[tokio::test]
async fn variants_lie_side_by_side() {
    let origin = Origin::start(|request: Request<Incoming>, _| async move {
        let language = request.headers()["accept-language"].to_str().unwrap().to_owned();
        response(&[("Cache-Control", "max-age=60"), ("Vary", "Accept-Language")], language)
    })
    .await;
    let proxy = Running::start(settings("rfc9111-shared", &origin)).await;
    for (language, text) in
        [("en, de", "en, de"), ("fr", "fr"), ("EN,DE", "en, de"), ("fr", "fr"), ("de", "de")]
    {
        assert_eq!(proxy.get("/", &[("Accept-Language", language)]).await.text, text);
    }
    assert_eq!(origin.count(), 3);
    proxy.stop().await;
}

/// An origin that sends these bytes to every request and hangs up, or says nothing.
async fn raw(bytes: &'static str) -> (std::net::SocketAddr, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let task = tokio::spawn(async move {
        let mut open = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(bytes.as_bytes()).await;
            if bytes.is_empty() {
                open.push(stream);
            }
        }
    });
    (address, task)
}

#[tokio::test]
async fn what_goes_wrong_is_said() {
    for (bytes, status, says) in [
        ("", 504, "the origin sent no answer within 1s"),
        ("HTTP/1.1 200\r\nbroken header\r\n\r\n", 502, "the origin broke off, or sent what is not"),
        ("rubbish\r\n\r\n", 502, "the origin broke off, or sent what is not HTTP"),
    ] {
        let (address, task) = raw(bytes).await;
        let mut settings = settings_before("rfc9111-shared", address);
        settings.patience = Duration::from_secs(1);
        let proxy = Running::start(settings).await;
        let answer = proxy.get("/", &[]).await;
        assert_eq!(answer.status.as_u16(), status, "{answer:?}");
        assert!(answer.text.contains(says), "{answer:?}");
        assert!(answer.field("cache-status").contains("fwd=uri-miss"), "{answer:?}");
        proxy.stop().await;
        task.abort();
    }
    // Nobody listens there any more.
    let (address, task) = raw("").await;
    task.abort();
    let _ = task.await;
    let settings = settings_before("rfc9111-shared", address);
    let proxy = Running::start(settings).await;
    let answer = proxy.get("/", &[]).await;
    assert_eq!(answer.status, 502);
    assert!(answer.text.contains("cannot be reached"), "{answer:?}");
    proxy.stop().await;
}

#[tokio::test]
async fn content_that_breaks_off_is_not_stored() {
    let head = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 10\r\n\r\n01234";
    let (address, task) = raw(head).await;
    let settings = settings_before("rfc9111-shared", address);
    let proxy = Running::start(settings).await;
    for _ in 0..2 {
        assert!(proxy.browser.send("GET", "/", &[]).await.is_err());
    }
    let stored = proxy.get("/", &[("Cache-Control", "only-if-cached")]).await;
    assert_eq!(stored.status, 504);
    proxy.stop().await;
    task.abort();
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
        let origin = Origin::start(move |_, number| async move {
            let mut response = response(&[("Cache-Control", control)], CONTENT);
            if number > 1 {
                *response.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
                response.headers_mut().remove("cache-control");
            }
            response
        })
        .await;
        let mut settings = settings("rfc9111-shared", &origin);
        settings.profiles = vec![settings.profiles[0].with_stale_if_error(setting)];
        let proxy = Running::start(settings).await;
        proxy.get("/", &[]).await;
        let answer = proxy.get("/", &[]).await;
        assert_eq!(answer.status.as_u16(), status, "{control} {setting:?}");
        proxy.stop().await;
    }
}

#[tokio::test]
async fn a_long_answer_flows_through() {
    let long = "x".repeat(3 << 20);
    let sent = long.clone();
    let origin = Origin::start(move |_, _| {
        let sent = sent.clone();
        async move { response(&[("Cache-Control", "max-age=60")], sent) }
    })
    .await;
    let mut settings = settings("rfc9111-shared", &origin);
    settings.object_bytes = 1 << 20;
    let proxy = Running::start(settings).await;
    for _ in 0..2 {
        let answer = proxy.get("/", &[]).await;
        assert!(answer.text == long);
    }
    assert_eq!(origin.count(), 2);
    proxy.stop().await;
}

#[tokio::test]
async fn what_else_becomes_of_a_103() {
    let hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n";
    let answer = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 2\r\n\r\nok";
    for (interim, refused, status, stored) in [
        (Interim::Forward, vec![], 200, true),
        (Interim::Drop, vec![], 200, true),
        (Interim::ForwardUnstored, vec![], 200, false),
        (Interim::Forward, vec![Oddity::Interim], 502, false),
    ] {
        let (address, task) = raw_parts(hints, answer).await;
        let mut settings = settings_before("nginx-1.22", address);
        (settings.interim, settings.refused) = (interim, refused);
        let proxy = Running::start(settings).await;
        assert_eq!(proxy.get("/", &[]).await.status, status, "{interim:?}");
        let again = proxy.get("/", &[]).await;
        assert_eq!(again.field("cache-status").contains("; hit"), stored, "{interim:?} {again:?}");
        proxy.stop().await;
        task.abort();
    }
}

#[tokio::test]
async fn what_is_refused() {
    for (bytes, oddity) in [
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: x\r\n\r\nok", Oddity::Coding),
        ("HTTP/1.1 206 Partial Content\r\nContent-Length: 2\r\n\r\nok", Oddity::Part),
    ] {
        for (refused, failed) in [(vec![], false), (vec![oddity], true)] {
            let (address, task) = raw(bytes).await;
            let mut settings = settings_before("varnish-7", address);
            settings.refused = refused;
            let proxy = Running::start(settings).await;
            let answer = proxy.get("/", &[]).await;
            assert_eq!(answer.status == 502, failed, "{answer:?}");
            proxy.stop().await;
            task.abort();
        }
    }
}

#[tokio::test]
async fn the_first_answer_has_what_is_not_stored() {
    let origin = steady(&[("Cache-Control", "max-age=60, no-cache=\"x-a\""), ("X-A", "1")]).await;
    let proxy = Running::start(settings("httpd-2.4", &origin)).await;
    assert_eq!(proxy.get("/", &[]).await.field("x-a"), "1");
    let again = proxy.get("/", &[]).await;
    assert_eq!((again.field("x-number"), again.field("x-a")), ("1", ""));
    proxy.stop().await;
}

#[tokio::test]
async fn head_that_is_fetched_as_get() {
    let origin = steady(&[("Cache-Control", "max-age=60")]).await;
    for (profile, requests) in [("nginx-1.22", 1), ("httpd-2.4", 2)] {
        let before = origin.count();
        let proxy = Running::start(settings(profile, &origin)).await;
        let head = proxy.send("HEAD", "/", &[]).await;
        assert_eq!((head.status.as_u16(), &*head.text), (200, ""));
        assert_eq!(proxy.get("/", &[]).await.text, CONTENT);
        assert_eq!(origin.count() - before, requests, "{profile}");
        proxy.stop().await;
    }
}

#[tokio::test]
async fn one_renews_and_others_get_the_stale_answer() {
    let origin = Origin::start(move |_, number| async move {
        if number > 1 {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let control = "max-age=1, stale-while-revalidate=60";
        let mut response = response(&[("Cache-Control", control)], CONTENT);
        response.headers_mut().insert("x-number", number.into());
        response
    })
    .await;
    let proxy = Running::start(settings("nginx-1.22", &origin)).await;
    assert_eq!(proxy.get("/", &[]).await.field("x-number"), "1");
    tokio::time::sleep(Duration::from_millis(2100)).await;
    let browser = proxy.browser.clone();
    let renewing = tokio::spawn(async move { browser.send("GET", "/", &[]).await.unwrap() });
    while origin.count() < 2 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(proxy.get("/", &[]).await.field("x-number"), "1");
    assert_eq!(renewing.await.unwrap().field("x-number"), "2");
    assert_eq!(origin.count(), 2);
    proxy.stop().await;
}

#[tokio::test]
async fn a_103_is_passed_on_and_not_stored() {
    let hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nConnection: x-hop\r\n\
                 X-Hop: 1\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n";
    let answer = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 2\r\n\r\nok";
    let (address, task) = raw_parts(hints, answer).await;
    let settings = settings_before("rfc9111-shared", address);
    let proxy = Running::start(settings).await;
    for (version, informed) in [("1.0", false), ("1.1", true), ("1.1", false)] {
        // The first one leaves nothing in the store for the second.
        let path = if version == "1.0" { "/old" } else { "/" };
        let mut stream = tokio::net::TcpStream::connect(proxy.browser.address).await.unwrap();
        let request = format!("GET {path} HTTP/{version}\r\nHost: a\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        let lower = text.to_ascii_lowercase();
        let starts =
            "http/1.1 103 early hints\r\nlink: </a.css>; rel=preload\r\n\r\nhttp/1.1 200 ok";
        assert_eq!(lower.starts_with(starts), informed, "{text}");
        assert_eq!(text.contains("103 Early"), informed, "{text}");
        assert!(text.ends_with("\r\n\r\nok"), "{text}");
    }
    proxy.stop().await;
    task.abort();
}

/// An origin that sends the second part a moment after the first, and hangs up.
async fn raw_parts(
    first: &'static str,
    second: &'static str,
) -> (std::net::SocketAddr, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let task = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(first.as_bytes()).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
            let _ = stream.write_all(second.as_bytes()).await;
        }
    });
    (address, task)
}
