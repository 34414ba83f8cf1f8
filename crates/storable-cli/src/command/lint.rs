//! `storable lint`: which lines of a response do nothing, contradict each other, or cannot be read?
//!
//! ```sh
//! curl -si https://shop.example/ | storable lint --on cloudflare,fastly
//! ```
//!
//! That a line does nothing is found by judging without it, under every cache named and in a browser.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;
use storable::advise::{Needless, lint};
use storable::header::CacheControl;
use storable::{Exchange, Site};
use storable_wire::lend;

use super::explain::{self, GivenExchange};
use crate::input::heads::Heads;
use crate::named_site::{self, Cache};
use crate::output::terminal;
use crate::subject::Subject;

/// Tell which header lines of a response have no effect, contradict each other or are malformed.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The caches between the origin and the browser, separated by commas: ids of profiles, or site
    /// files. The browser is always there.
    #[arg(long, value_name = "ID|FILE", required = true, value_delimiter = ',', value_parser = named_site::caches)]
    on: Vec<&'static [Cache]>,
    #[command(flatten)]
    told: GivenExchange,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// A file with what `curl -i`, `curl -v`, `wget -S` or a browser's developer tools show; standard
    /// input where neither it nor --response is given.
    file: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  curl -si https://shop.example/ | storable lint --on cloudflare,fastly
  storable lint --on nginx --response 'Cache-Control: no-cache, no-store, max-age=0'

Exit status: 0 where there is nothing to say, 3 where there is, 1 for input that cannot be read, 2
for a wrong command line.";

/// The exit status where there is something to say.
const FOUND: u8 = 3;

/// What there is to say.
struct Report {
    needless: Vec<Needless>,
    contradictions: Vec<String>,
    warnings: Vec<String>,
}

pub(crate) fn run(arguments: Arguments) -> ExitCode {
    let json = arguments.json;
    let report = match report(arguments) {
        Ok(report) => report,
        Err(problem) => {
            terminal::complain("lint", problem);
            return ExitCode::FAILURE;
        }
    };
    let out = &mut io::stdout().lock();
    let written = if json { writeln!(out, "{}", report.as_json()) } else { report.tell(out) };
    match terminal::until_closed(written) {
        Ok(()) if report.is_empty() => ExitCode::SUCCESS,
        Ok(()) => ExitCode::from(FOUND),
        Err(error) => {
            terminal::complain("lint", error);
            ExitCode::FAILURE
        }
    }
}

fn report(arguments: Arguments) -> Result<Report, String> {
    let responds = arguments.told.responds();
    let heads = match &arguments.file {
        Some(file) => explain::read(file, responds)?,
        None if responds => Heads::default(),
        None if io::stdin().is_terminal() => crate::usage(
            "lint",
            "there is no response: give a file, or --response, or pipe the output of curl into this",
        ),
        None => explain::read(Path::new("-"), responds)?,
    };
    let caches: Vec<Cache> = arguments.on.iter().copied().flatten().copied().collect();
    let mut subject = explain::subject(heads, arguments.told);
    let others: Vec<String> = caches.iter().flat_map(|cache| subject.other_paths(*cache)).collect();
    let report = |subject: &Subject| {
        lend(&subject.request, &subject.response, subject.times, |exchange| {
            Report::of(&exchange, &caches)
        })
    };
    let mut told = report(&subject);
    // Without a URL a line has no effect only if it has none on any path.
    for path in others {
        if told.needless.is_empty() {
            break;
        }
        subject.request.url = path;
        let there = report(&subject);
        told.needless.retain(|one| there.needless.contains(one));
    }
    Ok(told)
}

impl Report {
    fn of(exchange: &Exchange<'_>, caches: &[Cache]) -> Self {
        let sites: Vec<&Site> = caches.iter().map(Cache::site).collect();
        let mut warnings: Vec<String> = Vec::new();
        for site in sites.iter().copied() {
            for warning in exchange.judge_by(site).warnings() {
                let text = warning.to_string();
                if !warnings.contains(&text) {
                    warnings.push(text);
                }
            }
        }
        let control = CacheControl::from_headers(exchange.response().lines());
        Self {
            needless: lint(exchange, &sites),
            contradictions: control.check().iter().map(ToString::to_string).collect(),
            warnings,
        }
    }

    fn is_empty(&self) -> bool {
        self.needless.is_empty() && self.contradictions.is_empty() && self.warnings.is_empty()
    }

    fn as_json(&self) -> serde_json::Value {
        let needless: Vec<_> = self
            .needless
            .iter()
            .map(|one| json!({"field": one.field, "text": one.text, "why": why(one)}))
            .collect();
        json!({
            "needless": needless,
            "contradictions": self.contradictions,
            "warnings": self.warnings,
        })
    }

    fn tell(&self, out: &mut impl Write) -> io::Result<()> {
        for one in &self.needless {
            let (field, text) = (terminal::printable(&one.field), terminal::printable(&one.text));
            writeln!(out, "{field}: `{text}` has no effect: {}.", terminal::printable(&why(one)))?;
        }
        for contradiction in &self.contradictions {
            writeln!(out, "Cache-Control: {contradiction}.")?;
        }
        for warning in &self.warnings {
            writeln!(out, "{}.", terminal::printable(warning))?;
        }
        if self.is_empty() {
            writeln!(out, "Every line has an effect on one of these caches or a browser.")?;
        }
        Ok(())
    }
}

/// Why a line or directive is not needed.
fn why(needless: &Needless) -> String {
    match &needless.done_by {
        Some(directive) => format!("`{directive}` does by itself what the whole line does"),
        None => "without it every one of these caches, and a browser, does the same".to_owned(),
    }
}
