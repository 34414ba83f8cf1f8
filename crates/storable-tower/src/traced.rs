//! What a cache tells of itself, as events of `tracing`.

use crate::observe::{Event, Observer};

/// An observer that makes an event of `tracing` of everything, of level DEBUG and with the target
/// `storable_tower`.
///
/// ```
/// use storable::Profile;
/// use storable_tower::{CacheLayer, MemoryStore, Traced};
///
/// let cache = CacheLayer::new(Profile::RFC9111_SHARED, MemoryStore::new(1 << 20)).with_observer(Traced);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Traced;

impl Observer for Traced {
    fn observe(&self, event: &Event<'_>) {
        match event {
            Event::Answered { method, uri, how, status, took } => tracing::debug!(
                target: "storable_tower",
                %method,
                uri = %uri.escape_ascii(),
                ?how,
                status = status.as_u16(),
                ?took,
                "answered"
            ),
            Event::Stored { uri, length } => {
                tracing::debug!(target: "storable_tower", uri = %uri.escape_ascii(), length, "stored");
            }
            Event::GivenUp { uri } => {
                tracing::debug!(target: "storable_tower", uri = %uri.escape_ascii(), "given up");
            }
        }
    }
}
