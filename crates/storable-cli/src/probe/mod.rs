//! `storable probe`: measures a cache that can be reached, and gets its profile.
//!
//! ```text
//! experiment   requests, the origin's answer, a wait         data
//! place        where: the site, and the lines of messages    data
//! seen         what can be seen                              data
//! catalogue    everything that can be asked                  data
//! judge        what a profile's cache may show in it         the library's verdicts
//! candidates   the answers that caches give to a question    the library's profiles
//! hypothesis   a profile that the cache may have
//! laboratory   what each hypothesis would show
//! infer        from what was seen to what is known
//! plan         which experiments come next
//! outcome      what answers show, and repeats together       pure up to here
//! answer       what came back                                bytes of strangers
//! origin, client, run                                        all that touches the network
//! report, site, record                                       what is told
//! ```
//!
//! `tests/harness` is an engine of its own, and stays one: it asks thousands of exchanges within milliseconds of a
//! server that it starts, stops and moves the clock of, and its recordings try the library, so they are made
//! without it. Here a few hundred experiments go over the Internet, repeats and cache nodes are weighed, and each
//! asks what profiles differ in. Both write the same lines, and `tests/harness/probe.py` holds the one against the
//! other: what this measures of a server has to predict what the harness recorded of it.

pub mod answer;
mod candidates;
mod catalogue;
mod client;
mod experiment;
mod hypothesis;
mod infer;
mod judge;
mod laboratory;
mod origin;
mod outcome;
mod place;
mod plan;
mod record;
mod report;
#[cfg(test)]
mod round_trip;
mod run;
mod seen;
mod site;
#[cfg(test)]
mod tests;

use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use storable::{Axis, Profile};
use tokio::net::TcpListener;

use self::catalogue::catalogue;
use self::client::{Client, Owner};
use self::infer::Inference;
use self::laboratory::Laboratory;
use self::outcome::Evidence;
use self::place::Place;
use self::run::{Limits, Pace, Run};
use crate::named_site;

/// Measure a cache that you can reach: what no document says of it, it shows.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Where the origin listens: the address that the property has as its origin, in plain HTTP/1.1.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:9100")]
    listen: SocketAddr,
    /// The cache: http or https, host and port.
    #[arg(long, value_name = "URL")]
    via: String,
    /// Connect to this address, so that one place of many answers.
    #[arg(long, value_name = "ADDRESS")]
    pop: Option<String>,
    /// Ask for this host, where it is not the one in the URL.
    #[arg(long, value_name = "NAME")]
    host: Option<String>,
    /// What paths end in, such as .css where a cache looks at extensions.
    #[arg(long, value_name = "ENDING", default_value = "")]
    suffix: String,
    /// Give each of several users who wait a cookie of its own (made up).
    #[arg(long)]
    cookies: bool,
    /// Ask what these questions depend on, and no more; names of axes, with commas.
    #[arg(long, value_name = "AXES", value_delimiter = ',', value_parser = axis)]
    only: Vec<Axis>,
    /// Compare with this profile, or with a site file of one route: exit status 3 where the cache departs from it.
    #[arg(long, value_name = "ID|FILE", value_parser = named_site::profile)]
    base: Option<&'static Profile>,
    /// How often a miss is tried before it counts as "not stored".
    #[arg(long, value_name = "TIMES", default_value_t = 3)]
    repeat: usize,
    /// The most requests that are sent.
    #[arg(long, value_name = "REQUESTS", default_value_t = 1500)]
    budget: usize,
    /// Makes the paths of this run; of two runs with the same seed the second finds what the first
    /// has left in the cache.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// The property is mine to test, though it is on the Internet.
    #[arg(long)]
    i_own_this: bool,
    /// Write a site file: the profile, and what was measured.
    #[arg(short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write what was seen, as lines that `storable decide` reads.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  storable probe --listen 0.0.0.0:9100 --via https://staging.example.com --i-own-this -o site.toml
  storable probe --listen 127.0.0.1:9100 --via http://127.0.0.1:8080 --base nginx

The first is a staging property whose origin is this machine, port 9100. Only that host is asked, only
at paths under /storable-probe/, at most ten requests at once. Ctrl-C ends it with what is known by then.

Exit status: 3 where the cache departs from --base, 1 where nothing could be measured, 2 for a wrong
command line, 0 otherwise.";

