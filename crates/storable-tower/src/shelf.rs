//! The store as the cache uses it: what is arriving lies before what is stored, groups void what was
//! stored before they were invalidated, and a URI has a limited number of variants.

use std::sync::Arc;

use storable::visit::{CacheKey, Changes, ContentOf, Kept};

use crate::arriving::{Arriving, Item, Items};
use crate::recording::Recording;
use crate::store::{Entry, Id, Record, Store};

#[derive(Debug)]
pub(crate) struct Shelf<St> {
    store: Arc<St>,
    arriving: Arriving,
    variants: usize,
}

impl<St: Store> Shelf<St> {
    pub(crate) fn new(store: Arc<St>, variants: usize) -> Self {
        Self { store, arriving: Arriving::default(), variants }
    }

    pub(crate) const fn store(&self) -> &Arc<St> {
        &self.store
    }

    /// Everything that can be used under a key.
    pub(crate) async fn find(&self, key: &CacheKey) -> Items {
        let mut arriving = self.arriving.of(key.uri());
        arriving.retain(|item| item.entry.key == key.as_bytes());
        let mut found = Items::new();
        if let Some(record) = self.store.get(key.uri()).await {
            for entry in &record.entries {
                let hidden = || arriving.iter().any(|item| item.entry.kept.replaces(&entry.kept));
                if entry.key == key.as_bytes() && !hidden() && self.groups_stand(key, entry).await {
                    found.push(Item { entry: Arc::clone(entry), recording: None });
                }
            }
        }
        for item in arriving {
            if self.groups_stand(key, &item.entry).await {
                found.push(item);
            }
        }
        found
    }

    /// Whether none of its groups has been invalidated since it was stored.
    async fn groups_stand(&self, key: &CacheKey, entry: &Entry) -> bool {
        for (group, generation) in &entry.groups {
            let record = self.store.get(&group_name(key, group)).await;
            if record.is_none_or(|record| record.generation != *generation) {
                return false;
            }
        }
        true
    }

    /// The generation of each group that a response belongs to.
    async fn groups(&self, key: &CacheKey, kept: &Kept) -> Vec<(String, Id)> {
        let mut groups = Vec::new();
        for group in kept.groups() {
            let name = group_name(key, &group);
            let keep_or_make = |found: Option<&Record>| {
                Some(found.cloned().unwrap_or_else(|| Record::new(Vec::new())))
            };
            if self.store.get(&name).await.is_none() {
                self.store.update(&name, &keep_or_make).await;
            }
            // Where the store has lost it again, the response will be void.
            let record = self.store.get(&name).await;
            groups.push((group, record.map_or_else(Id::new, |record| record.generation)));
        }
        groups
    }

    /// Applies changes to what was found. Whatever has the content of the answer is used at once, and
    /// stored when all of it has come ([`arrived`](Self::arrived)).
    pub(crate) async fn apply(
        &self,
        key: &CacheKey,
        found: &[Item],
        changes: Changes,
        recording: Option<&Arc<Recording>>,
    ) {
        for uri in &changes.remove_uris {
            self.arriving.remove_uri(uri);
            self.store.remove(uri).await;
        }
        for group in &changes.remove_groups {
            self.store.remove(&group_name(key, group)).await;
        }
        let removed: Vec<_> =
            changes.remove.iter().filter_map(|&number| found.get(number)).cloned().collect();
        for item in removed.iter().filter(|item| item.recording.is_some()) {
            self.arriving.remove(key.uri(), &item.entry);
        }
        let mut ready = Vec::new();
        let content = Id::new();
        for keep in changes.keep {
            let groups = self.groups(key, &keep.kept).await;
            let entry = |content_id, length, content| Entry {
                id: Id::new(),
                key: key.as_bytes().to_vec(),
                kept: keep.kept.clone(),
                content_id,
                length,
                content,
                groups: groups.clone(),
            };
            let old = match keep.content {
                ContentOf::Held(number) => found.get(number),
                ContentOf::Answer => None,
            };
            match (old, recording) {
                (Some(Item { entry: old, recording: None }), _) => {
                    ready.push(Arc::new(entry(old.content_id, old.length, old.content.clone())));
                }
                (Some(Item { entry: old, recording }), _) => {
                    let entry = Arc::new(entry(old.content_id, 0, None));
                    self.arriving.add(key.uri(), Item { entry, recording: recording.clone() });
                }
                (None, Some(recording)) => {
                    let entry = Arc::new(entry(content, 0, None));
                    let recording = Some(Arc::clone(recording));
                    self.arriving.add(key.uri(), Item { entry, recording });
                }
                (None, None) => {}
            }
        }
        if !(removed.is_empty() && ready.is_empty()) {
            self.exchange(key.uri(), &removed, &ready).await;
        }
    }

    /// All of a content has come: what has it is stored. How long it is,
    /// where anything was.
    pub(crate) async fn arrived(&self, uri: &[u8], recording: &Arc<Recording>) -> Option<usize> {
        let content = recording.copied()?;
        let items = self.arriving.take(uri, recording);
        if items.is_empty() {
            return None;
        }
        let length = content.len();
        let entries: Vec<_> = items
            .into_iter()
            .map(|item| {
                let mut entry = Arc::unwrap_or_clone(item.entry);
                entry.length = u64::try_from(length).unwrap_or(u64::MAX);
                entry.content = Some(content.clone());
                Arc::new(entry)
            })
            .collect();
        self.exchange(uri, &[], &entries).await;
        Some(length)
    }

    /// A content will not come, or not be kept: nothing has it any more. Whether
    /// anything had.
    pub(crate) fn gave_up(&self, uri: &[u8], recording: &Arc<Recording>) -> bool {
        !self.arriving.take(uri, recording).is_empty()
    }

    /// A store has lost a content: the entry goes too.
    pub(crate) async fn forget(&self, uri: &[u8], item: &Item) {
        self.arriving.remove(uri, &item.entry);
        self.exchange(uri, std::slice::from_ref(item), &[]).await;
    }

    async fn exchange(&self, uri: &[u8], removed: &[Item], added: &[Arc<Entry>]) {
        let change = |found: Option<&Record>| {
            let mut record = found.cloned().unwrap_or_else(|| Record::new(Vec::new()));
            record.entries.retain(|entry| {
                let gone = removed.iter().any(|item| item.entry.id == entry.id);
                let replaced =
                    added.iter().any(|new| new.key == entry.key && new.kept.replaces(&entry.kept));
                !gone && !replaced
            });
            record.entries.extend(added.iter().cloned());
            let surplus = record.entries.len().saturating_sub(self.variants);
            record.entries.drain(..surplus);
            Some(record).filter(|record| !record.entries.is_empty())
        };
        self.store.update(uri, &change).await;
    }
}

/// The name of a group's record, which no URI has.
fn group_name(key: &CacheKey, group: &str) -> Vec<u8> {
    let mut name = b"\0group\0".to_vec();
    name.extend_from_slice(key.origin());
    name.push(0);
    name.extend_from_slice(group.as_bytes());
    name
}
