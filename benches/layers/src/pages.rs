//! The pages that are asked for.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use http_body_util::Full;
use tower::Service;

/// How many there are.
pub const ENTRIES: usize = 10_000;

const REQUEST: [(&str, &str); 10] = [
    ("host", "shop.example"),
    ("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    ("accept-language", "ja,en-US;q=0.7,en;q=0.3"),
    ("accept-encoding", "gzip, deflate, br, zstd"),
    ("cookie", "sid=3f2a9c; theme=dark; ab=17"),
    ("referer", "https://shop.example/"),
    ("sec-fetch-mode", "navigate"),
    ("upgrade-insecure-requests", "1"),
    ("x-forwarded-for", "203.0.113.7"),
];

const RESPONSE: [(&str, &str); 11] = [
    ("cache-control", "public, max-age=3600, stale-while-revalidate=60"),
    ("content-type", "text/html; charset=utf-8"),
    ("content-length", "1024"),
    ("server", "shop"),
    ("etag", "\"65f1-18324\""),
    ("last-modified", "Mon, 03 Aug 2026 09:00:00 GMT"),
    ("vary", "Accept-Encoding, Accept-Language"),
    ("x-request-id", "7b1c9be2-5c1e-4f3e-9d53-1c9f0d6a8d11"),
    ("strict-transport-security", "max-age=63072000"),
    ("x-content-type-options", "nosniff"),
    ("content-language", "ja"),
];

/// Fields with values of their own, as they come from a connection.
fn fields(lines: &[(&'static str, &'static str)]) -> HeaderMap {
    let field = |(name, value): &(&'static str, &'static str)| {
        let value = HeaderValue::from_bytes(value.as_bytes()).ok()?;
        Some((HeaderName::from_static(name), value))
    };
    lines.iter().filter_map(field).collect()
}

/// The request for each page, of 10 fields.
pub fn wanted() -> Vec<Request<()>> {
    let request = |number: usize| {
        let mut request = Request::new(());
        *request.uri_mut() = format!("/page/{number}").parse().unwrap_or_default();
        *request.headers_mut() = fields(&REQUEST);
        request
    };
    (0..ENTRIES).map(request).collect()
}

/// A request to send.
pub fn page(wanted: &Request<()>) -> Request<Body> {
    let mut request = Request::new(Body::empty());
    request.uri_mut().clone_from(wanted.uri());
    request.headers_mut().clone_from(wanted.headers());
    request
}

/// A service that has them all: 11 fields and a kibibyte of content of its own.
/// It counts how often it is asked.
#[derive(Clone, Debug, Default)]
pub struct Pages(Arc<AtomicUsize>);

impl Pages {
    pub fn asked(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Service<Request<Body>> for Pages {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        let asked = Arc::clone(&self.0);
        // As an async function: nothing is done before somebody waits for it.
        Box::pin(async move {
            asked.fetch_add(1, Ordering::Relaxed);
            let mut response = Response::new(Full::from(vec![b'x'; 1024]));
            *response.headers_mut() = fields(&RESPONSE);
            Ok(response)
        })
    }
}
