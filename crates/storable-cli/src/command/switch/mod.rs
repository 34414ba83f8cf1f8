//! What changes for a site when its traffic moves from one cache to another.
//!
//!     storable switch --from caching-off --to mercari-2017 FILE.har
//!
//! Every exchange of a HAR file is judged under both profiles. The status is 3 when a response is
//! newly in reach of other users (where nobody says that it is not, too, unless
//! `--allow-unknown`); else 1 for a file or entries that cannot be read.

mod comparison;
mod report;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use storable::Profile;

use self::comparison::Comparison;
use crate::input::har;
use crate::named_profile;
use crate::output::terminal;

/// What would change for these exchanges, and who could newly get whose response?
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The id of the cache in use.
    #[arg(long, value_name = "ID", value_parser = named_profile::profile)]
    from: &'static Profile,
    /// The id of the cache to move to.
    #[arg(long, value_name = "ID", value_parser = named_profile::profile)]
    to: &'static Profile,
    /// Do not count as exposed what nobody knows.
    #[arg(long)]
    allow_unknown: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// A HAR file; `-` is standard input.
    file: PathBuf,
}

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
    let (from, to, file) = (arguments.from, arguments.to, &arguments.file);
    let name = terminal::name(file);
    let named = |problem: String| io::Error::other(format!("{name}: {problem}"));
    let bytes = terminal::read(file).map_err(|error| named(error.to_string()))?;
    let entries = har::File::read(&bytes).map_err(named)?;
    let entries = entries.entries();
    let mut comparison = Comparison::new(from, to, arguments.allow_unknown);
    let progress = terminal::progress(u64::try_from(entries.len()).ok());
    for (index, raw) in entries.iter().enumerate() {
        comparison.add(index, raw);
        progress.inc(1);
    }
    progress.finish_and_clear();
    comparison.sort();
    for bad in comparison.bad() {
        terminal::complain("switch", format_args!("{name}: entries[{}]: {}", bad.index, bad.error));
    }
    *status = if comparison.exposed().next().is_some() {
        EXPOSED
    } else if comparison.bad().is_empty() {
        0
    } else {
        UNREADABLE
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    if arguments.json {
        serde_json::to_writer_pretty(&mut out, &report::json(&comparison))?;
        out.write_all(b"\n")?;
    } else {
        report::text(&mut out, &name, &comparison)?;
    }
    out.flush()
}
