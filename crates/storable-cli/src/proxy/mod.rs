//! A caching reverse proxy in any cache's profile.
//!
//! What is cached, how it is reused and what waiting requests get is the work of `storable-tower`;
//! here are the sockets, the origin and what proxies do on the way. It is a local stand-in for a CDN, waiting
//! requests included.

mod body;
mod informational;
mod origin;

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body::Body as _;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use storable::{Profile, Site};
use storable_tower::{CacheBody, CacheLayer, CacheService, Limits, MemoryStore};
use tokio::net::TcpListener;
use tower_layer::Layer;
use tower_service::Service;

use body::Body;
use informational::{Connection, Informer};
use origin::Origin;

/// How the proxy is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whose rules are followed, route by route.
    pub profiles: Vec<Profile>,
    /// What tells the route of a request; without it, it is the first.
    pub site: Option<&'static Site>,
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
    /// Which answers of the origin the client gets a 502 for.
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
            profiles: vec![profile],
            site: None,
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

/// The proxy: a cache, and an origin behind it.
#[derive(Debug)]
pub struct Proxy {
    cache: CacheService<Origin>,
    origin: Authority,
    date: Date,
}

impl Proxy {
    /// A proxy with an empty store.
    #[must_use]
    pub fn new(settings: Settings) -> Arc<Self> {
        let origin = Origin::new(&settings);
        let limits = Limits::default()
            .with_content(settings.object_bytes)
            .with_arriving(usize::try_from(settings.cache_bytes).unwrap_or(usize::MAX))
            .with_wait(settings.patience.saturating_add(Duration::from_secs(1)));
        let site = settings.site;
        let layer = CacheLayer::new(Profile::CACHING_OFF, MemoryStore::new(settings.cache_bytes))
            .with_routes(settings.profiles, move |request| {
                site.map_or(0, |site| site.route(request))
            })
            .named(settings.name)
            .with_limits(limits);
        let cache = layer.layer(origin);
        Arc::new(Self { cache, origin: settings.origin, date: settings.date })
    }

    async fn answer(
        &self,
        request: Request<Incoming>,
        informer: Option<Informer>,
    ) -> Response<CacheBody<Body>> {
        let refused = |status, says| in_words(status, says).map(CacheBody::from);
        if request.method() == Method::CONNECT {
            return refused(StatusCode::NOT_IMPLEMENTED, "no tunnels here");
        }
        let Some(mut request) = self.absolute(request) else {
            return refused(StatusCode::BAD_REQUEST, "no valid target in the request");
        };
        if let Some(informer) = informer {
            request.extensions_mut().insert(informer);
        }
        let Ok(mut answer) = self.cache.clone().call(request).await;
        if self.date == Date::OfSending {
            // Where there is none, hyper writes one.
            answer.headers_mut().remove("date");
        }
        answer
    }

    /// The request with an absolute URI, by its target, its Host, or else the origin's name; Host says
    /// the same from here on.
    fn absolute(&self, request: Request<Incoming>) -> Option<Request<Body>> {
        let (mut parts, content) = request.into_parts();
        let host = parts.headers.get(HOST).filter(|host| !host.is_empty());
        let authority = match (parts.uri.authority(), host) {
            (Some(own), _) => own.clone(),
            (None, Some(host)) => Authority::try_from(host.as_bytes()).ok()?,
            (None, None) => self.origin.clone(),
        };
        if host.is_none_or(|host| host.as_bytes() != authority.as_str().as_bytes()) {
            parts.headers.insert(HOST, HeaderValue::from_str(authority.as_str()).ok()?);
        }
        let path = parts.uri.path_and_query().filter(|path| path.as_str() != "*");
        let path = path.cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
        let mut uri = http::uri::Parts::default();
        (uri.scheme, uri.authority, uri.path_and_query) =
            (Some(Scheme::HTTP), Some(authority), Some(path));
        parts.uri = Uri::from_parts(uri).ok()?;
        let content = if content.is_end_stream() {
            Body::default()
        } else {
            content.map_err(Into::into).boxed_unsync()
        };
        Some(Request::from_parts(parts, content))
    }
}

/// An answer of the proxy's own.
fn in_words(status: StatusCode, says: &str) -> Response<Body> {
    let text = Bytes::from(format!("{}: {says}\n", status.as_u16()));
    let mut response =
        Response::new(Full::new(text).map_err(|never| match never {}).boxed_unsync());
    *response.status_mut() = status;
    let fields = response.headers_mut();
    fields.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
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
        let service = service_fn(move |request: Request<Incoming>| {
            let (proxy, line) = (Arc::clone(&proxy), line.clone());
            async move {
                // RFC 9110 §15.2: an HTTP/1.0 client gets no 1xx.
                let informed = request.version() == http::Version::HTTP_11;
                let informer = informed.then(|| line.begin());
                let answer = proxy.answer(request, informer).await;
                line.end();
                Ok::<_, Infallible>(answer)
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
