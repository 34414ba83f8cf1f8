//! Fields and conditions in handlers of axum.

#![cfg(feature = "axum")]
#![allow(missing_docs, clippy::unwrap_used)]

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, body};
use storable::header::{CacheControl, ETag, RequestCacheControl, Vary};
use storable_headers::{Conditions, Typed};
use tower::ServiceExt;

fn tag() -> Typed<ETag> {
    Typed(ETag::strong("v2").unwrap())
}

async fn page(conditions: Conditions) -> Response {
    let control = Typed(CacheControl::new().max_age(Duration::from_secs(60)));
    let vary = Typed(Vary::on([header::ACCEPT_LANGUAGE]));
    conditions.answer((control, vary, tag(), [("X-Other", "1")], "hello"))
}

async fn replace(conditions: Conditions) -> Result<&'static str, StatusCode> {
    conditions.allow(Some(&tag().into_response()))?;
    Ok("replaced")
}

async fn create(conditions: Conditions) -> Result<&'static str, StatusCode> {
    conditions.allow(None::<&Response>)?;
    Ok("created")
}

async fn wishes(Typed(control): Typed<RequestCacheControl>) -> String {
    format!("{:?}", control.max_age)
}

async fn ask(method: &str, path: &str, field: (&str, &str)) -> (u16, String, Vec<String>) {
    let app: Router = Router::new()
        .route("/", get(page).put(replace))
        .route("/new", axum::routing::put(create))
        .route("/wishes", get(wishes));
    let request = Request::builder().method(method).uri(path).header(field.0, field.1);
    let response = app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (head, content) = response.into_parts();
    let content = body::to_bytes(content, 100).await.unwrap();
    let line = |(name, value): (&header::HeaderName, &header::HeaderValue)| {
        format!("{name}: {}", value.to_str().unwrap())
    };
    let mut lines: Vec<_> = head.headers.iter().map(line).collect();
    lines.retain(|line| !line.starts_with("content-"));
    lines.sort();
    (head.status.as_u16(), String::from_utf8(content.to_vec()).unwrap(), lines)
}

#[tokio::test]
async fn conditions() {
    for (method, path, field, status, content) in [
        ("GET", "/", ("Accept", "*/*"), 200, "hello"),
        ("GET", "/", ("If-None-Match", "\"v2\""), 304, ""),
        ("GET", "/", ("If-None-Match", "\"v1\""), 200, "hello"),
        ("GET", "/", ("If-Match", "\"v1\""), 412, ""),
        ("PUT", "/", ("If-Match", "\"v2\""), 200, "replaced"),
        ("PUT", "/", ("If-Match", "\"v1\""), 412, ""),
        ("PUT", "/", ("If-None-Match", "*"), 412, ""),
        ("PUT", "/new", ("If-None-Match", "*"), 200, "created"),
        ("PUT", "/new", ("If-Match", "*"), 412, ""),
        ("GET", "/wishes", ("Cache-Control", "max-age=5"), 200, "Some(5s)"),
    ] {
        let (got, text, _) = ask(method, path, field).await;
        assert_eq!((got, &*text), (status, content), "{method} {path} {field:?}");
    }
}

#[tokio::test]
async fn fields() {
    let (_, _, whole) = ask("GET", "/", ("Accept", "*/*")).await;
    let kept = ["cache-control: max-age=60", "etag: \"v2\"", "vary: accept-language"];
    assert_eq!(whole, [&kept[..], &["x-other: 1"]].concat());
    let (_, _, unchanged) = ask("GET", "/", ("If-None-Match", "\"v2\"")).await;
    assert_eq!(unchanged, kept);
}
