//! Typed fields for those who write responses and requests: read, build, check, print.
//!
//! Reading is total: every input has a value, and what restricts is never lost. Two readings are
//! strict, for authors and their tests: `TryFrom<&HeaderValue>` and `FromStr` of the Cache-Control
//! types, and [`CacheControl::from_targeted_lines`]. Values print to an
//! [`HeaderValue`], and what is printed reads back as the same value.
//!
//! For a reading without allocation see [`Directives`](crate::field::Directives) and
//! [`ResponseControl`](crate::policy::ResponseControl), which these types are made from.

mod cache_control;
mod cache_status;
mod conflict;
mod date;
mod etag;
mod extension;
mod list_value;
mod request;
mod strict;
mod surrogate;
mod targeted;
mod vary;

pub use cache_control::{CacheControl, Scope};
pub use cache_status::{CacheStatus, Forward, Forwarded, Outcome};
pub use conflict::Conflict;
pub use date::{Age, Date, Expires, pragma_no_cache};
pub use etag::{ETag, ETagError, LastModified};
pub use extension::{Extension, ExtensionError};
pub use request::{MaxStale, RequestCacheControl};
pub use strict::{CacheControlError, Fault};
pub use surrogate::SurrogateControl;
pub use targeted::{CDN_CACHE_CONTROL, TargetedError, UnprintableExtension};
pub use vary::Vary;

use http::HeaderValue;

/// Fields by value, for whoever takes what can be made a value of.
macro_rules! sent_by_value {
    ($($field:ty,)*) => {
        $(impl From<$field> for HeaderValue {
            fn from(field: $field) -> Self {
                field.to_value()
            }
        })*
    };
}

sent_by_value! {
    Age, CacheControl, CacheStatus<'_>, Date, ETag, Expires, LastModified, RequestCacheControl, SurrogateControl, Vary,
}
