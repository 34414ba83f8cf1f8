//! The command `storable`: what would this cache do with this response, for how long, and who else
//! could get it?

mod command;
mod named_profile;

use std::process::ExitCode;

use clap::Parser;

use command::Command;

/// What would this cache do with this response, for how long, and who else could get it?
#[derive(Parser)]
#[command(name = "storable", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    Arguments::parse().command.run()
}
