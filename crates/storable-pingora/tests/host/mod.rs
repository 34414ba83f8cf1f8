//! An origin, a proxy and a client, all on loopback.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use pingora_cache::key::HashBinary;
use pingora_cache::lock::{CacheKeyLockImpl, CacheLock};
use pingora_cache::{CacheKey, CacheMeta, ForcedFreshness, HitHandler, MemCache, RespCacheable};
use pingora_core::server::Server;
use pingora_core::upstreams::peer::HttpPeer;
use pingora_error::{Error, Result};
use pingora_http::{RequestHeader, ResponseHeader};
use pingora_proxy::{ProxyHttp, Session, http_proxy_service};
use storable::Profile;
use storable_pingora::Cache;

type Fields = &'static [(&'static str, &'static str)];

/// What the origin sends to a path: its fields, how often it has answered, and how often it does.
struct Page {
    fields: Fields,
    answered: usize,
    answers: usize,
}

type Pages = Arc<Mutex<HashMap<String, Page>>>;

pub(crate) struct Origin {
    address: SocketAddr,
    pages: Pages,
}

impl Origin {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let origin = Self { address: listener.local_addr().unwrap(), pages: Pages::default() };
        let pages = Arc::clone(&origin.pages);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, pages) = (stream.unwrap(), Arc::clone(&pages));
                std::thread::spawn(move || answer(stream, &pages));
            }
        });
        origin
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn send(&self, path: &str, fields: Fields, answers: usize) {
        let page = Page { fields, answered: 0, answers };
        self.pages.lock().unwrap().insert(path.to_owned(), page);
    }
}

fn answer(stream: TcpStream, pages: &Pages) {
    let request = Message::read(&stream);
    let path = request.first.split(' ').nth(1).unwrap();
    // Requests that come at once meet at the proxy.
    std::thread::sleep(Duration::from_millis(50));
    let mut pages = pages.lock().unwrap();
    let page = pages.get_mut(path).unwrap();
    if page.answered == page.answers {
        return;
    }
    page.answered += 1;
    let tag = page.fields.iter().find(|(name, _)| *name == "ETag").map(|(_, tag)| *tag);
    let unchanged = tag.is_some() && tag == request.field("if-none-match");
    let content = if unchanged { String::new() } else { page.answered.to_string() };
    let mut text = match unchanged {
        true => "HTTP/1.1 304 Not Modified\r\n".to_owned(),
        false => format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n", content.len()),
    };
    for (name, value) in page.fields {
        text += &format!("{name}: {value}\r\n");
    }
    text += &format!("Connection: close\r\n\r\n{content}");
    (&stream).write_all(text.as_bytes()).unwrap();
}

/// A head: its first line and its fields.
struct Message {
    first: String,
    fields: Vec<(String, String)>,
    rest: BufReader<TcpStream>,
}

impl Message {
    fn read(stream: &TcpStream) -> Self {
        let mut rest = BufReader::new(stream.try_clone().unwrap());
        let lines = rest.by_ref().lines().map(Result::unwrap).take_while(|line| !line.is_empty());
        let mut lines = lines.collect::<Vec<_>>().into_iter();
        let first = lines.next().unwrap_or_default();
        let field = |line: String| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_ascii_lowercase(), value.to_owned())
        };
        Self { first, fields: lines.map(field).collect(), rest }
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(own, _)| own == name).map(|(_, value)| &**value)
    }
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content: String,
    head: Message,
}

impl Answer {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.head.field(name)
    }
}

pub(crate) fn get(proxy: SocketAddr, path: &str, fields: &[(&str, &str)]) -> Answer {
    ask(proxy, "GET", path, fields)
}

pub(crate) fn ask(proxy: SocketAddr, method: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    let stream = TcpStream::connect(proxy).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut text = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    if !fields.iter().any(|(name, _)| *name == "Host") {
        text += "Host: shop.example\r\n";
    }
    for (name, value) in fields {
        text += &format!("{name}: {value}\r\n");
    }
    (&stream).write_all((text + "\r\n").as_bytes()).unwrap();
    let mut head = Message::read(&stream);
    let status = head.first.split(' ').nth(1).unwrap().parse().unwrap();
    let mut content = String::new();
    head.rest.read_to_string(&mut content).unwrap();
    Answer { status, content, head }
}

/// A caching proxy of this profile before an origin.
pub(crate) fn start(profile: Profile, origin: SocketAddr) -> SocketAddr {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let proxy = Proxy {
        cache: Cache::new(profile),
        origin,
        store: Box::leak(Box::new(MemCache::new())),
        lock: Box::leak(CacheLock::new_boxed(Duration::from_secs(10))),
    };
    std::thread::spawn(move || {
        let mut server = Server::new(None).unwrap();
        server.bootstrap();
        let mut service = http_proxy_service(&server.configuration, proxy);
        service.add_tcp(&free.to_string());
        server.add_service(service);
        server.run_forever();
    });
    while TcpStream::connect(free).is_err() {
        std::thread::sleep(Duration::from_millis(20));
    }
    free
}

struct Proxy {
    cache: Cache,
    origin: SocketAddr,
    store: &'static MemCache,
    lock: &'static CacheKeyLockImpl,
}

#[async_trait]
impl ProxyHttp for Proxy {
    type CTX = SystemTime;

    fn new_ctx(&self) -> SystemTime {
        SystemTime::now()
    }

    async fn upstream_peer(&self, _: &mut Session, _: &mut SystemTime) -> Result<Box<HttpPeer>> {
        Ok(Box::new(HttpPeer::new(self.origin, false, String::new())))
    }

    fn request_cache_filter(&self, session: &mut Session, _: &mut SystemTime) -> Result<()> {
        if self.cache.looks_up(session) {
            session.cache.enable(self.store, None, None, Some(self.lock), None);
        }
        Ok(())
    }

    fn cache_key_callback(&self, session: &Session, _: &mut SystemTime) -> Result<CacheKey> {
        Ok(self.cache.key(session))
    }

    async fn cache_hit_filter(
        &self,
        session: &mut Session,
        meta: &CacheMeta,
        _: &mut HitHandler,
        is_fresh: bool,
        _: &mut SystemTime,
    ) -> Result<Option<ForcedFreshness>> {
        Ok(self.cache.hit_filter(session, meta, is_fresh))
    }

    async fn proxy_upstream_filter(
        &self,
        session: &mut Session,
        _: &mut SystemTime,
    ) -> Result<bool> {
        self.cache.upstream_filter(session).await
    }

    async fn upstream_response_filter(
        &self,
        session: &mut Session,
        response: &mut ResponseHeader,
        _: &mut SystemTime,
    ) -> Result<()> {
        self.cache.invalidate(session, response, self.store, None).await
    }

    fn response_cache_filter(
        &self,
        session: &Session,
        response: &ResponseHeader,
        came: &mut SystemTime,
    ) -> Result<RespCacheable> {
        self.cache.response_filter(session, response, *came)
    }

    fn cache_vary_filter(
        &self,
        meta: &CacheMeta,
        _: &mut SystemTime,
        request: &RequestHeader,
    ) -> Option<HashBinary> {
        self.cache.variance(meta, request)
    }

    fn should_serve_stale(
        &self,
        session: &mut Session,
        _: &mut SystemTime,
        error: Option<&Error>,
    ) -> bool {
        self.cache.serves_stale(session, error)
    }

    async fn response_filter(
        &self,
        session: &mut Session,
        response: &mut ResponseHeader,
        _: &mut SystemTime,
    ) -> Result<()> {
        self.cache.finish(session, response)
    }
}
