//! Five caches in front of one service, each as its documentation shows it.

mod pages;

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::{Request, Response, Uri};
use http_cache::MokaManager;
use tower::{Layer, Service, ServiceExt};

pub use pages::{ENTRIES, Pages, page, wanted};

pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The caches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    Storable,
    HttpCacheTower,
    HttpCacheTowerServer,
    TowerHttpCache,
    AxumResponseCache,
}

impl Peer {
    pub const ALL: [Self; 5] = [
        Self::Storable,
        Self::HttpCacheTower,
        Self::HttpCacheTowerServer,
        Self::TowerHttpCache,
        Self::AxumResponseCache,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Storable => "storable-tower",
            Self::HttpCacheTower => "http-cache-tower 1.0.0-alpha.9",
            Self::HttpCacheTowerServer => "http-cache-tower-server 0.2.6",
            Self::TowerHttpCache => "tower-http-cache 0.6.1",
            Self::AxumResponseCache => "axum-response-cache 0.5.0",
        }
    }
}

/// What is done with a cache.
pub trait Use {
    type Out;

    fn with<S: Cache<B>, B: Content>(self, cache: S) -> Self::Out;
}

/// Content of an answer.
pub trait Content: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static {}

impl<B> Content for B where B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static {}

/// A cache with what is behind it.
pub trait Cache<B>:
    Service<Request<Body>, Response = Response<B>, Future: Send, Error: Into<BoxError> + Send>
    + Clone
    + Send
    + Sync
    + 'static
{
}

impl<S, B> Cache<B> for S where
    S: Service<Request<Body>, Response = Response<B>, Future: Send, Error: Into<BoxError> + Send>
        + Clone
        + Send
        + Sync
        + 'static
{
}

/// Puts a cache before a service. All have room for everything, and whoever has to be told for how long
/// to keep what says nothing is told a minute.
pub fn put<S, R, U>(peer: Peer, service: S, usage: U) -> U::Out
where
    S: Service<Request<Body>, Response = Response<R>, Error = Infallible, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
    R: http_body::Body<Data = Bytes, Error: Into<BoxError> + Send> + Send + Sync + Unpin + 'static,
    U: Use,
{
    const MINUTE: Duration = Duration::from_secs(60);
    let manager = || MokaManager::new(moka::future::Cache::new(1_000_000));
    match peer {
        Peer::Storable => {
            let store = storable_tower::MemoryStore::new(1 << 30);
            let layer = storable_tower::CacheLayer::new(storable::Profile::RFC9111_SHARED, store);
            usage.with(layer.layer(service))
        }
        Peer::HttpCacheTower => {
            let cache = http_cache_tower::HttpCacheLayer::new(manager()).layer(service);
            // It is made for clients, and takes the target for the whole URI.
            usage.with(cache.map_request(absolute))
        }
        Peer::HttpCacheTowerServer => {
            usage.with(http_cache_tower_server::ServerCacheLayer::new(manager()).layer(service))
        }
        Peer::TowerHttpCache => {
            let backend = tower_http_cache::backend::memory::InMemoryBackend::new(1_000_000);
            let layer = tower_http_cache::CacheLayer::builder(backend)
                .ttl(MINUTE)
                .respect_cache_control(true)
                .build();
            usage.with(layer.layer(service))
        }
        Peer::AxumResponseCache => {
            let layer = axum_response_cache::CacheLayer::with_lifespan(MINUTE);
            let service = service.map_response(|response: Response<R>| response.map(Body::new));
            usage.with(layer.layer(service))
        }
    }
}

fn absolute(mut request: Request<Body>) -> Request<Body> {
    let host = request.headers().get("host").and_then(|host| host.to_str().ok());
    if let (None, Some(host)) = (request.uri().authority(), host) {
        if let Ok(uri) = format!("http://{host}{}", request.uri()).parse::<Uri>() {
            *request.uri_mut() = uri;
        }
    }
    request
}
