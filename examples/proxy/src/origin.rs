//! The origin behind the proxy.

use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::body::Body;
use crate::informational::Informer;
use crate::{Interim, Oddity, Settings};

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

#[derive(Debug)]
pub(crate) struct Origin {
    authority: Authority,
    client: Client<HttpConnector, Body>,
    patience: Duration,
    interim: Interim,
    refused: Vec<Oddity>,
}

/// What the origin has sent.
pub(crate) struct Sent {
    pub(crate) response: Response<Incoming>,
    /// Informational responses went before it.
    pub(crate) informed: bool,
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
        Self {
            authority: settings.origin.clone(),
            client,
            patience,
            interim: settings.interim,
            refused: settings.refused.clone(),
        }
    }

    pub(crate) fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Sends a request and waits for the head of the answer.
    pub(crate) async fn send(
        &self,
        method: &Method,
        uri: &Uri,
        fields: HeaderMap,
        content: Body,
        informer: Option<Informer>,
    ) -> Result<Sent, Failure> {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(Scheme::HTTP);
        parts.authority = Some(self.authority.clone());
        let path = uri.path_and_query().cloned();
        parts.path_and_query = Some(path.unwrap_or_else(|| PathAndQuery::from_static("/")));
        let mut request = Request::new(content);
        *request.method_mut() = method.clone();
        *request.uri_mut() =
            Uri::from_parts(parts).map_err(|error| Failure::Rubbish(error.to_string()))?;
        *request.headers_mut() = fields;
        // RFC 9110 §7.6.3.
        request.headers_mut().append("via", HeaderValue::from_static("1.1 storable"));
        let part_wanted = request.headers().contains_key("range");
        let seen = Arc::new(AtomicBool::new(false));
        let sees = Arc::clone(&seen);
        let forwards = matches!(self.interim, Interim::Forward | Interim::ForwardUnstored);
        let informer = informer.filter(|_| forwards);
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
                    None => Ok(Sent { response, informed }),
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
