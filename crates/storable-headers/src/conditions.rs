//! A client's conditions, in a handler.

use std::convert::Infallible;

use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_LOCATION, DATE, ETAG, EXPIRES, LAST_MODIFIED, VARY};
use http::request::Parts;
use http::{Request, StatusCode};
use storable::AsResponse;
use storable::life::{Precondition, precondition};

/// If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since of a request, as an extractor
/// ([`precondition`]).
///
/// ```
/// use axum::response::IntoResponse;
/// use http::StatusCode;
/// use storable::header::ETag;
/// use storable_headers::{Conditions, Typed};
///
/// // Nobody overwrites what another one has changed meanwhile.
/// async fn replace(conditions: Conditions) -> Result<&'static str, StatusCode> {
///     let current = Typed(ETag::strong("v2").map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?);
///     conditions.allow(Some(&current.into_response()))?;
///     Ok("replaced")
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Conditions(Request<()>);

/// RFC 9110 §15.4.5: what a 304 has of the answer in whose place it is sent, and Last-Modified for
/// answers without ETag.
const KEPT: [http::HeaderName; 7] =
    [CACHE_CONTROL, CONTENT_LOCATION, DATE, ETAG, EXPIRES, LAST_MODIFIED, VARY];

impl Conditions {
    /// The answer, or 304 or 412 in its place; what is not a success is sent as it is.
    pub fn answer(&self, answer: impl IntoResponse) -> Response {
        let mut answer = answer.into_response();
        if !answer.status().is_success() {
            return answer;
        }
        match precondition(&self.0, Some(&answer)) {
            Precondition::Whole | Precondition::Part => answer,
            Precondition::NotModified => {
                let fields = answer.headers_mut().drain();
                let mut name = None;
                let mut kept = http::HeaderMap::new();
                for (next, value) in fields {
                    name = next.or(name);
                    if let Some(name) = name.as_ref().filter(|name| KEPT.contains(name)) {
                        kept.append(name.clone(), value);
                    }
                }
                (StatusCode::NOT_MODIFIED, kept).into_response()
            }
            Precondition::Failed => StatusCode::PRECONDITION_FAILED.into_response(),
        }
    }

    /// Whether a change goes on, given what is there now: the head of the answer to a GET, or `None` where
    /// there is nothing.
    ///
    /// # Errors
    ///
    /// 412 where the client means another state than this one; 304 for GET and HEAD.
    pub fn allow<R: AsResponse>(&self, current: Option<&R>) -> Result<(), StatusCode> {
        match precondition(&self.0, current) {
            Precondition::Whole | Precondition::Part => Ok(()),
            Precondition::NotModified => Err(StatusCode::NOT_MODIFIED),
            Precondition::Failed => Err(StatusCode::PRECONDITION_FAILED),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Conditions {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let mut request = Request::new(());
        request.method_mut().clone_from(&parts.method);
        request.headers_mut().clone_from(&parts.headers);
        Ok(Self(request))
    }
}