/// The cache departs from the base.
const DEPARTED: u8 = 3;

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Place(#[from] client::NoPlace),
    #[error("--listen {0}: {1}")]
    Listen(SocketAddr, io::Error),
    #[error(transparent)]
    Unmeasurable(#[from] run::Unmeasurable),
    #[error("nothing was seen before the end")]
    NothingSeen,
    #[error("{}: {error}", path.display())]
    Write { path: PathBuf, error: io::Error },
    #[error(transparent)]
    Print(#[from] io::Error),
}

fn axis(name: &str) -> Result<Axis, String> {
    Axis::ALL.iter().copied().find(|axis| axis.name() == name).ok_or_else(|| {
        let names: Vec<_> = Axis::ALL.iter().map(|axis| axis.name()).collect();
        format!("no question is called `{name}`; there are {}", names.join(", "))
    })
}

/// Does what was asked for, and tells how it went.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    match runtime.block_on(measured(arguments)).and_then(|result| told(arguments, &result)) {
        Ok(status) => status,
        Err(error) => failed(&error),
    }
}

fn failed(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("storable probe: {error}");
    ExitCode::FAILURE
}

/// Everything that there is to tell.
struct Measured {
    run: Arc<Run>,
    evidence: Evidence,
    inference: Inference,
    /// Whether the user ended it.
    cut_short: bool,
}

async fn measured(arguments: &Arguments) -> Result<Measured, Failed> {
    let owner = if arguments.i_own_this { Owner::Declared } else { Owner::NotDeclared };
    let client = Client::new(
        &arguments.via,
        arguments.pop.as_deref(),
        arguments.host.as_deref(),
        owner,
        Duration::from_secs(60),
    )
    .await?;
    let place =
        Place { site: client.site(), suffix: arguments.suffix.clone(), cookies: arguments.cookies };
    let listener = TcpListener::bind(arguments.listen)
        .await
        .map_err(|error| Failed::Listen(arguments.listen, error))?;
    let catalogue = if arguments.only.is_empty() {
        catalogue()
    } else {
        catalogue().into_iter().filter(|it| arguments.only.contains(&it.axis)).collect()
    };
    let bar = progress(catalogue.len());
    let ticking = bar.clone();
    let run = Run::new(
        client.clone(),
        place.clone(),
        if client.is_near() { Pace::NEAR } else { Pace::FAR },
        Limits { budget: arguments.budget, repeat: arguments.repeat },
        nonce(arguments.seed),
        catalogue,
        Box::new(move || ticking.inc(1)),
    );
    tokio::spawn(Arc::clone(&run.origin).serve(listener));
    let control = run.control(&arguments.listen.to_string()).await?;
    let laboratory = Laboratory::new(&run.catalogue, &place);
    let cut_short = tokio::select! {
        () = run.experiments(&laboratory, control) => false,
        _ = tokio::signal::ctrl_c() => true,
    };
    bar.finish_and_clear();
    let evidence = run.evidence(control);
    let observations = &evidence.observations;
    if cut_short {
        eprintln!("Ctrl-C: what {} experiments have shown by now follows.", observations.len());
    }
    if observations.is_empty() {
        return Err(Failed::NothingSeen);
    }
    let base = arguments.base.copied().unwrap_or_else(|| laboratory.nearest(observations));
    let inference = laboratory.infer(observations, base);
    Ok(Measured { run, evidence, inference, cut_short })
}

fn told(arguments: &Arguments, measured: &Measured) -> Result<ExitCode, Failed> {
    let date = httpdate::fmt_http_date(SystemTime::now());
    let report = report::Report {
        site: &measured.run.place.site,
        date: &date,
        asked_for: arguments.base.is_some(),
        requests: measured.run.spent(),
        repeat: measured.run.limits.repeat,
        cut_short: measured.cut_short,
        catalogue: &measured.run.catalogue,
        evidence: &measured.evidence,
        inference: &measured.inference,
    };
    let mut out = io::stdout().lock();
    if arguments.json {
        serde_json::to_writer_pretty(&mut out, &report.json()).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        report.print(&mut out)?;
    }
    if let Some(path) = &arguments.output {
        write(path, &site::file(&report))?;
    }
    if let Some(path) = &arguments.record {
        let seen = &measured.evidence.observations;
        write(path, &record::lines(&measured.run.place, &measured.run.catalogue, seen))?;
    }
    let departed = arguments.base.is_some() && !measured.inference.departures.is_empty();
    Ok(if departed { ExitCode::from(DEPARTED) } else { ExitCode::SUCCESS })
}

fn write(path: &Path, text: &str) -> Result<(), Failed> {
    std::fs::write(path, text).map_err(|error| Failed::Write { path: path.to_owned(), error })
}

/// What tells the paths of one run from those of another.
fn nonce(seed: Option<u64>) -> String {
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_micros());
    format!("{:x}", seed.map_or_else(now, u128::from))
}

fn progress(experiments: usize) -> ProgressBar {
    let target = if io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let length = u64::try_from(experiments).unwrap_or(0);
    let bar = ProgressBar::with_draw_target(Some(length), target);
    match ProgressStyle::with_template("{bar:30} {pos} of {len} experiments, {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
