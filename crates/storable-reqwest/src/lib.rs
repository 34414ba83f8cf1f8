//! A cache for [`reqwest`], such as a browser has: private, by RFC 9111, in memory or, with the feature
//! `disk`, on disk too.
//!
//! ```no_run
//! use storable_reqwest::CachedClient;
//! use storable_tower::MemoryStore;
//!
//! # async fn example() -> Result<(), reqwest::Error> {
//! let client = CachedClient::private(reqwest::Client::builder(), MemoryStore::new(64 << 20))?;
//! let first = client.get("https://shop.example/").await?;
//! let second = client.get("https://shop.example/").await?;
//! println!("{:?}", second.headers().get("cache-status"));
//! # Ok(())
//! # }
//! ```
//!
//! Whatever RFC 9111 has for a client works: `only-if-cached` without a network, `no-cache`, `max-stale`,
//! ranges and conditions out of the cache, validation with a condition, stale responses while they are
//! renewed. `Cache-Status` on every response says what was done.
//!
//! A [`CachedClient`] follows redirections above the cache, so that each response is stored under its own
//! URL. [`CacheMiddleware`](https://docs.rs/storable-reqwest/latest/storable_reqwest/struct.CacheMiddleware.html)
//! (feature `middleware`) is the same cache in a chain of `reqwest_middleware`.
//!
//! What reqwest adds to a request, it adds below the cache: `Accept: */*`, which the cache reckons with, and
//! `User-Agent`, `Accept-Encoding` and default headers, which are the same for every request of a client. With a
//! feature that decodes (`gzip` and the like) content is stored decoded. So give a disk store a folder of its own
//! for each way in which clients are built.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod address;
#[cfg(feature = "middleware")]
mod middleware;
mod origin;

use std::future::poll_fn;

use http::Request;
use reqwest::{Body, Client, ClientBuilder, IntoUrl, Method, Response};
use storable::Profile;
use storable_tower::{CacheLayer, CacheService, MemoryStore, Store};
use tower_http::follow_redirect::policy::{And, FilterCredentials, Limited, PolicyExt};
use tower_http::follow_redirect::{FollowRedirect, RequestUri};
use tower_layer::Layer;
use tower_service::Service;

use address::{Address, addressed, with_accept};
#[cfg(feature = "middleware")]
pub use middleware::CacheMiddleware;
pub use origin::Origin;

/// A client with a cache. Clones share it.
#[derive(Clone, Debug)]
pub struct CachedClient<St: Store = MemoryStore> {
    client: Client,
    layer: CacheLayer<St>,
    service: CacheService<Origin, St>,
}

/// How many redirections are followed.
const REDIRECTIONS: usize = 10;

impl<St: Store> CachedClient<St> {
    /// A client with the cache of one user.
    ///
    /// # Errors
    ///
    /// Where the client cannot be built.
    pub fn private(builder: ClientBuilder, store: St) -> Result<Self, reqwest::Error> {
        Self::behind(CacheLayer::new(Profile::RFC9111_PRIVATE, store), builder)
    }

    /// A client behind a cache that is set up otherwise: of another profile, with other limits, with an
    /// observer.
    ///
    /// # Errors
    ///
    /// Where the client cannot be built.
    pub fn behind(layer: CacheLayer<St>, builder: ClientBuilder) -> Result<Self, reqwest::Error> {
        // Merged into one, a redirection and what it leads to would be stored under the wrong URL.
        let client = builder.redirect(reqwest::redirect::Policy::none()).build()?;
        let service = layer.layer(Origin::new(client.clone()));
        Ok(Self { client, layer, service })
    }

    /// The cache: to wait for what is under way in the background, or for its store.
    #[must_use]
    pub const fn cache(&self) -> &CacheLayer<St> {
        &self.layer
    }

    /// The client below the cache, which makes requests for [`execute`](Self::execute).
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Gets a URL.
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    pub async fn get(&self, url: impl IntoUrl) -> Result<Response, reqwest::Error> {
        self.execute(self.client.request(Method::GET, url).build()?).await
    }

    /// Sends a request, or answers it out of the cache. A timeout of the request itself is not looked at:
    /// give it to the client.
    ///
    /// # Errors
    ///
    /// Where the request cannot be sent and nothing stored may be used in its place, and after too many
    /// redirections.
    pub async fn execute(&self, request: reqwest::Request) -> Result<Response, reqwest::Error> {
        let url = request.url().clone();
        let request = Request::<Body>::try_from(with_accept(request))?;
        let policy =
            Limited::new(REDIRECTIONS).and::<_, Body, reqwest::Error>(FilterCredentials::new());
        let mut service: Following<St> = FollowRedirect::with_policy(self.service.clone(), policy);
        poll_fn(|context| service.poll_ready(context)).await?;
        let mut answer = service.call(request).await?;
        if let Some(RequestUri(last)) = answer.extensions_mut().remove() {
            if let Ok(last) = url.join(&last.to_string()) {
                answer.extensions_mut().insert(Address(last));
            }
        }
        Ok(addressed(answer, url))
    }
}

type Following<St> = FollowRedirect<CacheService<Origin, St>, And<Limited, FilterCredentials>>;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
