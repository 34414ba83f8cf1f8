//! Where responses are kept.
//!
//! A store is a map from names to [`Record`]s, and needs no more than that: what lies under a URI is
//! one record with all variants, so that an unsafe request can remove it without a search, and a
//! cache group (RFC 9875) is a record too, whose removal makes everything void that was stored while
//! it was there.

#[cfg(feature = "disk")]
mod disk;
#[cfg(any(feature = "disk", feature = "redis"))]
mod error;
mod memory;
#[cfg(feature = "redis")]
mod redis;
#[cfg(any(feature = "disk", feature = "redis"))]
mod written;

use std::any::Any;
use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use storable::visit::Kept;

#[cfg(feature = "disk")]
pub use disk::DiskStore;
#[cfg(any(feature = "disk", feature = "redis"))]
pub use error::StoreError;
pub use memory::MemoryStore;
#[cfg(feature = "redis")]
pub use redis::RedisStore;

/// A store. What it loses is a miss, and never a wrong answer.
///
/// A store that is out of reach says nothing is there, and takes nothing: its methods do not fail.
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// The record of this name.
    fn get(&self, name: &[u8]) -> impl Future<Output = Option<Arc<Record>>> + Send;

    /// Puts in the place of a record what `change` makes of it; nothing removes it. Between reading
    /// and writing nobody else writes: where somebody does, `change` is called again.
    fn update(
        &self,
        name: &[u8],
        change: &(dyn Fn(Option<&Record>) -> Option<Record> + Send + Sync),
    ) -> impl Future<Output = ()> + Send;

    /// Removes a record.
    fn remove(&self, name: &[u8]) -> impl Future<Output = ()> + Send;

    /// The content of an entry of a record that it has handed out. A store that keeps contents apart
    /// finds them by [`Entry::content_id`]; one that hands them out with the record has nothing to do.
    fn content(&self, entry: &Entry) -> impl Future<Output = Option<Bytes>> + Send {
        ready(entry.content.clone())
    }

    /// Asks to be the one that fetches a response which others may want at the same time. Within a
    /// process that is settled already; a store of several processes settles it between them.
    fn claim(&self, key: &[u8]) -> impl Future<Output = Claim> + Send {
        let _ = key;
        ready(Claim::Granted(Box::new(())))
    }
}

/// Who fetches a response that several processes want.
pub enum Claim {
    /// This one, until what is in it is dropped.
    Granted(Box<dyn Any + Send + Sync>),
    /// Another one, until the future is done.
    Taken(Pin<Box<dyn Future<Output = ()> + Send>>),
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Granted(_) => "Granted",
            Self::Taken(_) => "Taken",
        })
    }
}

/// A number that nobody else has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Id(u128);

impl Id {
    /// A new one.
    #[must_use]
    pub fn new() -> Self {
        Self(rand::random())
    }

    /// The one that was written so.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }

    /// As bytes, for the name of a content.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }
}

impl Default for Id {
    fn default() -> Self {
        Self::new()
    }
}

/// What lies under one name.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Record {
    /// Which one it is of those that have had this name.
    pub generation: Id,
    /// The responses, the oldest first; none in the record of a group.
    pub entries: Vec<Arc<Entry>>,
}

impl Record {
    /// One with these entries.
    #[must_use]
    pub fn new(entries: Vec<Arc<Entry>>) -> Self {
        Self { generation: Id::new(), entries }
    }

    /// About how many bytes it takes in memory.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.entries.iter().map(|entry| entry.weight()).fold(64, usize::saturating_add)
    }
}

/// A stored response.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// Which one it is.
    pub id: Id,
    /// Its whole key.
    pub key: Vec<u8>,
    /// Its head, and by what rules it is used.
    pub kept: Kept,
    /// The content it belongs to.
    pub content_id: Id,
    /// Octets of that content.
    pub length: u64,
    /// The content, where it has come with the record or is to be stored.
    pub content: Option<Bytes>,
    /// The groups that it belongs to, as they were when it was stored.
    pub groups: Vec<(String, Id)>,
}

impl Entry {
    /// About how many bytes it takes in memory.
    #[must_use]
    pub fn weight(&self) -> usize {
        let content = self.content.as_ref().map_or(0, Bytes::len);
        [self.key.len(), self.kept.weight(), content].into_iter().fold(128, usize::saturating_add)
    }
}
