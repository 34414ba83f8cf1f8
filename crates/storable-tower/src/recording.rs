//! The content of one response, written once and read by many, also while it is still coming.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};
use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

use crate::body::BodyError;

/// Octets that may wait for the slowest reader of content that is too long to keep.
const WINDOW: usize = 256 * 1024;

/// Octets in all recordings that are not finished, and how many there may be.
#[derive(Debug)]
pub(crate) struct Budget {
    used: AtomicUsize,
    limit: usize,
}

impl Budget {
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { used: AtomicUsize::new(0), limit })
    }

    /// Whether there is room for so many octets, which then are taken.
    fn take(&self, octets: usize) -> bool {
        let used = self.used.fetch_add(octets, Ordering::Relaxed).saturating_add(octets);
        let fits = used <= self.limit;
        if !fits {
            self.give_back(octets);
        }
        fits
    }

    fn give_back(&self, octets: usize) {
        self.used.fetch_sub(octets, Ordering::Relaxed);
    }
}

/// Content that is kept whole up to a limit. Beyond it the recording becomes a pipe: what every
/// reader has read is thrown away, and the writer waits for the slowest of them.
#[derive(Debug)]
pub(crate) struct Recording {
    state: Mutex<State>,
    limit: usize,
    budget: Arc<Budget>,
    room: Arc<Notify>,
}

#[derive(Debug, Default)]
struct State {
    /// The number of the first chunk that is still here.
    base: usize,
    chunks: VecDeque<Bytes>,
    /// Octets in `chunks`.
    held: usize,
    /// Octets that came in all.
    length: u64,
    end: Option<End>,
    pipe: bool,
    /// The next chunk of every reader.
    readers: Vec<Option<usize>>,
    wakers: Vec<Waker>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Whole,
    Broken,
}

impl State {
    /// Throws away what every reader has read; whether the writer may go on.
    fn trim(&mut self) -> bool {
        if !self.pipe {
            return true;
        }
        let next = self.base.saturating_add(self.chunks.len());
        let slowest = self.readers.iter().copied().flatten().min().unwrap_or(next);
        while self.base < slowest {
            let Some(chunk) = self.chunks.pop_front() else { break };
            self.held = self.held.saturating_sub(chunk.len());
            self.base = self.base.saturating_add(1);
        }
        self.held < WINDOW
    }

    fn joined(&self) -> Bytes {
        let mut whole = BytesMut::with_capacity(self.held);
        self.chunks.iter().for_each(|chunk| whole.extend_from_slice(chunk));
        whole.freeze()
    }

    fn wake(&mut self) {
        self.wakers.drain(..).for_each(Waker::wake);
    }
}

/// What became of a chunk that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// It is kept.
    Kept,
    /// The content is too long to be kept; readers that are here still get it.
    TooLong,
    /// Nobody reads what cannot be kept.
    Unread,
}

impl Recording {
    pub(crate) fn new(limit: usize, budget: &Arc<Budget>) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::default(),
            limit,
            budget: Arc::clone(budget),
            room: Arc::new(Notify::new()),
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A reader that panicked has left nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a chunk, after waiting for room where the recording has become a pipe.
    pub(crate) async fn write(&self, chunk: Bytes) -> Written {
        loop {
            let room: OwnedNotified = Arc::clone(&self.room).notified_owned();
            tokio::pin!(room);
            room.as_mut().enable();
            {
                let mut state = self.lock();
                if state.trim() {
                    return self.push(&mut state, chunk);
                }
            }
            room.await;
        }
    }

    fn push(&self, state: &mut State, chunk: Bytes) -> Written {
        let held = state.held.saturating_add(chunk.len());
        if !state.pipe && (held > self.limit || !self.budget.take(chunk.len())) {
            self.budget.give_back(state.held);
            state.pipe = true;
        }
        if state.pipe && state.readers.iter().flatten().next().is_none() {
            return Written::Unread;
        }
        state.held = held;
        state.length = state.length.saturating_add(count(&chunk));
        state.chunks.push_back(chunk);
        state.wake();
        if state.pipe { Written::TooLong } else { Written::Kept }
    }

    /// All of the content has come.
    pub(crate) fn finish(&self) {
        self.end(End::Whole);
    }

    /// The content broke off.
    pub(crate) fn break_off(&self) {
        self.end(End::Broken);
    }

    fn end(&self, end: End) {
        let mut state = self.lock();
        if state.end.is_none() {
            state.end = Some(end);
            if !state.pipe {
                self.budget.give_back(state.held);
            }
        }
        state.wake();
    }

    /// Octets that have come.
    pub(crate) fn so_far(&self) -> u64 {
        self.lock().length
    }

