//! What the types of `http` do not tell of a client's messages.

use http::header::ACCEPT;
use http::{HeaderValue, Response};
use reqwest::{Body, ResponseBuilderExt, Url};
use storable_tower::CacheBody;

/// Where a response came from in the end, as an extension, where that is not where it was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Address(pub(crate) Url);

/// The request with the Accept that reqwest sends where there is none, so that a response that varies by
/// it is found again under either.
pub(crate) fn with_accept(mut request: reqwest::Request) -> reqwest::Request {
    let all = HeaderValue::from_static("*/*");
    request.headers_mut().entry(ACCEPT).or_insert(all);
    request
}

/// An answer of the cache as one of reqwest, from this URL if it does not tell another.
pub(crate) fn addressed(answer: Response<CacheBody<Body>>, url: Url) -> reqwest::Response {
    let (mut parts, content) = answer.into_parts();
    let url = parts.extensions.remove().map_or(url, |Address(last)| last);
    // It holds the URL where reqwest looks for it.
    if let Ok(named) = Response::builder().url(url).body(()) {
        parts.extensions.extend(named.into_parts().0.extensions);
    }
    Response::from_parts(parts, Body::wrap(content)).into()
}
