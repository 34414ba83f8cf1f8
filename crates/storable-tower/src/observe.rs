//! What a cache tells of itself, for metrics.

use std::time::Duration;

use http::{Method, StatusCode};
use storable::visit::Forwarded;

/// Something that has happened in a cache.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A request has its answer's head.
    Answered {
        /// The method.
        method: &'a Method,
        /// The first part of the key: scheme, authority, path and query.
        uri: &'a [u8],
        /// Where the answer comes from.
        how: How,
        /// Its status.
        status: StatusCode,
        /// Since the request came.
        took: Duration,
    },
    /// A response has been stored.
    Stored {
        /// The first part of its key.
        uri: &'a [u8],
        /// Octets of its content.
        length: usize,
    },
    /// A response was to be stored, and was not: its content broke off, or is beyond a limit.
    GivenUp {
        /// The first part of its key.
        uri: &'a [u8],
    },
}

/// Where an answer comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum How {
    /// Out of the store.
    Hit,
    /// Out of the store, stale, while it is renewed.
    Stale,
    /// Out of the store, stale, because the origin failed.
    StaleOnError,
    /// From a stand-in for a cache of which nobody knows whether it answers so.
    Guessed,
    /// With another request's response, after waiting for it.
    Collapsed,
    /// From the origin, or after asking it.
    Forwarded(Forwarded),
}

/// Who is told. A function is one.
pub trait Observer: Send + Sync + 'static {
    /// Something has happened. It is called while a request waits, so it had better be short.
    fn observe(&self, event: &Event<'_>);
}

impl<F: Fn(&Event<'_>) + Send + Sync + 'static> Observer for F {
    fn observe(&self, event: &Event<'_>) {
        self(event);
    }
}
