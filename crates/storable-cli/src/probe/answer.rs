//! What comes back from a cache: the only bytes of strangers that the probe reads as a client, so that
//! this is tried on arbitrary ones.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, Version};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};

/// The origin numbers its answers: the number is in this field, and in the content.
pub(crate) const SERIAL: &str = "x-probe-serial";

/// An answer of the origin has a few bytes; no more than this is read of one that is not the origin's.
const MOST_CONTENT: usize = 64 * 1024;

/// What a cache answered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The lines of the head.
    pub headers: HeaderMap,
    /// The number of the origin's answer that this is a copy of.
    pub serial: Option<u64>,
    /// When all of it was there.
    pub complete: Instant,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoAnswer {
    /// There is no connection.
    #[error("it cannot be reached: {0}")]
    Unreachable(#[from] std::io::Error),
    /// What came is no HTTP, or not all of it.
    #[error("it does not speak HTTP as expected: {0}")]
    Http(#[from] hyper::Error),
    /// A name or a value that HTTP cannot carry.
    #[error("the request cannot be made: {0}")]
    Request(#[from] http::Error),
    /// The cache took too long.
    #[error("no answer came within {0:?}")]
    TooLate(Duration),
}

impl Answer {
    /// Sends a request on a connection of its own, in HTTP/1.1 or 2 as it says, and reads what comes back.
    ///
    /// # Errors
    ///
    /// [`NoAnswer::Http`]: what comes back is no HTTP, or ends too early.
    pub async fn to(
        request: Request<Empty<Bytes>>,
        connection: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    ) -> Result<Self, NoAnswer> {
        let io = TokioIo::new(connection);
        if request.version() == Version::HTTP_2 {
            let (mut sender, connection) =
                hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await?;
            let driver = tokio::spawn(connection);
            let answer = Self::read(sender.send_request(request).await?).await;
            driver.abort();
            answer
        } else {
            let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await?;
            let driver = tokio::spawn(connection);
            let answer = Self::read(sender.send_request(request).await?).await;
            driver.abort();
            answer
        }
    }

    async fn read(response: Response<Incoming>) -> Result<Self, NoAnswer> {
        let (head, mut body) = response.into_parts();
        let mut content = Vec::new();
        while content.len() < MOST_CONTENT {
            let Some(frame) = body.frame().await else { break };
            content.extend(frame?.into_data().unwrap_or_default());
        }
        let told = head.headers.get(SERIAL).and_then(|value| value.to_str().ok()?.parse().ok());
        Ok(Self {
            status: head.status.as_u16(),
            serial: told.or_else(|| serial_in(&content)),
            headers: head.headers,
            complete: Instant::now(),
        })
    }
}

/// The serial that the content tells, for caches that drop the field.
fn serial_in(content: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(content).ok()?;
    let (_, rest) = text.split_once("serial=")?;
    rest.split_once(';')?.0.parse().ok()
}
