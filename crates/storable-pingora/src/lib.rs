//! What a cache in a [`pingora_proxy`] decides, decided by [`storable`]: by RFC 9111, or as the cache
//! of a profile does.
//!
//! Pingora stores, looks up, locks and streams; a [`Cache`] says what is stored and for how long, which
//! of the variants a request gets, whether it gets it without the origin, and what is done where the
//! origin fails. Each of its functions is called by the hook of the same name:
//!
//! ```
//! use std::sync::LazyLock;
//! use std::time::SystemTime;
//!
//! use async_trait::async_trait;
//! use pingora_cache::key::HashBinary;
//! use pingora_cache::{CacheKey, CacheMeta, ForcedFreshness, HitHandler, MemCache, RespCacheable};
//! use pingora_core::upstreams::peer::HttpPeer;
//! use pingora_error::{Error, Result};
//! use pingora_http::{RequestHeader, ResponseHeader};
//! use pingora_proxy::{ProxyHttp, Session};
//! use storable::Profile;
//! use storable_pingora::Cache;
//!
//! static STORE: LazyLock<MemCache> = LazyLock::new(MemCache::new);
//!
//! struct Proxy {
//!     cache: Cache,
//! }
//!
//! #[async_trait]
//! impl ProxyHttp for Proxy {
//!     type CTX = SystemTime; // when the request came
//!
//!     fn new_ctx(&self) -> SystemTime {
//!         SystemTime::now()
//!     }
//!
//!     async fn upstream_peer(&self, _: &mut Session, _: &mut SystemTime) -> Result<Box<HttpPeer>> {
//!         Ok(Box::new(HttpPeer::new("127.0.0.1:8000", false, String::new())))
//!     }
//!
//!     fn request_cache_filter(&self, session: &mut Session, _: &mut SystemTime) -> Result<()> {
//!         if self.cache.looks_up(session) {
//!             session.cache.enable(&*STORE, None, None, None, None);
//!         }
//!         Ok(())
//!     }
//!
//!     fn cache_key_callback(&self, session: &Session, _: &mut SystemTime) -> Result<CacheKey> {
//!         Ok(self.cache.key(session))
//!     }
//!
//!     async fn cache_hit_filter(
//!         &self,
//!         session: &mut Session,
//!         meta: &CacheMeta,
//!         _: &mut HitHandler,
//!         is_fresh: bool,
//!         _: &mut SystemTime,
//!     ) -> Result<Option<ForcedFreshness>> {
//!         Ok(self.cache.hit_filter(session, meta, is_fresh))
//!     }
//!
//!     async fn proxy_upstream_filter(&self, session: &mut Session, _: &mut SystemTime) -> Result<bool> {
//!         self.cache.upstream_filter(session).await
//!     }
//!
//!     async fn upstream_response_filter(
//!         &self,
//!         session: &mut Session,
//!         response: &mut ResponseHeader,
//!         _: &mut SystemTime,
//!     ) -> Result<()> {
//!         self.cache.invalidate(session, response, &*STORE, None).await
//!     }
//!
//!     fn response_cache_filter(
//!         &self,
//!         session: &Session,
//!         response: &ResponseHeader,
//!         came: &mut SystemTime,
//!     ) -> Result<RespCacheable> {
//!         self.cache.response_filter(session, response, *came)
//!     }
//!
//!     fn cache_vary_filter(
//!         &self,
//!         meta: &CacheMeta,
//!         _: &mut SystemTime,
//!         request: &RequestHeader,
//!     ) -> Option<HashBinary> {
//!         self.cache.variance(meta, request)
//!     }
//!
//!     fn should_serve_stale(
//!         &self,
//!         session: &mut Session,
//!         _: &mut SystemTime,
//!         error: Option<&Error>,
//!     ) -> bool {
//!         self.cache.serves_stale(session, error)
//!     }
//!
//!     async fn response_filter(
//!         &self,
//!         session: &mut Session,
//!         response: &mut ResponseHeader,
//!         _: &mut SystemTime,
//!     ) -> Result<()> {
//!         self.cache.finish(session, response)
//!     }
//! }
//!
//! let proxy = Proxy { cache: Cache::new(Profile::RFC9111_SHARED) };
//! ```
//!
//! What pingora does by itself stays as it is: it answers the client's conditions and ranges, asks the
//! origin for the whole, and writes Age. Requests that wait at its lock get what was stored, and nothing
//! else. It stores nothing by group, so what an answer invalidates by group (RFC 9875) stays.
#![forbid(unsafe_code)]

mod kept;

use std::time::{Duration, SystemTime};

