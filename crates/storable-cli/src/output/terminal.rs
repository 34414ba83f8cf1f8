//! Files, tables and complaints, as every subcommand has them.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};

/// Text from outside, so that it cannot steer the terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut safe, char| {
        if char.is_control() {
            safe.extend(char.escape_default())
        } else {
            safe.push(char)
        }
        safe
    })
}

/// The same, cut off where nobody would read on.
pub(crate) fn shortened(text: &str) -> String {
    const MOST: usize = 600;
    let all = text.chars().count();
    match all.checked_sub(MOST) {
        None | Some(0) => printable(text),
        Some(more) => {
            let begin: String = text.chars().take(MOST).collect();
            format!("{} ... ({more} more characters)", printable(&begin))
        }
    }
}

/// Says what is wrong. Where nobody reads standard error, nobody is told.
pub(crate) fn complain(program: &str, problem: impl Display) {
    let _ = writeln!(io::stderr(), "{program}: {problem}");
}

/// Whoever closes the pipe early has read enough; that is no failure.
pub(crate) fn until_closed(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// The exit status of a subcommand that ends with its output; a failure is told.
pub(crate) fn ended(program: &str, written: io::Result<()>) -> ExitCode {
    match until_closed(written) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(program, error);
            ExitCode::FAILURE
        }
    }
}

/// A bar on the terminal for so many steps; without a number a counter, where the results do not
/// run through the same terminal meanwhile.
pub(crate) fn progress(length: Option<u64>) -> indicatif::ProgressBar {
    match length {
        _ if !io::stderr().is_terminal() => indicatif::ProgressBar::hidden(),
        Some(length) => indicatif::ProgressBar::new(length),
        None if io::stdout().is_terminal() => indicatif::ProgressBar::hidden(),
        None => indicatif::ProgressBar::new_spinner(),
    }
}

/// An empty table, in a form that an issue or a pull request shows as a table too. It is as wide
/// as the terminal, and coloured only there.
pub(crate) fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN).set_content_arrangement(ContentArrangement::Dynamic);
    if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        table.force_no_tty();
    }
    table.set_header(header);
    table
}

/// A table whose first column holds ids, which are not broken.
pub(crate) fn table_by_id(header: &[&str]) -> Table {
    with_whole_ids(table(header))
}

/// The same for a page: without colours, and as wide as it is.
pub(crate) fn page_table_by_id(header: &[&str]) -> Table {
    let mut table = table(header);
    table.force_no_tty().set_content_arrangement(ContentArrangement::Disabled);
    with_whole_ids(table)
}

fn with_whole_ids(mut table: Table) -> Table {
    if let Some(ids) = table.column_mut(0) {
        ids.set_constraint(ColumnConstraint::ContentWidth);
    }
    table
}
