//! The cache in a chain of `reqwest_middleware`.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use async_trait::async_trait;
use http::{Extensions, Request, Response};
use reqwest::{Body, Client};
use reqwest_middleware::{Error, Middleware, Next, Result};
use storable::Profile;
use storable_tower::{CacheLayer, MemoryStore, NotStored, Store};
use tokio::sync::{mpsc, oneshot};
use tower_layer::Layer;
use tower_service::Service;

use crate::address::{Address, addressed, with_accept};

/// A client's cache as a middleware of [`reqwest_middleware`]. Clones are one cache.
///
/// ```no_run
/// use reqwest_middleware::ClientBuilder;
/// use storable_reqwest::CacheMiddleware;
/// use storable_tower::MemoryStore;
///
/// # async fn example() -> reqwest_middleware::Result<()> {
/// let client = reqwest::Client::new();
/// let cache = CacheMiddleware::private(client.clone(), MemoryStore::new(64 << 20));
/// let client = ClientBuilder::new(client).with(cache).build();
/// let page = client.get("https://shop.example/").send().await?;
/// # drop(page);
/// # Ok(())
/// # }
/// ```
///
/// Middlewares before it see every answer, those behind it what goes to the network. A chain ends with its
/// request: what is fetched after that, to renew a stale response or for others that wait, is sent by the
/// client that the cache was given, past the middlewares behind it.
///
/// A client that follows redirections does so below the cache, which cannot tell them apart, and does not
/// store what was redirected: build it with [`Policy::none`](reqwest::redirect::Policy::none), or take a
/// [`CachedClient`](crate::CachedClient), which follows them above.
#[derive(Clone, Debug)]
pub struct CacheMiddleware<St: Store = MemoryStore> {
    layer: CacheLayer<St>,
    client: Client,
}

impl<St: Store> CacheMiddleware<St> {
    /// The cache of one user.
    #[must_use]
    pub fn private(client: Client, store: St) -> Self {
        Self::behind(CacheLayer::new(Profile::RFC9111_PRIVATE, store), client)
    }

    /// A cache that is set up otherwise: of another profile, with other limits, with an observer.
    #[must_use]
    pub const fn behind(layer: CacheLayer<St>, client: Client) -> Self {
        Self { layer, client }
    }

    /// The cache: to wait for what is under way in the background, or for its store.
    #[must_use]
    pub const fn cache(&self) -> &CacheLayer<St> {
        &self.layer
    }
}

#[async_trait]
impl<St: Store> Middleware for CacheMiddleware<St> {
    async fn handle(
        &self,
        request: reqwest::Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<reqwest::Response> {
        let url = request.url().clone();
        let request = Request::<Body>::try_from(with_accept(request))?;
        let (chain, mut asked) = mpsc::channel(1);
        let mut cache = self.layer.layer(Origin { chain, client: self.client.clone() });
        let mut answer = cache.call(request);
        loop {
            tokio::select! {
                answer = &mut answer => return Ok(addressed(answer?, url)),
                Some(Asked { request, reply }) = asked.recv() => {
                    let response = next.clone().run(request, extensions).await;
                    // Nobody waits for it where the cache has given up.
                    let _ = reply.send(response);
                }
            }
        }
    }
}

/// What the cache sends through the chain.
#[derive(Debug)]
struct Asked {
    request: reqwest::Request,
    reply: oneshot::Sender<Result<reqwest::Response>>,
}

/// The rest of the chain while it lasts, and after it the client.
#[derive(Clone, Debug)]
struct Origin {
    chain: mpsc::Sender<Asked>,
    client: Client,
}

/// The request for which the chain was there has been given up.
#[derive(Debug, thiserror::Error)]
#[error("the request whose answer others wait for has been given up")]
struct GivenUp;

impl Origin {
    async fn send(self, request: reqwest::Request) -> Result<reqwest::Response> {
        let (reply, response) = oneshot::channel();
        match self.chain.send(Asked { request, reply }).await {
            Ok(()) => response.await.unwrap_or_else(|_| Err(Error::middleware(GivenUp))),
            Err(unsent) => Ok(self.client.execute(unsent.0.request).await?),
        }
    }
}

impl Service<Request<Body>> for Origin {
    type Response = Response<Body>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let origin = self.clone();
        Box::pin(async move {
            let request = reqwest::Request::try_from(request)?;
            let url = request.url().clone();
            let response = origin.send(request).await?;
            let last = response.url().clone();
            let mut response: Response<Body> = response.into();
            if last != url {
                // What was redirected is no answer of this URL's.
                response.extensions_mut().insert(NotStored);
                response.extensions_mut().insert(Address(last));
            }
            Ok(response)
        })
    }
}
