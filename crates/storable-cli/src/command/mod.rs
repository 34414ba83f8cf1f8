//! The subcommands: a module for each, with its arguments and what it does.

mod profiles;

use std::process::ExitCode;

/// Each subcommand with its arguments.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    Profiles(profiles::Arguments),
}

impl Command {
    /// Does what was asked for, and tells how it went.
    pub(crate) fn run(self) -> ExitCode {
        match self {
            Self::Profiles(arguments) => profiles::run(&arguments),
        }
    }
}
