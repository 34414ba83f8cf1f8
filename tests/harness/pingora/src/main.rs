//! A caching proxy of pingora's own functions: `resp_cacheable`, a lock, no default lifetimes.
//! Usage: `PORT ORIGIN-PORT`, or `--version`.

use std::time::Duration;

use async_trait::async_trait;
use http::StatusCode;
use once_cell::sync::Lazy;
use pingora_cache::cache_control::CacheControl;
use pingora_cache::filters::{request_cacheable, resp_cacheable};
use pingora_cache::lock::{CacheKeyLockImpl, CacheLock};
use pingora_cache::{CacheKey, CacheMetaDefaults, MemCache, RespCacheable};
use pingora_core::Result;
use pingora_core::server::Server;
use pingora_core::upstreams::peer::HttpPeer;
use pingora_http::ResponseHeader;
use pingora_proxy::{ProxyHttp, Session, http_proxy_service};

static STORE: Lazy<MemCache> = Lazy::new(MemCache::new);
static LOCK: Lazy<Box<CacheKeyLockImpl>> =
    Lazy::new(|| CacheLock::new_boxed(Duration::from_secs(10)) as Box<CacheKeyLockImpl>);
static DEFAULTS: CacheMetaDefaults = CacheMetaDefaults::new(no_default, 0, 0);

fn no_default(_: StatusCode) -> Option<Duration> {
    None
}

struct Proxy {
    origin: u16,
}

#[async_trait]
impl ProxyHttp for Proxy {
    type CTX = ();

    fn new_ctx(&self) {}

    async fn upstream_peer(&self, _: &mut Session, _: &mut ()) -> Result<Box<HttpPeer>> {
        Ok(Box::new(HttpPeer::new(("127.0.0.1", self.origin), false, String::new())))
    }

    fn request_cache_filter(&self, session: &mut Session, _: &mut ()) -> Result<()> {
        if request_cacheable(session.req_header()) {
            session.cache.enable(&*STORE, None, None, Some(&**LOCK), None);
        }
        Ok(())
    }

    fn cache_key_callback(&self, session: &Session, _: &mut ()) -> Result<CacheKey> {
        Ok(CacheKey::new(session.req_header().uri.to_string(), ""))
    }

    fn response_cache_filter(
        &self,
        session: &Session,
        response: &ResponseHeader,
        _: &mut (),
    ) -> Result<RespCacheable> {
        let control = CacheControl::from_resp_headers(response);
        let authorized = session.req_header().headers.contains_key("authorization");
        Ok(resp_cacheable(control.as_ref(), response.clone(), authorized, &DEFAULTS))
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [port, origin] = arguments.as_slice() else {
        println!("pingora {}", env!("CARGO_PKG_VERSION"));
        return;
    };
    let mut server = Server::new(None).unwrap();
    server.bootstrap();
    let proxy = Proxy { origin: origin.parse().unwrap() };
    let mut service = http_proxy_service(&server.configuration, proxy);
    service.add_tcp(&format!("127.0.0.1:{port}"));
    server.add_service(service);
    server.run_forever();
}
