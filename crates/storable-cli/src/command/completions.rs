//! `storable completions` and `storable man`: what a shell and `man` want to know of the command.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::output::terminal;

/// Print what a shell needs to complete the command line.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  storable completions bash > ~/.local/share/bash-completion/completions/storable")]
pub(crate) struct Completions {
    /// The shell.
    shell: Shell,
}

/// Write the manual pages, one for the command and one for each subcommand.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  storable man ~/.local/share/man/man1")]
pub(crate) struct Man {
    /// The folder; it is made where it is not there.
    folder: PathBuf,
}

pub(crate) fn complete(arguments: &Completions) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut crate::Arguments::command(),
        "storable",
        &mut script,
    );
    terminal::ended("completions", io::stdout().write_all(&script))
}

pub(crate) fn man(arguments: &Man) -> ExitCode {
    terminal::ended("man", pages(&arguments.folder))
}

fn pages(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(crate::Arguments::command(), folder)
}
