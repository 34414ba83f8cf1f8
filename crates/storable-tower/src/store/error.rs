//! What is wrong with a store.

use crate::body::BoxError;

/// Why a store cannot be opened or closed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The folder cannot be used.
    #[cfg(feature = "disk")]
    #[error("the store on disk cannot be used: {0}")]
    Disk(#[source] BoxError),
    /// The server is told by something that is no address of one.
    #[cfg(feature = "redis")]
    #[error("the server of the store cannot be used: {0}")]
    Server(#[source] BoxError),
}

impl StoreError {
    #[cfg(feature = "disk")]
    pub(super) fn disk(error: impl Into<BoxError>) -> Self {
        Self::Disk(error.into())
    }

    #[cfg(feature = "redis")]
    pub(super) fn server(error: impl Into<BoxError>) -> Self {
        Self::Server(error.into())
    }
}
