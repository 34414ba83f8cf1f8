//! How much of some traffic hangs on what no public source says of a cache, and on which questions.
//!
//! ```sh
//! storable unknowns --profile cloudfront,vercel exchanges.jsonl
//! storable unknowns --profile vercel --json recording.har
//! ```
//!
//! Counted is what a user can see: how a later or a waiting request is answered, and for how long.
//! Of one profile every open question is listed, the one that decides most often first, with the
//! experiment that would answer it. The status is 1 where something could not be read or there was
//! nothing to judge.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;
use storable::{Answer, Axis, FreshFor, Profile, Verdict, Waiting};
use storable_wire::lend;

use super::matrix::standard::CASES;
use crate::input::files;
use crate::input::recorded::{self, Recorded, Recording};
use crate::named_site::{self, Cache};
use crate::output::{experiment, terminal};

/// Count how much of some traffic hangs on what no public source says of a cache.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The ids of profiles, site files, or `all`.
    #[arg(
        long,
        value_name = "ID|FILE",
        default_value = "all",
        value_delimiter = ',',
        value_parser = named_site::caches
    )]
    profile: Vec<&'static [Cache]>,
    /// One JSON object for each profile.
    #[arg(long)]
    json: bool,
    /// HAR files, or JSON Lines as `storable decide` reads them; `-` is standard input.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let mut status = ExitCode::SUCCESS;
    let Recording { exchanges, bad } = read(&arguments.files);
    for problem in bad {
        terminal::complain("unknowns", terminal::printable(&problem));
        status = ExitCode::FAILURE;
    }
    if exchanges.is_empty() {
        terminal::complain("unknowns", "nothing to judge: no exchange was found");
        return ExitCode::FAILURE;
    }
    let counts: Vec<Count> = arguments
        .profile
        .iter()
        .copied()
        .flatten()
        .map(|cache| Count::of(*cache, &exchanges))
        .collect();
    let written = if arguments.json { print_json(&counts) } else { print_table(&counts) };
    if let Err(error) = terminal::until_closed(written) {
        terminal::complain("unknowns", error);
        status = ExitCode::FAILURE;
    }
    status
}

/// What some files hold; what is bad is named with its file.
pub(super) fn read(paths: &[PathBuf]) -> Recording {
    let mut all = Recording::default();
    for input in paths.iter().flat_map(|path| files::open(path)) {
        let (name, bad) = match input {
            Err(unreadable) => (unreadable.name, vec![unreadable.reason]),
            Ok(input) => match recorded::read(&input.bytes) {
                Ok(found) => {
                    all.exchanges.extend(found.exchanges);
                    (input.name, found.bad)
                }
                Err(problem) => (input.name, vec![problem]),
            },
        };
        all.bad.extend(bad.iter().map(|problem| format!("{name}: {problem}")));
    }
    all
}

/// On how many exchanges an answer is unknown under a profile.
#[derive(Debug)]
pub(super) struct Count {
    cache: Cache,
    exchanges: usize,
    /// Any answer that a user can see.
    open: usize,
    same_request: usize,
    other_user: usize,
    waiting_user: usize,
    fresh_for: usize,
    questions: BTreeMap<Axis, usize>,
}

impl Count {
    fn new(cache: Cache) -> Self {
        Self {
            cache,
            exchanges: 0,
            open: 0,
            same_request: 0,
            other_user: 0,
            waiting_user: 0,
            fresh_for: 0,
            questions: BTreeMap::new(),
        }
    }

    pub(super) fn of(cache: Cache, exchanges: &[Recorded]) -> Self {
        let mut count = Self::new(cache);
        for recorded in exchanges {
            lend(&recorded.request, &recorded.response, recorded.times, |exchange| {
                count.add(&exchange.judge_by(cache.site()));
            });
        }
        count
    }

    /// The same of the standard cases.
    pub(super) fn of_standard_cases(profile: &'static Profile) -> Self {
        let mut count = Self::new(Cache::of_profile(profile));
        for case in CASES {
            case.judge(profile, |verdict| count.add(verdict));
        }
        count
    }

