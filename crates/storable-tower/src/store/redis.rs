//! The store in Redis or Valkey, which several machines share.

use std::collections::HashSet;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{AsyncCommands, Client, Pipeline, RedisResult, Script};

use super::written::{Apart, content_name, orphans, read, write};
use super::{Claim, Entry, Id, Record, Store, StoreError};

/// How long a record stays that nobody uses. What it holds may be fresh for less, and is then validated.
const LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);

/// How long the server may take for an answer, and for a connection.
const PATIENCE: Duration = Duration::from_millis(500);

/// For how long a server is left alone that did not answer.
const PAUSE: Duration = Duration::from_secs(1);

/// For how many milliseconds a claim lasts of a process that has died.
const CLAIMED: u64 = 30_000;

/// How often a change is tried where others change the same record.
const ATTEMPTS: usize = 8;

/// How many removals are remembered for a server that is lost. Beyond it everything is removed when it
/// is back.
const OWED: usize = 10_000;

/// Sets a record where it is still the revision that was read: KEYS name; ARGV revision, new value,
/// milliseconds. A value begins with its revision of 16 bytes.
const EXCHANGE: &str = "\
if redis.call('GETRANGE', KEYS[1], 0, 15) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
return 1";

/// Gives a claim back that is still the own one: KEYS name; ARGV owner.
const RELEASE: &str = "\
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0";

/// Records in a server of Redis or Valkey, for any number of processes; of those that want the same
/// response at once one fetches it. Clones are the same store.
///
/// A server that is lost, or takes more than half a second, is a store with nothing in it: requests go to
/// the origin. What would have been removed meanwhile is removed before anything is read again by this
/// process; another process may still serve it for as long as it is fresh. Give the server a
/// `maxmemory` and the policy `allkeys-lru`.
#[derive(Clone)]
pub struct RedisStore {
    connection: ConnectionManager,
    prefix: Arc<[u8]>,
    link: Arc<Mutex<Link>>,
}

/// How it stands with the server.
#[derive(Debug, Default)]
struct Link {
    /// Until then it is not asked.
    pause: Option<Instant>,
    /// What is to be removed before anything is read.
    owed: HashSet<Vec<u8>>,
    /// There is too much of that: everything is to be removed.
    all: bool,
}

impl RedisStore {
    /// The store of a server, as in `redis://127.0.0.1:6379/0`; names of keys begin with `prefix`. The
    /// server need not be there yet.
    ///
    /// # Errors
    ///
    /// Where that is no address of a server.
    pub fn new(server: &str, prefix: &str) -> Result<Self, StoreError> {
        let config = ConnectionManagerConfig::new()
            .set_response_timeout(Some(PATIENCE))
            .set_connection_timeout(Some(PATIENCE))
            .set_number_of_retries(0);
        let client = Client::open(server).map_err(StoreError::server)?;
        let connection =
            ConnectionManager::new_lazy_with_config(client, config).map_err(StoreError::server)?;
        Ok(Self { connection, prefix: prefix.as_bytes().into(), link: Arc::default() })
    }

    fn named(&self, name: &[u8]) -> Vec<u8> {
        [&*self.prefix, name].concat()
    }

    fn claim_name(&self, key: &[u8]) -> Vec<u8> {
        self.named(&[b"\0claim\0", key].concat())
    }

    fn link(&self) -> MutexGuard<'_, Link> {
        self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the server, where it is there; what is owed to it comes first.
    async fn ask<T>(&self, ask: impl Future<Output = RedisResult<T>> + Send) -> Option<T> {
        if self.link().pause.is_some_and(|until| Instant::now() < until) {
            return None;
        }
        let asked = async {
            self.settle().await?;
            ask.await
        };
        match tokio::time::timeout(PATIENCE.saturating_mul(2), asked).await {
            Ok(Ok(answer)) => Some(answer),
            _ => {
                self.link().pause = Instant::now().checked_add(PAUSE);
                None
            }
        }
    }

    /// Removes what is owed.
    async fn settle(&self) -> RedisResult<()> {
        let (owed, all) = {
            let link = self.link();
            (link.owed.iter().cloned().collect::<Vec<_>>(), link.all)
        };
        if owed.is_empty() && !all {
            return Ok(());
        }
        if all {
            self.remove_all().await?;
        }
        if !owed.is_empty() {
            let () = self.connection.clone().unlink(&owed).await?;
        }
        let mut link = self.link();
        link.owed.retain(|name| !owed.contains(name));
        link.all &= !all;
        Ok(())
    }

    async fn remove_all(&self) -> RedisResult<()> {
        let mut connection = self.connection.clone();
        let special = |byte: &u8| b"*?[]\\^-".contains(byte);
        let mut pattern = Vec::new();
        for byte in &*self.prefix {
            pattern.extend(special(byte).then_some(b'\\'));
            pattern.push(*byte);
        }
        pattern.push(b'*');
        let mut cursor = 0_u64;
        loop {
            let mut scan = redis::cmd("SCAN");
            scan.arg(cursor).arg("MATCH").arg(&pattern).arg("COUNT").arg(1000);
            let (next, names): (u64, Vec<Vec<u8>>) = scan.query_async(&mut connection).await?;
            if !names.is_empty() {
                let () = connection.unlink(names).await?;
            }
            cursor = next;
            if cursor == 0 {
                return Ok(());
            }
        }
    }

    /// A removal that could not be made.
    fn owe(&self, name: Vec<u8>) {
        let mut link = self.link();
        if link.owed.len() < OWED {
            link.owed.insert(name);
        } else {
            link.owed.clear();
            link.all = true;
        }
    }

