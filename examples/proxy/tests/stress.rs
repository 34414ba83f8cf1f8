//! Many clients, and an origin that stalls, hangs up and sends what is not HTTP: nobody gets
//! another one's page where the profile's verdict forbids it, and nothing panics or hangs.
//!
//! `STRESS_CLIENTS` and `STRESS_SECONDS` make it longer (1000 and 60 for a release).

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use storable::profile::StaleIfError;
use storable_proxy::Settings;
use support::{Browser, Running};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

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
    let control = match path.split('/').nth(1)? {
        "public" => "max-age=1",
        "stale" => "max-age=0, stale-while-revalidate=1, stale-if-error=5",
        "private" => "private, max-age=60",
        "page" => "no-cache\r\nExpires: Thu, 22 Jun 2017 00:40:59 GMT",
        "varies" => "max-age=60\r\nVary: Cookie",
        _ => "no-store",
    };
    let content = format!("{user};{path};{}", "x".repeat(number % 5000));
    let length = content.len();
    let whole = format!(
        "HTTP/1.1 200 OK\r\nCache-Control: {control}\r\nETag: \"{number}\"\r\nContent-Length: {length}\r\n\r\n{content}"
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
        16 if number % 5 == 0 => {
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

/// How many pages came, how many failures; what a user must not see is an error.
async fn browse(browser: Browser, user: String, until: Instant) -> Result<(usize, usize), String> {
    let (mut pages, mut failures, mut step) = (0, 0, user.len());
    while Instant::now() < until {
        step += 1;
        let kind = ["public", "private", "page", "varies", "stale", "other"][step % 6];
        let path = format!("/{kind}/{}", step % 4);
        let Ok(page) = browser.send("GET", &path, &[("Cookie", &user)]).await else {
            failures += 1;
            continue;
        };
        if page.status != 200 {
            assert!(matches!(page.status.as_u16(), 502 | 504), "{page:?}");
            failures += 1;
            continue;
        }
        let mut parts = page.text.split(';');
        let (reader, shown) = (parts.next().unwrap(), parts.next().unwrap());
        if shown != path {
            return Err(format!("{path} shows {shown}"));
        }
        if reader != user && !matches!(kind, "public" | "stale") {
            return Err(format!("{user} sees {path} of {reader}: {:?}", page.fields));
        }
        pages += 1;
    }
    Ok((pages, failures))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_clients_and_a_bad_origin() {
    let clients = setting("STRESS_CLIENTS", 60);
    let until = Instant::now() + Duration::from_secs(setting("STRESS_SECONDS", 3));
    let (address, task) = origin().await;
    let profile = *storable::Profile::find("rfc9111-shared").unwrap();
    let mut settings = Settings::new(profile, address.to_string().parse().unwrap());
    settings.patience = Duration::from_secs(1);
    settings.profile = settings.profile.with_stale_if_error(StaleIfError::UnlessBarred);
    settings.cache_bytes = 1 << 20;
    let proxy = Running::start(settings).await;
    let mut all = JoinSet::new();
    for number in 0..clients {
        all.spawn(browse(proxy.browser.clone(), format!("user{number}"), until));
    }
    let (mut pages, mut failures) = (0, 0);
    for result in all.join_all().await {
        let (more_pages, more_failures) = result.unwrap();
        pages += more_pages;
        failures += more_failures;
    }
    assert!(pages > failures, "{pages} pages, {failures} failures");
    println!("{pages} pages, {failures} failures");
    proxy.stop().await;
    task.abort();
}
