//! 1xx on their way to the client (RFC 9110 §15.2).
//!
//! The server side of hyper has no way to send them, so they are written to the connection beside
//! it: only while a request waits for its answer and hyper has nothing left to write, so that the
//! two never mix.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use http::{HeaderMap, StatusCode};
use storable::HeaderLines;
use storable::life::forwarded;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// A connection, as hyper gets it.
#[derive(Debug)]
pub(crate) struct Connection {
    read: OwnedReadHalf,
    line: Line,
}

/// The side of a connection that is written to.
#[derive(Clone, Debug)]
pub(crate) struct Line(Arc<Mutex<Writing>>);

#[derive(Debug)]
struct Writing {
    half: OwnedWriteHalf,
    /// Everything that hyper has written has gone out.
    clean: bool,
    /// The rest of a 1xx that did not go out at once.
    rest: BytesMut,
    /// The number of the request that waits for its answer.
    open: Option<u64>,
    requests: u64,
}

/// Sends 1xx to the client of one request, while that waits for its answer.
#[derive(Clone, Debug)]
pub(crate) struct Informer {
    line: Line,
    number: u64,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream) -> (Self, Line) {
        let (read, half) = stream.into_split();
        let writing = Writing { half, clean: true, rest: BytesMut::new(), open: None, requests: 0 };
        let line = Line(Arc::new(Mutex::new(writing)));
        (Self { read, line: line.clone() }, line)
    }
}

impl Line {
    fn lock(&self) -> MutexGuard<'_, Writing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request has come, and waits for its answer until [`Line::end`].
    pub(crate) fn begin(&self) -> Informer {
        let mut writing = self.lock();
        writing.requests = writing.requests.wrapping_add(1);
        let number = writing.requests;
        writing.open = Some(number);
        Informer { line: self.clone(), number }
    }

    /// The answer is there: no 1xx any more.
    pub(crate) fn end(&self) {
        self.lock().open = None;
    }
}

impl Informer {
    /// Sends one on, where that is possible. 100 and 101 are about a connection: hyper answers an
    /// Expect itself, and nothing is upgraded here.
    pub(crate) fn send(&self, status: StatusCode, fields: &HeaderMap) {
        if !(102..=199).contains(&status.as_u16()) {
            return;
        }
        let reason = status.canonical_reason().unwrap_or_default();
        let mut text = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16()).into_bytes();
        for (name, value) in forwarded(HeaderLines::from_map(fields)) {
            text.extend_from_slice(name.as_bytes());
            text.extend_from_slice(b": ");
            text.extend_from_slice(value);
            text.extend_from_slice(b"\r\n");
        }
        text.extend_from_slice(b"\r\n");
        let mut writing = self.line.lock();
        if writing.open != Some(self.number) || !writing.clean || !writing.rest.is_empty() {
            return;
        }
        // What fails here fails again when the answer is written.
        let sent = writing.half.try_write(&text).unwrap_or(0);
        if sent > 0 {
            writing.rest.extend_from_slice(text.get(sent..).unwrap_or_default());
        }
    }
}

impl Writing {
    fn poll_rest(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.rest.is_empty() {
            let sent = ready!(Pin::new(&mut self.half).poll_write(context, &self.rest))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.rest.advance(sent);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().read).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut writing = self.line.lock();
        writing.clean = false;
        ready!(writing.poll_rest(context))?;
        Pin::new(&mut writing.half).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut writing = self.line.lock();
        ready!(writing.poll_rest(context))?;
        ready!(Pin::new(&mut writing.half).poll_flush(context))?;
        writing.clean = true;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut writing = self.line.lock();
        ready!(writing.poll_rest(context))?;
        Pin::new(&mut writing.half).poll_shutdown(context)
    }
}
