//! Records as bytes, for stores outside of this process.

use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use storable::visit::Kept;

use super::{Entry, Id, Record};

/// The number of the format. A record of another one is not there.
const FORMAT: u16 = 1;

#[derive(Serialize, Deserialize)]
struct Written {
    format: u16,
    generation: [u8; 16],
    /// Each for itself, so that one that cannot be read is only one.
    entries: Vec<Bytes>,
}

#[derive(Serialize, Deserialize)]
struct WrittenEntry {
    id: [u8; 16],
    key: Bytes,
    kept: Kept,
    content_id: [u8; 16],
    length: u64,
    groups: Vec<(String, [u8; 16])>,
}

/// A record without its contents; `None` where it cannot be written.
pub(super) fn write(record: &Record) -> Option<Vec<u8>> {
    let entry = |entry: &Arc<Entry>| {
        let written = WrittenEntry {
            id: entry.id.to_bytes(),
            key: Bytes::copy_from_slice(&entry.key),
            kept: entry.kept.clone(),
            content_id: entry.content_id.to_bytes(),
            length: entry.length,
            groups: entry.groups.iter().map(|(name, id)| (name.clone(), id.to_bytes())).collect(),
        };
        rmp_serde::to_vec_named(&written).map(Bytes::from)
    };
    let entries = record.entries.iter().map(entry).collect::<Result<_, _>>().ok()?;
    let generation = record.generation.to_bytes();
    rmp_serde::to_vec_named(&Written { format: FORMAT, generation, entries }).ok()
}

/// What is left of a record: entries of another version of this program, or under another version of
/// the profile, are not there.
pub(super) fn read(bytes: &[u8]) -> Option<Record> {
    let written: Written = rmp_serde::from_slice(bytes).ok()?;
    if written.format != FORMAT {
        return None;
    }
    let entry = |bytes: &Bytes| {
        let read: WrittenEntry = rmp_serde::from_slice(bytes).ok()?;
        let groups = read.groups.into_iter().map(|(name, id)| (name, Id::from_bytes(id)));
        Some(Arc::new(Entry {
            id: Id::from_bytes(read.id),
            key: read.key.to_vec(),
            kept: read.kept,
            content_id: Id::from_bytes(read.content_id),
            length: read.length,
            content: None,
            groups: groups.collect(),
        }))
    };
    Some(Record {
        generation: Id::from_bytes(written.generation),
        entries: written.entries.iter().filter_map(entry).collect(),
    })
}

/// The name of a content, which no URI has.
pub(super) fn content_name(id: Id) -> Vec<u8> {
    let mut name = vec![0xff];
    name.extend_from_slice(&id.to_bytes());
    name
}

/// A record taken apart for a store that keeps contents for themselves.
pub(super) struct Apart {
    /// The record without contents.
    pub(super) record: Record,
    /// Contents that come with it.
    pub(super) new: Vec<(Id, Bytes)>,
}

impl Apart {
    pub(super) fn of(mut record: Record) -> Self {
        let mut new = Vec::new();
        for entry in &mut record.entries {
            if let Some(content) = entry.content.clone() {
                new.push((entry.content_id, content));
                *entry = Arc::new(Entry { content: None, ..Entry::clone(entry) });
            }
        }
        Self { record, new }
    }
}

/// The contents of a record that another one no longer has.
pub(super) fn orphans(old: Option<&Record>, new: &Record) -> Vec<Id> {
    let has = |id: &Id| new.entries.iter().any(|entry| entry.content_id == *id);
    let old = old.into_iter().flat_map(|record| &record.entries);
    old.map(|entry| entry.content_id).filter(|id| !has(id)).collect()
}
