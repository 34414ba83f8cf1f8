//! Exchanges in, verdicts out, as JSON Lines.
//!
//! ```sh
//! storable decide --profile fastly < exchanges.jsonl > verdicts.jsonl
//! ```
//!
//! A line in holds `request` and `response`, and may hold `id`, `received_at`, `other_request` and
//! `waiting`; other members are ignored. With `--profile all` a line comes out per profile. A bad
//! line gets `{"id","line","error"}` and makes the exit status 1; the others are decided.

use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use serde::Serialize;
use storable_wire::{VerdictLine, WireExchange};

use crate::named_site::{self, Cache};
use crate::output::terminal;

/// Judge exchanges for other programs: JSON Lines in, verdicts as JSON Lines out.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The id of a profile, a site file, or `all`.
    #[arg(long, value_name = "ID|FILE", default_value = "rfc9111-shared", value_parser = named_site::caches)]
    profile: &'static [Cache],
}

#[derive(Serialize)]
struct ErrorLine<'a> {
    id: &'a serde_json::Value,
    line: usize,
    error: String,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let mut status = ExitCode::SUCCESS;
    if let Err(error) = terminal::until_closed(decide_all(arguments.profile, &mut status)) {
        terminal::complain("decide", error);
        status = ExitCode::FAILURE;
    }
    status
}

/// Every line of the input; the status is that of a failure as soon as one line is bad.
fn decide_all(caches: &[Cache], status: &mut ExitCode) -> io::Result<()> {
    let progress = terminal::progress(None);
    let mut out = io::BufWriter::new(io::stdout().lock());
    for (number, line) in (1..).zip(io::stdin().lock().split(b'\n')) {
        let line = line?;
        progress.inc(1);
        if line.trim_ascii().is_empty() {
            continue;
        }
        if let Err((id, error)) = decide(&line, caches, &mut out)? {
            *status = ExitCode::FAILURE;
            write_line(&mut out, &ErrorLine { id: &id, line: number, error })?;
        }
    }
    progress.finish_and_clear();
    out.flush()
}

type BadLine = (serde_json::Value, String);

/// One line in, one line out per profile; a bad line comes back with its id.
fn decide(line: &[u8], caches: &[Cache], out: &mut impl Write) -> io::Result<Result<(), BadLine>> {
    let value: serde_json::Value = match serde_json::from_slice(line) {
        Ok(value) => value,
        Err(error) => return Ok(Err((serde_json::Value::Null, error.to_string()))),
    };
    let id = value.get("id").cloned().unwrap_or_default();
    let exchange: WireExchange = match serde_json::from_value(value) {
        Ok(exchange) => exchange,
        Err(error) => return Ok(Err((id, error.to_string()))),
    };
    if let Err(error) = exchange.received_at() {
        return Ok(Err((id, error)));
    }
    for cache in caches {
        match exchange
            .judge(cache.site(), |judged| write_line(out, &VerdictLine::of(&exchange.id, &judged)))
        {
            Ok(written) => written?,
            Err(error) => return Ok(Err((id, error))),
        }
    }
    Ok(Ok(()))
}

fn write_line(out: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}