    fn add(&mut self, verdict: &Verdict<'_>) {
        let answers = verdict.answers();
        let hit_for_how_long =
            answers.same_request == Answer::Hit && answers.fresh_for == FreshFor::Unknown;
        add(&mut self.exchanges, true);
        add(&mut self.open, answers.leaves_open());
        add(&mut self.same_request, answers.same_request == Answer::Unknown);
        add(&mut self.other_user, answers.other_user == Answer::Unknown);
        add(&mut self.waiting_user, answers.waiting_user == Waiting::Unknown);
        add(&mut self.fresh_for, hit_for_how_long);
        for axis in verdict.open_questions().iter() {
            add(self.questions.entry(axis).or_default(), true);
        }
    }

    /// The questions, the one that decides most often first.
    pub(super) fn ranked(&self) -> Vec<(Axis, usize)> {
        let mut ranked: Vec<_> =
            self.questions.iter().map(|(axis, times)| (*axis, *times)).collect();
        ranked.sort_by_key(|(axis, times)| (Reverse(*times), *axis));
        ranked
    }

    /// How many exchanges there are.
    pub(super) const fn exchanges(&self) -> usize {
        self.exchanges
    }

    /// The share of exchanges with any unknown answer, in words.
    pub(super) fn share_open(&self) -> String {
        self.share(self.open)
    }

    fn share(&self, part: usize) -> String {
        // Tenths of a per cent, rounded.
        let tenths = part.saturating_mul(2000).saturating_add(self.exchanges);
        let tenths = tenths.checked_div(self.exchanges.saturating_mul(2)).unwrap_or_default();
        format!("{}.{} %", tenths / 10, tenths % 10)
    }
}

fn add(count: &mut usize, counts: bool) {
    *count = count.saturating_add(usize::from(counts));
}

fn print_table(counts: &[Count]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let mut table = terminal::table_by_id(&[
        "profile",
        "any answer",
        "same request",
        "other user",
        "waiting users",
        "how long",
        "not documented, most often first",
    ]);
    let most_often = |count: &Count| -> Vec<Axis> {
        count.ranked().iter().map(|(axis, _)| *axis).take(3).collect()
    };
    table.add_rows(counts.iter().map(|count| {
        let questions: Vec<_> = most_often(count).into_iter().map(Axis::name).collect();
        [
            count.cache.id().to_owned(),
            count.share(count.open),
            count.share(count.same_request),
            count.share(count.other_user),
            count.share(count.waiting_user),
            count.share(count.fresh_for),
            questions.join(", "),
        ]
    }));
    let exchanges = number_of(counts.first().map_or(0, |count| count.exchanges));
    writeln!(
        out,
        "of {exchanges}, an answer that a user can see is not documented for:\n\n{table}"
    )?;
    if let [count] = counts {
        return print_questions(&mut out, count);
    }
    let named: BTreeMap<&str, &str> =
        counts.iter().flat_map(most_often).map(|axis| (axis.name(), axis.question())).collect();
    if named.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nWhat the last column names:")?;
    for (name, asks) in named {
        writeln!(out, "  {name:24} {asks}")?;
    }
    writeln!(
        out,
        "\nAsked for one profile alone, this prints the experiments that would answer them."
    )
}

fn print_questions(out: &mut impl Write, count: &Count) -> io::Result<()> {
    for (axis, times) in count.ranked() {
        writeln!(out, "\n{}: {} ({axis})", number_of(times), axis.question())?;
        if let Some(experiment) = experiment::of(axis) {
            writeln!(out, "  to find out: {experiment}")?;
        }
    }
    Ok(())
}

fn number_of(exchanges: usize) -> String {
    let plural = if exchanges == 1 { "" } else { "s" };
    format!("{exchanges} exchange{plural}")
}

fn print_json(counts: &[Count]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for count in counts {
        let questions: Vec<_> = count
            .ranked()
            .iter()
            .map(|(axis, times)| json!({"axis": axis.name(), "exchanges": times}))
            .collect();
        let line = json!({
            "profile": count.cache.id(),
            "exchanges": count.exchanges,
            "unknown": count.open,
            "same_request": count.same_request,
            "other_user": count.other_user,
            "waiting_user": count.waiting_user,
            "fresh_for": count.fresh_for,
            "questions": questions,
        });
        writeln!(out, "{line}")?;
    }
    Ok(())
}
