//! What changes for a site when its traffic moves from one cache to another.
//!
//!     cargo run --release --example switch -- --from caching-off --to mercari-2017 FILE.har
//!
//! Every exchange of a HAR file is judged under both profiles. The status is 3 when a response is
//! newly in reach of other users (where nobody says that it is not, too, unless
//! `--allow-unknown`); else 1 for a file or entries that cannot be read.

#[path = "support/cli.rs"]
#[allow(dead_code, reason = "shared by the examples; each uses a part")]
mod cli;
#[path = "support/comparison.rs"]
mod comparison;
#[path = "support/har.rs"]
mod har;
#[path = "support/report.rs"]
mod report;
#[path = "support/wire.rs"]
#[allow(dead_code, reason = "shared by the examples; each uses a part")]
mod wire;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use comparison::Comparison;
use storable::Profile;

/// What would change for these exchanges, and who could newly get whose response?
#[derive(Parser)]
struct Arguments {
    /// The id of the cache in use.
    #[arg(long, value_name = "ID", value_parser = cli::profile, required_unless_present = "list")]
    from: Option<&'static Profile>,
    /// The id of the cache to move to.
    #[arg(long, value_name = "ID", value_parser = cli::profile, required_unless_present = "list")]
    to: Option<&'static Profile>,
    /// Do not count as exposed what nobody knows.
    #[arg(long)]
    allow_unknown: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Print the ids of all profiles, and nothing else.
    #[arg(long)]
    list: bool,
    /// A HAR file; `-` is standard input.
    #[arg(required_unless_present = "list")]
    file: Option<PathBuf>,
}

/// Exit statuses: the greater one wins.
const UNREADABLE: u8 = 1;
const EXPOSED: u8 = 3;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut status = 0;
    let done = match (arguments.from, arguments.to, &arguments.file) {
        (Some(from), Some(to), Some(file)) if !arguments.list => {
            compare(from, to, file, &arguments, &mut status)
        }
        _ => writeln!(io::stdout(), "{}", list()),
    };
    if let Err(error) = cli::until_closed(done) {
        cli::complain("switch", error);
        status = status.max(UNREADABLE);
    }
    ExitCode::from(status)
}

/// Compares and prints. The status stands before anything is printed: it does not depend on
/// whether the output is read to its end.
fn compare(
    from: &'static Profile,
    to: &'static Profile,
    file: &Path,
    arguments: &Arguments,
    status: &mut u8,
) -> io::Result<()> {
    let name = cli::name(file);
    let named = |problem: String| io::Error::other(format!("{name}: {problem}"));
    let bytes = cli::read(file).map_err(|error| named(error.to_string()))?;
    let entries = har::File::read(&bytes).map_err(named)?;
    let entries = entries.entries();
    let mut comparison = Comparison::new(from, to, arguments.allow_unknown);
    let progress = cli::progress(u64::try_from(entries.len()).ok());
    for (index, raw) in entries.iter().enumerate() {
        comparison.add(index, raw);
        progress.inc(1);
    }
    progress.finish_and_clear();
    comparison.sort();
    for bad in comparison.bad() {
        cli::complain("switch", format_args!("{name}: entries[{}]: {}", bad.index, bad.error));
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

fn list() -> comfy_table::Table {
    let mut table = cli::table_by_id(&["id", "cache", "as of", "basis"]);
    table.add_rows(
        Profile::ALL
            .iter()
            .map(|profile| [profile.id(), profile.name(), profile.as_of(), profile.basis().name()]),
    );
    table
}
