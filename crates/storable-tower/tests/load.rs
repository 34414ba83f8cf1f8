//! Many clients, two processes with one Redis, an origin that stalls, breaks off and cuts short, and a
//! server that dies and comes back in the middle: nobody gets what is another one's, nothing panics, and
//! memory stays bounded.
//!
//! `LOAD_CLIENTS` and `LOAD_SECONDS` make it longer: 1000 and 60 for a release.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]
#![allow(clippy::arithmetic_side_effects)]

mod server;
mod support;

use std::collections::BTreeMap;
use std::io::Read;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use server::Server;
use storable::Profile;
use storable::profile::StaleIfError;
use storable_tower::store::RedisStore;
use storable_tower::{CacheLayer, Limits, NoAnswer};
use support::{Lines, Pieces};
use tokio::task::JoinSet;

/// What a page says to caches, and whether users may get each other's.
const KINDS: [(&str, Lines<'static>, bool); 8] = [
    ("public", &[("Cache-Control", "max-age=1"), ("ETag", "\"a\"")], true),
    ("stale", &[("Cache-Control", "max-age=0, stale-while-revalidate=1, stale-if-error=5")], true),
    ("group", &[("Cache-Control", "max-age=60"), ("Cache-Groups", "\"all\"")], true),
    ("private", &[("Cache-Control", "private, max-age=60")], false),
    ("page", &[("Cache-Control", "no-cache"), ("Expires", "Thu, 22 Jun 2017 00:40:59 GMT")], false),
    ("varies", &[("Cache-Control", "max-age=60"), ("Vary", "Cookie")], false),
    ("session", &[("Cache-Control", "no-store"), ("Set-Cookie", "new=1")], false),
    ("account", &[("Cache-Control", "max-age=60")], false),
];

/// What a process may take, whatever comes.
const MOST_MEMORY: u64 = 512 << 20;

fn main() {
    let threads =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let setting = |name| std::env::var(name).ok().and_then(|text| text.parse::<u16>().ok());
    threads.unwrap().block_on(async {
        match (setting("LOAD_NODE"), setting("LOAD_REDIS")) {
            (Some(port), Some(redis)) => node(port, redis).await,
            _ => {
                let seconds = setting("LOAD_SECONDS").unwrap_or(4);
                load(
                    setting("LOAD_CLIENTS").unwrap_or(60).into(),
                    Duration::from_secs(seconds.into()),
                )
                .await;
            }
        }
    });
}

/// One of the processes: an application behind the layer.
async fn node(port: u16, redis: u16) {
    let store = RedisStore::new(&format!("redis://127.0.0.1:{redis}/"), "load:").unwrap();
    let profile = Profile::RFC9111_SHARED.with_stale_if_error(StaleIfError::UnlessBarred);
    let limits = Limits::default().with_arriving(32 << 20).with_wait(Duration::from_secs(2));
    let layer = CacheLayer::new(profile, store).with_limits(limits);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    axum::serve(listener, Router::new().fallback(page).layer(layer)).await.unwrap();
}

/// A page with the mark of its reader, its path and its length, unless it is time for mischief.
async fn page(request: Request) -> Response {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let user = request.headers().get("cookie").map_or("", |user| user.to_str().unwrap());
    let path = request.uri().path();
    let kind = path.split('/').nth(1).unwrap();
    let (_, lines, _) = KINDS.iter().find(|(name, ..)| *name == kind).unwrap();
    let filling = number * 7919 % 9000;
    let text = format!("{user};{path};{filling};{}", "x".repeat(filling));
    let mut response = Response::builder();
    for (name, value) in *lines {
        response = response.header(*name, *value);
    }
    if request.method() == "POST" {
        response = response.header("Cache-Group-Invalidation", "\"all\"");
    }
    let (feed, pieces) = Pieces::new();
    let (first, rest) = text.split_at(text.len() / 2);
    let send = |piece: &str| feed.send(Ok(Bytes::copy_from_slice(piece.as_bytes()))).unwrap();
    match number % 19 {
        // It stalls before the head.
        3 => tokio::time::sleep(Duration::from_millis(100)).await,
        4 if number % 5 == 0 => tokio::time::sleep(Duration::from_secs(3)).await,
        // It cannot be reached.
        7 => {
            let mut response = response.status(502).body(Body::from("nothing")).unwrap();
            response.headers_mut().remove("cache-control");
            response.extensions_mut().insert(NoAnswer);
            return response;
        }
        // It breaks off.
        11 => {
            send(first);
            feed.send(Err(std::io::ErrorKind::ConnectionReset.into())).unwrap();
            return response.body(Body::new(pieces)).unwrap();
        }
        // It says that there is more.
        13 => {
            send(first);
            let length = text.len().to_string();
            return response.header("Content-Length", length).body(Body::new(pieces)).unwrap();
        }
        // It stalls in the middle.
        17 => {
            let (first, rest) = (first.to_owned(), rest.to_owned());
            tokio::spawn(async move {
                let _ = feed.send(Ok(first.into()));
                tokio::time::sleep(Duration::from_millis(200)).await;
                let _ = feed.send(Ok(rest.into()));
            });
            return response.body(Body::new(pieces)).unwrap();
        }
        _ => {}
    }
    response.body(Body::from(text)).unwrap()
}

/// A process, which ends with this.
struct Node {
    process: Child,
    port: u16,
}

impl Node {
    fn start(redis: u16) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env("LOAD_NODE", port.to_string()).env("LOAD_REDIS", redis.to_string());
        let process = command.stderr(Stdio::piped()).spawn().unwrap();
        Self { process, port }
    }

    /// The most memory that it has had, and what it has written to its errors.
    fn end(mut self) -> (u64, String) {
        assert!(self.process.try_wait().unwrap().is_none(), "a process has ended by itself");
        let path = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(path).unwrap();
        let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        let most: u64 = most.split_whitespace().next().unwrap().parse().unwrap();
        self.process.kill().unwrap();
        let mut said = String::new();
        self.process.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        self.process.wait().unwrap();
        (most << 10, said)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What a client has seen.
#[derive(Debug, Default)]
struct Seen {
    pages: usize,
    failures: usize,
    hits: usize,
    /// Pages of others, by kind.
    of_others: BTreeMap<&'static str, usize>,
}

type Browser = Client<HttpConnector, Empty<Bytes>>;

async fn browse(browser: Browser, ports: [u16; 2], number: usize, until: Instant) -> Seen {
    let (user, mut seen) = (format!("user{number}"), Seen::default());
    for step in number.. {
        if Instant::now() > until {
            break;
        }
        let (kind, _, shared) = KINDS[step * 5 % KINDS.len()];
        let path = format!("/{kind}/{}", step % 4);
        let method = if step % 97 == 0 && kind == "group" { "POST" } else { "GET" };
        let request = http::Request::builder()
            .method(method)
            .uri(format!("http://127.0.0.1:{}{path}", ports[step % 2]))
            .header("Host", "shop.example")
            .header("Cookie", &user);
        let request = if kind == "account" {
            request.header("Authorization", format!("Bearer {user}"))
        } else {
            request
        };
        let request = request.body(Empty::new()).unwrap();
        let answer = tokio::time::timeout(support::LIMIT, browser.request(request)).await;
        let Ok(response) = answer.expect("an answer takes too long") else {
            seen.failures += 1;
            continue;
        };
        let (parts, content) = response.into_parts();
        let content = tokio::time::timeout(support::LIMIT, content.collect()).await;
        let Ok(content) = content.expect("content takes too long") else {
            seen.failures += 1;
            continue;
        };
        if parts.status != 200 {
            assert_eq!(parts.status, 502, "{path}");
            seen.failures += 1;
            continue;
        }
        let text = String::from_utf8(content.to_bytes().to_vec()).unwrap();
        let pieces: Vec<_> = text.splitn(4, ';').collect();
        let [reader, shown, filling, rest] = pieces[..] else { panic!("{path} shows {text}") };
        assert_eq!(shown, path);
        assert_eq!(filling.parse(), Ok(rest.len()), "{path} is cut short");
        if reader != user {
            assert!(shared, "{user} sees {path} of {reader}: {:?}", parts.headers);
            *seen.of_others.entry(kind).or_default() += 1;
        }
        let status = parts.headers.get("cache-status").map_or("", |said| said.to_str().unwrap());
        seen.hits += usize::from(status.starts_with("storable; hit"));
        seen.pages += 1;
    }
    seen
}

async fn load(clients: usize, length: Duration) {
    let mut redis = Server::start().await;
    let nodes = [Node::start(redis.port), Node::start(redis.port)];
    let ports = [nodes[0].port, nodes[1].port];
    for port in ports {
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    let browser: Browser = Client::builder(TokioExecutor::new()).build(HttpConnector::new());
    let until = Instant::now() + length;
    let mut browsing = JoinSet::new();
    (0..clients).for_each(|number| {
        browsing.spawn(browse(browser.clone(), ports, number, until));
    });
    tokio::time::sleep(length / 3).await;
    redis.stop();
    tokio::time::sleep(length / 6).await;
    redis.start_again().await;
    let mut total = Seen::default();
    while let Some(seen) = browsing.join_next().await {
        // A client that has seen what it must not see has panicked.
        let seen = seen.unwrap();
        total.pages += seen.pages;
        total.failures += seen.failures;
        total.hits += seen.hits;
        for (kind, count) in seen.of_others {
            *total.of_others.entry(kind).or_default() += count;
        }
    }
    let mut memory = Vec::new();
    for node in nodes {
        let (most, said) = node.end();
        assert!(!said.contains("panicked"), "{said}");
        assert!(most < MOST_MEMORY, "{most} bytes are too much");
        memory.push(most >> 20);
    }
    assert!(total.pages > total.failures && total.hits > 0, "{total:?}");
    assert_eq!(total.of_others.len(), 3, "{total:?}");
    println!(
        "{clients} clients, {} s: {} pages, {} of them hits; {} failures of the origin; of others, where that is \
         allowed: {:?}; forbidden: 0; at most {} and {} MiB",
        length.as_secs(),
        total.pages,
        total.hits,
        total.failures,
        total.of_others,
        memory[0],
        memory[1]
    );
}
