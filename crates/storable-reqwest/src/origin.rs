//! A client as a service of `http` messages.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use reqwest::{Body, Client};
use tower_service::Service;

/// A client of reqwest as a tower service, which a [`CacheLayer`](storable_tower::CacheLayer) can be put
/// in front of. The client has to follow no redirections.
#[derive(Clone, Debug)]
pub struct Origin(Client);

impl Origin {
    /// This client.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self(client)
    }
}

impl Service<Request<Body>> for Origin {
    type Response = Response<Body>;
    type Error = reqwest::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, reqwest::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), reqwest::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let client = self.0.clone();
        Box::pin(async move {
            let request = reqwest::Request::try_from(request)?;
            client.execute(request).await.map(Into::into)
        })
    }
}
