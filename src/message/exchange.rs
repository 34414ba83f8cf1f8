//! A request, its response, and the clock: what a judgement is about.

use std::time::SystemTime;

use super::{AsRequest, AsResponse, RequestHead, ResponseHead, Times};
use crate::calendar::Timestamp;

/// A request and its response, with the times at which they passed.
///
/// Nothing here reads a clock. Without [`received_at`](Self::received_at) the response's Date
/// stands in; with neither, a lifetime that needs the clock is unknown.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use storable::{Exchange, FreshFor, Profile};
///
/// let request = http::Request::get("https://shop.example/").body(())?;
/// let response = http::Response::builder()
///     .header("Cache-Control", "max-age=60")
///     .header("Age", "10")
///     .body(())?;
/// let verdict = Exchange::new(&request, &response)
///     .received_at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000))
///     .judge(&Profile::RFC9111_SHARED);
/// assert_eq!(verdict.fresh_for(), FreshFor::Seconds(50));
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    request: RequestHead<'a>,
    response: ResponseHead<'a>,
    times: Times,
}

impl<'a> Exchange<'a> {
    /// A request and its response, both borrowed.
    #[must_use]
    pub fn new(
        request: &'a (impl AsRequest + ?Sized),
        response: &'a (impl AsResponse + ?Sized),
    ) -> Self {
        Self {
            request: request.as_request(),
            response: response.as_response(),
            times: Times::default(),
        }
    }

    /// When the request was sent to the origin (RFC 9111 §4.2.3, request_time).
    #[must_use]
    pub fn requested_at(mut self, at: SystemTime) -> Self {
        self.times.requested_at = Some(Timestamp::from_system(at));
        self
    }

    /// When the response was received (RFC 9111 §4.2.3, response_time).
    #[must_use]
    pub fn received_at(mut self, at: SystemTime) -> Self {
        self.times.received_at = Some(Timestamp::from_system(at));
        self
    }

    /// The request.
    #[must_use]
    pub const fn request(&self) -> RequestHead<'a> {
        self.request
    }

    /// The response.
    #[must_use]
    pub const fn response(&self) -> ResponseHead<'a> {
        self.response
    }

    pub(crate) const fn times(&self) -> Times {
        self.times
    }

    /// What passed at these times.
    pub(crate) const fn at(
        times: Times,
        request: RequestHead<'a>,
        response: ResponseHead<'a>,
    ) -> Self {
        Self { request, response, times }
    }

    /// The same exchange with another response, at the same times.
    pub(crate) const fn with_response(self, response: ResponseHead<'a>) -> Self {
        Self { response, ..self }
    }
}
