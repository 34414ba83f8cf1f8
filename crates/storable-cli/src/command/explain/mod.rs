//! `storable explain`: what would this cache do with this response, and why?
//!
//! The heads come from the command line, or from a file or standard input as tools print them; what
//! the command line says is added to those. One profile tells the story, several make a table.

mod story;
mod table;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

use clap::builder::{OsStringValueParser, TypedValueParser};
use storable::Profile;
use storable_wire::{Line, Times, WireRequest, WireResponse};

use crate::input::heads::{self, Heads};
use crate::input::{encoding, files};
use crate::named_site::{self, Cache};
use crate::output::terminal;
use crate::subject::{Assumption, Subject};

/// Tell what a cache would do with a response, and why.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The cache, or several separated by commas, or `all`: one tells the story, several make a
    /// table. Where none is given, it is the cache that the response's own fields name, or else a
    /// shared cache by RFC 9111.
    #[arg(
        long,
        value_name = "ID|FILE",
        value_delimiter = ',',
        value_parser = named_site::caches
    )]
    profile: Vec<&'static [Cache]>,
    #[command(flatten)]
    told: GivenExchange,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// A file with what `curl -i`, `curl -v`, `wget -S` or a browser's developer tools show; `-` is
    /// standard input.
    file: Option<PathBuf>,
}

/// What the command line says of the exchange.
#[derive(clap::Args, Default)]
pub(crate) struct GivenExchange {
    /// The request's method; GET where nothing says otherwise.
    #[arg(long)]
    method: Option<String>,
    /// The URL asked for. Some caches go by it, so answers may hang on it.
    #[arg(long)]
    url: Option<String>,
    /// The response's status code; 200 where nothing says otherwise.
    #[arg(long, value_parser = clap::value_parser!(u16).range(100..=999))]
    status: Option<u16>,
    /// A header line of the request; may be given again.
    #[arg(long, value_name = "NAME: VALUE", value_parser = line())]
    request: Vec<Line>,
    /// A header line of the response; may be given again.
    #[arg(long, value_name = "NAME: VALUE", value_parser = line())]
    response: Vec<Line>,
    /// Judge the head as it is, though its fields say that a cache has sent it: it is what the
    /// cache in question receives.
    #[arg(long)]
    from_origin: bool,
}

const EXAMPLES: &str = "\
Examples:
  curl -sv https://shop.example/account 2>&1 | storable explain --profile fastly
  storable explain --profile all --response 'Cache-Control: no-cache' --request 'Cookie: a=b'

Exit status: 0 for an answer, 1 for input that cannot be read, 2 for a wrong command line.";

impl GivenExchange {
    /// Nothing but the URL.
    pub(crate) fn of_url(url: Option<String>) -> Self {
        Self { url, ..Self::default() }
    }

    /// Whether the command line tells of a response.
    pub(super) fn responds(&self) -> bool {
        !self.response.is_empty() || self.status.is_some()
    }
}

/// A value may hold bytes that are no UTF-8.
pub(super) fn line() -> impl TypedValueParser<Value = Line> {
    OsStringValueParser::new().try_map(|text| Line::parse(text.as_encoded_bytes()))
}

pub(crate) fn run(arguments: Arguments) -> ExitCode {
    match explain(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            terminal::complain("explain", problem);
            ExitCode::FAILURE
        }
    }
}

fn explain(arguments: Arguments) -> Result<(), String> {
    let heads = match input(&arguments) {
        Some(path) => read(&path, arguments.told.responds())?,
        None => Heads::default(),
    };
    for left_out in &heads.left_out {
        terminal::complain("explain", format_args!("left out, as no cache reads it: {left_out}"));
    }
    let named: Vec<Cache> = arguments.profile.iter().copied().flatten().copied().collect();
    let json = arguments.json;
    let subject = subject(heads, arguments.told);
    let mut out = io::stdout().lock();
    let written = if json {
        writeln!(out, "{}", table::json(&subject, &caches(&subject, &named)))
    } else {
        write(&mut out, &subject, &named, terminal::table_by_id)
    };
    terminal::until_closed(written).map_err(|error| error.to_string())
}

/// Writes what the profiles do with the subject: one tells the story, several make a table.
pub(crate) fn write(
    out: &mut impl Write,
    subject: &Subject,
    named: &[Cache],
    table_by_id: fn(&[&str]) -> comfy_table::Table,
) -> io::Result<()> {
    match caches(subject, named).as_slice() {
        [cache] => story::tell(out, subject, *cache),
        caches => table::write(out, subject, caches, table_by_id),
    }
}

/// The caches that were named, or else the one that the response's own fields name, or else the
/// standard's.
fn caches(subject: &Subject, named: &[Cache]) -> Vec<Cache> {
    if !named.is_empty() {
        return named.to_vec();
    }
    let seen = subject.seen.as_ref().and_then(|seen| Profile::find(seen.cache.profile));
    vec![Cache::of_profile(seen.unwrap_or(&Profile::RFC9111_SHARED))]
}

/// Where the heads come from, if not from the command line alone: a response has to come from
/// somewhere.
fn input(arguments: &Arguments) -> Option<PathBuf> {
    match &arguments.file {
        Some(file) => Some(file.clone()),
        None if arguments.told.responds() => None,
        None if io::stdin().is_terminal() => crate::usage(
            "explain",
            "there is no response: give a file, or --response, or pipe the output of curl into this",
        ),
        None => Some(PathBuf::from("-")),
    }
}

pub(super) fn read(path: &Path, responds: bool) -> Result<Heads, String> {
    let name = terminal::printable(&files::name(path));
    let bytes = files::read(path).map_err(|error| format!("{name}: {error}"))?;
    let members = encoding::decode(bytes).map_err(|error| format!("{name}: {error}"))?;
    let text = members.into_iter().next().map(|member| member.bytes).unwrap_or_default();
    let heads =
        heads::read(&text).map_err(|bad| format!("{name}, line {}: {}", bad.line, bad.reason))?;
    match heads.lacks_response().filter(|_| !responds) {
        Some(reason) => Err(format!("{name}: {reason}")),
        None => Ok(heads),
    }
}

/// The heads with what the command line says, and with what has to be assumed.
pub(crate) fn subject(heads: Heads, told: GivenExchange) -> Subject {
    let mut assumed = Vec::new();
    let url = told.url.or(heads.request.url).unwrap_or_else(|| {
        assumed.push(Assumption::Url);
        "/".to_owned()
    });
    if heads.request.headers.is_none() && told.request.is_empty() {
        assumed.push(Assumption::Request);
    }
    let mut request = WireRequest {
        method: told.method.or(heads.request.method).unwrap_or_else(|| "GET".to_owned()),
        url,
        headers: heads.request.headers.unwrap_or_default(),
    };
    request.headers.extend(told.request);
    let (status, version, headers) = match heads.response {
        Some(response) => (response.status, response.version, response.headers),
        None => (None, None, Vec::new()),
    };
    let status = told.status.or(status).unwrap_or(200);
    let mut response = WireResponse { status, headers, version };
    response.headers.extend(told.response);
    // Where there is a Date, the moment of receipt is taken from it.
    let is_dated = response.headers.iter().any(|line| line.is("date") && line.date().is_some());
    let received_at = (!is_dated).then(SystemTime::now);
    if !is_dated {
        assumed.push(Assumption::Clock);
    }
    let times = Times { requested_at: None, received_at };
    let subject = Subject { request, response, times, assumed, seen: None };
    if told.from_origin { subject } else { subject.with_markers_read() }
}