    /// A record with its revision, which is empty where there is none. Outer `None`: the server is lost.
    async fn revision(&self, name: &[u8]) -> Option<(Vec<u8>, Option<Record>)> {
        let mut server = self.connection.clone();
        let value: Option<Vec<u8>> = self.ask(async move { server.get(name).await }).await?;
        let value = value.unwrap_or_default();
        let (revision, record) = value.split_at_checked(16).unwrap_or((&value, &[]));
        Some((revision.to_vec(), read(record)))
    }

    /// Whether a record was still that revision, and has been exchanged. `None`: the server is lost.
    async fn exchange(
        &self,
        name: &[u8],
        revision: &[u8],
        old: Option<&Record>,
        record: Option<Record>,
    ) -> Option<bool> {
        let lifetime = u64::try_from(LIFETIME.as_millis()).unwrap_or(u64::MAX);
        let (mut contents, mut value, mut gone) = (Pipeline::new(), Vec::new(), Vec::new());
        if let Some(Apart { record, new }) = record.map(Apart::of) {
            value.extend(Id::new().to_bytes());
            value.extend(write(&record)?);
            for (id, content) in new {
                contents.pset_ex(self.content_name(id), &content[..], lifetime).ignore();
            }
            // Those that stay are to last as long as the record.
            for entry in &record.entries {
                let name = self.content_name(entry.content_id);
                contents.cmd("PEXPIRE").arg(name).arg(lifetime).ignore();
            }
            gone = orphans(old, &record).into_iter().map(|id| self.content_name(id)).collect();
        }
        let mut server = self.connection.clone();
        self.ask(async move {
            if !contents.is_empty() {
                let () = contents.query_async(&mut server).await?;
            }
            let exchange = Script::new(EXCHANGE);
            let mut exchange = exchange.key(name);
            exchange.arg(revision).arg(value).arg(lifetime);
            let exchanged: bool = exchange.invoke_async(&mut server).await?;
            if exchanged && !gone.is_empty() {
                let () = server.unlink(gone).await?;
            }
            Ok(exchanged)
        })
        .await
    }

    fn content_name(&self, id: Id) -> Vec<u8> {
        self.named(&content_name(id))
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").field("link", &*self.link()).finish_non_exhaustive()
    }
}

impl Store for RedisStore {
    async fn get(&self, name: &[u8]) -> Option<Arc<Record>> {
        let (_, record) = self.revision(&self.named(name)).await?;
        record.map(Arc::new)
    }

    async fn update(
        &self,
        name: &[u8],
        change: &(dyn Fn(Option<&Record>) -> Option<Record> + Send + Sync),
    ) {
        let name = self.named(name);
        for _ in 0..ATTEMPTS {
            let Some((revision, old)) = self.revision(&name).await else { return };
            let record = change(old.as_ref());
            if revision.is_empty() && record.is_none() {
                return;
            }
            match self.exchange(&name, &revision, old.as_ref(), record).await {
                Some(false) => {}
                Some(true) | None => return,
            }
        }
    }

    async fn remove(&self, name: &[u8]) {
        let name = self.named(name);
        let mut server = self.connection.clone();
        let removed = self.ask(async { server.unlink::<_, ()>(&name).await }).await;
        if removed.is_none() {
            self.owe(name);
        }
    }

    async fn content(&self, entry: &Entry) -> Option<Bytes> {
        if let Some(content) = &entry.content {
            return Some(content.clone());
        }
        let name = self.content_name(entry.content_id);
        let mut server = self.connection.clone();
        let content: Option<Vec<u8>> = self.ask(async move { server.get(name).await }).await?;
        // A content that is not all there is none.
        content.filter(|content| u64::try_from(content.len()) == Ok(entry.length)).map(Bytes::from)
    }

    async fn claim(&self, key: &[u8]) -> Claim {
        let (store, name, owner) = (self.clone(), self.claim_name(key), Id::new());
        let mut set = redis::cmd("SET");
        set.arg(&name).arg(&owner.to_bytes()[..]).arg("NX").arg("PX").arg(CLAIMED);
        let mut server = self.connection.clone();
        let answer =
            self.ask(async move { set.query_async::<Option<()>>(&mut server).await }).await;
        match answer {
            Some(Some(())) => Claim::Granted(Box::new(Claimed { store, name, owner })),
            // Nobody can tell who else is at it; and a claim that came too late is nobody's.
            None => {
                self.owe(name);
                Claim::Granted(Box::new(()))
            }
            Some(None) => Claim::Taken(Box::pin(async move { store.wait(name).await })),
        }
    }
}

impl RedisStore {
    /// Waits until a claim is over.
    async fn wait(&self, name: Vec<u8>) {
        loop {
            tokio::time::sleep(Duration::from_millis(25)).await;
            let (mut server, name) = (self.connection.clone(), name.clone());
            let taken = self.ask(async move { server.exists(name).await }).await;
            if taken != Some(true) {
                return;
            }
        }
    }
}

/// A claim of this process's, which ends when it is dropped.
struct Claimed {
    store: RedisStore,
    name: Vec<u8>,
    owner: Id,
}

impl Drop for Claimed {
    fn drop(&mut self) {
        // Without a runtime it ends by itself.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (store, name) = (self.store.clone(), std::mem::take(&mut self.name));
        let owner = self.owner;
        runtime.spawn(async move {
            let mut server = store.connection.clone();
            let release = async move {
                let script = Script::new(RELEASE);
                script.key(name).arg(&owner.to_bytes()[..]).invoke_async::<()>(&mut server).await
            };
            store.ask(release).await;
        });
    }
}
