//! Decides on one response with the library of the feature that is on; without one it only makes
//! the messages.

use std::hint::black_box;

fn main() {
    let control = std::env::args().nth(1).unwrap_or_default();
    let request = http::Request::get("https://shop.example/").body(()).map(|it| it.into_parts().0);
    let response = http::Response::builder().header("cache-control", control).body(());
    let response = response.map(|it| it.into_parts().0);
    let (Ok(request), Ok(response)) = (black_box(request), black_box(response)) else { return };
    println!("{}", is_stored(&request, response));
}

#[cfg(feature = "storable")]
fn is_stored(request: &http::request::Parts, response: http::response::Parts) -> bool {
    use storable::{Profile, Storage};
    storable::storable(request, &response, &Profile::RFC9111_SHARED).storage() == Storage::Stored
}

#[cfg(feature = "http-cache-semantics")]
fn is_stored(request: &http::request::Parts, response: http::response::Parts) -> bool {
    http_cache_semantics::CachePolicy::new(request, &response).is_storable()
}

#[cfg(feature = "pingora-cache")]
fn is_stored(_: &http::request::Parts, response: http::response::Parts) -> bool {
    use pingora_cache::{CacheMetaDefaults, RespCacheable, cache_control::CacheControl};
    let head = pingora_http::ResponseHeader::from(response);
    let control = CacheControl::from_headers_named("cache-control", &head.headers);
    let defaults = CacheMetaDefaults::new(|_| None, 0, 0);
    let decided = pingora_cache::filters::resp_cacheable(control.as_ref(), head, false, &defaults);
    matches!(decided, RespCacheable::Cacheable(_))
}

#[cfg(not(any(
    feature = "storable",
    feature = "http-cache-semantics",
    feature = "pingora-cache"
)))]
fn is_stored(request: &http::request::Parts, response: http::response::Parts) -> bool {
    request.headers.len() < response.headers.len()
}