use http::header::{HOST, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE};
use http::header::{IF_UNMODIFIED_SINCE, RANGE};
use http::uri::{Authority, Scheme};
use http::{HeaderMap, HeaderName, Method, Request, Uri};
use pingora_cache::eviction::EvictionManager;
use pingora_cache::key::HashBinary;
use pingora_cache::trace::Span;
use pingora_cache::{
    CacheKey, CacheMeta, CachePhase, ForcedFreshness, NoCacheReason, PurgeOutcome, PurgeTarget,
    PurgeType, RespCacheable, Storage, VarianceBuilder,
};
use pingora_error::{Error, ErrorSource, ErrorType, Result};
use pingora_http::{RequestHeader, ResponseHeader};
use pingora_proxy::Session;
use storable::life::{self, Forwarded, Reuse};
use storable::policy::RequestPolicy;
use storable::{AsRequest, Exchange, HeaderLines, Profile};

use crate::kept::Kept;

/// The decisions of a profile's cache, for the hooks of [`ProxyHttp`](pingora_proxy::ProxyHttp).
#[derive(Clone, Debug)]
pub struct Cache {
    profile: Profile,
}

/// The fields of a response that are not stored, for the one client whose request brought it.
#[derive(Clone, Debug)]
struct Stripped(HeaderMap);

impl Cache {
    /// The cache of a profile.
    #[must_use]
    pub const fn new(profile: Profile) -> Self {
        Self { profile }
    }

    /// Whether a request is one for the cache, so that
    /// [`request_cache_filter`](pingora_proxy::ProxyHttp::request_cache_filter) enables it: GET and HEAD
    /// without content, for one host, that do not upgrade the connection.
    #[must_use]
    pub fn looks_up(&self, session: &mut Session) -> bool {
        let plain = !session.is_upgrade_req() && session.is_body_empty();
        let request = session.req_header();
        let hosts = request.headers.get_all(HOST).iter().count();
        matches!(request.method, Method::GET | Method::HEAD) && plain && hosts <= 1
    }

    /// What a response is stored under, for
    /// [`cache_key_callback`](pingora_proxy::ProxyHttp::cache_key_callback): scheme, host, path and query,
    /// as far as they are in the key of the profile's cache. The request fields that are in it too tell
    /// [variants](Self::variance) apart, so that an unsafe request finds them all.
    #[must_use]
    pub fn key(&self, session: &Session) -> CacheKey {
        primary(&life::CacheKey::new(&asked_by(session), &self.profile))
    }

    /// Whether a response is stored, and as what, for
    /// [`response_cache_filter`](pingora_proxy::ProxyHttp::response_cache_filter): without the fields that
    /// the profile's cache strips, with its lifetime and its age. `came` is when the request came, or was
    /// sent: the later the response, the older it counts.
    ///
    /// # Errors
    ///
    /// Where the head cannot be made, which a head that came from an origin does not bring about.
    pub fn response_filter(
        &self,
        session: &Session,
        response: &ResponseHeader,
        came: SystemTime,
    ) -> Result<RespCacheable> {
        let (request, now) = (asked(session.req_header()), SystemTime::now());
        let mut sent = http::Response::new(());
        *sent.status_mut() = response.status;
        sent.headers_mut().clone_from(&response.headers);
        // Only this cache writes it; a response that was validated still has that of the last time.
        sent.headers_mut().remove(kept::NAME);
        let exchange = Exchange::new(&request, &sent).requested_at(came).received_at(now);
        let verdict = exchange.judge(&self.profile);
        let Some(entry) = verdict.to_store() else {
            let code = verdict.headline().code();
            return Ok(RespCacheable::Uncacheable(NoCacheReason::Custom(code)));
        };
        let policy = entry.policy;
        let mut head = ResponseHeader::build(entry.head.status(), None)?;
        for (name, value) in entry.head.headers() {
            // It is counted below; with a 304 that has none, that of the stored head would stay.
            if name != http::header::AGE {
                head.append_header(name, value)?;
            }
        }
        let age = Duration::from_secs(policy.age(now));
        let born = now.checked_sub(age).unwrap_or(SystemTime::UNIX_EPOCH);
        let lifetime = if policy.must_validate() { 0 } else { policy.lifetime() };
        // One second over is over (RFC 9111 §4.2), and pingora counts it as fresh still.
        let fresh = Duration::from_secs(lifetime.min(u64::from(u32::MAX)));
        let until = born.checked_add(fresh).unwrap_or(now);
        let until = until.checked_sub(Duration::from_nanos(1)).unwrap_or(now);
        let behind = u32::try_from(policy.stale_while_revalidate()).unwrap_or(u32::MAX);
        // For how long, the kept policy knows.
        let on_error = if policy.bars_stale_use() { 0 } else { u32::MAX };
        Kept { policy, vary: entry.vary }.write(&mut head)?;
        let mut meta = CacheMeta::new(until, now, behind, on_error, head);
        meta.set_epoch_override(born);
        let mut stripped = sent.into_parts().0.headers;
        for name in entry.head.headers().keys().map(HeaderName::as_str).chain(CONNECTION) {
            stripped.remove(name);
        }
        meta.extensions_mut().insert(Stripped(stripped));
        Ok(RespCacheable::Cacheable(meta))
    }

