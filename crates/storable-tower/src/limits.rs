//! What the layer takes on at most.

use std::time::Duration;

/// What a [`CacheLayer`](crate::CacheLayer) takes on at most. What goes beyond passes through, and is
/// not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Octets of content of one response: 32 MiB.
    pub content: usize,
    /// Octets of the header section of one response: 64 KiB.
    pub head: usize,
    /// Octets of all content that is on its way: 256 MiB.
    pub arriving: usize,
    /// Responses that are stored for one URI; the oldest goes first: 64.
    pub variants: usize,
    /// How long a request waits for another one before it goes to the origin itself: 30 s.
    pub wait: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            content: 32 << 20,
            head: 64 << 10,
            arriving: 256 << 20,
            variants: 64,
            wait: Duration::from_secs(30),
        }
    }
}

impl Limits {
    pub(crate) fn content_octets(&self) -> u64 {
        u64::try_from(self.content).unwrap_or(u64::MAX)
    }

    /// The same with another [`content`](Self::content).
    #[must_use]
    pub const fn with_content(self, content: usize) -> Self {
        Self { content, ..self }
    }

    /// The same with another [`head`](Self::head).
    #[must_use]
    pub const fn with_head(self, head: usize) -> Self {
        Self { head, ..self }
    }

    /// The same with another [`arriving`](Self::arriving).
    #[must_use]
    pub const fn with_arriving(self, arriving: usize) -> Self {
        Self { arriving, ..self }
    }

    /// The same with other [`variants`](Self::variants).
    #[must_use]
    pub const fn with_variants(self, variants: usize) -> Self {
        Self { variants, ..self }
    }

    /// The same with another [`wait`](Self::wait).
    #[must_use]
    pub const fn with_wait(self, wait: Duration) -> Self {
        Self { wait, ..self }
    }
}
