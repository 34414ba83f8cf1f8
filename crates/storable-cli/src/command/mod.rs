//! The subcommands: a module for each, with its arguments and what it does.

mod advise;
mod completions;
mod decide;
mod explain;
mod lint;
mod matrix;
mod pages;
mod profiles;
mod proxy;
mod serve;
mod switch;
mod unknowns;

use std::process::ExitCode;

use crate::{import, probe};

/// Each subcommand with its arguments.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    Explain(explain::Arguments),
    Switch(switch::Arguments),
    Matrix(matrix::Arguments),
    Profiles(profiles::Arguments),
    Probe(probe::Arguments),
    Advise(advise::Arguments),
    Lint(lint::Arguments),
    Import(import::Arguments),
    Decide(decide::Arguments),
    Proxy(proxy::Arguments),
    Pages(pages::Arguments),
    Serve(serve::Arguments),
    Completions(completions::Completions),
    Man(completions::Man),
    Unknowns(unknowns::Arguments),
}

impl Command {
    /// Does what was asked for, and tells how it went.
    pub(crate) fn run(self) -> ExitCode {
        match self {
            Self::Explain(arguments) => explain::run(arguments),
            Self::Switch(arguments) => switch::run(&arguments),
            Self::Matrix(arguments) => matrix::run(arguments),
            Self::Profiles(arguments) => profiles::run(&arguments),
            Self::Probe(arguments) => probe::run(&arguments),
            Self::Advise(arguments) => advise::run(&arguments),
            Self::Lint(arguments) => lint::run(arguments),
            Self::Import(arguments) => import::run(&arguments),
            Self::Decide(arguments) => decide::run(&arguments),
            Self::Proxy(arguments) => proxy::run(arguments),
            Self::Pages(arguments) => pages::run(&arguments),
            Self::Serve(arguments) => serve::run(&arguments),
            Self::Completions(arguments) => completions::complete(&arguments),
            Self::Man(arguments) => completions::man(&arguments),
            Self::Unknowns(arguments) => unknowns::run(&arguments),
        }
    }
}
