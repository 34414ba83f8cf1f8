//! Prints the page on the layers: correctness, hits per second on two cores with their latency,
//! instructions per hit and memory per entry, of all in one run.
//!
//!     cargo build --release && target/release/layers > RESULTS.md

use std::process::Command;
use std::time::{Duration, Instant};

use axum::body::Body;
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use storable_layers::{BoxError, Cache, Content, Pages, Peer, Use, page, put, wanted};
use storable_sharp::{Case, Client, Level, cases, client, play};
use tokio::task::JoinSet;
use tower::ServiceExt;

/// Cores, and rounds of every cache, in turns.
const CORES: usize = 2;
const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_millis(700);

/// Calls under `callgrind`.
const CALLS: usize = 2000;

fn main() -> Result<(), BoxError> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(CORES).enable_all().build()?;
    let memory = run(Command::new(beside("memory")?))?;
    let memory: Vec<_> = memory.lines().collect();
    let cases = cases()?;
    let correct: Vec<_> =
        Peer::ALL.iter().map(|&peer| runtime.block_on(correctness(peer, &cases))).collect();
    let mut speeds = Peer::ALL.map(|_| Vec::new());
    for _ in 0..ROUNDS {
        for (peer, speeds) in Peer::ALL.iter().zip(&mut speeds) {
            let pages = Pages::default();
            speeds.push(put(*peer, pages.clone(), Ask(&runtime, pages)));
        }
    }
    println!("# The layers of the registry, in one run\n");
    println!(
        "Printed by `cargo build --release && target/release/layers > RESULTS.md` in `benches/layers`. \
         {CORES} threads ask a cache in process for\none of 10,000 pages of a kibibyte and 11 fields, with requests \
         of 10, and reads the content; the best of {ROUNDS} rounds in turns. Sharp cases:\n`crates/storable-sharp/src/cases.toml`, {} \
         that a cache must pass and {} that it had better.\n",
        of(&cases, Level::Must).count(),
        of(&cases, Level::Better).count()
    );
    println!(
        "| | musts violated | better ones not | hits of 100 | fields of a hit | requests per second | p50 | p99 | instructions per hit | bytes per entry |"
    );
    println!("| --- |{}", " ---: |".repeat(9));
    for (number, peer) in Peer::ALL.iter().enumerate() {
        let Some(best) = speeds[number].iter().max_by_key(|speed| speed.per_second) else {
            continue;
        };
        let failed = |level| of(&cases, level).filter(|case| correct[number].contains(&case.name));
        println!(
            "| {} | {} | {} | {} | {} | {} | {:.1} µs | {:.1} µs | {} | {} |",
            peer.name(),
            failed(Level::Must).count(),
            failed(Level::Better).count(),
            best.hits,
            best.fields,
            best.per_second,
            best.half as f64 / 1000.0,
            best.nearly_all as f64 / 1000.0,
            instructions(number)?,
            memory.get(number).unwrap_or(&"")
        );
    }
    println!("\nWhat is violated:\n");
    for (peer, failed) in Peer::ALL.iter().zip(&correct) {
        let names: Vec<_> = of(&cases, Level::Must)
            .map(|case| &case.name)
            .filter(|name| failed.contains(name))
            .map(|name| format!("`{name}`"))
            .collect();
        let names = if names.is_empty() { "nothing".to_owned() } else { names.join(" ") };
        println!("- {}: {names}", peer.name());
    }
    Ok(())
}

fn of(cases: &[Case], level: Level) -> impl Iterator<Item = &Case> {
    cases.iter().filter(move |case| case.level == level)
}

/// The names of the cases that a cache does not pass.
async fn correctness(peer: Peer, cases: &[Case]) -> Vec<String> {
    let mut played = JoinSet::new();
    for case in cases.iter().cloned() {
        played.spawn(async move {
            let wrong = play(&case, |origin| put(peer, origin, ForCases)).await;
            (!wrong.is_empty()).then_some(case.name)
        });
    }
    played.join_all().await.into_iter().flatten().collect()
}

struct ForCases;

impl Use for ForCases {
    type Out = Client;

    fn with<S: Cache<B>, B: Content>(self, cache: S) -> Client {
        client(cache.map_request(|request: Request<Full<Bytes>>| request.map(Body::new)))
    }
}

/// Nanoseconds of the calls of a round.
struct Speed {
    per_second: u64,
    half: u64,
    nearly_all: u64,
    /// Out of a hundred requests.
    hits: usize,
    /// Of a hit.
    fields: usize,
}

struct Ask<'a>(&'a tokio::runtime::Runtime, Pages);

impl Use for Ask<'_> {
    type Out = Speed;

    fn with<S: Cache<B>, B: Content>(self, cache: S) -> Speed {
        let wanted = std::sync::Arc::new(wanted());
        self.0.block_on(async move {
            for wanted in wanted.iter() {
                ask(cache.clone(), wanted).await;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            let fields = ask(cache.clone(), &wanted[0]).await;
            let before = self.1.asked();
            let started = Instant::now();
            let mut asking = JoinSet::new();
            for core in 0..CORES {
                let (cache, wanted) = (cache.clone(), std::sync::Arc::clone(&wanted));
                asking.spawn(async move {
                    let mut times = Vec::with_capacity(1 << 22);
                    for number in (core..).step_by(7919) {
                        let before = Instant::now();
                        ask(cache.clone(), &wanted[number % wanted.len()]).await;
                        times.push(before.elapsed().as_nanos() as u64);
                        if started.elapsed() > ROUND {
                            return times;
                        }
                    }
                    times
                });
            }
            let mut times = asking.join_all().await.concat();
            let took = started.elapsed();
            times.sort_unstable();
            let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default();
            let per_second = (times.len() as f64 / took.as_secs_f64()) as u64;
            let asked = self.1.asked().saturating_sub(before);
            let hits = 100_usize.saturating_sub(100 * asked / times.len().max(1));
            Speed { per_second, half: at(50), nearly_all: at(99), hits, fields }
        })
    }
}

/// Asks for a page; how many fields it has.
async fn ask<S: Cache<B>, B: Content>(cache: S, wanted: &Request<()>) -> usize {
    let Ok(response) = cache.oneshot(page(wanted)).await else { return 0 };
    let (head, content) = response.into_parts();
    let length = content.collect().await.map_or(0, |content| content.to_bytes().len());
    assert_eq!(length, 1024, "a page is not all there");
    head.headers.len()
}

/// Per hit of a cache.
fn instructions(peer: usize) -> Result<u64, BoxError> {
    let of = |times: usize| -> Result<u64, BoxError> {
        let mut valgrind = Command::new("valgrind");
        valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
        valgrind.arg(beside("hits")?).args([peer.to_string(), times.to_string()]);
        let report = String::from_utf8(valgrind.output()?.stderr)?;
        let collected = report.split("Collected : ").nth(1).ok_or("valgrind printed no count")?;
        Ok(collected.split_whitespace().next().unwrap_or_default().parse()?)
    };
    Ok((of(CALLS + 100)? - of(100)?) / CALLS as u64)
}

/// A program that was built with this one.
fn beside(name: &str) -> Result<std::path::PathBuf, BoxError> {
    Ok(std::env::current_exe()?.with_file_name(name))
}

fn run(mut command: Command) -> Result<String, BoxError> {
    Ok(String::from_utf8(command.output()?.stdout)?)
}
