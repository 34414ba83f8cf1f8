//! Content on its way to the origin, and from it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep};

/// Any content.
pub(crate) type Body = http_body_util::combinators::UnsyncBoxBody<Bytes, Broken>;

/// Why content broke off. The connection that it goes to is closed, so that nobody takes a part
/// for the whole.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Broken {
    /// The other side failed.
    #[error("the content broke off: {0}")]
    Connection(#[from] hyper::Error),
    /// Nothing came for too long.
    #[error("no content for {0:?}")]
    Stalled(Duration),
}

/// Content that ends with an error where nothing comes for too long.
#[derive(Debug)]
pub(crate) struct Timed {
    inner: Incoming,
    patience: Duration,
    sleep: Pin<Box<Sleep>>,
}

impl Timed {
    pub(crate) fn new(inner: Incoming, patience: Duration) -> Self {
        Self { inner, patience, sleep: Box::pin(tokio::time::sleep(patience)) }
    }
}

impl http_body::Body for Timed {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let this = self.get_mut();
        match Pin::new(&mut this.inner).poll_frame(context) {
            Poll::Ready(frame) => {
                if let Some(until) = Instant::now().checked_add(this.patience) {
                    this.sleep.as_mut().reset(until);
                }
                Poll::Ready(frame.map(|frame| frame.map_err(Broken::from)))
            }
            Poll::Pending => match this.sleep.as_mut().poll(context) {
                Poll::Ready(()) => Poll::Ready(Some(Err(Broken::Stalled(this.patience)))),
                Poll::Pending => Poll::Pending,
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