    /// Which variant a request is for, for
    /// [`cache_vary_filter`](pingora_proxy::ProxyHttp::cache_vary_filter): by the request fields that the
    /// profile's cache has in its key, and by those that it finds in Vary, to the letter.
    #[must_use]
    pub fn variance(&self, meta: &CacheMeta, request: &RequestHeader) -> Option<HashBinary> {
        let kept = Kept::read(meta)?;
        let request = asked(request);
        let mut variance = VarianceBuilder::new();
        let key = life::CacheKey::new(&request, &self.profile);
        let fields = key.as_bytes().strip_prefix(key.uri()).unwrap_or_default();
        if !fields.is_empty() {
            // No field has this name.
            variance.add_owned_name_value(String::new(), fields.to_vec());
        }
        for name in kept.vary.names() {
            let lines = request.headers().get_all(name).iter();
            let lines: Vec<_> = lines.map(|line| line.as_bytes()).collect();
            // No line and an empty one differ.
            let mut value = vec![u8::from(!lines.is_empty())];
            value.extend(lines.join(&b", "[..]));
            variance.add_owned_name_value(name.to_owned(), value);
        }
        variance.finalize()
    }

    /// Whether a request gets what was found, for
    /// [`cache_hit_filter`](pingora_proxy::ProxyHttp::cache_hit_filter), by what the request says too
    /// (no-cache, max-age, max-stale, Authorization).
    #[must_use]
    pub fn hit_filter(
        &self,
        session: &Session,
        meta: &CacheMeta,
        is_fresh: bool,
    ) -> Option<ForcedFreshness> {
        match self.reuse(session.req_header(), meta) {
            Reuse::Serve(_) => (!is_fresh).then_some(ForcedFreshness::ForceFresh),
            // The windows stay open: `serves_stale` knows better.
            Reuse::ServeAndRevalidate(_)
            | Reuse::Validate(_)
            | Reuse::GatewayTimeout
            | Reuse::Forward(Forwarded::Stale | Forwarded::Request) => {
                is_fresh.then_some(ForcedFreshness::ForceExpiredServeStale { expired_at: None })
            }
            Reuse::Forward(_) => Some(ForcedFreshness::ForceMiss),
        }
    }

    /// Removes what an answer of the origin makes invalid, for
    /// [`upstream_response_filter`](pingora_proxy::ProxyHttp::upstream_response_filter): after an unsafe
    /// request everything that is stored for its target, and for what Location and Content-Location name
    /// on the same host (RFC 9111 §4.4), or as much of that as the profile's cache removes. Store and
    /// eviction manager are those that the cache was enabled with.
    ///
    /// A response that is on its way at this moment is stored all the same.
    ///
    /// # Errors
    ///
    /// Where the store fails.
    pub async fn invalidate(
        &self,
        session: &Session,
        response: &ResponseHeader,
        store: &'static (dyn Storage + Sync),
        eviction: Option<&'static (dyn EvictionManager + Sync)>,
    ) -> Result<()> {
        let mut request = asked_by(session);
        *request.method_mut() = session.req_header().method.clone();
        let response: &http::response::Parts = response;
        for key in life::invalidated_by(&request, response, &self.profile) {
            // Variants that are older than the removed entry of their key are void.
            let key = primary(&key).to_compact();
            let target = PurgeTarget::Active(&key);
            let trace = Span::inactive().handle();
            let removed = store.purge(target, PurgeType::Invalidation, &trace).await?;
            if let (PurgeOutcome::Purged(id), Some(eviction)) = (removed, eviction) {
                eviction.remove(target.removed_entry(id));
            }
        }
        Ok(())
    }

    /// Whether a request that is not answered by the cache goes on, for
    /// [`proxy_upstream_filter`](pingora_proxy::ProxyHttp::proxy_upstream_filter): one that wants a stored
    /// response or nothing is answered with 504 (RFC 9111 §5.2.1.7).
    ///
    /// # Errors
    ///
    /// Where the answer cannot be written.
    pub async fn upstream_filter(&self, session: &mut Session) -> Result<bool> {
        let request = asked(session.req_header());
        let policy = RequestPolicy::read(request.as_request());
        let choice = life::look_up(&policy, [], &self.profile, SystemTime::now());
        let goes_on = choice.reuse != Reuse::GatewayTimeout;
        if !goes_on {
            session.respond_error(504).await?;
        }
        Ok(goes_on)
    }

