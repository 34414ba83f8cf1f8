//! The origin behind the proxy.

use std::convert::Infallible;
use std::error::Error as _;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderValue, Request, Response, StatusCode, Uri};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use storable_tower::{NoAnswer, NotStored};
use tower_service::Service;

use super::body::{Body, Timed};
use super::informational::Informer;
use super::{Interim, Oddity, Settings, in_words};

/// Why there is no answer from the origin.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("the origin cannot be reached: {0}")]
    Unreachable(String),
    #[error("the origin broke off, or sent what is not HTTP: {0}")]
    Rubbish(String),
    #[error("the origin sent no answer within {0:?}")]
    Slow(Duration),
}

impl Failure {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Unreachable(_) | Self::Rubbish(_) => StatusCode::BAD_GATEWAY,
            Self::Slow(_) => StatusCode::GATEWAY_TIMEOUT,
        }
    }
}

/// The origin as a service: what goes wrong becomes a 502 or 504 that says so.
#[derive(Clone, Debug)]
pub(crate) struct Origin(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    authority: Authority,
    client: Client<HttpConnector, Body>,
    patience: Duration,
    interim: Interim,
    refused: Vec<Oddity>,
}

impl Origin {
    pub(crate) fn new(settings: &Settings) -> Self {
        let patience = settings.patience;
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(patience.min(Duration::from_secs(10))));
        let client = Client::builder(TokioExecutor::new())
            // Node.js closes after 5 s; a request that meets the end of a connection is lost.
            .pool_idle_timeout(Duration::from_secs(4))
            .build(connector);
        Self(Arc::new(Inner {
            authority: settings.origin.clone(),
            client,
            patience,
            interim: settings.interim,
            refused: settings.refused.clone(),
        }))
    }
}

impl Service<Request<Body>> for Origin {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let origin = Arc::clone(&self.0);
        Box::pin(async move { Ok(origin.answer(request).await) })
    }
}

impl Inner {
    async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let (informed, answer) = match self.send(request).await {
            Ok(answer) => answer,
            Err(failure) => {
                let mut answer = in_words(failure.status(), &failure.to_string());
                answer.extensions_mut().insert(NoAnswer);
                return answer;
            }
        };
        let patience = self.patience;
        let mut answer = answer.map(|content| Timed::new(content, patience).boxed_unsync());
        if informed && self.interim == Interim::ForwardUnstored {
            answer.extensions_mut().insert(NotStored);
        }
        answer
    }

    /// Sends a request and waits for the head of the answer; with whether informational responses
    /// went before it.
    async fn send(
        &self,
        mut request: Request<Body>,
    ) -> Result<(bool, Response<Incoming>), Failure> {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(Scheme::HTTP);
        parts.authority = Some(self.authority.clone());
        let path = request.uri().path_and_query().cloned();
        parts.path_and_query = Some(path.unwrap_or_else(|| PathAndQuery::from_static("/")));
        *request.uri_mut() =
            Uri::from_parts(parts).map_err(|error| Failure::Rubbish(error.to_string()))?;
        *request.version_mut() = http::Version::HTTP_11;
        // RFC 9110 §7.6.3.
        request.headers_mut().append("via", HeaderValue::from_static("1.1 storable"));
        let part_wanted = request.headers().contains_key("range");
        let seen = Arc::new(AtomicBool::new(false));
        let sees = Arc::clone(&seen);
        let forwards = matches!(self.interim, Interim::Forward | Interim::ForwardUnstored);
        let informer = request.extensions_mut().remove::<Informer>().filter(|_| forwards);
        hyper::ext::on_informational(&mut request, move |response| {
            sees.store(true, Ordering::Relaxed);
            if let Some(informer) = &informer {
                informer.send(response.status(), response.headers());
            }
        });
        match tokio::time::timeout(self.patience, self.client.request(request)).await {
            Err(_) => Err(Failure::Slow(self.patience)),
            Ok(Ok(response)) => {
                let informed = seen.load(Ordering::Relaxed);
                match self.refusal(&response, informed, part_wanted) {
                    Some(says) => Err(Failure::Rubbish(says.to_owned())),
                    None => Ok((informed, response)),
                }
            }
            Ok(Err(error)) => {
                let mut says = error.to_string();
                let mut source = error.source();
                while let Some(inner) = source {
                    says.push_str(": ");
                    says.push_str(&inner.to_string());
                    source = inner.source();
                }
                Err(if error.is_connect() {
                    Failure::Unreachable(says)
                } else {
                    Failure::Rubbish(says)
                })
            }
        }
    }

    /// Why a response is not taken, if so.
    fn refusal(
        &self,
        response: &Response<Incoming>,
        informed: bool,
        part_wanted: bool,
    ) -> Option<&'static str> {
        let mut codings = response.headers().get_all("transfer-encoding").iter();
        let part = response.status() == StatusCode::PARTIAL_CONTENT
            || response.headers().contains_key("content-range");
        [
            (Oddity::Interim, informed, "an informational response"),
            (
                Oddity::Coding,
                codings.any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"chunked")),
                "a transfer coding that is not known",
            ),
            (Oddity::Part, part && !part_wanted, "a part that was not asked for"),
        ]
        .into_iter()
        .find(|(oddity, there, _)| *there && self.refused.contains(oddity))
        .map(|(_, _, says)| says)
    }
}
