//! The store in memory and on disk.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use foyer::{
    BlockEngineConfig, Code, DeviceBuilder, FsDeviceBuilder, HybridCache, HybridCacheBuilder,
    HybridCachePolicy,
};
use tokio::sync::{Mutex, MutexGuard};

use super::written::{Apart, content_name, orphans, read, write};
use super::{Entry, Record, Store, StoreError};

/// How many records can be changed at once.
const WRITERS: usize = 64;

/// Records in memory and on disk; what is on disk survives a restart. Clones are the same store.
///
/// A response of more than 16 MiB stays in memory only. What was written by another version of this
/// program, or is damaged, is not there.
#[derive(Clone)]
pub struct DiskStore {
    cache: HybridCache<Vec<u8>, Value>,
    writing: Arc<[Mutex<()>]>,
    hasher: RandomState,
}

/// What is under a name.
#[derive(Clone, Debug)]
enum Value {
    Record(Arc<Record>),
    Content(Bytes),
}

impl DiskStore {
    /// A store in a folder, which is made where it is not there, with so many bytes on disk and in
    /// memory. The folder belongs to one process.
    ///
    /// # Errors
    ///
    /// Where the folder cannot be used.
    pub async fn open(
        folder: impl AsRef<Path>,
        disk_bytes: usize,
        memory_bytes: usize,
    ) -> Result<Self, StoreError> {
        let device = FsDeviceBuilder::new(folder.as_ref())
            .with_capacity(disk_bytes)
            .build()
            .map_err(StoreError::disk)?;
        let weigh = |name: &Vec<u8>, value: &Value| {
            let weight = match value {
                Value::Record(record) => record.weight(),
                Value::Content(content) => content.len(),
            };
            name.len().saturating_add(weight)
        };
        // Without the log what was removed would come back with a restart.
        let engine = BlockEngineConfig::new(device).with_tombstone_log(true);
        let cache = HybridCacheBuilder::new()
            .with_policy(HybridCachePolicy::WriteOnInsertion)
            .memory(memory_bytes)
            .with_weighter(weigh)
            .storage()
            .with_engine_config(engine)
            .build()
            .await
            .map_err(StoreError::disk)?;
        let writing = (0..WRITERS).map(|_| Mutex::new(())).collect();
        Ok(Self { cache, writing, hasher: RandomState::new() })
    }

    /// Writes what is still to be written. For a program that ends.
    ///
    /// # Errors
    ///
    /// Where it cannot be written: the rest is not there after a restart.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.cache.close().await.map_err(StoreError::disk)
    }

    async fn value(&self, name: &[u8]) -> Option<Value> {
        // What cannot be read is not there.
        let found = self.cache.get(name).await.ok()??;
        Some(found.value().clone())
    }

    async fn lock(&self, name: &[u8]) -> Option<MutexGuard<'_, ()>> {
        let writers = u64::try_from(WRITERS).unwrap_or(1);
        let number = usize::try_from(self.hasher.hash_one(name).checked_rem(writers)?).ok()?;
        Some(self.writing.get(number)?.lock().await)
    }
}

impl fmt::Debug for DiskStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiskStore").finish_non_exhaustive()
    }
}

impl Store for DiskStore {
    async fn get(&self, name: &[u8]) -> Option<Arc<Record>> {
        match self.value(name).await? {
            Value::Record(record) => Some(record),
            Value::Content(_) => None,
        }
    }

    async fn update(
        &self,
        name: &[u8],
        change: &(dyn Fn(Option<&Record>) -> Option<Record> + Send + Sync),
    ) {
        let _writing = self.lock(name).await;
        let old = self.get(name).await;
        let Some(record) = change(old.as_deref()) else {
            self.cache.remove(name);
            return;
        };
        let Apart { record, new } = Apart::of(record);
        for (id, content) in new {
            self.cache.insert(content_name(id), Value::Content(content));
        }
        let gone = orphans(old.as_deref(), &record);
        self.cache.insert(name.to_vec(), Value::Record(Arc::new(record)));
        gone.into_iter().for_each(|id| self.cache.remove(&content_name(id)));
    }

    async fn remove(&self, name: &[u8]) {
        let _writing = self.lock(name).await;
        self.cache.remove(name);
    }

    async fn content(&self, entry: &Entry) -> Option<Bytes> {
        match self.value(&content_name(entry.content_id)).await? {
            Value::Content(content) => Some(content),
            Value::Record(_) => None,
        }
    }
}

const RECORD: u8 = 1;
const CONTENT: u8 = 2;

impl Code for Value {
    fn encode(&self, writer: &mut impl Write) -> foyer::Result<()> {
        let (kind, bytes) = match self {
            Self::Record(record) => (RECORD, write(record).unwrap_or_default().into()),
            Self::Content(content) => (CONTENT, content.clone()),
        };
        writer.write_all(&[kind]).map_err(foyer::Error::io_error)?;
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        writer.write_all(&length.to_le_bytes()).map_err(foyer::Error::io_error)?;
        writer.write_all(&bytes).map_err(foyer::Error::io_error)
    }

    fn decode(reader: &mut impl Read) -> foyer::Result<Self> {
        let (mut kind, mut length) = ([0], [0; 8]);
        reader.read_exact(&mut kind).map_err(foyer::Error::io_error)?;
        reader.read_exact(&mut length).map_err(foyer::Error::io_error)?;
        let mut bytes = Vec::new();
        let length = u64::from_le_bytes(length);
        reader.take(length).read_to_end(&mut bytes).map_err(foyer::Error::io_error)?;
        let damaged =
            || foyer::Error::io_error(std::io::Error::from(std::io::ErrorKind::InvalidData));
        match kind {
            _ if u64::try_from(bytes.len()) != Ok(length) => Err(damaged()),
            [RECORD] => Ok(Self::Record(Arc::new(read(&bytes).ok_or_else(damaged)?))),
            [CONTENT] => Ok(Self::Content(bytes.into())),
            _ => Err(damaged()),
        }
    }

    fn estimated_size(&self) -> usize {
        match self {
            Self::Record(record) => record.weight(),
            Self::Content(content) => content.len(),
        }
    }
}
