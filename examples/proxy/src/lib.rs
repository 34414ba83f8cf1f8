//! A caching reverse proxy in any cache's profile.
//!
//! What is cached, how it is reused and what waiting requests get is decided by `storable` alone;
//! here are the sockets, the store and the clock. It is a local stand-in for a CDN, waiting
//! requests included, and a program to read when you build a cache with the library.

mod answer;
mod body;
mod fetch;
mod flight;
mod informational;
mod origin;
mod recording;
mod store;

use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::uri::Authority;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use storable::Profile;
use storable::profile::Fact;
use tokio::net::TcpListener;

pub use body::{Body, Broken};

use crate::flight::Flights;
use crate::informational::Connection;
use crate::origin::Origin;
use crate::recording::Budget;
use crate::store::{ManyKeys, Store};

/// How the proxy is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whose rules are followed.
    pub profile: Profile,
    /// Host and port of the origin, which is spoken to in plain HTTP/1.1.
    pub origin: Authority,
    /// The store's limit in bytes.
    pub cache_bytes: u64,
    /// Longer content is not stored.
    pub object_bytes: usize,
    /// How long the origin may take for the head of an answer, and between pieces of content.
    pub patience: Duration,
    /// What becomes of informational responses of the origin.
    pub interim: Interim,
    /// Which Date answers have.
    pub date: Date,
    /// What of the origin's is answered with a 502.
    pub refused: Vec<Oddity>,
    /// The name of this cache in Cache-Status.
    pub name: String,
}

/// What becomes of informational responses (1xx) of the origin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Interim {
    /// They are sent on (RFC 9110 §15.2).
    #[default]
    Forward,
    /// They are sent on, and what follows is not stored, as with proxies that take the first head
    /// for the only one.
    ForwardUnstored,
    /// They are left out.
    Drop,
}

/// Which Date answers have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Date {
    /// The origin's (RFC 9110 §6.6.1).
    #[default]
    OfOrigin,
    /// The time of sending, as with web servers that are proxies too.
    OfSending,
}

/// What an origin may send that many proxies pass on and some refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// Informational responses (1xx).
    Interim,
    /// A transfer coding that is not chunked.
    Coding,
    /// A part that was not asked for.
    Part,
}

impl Settings {
    /// A cache of 256 MiB in front of an origin.
    #[must_use]
    pub fn new(profile: Profile, origin: Authority) -> Self {
        Self {
            profile,
            origin,
            cache_bytes: 256 << 20,
            object_bytes: 32 << 20,
            patience: Duration::from_secs(30),
            interim: Interim::Forward,
            date: Date::OfOrigin,
            refused: Vec::new(),
            name: format!("storable-{}", profile.id()),
        }
    }
}

/// The proxy: a store, an origin, and who waits for whom.
#[derive(Debug)]
pub struct Proxy {
    settings: Settings,
    origin: Origin,
    store: Store,
    flights: Arc<Flights>,
    /// What is being revalidated in the background.
    background: Arc<Flights>,
    budget: Arc<Budget>,
    boundaries: AtomicU64,
    seed: RandomState,
}

impl Proxy {
    /// A proxy with an empty store.
    #[must_use]
    pub fn new(settings: Settings) -> Arc<Self> {
        let many_keys = match settings.profile.facts().key {
            Fact::Known([]) => ManyKeys::No,
            _ => ManyKeys::Yes,
        };
        Arc::new(Self {
            origin: Origin::new(&settings),
            store: Store::new(settings.cache_bytes, many_keys),
            flights: Arc::default(),
            background: Arc::default(),
            budget: Budget::new(usize::try_from(settings.cache_bytes).unwrap_or(usize::MAX)),
            boundaries: AtomicU64::new(0),
            seed: RandomState::new(),
            settings,
        })
    }

    /// A number that nobody who writes content can foresee.
    fn next_boundary(&self) -> u64 {
        self.seed.hash_one(self.boundaries.fetch_add(1, Ordering::Relaxed))
    }
}

/// Serves until `stop` is done; then takes no more connections, and waits for those that are there
/// to end, for a while.
pub async fn serve(listener: TcpListener, proxy: Arc<Proxy>, stop: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(_) => {
                    // Out of descriptors, for one: it helps to wait.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        // Without it small answers wait for each other; a failure costs only that.
        let _ = stream.set_nodelay(true);
        let proxy = Arc::clone(&proxy);
        let (connection, line) = Connection::new(stream);
        let service = service_fn(move |request: http::Request<hyper::body::Incoming>| {
            let (proxy, line) = (Arc::clone(&proxy), line.clone());
            async move {
                // RFC 9110 §15.2: an HTTP/1.0 client gets no 1xx.
                let informed = request.version() == http::Version::HTTP_11;
                let informer = informed.then(|| line.begin());
                let mut answer = proxy.answer(request, informer).await;
                if proxy.settings.date == Date::OfSending {
                    // Where there is none, hyper writes one.
                    answer.headers_mut().remove("date");
                }
                line.end();
                Ok::<_, std::convert::Infallible>(answer)
            }
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(60))
            .serve_connection(TokioIo::new(connection), service);
        let connection = graceful.watch(connection);
        // A client that goes away is no error of ours.
        tokio::spawn(async move { drop(connection.await) });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(Duration::from_secs(10)) => {}
    }
}
