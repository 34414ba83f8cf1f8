//! Fields in axum's responses, and out of its requests.

use std::convert::Infallible;

use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use http::request::Parts;
use storable::HeaderLines;

use crate::{Field, Read, Typed};

/// The response has this field, and no other line of its name.
impl<T: Field> IntoResponseParts for Typed<T> {
    type Error = Infallible;

    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Infallible> {
        response.headers_mut().insert(T::name(), self.0.into());
        Ok(response)
    }
}

impl<T: Field> IntoResponse for Typed<T> {
    fn into_response(self) -> Response {
        (self, ()).into_response()
    }
}

/// What the request says; every request says something.
impl<T: Read, S: Sync> FromRequestParts<S> for Typed<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(T::read(HeaderLines::from_map(&parts.headers))))
    }
}
