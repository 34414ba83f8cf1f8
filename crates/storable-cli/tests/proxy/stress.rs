//! Many clients, and an origin that stalls, hangs up and sends what is not HTTP: nobody gets
//! another one's page where the profile's verdict forbids it, and nothing panics or hangs.
//!
//! `STRESS_CLIENTS` and `STRESS_SECONDS` make it longer (1000 and 60 for a release),
//! `STRESS_PROFILE` names another profile. Which pages users may see of each other is asked of the
//! library; the most memory that is printed is that of the proxy, the clients and the origin.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use crate::support::{Browser, Running};
use http::{Request, Response};
use storable::life::{Reuse, on_error, reuse};
use storable::policy::RequestPolicy;
use storable::profile::StaleIfError;
use storable::{AsRequest, Exchange, Profile, Waiting};
use storable_cli::proxy::Settings;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

const KINDS: [&str; 6] = ["public", "private", "page", "varies", "stale", "other"];

/// The fields of the origin's answers that steer caches.
fn steering(kind: &str) -> &'static [(&'static str, &'static str)] {
    match kind {
        "public" => &[("Cache-Control", "max-age=1")],
        "stale" => &[("Cache-Control", "max-age=0, stale-while-revalidate=1, stale-if-error=5")],
        "private" => &[("Cache-Control", "private, max-age=60")],
        "page" => &[("Cache-Control", "no-cache"), ("Expires", "Thu, 22 Jun 2017 00:40:59 GMT")],
        "varies" => &[("Cache-Control", "max-age=60"), ("Vary", "Cookie")],
        _ => &[("Cache-Control", "no-store")],
    }
}

/// Whether the profile lets one user have what another one has fetched: while they wait for it, at
/// once, or after an error.
fn may_be_shared(kind: &str, profile: &Profile, clients: u64) -> bool {
    let of = |user: &str| {
        let request = Request::get(format!("http://shop.example/{kind}/1"));
        request.header("Cookie", user).body(()).unwrap()
    };
    let mut response = Response::builder().header("ETag", "\"1\"");
    for (name, value) in steering(kind) {
        response = response.header(*name, *value);
    }
    let (first, other, response) = (of("user1"), of("user2"), response.body(()).unwrap());
    let now = SystemTime::now();
    let verdict = Exchange::new(&first, &response).received_at(now).judge(profile);
    let waiting = (1..=usize::try_from(clients).unwrap())
        .any(|waited| verdict.for_waiting(&other, waited) == Waiting::Shared);
    let later = verdict.to_store().is_some_and(|entry| {
        let policy = RequestPolicy::read(other.as_request());
        let used = reuse(&policy, entry.stored(), profile, now);
        let failed = on_error(&policy, entry.stored(), profile, now + Duration::from_secs(2));
        matches!(used, Reuse::Serve(_) | Reuse::ServeAndRevalidate(_)) || failed.is_some()
    });
    waiting || later
}

/// The most memory that this process has had, in MiB, where the system tells.
fn most_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1024)
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Reads one request head; `None` at the end of the connection.
async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0; 1];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).await.ok()? == 0 || head.len() > 8192 {
            return None;
        }
        head.extend_from_slice(&byte);
    }
    String::from_utf8(head).ok()
}

fn field<'a>(head: &'a str, name: &str) -> &'a str {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(own, _)| own.eq_ignore_ascii_case(name))
        .map_or("", |(_, value)| value.trim())
}

/// Answers with the reader's name in the content, unless it is time for mischief.
async fn answer(stream: &mut TcpStream, head: &str, number: usize) -> Option<()> {
    let path = head.split(' ').nth(1)?;
    let user = field(head, "cookie");
    let steering = steering(path.split('/').nth(1)?);
    let steering: String =
        steering.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let content = format!("{user};{path};{}", "x".repeat(number % 5000));
    let length = content.len();
    let whole = format!(
        "HTTP/1.1 200 OK\r\n{steering}ETag: \"{number}\"\r\nContent-Length: {length}\r\n\r\n{content}"
    );
    match number % 17 {
        3 => tokio::time::sleep(Duration::from_millis(50)).await,
        7 => {
            // Cut in the middle.
            let half = whole.get(..whole.len() / 2)?;
            stream.write_all(half.as_bytes()).await.ok()?;
            return None;
        }
        11 => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nno header at all\r\n\r\n").await.ok()?;
            return None;
        }
        13 => return None,
        16 if number.is_multiple_of(5) => {
            tokio::time::sleep(Duration::from_secs(5)).await;
            return None;
        }
        _ => {}
    }
    stream.write_all(whole.as_bytes()).await.ok()
}