    /// Whether a stale response is served, for
    /// [`should_serve_stale`](pingora_proxy::ProxyHttp::should_serve_stale): while it is renewed, or
    /// instead of an error (RFC 5861).
    #[must_use]
    pub fn serves_stale(&self, session: &Session, error: Option<&Error>) -> bool {
        let request = session.req_header();
        let Some(meta) = session.cache.maybe_cache_meta() else { return false };
        let Some(error) = error else {
            return matches!(self.reuse(request, meta), Reuse::ServeAndRevalidate(_));
        };
        let (Some(kept), request) = (Kept::read(meta), asked(request)) else { return false };
        let (policy, now) = (RequestPolicy::read(request.as_request()), SystemTime::now());
        let stored = kept.stored(meta);
        match (error.etype(), error.esource()) {
            (ErrorType::HTTPStatus(status), _) => {
                let mut answer = http::Response::new(());
                *answer.status_mut() = http::StatusCode::from_u16(*status).unwrap_or_default();
                life::instead_of(&answer, &policy, stored, &self.profile, now).is_some()
            }
            (_, ErrorSource::Upstream) => {
                life::on_error(&policy, stored, &self.profile, now).is_some()
            }
            _ => false,
        }
    }

    /// Makes a head ready for the client, for
    /// [`response_filter`](pingora_proxy::ProxyHttp::response_filter): what is kept for the cache alone
    /// goes, and the client whose request brought the response gets it as the origin has sent it.
    ///
    /// # Errors
    ///
    /// Where the head cannot be made.
    pub fn finish(&self, session: &Session, response: &mut ResponseHeader) -> Result<()> {
        response.remove_header(kept::NAME);
        if !matches!(session.cache.phase(), CachePhase::Miss | CachePhase::Expired) {
            return Ok(());
        }
        let meta = session.cache.maybe_cache_meta();
        let stripped = meta.and_then(|meta| meta.extensions().get::<Stripped>());
        let lines = stripped.iter().flat_map(|stripped| &stripped.0);
        // Pingora sends either the stored head or the origin's own.
        let lines: Vec<_> =
            lines.filter(|(name, _)| !response.headers.contains_key(*name)).collect();
        lines
            .into_iter()
            .try_for_each(|(name, value)| response.append_header(name, value).map(drop))
    }

    fn reuse(&self, request: &RequestHeader, meta: &CacheMeta) -> Reuse {
        let Some(kept) = Kept::read(meta) else { return Reuse::Forward(Forwarded::UriMiss) };
        let request = asked(request);
        let policy = RequestPolicy::read(request.as_request());
        life::reuse(&policy, kept.stored(meta), &self.profile, SystemTime::now())
    }
}

/// Fields that each connection has for itself.
const CONNECTION: [&str; 4] = ["connection", "keep-alive", "transfer-encoding", "upgrade"];

/// The request as pingora sends it on where its cache is enabled: a GET for all of the content, without
/// the fields of the client's connection.
fn asked(header: &RequestHeader) -> Request<()> {
    let mut request = Request::new(());
    request.uri_mut().clone_from(&header.uri);
    let lines = life::forwarded(HeaderLines::from_map(&header.headers));
    *request.headers_mut() = life::header_map(lines);
    for name in [IF_MATCH, IF_NONE_MATCH, IF_MODIFIED_SINCE, IF_UNMODIFIED_SINCE, IF_RANGE, RANGE] {
        request.headers_mut().remove(name);
    }
    request
}

/// The same with its absolute URI (RFC 9110 §7.1): over HTTP/1.1 the target is a path, and Host says the
/// rest.
fn asked_by(session: &Session) -> Request<()> {
    let mut request = asked(session.req_header());
    let mut uri = request.uri().clone().into_parts();
    let host = request.headers().get(HOST).map(|host| Authority::try_from(host.as_bytes()));
    if let (None, Some(Ok(host))) = (&uri.authority, host) {
        let encrypted = session.digest().is_some_and(|digest| digest.ssl_digest.is_some());
        uri.scheme = Some(if encrypted { Scheme::HTTPS } else { Scheme::HTTP });
        uri.authority = Some(host);
    }
    if let Ok(uri) = Uri::from_parts(uri) {
        *request.uri_mut() = uri;
    }
    request
}

/// Everything that is stored for a URI, whatever request fields it is stored for.
fn primary(key: &life::CacheKey) -> CacheKey {
    CacheKey::new(key.uri(), "")
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
