//! Content on its way to a client.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use crate::recording::Reader;

/// Any error.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why content broke off. A server then closes the connection, so that nobody takes a part for the
/// whole.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BodyError {
    /// The service behind the cache failed in the middle of its content.
    #[error("the content broke off at its origin: {0}")]
    Origin(#[source] BoxError),
    /// The content that another request is fetching broke off.
    #[error("the content broke off while it was fetched for several requests")]
    BrokeOff,
}

pin_project_lite::pin_project! {
    /// The content of an answer: the inner service's, or out of the cache.
    #[derive(Debug)]
    pub struct CacheBody<R> {
        #[pin]
        content: Kind<R>,
    }
}

pin_project_lite::pin_project! {
    #[project = Projected]
    #[derive(Debug)]
    enum Kind<R> {
        Passed { #[pin] body: R },
        Here { bytes: Option<Bytes> },
        Read { reader: Reader },
    }
}

impl<R> CacheBody<R> {
    /// No content.
    #[must_use]
    pub const fn empty() -> Self {
        Self { content: Kind::Here { bytes: None } }
    }

    pub(crate) const fn passed(body: R) -> Self {
        Self { content: Kind::Passed { body } }
    }

    pub(crate) fn here(bytes: Bytes) -> Self {
        Self { content: Kind::Here { bytes: Some(bytes).filter(|bytes| !bytes.is_empty()) } }
    }

    pub(crate) const fn read(reader: Reader) -> Self {
        Self { content: Kind::Read { reader } }
    }
}

/// A content that has nothing to do with the cache.
impl<R> From<R> for CacheBody<R> {
    fn from(body: R) -> Self {
        Self::passed(body)
    }
}

impl<R> Default for CacheBody<R> {
    fn default() -> Self {
        Self::empty()
    }
}

impl<R> Body for CacheBody<R>
where
    R: Body<Data = Bytes>,
    R::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match self.project().content.project() {
            Projected::Passed { body } => body.poll_frame(context).map(|frame| {
                frame.map(|frame| frame.map_err(|error| BodyError::Origin(error.into())))
            }),
            Projected::Here { bytes } => {
                Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes))))
            }
            Projected::Read { reader } => Pin::new(reader).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.content {
            Kind::Passed { body } => body.is_end_stream(),
            Kind::Here { bytes } => bytes.is_none(),
            Kind::Read { reader } => reader.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Kind::Passed { body } => body.size_hint(),
            Kind::Here { bytes } => {
                let length = bytes.as_ref().map_or(0, Bytes::len);
                SizeHint::with_exact(u64::try_from(length).unwrap_or(u64::MAX))
            }
            Kind::Read { reader } => reader.size_hint(),
        }
    }
}
