//! The command `storable`: what would this cache do with this response, for how long, and who else
//! could get it?
//!
//! [`run`] is the whole program. [`input`] reads what people have at hand: HAR files and message
//! heads as tools print them; [`import`] the configurations of caches; [`proxy`] is the cache itself,
//! before an origin.

mod command;
pub mod import;
pub mod input;
mod marker;
mod named_site;
mod output;
pub mod probe;
pub mod proxy;
mod subject;
mod words;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use command::Command;

/// What would this cache do with this response, for how long, and who else could get it?
#[derive(Parser)]
#[command(name = "storable", version, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Start here:
  I change a CDN:        storable switch --from nginx --to cloudflare recording.har
  Why is it (not) cached? curl -sv https://shop.example/ 2>&1 | storable explain --profile fastly
  What do I send?        storable advise --on cloudflare,fastly --cdn 1h --stale 1d
  Which caches are there? storable profiles

Exit status: 0 all is well, 1 input that cannot be read or judged, 2 a wrong command line;
`switch` has 3 for a response that is newly exposed, `lint` for a line without effect.";

/// Does what the command line asks for, and returns the exit status.
pub fn run() -> ExitCode {
    Arguments::parse().command.run()
}

/// Ends the program for arguments of a subcommand that do not go together: exit status 2.
fn usage(subcommand: &str, problem: &str) -> ! {
    let mut whole = Arguments::command();
    whole.build();
    let command = whole.find_subcommand_mut(subcommand).map(std::mem::take);
    command.unwrap_or(whole).error(ErrorKind::MissingRequiredArgument, problem).exit()
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
