//! Responses that are used while their content is still coming.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use smallvec::SmallVec;
use storable::visit::Held;

use crate::recording::Recording;
use crate::store::Entry;

/// A response as a request finds it.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) entry: Arc<Entry>,
    /// Its content, while that is coming; else the store has it.
    pub(crate) recording: Option<Arc<Recording>>,
}

/// What a request finds: mostly one.
pub(crate) type Items = SmallVec<[Item; 2]>;

/// Where a content is.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// In the store.
    Stored(Arc<Entry>),
    /// It is coming, or has just come.
    Coming(Arc<Recording>),
}

impl Source {
    /// Octets, where all of them are here.
    pub(crate) fn length(&self) -> Option<u64> {
        match self {
            Self::Stored(entry) => Some(entry.length),
            Self::Coming(recording) => recording.length(),
        }
    }
}

impl Item {
    pub(crate) fn source(&self) -> Source {
        match &self.recording {
            Some(recording) => Source::Coming(Arc::clone(recording)),
            None => Source::Stored(Arc::clone(&self.entry)),
        }
    }

    pub(crate) fn held(&self) -> Held<'_> {
        let length = match &self.recording {
            Some(recording) => recording.length().or_else(|| self.stated_length()),
            None => Some(self.entry.length),
        };
        Held { kept: &self.entry.kept, length }
    }

    /// What Content-Length says.
    fn stated_length(&self) -> Option<u64> {
        let length = self.entry.kept.head().headers().get("content-length")?;
        length.to_str().ok()?.parse().ok()
    }
}

/// What is arriving, by the URI it will be stored under.
#[derive(Debug, Default)]
pub(crate) struct Arriving {
    items: Mutex<HashMap<Vec<u8>, Vec<Item>>>,
    /// How many URIs have any, for those who only want to know whether there are some.
    uris: AtomicUsize,
}

impl Arriving {
    fn lock(&self) -> MutexGuard<'_, HashMap<Vec<u8>, Vec<Item>>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What can be used of what is arriving.
    pub(crate) fn of(&self, uri: &[u8]) -> Vec<Item> {
        if self.uris.load(Ordering::Acquire) == 0 {
            return Vec::new();
        }
        let arriving = self.lock();
        let Some(items) = arriving.get(uri) else { return Vec::new() };
        let readable =
            |item: &&Item| item.recording.as_ref().is_some_and(|recording| recording.is_readable());
        items.iter().filter(readable).cloned().collect()
    }

    /// Adds one, in the place of what it replaces.
    pub(crate) fn add(&self, uri: &[u8], item: Item) {
        let mut arriving = self.lock();
        let items = arriving.entry(uri.to_vec()).or_default();
        items.retain(|other| {
            other.entry.key != item.entry.key || !item.entry.kept.replaces(&other.entry.kept)
        });
        items.push(item);
        self.uris.store(arriving.len(), Ordering::Release);
    }

    /// Takes out all that share a content.
    pub(crate) fn take(&self, uri: &[u8], recording: &Arc<Recording>) -> Vec<Item> {
        self.take_where(uri, |item| {
            item.recording.as_ref().is_some_and(|own| Arc::ptr_eq(own, recording))
        })
    }

    /// Takes out one.
    pub(crate) fn remove(&self, uri: &[u8], entry: &Entry) {
        self.take_where(uri, |item| item.entry.id == entry.id);
    }

    /// Takes out all of a URI.
    pub(crate) fn remove_uri(&self, uri: &[u8]) {
        let mut arriving = self.lock();
        arriving.remove(uri);
        self.uris.store(arriving.len(), Ordering::Release);
    }

    fn take_where(&self, uri: &[u8], wanted: impl Fn(&Item) -> bool) -> Vec<Item> {
        let mut arriving = self.lock();
        let Some(items) = arriving.get_mut(uri) else { return Vec::new() };
        let (taken, left) = items.drain(..).partition(wanted);
        *items = left;
        if items.is_empty() {
            arriving.remove(uri);
            self.uris.store(arriving.len(), Ordering::Release);
        }
        taken
    }
}
