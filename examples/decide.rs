//! Exchanges in, verdicts out, as JSON Lines.
//!
//!     cargo run --release --example decide -- --profile fastly < exchanges.jsonl > verdicts.jsonl
//!
//! A line in holds `request` and `response`, and may hold `id`, `received_at`, `other_request` and
//! `waiting`; other members are ignored. With `--profile all` a line comes out per profile. A bad
//! line gets `{"id","line","error"}` and makes the exit status 1; the others are decided.

#[path = "support/cli.rs"]
#[allow(dead_code, reason = "shared by the examples; each uses a part")]
mod cli;
#[path = "support/wire.rs"]
#[allow(dead_code, reason = "shared by the examples; each uses a part")]
mod wire;

use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use clap::Parser;
use serde::Serialize;
use storable::{Axis, Profile, Reason, Verdict};
use wire::{Judged, WireExchange};

/// What would these caches do with these responses? JSON Lines in, JSON Lines out.
#[derive(Parser)]
struct Arguments {
    /// The id of a profile, or `all`.
    #[arg(long, value_name = "ID", default_value = "rfc9111-shared", value_parser = cli::profiles)]
    profile: &'static [Profile],
}

#[derive(Serialize)]
struct VerdictLine<'a> {
    id: &'a serde_json::Value,
    profile: &'a str,
    storage: &'static str,
    fresh_for: serde_json::Value,
    same_request: &'static str,
    other_user: &'static str,
    waiting_user: &'static str,
    rule: &'static str,
    reasons: Vec<ReasonLine>,
    deviations: Vec<String>,
    /// What is not known, where an answer is unknown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    open_questions: Vec<&'static str>,
}

#[derive(Serialize)]
struct ReasonLine {
    code: &'static str,
    says: String,
    evidence: String,
    source: String,
}

#[derive(Serialize)]
struct ErrorLine<'a> {
    id: &'a serde_json::Value,
    line: usize,
    error: String,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut status = ExitCode::SUCCESS;
    if let Err(error) = cli::until_closed(decide_all(arguments.profile, &mut status)) {
        cli::complain("decide", error);
        status = ExitCode::FAILURE;
    }
    status
}

/// Every line of the input; the status is that of a failure as soon as one line is bad.
fn decide_all(profiles: &[Profile], status: &mut ExitCode) -> io::Result<()> {
    let progress = cli::progress(None);
    let mut out = io::BufWriter::new(io::stdout().lock());
    for (number, line) in (1..).zip(io::stdin().lock().split(b'\n')) {
        let line = line?;
        progress.inc(1);
        if line.trim_ascii().is_empty() {
            continue;
        }
        if let Err((id, error)) = decide(&line, profiles, &mut out)? {
            *status = ExitCode::FAILURE;
            write_line(&mut out, &ErrorLine { id: &id, line: number, error })?;
        }
    }
    progress.finish_and_clear();
    out.flush()
}

type BadLine = (serde_json::Value, String);

/// One line in, one line out per profile; a bad line comes back with its id.
fn decide(
    line: &[u8],
    profiles: &[Profile],
    out: &mut impl Write,
) -> io::Result<Result<(), BadLine>> {
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
    for profile in profiles {
        match exchange
            .judge(profile, |judged| write_line(out, &verdict_line(&exchange.id, &judged)))
        {
            Ok(written) => written?,
            Err(error) => return Ok(Err((id, error))),
        }
    }
    Ok(Ok(()))
}

fn verdict_line<'a>(id: &'a serde_json::Value, judged: &Judged<'a>) -> VerdictLine<'a> {
    let verdict = &judged.verdict;
    let reasons = verdict.reasons().chain(std::iter::once(&judged.why_waiting));
    VerdictLine {
        id,
        profile: verdict.profile().id(),
        storage: verdict.storage().name(),
        fresh_for: wire::fresh_for(verdict),
        same_request: verdict.same_request().name(),
        other_user: judged.other_user.name(),
        waiting_user: judged.waiting_user.name(),
        rule: verdict.headline().code(),
        reasons: reasons.map(|reason| reason_line(verdict, reason)).collect(),
        open_questions: verdict.open_questions().iter().map(Axis::name).collect(),
        deviations: verdict.deviations().map(|deviation| deviation.to_string()).collect(),
    }
}

fn reason_line(verdict: &Verdict<'_>, reason: &Reason<'_>) -> ReasonLine {
    ReasonLine {
        code: reason.code(),
        says: reason.to_string(),
        evidence: reason.evidence.to_string(),
        source: verdict.source(reason).to_string(),
    }
}

fn write_line(out: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}
