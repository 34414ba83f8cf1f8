//! The typed fields of [`storable::header`] where handlers are written: in axum (feature `axum`), and
//! wherever a `headers::Header` is taken (feature `headers`).
//!
//! Both want a type of this crate's, [`Typed`], around the field.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

#[cfg(feature = "axum")]
mod axum;
#[cfg(feature = "axum")]
mod conditions;
#[cfg(feature = "headers")]
mod headers;

use http::header::{AGE, CACHE_CONTROL, DATE, ETAG, EXPIRES, LAST_MODIFIED, VARY};
use http::{HeaderName, HeaderValue};
use storable::HeaderLines;
use storable::header::{Age, CacheControl, Date, ETag, Expires, LastModified};
use storable::header::{RequestCacheControl, SurrogateControl, Vary};

#[cfg(feature = "axum")]
pub use conditions::Conditions;

/// A field for axum and `headers`.
///
/// ```
/// use std::time::Duration;
/// use storable::header::CacheControl;
/// use storable_headers::{Field, Typed};
///
/// let hour = Typed(CacheControl::new().max_age(Duration::from_secs(3600)));
/// assert_eq!(hour.0.to_value(), "max-age=3600");
/// assert_eq!(CacheControl::name(), "cache-control");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Typed<T>(pub T);

/// A field of [`storable::header`].
pub trait Field: Clone + Into<HeaderValue> {
    /// Its name.
    fn name() -> &'static HeaderName;
}

/// A field that can be read whatever its lines are: what they restrict is not lost.
pub trait Read: Field {
    /// Reads the lines of a message.
    fn read(lines: HeaderLines<'_>) -> Self;
}

macro_rules! fields {
    ($($field:ty = $name:expr;)*) => {
        $(impl Field for $field {
            fn name() -> &'static HeaderName {
                static NAME: HeaderName = $name;
                &NAME
            }
        })*
    };
}

fields! {
    Age = AGE;
    CacheControl = CACHE_CONTROL;
    Date = DATE;
    ETag = ETAG;
    Expires = EXPIRES;
    LastModified = LAST_MODIFIED;
    RequestCacheControl = CACHE_CONTROL;
    SurrogateControl = HeaderName::from_static("surrogate-control");
    Vary = VARY;
}

macro_rules! read {
    ($($field:ty,)*) => {
        $(impl Read for $field {
            fn read(lines: HeaderLines<'_>) -> Self {
                Self::from_headers(lines)
            }
        })*
    };
}

read! { CacheControl, RequestCacheControl, Vary, }

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
