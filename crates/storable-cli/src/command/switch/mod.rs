//! `storable switch`: what changes for a site when its traffic moves from one cache to another.
//!
//! Every exchange of the recordings is judged under both profiles.

mod comparison;
mod page;
mod report;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use self::comparison::{Comparison, Heads, Settings, Unknown};
use crate::input::encoding;
use crate::input::files::{self, Input};
use crate::input::har::{self, Entry};
use crate::input::recorded;
use crate::named_site::{self, Cache};
use crate::output::terminal;

/// Tell what changes when a site moves to another cache, and who could newly get whose response.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The cache in use.
    #[arg(long, value_name = "ID|FILE", value_parser = named_site::cache)]
    from: Cache,
    /// The cache to move to.
    #[arg(long, value_name = "ID|FILE", value_parser = named_site::cache)]
    to: Cache,
    /// Do not count as exposed what no public source settles.
    #[arg(long)]
    allow_unknown: bool,
    /// Judge the heads as they are, though their fields say that a cache has sent them: the
    /// recording was made behind a cache that the new one will be in front of.
    #[arg(long)]
    from_origin: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Write the whole report as one page of HTML, too.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// HAR files, also packed with gzip or zip, folders of them, or JSON Lines as `storable decide`
    /// reads them; `-` is standard input.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

const EXAMPLES: &str = "\
Example:
  storable switch --from nginx --to cloudflare recording.har --html report.html

How to record: in the browser's developer tools, on the network page, disable the cache, use the
site, and save a HAR file with sensitive data. Or let Playwright do it with `recordHar`.

Exit status: 3 where a response is newly exposed (what is not documented counts, unless
--allow-unknown), 1 where a file or an entry could not be read or nothing could be judged, 2 for a
wrong command line, 0 otherwise.";

/// Exit statuses: the greater one wins.
const UNREADABLE: u8 = 1;
const EXPOSED: u8 = 3;

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let mut status = 0;
    let done = compare(arguments, &mut status);
    if let Err(error) = terminal::until_closed(done) {
        terminal::complain("switch", error);
        status = status.max(UNREADABLE);
    }
    ExitCode::from(status)
}

/// Compares and prints. The status stands before anything is printed: it does not depend on
/// whether the output is read to its end.
fn compare(arguments: &Arguments, status: &mut u8) -> io::Result<()> {
    let settings = Settings {
        unknown: if arguments.allow_unknown { Unknown::Tolerated } else { Unknown::Counts },
        heads: if arguments.from_origin { Heads::OfTheOrigin } else { Heads::AsTheyTell },
    };
    let mut comparison = Comparison::new(arguments.from, arguments.to, settings);
    for input in arguments.files.iter().flat_map(|path| files::open(path)) {
        let added =
            input.map_err(|bad| bad.to_string()).and_then(|input| add(&mut comparison, &input));
        if let Err(problem) = added {
            terminal::complain("switch", terminal::printable(&problem));
            *status = UNREADABLE;
        }
    }
    comparison.sort();
    for bad in comparison.bad() {
        let (file, error) = (terminal::printable(&bad.file), terminal::printable(&bad.error));
        terminal::complain("switch", format_args!("{file}: {}: {error}", bad.place));
        *status = UNREADABLE;
    }
    if comparison.files().is_empty() {
        return Ok(());
    }
    if let Some(problem) = comparison.nothing_judged() {
        terminal::complain("switch", problem);
        *status = UNREADABLE;
    }
    if comparison.exposed().next().is_some() {
        *status = EXPOSED;
    }
    if let Some(path) = &arguments.html {
        std::fs::write(path, page::page(&comparison)).map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", files::name(path)))
        })?;
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    if arguments.json {
        serde_json::to_writer_pretty(&mut out, &report::json(&comparison))?;
        out.write_all(b"\n")?;
    } else {
        report::text(&mut out, &comparison)?;
    }
    out.flush()
}

/// Adds the entries of a file.
fn add(comparison: &mut Comparison, input: &Input) -> Result<(), String> {
    if let Some(lines) = recorded::lines(&input.bytes) {
        comparison.open(&input.name);
        for (number, recorded) in lines {
            comparison.add(&input.name, format!("line {number}"), recorded.map(Entry::from));
        }
        return Ok(());
    }
    let named = |problem: String| format!("{}: {problem}", input.name);
    let file = har::File::read(&input.bytes).map_err(named)?;
    let progress = terminal::progress(u64::try_from(file.entries().len()).ok());
    comparison.open(&input.name);
    for (index, raw) in file.entries().iter().enumerate() {
        comparison.add(&input.name, format!("entries[{index}]"), Entry::read(raw));
        progress.inc(1);
    }
    progress.finish_and_clear();
    Ok(())
}

/// The report on one recording, as a page of HTML.
pub(crate) fn page_of(
    from: Cache,
    to: Cache,
    name: &str,
    bytes: Vec<u8>,
) -> Result<String, String> {
    let settings = Settings { unknown: Unknown::Counts, heads: Heads::AsTheyTell };
    let mut comparison = Comparison::new(from, to, settings);
    for member in encoding::decode(bytes)? {
        add(&mut comparison, &Input { name: name.to_owned(), bytes: member.bytes })?;
    }
    comparison.sort();
    Ok(page::page(&comparison))
}
