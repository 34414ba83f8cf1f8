//! The store in memory.

use std::future::{Future, ready};
use std::sync::Arc;

use ahash::RandomState;
use quick_cache::sync::{Cache, DefaultLifecycle, EntryAction, EntryResult};
use quick_cache::{OptionsBuilder, Weighter};

use super::{Record, Store};

/// Records in memory, up to a number of bytes; what is asked for most stays longest. Clones are the
/// same store.
#[derive(Clone, Debug)]
pub struct MemoryStore(Arc<Cache<Vec<u8>, Arc<Record>, Bytes, RandomState>>);

/// Records weigh as many bytes as they take.
#[derive(Clone, Copy, Debug)]
struct Bytes;

impl Weighter<Vec<u8>, Arc<Record>> for Bytes {
    fn weight(&self, name: &Vec<u8>, record: &Arc<Record>) -> u64 {
        let weight = name.len().saturating_add(record.weight());
        u64::try_from(weight).unwrap_or(u64::MAX)
    }
}

/// A store is divided into parts that are locked apart, about one for so many bytes, and not more
/// than sixteen.
const PART: u64 = 128 << 20;

/// A guess at the size of a record: by it the store remembers what it has had.
const RECORD: u64 = 8 << 10;

impl MemoryStore {
    /// A store of so many bytes: contents, heads and keys, and what it takes to keep them. What is
    /// larger than a sixteenth of it is not stored, unless that would be less than 64 MiB.
    ///
    /// ```
    /// let store = storable_tower::MemoryStore::new(64 << 20);
    /// assert!(store.is_empty());
    /// ```
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let options = OptionsBuilder::new()
            .shards(count((bytes / PART).clamp(1, 16)))
            .estimated_items_capacity(count(bytes / RECORD))
            .weight_capacity(bytes)
            .build()
            .unwrap_or_else(|error| unreachable!("all that is needed is set: {error}"));
        let (hasher, nobody) = (RandomState::new(), DefaultLifecycle::default());
        Self(Arc::new(Cache::with_options(options, Bytes, hasher, nobody)))
    }

    /// Whether nothing is stored.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// About how many bytes are in it.
    #[must_use]
    pub fn weight(&self) -> u64 {
        self.0.weight()
    }

    /// Removes everything.
    pub fn clear(&self) {
        self.0.clear();
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
        let found = self.0.entry(name, None, |_, record| match change(Some(record)) {
            Some(changed) => {
                *record = Arc::new(changed);
                EntryAction::Retain(())
            }
            None => EntryAction::Remove,
        });
        if let EntryResult::Vacant(place) = found {
            if let Some(record) = change(None) {
                // Where it has been removed meanwhile it stays so.
                let _ = place.insert(Arc::new(record));
            }
        }
        ready(())
    }

    fn remove(&self, name: &[u8]) -> impl Future<Output = ()> + Send {
        self.0.remove(name);
        ready(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn put(store: &MemoryStore, name: &[u8]) {
        store.update(name, &|_| Some(Record::new(Vec::new()))).await;
    }

    #[tokio::test]
    async fn the_limit_holds_and_what_is_asked_for_stays() {
        let store = MemoryStore::new(10_000);
        put(&store, b"asked for").await;
        for number in 0..1000_u32 {
            put(&store, &number.to_be_bytes()).await;
            assert!(store.get(b"asked for").await.is_some(), "{number}");
            assert!(store.weight() <= 10_000, "{number}");
        }
        assert!(store.weight() > 8_000);
        put(&store, &[b'x'; 10_000]).await;
        assert!(store.get(&[b'x'; 10_000]).await.is_none(), "there is no room for it");
        store.clear();
        assert!(store.is_empty());
    }

    #[tokio::test]
    async fn a_change_sees_what_is_there_and_may_remove_it() {
        let store = MemoryStore::new(10_000);
        put(&store, b"a").await;
        let first = store.get(b"a").await.map(|record| record.generation);
        store
            .update(b"a", &|found| {
                assert_eq!(found.map(|record| record.generation), first);
                found.cloned()
            })
            .await;
        assert_eq!(store.get(b"a").await.map(|record| record.generation), first);
        store.update(b"a", &|_| None).await;
        store.update(b"b", &|found| found.cloned()).await;
        assert!(store.is_empty());
        put(&store, b"a").await;
        store.remove(b"a").await;
        assert!(store.get(b"a").await.is_none());
    }
}
