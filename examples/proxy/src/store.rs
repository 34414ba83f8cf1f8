//! The store: under each key the responses that are stored for it, with a limit in bytes.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use storable::life::{CacheKey, Stored, ToStore, groups};
use storable::profile::Marker;

use crate::answer::content_length;
use crate::recording::Recording;

/// A stored response.
#[derive(Debug)]
pub(crate) struct Entry {
    kept: ToStore,
    pub(crate) content: Arc<Recording>,
    groups: Vec<String>,
}

impl Entry {
    pub(crate) fn new(kept: ToStore, content: Arc<Recording>) -> Arc<Self> {
        let groups = groups(&kept.head);
        Arc::new(Self { kept, content, groups })
    }

    pub(crate) fn stored(&self) -> Stored<'_> {
        let length = self.content.length().or_else(|| content_length(&self.kept.head));
        let stored = self.kept.stored();
        length.map_or(stored, |length| stored.with_length(length))
    }

    pub(crate) fn kept(&self) -> &ToStore {
        &self.kept
    }

    /// The same response with another head or other numbers.
    pub(crate) fn with(&self, kept: ToStore) -> Arc<Self> {
        Self::new(kept, Arc::clone(&self.content))
    }

    fn weight(&self) -> u64 {
        let fields = self.kept.head.headers();
        let head: usize =
            fields.iter().map(|(name, value)| name.as_str().len() + value.len() + 64).sum();
        u64::try_from(self.content.held() + head + 512).unwrap_or(u64::MAX)
    }
}

/// What lies under one key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slot {
    pub(crate) entries: Arc<[Arc<Entry>]>,
    mark: Option<(Marker, Instant)>,
    /// What it was counted for when it was put here: content that is still coming grows.
    weight: u64,
}

impl Slot {
    /// What was left behind by a response that was not stored.
    pub(crate) fn marker(&self) -> Marker {
        match self.mark {
            Some((marker, until)) if Instant::now() < until => marker,
            _ => Marker::None,
        }
    }
}

#[derive(Clone, Debug)]
struct ByBytes;

impl Weighter<CacheKey, Slot> for ByBytes {
    fn weight(&self, _: &CacheKey, slot: &Slot) -> u64 {
        slot.weight
    }
}

/// Variants of one URI beyond this number push out the oldest.
const VARIANTS: usize = 32;

pub(crate) struct Store {
    slots: Cache<CacheKey, Slot, ByBytes>,
    writing: Mutex<()>,
    /// Whether one URI can have several keys.
    many_keys: ManyKeys,
}

/// Whether the profile has request fields in its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ManyKeys {
    Yes,
    No,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("slots", &self.slots.len()).finish_non_exhaustive()
    }
}

impl Store {
    pub(crate) fn new(bytes: u64, many_keys: ManyKeys) -> Self {
        let slots = usize::try_from(bytes / 16_384).unwrap_or(usize::MAX).clamp(64, 1 << 20);
        let slots = Cache::with_weighter(slots, bytes, ByBytes);
        Self { slots, writing: Mutex::new(()), many_keys }
    }

    pub(crate) fn get(&self, key: &CacheKey) -> Slot {
        self.slots.get(key).unwrap_or_default()
    }

    fn change(&self, key: &CacheKey, change: impl FnOnce(&mut Vec<Arc<Entry>>)) {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut slot = self.get(key);
        let mut entries = slot.entries.to_vec();
        change(&mut entries);
        if entries.is_empty() && slot.marker() == Marker::None {
            self.slots.remove(key);
            return;
        }
        slot.entries = entries.into();
        self.insert(key, slot);
    }

    fn insert(&self, key: &CacheKey, mut slot: Slot) {
        let entries: u64 = slot.entries.iter().map(|entry| entry.weight()).sum();
        slot.weight = entries + u64::try_from(key.as_bytes().len()).unwrap_or(u64::MAX) + 128;
        self.slots.insert(key.clone(), slot);
    }

    /// Stores a response, in the place of one for the same requests and of the one it came from.
    pub(crate) fn put(&self, key: &CacheKey, entry: &Arc<Entry>, instead: Option<&Arc<Entry>>) {
        self.change(key, |entries| {
            entries.retain(|other| {
                let same = entry.kept.vary.is_same(&other.kept.vary)
                    && entry.kept.policy.answers_alike(&other.kept.policy);
                !same && !instead.is_some_and(|old| Arc::ptr_eq(old, other))
            });
            entries.push(Arc::clone(entry));
            let surplus = entries.len().saturating_sub(VARIANTS);
            entries.drain(..surplus);
        });
    }

    /// Counts an entry anew, now that its content is here.
    pub(crate) fn reweigh(&self, key: &CacheKey) {
        self.change(key, |_| {});
    }

    pub(crate) fn remove(&self, key: &CacheKey, entry: &Arc<Entry>) {
        self.change(key, |entries| entries.retain(|other| !Arc::ptr_eq(other, entry)));
    }

    /// The same content is not to be used any more, under whatever head.
    pub(crate) fn remove_content(&self, key: &CacheKey, content: &Arc<Recording>) {
        self.change(key, |entries| {
            entries.retain(|other| !Arc::ptr_eq(&other.content, content));
        });
    }

    pub(crate) fn replace(&self, key: &CacheKey, old: &Arc<Entry>, new: &Arc<Entry>) {
        self.change(key, |entries| {
            for entry in entries {
                if Arc::ptr_eq(entry, old) {
                    *entry = Arc::clone(new);
                }
            }
        });
    }

    pub(crate) fn mark(&self, key: &CacheKey, marker: Marker) {
        let (Marker::HitForMiss(seconds) | Marker::HitForPass(seconds)) = marker else { return };
        let Some(until) = Instant::now().checked_add(Duration::from_secs(seconds)) else { return };
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = Slot { mark: Some((marker, until)), ..self.get(key) };
        self.insert(key, slot);
    }

    /// Everything for this URI goes, whatever request fields it is stored for.
    pub(crate) fn invalidate(&self, key: &CacheKey) {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        self.slots.remove(key);
        if self.many_keys == ManyKeys::Yes {
            self.slots.retain(|other, _| !other.is_same_uri(key));
        }
    }

    /// Everything of one origin that belongs to one of these groups goes.
    pub(crate) fn invalidate_groups(&self, key: &CacheKey, groups: &[String]) {
        if groups.is_empty() {
            return;
        }
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        self.slots.retain(|other, slot| {
            let named =
                |entry: &Arc<Entry>| entry.groups.iter().any(|group| groups.contains(group));
            !(other.is_same_origin(key) && slot.entries.iter().any(named))
        });
    }
}