async fn origin() -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let numbers = Arc::new(AtomicUsize::new(0));
    let task = tokio::spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            let Ok((mut stream, _)) = listener.accept().await else { continue };
            let numbers = Arc::clone(&numbers);
            connections.spawn(async move {
                while let Some(head) = read_head(&mut stream).await {
                    let number = numbers.fetch_add(1, Ordering::Relaxed);
                    if answer(&mut stream, &head, number).await.is_none() {
                        break;
                    }
                }
            });
        }
    });
    (address, task)
}

/// What a user has seen.
#[derive(Debug, Default)]
struct Seen {
    pages: usize,
    failures: usize,
    /// Pages of other users, by kind.
    of_others: BTreeMap<&'static str, usize>,
}

/// What a user sees; what it must not see is an error.
async fn browse(
    browser: Browser,
    user: String,
    shared: Arc<Vec<&'static str>>,
    until: Instant,
) -> Result<Seen, String> {
    let (mut seen, mut step) = (Seen::default(), user.len());
    while Instant::now() < until {
        step += 1;
        let kind = KINDS[step % KINDS.len()];
        let path = format!("/{kind}/{}", step % 4);
        let Ok(page) = browser.send("GET", &path, &[("Cookie", &user)]).await else {
            seen.failures += 1;
            continue;
        };
        if page.status != 200 {
            assert!(matches!(page.status.as_u16(), 502 | 504), "{page:?}");
            seen.failures += 1;
            continue;
        }
        let mut parts = page.text.split(';');
        let (reader, shown) = (parts.next().unwrap(), parts.next().unwrap());
        if shown != path {
            return Err(format!("{path} shows {shown}"));
        }
        if reader != user {
            if !shared.contains(&kind) {
                return Err(format!("{user} sees {path} of {reader}: {:?}", page.fields));
            }
            *seen.of_others.entry(kind).or_default() += 1;
        }
        seen.pages += 1;
    }
    Ok(seen)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_clients_and_a_bad_origin() {
    let clients = setting("STRESS_CLIENTS", 60);
    let until = Instant::now() + Duration::from_secs(setting("STRESS_SECONDS", 3));
    let (address, task) = origin().await;
    let id = std::env::var("STRESS_PROFILE").unwrap_or_else(|_| "rfc9111-shared".to_owned());
    let profile = Profile::find(&id).unwrap().with_stale_if_error(StaleIfError::UnlessBarred);
    let shared = KINDS.into_iter().filter(|kind| may_be_shared(kind, &profile, clients));
    let shared: Arc<Vec<_>> = Arc::new(shared.collect());
    let mut settings = Settings::new(profile, address.to_string().parse().unwrap());
    settings.patience = Duration::from_secs(1);
    settings.cache_bytes = 1 << 20;
    let proxy = Running::start(settings).await;
    let mut all = JoinSet::new();
    for number in 0..clients {
        let (browser, shared) = (proxy.browser.clone(), Arc::clone(&shared));
        all.spawn(browse(browser, format!("user{number}"), shared, until));
    }
    let mut total = Seen::default();
    for result in all.join_all().await {
        let seen = result.unwrap();
        total.pages += seen.pages;
        total.failures += seen.failures;
        for (kind, count) in seen.of_others {
            *total.of_others.entry(kind).or_default() += count;
        }
    }
    println!("{id}, {clients} clients: {total:?}; to be shared: {shared:?}");
    if let Some(most) = most_memory() {
        println!("at most {most} MiB");
    }
    assert!(total.pages > total.failures, "{total:?}");
    proxy.stop().await;
    task.abort();
}
