//! What would this cache do with this response, in words.
//!
//!     storable explain --profile fastly --response 'Cache-Control: no-cache'
//!     curl -si https://shop.example/ | storable explain --profile all
//!
//! The heads come from the command line, or from a file or standard input as `curl -i`, `curl -v`
//! and others print them; what the command line says of the request is added to those. One profile
//! tells the story, several make a table. The status is 1 for input that cannot be read.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::builder::{OsStringValueParser, TypedValueParser};
use comfy_table::{Cell, Color};
use storable::{Answer, Exchange, Profile, Verdict, Waiting};
use storable_wire::{Line, Times, WireRequest, WireResponse, lend};

use crate::input::heads::{self, Heads};
use crate::named_profile;
use crate::output::terminal;

/// What would this cache do with this response, and why?
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The ids of profiles, or `all`; one tells the story, several make a table.
    #[arg(
        long,
        value_name = "ID",
        default_value = "rfc9111-shared",
        value_delimiter = ',',
        value_parser = named_profile::profiles
    )]
    profile: Vec<&'static [Profile]>,
    /// The request's method; GET where nothing says otherwise.
    #[arg(long)]
    method: Option<String>,
    /// The URL asked for.
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
    /// A file with the heads as curl prints them; `-` is standard input.
    file: Option<PathBuf>,
}

/// A value may hold bytes that are no UTF-8.
fn line() -> impl TypedValueParser<Value = Line> {
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
        Some(path) => read(&path)?,
        None => Heads::default(),
    };
    let profiles: Vec<&Profile> = arguments.profile.iter().copied().flatten().collect();
    let (request, response) = complete(heads, arguments);
    let written = lend(&request, &response, Times::default(), |exchange| {
        let mut out = io::stdout().lock();
        match profiles.as_slice() {
            [profile] => write!(out, "{}", exchange.judge(profile)),
            profiles => writeln!(out, "{}", table(exchange, profiles)),
        }
    });
    terminal::until_closed(written).map_err(|error| error.to_string())
}

/// Where the heads come from, if not from the command line alone: a response has to come from
/// somewhere.
fn input(arguments: &Arguments) -> Option<PathBuf> {
    let responds = !arguments.response.is_empty() || arguments.status.is_some();
    match &arguments.file {
        Some(file) => Some(file.clone()),
        None if responds => None,
        None if io::stdin().is_terminal() => {
            crate::usage("explain", "no --response, no --status, and no file")
        }
        None => Some(PathBuf::from("-")),
    }
}

fn read(path: &Path) -> Result<Heads, String> {
    let name = terminal::name(path);
    let text = terminal::read(path).map_err(|error| format!("{name}: {error}"))?;
    let heads =
        heads::read(&text).map_err(|bad| format!("{name}, line {}: {}", bad.line, bad.reason))?;
    if heads.response.is_none() {
        return Err(format!("{name}: a request, but no response"));
    }
    Ok(heads)
}

/// The heads with what the command line says.
fn complete(heads: Heads, arguments: Arguments) -> (WireRequest, WireResponse) {
    let mut request = heads.request.unwrap_or_else(|| WireRequest {
        method: "GET".to_owned(),
        url: "/".to_owned(),
        headers: Vec::new(),
    });
    let mut response = heads.response.unwrap_or_else(|| WireResponse {
        status: 200,
        headers: Vec::new(),
        version: None,
    });
    request.method = arguments.method.unwrap_or(request.method);
    request.url = arguments.url.unwrap_or(request.url);
    request.headers.extend(arguments.request);
    response.status = arguments.status.unwrap_or(response.status);
    response.headers.extend(arguments.response);
    (request, response)
}

fn table(exchange: Exchange<'_>, profiles: &[&Profile]) -> comfy_table::Table {
    let mut table = terminal::table_by_id(&[
        "profile",
        "storage",
        "fresh for",
        "same request",
        "other user",
        "waiting users",
        "deciding rule",
    ]);
    table.add_rows(profiles.iter().map(|profile| row(&exchange.judge(profile))));
    table
}

fn row(verdict: &Verdict<'_>) -> [Cell; 7] {
    let (other, waiting) = (verdict.other_user(), verdict.waiting_user());
    let marked = |text: &str, shared: bool, unknown: bool| match (shared, unknown) {
        (true, _) => Cell::new(text).fg(Color::Red),
        (_, true) => Cell::new(text).fg(Color::Yellow),
        _ => Cell::new(text),
    };
    [
        Cell::new(verdict.profile().id()),
        Cell::new(verdict.storage().name()),
        Cell::new(verdict.fresh_for()),
        Cell::new(verdict.same_request().name()),
        marked(other.name(), other == Answer::Hit, other == Answer::Unknown),
        marked(waiting.name(), waiting == Waiting::Shared, waiting == Waiting::Unknown),
        Cell::new(verdict.headline().code()),
    ]
}
