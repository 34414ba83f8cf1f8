//! The input, borrowed: header lines in their order, a request, a response, and the clock.
//!
//! [`AsRequest`] and [`AsResponse`] are implemented for what `http` offers and for the two views
//! of this module, which hosts with their own message types fill from `(name, value)` pairs.
//! Names are text here; which of them are fields that caches read, `field` knows.

mod another_user;
mod clock;
mod exchange;
mod lines;
mod request;
mod response;
mod target;

pub use exchange::Exchange;
pub use lines::{ArrivalOrder, HeaderLines, Lines};
pub use request::{AsRequest, RequestHead};
pub use response::{AsResponse, ResponseHead, Version};

pub(crate) use another_user::{ANOTHER_USER, User, UserMarks};
pub(crate) use clock::Times;
pub(crate) use lines::{KeptLine, Source};
pub(crate) use request::FieldCount;
pub(crate) use target::TargetParts;

mod sealed {
    #[expect(unnameable_types, reason = "so nobody else implements what needs it")]
    pub trait Sealed {}
    impl<B> Sealed for http::Request<B> {}
    impl Sealed for http::request::Parts {}
    impl Sealed for super::RequestHead<'_> {}
    impl<B> Sealed for http::Response<B> {}
    impl Sealed for http::response::Parts {}
    impl Sealed for super::ResponseHead<'_> {}
    impl<T: Sealed + ?Sized> Sealed for &T {}
}
