//! The store in memory.

use std::future::{Future, ready};
use std::sync::Arc;

use ahash::RandomState;
use moka::ops::compute::Op;
use moka::sync::Cache;

use super::{Record, Store};

/// Records in memory, up to a number of bytes; what is asked for most stays longest. Clones are the
/// same store.
#[derive(Clone, Debug)]
pub struct MemoryStore(Cache<Vec<u8>, Arc<Record>, RandomState>);

impl MemoryStore {
    /// A store of so many bytes: contents, heads and keys, and what it takes to keep them.
    ///
    /// ```
    /// let store = storable_tower::MemoryStore::new(64 << 20);
    /// assert!(store.is_empty());
    /// ```
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        let weigh = |name: &Vec<u8>, record: &Arc<Record>| {
            let weight = name.len().saturating_add(record.weight());
            u32::try_from(weight).unwrap_or(u32::MAX)
        };
        let store = Cache::builder().max_capacity(bytes).weigher(weigh);
        Self(store.build_with_hasher(RandomState::new()))
    }

    /// Whether nothing is stored.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().next().is_none()
    }

    /// About how many bytes are in it.
    #[must_use]
    pub fn weight(&self) -> u64 {
        self.0.run_pending_tasks();
        self.0.weighted_size()
    }

    /// Removes everything.
    pub fn clear(&self) {
        self.0.invalidate_all();
    }
}

impl Store for MemoryStore {
    fn get(&self, name: &[u8]) -> impl Future<Output = Option<Arc<Record>>> + Send {
        ready(self.0.get(name))
    }

    fn update(
        &self,
        name: &[u8],
        change: &(dyn Fn(Option<&Record>) -> Option<Record> + Send + Sync),
    ) -> impl Future<Output = ()> + Send {
        self.0.entry_by_ref(name).and_compute_with(|found| {
            let found = found.map(moka::Entry::into_value);
            match change(found.as_deref()) {
                Some(record) => Op::Put(Arc::new(record)),
                None => Op::Remove,
            }
        });
        ready(())
    }

    fn remove(&self, name: &[u8]) -> impl Future<Output = ()> + Send {
        self.0.invalidate(name);
        ready(())
    }
}
