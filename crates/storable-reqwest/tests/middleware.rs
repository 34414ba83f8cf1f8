//! The cache as a middleware, before a server on loopback.

#![cfg(feature = "middleware")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::{Client, Request, Response};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Middleware, Next};
use storable_reqwest::CacheMiddleware;
use storable_tower::MemoryStore;
use support::{CONTENT, Server};

/// Counts what passes.
#[derive(Clone, Default)]
struct Counter(Arc<AtomicUsize>);

#[async_trait::async_trait]
impl Middleware for Counter {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut http::Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        self.0.fetch_add(1, Ordering::SeqCst);
        next.run(request, extensions).await
    }
}

/// A client with a cache between two counters.
struct Counted {
    client: ClientWithMiddleware,
    cache: CacheMiddleware,
    before: Counter,
    behind: Counter,
}

impl Counted {
    fn new() -> Self {
        let client = Client::new();
        let cache = CacheMiddleware::private(client.clone(), MemoryStore::new(1 << 20));
        let (before, behind) = (Counter::default(), Counter::default());
        let chain = ClientBuilder::new(client).with(before.clone()).with(cache.clone());
        Self { client: chain.with(behind.clone()).build(), cache, before, behind }
    }

    fn counts(&self) -> (usize, usize) {
        (self.before.0.load(Ordering::SeqCst), self.behind.0.load(Ordering::SeqCst))
    }
}

#[tokio::test]
async fn out_of_the_cache() {
    let server = Server::start().await;
    let counted = Counted::new();
    for (path, field, status, text, says, behind) in [
        ("/mine", None, 200, CONTENT, "storable; fwd=uri-miss", 1),
        ("/mine", None, 200, CONTENT, "storable; hit", 1),
        ("/mine", Some(("Range", "bytes=2-4")), 206, "234", "storable; hit", 1),
        ("/stale", None, 200, CONTENT, "storable; fwd=uri-miss", 2),
        ("/stale", None, 200, CONTENT, "storable; fwd=stale; fwd-status=304", 3),
        ("/never", Some(("Cache-Control", "only-if-cached")), 504, "", "storable; fwd=miss", 3),
    ] {
        let mut request = counted.client.get(server.url(path));
        if let Some((name, value)) = field {
            request = request.header(name, value);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.url().path(), path);
        let said = response.headers()["cache-status"].to_str().unwrap().to_owned();
        let status_and_text = (response.status().as_u16(), response.text().await.unwrap());
        assert_eq!(status_and_text, (status, text.to_owned()), "{path} {field:?}");
        assert!(said.starts_with(says), "{path} {field:?}: {said}");
        assert_eq!(counted.counts().1, behind, "{path} {field:?}");
    }
    assert_eq!(counted.counts().0, 6);
}

/// What a client follows below the cache is not stored as an answer of the first URL's.
#[tokio::test]
async fn what_was_redirected() {
    let server = Server::start().await;
    let counted = Counted::new();
    for behind in [1, 2] {
        let response = counted.client.get(server.url("/moved")).send().await.unwrap();
        assert_eq!((response.url().path(), counted.counts().1), ("/mine", behind));
        assert_eq!(response.text().await.unwrap(), CONTENT);
    }
}

/// What is stale is served at once, and renewed by the client when the chain is over.
#[tokio::test]
async fn renewed_behind() {
    let server = Server::start().await;
    let counted = Counted::new();
    for requests in [1, 2, 3] {
        let response = counted.client.get(server.url("/renewed")).send().await.unwrap();
        assert_eq!(response.text().await.unwrap(), CONTENT);
        counted.cache.cache().finish().await;
        assert_eq!((server.requests(), counted.counts().1), (requests, 1));
    }
}

/// Where a client goes away, others that wait for the same response get theirs.
#[tokio::test]
async fn without_the_first_one() {
    let server = Server::start().await;
    let counted = Arc::new(Counted::new());
    let get = || {
        let (counted, url) = (Arc::clone(&counted), server.url("/slow"));
        tokio::spawn(async move {
            let response = counted.client.get(url).send().await?;
            Ok::<_, reqwest_middleware::Error>(response.text().await?)
        })
    };
    let first = get();
    while server.requests() == 0 {
        tokio::task::yield_now().await;
    }
    let second = get();
    tokio::task::yield_now().await;
    first.abort();
    assert_eq!(second.await.unwrap().unwrap(), CONTENT);
}
