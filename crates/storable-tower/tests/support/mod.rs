//! An origin in process, a cache before it, and a client.

#![allow(dead_code)]

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Full};
use storable::Profile;
use storable_tower::{BoxError, CacheLayer, CacheService, MemoryStore, Store};
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;
use tower_layer::Layer;

/// Nothing in a test takes longer.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

pub(crate) const CONTENT: &str = "0123456789";

pub(crate) type Content = http_body_util::combinators::UnsyncBoxBody<Bytes, io::Error>;
pub(crate) type Origin = BoxCloneSyncService<Request<Full<Bytes>>, Response<Content>, Infallible>;
pub(crate) type Lines<'a> = &'a [(&'a str, &'a str)];

/// A cache before an origin that counts its requests.
#[derive(Clone)]
pub(crate) struct Scene<St: Store = MemoryStore> {
    pub(crate) layer: CacheLayer<St>,
    pub(crate) service: CacheService<Origin, St>,
    asked: Arc<AtomicUsize>,
}

/// An answer with its content.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) fields: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub(crate) fn layer(profile: Profile) -> CacheLayer {
    CacheLayer::new(profile, MemoryStore::new(64 << 20)).named("c")
}

impl<St: Store> Scene<St> {
    /// The origin answers by a function of the request and its number.
    pub(crate) fn new<F, A>(layer: CacheLayer<St>, answer: F) -> Self
    where
        F: Fn(Request<Full<Bytes>>, usize) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Response<Content>> + Send + 'static,
    {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let origin = tower::service_fn(move |request| {
            let number = count.fetch_add(1, Ordering::SeqCst) + 1;
            let answer = answer(request, number);
            async move { Ok(answer.await) }
        });
        let service = layer.layer(BoxCloneSyncService::new(origin));
        Self { layer, service, asked }
    }

    /// The origin says the same every time, with the number of the request in X-Number.
    pub(crate) fn steady(layer: CacheLayer<St>, lines: Lines<'static>) -> Self {
        Self::new(layer, move |_, number| async move {
            let mut response = response(200, lines, CONTENT);
            response.headers_mut().insert("x-number", number.into());
            response
        })
    }

    /// How often the origin was asked.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub(crate) async fn get(&self, path: &str, lines: Lines<'_>) -> Answer {
        self.send("GET", path, lines).await.unwrap()
    }

    /// An error is content that broke off.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        lines: Lines<'_>,
    ) -> Result<Answer, BoxError> {
        let answer = async {
            let response = self.head(method, path, lines).await;
            let (parts, content) = response.into_parts();
            let text = String::from_utf8(content.collect().await?.to_bytes().to_vec())?;
            Ok(Answer { status: parts.status, fields: parts.headers, text })
        };
        tokio::time::timeout(LIMIT, answer).await?
    }

    /// An answer whose content has not been read.
    pub(crate) async fn head(
        &self,
        method: &str,
        path: &str,
        lines: Lines<'_>,
    ) -> Response<storable_tower::CacheBody<Content>> {
        let request = Request::builder().method(method).uri(path);
        let request = if lines.iter().any(|(name, _)| *name == "Host") {
            request
        } else {
            request.header("Host", "shop.example")
        };
        let request =
            lines.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let service = self.service.clone();
        service.oneshot(request.body(Full::default()).unwrap()).await.unwrap()
    }
}

pub(crate) fn response(
    status: u16,
    lines: Lines<'_>,
    text: impl Into<String>,
) -> Response<Content> {
    let content = Full::from(text.into()).map_err(|never| match never {});
    with_content(status, lines, content)
}

pub(crate) fn with_content(
    status: u16,
    lines: Lines<'_>,
    content: impl Body<Data = Bytes, Error = io::Error> + Send + 'static,
) -> Response<Content> {
    let response = Response::builder().status(status);
    let response =
        lines.iter().fold(response, |response, (name, value)| response.header(*name, *value));
    response.body(content.boxed_unsync()).unwrap()
}

/// Content that comes in pieces, each when the test says so, and may break off.
pub(crate) struct Pieces(tokio::sync::mpsc::UnboundedReceiver<Result<Bytes, io::Error>>);

pub(crate) type Feed = tokio::sync::mpsc::UnboundedSender<Result<Bytes, io::Error>>;

impl Pieces {
    pub(crate) fn new() -> (Feed, Self) {
        let (feed, pieces) = tokio::sync::mpsc::unbounded_channel();
        (feed, Self(pieces))
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}