    /// How long the content is, where all of it is here.
    pub(crate) fn length(&self) -> Option<u64> {
        let state = self.lock();
        (state.end == Some(End::Whole)).then_some(state.length)
    }

    /// All of the content, where it is here.
    pub(crate) fn bytes(&self) -> Option<Bytes> {
        let state = self.lock();
        if state.end != Some(End::Whole) || state.base > 0 {
            return None;
        }
        if let (1, Some(only)) = (state.chunks.len(), state.chunks.front()) {
            return Some(only.clone());
        }
        Some(state.joined())
    }

    /// The same in memory of its own: a chunk may be a small part of a large buffer.
    pub(crate) fn copied(&self) -> Option<Bytes> {
        let state = self.lock();
        (state.end == Some(End::Whole) && state.base == 0).then(|| state.joined())
    }

    /// All of the content, once it is here. `None` where it breaks off, or is too long to be kept.
    pub(crate) async fn whole(&self) -> Option<Bytes> {
        poll_fn(|context| {
            let mut state = self.lock();
            let coming = state.end.is_none() && !state.pipe;
            if coming {
                state.wakers.push(context.waker().clone());
                return Poll::Pending;
            }
            drop(state);
            Poll::Ready(self.bytes())
        })
        .await
    }

    /// Whether the content can still be read from its beginning.
    pub(crate) fn is_readable(&self) -> bool {
        let state = self.lock();
        state.base == 0 && state.end != Some(End::Broken)
    }

    /// Reads `length` octets from `offset` on; `None` where the beginning is gone.
    pub(crate) fn read(self: &Arc<Self>, offset: u64, length: Option<u64>) -> Option<Reader> {
        let mut state = self.lock();
        if state.base > 0 || state.end == Some(End::Broken) {
            return None;
        }
        let known = (state.end == Some(End::Whole)).then_some(state.length.saturating_sub(offset));
        let number = state.readers.iter().position(Option::is_none).unwrap_or(state.readers.len());
        match state.readers.get_mut(number) {
            Some(slot) => *slot = Some(0),
            None => state.readers.push(Some(0)),
        }
        Some(Reader {
            recording: Arc::clone(self),
            number,
            next: 0,
            skip: offset,
            left: length,
            hint: length.or(known),
        })
    }
}

/// One reader of a recording.
#[derive(Debug)]
pub(crate) struct Reader {
    recording: Arc<Recording>,
    number: usize,
    next: usize,
    skip: u64,
    left: Option<u64>,
    hint: Option<u64>,
}

fn count(bytes: &Bytes) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

impl Reader {
    /// The wanted part of a chunk, which may be nothing.
    fn cut(&mut self, mut chunk: Bytes) -> Bytes {
        let skipped = self.skip.min(count(&chunk));
        self.skip = self.skip.saturating_sub(skipped);
        chunk = chunk.split_off(usize::try_from(skipped).unwrap_or(chunk.len()));
        if let Some(left) = &mut self.left {
            let taken = count(&chunk).min(*left);
            chunk.truncate(usize::try_from(taken).unwrap_or(chunk.len()));
            *left = left.saturating_sub(taken);
        }
        chunk
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut state = self.recording.lock();
        if let Some(slot) = state.readers.get_mut(self.number) {
            *slot = None;
        }
        drop(state);
        self.recording.room.notify_one();
    }
}

impl Body for Reader {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.get_mut();
        loop {
            if this.left == Some(0) {
                return Poll::Ready(None);
            }
            let recording = Arc::clone(&this.recording);
            let mut state = recording.lock();
            let chunk =
                this.next.checked_sub(state.base).and_then(|at| state.chunks.get(at)).cloned();
            let Some(chunk) = chunk else {
                return match state.end {
                    Some(End::Whole) => Poll::Ready(None),
                    Some(End::Broken) => Poll::Ready(Some(Err(BodyError::BrokeOff))),
                    None => {
                        state.wakers.push(context.waker().clone());
                        Poll::Pending
                    }
                };
            };
            this.next = this.next.saturating_add(1);
            let next = this.next;
            if let Some(slot) = state.readers.get_mut(this.number) {
                *slot = Some(next);
            }
            let pipe = state.pipe;
            drop(state);
            if pipe {
                recording.room.notify_one();
            }
            let chunk = this.cut(chunk);
            if !chunk.is_empty() {
                if let Some(hint) = &mut this.hint {
                    *hint = hint.saturating_sub(count(&chunk));
                }
                return Poll::Ready(Some(Ok(Frame::data(chunk))));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.hint == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.hint.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
